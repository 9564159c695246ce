"""Service days by the counting rules (domain.md §5.1): distinct dates of confirmed service visits, per commissioner."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.models import Visit, VisitCommissioner, db
from commissioner.units import year_bounds
from commissioner.vocabulary import VisitKind, VisitState

COUNTED_STATES = frozenset({VisitState.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One visit of one commissioner, from its first day to its last."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceYear:
    """What a commissioner's confirmed service visits of a year come to."""

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


def service_dates(stays: Iterable[Stay], first: date, last: date) -> frozenset[date]:
    """The distinct dates of ``stays`` from ``first`` to ``last``: two villages on one day are one, three nights are three days."""
    found: set[date] = set()
    for stay in stays:
        begins, ends = max(stay.starts_on, first), min(stay.ends_on, last)
        found.update(begins + timedelta(days=offset) for offset in range((ends - begins).days + 1))
    return frozenset(found)


def service_days(
    actor: Actor, commissioner_id: int, year: int, states: Collection[VisitState] = COUNTED_STATES
) -> ServiceYear:
    """The service days of one commissioner in ``year``, from the visits in the actor's scope."""
    first, last = year_bounds(year)
    stays = [
        Stay(starts_on=row.starts_on, ends_on=row.ends_on)
        for row in db.session.execute(served_visits(actor, first, last, states).where(_lists(commissioner_id)))
    ]
    return ServiceYear(year=year, dates=tuple(sorted(service_dates(stays, first, last))), visit_count=len(stays))


def served_visits(actor: Actor, first: date, last: date, states: Collection[VisitState] = COUNTED_STATES) -> Any:
    """The service visits that count, of which a day lies between two dates: a row for each commissioner listed."""
    return (
        select(VisitCommissioner.commissioner_id, Visit.starts_on, Visit.ends_on)
        .join(Visit, Visit.id == VisitCommissioner.visit_id)
        .where(scope(actor, Visit), Visit.kind == VisitKind.SERVICE, Visit.state.in_(states))
        .where(Visit.starts_on <= last, Visit.ends_on >= first)
    )


def _lists(commissioner_id: int) -> Any:
    return VisitCommissioner.commissioner_id == commissioner_id
