"""The story of a village, a township or a county: who serves it, what was done there, what came of it, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from commissioner.access import Actor, scope, significant, within
from commissioner.domain import map_story_lines as lines
from commissioner.domain.coverage import counted_visit
from commissioner.domain.coverage_help import nearest_serving
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_story_figures import employment_series, photos_in, visits_in
from commissioner.domain.map_story_parts import Lack, Rows, Story, Teller, groups_in, head_of, rows_of
from commissioner.domain.matching_places import spot_of
from commissioner.models import (
    DemonstrationBase,
    Impact,
    Instruction,
    Need,
    Place,
    Posting,
    Project,
    ProjectPlace,
    RaisedProblem,
    Visit,
)
from commissioner.vocabulary import PlaceLevel

Here = Callable[[Any], ColumnElement[bool]]


def place_story(level: PlaceLevel) -> Teller:
    """The teller of places of ``level``: three queries, and one more where somebody is wanted."""

    def tell(actor: Actor, row_id: int, ask: MapAsk) -> Story:
        parent = Place.__table__.alias("parent")
        columns = (Place.name, Place.region_code, Place.latitude_deg, Place.longitude_deg, Place.illustrative)
        above = (parent.c.latitude_deg.label("above_latitude_deg"), parent.c.longitude_deg.label("above_longitude_deg"))
        last = select(func.max(Visit.ends_on)).where(counted_visit(ask.on), scope(actor, Visit)).correlate(Place)
        seen = (Place.id == row_id, Place.level == level, scope(actor, Place))
        place = head_of(
            select(*columns, *above, parent.c.name.label("parent"), last.scalar_subquery().label("last_visit_on"))
            .add_columns(*_problems(actor, ask, row_id, level))
            .outerjoin(parent, parent.c.id == Place.parent_id)
            .where(*seen)
        )
        here = _here(level, place.region_code, row_id)
        rows = rows_of(*_rows(actor, ask, here))
        return Story(
            kind=level.value,
            subject="places",
            id=row_id,
            page_id=row_id,
            on=ask.on,
            title=place.name,
            subtitle=place.parent or "",
            facts=(),
            groups=groups_in(rows),
            own_position=place.latitude_deg is not None,
            illustrative=place.illustrative,
            series=(*visits_in(rows, ask), *employment_series(actor, ask, _owners(here))),
            photos=photos_in(rows),
            problems=lines.problems_told(place),
            lack=_lack(actor, place, rows, ask) if level is PlaceLevel.VILLAGE else None,
        )

    return tell


def _lack(actor: Actor, place: Any, rows: Rows, ask: MapAsk) -> Lack | None:
    """Of a village that no posting names and nobody came to this year: what it goes without; one query."""
    visited = place.last_visit_on is not None and place.last_visit_on.year >= ask.year
    if "postings" in rows or visited or not actor.is_territorial or ask.level or ask.industry:
        return None
    own = spot_of(place.latitude_deg, place.longitude_deg)
    spot = own or spot_of(place.above_latitude_deg, place.above_longitude_deg)
    return Lack(
        region_code=place.region_code,
        last_visit_on=min(place.last_visit_on, ask.on) if place.last_visit_on else None,
        needs=rows["needs"][0].total if "needs" in rows else 0,
        nearest=nearest_serving(actor, place.region_code, spot),
    )


def _rows(actor: Actor, ask: MapAsk, here: Here) -> tuple[Any, ...]:
    return (
        lines.posting_lines(actor, ask, here(Posting)),
        lines.instruction_lines(actor, ask, here(Instruction)),
        lines.project_lines(actor, ask, _works(here)),
        lines.base_lines(actor, ask, here(DemonstrationBase)),
        lines.visit_lines(actor, ask, here(Visit)),
        lines.need_lines(actor, ask, here(Need)),
        lines.problem_lines(actor, ask, here(RaisedProblem)),
        lines.photo_rows(actor, ask, here(Visit)),
        lines.visit_years(actor, ask, here(Visit)),
    )


def _problems(actor: Actor, ask: MapAsk, row_id: int, level: PlaceLevel) -> tuple[Any, Any]:
    """Counted in the head already, where the code of the place is not in hand yet."""
    if level is not PlaceLevel.TOWNSHIP:
        return lines.problem_counts(actor, ask.on, RaisedProblem.place_id == row_id)
    one = aliased(Place)
    below = select(one.id).where(or_(one.id == row_id, one.parent_id == row_id))
    return lines.problem_counts(actor, ask.on, RaisedProblem.place_id.in_(below))


def _here(level: PlaceLevel, region_code: str, place_id: int) -> Here:
    """In the township, its villages too; or at the village itself. A county: what is recorded of it as a whole."""
    if level is not PlaceLevel.TOWNSHIP:
        return lambda model: model.place_id == place_id
    return lambda model: within(model.region_code, significant(region_code))


def _works(here: Here) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = Project.id.in_(select(ProjectPlace.project_id).where(here(ProjectPlace)))
    return condition


def _owners(here: Here) -> ColumnElement[bool]:
    """Whose employment is the place's: its bases, and projects that work there and nowhere else."""
    elsewhere = select(ProjectPlace.project_id).where(~here(ProjectPlace))
    only_here = select(ProjectPlace.project_id).where(here(ProjectPlace), ProjectPlace.project_id.not_in(elsewhere))
    bases = select(DemonstrationBase.id).where(here(DemonstrationBase))
    return or_(Impact.project_id.in_(only_here), Impact.base_id.in_(bases))
