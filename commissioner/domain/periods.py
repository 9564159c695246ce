"""Reporting periods as a subject, and closing one, after which what lies in it stands, or opening it again with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.listing import Choice, Column, ColumnKind, Filter, Listing
from commissioner.domain.period_reports import reported_in, unreported_in
from commissioner.domain.places import county_code
from commissioner.domain.records import find_row
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    illustrative_column,
    link_column,
    year_filter,
)
from commissioner.models import PeriodEvent, Project, ProjectUpdate, ReportingPeriod, db
from commissioner.models.base import LONG_TEXT, now
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, PeriodEventKind, UpdateState

CLOSED_STANDS = N_("这个时段已经关闭。要修改或删除，请先重新打开。")


def _check(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    if draft["ends_on"] < draft["starts_on"]:
        faults["ends_on"] = N_("结束日期不能早于开始日期。")
    if draft.get("due_on") is not None and draft["due_on"] < draft["starts_on"]:
        faults["due_on"] = N_("上报期限不能早于开始日期。")
    same = (ReportingPeriod.name == draft["name"], ReportingPeriod.region_code == county_code(actor))
    if db.session.scalar(select(ReportingPeriod.id).where(*same, ReportingPeriod.id != (row_id or 0))) is not None:
        faults["name"] = N_("已经有同名的时段。")
    if faults:
        raise Invalid(faults)


def _complete(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    row.region_code = row.region_code or county_code(actor)


def _guard(actor: Actor, row: Any, draft: Mapping[str, Any] | None) -> None:
    """What a closed period holds is fixed by its days: they do not change under it."""
    if row is not None and row.closed_at is not None:
        raise Problem(CLOSED_STANDS)


def _is_closed(value: str) -> ColumnElement[bool] | None:
    closed: ColumnElement[bool] = ReportingPeriod.closed_at.is_not(None)
    return {"1": closed, "0": ~closed}.get(value)


def _open_or_closed(actor: Actor) -> Sequence[Choice]:
    return [Choice(value="0", label=N_("开着的")), Choice(value="1", label=N_("已经关闭的"))]


PERIODS = Subject(
    name="periods",
    model=ReportingPeriod,
    title=NC_("list", "填报时段"),
    one=NC_("one", "填报时段"),
    heading=ReportingPeriod.name,
    see=Permission.UPDATE_PROJECT,
    keep=Permission.REVIEW_UPDATE,
    fields=(
        Field(key="name", label=N_("名称"), required=True, help=N_("例如：2026年上半年")),
        Field(key="starts_on", label=N_("开始日期"), kind=Kind.DATE, required=True),
        Field(key="ends_on", label=N_("结束日期"), kind=Kind.DATE, required=True),
        Field(key="due_on", label=N_("上报期限"), kind=Kind.DATE, help=N_("不填就是结束日期")),
    ),
    listing=Listing(
        model=ReportingPeriod,
        columns=(
            link_column("name", N_("名称"), ReportingPeriod.name),
            date_column("starts_on", N_("开始日期"), ReportingPeriod.starts_on),
            date_column("ends_on", N_("结束日期"), ReportingPeriod.ends_on),
            date_column("due_on", N_("上报期限"), ReportingPeriod.due_on),
            Column(key="closed_at", label=N_("关闭时间"), value=ReportingPeriod.closed_at, kind=ColumnKind.DATE),
            illustrative_column(ReportingPeriod),
        ),
        filters=(
            year_filter(ReportingPeriod.ends_on),
            Filter(key="closed", label=N_("是否关闭"), predicate=_is_closed, choices=_open_or_closed),
        ),
        search=(ReportingPeriod.name,),
        order=(ReportingPeriod.starts_on.desc(),),
    ),
    related=(
        Related(subject="projects", title=N_("还没有报的项目"), condition=unreported_in),
        Related(subject="updates", title=N_("报上来的进展"), condition=reported_in),
    ),
    check=_check,
    complete=_complete,
    guard=_guard,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodHappening:
    """The period was closed, or opened again with a reason."""

    kind: PeriodEventKind
    reason: str
    happened_at: datetime
    account_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodStory:
    """Where a period stands: how many updates of it are in which state, how many projects are silent, and its past."""

    closed_at: datetime | None
    ends_on: date
    counts: Mapping[UpdateState, int]
    missing: int
    happenings: tuple[PeriodHappening, ...]
    may_close: bool

    @property
    def is_closed(self) -> bool:
        """Whether what lies in it stands."""
        return self.closed_at is not None


def period_story(actor: Actor, period_id: int) -> PeriodStory:
    """The story, counted in the actor's scope, in three queries."""
    row = find_row(actor, PERIODS, period_id)
    happened = select(PeriodEvent).where(PeriodEvent.period_id == period_id, scope(actor, PeriodEvent))
    events = db.session.scalars(happened.order_by(PeriodEvent.id.desc()))
    counts, missing = _counted(actor, period_id)
    return PeriodStory(
        closed_at=row.closed_at,
        ends_on=row.ends_on,
        counts=counts,
        missing=missing,
        happenings=tuple(
            PeriodHappening(
                kind=one.kind, reason=one.reason, happened_at=one.happened_at, account_name=one.account_name
            )
            for one in events
        ),
        may_close=actor.can(Permission.REVIEW_UPDATE),
    )


def _counted(actor: Actor, period_id: int) -> tuple[dict[UpdateState, int], int]:
    """Updates of the period by state, and projects that are silent: one query."""
    updates = (scope(actor, ProjectUpdate), reported_in(period_id))
    by_state = (func.count(ProjectUpdate.id).filter(ProjectUpdate.state == state) for state in UpdateState)
    silent = select(func.count(Project.id)).where(scope(actor, Project), unreported_in(period_id)).scalar_subquery()
    *found, missing = db.session.execute(select(*by_state, silent).where(*updates)).one()
    return dict(zip(UpdateState, found, strict=True)), missing


def close_period(
    actor: Actor, period_id: int, version: int, *, confirmed: bool = False, client_id: str | None = None
) -> None:
    """Lock what lies in a period. What waits or is missing, and a period that still runs, must be confirmed first.

    Whoever submits or approves in it at the same moment is either counted here or finds it closed.
    """
    actor.must(Permission.REVIEW_UPDATE)
    try:
        with change(actor, "periods.close_period", client_id=client_id) as entry:
            row = _found(actor, entry, period_id, version)
            if row.closed_at is not None:
                raise Problem(N_("这个时段已经关闭了。"))
            warnings = _warnings(actor, row)
            if warnings and not confirmed:
                raise NeedsConfirmation(warnings)
            entry.watch(row)
            row.closed_at, row.closed_by_id, row.version = now(), actor.account_id, row.version + 1
            _add_event(actor, row, PeriodEventKind.CLOSED)
    except AlreadyDone:
        return


def reopen_period(actor: Actor, period_id: int, version: int, reason: str, client_id: str | None = None) -> None:
    """Open a closed period again, with a reason that stands on its page and in the audit."""
    actor.must(Permission.REVIEW_UPDATE)
    if not reason.strip():
        raise Invalid({"reason": N_("请写明为什么重新打开。")})
    if len(reason) > LONG_TEXT:
        raise Invalid({"reason": Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)})
    try:
        with change(actor, "periods.reopen_period", client_id=client_id) as entry:
            row = _found(actor, entry, period_id, version)
            if row.closed_at is None:
                raise Problem(N_("这个时段没有关闭。"))
            entry.watch(row)
            row.closed_at, row.closed_by_id, row.version = None, None, row.version + 1
            _add_event(actor, row, PeriodEventKind.REOPENED, reason.strip())
            entry.changes["reason"] = reason.strip()
    except AlreadyDone:
        return


def _found(actor: Actor, entry: Entry, period_id: int, version: int) -> Any:
    row = find_row(actor, PERIODS, period_id, lock=True)
    if row.version != version:
        refuse_repetition(actor, entry.action, entry.client_id)
        raise Conflict(current_version=row.version)
    return row


def _warnings(actor: Actor, row: Any) -> dict[str, Problem]:
    """What somebody should know before closing; asked under the period's lock, so that nothing slips in after it."""
    counts, missing = _counted(actor, row.id)
    waiting, returned = counts[UpdateState.SUBMITTED], counts[UpdateState.RETURNED]
    asked = {
        "waiting": (waiting, N_("还有 %(n)s 条进展等待审核。现在关闭，它们不计入，也不能再审核。")),
        "returned": (returned, N_("还有 %(n)s 条被退回的进展没有改好。现在关闭，它们不能再提交。")),
        "missing": (missing, N_("还有 %(n)s 个在研项目没有报这个时段的进展。")),
    }
    warnings = {key: Problem(words, n=count) for key, (count, words) in asked.items() if count}
    if row.ends_on >= today():
        warnings["ends_on"] = Problem(N_("这个时段到 %(day)s 才结束。"), day=str(row.ends_on))
    return warnings


def _add_event(actor: Actor, row: Any, kind: PeriodEventKind, reason: str = "") -> None:
    said = {"kind": kind, "reason": reason, "happened_at": now()}
    db.session.add(PeriodEvent(period_id=row.id, account_id=actor.account_id, account_name=actor.name, **said))
