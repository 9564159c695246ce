"""The lines of a project: its places, money and milestones, as subjects without pages of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select

from commissioner.access import Actor
from commissioner.domain.listing import Column, ColumnKind, Filter, Listing
from commissioner.domain.project_stages import ENDED
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    date_column,
    id_filter,
    link_column,
    name_of,
    place_column,
    place_name,
    text_column,
    word_column,
    words_filter,
)
from commissioner.models import Funding, FundingReceipt, Milestone, Project, ProjectPlace, db
from commissioner.problems import Invalid, Problem
from commissioner.units import today, whole
from commissioner.vocabulary import N_, NC_, FundingSource, ProjectStage

LARGEST_TARGET = 1_000_000_000
MOST_DAYS_AHEAD = 3660
BEFORE_START = frozenset({ProjectStage.APPLIED, ProjectStage.APPROVED, ProjectStage.CONTRACTED})
AFTER_END = frozenset({ProjectStage.ACCEPTANCE, ProjectStage.CLOSED})

OF_PROJECT = Field(key="project_id", label=N_("项目"), kind=Kind.REFERENCE, refers="projects", required=True)


def title_of(column: Any) -> Column:
    return text_column("project", N_("项目"), name_of(Project, Project.title, column))


def _money_column(key: str, label: str, attribute: Any) -> Column:
    return Column(key=key, label=label, value=attribute, kind=ColumnKind.MONEY, sort=attribute)


def taken(model: Any, draft: Mapping[str, Any], row_id: int | None, key: str) -> bool:
    """Whether another line of the same project holds this value already."""
    same = (
        model.project_id == draft["project_id"],
        getattr(model, key) == draft[key],
        model.id != (row_id or 0),
    )
    return db.session.scalar(select(model.id).where(*same)) is not None


def _check_place(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if taken(ProjectPlace, draft, row_id, "place_id"):
        raise Invalid({"place_id": N_("这个项目已经有这个地点。")})


PROJECT_PLACES = Subject(
    name="project_places",
    model=ProjectPlace,
    title=NC_("list", "项目实施地点"),
    one=NC_("one", "实施地点"),
    heading=place_name(ProjectPlace.place_id),
    parent="project_id",
    fields=(OF_PROJECT, Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True)),
    listing=Listing(
        model=ProjectPlace,
        columns=(place_column(ProjectPlace), title_of(ProjectPlace.project_id)),
        filters=(id_filter("project", lambda row_id: ProjectPlace.project_id == row_id),),
        order=(ProjectPlace.region_code,),
    ),
    check=_check_place,
)


def _check_funding(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if taken(Funding, draft, row_id, "source"):
        raise Invalid({"source": N_("这个项目已经有这项来源，请修改原来的那条。")})


def received() -> Any:
    """What arrived of a source so far, in fen, as a column beside ``Funding``."""
    arrived = select(func.coalesce(func.sum(FundingReceipt.amount_fen), 0))
    return cast(arrived.where(FundingReceipt.funding_id == Funding.id).correlate(Funding).scalar_subquery(), BigInteger)


FUNDINGS = Subject(
    name="fundings",
    model=Funding,
    title=NC_("list", "项目经费"),
    one=NC_("one", "经费"),
    heading=Funding.source,
    parent="project_id",
    fields=(
        OF_PROJECT,
        Field(key="source", label=N_("经费来源"), kind=Kind.WORD, words=FundingSource, required=True),
        Field(key="granted_fen", label=N_("下达经费"), kind=Kind.MONEY, required=True),
    ),
    listing=Listing(
        model=Funding,
        columns=(
            word_column("source", N_("经费来源"), Funding.source),
            _money_column("granted_fen", N_("下达经费"), Funding.granted_fen),
            _money_column("received_fen", N_("到账经费"), received()),
            _money_column("spent_fen", N_("已支出"), Funding.spent_fen),
            title_of(Funding.project_id),
        ),
        filters=(
            words_filter("source", N_("经费来源"), Funding.source, FundingSource),
            id_filter("project", lambda row_id: Funding.project_id == row_id),
        ),
        order=(Funding.granted_fen.desc(),),
    ),
    check=_check_funding,
)


def _check_milestone(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if taken(Milestone, draft, row_id, "title"):
        raise Invalid({"title": N_("这个项目已经有同名的节点。")})
    fault = _outside_project(draft)
    if fault is not None:
        raise Invalid({"due_on": fault})


def _outside_project(draft: Mapping[str, Any]) -> Problem | None:
    """A deadline lies within the project's days; that of acceptance or closing may follow its end."""
    days = select(Project.starts_on, Project.ends_on).where(Project.id == draft["project_id"])
    starts_on, ends_on = db.session.execute(days).one()
    if starts_on is not None and draft["due_on"] < starts_on and draft.get("stage") not in BEFORE_START:
        return Problem(N_("项目 %(day)s 才开始，日期不能更早。"), day=str(starts_on))
    if ends_on is not None and draft["due_on"] > ends_on and draft.get("stage") not in AFTER_END:
        return Problem(N_("项目 %(day)s 就结束了；只有验收和结题的节点可以更晚。"), day=str(ends_on))
    return None


def still_open() -> ColumnElement[bool]:
    """Not done, and of a project that goes on."""
    goes_on = Milestone.project_id.in_(select(Project.id).where(Project.stage.not_in(ENDED)))
    open_still: ColumnElement[bool] = Milestone.done_on.is_(None) & goes_on
    return open_still


def _overdue() -> ColumnElement[bool]:
    late: ColumnElement[bool] = (Milestone.due_on < today()) & still_open()
    return late


def due_within(value: str) -> ColumnElement[bool] | None:
    """Not done, and due from today on within so many days."""
    days = whole(value)
    if days is None or days > MOST_DAYS_AHEAD:
        return None
    soon: ColumnElement[bool] = Milestone.due_on.between(today(), today() + timedelta(days=days))
    return soon & still_open()


MILESTONES = Subject(
    name="milestones",
    model=Milestone,
    title=NC_("list", "项目节点"),
    one=NC_("one", "节点"),
    heading=Milestone.title,
    parent="project_id",
    fields=(
        OF_PROJECT,
        Field(key="title", label=N_("要做什么"), required=True),
        Field(key="due_on", label=N_("应完成日期"), kind=Kind.DATE, required=True),
        Field(
            key="stage",
            label=N_("哪一步的期限"),
            kind=Kind.WORD,
            words=ProjectStage,
            help=N_("选了，办这一步时自动记为完成；不是某一步的期限就空着"),
        ),
        Field(key="done_on", label=N_("完成日期"), kind=Kind.DATE, past=True),
        Field(key="done_note", label=N_("完成说明")),
    ),
    listing=Listing(
        model=Milestone,
        columns=(
            link_column("title", N_("要做什么"), Milestone.title),
            date_column("due_on", N_("应完成日期"), Milestone.due_on),
            date_column("done_on", N_("完成日期"), Milestone.done_on),
            title_of(Milestone.project_id),
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
