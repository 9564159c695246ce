"""Schemes of evaluation as data: criteria with weights, grades with quotas; who is evaluated; nothing ships as a rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, Permission
from commissioner.domain.evaluation_people import opinion_wanted, report_wanted, undecided
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.places import county_code
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    illustrative_column,
    link_column,
    text_column,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import (
    EvaluationScheme,
    SchemeCriterion,
    SchemeGrade,
    db,
)
from commissioner.problems import Invalid, Problem, Settled
from commissioner.units import today, whole
from commissioner.vocabulary import N_, NC_, Level, SchemeState

WHOLE = 100
MOST_CRITERIA = 99
MOST_DAYS_AHEAD = 3660
FIXED_WORDS = N_("考核已经开始，标准、等次和考核期不在这里改；要改，请先“收回修改”并写明原因。")
BASIS = frozenset({"name", "level", "year", "starts_on", "ends_on"})


def _undecided_within(value: str) -> ColumnElement[bool] | None:
    days = whole(value)
    if days is None or days > MOST_DAYS_AHEAD:
        return None
    return undecided() & (EvaluationScheme.decide_by <= today() + timedelta(days=days))


def _by_account(predicate: Any) -> Any:
    def chosen(value: str) -> ColumnElement[bool] | None:
        account_id = whole(value)
        return None if account_id is None else predicate(account_id)

    return chosen


def _check_scheme(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    first, last = _period(draft)
    if last < first:
        faults["ends_on"] = N_("结束日期不能早于开始日期。")
    elif not first.year == last.year == draft["year"]:
        faults["ends_on"] = Problem(N_("考核期要在 %(year)s 年之内。"), year=draft["year"])
    if draft.get("decide_by") and draft["decide_by"] < first:
        faults["decide_by"] = N_("不能早于考核期开始。")
    if not faults and _stands_already(actor, draft, row_id):
        faults["year"] = N_("这一年这个级别已经有考核方案，每年每级一个，请修改原来的那个。")
    if faults:
        raise Invalid(faults)


def _period(draft: Mapping[str, Any]) -> tuple[date, date]:
    """The dates that were given; without them, the whole year."""
    year = draft["year"]
    return draft.get("starts_on") or date(year, 1, 1), draft.get("ends_on") or date(year, 12, 31)


def _stands_already(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> bool:
    kept = select(EvaluationScheme.region_code).where(EvaluationScheme.id == row_id)
    code = db.session.scalar(kept) if row_id else county_code(actor)
    same = (
        EvaluationScheme.region_code == code,
        EvaluationScheme.level == draft["level"],
        EvaluationScheme.year == draft["year"],
        EvaluationScheme.id != (row_id or 0),
    )
    return db.session.scalar(select(EvaluationScheme.id).where(*same)) is not None


def _complete_scheme(actor: Actor, row: EvaluationScheme, draft: Mapping[str, Any]) -> None:
    row.region_code = row.region_code or county_code(actor)
    row.starts_on, row.ends_on = _period({**draft, "year": row.year})


def _guard(actor: Actor, row: Any, draft: Mapping[str, Any] | None) -> None:
    """A scheme that is open is neither removed nor given another basis."""
    if row is None or row.state is SchemeState.DRAFT:
        return
    if draft is None or any(draft.get(key) != getattr(row, key) for key in BASIS):
        raise _settled(row.state)


def _fixed(values: Mapping[str, Any]) -> frozenset[str]:
    """An open scheme is not changed under people's feet: its form then keeps the day and the note only."""
    state = db.session.scalar(select(EvaluationScheme.state).where(EvaluationScheme.id == values["id"]))
    return frozenset() if state is SchemeState.DRAFT else BASIS


def must_be_draft(scheme_id: int) -> None:
    """Raise ``Settled`` unless the scheme may still be changed; it stays so until the change ends."""
    wanted = select(EvaluationScheme).where(EvaluationScheme.id == scheme_id).with_for_update()
    scheme = db.session.scalars(wanted).one()
    if scheme.state is not SchemeState.DRAFT:
        raise _settled(scheme.state)


def _settled(state: SchemeState) -> Settled:
    return Settled(N_("这个方案是“%(state)s”，标准、等次和考核期不能再改。什么也没有保存。"), state=state.label)


SCHEMES = Subject(
    name="schemes",
    model=EvaluationScheme,
    title=NC_("list", "考核方案"),
    one=NC_("one", "考核方案"),
    heading=EvaluationScheme.name,
    keep=Permission.KEEP_EVALUATION,
    fields=(
        Field(key="name", label=N_("名称"), required=True, help=N_("例如“2026年度县派科技特派员考核”")),
        Field(key="level", label=N_("层级"), kind=Kind.WORD, words=Level, required=True),
        Field(
            key="year",
            label=N_("年份"),
            kind=Kind.YEAR,
            required=True,
            minimum=1999,
            maximum=2100,
            default=lambda: today().year,
        ),
        Field(key="starts_on", label=N_("考核期开始"), kind=Kind.DATE, help=N_("不填就是全年")),
        Field(key="ends_on", label=N_("考核期结束"), kind=Kind.DATE),
        Field(
            key="decide_by",
            label=N_("何时评定完"),
            kind=Kind.DATE,
            help=N_("到期前提醒还没有评定的、没有交述职的；不填就不提醒"),
        ),
        Field(key="note", label=N_("说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=EvaluationScheme,
        columns=(
            link_column("name", N_("名称"), EvaluationScheme.name),
            text_column("year", N_("年份"), EvaluationScheme.year),
            word_column("level", N_("层级"), EvaluationScheme.level),
            word_column("state", N_("状态"), EvaluationScheme.state),
            date_column("decide_by", N_("何时评定完"), EvaluationScheme.decide_by),
            date_column("published_on", N_("公布日期"), EvaluationScheme.published_on),
            illustrative_column(EvaluationScheme),
        ),
        filters=(
            year_filter(EvaluationScheme.year),
            words_filter("level", N_("层级"), EvaluationScheme.level, Level),
            words_filter("state", N_("状态"), EvaluationScheme.state, SchemeState),
            Filter(
                key="undecided_days", label=N_("快到期，还有人没有评定"), predicate=_undecided_within, kind="hidden"
            ),
            Filter(key="report_wanted", label=N_("还没有交述职"), predicate=_by_account(report_wanted), kind="hidden"),
            Filter(
                key="opinion_wanted", label=N_("还没有写意见"), predicate=_by_account(opinion_wanted), kind="hidden"
            ),
        ),
        search=(EvaluationScheme.name, EvaluationScheme.note),
        order=(EvaluationScheme.year.desc(), EvaluationScheme.level),
    ),
    related=(
        Related(
            subject="criteria",
            title=N_("考核标准"),
            condition=lambda row_id: SchemeCriterion.scheme_id == row_id,
            field="scheme_id",
            hidden=("scheme",),
            limit=MOST_CRITERIA,
        ),
        Related(
            subject="grades",
            title=N_("等次"),
            condition=lambda row_id: SchemeGrade.scheme_id == row_id,
            field="scheme_id",
            hidden=("scheme",),
        ),
    ),
    check=_check_scheme,
    complete=_complete_scheme,
    fixed=_fixed,
    fixed_words=FIXED_WORDS,
    guard=_guard,
)
