"""How far a project is with each target: reported through updates, or counted from its records (``target_actuals``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, scope
from commissioner.domain.target_actuals import RecordRow, Years, actual_of
from commissioner.domain.target_records import records_of
from commissioner.models import Project, ProjectTarget, TargetPart, db
from commissioner.units import completion_rate
from commissioner.vocabulary import TARGET_RULES, CountingRule, TargetIndicator, Unit

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a target, and the figure last reported for it."""

    id: int
    name: str
    target_value: Decimal | None
    actual_value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStanding:
    """What a project promised, and how far it is. ``year``: of which year the figure is, where years are not added."""

    id: int
    project_id: int
    name: str
    unit: Unit
    target_value: Decimal
    actual_value: Decimal | None
    indicator: TargetIndicator | None = None
    year: int | None = None
    parts: tuple[Part, ...] = ()
    parts_divide: bool = False
    version: int = 1
    rows: tuple[RecordRow, ...] = field(default=(), repr=False)

    @property
    def rule(self) -> CountingRule:
        """How its actual comes about."""
        return CountingRule.REPORTED if self.indicator is None else TARGET_RULES[self.indicator]

    @property
    def completion(self) -> Decimal | None:
        """Actual ÷ target in per cent; ``None`` without a figure or with target 0 (domain.md §5.7)."""
        return completion_rate(self.actual_value, self.target_value)

    @property
    def is_met(self) -> bool:
        """Whether what was promised is there."""
        return self.actual_value is not None and self.actual_value >= self.target_value


def targets_of(actor: Actor, project_id: int) -> tuple[TargetStanding, ...]:
    """A project's targets in the order they were entered: one query, and one more where records answer for any."""
    return targets_where(actor, ProjectTarget.project_id == project_id).get(project_id, ())


def targets_in(actor: Actor, project_ids: Collection[int]) -> Mapping[int, tuple[TargetStanding, ...]]:
    """The targets of many projects, in two queries for each five hundred of them."""
    return {
        project_id: targets
        for some in _some_of(project_ids)
        for project_id, targets in targets_where(actor, ProjectTarget.project_id.in_(some)).items()
    }


def targets_by_id(actor: Actor, target_ids: Collection[int]) -> Mapping[int, TargetStanding]:
    """Single targets, of whatever projects, in two queries for each five hundred of them."""
    found = (targets_where(actor, ProjectTarget.id.in_(some)) for some in _some_of(target_ids))
    return {one.id: one for by_project in found for targets in by_project.values() for one in targets}


def _some_of(keys: Collection[int]) -> list[list[int]]:
    ordered = sorted(set(keys))
    return [ordered[start : start + MOST_AT_ONCE] for start in range(0, len(ordered), MOST_AT_ONCE)]


def targets_where(
    actor: Actor, condition: ColumnElement[bool], *, told: bool = False
) -> Mapping[int, tuple[TargetStanding, ...]]:
    """The targets under ``condition`` by project, in two queries; ``told``: their records with what each is called."""
    one, part = ProjectTarget, TargetPart
    statement = (
        select(one, part, Project.starts_on, Project.ends_on)
        .join(Project, Project.id == one.project_id)
        .outerjoin(part, part.target_id == one.id)
        .where(scope(actor, one), condition)
        .order_by(one.project_id, one.id, part.id)
    )
    lines = [list(group) for _, group in groupby(db.session.execute(statement), key=lambda row: row[0].id)]
    asked = [(row.project_id, row.indicator) for row, *_ in (group[0] for group in lines) if row.indicator is not None]
    records: dict[int, list[Any]] = {}
    for row in records_of({key for key, _ in asked}, {indicator for _, indicator in asked}, told=told):
        records.setdefault(row.project_id, []).append(row)
    stand: dict[int, list[TargetStanding]] = {}
    for group in lines:
        project_id = group[0][0].project_id
        stand.setdefault(project_id, []).append(_standing(group, records.get(project_id, [])))
    return {project_id: tuple(targets) for project_id, targets in stand.items()}


def _standing(group: Sequence[Any], records: Sequence[Any]) -> TargetStanding:
    row, starts_on, ends_on = group[0][0], group[0].starts_on, group[0].ends_on
    years = Years(first=starts_on.year if starts_on else None, last=ends_on.year if ends_on else None)
    counted = None if row.indicator is None else actual_of(row.indicator, records, years)
    return TargetStanding(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        unit=row.unit,
        target_value=row.target_value,
        actual_value=counted.value if counted else row.actual_value,
        indicator=row.indicator,
        year=counted.year if counted else None,
        parts=tuple(_part(one) for _, one, *_ in group if one is not None),
        parts_divide=row.parts_divide,
        version=row.version,
        rows=counted.rows if counted else (),
    )


def _part(row: Any) -> Part:
    return Part(id=row.id, name=row.name, target_value=row.target_value, actual_value=row.actual_value)
