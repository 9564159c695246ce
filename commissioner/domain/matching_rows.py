"""What matching reads, made ready to be compared: the county's people with their postings, and needs.

Kept by each process; after a change of the records only what changed is read and made ready again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import String, case, cast, func, literal, select

from commissioner.access import Actor, scope
from commissioner.domain.map_states import data_version
from commissioner.domain.matching_places import Spot, spot_columns, spot_of
from commissioner.domain.matching_words import Wanted, pairs, wanted
from commissioner.domain.memory import ReadyRows
from commissioner.domain.subject import runs_on
from commissioner.models import Commissioner, Need, Organisation, Posting, db
from commissioner.models.base import table_of
from commissioner.units import today
from commissioner.vocabulary import Industry, Level, NeedState, PlaceLevel

OPEN_STATES = (NeedState.OPEN, NeedState.PROPOSED, NeedState.AGREED)
MOST_NEEDS = 10_000
AT_ONCE = 250
UNKNOWN = 0.5
YEAR_DAYS = 365
_people: ReadyRows[Candidate] = ReadyRows(4)
_needs: ReadyRows[Asked] = ReadyRows(4)


class Run(NamedTuple):
    """A posting that runs today."""

    place_id: int
    spot: Spot | None
    ends_on: date | None
    required_days: int | None
    level: Level


class Candidate(NamedTuple):
    """Somebody who may be sent; ``level`` is that of the latest posting, be it over.

    Of the postings that run: ``spots`` are where they are known to lie, ``free`` is the share of the year that they leave,
    ``lasts`` the day until which the longest goes; none without any.
    """

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
    level: Level | None
    runs: tuple[Run, ...]
    spots: tuple[Spot, ...]
    free: float
    lasts: date | None


class Asked(NamedTuple):
    """A need."""

    id: int
    title: str
    place: str
    place_id: int
    region_code: str
    industry: Industry
    wanted_by: date | None
    state: NeedState
    spot: Spot | None
    words: Wanted
    illustrative: bool


def version() -> tuple[int, int]:
    """What every change of the records moves."""
    return data_version()


def candidates(actor: Actor, state: Any) -> Mapping[int, Candidate]:
    """Everybody whom the bureau of ``actor`` may send."""
    day = today()
    return _people.get(
        (actor.scope_key, day), state, lambda: _stamps_of_people(actor), lambda ids: _read_people(actor, day, ids)
    )


def candidate(actor: Actor, commissioner_id: int) -> Candidate | None:
    """One person, if the bureau of ``actor`` may send that one."""
    return _read_people(actor, today(), [commissioner_id]).get(commissioner_id)


def _stamp(*instants: Any) -> Any:
    """When the parts of something were last changed, as one text: nothing is asked of it but whether it is the same."""
    told: Any = literal("")
    for one in instants:
        told = told + func.coalesce(cast(one, String), "-")
    return told.label("stamp")


def _stamps(statement: Any) -> Iterator[tuple[int, str]]:
    """Rows of (id, stamp), a few at a time: held all at once they would be counted as here to stay, and swept for it."""
    for part in db.session.connection().execute(statement).partitions(AT_ONCE):
        yield from part


def _stamps_of_people(actor: Actor) -> dict[int, str]:
    """When each person, the own organisation, each posting and its place were last changed."""
    people = (
        select(Commissioner.id, _stamp(Commissioner.updated_at, Organisation.updated_at))
        .outerjoin(Organisation, Organisation.id == Commissioner.organisation_id)
        .where(scope(actor, Commissioner))
        .order_by(Commissioner.id)
    )
    place, parent, _latitude, _longitude = spot_columns()
    postings = (
        select(Posting.commissioner_id, _stamp(Posting.id, Posting.updated_at, place.c.updated_at, parent.c.updated_at))
        .join(place, place.c.id == Posting.place_id)
        .outerjoin(parent, parent.c.id == place.c.parent_id)
        .where(scope(actor, Posting))
        .order_by(Posting.id)
    )
    stamps = dict(_stamps(people))
    for commissioner_id, stamp in _stamps(postings):
        if commissioner_id in stamps:
            stamps[commissioner_id] += stamp
    return stamps


def _read_people(actor: Actor, day: date, ids: Collection[int] | None) -> dict[int, Candidate]:
    one, organisation = table_of(Commissioner), table_of(Organisation)
    columns = (one.c.id, one.c.name, one.c.title, one.c.speciality, one.c.note, one.c.industry, one.c.illustrative)
    joined = select(*columns, organisation.c.name.label("organisation")).select_from(
        one.outerjoin(organisation, organisation.c.id == one.c.organisation_id)
    )
    chosen = joined.where(scope(actor, Commissioner))
    if ids is not None:
        chosen = chosen.where(one.c.id.in_(ids))
    levels, runs = _read_postings(actor, day, ids)
    rows = db.session.connection().execute(chosen).all()
    return {row.id: _candidate(row, levels.get(row.id), tuple(runs.get(row.id, ()))) for row in rows}


def _candidate(row: Any, level: Level | None, runs: tuple[Run, ...]) -> Candidate:
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
        level=level,
        runs=runs,
        spots=tuple(run.spot for run in runs if run.spot is not None),
        free=_free([run.required_days for run in runs]),
        lasts=max((run.ends_on or date.max for run in runs), default=None),
    )


def _free(required_days: Sequence[int | None]) -> float:
    """The share of the year that is left; half of what is not known."""
    if None in required_days:
        return UNKNOWN / len(required_days)
    return max(0.0, 1 - sum(one or 0 for one in required_days) / YEAR_DAYS)


def _read_postings(
    actor: Actor, day: date, ids: Collection[int] | None
) -> tuple[dict[int, Level], dict[int, list[Run]]]:
    """By commissioner: the level of the latest posting that has begun or is to come, and those that run on ``day``."""
    place, parent, latitude, longitude = spot_columns()
    one = table_of(Posting)
    columns = (one.c.commissioner_id, one.c.place_id, one.c.level, one.c.starts_on, one.c.ends_on, one.c.required_days)
    statement = (
        select(*columns, latitude, longitude)
        .join(place, place.c.id == one.c.place_id)
        .outerjoin(parent, parent.c.id == place.c.parent_id)
        .where(scope(actor, Posting))
        .order_by(one.c.starts_on, one.c.id)
    )
    if ids is not None:
        statement = statement.where(one.c.commissioner_id.in_(ids))
    levels: dict[int, Level] = {}
    runs: dict[int, list[Run]] = {}
    for who, place_id, level, starts_on, ends_on, required_days, *point in (
        db.session.connection().execute(statement).all()
    ):
        levels[who] = level
        if runs_on(starts_on, ends_on, day):
            runs.setdefault(who, []).append(Run(place_id, spot_of(*point), ends_on, required_days, level))
    return levels, runs


def need_asked(actor: Actor, need_id: int) -> Asked | None:
    """One need, whatever its state, if ``actor`` may see it."""
    row = db.session.connection().execute(_needs_statement(actor).where(Need.id == need_id)).one_or_none()
    return None if row is None else _asked(row)


def needs_asked(actor: Actor, need_ids: Collection[int]) -> Mapping[int, Asked]:
    """Some needs, whatever their state, of those that ``actor`` may see."""
    if not need_ids:
        return {}
    rows = db.session.connection().execute(_needs_statement(actor).where(Need.id.in_(need_ids))).all()
    return {row.id: _asked(row) for row in rows}


def open_needs(actor: Actor, state: Any) -> Mapping[int, Asked]:
    """The latest needs that still look for somebody."""
    return _needs.get((actor.scope_key,), state, lambda: _stamps_of_needs(actor), lambda ids: _read_needs(actor, ids))


def _stamps_of_needs(actor: Actor) -> dict[int, str]:
    place, parent, _latitude, _longitude = spot_columns()
    statement = (
        select(Need.id, _stamp(Need.updated_at, place.c.updated_at, parent.c.updated_at))
        .join(place, place.c.id == Need.place_id)
        .outerjoin(parent, parent.c.id == place.c.parent_id)
        .where(scope(actor, Need), Need.state.in_(OPEN_STATES))
        .order_by(Need.id.desc())
        .limit(MOST_NEEDS)
    )
    return dict(_stamps(statement))


def _read_needs(actor: Actor, ids: Collection[int] | None) -> dict[int, Asked]:
    looking = _needs_statement(actor).where(Need.state.in_(OPEN_STATES))
    latest = looking.order_by(Need.id.desc()).limit(MOST_NEEDS)
    looking = latest if ids is None else looking.where(Need.id.in_(ids))
    return {row.id: _asked(row) for row in db.session.connection().execute(looking).all()}


def _needs_statement(actor: Actor) -> Any:
    place, parent, latitude, longitude = spot_columns()
    village = place.c.level == PlaceLevel.VILLAGE
    full_name = case((village, func.coalesce(parent.c.name + " ", "") + place.c.name), else_=place.c.name)
    columns = (
        Need.id,
        Need.title,
        Need.problem,
        Need.wanted_speciality,
        Need.industry,
        Need.help_kind,
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
        spot=spot_of(row.latitude_deg, row.longitude_deg),
        words=wanted(row.industry, row.help_kind, row.title, row.problem, row.wanted_speciality),
        illustrative=row.illustrative,
    )
