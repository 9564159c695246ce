"""The township's word on a visit: confirmed, returned or disputed."""

from __future__ import annotations

from commissioner.access import Actor, Permission
from commissioner.domain.changes import change
from commissioner.domain.visit_log import find_visit
from commissioner.models.base import now
from commissioner.problems import Invalid
from commissioner.vocabulary import N_, VisitState


def decide_visit(actor: Actor, visit_id: int, state: VisitState, note: str = "") -> None:
    """Confirm a visit, or return or dispute it with a note: the township's word on it."""
    actor.must(Permission.CONFIRM_VISIT)
    if state is VisitState.WAITING:
        raise Invalid({"state": N_("请选择确认、退回或有异议。")})
    if state is not VisitState.CONFIRMED and not note.strip():
        raise Invalid({"note": N_("退回或有异议时，请写明原因。")})
    with change(actor, f"visits.{state.value}") as entry:
        visit = find_visit(actor, visit_id, lock=True)
        entry.watch(visit)
        visit.state, visit.state_note = state, note.strip()
        visit.decided_by_id, visit.decided_at = actor.account_id, now()
        visit.version += 1
