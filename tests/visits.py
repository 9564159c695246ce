"""What the stories of visits ask again and again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from commissioner.access import Actor
from commissioner.domain.visit_drafts import VisitDraft
from commissioner.domain.visit_log import record_visit
from commissioner.models import AuditEntry, Visit, db
from commissioner.problems import Invalid, Problem


def stored(visit_id: int) -> Visit:
    """The visit as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Visit, visit_id)


def lines_about(visit_id: int) -> list[AuditEntry]:
    """What the audit tells of a visit, in order."""
    db.session.rollback()
    told = select(AuditEntry).where(AuditEntry.subject == "visits", AuditEntry.subject_id == visit_id)
    return list(db.session.scalars(told.order_by(AuditEntry.id)))


def faults_of(actor: Actor, draft: VisitDraft) -> set[str]:
    """The fields that are refused; nothing may have been written."""
    before = db.session.scalar(select(func.count(Visit.id)))
    with pytest.raises(Invalid) as refused:
        record_visit(actor, draft)
    assert db.session.scalar(select(func.count(Visit.id))) == before
    assert all(isinstance(fault, Problem | str) and str(fault) for fault in refused.value.fields.values())
    return set(refused.value.fields)
