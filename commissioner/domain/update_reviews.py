"""The bureau's word on an update: it is approved and counts, it is returned with a note, or an approval is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from commissioner.access import Actor, Permission
from commissioner.domain.changes import Entry, change
from commissioner.domain.period_locks import refuse_closed
from commissioner.domain.project_figures import settle
from commissioner.domain.project_updates import approve_row, decide, locked, refuse_stale, told_move
from commissioner.models.base import LONG_TEXT
from commissioner.problems import AlreadyDone, Invalid, Problem
from commissioner.vocabulary import N_, UpdateDecisionKind, UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A word on an update that was read at ``version``."""

    version: int
    note: str = ""
    client_id: str | None = None


def approve_update(actor: Actor, update_id: int, judgement: Judgement) -> None:
    """Let a submitted update count: the project repeats the latest of what is approved.

    Raises ``Conflict`` with what stands if it was changed or judged meanwhile, ``PeriodClosed`` in a closed period.
    """
    actor.must(Permission.REVIEW_UPDATE)
    try:
        with change(actor, "updates.approve", client_id=judgement.client_id) as entry:
            project, row = _judged(actor, entry, update_id, judgement, UpdateState.SUBMITTED)
            approve_row(actor, entry, project, row)
    except AlreadyDone:
        return


def return_update(actor: Actor, update_id: int, judgement: Judgement) -> None:
    """Send a submitted update back to who reported it, with a note on what is missing."""
    _refuse_unreasoned(actor, judgement, N_("请写明退回的原因，填报的人才知道改什么。"))
    try:
        with change(actor, "updates.return", client_id=judgement.client_id) as entry:
            project, row = _judged(actor, entry, update_id, judgement, UpdateState.SUBMITTED)
            _send_back(actor, entry, project, row, UpdateDecisionKind.RETURNED, judgement.note)
    except AlreadyDone:
        return


def withdraw_approval(actor: Actor, update_id: int, judgement: Judgement) -> None:
    """Take an approval back with a reason: the update counts no longer, and the project repeats what is left."""
    _refuse_unreasoned(actor, judgement, N_("请写明为什么撤销。"))
    try:
        with change(actor, "updates.withdraw", client_id=judgement.client_id) as entry:
            project, row = _judged(actor, entry, update_id, judgement, UpdateState.APPROVED)
            entry.watch(project)
            _send_back(actor, entry, project, row, UpdateDecisionKind.WITHDRAWN, judgement.note)
            entry.about("project_updates", row.id, settle(project, row.id))
    except AlreadyDone:
        return


def _refuse_unreasoned(actor: Actor, judgement: Judgement, words: str) -> None:
    actor.must(Permission.REVIEW_UPDATE)
    if not judgement.note.strip():
        raise Invalid({"note": words})
    if len(judgement.note) > LONG_TEXT:
        raise Invalid({"note": Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)})


def _judged(actor: Actor, entry: Entry, update_id: int, judgement: Judgement, state: UpdateState) -> tuple[Any, Any]:
    project, row = locked(actor, update_id)
    refuse_stale(entry, row, judgement.version, judgement)
    if row.state is not state:
        raise Problem(N_("这条进展现在是“%(state)s”，不能这样处理。"), state=row.state.label)
    refuse_closed(project.region_code, (), [row.reported_on])
    return project, row


def _send_back(actor: Actor, entry: Entry, project: Any, row: Any, kind: UpdateDecisionKind, note: str) -> None:
    decide(actor, row, kind, note.strip())
    before, row.state, row.version = row.state, UpdateState.RETURNED, row.version + 1
    told = {**told_move(project, before, UpdateState.RETURNED), "reason": note.strip()}
    entry.about("project_updates", row.id, told, project.region_code)
