"""A small site around the framed map, and the records that it shows."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from commissioner.geo.shell import ShellOptions, content_security_policy, map_shell
from commissioner.shipped import shipped

Opened = Callable[..., Any]
Touched = Callable[[float, float], Any]
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
