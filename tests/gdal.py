"""Files for other programs, opened with GDAL's own ``ogrinfo`` (Debian: gdal-bin), as QGIS would."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.databases import missing

PROPERTY = re.compile(r"^  (\w+) \([\w() ]+\) = (.*)$", re.MULTILINE)
POINT = re.compile(r"^  POINT \(([-\d.]+) ([-\d.]+)\)", re.MULTILINE)


@dataclass
class Opened:
    """A layer, as GDAL reads it."""

    name: str
    count: int
    is_wgs84: bool
    told: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """Its features, by field."""
        return [dict(PROPERTY.findall(one)) for one in self.told.split("OGRFeature(")[1:]]

    @property
    def points(self) -> list[tuple[float, float]]:
        """Longitude and latitude of each."""
        return [(float(x), float(y)) for x, y in POINT.findall(self.told)]


def ogrinfo(path: Path) -> dict[str, Opened]:
    """The layers of a file; a word of complaint from GDAL is a failure."""
    program = shutil.which("ogrinfo")
    if program is None:
        missing("ogrinfo (gdal-bin)")
    asked = [str(program), "-ro", "-al", f"/vsizip/{path}" if path.suffix == ".zip" else str(path)]
    done = subprocess.run(
        asked, capture_output=True, check=False, env={"LC_ALL": "C.UTF-8", "OGR_GEOJSON_MAX_OBJ_SIZE": "0"}
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    layers = done.stdout.decode("utf-8").split("\nLayer name: ")[1:]
    return {one.name: one for one in map(_layer, layers)}


def _layer(told: str) -> Opened:
    count = re.search(r"Feature Count: (\d+)", told)
    assert count is not None, told[:500]
    is_wgs84 = 'GEOGCRS["WGS 84"' in told and 'ID["EPSG",4326]' in told
    return Opened(told.partition("\n")[0].strip(), int(count[1]), is_wgs84, told)
