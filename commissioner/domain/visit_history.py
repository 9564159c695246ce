"""Every version of a visit, from the audit lines: who wrote what, when, field by field; for everybody who sees the visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.audit import AuditLine, told
from commissioner.models import AuditEntry, Visit, db
from commissioner.vocabulary import VisitState

# What the line says already, or what only follows from another field.
LEFT_OUT = frozenset({"decided_at", "region_code", "state_note", "illustrative", "seed_key", "sent_sha256"})
LEFT_OUT_OF_MERGED = frozenset({"version", "created_at", "updated_at", "logged_by_id", "decided_by_id", "client_id"})
MOST_MERGED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One line of a visit's history; ``note`` is what the township said, ``merged`` that it tells of a record merged in."""

    line: AuditLine
    note: str
    merged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The versions of a visit, the latest first; ``asked_again`` says that it was changed after somebody had decided."""

    versions: Sequence[Version]
    asked_again: bool


def history_of(actor: Actor, visit_id: int) -> History:
    """The history of a visit in scope, with that of each record that was merged into it."""
    seen = select(Visit.id).where(Visit.id == visit_id, scope(actor, Visit))
    rows = _rows(AuditEntry.subject_id.in_(seen))
    known, latest = {visit_id}, rows
    while (further := _merged_in(latest) - known) and len(known) < MOST_MERGED:
        known |= further
        latest = _rows(AuditEntry.subject_id.in_(further))
        rows = [*rows, *latest]
    rows.sort(key=lambda row: row["id"], reverse=True)
    lines = told([{**row, "changes": _worth_telling(row["changes"])} for row in rows])
    versions = [
        Version(line=line, note=_note(row["changes"]), merged=row["subject_id"] != visit_id)
        for row, line in zip(rows, lines, strict=True)
    ]
    own = [row["changes"] for row in rows if row["subject_id"] == visit_id]
    return History(versions=versions, asked_again=bool(own) and _asked_again(own))


def changed_since_decided(visit_ids: Iterable[int]) -> frozenset[int]:
    """Of a few waiting visits those that somebody had decided on before they were changed."""
    amended = select(AuditEntry.subject_id, AuditEntry.changes).where(
        AuditEntry.subject == Visit.__tablename__,
        AuditEntry.subject_id.in_(list(visit_ids)),
        AuditEntry.action == "visits.amend",
    )
    return frozenset(row.subject_id for row in db.session.execute(amended) if _asks(row.changes))


def _rows(condition: Any) -> list[dict[str, Any]]:
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
    labelled = [column.label(key) for key, column in columns.items()]
    statement = select(*labelled).where(AuditEntry.subject == Visit.__tablename__, condition)
    return [dict(row) for row in db.session.execute(statement).mappings()]


def _merged_in(rows: Iterable[Mapping[str, Any]]) -> set[int]:
    pairs = [row["changes"].get("merged_id") for row in rows]
    return {pair[1] for pair in pairs if pair}


def _worth_telling(changes: Mapping[str, Any]) -> dict[str, Any]:
    left_out = LEFT_OUT | LEFT_OUT_OF_MERGED if "merged_into_id" in changes else LEFT_OUT
    return {key: value for key, value in changes.items() if key not in left_out}


def _note(changes: Mapping[str, Any]) -> str:
    pair = changes.get("state_note") or (None, "")
    return str(pair[1] or "")


def _asks(changes: Mapping[str, Any]) -> bool:
    before, after = changes.get("state") or (None, None)
    return before is not None and after == VisitState.WAITING


def _asked_again(changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the last word on the state, the changes being the latest first, was a change that asks anew."""
    last = next((one for one in changes if one.get("state")), {})
    return _asks(last)
