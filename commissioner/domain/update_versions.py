"""Every version of an update: what was said each time that it was submitted, and each word on it; any two beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.update_drafts import Content, content_of_version
from commissioner.models import UpdateDecision, UpdateVersion, db
from commissioner.problems import NotFound
from commissioner.vocabulary import Unit, UpdateDecisionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A word on a version."""

    kind: UpdateDecisionKind
    note: str
    decided_at: datetime
    account_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an update said once, who submitted it, and what was said on it, oldest first."""

    number: int
    submitted_at: datetime
    account_name: str
    content: Content
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePair:
    """One figure in two versions; nothing where a version does not speak of it."""

    name: str
    unit: Unit
    before: Decimal | None
    after: Decimal | None


def versions_of(actor: Actor, update_id: int) -> tuple[Version, ...]:
    """The versions of an update that the actor may see, oldest first, in two queries."""
    mine = (UpdateVersion.update_id == update_id, scope(actor, UpdateVersion))
    rows = db.session.scalars(select(UpdateVersion).where(*mine).order_by(UpdateVersion.number)).all()
    decisions = _decisions([row.id for row in rows]) if rows else {}
    return tuple(
        Version(
            number=row.number,
            submitted_at=row.submitted_at,
            account_name=row.account_name,
            content=content_of_version(row),
            decisions=tuple(decisions.get(row.id, ())),
        )
        for row in rows
    )


def _decisions(version_ids: Sequence[int]) -> dict[int, list[Decision]]:
    wanted = select(UpdateDecision).where(UpdateDecision.version_id.in_(version_ids)).order_by(UpdateDecision.id)
    found: dict[int, list[Decision]] = {}
    for row in db.session.scalars(wanted):
        said = Decision(kind=row.kind, note=row.note, decided_at=row.decided_at, account_name=row.account_name)
        found.setdefault(row.version_id, []).append(said)
    return found


def two_of(versions: Sequence[Version], one: int | None, other: int | None) -> tuple[Version, Version]:
    """Two versions by number, the last two if none are named; ``NotFound`` if there are not two or no such."""
    if len(versions) < 2:
        raise NotFound
    known = {version.number: version for version in versions}
    numbers = (versions[-2].number if one is None else one, versions[-1].number if other is None else other)
    if not known.keys() >= set(numbers):
        raise NotFound
    return known[numbers[0]], known[numbers[1]]


def figures_beside(before: Content, after: Content) -> tuple[FigurePair, ...]:
    """The figures of two versions beside each other, those of the first before those that are new."""
    named = {(one.kind, one.id): one for one in (*after.figures, *before.figures)}
    order = dict.fromkeys([*before.lines, *after.lines])
    return tuple(
        FigurePair(name=named[key].name, unit=named[key].unit, before=before.lines.get(key), after=after.lines.get(key))
        for key in order
    )
