"""Two-way selection: a person proposes, both sides answer each in their own scope, and the bureau posts who was agreed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain import records
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.matching import fit_of, reason_text
from commissioner.domain.needs import MATCHES, NEEDS_A_REASON, STILL_ASKED, advance, need_of
from commissioner.domain.postings import POSTINGS
from commissioner.domain.records import find_row
from commissioner.domain.subject import name_of
from commissioner.models import Commissioner, Match, MatchAnswer, Need, db
from commissioner.models.base import LONG_TEXT, now
from commissioner.problems import Invalid, NotFound, Problem, Settled
from commissioner.units import today
from commissioner.vocabulary import N_, Level, MatchSide, MatchState, NeedState, Role

PROPOSED, PLACE_AGREED, COMMISSIONER_AGREED, AGREED, DECLINED = MatchState
OPEN = (PROPOSED, PLACE_AGREED, COMMISSIONER_AGREED)
OWN_STATE = {MatchSide.PLACE: PLACE_AGREED, MatchSide.COMMISSIONER: COMMISSIONER_AGREED}
OWN_SIDES: dict[Role, tuple[MatchSide, ...]] = {
    Role.TOWNSHIP: (MatchSide.PLACE,),
    Role.COMMISSIONER: (MatchSide.COMMISSIONER,),
}
BOTH = tuple(MatchSide)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """Yes or no of one side, with a word."""

    side: MatchSide | None
    agreed: bool | None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft:
    """From when until when somebody is sent, and how."""

    level: Level | None
    starts_on: date | None
    ends_on: date | None = None
    required_days: int | None = None
    batch_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one side said."""

    side: MatchSide
    agreed: bool
    words: str
    on_behalf: bool
    who: str
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchStanding:
    """How a match stands for somebody: the answers, and what this reader may do."""

    id: int
    need_id: int
    commissioner_id: int
    posting_id: int | None
    batch_id: int | None
    name: str
    proposed_on: date
    state: MatchState
    need_state: NeedState
    closed_with_need: bool
    answers: tuple[Answer, ...]
    may_answer: tuple[MatchSide, ...]
    on_behalf: bool
    may_post: bool

    @property
    def agreed(self) -> bool:
        """Whether both sides said yes: there is an agreement to sign."""
        return self.state is AGREED

    @property
    def ended(self) -> bool:
        """Whether the need was given up before the match was decided."""
        return self.closed_with_need or self.need_state in NEEDS_A_REASON

    def answer_of(self, side: MatchSide) -> Answer | None:
        """What ``side`` said, if it has."""
        return next((one for one in self.answers if one.side is side), None)

    def agreed_by(self, side: MatchSide) -> bool:
        """Whether ``side`` said yes here, or its yes came with the record."""
        told = self.answer_of(side)
        return told.agreed if told else self.state in {AGREED, OWN_STATE[side]}


def propose(actor: Actor, need_id: int, commissioner_id: int, note: str = "", client_id: str | None = None) -> int:
    """Propose somebody for a need, with the reasons that speak for and against; the id of the match."""
    actor.must(Permission.KEEP_REGISTRY)
    fit = fit_of(actor, need_id, commissioner_id)
    if fit.need.state not in STILL_ASKED:
        refuse_repetition(actor, "matches.create", client_id)
        raise Settled(N_("这项需求是“%(state)s”，不能再推荐。"), state=fit.need.state.label)
    draft = {
        "need_id": need_id,
        "commissioner_id": commissioner_id,
        "state": PROPOSED,
        "reason": "\n".join(part for part in (note.strip(), reason_text(fit)) if part)[:LONG_TEXT],
        "proposed_on": today(),
        "decided_on": None,
        "posting_id": None,
    }
    return records.create(actor, MATCHES, draft, client_id)


def sides_of(actor: Actor) -> tuple[MatchSide, ...]:
    """For which sides somebody may answer: the bureau writes down what either told it."""
    if not actor.can(Permission.ANSWER_MATCH):
        return ()
    return BOTH if actor.can(Permission.KEEP_REGISTRY) else OWN_SIDES.get(actor.role, ())


def match_standing(actor: Actor, match_id: int) -> MatchStanding:
    """The match with its answers: two queries. Raises ``NotFound``."""
    found = _standings(actor, Match.id == match_id)
    if not found:
        raise NotFound
    return found[0]


def standings_of(actor: Actor, need_id: int) -> list[MatchStanding]:
    """The matches of a need with their answers, oldest first: two queries."""
    return _standings(actor, Match.need_id == need_id)


def _standings(actor: Actor, condition: ColumnElement[bool]) -> list[MatchStanding]:
    name = name_of(Commissioner, Commissioner.name, Match.commissioner_id)
    statement = select(Match, Need.state, Need.batch_id, name.label("name")).join(Need, Need.id == Match.need_id)
    found = db.session.execute(statement.where(condition, scope(actor, Match)).order_by(Match.id)).all()
    answers = _answers(actor, [one.Match.id for one in found])
    return [_standing(actor, one, answers.get(one.Match.id, ())) for one in found]


def _standing(actor: Actor, found: Any, answers: Sequence[Answer]) -> MatchStanding:
    row, need_state = found.Match, found.state
    said = {one.side for one in answers} | {side for side, state in OWN_STATE.items() if row.state is state}
    open_still = row.state in OPEN and need_state in STILL_ASKED
    keeps = actor.can(Permission.KEEP_REGISTRY)
    return MatchStanding(
        id=row.id,
        need_id=row.need_id,
        commissioner_id=row.commissioner_id,
        posting_id=row.posting_id,
        batch_id=found.batch_id,
        name=found.name,
        proposed_on=row.proposed_on,
        state=row.state,
        need_state=need_state,
        closed_with_need=row.closed_with_need,
        answers=tuple(answers),
        may_answer=tuple(one for one in sides_of(actor) if one not in said) if open_still else (),
        on_behalf=keeps,
        may_post=keeps and _ready(row, need_state),
    )


def _answers(actor: Actor, match_ids: Sequence[int]) -> dict[int, list[Answer]]:
    columns = (
        MatchAnswer.side,
        MatchAnswer.agreed,
        MatchAnswer.words,
        MatchAnswer.on_behalf,
        MatchAnswer.account_name.label("who"),
        MatchAnswer.said_at,
    )
    wanted = (MatchAnswer.match_id.in_(match_ids), scope(actor, MatchAnswer))
    told: dict[int, list[Answer]] = {}
    statement = select(MatchAnswer.match_id, *columns).where(*wanted).order_by(MatchAnswer.id)
    for row in db.session.execute(statement).mappings():
        values: dict[str, Any] = {key: value for key, value in row.items() if key != "match_id"}
        told.setdefault(row["match_id"], []).append(Answer(**values))
    return told


def answer_match(actor: Actor, match_id: int, draft: AnswerDraft, client_id: str | None = None) -> None:
    """Say yes or no for one side. Of two at once, the later builds on the earlier; ``Settled`` where that is impossible."""
    actor.must(Permission.ANSWER_MATCH)
    find_row(actor, MATCHES, match_id)
    with change(actor, "matches.answer", client_id=client_id) as entry:
        row = find_row(actor, MATCHES, match_id, lock=True)
        need = need_of(row)
        faults = _answer_faults(actor, draft)
        if faults or draft.side is None:
            raise Invalid(faults)
        _refuse_late(entry, row, need, draft.side)
        entry.watch(row)
        entry.changes[f"{draft.side.value}_answer"] = [None, draft.words]
        _write(actor, row, draft)
        _bring_on(actor, row, need, draft)


def _answer_faults(actor: Actor, draft: AnswerDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    if draft.side not in sides_of(actor):
        faults["side"] = N_("您不能替这一方答复。")
    if draft.agreed is None:
        faults["agreed"] = N_("请选同意或不同意。")
    if len(draft.words) > LONG_TEXT:
        faults["words"] = Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)
    elif draft.agreed is False and not draft.words:
        faults["words"] = N_("不同意请写明原因。")
    elif not draft.words and actor.can(Permission.KEEP_REGISTRY):
        faults["words"] = N_("代为登记，请写明是谁、怎样答复的。")
    return faults


def _refuse_late(entry: Entry, row: Match, need: Need, side: MatchSide) -> None:
    told = select(MatchAnswer.id).where(MatchAnswer.match_id == row.id, MatchAnswer.side == side)
    twice = row.state is OWN_STATE[side] or db.session.scalar(told) is not None
    if not twice and row.state in OPEN and need.state in STILL_ASKED:
        return
    # Unless it is our own form again: its first click was taken.
    refuse_repetition(entry.actor, entry.action, entry.client_id)
    if need.state not in STILL_ASKED:
        raise Settled(N_("这项需求是“%(state)s”，不能再答复。什么也没有保存。"), state=need.state.label)
    if twice and row.state in OPEN:
        raise Settled(N_("%(side)s已经答复过了，您的答复没有保存。"), side=side.label)
    raise Settled(N_("这次对接是“%(state)s”，您的答复没有保存。"), state=row.state.label)


def _write(actor: Actor, row: Match, draft: AnswerDraft) -> None:
    db.session.add(
        MatchAnswer(
            match_id=row.id,
            side=draft.side,
            agreed=draft.agreed,
            words=draft.words,
            on_behalf=actor.can(Permission.KEEP_REGISTRY),
            account_id=actor.account_id,
            account_name=actor.name,
            said_at=now(),
        )
    )


def _bring_on(actor: Actor, row: Match, need: Need, draft: AnswerDraft) -> None:
    """What the answer makes of the match, and of its need."""
    assert draft.side is not None
    if not draft.agreed:
        row.state = DECLINED
        row.reason = row.reason or draft.words
    else:
        row.state = OWN_STATE[draft.side] if row.state is PROPOSED else AGREED
    row.version += 1
    if row.state in {AGREED, DECLINED}:
        row.decided_on = max(today(), row.proposed_on)
    if row.state is AGREED and need.state in {NeedState.OPEN, NeedState.PROPOSED}:
        advance(actor, need, NeedState.AGREED)
    if row.state is DECLINED and need.state is NeedState.PROPOSED and not _others_open(row):
        advance(actor, need, NeedState.OPEN)


def _others_open(row: Match) -> bool:
    with db.session.no_autoflush:
        others = select(Match.id).where(Match.need_id == row.need_id, Match.id != row.id, Match.state.in_(OPEN))
        return db.session.scalar(others.limit(1)) is not None


def _ready(row: Match, need_state: NeedState) -> bool:
    return row.state is AGREED and row.posting_id is None and need_state is NeedState.AGREED


def post(actor: Actor, match_id: int, draft: PostDraft, client_id: str | None = None) -> int:
    """Send whom both sides agreed on: the posting, the match and the need in one change; the id of the posting."""
    actor.must(Permission.KEEP_REGISTRY)
    find_row(actor, MATCHES, match_id)
    with change(actor, "matches.post", client_id=client_id) as entry:
        row = find_row(actor, MATCHES, match_id, lock=True)
        need = need_of(row)
        if not _ready(row, need.state):
            refuse_repetition(actor, entry.action, client_id)
            raise Settled(N_("这项需求是“%(state)s”，不能再派驻。什么也没有保存。"), state=need.state.label)
        posting_id = records.create(actor, POSTINGS, _posting(row, need, draft))
        entry.watch(row)
        row.posting_id = posting_id
        row.version += 1
        advance(actor, need, NeedState.POSTED)
    return posting_id


def _posting(row: Match, need: Need, draft: PostDraft) -> dict[str, Any]:
    return {
        "commissioner_id": row.commissioner_id,
        "place_id": need.place_id,
        "level": draft.level,
        "batch_id": draft.batch_id or need.batch_id,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "required_days": draft.required_days,
        "industry": need.industry,
        "end_reason": "",
        "note": "",
    }
