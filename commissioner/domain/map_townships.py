"""The townships of a crowded region in mind: read once for a state of the records, then looked at through any window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commissioner.access import Actor
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_counts import SUMMED, by_township, sums_can_answer
from commissioner.domain.map_states import MapState
from commissioner.domain.map_sums import bring_up_to_date
from commissioner.domain.map_viewport import Viewport
from commissioner.domain.memory import Memory
from commissioner.models import db
from commissioner.units import today

MOST_KEPT = 16  # a nation's 42,500 townships take 3 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipsOnMap:
    """In columns, by code: where each stands (from 0 to 1 of the world) and what is counted in it."""

    codes: Sequence[str]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    counts: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Townships side by side, told as one: how many, the first of them, their middle and their edges, and their sums."""

    townships: int
    first: str
    x: float
    y: float
    left: float
    right: float
    top: float
    bottom: float
    villages: int
    served: int
    visits: int
    posted: int


_kept = Memory(MOST_KEPT)


def townships_on_map(actor: Actor, ask: MapAsk, state: MapState) -> TownshipsOnMap:
    """Those that have a point, with what is counted; from memory as long as no record has changed since ``state``."""
    key = (state, today(), actor.scope_key, ask)
    return _kept.get(key, lambda: _brought(actor, ask, state))


def _brought(actor: Actor, ask: MapAsk, state: MapState) -> TownshipsOnMap:
    if sums_can_answer(actor, ask):
        bring_up_to_date(state.version)
    return read_townships(actor, ask)


def read_townships(actor: Actor, ask: MapAsk, *, plainly: bool = False) -> TownshipsOnMap:
    """The same from the database: by the kept sums where they can answer, or ``plainly`` counted."""
    of = by_township(actor, ask, plainly=plainly).subquery()
    rows = db.session.execute(of.select().where(of.c.x.is_not(None)).order_by(of.c.township)).all()
    return TownshipsOnMap(
        codes=[row.township for row in rows],
        x=np.array([row.x for row in rows], dtype=np.float64),
        y=np.array([row.y for row in rows], dtype=np.float64),
        counts={key: np.array([getattr(row, key) for row in rows], dtype=np.int64) for key in SUMMED},
    )


def cells_of(townships: TownshipsOnMap, viewport: Viewport) -> list[Cell]:
    """The cells in sight, each with the townships whose point lies in it; a township is told as a whole."""
    left, top, right, bottom = viewport.box
    x, y = townships.x, townships.y
    seen = np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom))
    if not seen.size:
        return []
    n = viewport.cells_around_the_world
    rows, columns = np.floor(y[seen] * n), np.floor(x[seen] * n)
    # Cell by cell, from north to south and west to east, within a cell by code.
    order = np.lexsort((columns, rows))
    rows, columns, seen = rows[order], columns[order], seen[order]
    begins = np.flatnonzero(np.r_[True, (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])])
    return _cells(townships, seen, begins)


def _cells(townships: TownshipsOnMap, seen: NDArray[np.intp], begins: NDArray[np.intp]) -> list[Cell]:
    x, y = townships.x[seen], townships.y[seen]
    sizes = np.diff(np.r_[begins, seen.size])
    columns = {
        "townships": sizes,
        "x": np.add.reduceat(x, begins) / sizes,
        "y": np.add.reduceat(y, begins) / sizes,
        "left": np.minimum.reduceat(x, begins),
        "right": np.maximum.reduceat(x, begins),
        "top": np.minimum.reduceat(y, begins),
        "bottom": np.maximum.reduceat(y, begins),
        **{key: np.add.reduceat(counts[seen], begins) for key, counts in townships.counts.items()},
    }
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    firsts = (townships.codes[index] for index in seen[begins].tolist())
    return [
        Cell(first=first, **dict(zip(columns, row, strict=True))) for first, row in zip(firsts, values, strict=True)
    ]
