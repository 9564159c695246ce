"""What the dashboard says: the sentence of its filters, its figures, and each chart as the table that it is drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from commissioner.domain.annual_figures import Behind, IndicatorFigure
from commissioner.domain.dashboards import Compared, Dashboard
from commissioner.domain.listing import Choice
from commissioner.units import plain, today
from commissioner.vocabulary import NC_, Level, ProjectKind
from commissioner.web.annual_pages import behind_url
from commissioner.web.filters import NOTHING, number

NO_WIDTH = "\u200b"  # what English says for a counter that it does not have
FULL_PERCENT = 100
MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One value of a chart: as a number for drawing, as words for reading, and the page with its rows."""

    value: str
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and the table behind it: a row for each category, a column for each series."""

    key: str
    title: str
    kind: str
    unit: str
    category: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Mark, ...]], ...]
    total: str = ""


def page_context(told: Dashboard, townships: Sequence[Choice]) -> dict[str, Any]:
    """All that the template needs, and no database."""
    ask = told.ask
    names = {one.value: one.label for one in townships}
    where = names.get(ask.township, ask.township) if ask.township else ""
    return {
        "ask": ask,
        "sentence": " · ".join([_("%(year)s年", year=ask.year), where or _("范围内的全部地方")]),
        "years": sorted({*told.visits_by_month, ask.year, today().year}, reverse=True),
        "townships": townships,
        "figures": [_figure(one, ask.year) for one in told.figures],
        "charts": [one for one in _charts(told) if one.rows],
        "targets": [_target(one) for one in told.indicators],
        "is_empty": told.is_empty,
        "map_url": url_for("map.index", year=ask.year, township=ask.township or None),
        "annual_url": url_for("annual.page", year=ask.year),
    }


def _figure(one: Compared, year: int) -> dict[str, Any]:
    value = number(one.value) if one.of is None else _("%(k)s/%(n)s", k=number(one.value), n=number(one.of))
    return {
        "key": one.key,
        "label": _(one.label),
        "value": value,
        "unit": _(NC_("count", one.unit)).strip(NO_WIDTH),
        "href": _href(one, year),
        "before": _("去年 %(value)s", value=number(one.before)),
        "change": _change(one),
    }


def _href(one: Compared, year: int) -> str | None:
    if one.indicator is not None:
        return url_for("annual.impact", year=year, indicator=one.indicator.value)
    return behind_url(one.behind) if one.behind else None


def _change(one: Compared) -> str:
    """More, less or the same as last year, in words: a colour would judge, and more is not always better."""
    difference = one.value - one.before
    if not difference:
        return _("持平")
    return _("多 %(n)s", n=number(difference)) if difference > 0 else _("少 %(n)s", n=number(-difference))


def _charts(told: Dashboard) -> list[Chart]:
    return [_projects(told), _visits(told), _employment(told), _area(told)]


def _projects(told: Dashboard) -> Chart:
    """Projects of the year by level and kind; the corps too, which the summary counts apart."""
    ask = told.ask
    counted = [one for one in told.projects if one.implemented]
    kinds = [kind for kind in ProjectKind if any(one.kind is kind for one in counted)]
    levels = [level for level in Level if any(one.level is level for one in counted)]

    def mark(level: Level, kind: ProjectKind) -> Mark:
        count = sum(one.implemented for one in counted if (one.level, one.kind) == (level, kind))
        filters = {"year": str(ask.year), "level": level.value, "kind": kind.value}
        where = {"township": ask.township} if ask.township else {}
        rows = Behind(subject="projects", filters={**filters, **where})
        return Mark(value=str(count), text=number(count), href=behind_url(rows) if count else None)

    return Chart(
        key="projects",
        title=_("实施项目：级别和类别"),
        kind="stacked",
        unit=_(NC_("count", "个")).strip(NO_WIDTH),
        category=_("级别"),
        series=tuple(_(kind.label) for kind in kinds),
        rows=tuple((_(level.label), tuple(mark(level, kind) for kind in kinds)) for level in levels),
        total=number(sum(one.implemented for one in counted)),
    )


def _visits(told: Dashboard) -> Chart:
    year, none = told.ask.year, [0] * MONTHS
    by_year = {each: told.visits_by_month.get(each, none) for each in (year, year - 1)}
    months = range(MONTHS) if any(map(any, by_year.values())) else ()
    return Chart(
        key="visits",
        title=_("每月服务走访：今年和去年"),
        kind="lines",
        unit=_(NC_("count", "次")).strip(NO_WIDTH),
        category=_("月份"),
        series=tuple(_("%(year)s年", year=year) for year in by_year),
        rows=tuple(
            (_("%(month)s月", month=month + 1), tuple(_mark(counts[month]) for counts in by_year.values()))
            for month in months
        ),
        total=" / ".join(number(sum(counts)) for counts in by_year.values()),
    )


def _employment(told: Dashboard) -> Chart:
    of_all = not told.ask.township
    links = {
        year: url_for("annual.impact", year=year, indicator="employment") if of_all else None
        for year in told.employed_persons
    }
    return _over_years("employment", _("带动农民就业：近五年"), _("人"), told.employed_persons, links)


def _area(told: Dashboard) -> Chart:
    where = {"township": told.ask.township} if told.ask.township else {}
    links = {
        year: behind_url(Behind(subject="bases", filters={"grew": str(year), **where})) for year in told.new_area_mu
    }
    return _over_years("area", _("示范基地新增面积：近五年"), _("亩"), told.new_area_mu, links)


def _over_years(
    key: str, title: str, unit: str, by_year: Mapping[int, Decimal | int], links: Mapping[int, str | None]
) -> Chart:
    return Chart(
        key=key,
        title=title,
        kind="bars",
        unit=unit,
        category=_("年份"),
        series=(unit,),
        rows=tuple(
            (str(year), (_mark(value, links[year] if value else None),))
            for year, value in by_year.items()
            if any(by_year.values())
        ),
    )


def _mark(value: Decimal | int, href: str | None = None) -> Mark:
    return Mark(value=str(plain(Decimal(value))), text=number(value), href=href)


def _target(one: IndicatorFigure) -> dict[str, Any]:
    """An indicator that the superior set: its completion as it was issued or computed, never rounded to please."""
    percent = one.completion_percent
    said = NOTHING if percent is None else f"{number(percent)}%"
    return {
        "name": one.name,
        "value": min(percent, Decimal(FULL_PERCENT)) if percent is not None else 0,
        "said": said,
        "has_target": percent is not None,
        "href": url_for("subjects.page", name="indicators", row_id=one.id),
        "actual": f"{number(one.actual)} {_(one.unit.label)}" if one.actual is not None else "",
        "illustrative": one.illustrative,
    }
