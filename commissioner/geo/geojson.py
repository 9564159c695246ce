"""Boundaries from GeoJSON: looked over before it is parsed, so that a bomb costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import orjson

from commissioner.geo.boundary_features import (
    LONGEST_NAME,
    MOST_BRACKETS,
    MOST_DEPTH,
    MOST_VERTICES,
    BoundaryFault,
    Feature,
    Rings,
    named,
)
from commissioner.problems import Problem
from commissioner.vocabulary import N_, Datum

IN_QUOTES = re.compile(rb'"(?:[^"\\]|\\.)*"')
NO_NUMBER = re.compile(rb"[\[,:\s](?:-?Infinity|NaN)\b")
OPENING, CLOSING = (ord("["), ord("{")), (ord("]"), ord("}"))
EPSG = re.compile(r"EPSG:(?::|[0-9.]+:)?([0-9]+)$")
IN_DEGREES = {"4326": Datum.WGS84, "4979": Datum.WGS84, "4490": Datum.CGCS2000, "4480": Datum.CGCS2000}

Told = tuple[Iterator[Feature], Sequence[Problem], Datum | None]


def features_in(data: bytes) -> Told:
    """The features of a document, what is to be noted, and the datum that it names."""
    document = _parsed(data)
    datum = _datum_of(document)
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise _not_geojson()
    notes = [Problem(N_("坐标带着高程，高程没有用到。"))] if _has_heights(features) else []
    return _features(features), notes, datum


def _parsed(data: bytes) -> dict[str, Any]:
    text = _as_utf8(data)
    if text.count(b"[") + text.count(b"{") > MOST_BRACKETS or text.count(b",") > 2 * MOST_BRACKETS:
        raise BoundaryFault(N_("边界的点太多（最多 %(most)s 个），请先简化。"), most=MOST_VERTICES)
    if _depth(text) > MOST_DEPTH and _depth(IN_QUOTES.sub(b'""', text)) > MOST_DEPTH:
        raise BoundaryFault(N_("文件里的括号嵌套太深，不是正常的边界文件。"))
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if NO_NUMBER.search(text) or "infinity" in str(error):
            raise BoundaryFault(N_("坐标里有不是数的值（NaN 或无穷大）。")) from error
        raise _not_geojson() from error
    if not isinstance(document, dict):
        raise _not_geojson()
    return document


def _not_geojson() -> BoundaryFault:
    return BoundaryFault(N_("这不是 GeoJSON，也不是装着 Shapefile 的 zip。"))


def _as_utf8(data: bytes) -> bytes:
    """The text in UTF-8, whatever program wrote it."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise _not_geojson()


def _depth(text: bytes) -> int:
    letters = np.frombuffer(text, np.uint8)
    steps = np.isin(letters, OPENING).astype(np.int8) - np.isin(letters, CLOSING).astype(np.int8)
    return int(np.cumsum(steps[steps != 0], dtype=np.int64).max(initial=0))


def _datum_of(document: dict[str, Any]) -> Datum | None:
    """The old member ``crs``; a projection cannot be read."""
    crs = document.get("crs")
    name = str(((crs.get("properties") or {}) if isinstance(crs, dict) else {}).get("name", ""))
    if not name:
        return None
    if name.endswith("CRS84"):
        return Datum.WGS84
    number = EPSG.search(name)
    if number is None or number[1] not in IN_DEGREES:
        raise BoundaryFault(
            N_("文件写明坐标系是“%(name)s”，不是能读的经纬度坐标，请先转换。"), name=name[:LONGEST_NAME]
        )
    return IN_DEGREES[number[1]]


def _has_heights(features: Sequence[Any]) -> bool:
    try:
        position = features[0]["geometry"]["coordinates"]
        while isinstance(position[0], list):
            position = position[0]
        return len(position) > 2
    except (KeyError, IndexError, TypeError):
        return False


def _features(features: Sequence[Any]) -> Iterator[Feature]:
    for number, one in enumerate(features, 1):
        if not isinstance(one, dict):
            raise _not_geojson()
        properties = one.get("properties")
        name, code = named(properties if isinstance(properties, dict) else {})
        who = name or code or f"#{number}"
        geometry = one.get("geometry") if one.get("type") == "Feature" else one
        yield Feature(number=number, name=name, code=code, polygons=_polygons(geometry, who))


def _polygons(geometry: Any, who: str) -> list[Rings]:
    if geometry is None:
        return []
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise BoundaryFault(N_("“%(name)s”不是面（Polygon 或 MultiPolygon）。"), name=who)
    coordinates = geometry.get("coordinates") or []
    try:
        several = [coordinates] if kind == "Polygon" else coordinates
        polygons = [[_ring(ring, who) for ring in polygon] for polygon in several if polygon]
    except TypeError as error:
        raise _unreadable(who) from error
    return [rings for polygon in polygons if (rings := [ring for ring in polygon if len(ring)])]


def _ring(positions: Any, who: str) -> Any:
    """Longitude and latitude of each position; a height is left out."""
    if not isinstance(positions, list):
        raise _unreadable(who)
    if not positions:
        return np.empty((0, 2))
    try:
        ring = np.array([position[:2] for position in positions], float)
    except (TypeError, ValueError, OverflowError, KeyError) as error:
        raise _unreadable(who) from error
    if ring.ndim != 2 or ring.shape[1] != 2:
        raise _unreadable(who)
    return ring


def _unreadable(who: str) -> BoundaryFault:
    return BoundaryFault(N_("“%(name)s”的坐标读不懂。"), name=who)
