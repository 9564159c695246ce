"""Service on the dashboard of a large region, by the kept sums: the same numbers as plain counting, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from commissioner.access import Actor
from commissioner.domain.map_states import MapState
from commissioner.domain.map_sums import bring_up_to_date
from commissioner.domain.region_sums import has_sums
from commissioner.domain.service_days import NOT_REJECTED, counted_states
from commissioner.models import PersonSum, RegionSum, db

MONTHS = 12


def made_ready(actor: Actor, state: MapState) -> bool:
    """Whether the actor's region has sums, which are up to date then: a crowded one has, and all once any has them.

    Elsewhere few rows are counted as fast.
    """
    if not (actor.is_territorial and has_sums(actor.region_code) and (state.crowded or state.sums_kept)):
        return False
    bring_up_to_date(state.version, people=True)
    return True


def visits_by_month(actor: Actor) -> Mapping[int, Sequence[int]]:
    """Service visits that count, by the month in which they began: twelve numbers for each year that has any."""
    services = RegionSum.services_unrejected if _waiting_count() else RegionSum.services_confirmed
    rows = db.session.execute(
        select(RegionSum.month, services).where(RegionSum.region == actor.region_code, services > 0)
    )
    so_far = dict(rows.all())
    years = sorted({month // 100 for month in so_far})
    return {year: _apart([so_far.get(year * 100 + month, 0) for month in range(1, MONTHS + 1)]) for year in years}


def _apart(so_far: Sequence[int]) -> list[int]:
    """Each month's own count, from the counts since 1 January."""
    return [count - before for count, before in zip(so_far, [0, *so_far], strict=False)]


def service_days_by_year(actor: Actor, years: range) -> Mapping[int, int]:
    """Service days of all commissioners together: each person's date once (domain.md §5.1)."""
    days = PersonSum.days_unrejected if _waiting_count() else PersonSum.days_confirmed
    rows = db.session.execute(
        select(PersonSum.year, func.sum(days))
        .where(PersonSum.region == actor.region_code, PersonSum.year.in_(years))
        .group_by(PersonSum.year)
    )
    found = {year: int(count) for year, count in rows}
    return {each: found.get(each, 0) for each in years}


def _waiting_count() -> bool:
    return counted_states() == NOT_REJECTED
