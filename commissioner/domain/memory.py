"""The latest few answers of this process, each true for one state of the records."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from commissioner.models import db

Kept = TypeVar("Kept")


class Memory:
    """Keeps at most ``most`` answers; their keys begin with the state of the records that they are true for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Any, ...], make: Callable[[], Kept]) -> Kept:
        """What is kept under ``key``, else what ``make`` makes."""
        full = (str(db.engine.url), *key)
        with self._lock:
            if full in self._kept:
                self._kept.move_to_end(full)
                kept: Kept = self._kept[full]
                return kept
        made = make()
        with self._lock:
            self._kept[full] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
