"""Marks of the map as Shapefiles in a zip: one for each kind, names in UTF-8, the datum stated, the fields explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from commissioner.geo.taken import FIELDS, Taken, TakenLayer, cut, plain

ZIP = "application/zip"
PIECE_BYTES = 1 << 16
MOST_BYTES = 254  # of a text in a dBASE table
NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: the same marks make the same file
# As ArcGIS writes it; GDAL and QGIS know it for EPSG:4326.
WGS84 = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)


def zipped_shapefiles(taken: Taken, read_me: str) -> Iterator[bytes]:
    """The pieces of the zip, which is put together on disk; a layer without marks has no files in it."""
    with TemporaryFile() as whole:
        with ZipFile(whole, "w") as archive:
            _put(archive, "README.txt", b"\xef\xbb\xbf" + read_me.replace("\n", "\r\n").encode("utf-8", "replace"))
            for layer in taken.layers:
                if layer.points:
                    _put_layer(archive, layer)
        yield from _read(whole)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE_BYTES):
        yield piece


def _put_layer(archive: ZipFile, layer: TakenLayer) -> None:
    with TemporaryFile() as shp, TemporaryFile() as shx, TemporaryFile() as dbf:
        _write(layer, {"shp": shp, "shx": shx, "dbf": dbf})
        for ending, file in (("shp", shp), ("shx", shx), ("dbf", dbf)):
            with archive.open(_named(f"{layer.key}.{ending}"), "w") as inside:
                for piece in _read(file):
                    inside.write(piece)
    _put(archive, f"{layer.key}.prj", WGS84.encode())
    _put(archive, f"{layer.key}.cpg", b"UTF-8")


def _write(layer: TakenLayer, files: dict[str, IO[bytes]]) -> None:
    from shapefile import POINT, Writer

    widths = _widths(layer)
    with Writer(**files, shapeType=POINT, encoding="utf-8") as table:
        for (key, (kind, digits, decimals)), width in zip(FIELDS.items(), widths, strict=True):
            table.field(key, kind, digits or width, decimals)
        for point in layer.points:
            table.point(*point.position)
            table.record(*(_cell(value) for value in point.values))


def _widths(layer: TakenLayer) -> Sequence[int]:
    """As wide as the longest text of each field, for the table holds blanks for what is shorter."""
    longest = [1] * len(FIELDS)
    for point in layer.points:
        for index, value in enumerate(point.values):
            if isinstance(value, str) and len(value) * 4 > longest[index]:
                longest[index] = max(longest[index], len(_cell(value).encode()))
    return longest


def _cell(value: Any) -> Any:
    return cut(plain(value), MOST_BYTES) if isinstance(value, str) else value


def _put(archive: ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_named(name), content)


def _named(name: str) -> ZipInfo:
    info = ZipInfo(name, NO_TIME)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
