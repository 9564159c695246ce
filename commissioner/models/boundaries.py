"""Boundaries that an administrator imported, where they came from, and files that wait for a yes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import Base, Instant, Key, Name, RegionCode, Short, now, points_to
from commissioner.vocabulary import Datum, PlaceLevel


class BoundaryImport(Base):
    """One import: which level, from which source, under which licence, in which datum it was written."""

    __tablename__ = "boundary_imports"

    id: Mapped[Key]
    region_code: Mapped[RegionCode]
    level: Mapped[PlaceLevel]
    datum: Mapped[Datum]
    source: Mapped[Name]
    licence: Mapped[Name]
    file_name: Mapped[Short]
    imported_at: Mapped[Instant] = mapped_column(default=now)


class Boundary(Base):
    """The border of a place in WGS-84, as WKB: whole, and simplified for drawing. A place has one."""

    __tablename__ = "boundaries"

    id: Mapped[Key]
    import_id: Mapped[int] = points_to("boundary_imports.id", ondelete="CASCADE")
    place_id: Mapped[int]
    region_code: Mapped[RegionCode]
    level: Mapped[PlaceLevel]
    area_km2: Mapped[float]
    vertices: Mapped[int]
    whole: Mapped[bytes] = mapped_column(LargeBinary)
    drawn: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("place_id"),
        # A border follows its place: recoded with it, gone with it.
        ForeignKeyConstraint(
            ["place_id", "region_code"], ["places.id", "places.region_code"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        CheckConstraint("area_km2 > 0", name="area_is_positive"),
    )


class StagedFile(Base):
    """A file that was sent and looked at, until its sender says yes or sends another; one for each purpose, swept when old."""

    __tablename__ = "staged_files"

    id: Mapped[Key]
    account_id: Mapped[int] = points_to("accounts.id", ondelete="CASCADE")
    purpose: Mapped[Short]
    file_name: Mapped[Short]
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[Instant] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("account_id", "purpose"),)
