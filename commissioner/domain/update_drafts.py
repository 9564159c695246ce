"""What an update says: as somebody drafts it, as it is stored, and as each version keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from commissioner.domain.update_lines import Key, LineKind, key_of, lines_of, order_of
from commissioner.models import PartFigure, ProjectUpdate, UpdateFigure, UpdateSpending, db
from commissioner.units import fen_to_yuan, plain
from commissioner.vocabulary import Unit, UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDraft:
    """What somebody reports of a project. ``figures`` is by target id, ``parts`` by the id of a part, ``spendings`` what
    is spent of each source to date, in fen, by its id; what is left out stays as it was.

    ``version`` is that of the update which is changed; of a new one, that of the project's reports as its writer knew
    them (``Standing.version``). The stage is no part of it: a project moves on by steps of its own.
    """

    version: int
    reported_on: date
    progress: str
    spent_fen: int | None = None
    figures: Mapping[int, Decimal] = field(default_factory=dict)
    parts: Mapping[int, Decimal] = field(default_factory=dict)
    spendings: Mapping[int, int] = field(default_factory=dict)
    correction: str = ""
    overspent_for: str = ""
    client_id: str | None = None
    confirmed: bool = False

    @property
    def lines(self) -> dict[Key, Decimal]:
        """Every number of it, money in yuan."""
        return {
            **{(LineKind.TARGET, key): value for key, value in self.figures.items()},
            **{(LineKind.PART, key): value for key, value in self.parts.items()},
            **{(LineKind.SOURCE, key): fen_to_yuan(value) for key, value in self.spendings.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A number with the name and the unit that its target, part or source had."""

    kind: LineKind = LineKind.TARGET
    id: int
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
    overspent_for: str = ""
    figures: tuple[Said, ...] = ()

    @property
    def lines(self) -> dict[Key, Decimal]:
        """Every number of it, money in yuan."""
        return {(one.kind, one.id): one.value for one in self.figures}

    @property
    def is_by_source(self) -> bool:
        """Whether it tells what is spent source by source: ``spent_fen`` then follows."""
        return any(one.kind is LineKind.SOURCE for one in self.figures)

    def says(self, draft: UpdateDraft) -> bool:
        """Whether ``draft`` says the same."""
        spent_fen = self.spent_fen if self.is_by_source else draft.spent_fen
        return (self.reported_on, self.progress, self.spent_fen, self.correction, self.overspent_for, self.lines) == (
            draft.reported_on,
            draft.progress,
            spent_fen,
            draft.correction,
            draft.overspent_for,
            draft.lines,
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
    """Put what ``draft`` says into the update's row, which has its id, and into its numbers."""
    row.reported_on, row.progress, row.spent_fen = draft.reported_on, draft.progress, draft.spent_fen
    row.source_note, row.overspent_for = draft.correction, draft.overspent_for
    db.session.flush()
    _write_lines(UpdateFigure, row.id, ("target_id", "actual_value"), draft.figures)
    _write_lines(PartFigure, row.id, ("part_id", "actual_value"), draft.parts)
    _write_lines(UpdateSpending, row.id, ("funding_id", "spent_fen"), draft.spendings)


def _write_lines(model: Any, update_id: int, names: tuple[str, str], values: Mapping[int, Any]) -> None:
    db.session.execute(delete(model).where(model.update_id == update_id))
    if values:
        rows = [{"update_id": update_id, names[0]: key, names[1]: value} for key, value in values.items()]
        db.session.execute(insert(model), rows)


def content_of(row: Any) -> Content:
    """What the update of ``row`` says now."""
    return contents_of([row])[row.id]


def contents_of(rows: Sequence[Any]) -> dict[int, Content]:
    """What each of several updates says, by id; their numbers come in one query."""
    lines = lines_of(select(ProjectUpdate.id).where(ProjectUpdate.id.in_([row.id for row in rows])))
    statement = select(lines).order_by(*order_of(lines))
    figures: dict[int, list[Said]] = {}
    for one in db.session.execute(statement):
        kind, key = key_of(one)
        said = Said(kind=kind, id=key, name=one.line_name, unit=one.line_unit, value=one.line_value)
        figures.setdefault(one.update_id, []).append(said)
    return {row.id: _content(row, row.source_note, figures.get(row.id, ())) for row in rows}


def _content(row: Any, correction: str, figures: Iterable[Said]) -> Content:
    return Content(
        reported_on=row.reported_on,
        progress=row.progress,
        spent_fen=row.spent_fen,
        correction=correction,
        overspent_for=row.overspent_for,
        figures=tuple(figures),
    )


def kept(figures: Iterable[Said]) -> list[dict[str, Any]]:
    """Figures as a version keeps them."""
    return [
        {"kind": one.kind.value, "id": one.id, "name": one.name, "unit": one.unit.value, "value": plain(one.value)}
        for one in figures
    ]


def content_of_version(row: Any) -> Content:
    """What a kept version says."""
    units = {unit.value: unit for unit in Unit}
    return _content(row, row.correction, (_kept_once(one, units) for one in row.figures))


def _kept_once(one: Mapping[str, Any], units: Mapping[str, Unit]) -> Said:
    """A number as a version kept it; the first versions spoke of targets alone."""
    kind = LineKind(one.get("kind", LineKind.TARGET))
    key = one["id"] if "id" in one else one["target_id"]
    return Said(kind=kind, id=key, name=one["name"], unit=units[one["unit"]], value=Decimal(one["value"]))
