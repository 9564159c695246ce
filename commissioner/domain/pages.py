"""A record's page: its facts with the names of what it points to, and the sections of what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, and_, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.listing import Column, related
from commissioner.domain.records import link_columns
from commissioner.domain.subject import Field, Kind, Related, Subject, place_name
from commissioner.models import Place, db
from commissioner.problems import NotFound
from commissioner.vocabulary import CoordinateSource

MASKED_MIDDLE = "****"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Another record, by subject name, id and heading."""

    subject: str
    id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a page: a field with its value, or with what it points to."""

    key: str
    label: str
    kind: Kind
    value: Any = None
    unit: str = ""
    pointers: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point in WGS-84 degrees; ``approximate`` when it is the township's or a rough one."""

    latitude_deg: float
    longitude_deg: float
    approximate: bool
    source: CoordinateSource | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows of another subject that belong to the record; ``on`` is the day that they are narrowed to, if they are."""

    title: str
    subject: str
    field: str
    columns: Sequence[Column]
    rows: Sequence[RowMapping]
    total: int
    may_add: bool
    own_pages: bool
    on: date | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """Everything a record's page shows, but what its subject adds."""

    id: int
    version: int
    subject: str
    heading: str
    facts: tuple[Fact, ...]
    position: Position | None
    sections: tuple[Section, ...]
    illustrative: bool
    source_note: str
    region_code: str
    may_keep: bool

    def fact(self, key: str) -> Fact:
        """The fact called ``key``."""
        return next(one for one in self.facts if one.key == key)


def record_page(actor: Actor, subject: Subject, row_id: int, day: date | None = None) -> RecordPage:
    """The page of one record: one query for its facts, one for each link table, one for each section.

    With ``day`` sections show what was so on that day, where their subject's list can be asked that.
    """
    actor.must(subject.see)
    row = db.session.execute(_statement(actor, subject, row_id)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return RecordPage(
        id=row_id,
        version=row.get("version", 1),
        subject=subject.name,
        heading=str(row["_heading"]),
        facts=tuple(_fact(actor, one, row, row_id) for one in subject.told if one.kind is not Kind.POINT),
        position=_position(row),
        sections=tuple(_section(actor, one, row_id, day) for one in subject.related if _may_see(actor, one)),
        illustrative=bool(row.get("illustrative", False)),
        source_note=row.get("source_note", ""),
        region_code=row.get("region_code", ""),
        may_keep=subject.keep is not None and actor.can(subject.keep),
    )


def _subjects() -> Mapping[str, Subject]:
    from commissioner.domain.subjects import SUBJECTS

    return SUBJECTS


def _statement(actor: Actor, subject: Subject, row_id: int) -> Any:
    model = subject.model
    columns: list[Any] = [*model.__table__.columns, subject.heading.label("_heading")]
    for one in subject.fields:
        column = getattr(model, one.key, None)
        # A place may point to a place: its parent is looked up under another name than its own.
        if one.kind is Kind.PLACE or one.refers == "places":
            columns.append(place_name(column).label(f"_{one.key}"))
        elif one.kind is Kind.REFERENCE:
            far = _subjects()[one.refers]
            columns.append(
                select(far.heading)
                .where(far.model.id == column)
                .correlate_except(far.model)
                .scalar_subquery()
                .label(f"_{one.key}")
            )
    # Where a record has no position of its own its place's serves, and for a village its township's.
    anchor = model.parent_id if model is Place else getattr(model, "place_id", None)
    if anchor is not None:
        place = Place.__table__.alias("_place")
        columns += [place.c.latitude_deg.label("_latitude_deg"), place.c.longitude_deg.label("_longitude_deg")]
        placed = select(*columns).outerjoin(place, place.c.id == anchor)
        return placed.where(model.id == row_id, scope(actor, model))
    return select(*columns).where(model.id == row_id, scope(actor, model))


def _fact(actor: Actor, one: Field, row: RowMapping, row_id: int) -> Fact:
    pointers: tuple[Pointer, ...] = ()
    value = None if one.kind is Kind.REFERENCES else row[one.key]
    if one.kind in {Kind.PLACE, Kind.REFERENCE} and value is not None:
        target = "places" if one.kind is Kind.PLACE else one.refers
        pointers = (Pointer(subject=target, id=value, label=row[f"_{one.key}"]),)
    elif one.kind is Kind.REFERENCES:
        pointers = _linked(one, row_id)
    if one.personal and value and not actor.can(Permission.SEE_PHONES):
        value = masked(value)
    return Fact(key=one.key, label=one.label, kind=one.kind, value=value, unit=one.unit, pointers=pointers)


def _linked(one: Field, row_id: int) -> tuple[Pointer, ...]:
    far_subject = _subjects()[one.refers]
    own, far = link_columns(one)
    statement = select(far_subject.model.id, far_subject.heading.label("label")).join(
        one.link.__table__, far == far_subject.model.id
    )
    rows = db.session.execute(statement.where(own == row_id).order_by(far_subject.model.id))
    return tuple(Pointer(subject=one.refers, id=row.id, label=row.label) for row in rows)


def _position(row: RowMapping) -> Position | None:
    for prefix, own in (("", True), ("_", False)):
        latitude_deg, longitude_deg = row.get(f"{prefix}latitude_deg"), row.get(f"{prefix}longitude_deg")
        if latitude_deg is not None and longitude_deg is not None:
            source = row.get("coordinate_source") if own else None
            rough = {CoordinateSource.APPROXIMATE, CoordinateSource.CENTROID, CoordinateSource.ILLUSTRATIVE}
            approximate = not own or source in rough
            return Position(
                latitude_deg=latitude_deg, longitude_deg=longitude_deg, approximate=approximate, source=source
            )
    return None


def _may_see(actor: Actor, one: Related) -> bool:
    return actor.can(_subjects()[one.subject].see)


def _section(actor: Actor, one: Related, row_id: int, day: date | None) -> Section:
    other = _subjects()[one.subject]
    narrowed = None if day is None or one.whole else other.listing.on(day)
    wanted = one.condition(row_id) if narrowed is None else and_(one.condition(row_id), narrowed)
    result = related(actor, other.listing, wanted, one.limit)
    return Section(
        title=one.title,
        subject=one.subject,
        field=one.field,
        columns=tuple(column for column in other.listing.columns if column.key not in one.hidden and not column.filled),
        rows=result.rows,
        total=result.total,
        may_add=bool(one.field) and other.keep is not None and actor.can(other.keep),
        own_pages=not other.parent,
        on=None if narrowed is None else day,
        whole=one.whole,
    )


def masked(phone: str) -> str:
    """A telephone number with its middle hidden: 138****5678 (domain.md §2.8)."""
    return f"{phone[:3]}{MASKED_MIDDLE}{phone[-4:]}" if len(phone) >= 8 else MASKED_MIDDLE
