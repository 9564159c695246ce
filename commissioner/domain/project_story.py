"""What a project's page tells beside its facts: its reports, and the dated and placed lines that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Integer, String, cast, literal, null, select, type_coerce, union_all

from commissioner.access import Actor, Permission
from commissioner.domain.project_history import History, history
from commissioner.domain.project_stages import ENDED, ORDER, StageStep
from commissioner.domain.subject import place_name
from commissioner.models import Milestone, ProjectPlace, StageChange, db
from commissioner.units import today
from commissioner.vocabulary import ProjectStage

SOON = timedelta(days=30)
STAGES = {stage.value: stage for stage in ProjectStage}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A place where the project works."""

    id: int
    place_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneLine:
    """Something due: done, late, soon or later."""

    id: int
    title: str
    due_on: date
    done_on: date | None
    is_late: bool
    is_soon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStory:
    """The story of a project."""

    history: History
    places: tuple[PlaceLine, ...]
    milestones: tuple[MilestoneLine, ...]
    steps: tuple[StageStep, ...]
    may_update: bool


def project_story(actor: Actor, project_id: int) -> ProjectStory:
    """The story, in two queries whatever it holds; ``NotFound`` outside the actor's scope."""
    told = history(actor, project_id)
    rows = db.session.execute(_lines(project_id)).all()
    lines = {kind: [row for row in rows if row.kind == kind] for kind in ("place", "milestone", "stage")}
    steps = [
        StageStep(id=row.id, stage=STAGES[row.stage], reached_on=row.first_on, note=row.text) for row in lines["stage"]
    ]
    is_over = told.stage in ENDED
    return ProjectStory(
        history=told,
        places=tuple(PlaceLine(id=row.id, place_id=row.place_id, name=row.text) for row in lines["place"]),
        milestones=tuple(_milestone(row, is_over) for row in lines["milestone"]),
        steps=tuple(sorted(steps, key=lambda step: (step.reached_on, ORDER[step.stage]))),
        may_update=actor.can(Permission.UPDATE_PROJECT) and not is_over,
    )


def _milestone(row: Any, is_over: bool) -> MilestoneLine:
    waits = row.second_on is None and not is_over
    return MilestoneLine(
        id=row.id,
        title=row.text,
        due_on=row.first_on,
        done_on=row.second_on,
        is_late=waits and row.first_on < today(),
        is_soon=waits and today() <= row.first_on <= today() + SOON,
    )


def _lines(project_id: int) -> Any:
    """Places, milestones and stages as one statement, because the page may ask few questions."""
    no_day, no_id, no_stage = cast(null(), Date), cast(null(), Integer), cast(null(), String)
    places = select(
        literal("place").label("kind"),
        ProjectPlace.id.label("id"),
        no_day.label("first_on"),
        no_day.label("second_on"),
        place_name(ProjectPlace.place_id).label("text"),
        ProjectPlace.place_id.label("place_id"),
        no_stage.label("stage"),
    ).where(ProjectPlace.project_id == project_id)
    milestones = select(
        literal("milestone"), Milestone.id, Milestone.due_on, Milestone.done_on, Milestone.title, no_id, no_stage
    ).where(Milestone.project_id == project_id)
    stage = type_coerce(StageChange.stage, String)
    stages = select(
        literal("stage"), StageChange.id, StageChange.reached_on, no_day, StageChange.note, no_id, stage
    ).where(StageChange.project_id == project_id)
    lines = union_all(places, milestones, stages).subquery()
    return select(lines).order_by(lines.c.kind, lines.c.first_on, lines.c.id)
