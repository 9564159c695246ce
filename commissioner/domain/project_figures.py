"""What a project's approved reports come to: derived again from all of them, whatever was approved or withdrawn when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select

from commissioner.models import ProjectTarget, ProjectUpdate, UpdateFigure, db
from commissioner.vocabulary import UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The latest approved words, and of money and of each target the latest figure that was said."""

    reported_on: date | None
    progress: str
    spent_fen: int | None
    figures: Mapping[int, Decimal]


def approved(project_id: int, until: date | None = None) -> Approved:
    """What the approved reports of a project come to, or those up to and with a day: one query."""
    columns = (ProjectUpdate.reported_on, ProjectUpdate.progress, ProjectUpdate.spent_fen)
    statement = (
        select(*columns, UpdateFigure.target_id, UpdateFigure.actual_value)
        .outerjoin(UpdateFigure, UpdateFigure.update_id == ProjectUpdate.id)
        .where(ProjectUpdate.project_id == project_id, ProjectUpdate.state == UpdateState.APPROVED)
        .order_by(ProjectUpdate.reported_on, ProjectUpdate.id)
    )
    if until is not None:
        statement = statement.where(ProjectUpdate.reported_on <= until)
    reported_on, progress, spent_fen = None, "", None
    figures: dict[int, Decimal] = {}
    for row in db.session.execute(statement):
        reported_on, progress = row.reported_on, row.progress
        spent_fen = spent_fen if row.spent_fen is None else row.spent_fen
        if row.target_id is not None:
            figures[row.target_id] = row.actual_value
    return Approved(reported_on=reported_on, progress=progress, spent_fen=spent_fen, figures=figures)


def settle(project: Any, update_id: int) -> dict[str, list[Any]]:
    """Bring what the project and its targets repeat to what is approved now that ``update_id`` is, or is no longer.

    Returns what changed, by target, for the audit. What no such report ever spoke of, such as a figure that came with
    an import, is left as it is.
    """
    db.session.flush()
    stands = approved(project.id)
    counts = (ProjectUpdate.project_id == project.id) & (
        (ProjectUpdate.state == UpdateState.APPROVED) | (ProjectUpdate.id == update_id)
    )
    project.progress = stands.progress
    if db.session.scalar(select(exists().where(counts, ProjectUpdate.spent_fen.is_not(None)))):
        project.spent_fen = stands.spent_fen or 0
    project.version += 1
    reported = select(UpdateFigure.target_id).join(ProjectUpdate, ProjectUpdate.id == UpdateFigure.update_id)
    wanted = ProjectTarget.id.in_(reported.where(counts))
    changed: dict[str, list[Any]] = {}
    for target in db.session.scalars(select(ProjectTarget).where(wanted).order_by(ProjectTarget.id)):
        value = stands.figures.get(target.id)
        if value != target.actual_value:
            changed[target.name] = [target.actual_value, value]
            target.actual_value = value
    return changed
