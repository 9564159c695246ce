"""Which days are locked: those of a closed reporting period stand as they are, for updates and for impact figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from commissioner.models import Project, ProjectUpdate, ReportingPeriod, db
from commissioner.problems import Invalid, PeriodClosed, Problem
from commissioner.units import year_bounds
from commissioner.vocabulary import N_

WHOLE = 12
PREFIXES = (2, 4, 6, 9)


def covers_code(region_code: Any) -> ColumnElement[bool]:
    """The period is that of a region which ``region_code``, a column or a text, lies in."""
    above = [func.substr(region_code, 1, digits) + "0" * (WHOLE - digits) for digits in PREFIXES]
    covers: ColumnElement[bool] = ReportingPeriod.region_code.in_([*above, region_code])
    return covers


def lock_open(region_code: str, days: Iterable[date]) -> dict[date, str]:
    """Of ``days`` those that a closed period holds, with its name; the open ones stay open until the change ends.

    Inside a change only: whoever wants to close one of these periods waits, and whoever waited for a closing sees it.
    """
    wanted = sorted(set(days))
    if not wanted:
        return {}
    columns = (ReportingPeriod.name, ReportingPeriod.starts_on, ReportingPeriod.ends_on, ReportingPeriod.closed_at)
    near = (ReportingPeriod.starts_on <= wanted[-1], ReportingPeriod.ends_on >= wanted[0])
    statement = select(*columns).where(covers_code(region_code), *near).order_by(ReportingPeriod.id)
    rows = db.session.execute(statement.with_for_update(read=True)).all()
    closed = [row for row in rows if row.closed_at is not None]
    return {day: row.name for day in wanted for row in closed if row.starts_on <= day <= row.ends_on}


def refuse_closed(region_code: str, new: Iterable[date], old: Iterable[date] = ()) -> None:
    """Raise ``Invalid`` beside ``reported_on`` for a new day in a closed period, ``PeriodClosed`` for an old one."""
    new, old = list(new), list(old)
    closed = lock_open(region_code, [*new, *old])
    for day in old:
        if day in closed:
            raise PeriodClosed(name=closed[day], day=str(day))
    for day in new:
        if day in closed:
            raise Invalid({"reported_on": _beside(day, closed[day])})


def refuse_closed_years(region_code: str, years: Iterable[int], *, in_form: bool = True) -> None:
    """The same for the years of impact figures: a year is locked with the period that its last day lies in."""
    for day, name in lock_open(region_code, [year_bounds(year)[1] for year in years]).items():
        if in_form:
            raise Invalid({"year": _beside(day, name)})
        raise PeriodClosed(name=name, day=str(day))


def _beside(day: date, name: str) -> Problem:
    words = N_("%(day)s 在“%(name)s”里，这个时段已经关闭。确要改动，请县科技局先重新打开。")
    return Problem(words, day=str(day), name=name)


def holds_update() -> ColumnElement[bool]:
    """The period is one that the update of an enclosing statement lies in."""
    project = aliased(Project)
    of_region = exists().where(project.id == ProjectUpdate.project_id, covers_code(project.region_code))
    inside = (
        ReportingPeriod.starts_on <= ProjectUpdate.reported_on,
        ReportingPeriod.ends_on >= ProjectUpdate.reported_on,
    )
    return and_(*inside, of_region.correlate(ProjectUpdate, ReportingPeriod))


def locked() -> ColumnElement[bool]:
    """The update lies in a closed period."""
    closed = exists().where(ReportingPeriod.closed_at.is_not(None), holds_update())
    return closed.correlate_except(ReportingPeriod)
