"""The life of a need: taken up by the bureau, declined, withdrawn by the place, raised anew, finished.

What its matches make of it (proposed, agreed, posted) is in ``match_answers``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from commissioner.access import Actor, Permission
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.needs import NEEDS, NEEDS_A_REASON, tell
from commissioner.domain.records import find_row
from commissioner.models import Match, Need, db
from commissioner.models.base import LONG_TEXT, SHORT_TEXT
from commissioner.problems import Conflict, Invalid, Problem, Settled
from commissioner.units import today
from commissioner.vocabulary import N_, MatchState, NeedState

RAISED, OPEN, PROPOSED, AGREED, POSTED, DONE, DECLINED, WITHDRAWN = NeedState
UNPOSTED = frozenset({RAISED, OPEN, PROPOSED, AGREED})
OPEN_MATCHES = (MatchState.PROPOSED, MatchState.PLACE_AGREED, MatchState.COMMISSIONER_AGREED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """A word on the step, and the version of the need that was read."""

    version: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that may be done to a need: who may, from which states to which, and what must be said."""

    action: str
    permission: Permission
    before: frozenset[NeedState]
    after: NeedState
    ask: str = ""


STEPS: Mapping[str, Step] = {
    "take_up": Step(
        action="needs.take_up", permission=Permission.KEEP_REGISTRY, before=frozenset({RAISED}), after=OPEN
    ),
    "finish": Step(
        action="needs.finish",
        permission=Permission.RAISE_NEED,
        before=frozenset({AGREED, POSTED}),
        after=DONE,
        ask=N_("请写明办成了什么。"),
    ),
    "decline": Step(
        action="needs.decline",
        permission=Permission.KEEP_REGISTRY,
        before=UNPOSTED,
        after=DECLINED,
        ask=N_("请写明为什么不采纳。"),
    ),
    "withdraw": Step(
        action="needs.withdraw_need",
        permission=Permission.RAISE_NEED,
        before=UNPOSTED,
        after=WITHDRAWN,
        ask=N_("请写明为什么撤回。"),
    ),
    "raise_anew": Step(
        action="needs.raise_anew",
        permission=Permission.RAISE_NEED,
        before=NEEDS_A_REASON,
        after=RAISED,
        ask=N_("请写明为什么重新提出。"),
    ),
}


def steps_open_to(actor: Actor, state: NeedState) -> tuple[str, ...]:
    """What ``actor`` may do with a need that stands at ``state``."""
    return tuple(key for key, one in STEPS.items() if state in one.before and actor.can(one.permission))


def take_up_need(actor: Actor, need_id: int, draft: StepDraft, client_id: str | None = None) -> None:
    """Open what a place raised: from now on commissioners are sought for it."""
    _take(actor, need_id, STEPS["take_up"], draft, client_id)


def decline_need(actor: Actor, need_id: int, draft: StepDraft, client_id: str | None = None) -> None:
    """Say no, with the reason; open matches end with it."""
    _take(actor, need_id, STEPS["decline"], draft, client_id)


def withdraw_need(actor: Actor, need_id: int, draft: StepDraft, client_id: str | None = None) -> None:
    """Take it back, with the reason; open matches end with it."""
    _take(actor, need_id, STEPS["withdraw"], draft, client_id)


def raise_need_anew(actor: Actor, need_id: int, draft: StepDraft, client_id: str | None = None) -> None:
    """Ask again for what was declined or withdrawn, with the reason."""
    _take(actor, need_id, STEPS["raise_anew"], draft, client_id)


def finish_need(actor: Actor, need_id: int, draft: StepDraft, client_id: str | None = None) -> None:
    """Say what came of it. Guidance and training need no posting of their own."""
    _take(actor, need_id, STEPS["finish"], draft, client_id)


def _take(actor: Actor, need_id: int, step: Step, draft: StepDraft, client_id: str | None) -> None:
    """Raises ``Conflict`` where somebody changed the need meanwhile, ``Settled`` where the step leads nowhere."""
    actor.must(step.permission)
    find_row(actor, NEEDS, need_id)
    with change(actor, step.action, client_id=client_id) as entry:
        # Matches first, as whoever answers one locks them: neither waits for the other.
        matches = _open_matches(need_id) if step.after in NEEDS_A_REASON else ()
        row = find_row(actor, NEEDS, need_id, lock=True)
        _refuse(entry, row, step, draft)
        entry.watch(row)
        words = draft.words.strip()
        before, row.state = row.state, step.after
        row.state_note = words[:SHORT_TEXT] if step.after in {*NEEDS_A_REASON, DONE} else ""
        row.version += 1
        tell(actor, row, before, words)
        for one in matches:
            _close(actor, one, step.after, words)


def _refuse(entry: Entry, row: Need, step: Step, draft: StepDraft) -> None:
    if row.version != draft.version:
        refuse_repetition(entry.actor, entry.action, entry.client_id)
        raise Conflict(theirs=row.state, ours=draft, current_version=row.version)
    if row.state not in step.before:
        refuse_repetition(entry.actor, entry.action, entry.client_id)
        raise Settled(N_("这项需求是“%(state)s”，不能这样办。什么也没有保存。"), state=row.state.label)
    words = draft.words.strip()
    if step.ask and not words:
        raise Invalid({"words": Problem(step.ask)})
    if len(words) > LONG_TEXT:
        raise Invalid({"words": Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)})


def _open_matches(need_id: int) -> Sequence[Match]:
    """What still waits for an answer or for a posting, held until the change ends."""
    waits = or_(Match.state.in_(OPEN_MATCHES), and_(Match.state == MatchState.AGREED, Match.posting_id.is_(None)))
    statement = select(Match).where(Match.need_id == need_id, waits).order_by(Match.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def _close(actor: Actor, match: Match, state: NeedState, words: str) -> None:
    """End a match with its need, with a line of its own in the audit."""
    db.session.flush()
    with change(actor, "matches.close_with_need") as entry:
        entry.watch(match)
        why = f"\n需求{state.label}：{words}"[:LONG_TEXT]
        match.reason = f"{match.reason[: LONG_TEXT - len(why)]}{why}".strip()
        match.state = MatchState.DECLINED
        match.closed_with_need = True
        match.decided_on = max(today(), match.proposed_on)
        match.version += 1
