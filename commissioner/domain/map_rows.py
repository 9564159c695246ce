"""What the map shows, one query a layer: places, service, visits, projects and bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, extract, func, literal, or_, select, true, union_all

from commissioner.access import Actor, scope, within
from commissioner.domain.project_years import implemented_in
from commissioner.domain.service_days import counted_states
from commissioner.models import (
    BaseProject,
    DemonstrationBase,
    Pairing,
    Place,
    Posting,
    Project,
    ProjectPlace,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.units import year_bounds
from commissioner.vocabulary import (
    CoordinateSource,
    Industry,
    Level,
    PlaceLevel,
    PlaceState,
)

Rows = Sequence[Any]  # Core rows with named columns
LEVELS = (PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)
ROUGH = frozenset({CoordinateSource.APPROXIMATE, CoordinateSource.CENTROID, CoordinateSource.ILLUSTRATIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class MapAsk:
    """What somebody asks of the map; ``township`` is a division-code prefix, empty for everywhere."""

    year: int
    level: Level | None = None
    industry: Industry | None = None
    township: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """First and last day asked about."""
        return year_bounds(self.year)


def overlapping(start: Any, end: Any, ask: MapAsk) -> ColumnElement[bool]:
    """A dated row that ran on at least one day of the year; no date means no bound."""
    first, last = ask.days
    return and_(or_(start.is_(None), start <= last), or_(end.is_(None), end >= first))


def _in_township(model: Any, ask: MapAsk) -> ColumnElement[bool]:
    return within(model.region_code, ask.township)


def places(actor: Actor, ask: MapAsk) -> Rows:
    """Townships, counties, then villages, by division code; the townships around the one asked for stay on the map."""
    statement = (
        select(
            Place.id,
            Place.level,
            Place.region_code,
            Place.name,
            Place.latitude_deg,
            Place.longitude_deg,
            Place.coordinate_source,
            Place.illustrative,
        )
        .where(
            Place.level.in_(LEVELS),
            Place.state == PlaceState.CURRENT,
            scope(actor, Place),
            or_(Place.level != PlaceLevel.VILLAGE, _in_township(Place, ask)),
        )
        .order_by(Place.level == PlaceLevel.VILLAGE, Place.level == PlaceLevel.COUNTY, Place.region_code, Place.id)
    )
    return db.session.execute(statement).all()


def served(actor: Actor, ask: MapAsk) -> Rows:
    """Ids of the places that a posting of the year names, or that were paired in it (domain.md §5.6)."""
    postings = select(Posting.place_id, Posting.illustrative, literal("posted").label("why")).where(
        *postings_counted(actor, ask)
    )
    if ask.level or ask.industry:  # a pairing has neither
        return db.session.execute(postings).all()
    pairings = select(Pairing.place_id, Pairing.illustrative, literal("paired").label("why")).where(
        scope(actor, Pairing),
        _in_township(Pairing, ask),
        overlapping(Pairing.starts_on, Pairing.ends_on, ask),
    )
    return db.session.execute(union_all(postings, pairings)).all()


def postings_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The postings of the year under the filters."""
    return [
        scope(actor, Posting),
        _in_township(Posting, ask),
        overlapping(Posting.starts_on, Posting.ends_on, ask),
        Posting.level == ask.level if ask.level else true(),
        Posting.industry == ask.industry if ask.industry else true(),
    ]


def visits(actor: Actor, ask: MapAsk) -> Rows:
    """Visits that began in the year, counted by place: never one by one. Only one that counts makes a place served."""
    statement = (
        select(
            Visit.place_id,
            func.count().label("visits"),
            func.sum(case((Visit.state.in_(counted_states()), 1), else_=0)).label("confirmed"),
            func.sum(case((Visit.illustrative, 0), else_=1)).label("real"),
        )
        .where(*visits_counted(actor, ask), Visit.starts_on.between(*ask.days))
        .group_by(Visit.place_id)
    )
    return db.session.execute(statement).all()


def visits_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The visits under the filters, of any year. A visit has the level of its people's posting on that day."""
    conditions = [
        scope(actor, Visit),
        _in_township(Visit, ask),
        Visit.industry == ask.industry if ask.industry else true(),
    ]
    if ask.level:
        posted = (
            exists()
            .where(VisitCommissioner.visit_id == Visit.id)
            .where(Posting.commissioner_id == VisitCommissioner.commissioner_id, Posting.level == ask.level)
            .where(Posting.starts_on <= Visit.starts_on)
            .where(or_(Posting.ends_on.is_(None), Posting.ends_on >= Visit.starts_on))
        )
        conditions.append(posted)
    return conditions


def visits_by_year(actor: Actor) -> dict[int, int]:
    """All visits in scope, counted by the year in which they began."""
    year = extract("year", Visit.starts_on)
    rows = db.session.execute(select(year, func.count()).where(scope(actor, Visit)).group_by(year))
    return {int(one): count for one, count in rows}


def projects(actor: Actor, ask: MapAsk) -> Rows:
    """Projects implemented in the year, a row for each visible place."""
    statement = (
        select(
            Project.id,
            Project.title.label("name"),
            Project.level,
            Project.kind,
            Project.industry,
            Project.illustrative,
            *_place_columns(),
        )
        .outerjoin(ProjectPlace, ProjectPlace.project_id == Project.id)
        .outerjoin(Place, and_(Place.id == ProjectPlace.place_id, scope(actor, Place)))
        .where(
            scope(actor, Project),
            implemented_in(ask.year),
            Project.level == ask.level if ask.level else true(),
            Project.industry == ask.industry if ask.industry else true(),
            _in_township(Place, ask),
        )
        .order_by(Project.id, Place.region_code)
    )
    return db.session.execute(statement).all()


def bases(actor: Actor, ask: MapAsk) -> Rows:
    """Bases that stood in the year; a base has the level of the projects it belongs to."""
    base = DemonstrationBase
    of_level = exists().where(
        BaseProject.base_id == base.id, BaseProject.project_id == Project.id, Project.level == ask.level
    )
    statement = (
        select(
            base.id,
            base.name,
            base.industry,
            base.illustrative,
            base.latitude_deg.label("own_latitude_deg"),
            base.longitude_deg.label("own_longitude_deg"),
            base.coordinate_source.label("own_source"),
            *_place_columns(),
        )
        .outerjoin(Place, and_(Place.id == base.place_id, scope(actor, Place)))
        .where(
            scope(actor, base),
            overlapping(base.founded_on, base.closed_on, ask),
            _in_township(base, ask),
            of_level if ask.level else true(),
            base.industry == ask.industry if ask.industry else true(),
        )
        .order_by(base.region_code, base.id)
    )
    return db.session.execute(statement).all()


def _place_columns() -> list[Any]:
    return [
        Place.id.label("place_id"),
        Place.region_code,
        Place.level.label("place_level"),
        Place.latitude_deg,
        Place.longitude_deg,
        Place.coordinate_source,
    ]
