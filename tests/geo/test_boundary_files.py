"""Boundaries as they are sent: read whichever program wrote them, refused in words when they are hostile or wrong."""

from __future__ import annotations

import json
import stat
import struct
import time
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest

from commissioner import archives
from commissioner.geo import boundary_features, boundary_files
from commissioner.geo.boundary_features import BoundaryFault
from commissioner.geo.boundary_files import mended, read_boundaries
from commissioner.problems import Problem
from commissioner.vocabulary import Datum
from tests.borders import (
    BEIJING_PRJ,
    CGCS2000_PRJ,
    PROJECTED_PRJ,
    a_shapefile,
    bow_tie,
    feature,
    geojson,
    shapefile_parts,
    square,
    zipped,
)

SHUITOU = ("水头镇", "330326102", [square()])


def refused(data: bytes) -> str:
    """The words that a file is refused with, as a whole."""
    with pytest.raises(Problem) as told:
        read_boundaries(data)
    assert told.value.http_status == 422
    return str(told.value)


def faults(data: bytes) -> list[str]:
    return [str(fault) for fault in read_boundaries(data).faults]


class TestGeoJson:
    def test_names_and_codes_are_found_under_their_many_names(self):
        read = read_boundaries(
            geojson(
                feature("水头镇", square(), code="330326102"),
                {**feature("", square(120.4)), "properties": {"XZQMC": " 萧江镇 ", "XZQDM": 330326103000.0}},
                {**feature("", square(120.5), kind="MultiPolygon"), "properties": None},
            )
        )
        assert [(area.name, area.code) for area in read.areas] == [
            ("水头镇", "330326102"),
            ("萧江镇", "330326103000"),
            ("", ""),
        ]
        assert read.areas[2].called == "#3"
        assert not read.faults

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_the_encoding_is_found(self, encoding):
        data = geojson(feature("水头镇", square())).decode().encode(encoding)
        assert read_boundaries(data).areas[0].name == "水头镇"

    def test_a_single_feature_or_geometry_is_read_too(self):
        assert len(read_boundaries(json.dumps(feature("水头镇", square())).encode()).areas) == 1
        assert len(read_boundaries(json.dumps(feature("水头镇", square())["geometry"]).encode()).areas) == 1

    def test_heights_are_left_out_and_said(self):
        ring = [[*point, 320.5] for point in square()]
        read = read_boundaries(geojson(feature("水头镇", ring)))
        assert not read.areas[0].shape.has_z
        assert "高程" in str(read.notes[0])

    def test_the_datum_that_it_names_is_read(self):
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
        assert read_boundaries(geojson(feature("水头镇", square()), crs=crs)).written_datum is Datum.CGCS2000
        projected = {"type": "name", "properties": {"name": "EPSG:3857"}}
        assert "EPSG:3857" in refused(geojson(feature("水头镇", square()), crs=projected))

    def test_latitude_first_is_turned_round_and_said(self):
        ring = [[y, x] for x, y in square()]
        read = read_boundaries(geojson(feature("水头镇", ring)))
        assert read.swapped
        assert read.areas[0].shape.bounds[0] == pytest.approx(120.30)
        assert not read.faults

    def test_a_border_that_crosses_itself_is_told_by_name_and_place(self):
        area = read_boundaries(geojson(feature("水头镇", bow_tie()))).areas[0]
        assert "120.33" in area.crosses
        sound = mended(area)
        assert sound is not None
        assert sound.shape.is_valid
        assert sound.shape.area > 0

    @pytest.mark.parametrize(
        "one",
        [
            feature("空镇"),
            feature("空镇", []),
            {**feature("空镇"), "geometry": None},
            feature("空镇", kind="MultiPolygon"),
        ],
    )
    def test_an_empty_geometry_is_told_by_name(self, one):
        told = faults(geojson(feature("水头镇", square()), one))
        assert len(told) == 1
        assert "空镇" in told[0]

    @pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1" * 400])
    def test_what_is_no_number_is_told(self, number):
        assert "NaN" in refused(geojson(feature("水头镇", square())).replace(b"120.3,", number + b",", 1))

    def test_metres_are_no_degrees(self):
        ring = [[x * 4000, y * 100000] for x, y in square()]
        assert "投影坐标" in faults(geojson(feature("水头镇", ring)))[0]

    def test_another_country_is_told(self):
        assert "国内" in faults(geojson(feature("水头镇", square(10, 50))))[0]

    @pytest.mark.parametrize("ring", [[[120, 27], [121, 27]], [[120, 27], [120, 27], [120, 27], [120, 27]]])
    def test_too_few_points_are_told(self, ring):
        assert "三个点" in faults(geojson(feature("水头镇", ring)))[0]

    @pytest.mark.parametrize(
        "ring",
        ["x", 7, [1, 2, 3], [["a", "b"]] * 4, [[120]] * 4, [{}] * 4, [None] * 4, [[[120, 27]]] * 4],
    )
    def test_coordinates_that_are_none_are_told(self, ring):
        data = geojson(feature("水头镇", ring))
        assert "水头镇" in refused(data)

    @pytest.mark.parametrize("kind", ["Point", "LineString", "GeometryCollection", "ToString"])
    def test_what_is_no_area_is_told(self, kind):
        one = feature("水头镇", square())
        one["geometry"]["type"] = kind
        assert "水头镇" in refused(geojson(one))

    @pytest.mark.parametrize(
        "data", [b"", b"  ", b"{", b"[]", b"7", b"null", b"\xff\xfe\x00", b'{"features":[1]}', b"name,x\n1,2"]
    )
    def test_what_is_no_geojson_is_told(self, data):
        assert refused(data)


class TestBombs:
    def test_depth(self):
        assert "嵌套" in refused(b'{"type":"Polygon","coordinates":' + b"[" * 100_000 + b"]" * 100_000 + b"}")

    def test_depth_in_a_name_is_a_name(self):
        assert not read_boundaries(geojson(feature("[" * 40 + '"' + "{" * 40, square()))).faults

    def test_many_brackets_are_refused_before_they_are_parsed(self):
        started = time.perf_counter()
        assert "边界的点太多" in refused(b'{"a":[' + b"[]," * 3_000_000 + b"[]]}")
        assert "边界的点太多" in refused(b'{"a":[' + b"1," * 6_000_000 + b"1]}")
        assert time.perf_counter() - started < 5

    def test_many_points_features_and_rings(self, monkeypatch):
        monkeypatch.setattr(boundary_files, "MOST_VERTICES", 9)
        assert "点太多" in refused(geojson(feature("甲", square()), feature("乙", square(120.4))))
        monkeypatch.undo()
        monkeypatch.setattr(boundary_files, "MOST_FEATURES", 1)
        assert "面太多" in refused(geojson(feature("甲", square()), feature("乙", square(120.4))))
        monkeypatch.undo()
        monkeypatch.setattr(boundary_files, "MOST_RINGS", 1)
        assert "块数太多" in faults(geojson(feature("甲", square(), square(120.4), kind="MultiPolygon")))[0]

    def test_too_many_bytes(self, monkeypatch):
        assert "文件太大" in refused(b" " * (boundary_features.MOST_BYTES + 1))

    def test_a_border_that_crosses_itself_without_end_is_not_mended(self):
        zigzag = [[120.3 + (n % 2) * 0.05, 27.6 + ((n * 7919) % 4001) / 100_000] for n in range(4000)]
        area = read_boundaries(geojson(feature("水头镇", [*zigzag, zigzag[0]]))).areas[0]
        started = time.perf_counter()
        assert area.crosses
        assert mended(area) is None
        assert time.perf_counter() - started < 3

    def test_a_zip_that_unpacks_to_very_much(self):
        assert "太大" in refused(zipped({"a.shp": b"\0" * 30_000_000, "a.dbf": b""}))

    def test_a_zip_that_lies_about_its_size(self):
        data = bytearray(zipped({"a.shp": b"\0" * 200_000}))
        real, lie = struct.pack("<L", 200_000), struct.pack("<L", 10)
        assert refused(bytes(data.replace(real, lie)))

    def test_a_zip_of_many_files(self):
        assert "文件太多" in refused(zipped({f"{n}.txt": b"" for n in range(archives.MOST_ENTRIES + 1)}))


class TestZips:
    @pytest.mark.parametrize("name", ["../a.shp", "/etc/a.shp", "x/../../a.shp", "C:a.shp", "..\\a.shp"])
    def test_a_path_that_leads_elsewhere_is_refused(self, name):
        assert "路径" in refused(zipped({name: b"", "a.dbf": b""}))

    def test_a_link_is_refused(self):
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            link = zipfile.ZipInfo("a.shp")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
        assert "链接" in refused(target.getvalue())

    def test_a_locked_zip_is_refused(self):
        data = bytearray(zipped({"a.shp": b"x"}))
        for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(sign) + offset] |= 1
        assert "密码" in refused(bytes(data))

    def test_a_broken_zip_is_refused(self):
        good = a_shapefile([SHUITOU])
        assert refused(good[:200])
        assert refused(good[:60] + b"\xff" * 60 + good[120:])
        assert refused(b"PK\x03\x04")

    def test_a_folder_and_the_litter_of_a_mac_are_no_hindrance(self):
        parts = {f"边界/{name}": content for name, content in shapefile_parts([SHUITOU]).items()}
        parts |= {"__MACOSX/边界/._边界.shp": b"litter", "边界/.DS_Store": b""}
        assert read_boundaries(zipped(parts)).areas[0].name == "水头镇"

    def test_one_shapefile_and_its_names_must_be_there(self):
        parts = shapefile_parts([SHUITOU])
        assert ".dbf" in refused(zipped({name: data for name, data in parts.items() if not name.endswith(".dbf")}))
        assert ".shp" in refused(zipped({"readme.txt": b"x"}))
        assert ".shp" in refused(zipped({**parts, **shapefile_parts([SHUITOU], stem="二")}))


class TestShapefiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
    @pytest.mark.parametrize("cpg", [None, b"UTF-8", b"GBK", b"936", b"LATIN-9"])
    def test_names_are_read_whatever_the_cpg_says(self, encoding, cpg):
        parts = shapefile_parts([SHUITOU], encoding)
        if cpg is not None:
            parts["边界.cpg"] = cpg
        if (encoding, cpg) == ("utf-8", b"GBK") or (encoding, cpg) == ("utf-8", b"936"):
            return  # what it says is believed first; these bytes happen to be letters of it
        assert read_boundaries(zipped(parts)).areas[0].name == "水头镇"

    def test_holes_go_where_they_belong_and_islands_stay_apart(self):
        hole = square(120.31, 27.61, 0.01)[::-1]
        island = square(120.50, 27.60, 0.02)
        area = read_boundaries(a_shapefile([("水头镇", "330326102", [square(), hole, island])])).areas[0]
        assert [len(polygon.interiors) for polygon in area.shape.geoms] == [1, 0]
        assert area.shape.is_valid

    def test_heights_are_left_out(self):
        area = read_boundaries(a_shapefile([SHUITOU], heights=True)).areas[0]
        assert not area.shape.has_z

    def test_an_empty_shape_is_told_by_name(self):
        assert "空镇" in faults(a_shapefile([SHUITOU, ("空镇", "", [])]))[0]

    @pytest.mark.parametrize(("prj", "datum"), [(CGCS2000_PRJ, Datum.CGCS2000), ("", None)])
    def test_the_prj_is_read(self, prj, datum):
        read = read_boundaries(a_shapefile([SHUITOU], prj=prj))
        assert read.written_datum is datum
        assert bool(read.notes) is (datum is None)

    @pytest.mark.parametrize(
        ("prj", "name"), [(PROJECTED_PRJ, "CGCS2000_3_Degree"), (BEIJING_PRJ, "Beijing_1954"), ("?", "")]
    )
    def test_what_is_not_in_degrees_of_today_is_refused(self, prj, name):
        assert name in refused(a_shapefile([SHUITOU], prj=prj))

    @pytest.mark.parametrize("part", [".shp", ".dbf"])
    @pytest.mark.parametrize("cut", [0, 10, 40, 100, 150, -20, -1])
    def test_a_damaged_file_is_refused_or_read_in_part_but_never_fails(self, part, cut):
        parts = shapefile_parts([SHUITOU, ("萧江镇", "", [square(120.4)])])
        name = f"边界{part}"
        for data in (parts[name][:cut], parts[name][: abs(cut)] + b"\xff" * 60 + parts[name][abs(cut) + 60 :]):
            with suppress(BoundaryFault, archives.BadArchive):
                read_boundaries(zipped({**parts, name: data}))

    def test_lengths_that_lie_do_not_run_for_ever(self):
        parts = shapefile_parts([SHUITOU])
        shp = bytearray(parts["边界.shp"])
        for length in (-4, 0, 2**31 - 1):
            shp[104:108] = struct.pack(">i", length)
            with suppress(BoundaryFault, archives.BadArchive):
                read_boundaries(zipped({**parts, "边界.shp": bytes(shp)}))
