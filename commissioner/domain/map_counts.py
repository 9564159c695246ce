"""Villages, service and visits by township, for regions with too many villages to name each: by the kept sums where
they can answer, else by counting. Both give the same rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    exists,
    extract,
    func,
    literal,
    select,
    true,
    union,
    union_all,
)

from commissioner.access import Actor, scope
from commissioner.domain import map_rows
from commissioner.domain.map_ask import MapAsk, end_of_month
from commissioner.domain.map_rows import Townships
from commissioner.domain.map_sums import TOWNSHIP_DIGITS, bring_up_to_date
from commissioner.domain.map_viewport import earth
from commissioner.domain.region_sums import has_sums
from commissioner.domain.service_days import NOT_REJECTED, counted_states, visit_counts
from commissioner.models import MonthSum, Pairing, Place, Posting, RegionSum, TownshipSum, Visit, db
from commissioner.vocabulary import PlaceLevel, PlaceState

SUMMED = ("villages", "served", "visits", "posted")  # what is told of each township
MOST_POINTS = 5_000
VILLAGE = and_(Place.level == PlaceLevel.VILLAGE, Place.state == PlaceState.CURRENT)


def is_crowded(actor: Actor, ask: MapAsk) -> bool:
    """Whether there are more villages than the map names one by one; asked without counting them all."""
    return db.session.scalar(map_rows.village_after(actor, ask, MOST_POINTS)) is not None


def seen(actor: Actor, ask: MapAsk) -> ColumnElement[bool]:
    """The rows of ``township_sums`` in the actor's region and the region asked for."""
    return and_(*(_inside(prefix, TownshipSum.township) for prefix in (actor.region_code, ask.township)))


def extent(actor: Actor, ask: MapAsk) -> tuple[float, float, float, float] | None:
    """South, west, north and east of the townships of a crowded region."""
    ends = {
        f"{name}_{axis}": end(getattr(TownshipSum, axis)).label(f"{name}_{axis}")
        for axis in ("x", "y")
        for name, end in (("least", func.min), ("most", func.max))
    }
    row: Any = db.session.execute(select(*ends.values()).where(seen(actor, ask))).one()
    if row.least_x is None:
        return None
    south, west = earth(row.least_x, row.most_y)
    north, east = earth(row.most_x, row.least_y)
    return south, west, north, east


def _inside(prefix: str, township: Any) -> ColumnElement[bool]:
    if not prefix:
        return true()
    low, high = (
        prefix[:TOWNSHIP_DIGITS].ljust(TOWNSHIP_DIGITS, "0"),
        prefix[:TOWNSHIP_DIGITS].ljust(TOWNSHIP_DIGITS, "9"),
    )
    between: ColumnElement[bool] = township.between(low, high)
    return between


def sums_can_answer(actor: Actor, ask: MapAsk) -> bool:
    """The sums know of regions and ends of months, not of single people, levels or industries."""
    at_an_end = ask.on == end_of_month(ask.on.year, ask.on.month)
    return actor.is_territorial and at_an_end and not ask.level and not ask.industry


def by_township(actor: Actor, ask: MapAsk, *, plainly: bool = False, within: Townships | None = None) -> Any:
    """A subquery: township, x, y, villages, served, visits, posted; of every township in sight or of some."""
    use_sums = not plainly and sums_can_answer(actor, ask)
    visits = (_kept_visits(ask, within) if use_sums else _counted_visits(actor, ask, within)).subquery()
    named, posted = _named_only(actor, ask, within).subquery(), _posted(actor, ask, within).subquery()
    own = TownshipSum
    return (
        select(
            own.township,
            own.x,
            own.y,
            own.villages,
            (func.coalesce(visits.c.villages, 0) + func.coalesce(named.c.villages, 0)).label("served"),
            func.coalesce(visits.c.visits, 0).label("visits"),
            case((posted.c.township.is_not(None), 1), else_=0).label("posted"),
        )
        .outerjoin(visits, visits.c.township == own.township)
        .outerjoin(named, named.c.township == own.township)
        .outerjoin(posted, posted.c.township == own.township)
        .where(seen(actor, ask), _among(own, within))
    )


def _among(sums: Any, within: Townships | None) -> ColumnElement[bool]:
    among: ColumnElement[bool] = sums.township.in_(sorted(within.codes)) if within else true()
    return among


def _held(model: Any, within: Townships | None) -> ColumnElement[bool]:
    return within.hold(model) if within else true()


def _kept_visits(ask: MapAsk, within: Townships | None) -> Any:
    kept = MonthSum.villages_unrejected if counted_states() == NOT_REJECTED else MonthSum.villages_confirmed
    month = ask.on.year * 100 + ask.on.month
    return select(MonthSum.township, MonthSum.visits, kept.label("villages")).where(
        MonthSum.month == month, _among(MonthSum, within)
    )


def _counted_visits(actor: Actor, ask: MapAsk, within: Townships | None) -> Any:
    served = distinct(case((and_(visit_counts(), VILLAGE), Visit.place_id)))
    township = _township(Visit)
    return (
        select(township.label("township"), func.count().label("visits"), func.count(served).label("villages"))
        .join(Place, Place.id == Visit.place_id)
        .where(*map_rows.visits_counted(actor, ask), Visit.starts_on.between(*ask.days), _held(Visit, within))
        .group_by(township)
    )


def visits_so_far(actor: Actor, ask: MapAsk) -> Select[Any]:
    """Visits from the first day of the year to the day, wherever in the region they were."""
    if not sums_can_answer(actor, ask):
        return map_rows.visits_counting(actor, ask)
    prefix = max(actor.region_code, ask.township, key=len)
    month = ask.on.year * 100 + ask.on.month
    if has_sums(prefix):
        return select(RegionSum.visits).where(RegionSum.region == prefix, RegionSum.month == month)
    return select(func.sum(MonthSum.visits)).where(_inside(prefix, MonthSum.township), MonthSum.month == month)


def kept_months(actor: Actor, version: Any) -> dict[tuple[int, int], int]:
    """Visits of each (year, month) in a region, by the sums; the first posting's month is among them."""
    bring_up_to_date(version)
    sums: Any = select(RegionSum.month, RegionSum.visits).where(RegionSum.region == actor.region_code)
    if not has_sums(actor.region_code):
        inside = _inside(actor.region_code, MonthSum.township)
        sums = select(MonthSum.month, func.sum(MonthSum.visits)).where(inside).group_by(MonthSum.month)
    first = select(func.min(Posting.starts_on)).where(scope(actor, Posting)).scalar_subquery()
    began = select(extract("year", first) * 100 + extract("month", first), literal(0))
    so_far: dict[int, int] = {}
    for month, visits in db.session.execute(union_all(sums, began)):
        so_far[int(month or 0)] = so_far.get(int(month or 0), 0) + int(visits)
    so_far.pop(0, None)
    before = {month: so_far.get(month - 1, 0) if month % 100 > 1 else 0 for month in so_far}
    return {divmod(month, 100): max(0, visits - before[month]) for month, visits in so_far.items()}


def _township(model: Any) -> Any:
    return func.substr(model.region_code, 1, TOWNSHIP_DIGITS)


def _named_only(actor: Actor, ask: MapAsk, within: Townships | None) -> Select[Any]:
    """By township: villages that a posting or a pairing names on the day and that no visit so far in the year served."""
    counted: dict[Any, Any] = {Posting: map_rows.postings_counted(actor, ask)}
    if not ask.level and not ask.industry:
        counted[Pairing] = map_rows.pairings_counted(actor, ask)
    places = [select(one.place_id, one.region_code).where(*which, _held(one, within)) for one, which in counted.items()]
    named = union(*places).subquery()
    visited = exists().where(
        Visit.place_id == named.c.place_id,
        visit_counts(),
        Visit.starts_on.between(*ask.days),
        *map_rows.visits_counted(actor, ask),
    )
    township = func.substr(named.c.region_code, 1, TOWNSHIP_DIGITS)
    return (
        select(township.label("township"), func.count().label("villages"))
        .select_from(named)
        .join(Place, Place.id == named.c.place_id)
        .where(VILLAGE, ~visited.correlate(named))
        .group_by(township)
    )


def _posted(actor: Actor, ask: MapAsk, within: Townships | None) -> Select[Any]:
    """Townships that a posting names on the day."""
    return (
        select(_township(Posting).label("township"))
        .join(Place, Place.id == Posting.place_id)
        .where(*map_rows.postings_counted(actor, ask), Place.level == PlaceLevel.TOWNSHIP, _held(Posting, within))
        .distinct()
    )
