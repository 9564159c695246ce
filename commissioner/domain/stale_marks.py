"""Marks of what is stale, taken in turns: a mark goes and what it stands for is worked out anew, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, text

from commissioner.models import db
from commissioner.models.engine import WRITING

ONE_AT_A_TIME = 0x6D6170  # PostgreSQL's lock for whoever works the sums out: "map"
# Townships, or people, of one turn. SQLite lets one write at a time: whoever logs a visit gets in between two turns.
MOST_AT_ONCE = {"sqlite": 8, "postgresql": 3_000}

Work = Callable[[Connection, Sequence[Any]], None]


def writing() -> Connection:
    """A connection whose transactions write."""
    return db.engine.connect().execution_options(**{WRITING: True})


def in_turns(marks: Any, what: Any, last: int, work: Work) -> None:
    """Have ``work`` do what the marks up to ``last`` stand for; all marks of one ``what`` (a column of theirs) come together.

    What is marked meanwhile is for the next reader: busy loggers would keep this one for ever.
    """
    while _turn(marks, what, last, work):
        pass


def _turn(marks: Any, what: Any, last: int, work: Work) -> bool:
    """Some of it; whether there may be more. The marks are taken away first: what they stand for was written before."""
    with writing() as connection, connection.begin():
        dialect = connection.dialect.name
        if dialect == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        due = marks.c.id <= last
        some = select(what).where(due).group_by(what).order_by(func.min(marks.c.id)).limit(MOST_AT_ONCE[dialect])
        taking = delete(marks).where(due, what.in_(some)).returning(what, marks.c.first_on, marks.c.last_on)
        taken = connection.execute(taking).all()
        if taken:
            work(connection, taken)
        more = len({one[0] for one in taken}) == MOST_AT_ONCE[dialect]
        if more and dialect == "postgresql":
            connection.execute(text("ANALYZE township_sums, month_sums, region_sums, person_sums"))
        return more
