"""Marks taken along in other programs' formats: opened with GDAL, whatever names they bear."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from commissioner.geo.standalone import NotInlined, bundled, inlined
from commissioner.geo.take_geojson import geojson
from commissioner.geo.take_kml import kml
from commissioner.geo.take_shapefile import MOST_BYTES, zipped_shapefiles
from commissioner.geo.taken import FIELDS, Taken, TakenLayer, TakenPoint, cut, plain
from commissioner.shipped import shipped
from tests.gdal import Opened, ogrinfo

MARKUP = "</name><script>alert(1)</script>&amp;]]>\"'"
HOSTILE = (MARKUP, "=HYPERLINK(1)", "\u202e村\u2066", "a\x00\x08\x1b\ufffe\ud800b", "两\n行", "𠀀" * 100, "长" * 5000)


def point(name: str, longitude_deg: float = 120.3, latitude_deg: float = 27.6, **values: Any) -> TakenPoint:
    told = {
        "name": name,
        "kind": "村",
        "township": "水头镇",
        "note": "",
        "visits": 3,
        "employed": 0,
        "position": "自己的位置",
    }
    told |= {"approx": 0, "sample": 1, "record": "village-1", "address": "http://localhost/places/1", **values}
    return TakenPoint(longitude_deg, latitude_deg, tuple(told.get(key) for key in FIELDS))


def taken(*layers: TakenLayer, title: str = "科技特派员地图") -> Taken:
    return Taken(title=title, sentence="截至 2022年", day="2022-12-31", notes=["WGS 84"], credit="县局", layers=layers)


def layer(*points: TakenPoint, key: str = "villages", label: str = "服务到的村") -> TakenLayer:
    return TakenLayer(key=key, label=label, colour="#1f6f4a", points=points, all=len(points) + 1)


def written(of: Taken, ending: str, folder: Path) -> Path:
    path = folder / f"take.{ending}"
    pieces = zipped_shapefiles(of, "说明 README") if ending == "zip" else {"geojson": geojson, "kml": kml}[ending](of)
    path.write_bytes(b"".join(pieces))
    return path


def opened(of: Taken, ending: str, folder: Path) -> dict[str, Opened]:
    return ogrinfo(written(of, ending, folder))


ENDINGS = pytest.mark.parametrize("ending", ["geojson", "kml", "zip"])


@ENDINGS
def test_names_positions_and_the_datum_arrive(tmp_path: Path, ending: str) -> None:
    of = taken(
        layer(point("新联村", 120.319341, 27.634841), point("乙村")),
        layer(point("茶园", area_mu=102.5), key="bases", label="基地"),
    )
    layers = opened(of, ending, tmp_path)

    assert list(layers) == {
        "geojson": ["科技特派员地图"], "kml": ["服务到的村", "基地"], "zip": ["villages", "bases"],
    }[ending]  # fmt: skip
    assert [one.count for one in layers.values()] == ([3] if ending == "geojson" else [2, 1])
    assert all(one.is_wgs84 for one in layers.values())
    first = next(iter(layers.values()))
    assert first.points[0] == pytest.approx((120.319341, 27.634841), abs=1e-6)
    assert first.rows[0]["Name" if ending == "kml" else "name"] == "新联村"
    assert first.rows[0]["township"] == "水头镇"
    assert float(list(layers.values())[-1].rows[-1]["area_mu"]) == 102.5


@ENDINGS
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_everywhere(tmp_path: Path, ending: str, name: str) -> None:
    of = taken(layer(point(name, township=name, note=name), label=name), title=name)
    [read] = opened(of, ending, tmp_path).values()
    told = read.rows[0]["Name" if ending == "kml" else "name"]

    assert read.count == 1
    expected = plain(name)
    assert told == (cut(expected, MOST_BYTES) if ending == "zip" else expected)
    assert not any(letter in told for letter in "\x00\x08\x1b\u202e\u2066\ufffe\n")


def test_a_text_is_never_cut_within_a_character() -> None:
    assert cut("长" * 100, MOST_BYTES) == "长" * 84
    assert cut("𠀀" * 100, MOST_BYTES) == "𠀀" * 63
    assert cut("甲", MOST_BYTES) == "甲"


@pytest.mark.parametrize(
    ("longitude_deg", "latitude_deg"), [(float("nan"), 27.6), (120.3, float("inf")), (181.0, 27.6), (120.3, -91.0)]
)
def test_what_is_no_position_on_earth_cannot_be_taken(longitude_deg: float, latitude_deg: float) -> None:
    with pytest.raises(ValueError, match="no position"):
        point("村", longitude_deg, latitude_deg)


def test_geojson_says_what_is_in_it_and_what_is_not(tmp_path: Path) -> None:
    told = json.loads(written(taken(layer(point("甲"))), "geojson", tmp_path).read_bytes())

    assert told["type"] == "FeatureCollection"
    assert "crs" not in told  # RFC 7946: it is WGS 84, always
    assert (told["shown"], told["all"]) == (1, 2)
    assert told["layers"] == [{"layer": "villages", "label": "服务到的村", "shown": 1, "all": 2}]
    assert told["features"][0]["geometry"] == {"type": "Point", "coordinates": [120.3, 27.6]}


def test_nothing_is_a_file_too(tmp_path: Path) -> None:
    assert json.loads(written(taken(), "geojson", tmp_path).read_bytes())["features"] == []
    assert ET.parse(written(taken(), "kml", tmp_path)).getroot().tag.endswith("kml")  # noqa: S314 - our own file
    assert zipfile.ZipFile(written(taken(), "zip", tmp_path)).namelist() == ["README.txt"]


def test_kml_asks_for_no_picture_and_what_it_says_is_no_markup(tmp_path: Path) -> None:
    text = written(taken(layer(point(MARKUP, note=MARKUP))), "kml", tmp_path).read_text(encoding="utf-8")
    description = ET.fromstring(text).findall(".//{*}Placemark/{*}description")[0].text  # noqa: S314 - our own text

    assert "href" not in text
    assert description is not None
    assert "<script" not in description  # a program reads a description as HTML
    assert "&lt;script&gt;" in description


def test_a_zip_states_letters_and_datum_and_is_the_same_each_time(tmp_path: Path) -> None:
    of = taken(layer(point("甲")))
    content = written(of, "zip", tmp_path).read_bytes()
    files = zipfile.ZipFile(io.BytesIO(content))

    assert files.namelist() == ["README.txt", *(f"villages.{one}" for one in ("shp", "shx", "dbf", "prj", "cpg"))]
    assert files.read("villages.cpg") == b"UTF-8"
    assert b"WGS_1984" in files.read("villages.prj")
    assert files.read("README.txt").decode("utf-8-sig") == "说明 README"
    assert written(of, "zip", tmp_path).read_bytes() == content
    assert max(len(key) for key in FIELDS) <= 10
    assert all(key.isascii() for key in FIELDS)


def test_the_modules_of_a_page_are_put_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        'import { two as second } from "./b.js";\nimport "./c.js";\nexport const one = second;\n'
    )
    (tmp_path / "b.js").write_text("export const two = 2;\n")
    (tmp_path / "c.js").write_text("window.seen = true;\n")
    script = bundled(tmp_path, "a.js")

    assert script.index('rooms["b.js"] =') < script.index('rooms["c.js"] =') < script.index('rooms["a.js"] =')
    assert "two: second" in script
    assert "import" not in script
    assert "export" not in script


@pytest.mark.parametrize(
    "source", ['import x from "./b.js";\n', "export default 1;\n", 'import { a } from "./a.js";\n', "export { one };\n"]
)
def test_a_module_that_cannot_be_put_in_is_refused(tmp_path: Path, source: str) -> None:
    (tmp_path / "a.js").write_text(source)
    (tmp_path / "b.js").write_text("")
    with pytest.raises(NotInlined):
        bundled(tmp_path, "a.js")


def test_a_page_holds_all_that_it_needs_and_allows_nothing_else() -> None:
    parts = inlined(shipped("static"), "alone.js", ("app.css", "map.css", "take.css"))

    assert "default-src 'none'" in parts.policy
    assert "unsafe" not in parts.policy
    assert "url(images" not in parts.style
    assert "sourceMappingURL" not in parts.leaflet
