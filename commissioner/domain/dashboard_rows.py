"""The queries of the dashboard: one statement a kind of number, for all the years it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import extract, func, select

from commissioner.access import Actor, scope
from commissioner.domain.annual_figures import Behind, ProjectCount
from commissioner.domain.bases import added_area
from commissioner.domain.listing import ListQuery, counting
from commissioner.domain.project_years import implemented_in
from commissioner.domain.service_days import dates_within, served_visits, visit_counts
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import DemonstrationBase, Measurement, Project, Visit, VisitCommissioner, db
from commissioner.units import year_bounds

MONTHS = 12


def lists_behind(year: int, township: str) -> Mapping[str, Behind]:
    """The list whose rows each number counts or sums."""
    where = {"township": township} if township else {}
    asked: dict[str, tuple[str, dict[str, str]]] = {
        "projects": ("projects", {"year": str(year)}),
        "new_area": ("bases", {"grew": str(year)}),
        "service_visits": ("visits", {"year": str(year), "counted": "1"}),
        "needs": ("needs", {"year": str(year)}),
        "needs_met": ("needs", {"year": str(year), "met": "1"}),
        "problems": ("problems", {"year": str(year)}),
        "problems_solved": ("problems", {"year": str(year), "state": "solved"}),
    }
    return {key: Behind(subject=subject, filters={**filters, **where}) for key, (subject, filters) in asked.items()}


def counts(actor: Actor, year: int, township: str, without: Collection[str] = ()) -> Mapping[tuple[str, int], int]:
    """(number, year) → the count of its list, for the year and the one before, in one statement; ``without`` some."""
    columns = {
        (key, each): counting(actor, SUBJECTS[one.subject].listing, ListQuery(filters=one.filters)).scalar_subquery()
        for each in (year, year - 1)
        for key, one in lists_behind(each, township).items()
        if key not in without
    }
    row = db.session.execute(select(*columns.values())).one()
    return dict(zip(columns, row, strict=True))


def project_counts(actor: Actor, year: int) -> Sequence[ProjectCount]:
    """Projects that the year counts, by level and kind."""
    grouped = (Project.level, Project.kind)
    statement = select(*grouped, func.count()).where(scope(actor, Project), implemented_in(year)).group_by(*grouped)
    rows = db.session.execute(statement.order_by(*grouped))
    return [ProjectCount(level=level, kind=kind, implemented=count) for level, kind, count in rows]


def new_area_by_year(actor: Actor, years: range) -> Mapping[int, Decimal]:
    """Area added to bases, in mu, by the year of the ledger's line (S21)."""
    year = extract("year", Measurement.measured_on)
    first, last = year_bounds(years[0])[0], year_bounds(years[-1])[1]
    statement = (
        select(year, func.sum(Measurement.amount, type_=Measurement.amount.type))
        .join(DemonstrationBase, DemonstrationBase.id == Measurement.base_id)
        .where(scope(actor, DemonstrationBase), added_area(first, last))
        .group_by(year)
    )
    found = {int(one): area for one, area in db.session.execute(statement)}
    return {each: found.get(each, Decimal(0)) for each in years}


def visits_by_month(actor: Actor) -> Mapping[int, Sequence[int]]:
    """Service visits that count, by the month in which they began: twelve numbers for each year that has any."""
    year, month = extract("year", Visit.starts_on), extract("month", Visit.starts_on)
    statement = select(year, month, func.count()).where(scope(actor, Visit), visit_counts()).group_by(year, month)
    found: dict[int, list[int]] = {}
    for each, number, count in db.session.execute(statement):
        found.setdefault(int(each), [0] * MONTHS)[int(number) - 1] = count
    return dict(sorted(found.items()))


def service_days_by_year(actor: Actor, years: range) -> Mapping[int, int]:
    """Service days of all commissioners together: each person's date once (domain.md §5.1).

    Visits of one day, nearly all there are, are counted by the database; the dates that only longer stays have are added.
    """
    first, last = year_bounds(years[0])[0], year_bounds(years[-1])[1]
    visits = served_visits(actor, first, last)
    one_day = visits.where(Visit.starts_on == Visit.ends_on).distinct().subquery()
    year = extract("year", one_day.c.starts_on)
    counted = db.session.execute(select(year, func.count()).select_from(one_day).group_by(year))
    found = Counter({int(each): count for each, count in counted})
    found.update(Counter(day.year for _, day in _only_in_stays(visits, first, last)))
    return {each: found[each] for each in years}


def _only_in_stays(visits: Any, first: date, last: date) -> set[tuple[int, date]]:
    """Person and date of the days of longer stays on which that person has no visit of one day."""
    people = visits.with_only_columns(VisitCommissioner.commissioner_id).where(Visit.starts_on < Visit.ends_on)
    rows = db.session.execute(visits.where(VisitCommissioner.commissioner_id.in_(people))).all()
    dates: dict[bool, set[tuple[int, date]]] = {True: set(), False: set()}
    for row in rows:
        own = {(row.commissioner_id, day) for day in dates_within(row, first, last)}
        dates[row.starts_on < row.ends_on] |= own
    return dates[True] - dates[False]
