"""Sums that the map reads where plain counting would be too slow, and the marks that say which of them are stale.

They are kept by triggers of the database, so that no way to write a visit or a place can forget them: each write leaves
a mark beside the row, in its own transaction and without waiting for anybody. ``domain.map_sums`` works out anew what is
marked before it reads. Nothing is marked until somebody has asked for sums (``kept_sums`` has a row then).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, String, text
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import Base, Instant, Key

TOWNSHIP_DIGITS = 9


class KeptSums(Base):
    """That sums are kept at all, and since when."""

    __tablename__ = "kept_sums"

    id: Mapped[Key]
    since: Mapped[Instant]


class StaleSum(Base):
    """A mark: the sums of a township in this span of days are to be worked out anew."""

    __tablename__ = "stale_sums"

    id: Mapped[Key]
    township: Mapped[str] = mapped_column(String(TOWNSHIP_DIGITS))
    first_on: Mapped[date]
    last_on: Mapped[date]


class TownshipSum(Base):
    """A township (or what is recorded of a county as a whole): where it stands, from 0 to 1, and its villages."""

    __tablename__ = "township_sums"

    township: Mapped[str] = mapped_column(String(TOWNSHIP_DIGITS), primary_key=True)
    x: Mapped[float | None]
    y: Mapped[float | None]
    villages: Mapped[int]


class MonthSum(Base):
    """From 1 January to the end of a month: a township's visits, and its villages visited by service that counts."""

    __tablename__ = "month_sums"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 202206
    township: Mapped[str] = mapped_column(String(TOWNSHIP_DIGITS), primary_key=True)
    visits: Mapped[int]
    villages_confirmed: Mapped[int]
    villages_unrejected: Mapped[int]


ALWAYS = ("0001-01-01", "9999-12-31")
WATCHED = {
    "visits": ("place_id", "region_code", "starts_on", "state", "kind"),
    "places": ("region_code", "level", "state", "latitude_deg", "longitude_deg"),
}
NEW_MARK = "INSERT INTO stale_sums (township, first_on, last_on)"
EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def keep_marks(connection: Connection) -> None:
    """Make the triggers, or make them anew: a table that a migration rebuilt has lost its own."""
    for statement in _sqlite() if connection.dialect.name == "sqlite" else _postgresql():
        connection.execute(text(statement))


def drop_marks(connection: Connection) -> None:
    """Take the triggers away."""
    lite = connection.dialect.name == "sqlite"
    for table in WATCHED:
        for event in EVENTS:
            on = "" if lite else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {_name(table, event)}{on}"))
        if not lite:
            connection.execute(text(f"DROP FUNCTION IF EXISTS mark_{table}_stale()"))


def _name(table: str, event: str) -> str:
    return f"mark_{table}_{event.lower()}"


def _sqlite() -> list[str]:
    """A mark for each row; a change of a column that no sum reads leaves none."""
    statements = []
    for table, columns in WATCHED.items():
        for event, rows in EVENTS.items():
            watched = f" OF {', '.join(columns)}" if event == "UPDATE" else ""
            marks = "".join(f"{NEW_MARK} VALUES ({_township(one)}, {_days_of_row(table, one)}); " for one in rows)
            begun = f"CREATE TRIGGER {_name(table, event)} AFTER {event}{watched} ON {table} "
            kept = "WHEN EXISTS (SELECT 1 FROM kept_sums)"
            statements += [f"DROP TRIGGER IF EXISTS {_name(table, event)}", f"{begun}{kept} BEGIN {marks}END"]
    return statements


def _township(row: str) -> str:
    return f"substr({row}.region_code, 1, {TOWNSHIP_DIGITS})"


def _days_of_row(table: str, row: str) -> str:
    if table == "places":
        return f"'{ALWAYS[0]}', '{ALWAYS[1]}'"
    return f"strftime('%Y-01-01', {row}.starts_on), strftime('%Y-12-31', {row}.starts_on)"


def _postgresql() -> list[str]:
    """One mark for all rows of a statement that share a township and a year."""
    statements = []
    for table in WATCHED:
        marks = "".join(_marks_of_rows(table, other, rows) for other, rows in (("DELETE", "NEW"), ("INSERT", "OLD")))
        body = f"BEGIN IF EXISTS (SELECT 1 FROM kept_sums) THEN {marks}END IF; RETURN NULL; END"
        made = f"CREATE OR REPLACE FUNCTION mark_{table}_stale() RETURNS trigger LANGUAGE plpgsql"
        statements.append(f"{made} AS $$ {body} $$")
        for event, rows in EVENTS.items():
            seen = " ".join(f"{one} TABLE AS {one.lower()}_rows" for one in rows)
            begun = f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} REFERENCING {seen}"
            statements += [
                f"DROP TRIGGER IF EXISTS {_name(table, event)} ON {table}",
                f"{begun} FOR EACH STATEMENT EXECUTE FUNCTION mark_{table}_stale()",
            ]
    return statements


def _marks_of_rows(table: str, other: str, rows: str) -> str:
    columns = f"{_township('one')}, {_days_of_rows(table)}"
    chosen = f"SELECT DISTINCT {columns} FROM {rows.lower()}_rows one"
    return f"IF TG_OP <> '{other}' THEN {NEW_MARK} {chosen}; END IF; "


def _days_of_rows(table: str) -> str:
    if table == "places":
        return f"DATE '{ALWAYS[0]}', DATE '{ALWAYS[1]}'"
    year = "date_part('year', one.starts_on)::int"
    return f"make_date({year}, 1, 1), make_date({year}, 12, 31)"
