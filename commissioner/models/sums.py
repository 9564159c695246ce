"""Sums that the map and the dashboard read where plain counting would be too slow, and the marks that say which are stale.

They are kept by triggers of the database, so that no way to write a visit or a place can forget them: each write leaves
a mark beside the row, in its own transaction and without waiting for anybody. ``domain.map_sums`` works out anew what is
marked before it reads. Nothing is marked until somebody has asked for sums (``kept_sums`` has a row then).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import Base, Instant, Key

TOWNSHIP_DIGITS = 9
LARGEST_REGION_DIGITS = 6


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


class StalePerson(Base):
    """A mark: a commissioner's service days in this span are to be worked out anew."""

    __tablename__ = "stale_people"

    id: Mapped[Key]
    commissioner_id: Mapped[int]
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
    """From 1 January to the end of a month: a township's visits, those of service that count, and its villages with such."""

    __tablename__ = "month_sums"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 202206
    township: Mapped[str] = mapped_column(String(TOWNSHIP_DIGITS), primary_key=True)
    visits: Mapped[int]
    villages_confirmed: Mapped[int]
    villages_unrejected: Mapped[int]
    services_confirmed: Mapped[int]
    services_unrejected: Mapped[int]

    __table_args__ = (Index("ix_month_sums_township_month", "township", "month"),)


class RegionSum(Base):
    """From 1 January to the end of a month: the visits of a county, a city, a province or, as the empty code, everywhere."""

    __tablename__ = "region_sums"

    region: Mapped[str] = mapped_column(String(LARGEST_REGION_DIGITS), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    visits: Mapped[int]
    services_confirmed: Mapped[int]
    services_unrejected: Mapped[int]


class PersonSum(Base):
    """A commissioner's service days of a year in a county, a city, a province and everywhere: each date once in each.

    One person's dates in two regions may be the same day, so that no region is the sum of its parts; but it is the sum
    of its people.
    """

    __tablename__ = "person_sums"

    region: Mapped[str] = mapped_column(String(LARGEST_REGION_DIGITS), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commissioner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    days_confirmed: Mapped[int]
    days_unrejected: Mapped[int]


ALWAYS = ("0001-01-01", "9999-12-31")
# What is read of each table; of the links between visits and commissioners, all.
WATCHED = {
    "visits": ("place_id", "region_code", "starts_on", "ends_on", "state", "kind"),
    "places": ("region_code", "level", "state", "latitude_deg", "longitude_deg"),
    "visit_commissioners": ("visit_id", "commissioner_id"),
}
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
    """Marks for each row; a change of a column that no sum reads leaves none."""
    statements = []
    for table, columns in WATCHED.items():
        for event, rows in EVENTS.items():
            watched = f" OF {', '.join(columns)}" if event == "UPDATE" else ""
            marks = "".join(f"{mark}; " for row in rows for mark in _marks(table, event, row, lite=True))
            begun = f"CREATE TRIGGER {_name(table, event)} AFTER {event}{watched} ON {table} "
            kept = "WHEN EXISTS (SELECT 1 FROM kept_sums)"
            statements += [f"DROP TRIGGER IF EXISTS {_name(table, event)}", f"{begun}{kept} BEGIN {marks}END"]
    return statements


def _postgresql() -> list[str]:
    """One mark for all rows of a statement that share a township, or a person, and a year."""
    statements = []
    for table in WATCHED:
        marks = "".join(
            f"IF TG_OP = '{event}' THEN {mark}; END IF; "
            for event, rows in EVENTS.items()
            for row in rows
            for mark in _marks(table, event, row, lite=False)
        )
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


def _marks(table: str, event: str, row: str, *, lite: bool) -> list[str]:
    """The marks that one row leaves on SQLite, all rows of a statement on PostgreSQL: of its township, of its people."""
    one, source = (row, "(SELECT 1)") if lite else ("one", f"{row.lower()}_rows one")
    people = "INSERT INTO stale_people (commissioner_id, first_on, last_on) SELECT DISTINCT"
    if table == "visit_commissioners":
        # A visit that is deleted takes its links along: its days are not known any more, so that all are stale.
        joined = f"{source} LEFT JOIN visits v ON v.id = {one}.visit_id"
        return [f"{people} {one}.commissioner_id, {_years('v.starts_on', 'v.ends_on', lite=lite)} FROM {joined}"]
    years = _years(f"{one}.starts_on", f"{one}.starts_on", lite=lite) if table == "visits" else _always(lite=lite)
    township = f"substr({one}.region_code, 1, {TOWNSHIP_DIGITS})"
    marks = [f"INSERT INTO stale_sums (township, first_on, last_on) SELECT DISTINCT {township}, {years} FROM {source}"]
    if (table, event) == ("visits", "UPDATE"):  # a new visit has no people yet, and one that goes loses them first
        linked = f"{source} JOIN visit_commissioners c ON c.visit_id = {one}.id"
        stay = _years(f"{one}.starts_on", f"{one}.ends_on", lite=lite)
        marks.append(f"{people} c.commissioner_id, {stay} FROM {linked}")
    return marks


def _years(first: str, last: str, *, lite: bool) -> str:
    """From 1 January of one day's year to 31 December of another's; for no days, always."""
    if lite:
        since, until = f"strftime('%Y-01-01', {first})", f"strftime('%Y-12-31', {last})"
    else:
        since = f"make_date(date_part('year', {first})::int, 1, 1)"
        until = f"make_date(date_part('year', {last})::int, 12, 31)"
    return f"coalesce({since}, {_day(ALWAYS[0], lite=lite)}), coalesce({until}, {_day(ALWAYS[1], lite=lite)})"


def _always(*, lite: bool) -> str:
    return f"{_day(ALWAYS[0], lite=lite)}, {_day(ALWAYS[1], lite=lite)}"


def _day(day: str, *, lite: bool) -> str:
    return f"'{day}'" if lite else f"DATE '{day}'"
