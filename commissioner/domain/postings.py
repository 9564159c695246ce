"""Batches of dispatch and postings: who serves where, from when until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from commissioner.access import Actor
from commissioner.domain.calls import calling
from commissioner.domain.listing import Choice, Filter, Listing
from commissioner.domain.places import county_code, here_or_below
from commissioner.domain.posting_lists import ending_within, running_at_once
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    number_column,
    on_date,
    place_column,
    place_name,
    running,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.domain.visit_gaps import without_visit_for
from commissioner.models import Batch, Commissioner, Place, Posting, Visit, VisitCommissioner, db
from commissioner.problems import Invalid, Problem
from commissioner.units import today, whole, year_bounds
from commissioner.vocabulary import N_, NC_, Industry, Level, PlaceState, VisitKind

MOST_REQUIRED_DAYS = 366
MOST_DAYS_AHEAD = 3660
LATEST = date(9999, 12, 31)
TERM = frozenset({"commissioner_id", "place_id", "starts_on", "ends_on"})
CALL = frozenset({"call_opens_on", "call_closes_on"})
CALL_FIXED_WORDS = N_("需求征集已经开始，起止日期不在这里改：请在它的页面上用“改征集截止日期”。")
FIXED_WORDS = N_(
    "这个派驻已经开始，人、地点和起止日期不在这里改：请在它的页面上用“延期”“提前结束”“交接”“调动”，填错了用“更正”。"
)


def posting_name() -> Any:
    """The SQL value that names a posting: 朱建军 → 水头镇 同盟村."""
    return name_of(Commissioner, Commissioner.name, Posting.commissioner_id) + " → " + place_name(Posting.place_id)


def running_in_year() -> Filter:
    """Postings of which at least one day lies in the year."""

    def predicate(value: str) -> ColumnElement[bool] | None:
        if not (value.isdecimal() and 1900 <= int(value) <= 2999):
            return None
        first, last = year_bounds(int(value))
        return (Posting.starts_on <= last) & or_(Posting.ends_on.is_(None), Posting.ends_on >= first)

    def choices(actor: Actor) -> Sequence[Choice]:
        ends = func.max(func.coalesce(Posting.ends_on, Posting.starts_on))
        bounds: Any = db.session.execute(select(func.min(Posting.starts_on), ends)).one()
        lowest, highest = bounds
        if lowest is None:
            return []
        years = range(max(highest.year, today().year), lowest.year - 1, -1)
        return [Choice(value=str(year), label=str(year)) for year in years]

    return Filter(key="year", label=N_("年份"), predicate=predicate, choices=choices)


def _unvisited(value: str) -> ColumnElement[bool] | None:
    if not (value.isdecimal() and 1900 <= int(value) <= 2999):
        return None
    first, last = year_bounds(int(value))
    came = (
        exists()
        .where(VisitCommissioner.commissioner_id == Posting.commissioner_id, VisitCommissioner.visit_id == Visit.id)
        .where(Visit.kind == VisitKind.SERVICE, Visit.starts_on <= last, Visit.ends_on >= first)
        .correlate_except(Visit, VisitCommissioner)
    )
    return running(Posting.starts_on, Posting.ends_on, today()) & ~came


def _ending_within(value: str) -> ColumnElement[bool] | None:
    """Running today, and over within so many days."""
    days = whole(value)
    if days is None or days > MOST_DAYS_AHEAD:
        return None
    last = today() + timedelta(days=days)
    soon: ColumnElement[bool] = Posting.ends_on.between(today(), last) & (Posting.starts_on <= today())
    return soon


def _calling(value: str) -> ColumnElement[bool]:
    return calling(today())


def check_batch(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """A batch opens before it closes, and so does its call, which has both dates or none."""
    faults: dict[str, str | Problem] = {}
    if draft.get("closes_on") and draft["closes_on"] < draft["opens_on"]:
        faults["closes_on"] = Problem(N_("结束日期不能早于开始日期。"))
    first, last = draft.get("call_opens_on"), draft.get("call_closes_on")
    if first and last and last < first:
        faults["call_closes_on"] = Problem(N_("结束日期不能早于开始日期。"))
    if bool(first) is not bool(last):
        faults["call_closes_on" if first else "call_opens_on"] = Problem(N_("征集要有开始和截止日期。"))
    if faults:
        raise Invalid(faults)


def fixed_of_batch(values: Any) -> frozenset[str]:
    """Once its call has begun, its days are no longer overwritten: that is for ``batch_calls``."""
    begun = values["call_opens_on"] is not None and values["call_opens_on"] <= today()
    return CALL if begun else frozenset()


def complete_batch(actor: Actor, row: Batch, draft: Mapping[str, Any]) -> None:
    """The county that keeps it stays what it was."""
    row.region_code = row.region_code or county_code(actor)


def check_posting(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """Dates in order, a place that still exists, and no second posting of the same person there at the same time."""
    starts_on, ends_on = draft["starts_on"], draft.get("ends_on")
    if row_id is not None and not draft.get("correcting"):
        _refuse_rewriting(draft, row_id)
    if ends_on and ends_on < starts_on:
        raise Invalid({"ends_on": Problem(N_("结束日期不能早于开始日期。"))})
    place_state = db.session.scalar(select(Place.state).where(Place.id == draft["place_id"]))
    if row_id is None and place_state is not PlaceState.CURRENT:
        raise Invalid({"place_id": Problem(N_("这个地方已经撤并，请选现在的村或乡镇。"))})
    overlap = select(Posting.starts_on, Posting.ends_on).where(
        Posting.commissioner_id == draft["commissioner_id"],
        Posting.place_id == draft["place_id"],
        Posting.id != (row_id or 0),
        Posting.starts_on <= (ends_on or LATEST),
        or_(Posting.ends_on.is_(None), Posting.ends_on >= starts_on),
    )
    other = db.session.execute(overlap.limit(1)).one_or_none()
    if other is not None:
        raise Invalid({"starts_on": _overlap_problem(other.starts_on, other.ends_on)})


def fixed_of_posting(values: Any) -> frozenset[str]:
    """Once it has begun, who, where and when are no longer overwritten: that is for the verbs of ``posting_terms``."""
    return TERM if values["starts_on"] <= today() else frozenset()


def _refuse_rewriting(draft: Mapping[str, Any], row_id: int) -> None:
    row = db.session.execute(select(Posting.__table__).where(Posting.id == row_id)).mappings().one()
    changed = [key for key in fixed_of_posting(row) if draft.get(key) != row[key]]
    if changed:
        raise Invalid(dict.fromkeys(changed, Problem(FIXED_WORDS)))


def _overlap_problem(starts_on: date, ends_on: date | None) -> Problem:
    if ends_on is None:
        message = N_("这位特派员从 %(first)s 起已经派驻在这里，日期不能重叠。")
        return Problem(message, first=starts_on.isoformat())
    message = N_("这位特派员 %(first)s 至 %(last)s 已经派驻在这里，日期不能重叠。")
    return Problem(message, first=starts_on.isoformat(), last=ends_on.isoformat())


def visits_of_posting(posting_id: int) -> ColumnElement[bool]:
    """Visits of its person within its term, in its place or below it."""
    served = (
        select(Visit.id)
        .join(VisitCommissioner, VisitCommissioner.visit_id == Visit.id)
        .join(Posting, Posting.commissioner_id == VisitCommissioner.commissioner_id)
        .join(Place, Place.id == Visit.place_id)
        .where(Posting.id == posting_id)
        .where(or_(Place.id == Posting.place_id, Place.parent_id == Posting.place_id))
        .where(Visit.ends_on >= Posting.starts_on, or_(Posting.ends_on.is_(None), Visit.starts_on <= Posting.ends_on))
        .correlate(None)
    )
    result: ColumnElement[bool] = Visit.id.in_(served)
    return result


BATCHES = Subject(
    name="batches",
    model=Batch,
    title=NC_("list", "批次"),
    one=NC_("one", "批次"),
    heading=Batch.name,
    fields=(
        Field(key="name", label=N_("名称"), required=True),
        Field(key="level", label=N_("层级"), kind=Kind.WORD, words=Level, required=True),
        Field(key="opens_on", label=N_("开始日期"), kind=Kind.DATE, required=True),
        Field(key="closes_on", label=N_("结束日期"), kind=Kind.DATE),
        Field(
            key="call_opens_on",
            label=N_("需求征集从哪天起"),
            kind=Kind.DATE,
            help=N_("征集期内，乡镇在首页看到，提的需求归入这一批；不征集的不填"),
        ),
        Field(key="call_closes_on", label=N_("需求征集到哪天止"), kind=Kind.DATE),
        Field(key="call_text", label=N_("征集说明"), kind=Kind.PROSE, help=N_("写给乡镇看：征集什么、怎样写")),
        Field(key="note", label=N_("备注"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Batch,
        columns=(
            link_column("name", N_("名称"), Batch.name),
            word_column("level", N_("层级"), Batch.level),
            date_column("opens_on", N_("开始日期"), Batch.opens_on),
            date_column("closes_on", N_("结束日期"), Batch.closes_on),
            date_column("call_closes_on", N_("征集截止"), Batch.call_closes_on),
            illustrative_column(Batch),
        ),
        filters=(
            year_filter(Batch.opens_on),
            words_filter("level", N_("层级"), Batch.level, Level),
            Filter(key="calling", label=N_("正在征集需求"), predicate=_calling, kind="hidden"),
        ),
        search=(Batch.name,),
        order=(Batch.opens_on.desc(),),
    ),
    related=(
        Related(
            subject="postings",
            title=NC_("list", "派驻"),
            condition=lambda row_id: Posting.batch_id == row_id,
            field="batch_id",
            hidden=("batch",),
        ),
    ),
    check=check_batch,
    complete=complete_batch,
    fixed=fixed_of_batch,
    fixed_words=CALL_FIXED_WORDS,
)

POSTINGS = Subject(
    name="postings",
    model=Posting,
    title=NC_("list", "派驻"),
    one=NC_("one", "派驻"),
    heading=posting_name(),
    fields=(
        Field(key="commissioner_id", label=N_("特派员"), kind=Kind.REFERENCE, refers="commissioners", required=True),
        Field(key="place_id", label=N_("派驻地点"), kind=Kind.PLACE, required=True),
        Field(key="level", label=N_("层级"), kind=Kind.WORD, words=Level, required=True),
        Field(key="batch_id", label=N_("批次"), kind=Kind.REFERENCE, refers="batches"),
        Field(key="starts_on", label=N_("开始日期"), kind=Kind.DATE, required=True),
        Field(key="ends_on", label=N_("结束日期"), kind=Kind.DATE, help=N_("还没定的先不填")),
        Field(
            key="required_days",
            label=N_("每年应服务天数"),
            kind=Kind.INTEGER,
            unit=N_("天"),
            maximum=MOST_REQUIRED_DAYS,
        ),
        Field(key="industry", label=N_("产业"), kind=Kind.WORD, words=Industry),
        Field(key="end_reason", label=N_("提前结束的原因")),
        Field(key="note", label=N_("备注"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Posting,
        columns=(
            link_column(
                "commissioner", N_("特派员"), name_of(Commissioner, Commissioner.name, Posting.commissioner_id)
            ),
            place_column(Posting, N_("派驻地点")),
            word_column("level", N_("层级"), Posting.level),
            date_column("starts_on", N_("开始日期"), Posting.starts_on),
            date_column("ends_on", N_("结束日期"), Posting.ends_on),
            number_column("required_days", N_("应服务天数"), Posting.required_days),
            text_column("batch", N_("批次"), name_of(Batch, Batch.name, Posting.batch_id)),
            illustrative_column(Posting),
        ),
        filters=(
            on_date(Posting.starts_on, Posting.ends_on, N_("这一天在岗")),
            running_in_year(),
            words_filter("level", N_("层级"), Posting.level, Level),
            township_filter(Posting),
            Filter(key="ending_days", label=N_("任期快到了"), predicate=_ending_within, kind="hidden"),
            Filter(key="ending", label=N_("快到期、还没有接续"), predicate=ending_within, kind="hidden"),
            Filter(key="at_once", label=N_("同一个人同时有几处派驻"), predicate=running_at_once, kind="hidden"),
            Filter(key="gap_days", label=N_("很久没有走访"), predicate=without_visit_for, kind="hidden"),
            Filter(key="unvisited", label=N_("在派但这一年还没有走访"), predicate=_unvisited, kind="hidden"),
            id_filter("commissioner", lambda row_id: Posting.commissioner_id == row_id),
            id_filter("place", lambda row_id: here_or_below(Posting, row_id)),
            id_filter("batch", lambda row_id: Posting.batch_id == row_id),
        ),
        search=(name_of(Commissioner, Commissioner.name, Posting.commissioner_id), place_name(Posting.place_id)),
        order=(Posting.starts_on.desc(),),
    ),
    related=(Related(subject="visits", title=N_("任期内的走访"), condition=visits_of_posting),),
    check=check_posting,
    fixed=fixed_of_posting,
    fixed_words=FIXED_WORDS,
)
