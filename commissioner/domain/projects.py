"""Projects as a subject: what a project holds, how projects are listed, filtered and linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, null, select

from commissioner.access import Actor, within
from commissioner.domain.listing import Choice, Column, ColumnKind, Filter, Listing, contains
from commissioner.domain.open_on import day_asked
from commissioner.domain.period_locks import refuse_closed
from commissioner.domain.period_reports import TOLD, unreported, unreported_in
from commissioner.domain.places import county_code
from commissioner.domain.project_lines import FUNDINGS, MILESTONES, PROJECT_PLACES
from commissioner.domain.project_years import accepted_in, applied_in, approved_in, implemented_by, implemented_in
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    names_through,
    text_column,
    township_choices,
    word_column,
    words_filter,
)
from commissioner.domain.target_standing import targets_in
from commissioner.domain.targets import TARGETS
from commissioner.models import (
    BaseProject,
    Commissioner,
    DemonstrationBase,
    Impact,
    Place,
    Project,
    ProjectCommissioner,
    ProjectPlace,
    ProjectUpdate,
    StepRequest,
    Visit,
    db,
)
from commissioner.problems import Invalid, Problem
from commissioner.units import today, year_bounds
from commissioner.vocabulary import N_, NC_, Industry, Level, ProjectKind, ProjectStage, RequestState, UpdateState

__all__ = ["FUNDINGS", "MILESTONES", "PROJECTS", "PROJECT_PLACES", "TARGETS", "lead_name", "projects_of"]

FIRST_YEAR = 1999
REQUESTED = tuple(Choice(value=one.value, label=one.label) for one in (RequestState.WAITING, RequestState.RETURNED))


def projects_of(commissioner_id: int) -> ColumnElement[bool]:
    """The projects that a commissioner carries out."""
    mine = select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id == commissioner_id)
    result: ColumnElement[bool] = Project.id.in_(mine)
    return result


def lead_name() -> Any:
    """Who leads: the one marked so, else the first of them."""
    people = select(Commissioner.name).join(ProjectCommissioner, ProjectCommissioner.commissioner_id == Commissioner.id)
    first = people.order_by(ProjectCommissioner.leads.desc(), Commissioner.id).limit(1)
    return first.where(ProjectCommissioner.project_id == Project.id).correlate(Project).scalar_subquery()


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and FIRST_YEAR <= int(text) < date.max.year else None


def _in_year(condition: Callable[[int], ColumnElement[bool]]) -> Callable[[str], ColumnElement[bool] | None]:
    def predicate(value: str) -> ColumnElement[bool] | None:
        year = _year(value)
        return None if year is None else condition(year)

    return predicate


def _years(actor: Actor) -> list[Choice]:
    """From the first project's year to the present one: a project counts in every year that it runs."""
    first_day = db.session.scalar(select(func.min(Project.starts_on)))
    if first_day is None:
        return []
    return [Choice(value=str(year), label=str(year)) for year in range(today().year, first_day.year - 1, -1)]


def _in_township(value: str) -> ColumnElement[bool] | None:
    if not value.isdecimal() or len(value) > 12:
        return None
    works_here = exists().where(
        ProjectPlace.project_id == Project.id, within(ProjectPlace.region_code.expression, value)
    )
    return works_here.correlate_except(ProjectPlace)


def _worked_by(actor: Actor, word: str) -> ColumnElement[bool]:
    named = select(Commissioner.id).where(contains(Commissioner.name, word) | contains(Commissioner.initials, word))
    listed = select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id.in_(named))
    result: ColumnElement[bool] = Project.id.in_(listed)
    return result


def _silent_in(year: int) -> ColumnElement[bool]:
    """Under way this year, and nothing was reported of it in the year."""
    first, last = year_bounds(year)
    mine = (ProjectUpdate.project_id == Project.id, ProjectUpdate.state.in_(TOLD))
    told = exists().where(*mine, ProjectUpdate.reported_on.between(first, last))
    under_way = Project.stage.in_((ProjectStage.CONTRACTED, ProjectStage.UNDER_WAY, ProjectStage.MID_TERM))
    return implemented_in(year) & under_way & ~told.correlate_except(ProjectUpdate)


def _requested(value: str) -> ColumnElement[bool] | None:
    """Projects of which a step is asked for, or whose request came back."""
    if value not in {one.value for one in REQUESTED}:
        return None
    asked = select(StepRequest.project_id).where(StepRequest.state == RequestState(value))
    result: ColumnElement[bool] = Project.id.in_(asked)
    return result


def _works_at(place_id: int) -> ColumnElement[bool]:
    result: ColumnElement[bool] = Project.id.in_(
        select(ProjectPlace.project_id).where(ProjectPlace.place_id == place_id)
    )
    return result


def _check(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    starts_on, ends_on = draft.get("starts_on"), draft.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        faults["ends_on"] = N_("结束日期不能早于开始日期。")
    if draft.get("number"):
        holder = db.session.scalar(select(Project.id).where(Project.number == draft["number"]))
        if holder not in {None, row_id}:
            faults["number"] = N_("已经有这个编号的项目。")
        elif len(draft["number"]) > Project.number.type.length:
            faults["number"] = Problem(N_("最多 %(length)s 个字。"), length=Project.number.type.length)
    if faults:
        raise Invalid(faults)


def _guard(actor: Actor, row: Any, draft: Mapping[str, Any] | None) -> None:
    """A project takes what was reported of it along: not where a closed period holds some of that."""
    if draft is None:
        told = (ProjectUpdate.project_id == row.id, ProjectUpdate.state != UpdateState.DRAFT)
        refuse_closed(row.region_code, (), db.session.scalars(select(ProjectUpdate.reported_on).where(*told)).all())


def _complete(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    """A project without a number holds none, so that the unique key lets many be without."""
    row.number = row.number or None
    row.region_code = row.region_code or county_code(actor)


def _count_met(actor: Actor, rows: list[dict[str, Any]]) -> None:
    """How many of a project's targets are met, of how many."""
    found = targets_in(actor, [row["id"] for row in rows])
    for row in rows:
        targets = found.get(row["id"], ())
        row["targets"] = f"{sum(one.is_met for one in targets)} / {len(targets)}" if targets else None


_FIELDS = (
    Field(key="title", label=N_("项目名称"), required=True),
    Field(key="number", label=N_("项目编号"), help=N_("还没有编号就空着")),
    Field(key="level", label=N_("级别"), kind=Kind.WORD, words=Level, required=True),
    Field(key="kind", label=N_("类别"), kind=Kind.WORD, words=ProjectKind, required=True),
    Field(key="industry", label=N_("产业"), kind=Kind.WORD, words=Industry, required=True),
    Field(
        key="commissioners",
        label=N_("科技特派员"),
        kind=Kind.REFERENCES,
        refers="commissioners",
        link=ProjectCommissioner,
    ),
    Field(key="receiving_unit_id", label=N_("承接单位"), kind=Kind.REFERENCE, refers="organisations"),
    Field(key="starts_on", label=N_("开始日期"), kind=Kind.DATE),
    Field(key="ends_on", label=N_("结束日期"), kind=Kind.DATE),
    Field(key="summary", label=N_("项目简介"), kind=Kind.PROSE),
)

_LISTING = Listing(
    model=Project,
    columns=(
        link_column("title", N_("项目"), Project.title),
        text_column("number", N_("编号"), Project.number),
        word_column("level", N_("级别"), Project.level),
        word_column("kind", N_("类别"), Project.kind),
        Column(
            key="places",
            label=N_("地点"),
            value=names_through(ProjectPlace, ProjectPlace.project_id, ProjectPlace.place_id, Place.name, Project.id),
        ),
        Column(key="lead", label=N_("负责人"), value=lead_name()),
        word_column("stage", N_("阶段"), Project.stage),
        Column(key="targets", label=N_("达标的指标"), value=null(), filled=True),
        Column(key="spent", label=N_("已支出"), value=Project.spent_fen, kind=ColumnKind.MONEY, sort=Project.spent_fen),
        date_column("ends_on", N_("结束日期"), Project.ends_on),
        illustrative_column(Project),
    ),
    filters=(
        Filter(key="year", label=N_("实施年份"), predicate=_in_year(implemented_in), choices=_years),
        Filter(key="on", label=N_("年初到这一天实施"), predicate=day_asked(implemented_by), kind="date"),
        words_filter("level", N_("级别"), Project.level, Level),
        words_filter("kind", N_("类别"), Project.kind, ProjectKind),
        words_filter("stage", N_("阶段"), Project.stage, ProjectStage),
        words_filter("industry", N_("产业"), Project.industry, Industry),
        Filter(key="township", label=N_("乡镇"), predicate=_in_township, choices=township_choices),
        Filter(key="request", label=N_("申请"), predicate=_requested, choices=lambda actor: REQUESTED),
        Filter(key="applied", label="", kind="hidden", predicate=_in_year(applied_in)),
        Filter(key="approved", label="", kind="hidden", predicate=_in_year(approved_in)),
        Filter(key="accepted", label="", kind="hidden", predicate=_in_year(accepted_in)),
        Filter(key="silent", label=N_("今年还没有更新进展"), kind="hidden", predicate=_in_year(_silent_in)),
        Filter(key="unreported", label=N_("该报进展了，还没有报"), kind="hidden", predicate=lambda value: unreported()),
        id_filter("commissioner", projects_of),
        id_filter("period", unreported_in),
        id_filter("place", _works_at),
        id_filter("organisation", lambda row_id: Project.receiving_unit_id == row_id),
    ),
    search=(Project.title, Project.number),
    finders=(_worked_by,),
    order=(Project.starts_on.desc().nulls_last(),),
    fill=_count_met,
)

# Money, targets, places, milestones, stages and updates are told by the page's own story: a section each would be a query each.
PROJECTS = Subject(
    name="projects",
    model=Project,
    title=NC_("list", "项目"),
    one=NC_("one", "项目"),
    heading=Project.title,
    fields=_FIELDS,
    listing=_LISTING,
    related=(
        Related(
            subject="bases",
            title=NC_("list", "示范基地"),
            condition=lambda row_id: DemonstrationBase.id.in_(
                select(BaseProject.base_id).where(BaseProject.project_id == row_id)
            ),
        ),
        Related(
            subject="impacts",
            title=NC_("list", "成效"),
            condition=lambda row_id: Impact.project_id == row_id,
            field="project_id",
            hidden=("owner",),
        ),
        Related(
            subject="visits",
            title=NC_("list", "走访"),
            condition=lambda row_id: Visit.project_id == row_id,
            field="project_id",
        ),
    ),
    check=_check,
    complete=_complete,
    guard=_guard,
)
