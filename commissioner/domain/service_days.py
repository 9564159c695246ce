"""Service days by the counting rules (domain.md §5.1): distinct dates of service visits that count, per commissioner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, scope
from commissioner.domain.programme import is_on
from commissioner.domain.subject import place_name
from commissioner.models import Commissioner, Posting, Visit, VisitCommissioner, db
from commissioner.problems import NotFound
from commissioner.units import today, year_bounds
from commissioner.vocabulary import SettingKey, VisitKind, VisitState

CONFIRMED_ONLY = frozenset({VisitState.CONFIRMED})
NOT_REJECTED = frozenset({VisitState.CONFIRMED, VisitState.WAITING})


def counted_states() -> frozenset[VisitState]:
    """The states in which a visit counts: confirmed ones, or by a setting all that nobody sent back."""
    return NOT_REJECTED if is_on(SettingKey.COUNT_UNREJECTED) else CONFIRMED_ONLY


def visit_counts() -> ColumnElement[bool]:
    """A service visit that counts: the one definition for days, lists, coverage, map and annual figures."""
    result: ColumnElement[bool] = (Visit.kind == VisitKind.SERVICE) & Visit.state.in_(counted_states())
    return result


class Verdict(StrEnum):
    """Why a date of a visit counted, or did not."""

    COUNTED = "counted"
    SAME_DAY = "same_day"
    WAITING = "waiting"
    RETURNED = "returned"
    DISPUTED = "disputed"
    CARE = "care"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One visit of one commissioner, from its first day to its last."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceYear:
    """What a commissioner's counted service visits of a year come to."""

    year: int
    dates: tuple[date, ...]
    visit_count: int

    @property
    def day_count(self) -> int:
        """Service days: each date once."""
        return len(self.dates)

    @property
    def days_by_month(self) -> tuple[int, ...]:
        """Service days of January to December."""
        months = [day.month for day in self.dates]
        return tuple(months.count(month) for month in range(1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDay:
    """One date of one visit, and whether it counted."""

    on: date
    visit_id: int
    topic: str
    place: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOfYear:
    """A commissioner's year, date by date: ``service`` is what ``service_days`` gives."""

    commissioner: str
    years: Sequence[int]
    service: ServiceYear
    days: tuple[VisitDay, ...]
    counts_waiting: bool

    def count(self, verdict: Verdict) -> int:
        """How many dates of visits have ``verdict``."""
        return sum(1 for day in self.days if day.verdict is verdict)


def service_dates(stays: Iterable[Any], first: date, last: date) -> frozenset[date]:
    """The distinct dates of ``stays`` from ``first`` to ``last``: two villages on one day are one, three nights are three days."""
    return frozenset(day for stay in stays for day in dates_within(stay, first, last))


def dates_within(stay: Any, first: date, last: date) -> list[date]:
    """The dates of one stay that lie between two dates."""
    begins, ends = max(stay.starts_on, first), min(stay.ends_on, last)
    return [begins + timedelta(days=offset) for offset in range((ends - begins).days + 1)]


def service_days(
    actor: Actor, commissioner_id: int, year: int, states: Collection[VisitState] | None = None
) -> ServiceYear:
    """The service days of one commissioner in ``year``, from the visits in the actor's scope."""
    stays = db.session.execute(served_visits(actor, *year_bounds(year), states).where(_lists(commissioner_id))).all()
    return _service_year(year, stays)


def _service_year(year: int, stays: Sequence[Any]) -> ServiceYear:
    return ServiceYear(year=year, dates=tuple(sorted(service_dates(stays, *year_bounds(year)))), visit_count=len(stays))


def served_visits(actor: Actor, first: date, last: date, states: Collection[VisitState] | None = None) -> Any:
    """The service visits that count, of which a day lies between two dates: a row for each commissioner listed."""
    return (
        select(VisitCommissioner.commissioner_id, Visit.starts_on, Visit.ends_on)
        .join(Visit, Visit.id == VisitCommissioner.visit_id)
        .where(scope(actor, Visit), Visit.kind == VisitKind.SERVICE)
        .where(Visit.state.in_(counted_states() if states is None else states))
        .where(Visit.starts_on <= last, Visit.ends_on >= first)
    )


def days_of_year(actor: Actor, commissioner_id: int, year: int) -> DaysOfYear:
    """Which dates of a commissioner's visits counted in ``year``, which did not, and why. Raises ``NotFound``."""
    first_served = select(Posting.starts_on).where(
        Posting.commissioner_id == commissioner_id, scope(actor, Posting), Posting.starts_on <= today()
    )
    person = select(Commissioner.name, first_served.order_by(Posting.starts_on).limit(1).scalar_subquery())
    found: Any = db.session.execute(
        person.where(Commissioner.id == commissioner_id, scope(actor, Commissioner))
    ).one_or_none()
    if found is None:
        raise NotFound
    visits = db.session.execute(_visits_of_year(actor, commissioner_id, year)).all()
    states = counted_states()
    counted = [one for one in visits if _verdict(one, states) is Verdict.COUNTED]
    first_year = min(year, found[1].year if found[1] else year, today().year)
    return DaysOfYear(
        commissioner=found[0],
        years=range(max(year, today().year), first_year - 1, -1),
        service=_service_year(year, counted),
        days=tuple(_judged(visits, year, states)),
        counts_waiting=VisitState.WAITING in states,
    )


def _visits_of_year(actor: Actor, commissioner_id: int, year: int) -> Any:
    first, last = year_bounds(year)
    place = place_name(Visit.place_id).label("place")
    return (
        select(Visit.id, Visit.starts_on, Visit.ends_on, Visit.topic, Visit.kind, Visit.state, place)
        .join(VisitCommissioner, VisitCommissioner.visit_id == Visit.id)
        .where(_lists(commissioner_id), scope(actor, Visit), Visit.starts_on <= last, Visit.ends_on >= first)
        .order_by(Visit.starts_on, Visit.id)
    )


def _judged(visits: Sequence[Any], year: int, states: Collection[VisitState]) -> list[VisitDay]:
    """Each date of each visit with its verdict, in the order of the calendar; the first visit of a date is the one that counts."""
    taken: set[date] = set()
    judged = []
    for visit in visits:
        verdict = _verdict(visit, states)
        for day in dates_within(visit, *year_bounds(year)):
            own = Verdict.SAME_DAY if verdict is Verdict.COUNTED and day in taken else verdict
            if own is Verdict.COUNTED:
                taken.add(day)
            judged.append(VisitDay(on=day, visit_id=visit.id, topic=visit.topic, place=visit.place, verdict=own))
    return sorted(judged, key=lambda one: (one.on, one.verdict is not Verdict.COUNTED, one.visit_id))


def _verdict(visit: Any, states: Collection[VisitState]) -> Verdict:
    """Of the visit as a whole; the same day counted already is a matter of each date."""
    if visit.kind is VisitKind.CARE:
        return Verdict.CARE
    return Verdict.COUNTED if visit.state in states else Verdict(visit.state.value)


def _lists(commissioner_id: int) -> Any:
    return VisitCommissioner.commissioner_id == commissioner_id
