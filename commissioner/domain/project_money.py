"""A project's money by source, in whole fen: granted, received, spent, left. Every sum of it on a page comes from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.project_lines import received
from commissioner.models import Funding, Project, db
from commissioner.problems import NotFound
from commissioner.units import rounded
from commissioner.vocabulary import FundingSource

SHARE_DECIMALS = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMoney:
    """The money of one source; ``spent_fen`` is nothing where it was never told of this source."""

    id: int
    source: FundingSource
    granted_fen: int
    received_fen: int
    spent_fen: int | None = None

    @property
    def left_fen(self) -> int:
        """What arrived and is not spent; below nothing where more is spent than arrived."""
        return self.received_fen - (self.spent_fen or 0)

    @property
    def share(self) -> Decimal | None:
        """Spent ÷ granted in per cent."""
        return share_of(self.spent_fen, self.granted_fen)

    @property
    def limit_fen(self) -> int:
        """What may be spent without a word of why: what arrived, or where nobody enters that, what was granted."""
        return min(self.granted_fen, self.received_fen) if self.received_fen else self.granted_fen

    @property
    def is_over(self) -> bool:
        """Whether more is spent than was granted, or than arrived."""
        return (self.spent_fen or 0) > self.limit_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMoney:
    """The money of a project: its sources, and what is spent of them all together."""

    sources: tuple[SourceMoney, ...]
    spent_fen: int

    @property
    def granted_fen(self) -> int:
        """Granted by all sources."""
        return sum(one.granted_fen for one in self.sources)

    @property
    def received_fen(self) -> int:
        """Arrived from all sources."""
        return sum(one.received_fen for one in self.sources)

    @property
    def left_fen(self) -> int:
        """Arrived and not spent."""
        return self.received_fen - self.spent_fen

    @property
    def share(self) -> Decimal | None:
        """Spent ÷ granted in per cent."""
        return share_of(self.spent_fen, self.granted_fen)

    @property
    def is_told_by_source(self) -> bool:
        """Whether what is spent is known source by source: then the project's number is their sum."""
        return spent_by_source(one.spent_fen for one in self.sources) is not None

    @property
    def is_over(self) -> bool:
        """Whether more is spent than was granted, or than arrived, of all money or of one source."""
        above = bool(self.sources) and self.spent_fen > sum(one.limit_fen for one in self.sources)
        return above or any(one.is_over for one in self.sources)


def share_of(spent_fen: int | None, granted_fen: int) -> Decimal | None:
    """Spent ÷ granted in per cent, half up; ``None`` where nothing was granted or told."""
    if spent_fen is None or not granted_fen:
        return None
    return rounded(Decimal(spent_fen) * 100 / Decimal(granted_fen), SHARE_DECIMALS)


def spent_by_source(spent_fen: Iterable[int | None]) -> int | None:
    """What is spent of all sources; ``None`` where none of them was ever told."""
    told = [one for one in spent_fen if one is not None]
    return sum(told) if told else None


def money_of(actor: Actor, project_id: int) -> ProjectMoney:
    """A project's money in one query, the largest source first; ``NotFound`` outside the actor's scope."""
    one = (Funding.id, Funding.source, Funding.granted_fen, received().label("received_fen"), Funding.spent_fen)
    statement = (
        select(Project.spent_fen.label("total_fen"), *one)
        .outerjoin(Funding, Funding.project_id == Project.id)
        .where(Project.id == project_id, scope(actor, Project))
    )
    rows = db.session.execute(statement).all()
    if not rows:
        raise NotFound
    sources = largest_first(source_money(row, row.source) for row in rows if row.id is not None)
    return ProjectMoney(sources=sources, spent_fen=rows[0].total_fen)


def source_money(row: Any, source: str) -> SourceMoney:
    """The money of one source from its row."""
    told = {key: getattr(row, key) for key in ("id", "granted_fen", "received_fen", "spent_fen")}
    return SourceMoney(source=FundingSource(source), **told)


def largest_first(sources: Iterable[SourceMoney]) -> tuple[SourceMoney, ...]:
    """The largest source first."""
    return tuple(sorted(sources, key=lambda one: (-one.granted_fen, one.id)))
