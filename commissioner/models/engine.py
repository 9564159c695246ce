"""The engine's manners on both databases: how a connection starts and how a writing transaction begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from commissioner.models import turns

BUSY_TIMEOUT_MS = 10_000
WRITING = "commissioner_writing"


def engine_options(url: str) -> dict[str, Any]:
    """Pool options for ``url``."""
    if url.startswith("sqlite"):
        return {"pool_size": 16, "max_overflow": 16}
    return {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True}


def teach_manners(engine: Engine) -> None:
    """Hook connection and transaction start once per engine (see design.md, "Every write, on both databases")."""
    if engine.dialect.name != "sqlite":
        return
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", lambda _connection, record: turns.stand_in_line(engine.url.database or "", record))
    event.listen(engine, "begin", _begin_sqlite)
    # When it comes back to the pool, a connection has committed or rolled back.
    event.listen(engine, "checkin", lambda _connection, record: turns.leave(record.info))
    event.listen(engine, "close", lambda _connection, record: turns.go_home(record.info))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # pysqlite's own BEGIN comes too late and lets savepoints outlive a rollback: SQLAlchemy emits it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: an acknowledged visit must survive a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA cache_size = -16000")
    # Copying the log back every 4 MB made each hundredth visit wait; 32 MB cost a second at the next start, no more.
    cursor.execute("PRAGMA wal_autocheckpoint = 8000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE, because a transaction that reads and then writes would fail instead of waiting its turn.
    writing = connection.get_execution_options().get(WRITING, False)
    if writing:
        turns.take_turn(connection.info)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
