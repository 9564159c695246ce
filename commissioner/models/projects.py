"""Projects with their places, people, stages, money in fen, targets and milestones; ``updates`` holds what is reported."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Fen,
    Figure,
    Flag,
    InPlace,
    Key,
    Name,
    Prose,
    Provenance,
    RegionCode,
    Short,
    Stamped,
    lies_in_place,
    linked,
    may_point_to,
    points_to,
    words_without_check,
)
from commissioner.vocabulary import FundingSource, Industry, Level, ProjectKind, ProjectStage, TargetIndicator, Unit


class Project(Provenance, Stamped, Base):
    """A commissioner project. ``stage`` repeats the latest step, ``progress`` and ``spent_fen`` what is approved."""

    __tablename__ = "projects"

    id: Mapped[Key]
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    title: Mapped[Name]
    level: Mapped[Level]
    kind: Mapped[ProjectKind]
    industry: Mapped[Industry]
    region_code: Mapped[RegionCode]
    receiving_unit_id: Mapped[int | None] = may_point_to("organisations.id")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    stage: Mapped[ProjectStage] = mapped_column(default=ProjectStage.APPLIED)
    progress: Mapped[Prose]
    spent_fen: Mapped[Fen] = mapped_column(default=0, server_default="0")
    summary: Mapped[Prose]

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("spent_fen >= 0", name="spent_not_negative"),
    )


class ProjectPlace(InPlace, Base):
    """A place where a project works."""

    __tablename__ = "project_places"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")

    __table_args__ = (lies_in_place(), UniqueConstraint("project_id", "place_id"))


class ProjectCommissioner(Base):
    """A commissioner who carries a project out; one of them leads."""

    __tablename__ = "project_commissioners"

    project_id: Mapped[int] = linked("projects.id")
    commissioner_id: Mapped[int] = linked("commissioners.id")
    leads: Mapped[Flag]


class StageChange(Base):
    """One step of a project's stage history: when, by whose decision, and with what opinion."""

    __tablename__ = "stage_changes"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")
    stage: Mapped[ProjectStage]
    reached_on: Mapped[date]
    note: Mapped[Short]
    decided_by: Mapped[Short]
    decision_number: Mapped[Short]
    decided_on: Mapped[date | None]
    opinion: Mapped[Prose]
    recorded_by: Mapped[Short]

    __table_args__ = (UniqueConstraint("project_id", "stage", "reached_on"),)


class Funding(Base):
    """Money granted to a project by one source, in fen; ``spent_fen`` repeats what was last told of this source."""

    __tablename__ = "fundings"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")
    source: Mapped[FundingSource]
    granted_fen: Mapped[Fen]
    spent_fen: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("project_id", "source"),
        CheckConstraint("granted_fen >= 0 AND (spent_fen IS NULL OR spent_fen >= 0)", name="money_not_negative"),
    )


class FundingReceipt(Provenance, Base):
    """Money of a source that arrived, in fen; what was entered before there were dates has none."""

    __tablename__ = "funding_receipts"

    id: Mapped[Key]
    funding_id: Mapped[int] = points_to("fundings.id", ondelete="CASCADE")
    received_on: Mapped[date | None]
    amount_fen: Mapped[Fen]
    note: Mapped[Short]

    __table_args__ = (CheckConstraint("amount_fen > 0", name="something_arrived"),)


class ProjectTarget(Base):
    """What a project promised, in one unit.

    With an ``indicator`` the unit is the indicator's and the linked records answer for it (``domain.target_actuals``);
    without one, ``actual_value`` repeats the latest approved figure. ``parts_divide``: its parts make up the whole.
    """

    __tablename__ = "project_targets"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")
    name: Mapped[Name]
    indicator: Mapped[TargetIndicator | None] = mapped_column(words_without_check(TargetIndicator))
    unit: Mapped[Unit]
    target_value: Mapped[Figure]
    actual_value: Mapped[Figure | None]
    parts_divide: Mapped[Flag]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        UniqueConstraint("project_id", "indicator"),
        CheckConstraint("target_value >= 0 AND (actual_value IS NULL OR actual_value >= 0)", name="not_negative"),
    )


class TargetPart(Base):
    """A part of a target: women, low-income farmers, a village. ``actual_value`` repeats the latest approved figure."""

    __tablename__ = "target_parts"

    id: Mapped[Key]
    target_id: Mapped[int] = points_to("project_targets.id", ondelete="CASCADE")
    name: Mapped[Name]
    target_value: Mapped[Figure | None]
    actual_value: Mapped[Figure | None]

    __table_args__ = (
        UniqueConstraint("target_id", "name"),
        CheckConstraint(
            "(target_value IS NULL OR target_value >= 0) AND (actual_value IS NULL OR actual_value >= 0)",
            name="not_negative",
        ),
    )


class Milestone(Base):
    """Something due on a date; taking the step to ``stage`` does it."""

    __tablename__ = "milestones"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")
    title: Mapped[Name]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    stage: Mapped[ProjectStage | None] = mapped_column(words_without_check(ProjectStage))
    done_by: Mapped[Short]
    done_note: Mapped[Short]

    __table_args__ = (UniqueConstraint("project_id", "title"),)
