"""Evaluations: a scheme is data for a level and a year; people write remarks and decide the grade of each person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Figure,
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
    points_to,
)
from commissioner.vocabulary import EvidenceKind, Grade, Level, SchemeState


class EvaluationScheme(Provenance, Stamped, Base):
    """By what the commissioners of one level are evaluated for one year. Nothing in it ships with a value."""

    __tablename__ = "evaluation_schemes"

    id: Mapped[Key]
    region_code: Mapped[RegionCode]
    level: Mapped[Level]
    year: Mapped[int]
    name: Mapped[Name]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    decide_by: Mapped[date | None]
    note: Mapped[Prose]
    state: Mapped[SchemeState] = mapped_column(default=SchemeState.DRAFT)
    published_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("region_code", "level", "year"),
        CheckConstraint("year BETWEEN 1999 AND 2100", name="year_of_the_programme"),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
    )


class SchemeCriterion(Stamped, Base):
    """One thing that is looked at, what it weighs, and which evidence belongs to it."""

    __tablename__ = "scheme_criteria"

    id: Mapped[Key]
    scheme_id: Mapped[int] = points_to("evaluation_schemes.id", ondelete="CASCADE")
    position: Mapped[int]
    name: Mapped[Name]
    weight: Mapped[int]
    help: Mapped[Prose]
    evidence: Mapped[tuple[EvidenceKind, ...]] = mapped_column(Words(EvidenceKind), default=(), server_default="")

    __table_args__ = (
        UniqueConstraint("scheme_id", "name"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight_in_percent"),
    )


class SchemeGrade(Stamped, Base):
    """A grade that may be given, what it means in words, and to how many; without a quota, to all."""

    __tablename__ = "scheme_grades"

    id: Mapped[Key]
    scheme_id: Mapped[int] = points_to("evaluation_schemes.id", ondelete="CASCADE")
    grade: Mapped[Grade]
    meaning: Mapped[Prose]
    quota_persons: Mapped[int | None]
    quota_percent: Mapped[int | None]
    needs_reason: Mapped[Flag]

    __table_args__ = (
        UniqueConstraint("scheme_id", "grade"),
        CheckConstraint("quota_persons >= 0", name="quota_of_persons"),
        CheckConstraint("quota_percent BETWEEN 0 AND 100", name="quota_in_percent"),
        CheckConstraint("quota_persons IS NULL OR quota_percent IS NULL", name="one_quota"),
    )


class Evaluation(Stamped, Base):
    """What was said and decided of one commissioner under one scheme.

    ``version`` counts what the bureau wrote; the commissioner's own report is counted apart, so that neither disturbs the other.
    """

    __tablename__ = "evaluations"

    id: Mapped[Key]
    scheme_id: Mapped[int] = points_to("evaluation_schemes.id")
    commissioner_id: Mapped[int] = points_to("commissioners.id")
    grade: Mapped[Grade | None]
    grade_reason: Mapped[Prose]
    decided_by_id: Mapped[int | None] = may_point_to("accounts.id")
    decided_by_name: Mapped[Short]
    decided_at: Mapped[Instant | None]
    report: Mapped[Prose]
    reported_at: Mapped[Instant | None]
    report_version: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (UniqueConstraint("scheme_id", "commissioner_id"),)


class EvaluationMark(Base):
    """What the bureau said on one criterion, and the score that a person typed, if any."""

    __tablename__ = "evaluation_marks"

    id: Mapped[Key]
    evaluation_id: Mapped[int] = points_to("evaluations.id", ondelete="CASCADE")
    criterion_id: Mapped[int] = points_to("scheme_criteria.id")
    remark: Mapped[Prose]
    score: Mapped[Figure | None]

    __table_args__ = (
        UniqueConstraint("evaluation_id", "criterion_id"),
        CheckConstraint("score BETWEEN 0 AND 10000", name="score_out_of_a_hundred"),
    )


class EvaluationOpinion(Base):
    """A township's word about somebody posted with it."""

    __tablename__ = "evaluation_opinions"

    id: Mapped[Key]
    evaluation_id: Mapped[int] = points_to("evaluations.id", ondelete="CASCADE")
    region_code: Mapped[RegionCode]
    words: Mapped[Prose]
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]
    said_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __table_args__ = (UniqueConstraint("evaluation_id", "region_code"),)
