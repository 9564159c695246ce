"""Problems raised in the field and what people say of the software: the register. What follows is in ``problem_replies``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, inspect, or_, select

from commissioner.access import Actor, Permission
from commissioner.access.regions import FULL_DIGITS
from commissioner.domain.listing import Column, ColumnKind, Filter, Listing, ListQuery, counting
from commissioner.domain.open_on import day_asked, problem_open_on
from commissioner.domain.programme import setting
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    place_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import Account, Place, ProblemReply, RaisedProblem, Visit, VisitCommissioner, db
from commissioner.models.base import now
from commissioner.problems import Invalid, Problem
from commissioner.units import LOCAL_ZONE, today, whole
from commissioner.vocabulary import N_, NC_, RaisedProblemCategory, RaisedProblemState, SettingKey

HEADING_CHARACTERS = 40
HEADING = func.substr(RaisedProblem.description, 1, HEADING_CHARACTERS)
# Who must act: the person it was handed to, else the body that has no account.
IN_CHARGE = func.coalesce(name_of(Account, Account.display_name, RaisedProblem.owner_id), RaisedProblem.owner)
SETTLING = ("state", "solved_on", "resolution", "owner", "due_on")
UNSETTLED = (RaisedProblemState.OPEN, RaisedProblemState.IN_HAND)
# Filters that say how far the problems are; a share of the solved ones is told without them.
STANDINGS = frozenset({"state", "on", "overdue", "unsettled", "unowned", "answered"})
ANSWER_DAYS = 14
NO_DATE = date(9999, 12, 31)


def raised_on_campaign(campaign_id: int) -> ColumnElement[bool]:
    """The problems raised on the visits of a campaign."""
    visits = select(Visit.id).where(Visit.campaign_id == campaign_id)
    result: ColumnElement[bool] = RaisedProblem.visit_id.in_(visits)
    return result


def raised_with(commissioner_id: int) -> ColumnElement[bool]:
    """The problems raised on visits that list a commissioner."""
    visits = select(VisitCommissioner.visit_id).where(VisitCommissioner.commissioner_id == commissioner_id)
    result: ColumnElement[bool] = RaisedProblem.visit_id.in_(visits)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """How many problems were raised, and how many of them are solved."""

    raised: int
    solved: int


def solved_counts(actor: Actor, filters: Mapping[str, str], text: str = "") -> dict[str, Select[int]]:
    """The two counts behind every "solved k of n", as the list of ``filters`` counts itself, whatever stands in its way."""
    asked = {key: value for key, value in filters.items() if key not in STANDINGS}
    solved = {**asked, "state": RaisedProblemState.SOLVED.value}
    return {
        "raised": counting(actor, PROBLEMS.listing, ListQuery(filters=asked, text=text)),
        "solved": counting(actor, PROBLEMS.listing, ListQuery(filters=solved, text=text)),
    }


def solved_of(actor: Actor, query: ListQuery) -> Solved:
    """Solved k of n among the problems that ``query`` finds, in one statement."""
    counts = solved_counts(actor, query.filters, query.text)
    row = db.session.execute(select(*(one.scalar_subquery().label(key) for key, one in counts.items()))).mappings()
    return Solved(**row.one())


def _unsettled(value: str) -> ColumnElement[bool]:
    result: ColumnElement[bool] = RaisedProblem.state.in_(UNSETTLED)
    return result


def _overdue(value: str) -> ColumnElement[bool]:
    """Due before today and not settled."""
    return _unsettled(value) & (RaisedProblem.due_on < today())


def _unowned(value: str) -> ColumnElement[bool]:
    """Not settled, and neither a person nor a body must act."""
    return _unsettled(value) & RaisedProblem.owner_id.is_(None) & (RaisedProblem.owner == "")


def _answered(value: str) -> ColumnElement[bool] | None:
    """Raised by the account, and somebody else had the last word within the last days."""
    account_id = whole(value)
    if account_id is None:
        return None
    since = datetime.combine(today() - timedelta(days=ANSWER_DAYS), time.min, LOCAL_ZONE)
    of_this = (ProblemReply.problem_id == RaisedProblem.id,)
    last = select(func.max(ProblemReply.id)).where(*of_this).correlate(RaisedProblem).scalar_subquery()
    heard = select(ProblemReply.id).where(
        ProblemReply.id == last,
        or_(ProblemReply.account_id.is_(None), ProblemReply.account_id != account_id),
        ProblemReply.said_at >= since,
    )
    return (RaisedProblem.raised_by_id == account_id) & heard.correlate(RaisedProblem).exists()


def _by_account(column: Any) -> Any:
    def predicate(value: str) -> ColumnElement[bool] | None:
        account_id = whole(value)
        return None if account_id is None else column == account_id

    return predicate


def _own_place(actor: Actor) -> tuple[int, str] | None:
    """The place that an actor's own region is: where a problem lies if no other place is given."""
    code = (actor.region_code or setting(SettingKey.REGION_CODE)).ljust(FULL_DIGITS, "0")
    found = db.session.execute(select(Place.id, Place.region_code).where(Place.region_code == code)).first()
    return None if found is None else (found.id, found.region_code)


def _check_problem(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults = {**_date_faults(draft), **_solution_faults(draft)}
    if draft.get("place_id") is None and _own_place(actor) is None:
        faults["place_id"] = Problem(N_("请填写“%(label)s”。"), label=N_("地点"))
    if not actor.can(Permission.SETTLE_PROBLEM):
        faults.update(_settling_faults(actor, draft, row_id))
    if faults:
        raise Invalid(faults)


def _date_faults(draft: Mapping[str, Any]) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    for key in ("due_on", "solved_on"):
        if draft.get(key) and draft[key] < draft["raised_on"]:
            faults[key] = N_("不能早于反映日期。")
    return faults


def _solution_faults(draft: Mapping[str, Any]) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    solved = draft["state"] is RaisedProblemState.SOLVED
    if solved and not draft.get("solved_on"):
        faults["solved_on"] = N_("已解决的问题要填解决日期。")
    if solved and not draft.get("resolution"):
        faults["resolution"] = N_("请写明是怎样解决的。")
    if not solved and draft.get("solved_on"):
        faults["solved_on"] = N_("还没有解决的问题不填解决日期。")
    return faults


def _settling_faults(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> dict[str, str | Problem]:
    """Who may only raise problems leaves the settling to others, and what others raised as it is."""
    present: dict[str, Any] = {"state": RaisedProblemState.OPEN}
    if row_id is not None:
        columns = [getattr(RaisedProblem, key) for key in (*SETTLING, "raised_by_id")]
        present = dict(db.session.execute(select(*columns).where(RaisedProblem.id == row_id)).mappings().one())
        if present["raised_by_id"] != actor.account_id:
            return {"description": N_("这是别人反映的，您不能修改；可以另外反映。")}
    changed = [key for key in SETTLING if (draft.get(key) or None) != (present.get(key) or None)]
    return {key: N_("由乡镇或县科技局处理，您不用填。") for key in changed}


def _complete_problem(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    if row.id is None:
        row.raised_by_id = actor.account_id
    elif inspect(row).attrs.state.history.has_changes():
        # Whoever settles a problem in its form speaks in its thread too.
        add_reply(actor, row.id, words=row.resolution, state=row.state)
    own_place = _own_place(actor) if row.place_id is None else None
    if own_place is not None:
        row.place_id, row.region_code = own_place


def add_reply(actor: Actor, problem_id: int, **said: Any) -> None:
    """One more line of a problem's thread, within a change."""
    who = {"account_id": actor.account_id, "account_name": actor.name, "said_at": now()}
    db.session.add(ProblemReply(problem_id=problem_id, **who, **said))


PROBLEMS = Subject(
    name="problems",
    model=RaisedProblem,
    title=NC_("list", "反映的问题"),
    one=NC_("one", "问题"),
    heading=HEADING,
    keep=Permission.RAISE_PROBLEM,
    fields=(
        Field(key="description", label=N_("问题"), kind=Kind.PROSE, required=True),
        Field(
            key="category",
            label=N_("类别"),
            kind=Kind.WORD,
            words=RaisedProblemCategory,
            required=True,
            default=RaisedProblemCategory.TECHNOLOGY,
        ),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, help=N_("不选就是本单位所在的地方")),
        Field(key="raised_on", label=N_("反映日期"), kind=Kind.DATE, required=True, past=True, default=today),
        Field(key="visit_id", label=N_("哪次走访"), kind=Kind.REFERENCE, refers="visits"),
        Field(key="owner", label=N_("责任单位或责任人")),
        Field(key="due_on", label=N_("应解决日期"), kind=Kind.DATE),
        Field(
            key="state",
            label=N_("状态"),
            kind=Kind.WORD,
            words=RaisedProblemState,
            required=True,
            default=RaisedProblemState.OPEN,
        ),
        Field(key="solved_on", label=N_("解决日期"), kind=Kind.DATE, past=True),
        Field(key="resolution", label=N_("怎样解决的"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=RaisedProblem,
        columns=(
            link_column("description", N_("问题"), HEADING),
            word_column("category", N_("类别"), RaisedProblem.category),
            place_column(RaisedProblem),
            date_column("raised_on", N_("反映日期"), RaisedProblem.raised_on),
            text_column("owner", N_("责任单位或责任人"), IN_CHARGE),
            # What has no date comes last, on either database.
            Column(
                key="due_on",
                label=N_("应解决日期"),
                value=RaisedProblem.due_on,
                kind=ColumnKind.DATE,
                sort=func.coalesce(RaisedProblem.due_on, NO_DATE),
            ),
            word_column("state", N_("状态"), RaisedProblem.state),
            illustrative_column(RaisedProblem),
        ),
        filters=(
            year_filter(RaisedProblem.raised_on),
            words_filter("state", N_("状态"), RaisedProblem.state, RaisedProblemState),
            words_filter("category", N_("类别"), RaisedProblem.category, RaisedProblemCategory),
            township_filter(RaisedProblem),
            Filter(key="on", label=N_("这一天还没解决"), predicate=day_asked(problem_open_on), kind="date"),
            Filter(key="overdue", label=N_("过了期限还没解决"), predicate=_overdue, kind="hidden"),
            Filter(key="unsettled", label=N_("还没解决"), predicate=_unsettled, kind="hidden"),
            Filter(key="unowned", label=N_("还没有人负责"), predicate=_unowned, kind="hidden"),
            Filter(key="owner", label=N_("交给一个人办"), predicate=_by_account(RaisedProblem.owner_id), kind="hidden"),
            Filter(
                key="raised_by",
                label=N_("一个人反映的"),
                predicate=_by_account(RaisedProblem.raised_by_id),
                kind="hidden",
            ),
            Filter(key="answered", label=N_("有新答复"), predicate=_answered, kind="hidden"),
            id_filter("campaign", raised_on_campaign),
            id_filter("commissioner", raised_with),
            id_filter("visit", lambda value: RaisedProblem.visit_id == value),
            id_filter("place", lambda value: RaisedProblem.place_id == value),
        ),
        search=(RaisedProblem.description, RaisedProblem.owner, RaisedProblem.resolution),
        order=(RaisedProblem.raised_on.desc(),),
    ),
    check=_check_problem,
    complete=_complete_problem,
)
