"""The sums behind map and dashboard of a large region: brought up to date before they are read, held against plain counting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    extract,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)

from commissioner.access.regions import Unsought
from commissioner.domain import person_sums, region_sums
from commissioner.domain.map_viewport import world
from commissioner.domain.memory import Memory
from commissioner.domain.person_sums import ALWAYS
from commissioner.domain.service_days import CONFIRMED_ONLY, NOT_REJECTED
from commissioner.domain.stale_marks import in_turns, writing
from commissioner.models import KeptSums, MonthSum, Place, StaleSum, TownshipSum, Visit, db
from commissioner.models.base import now, table_of
from commissioner.vocabulary import PlaceLevel, PlaceState, VisitKind

MOST_AT_ONCE = 300  # a compound statement of SQLite has at most 500 parts
MOST_VERSIONS = 16
EVERY_MARK = 2**31 - 1
TOWNSHIP_DIGITS = 9
VISITED = ("visits", "services_confirmed", "services_unrejected")
VILLAGES = ("villages_confirmed", "villages_unrejected")
COUNTS = ("visits", *VILLAGES, "services_confirmed", "services_unrejected")

KEPT, STALE = table_of(KeptSums), table_of(StaleSum)
TOWNSHIPS, MONTHS = table_of(TownshipSum), table_of(MonthSum)
VISITS, PLACES = table_of(Visit), table_of(Place)


_brought = Memory(MOST_VERSIONS)


@dataclass(frozen=True, slots=True)
class Span:
    """A township and the days of which its sums are to be worked out anew."""

    township: str
    first_on: date
    last_on: date


def bring_up_to_date(version: Any = None, *, people: bool = False) -> None:
    """Work out every sum that is marked stale, those of people only for who reads them; the first time, all of them.

    Nobody who logs a visit waits for it: a mark is a row of its own, and the sums are no rows of theirs. For one
    ``version`` of the records a process does it once.
    """
    if version is None:
        _work_out_all(people=people)
    else:
        _brought.get((version, people), lambda: _work_out_all(people=people))


def _work_out_all(*, people: bool) -> bool:
    kept = _marked()
    if kept is not None and kept.places is None and (kept.people is None or not people):
        return True
    db.session.rollback()  # what was read before is older than what is worked out now
    if kept is None:
        _begin_to_keep()
    places, persons = (kept.places, kept.people) if kept is not None else (EVERY_MARK, EVERY_MARK)
    in_turns(STALE, STALE.c.township, places or 0, _work_out_marked)
    if people:
        in_turns(person_sums.STALE, person_sums.STALE.c.commissioner_id, persons or 0, person_sums.work_out_marked)
    return True


def _marked() -> Any:
    """The last mark of each kind, or nothing where sums are not kept yet."""
    places, people = (select(func.max(table.c.id)).scalar_subquery() for table in (STALE, person_sums.STALE))
    return db.session.execute(select(KEPT.c.id, places.label("places"), people.label("people"))).one_or_none()


def _begin_to_keep() -> None:
    with writing() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # Whoever is writing now has left no mark: they finish first, and the next ones leave theirs.
            connection.execute(text("LOCK TABLE visits, places, visit_commissioners IN SHARE MODE"))
        if connection.scalar(select(KEPT.c.id)) is not None:
            return
        connection.execute(insert(KEPT).values(id=1, since=now()))
        # In the order of their codes, so that a turn works out whole counties.
        everywhere = select(_township(PLACES).label("township"), *_always()).distinct().order_by("township")
        connection.execute(insert(STALE).from_select(["township", "first_on", "last_on"], everywhere))
        person_sums.mark_everybody(connection)


def _always() -> list[Any]:
    return [literal(day, Date) for day in ALWAYS]


def _township(table: Any) -> Any:
    return func.substr(table.c.region_code, 1, TOWNSHIP_DIGITS)


def _work_out_marked(connection: Connection, taken: Sequence[Any]) -> None:
    spans = _merged([Span(*one) for one in taken])
    for start in range(0, len(spans), MOST_AT_ONCE):
        _work_out(connection, spans[start : start + MOST_AT_ONCE])
    region_sums.work_out(connection, ((span.township, span.first_on, span.last_on) for span in spans))


def _merged(taken: Sequence[Span]) -> list[Span]:
    """Each township and year once; a township of which all years are stale, once for all of them."""
    found = set(taken)
    whole = {span.township for span in found if span.first_on == ALWAYS[0]}
    return sorted(
        (span for span in found if span.first_on == ALWAYS[0] or span.township not in whole),
        key=lambda span: (span.township, span.first_on),
    )


def _work_out(connection: Connection, spans: Sequence[Span]) -> None:
    townships = sorted({span.township for span in spans})
    connection.execute(delete(TOWNSHIPS).where(TOWNSHIPS.c.township.in_(townships)))
    rows = [_stands(row) for row in connection.execute(_places_of(townships))]
    if rows:
        connection.execute(insert(TOWNSHIPS), rows)
    for (first_on, last_on), some in groupby(sorted(spans, key=_days), key=_days):
        of_years = MONTHS.c.month.between(_month_of(first_on), _month_of(last_on))
        connection.execute(delete(MONTHS).where(MONTHS.c.township.in_([one.township for one in some]), of_years))
    connection.execute(insert(MONTHS).from_select(["month", "township", *COUNTS], month_sums(_as_rows(spans))))


def _days(span: Span) -> tuple[date, date]:
    return span.first_on, span.last_on


def _month_of(day: date) -> int:
    return day.year * 100 + day.month


def _stands(row: Any) -> dict[str, Any]:
    known = row.latitude_deg is not None
    x, y = world(row.latitude_deg, row.longitude_deg) if known else (None, None)
    return {"township": row.township, "x": x, "y": y, "villages": row.villages}


def _places_of(townships: Iterable[str]) -> Select[Any]:
    """Each township with its point and the number of its villages."""
    own = PLACES.alias()
    villages = (
        select(func.count())
        .select_from(PLACES)
        .where(
            PLACES.c.region_code.between(own.c.region_code, func.substr(own.c.region_code, 1, 9) + "999"),
            PLACES.c.level == PlaceLevel.VILLAGE,
            PLACES.c.state == PlaceState.CURRENT,
        )
        .correlate(own)
        .scalar_subquery()
    )
    is_township = own.c.level == PlaceLevel.TOWNSHIP
    return select(
        _township(own).label("township"),
        case((is_township, own.c.latitude_deg)).label("latitude_deg"),
        case((is_township, own.c.longitude_deg)).label("longitude_deg"),
        villages.label("villages"),
    ).where(
        own.c.region_code.in_([f"{one}000" for one in townships]),
        own.c.level.in_((PlaceLevel.TOWNSHIP, PlaceLevel.COUNTY)),
        own.c.state == PlaceState.CURRENT,
    )


def _as_rows(spans: Sequence[Span]) -> Any:
    rows = [
        select(
            cast(literal(span.township), String(TOWNSHIP_DIGITS)).label("township"),
            cast(literal(f"{span.township}000"), String(12)).label("low"),
            cast(literal(f"{span.township}999"), String(12)).label("high"),
            literal(span.first_on, Date).label("first_on"),
            literal(span.last_on, Date).label("last_on"),
        )
        for span in spans
    ]
    return union_all(*rows).cte("spans")


def month_sums(spans: Any) -> Select[Any]:
    """The rows of ``month_sums`` from the visits themselves; ``spans`` has township, low, high, first_on and last_on."""
    visits = _visits_of(spans)
    months = union_all(*(select(literal(month).label("month")) for month in range(1, 13))).cte("months")
    year = visits.c.year
    return (
        select(
            (year * 100 + months.c.month).label("month"),
            visits.c.township,
            *(func.sum(visits.c[name]) for name in COUNTS),
        )
        .join(months, months.c.month >= visits.c.month)
        .group_by(visits.c.township, year, months.c.month)
    )


def _visits_of(spans: Any) -> Any:
    """By township, year and month: the visits, and the villages that were visited for the first time in the year."""
    by_place = _visits_by_place(spans)
    told = {name: func.sum(by_place.c[name]) for name in VISITED}
    counted = select(by_place.c.township, by_place.c.year, by_place.c.month).add_columns(*_columns(told))
    is_village = and_(PLACES.c.level == PlaceLevel.VILLAGE, PLACES.c.state == PlaceState.CURRENT)
    months = zip(VILLAGES, VISITED[1:], strict=True)
    first = (
        select(by_place.c.township, by_place.c.year)
        .add_columns(*(func.min(case((by_place.c[count] > 0, by_place.c.month))).label(name) for name, count in months))
        .select_from(by_place.join(PLACES, PLACES.c.id == by_place.c.place_id))
        .where(is_village)
        .group_by(by_place.c.township, by_place.c.year, by_place.c.place_id)
        .cte("first")
    )
    served = [
        select(first.c.township, first.c.year, first.c[name].label("month"))
        .add_columns(*_columns({name: func.count()}))
        .where(first.c[name].is_not(None))
        .group_by(first.c.township, first.c.year, first.c[name])
        for name in VILLAGES
    ]
    by_month = counted.group_by(by_place.c.township, by_place.c.year, by_place.c.month)
    return union_all(by_month, *served).cte("counted")


def _visits_by_place(spans: Any) -> Any:
    """The visits of each place and month, all of them and those of service that count: one walk through them."""
    year, month = extract("year", VISITS.c.starts_on), extract("month", VISITS.c.starts_on)
    inside = and_(
        VISITS.c.region_code.between(spans.c.low, spans.c.high),
        # A township has far fewer visits than a year.
        Unsought(VISITS.c.starts_on).between(spans.c.first_on, spans.c.last_on),
    )
    service = VISITS.c.kind == VisitKind.SERVICE
    counts = [and_(service, VISITS.c.state.in_(states)) for states in (CONFIRMED_ONLY, NOT_REJECTED)]
    told = [func.count(), *(func.count(case((one, 1))) for one in counts)]
    return (
        select(spans.c.township, year.label("year"), month.label("month"), VISITS.c.place_id)
        .add_columns(*(count.label(name) for name, count in zip(VISITED, told, strict=True)))
        .select_from(spans.join(VISITS, inside))
        .group_by(spans.c.township, year, month, VISITS.c.place_id)
        .cte("by_place")
    )


def _columns(told: Mapping[str, Any]) -> list[Any]:
    """Every count of ``month_sums``; nothing where none is told."""
    return [told.get(name, literal(0)).label(name) for name in COUNTS]


def wrong_sums() -> int:
    """How many of the kept sums are not what plain counting gives: none, or the doctor says so."""
    bring_up_to_date(people=True)
    with db.engine.connect() as connection:
        if connection.scalar(select(KEPT.c.id)) is None:
            return 0
        townships = select(_township(PLACES)).distinct()
        codes = sorted(set(connection.scalars(townships)) | set(connection.scalars(select(TOWNSHIPS.c.township))))
        wrong = 0
        for start in range(0, len(codes), MOST_AT_ONCE):
            wrong += _wrong_among(connection, codes[start : start + MOST_AT_ONCE])
        return wrong + region_sums.wrong(connection) + person_sums.wrong(connection)


def _wrong_among(connection: Connection, codes: Sequence[str]) -> int:
    kept = {tuple(row) for row in connection.execute(select(MONTHS).where(MONTHS.c.township.in_(codes)))}
    spans = _as_rows([Span(code, *ALWAYS) for code in codes])
    counted = {
        tuple(int(value) if index != 1 else value for index, value in enumerate(row))
        for row in connection.execute(month_sums(spans))
    }
    places = {_key(row) for row in connection.execute(select(TOWNSHIPS).where(TOWNSHIPS.c.township.in_(codes)))}
    found = {tuple(_stands(row).values()) for row in connection.execute(_places_of(codes))}
    return len(kept ^ counted) + len(places ^ found)


def _key(row: Any) -> tuple[Any, ...]:
    return row.township, row.x, row.y, row.villages
