"""Borders worked on as plain shapes: moved to WGS-84, measured, simplified together for drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from commissioner.geo.boundaries import KM_PER_DEGREE, polygons_of
from commissioner.geo.datums import from_wgs84, to_wgs84
from commissioner.vocabulary import Datum

FINEST_DEG = 0.0002  # some 20 m: finer than a schematic line shows
MOST_DRAWN_VERTICES = 12_000  # of one level: 60 kB on the way to a browser
MOST_DOUBLINGS = 12

Points = NDArray[np.float64]


def in_wgs84(shape: MultiPolygon, datum: Datum) -> MultiPolygon:
    """The area as it lies on the globe; every vertex is moved by itself."""

    def move(points: Points) -> Points:
        latitudes, longitudes = to_wgs84(points[:, 1], points[:, 0], datum)
        return np.stack([longitudes, latitudes], axis=1)

    moved: MultiPolygon = shapely.transform(shape, move)
    return moved


def as_written(points: Points, datum: Datum) -> Points:
    """WGS-84 longitudes and latitudes as ``datum`` writes them."""
    latitudes, longitudes = from_wgs84(points[:, 1], points[:, 0], datum)
    return np.stack([longitudes, latitudes], axis=1)


def area_km2(shape: BaseGeometry) -> float:
    """The area on the globe, to about a thousandth for a county."""
    return float(_flat(shape).area)


def beyond_km(shape: BaseGeometry, outline: BaseGeometry) -> float:
    """How far the farthest point of ``shape`` lies outside ``outline``."""
    latitude = shape.centroid.y
    outside = shapely.points(shapely.get_coordinates(_flat(shape, latitude)))
    return float(np.max(shapely.distance(outside, _flat(outline, latitude)), initial=0.0))


def share_inside(shape: BaseGeometry, outline: BaseGeometry) -> float:
    """Which part of ``shape`` lies in ``outline``, from 0 to 1."""
    whole = shape.area
    return float(shapely.intersection(shape, outline).area / whole) if whole else 0.0


def distance_km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """The distance of two positions (latitude, longitude), flat: right to a thousandth within a county."""
    north = (second[0] - first[0]) * KM_PER_DEGREE
    east = (second[1] - first[1]) * KM_PER_DEGREE * math.cos(math.radians((first[0] + second[0]) / 2))
    return math.hypot(north, east)


def drawn(shapes: Sequence[MultiPolygon]) -> list[MultiPolygon]:
    """All shapes of a level with fewer points: neighbours keep one line between them, none vanishes."""
    simple = np.asarray(shapes)
    tolerance = FINEST_DEG
    for _ in range(MOST_DOUBLINGS):
        simple = _simplified(simple, tolerance)  # each time what is left, so that the first time alone is long
        if int(shapely.get_num_coordinates(simple).sum()) <= MOST_DRAWN_VERTICES:
            break
        tolerance *= 2
    return [_whole(thin, thick) for thin, thick in zip(simple, shapes, strict=True)]


def _simplified(shapes: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    try:
        if shapely.coverage_is_valid(shapes):
            return np.asarray(shapely.coverage_simplify(shapes, tolerance))
    except GEOSException:
        pass  # gaps and overlaps: each for itself, then
    return np.asarray(shapely.simplify(shapes, tolerance))


def _whole(thin: BaseGeometry, thick: MultiPolygon) -> MultiPolygon:
    """The simplified shape without its smallest islands; as it was if nothing is left of it."""
    polygons = [polygon for polygon in shapely.get_parts(thin) if isinstance(polygon, Polygon) and not polygon.is_empty]
    return MultiPolygon(polygons) if polygons else thick


def _flat(shape: BaseGeometry, latitude: float | None = None) -> BaseGeometry:
    """In kilometres around its middle latitude."""
    radians = math.radians(shape.centroid.y if latitude is None else latitude)
    a_degree_north = 111.13292 - 0.55982 * math.cos(2 * radians) + 0.001175 * math.cos(4 * radians)
    a_degree_east = 111.41284 * math.cos(radians) - 0.0935 * math.cos(3 * radians)
    flat: BaseGeometry = shapely.transform(shape, lambda points: points * [a_degree_east, a_degree_north])
    return flat


def multi(shape: BaseGeometry) -> MultiPolygon:
    """An area as a MultiPolygon, whichever it is."""
    return MultiPolygon(polygons_of(shape))
