"""The lines of a project: its places, money, targets and milestones, as subjects without pages of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from commissioner.access import Actor
from commissioner.domain.listing import Column, ColumnKind, Filter, Listing
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    date_column,
    id_filter,
    link_column,
    name_of,
    number_column,
    place_column,
    place_name,
    text_column,
    word_column,
    words_filter,
)
from commissioner.models import Funding, Milestone, Project, ProjectPlace, ProjectTarget, UpdateFigure, db
from commissioner.problems import Invalid, NeedsConfirmation, Problem
from commissioner.units import today, whole
from commissioner.vocabulary import N_, NC_, FundingSource, Unit

LARGEST_TARGET = 1_000_000_000
MOST_DAYS_AHEAD = 3660

_PROJECT = Field(key="project_id", label=N_("项目"), kind=Kind.REFERENCE, refers="projects", required=True)


def _title_of(column: Any) -> Column:
    return text_column("project", N_("项目"), name_of(Project, Project.title, column))


def _money_column(key: str, label: str, attribute: Any) -> Column:
    return Column(key=key, label=label, value=attribute, kind=ColumnKind.MONEY, sort=attribute)


def _taken(model: Any, draft: Mapping[str, Any], row_id: int | None, key: str) -> bool:
    """Whether another line of the same project holds this value already."""
    same = (
        model.project_id == draft["project_id"],
        getattr(model, key) == draft[key],
        model.id != (row_id or 0),
    )
    return db.session.scalar(select(model.id).where(*same)) is not None


def _check_place(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if _taken(ProjectPlace, draft, row_id, "place_id"):
        raise Invalid({"place_id": N_("这个项目已经有这个地点。")})


PROJECT_PLACES = Subject(
    name="project_places",
    model=ProjectPlace,
    title=NC_("list", "项目实施地点"),
    one=NC_("one", "实施地点"),
    heading=place_name(ProjectPlace.place_id),
    parent="project_id",
    fields=(_PROJECT, Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True)),
    listing=Listing(
        model=ProjectPlace,
        columns=(place_column(ProjectPlace), _title_of(ProjectPlace.project_id)),
        filters=(id_filter("project", lambda row_id: ProjectPlace.project_id == row_id),),
        order=(ProjectPlace.region_code,),
    ),
    check=_check_place,
)


def _check_funding(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if _taken(Funding, draft, row_id, "source"):
        raise Invalid({"source": N_("这个项目已经有这项来源，请修改原来的那条。")})
    if (draft.get("received_fen") or 0) > draft["granted_fen"] and not draft.get("confirmed"):
        raise NeedsConfirmation({"received_fen": Problem(N_("到账的比下达的还多。确认无误再保存。"))})


def _complete_funding(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    row.received_fen = row.received_fen or 0


FUNDINGS = Subject(
    name="fundings",
    model=Funding,
    title=NC_("list", "项目经费"),
    one=NC_("one", "经费"),
    heading=Funding.source,
    parent="project_id",
    fields=(
        _PROJECT,
        Field(key="source", label=N_("经费来源"), kind=Kind.WORD, words=FundingSource, required=True),
        Field(key="granted_fen", label=N_("下达经费"), kind=Kind.MONEY, required=True),
        Field(key="received_fen", label=N_("到账经费"), kind=Kind.MONEY),
    ),
    listing=Listing(
        model=Funding,
        columns=(
            word_column("source", N_("经费来源"), Funding.source),
            _money_column("granted_fen", N_("下达经费"), Funding.granted_fen),
            _money_column("received_fen", N_("到账经费"), Funding.received_fen),
            _title_of(Funding.project_id),
        ),
        filters=(
            words_filter("source", N_("经费来源"), Funding.source, FundingSource),
            id_filter("project", lambda row_id: Funding.project_id == row_id),
        ),
        order=(Funding.granted_fen.desc(),),
    ),
    check=_check_funding,
    complete=_complete_funding,
)


def _check_target(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    if _taken(ProjectTarget, draft, row_id, "name"):
        faults["name"] = N_("这个项目已经有同名的指标。")
    if row_id is not None and _unit_moves_under_figures(draft, row_id):
        faults["unit"] = N_("已经按原来的单位填报过，不能再改单位。请另设一个指标。")
    if faults:
        raise Invalid(faults)


def _unit_moves_under_figures(draft: Mapping[str, Any], row_id: int) -> bool:
    reported = exists().where(UpdateFigure.target_id == ProjectTarget.id)
    statement = select(ProjectTarget.id).where(
        ProjectTarget.id == row_id, ProjectTarget.unit != draft["unit"], reported
    )
    return db.session.scalar(statement) is not None


TARGETS = Subject(
    name="targets",
    model=ProjectTarget,
    title=NC_("list", "项目指标"),
    one=NC_("one", "指标"),
    heading=ProjectTarget.name,
    parent="project_id",
    fields=(
        _PROJECT,
        Field(key="name", label=N_("指标"), required=True, help=N_("照任务书的写法")),
        Field(key="unit", label=N_("单位"), kind=Kind.WORD, words=Unit, required=True),
        Field(key="target_value", label=N_("目标"), kind=Kind.DECIMAL, required=True, maximum=LARGEST_TARGET),
    ),
    listing=Listing(
        model=ProjectTarget,
        columns=(
            link_column("name", N_("指标"), ProjectTarget.name),
            number_column("target_value", N_("目标"), ProjectTarget.target_value),
            number_column("actual_value", N_("完成"), ProjectTarget.actual_value),
            word_column("unit", N_("单位"), ProjectTarget.unit),
            _title_of(ProjectTarget.project_id),
        ),
        filters=(
            words_filter("unit", N_("单位"), ProjectTarget.unit, Unit),
            id_filter("project", lambda row_id: ProjectTarget.project_id == row_id),
        ),
        search=(ProjectTarget.name,),
        order=(ProjectTarget.id.asc(),),
    ),
    check=_check_target,
)


def _check_milestone(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if _taken(Milestone, draft, row_id, "title"):
        raise Invalid({"title": N_("这个项目已经有同名的节点。")})


def _overdue() -> ColumnElement[bool]:
    late: ColumnElement[bool] = (Milestone.due_on < today()) & Milestone.done_on.is_(None)
    return late


def due_within(value: str) -> ColumnElement[bool] | None:
    """Not done, and due from today on within so many days."""
    days = whole(value)
    if days is None or days > MOST_DAYS_AHEAD:
        return None
    soon: ColumnElement[bool] = Milestone.due_on.between(today(), today() + timedelta(days=days))
    return soon & Milestone.done_on.is_(None)


MILESTONES = Subject(
    name="milestones",
    model=Milestone,
    title=NC_("list", "项目节点"),
    one=NC_("one", "节点"),
    heading=Milestone.title,
    parent="project_id",
    fields=(
        _PROJECT,
        Field(key="title", label=N_("要做什么"), required=True),
        Field(key="due_on", label=N_("应完成日期"), kind=Kind.DATE, required=True),
        Field(key="done_on", label=N_("完成日期"), kind=Kind.DATE, past=True),
    ),
    listing=Listing(
        model=Milestone,
        columns=(
            link_column("title", N_("要做什么"), Milestone.title),
            date_column("due_on", N_("应完成日期"), Milestone.due_on),
            date_column("done_on", N_("完成日期"), Milestone.done_on),
            _title_of(Milestone.project_id),
        ),
        filters=(
            Filter(key="overdue", label=N_("过期未完成"), kind="hidden", predicate=lambda value: _overdue()),
            Filter(key="due_days", label=N_("快到期未完成"), kind="hidden", predicate=due_within),
            id_filter("project", lambda row_id: Milestone.project_id == row_id),
        ),
        search=(Milestone.title,),
        order=(Milestone.due_on.asc(),),
    ),
    check=_check_milestone,
)
