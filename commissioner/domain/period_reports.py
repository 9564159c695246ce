"""Who has reported in a period and who has not: as conditions on projects and updates, so that a number opens its rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from commissioner.access import Actor, scope
from commissioner.domain.period_locks import contains_day, covers_code
from commissioner.models import Project, ProjectUpdate, ReportingPeriod, StageChange
from commissioner.units import today
from commissioner.vocabulary import ProjectStage, UpdateState

WORKING = (ProjectStage.CONTRACTED, ProjectStage.UNDER_WAY, ProjectStage.MID_TERM)
OVER = (ProjectStage.ACCEPTANCE, ProjectStage.CLOSED, ProjectStage.TERMINATED)
TOLD = (UpdateState.SUBMITTED, UpdateState.APPROVED)
# A period without a date is due on its last day; it is spoken of this long before.
SOON = timedelta(days=14)


def _reached(*stages: ProjectStage) -> ColumnElement[bool]:
    """By the period's last day, as the dated history of the project's stages says."""
    reached = exists().where(
        StageChange.project_id == Project.id,
        StageChange.stage.in_(stages),
        StageChange.reached_on <= ReportingPeriod.ends_on,
    )
    return reached.correlate_except(StageChange)


def _told() -> ColumnElement[bool]:
    told = exists().where(
        ProjectUpdate.project_id == Project.id,
        ProjectUpdate.state.in_(TOLD),
        ProjectUpdate.reported_on.between(ReportingPeriod.starts_on, ReportingPeriod.ends_on),
    )
    return told.correlate_except(ProjectUpdate)


def _asked() -> ColumnElement[bool]:
    """The project works in the period: under contract by its end, not over by then, and its dates touch it."""
    begun = or_(Project.starts_on.is_(None), Project.starts_on <= ReportingPeriod.ends_on)
    lasts = or_(Project.ends_on.is_(None), Project.ends_on >= ReportingPeriod.starts_on)
    return and_(covers_code(Project.region_code), begun, lasts, _reached(*WORKING), ~_reached(*OVER))


def due_on() -> Any:
    """The day by which a period's reports are wanted."""
    return func.coalesce(ReportingPeriod.due_on, ReportingPeriod.ends_on)


def unreported_in(period_id: int) -> ColumnElement[bool]:
    """Projects that work in a period and of which nothing was submitted in it."""
    missing = exists().where(ReportingPeriod.id == period_id, _asked(), ~_told())
    return missing.correlate_except(ReportingPeriod)


def unreported() -> ColumnElement[bool]:
    """Projects of which something is due: nothing was submitted in an open period that ends soon or has ended."""
    due = (ReportingPeriod.closed_at.is_(None), ReportingPeriod.starts_on <= today(), due_on() <= today() + SOON)
    return exists().where(*due, _asked(), ~_told()).correlate_except(ReportingPeriod)


def missed_of(actor: Actor) -> ColumnElement[bool]:
    """Periods that have begun and in which something is missing of a project in the actor's scope."""
    missing = exists().where(scope(actor, Project), _asked(), ~_told()).correlate_except(Project)
    return and_(ReportingPeriod.starts_on <= today(), missing)


def reported_in(period_id: int) -> ColumnElement[bool]:
    """Updates that lie in a period."""
    return _in_period(ReportingPeriod.id == period_id)


def _in_period(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    inside = exists().where(*conditions, contains_day(ProjectUpdate.reported_on), covers_code(_region_code()))
    return inside.correlate_except(ReportingPeriod)


def _region_code() -> Any:
    code = select(Project.region_code).where(Project.id == ProjectUpdate.project_id)
    return code.correlate(ProjectUpdate).scalar_subquery()


def due_of_update() -> Any:
    """The day by which an update should be settled: the first that an open period with its day is due on."""
    inside = (contains_day(ProjectUpdate.reported_on), covers_code(_region_code()))
    day: Select[Any] = select(func.min(due_on())).where(ReportingPeriod.closed_at.is_(None), *inside)
    return day.correlate_except(ReportingPeriod).scalar_subquery()
