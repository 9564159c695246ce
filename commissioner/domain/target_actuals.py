"""What the records of a project come to for each indicator: the one place where an actual is counted.

Each rule is said by ``CountingRule`` (domain.md §5). Within one project nobody is counted twice; a base of two projects
answers for each of them, so actuals are never added over projects: the county's sum is in ``employment``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from commissioner.domain.employment import counted_once
from commissioner.domain.ledger import Line, folded
from commissioner.domain.service_days import service_dates
from commissioner.domain.target_records import COUNTED, INTRODUCED, RESULTS, TRAINED
from commissioner.vocabulary import (
    TARGET_RULES,
    CountingRule,
    ImpactIndicator,
    ImpactState,
    LeftOut,
    MeasurementKind,
    OverlapDecision,
    TargetIndicator,
    Word,
)

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """The years in which a project runs, both included; an open end has none."""

    first: int | None
    last: int | None

    def hold(self, year: int) -> bool:
        """Whether ``year`` is one of them."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A record behind an actual: what it brings to it, or why it brings nothing."""

    subject: str
    id: int
    label: str
    on: date | None = None
    year: int | None = None
    amount: Decimal = NOTHING
    why_not: Word | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """What records come to. ``value`` is ``None`` where none of them counts: nothing is known, which is not 0."""

    rows: tuple[RecordRow, ...]
    year: int | None = None
    value: Decimal | None = None


def actual_of(indicator: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    """What the ``records`` of one project come to by the rule of ``indicator``; a pure function."""
    return _FOLDS[TARGET_RULES[indicator]](indicator, records, years)


def _summed(rows: Iterable[RecordRow]) -> Actual:
    kept = tuple(rows)
    counted = [row.amount for row in kept if row.why_not is None]
    return Actual(rows=kept, value=sum(counted, NOTHING) if counted else None)


def _of(records: Sequence[Any], *kinds: str) -> list[Any]:
    return [row for row in records if row.kind in kinds]


def _scaled(value: int) -> Decimal:
    """What ``Scaled`` keeps as a whole number of hundredths."""
    return Decimal(value).scaleb(-2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """A result as ``employment`` counts it."""

    id: int
    indicator: ImpactIndicator
    amount: Decimal
    state: ImpactState
    overlap: OverlapDecision | None
    project_id: int | None
    base_id: int | None
    belongs_to_id: int | None
    owner: str
    illustrative: bool
    evidence: str = ""


def _figure(row: Any) -> _Figure:
    return _Figure(
        id=row.id,
        indicator=ImpactIndicator(row.word),
        amount=_scaled(row.amount),
        state=ImpactState(row.state),
        overlap=OverlapDecision(row.overlap) if row.overlap else None,
        project_id=row.own_project_id,
        base_id=row.base_id,
        belongs_to_id=None if row.own_project_id else row.project_id,
        owner=row.label,
        illustrative=row.illustrative,
    )


def _by_year(indicator: TargetIndicator, records: Sequence[Any], years: Years) -> dict[int, list[RecordRow]]:
    """The project's own results and those of its bases, year by year, the latest first; each counted once."""
    result = RESULTS[indicator]
    own = [row for row in _of(records, "impacts") if row.word == result.value]
    told: dict[int, list[RecordRow]] = {}
    for year in sorted({row.year for row in own}, reverse=True):
        shares = counted_once(year, result, [_figure(row) for row in own if row.year == year]).rows
        outside = None if years.hold(year) else LeftOut.OTHER_YEARS
        told[year] = [
            RecordRow(
                subject="impacts",
                id=share.impact_id,
                label=share.owner.label,
                year=year,
                amount=share.amount,
                why_not=share.why_not or outside,
                illustrative=share.illustrative,
            )
            for share in shares
        ]
    return told


def _latest_year(indicator: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    told = _by_year(indicator, records, years)
    latest = next((year for year, rows in told.items() if any(row.why_not is None for row in rows)), None)
    rows = [
        row if row.why_not or year == latest else _left_out(row, LeftOut.EARLIER_YEAR)
        for year, of_year in told.items()
        for row in of_year
    ]
    counted = _summed(rows)
    return Actual(rows=counted.rows, value=counted.value, year=latest)


def _years_added(indicator: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    return _summed(row for rows in _by_year(indicator, records, years).values() for row in rows)


def _left_out(row: RecordRow, why_not: Word) -> RecordRow:
    return replace(row, why_not=why_not)


def _row(row: Any, amount: Decimal, why_not: Word | None, on: date | None = None) -> RecordRow:
    told = {"subject": row.kind, "id": row.id, "label": row.label, "illustrative": bool(row.illustrative)}
    return RecordRow(**told, on=on or row.first_on, amount=amount, why_not=why_not)


def _in_years(years: Years, day: date) -> Word | None:
    return None if years.hold(day.year) else LeftOut.OTHER_YEARS


def _ledgers(records: Sequence[Any]) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = {}
    for row in _of(records, "measurements"):
        kind = MeasurementKind(row.word)
        line = Line(on=row.first_on, kind=kind, amount=_scaled(row.amount), id=row.id)
        lines.setdefault(row.base_id, []).append(line)
    return lines


def _area_now(_: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    """What the ledgers of the project's bases stand at, at the end of its last year at the latest."""
    ledgers = _ledgers(records)
    rows = []
    for base in _of(records, "bases"):
        lines = [line for line in ledgers.get(base.id, []) if years.last is None or line.on.year <= years.last]
        why_not = LeftOut.CLOSED if base.last_on else None if lines else LeftOut.NO_AREA
        balances = folded(lines)
        total, on = (balances[-1].total, balances[-1].line.on) if balances else (NOTHING, None)
        rows.append(_row(base, total, why_not, on))
    return _summed(rows)


def _area_added(indicator: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    """What the ledgers say was newly added (S21); in a year of which they say nothing, what was reported."""
    added = {
        base_id: [line for line in lines if line.kind is MeasurementKind.ADD]
        for base_id, lines in _ledgers(records).items()
    }
    known = {line.on.year for lines in added.values() for line in lines}
    rows = []
    for base in _of(records, "bases"):
        inside = [line for line in added.get(base.id, []) if years.hold(line.on.year)]
        amount = sum((line.amount for line in inside), NOTHING)
        rows.append(_row(base, amount, None if inside else LeftOut.NO_AREA, inside[-1].on if inside else None))
    for year, reported in _by_year(indicator, records, years).items():
        rows += [
            _left_out(row, LeftOut.IN_THE_LEDGER) if year in known and row.why_not is None else row for row in reported
        ]
    return _summed(rows)


def _records_added(indicator: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    column = TRAINED[indicator]
    held = _of(records, "trainings")
    return _summed(_row(row, Decimal(getattr(row, column)), _in_years(years, row.first_on)) for row in held)


def _records_counted(indicator: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    if indicator in INTRODUCED:
        wanted = [row for row in _of(records, "introductions") if row.word == INTRODUCED[indicator].value]
        rows = [_row(row, Decimal(1), _in_years(years, row.first_on)) for row in wanted]
    elif indicator is TargetIndicator.BASES_FOUNDED:
        rows = [_founded(row, years) for row in _of(records, "bases")]
    elif indicator is TargetIndicator.SERVICE_VISITS:
        visits = {row.id: row for row in _of(records, "visits")}
        rows = [_row(row, Decimal(1), _confirmed(row) or _in_years(years, row.first_on)) for row in visits.values()]
    else:
        solved = _of(records, "problems")
        rows = [_row(row, Decimal(1), _solved(row) or _in_years(years, row.first_on)) for row in solved]
    return _summed(rows)


def _founded(row: Any, years: Years) -> RecordRow:
    why_not = LeftOut.NOT_FOUNDED if row.first_on is None else _in_years(years, row.first_on)
    return _row(row, Decimal(1), why_not)


def _confirmed(row: Any) -> Word | None:
    return None if row.state == COUNTED else LeftOut.NOT_COUNTED


def _solved(row: Any) -> Word | None:
    return None if row.state == COUNTED else LeftOut.NOT_SOLVED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    starts_on: date
    ends_on: date


def _days_counted(_: TargetIndicator, records: Sequence[Any], years: Years) -> Actual:
    """Each date of each person once, as service days are counted; a row tells what its visit adds to those before it."""
    first, last = date(years.first or date.min.year, 1, 1), date(years.last or date.max.year, 12, 31)
    seen: dict[int | None, set[date]] = {}
    added: dict[int, int] = {}
    visits: dict[int, Any] = {}
    for row in _of(records, "visits"):
        visits.setdefault(row.id, row)
        added.setdefault(row.id, 0)
        if _confirmed(row) is None and row.commissioner_id is not None:
            dates = service_dates([_Stay(starts_on=row.first_on, ends_on=row.last_on)], first, last)
            known = seen.setdefault(row.commissioner_id, set())
            added[row.id] += len(dates - known)
            known |= dates
    return _summed(
        _row(row, Decimal(added[key]), _confirmed(row) or (None if _touches(row, years) else LeftOut.OTHER_YEARS))
        for key, row in visits.items()
    )


def _touches(row: Any, years: Years) -> bool:
    return years.hold(row.first_on.year) or years.hold(row.last_on.year)


_FOLDS: Mapping[CountingRule, Callable[[TargetIndicator, Sequence[Any], Years], Actual]] = {
    CountingRule.LATEST_YEAR: _latest_year,
    CountingRule.YEARS_ADDED: _years_added,
    CountingRule.AREA_ADDED: _area_added,
    CountingRule.AREA_NOW: _area_now,
    CountingRule.RECORDS_ADDED: _records_added,
    CountingRule.RECORDS_COUNTED: _records_counted,
    CountingRule.DAYS_COUNTED: _days_counted,
}
