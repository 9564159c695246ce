"""Which projects a year counts: active in it, applied for, approved or accepted in it (domain.md §2.4, §5.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from commissioner.models import Project, StageChange
from commissioner.units import year_bounds
from commissioner.vocabulary import N_, ProjectStage, Word


class YearDefinition(Word):
    """Which projects a year counts (domain.md §2.4)."""

    ACTIVE = "active", N_("实施")
    APPROVED = "approved", N_("新立项")
    ACCEPTED = "accepted", N_("验收")


GRANTED = tuple(stage for stage in ProjectStage if stage not in {ProjectStage.APPLIED, ProjectStage.TERMINATED})
ENDED = (ProjectStage.CLOSED, ProjectStage.TERMINATED)
ACCEPTED = (ProjectStage.ACCEPTANCE, ProjectStage.CLOSED)


def implemented_in(year: int) -> ColumnElement[bool]:
    """Active in ``year``: granted, begun by 31 December, and neither over nor closed or terminated before 1 January.

    A project without a first day begins on the day of its approval; one that was only applied for never begins.
    """
    return implemented_by(year_bounds(year)[1])


def implemented_by(day: date) -> ColumnElement[bool]:
    """Active in the year of ``day`` as far as it had come by then: on 31 December, what the year counts."""
    first, last = year_bounds(day.year)[0], day
    begins_on = func.coalesce(Project.starts_on, _first_day_of(ProjectStage.APPROVED))
    granted = or_(Project.stage.in_(GRANTED), and_(Project.stage == ProjectStage.TERMINATED, _reached(*GRANTED)))
    over = and_(Project.stage.in_(ENDED), _reached(*ENDED, before=first))
    return and_(granted, begins_on <= last, or_(Project.ends_on.is_(None), Project.ends_on >= first), ~over)


def applied_in(year: int) -> ColumnElement[bool]:
    """Applied for in ``year``."""
    return _first_reached_in(year, ProjectStage.APPLIED)


def approved_in(year: int) -> ColumnElement[bool]:
    """Newly approved in ``year`` (新立项)."""
    return _first_reached_in(year, ProjectStage.APPROVED)


def accepted_in(year: int) -> ColumnElement[bool]:
    """Accepted in ``year`` (验收); a project closed without a record of its acceptance counts by its closing."""
    return _first_reached_in(year, *ACCEPTED)


def counted_in(year: int, definition: YearDefinition = YearDefinition.ACTIVE) -> ColumnElement[bool]:
    """The projects of ``year`` by any of the three definitions."""
    conditions = {
        YearDefinition.ACTIVE: implemented_in,
        YearDefinition.APPROVED: approved_in,
        YearDefinition.ACCEPTED: accepted_in,
    }
    return conditions[definition](year)


def _reached(*stages: ProjectStage, before: date | None = None) -> ColumnElement[bool]:
    conditions = [StageChange.project_id == Project.id, StageChange.stage.in_(stages)]
    if before is not None:
        conditions.append(StageChange.reached_on < before)
    return exists().where(*conditions).correlate_except(StageChange)


def _first_day_of(*stages: ProjectStage) -> Any:
    first_day = select(func.min(StageChange.reached_on)).where(
        StageChange.project_id == Project.id, StageChange.stage.in_(stages)
    )
    return first_day.correlate_except(StageChange).scalar_subquery()


def _first_reached_in(year: int, *stages: ProjectStage) -> ColumnElement[bool]:
    between: ColumnElement[bool] = _first_day_of(*stages).between(*year_bounds(year))
    return between
