"""Places from province to village, their tags, and what happened to them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import Base, Key, Name, Prose, Provenance, RegionCode, Short, Stamped, points_to
from commissioner.vocabulary import CoordinateSource, PlaceEventKind, PlaceLevel, PlaceState, PlaceTag

A_POINT_IS_WHOLE = "(latitude_deg IS NULL) = (longitude_deg IS NULL)"
A_POINT_IS_ON_EARTH = "latitude_deg BETWEEN -90 AND 90 AND longitude_deg BETWEEN -180 AND 180"


class Place(Provenance, Stamped, Base):
    """A division of the country. ``code`` is the official one, if any; ``region_code`` is what scope reads, always there."""

    __tablename__ = "places"

    id: Mapped[Key]
    code: Mapped[str | None] = mapped_column(String(12), unique=True)
    region_code: Mapped[RegionCode]
    level: Mapped[PlaceLevel]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="RESTRICT"), index=True)
    name: Mapped[Name]
    pinyin: Mapped[Short]
    initials: Mapped[Short]
    latitude_deg: Mapped[float | None]
    longitude_deg: Mapped[float | None]
    coordinate_source: Mapped[CoordinateSource | None]
    accuracy_m: Mapped[int | None]
    state: Mapped[PlaceState] = mapped_column(default=PlaceState.CURRENT)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="RESTRICT"), index=True)

    __table_args__ = (
        UniqueConstraint("id", "region_code"),
        CheckConstraint("length(region_code) = 12", name="region_code_has_12_digits"),
        CheckConstraint(A_POINT_IS_WHOLE, name="point_is_whole"),
        CheckConstraint(A_POINT_IS_ON_EARTH, name="point_is_on_earth"),
        CheckConstraint("accuracy_m >= 0", name="accuracy_not_negative"),
        Index("ix_places_level_region_code", "level", "region_code"),
        Index("ix_places_longitude_deg_latitude_deg", "longitude_deg", "latitude_deg"),
    )


class PlaceTagging(Base):
    """A tag that a place carries."""

    __tablename__ = "place_taggings"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[PlaceTag] = mapped_column(primary_key=True)


class PlaceEvent(Base):
    """A renaming, merging or closing, with the name until then."""

    __tablename__ = "place_events"

    id: Mapped[Key]
    place_id: Mapped[int] = points_to("places.id")
    kind: Mapped[PlaceEventKind]
    happened_on: Mapped[date]
    former_name: Mapped[Name]
    note: Mapped[Prose]
