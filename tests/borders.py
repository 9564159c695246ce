"""Files of boundaries as people and their enemies send them."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import shapefile

WGS84_PRJ = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
CGCS2000_PRJ = 'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]]'
PROJECTED_PRJ = 'PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000"]]'
BEIJING_PRJ = 'GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954"]]'

Ring = list[list[float]]


def square(west: float = 120.30, south: float = 27.60, side: float = 0.06) -> Ring:
    """A square, turning clockwise as a Shapefile wants its outer rings."""
    east, north = round(west + side, 6), round(south + side, 6)
    return [[west, south], [west, north], [east, north], [east, south], [west, south]]


def bow_tie(west: float = 120.30, south: float = 27.60, side: float = 0.06) -> Ring:
    """A border that crosses itself once."""
    east, north = round(west + side, 6), round(south + side, 6)
    return [[west, south], [east, north], [east, south], [west, north], [west, south]]


def feature(name: str, *rings: Any, code: str = "", kind: str = "Polygon") -> dict[str, Any]:
    """A GeoJSON feature."""
    coordinates: Any = list(rings) if kind == "Polygon" else [[ring] for ring in rings]
    properties = {"name": name, **({"code": code} if code else {})}
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def geojson(*features: Any, **more: Any) -> bytes:
    """A GeoJSON document."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}, ensure_ascii=False).encode()


def zipped(files: dict[str, bytes], **options: Any) -> bytes:
    """A zip of files."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def shapefile_parts(
    rows: list[tuple[str, str, list[Ring]]],
    encoding: str = "utf-8",
    *,
    stem: str = "边界",
    prj: str = WGS84_PRJ,
    heights: bool = False,
) -> dict[str, bytes]:
    """The files of a Shapefile: name, code and rings of each feature."""
    shp, shx, dbf = BytesIO(), BytesIO(), BytesIO()
    kind = shapefile.POLYGONZ if heights else shapefile.POLYGON
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=kind, encoding=encoding) as writer:
        writer.field("XZQMC", "C", size=60)
        writer.field("XZQDM", "C", size=20)
        for name, code, rings in rows:
            if not rings:
                writer.null()
            elif heights:
                writer.polyz([[[*point, 12.5] for point in ring] for ring in rings])
            else:
                writer.poly(rings)
            writer.record(name, code)
    files = {f"{stem}.shp": shp.getvalue(), f"{stem}.shx": shx.getvalue(), f"{stem}.dbf": dbf.getvalue()}
    return files | ({f"{stem}.prj": prj.encode()} if prj else {})


def a_shapefile(rows: list[tuple[str, str, list[Ring]]], encoding: str = "utf-8", **options: Any) -> bytes:
    """A zipped Shapefile."""
    return zipped(shapefile_parts(rows, encoding, **options))
