"""The engine's manners on both databases: how a connection starts and how a writing transaction begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

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
    event.listen(engine, "begin", _begin_sqlite)


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
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE, because a transaction that reads and then writes would fail instead of waiting its turn.
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
