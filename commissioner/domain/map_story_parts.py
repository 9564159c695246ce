"""What a story of the map is made of: facts, charts over the years, progress, photos and groups of lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, union_all

from commissioner.domain.coverage_help import Nearest
from commissioner.models import db
from commissioner.problems import NotFound
from commissioner.vocabulary import N_, NC_, Unit

MOST_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """Something that belongs to the place: a record by subject and id; ``amount`` with its unit where it has one."""

    subject: str
    id: int
    text: str
    on: date | None
    amount: Decimal | None
    unit: Unit | None
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryGroup:
    """The latest lines of one kind, and how many there are."""

    key: str
    title: str
    total: int
    lines: tuple[StoryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A figure over the years, each year once, the last as far as the day of the map."""

    title: str
    unit: Unit
    points: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far something is of what was promised or granted; ``unit`` is nothing for money, which is in fen."""

    name: str
    actual: Decimal | None
    target: Decimal
    percent: Decimal | None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPhoto:
    """A photo of a visit, by its thumbnail."""

    id: int
    visit_id: int
    topic: str
    on: date
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What a village that nobody serves goes without, and who serves nearest today."""

    region_code: str
    last_visit_on: date | None
    needs: int
    nearest: Nearest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the panel beside the map tells. ``facts`` pairs a label with a value that the page puts into words."""

    kind: str
    subject: str
    id: int
    page_id: int
    on: date
    title: str
    subtitle: str
    facts: tuple[tuple[str, Any], ...]
    groups: tuple[StoryGroup, ...]
    own_position: bool
    illustrative: bool
    series: tuple[Series, ...] = ()
    progress: tuple[Progress, ...] = ()
    photos: tuple[StoryPhoto, ...] = ()
    problems: tuple[int, int] | None = None  # open, solved
    lack: Lack | None = None
    records: bool = True  # whether it has groups of its own at all


Teller = Callable[..., Story]
Rows = Mapping[str, Sequence[Any]]
GROUPS: Mapping[str, str] = {
    "postings": N_("谁在服务"),
    "people": N_("参与的科技特派员"),
    "instructions": N_("领导批示"),
    "projects": N_("实施的项目"),
    "bases": NC_("list", "示范基地"),
    "introductions": N_("引进的新品种新技术"),
    "visits": NC_("list", "走访"),
    "needs": N_("待解决的需求"),
    "problems": N_("待解决的问题"),
}


def head_of(statement: Select[Any]) -> Any:
    """The record itself. Raises ``NotFound`` where there is none in scope."""
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def rows_of(*parts: Select[Any] | None) -> Rows:
    """One query for everything that a story tells in rows, by kind."""
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(union_all(*(part for part in parts if part is not None))):
        found.setdefault(row.kind, []).append(row)
    return found


def groups_in(rows: Rows) -> tuple[StoryGroup, ...]:
    """The groups that have a line."""
    return tuple(
        StoryGroup(key=key, title=title, total=rows[key][0].total, lines=tuple(_line(key, row) for row in rows[key]))
        for key, title in GROUPS.items()
        if key in rows
    )


def _line(key: str, row: Any) -> StoryLine:
    return StoryLine(
        subject="commissioners" if key == "people" else key,
        id=row.id,
        text=row.text,
        on=row.on,
        amount=row.amount,
        unit=row.unit,
        illustrative=row.illustrative,
    )
