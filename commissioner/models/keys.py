"""Keys handed out before the rows are written, so that rows and what points to them go in with one statement a table."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text

from commissioner.models.accounts import AuditEntry
from commissioner.models.base import table_of

NEXT_OF_SEQUENCE = text("SELECT nextval(:sequence) FROM generate_series(1, :count)")


def reserve_keys(connection: Connection, table: Table, count: int) -> list[int]:
    """``count`` keys that nobody else will use, ascending; call it inside a writing transaction."""
    if connection.dialect.name == "postgresql":
        asked = {"sequence": f"{table.name}_id_seq", "count": count}
        return sorted(connection.execute(NEXT_OF_SEQUENCE, asked).scalars())
    # The write lock is held: nobody adds meanwhile. A key that the audit tells of is not given to another row.
    audit = table_of(AuditEntry)
    told = select(func.max(audit.c.subject_id)).where(audit.c.subject == table.name).scalar_subquery()
    highest = connection.execute(select(func.max(table.c.id), told)).one()
    first = max(one or 0 for one in highest) + 1
    return list(range(first, first + count))
