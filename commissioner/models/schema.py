"""Bring a database's tables to this release, and tell whether they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from commissioner.models.sums import keep_marks

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Run every migration that the database lacks, all or nothing."""
    with _keys_at_rest(engine) as connection:
        command.upgrade(_config(connection), "head")
        keep_marks(connection)


@contextmanager
def _keys_at_rest(engine: Engine) -> Iterator[Connection]:
    """A transaction in which a table may be made anew: on SQLite its rows' dependants would go with the old one.

    Keys are looked over before it is committed.
    """
    lite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if lite:  # before the transaction: inside one the pragma does nothing
            raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if lite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"rows would point to nothing: {broken[:5]}")
        finally:
            if lite:
                raw.execute("PRAGMA foreign_keys = ON")


def revision_of(engine: Engine) -> str | None:
    """The revision the database stands at, or nothing for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The revision of this release."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_current(engine: Engine) -> bool:
    """Whether the database has every table of this release as it should be."""
    return revision_of(engine) == head()
