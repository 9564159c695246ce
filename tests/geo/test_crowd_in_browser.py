"""A region with too many villages to name each, in a real browser: cells from afar, villages near by."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.geo.framed import EMPTY, HOSTILE, OPTIONS, POINTS, Opened, Site, Touched, on_screen

pytestmark = pytest.mark.browser

NOTHING: dict[str, Any] = {**EMPTY, "served": [], "visits": [], "posted": [], "owner": [], "persons": [], "area": []}
CELLS = {
    "clusters": {
        "id": [None, 9, None], "name": ["", HOSTILE, ""], "lat": [552000, 553000, 554000], "lng": [2408000, 2412000, 2414000],
        "box": [[551000, 2407000, 553000, 2409000], [553000, 2412000] * 2, [554000, 2414000] * 2], "flags": [0, 0, 0],
        "inside": [[], [], [[3, "甲镇"], [4, HOSTILE]]], "townships": [12, 1, 2], "villages": [200, 30, 20],
        "served": [50, 3, 0], "visits": [900, 4, 0], "posted": [5, 1, 0],
    }
}  # fmt: skip


@pytest.fixture
def crowd(site: Site) -> Site:
    """A region with too many villages to name each."""
    site.gives("/points.json", dict.fromkeys(POINTS, NOTHING))
    site.gives("/clusters.json", CELLS)
    site.shows(replace(OPTIONS, clusters_url="/clusters.json?year=2022"))
    return site


def test_a_crowd_is_asked_for_by_the_part_that_is_looked_at(opened: Opened, crowd: Site) -> None:
    page = opened()
    asked = [path for path in crowd.asked if path.startswith("/clusters.json")]
    assert len(asked) == 1
    assert re.search(r"year=2022&bbox=[-\d.]+(%2C[-\d.]+){3}&zoom=\d+$", asked[0])
    page.mouse.move(*on_screen(page, 552000 / 20000, 2408000 / 20000))
    page.locator(".map-tooltip").wait_for()
    assert page.locator(".map-tooltip").inner_text().splitlines()[:2] == ["12 townships", "50/200"]


def test_a_cluster_opens_to_what_is_inside(opened: Opened, crowd: Site) -> None:
    page = opened()
    before = len(crowd.asked)
    page.mouse.click(*on_screen(page, 552000 / 20000, 2408000 / 20000))
    page.wait_for_timeout(1200)
    zoom = "() => window[JSON.parse(document.getElementById('map-settings').textContent).map].getZoom()"
    assert page.evaluate(zoom) > 10.5
    assert any(path.startswith("/clusters.json") for path in crowd.asked[before:])


def test_townships_on_one_spot_open_to_a_list(opened: Opened, touched: Touched, crowd: Site) -> None:
    heard = touched(*on_screen(opened(), 554000 / 20000, 2414000 / 20000))
    told = next(message for message in heard if message["type"] == "several")
    assert [one["key"] for one in told["beside"]] == ["township-3", "township-4"]
    assert told["beside"][1]["name"] == HOSTILE


def test_near_by_the_villages_of_a_crowd_stand_alone(opened: Opened, crowd: Site) -> None:
    page = opened()
    crowd.gives("/clusters.json", {name: POINTS[name] for name in ("townships", "villages", "projects")})
    page.evaluate(
        """() => window[JSON.parse(document.getElementById("map-settings").textContent).map]
          .setView([27.6, 120.5], 14, { animate: false })"""
    )
    page.wait_for_timeout(800)
    page.mouse.move(*on_screen(page, 27.62, 120.52))
    page.locator(".map-tooltip").wait_for()
    assert page.locator(".map-tooltip").inner_text().splitlines() == ["乙村", "unserved"]


def test_it_says_so_when_a_part_of_a_crowd_does_not_come(opened: Opened, crowd: Site) -> None:
    crowd.answers["/clusters.json"] = (503, "text/plain", b"")
    page = opened(quiet=False)
    page.locator("#map-notice:not([hidden])").wait_for()
    assert page.locator("#map-notice").inner_text() == "data_missing"


def test_what_has_come_is_shown_though_its_part_has_not(opened: Opened, crowd: Site) -> None:
    crowd.answers["/clusters.json"] = (503, "text/plain", b"")
    crowd.gives("/points.json", {**POINTS, "villages": NOTHING})
    page = opened(quiet=False)
    page.mouse.move(*on_screen(page, 27.5, 120.4))
    page.locator(".map-tooltip").wait_for()
    assert "</script><script>" in page.locator(".map-tooltip").inner_text()


def test_its_part_is_asked_for_before_anything_has_come(opened: Opened, crowd: Site) -> None:
    crowd.answers["/points.json"] = (503, "text/plain", b"")
    page = opened(ready=False, quiet=False)
    page.locator("#map-notice:not([hidden])").wait_for()
    assert any(path.startswith("/clusters.json?") for path in crowd.asked)


VIEW = """() => {
  const map = window[JSON.parse(document.getElementById("map-settings").textContent).map];
  const { lat, lng } = map.getCenter();
  return { lat, lng, zoom: map.getZoom(), whole: map.getBounds().contains([[20, 80], [45, 125]]) };
}"""


@pytest.mark.parametrize("size", [{"width": 900, "height": 600}, {"width": 360, "height": 420}], ids=["desk", "phone"])
def test_a_nation_is_looked_at_as_a_whole_though_the_ground_is_a_countys(
    opened: Opened, crowd: Site, size: dict[str, int]
) -> None:
    crowd.shows(replace(OPTIONS, clusters_url="/clusters.json?year=2022", bounds_deg=(20.0, 80.0, 45.0, 125.0)))
    page = opened(ready=False)
    page.set_viewport_size(size)
    page.reload()
    page.wait_for_selector("html[data-ready=yes]")
    seen = page.evaluate(VIEW)
    assert seen["whole"], seen
    assert seen["lng"] == pytest.approx(102.5, abs=1)
