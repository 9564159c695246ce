"""Many rows and what points to them, with one statement a table: keys are handed out before the rows are written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, func, insert, select, text
from sqlalchemy.sql.dml import ReturningInsert

from commissioner.models.accounts import AuditEntry
from commissioner.models.base import table_of

NEXT_OF_SEQUENCE = text("SELECT nextval(:sequence) FROM generate_series(1, :count)")


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write ``rows`` inside a writing transaction; their keys, in order."""
    if len(rows) == 1 and connection.dialect.name == "postgresql":
        # A key that comes back with its row saves a lone visit one journey to the server.
        return [connection.execute(_insert_returning(table), rows[0]).scalar_one()]
    keys = reserve_keys(connection, table, len(rows))
    connection.execute(_insert(table), [{"id": key, **row} for key, row in zip(keys, rows, strict=True)])
    return keys


def reserve_keys(connection: Connection, table: Table, count: int) -> list[int]:
    """``count`` keys that nobody else will use, ascending; call it inside a writing transaction."""
    if connection.dialect.name == "postgresql":
        asked = {"sequence": f"{table.name}_id_seq", "count": count}
        return sorted(connection.execute(NEXT_OF_SEQUENCE, asked).scalars())
    # The write lock is held: nobody adds meanwhile. A key that the audit tells of is not given to another row.
    first = max(one or 0 for one in connection.execute(_highest(table)).one()) + 1
    return list(range(first, first + count))


@lru_cache
def _highest(table: Table) -> Select[Any]:
    audit = table_of(AuditEntry)
    told = select(func.max(audit.c.subject_id)).where(audit.c.subject == table.name).scalar_subquery()
    return select(func.max(table.c.id), told)


@lru_cache
def _insert(table: Table) -> Insert:
    return insert(table)


@lru_cache
def _insert_returning(table: Table) -> ReturningInsert[Any]:
    return insert(table).returning(table.c.id)
