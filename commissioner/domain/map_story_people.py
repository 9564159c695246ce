"""The story of a commissioner, told at the mark of a posting: who, from where, since when, and what came of the work."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from commissioner.access import Actor, scope
from commissioner.domain import map_story_lines as lines
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_story_figures import employment_series, photos_in, service_over
from commissioner.domain.map_story_parts import Story, groups_in, head_of, rows_of
from commissioner.domain.subject import name_of, place_name
from commissioner.models import (
    Briefing,
    BriefingCommissioner,
    Commissioner,
    Impact,
    Instruction,
    Introduction,
    Organisation,
    Posting,
    Project,
    ProjectCommissioner,
    RaisedProblem,
    Visit,
    VisitCommissioner,
)
from commissioner.vocabulary import N_


def posting_story(actor: Actor, row_id: int, ask: MapAsk) -> Story:
    """The story of whom a posting sends: four queries. Telephone numbers are for the person's own page."""
    asked = aliased(Posting)
    who = select(asked.commissioner_id).where(asked.id == row_id).scalar_subquery()
    visited = Visit.id.in_(select(VisitCommissioner.visit_id).where(VisitCommissioner.commissioner_id == who))
    met = RaisedProblem.visit_id.in_(select(Visit.id).where(visited))
    row = head_of(
        select(
            *(Commissioner.id, Commissioner.name, Commissioner.title, Commissioner.speciality),
            name_of(Organisation, Organisation.name, Commissioner.organisation_id).label("organisation"),
            *(Posting.level, Posting.industry, Posting.starts_on, Posting.ends_on, Posting.illustrative),
            place_name(Posting.place_id).label("place"),
            *lines.problem_counts(actor, ask.on, met),
        )
        .join(Commissioner, Commissioner.id == Posting.commissioner_id)
        .where(Posting.id == row_id, scope(actor, Posting))
    )
    own = select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id == row.id)
    rows = rows_of(*_rows(actor, ask, row.id, visited, met))
    return Story(
        kind="posting",
        subject="commissioners",
        id=row_id,
        page_id=row.id,
        on=ask.on,
        title=row.name,
        subtitle=row.place or "",
        facts=_facts(row),
        groups=groups_in(rows),
        own_position=False,
        illustrative=row.illustrative,
        series=(
            *service_over(actor, ask, row.id),
            *employment_series(actor, ask, Impact.project_id.in_(own)),
        ),
        photos=photos_in(rows),
        problems=lines.problems_told(row),
    )


def _facts(row: Any) -> tuple[tuple[str, Any], ...]:
    return (
        (N_("派出单位"), row.organisation),
        (N_("职称"), row.title),
        (N_("专长"), row.speciality),
        (N_("级别"), row.level),
        (N_("产业"), row.industry),
        (N_("开始日期"), row.starts_on),
        (N_("结束日期"), row.ends_on),
    )


def _rows(
    actor: Actor, ask: MapAsk, commissioner_id: int, visited: ColumnElement[bool], met: ColumnElement[bool]
) -> tuple[Any, ...]:
    own = select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id == commissioner_id)
    named = select(BriefingCommissioner.briefing_id).where(BriefingCommissioner.commissioner_id == commissioner_id)
    about = Instruction.briefing_id.in_(select(Briefing.id).where(Briefing.id.in_(named)))
    return (
        lines.terms_of(actor, ask, commissioner_id),
        lines.instruction_lines(actor, ask, about),
        lines.project_lines(actor, ask, Project.id.in_(own)),
        lines.introduction_lines(actor, ask, Introduction.commissioner_id == commissioner_id),
        lines.visit_lines(actor, ask, visited),
        lines.problem_lines(actor, ask, met),
        lines.photo_rows(actor, ask, visited),
    )
