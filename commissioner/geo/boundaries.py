"""Is a point where it claims to be: inside the county, near it, outside, swapped or impossible."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.affinity import scale
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

KM_PER_DEGREE = 111.32
NEAR_KM = 2.0  # outlines are schematic, and fields lie on both sides of a line
CHINA_LATITUDES_DEG = (3.0, 54.0)
CHINA_LONGITUDES_DEG = (73.0, 136.0)


class PointVerdict(Enum):
    """What the outline says about a point; ``acceptable`` is whether it may be saved."""

    INSIDE = "inside"
    NEAR = "near"
    OUTSIDE = "outside"
    SWAPPED = "swapped"
    IMPOSSIBLE = "impossible"
    PLAUSIBLE = "plausible"  # no outline to check against, but on the country's side of the globe

    @property
    def acceptable(self) -> bool:
        """Whether a person may save it."""
        return self in {PointVerdict.INSIDE, PointVerdict.NEAR, PointVerdict.PLAUSIBLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The outline of a division, in degrees of WGS-84; schematic, never a legal boundary, unless somebody imported it."""

    code: str
    name: str
    shape: MultiPolygon
    schematic: bool = True

    @classmethod
    def from_feature(cls, feature: dict[str, Any]) -> Self:
        """A GeoJSON feature with ``code`` and ``name``; raises ``ValueError`` if it is not an area."""
        area = MultiPolygon(polygons_of(shape(feature["geometry"])))
        shapely.prepare(area)
        properties = feature.get("properties") or {}
        return cls(code=str(properties.get("code", "")), name=str(properties.get("name", "")), shape=area)

    @classmethod
    def from_geojson(cls, text: str | bytes) -> Self:
        """The first feature of a GeoJSON document."""
        document = json.loads(text)
        return cls.from_feature(document["features"][0] if "features" in document else document)

    @property
    def bounds_deg(self) -> tuple[float, float, float, float]:
        """South, west, north, east."""
        west, south, east, north = self.shape.bounds
        return south, west, north, east


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons of an area; anything else raises ``ValueError``."""
    if isinstance(geometry, Polygon):
        return [geometry]
    if isinstance(geometry, MultiPolygon):
        return list(geometry.geoms)
    raise ValueError("an area is a Polygon or a MultiPolygon")


def check_point(
    latitude_deg: float, longitude_deg: float, outline: Outline | None, *, near_km: float = NEAR_KM
) -> PointVerdict:
    """Where the point lies; without an outline only its range and a swap can be told."""
    if not (math.isfinite(latitude_deg) and math.isfinite(longitude_deg)):
        return PointVerdict.IMPOSSIBLE
    verdict = _placed(latitude_deg, longitude_deg, outline, near_km)
    if verdict.acceptable:
        return verdict
    if _placed(longitude_deg, latitude_deg, outline, near_km).acceptable:
        return PointVerdict.SWAPPED
    return verdict


def _placed(latitude_deg: float, longitude_deg: float, outline: Outline | None, near_km: float) -> PointVerdict:
    if abs(latitude_deg) > 90 or abs(longitude_deg) > 180:
        return PointVerdict.IMPOSSIBLE
    if outline is None:
        return PointVerdict.PLAUSIBLE if _in_china(latitude_deg, longitude_deg) else PointVerdict.OUTSIDE
    point = Point(longitude_deg, latitude_deg)
    if outline.shape.covers(point):
        return PointVerdict.INSIDE
    return PointVerdict.NEAR if _distance_km(point, outline.shape) <= near_km else PointVerdict.OUTSIDE


def _in_china(latitude_deg: float, longitude_deg: float) -> bool:
    south, north = CHINA_LATITUDES_DEG
    west, east = CHINA_LONGITUDES_DEG
    return south <= latitude_deg <= north and west <= longitude_deg <= east


def _distance_km(point: Point, area: BaseGeometry) -> float:
    # Degrees of longitude are shortened to the length of degrees of latitude: exact enough within a county.
    shortened = math.cos(math.radians(point.y))
    flat_area = scale(area, xfact=shortened, origin=(0, 0))
    return float(flat_area.distance(Point(point.x * shortened, point.y))) * KM_PER_DEGREE
