"""The key figures of a year, each with the list whose rows it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commissioner.access import Actor
from commissioner.domain.annual_figures import AnnualFigures, Behind
from commissioner.domain.annual_rows import behind_counts
from commissioner.domain.subjects import SUBJECTS
from commissioner.vocabulary import N_, ImpactIndicator, IntroductionKind, Level, ProjectKind, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One number with its unit; ``of`` is the whole that it is part of (problems solved k of n).

    ``behind`` is the list that holds the rows, ``indicator`` the page of an impact; ``counts_rows`` says that the
    number is the count of the list's rows, not a sum over them.
    """

    label: str
    value: Decimal | int
    unit: Unit
    of: int | None = None
    behind: Behind | None = None
    indicator: ImpactIndicator | None = None
    counts_rows: bool = False


def key_figures(actor: Actor, year: AnnualFigures) -> tuple[KeyFigure, ...]:
    """The figures that say something, without the lists that ``actor`` may not see."""
    figures = (*_projects(year), *_impacts(year), *_introductions(year), *_tallied(year))
    return tuple(
        one
        for one in figures
        if (one.value or one.of) and (one.behind is None or actor.can(SUBJECTS[one.behind.subject].see))
    )


def _projects(year: AnnualFigures) -> Sequence[KeyFigure]:
    provincial = Level.PROVINCIAL
    return (
        _project(year, N_("省科技特派员个人项目"), provincial, ProjectKind.INDIVIDUAL),
        _project(year, N_("省科技特派员团队项目"), provincial, ProjectKind.TEAM),
        _project(year, N_("市科技特派员项目"), Level.MUNICIPAL, _only_kind(year, Level.MUNICIPAL)),
        _project(year, N_("县科技特派员项目"), Level.COUNTY, _only_kind(year, Level.COUNTY)),
        _project(year, N_("特派团项目"), None, ProjectKind.CORPS),
    )


def _only_kind(year: AnnualFigures, level: Level) -> ProjectKind | None:
    """The one kind of a level's projects, if there is but one: then the list behind can say it too."""
    kinds = {
        one.kind
        for one in year.projects
        if one.level is level and one.implemented and one.kind is not ProjectKind.CORPS
    }
    return kinds.pop() if len(kinds) == 1 else None


def _project(year: AnnualFigures, label: str, level: Level | None, kind: ProjectKind | None) -> KeyFigure:
    chosen = {"level": level.value if level else "", "kind": kind.value if kind else ""}
    filters = {"year": str(year.year), **{key: value for key, value in chosen.items() if value}}
    return KeyFigure(
        label=label,
        value=year.project_count(level, kind),
        unit=Unit.COUNT,
        behind=Behind(subject="projects", filters=filters),
        counts_rows=True,
    )


def _impacts(year: AnnualFigures) -> Sequence[KeyFigure]:
    employment = KeyFigure(
        label=ImpactIndicator.EMPLOYMENT.label,
        value=year.employment.total_persons,
        unit=Unit.PERSONS,
        indicator=ImpactIndicator.EMPLOYMENT,
    )
    area = KeyFigure(
        label=N_("示范基地新增面积"),
        value=year.new_area_mu,
        unit=Unit.MU,
        behind=Behind(subject="bases", filters={"grew": str(year.year)}),
    )
    return (employment, area)


def _introductions(year: AnnualFigures) -> Sequence[KeyFigure]:
    return tuple(
        KeyFigure(
            label=kind.label,
            value=year.introduced(kind),
            unit=Unit.COUNT if kind is not IntroductionKind.TECHNOLOGY else Unit.ITEMS,
            behind=Behind(subject="introductions", filters={"year": str(year.year), "kind": kind.value}),
            counts_rows=True,
        )
        for kind in IntroductionKind
    )


def _tallied(year: AnnualFigures) -> Sequence[KeyFigure]:
    tally, lists = year.tally, behind_counts(year.year)
    told: tuple[tuple[str, str, Unit, int | None, int | None, bool], ...] = (
        ("bases_founded", N_("新建示范基地"), Unit.COUNT, tally.bases_founded, None, True),
        ("trainings", N_("培训场次"), Unit.SESSIONS, tally.training_sessions, None, False),
        ("trainings", N_("培训人次"), Unit.PERSON_TIMES, tally.trained_person_times, None, False),
        ("service_visits", N_("服务走访"), Unit.TIMES, tally.service_visits, None, True),
        ("care_visits", N_("关爱走访"), Unit.TIMES, tally.care_visits, None, True),
        ("problems_solved", N_("解决问题"), Unit.COUNT, tally.problems_solved, tally.problems_raised, True),
        ("needs", N_("对接成功的需求"), Unit.ITEMS, tally.needs_matched, tally.needs, False),
    )
    return tuple(
        KeyFigure(label=label, unit=unit, value=value or 0, of=of, behind=lists[key], counts_rows=counts_rows)
        for key, label, unit, value, of, counts_rows in told
    )
