"""A border that crosses itself, made sound: only where the crossings are few, because undoing very many takes for ever."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import MultiPolygon, STRtree

from commissioner.geo.boundaries import polygons_of

MOST_REPAIRED_VERTICES = 20_000
MOST_MEETINGS_A_SEGMENT = 12  # each meets itself and its two neighbours
SEGMENTS_AT_ONCE = 200


def repaired(shape: MultiPolygon) -> MultiPolygon | None:
    """The area without crossings; nothing if it would take too long or nothing is left."""
    if shapely.get_num_coordinates(shape) > MOST_REPAIRED_VERTICES or _crosses_too_often(shape):
        return None
    sound = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if sound.is_empty or sound.geom_type not in {"Polygon", "MultiPolygon"}:
        return None
    return MultiPolygon(polygons_of(sound))


def _crosses_too_often(shape: MultiPolygon) -> bool:
    """Whether boxes of segments meet far more often than those of a border do; told without undoing anything."""
    segments = np.concatenate([_segments(ring) for ring in _rings(shape)])
    tree = STRtree(segments)
    meetings, most = 0, len(segments) * MOST_MEETINGS_A_SEGMENT
    for first in range(0, len(segments), SEGMENTS_AT_ONCE):
        meetings += tree.query(segments[first:][:SEGMENTS_AT_ONCE]).shape[1]
        if meetings > most:
            return True
    return False


def _rings(shape: MultiPolygon) -> list[shapely.LinearRing]:
    return [ring for polygon in shape.geoms for ring in (polygon.exterior, *polygon.interiors)]


def _segments(ring: shapely.LinearRing) -> np.ndarray:
    points = shapely.get_coordinates(ring)
    return np.asarray(shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)))
