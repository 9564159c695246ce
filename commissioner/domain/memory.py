"""What this process keeps in mind: the latest few answers, and rows made ready that are made again one by one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from commissioner.models import db

Kept = TypeVar("Kept")
Row = TypeVar("Row")
# From so many changed rows on, all are read: naming each would cost more.
MANY = 400


class Memory:
    """Keeps at most ``most`` answers; their keys begin with the state of the records that they are true for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Any, ...], make: Callable[[], Kept]) -> Kept:
        """What is kept under ``key``, else what ``make`` makes."""
        full = (str(db.engine.url), *key)
        found = self.peek(full)
        if found is not None:
            kept: Kept = found
            return kept
        made = make()
        self.keep(full, made)
        return made

    def peek(self, full: tuple[Any, ...]) -> Any:
        """What is kept under a whole key, or nothing."""
        with self._lock:
            if full not in self._kept:
                return None
            self._kept.move_to_end(full)
            return self._kept[full]

    def keep(self, full: tuple[Any, ...], made: Any) -> None:
        """Keep ``made`` under a whole key; what was asked for longest ago goes."""
        with self._lock:
            self._kept[full] = made
            self._kept.move_to_end(full)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Ready(Generic[Row]):
    """Rows made ready, by id; the stamp that each was made at; the state of the records they were looked at in."""

    state: Any
    stamps: Mapping[int, Any]
    rows: Mapping[int, Row]


class ReadyRows(Generic[Row]):
    """Rows made ready and kept: after a change only those are made again whose stamp has moved.

    ``make`` takes the ids that are wanted, or nothing for all of them. Stamps are read before rows, so that a row
    which changes between the two is made once too often rather than once too seldom.
    """

    def __init__(self, most: int) -> None:
        self._memory = Memory(most)

    def get(
        self,
        key: tuple[Any, ...],
        state: Any,
        stamps: Callable[[], Mapping[int, Any]],
        make: Callable[[Collection[int] | None], Mapping[int, Row]],
    ) -> Mapping[int, Row]:
        """The rows under ``key`` as they are in ``state``, in the order of their stamps."""
        full = (str(db.engine.url), *key)
        kept: Ready[Row] | None = self._memory.peek(full)
        if kept is None or kept.state != state:
            kept = _refreshed(kept, state, stamps(), make)
            self._memory.keep(full, kept)
        return kept.rows


def _refreshed(
    kept: Ready[Row] | None,
    state: Any,
    stamps: Mapping[int, Any],
    make: Callable[[Collection[int] | None], Mapping[int, Row]],
) -> Ready[Row]:
    old, rows = (kept.stamps, kept.rows) if kept is not None else ({}, {})
    moved = [row_id for row_id, stamp in stamps.items() if old.get(row_id) != stamp]
    if not moved and len(old) == len(stamps):
        return Ready(state, stamps, rows)
    made = make(moved if len(moved) < MANY else None) if moved else {}
    every = {**rows, **made}
    return Ready(state, stamps, {row_id: every[row_id] for row_id in stamps if row_id in every})
