"""The framed map in a real browser: it draws, it can be touched, hostile names stay text, and it speaks when data is missing."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from commissioner.geo.tiles import TileSource
from tests.geo.framed import EMPTY, GROUND, HOSTILE, OPTIONS, POINTS, Opened, Site, Touched, on_screen

pytestmark = pytest.mark.browser


def test_it_draws_on_local_ground_with_its_licence_as_text(opened: Opened) -> None:
    page = opened()
    assert page.locator("canvas").count() == 3  # ground, lines, marks
    credit = page.locator(".leaflet-control-attribution").inner_text()
    assert "© <b>海岸</b>" in credit
    assert "schematic" in credit
    assert "Leaflet" not in credit


def test_a_pointer_over_a_mark_is_told_its_name_as_text(opened: Opened) -> None:
    page = opened()
    page.mouse.move(*on_screen(page, 27.5, 120.4))
    tooltip = page.locator(".map-tooltip")
    tooltip.wait_for()
    assert "</script><script>" in tooltip.inner_text()
    assert tooltip.locator("script, img").count() == 0
    assert page.evaluate("window.hurt") is None
    assert len(tooltip.inner_text()) < 200


def test_a_township_says_how_many_of_its_villages_are_served(opened: Opened) -> None:
    page = opened()
    page.mouse.move(*on_screen(page, 27.6, 120.5))
    page.locator(".map-tooltip").wait_for()
    assert "1/2" in page.locator(".map-tooltip").inner_text()


@pytest.mark.parametrize(
    ("place", "key"), [((27.5, 120.4), "project-21"), ((27.6, 120.5), "township-7")], ids=["project", "township"]
)
def test_a_touch_tells_the_page_around_it(
    opened: Opened, touched: Touched, place: tuple[float, float], key: str
) -> None:
    told = touched(*on_screen(opened(), *place))
    assert [message.get("key") for message in told if message["type"] == "touched"] == [key]


def test_near_by_each_village_stands_alone_and_can_be_touched(opened: Opened) -> None:
    page = opened()
    page.evaluate(
        """() => window[JSON.parse(document.getElementById("map-settings").textContent).map]
          .setView([27.6, 120.5], 14, { animate: false })"""
    )
    page.mouse.move(*on_screen(page, 27.62, 120.52))
    page.locator(".map-tooltip").wait_for()
    assert page.locator(".map-tooltip").inner_text().splitlines() == ["乙村", "unserved"]


HEAP = """async ([x, y]) => {
  const name = JSON.parse(document.getElementById("map-settings").textContent).map;
  const hits = [];
  for (let away = 27; away < 60; away += 3) for (let turn = 0; turn < 24; turn += 1) {
    const at = [x + away * Math.cos(turn / 3.82), y + away * Math.sin(turn / 3.82)];
    window[name].fire("mousemove", { containerPoint: window.L.point(...at) });
    const told = document.querySelector(".over-mark") && document.querySelector(".map-tooltip")?.innerText;
    if (told?.includes("30 postings")) hits.push(at);
  }
  return [0, 1].map((axis) => hits.reduce((sum, at) => sum + at[axis], 0) / hits.length);
}"""


def test_many_marks_of_a_township_are_a_heap_that_opens_to_a_list(opened: Opened, touched: Touched, site: Site) -> None:
    many = {"id": [1] * 30, "name": [HOSTILE, *(f"专家{one}" for one in range(29))], "township": [0] * 30}
    nowhere = {"lat": [None] * 30, "lng": [None] * 30, "flags": [0] * 30}
    site.gives("/points.json", {**POINTS, "postings": {**many, **nowhere}})
    page = opened()
    found = page.evaluate(HEAP, on_screen(page, 27.6, 120.5))
    told = next(message for message in touched(*found) if message["type"] == "several")
    assert told["title"] == "30 postings"
    assert [one["key"] for one in told["beside"]] == [f"posting-{one}" for one in range(1, 31)]
    assert told["beside"][0]["name"] == HOSTILE


def test_it_says_so_when_the_data_does_not_come(opened: Opened, site: Site) -> None:
    site.answers["/points.json"] = (503, "text/plain", b"")
    page = opened(ready=False, quiet=False)
    page.locator("#map-notice:not([hidden])").wait_for()
    assert page.locator("#map-notice").inner_text() == "data_missing"


def test_it_says_so_when_tiles_do_not_come_and_shows_the_local_ground(opened: Opened, site: Site) -> None:
    tiles = TileSource(address=f"{site.address}/nowhere/{{z}}/{{x}}/{{y}}.png", attribution="<b>底图</b>")
    site.shows(replace(OPTIONS, tiles=tiles))
    page = opened(quiet=False)
    page.locator("#map-notice:not([hidden])").wait_for()
    assert page.locator("#map-notice").inner_text() == "tiles_missing"
    # Half a picture over the plain ground would be read as the whole.
    assert page.locator(".leaflet-tile-pane .leaflet-layer").evaluate("pane => pane.style.opacity") == "0"
    assert "<b>底图</b>" in page.locator(".leaflet-control-attribution").inner_text()


def test_tiles_that_come_after_all_take_the_word_back(opened: Opened, site: Site) -> None:
    tiles = TileSource(address=f"{site.address}/tiles/{{z}}/{{x}}/{{y}}.png", attribution="底图")
    site.shows(replace(OPTIONS, tiles=tiles))
    page = opened(quiet=False)
    page.locator("#map-notice:not([hidden])").wait_for()
    site.tile = (200, "image/gif", base64.b64decode("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="))
    page.evaluate(
        """() => window[JSON.parse(document.getElementById("map-settings").textContent).map]
          .setView([27.6, 120.5], 13, { animate: false })"""
    )
    page.locator("#map-notice").wait_for(state="hidden")
    assert page.locator(".leaflet-tile-pane .leaflet-layer").evaluate("pane => pane.style.opacity") == "1"


def test_the_margin_says_how_far_and_where_the_north_is(opened: Opened) -> None:
    page = opened()
    assert page.locator(".map-north").inner_text() == "north"
    assert page.locator(".leaflet-control-scale-line").inner_text().endswith("km")


def test_imported_borders_are_drawn_and_those_of_villages_only_near_by(opened: Opened, site: Site) -> None:
    ring = [[120.4, 27.5], [120.4, 27.7], [120.6, 27.7], [120.6, 27.5], [120.4, 27.5]]
    outline = {**GROUND["outlines"][0], "schematic": False}
    site.gives("/ground.json", {**GROUND, "outlines": [outline], "borders": [[ring]], "villages": "/villages.json"})
    site.gives("/villages.json", {"polygons": [[[ring]]]})
    page = opened()
    assert "schematic" not in page.locator(".leaflet-control-attribution").inner_text()
    asked = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not any("villages.json" in one for one in asked)
    with page.expect_response("**/villages.json"):
        page.evaluate(
            """() => window[JSON.parse(document.getElementById("map-settings").textContent).map]
              .setView([27.6, 120.5], 13, { animate: false })"""
        )


def test_nothing_is_asked_of_another_host(browser: Any, site: Site) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.address}/frame")
    page.wait_for_selector("html[data-ready=yes]")
    page.close()
    assert all(url.startswith((site.address, "data:")) for url in asked)


def test_a_map_with_no_records_and_no_ground_still_opens(opened: Opened, site: Site) -> None:
    nothing = {**EMPTY, "served": [], "visits": [], "posted": [], "owner": [], "persons": []}
    site.gives("/points.json", dict.fromkeys(POINTS, nothing))
    site.gives("/ground.json", {"sheet": None, "land": [], "outlines": [], "attributions": []})
    site.shows(replace(OPTIONS, bounds_deg=None))
    assert opened().locator("canvas").count() == 3
