"""A base's quantities as a ledger: lines that set, add or take, folded to a running total by pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissioner.vocabulary import MeasurementKind

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dated line; lines of one day follow each other as they were entered (``id``)."""

    on: date
    kind: MeasurementKind
    amount: Decimal
    id: int = 0
    note: str = ""
    illustrative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A line with the total after it and by how much it moved the total."""

    line: Line
    total: Decimal
    moved: Decimal


def folded(lines: Iterable[Line]) -> tuple[Balance, ...]:
    """Each line in order of its day with its running total: SET replaces, ADD and TAKE move it."""
    total, balances = NOTHING, []
    for line in sorted(lines, key=lambda one: (one.on, one.id)):
        after = _after(total, line)
        balances.append(Balance(line=line, total=after, moved=after - total))
        total = after
    return tuple(balances)


def _after(total: Decimal, line: Line) -> Decimal:
    if line.kind is MeasurementKind.SET:
        return line.amount
    return total + line.amount if line.kind is MeasurementKind.ADD else total - line.amount


def goes_below_nothing(lines: Iterable[Line]) -> bool:
    """Whether more is taken than there is on any day."""
    return any(balance.total < NOTHING for balance in folded(lines))


def total_at(balances: Sequence[Balance], day: date) -> Decimal | None:
    """The total at the end of ``day``; ``None`` before the first line."""
    known = [balance.total for balance in balances if balance.line.on <= day]
    return known[-1] if known else None


def new_in(lines: Iterable[Line], year: int) -> Decimal:
    """What was newly added in ``year``: the sum of its ADD lines; a count that sets the total adds nothing (S21)."""
    added = (line.amount for line in lines if line.kind is MeasurementKind.ADD and line.on.year == year)
    return sum(added, NOTHING)
