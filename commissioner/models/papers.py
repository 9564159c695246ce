"""Papers that were issued: what they say is kept as it was said."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import Base, Instant, Key, RegionCode, Short, may_point_to, points_to

CODE_LENGTH = 22


class YearPaper(Base):
    """A commissioner's year on paper: its content as it was on the day of issuing, its number, and the code that verifies it.

    The code itself is kept, not a digest of it, because the paper is printed again with the same code.
    """

    __tablename__ = "year_papers"

    id: Mapped[Key]
    commissioner_id: Mapped[int] = points_to("commissioners.id")
    year: Mapped[int]
    region_code: Mapped[RegionCode]
    issue_year: Mapped[int]
    serial: Mapped[int]
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_on: Mapped[date]
    issued_by_id: Mapped[int | None] = may_point_to("accounts.id")
    revoked_at: Mapped[Instant | None]
    revoked_by_id: Mapped[int | None] = may_point_to("accounts.id")
    revoked_reason: Mapped[Short]

    __table_args__ = (
        UniqueConstraint("region_code", "issue_year", "serial"),
        CheckConstraint("year BETWEEN 1999 AND 2100", name="year_of_the_programme"),
        CheckConstraint("serial >= 1", name="serials_from_one"),
        CheckConstraint("revoked_at IS NULL OR revoked_reason <> ''", name="revoked_with_a_reason"),
    )
