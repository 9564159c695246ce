"""The story of a project and of a base: who is at it and since when, what it came to, in figures and in photos."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from commissioner.access import Actor, scope
from commissioner.domain import map_story_lines as lines
from commissioner.domain.growth import Growth, growth_of
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_story_figures import area_over, employment_series, photos_in, visits_in
from commissioner.domain.map_story_parts import Progress, Story, groups_in, head_of, rows_of
from commissioner.domain.project_money import share_of
from commissioner.domain.subject import name_of, place_name
from commissioner.domain.target_standing import targets_of
from commissioner.models import (
    BaseCommissioner,
    BaseProject,
    Briefing,
    DemonstrationBase,
    Funding,
    Impact,
    Instruction,
    Introduction,
    Organisation,
    Project,
    ProjectCommissioner,
    ProjectPlace,
    RaisedProblem,
    Visit,
)
from commissioner.vocabulary import N_, Quantity

MOST_TARGETS = 5


def _at_visits(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The problems met on visits under ``condition``."""
    met: ColumnElement[bool] = RaisedProblem.visit_id.in_(select(Visit.id).where(condition))
    return met


def project_story(actor: Actor, row_id: int, ask: MapAsk) -> Story:
    """The story of a project: four queries."""
    one, visited = Project, Visit.project_id == row_id
    place = select(func.min(ProjectPlace.place_id)).where(ProjectPlace.project_id == row_id).scalar_subquery()
    granted = select(func.sum(Funding.granted_fen)).where(Funding.project_id == row_id).scalar_subquery()
    row = head_of(
        select(
            *(one.title, one.level, one.kind, one.stage, one.industry, one.starts_on, one.ends_on, one.illustrative),
            name_of(Organisation, Organisation.name, one.receiving_unit_id).label("unit"),
            place_name(place).label("place"),
            *(one.spent_fen, granted.label("granted_fen")),
            *lines.problem_counts(actor, ask.on, _at_visits(visited)),
        ).where(one.id == row_id, scope(actor, one))
    )
    linked = select(BaseProject.base_id).where(BaseProject.project_id == row_id)
    people = select(ProjectCommissioner.commissioner_id).where(ProjectCommissioner.project_id == row_id)
    rows = rows_of(
        lines.people_lines(actor, ask, people),
        lines.base_lines(actor, ask, DemonstrationBase.id.in_(linked)),
        lines.visit_lines(actor, ask, visited),
        lines.problem_lines(actor, ask, _at_visits(visited)),
        lines.photo_rows(actor, ask, visited),
    )
    return Story(
        kind="project",
        subject="projects",
        id=row_id,
        page_id=row_id,
        on=ask.on,
        title=row.title,
        subtitle=row.place or "",
        facts=_project_facts(row),
        groups=groups_in(rows),
        own_position=False,
        illustrative=row.illustrative,
        progress=(*_targets(actor, row_id), *_money(row.spent_fen, row.granted_fen)),
        photos=photos_in(rows),
        problems=lines.problems_told(row),
    )


def _project_facts(row: Any) -> tuple[tuple[str, Any], ...]:
    return (
        (N_("级别"), row.level),
        (N_("类别"), row.kind),
        (N_("产业"), row.industry),
        (N_("阶段"), row.stage),
        (N_("承接单位"), row.unit),
        (N_("开始日期"), row.starts_on),
        (N_("结束日期"), row.ends_on),
    )


def _targets(actor: Actor, project_id: int) -> tuple[Progress, ...]:
    return tuple(
        Progress(name=one.name, actual=one.actual_value, target=one.target_value, percent=one.completion, unit=one.unit)
        for one in targets_of(actor, project_id)[:MOST_TARGETS]
    )


def _money(spent_fen: int, granted_fen: int | None) -> tuple[Progress, ...]:
    if not granted_fen:
        return ()
    share = share_of(spent_fen, granted_fen)
    return (Progress(name=N_("已支出"), actual=Decimal(spent_fen), target=Decimal(granted_fen), percent=share),)


def base_story(actor: Actor, row_id: int, ask: MapAsk) -> Story:
    """The story of a base: four queries."""
    base, visited = DemonstrationBase, Visit.base_id == row_id
    row = head_of(
        select(
            *(base.name, base.industry, base.species, base.founded_on, base.latitude_deg, base.illustrative),
            name_of(Organisation, Organisation.name, base.host_id).label("host"),
            place_name(base.place_id).label("place"),
            *lines.problem_counts(actor, ask.on, _at_visits(visited)),
        ).where(base.id == row_id, scope(actor, base))
    )
    rows = rows_of(*_base_rows(actor, ask, row_id, visited))
    growth = growth_of(actor, row_id, until=ask.on)
    return Story(
        kind="base",
        subject="bases",
        id=row_id,
        page_id=row_id,
        on=ask.on,
        title=row.name,
        subtitle=row.place or "",
        facts=(
            (N_("产业"), row.industry),
            (N_("品种"), row.species),
            (N_("建立日期"), row.founded_on),
            (N_("建设单位"), row.host),
            *_measured(growth),
        ),
        groups=groups_in(rows),
        own_position=row.latitude_deg is not None,
        illustrative=row.illustrative,
        series=(
            *area_over(growth, ask),
            *employment_series(actor, ask, Impact.base_id == row_id),
            *visits_in(rows, ask),
        ),
        photos=photos_in(rows),
        problems=lines.problems_told(row),
    )


def _base_rows(actor: Actor, ask: MapAsk, row_id: int, visited: ColumnElement[bool]) -> tuple[Any, ...]:
    linked = select(BaseProject.project_id).where(BaseProject.base_id == row_id)
    people = select(BaseCommissioner.commissioner_id).where(BaseCommissioner.base_id == row_id)
    about = Instruction.briefing_id.in_(select(Briefing.id).where(Briefing.base_id == row_id))
    return (
        lines.people_lines(actor, ask, people),
        lines.instruction_lines(actor, ask, about),
        lines.project_lines(actor, ask, Project.id.in_(linked)),
        lines.introduction_lines(actor, ask, Introduction.base_id == row_id),
        lines.visit_lines(actor, ask, visited),
        lines.problem_lines(actor, ask, _at_visits(visited)),
        lines.photo_rows(actor, ask, visited),
        lines.visit_years(actor, ask, visited),
    )


def _measured(growth: Iterable[Growth]) -> list[tuple[str, Any]]:
    """What the ledger tells beside the area, which has a chart."""
    return [
        (one.quantity.label, (one.total, one.unit)) for one in growth if one.quantity is not Quantity.AREA and one.total
    ]
