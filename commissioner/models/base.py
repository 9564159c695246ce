"""The ground of every table: naming convention, named column ideas, exact decimals and the engine's manners."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from commissioner.vocabulary import Word

REGION_CODE_LENGTH = 12
SHORT_TEXT = 200
LONG_TEXT = 5000

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; SQLite drops the zone, so drop it knowingly."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal kept as a whole number of 10^-decimals, because SQLite's NUMERIC is a float."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, decimals: int = 2) -> None:
        super().__init__()
        self.decimals = decimals

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Refuse digits that would be lost, rather than round in silence."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.decimals)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"more than {self.decimals} decimals: {value}")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The Decimal again, sums included."""
        return None if value is None else Decimal(int(value)).scaleb(-self.decimals)


class Words(TypeDecorator[tuple[Word, ...]]):
    """Several words of one vocabulary in its own order, kept as their values in one text."""

    impl = String(SHORT_TEXT)
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Iterable[Word] | None, dialect: Dialect) -> str:
        """The values, in the order of the vocabulary."""
        chosen = set(value or ())
        return ",".join(word.value for word in self.words if word in chosen)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Word, ...]:
        """The words again; one that this release does not know is left out."""
        known = {word.value: word for word in self.words}
        return tuple(known[part] for part in (value or "").split(",") if part in known)


Key = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(SHORT_TEXT))]
Prose = Annotated[str, mapped_column(Text, default="", server_default="")]
Short = Annotated[str, mapped_column(String(SHORT_TEXT), default="", server_default="")]
RegionCode = Annotated[str, mapped_column(String(REGION_CODE_LENGTH), index=True)]
Fen = Annotated[int, mapped_column(BigInteger)]
Figure = Annotated[Decimal, mapped_column(Scaled(2))]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
Flag = Annotated[bool, mapped_column(default=False, server_default="0")]


def now() -> datetime:
    """The present instant, aware."""
    return datetime.now(UTC)


def _values(words: Any) -> list[str]:
    return [word.value for word in words]


def words_without_check(words: type[Word]) -> Enum:
    """A word stored by value, which the database does not hold to the list of this release."""
    return Enum(words, native_enum=False, length=40, create_constraint=False, values_callable=_values)


class Base(DeclarativeBase):
    """Declarative base: words are stored by value with a named check, instants in UTC."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute as it is
        Word: Enum(
            Word,
            native_enum=False,
            length=40,
            create_constraint=True,
            values_callable=_values,
        ),
        date: Date(),
        datetime: UtcDateTime(),
        Decimal: Scaled(2),
    }


# Flask-SQLAlchemy gives the session and the engine; the models stand on ``Base``, which type checkers can read.
db = SQLAlchemy()


def table_of(model: type[Base]) -> Table:
    """The table of ``model``: where the unit of work has nothing to add, it is addressed itself."""
    return Base.metadata.tables[model.__tablename__]


class Provenance:
    """Where a row came from: its natural key in the seeds, the source's words, and whether it is illustrative."""

    seed_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    source_note: Mapped[Prose]
    illustrative: Mapped[Flag]


class Stamped:
    """When it was made and last changed, and the version that two people at once are told apart by."""

    created_at: Mapped[Instant] = mapped_column(default=now)
    updated_at: Mapped[Instant] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class InPlace:
    """A row that lies in a place; its code is kept beside it so that scope is one range on one index."""

    place_id: Mapped[int] = mapped_column(index=True)
    region_code: Mapped[RegionCode]


def lies_in_place() -> ForeignKeyConstraint:
    """The key that keeps ``region_code`` equal to the place's, also when the place is recoded."""
    return ForeignKeyConstraint(
        ["place_id", "region_code"], ["places.id", "places.region_code"], onupdate="CASCADE", ondelete="RESTRICT"
    )


def points_to(target: str, *, ondelete: str = "RESTRICT") -> Any:
    """A required, indexed foreign key to ``target``."""
    return mapped_column(ForeignKey(target, ondelete=ondelete), index=True)


def may_point_to(target: str) -> Any:
    """An optional, indexed foreign key to ``target``; what it points to cannot be removed meanwhile."""
    return mapped_column(ForeignKey(target, ondelete="RESTRICT"), index=True, nullable=True)


def seldom_points_to(target: str) -> Any:
    """An optional foreign key that most rows leave empty: ``index_of_the_few`` finds the others."""
    return mapped_column(ForeignKey(target, ondelete="RESTRICT"), nullable=True)


def index_of_the_few(table: str, column: str) -> Index:
    """An index of the rows that have ``column``: those without cost nothing when they are written."""
    there = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=there, postgresql_where=there)


def linked(target: str) -> Any:
    """One half of a link table's key; the link goes when either end goes."""
    return mapped_column(ForeignKey(target, ondelete="CASCADE"), primary_key=True, index=True)
