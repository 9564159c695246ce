"""Needs that townships raise, and their matches with commissioners; what is done to a need is in ``need_steps``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, inspect, select

from commissioner.access import Actor, Permission
from commissioner.access.regions import FULL_DIGITS
from commissioner.domain.calls import hold_call
from commissioner.domain.changes import change
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.need_lists import NEED_FILTERS
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
    word_column,
    words_filter,
)
from commissioner.models import Commissioner, Match, Need, NeedEvent, Place, Posting, db
from commissioner.models.base import now
from commissioner.problems import Invalid, Problem, Settled
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, HelpKind, Industry, MatchSide, MatchState, NeedState, PlaceLevel

NEEDS_A_REASON = frozenset({NeedState.DECLINED, NeedState.WITHDRAWN})
# Before it is opened and after it is given up nobody is proposed for a need.
NOT_MATCHED = NEEDS_A_REASON | {NeedState.RAISED}
STILL_ASKED = frozenset({NeedState.OPEN, NeedState.PROPOSED, NeedState.AGREED})
TOWNSHIP_DIGITS = 9
TAKEN_UP = N_("这项需求已经受理，内容由科技局整理。情况有变，请撤回后重新提出，或者联系科技局。")
DECIDED = frozenset({MatchState.AGREED, MatchState.DECLINED})
# What a match makes of a need that stands this far.
ADVANCES = {
    MatchState.PROPOSED: (frozenset({NeedState.OPEN}), NeedState.PROPOSED),
    MatchState.AGREED: (frozenset({NeedState.OPEN, NeedState.PROPOSED}), NeedState.AGREED),
}


def check_need(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """A township or village asks, before the day it wants help by; once taken up, the bureau alone words it."""
    faults: dict[str, str | Problem] = {}
    level = db.session.scalar(select(Place.level).where(Place.id == draft["place_id"]))
    if level not in {PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE}:
        faults["place_id"] = Problem(N_("需求由乡镇或村提出，请选乡镇或村。"))
    if draft.get("wanted_by") and draft["wanted_by"] < draft["raised_on"]:
        faults["wanted_by"] = Problem(N_("希望解决的日期不能早于提出日期。"))
    if row_id is not None and not may_amend(actor, _state_of(row_id)):
        faults["state"] = Problem(TAKEN_UP)
    if faults:
        raise Invalid(faults)


def _state_of(need_id: int) -> NeedState:
    return db.session.execute(select(Need.state).where(Need.id == need_id)).scalar_one()


def may_amend(actor: Actor, state: NeedState) -> bool:
    """Whether ``actor`` may still word a need that stands at ``state``."""
    if actor.can(Permission.KEEP_REGISTRY):
        return True
    return actor.can(Permission.RAISE_NEED) and state is NeedState.RAISED


def place_that_asks(actor: Actor) -> int | None:
    """The township that ``actor`` speaks for, if it is one."""
    if len(actor.region_code) != TOWNSHIP_DIGITS:
        return None
    own = (Place.region_code == actor.region_code.ljust(FULL_DIGITS, "0"), Place.level == PlaceLevel.TOWNSHIP)
    return db.session.scalar(select(Place.id).where(*own))


def complete_need(actor: Actor, row: Need, draft: Mapping[str, Any]) -> None:
    """A new need is raised, or, by the bureau, ``opened`` at once; into a batch only while its call runs."""
    new = row.id is None
    with db.session.no_autoflush:
        if row.batch_id is not None and (new or inspect(row).attrs.batch_id.history.has_changes()):
            hold_call(actor, row.batch_id)
    if not new:
        return
    if draft.get("opened"):
        actor.must(Permission.KEEP_REGISTRY)
    row.state = NeedState.OPEN if draft.get("opened") else NeedState.RAISED
    db.session.add(row)
    db.session.flush()
    tell(actor, row, None)


def tell(actor: Actor, need: Need, before: NeedState | None, words: str = "") -> None:
    """One more line in the life of a need, within a change."""
    db.session.add(
        NeedEvent(
            need_id=need.id,
            from_state=before,
            state=need.state,
            words=words,
            happened_at=now(),
            account_id=actor.account_id,
            account_name=actor.name,
        )
    )


def check_match(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """One match for each need and commissioner; a refusal says why; a posting named is the commissioner's own."""
    faults: dict[str, str | Problem] = {}
    stands = db.session.scalar(select(Need.state).where(Need.id == draft["need_id"]))
    if stands in NOT_MATCHED and draft["state"] is not MatchState.DECLINED:
        faults["need_id"] = Problem(N_("这项需求是“%(state)s”，不能对接。"), state=stands.label)
    if draft["state"] is not MatchState.DECLINED and _closed_with_need(row_id):
        faults["state"] = Problem(N_("这次对接已随需求结束，不再改；请重新推荐。"))
    if _met_before(draft, row_id):
        faults["commissioner_id"] = Problem(N_("这位特派员已经推荐给这项需求。"))
    if draft["state"] is MatchState.DECLINED and not draft.get("reason"):
        faults["reason"] = Problem(N_("请写明原因。"))
    if draft.get("decided_on") and draft["decided_on"] < draft["proposed_on"]:
        faults["decided_on"] = Problem(N_("答复日期不能早于推荐日期。"))
    posted = db.session.scalar(select(Posting.commissioner_id).where(Posting.id == draft.get("posting_id")))
    if draft.get("posting_id") and posted != draft["commissioner_id"]:
        faults["posting_id"] = Problem(N_("这次派驻不是这位特派员的。"))
    if faults:
        raise Invalid(faults)


def _closed_with_need(match_id: int | None) -> bool:
    return bool(db.session.scalar(select(Match.closed_with_need).where(Match.id == (match_id or 0))))


def _met_before(draft: Mapping[str, Any], row_id: int | None) -> bool:
    pair = (Match.need_id == draft["need_id"], Match.commissioner_id == draft["commissioner_id"])
    others = select(Match.id).where(*pair, Match.id != (row_id or 0), ~Match.closed_with_need)
    return not _closed_with_need(row_id) and db.session.scalar(others.limit(1)) is not None


def complete_match(actor: Actor, row: Match, draft: Mapping[str, Any]) -> None:
    """Date the decision, and move the need along with its own line in the audit.

    A need that was withdrawn while the form was open raises ``Settled``.
    """
    if row.state in DECIDED and row.decided_on is None:
        row.decided_on = max(today(), row.proposed_on)
    before, after = ADVANCES.get(row.state, (frozenset(), None))
    need = need_of(row)
    if need.state in NOT_MATCHED and row.state is not MatchState.DECLINED:
        raise Settled(N_("这项需求是“%(state)s”，不能对接。"), state=need.state.label)
    if after is not None and need.state in before:
        advance(actor, need, after)


def need_of(match: Match) -> Need:
    """The need of a match, held until the change ends, so that it cannot be withdrawn meanwhile."""
    with db.session.no_autoflush:
        return db.session.get_one(Need, match.need_id, with_for_update=True, populate_existing=True)


def advance(actor: Actor, need: Need, state: NeedState) -> None:
    """Bring a need to a state, with a line of its own in the audit, inside the change of its match."""
    # The match is written first: a change begins with nothing unsaved.
    db.session.flush()
    with change(actor, "needs.advance") as entry:
        entry.watch(need)
        before, need.state = need.state, state
        need.version += 1
        tell(actor, need, before)


NEEDS = Subject(
    name="needs",
    model=Need,
    title=NC_("list", "需求"),
    one=NC_("one", "需求"),
    heading=Need.title,
    keep=Permission.RAISE_NEED,
    fields=(
        Field(key="title", label=N_("需要什么"), required=True, help=N_("一句话，例如“黄汤茶加工技术指导”")),
        Field(key="place_id", label=N_("哪个村或乡镇"), kind=Kind.PLACE, required=True),
        Field(key="industry", label=N_("产业"), kind=Kind.WORD, words=Industry, required=True),
        Field(key="help_kind", label=N_("需要哪种帮助"), kind=Kind.WORD, words=HelpKind, required=True),
        Field(key="problem", label=N_("遇到的问题"), kind=Kind.PROSE),
        Field(key="wanted_speciality", label=N_("希望来什么专长的人")),
        Field(key="raised_on", label=N_("提出日期"), kind=Kind.DATE, required=True, past=True, default=today),
        Field(key="wanted_by", label=N_("希望何时前解决"), kind=Kind.DATE),
        Field(
            key="batch_id", label=N_("批次"), kind=Kind.REFERENCE, refers="batches", help=N_("征集期内提的需求归入批次")
        ),
    ),
    shown=(
        Field(key="state", label=N_("状态"), kind=Kind.WORD, words=NeedState),
        Field(key="state_note", label=N_("状态说明")),
    ),
    listing=Listing(
        model=Need,
        columns=(
            link_column("title", N_("需求"), Need.title),
            place_column(Need),
            word_column("industry", N_("产业"), Need.industry),
            word_column("help_kind", N_("帮助类型"), Need.help_kind),
            text_column("wanted_speciality", N_("希望的专长"), Need.wanted_speciality),
            date_column("raised_on", N_("提出日期"), Need.raised_on),
            word_column("state", N_("状态"), Need.state),
            illustrative_column(Need),
        ),
        filters=NEED_FILTERS,
        search=(Need.title, Need.problem, Need.wanted_speciality),
        order=(Need.raised_on.desc(),),
    ),
    check=check_need,
    complete=complete_need,
)


def match_name() -> Any:
    """The SQL value that names a match: 朱建军 → 金线莲林下种植."""
    return (
        name_of(Commissioner, Commissioner.name, Match.commissioner_id)
        + " → "
        + name_of(Need, Need.title, Match.need_id)
    )


def _waiting_for(value: str) -> ColumnElement[bool] | None:
    """Matches that one side has not answered yet, of needs that still stand."""
    others = {MatchSide.PLACE: MatchState.COMMISSIONER_AGREED, MatchSide.COMMISSIONER: MatchState.PLACE_AGREED}
    side = next((one for one in MatchSide if one.value == value), None)
    if side is None:
        return None
    return Match.state.in_((MatchState.PROPOSED, others[side])) & _of_need(STILL_ASKED)


def _unposted(value: str) -> ColumnElement[bool] | None:
    return (Match.state == MatchState.AGREED) & Match.posting_id.is_(None) & _of_need({NeedState.AGREED})


def _of_need(states: Collection[NeedState]) -> ColumnElement[bool]:
    wanted = select(Need.id).where(Need.state.in_(states))
    result: ColumnElement[bool] = Match.need_id.in_(wanted)
    return result


MATCHES = Subject(
    name="matches",
    model=Match,
    title=NC_("list", "对接"),
    one=NC_("one", "对接"),
    heading=match_name(),
    fields=(
        Field(key="need_id", label=N_("需求"), kind=Kind.REFERENCE, refers="needs", required=True),
        Field(key="commissioner_id", label=N_("特派员"), kind=Kind.REFERENCE, refers="commissioners", required=True),
        Field(
            key="state",
            label=N_("状态"),
            kind=Kind.WORD,
            words=MatchState,
            required=True,
            default=MatchState.PROPOSED,
        ),
        Field(key="reason", label=N_("理由"), kind=Kind.PROSE, help=N_("为什么推荐，或为什么未成")),
        Field(
            key="proposed_on",
            label=N_("推荐日期"),
            kind=Kind.DATE,
            required=True,
            past=True,
            default=today,
        ),
        Field(key="decided_on", label=N_("答复日期"), kind=Kind.DATE, past=True),
        Field(key="posting_id", label=N_("因此派驻"), kind=Kind.REFERENCE, refers="postings"),
    ),
    listing=Listing(
        model=Match,
        columns=(
            link_column("commissioner", N_("特派员"), name_of(Commissioner, Commissioner.name, Match.commissioner_id)),
            text_column("need", N_("需求"), name_of(Need, Need.title, Match.need_id)),
            word_column("state", N_("状态"), Match.state),
            text_column("reason", N_("理由"), Match.reason),
            date_column("proposed_on", N_("推荐日期"), Match.proposed_on),
            date_column("decided_on", N_("答复日期"), Match.decided_on),
            illustrative_column(Match),
        ),
        filters=(
            words_filter("state", N_("状态"), Match.state, MatchState),
            id_filter("need", lambda row_id: Match.need_id == row_id),
            id_filter("commissioner", lambda row_id: Match.commissioner_id == row_id),
            Filter(key="waiting_for", label=N_("等谁答复"), predicate=_waiting_for, kind="hidden"),
            Filter(key="unposted", label=N_("双方同意、还没派驻"), predicate=_unposted, kind="hidden"),
        ),
        order=(Match.proposed_on.desc(),),
    ),
    check=check_match,
    complete=complete_match,
)
