"""Reporting periods: from a day to a day, open or closed, and each time that one was closed or opened again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from commissioner.models.base import (
    Base,
    Instant,
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
from commissioner.vocabulary import PeriodEventKind


class ReportingPeriod(Provenance, Stamped, Base):
    """Days of which projects report together; what lies in a closed one stands as it is."""

    __tablename__ = "reporting_periods"

    id: Mapped[Key]
    region_code: Mapped[RegionCode]
    name: Mapped[Name]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    due_on: Mapped[date | None]
    closed_at: Mapped[Instant | None]
    closed_by_id: Mapped[int | None] = may_point_to("accounts.id")

    __table_args__ = (
        UniqueConstraint("region_code", "name"),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("due_on >= starts_on", name="due_after_the_start"),
    )


class PeriodEvent(Base):
    """A period was closed, or opened again with a reason."""

    __tablename__ = "period_events"

    id: Mapped[Key]
    period_id: Mapped[int] = points_to("reporting_periods.id")
    kind: Mapped[PeriodEventKind]
    reason: Mapped[Prose]
    happened_at: Mapped[Instant]
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]

    __table_args__ = (CheckConstraint("kind <> 'reopened' OR reason <> ''", name="reopened_with_a_reason"),)
