"""Needs that townships raise, and their matches with commissioners."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, Permission
from commissioner.domain.changes import change
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.places import here_or_below
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
    place_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import Commissioner, Match, Need, Place, Posting, db
from commissioner.problems import Invalid, Problem, Settled
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, Industry, MatchSide, MatchState, NeedState, PlaceLevel

NEEDS_A_REASON = frozenset({NeedState.DECLINED, NeedState.WITHDRAWN})
MET = frozenset({NeedState.AGREED, NeedState.POSTED, NeedState.DONE})
STILL_ASKED = frozenset({NeedState.OPEN, NeedState.PROPOSED, NeedState.AGREED})
DECIDED = frozenset({MatchState.AGREED, MatchState.DECLINED})
# What a match makes of a need that stands this far.
ADVANCES = {
    MatchState.PROPOSED: (frozenset({NeedState.OPEN}), NeedState.PROPOSED),
    MatchState.AGREED: (frozenset({NeedState.OPEN, NeedState.PROPOSED}), NeedState.AGREED),
}


def check_need(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """A township or village asks, before the day it wants help by; a need that ends unmet says why."""
    faults: dict[str, str | Problem] = {}
    level = db.session.scalar(select(Place.level).where(Place.id == draft["place_id"]))
    if level not in {PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE}:
        faults["place_id"] = Problem(N_("需求由乡镇或村提出，请选乡镇或村。"))
    if draft.get("wanted_by") and draft["wanted_by"] < draft["raised_on"]:
        faults["wanted_by"] = Problem(N_("希望解决的日期不能早于提出日期。"))
    if draft["state"] in NEEDS_A_REASON and not draft.get("state_note"):
        faults["state_note"] = Problem(N_("请写明原因。"))
    if faults:
        raise Invalid(faults)


def check_match(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """One match for each need and commissioner; a refusal says why; a posting named is the commissioner's own."""
    faults: dict[str, str | Problem] = {}
    stands = db.session.scalar(select(Need.state).where(Need.id == draft["need_id"]))
    if stands in NEEDS_A_REASON and draft["state"] is not MatchState.DECLINED:
        faults["need_id"] = Problem(N_("这项需求是“%(state)s”，不能再对接。"), state=stands.label)
    pair = select(Match.id).where(
        Match.need_id == draft["need_id"], Match.commissioner_id == draft["commissioner_id"], Match.id != (row_id or 0)
    )
    if db.session.scalar(pair) is not None:
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


def complete_match(actor: Actor, row: Match, draft: Mapping[str, Any]) -> None:
    """Date the decision, and move the need along with its own line in the audit.

    A need that was withdrawn while the form was open raises ``Settled``.
    """
    if row.state in DECIDED and row.decided_on is None:
        row.decided_on = max(today(), row.proposed_on)
    before, after = ADVANCES.get(row.state, (frozenset(), None))
    need = need_of(row)
    if need.state in NEEDS_A_REASON and row.state is not MatchState.DECLINED:
        raise Settled(N_("这项需求是“%(state)s”，不能再对接。"), state=need.state.label)
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
        need.state = state
        need.version += 1


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
        Field(key="problem", label=N_("遇到的问题"), kind=Kind.PROSE),
        Field(key="wanted_speciality", label=N_("希望来什么专长的人")),
        Field(key="raised_on", label=N_("提出日期"), kind=Kind.DATE, required=True, past=True, default=today),
        Field(key="wanted_by", label=N_("希望何时前解决"), kind=Kind.DATE),
        Field(key="state", label=N_("状态"), kind=Kind.WORD, words=NeedState, required=True, default=NeedState.OPEN),
        Field(key="state_note", label=N_("状态说明"), help=N_("未采纳或撤回时写明原因")),
    ),
    listing=Listing(
        model=Need,
        columns=(
            link_column("title", N_("需求"), Need.title),
            place_column(Need),
            word_column("industry", N_("产业"), Need.industry),
            text_column("wanted_speciality", N_("希望的专长"), Need.wanted_speciality),
            date_column("raised_on", N_("提出日期"), Need.raised_on),
            word_column("state", N_("状态"), Need.state),
            illustrative_column(Need),
        ),
        filters=(
            year_filter(Need.raised_on),
            township_filter(Need),
            words_filter("industry", N_("产业"), Need.industry, Industry),
            words_filter("state", N_("状态"), Need.state, NeedState),
            Filter(key="met", label=N_("对接成功"), kind="hidden", predicate=lambda value: Need.state.in_(MET)),
            id_filter("place", lambda row_id: here_or_below(Need, row_id)),
        ),
        search=(Need.title, Need.problem, Need.wanted_speciality),
        order=(Need.raised_on.desc(),),
    ),
    related=(
        Related(
            subject="matches",
            title=NC_("list", "对接"),
            condition=lambda row_id: Match.need_id == row_id,
            field="need_id",
            hidden=("need",),
        ),
    ),
    check=check_need,
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
