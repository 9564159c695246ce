"""The locator drawing: well-formed, without style or script, and names stay text."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from commissioner.geo.boundaries import Outline
from commissioner.geo.sketch import SketchPoint, plain_label, sketch_svg

SQUARE = {"type": "Polygon", "coordinates": [[[120.0, 27.0], [121.0, 27.0], [121.0, 28.0], [120.0, 28.0], [120, 27]]]}
county = Outline.from_feature({"geometry": SQUARE})
MIDDLE = SketchPoint(latitude_deg=27.5, longitude_deg=120.5, label="同盟村")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def test_the_mark_sits_where_the_place_is() -> None:
    drawing = parsed(sketch_svg(county, [MIDDLE]))
    mark = next(element for element in drawing.iter() if element.get("class") == "locator-point")
    assert float(mark.get("cx", 0)) == pytest.approx(160, abs=1)
    assert float(mark.get("cy", 0)) == pytest.approx(float(drawing.get("height", 0)) / 2, abs=1)


def test_a_township_position_is_hollow() -> None:
    place = SketchPoint(latitude_deg=27.5, longitude_deg=120.5, approximate=True)
    assert "locator-approximate" in sketch_svg(county, [place])
    assert "locator-approximate" not in sketch_svg(county, [MIDDLE])


@pytest.mark.parametrize("points", [[], [MIDDLE]])
def test_it_can_do_without_an_outline(points: list[SketchPoint]) -> None:
    assert "locator-outline" not in sketch_svg(None, points)
    assert parsed(sketch_svg(None, points)).get("viewBox")


def test_hostile_names_stay_short_text() -> None:
    name = '</script><script>alert(1)</script>" onload="x\u202e\x00' + "长" * 5000
    svg = sketch_svg(county, [SketchPoint(latitude_deg=27.5, longitude_deg=120.5, label=name)])
    assert "<script" not in svg
    assert 'onload="' not in svg
    assert "\u202e" not in svg
    assert len(svg) < 2000
    assert parsed(svg).get("aria-label", "").startswith("</script><script>")


def test_no_inline_style() -> None:
    assert "style" not in sketch_svg(county, [MIDDLE])


def test_plain_label_keeps_what_people_write() -> None:
    assert plain_label("水头镇 Shuitou (示例)") == "水头镇 Shuitou (示例)"
