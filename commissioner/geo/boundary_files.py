"""Boundaries as somebody sends them, GeoJSON or a zipped Shapefile, read into areas: within limits, or refused in words.

The numbers stay as they are written: which datum they are in, and what the areas belong to, is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.errors import GEOSException
from shapely.validation import explain_validity

from commissioner.archives import is_zip
from commissioner.geo.boundaries import CHINA_LATITUDES_DEG, CHINA_LONGITUDES_DEG
from commissioner.geo.boundary_features import (
    MOST_BYTES,
    MOST_FEATURES,
    MOST_RINGS,
    MOST_VERTICES,
    BoundaryFault,
    Feature,
)
from commissioner.geo.geojson import features_in
from commissioner.geo.repair import repaired
from commissioner.geo.shapefiles import features_of
from commissioner.problems import Problem
from commissioner.vocabulary import N_, Datum

MOST_TOLD = 12
WHERE = re.compile(r"\[([-0-9.e+]+) ([-0-9.e+]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One feature, in degrees as written; ``crosses`` says where its border crosses itself, if it does."""

    number: int
    name: str
    code: str
    shape: MultiPolygon
    crosses: str = ""

    @property
    def called(self) -> str:
        """What a person calls it."""
        return self.name or self.code or f"#{self.number}"

    @property
    def vertices(self) -> int:
        """How many points its border has."""
        return int(shapely.get_num_coordinates(self.shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryFile:
    """What a file holds. ``swapped``: it had latitude first, and was turned round."""

    areas: tuple[Area, ...]
    faults: tuple[BoundaryFault, ...] = ()
    notes: tuple[Problem, ...] = ()
    swapped: bool = False
    written_datum: Datum | None = None


def read_boundaries(data: bytes) -> BoundaryFile:
    """The areas of a file. Raises ``BoundaryFault`` or ``BadArchive`` if it cannot be read at all."""
    if len(data) > MOST_BYTES:
        raise BoundaryFault(N_("文件太大（最多 %(most)s MB）。"), most=MOST_BYTES // 1024**2)
    if not data.strip():
        raise BoundaryFault(N_("文件是空的。"))
    return _judged(*(features_of(data) if is_zip(data) else features_in(data)))


def _judged(features: Iterator[Feature], notes: Sequence[Problem], written_datum: Datum | None) -> BoundaryFile:
    areas: list[Area] = []
    faults: list[BoundaryFault] = []
    vertices = 0
    for feature in features:
        if feature.number > MOST_FEATURES:
            raise BoundaryFault(N_("文件里的面太多（最多 %(most)s 个）。"), most=MOST_FEATURES)
        vertices += sum(len(ring) for polygon in feature.polygons for ring in polygon)
        if vertices > MOST_VERTICES:
            raise BoundaryFault(N_("边界的点太多（最多 %(most)s 个），请先简化。"), most=MOST_VERTICES)
        fault = _fault_of(feature)
        if fault is None:
            areas.append(_area(feature))
        else:
            faults.append(fault)
    if not areas and not faults:
        raise BoundaryFault(N_("文件里一个面也没有。"))
    turned = _turned_round(areas)
    areas = turned or areas
    faults += [fault for area in areas if (fault := _place_fault(area))]
    return BoundaryFile(
        areas=tuple(areas),
        faults=tuple(faults[:MOST_TOLD]),
        notes=tuple(notes),
        swapped=turned is not None,
        written_datum=written_datum,
    )


def _fault_of(feature: Feature) -> BoundaryFault | None:
    """What is wrong with the numbers of a feature, naming it."""
    who = feature.name or feature.code or f"#{feature.number}"
    rings = [ring for polygon in feature.polygons for ring in polygon]
    if not rings:
        return BoundaryFault(N_("“%(name)s”没有图形。"), name=who)
    if len(rings) > MOST_RINGS:
        return BoundaryFault(N_("“%(name)s”的块数太多（最多 %(most)s 块）。"), name=who, most=MOST_RINGS)
    if not all(np.isfinite(ring).all() for ring in rings):
        return BoundaryFault(N_("“%(name)s”的坐标里有不是数的值（NaN 或无穷大）。"), name=who)
    if any(np.abs(ring).max() > 180 for ring in rings):
        return BoundaryFault(N_("“%(name)s”的坐标不是经纬度（像是以米为单位的投影坐标），请先转换成经纬度。"), name=who)
    if any(len(np.unique(ring, axis=0)) < 3 for ring in rings):
        return BoundaryFault(N_("“%(name)s”有一圈边界不到三个点。"), name=who)
    return None


def _area(feature: Feature) -> Area:
    polygons = [Polygon(rings[0], rings[1:]) for rings in feature.polygons]
    shape = MultiPolygon(polygons)
    return Area(number=feature.number, name=feature.name, code=feature.code, shape=shape, crosses=_crossing(shape))


def _crossing(shape: MultiPolygon) -> str:
    """Where a border crosses itself first: longitude and latitude; nothing where it is sound."""
    if shape.is_valid:
        return ""
    told = WHERE.search(explain_validity(shape))
    return "?" if told is None else f"{float(told[1]):.4f}, {float(told[2]):.4f}"


def _turned_round(areas: Sequence[Area]) -> list[Area] | None:
    """The areas with longitude and latitude exchanged, if only so they lie in the country."""
    there = [area for area in areas if _in_china(area.shape.bounds)]
    turned = [_in_china((s, w, n, e)) for w, s, e, n in (area.shape.bounds for area in areas)]
    if len(there) * 2 >= len(areas) or sum(turned) * 2 < len(areas):
        return None
    shapes = [shapely.transform(area.shape, lambda points: points[:, ::-1]) for area in areas]
    return [replace(area, shape=shape, crosses=_crossing(shape)) for area, shape in zip(areas, shapes, strict=True)]


def _in_china(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    lowest, highest = CHINA_LATITUDES_DEG
    first, last = CHINA_LONGITUDES_DEG
    return first <= west and east <= last and lowest <= south and north <= highest


def _place_fault(area: Area) -> BoundaryFault | None:
    if _in_china(area.shape.bounds):
        return None
    return BoundaryFault(N_("“%(name)s”不在国内的经纬度范围里，请核对坐标。"), name=area.called)


def mended(area: Area) -> Area | None:
    """The area with its crossings undone; nothing where it crosses itself too often to say what was meant."""
    try:
        shape = repaired(area.shape)
    except GEOSException:
        return None
    return None if shape is None else replace(area, shape=shape, crosses="")
