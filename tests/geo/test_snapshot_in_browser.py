"""The map as a picture: all that is drawn and nothing of another host, so that it can be saved."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest

from commissioner.geo.tiles import TileSource
from tests.geo.framed import OPTIONS, Opened, Site

pytestmark = pytest.mark.browser

A_TILE = (200, "image/gif", base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="))
TAKEN = """async () => {
  const told = new Promise((done) => {
    window.addEventListener("commissioner-map", ({ detail }) => detail.type === "picture" && done(detail));
  });
  window.dispatchEvent(new CustomEvent("commissioner-page", { detail: { type: "picture", ratio: 2 } }));
  const shown = await told;
  const canvas = Object.assign(document.createElement("canvas"), { width: shown.picture.width, height: shown.picture.height });
  const context = canvas.getContext("2d");
  context.drawImage(shown.picture, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height); // throws where another host's picture is in it
  const colours = new Set();
  for (let at = 0; at < data.length; at += 40) colours.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  return { ...shown, picture: [canvas.width, canvas.height], colours: [...colours] };
}"""


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    """Another host."""
    made = Site()
    made.tile = A_TILE
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_it_holds_the_ground_and_the_marks_finer_than_the_screen(opened: Opened) -> None:
    shown = opened().evaluate(TAKEN)

    assert (shown["width"], shown["height"], shown["picture"]) == (900, 600, [1800, 1200])
    for colour in ("221,231,229", "31,111,74", "43,92,138"):  # the sea, a village served, a project
        assert colour in shown["colours"]
    assert shown["scale"]["text"].endswith("km")
    assert "© <b>海岸</b>" in shown["credit"]
    assert not shown["hasTiles"]


def test_tiles_of_another_host_are_left_out_and_said(opened: Opened, site: Site, elsewhere: Site) -> None:
    address = f"{elsewhere.address}/tiles/{{z}}/{{x}}/{{y}}.png"
    site.shows(replace(OPTIONS, tiles=TileSource(address=address, attribution="底图")))
    page = opened()
    page.locator(".leaflet-tile-loaded").first.wait_for()
    shown = page.evaluate(TAKEN)

    assert shown["hasTiles"]
    assert "底图" in page.locator(".leaflet-control-attribution").inner_text()
    assert "底图" not in shown["credit"]  # nobody is thanked for what is not in the picture
    assert "0,0,0" not in shown["colours"]  # the tiles are black
    assert "31,111,74" in shown["colours"]
