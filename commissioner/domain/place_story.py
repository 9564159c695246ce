"""What the page of a place tells beyond its facts: who serves it on a date, whether it is covered, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from commissioner.access import Actor, covers, scope
from commissioner.domain.coverage import counted_visit, paired_on, posted_on, posted_within_on
from commissioner.domain.pages import Pointer
from commissioner.domain.places import here_or_below
from commissioner.domain.problems import Solved, solved_counts
from commissioner.domain.programme import coverage_days
from commissioner.domain.subject import place_name, running
from commissioner.models import Commissioner, Place, PlaceEvent, PlaceTagging, Posting, Visit, db
from commissioner.problems import NotFound
from commissioner.vocabulary import Level, PlaceEventKind, PlaceLevel, PlaceState, PlaceTag

MOST_SERVING = 60
MOST_POSTINGS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A posting; ``own`` when it names this very place, ``runs`` when it does on the date asked about."""

    posting_id: int
    commissioner_id: int
    commissioner: str
    place: str
    own: bool
    level: Level
    starts_on: date
    ends_on: date | None
    illustrative: bool
    runs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whether the place is covered on the date, and by what (domain.md §5.6); no ``visit_days``: visits say nothing."""

    posted: bool
    paired: bool
    last_visit_on: date | None
    visited: bool
    visit_days: int | None

    @property
    def covered(self) -> bool:
        """Whether anything covers it."""
        return self.posted or self.paired or self.visited


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEventLine:
    """A renaming, merging or closing."""

    kind: PlaceEventKind
    happened_on: date
    former_name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceStory:
    """The story of a place on a date."""

    name: str
    on: date
    level: PlaceLevel
    state: PlaceState
    above: tuple[Pointer, ...]
    successor: Pointer | None
    tags: tuple[PlaceTag, ...]
    coverage: Coverage | None
    serving: tuple[Serving, ...]
    ever: tuple[Serving, ...]
    ever_cut: bool
    events: tuple[PlaceEventLine, ...]
    problems: Solved


def place_story(actor: Actor, place_id: int, day: date, problem_filters: Mapping[str, str] | None = None) -> PlaceStory:
    """The story of a place on ``day``: two queries. ``problem_filters`` ask the list of problems for those here."""
    visit_days = coverage_days()
    rows = _profile(actor, place_id, day, problem_filters or {"place": str(place_id)})
    row = rows[0]
    ever = _postings(actor, place_id, row, day)
    return PlaceStory(
        name=row["name"],
        on=day,
        level=row["level"],
        state=row["state"],
        above=_above(actor, row),
        successor=_seen(actor, row, "successor"),
        tags=tuple(tag for tag in PlaceTag if tag.value in (row["tags"] or "").split(",")),
        coverage=_coverage(actor, row, day, visit_days),
        serving=tuple(one for one in ever if one.runs)[:MOST_SERVING],
        ever=ever,
        ever_cut=len(ever) == MOST_POSTINGS,
        events=tuple(_event(one) for one in rows if one["kind"] is not None),
        problems=Solved(raised=row["raised"], solved=row["solved"]),
    )


def _profile(actor: Actor, place_id: int, day: date, problem_filters: Mapping[str, str]) -> Any:
    """The place with what is above it, once for each event in its life, and once if there was none."""
    parent, grand, successor = aliased(Place), aliased(Place), aliased(Place)
    last_visit = select(func.max(Visit.ends_on)).where(counted_visit(day), scope(actor, Visit))
    statement = (
        select(
            Place.name,
            Place.level,
            Place.state,
            Place.parent_id,
            parent.name.label("parent"),
            parent.region_code.label("parent_code"),
            grand.id.label("grand_id"),
            grand.name.label("grand"),
            grand.region_code.label("grand_code"),
            Place.successor_id,
            successor.name.label("successor"),
            successor.region_code.label("successor_code"),
            _tags().label("tags"),
            case((Place.level == PlaceLevel.TOWNSHIP, posted_within_on(day)), else_=posted_on(day)).label("posted"),
            paired_on(day).label("paired"),
            last_visit.correlate_except(Visit).scalar_subquery().label("last_visit_on"),
            PlaceEvent.kind,
            PlaceEvent.happened_on,
            PlaceEvent.former_name,
            PlaceEvent.note,
            *(count.scalar_subquery().label(key) for key, count in solved_counts(actor, problem_filters).items()),
        )
        .outerjoin(parent, parent.id == Place.parent_id)
        .outerjoin(grand, grand.id == parent.parent_id)
        .outerjoin(successor, successor.id == Place.successor_id)
        .outerjoin(PlaceEvent, PlaceEvent.place_id == Place.id)
        .where(Place.id == place_id, scope(actor, Place))
        .order_by(PlaceEvent.happened_on.desc(), PlaceEvent.id.desc())
    )
    rows = db.session.execute(statement).mappings().all()
    if not rows:
        raise NotFound
    return rows


def _tags() -> Any:
    joined = select(func.aggregate_strings(cast(PlaceTagging.tag, String), ","))
    return joined.where(PlaceTagging.place_id == Place.id).correlate_except(PlaceTagging).scalar_subquery()


def _above(actor: Actor, row: Any) -> tuple[Pointer, ...]:
    """The places above, from the widest that the actor may see."""
    found = (_seen(actor, row, "grand"), _seen(actor, row, "parent"))
    return tuple(pointer for pointer in found if pointer is not None)


def _seen(actor: Actor, row: Any, key: str) -> Pointer | None:
    row_id = row[f"{key}_id"]
    if row_id is None or not covers(actor.region_code, row[f"{key}_code"]):
        return None
    return Pointer(subject="places", id=row_id, label=row[key])


def _coverage(actor: Actor, row: Any, day: date, visit_days: int | None) -> Coverage | None:
    """Of townships and villages; whoever sees only the own people cannot tell who else comes."""
    if row["level"] not in {PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE} or not actor.is_territorial:
        return None
    village = row["level"] is PlaceLevel.VILLAGE
    last = row["last_visit_on"] if village else None
    visited = last is not None and visit_days is not None and last > day - timedelta(days=visit_days)
    return Coverage(
        posted=bool(row["posted"]),
        paired=village and bool(row["paired"]),
        last_visit_on=last,
        visited=visited,
        visit_days=visit_days,
    )


def _postings(actor: Actor, place_id: int, row: Any, day: date) -> tuple[Serving, ...]:
    """All postings that ever reached the place, those that run on ``day`` first."""
    runs = running(Posting.starts_on, Posting.ends_on, day)
    statement = (
        select(
            Posting.id,
            Posting.commissioner_id,
            Commissioner.name,
            Posting.place_id,
            place_name(Posting.place_id).label("place"),
            Posting.level,
            Posting.starts_on,
            Posting.ends_on,
            Posting.illustrative,
            runs.label("runs"),
        )
        .join(Commissioner, Commissioner.id == Posting.commissioner_id)
        .where(scope(actor, Posting), _reaches(place_id, row))
        .order_by(runs.desc(), Posting.place_id != place_id, Posting.region_code, Commissioner.pinyin, Posting.id)
        .limit(MOST_POSTINGS)
    )
    return tuple(
        Serving(
            posting_id=one.id,
            commissioner_id=one.commissioner_id,
            commissioner=one.name,
            place=one.place,
            own=one.place_id == place_id,
            level=one.level,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            illustrative=one.illustrative,
            runs=bool(one.runs),
        )
        for one in db.session.execute(statement)
    )


def _reaches(place_id: int, row: Any) -> ColumnElement[bool]:
    """A village is served by its township's people too, a township by those of its villages; larger places by their own."""
    if row["level"] is PlaceLevel.VILLAGE:
        return or_(Posting.place_id == place_id, Posting.place_id == row["parent_id"])
    if row["level"] is PlaceLevel.TOWNSHIP:
        return here_or_below(Posting, place_id)
    own: ColumnElement[bool] = Posting.place_id == place_id
    return own


def _event(row: Any) -> PlaceEventLine:
    return PlaceEventLine(
        kind=row["kind"], happened_on=row["happened_on"], former_name=row["former_name"], note=row["note"]
    )
