"""Files that wait for a yes: sent once, looked at, then used or forgotten; each is its sender's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_

from commissioner.access import Actor, visible
from commissioner.domain.changes import change
from commissioner.models import StagedFile, db
from commissioner.models.base import now
from commissioner.problems import NotFound

KEPT_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A file with what was said about it when it was sent."""

    id: int
    file_name: str
    told: Mapping[str, Any]
    content: bytes


def stage(actor: Actor, purpose: str, file_name: str, content: bytes, told: Mapping[str, Any]) -> int:
    """Keep a file until its sender says yes; an earlier one for the same purpose, and everybody's old ones, go."""
    with change(actor, f"{purpose}.stage") as entry:
        entry.silent = True  # nothing of the programme has changed yet
        old = StagedFile.sent_at < now() - timedelta(hours=KEPT_HOURS)
        own = (StagedFile.account_id == actor.account_id) & (StagedFile.purpose == purpose)
        db.session.execute(delete(StagedFile).where(or_(old, own)))
        row = StagedFile(
            account_id=actor.account_id, purpose=purpose, file_name=file_name[-200:], told=dict(told), content=content
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def staged(actor: Actor, purpose: str, file_id: int) -> Staged:
    """The file, if it is this actor's own and still there."""
    found = visible(actor, StagedFile).where(StagedFile.id == file_id, StagedFile.purpose == purpose)
    row = db.session.execute(found).scalar_one_or_none()
    if row is None:
        raise NotFound
    return Staged(id=row.id, file_name=row.file_name, told=row.told, content=row.content)


def unstage(file_id: int) -> None:
    """Forget a file that was used; inside the change that used it."""
    db.session.execute(delete(StagedFile).where(StagedFile.id == file_id))
