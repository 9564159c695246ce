"""Coverage told as a need: villages and townships without a posting, without a visit for long, with open needs.

In the order of the division codes, never by a score: it says where somebody is wanted, not who is better or worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, literal, select, union_all

from commissioner.access import Actor, Permission, scope, within
from commissioner.domain.map_rows import Townships
from commissioner.domain.map_states import map_state
from commissioner.domain.matching_places import Spot, spot_columns, spot_of
from commissioner.domain.memory import Memory
from commissioner.domain.open_on import need_open_on
from commissioner.domain.programme import coverage_days
from commissioner.domain.service_days import counted_states, visit_counts
from commissioner.domain.subject import running
from commissioner.models import Need, Place, Posting, Visit, db
from commissioner.problems import NotFound
from commissioner.vocabulary import N_, PlaceLevel, PlaceState, Word

TOWNSHIP_DIGITS = 9
MOST_PLACES = 30_000
PAGE_SIZE = 50
_standing, _chosen_kept = Memory(16), Memory(48)


class Missing(Word):
    """What a place goes without."""

    ANY = "any", N_("缺任何一样")
    POSTING = "posting", N_("没有派驻")
    VISIT = "visit", N_("很久没有走访")
    NEED = "need", N_("有待解决的需求")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNeed:
    """A place and what it goes without; ``visited`` is nothing where no number of days says what long is."""

    id: int
    name: str
    township: str
    level: PlaceLevel
    region_code: str
    posted: bool
    posted_in_township: bool
    visited: bool | None
    need_ids: tuple[int, ...]
    spot: Spot | None
    illustrative: bool

    def lacks(self, what: Missing) -> bool:
        """Whether it goes without ``what``."""
        lacking = {Missing.POSTING: not self.posted, Missing.VISIT: self.visited is False, Missing.NEED: self.needs > 0}
        return any(lacking.values()) if what is Missing.ANY else lacking[what]

    @property
    def is_village(self) -> bool:
        """Whether it is a village, or else a township."""
        return self.level is PlaceLevel.VILLAGE

    @property
    def needs(self) -> int:
        """How many needs are open."""
        return len(self.need_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAsk:
    """What somebody asks: the day, the township by its code, and what is missing."""

    on: date
    township: str = ""
    missing: Missing = Missing.ANY
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageNeeds:
    """One page of the places that go without something; ``too_many``: the region is too large to be told at once."""

    rows: Sequence[PlaceNeed]
    total: int
    counts: Mapping[Missing, int]
    places: int
    visit_days: int | None
    last_visits: Mapping[int, date]
    townships: Sequence[tuple[str, str]]
    codes: Mapping[int, str]
    version: Any
    too_many: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def coverage_needs(actor: Actor, ask: CoverageAsk) -> CoverageNeeds:
    """What the places in scope go without on a day. Raises ``NotFound`` for a page that is not there.

    Who sees only the own people cannot tell who else comes: for them there is no such page.
    """
    version = map_state(actor).version
    every = _standing_on(actor, ask, version)
    key = (version, actor.scope_key, ask.on, coverage_days(), counted_states(), ask.township, ask.missing)
    chosen = _chosen_kept.get(key, lambda: _chosen(every or (), ask))
    found = chosen.found
    first = (ask.number - 1) * PAGE_SIZE
    if first and first >= len(found):
        raise NotFound
    rows = found[first : first + PAGE_SIZE]
    return CoverageNeeds(
        rows=rows,
        total=len(found),
        counts=chosen.counts,
        places=chosen.places,
        visit_days=coverage_days(),
        last_visits=last_visits(actor, ask.on, rows),
        townships=chosen.townships,
        codes=chosen.codes,
        version=version,
        too_many=every is None,
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is asked for of all places: those that go without, and the counts of all."""

    found: Sequence[PlaceNeed]
    counts: Mapping[Missing, int]
    places: int
    townships: Sequence[tuple[str, str]]
    codes: Mapping[int, str]


def _chosen(every: Sequence[PlaceNeed], ask: CoverageAsk) -> _Chosen:
    inside = [one for one in every if one.region_code.startswith(ask.township)]
    return _Chosen(
        found=[one for one in inside if one.lacks(ask.missing)],
        counts={what: sum(1 for one in inside if one.lacks(what)) for what in Missing},
        places=len(inside),
        townships=[(one.region_code[:TOWNSHIP_DIGITS], one.name) for one in every if not one.is_village],
        codes={one.id: one.region_code for one in every},
    )


def every_need(actor: Actor, ask: CoverageAsk) -> Sequence[PlaceNeed]:
    """All places that go without what is asked for: for a sheet."""
    actor.must(Permission.EXPORT)
    every = _standing_on(actor, ask, map_state(actor).version) or ()
    return _chosen(every, ask).found


def last_visits(actor: Actor, day: date, places: Sequence[PlaceNeed]) -> dict[int, date]:
    """The last day of the last service visit that counts, by place, a township's anywhere in it: one query."""
    if not places:
        return {}
    came = (scope(actor, Visit), visit_counts(), Visit.starts_on <= day)
    last = func.max(Visit.ends_on).label("last")
    code = func.substr(Visit.region_code, 1, TOWNSHIP_DIGITS)
    townships = {one.region_code[:TOWNSHIP_DIGITS]: one.id for one in places if not one.is_village}
    villages = [one.id for one in places if one.is_village]
    by_village = select(Visit.place_id, literal("").label("code"), last).where(*came, Visit.place_id.in_(villages))
    by_township = select(literal(0), code, last).where(*came, Townships(townships).hold(Visit))
    both = union_all(by_village.group_by(Visit.place_id), by_township.group_by(code))
    rows = db.session.execute(both).all()
    return {townships.get(row.code, row.place_id): min(row.last, day) for row in rows}


def _standing_on(actor: Actor, ask: CoverageAsk, version: Any) -> Sequence[PlaceNeed] | None:
    """All places in scope as they stand on the day, kept as long as nothing changes; nothing where they are too many."""
    actor.must(Permission.LOOK)
    if not actor.is_territorial:
        raise NotFound
    days = coverage_days()
    key = (version, actor.scope_key, ask.on, days, counted_states())
    found: tuple[Sequence[PlaceNeed] | None] = _standing.get(key, lambda: (_read(actor, ask.on, days),))
    return found[0]


def _read(actor: Actor, day: date, days: int | None) -> tuple[PlaceNeed, ...] | None:
    """Two queries, whatever the number of places: the places, and what happens there."""
    places = _places(actor)
    if len(places) > MOST_PLACES:
        return None
    found: dict[str, list[Any]] = {"posting": [], "visit": [], "need": []}
    for row in db.session.execute(union_all(*_happening(actor, day, days))):
        found[row.kind].append(row)
    townships = {row.region_code[:TOWNSHIP_DIGITS] for row in found["posting"]}
    posted = _Reached({row.place_id for row in found["posting"]}, townships)
    codes = {row.region_code[:TOWNSHIP_DIGITS] for row in found["visit"]}
    visited = None if days is None else _Reached({row.place_id for row in found["visit"]}, codes)
    needs: dict[int, list[int]] = {}
    for row in found["need"]:
        needs.setdefault(row.place_id, []).append(row.id)
    return tuple(_place_need(row, posted, visited, needs) for row in places)


def _places(actor: Actor) -> Sequence[Any]:
    place, parent, latitude, longitude = spot_columns()
    one = place.c
    mine = select(Place.id).where(
        Place.level.in_((PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)),
        Place.state == PlaceState.CURRENT,
        scope(actor, Place),
        within(Place.region_code, actor.region_code),
    )
    statement = (
        select(one.id, one.name, one.level, one.region_code, one.illustrative, parent.c.name.label("above"))
        .add_columns(latitude, longitude)
        .outerjoin(parent, parent.c.id == one.parent_id)
        .where(one.id.in_(mine))
        .order_by(one.region_code, one.id)
        .limit(MOST_PLACES + 1)
    )
    return db.session.execute(statement).all()


def _happening(actor: Actor, day: date, days: int | None) -> list[Any]:
    """Postings that run on the day, visits that count within the days, needs that are open: the latest first."""
    postings = select(
        literal("posting").label("kind"), Posting.place_id, Posting.region_code, Posting.id.label("id")
    ).where(scope(actor, Posting), running(Posting.starts_on, Posting.ends_on, day))
    needs = select(literal("need"), Need.place_id, Need.region_code, Need.id).where(
        scope(actor, Need), need_open_on(day)
    )
    if days is None:
        return [postings, needs]
    came = (visit_counts(), Visit.starts_on <= day, Visit.ends_on >= day - timedelta(days=days - 1))
    visits = select(literal("visit"), Visit.place_id, Visit.region_code, literal(0)).where(scope(actor, Visit), *came)
    return [postings, needs, visits.distinct()]


@dataclass(frozen=True, slots=True)
class _Reached:
    """Places that are named themselves, and townships in which any place is."""

    places: set[int]
    townships: set[str]

    def holds(self, row: Any) -> bool:
        """A township through any of its villages, a village when it is named itself (domain.md §5.6)."""
        if row.level is PlaceLevel.VILLAGE:
            return row.id in self.places
        return row.region_code[:TOWNSHIP_DIGITS] in self.townships


def _place_need(row: Any, posted: _Reached, visited: _Reached | None, needs: Mapping[int, list[int]]) -> PlaceNeed:
    return PlaceNeed(
        id=row.id,
        name=row.name,
        township=(row.above or "") if row.level is PlaceLevel.VILLAGE else "",
        level=row.level,
        region_code=row.region_code,
        posted=posted.holds(row),
        posted_in_township=row.region_code[:TOWNSHIP_DIGITS] in posted.townships,
        visited=None if visited is None else visited.holds(row),
        need_ids=tuple(sorted(needs.get(row.id, ()), reverse=True)),
        spot=spot_of(row.latitude_deg, row.longitude_deg),
        illustrative=row.illustrative,
    )
