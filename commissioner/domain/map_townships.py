"""The townships of a crowded region in mind: read once, kept up with what is written, looked at through any window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from commissioner.access import Actor
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_changes import Known, moved_since
from commissioner.domain.map_counts import SUMMED, by_township, sums_can_answer
from commissioner.domain.map_rows import Townships
from commissioner.domain.map_states import MapState
from commissioner.domain.map_sums import TOWNSHIP_DIGITS, bring_up_to_date
from commissioner.domain.map_viewport import Viewport
from commissioner.domain.memory import Memory
from commissioner.models import db
from commissioner.units import today

MOST_KEPT = 16  # a nation's 42,500 townships take 4 MB
MOST_MOVED = 300  # from here on reading all of them is no slower


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipsOnMap:
    """In columns, by code: where each stands (from 0 to 1 of the world, or nowhere) and what is counted in it."""

    codes: NDArray[np.str_]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was read last: in which state of the records, and which changes are counted in it."""

    state: MapState
    known: Known
    townships: TownshipsOnMap


_kept = Memory(MOST_KEPT)


def townships_on_map(actor: Actor, ask: MapAsk, state: MapState) -> TownshipsOnMap:
    """What is counted in each; read once, and after a change again only where it can have moved something."""
    key = (str(db.engine.url), today(), actor.scope_key, ask)
    kept: Kept | None = _kept.peek(key)
    if kept is None or kept.state != state:
        kept = _read_first(actor, ask, state) if kept is None else _moved_on(actor, ask, state, kept)
        _kept.keep(key, kept)
    return kept.townships


def _read_first(actor: Actor, ask: MapAsk, state: MapState) -> Kept:
    if sums_can_answer(actor, ask):
        bring_up_to_date(state.version)
    return Kept(state=state, known=Known(*state.version), townships=read_townships(actor, ask))


def _moved_on(actor: Actor, ask: MapAsk, state: MapState, kept: Kept) -> Kept:
    """Changes are read before the sums, and sums before what is counted, so that no change is known that is not counted."""
    moved, known = moved_since(kept.known)
    if sums_can_answer(actor, ask):
        bring_up_to_date()
    if moved is None or len(moved) > MOST_MOVED:
        townships = read_townships(actor, ask)
    else:
        some = read_townships(actor, ask, within=Townships(moved)) if moved else None
        townships = _with(kept.townships, some) if some else kept.townships
    return Kept(state=state, known=known, townships=townships)


def _with(townships: TownshipsOnMap, moved: TownshipsOnMap) -> TownshipsOnMap:
    """The same with other counts for some: a visit moves no township, and makes none."""
    at = np.searchsorted(townships.codes, moved.codes)
    counts = {key: column.copy() for key, column in townships.counts.items()}
    for key, column in moved.counts.items():
        counts[key][at] = column
    return replace(townships, counts=counts)


def read_townships(
    actor: Actor, ask: MapAsk, *, plainly: bool = False, within: Townships | None = None
) -> TownshipsOnMap:
    """The same from the database: by the kept sums where they can answer, or ``plainly`` counted."""
    of = by_township(actor, ask, plainly=plainly, within=within).subquery()
    rows = db.session.execute(of.select().order_by(of.c.township)).all()
    return TownshipsOnMap(
        codes=np.array([row.township for row in rows], dtype=f"U{TOWNSHIP_DIGITS}"),
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
    firsts = townships.codes[seen[begins]].tolist()
    return [
        Cell(first=first, **dict(zip(columns, row, strict=True))) for first, row in zip(firsts, values, strict=True)
    ]
