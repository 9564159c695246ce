"""The numbers of updates, whatever they speak of: a target, a part of one, or the money of a source; as rows of one shape."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, Select, String, Subquery, case, cast, literal, select, type_coerce, union_all

from commissioner.models import Funding, PartFigure, ProjectTarget, TargetPart, UpdateFigure, UpdateSpending
from commissioner.vocabulary import FundingSource, Unit

BETWEEN = "："


class LineKind(StrEnum):
    """What a number of an update speaks of."""

    TARGET = "target"
    PART = "part"
    SOURCE = "source"


# Which number: its kind, and the id of the target, part or source.
Key = tuple[LineKind, int]


def lines_of(updates: Select[Any]) -> Subquery:
    """The numbers of the updates whose ids ``updates`` selects, in the order of ``place`` and ``line_id``.

    Money is in yuan like every other number in its unit; a source is called by its word, which pages translate.
    """
    unit, value = ProjectTarget.unit.type, UpdateFigure.actual_value.type
    target = select(
        UpdateFigure.update_id,
        literal(LineKind.TARGET.value).label("line_kind"),
        UpdateFigure.target_id.label("line_id"),
        UpdateFigure.actual_value.label("line_value"),
        ProjectTarget.name.label("line_name"),
        ProjectTarget.unit.label("line_unit"),
        ProjectTarget.id.label("place"),
    ).join(ProjectTarget, ProjectTarget.id == UpdateFigure.target_id)
    part = (
        select(
            PartFigure.update_id,
            literal(LineKind.PART.value),
            PartFigure.part_id,
            PartFigure.actual_value,
            ProjectTarget.name + BETWEEN + TargetPart.name,
            ProjectTarget.unit,
            ProjectTarget.id,
        )
        .join(TargetPart, TargetPart.id == PartFigure.part_id)
        .join(ProjectTarget, ProjectTarget.id == TargetPart.target_id)
    )
    source = select(
        UpdateSpending.update_id,
        literal(LineKind.SOURCE.value),
        UpdateSpending.funding_id,
        type_coerce(UpdateSpending.spent_fen, value),
        cast(case({one.value: one.label for one in FundingSource}, value=Funding.source), String),
        type_coerce(literal(Unit.YUAN.value), unit),
        cast(literal(2**31 - 1), Integer),
    ).join(Funding, Funding.id == UpdateSpending.funding_id)
    of_updates = (
        arm.where(model.update_id.in_(updates))
        for arm, model in ((target, UpdateFigure), (part, PartFigure), (source, UpdateSpending))
    )
    return union_all(*of_updates).subquery()


def order_of(lines: Subquery) -> tuple[Any, ...]:
    """Targets in their order, each before its parts; money last."""
    return lines.c.place, lines.c.line_kind.desc(), lines.c.line_id


def columns_of(lines: Subquery) -> tuple[Any, ...]:
    """The columns of ``lines`` that a report is read from."""
    return tuple(lines.c[name] for name in ("line_kind", "line_id", "line_value", "line_name", "line_unit"))


def key_of(row: Any) -> Key:
    """Which number a row tells."""
    return LineKind(row.line_kind), row.line_id
