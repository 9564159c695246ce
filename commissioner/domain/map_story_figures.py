"""Figures over the years in a story of the map, counted as the pages count them; and the latest photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement

from commissioner.access import Actor
from commissioner.domain.employment import employment_of
from commissioner.domain.growth import Growth
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_story_parts import MOST_YEARS, Rows, Series, StoryPhoto
from commissioner.domain.service_days import served_visits, service_dates
from commissioner.models import VisitCommissioner, db
from commissioner.units import year_bounds
from commissioner.vocabulary import N_, Quantity, Unit


def years_to(ask: MapAsk) -> range:
    """The last few years, that of the day included."""
    return range(ask.year - MOST_YEARS + 1, ask.year + 1)


def _series(title: str, unit: Unit, years: Iterable[int], of_year: Callable[[int], Any]) -> tuple[Series, ...]:
    """A series, or none where there is nothing in any of its years."""
    points = tuple((year, Decimal(of_year(year) or 0)) for year in years)
    return (Series(title=title, unit=unit, points=points),) if any(value for _year, value in points) else ()


def visits_in(rows: Rows, ask: MapAsk) -> tuple[Series, ...]:
    """Service visits that count, by the year in which they began."""
    found = {row.id: row.total for row in rows.get("years", ())}
    return _series(N_("每年走访（计入的）"), Unit.TIMES, years_to(ask), found.get)


def employment_series(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> tuple[Series, ...]:
    """Employment by year of the owners under ``condition``, nobody counted twice: one query."""
    found = employment_of(actor, years_to(ask), condition)
    return _series(N_("每年带动就业"), Unit.PERSONS, found, found.get)


def area_over(growth: Iterable[Growth], ask: MapAsk) -> tuple[Series, ...]:
    """The area at the end of each year, from the ledger; a year without a line keeps what there was."""
    area = next((one for one in growth if one.quantity is Quantity.AREA), None)
    if area is None:
        return ()
    ends = {one.year: one.total for one in area.years}
    last = max(ends)
    years = [year for year in years_to(ask) if year >= min(ends)]
    return _series(N_("面积"), Unit.MU, years, lambda year: ends[min(year, last)])


def service_over(actor: Actor, ask: MapAsk, commissioner_id: int) -> tuple[Series, ...]:
    """Service days and visits by year of one commissioner, from the same rows: one query."""
    years = years_to(ask)
    listed = VisitCommissioner.commissioner_id == commissioner_id
    stays = db.session.execute(served_visits(actor, date(years[0], 1, 1), ask.on).where(listed)).all()
    days = {year: len(service_dates(stays, *_so_far(year, ask))) for year in years}
    visits = {year: sum(1 for one in stays if one.starts_on.year == year) for year in years}
    return (
        *_series(N_("每年服务天数"), Unit.DAYS, years, days.get),
        *_series(N_("每年走访（计入的）"), Unit.TIMES, years, visits.get),
    )


def _so_far(year: int, ask: MapAsk) -> tuple[date, date]:
    first, last = year_bounds(year)
    return first, min(last, ask.on)


def photos_in(rows: Rows) -> tuple[StoryPhoto, ...]:
    """The latest few photos."""
    return tuple(
        StoryPhoto(id=row.photo_id, visit_id=row.id, topic=row.text, on=row.on, illustrative=row.illustrative)
        for row in rows.get("photos", ())
    )
