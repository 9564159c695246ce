"""The ground a map is drawn on without a network: land, outlines and their licences, read from GeoJSON files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from shapely import MultiPolygon, Polygon
from shapely.geometry import shape

from commissioner.geo.boundaries import Outline, polygons_of
from commissioner.vocabulary import PlaceLevel

Ring = list[list[float]]
DECIMALS = 5  # about a metre
DIVISION_WIDTHS = (2, 4, 6, 9, 12)  # province, city, county, township, village


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """An imported border, simplified for drawing; its name is for those who draw it for themselves."""

    level: PlaceLevel
    code: str
    name: str
    shape: MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What lies under the points; every part may be missing."""

    land: tuple[Polygon, ...] = ()
    sheet_deg: tuple[float, float, float, float] | None = None  # south, west, north, east of what the land covers
    outlines: tuple[Outline, ...] = ()
    borders: tuple[Border, ...] = ()  # of townships
    attributions: tuple[str, ...] = ()

    @property
    def outline(self) -> Outline | None:
        """The outline if there is exactly one: what a point is checked against."""
        return self.outlines[0] if len(self.outlines) == 1 else None

    @property
    def bounds_deg(self) -> tuple[float, float, float, float] | None:
        """South, west, north, east of all outlines, else of the sheet."""
        if not self.outlines:
            return self.sheet_deg
        boxes = [outline.bounds_deg for outline in self.outlines]
        souths, wests, norths, easts = zip(*boxes, strict=True)
        return min(souths), min(wests), max(norths), max(easts)

    def document(self) -> dict[str, Any]:
        """The JSON the map draws: rings of [longitude, latitude]."""
        return {
            "sheet": list(self.sheet_deg) if self.sheet_deg else None,
            "land": [_rings(polygon) for polygon in self.land],
            "outlines": [
                {"name": one.name, "schematic": one.schematic, "polygons": rings_of(one.shape)} for one in self.outlines
            ],
            "borders": [polygon for one in self.borders for polygon in rings_of(one.shape)],
            "attributions": list(self.attributions),
        }


def rings_of(area: MultiPolygon) -> list[list[Ring]]:
    """Polygons as the map draws them."""
    return [_rings(polygon) for polygon in area.geoms]


def load_ground(folder: Path, region_code: str) -> Ground:
    """Everything in ``folder`` that helps to draw the region: all land, and the outlines of or within the region."""
    stamp = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.geojson")))
    return _loaded(folder, division_prefix(region_code), stamp)


def division_prefix(code: str) -> str:
    """The digits of a division code that say something: 330326000000 → 330326, 330110 → 330110, 330100 → 3301."""
    if not code.strip("0"):
        return ""
    return next((code[:width] for width in DIVISION_WIDTHS if not code[width:].strip("0")), code)


@lru_cache(maxsize=64)
def _loaded(folder: Path, prefix: str, stamp: tuple[tuple[str, int], ...]) -> Ground:
    land: list[Polygon] = []
    outlines: list[Outline] = []
    attributions: list[str] = []
    sheets: list[list[float]] = []
    for name, _ in stamp:
        document = json.loads((folder / name).read_bytes())
        found_land = list(_land_in(document))
        land += found_land
        outlines += _outlines_in(document, prefix)
        if found_land and "bbox" in document:
            sheets.append(document["bbox"])
        if found_land and "attribution" in document:
            attributions.append(str(document["attribution"]))
    return Ground(
        land=tuple(land), sheet_deg=_around(sheets), outlines=tuple(outlines), attributions=tuple(attributions)
    )


def _land_in(document: dict[str, Any]) -> Iterator[Polygon]:
    for feature in document["features"]:
        if (feature.get("properties") or {}).get("kind") == "land":
            yield from polygons_of(shape(feature["geometry"]))


def _outlines_in(document: dict[str, Any], prefix: str) -> list[Outline]:
    """A county asks for its own outline; a township finds the county it lies in, a city its counties."""
    return [
        Outline.from_feature(feature)
        for feature in document["features"]
        if (code := _code(feature)) and (code.startswith(prefix) or prefix.startswith(code))
    ]


def _code(feature: dict[str, Any]) -> str:
    return division_prefix(str((feature.get("properties") or {}).get("code", "")))


def _around(boxes: list[list[float]]) -> tuple[float, float, float, float] | None:
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(south), min(west), max(north), max(east)


def _rings(polygon: Polygon) -> list[Ring]:
    return [
        [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]
        for ring in (polygon.exterior, *polygon.interiors)
    ]
