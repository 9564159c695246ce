"""What a project's approved reports come to: derived again from all of them, whatever was approved or withdrawn when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select

from commissioner.domain.update_lines import Key, LineKind, columns_of, key_of, lines_of
from commissioner.models import Funding, ProjectTarget, ProjectUpdate, TargetPart, db
from commissioner.units import yuan_to_fen
from commissioner.vocabulary import UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The latest approved words, and of money, of each target, part and source the latest number that was said.

    Where sources were told, ``spent_fen`` is their sum.
    """

    reported_on: date | None = None
    progress: str = ""
    spent_fen: int | None = None
    lines: Mapping[Key, Decimal] = field(default_factory=dict)

    @property
    def figures(self) -> dict[int, Decimal]:
        """Numbers by target."""
        return self._of(LineKind.TARGET)

    @property
    def parts(self) -> dict[int, Decimal]:
        """Numbers by part."""
        return self._of(LineKind.PART)

    @property
    def spendings(self) -> dict[int, int]:
        """What is spent of each source, in fen."""
        return {key: yuan_to_fen(value) for key, value in self._of(LineKind.SOURCE).items()}

    def _of(self, kind: LineKind) -> dict[int, Decimal]:
        return {key: value for (of_kind, key), value in self.lines.items() if of_kind is kind}


def approved(project_id: int, until: date | None = None) -> Approved:
    """What the approved reports of a project come to, or those up to and with a day: one query."""
    mine = (ProjectUpdate.project_id == project_id, ProjectUpdate.state == UpdateState.APPROVED)
    lines = lines_of(select(ProjectUpdate.id).where(*mine))
    columns = (ProjectUpdate.id, ProjectUpdate.reported_on, ProjectUpdate.progress, ProjectUpdate.spent_fen)
    statement = (
        select(*columns, *columns_of(lines))
        .outerjoin(lines, lines.c.update_id == ProjectUpdate.id)
        .where(*mine)
        .order_by(ProjectUpdate.reported_on, ProjectUpdate.id)
    )
    if until is not None:
        statement = statement.where(ProjectUpdate.reported_on <= until)
    reported_on, progress, total_fen = None, "", None
    said: dict[Key, Decimal] = {}
    by_source = False
    for row in db.session.execute(statement):
        reported_on, progress = row.reported_on, row.progress
        total_fen = total_fen if row.spent_fen is None else row.spent_fen
        if row.line_kind is not None:
            said[key_of(row)] = row.line_value
            by_source = by_source or row.line_kind == LineKind.SOURCE
    found = Approved(reported_on=reported_on, progress=progress, spent_fen=total_fen, lines=said)
    if by_source:
        total_fen = sum(found.spendings.values())
    return Approved(reported_on=reported_on, progress=progress, spent_fen=total_fen, lines=said)


def settle(project: Any, update_id: int) -> dict[str, list[Any]]:
    """Bring what the project, its targets and its sources repeat to what is approved now that ``update_id`` is, or is no longer.

    Returns what changed, by target and part, for the audit. What no such report ever spoke of, such as a figure that
    came with an import, is left as it is.
    """
    db.session.flush()
    stands = approved(project.id)
    counts = (ProjectUpdate.project_id == project.id) & (
        (ProjectUpdate.state == UpdateState.APPROVED) | (ProjectUpdate.id == update_id)
    )
    spoken = _spoken(counts)
    project.progress = stands.progress
    if db.session.scalar(select(exists().where(counts, ProjectUpdate.spent_fen.is_not(None)))):
        project.spent_fen = stands.spent_fen or 0
        _settle_sources(project, stands, spoken)
    project.version += 1
    return {**_settle_targets(stands, spoken), **_settle_parts(stands, spoken)}


def _spoken(counts: Any) -> dict[LineKind, set[int]]:
    """What the updates under ``counts`` speak of."""
    lines = lines_of(select(ProjectUpdate.id).where(counts))
    found: dict[LineKind, set[int]] = {kind: set() for kind in LineKind}
    for row in db.session.execute(select(lines.c.line_kind, lines.c.line_id).distinct()):
        found[LineKind(row.line_kind)].add(row.line_id)
    return found


def _settle_sources(project: Any, stands: Approved, spoken: Mapping[LineKind, set[int]]) -> None:
    """Each source repeats what was told of it; of a project with one source that is the project's own number."""
    sources = db.session.scalars(select(Funding).where(Funding.project_id == project.id)).all()
    told = stands.spendings
    for source in sources:
        if len(sources) == 1:
            source.spent_fen = stands.spent_fen
        elif source.id in spoken[LineKind.SOURCE]:
            source.spent_fen = told.get(source.id)


def _settle_targets(stands: Approved, spoken: Mapping[LineKind, set[int]]) -> dict[str, list[Any]]:
    changed: dict[str, list[Any]] = {}
    wanted = ProjectTarget.id.in_(spoken[LineKind.TARGET])
    for target in db.session.scalars(select(ProjectTarget).where(wanted).order_by(ProjectTarget.id)):
        value = stands.figures.get(target.id)
        if value != target.actual_value:
            changed[target.name] = [target.actual_value, value]
            target.actual_value = value
    return changed


def _settle_parts(stands: Approved, spoken: Mapping[LineKind, set[int]]) -> dict[str, list[Any]]:
    changed: dict[str, list[Any]] = {}
    for part in db.session.scalars(select(TargetPart).where(TargetPart.id.in_(spoken[LineKind.PART]))):
        value = stands.parts.get(part.id)
        if value != part.actual_value:
            changed[part.name] = [part.actual_value, value]
            part.actual_value = value
    return changed
