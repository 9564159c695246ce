"""Organisations and commissioners: persons, teams with dated members, legal entities and corps."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Key,
    Name,
    Prose,
    Provenance,
    RegionCode,
    Short,
    Stamped,
    may_point_to,
    points_to,
)
from commissioner.vocabulary import CommissionerField, CommissionerKind, Industry, OrganisationKind


class Organisation(Provenance, Stamped, Base):
    """A dispatching institution, receiving unit, host or helper."""

    __tablename__ = "organisations"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[OrganisationKind]
    region_code: Mapped[RegionCode]
    note: Mapped[Prose]


class Commissioner(Provenance, Stamped, Base):
    """Whoever is sent. ``region_code`` is the county whose programme keeps the record, not where the person serves."""

    __tablename__ = "commissioners"

    id: Mapped[Key]
    kind: Mapped[CommissionerKind]
    field: Mapped[CommissionerField] = mapped_column(default=CommissionerField.AGRICULTURAL)
    name: Mapped[Name] = mapped_column(index=True)
    pinyin: Mapped[Short]
    initials: Mapped[Short]
    title: Mapped[Short]
    speciality: Mapped[Short]
    industry: Mapped[Industry | None]
    organisation_id: Mapped[int | None] = may_point_to("organisations.id")
    region_code: Mapped[RegionCode]
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="", info={"personal": True})
    note: Mapped[Prose]


class TeamMember(Base):
    """Membership of a team or corps, with dates."""

    __tablename__ = "team_members"

    id: Mapped[Key]
    team_id: Mapped[int] = points_to("commissioners.id", ondelete="CASCADE")
    member_id: Mapped[int] = points_to("commissioners.id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("team_id", "member_id", "starts_on"),
        CheckConstraint("team_id <> member_id", name="no_team_in_itself"),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
    )
