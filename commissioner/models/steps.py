"""The steps of a project: what each needs, who has asked for one, and the documents that belong to it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Flag,
    Instant,
    Key,
    Name,
    Prose,
    Provenance,
    RegionCode,
    Short,
    Stamped,
    Words,
    may_point_to,
    now,
    points_to,
    words_without_check,
)
from commissioner.vocabulary import DocumentFormat, DocumentKind, Level, ProjectKind, ProjectStage, RequestState

DIGEST_LENGTH = 64
WAITS = text("state = 'waiting'")


class StepRule(Provenance, Stamped, Base):
    """What it takes to reach a stage in a region, for all projects or for those of one level or kind."""

    __tablename__ = "step_rules"

    id: Mapped[Key]
    region_code: Mapped[RegionCode]
    stage: Mapped[ProjectStage]
    level: Mapped[Level | None]
    kind: Mapped[ProjectKind | None]
    documents: Mapped[tuple[DocumentKind, ...]] = mapped_column(Words(DocumentKind), default=(), server_default="")
    needs_opinion: Mapped[Flag]
    needs_decider: Mapped[Flag]
    needs_number: Mapped[Flag]
    needs_mid_term: Mapped[Flag]
    may_ask: Mapped[Flag]
    note: Mapped[Prose]


class StepRequest(Base):
    """Somebody who carries a project out asks the bureau for a step; at most one request of a project waits."""

    __tablename__ = "step_requests"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")
    stage: Mapped[ProjectStage]
    state: Mapped[RequestState] = mapped_column(default=RequestState.WAITING)
    words: Mapped[Prose]
    asked_by_id: Mapped[int | None] = may_point_to("accounts.id")
    asked_by: Mapped[Short]
    asked_at: Mapped[Instant] = mapped_column(default=now)
    answer: Mapped[Prose]
    answered_by: Mapped[Short]
    answered_at: Mapped[Instant | None]

    __table_args__ = (
        Index("ix_step_requests_one_waits", "project_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
    )


class ProjectDocument(Base):
    """A file that belongs to a step of a project; the file itself lies under the digest of its content."""

    __tablename__ = "project_documents"

    id: Mapped[Key]
    project_id: Mapped[int] = points_to("projects.id", ondelete="CASCADE")
    stage: Mapped[ProjectStage]
    kind: Mapped[DocumentKind] = mapped_column(words_without_check(DocumentKind))
    title: Mapped[Name]
    format: Mapped[DocumentFormat]
    content_sha256: Mapped[str] = mapped_column(String(DIGEST_LENGTH), index=True)
    sent_sha256: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    size_bytes: Mapped[int]
    added_by_id: Mapped[int | None] = may_point_to("accounts.id")
    added_by: Mapped[Short]
    received_at: Mapped[Instant] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_project_documents_once", "project_id", "stage", "kind", "sent_sha256", unique=True),
        CheckConstraint("size_bytes > 0", name="size_positive"),
    )
