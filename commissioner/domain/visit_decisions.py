"""The township's word on a visit: which visits wait for it, and confirming, returning or disputing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change
from commissioner.domain.programme import is_on
from commissioner.models import Visit, db
from commissioner.models.base import now
from commissioner.problems import Conflict, Invalid, NotFound
from commissioner.vocabulary import N_, Role, SettingKey, VisitState

LONGEST_NOTE = 200
SENT_BACK = frozenset({VisitState.RETURNED, VisitState.DISPUTED})


def first_state(actor: Actor) -> VisitState:
    """Where a visit stands that ``actor`` logs: a commissioner's waits for the township, a township's by the setting."""
    return VisitState.WAITING if _asks_somebody(actor) else VisitState.CONFIRMED


def state_after_edit(actor: Actor, before: VisitState) -> VisitState:
    """Where a visit stands that ``actor`` changed: what was sent back, and whoever's visits wait, asks anew."""
    if before in SENT_BACK or _asks_somebody(actor):
        return VisitState.WAITING
    return before


def _asks_somebody(actor: Actor) -> bool:
    return actor.role is Role.COMMISSIONER or (actor.role is Role.TOWNSHIP and is_on(SettingKey.TOWNSHIP_VISITS_WAIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """A visit somebody decides on, at the version they read."""

    visit_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of each visit that was ticked, by id."""

    state: VisitState
    done: tuple[int, ...] = ()
    meanwhile: tuple[int, ...] = ()
    own: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()


def decide_visit(actor: Actor, visit_id: int, state: VisitState, note: str = "", version: int | None = None) -> None:
    """Confirm a visit that was read at ``version``, or return or dispute it with a note: the township's word on it.

    Raises ``Invalid``, ``NotFound``, and ``Conflict`` if somebody changed or decided it meanwhile.
    """
    note = _checked(actor, state, note)
    with change(actor, f"visits.{state.value}") as entry:
        visit = next(iter(_locked(actor, [visit_id])), None)
        if visit is None:
            raise NotFound
        if version is not None and visit.version != version:
            raise Conflict(current_version=visit.version)
        if _is_own(actor, visit, state):
            raise Invalid({"state": N_("自己登记的走访要由别人确认。")})
        entry.watch(visit)
        _say(actor, visit, state, note)


def decide_visits(actor: Actor, ticked: Sequence[Ticked], state: VisitState, note: str = "") -> Decided:
    """Decide on every ticked visit in one transaction, with an audit line each; what changed meanwhile is left alone."""
    note = _checked(actor, state, note)
    told: dict[str, list[int]] = {"done": [], "meanwhile": [], "own": [], "gone": []}
    with change(actor, f"visits.{state.value}") as whole:
        whole.silent = True
        visits = {visit.id: visit for visit in _locked(actor, [one.visit_id for one in ticked])}
        for visit_id, read_at in {one.visit_id: one.version for one in ticked}.items():
            fate = _fate(actor, visits.get(visit_id), state, read_at)
            told[fate].append(visit_id)
            if fate != "done":
                continue
            with change(actor, f"visits.{state.value}") as entry:
                entry.watch(visits[visit_id])
                _say(actor, visits[visit_id], state, note)
    return Decided(state=state, **{fate: tuple(found) for fate, found in told.items()})


def _fate(actor: Actor, visit: Any, state: VisitState, read_at: int) -> str:
    if visit is None:
        return "gone"
    if visit.version != read_at:
        return "meanwhile"
    return "own" if _is_own(actor, visit, state) else "done"


def _checked(actor: Actor, state: VisitState, note: str) -> str:
    actor.must(Permission.CONFIRM_VISIT)
    if state is VisitState.WAITING:
        raise Invalid({"state": N_("请选择确认、退回或有异议。")})
    if state is not VisitState.CONFIRMED and not note.strip():
        raise Invalid({"note": N_("退回或有异议时，请写明原因。")})
    return note.strip()[:LONGEST_NOTE]


def _locked(actor: Actor, visit_ids: Sequence[int]) -> Sequence[Any]:
    """The visits in scope, locked in the order of their ids, so that two people at once do not wait for each other."""
    wanted = select(Visit).where(Visit.id.in_(visit_ids), scope(actor, Visit)).order_by(Visit.id)
    return db.session.execute(wanted.with_for_update()).scalars().all()


def _is_own(actor: Actor, visit: Any, state: VisitState) -> bool:
    """Whether somebody is about to confirm what they logged themselves where a second person is asked for."""
    return (
        state is VisitState.CONFIRMED
        and visit.logged_by_id is not None
        and visit.logged_by_id == actor.account_id
        and is_on(SettingKey.TOWNSHIP_VISITS_WAIT)
    )


def _say(actor: Actor, visit: Any, state: VisitState, note: str) -> None:
    visit.state, visit.state_note = state, note
    visit.decided_by_id, visit.decided_at = actor.account_id, now()
    visit.version += 1
