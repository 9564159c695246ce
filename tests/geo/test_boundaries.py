"""Boundaries: a point inside, near, outside, swapped or impossible; and the ground files of a region."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from commissioner.geo.boundaries import Outline, PointVerdict, check_point
from commissioner.geo.ground import division_prefix, load_ground

SQUARE = {
    "type": "Feature",
    "properties": {"code": "990101", "name": "方县"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[120.0, 27.0], [121.0, 27.0], [121.0, 28.0], [120.0, 28.0], [120.0, 27.0]]],
    },
}
LAND = {"type": "Feature", "properties": {"kind": "land"}, "geometry": SQUARE["geometry"]}
county = Outline.from_feature(SQUARE)


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "verdict"),
    [
        (27.5, 120.5, PointVerdict.INSIDE),
        (27.0, 120.5, PointVerdict.INSIDE),  # on the line
        (27.5, 121.01, PointVerdict.NEAR),  # 990 m away
        (27.5, 121.1, PointVerdict.OUTSIDE),
        (48.8, 2.3, PointVerdict.OUTSIDE),
        (120.5, 27.5, PointVerdict.SWAPPED),
        (121.01, 27.5, PointVerdict.SWAPPED),
        (91.0, 200.0, PointVerdict.IMPOSSIBLE),
        (math.nan, 120.5, PointVerdict.IMPOSSIBLE),
        (27.5, math.inf, PointVerdict.IMPOSSIBLE),
        (-math.inf, math.nan, PointVerdict.IMPOSSIBLE),
    ],
)
def test_a_point_is_placed_against_the_outline(
    latitude_deg: float, longitude_deg: float, verdict: PointVerdict
) -> None:
    assert check_point(latitude_deg, longitude_deg, county) is verdict


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "verdict"),
    [
        (27.5, 120.5, PointVerdict.PLAUSIBLE),
        (120.5, 27.5, PointVerdict.SWAPPED),
        (48.8, 2.3, PointVerdict.OUTSIDE),
        (0.0, 0.0, PointVerdict.OUTSIDE),
        (math.nan, 0.0, PointVerdict.IMPOSSIBLE),
    ],
)
def test_without_an_outline_only_range_and_swap_are_told(
    latitude_deg: float, longitude_deg: float, verdict: PointVerdict
) -> None:
    assert check_point(latitude_deg, longitude_deg, None) is verdict


def test_only_inside_near_and_plausible_may_be_saved() -> None:
    acceptable = {verdict for verdict in PointVerdict if verdict.acceptable}
    assert acceptable == {PointVerdict.INSIDE, PointVerdict.NEAR, PointVerdict.PLAUSIBLE}


def test_how_near_is_near_can_be_said() -> None:
    assert check_point(27.5, 121.1, county, near_km=20) is PointVerdict.NEAR


def test_an_outline_that_is_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="Polygon"):
        Outline.from_geojson(json.dumps({"geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}))


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("330326000000", "330326"), ("330110", "330110"), ("330100", "3301"), ("33", "33"), ("", ""), ("000000", "")],
)
def test_division_prefix_keeps_zeros_that_mean_something(code: str, prefix: str) -> None:
    assert division_prefix(code) == prefix


@pytest.fixture
def ground_folder(tmp_path: Path) -> Path:
    files = {
        "coast.geojson": {"features": [LAND], "bbox": [119, 26, 122, 29], "attribution": "© 海岸"},
        "county.geojson": {"features": [SQUARE]},
    }
    for name, document in files.items():
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("region_code", ["", "99", "9901", "990101", "990101000000", "990101102000"])
def test_ground_holds_the_outlines_of_or_within_a_region(ground_folder: Path, region_code: str) -> None:
    ground = load_ground(ground_folder, region_code)
    assert ground.outline is not None
    assert ground.outline.name == "方县"
    assert ground.bounds_deg == (27.0, 120.0, 28.0, 121.0)


def test_another_county_sees_the_land_but_not_our_outline(ground_folder: Path) -> None:
    ground = load_ground(ground_folder, "990102")
    assert ground.outline is None
    assert len(ground.land) == 1
    assert ground.attributions == ("© 海岸",)
    assert ground.bounds_deg == (26, 119, 29, 122)


def test_a_map_can_do_without_any_ground(tmp_path: Path) -> None:
    assert load_ground(tmp_path, "990101").document() == {
        "sheet": None,
        "land": [],
        "outlines": [],
        "borders": [],
        "attributions": [],
    }


def test_the_document_is_json_of_rings(ground_folder: Path) -> None:
    document = json.loads(json.dumps(load_ground(ground_folder, "990101").document()))
    assert document["sheet"] == [26, 119, 29, 122]
    assert document["outlines"][0]["polygons"][0][0][0] == [120.0, 27.0]
