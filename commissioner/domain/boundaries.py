"""Imported boundaries as they are read: for the ground of the map, and to tell in which place a point lies."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from shapely import MultiPolygon, from_wkb
from sqlalchemy import ColumnElement, Select, delete, func, select

from commissioner.access import Actor, Permission, scope, within
from commissioner.domain.memory import Memory
from commissioner.domain.programme import setting
from commissioner.geo.boundaries import Outline
from commissioner.geo.boundary_shapes import multi
from commissioner.geo.ground import Border
from commissioner.models import Boundary, BoundaryImport, Place, ProgrammeSetting, db
from commissioner.vocabulary import Datum, PlaceLevel, SettingKey

MOST_KEPT = 4
LEVELS = (PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelStands:
    """What there is of one level: how many places of how many have a boundary, and where it came from."""

    level: PlaceLevel
    places: int
    bounded: int
    area_km2: float = 0.0
    vertices: int = 0
    source: str = ""
    licence: str = ""
    file_name: str = ""
    datum: Datum | None = None
    imported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The whole border of one place."""

    place_id: int
    region_code: str
    name: str
    shape: MultiPolygon


def standing(actor: Actor) -> list[LevelStands]:
    """What an administrator may replace or remove, level by level."""
    actor.must(Permission.KEEP_SETTINGS)
    counted = select(Place.level, func.count(Place.id)).where(scope(actor, Place), Place.level.in_(LEVELS))
    places = dict(db.session.execute(counted.group_by(Place.level)).all())
    sums = (
        select(
            Boundary.level,
            func.count(Boundary.id).label("bounded"),
            func.sum(Boundary.area_km2).label("area_km2"),
            func.sum(Boundary.vertices).label("vertices"),
            func.max(Boundary.import_id).label("latest"),
        )
        .where(_own(actor))
        .group_by(Boundary.level)
        .subquery()
    )
    rows = db.session.execute(select(sums, BoundaryImport).join(BoundaryImport, BoundaryImport.id == sums.c.latest))
    found = {row.level: row for row in rows}
    return [_stands(level, places.get(level, 0), found.get(level)) for level in LEVELS]


def _stands(level: PlaceLevel, places: int, row: Any) -> LevelStands:
    if row is None:
        return LevelStands(level=level, places=places, bounded=0)
    made: BoundaryImport = row.BoundaryImport
    return LevelStands(
        level=level,
        places=places,
        bounded=row.bounded,
        area_km2=float(row.area_km2),
        vertices=int(row.vertices),
        source=made.source,
        licence=made.licence,
        file_name=made.file_name,
        datum=made.datum,
        imported_at=made.imported_at,
    )


def _own(actor: Actor) -> ColumnElement[bool]:
    return within(Boundary.region_code, actor.region_code)


def county_outlines() -> tuple[Outline, ...]:
    """The imported borders of the installation's counties, whole; read once as long as the boundaries are the same."""
    stamp = setting(SettingKey.BOUNDARIES)
    return _outlines.get((stamp, setting(SettingKey.REGION_CODE)), _county_outlines) if stamp else ()


_outlines = Memory(MOST_KEPT)


def _county_outlines() -> tuple[Outline, ...]:
    region = within(Boundary.region_code, setting(SettingKey.REGION_CODE))
    rows = db.session.execute(_with_names(Boundary.whole).where(Boundary.level == PlaceLevel.COUNTY, region)).all()
    return tuple(_outline(row.region_code, row.name, row.shape) for row in rows)


def _outline(region_code: str, name: str, shape: bytes) -> Outline:
    area = multi(from_wkb(shape))
    shapely.prepare(area)
    return Outline(code=region_code[:6], name=name, shape=area)


def _with_names(shape: Any) -> Select[Any]:
    columns = (Boundary.place_id, Boundary.region_code, Place.name, shape.label("shape"))
    return select(*columns).join(Place, Place.id == Boundary.place_id).order_by(Boundary.region_code, Boundary.id)


def drawn_borders(actor: Actor, *levels: PlaceLevel) -> tuple[Border, ...]:
    """The simplified borders of some levels that the actor may see."""
    actor.must(Permission.LOOK)
    found = _with_names(Boundary.drawn).where(Boundary.level.in_(levels), scope(actor, Boundary))
    rows = db.session.execute(found.add_columns(Boundary.level))
    return tuple(
        Border(level=row.level, code=row.region_code, name=row.name, shape=multi(from_wkb(row.shape))) for row in rows
    )


def credits_of(actor: Actor) -> list[tuple[str, str]]:
    """Source and licence of every import that the actor's map is drawn from."""
    seen = select(Boundary.import_id).where(scope(actor, Boundary))
    rows = db.session.execute(
        select(BoundaryImport.source, BoundaryImport.licence)
        .where(BoundaryImport.id.in_(seen))
        .order_by(BoundaryImport.id)
    )
    return list(dict.fromkeys((row.source, row.licence) for row in rows))


def stamp() -> None:
    """Say that the boundaries are others now; inside the change that made them so, which forgets the settings after it."""
    db.session.execute(delete(ProgrammeSetting).where(ProgrammeSetting.key == SettingKey.BOUNDARIES))
    if db.session.scalar(select(Boundary.id).limit(1)) is not None:
        db.session.add(ProgrammeSetting(key=SettingKey.BOUNDARIES, value=secrets.token_hex(8)))


def has_villages(actor: Actor) -> bool:
    """Whether there are borders of villages to draw near by."""
    found = select(Boundary.id).where(Boundary.level == PlaceLevel.VILLAGE, scope(actor, Boundary)).limit(1)
    return db.session.scalar(found) is not None


def bounds_within(level: PlaceLevel, prefix: str) -> Sequence[Bounds]:
    """The whole borders of a level in a region."""
    rows = db.session.execute(
        _with_names(Boundary.whole).where(Boundary.level == level, within(Boundary.region_code, prefix))
    )
    return [
        Bounds(place_id=row.place_id, region_code=row.region_code, name=row.name, shape=multi(from_wkb(row.shape)))
        for row in rows
    ]
