"""What is reported of projects: updates with their figures, every version that was submitted, and each word said on one."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Fen,
    Figure,
    Instant,
    Key,
    Prose,
    Provenance,
    Short,
    linked,
    may_point_to,
    now,
    points_to,
)
from commissioner.vocabulary import ProjectStage, UpdateDecisionKind, UpdateState


class ProjectUpdate(Provenance, Base):
    """What was reported of a project; it counts when it is approved.

    ``stage`` is the one it was in when it was reported; money that was not spoken of is nothing, not what it was.
    ``overspent_for`` says why more is spent than was granted or arrived.
    ``posted_at`` and ``author_name`` tell who wrote it last, ``author_id`` whose it is.
    """

    __tablename__ = "project_updates"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")
    posted_at: Mapped[Instant] = mapped_column(default=now)
    reported_on: Mapped[date]
    author_id: Mapped[int | None] = may_point_to("accounts.id")
    author_name: Mapped[Short]
    stage: Mapped[ProjectStage]
    state: Mapped[UpdateState] = mapped_column(default=UpdateState.APPROVED, server_default="approved")
    progress: Mapped[Prose]
    spent_fen: Mapped[Fen | None]
    overspent_for: Mapped[Prose]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __table_args__ = (
        CheckConstraint("spent_fen >= 0", name="spent_not_negative"),
        Index("ix_project_updates_state_posted_at", "state", "posted_at"),
    )


class UpdateFigure(Base):
    """The figure reported against one target in one update."""

    __tablename__ = "update_figures"

    update_id: Mapped[int] = linked("project_updates.id")
    target_id: Mapped[int] = linked("project_targets.id")
    actual_value: Mapped[Figure]

    __table_args__ = (CheckConstraint("actual_value >= 0", name="not_negative"),)


class PartFigure(Base):
    """The figure reported against one part of a target in one update."""

    __tablename__ = "part_figures"

    update_id: Mapped[int] = linked("project_updates.id")
    part_id: Mapped[int] = linked("target_parts.id")
    actual_value: Mapped[Figure]

    __table_args__ = (CheckConstraint("actual_value >= 0", name="not_negative"),)


class UpdateSpending(Base):
    """What an update says is spent of one source to date, in fen; a source that is spoken of stays."""

    __tablename__ = "update_spendings"

    update_id: Mapped[int] = linked("project_updates.id")
    funding_id: Mapped[int] = mapped_column(ForeignKey("fundings.id"), primary_key=True, index=True)
    spent_fen: Mapped[Fen]

    __table_args__ = (CheckConstraint("spent_fen >= 0", name="not_negative"),)


class UpdateVersion(Base):
    """What an update said each time it was submitted; ``figures`` are kept with the names and units of that day."""

    __tablename__ = "update_versions"

    id: Mapped[Key]
    update_id: Mapped[int] = points_to("project_updates.id", ondelete="CASCADE")
    number: Mapped[int]
    submitted_at: Mapped[Instant]
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]
    reported_on: Mapped[date]
    stage: Mapped[ProjectStage]
    progress: Mapped[Prose]
    spent_fen: Mapped[Fen | None]
    correction: Mapped[Prose]
    overspent_for: Mapped[Prose]
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    __table_args__ = (
        UniqueConstraint("update_id", "number"),
        CheckConstraint("number >= 1", name="numbers_from_one"),
    )


class UpdateDecision(Base):
    """A word on one version: taken back by its author, returned or approved by the bureau, or its approval withdrawn."""

    __tablename__ = "update_decisions"

    id: Mapped[Key]
    version_id: Mapped[int] = points_to("update_versions.id", ondelete="CASCADE")
    kind: Mapped[UpdateDecisionKind]
    note: Mapped[Prose]
    decided_at: Mapped[Instant]
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]

    __table_args__ = (
        CheckConstraint("kind NOT IN ('returned', 'withdrawn') OR note <> ''", name="refused_with_a_reason"),
    )
