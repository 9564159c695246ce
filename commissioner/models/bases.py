"""Demonstration bases with dated measurements, introductions and trainings."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Figure,
    InPlace,
    Key,
    Name,
    Prose,
    Provenance,
    Short,
    Stamped,
    lies_in_place,
    linked,
    may_point_to,
    points_to,
)
from commissioner.models.places import A_POINT_IS_ON_EARTH, A_POINT_IS_WHOLE
from commissioner.vocabulary import (
    CoordinateSource,
    Industry,
    IntroductionKind,
    MeasurementKind,
    Quantity,
    Unit,
)


class DemonstrationBase(Provenance, Stamped, InPlace, Base):
    """A demonstration base; its size is a ledger of measurements."""

    __tablename__ = "bases"

    id: Mapped[Key]
    name: Mapped[Name]
    industry: Mapped[Industry]
    species: Mapped[Short]
    host_id: Mapped[int | None] = may_point_to("organisations.id")
    founded_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    summary: Mapped[Prose]
    latitude_deg: Mapped[float | None]
    longitude_deg: Mapped[float | None]
    coordinate_source: Mapped[CoordinateSource | None]
    accuracy_m: Mapped[int | None]

    __table_args__ = (
        lies_in_place(),
        CheckConstraint(A_POINT_IS_WHOLE, name="point_is_whole"),
        CheckConstraint(A_POINT_IS_ON_EARTH, name="point_is_on_earth"),
        CheckConstraint("closed_on >= founded_on", name="dates_in_order"),
    )


class BaseCommissioner(Base):
    """A commissioner who helped build a base."""

    __tablename__ = "base_commissioners"

    base_id: Mapped[int] = linked("bases.id")
    commissioner_id: Mapped[int] = linked("commissioners.id")


class BaseProject(Base):
    """A project that a base belongs to."""

    __tablename__ = "base_projects"

    base_id: Mapped[int] = linked("bases.id")
    project_id: Mapped[int] = linked("projects.id")


class Measurement(Provenance, Base):
    """One dated line of a base's ledger; the unit follows from the quantity (``QUANTITY_UNITS``)."""

    __tablename__ = "measurements"

    id: Mapped[Key]
    base_id: Mapped[int] = points_to("bases.id", ondelete="CASCADE")
    measured_on: Mapped[date]
    quantity: Mapped[Quantity]
    kind: Mapped[MeasurementKind]
    amount: Mapped[Figure]
    note: Mapped[Short]

    __table_args__ = (CheckConstraint("amount >= 0", name="not_negative"),)


class Introduction(Provenance, Stamped, InPlace, Base):
    """A variety, technology or product brought to a place."""

    __tablename__ = "introductions"

    id: Mapped[Key]
    kind: Mapped[IntroductionKind]
    name: Mapped[Name]
    industry: Mapped[Industry]
    introduced_on: Mapped[date]
    quantity: Mapped[Figure | None]
    unit: Mapped[Unit | None]
    commissioner_id: Mapped[int | None] = may_point_to("commissioners.id")
    project_id: Mapped[int | None] = may_point_to("projects.id")
    base_id: Mapped[int | None] = may_point_to("bases.id")
    note: Mapped[Prose]

    __table_args__ = (
        lies_in_place(),
        CheckConstraint("(quantity IS NULL) = (unit IS NULL)", name="quantity_has_unit"),
        CheckConstraint("quantity >= 0", name="not_negative"),
    )


class Training(Provenance, Stamped, InPlace, Base):
    """A training: sessions and person-times; unique persons are unknown (domain.md §5.5)."""

    __tablename__ = "trainings"

    id: Mapped[Key]
    title: Mapped[Name]
    industry: Mapped[Industry]
    held_on: Mapped[date]
    session_count: Mapped[int] = mapped_column(default=1, server_default="1")
    trained_person_times: Mapped[int]
    low_income_person_times: Mapped[int] = mapped_column(default=0, server_default="0")
    commissioner_id: Mapped[int | None] = may_point_to("commissioners.id")
    project_id: Mapped[int | None] = may_point_to("projects.id")
    note: Mapped[Prose]

    __table_args__ = (
        lies_in_place(),
        CheckConstraint("session_count >= 1", name="at_least_one_session"),
        CheckConstraint(
            "low_income_person_times >= 0 AND trained_person_times >= low_income_person_times",
            name="low_income_within_all",
        ),
    )
