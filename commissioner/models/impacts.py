"""Impact figures, each with one owner, and the indicator results issued by superiors."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Figure,
    InPlace,
    Key,
    Name,
    Prose,
    Provenance,
    Scaled,
    Short,
    Stamped,
    lies_in_place,
    may_point_to,
)
from commissioner.vocabulary import ImpactIndicator, ImpactState, OverlapDecision, Saying, Unit


class Impact(Provenance, Stamped, Base):
    """One figure of one indicator, year and owner (a project or a base): the latest, not a sum of updates."""

    __tablename__ = "impacts"

    id: Mapped[Key]
    indicator: Mapped[ImpactIndicator]
    unit: Mapped[Unit]
    year: Mapped[int]
    amount: Mapped[Figure]
    project_id: Mapped[int | None] = may_point_to("projects.id")
    base_id: Mapped[int | None] = may_point_to("bases.id")
    evidence: Mapped[Prose]
    state: Mapped[ImpactState] = mapped_column(default=ImpactState.REPORTED)
    overlap: Mapped[OverlapDecision | None]

    __table_args__ = (
        CheckConstraint("(project_id IS NULL) <> (base_id IS NULL)", name="one_owner"),
        CheckConstraint("amount >= 0", name="not_negative"),
        CheckConstraint("year BETWEEN 1999 AND 2100", name="year_of_the_programme"),
        UniqueConstraint("indicator", "year", "project_id"),
        UniqueConstraint("indicator", "year", "base_id"),
    )


class IndicatorResult(Provenance, Stamped, InPlace, Base):
    """An indicator's value with target and up to three ranks; ranks and growth are issued facts, typed in."""

    __tablename__ = "indicator_results"

    id: Mapped[Key]
    name: Mapped[Name]
    year: Mapped[int]
    unit: Mapped[Unit]
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    actual: Mapped[Decimal | None] = mapped_column(Scaled(4))
    target: Mapped[Decimal | None] = mapped_column(Scaled(4))
    issued_completion_percent: Mapped[Decimal | None] = mapped_column(Scaled(4))
    growth_percent: Mapped[Decimal | None] = mapped_column(Scaled(4))
    actual_decimals: Mapped[int] = mapped_column(default=2, server_default="2")
    completion_decimals: Mapped[int] = mapped_column(default=0, server_default="0")
    growth_decimals: Mapped[int] = mapped_column(default=0, server_default="0")
    saying: Mapped[Saying] = mapped_column(default=Saying.EXACT)
    rank_of_value: Mapped[int | None]
    rank_of_completion: Mapped[int | None]
    rank_of_growth: Mapped[int | None]
    issued_by: Mapped[Short]
    note: Mapped[Prose]

    __table_args__ = (
        lies_in_place(),
        UniqueConstraint("name", "year", "place_id"),
        CheckConstraint("year BETWEEN 1999 AND 2100", name="year_of_the_programme"),
        CheckConstraint(
            "rank_of_value >= 1 AND rank_of_completion >= 1 AND rank_of_growth >= 1", name="ranks_from_one"
        ),
    )
