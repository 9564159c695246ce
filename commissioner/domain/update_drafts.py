"""What an update says: as somebody drafts it, as it is stored, and as each version keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from commissioner.models import ProjectTarget, UpdateFigure, db
from commissioner.units import plain
from commissioner.vocabulary import Unit, UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDraft:
    """What somebody reports of a project. ``figures`` is by target id; what is left out stays as it was.

    ``version`` is that of the update which is changed; of a new one, that of the project's reports as its writer knew
    them (``Standing.version``). The stage is no part of it: a project moves on by steps of its own.
    """

    version: int
    reported_on: date
    progress: str
    spent_fen: int | None = None
    figures: Mapping[int, Decimal] = field(default_factory=dict)
    correction: str = ""
    client_id: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A figure against one target, with the name and the unit that the target had."""

    target_id: int
    name: str
    unit: Unit
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an update says; ``spent_fen`` is nothing where it does not speak of money."""

    reported_on: date
    progress: str
    spent_fen: int | None
    correction: str
    figures: tuple[Said, ...] = ()

    @property
    def values(self) -> dict[int, Decimal]:
        """The figures by target."""
        return {one.target_id: one.value for one in self.figures}

    def says(self, draft: UpdateDraft) -> bool:
        """Whether ``draft`` says the same."""
        return (self.reported_on, self.progress, self.spent_fen, self.correction, self.values) == (
            draft.reported_on,
            draft.progress,
            draft.spent_fen,
            draft.correction,
            dict(draft.figures),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands: an update's content with who wrote it last, when, and where it is on its way."""

    update_id: int
    version: int
    state: UpdateState
    author_name: str
    posted_at: datetime
    content: Content


def write(row: Any, draft: UpdateDraft) -> None:
    """Put what ``draft`` says into the update's row, which has its id, and into its figures."""
    row.reported_on, row.progress, row.spent_fen = draft.reported_on, draft.progress, draft.spent_fen
    row.source_note = draft.correction
    db.session.flush()
    db.session.execute(delete(UpdateFigure).where(UpdateFigure.update_id == row.id))
    if draft.figures:
        rows = [{"update_id": row.id, "target_id": key, "actual_value": one} for key, one in draft.figures.items()]
        db.session.execute(insert(UpdateFigure), rows)


def content_of(row: Any) -> Content:
    """What the update of ``row`` says now."""
    return contents_of([row])[row.id]


def contents_of(rows: Sequence[Any]) -> dict[int, Content]:
    """What each of several updates says, by id; their figures come in one query."""
    columns = (UpdateFigure.update_id, UpdateFigure.target_id, UpdateFigure.actual_value)
    statement = (
        select(*columns, ProjectTarget.name, ProjectTarget.unit)
        .join(ProjectTarget, ProjectTarget.id == UpdateFigure.target_id)
        .where(UpdateFigure.update_id.in_([row.id for row in rows]))
        .order_by(ProjectTarget.id)
    )
    figures: dict[int, list[Said]] = {}
    for one in db.session.execute(statement):
        said = Said(target_id=one.target_id, name=one.name, unit=one.unit, value=one.actual_value)
        figures.setdefault(one.update_id, []).append(said)
    return {row.id: _content(row, row.source_note, figures.get(row.id, ())) for row in rows}


def _content(row: Any, correction: str, figures: Iterable[Said]) -> Content:
    return Content(
        reported_on=row.reported_on,
        progress=row.progress,
        spent_fen=row.spent_fen,
        correction=correction,
        figures=tuple(figures),
    )


def kept(figures: Iterable[Said]) -> list[dict[str, Any]]:
    """Figures as a version keeps them."""
    return [
        {"target_id": one.target_id, "name": one.name, "unit": one.unit.value, "value": plain(one.value)}
        for one in figures
    ]


def content_of_version(row: Any) -> Content:
    """What a kept version says."""
    units = {unit.value: unit for unit in Unit}
    figures = (
        Said(target_id=one["target_id"], name=one["name"], unit=units[one["unit"]], value=Decimal(one["value"]))
        for one in row.figures
    )
    return _content(row, row.correction, figures)
