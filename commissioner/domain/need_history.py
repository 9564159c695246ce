"""What became of a need: each step with its word, every version, and what the place wrote beside what the bureau made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.audit import FieldChange, told
from commissioner.domain.visit_history import Version
from commissioner.models import AuditEntry, Need, NeedEvent, db
from commissioner.vocabulary import NeedState, Role

BUREAU = frozenset({Role.OFFICER.value, Role.ADMINISTRATOR.value})
WORDED = ("title", "place_id", "industry", "help_kind", "problem", "wanted_speciality", "wanted_by", "batch_id")
# What the line says already, or what the steps tell.
LEFT_OUT = frozenset({"state_note", "region_code", "illustrative", "seed_key"})
MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedStep:
    """One line of a need's life."""

    from_state: NeedState | None
    state: NeedState
    words: str
    happened_at: datetime
    who: str

    @property
    def anew(self) -> bool:
        """Whether it was raised a second time."""
        return self.state is NeedState.RAISED and self.from_state is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedHistory:
    """``versions``, the latest first; ``refined``: what the place wrote (before) and how it stands (after)."""

    versions: Sequence[Version]
    refined: Sequence[FieldChange]


def need_steps(actor: Actor, need_id: int) -> Sequence[NeedStep]:
    """What was done to a need, oldest first."""
    columns = (
        NeedEvent.from_state,
        NeedEvent.state,
        NeedEvent.words,
        NeedEvent.happened_at,
        NeedEvent.account_name.label("who"),
    )
    wanted = select(*columns).where(NeedEvent.need_id == need_id, scope(actor, NeedEvent)).order_by(NeedEvent.id)
    return [NeedStep(**row) for row in db.session.execute(wanted).mappings()]


def need_history(actor: Actor, need_id: int) -> NeedHistory:
    """Two queries, for everybody who sees the need."""
    rows = _rows(actor, need_id)
    beside = {"id": 0, "action": "needs.amend", "subject": Need.__tablename__, "subject_id": need_id}
    head = {**beside, "at": None, "who": "", "role": "", "changes": _refined(rows)}
    shown = [{**row, "changes": _worth_telling(row["changes"])} for row in reversed(rows[-MOST_VERSIONS:])]
    refined, *lines = told([head, *shown])
    return NeedHistory(versions=[Version(line=line, note="", merged=False) for line in lines], refined=refined.changes)


def _rows(actor: Actor, need_id: int) -> list[dict[str, Any]]:
    columns = {
        "id": AuditEntry.id,
        "at": AuditEntry.at,
        "who": AuditEntry.account_name,
        "role": AuditEntry.role,
        "action": AuditEntry.action,
        "subject": AuditEntry.subject,
        "subject_id": AuditEntry.subject_id,
        "changes": AuditEntry.changes,
    }
    seen = select(Need.id).where(Need.id == need_id, scope(actor, Need))
    labelled = [column.label(key) for key, column in columns.items()]
    of_it = (AuditEntry.subject == Need.__tablename__, AuditEntry.subject_id.in_(seen))
    return [dict(row) for row in db.session.execute(select(*labelled).where(*of_it).order_by(AuditEntry.id)).mappings()]


def _worth_telling(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in changes.items() if key not in LEFT_OUT}


def _refined(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Field by field, what the place last wrote and what stands, where the two differ."""
    if not rows or rows[0]["action"] != "needs.create" or rows[0]["role"] in BUREAU:
        return {}
    written: dict[str, Any] = {}
    stands: dict[str, Any] = {}
    for row in rows:
        said = {key: pair[1] for key, pair in row["changes"].items() if key in WORDED}
        stands.update(said)
        if row["role"] not in BUREAU:
            written.update(said)
    return {key: [written.get(key), stands.get(key)] for key in WORDED if written.get(key) != stands.get(key)}
