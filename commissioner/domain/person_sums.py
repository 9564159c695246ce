"""Service days by commissioner, year and region (domain.md §5.1): a person's date counts once in each region it lies in.

A region's service days are the sum over its people, never over its parts: one person may be in two of them on one day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Date, Integer, and_, cast, delete, func, insert, literal, select, union_all

from commissioner.domain.region_sums import DIGITS
from commissioner.domain.service_days import CONFIRMED_ONLY, NOT_REJECTED, dates_within
from commissioner.models import Commissioner, PersonSum, StalePerson, Visit, VisitCommissioner
from commissioner.models.base import table_of
from commissioner.vocabulary import VisitKind

MOST_AT_ONCE = 300
MOST_YEARS = 10
ALWAYS = (date(1, 1, 1), date(9999, 12, 31))
STALE, SUMS, PEOPLE = table_of(StalePerson), table_of(PersonSum), table_of(Commissioner)
VISITS, LINKS = table_of(Visit), table_of(VisitCommissioner)
COLUMNS = [SUMS.c[name] for name in ("region", "year", "commissioner_id", "days_confirmed", "days_unrejected")]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A commissioner and the days of which the sums are to be worked out anew: a year, or always."""

    person: int
    first_on: date
    last_on: date


def mark_everybody(connection: Connection) -> None:
    """All sums of all commissioners are to be worked out."""
    days = [literal(day, Date) for day in ALWAYS]
    connection.execute(
        insert(STALE).from_select(["commissioner_id", "first_on", "last_on"], select(PEOPLE.c.id, *days))
    )


def work_out_marked(connection: Connection, taken: Sequence[Any]) -> None:
    """Work out what the marks that were taken away stand for."""
    spans = _merged(taken)
    for start in range(0, len(spans), MOST_AT_ONCE):
        _work_out(connection, spans[start : start + MOST_AT_ONCE])


def _merged(taken: Iterable[Any]) -> list[Span]:
    """Each person and year once; somebody of whom nearly all years are stale, once for all of them."""
    years: dict[int, set[int]] = defaultdict(set)
    for person, first, last in taken:
        years[person].update(range(first.year, last.year + 1) if last.year - first.year < MOST_YEARS else (0,))
    return sorted(
        Span(person, date(year, 1, 1), date(year, 12, 31)) if year else Span(person, *ALWAYS)
        for person, own in years.items()
        for year in ([0] if 0 in own else own)
    )


def _work_out(connection: Connection, spans: Sequence[Span]) -> None:
    for (first_on, last_on), some in groupby(sorted(spans, key=_days), key=_days):
        of_years = SUMS.c.year.between(first_on.year, last_on.year)
        connection.execute(delete(SUMS).where(SUMS.c.commissioner_id.in_([one.person for one in some]), of_years))
    rows = [dict(zip((column.name for column in COLUMNS), row, strict=True)) for row in _counted(connection, spans)]
    if rows:
        connection.execute(insert(SUMS), rows)


def _days(span: Span) -> tuple[date, date]:
    return span.first_on, span.last_on


def _counted(connection: Connection, spans: Sequence[Span]) -> Iterator[tuple[str, int, int, int, int]]:
    """The sums from the visits themselves."""
    confirmed: dict[tuple[int, int, str], set[date]] = defaultdict(set)
    unrejected: dict[tuple[int, int, str], set[date]] = defaultdict(set)
    for row in connection.execute(_visits_of(spans)):
        for day in dates_within(row, row.first_on, row.last_on):
            key = (row.commissioner_id, day.year, row.county)
            unrejected[key].add(day)
            if row.state in CONFIRMED_ONLY:
                confirmed[key].add(day)
    for digits in DIGITS:
        unrejected, confirmed = _within(digits, unrejected), _within(digits, confirmed)
        for (person, year, region), days in unrejected.items():
            yield region, year, person, len(confirmed.get((person, year, region), ())), len(days)


def _within(digits: int, dates: dict[tuple[int, int, str], set[date]]) -> dict[tuple[int, int, str], set[date]]:
    """The dates in the larger regions."""
    larger: dict[tuple[int, int, str], set[date]] = defaultdict(set)
    for (person, year, region), days in dates.items():
        larger[person, year, region[:digits]] |= days
    return larger


def _visits_of(spans: Sequence[Span]) -> Any:
    """Visits of service that are not sent back, for each commissioner listed, of which a day lies in the span."""
    rows = [
        select(
            cast(literal(one.person), Integer).label("person"),
            literal(one.first_on, Date).label("first_on"),
            literal(one.last_on, Date).label("last_on"),
        )
        for one in spans
    ]
    asked = union_all(*rows).cte("asked")
    overlaps = and_(
        VISITS.c.id == LINKS.c.visit_id, VISITS.c.starts_on <= asked.c.last_on, VISITS.c.ends_on >= asked.c.first_on
    )
    # Many visits of one day are one line: what is counted are dates.
    return (
        select(LINKS.c.commissioner_id, asked.c.first_on, asked.c.last_on)
        .add_columns(VISITS.c.starts_on, VISITS.c.ends_on, VISITS.c.state, _county(VISITS).label("county"))
        .distinct()
        .select_from(asked.join(LINKS, LINKS.c.commissioner_id == asked.c.person).join(VISITS, overlaps))
        .where(VISITS.c.kind == VisitKind.SERVICE, VISITS.c.state.in_(NOT_REJECTED))
    )


def _county(table: Any) -> Any:
    return func.substr(table.c.region_code, 1, DIGITS[0])


def wrong(connection: Connection) -> int:
    """How many are not what the visits give."""
    people = sorted(
        {*connection.scalars(select(PEOPLE.c.id)), *connection.scalars(select(SUMS.c.commissioner_id).distinct())}
    )
    wrong_ones = 0
    for start in range(0, len(people), MOST_AT_ONCE):
        some = people[start : start + MOST_AT_ONCE]
        kept = {tuple(row) for row in connection.execute(select(*COLUMNS).where(SUMS.c.commissioner_id.in_(some)))}
        wrong_ones += len(kept ^ set(_counted(connection, [Span(one, *ALWAYS) for one in some])))
    return wrong_ones
