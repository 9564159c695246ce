"""The part of the map that somebody looks at: read from the address with care, and as cells of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from math import asinh, atan, degrees, isfinite, pi, radians, sinh, tan

from commissioner.problems import Problem
from commissioner.units import whole
from commissioner.vocabulary import N_

DEEPEST_ZOOM = 22
WORLD_PX = 256
CELL_PX = 72  # a gauge with its name has room in a cell
FARTHEST_DEG = 85.05
LONGEST_BOX = 120


class BadViewport(Problem):
    """The address does not say which part of the map."""

    message = N_("地图的范围或缩放级别看不懂：范围依次是西、南、东、北四个经纬度，缩放在 0 到 22 之间。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """A box in degrees at a zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom on the world from 0 to 1."""
        left, bottom = world(self.south, self.west)
        right, top = world(self.north, self.east)
        return left, top, right, bottom

    @property
    def cells_around_the_world(self) -> float:
        """How many cells of the grid lie side by side around the world at this zoom."""
        return WORLD_PX * 2.0**self.zoom / CELL_PX


def read_viewport(bbox: str, zoom: str) -> Viewport:
    """What ``bbox=west,south,east,north`` and ``zoom`` say; raises ``BadViewport``."""
    level = whole(zoom)
    try:
        edges = [float(part) for part in bbox.split(",")] if len(bbox) <= LONGEST_BOX else []
    except ValueError:
        raise BadViewport from None
    if level is None or level > DEEPEST_ZOOM or len(edges) != 4 or not all(isfinite(edge) for edge in edges):
        raise BadViewport
    west, south, east, north = edges
    if not (-540 <= west < east <= 540 and -90 <= south < north <= 90):
        raise BadViewport
    return Viewport(west=west, south=south, east=east, north=north, zoom=level)


def world(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Web Mercator from 0 to 1, as the browser draws it."""
    latitude = radians(max(-FARTHEST_DEG, min(FARTHEST_DEG, latitude_deg)))
    return longitude_deg / 360 + 0.5, 0.5 - asinh(tan(latitude)) / (2 * pi)


def earth(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude again."""
    return degrees(atan(sinh((0.5 - y) * 2 * pi))), (x - 0.5) * 360
