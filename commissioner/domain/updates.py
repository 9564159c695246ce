"""What is reported of projects, as a subject: listed, filtered and linked; the verbs are in ``project_updates``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from commissioner.access import within
from commissioner.domain.listing import Column, ColumnKind, Filter, Listing
from commissioner.domain.period_locks import locked
from commissioner.domain.period_reports import reported_in
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    text_column,
    township_choices,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import Project, ProjectPlace, ProjectUpdate
from commissioner.vocabulary import N_, NC_, ProjectStage, UpdateState

PROJECT_TITLE = name_of(Project, Project.title, ProjectUpdate.project_id)


def _state_is(state: UpdateState) -> Callable[[str], ColumnElement[bool]]:
    """Rows in a state that somebody may still do something about: a closed period stands as it is."""

    def predicate(value: str) -> ColumnElement[bool]:
        return and_(ProjectUpdate.state == state, ~locked())

    return predicate


def to_review() -> ColumnElement[bool]:
    """What waits for the bureau's word."""
    return _state_is(UpdateState.SUBMITTED)("")


def to_mend(value: str = "") -> ColumnElement[bool]:
    """What came back and was not reported otherwise since."""
    later = aliased(ProjectUpdate)
    since = exists().where(
        later.project_id == ProjectUpdate.project_id,
        later.state.in_((UpdateState.SUBMITTED, UpdateState.APPROVED)),
        later.posted_at > ProjectUpdate.posted_at,
    )
    return and_(_state_is(UpdateState.RETURNED)(""), ~since.correlate(ProjectUpdate))


def _in_township(value: str) -> ColumnElement[bool] | None:
    if not value.isdecimal() or len(value) > 12:
        return None
    code: Any = ProjectPlace.region_code
    result: ColumnElement[bool] = ProjectUpdate.project_id.in_(
        select(ProjectPlace.project_id).where(within(code, value))
    )
    return result


def _silent(key: str, label: str, predicate: Callable[[str], ColumnElement[bool] | None]) -> Filter:
    return Filter(key=key, label=label, kind="hidden", predicate=predicate)


_TOWNSHIP = Filter(key="township", label=N_("乡镇"), predicate=_in_township, choices=township_choices)
_YEAR = year_filter(ProjectUpdate.reported_on)
_PROJECT = link_column("project", NC_("one", "项目"), PROJECT_TITLE)
_DAY = date_column("reported_on", N_("截至"), ProjectUpdate.reported_on)
_AUTHOR = text_column("author", N_("填报人"), ProjectUpdate.author_name)
_POSTED = date_column("posted_at", N_("填报时间"), ProjectUpdate.posted_at)

UPDATES = Subject(
    name="updates",
    model=ProjectUpdate,
    title=NC_("list", "项目进展"),
    one=NC_("one", "项目进展"),
    heading=PROJECT_TITLE,
    keep=None,
    fields=(
        Field(key="project_id", label=NC_("one", "项目"), kind=Kind.REFERENCE, refers="projects", required=True),
        Field(key="reported_on", label=N_("截至"), kind=Kind.DATE, required=True),
        Field(key="state", label=N_("审核情况"), kind=Kind.WORD, words=UpdateState, required=True),
        Field(key="stage", label=N_("填报时的阶段"), kind=Kind.WORD, words=ProjectStage, required=True),
        Field(key="author_name", label=N_("填报人")),
        Field(key="spent_fen", label=N_("累计支出"), kind=Kind.MONEY),
        Field(key="progress", label=N_("进展"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=ProjectUpdate,
        columns=(
            _PROJECT,
            _DAY,
            Column(key="progress", label=N_("进展"), value=func.substr(ProjectUpdate.progress, 1, 60)),
            _AUTHOR,
            Column(key="spent", label=N_("累计支出"), value=ProjectUpdate.spent_fen, kind=ColumnKind.MONEY),
            word_column("state", N_("审核情况"), ProjectUpdate.state),
            _POSTED,
            illustrative_column(ProjectUpdate),
        ),
        filters=(
            _YEAR,
            words_filter("state", N_("审核情况"), ProjectUpdate.state, UpdateState),
            _TOWNSHIP,
            _silent("to_review", N_("等待审核"), lambda value: to_review()),
            _silent("to_mend", N_("被退回，还没有改好"), to_mend),
            id_filter("project", lambda row_id: ProjectUpdate.project_id == row_id),
            id_filter("period", reported_in),
        ),
        search=(PROJECT_TITLE, ProjectUpdate.progress),
        order=(ProjectUpdate.reported_on.desc(),),
    ),
)

# The bureau's queue: what has waited longest comes first, and what lies in a closed period is not asked about.
QUEUE: Listing = replace(
    UPDATES.listing,
    only=to_review(),
    columns=(_PROJECT, _DAY, _AUTHOR, _POSTED, illustrative_column(ProjectUpdate)),
    filters=(_YEAR, _TOWNSHIP),
    search=(PROJECT_TITLE, ProjectUpdate.progress, ProjectUpdate.author_name),
    order=(ProjectUpdate.posted_at.asc(),),
)
