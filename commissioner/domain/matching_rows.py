"""What matching reads, as plain rows: the county's people with their postings, and needs.

Kept by each process as long as no record has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from commissioner.access import Actor, scope
from commissioner.domain.map_layers import data_version
from commissioner.domain.matching_words import Wanted, pairs, wanted
from commissioner.domain.memory import Memory
from commissioner.domain.subject import running
from commissioner.models import Commissioner, Need, Organisation, Place, Posting, db
from commissioner.units import today
from commissioner.vocabulary import Industry, Level, NeedState, PlaceLevel

OPEN_STATES = (NeedState.OPEN, NeedState.PROPOSED, NeedState.AGREED)
MOST_NEEDS = 10_000
_people, _needs = Memory(4), Memory(4)

Point = tuple[float, float]


class Run(NamedTuple):
    """A posting that runs today."""

    place_id: int
    point: Point | None
    ends_on: date | None
    required_days: int | None
    level: Level


@dataclass(slots=True, kw_only=True)
class Candidate:
    """Somebody who may be sent."""

    id: int
    name: str
    title: str
    speciality: str
    about: str
    organisation: str
    industry: Industry | None
    illustrative: bool
    words: frozenset[str]
    wider: frozenset[str]
    level: Level | None = None
    runs: list[Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An open need."""

    id: int
    title: str
    place: str
    place_id: int
    region_code: str
    industry: Industry
    wanted_by: date | None
    state: NeedState
    point: Point | None
    words: Wanted
    illustrative: bool


def version() -> tuple[Any, ...]:
    """What makes everything kept here old: a change of the records, or a new day."""
    return (*data_version(), today())


def candidates(actor: Actor, state: tuple[Any, ...]) -> Mapping[int, Candidate]:
    """Everybody whom the bureau of ``actor`` may send."""
    return _people.get((state, actor.scope_key), lambda: _read_people(actor))


def _read_people(actor: Actor) -> dict[int, Candidate]:
    columns = (
        Commissioner.id,
        Commissioner.name,
        Commissioner.title,
        Commissioner.speciality,
        Commissioner.note,
        Commissioner.industry,
        Commissioner.illustrative,
        Organisation.name.label("organisation"),
    )
    joined = select(*columns).outerjoin(Organisation, Organisation.id == Commissioner.organisation_id)
    rows = db.session.execute(joined.where(scope(actor, Commissioner)))
    people = {row.id: _candidate(row) for row in rows}
    _add_postings(actor, people)
    return people


def _candidate(row: Any) -> Candidate:
    about = f"{row.title}\n{row.note}"
    return Candidate(
        id=row.id,
        name=row.name,
        title=row.title,
        speciality=row.speciality,
        about=about,
        organisation=row.organisation or "",
        industry=row.industry,
        illustrative=row.illustrative,
        words=pairs(row.speciality),
        wider=pairs(about),
        runs=[],
    )


def _point_columns() -> tuple[Any, Any, Any, Any]:
    """A place, its parent, and the point of the place or, where a village has none, of its township."""
    place, parent = Place.__table__.alias("spot"), Place.__table__.alias("above")
    own = place.c.latitude_deg.is_not(None)
    village = place.c.level == PlaceLevel.VILLAGE
    latitude = case((own, place.c.latitude_deg), (village, parent.c.latitude_deg))
    longitude = case((own, place.c.longitude_deg), (village, parent.c.longitude_deg))
    return place, parent, latitude.label("latitude_deg"), longitude.label("longitude_deg")


def _add_postings(actor: Actor, people: dict[int, Candidate]) -> None:
    """Running postings, and the level of the latest, be it over."""
    place, parent, latitude, longitude = _point_columns()
    statement = (
        select(
            Posting.commissioner_id,
            Posting.place_id,
            Posting.level,
            Posting.ends_on,
            Posting.required_days,
            running(Posting.starts_on, Posting.ends_on, today()).label("runs"),
            latitude,
            longitude,
        )
        .join(place, place.c.id == Posting.place_id)
        .outerjoin(parent, parent.c.id == place.c.parent_id)
        .where(scope(actor, Posting))
        .order_by(Posting.starts_on)
    )
    for row in db.session.execute(statement):
        who = people.get(row.commissioner_id)
        if who is None:
            continue
        who.level = row.level
        if row.runs:
            who.runs.append(Run(row.place_id, _point(row), row.ends_on, row.required_days, row.level))


def _point(row: Any) -> Point | None:
    return None if row.latitude_deg is None else (row.latitude_deg, row.longitude_deg)


def need_asked(actor: Actor, need_id: int) -> Asked | None:
    """One need, whatever its state, if ``actor`` may see it."""
    row = db.session.execute(_needs_statement(actor).where(Need.id == need_id)).one_or_none()
    return None if row is None else _asked(row)


def open_needs(actor: Actor, state: tuple[Any, ...]) -> Mapping[int, Asked]:
    """The latest needs that still look for somebody."""
    return _needs.get((state, actor.scope_key), lambda: _read_needs(actor))


def _read_needs(actor: Actor) -> dict[int, Asked]:
    looking = Need.state.in_(OPEN_STATES)
    rows = db.session.execute(_needs_statement(actor).where(looking).order_by(Need.id.desc()).limit(MOST_NEEDS))
    return {row.id: _asked(row) for row in rows}


def _needs_statement(actor: Actor) -> Any:
    place, parent, latitude, longitude = _point_columns()
    village = place.c.level == PlaceLevel.VILLAGE
    full_name = case((village, func.coalesce(parent.c.name + " ", "") + place.c.name), else_=place.c.name)
    columns = (
        Need.id,
        Need.title,
        Need.problem,
        Need.wanted_speciality,
        Need.industry,
        Need.wanted_by,
        Need.state,
        Need.region_code,
        Need.place_id,
        Need.illustrative,
        full_name.label("place"),
        latitude,
        longitude,
    )
    joined = select(*columns).join(place, place.c.id == Need.place_id)
    return joined.outerjoin(parent, parent.c.id == place.c.parent_id).where(scope(actor, Need))


def _asked(row: Any) -> Asked:
    return Asked(
        id=row.id,
        title=row.title,
        place=row.place,
        place_id=row.place_id,
        region_code=row.region_code,
        industry=row.industry,
        wanted_by=row.wanted_by,
        state=row.state,
        point=_point(row),
        words=wanted(row.title, row.problem, row.wanted_speciality),
        illustrative=row.illustrative,
    )
