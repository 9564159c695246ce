"""What the map shows of a crowded region in the part that is looked at: cells of a grid, or the villages themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import and_, or_, select

from commissioner.access import Actor, Permission
from commissioner.domain import map_rows
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import APPROXIMATE, TOWNSHIP_DIGITS, Atlas, Jobs, Marker, fine, packed
from commissioner.domain.map_counts import MOST_POINTS, SUMMED, VILLAGE
from commissioner.domain.map_layers import KINDS, fitting
from commissioner.domain.map_rows import Townships
from commissioner.domain.map_states import MapState
from commissioner.domain.map_townships import Cell, TownshipsOnMap, cells_of, townships_on_map
from commissioner.domain.map_viewport import Viewport, earth
from commissioner.domain.memory import Memory
from commissioner.domain.points import ground
from commissioner.models import Place, TownshipSum, db
from commissioner.units import today
from commissioner.vocabulary import PlaceLevel, PlaceState

COUNTED = ("townships", *SUMMED)
NEAR_ZOOM = 12  # from here on villages stand apart
MOST_KEPT = 200
MOST_INSIDE = 200
ONE_SPOT = 1e-8  # of the world: less than half a metre


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterDocument:
    """An answer for one scope, one question, one part of the map and one state of the records."""

    body: bytes
    etag: str


_kept = Memory(MOST_KEPT)


def clusters(actor: Actor, ask: MapAsk, viewport: Viewport, state: MapState) -> ClusterDocument:
    """Cells with what they hold; near by, where no more than 5,000 villages are seen, the villages."""
    actor.must(Permission.LOOK)
    key = (state, today(), actor.scope_key, ask, viewport)
    return _kept.get(key, lambda: _built(actor, ask, viewport, state))


def _built(actor: Actor, ask: MapAsk, viewport: Viewport, state: MapState) -> ClusterDocument:
    points = _points(actor, ask, viewport) if viewport.zoom >= NEAR_ZOOM else None
    body = orjson.dumps(_cells(actor, townships_on_map(actor, ask, state), viewport) if points is None else points)
    return ClusterDocument(body=body, etag=hashlib.sha256(body).hexdigest()[:20])


def _cells(actor: Actor, townships: TownshipsOnMap, viewport: Viewport) -> dict[str, Any]:
    cells = cells_of(townships, viewport)
    alone = _named([cell.first for cell in cells if cell.townships == 1])
    keys = ("id", "name", "lat", "lng", "box", "flags", "inside", *COUNTED)
    columns: dict[str, list[Any]] = {key: [] for key in keys}
    together = _on_one_spot(actor, cells)
    for cell in cells:
        place = alone.get(cell.first) if cell.townships == 1 else None
        latitude_deg, longitude_deg = earth(cell.x, cell.y)
        south, west = earth(cell.left, cell.bottom)
        north, east = earth(cell.right, cell.top)
        columns["id"].append(place.id if place else None)
        columns["name"].append(place.name if place else "")
        columns["lat"].append(fine(latitude_deg))
        columns["lng"].append(fine(longitude_deg))
        columns["box"].append([fine(edge) for edge in (south, west, north, east)])
        columns["flags"].append(APPROXIMATE if place and place.coordinate_source in map_rows.ROUGH else 0)
        columns["inside"].append(together.get(cell.first, []))
        for key in COUNTED:
            columns[key].append(int(getattr(cell, key)))
    return {"clusters": columns}


def _on_one_spot(actor: Actor, cells: Sequence[Cell]) -> dict[str, list[tuple[int, str]]]:
    """By the first of them: the townships of cells whose townships cannot be told apart by looking nearer."""
    found: dict[str, list[tuple[int, str]]] = {}
    for cell in cells:
        if cell.townships > 1 and cell.right - cell.left < ONE_SPOT and cell.bottom - cell.top < ONE_SPOT:
            spot = and_(TownshipSum.x.between(cell.left, cell.right), TownshipSum.y.between(cell.top, cell.bottom))
            here = db.session.scalars(select(TownshipSum.township).where(spot).limit(MOST_INSIDE)).all()
            named = _named([code for code in here if code.startswith(actor.region_code[:TOWNSHIP_DIGITS])])
            found[cell.first] = [(row.id, row.name) for row in named.values()]
    return found


def _named(townships: Sequence[str]) -> dict[str, Any]:
    if not townships:
        return {}
    columns = (Place.id, Place.name, Place.region_code, Place.coordinate_source)
    found = select(*columns).where(
        Place.level == PlaceLevel.TOWNSHIP,
        Place.state == PlaceState.CURRENT,
        Place.region_code.in_([f"{one}000" for one in townships]),
    )
    return {row.region_code[:9]: row for row in db.session.execute(found)}


def _points(actor: Actor, ask: MapAsk, viewport: Viewport) -> dict[str, Any] | None:
    """The villages in sight with their townships and all that stands there, or nothing where they are too many."""
    villages = _villages_in(actor, ask, viewport)
    if len(villages) > MOST_POINTS:
        return None
    places = [*_townships_of(actor, villages, viewport), *villages]
    within = Townships({row.region_code[:TOWNSHIP_DIGITS] for row in places})
    atlas = Atlas(places, ground())
    rows = map_rows.marks(actor, ask, fitting(ask), within)
    atlas.serve(rows["posting"], rows["pairing"], map_rows.visits(actor, ask, within))
    marker = Marker(atlas, Jobs(None), {})
    marked = {layer: marker.marked(kind, rows[kind]) for layer, kind in KINDS.items()}
    marks = {layer.value: packed(one.columns, atlas.townships) for layer, one in marked.items()}
    return {"townships": atlas.townships, "villages": packed(atlas.villages, atlas.townships), **marks}


def _villages_in(actor: Actor, ask: MapAsk, viewport: Viewport) -> Sequence[Any]:
    """Villages whose point lies in sight, and those without a point whose township's does."""
    here = map_rows.place_columns()
    inside = and_(
        Place.longitude_deg.between(viewport.west, viewport.east),
        Place.latitude_deg.between(viewport.south, viewport.north),
    )
    wanted = [*map_rows.places_shown(actor), map_rows.in_township(Place, ask)]
    own = select(*here).where(*wanted, VILLAGE, inside).limit(MOST_POINTS + 1)
    near = db.session.execute(
        select(Place.region_code).where(*map_rows.places_shown(actor), Place.level == PlaceLevel.TOWNSHIP, inside)
    ).scalars()
    ranges = [Place.region_code.between(code, f"{code[:9]}999") for code in near]
    found = list(db.session.execute(own).all())
    if ranges and len(found) <= MOST_POINTS:
        without = select(*here).where(*wanted, VILLAGE, Place.latitude_deg.is_(None), or_(*ranges))
        found += db.session.execute(without.limit(MOST_POINTS + 1)).all()
    return sorted(found, key=lambda row: (row.region_code, row.id))


def _townships_of(actor: Actor, villages: Sequence[Any], viewport: Viewport) -> Sequence[Any]:
    """The townships of the villages in sight, and those that are in sight themselves."""
    inside = and_(
        Place.longitude_deg.between(viewport.west, viewport.east),
        Place.latitude_deg.between(viewport.south, viewport.north),
    )
    codes = sorted({f"{row.region_code[:9]}000" for row in villages})
    statement = select(*map_rows.place_columns()).where(
        *map_rows.places_shown(actor),
        Place.level == PlaceLevel.TOWNSHIP,
        or_(Place.region_code.in_(codes), inside),
    )
    return db.session.execute(statement.order_by(Place.region_code, Place.id)).all()
