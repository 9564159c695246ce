"""Photos of a need: seen with it, added and removed by those who may still word it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.needs import NEEDS, may_amend
from commissioner.domain.photo_albums import Album
from commissioner.domain.records import find_row
from commissioner.models import Need, NeedPhoto, db


def _may_add(actor: Actor, need_id: int) -> bool:
    state = db.session.scalar(select(Need.state).where(Need.id == need_id, scope(actor, Need)))
    return state is not None and may_amend(actor, state)


def _hold(actor: Actor, need_id: int) -> Any:
    return find_row(actor, NEEDS, need_id, lock=True)


NEED_ALBUM = Album(model=NeedPhoto, owner="need_id", subject="needs", hold=_hold, may_add=_may_add)
