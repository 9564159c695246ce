"""The framed map in a real browser: it draws, it can be touched, hostile names stay text, and it speaks when data is missing."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from commissioner.geo.shell import ShellOptions, TileSource, content_security_policy, map_shell
from commissioner.shipped import shipped
from tests.databases import missing

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>\u202e村" + "长" * 5000
SAID = """
tiles outline graticule labels no_script map_label north zoom_in zoom_out ground_layers tiles_missing data_missing
schematic village unserved project base posted at_township approximate illustrative several_here
township posting need problem pairing
"""
WORDS = {word: word for word in re.findall(r"\w+", SAID)} | {
    "whole_county": "{name} as a whole",
    "several_townships": "{name} +{n}",
    "served_of": "{served}/{all}",
    "visit_count": "{n} visits",
    "persons": "{n} persons",
    "project_count": "{n} projects",
    "base_count": "{n} bases",
    "posting_count": "{n} postings",
    "need_count": "{n} needs",
    "problem_count": "{n} problems",
    "pairing_count": "{n} pairings",
    "area": "{n} mu",
    "township_count": "{n} townships",
}
OPTIONS = ShellOptions(
    language="zh-CN",
    title="地图",
    nonce="n0nce",
    leaflet_js_url="/static/vendor/leaflet/leaflet.js",
    leaflet_css_url="/static/vendor/leaflet/leaflet.css",
    style_url="/static/css/map.css",
    module_url="/static/js/map/frame.js",
    points_url="/points.json",
    ground_url="/ground.json",
    words=WORDS,
    bounds_deg=(27.4, 120.0, 27.8, 121.0),
    layers=("townships", "villages", "unserved", "postings", "projects", "bases", "visits", "needs", "employment"),
)
GROUND = {
    "sheet": [27.3, 119.9, 27.9, 121.1],
    "land": [[[[119.9, 27.3], [120.8, 27.3], [120.8, 27.9], [119.9, 27.9], [119.9, 27.3]]]],
    "outlines": [
        {"name": "方县", "polygons": [[[[120.0, 27.4], [121.0, 27.4], [121.0, 27.8], [120.0, 27.8], [120.0, 27.4]]]]}
    ],
    "attributions": ["© <b>海岸</b>"],
}
EMPTY: dict[str, list[Any]] = {name: [] for name in ("id", "name", "township", "lat", "lng", "flags")}
POINTS = {
    # One township in the middle of the map: 27.6 N, 120.5 E in 1/20000 degree.
    "townships": {
        "id": [7], "name": [HOSTILE], "lat": [552000], "lng": [2410000], "flags": [0], "posted": [1], "visits": [2],
    },
    "villages": {
        "id": [11, 1], "name": [HOSTILE, "乙村"], "township": [0, 0], "lat": [None, 400], "lng": [None, 400],
        "served": [5, 0], "visits": [3, 0], "flags": [2, 0],
    },
    "projects": {
        "id": [21], "name": [HOSTILE], "township": [0], "lat": [-2000], "lng": [-2000], "flags": [0],
    },
    "bases": EMPTY,
    "postings": EMPTY,
    "needs": EMPTY,
    "problems": EMPTY,
    "pairings": EMPTY,
    "employment": {**EMPTY, "owner": [], "persons": []},
}  # fmt: skip


class Site:
    """A small server of the framed page, our static files and whatever a story puts in their place."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, str, bytes]] = {"/favicon.ico": (200, "image/png", b"")}
        self.tile: tuple[int, str, bytes] = (503, "text/plain", b"")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Answering, self))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.gives("/points.json", POINTS)
        self.gives("/ground.json", GROUND)
        self.shows(OPTIONS)

    def gives(self, path: str, document: Any) -> None:
        self.answers[path] = (200, "application/json", json.dumps(document).encode())

    def shows(self, options: ShellOptions) -> None:
        self.policy = content_security_policy(options)
        self.answers["/frame"] = (200, "text/html; charset=utf-8", map_shell(options).encode())


class Answering(BaseHTTPRequestHandler):
    """Answers one request from the site."""

    def __init__(self, site: Site, *arguments: Any) -> None:
        self.site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        asked = self.path.partition("?")[0]
        self.site.asked.append(self.path)
        status, kind, body = self.site.answers.get(self.path) or self.site.answers.get(asked) or self._file()
        if self.path.startswith("/tiles/"):
            status, kind, body = self.site.tile
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", self.site.policy)
        self.end_headers()
        self.wfile.write(body)

    def _file(self) -> tuple[int, str, bytes]:
        path = shipped("static") / self.path.removeprefix("/static/")
        kinds = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}
        if not path.is_file():
            return 404, "text/plain", b""
        return 200, kinds.get(path.suffix, "application/octet-stream"), path.read_bytes()

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def browser(chromium: Any) -> Any:
    if not (Path(shipped("static")) / "vendor/leaflet/leaflet.js").is_file():
        missing("static/vendor")
    return chromium


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


Opened = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, site: Site) -> Iterator[Opened]:
    """Open the frame, fail on any script error or broken policy, and wait until it is drawn."""
    context = browser.new_context(viewport={"width": 900, "height": 600}, reduced_motion="reduce")
    complaints: list[str] = []

    def open_it(*, ready: bool = True, quiet: bool = True) -> Any:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: quiet and line.type == "error" and complaints.append(line.text))
        page.goto(f"{site.address}/frame")
        if ready:
            page.wait_for_selector("html[data-ready=yes]")
        return page

    yield open_it
    context.close()
    assert complaints == []


def on_screen(page: Any, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Where a position is in the window."""
    found = page.evaluate(
        """([lat, lng]) => {
          const name = JSON.parse(document.getElementById("map-settings").textContent).map;
          const point = window[name].latLngToContainerPoint([lat, lng]);
          return [point.x, point.y];
        }""",
        [latitude_deg, longitude_deg],
    )
    return found[0], found[1]


def test_it_draws_on_local_ground_with_its_licence_as_text(opened: Opened) -> None:
    page = opened()
    assert page.locator("canvas").count() >= 5
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


@pytest.fixture
def touched(opened: Opened, site: Site) -> Callable[[float, float], Any]:
    """Touch a spot of the framed map, and give what it told the page around it."""

    def touch(x: float, y: float) -> Any:
        frame = b'<!doctype html><iframe src="/frame" width="900" height="600"></iframe>'
        site.answers["/around"] = (200, "text/html", frame)
        site.policy = site.policy.replace("default-src 'none'", "default-src 'self'")
        page = opened()
        page.goto(f"{site.address}/around")
        page.frame_locator("iframe").locator("html[data-ready=yes]").wait_for()
        heard = page.evaluate_handle(
            """() => { const heard = []; addEventListener("message", (event) => heard.push(event.data)); return heard; }"""
        )
        box = page.locator("iframe").bounding_box()
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.wait_for_timeout(400)
        return heard.json_value()

    return touch


@pytest.mark.parametrize(
    ("place", "key"), [((27.5, 120.4), "project-21"), ((27.6, 120.5), "township-7")], ids=["project", "township"]
)
def test_a_touch_tells_the_page_around_it(
    opened: Opened, touched: Callable[[float, float], Any], place: tuple[float, float], key: str
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


def test_many_marks_of_a_township_are_a_heap_that_opens_to_a_list(
    opened: Opened, touched: Callable[[float, float], Any], site: Site
) -> None:
    many = {"id": [1] * 30, "name": [HOSTILE, *(f"专家{one}" for one in range(29))], "township": [0] * 30}
    nowhere = {"lat": [None] * 30, "lng": [None] * 30, "flags": [0] * 30}
    site.gives("/points.json", {**POINTS, "postings": {**many, **nowhere}})
    page = opened()
    found = page.evaluate(HEAP, on_screen(page, 27.6, 120.5))
    told = next(message for message in touched(*found) if message["type"] == "several")
    assert told["title"] == "30 postings"
    assert [one["key"] for one in told["beside"]] == [f"posting-{one}" for one in range(1, 31)]
    assert told["beside"][0]["name"] == HOSTILE


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


def test_townships_on_one_spot_open_to_a_list(
    opened: Opened, touched: Callable[[float, float], Any], crowd: Site
) -> None:
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
    assert opened().locator("canvas").count() >= 4
