"""Who has reported in a period and who has not: as conditions on projects and updates, so that a number opens its rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from commissioner.access import Actor, scope
from commissioner.domain.period_locks import covers_code, holds_update
from commissioner.models import Project, ProjectUpdate, ReportingPeriod, StageChange
from commissioner.units import today
from commissioner.vocabulary import ProjectStage, UpdateState

WORKING = (ProjectStage.CONTRACTED, ProjectStage.UNDER_WAY, ProjectStage.MID_TERM)
OVER = (ProjectStage.ACCEPTANCE, ProjectStage.CLOSED, ProjectStage.TERMINATED)
TOLD = (UpdateState.SUBMITTED, UpdateState.APPROVED)
# A period without a date is due on its last day; it is spoken of this long before.
SOON = timedelta(days=14)


def _reached(project: Any, *stages: ProjectStage) -> ColumnElement[bool]:
    """By the period's last day, as the dated history of the project's stages says."""
    reached = exists().where(
        StageChange.project_id == project.id,
        StageChange.stage.in_(stages),
        StageChange.reached_on <= ReportingPeriod.ends_on,
    )
    return reached.correlate_except(StageChange)


def _missing(project: Any) -> ColumnElement[bool]:
    """The project works in the period (under contract by its end, not over by then, its dates touch it) and is silent."""
    begun = or_(project.starts_on.is_(None), project.starts_on <= ReportingPeriod.ends_on)
    lasts = or_(project.ends_on.is_(None), project.ends_on >= ReportingPeriod.starts_on)
    told = exists().where(
        ProjectUpdate.project_id == project.id,
        ProjectUpdate.state.in_(TOLD),
        ProjectUpdate.reported_on.between(ReportingPeriod.starts_on, ReportingPeriod.ends_on),
    )
    works = (_reached(project, *WORKING), ~_reached(project, *OVER))
    return and_(begun, lasts, covers_code(project.region_code), ~told.correlate_except(ProjectUpdate), *works)


def due_on() -> Any:
    """The day by which a period's reports are wanted."""
    return func.coalesce(ReportingPeriod.due_on, ReportingPeriod.ends_on)


def _silent(*periods: ColumnElement[bool]) -> ColumnElement[bool]:
    """Projects that are silent in one of the periods: worked out once, not for each row that is asked about."""
    project = aliased(Project)
    found = select(project.id).join(ReportingPeriod, _missing(project)).where(*periods)
    silent: ColumnElement[bool] = Project.id.in_(found.correlate(None))
    return silent


def unreported_in(period_id: int) -> ColumnElement[bool]:
    """Projects that work in a period and of which nothing was submitted in it."""
    return _silent(ReportingPeriod.id == period_id)


def unreported() -> ColumnElement[bool]:
    """Projects of which something is due: nothing was submitted in an open period that ends soon or has ended."""
    begun = ReportingPeriod.starts_on <= today()
    return _silent(ReportingPeriod.closed_at.is_(None), begun, due_on() <= today() + SOON)


def missed_of(actor: Actor) -> ColumnElement[bool]:
    """Periods that have begun and in which something is missing of a project in the actor's scope."""
    missing = exists().where(scope(actor, Project), _missing(Project)).correlate_except(Project)
    return and_(ReportingPeriod.starts_on <= today(), missing)


def reported_in(period_id: int) -> ColumnElement[bool]:
    """Updates that lie in a period."""
    this, project = ReportingPeriod.id == period_id, aliased(Project)
    first, last = (
        select(day).where(this).correlate(None).scalar_subquery()
        for day in (ReportingPeriod.starts_on, ReportingPeriod.ends_on)
    )
    covered = select(project.id).join(ReportingPeriod, covers_code(project.region_code)).where(this).correlate(None)
    return and_(ProjectUpdate.reported_on.between(first, last), ProjectUpdate.project_id.in_(covered))


def due_of_update() -> Any:
    """The day by which an update should be settled: the first that an open period with its day is due on."""
    day: Select[Any] = select(func.min(due_on())).where(ReportingPeriod.closed_at.is_(None), holds_update())
    return day.correlate_except(ReportingPeriod).scalar_subquery()
