"""What a project's page tells beside its facts: its reports, its way, and the dated and placed lines that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from commissioner.access import Actor, Permission
from commissioner.domain.project_history import History, history
from commissioner.domain.project_lines_told import lines_of
from commissioner.domain.project_money import ProjectMoney, SourceMoney, largest_first
from commissioner.domain.project_stages import ENDED
from commissioner.domain.project_track import Track, track_in
from commissioner.models import db
from commissioner.units import today
from commissioner.vocabulary import FundingSource, ProjectStage

SOON = timedelta(days=30)


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
    stage: ProjectStage | None
    done_by: str
    done_note: str
    is_late: bool
    is_soon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStory:
    """The story of a project."""

    history: History
    track: Track
    places: tuple[PlaceLine, ...]
    milestones: tuple[MilestoneLine, ...]
    money: ProjectMoney
    may_update: bool


def project_story(actor: Actor, project_id: int) -> ProjectStory:
    """The story, in three queries whatever it holds; ``NotFound`` outside the actor's scope."""
    told = history(actor, project_id)
    rows = db.session.execute(lines_of(actor, project_id)).all()
    is_over = told.stage in ENDED
    return ProjectStory(
        history=told,
        track=track_in(rows),
        places=tuple(PlaceLine(id=row.id, place_id=row.number, name=row.one) for row in rows if row.what == "place"),
        milestones=tuple(_milestone(row, is_over) for row in rows if row.what == "milestone"),
        money=ProjectMoney(
            sources=largest_first(_source(row) for row in rows if row.what == "source"), spent_fen=told.spent_fen
        ),
        may_update=actor.can(Permission.UPDATE_PROJECT) and not is_over,
    )


def _milestone(row: Any, is_over: bool) -> MilestoneLine:
    waits = row.second_on is None and not is_over
    return MilestoneLine(
        id=row.id,
        title=row.one,
        due_on=row.first_on,
        done_on=row.second_on,
        stage=row.stage,
        done_by=row.two,
        done_note=row.three,
        is_late=waits and row.first_on < today(),
        is_soon=waits and today() <= row.first_on <= today() + SOON,
    )


def _source(row: Any) -> SourceMoney:
    return SourceMoney(
        id=row.id,
        source=FundingSource(row.one),
        granted_fen=int(row.two),
        received_fen=int(row.three),
        spent_fen=None if row.four is None else int(row.four),
    )
