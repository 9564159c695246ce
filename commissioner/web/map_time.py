"""Time on the map: the year and month of the sentence, the years as links, and the months that the slider moves over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from commissioner.domain.map_ask import end_of_month, end_of_year
from commissioner.units import today
from commissioner.web.filters import day_prose
from commissioner.web.language import language
from commissioner.web.map_address import MapView

MOST_YEARS = 12
TALLEST_BAR = 24


def day_said(on: date) -> str:
    """The day that everything on the page is as of: 截至 2022年6月30日."""
    return _said_in(language(), on)


@lru_cache(maxsize=2_000)
def _said_in(_language: str, on: date) -> str:
    """Each page says it of all its months."""
    pattern = _("yyyy年M月d日")
    return _("截至 %(day)s", day=format_date(on, pattern))


def years_of(months: Mapping[date, int], on: date) -> dict[int, int]:
    """Visits of each year that can be asked for."""
    years: dict[int, int] = {}
    for first, visits in months.items():
        years[first.year] = years.get(first.year, 0) + visits
    years.setdefault(on.year, 0)
    return dict(sorted(years.items()))


def month_choices(on: date) -> list[tuple[str, str]]:
    """The months of the sentence: the whole year, each month's end, and the day itself where it is none of these."""
    whole = _("到今天") if end_of_year(on.year) == today() else _("全年")
    pattern = _("M月底")
    ends = [(str(month), format_date(date(on.year, month, 1), pattern)) for month in range(1, 13)]
    choices = [("", whole), *ends]
    if month_value(on) not in dict(choices):
        choices.insert(on.month + 1, (month_value(on), day_prose(on)))
    return choices


def month_value(on: date) -> str:
    """Which of the choices ``on`` is."""
    if on == end_of_year(on.year):
        return ""
    return str(on.month) if on == end_of_month(on.year, on.month) else f"{on.month}-{on.day}"


def time_context(view: MapView, months: Mapping[date, int]) -> dict[str, Any]:
    """What the foot of the page needs: years to link to, and the moments of the slider."""
    on = view.ask.on
    moments = sorted({end_of_month(first.year, first.month) for first in months} | {on})
    most = max([1, *months.values()])
    return {
        "on": on.isoformat(),
        "said": day_said(on),
        "years": _years(view, years_of(months, on)),
        "index": moments.index(on),
        "moments": [moment.isoformat() for moment in moments],
        "all_said": [day_said(moment) for moment in moments],
        "bars": [{"height": round(TALLEST_BAR * visits / most)} for visits in months.values()],
    }


def _years(view: MapView, years: Mapping[int, int]) -> list[dict[str, Any]]:
    most = max([1, *years.values()])
    shown = list(years.items())[-MOST_YEARS:]
    return [
        {
            "value": year,
            "url": view.url_on(end_of_year(year), at=None),
            "active": year == view.ask.year,
            "visits": visits,
            "share": round(100 * visits / most),
        }
        for year, visits in shown
    ]
