"""The state of the records that an answer is true for: what is kept in mind is kept under it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from commissioner.access import Actor
from commissioner.domain import map_counts
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_rows import village_after
from commissioner.domain.memory import Memory
from commissioner.models import AuditEntry, KeptSums, db
from commissioner.units import today

RECENT_CHANGES = 200
MOST_KEPT = 64
# Where visits pour in, a crowded region is not counted anew for every look: what others write is seen this much later.
CALM_S = 3.0

Version = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapState:
    """The state of the records, whether an actor's region has too many villages to name each, and whether sums are kept."""

    version: Version
    crowded: bool
    sums_kept: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A state, when it was asked for, and the last change that each account had made by then."""

    at_s: float
    state: MapState
    own: Mapping[int | None, int]


_seen = Memory(MOST_KEPT)


def data_version() -> Version:
    """What every change moves: the last audit lines. Their sum too, since a slow transaction may add an earlier line."""
    row = db.session.execute(_recent()).one()
    return int(row[0] or 0), int(row[1] or 0)


def _recent() -> Select[Any]:
    recent = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(RECENT_CHANGES).subquery()
    return select(func.max(recent.c.id), func.sum(recent.c.id))


def map_state(actor: Actor) -> MapState:
    """What every change moves, and whether there are too many villages to name each: asked together.

    In a crowded region it moves every few seconds, and at once for who has changed something.
    """
    anywhere = village_after(actor, MapAsk(on=today()), map_counts.MOST_POINTS).scalar_subquery()
    own = select(func.max(AuditEntry.id)).where(AuditEntry.account_id == actor.account_id).scalar_subquery()
    kept = select(KeptSums.id).scalar_subquery().is_not(None).label("kept")
    asked = _recent().add_columns(anywhere.is_not(None).label("crowded"), own.label("own"), kept)
    row: Any = db.session.execute(asked).one()
    version = int(row[0] or 0), int(row[1] or 0)
    state = MapState(version=version, crowded=bool(row.crowded), sums_kept=bool(row.kept))
    return _calmly(actor, state, row.own or 0) if state.crowded else state


def _calmly(actor: Actor, newest: MapState, own: int) -> MapState:
    """The state that was last told in the actor's scope, if it is young and holds all that the actor has done."""
    key, account = (str(db.engine.url), actor.scope_key), actor.account_id
    seen: Seen | None = _seen.peek(key)
    young = seen is not None and time.monotonic() - seen.at_s < CALM_S
    if seen is not None and young and seen.own.get(account) == own:
        return seen.state
    before = seen.own if seen is not None and young else {}
    _seen.keep(key, Seen(time.monotonic(), newest, {**before, account: own}))
    return newest
