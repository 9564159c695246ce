"""Boundaries from a zipped Shapefile: the only module that reads that format."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from shapely import Polygon

from commissioner.archives import unpacked
from commissioner.geo.boundary_features import (
    LONGEST_NAME,
    MOST_FEATURES,
    MOST_RINGS,
    MOST_VERTICES,
    BoundaryFault,
    Feature,
    Rings,
    named,
)
from commissioner.problems import Problem
from commissioner.vocabulary import N_, Datum

MOST_TRIED = 8
AREAS = frozenset({5, 15, 25})  # Polygon, PolygonZ, PolygonM
NOTHING = 0
ENCODINGS = ("utf-8", "gb18030")
SPELLED = {
    "utf8": "utf-8",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "936": "gb18030",
    "cp936": "gb18030",
    "ansi936": "gb18030",
}
WGS84 = re.compile(r"wgs[ _]?(?:19)?84", re.IGNORECASE)
CGCS2000 = re.compile(
    r"cgcs[ _]?2000|china[ _]?geodetic[ _]?coordinate[ _]?system[ _]?2000|china[ _]?2000", re.IGNORECASE
)
TITLE = re.compile(r'^\s*\w+\s*\[\s*"([^"]*)"')
NOT_A_SHAPEFILE = N_("压缩包里的 Shapefile 读不出来，请用 GIS 软件重新导出。")

Told = tuple[Iterator[Feature], Sequence[Problem], Datum | None]


def features_of(data: bytes) -> Told:
    """The features of the one Shapefile in a zip, what is to be noted, and the datum that its .prj names."""
    parts = _parts(unpacked(data))
    datum = _datum_of(parts.get(".prj", b"").decode("utf-8", "replace"))
    features = _features(parts)
    notes = [] if ".prj" in parts else [Problem(N_("压缩包里没有 .prj 文件，坐标系以您选的为准。"))]
    return iter(features), notes, datum


def _parts(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of the one Shapefile, by their ending."""
    paths = {PurePosixPath(name): content for name, content in files.items()}
    paths = {path: content for path, content in paths.items() if not _is_litter(path)}
    shapes = [path for path in paths if path.suffix.lower() == ".shp"]
    if len(shapes) != 1:
        raise BoundaryFault(N_("压缩包里要有一个、也只能有一个 .shp 文件。"))
    stem = shapes[0].with_suffix("")
    parts = {path.suffix.lower(): content for path, content in paths.items() if path.with_suffix("") == stem}
    if ".dbf" not in parts:
        raise BoundaryFault(N_("压缩包里缺少 .dbf 文件，不知道每个面是哪里。"))
    return parts


def _is_litter(path: PurePosixPath) -> bool:
    return any(step.startswith((".", "__MACOSX")) for step in path.parts)


def _datum_of(written: str) -> Datum | None:
    """What the .prj says; a projection, or a datum of the last century, cannot be read."""
    if not written.strip():
        return None
    title = (TITLE.match(written) or ["", ""])[1][:LONGEST_NAME]
    if written.lstrip().upper().startswith(("PROJCS", "PROJCRS")):
        raise BoundaryFault(N_("文件写明坐标系是“%(name)s”，不是能读的经纬度坐标，请先转换。"), name=title)
    if CGCS2000.search(written):
        return Datum.CGCS2000
    if WGS84.search(title):
        return Datum.WGS84
    raise BoundaryFault(N_("文件写明坐标系是“%(name)s”，不是能读的经纬度坐标，请先转换。"), name=title)


def _features(parts: dict[str, bytes]) -> list[Feature]:
    from shapefile import ShapefileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a header that lies is told by what does not fit
            return list(_with_names(parts[".shp"], _named_rows(parts)))
    except (ShapefileException, struct.error, ValueError, LookupError, TypeError, AssertionError, EOFError) as error:
        raise BoundaryFault(NOT_A_SHAPEFILE) from error


def _named_rows(parts: dict[str, bytes]) -> list[dict[str, Any]]:
    from shapefile import ShapefileException

    for encoding in _encodings(parts):
        try:
            return _records(parts[".dbf"], encoding)
        except (UnicodeDecodeError, ShapefileException):
            continue
    raise BoundaryFault(N_("名称的编码读不懂，请用 UTF-8 或 GBK 重新导出。"))


def _encodings(parts: dict[str, bytes]) -> Sequence[str]:
    """The encoding that the .cpg names first, then those that programs use without saying so."""
    said = parts.get(".cpg", b"").decode("ascii", "ignore").strip().lower().replace("-", "").replace(" ", "")
    first = SPELLED.get(said)
    return tuple(dict.fromkeys([*([first] if first else []), *ENCODINGS]))


def _records(dbf: bytes, encoding: str) -> list[dict[str, Any]]:
    from shapefile import Reader

    with Reader(dbf=BytesIO(dbf), encoding=encoding, encodingErrors="strict") as reader:
        if reader.numRecords > MOST_FEATURES:
            raise BoundaryFault(N_("文件里的面太多（最多 %(most)s 个）。"), most=MOST_FEATURES)
        return [record.as_dict() for record in reader.iterRecords() if record is not None]


def _with_names(shp: bytes, records: Sequence[dict[str, Any]]) -> Iterator[Feature]:
    from shapefile import Reader

    vertices = 0
    with Reader(shp=BytesIO(shp)) as reader:
        for number, shape in enumerate(reader.iterShapes(), 1):
            if number > len(records) or shape is None:
                raise BoundaryFault(NOT_A_SHAPEFILE)
            vertices += len(getattr(shape, "points", ()))
            if vertices > MOST_VERTICES:
                raise BoundaryFault(N_("边界的点太多（最多 %(most)s 个），请先简化。"), most=MOST_VERTICES)
            name, code = named(records[number - 1])
            yield Feature(number=number, name=name, code=code, polygons=_polygons(shape, name or code or f"#{number}"))


def _polygons(shape: Any, who: str) -> list[Rings]:
    """Rings that turn clockwise are outer ones; each hole goes into the smallest outer ring around it."""
    if shape.shapeType == NOTHING:
        return []
    if shape.shapeType not in AREAS:
        raise BoundaryFault(N_("“%(name)s”不是面（Polygon 或 MultiPolygon）。"), name=who)
    points = np.array([point[:2] for point in shape.points], float).reshape(-1, 2)
    starts = [*shape.parts, len(points)]
    rings = [points[first:last] for first, last in pairwise(starts)]
    if len(rings) > MOST_RINGS:
        raise BoundaryFault(N_("“%(name)s”的块数太多（最多 %(most)s 块）。"), name=who, most=MOST_RINGS)
    return _nested([ring for ring in rings if len(ring)])


def _nested(rings: Rings) -> list[Rings]:
    with np.errstate(all="ignore"):  # numbers that are none are told later, by name
        turns = [_turning(ring) for ring in rings]
    outer = [[ring] for ring, turn in zip(rings, turns, strict=True) if not turn > 0]
    holes = [ring for ring, turn in zip(rings, turns, strict=True) if turn > 0]
    if not outer:  # some programs turn all of them the other way
        return [[ring] for ring in holes]
    boxes = [(ring[0].min(axis=0), ring[0].max(axis=0)) for ring in outer]
    for hole in holes:
        low, high = hole.min(axis=0), hole.max(axis=0)
        around = [n for n, (least, most) in enumerate(boxes) if (least <= low).all() and (high <= most).all()]
        if not around:
            outer.append([hole])
            boxes.append((low, high))
        else:
            around.sort(key=lambda n: float(np.prod(boxes[n][1] - boxes[n][0])))
            outer[_owner(hole, around, outer)].append(hole)
    return outer


def _owner(hole: Any, around: Sequence[int], outer: Sequence[Rings]) -> int:
    """The smallest outer ring that holds the hole; the smallest box around it where none does."""
    if len(around) > 1:
        inner = _plain(hole)
        for n in around[:MOST_TRIED]:
            if inner is not None and (shape := _plain(outer[n][0])) is not None and shape.covers(inner):
                return n
    return around[0]


def _plain(ring: Any) -> Polygon | None:
    """The ring as an area, if it is a sound one."""
    shape = Polygon(ring) if len(ring) > 3 and np.isfinite(ring).all() else None
    return shape if shape is not None and shape.is_valid else None


def _turning(ring: Any) -> float:
    """Twice the area, positive where the ring turns against the clock."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
