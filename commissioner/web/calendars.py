"""A year as months of weeks, as a wall calendar shows it."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from commissioner.domain.service_days import DaysOfYear, Verdict, VisitDay

FIRST_YEAR, LAST_YEAR = 1999, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A date with the verdict that says most of it; nothing where nobody was anywhere."""

    on: date
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month: its weeks from Monday on, its counted days, and every date of a visit in it."""

    label: str
    weeks: Sequence[Sequence[Cell | None]]
    day_count: int
    days: Sequence[VisitDay]


def months_of(story: DaysOfYear) -> list[Month]:
    """The twelve months of a commissioner's year; of several visits on a date the first one says what the date is."""
    first: dict[date, VisitDay] = {}
    for day in story.days:
        first.setdefault(day.on, day)
    weeks = calendar.Calendar(calendar.MONDAY)
    return [
        Month(
            label=format_date(date(story.service.year, month, 1), _("M月")),
            weeks=[
                [_cell(day, first) if day.month == month else None for day in week]
                for week in weeks.monthdatescalendar(story.service.year, month)
            ],
            day_count=story.service.days_by_month[month - 1],
            days=[day for day in story.days if day.on.month == month],
        )
        for month in range(1, 13)
    ]


def _cell(day: date, first: dict[date, VisitDay]) -> Cell:
    return Cell(on=day, verdict=first[day].verdict if day in first else None)
