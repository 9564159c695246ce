"""Writers of one SQLite file take turns: asleep until it is theirs, where SQLite alone would look again and again.

SQLite's own waiting polls with growing pauses of up to a tenth of a second, so that with eight writers some are passed
over many times. A lock on a file beside the database wakes the next one at once, whichever process it is in; SQLite's
lock stays what guards the data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows waits SQLite's way
    fcntl = None  # type: ignore[assignment]

FILE, HELD = "turn_file", "turn_held"


def stand_in_line(database: str, record: Any) -> None:
    """Open the file of turns for a new connection; a database in memory has none."""
    if fcntl is not None and database and database != ":memory:":
        record.info[FILE] = Path(f"{database}.turn").open("wb")  # noqa: SIM115 - open as long as the connection


def take_turn(info: dict[str, Any]) -> None:
    """Sleep until no other writer is at work."""
    if FILE in info:
        fcntl.flock(info[FILE], fcntl.LOCK_EX)
        info[HELD] = True


def leave(info: dict[str, Any]) -> None:
    """Let the next one in, if it was our turn."""
    if info.pop(HELD, False):
        fcntl.flock(info[FILE], fcntl.LOCK_UN)


def go_home(info: dict[str, Any]) -> None:
    """Close the file with the connection."""
    if FILE in info:
        info.pop(FILE).close()
