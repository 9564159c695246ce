"""What a base grew into: its measurements folded to running totals, quantity by quantity and year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, scope
from commissioner.domain.ledger import Balance, Line, folded, new_in, total_at
from commissioner.models import DemonstrationBase, Measurement, db
from commissioner.vocabulary import QUANTITY_UNITS, Quantity, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfGrowth:
    """A quantity in one year: what was newly added, and what there was at the end of it."""

    year: int
    added: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """One quantity of a base over time, in its one unit."""

    quantity: Quantity
    balances: tuple[Balance, ...]

    @property
    def unit(self) -> Unit:
        """Units are part of the datum."""
        return QUANTITY_UNITS[self.quantity]

    @property
    def total(self) -> Decimal:
        """What there is now."""
        return self.balances[-1].total

    @property
    def years(self) -> tuple[YearOfGrowth, ...]:
        """Year on year, from the first line to the last, years without lines included."""
        lines = [balance.line for balance in self.balances]
        return tuple(
            YearOfGrowth(
                year=year, added=new_in(lines, year), total=total_at(self.balances, date(year, 12, 31)) or Decimal(0)
            )
            for year in range(lines[0].on.year, lines[-1].on.year + 1)
        )

    @property
    def daily_totals(self) -> tuple[tuple[date, Decimal], ...]:
        """(day, total from that day on): the last of several lines on one day."""
        return tuple({balance.line.on: balance.total for balance in self.balances}.items())


def growth_of(actor: Actor, base_id: int, until: date | None = None) -> Sequence[Growth]:
    """The quantities that were ever measured at a base (by the end of ``until``), in the order of the vocabulary."""
    one = Measurement
    statement = select(one.id, one.quantity, one.measured_on, one.kind, one.amount, one.note, one.illustrative).where(
        one.base_id == base_id, scope(actor, one)
    )
    if until is not None:
        statement = statement.where(one.measured_on <= until)
    rows = db.session.execute(statement).all()
    lines = {quantity: [_line(row) for row in rows if row.quantity is quantity] for quantity in Quantity}
    return [Growth(quantity=quantity, balances=folded(own)) for quantity, own in lines.items() if own]


def areas_on(actor: Actor, day: date, *conditions: ColumnElement[bool]) -> dict[int, Decimal]:
    """The area in mu of each base as its ledger told by the end of ``day``; ``conditions`` narrow the bases."""
    one = Measurement
    bases = select(DemonstrationBase.id).where(scope(actor, DemonstrationBase), *conditions)
    statement = select(one.id, one.base_id, one.measured_on, one.kind, one.amount, one.note, one.illustrative).where(
        one.quantity == Quantity.AREA, one.measured_on <= day, one.base_id.in_(bases)
    )
    lines: dict[int, list[Line]] = {}
    for row in db.session.execute(statement):
        lines.setdefault(row.base_id, []).append(_line(row))
    return {base_id: folded(own)[-1].total for base_id, own in lines.items()}


def _line(row: Any) -> Line:
    return Line(
        on=row.measured_on, kind=row.kind, amount=row.amount, id=row.id, note=row.note, illustrative=row.illustrative
    )
