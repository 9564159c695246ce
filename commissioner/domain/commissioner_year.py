"""What a commissioner did in a year, and who may read the telephone number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, and_, case, exists, func, literal, or_, select

from commissioner.access import Actor, Permission, scope, within
from commissioner.domain.project_years import implemented_in
from commissioner.domain.service_days import ServiceYear, service_days
from commissioner.domain.subject import running
from commissioner.models import Commissioner, Impact, Introduction, Posting, Project, ProjectCommissioner, Training, db
from commissioner.units import today, year_bounds
from commissioner.vocabulary import ImpactIndicator, ImpactState, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionerYear:
    """One commissioner's year: days and visits, and what came of the work. ``phone`` is empty where it is masked."""

    year: int
    years: Sequence[int]
    service: ServiceYear
    required_days: int | None
    project_count: int
    introduction_count: int
    session_count: int
    trained_person_times: int
    employed_persons: int
    phone: str


def commissioner_year(actor: Actor, commissioner_id: int, year: int) -> CommissionerYear:
    """A commissioner's year in two queries; projects and employment by the rules of the annual figures."""
    row: Any = db.session.execute(select(*year_counts(actor, commissioner_id, year))).mappings().one()
    return counted_year(actor, commissioner_id, year, row)


def counted_year(actor: Actor, commissioner_id: int, year: int, row: Mapping[str, Any]) -> CommissionerYear:
    """The year of which ``row`` has the values of ``year_counts``, in one query more."""
    return CommissionerYear(
        year=year,
        years=_years(row["first_on"], year),
        service=service_days(actor, commissioner_id, year),
        required_days=row["required_days"],
        project_count=row["project_count"],
        introduction_count=row["introduction_count"],
        session_count=row["session_count"] or 0,
        trained_person_times=row["trained_person_times"] or 0,
        employed_persons=int(row["employed_persons"] or 0),
        phone=row["phone"] or "",
    )


def _years(first_on: date | None, year: int) -> Sequence[int]:
    """The years one may ask about, the latest first; the one asked about is always among them."""
    first = min(first_on.year if first_on else year, year)
    return range(max(today().year, year), first - 1, -1)


def year_counts(actor: Actor, commissioner_id: int, year: int) -> tuple[Any, ...]:
    """Every count of a commissioner's year but the days, as columns of one statement."""
    first, last = year_bounds(year)
    own = select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id == commissioner_id)
    projects = and_(scope(actor, Project), Project.id.in_(own), implemented_in(year))
    introduced = and_(
        scope(actor, Introduction),
        Introduction.commissioner_id == commissioner_id,
        Introduction.introduced_on.between(first, last),
    )
    trained = and_(
        scope(actor, Training), Training.commissioner_id == commissioner_id, Training.held_on.between(first, last)
    )
    # One figure for each project and year (domain.md §5.3): a project's own is the one that counts.
    employed = and_(
        Impact.project_id.in_(select(Project.id).where(scope(actor, Project), Project.id.in_(own))),
        Impact.indicator == ImpactIndicator.EMPLOYMENT,
        Impact.year == year,
        Impact.state != ImpactState.REJECTED,
    )
    served = and_(Posting.commissioner_id == commissioner_id, scope(actor, Posting))
    in_year = and_(served, Posting.starts_on <= last, or_(Posting.ends_on.is_(None), Posting.ends_on >= first))
    phone = select(Commissioner.phone).where(
        Commissioner.id == commissioner_id, _may_read_phone(actor, commissioner_id)
    )
    return (
        _one(select(func.count(Project.id)).where(projects), "project_count"),
        _one(select(func.count(Introduction.id)).where(introduced), "introduction_count"),
        _one(select(func.sum(Training.session_count)).where(trained), "session_count"),
        _one(select(func.sum(Training.trained_person_times)).where(trained), "trained_person_times"),
        _one(select(func.sum(Impact.amount)).where(employed), "employed_persons"),
        # Of several terms in one year nobody has said whether their days add up: then no number is shown.
        _one(
            select(case((func.count(Posting.id) == 1, func.max(Posting.required_days)))).where(in_year), "required_days"
        ),
        _one(select(func.min(Posting.starts_on)).where(served), "first_on"),
        _one(phone, "phone"),
    )


def _one(statement: Any, label: str) -> Any:
    return statement.scalar_subquery().label(label)


def _may_read_phone(actor: Actor, commissioner_id: int) -> Any:
    """The bureau, the person, and staff of a township of the person's present posting (domain.md §2.8)."""
    if actor.can(Permission.SEE_PHONES) or actor.commissioner_id == commissioner_id:
        return literal(1, Integer) == 1
    if actor.role is not Role.TOWNSHIP:
        return literal(1, Integer) == 0
    return exists().where(
        Posting.commissioner_id == Commissioner.id,
        within(Posting.region_code.expression, actor.region_code),
        running(Posting.starts_on, Posting.ends_on, today()),
    )
