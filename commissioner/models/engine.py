"""The engine's manners on both databases: how a connection starts and how a writing transaction begins."""

from __future__ import annotations

import math
import sqlite3
import time
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

BUSY_TIMEOUT_MS = 10_000
LONGEST_WAIT_S = 10.0
PAUSE_S = 0.001
WRITING = "commissioner_writing"
RESTING_SINCE = "commissioner_resting_since"
TRUSTED_REST_S = 5.0


def engine_options(url: str) -> dict[str, Any]:
    """Pool options for ``url``."""
    if url.startswith("sqlite"):
        return {"pool_size": 16, "max_overflow": 16, "json_serializer": _json}
    # Compiling a query costs more than any page's query takes; and nobody waits for a lock longer than on SQLite.
    # A plan that is made for any region is good for none: for a nation it took minutes instead of milliseconds.
    manners = f"-c jit=off -c plan_cache_mode=force_custom_plan -c lock_timeout={round(LONGEST_WAIT_S * 1000)}"
    return {"pool_size": 8, "max_overflow": 8, "connect_args": {"options": manners}, "json_serializer": _json}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def teach_manners(engine: Engine) -> None:
    """Hook connection and transaction start once per engine (see design.md, "Every write, on both databases")."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _ask_if_rested)
        return
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _note_rest(_connection: Any, record: Any) -> None:
    record.info[RESTING_SINCE] = time.monotonic()


def _ask_if_rested(connection: Any, record: Any, _proxy: Any) -> None:
    # Asking each time costs a busy door a fifth of its work; a server that went away meanwhile is noticed all the same.
    if time.monotonic() - record.info.get(RESTING_SINCE, math.inf) < TRUSTED_REST_S:
        return
    try:
        connection.execute("")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # pysqlite's own BEGIN comes too late and lets savepoints outlive a rollback: SQLAlchemy emits it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: an acknowledged visit must survive a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -16000")
    # Copying the log back every 4 MB made each hundredth visit wait; 32 MB cost a second at the next start, no more.
    cursor.execute("PRAGMA wal_autocheckpoint = 8000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE, because a transaction that reads and then writes would fail instead of waiting its turn.
    if not connection.get_execution_options().get(WRITING, False):
        connection.exec_driver_sql("BEGIN")
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA busy_timeout = 0")
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not _begun(raw) and time.monotonic() < deadline:
        time.sleep(PAUSE_S)
    try:
        if not raw.in_transaction:
            # Once more, so that a refusal is told as SQLAlchemy tells every other.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _begun(raw: Any) -> bool:
    """Whether the write lock was got. SQLite's own waiting pauses up to 0.1 s, which starves some of eight writers."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        # Anything else than waiting (disk full, no permission) is no better a millisecond later.
        return "locked" not in str(error)
    return True
