"""The leader's dashboard: a year beside the one before, each number with the rows that it counts or sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from commissioner.access import Actor, Permission, covers
from commissioner.domain import annual_rows, dashboard_rows, dashboard_sums
from commissioner.domain.annual_figures import Behind, IndicatorFigure, ProjectCount
from commissioner.domain.employment import employment_over
from commissioner.domain.map_states import MapState
from commissioner.domain.memory import Memory
from commissioner.problems import NotFound
from commissioner.vocabulary import N_, NC_, ImpactIndicator, Unit

YEARS_SHOWN = 5
MOST_KEPT = 32
LONGEST_CODE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardAsk:
    """What somebody asks of the dashboard; ``township`` is a division-code prefix, empty for all that one may see."""

    year: int
    township: str = ""

    @property
    def years(self) -> range:
        """The years of a chart over time, the last of them asked for."""
        return range(self.year - YEARS_SHOWN + 1, self.year + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One number of the year and of the year before, with the list of its rows; ``of`` is the whole (solved k of n)."""

    key: str
    label: str
    unit: str
    value: Decimal | int
    before: Decimal | int
    of: int | None = None
    behind: Behind | None = None
    indicator: ImpactIndicator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Everything on the dashboard under one question, for one scope."""

    ask: DashboardAsk
    figures: Sequence[Compared]
    projects: Sequence[ProjectCount]
    employed_persons: Mapping[int, int]
    new_area_mu: Mapping[int, Decimal]
    visits_by_month: Mapping[int, Sequence[int]]
    indicators: Sequence[IndicatorFigure]

    @property
    def is_empty(self) -> bool:
        """Whether neither year has anything to show."""
        return not any(one.value or one.before or one.of for one in self.figures) and not self.indicators


def dashboard(actor: Actor, ask: DashboardAsk, state: MapState) -> Dashboard:
    """The dashboard, from memory as long as no record has changed since ``state``; ``NotFound`` outside one's region."""
    actor.must(Permission.LOOK)
    if ask.township and not (actor.is_territorial and covers(actor.region_code, ask.township)):
        raise NotFound
    return _kept.get((state, actor.scope_key, ask), lambda: _made(actor, ask, state))


_kept = Memory(MOST_KEPT)


def narrowed(actor: Actor, township: str) -> Actor:
    """Somebody who sees of what ``actor`` sees only what lies in ``township``: the same scope, a smaller region."""
    return replace(actor, region_code=township, sees_nearly_all=False) if township else actor


def _made(actor: Actor, ask: DashboardAsk, state: MapState) -> Dashboard:
    here = narrowed(actor, ask.township)
    last = range(ask.year - 1, ask.year + 1)
    jobs = employment_over(here, ask.years)
    areas = dashboard_rows.new_area_by_year(here, ask.years)
    summed = dashboard_sums.made_ready(here, state)
    counted: Any = dashboard_sums if summed else dashboard_rows
    months, days = counted.visits_by_month(here), counted.service_days_by_year(here, last)
    visits = {("service_visits", year): sum(months.get(year, ())) for year in last} if summed else {}
    counts = {**dashboard_rows.counts(actor, ask.year, ask.township, {key for key, _year in visits}), **visits}
    registers = actor.can(Permission.SEE_REGISTERS)
    return Dashboard(
        ask=ask,
        figures=_figures(ask, jobs, areas, counts, days),
        projects=dashboard_rows.project_counts(here, ask.year),
        employed_persons=jobs,
        new_area_mu=areas,
        visits_by_month=months,
        indicators=annual_rows.indicator_figures(here, ask.year) if registers else (),
    )


def _figures(
    ask: DashboardAsk,
    jobs: Mapping[int, int],
    areas: Mapping[int, Decimal],
    counts: Mapping[tuple[str, int], int],
    days: Mapping[int, int],
) -> tuple[Compared, ...]:
    lists = dashboard_rows.lists_behind(ask.year, ask.township)

    def counted(key: str, label: str, unit: str, whole: str = "") -> Compared:
        return Compared(
            key=key,
            label=label,
            unit=unit,
            value=counts[key, ask.year],
            before=counts[key, ask.year - 1],
            of=counts[whole, ask.year] if whole else None,
            behind=lists[key],
        )

    def summed(key: str, label: str, unit: str, by_year: Mapping[int, Any], **rows: Any) -> Compared:
        value, before = by_year.get(ask.year, 0), by_year.get(ask.year - 1, 0)
        return Compared(key=key, label=label, unit=unit, value=value, before=before, **rows)

    # The page of an indicator tells the whole of what one sees: of a township alone it would be another number.
    persons = {} if ask.township else {"indicator": ImpactIndicator.EMPLOYMENT}
    return (
        counted("projects", N_("实施项目"), Unit.COUNT.label),
        summed("employment", ImpactIndicator.EMPLOYMENT.label, Unit.PERSONS.label, jobs, **persons),
        summed("new_area", N_("示范基地新增面积"), Unit.MU.label, areas, behind=lists["new_area"]),
        counted("service_visits", N_("服务走访"), Unit.TIMES.label),
        summed("service_days", N_("服务天数"), NC_("count", "天"), days, behind=lists["service_visits"]),
        counted("needs_met", N_("对接成功的需求"), Unit.ITEMS.label, "needs"),
        counted("problems_solved", N_("解决问题"), Unit.COUNT.label, "problems"),
    )
