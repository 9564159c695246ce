"""Somebody takes the map along: a file without a network, a picture, and a sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from commissioner.vocabulary import Role
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_leader_map import open_map

pytestmark = pytest.mark.browser

A_PAGE = re.compile(rb"/Type\s*/Page\b")
A_BOX = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]")
POINTS_PER_MM = 72 / 25.4
PIXELS_PER_MM = 96 / 25.4
SHEETS_MM = {"a4": (297, 210), "a3": (420, 297)}
MARGIN_MM = 10
ALL = "layers=chosen" + "".join(
    f"&layer={one}" for one in ("townships", "villages", "unserved", "postings", "projects", "bases", "visits",
                                "needs", "problems", "pairings", "employment")
)  # fmt: skip


def menu(page: Page) -> Any:
    page.locator(".map-take > summary").click()
    return page.locator(".map-take-panel")


def saved(page: Page, press: Any, folder: Path) -> tuple[str, Path]:
    """What the browser saves when it is pressed, and under which name."""
    with page.expect_download() as coming:
        press.click()
    path = folder / "saved"
    coming.value.save_as(path)
    return coming.value.suggested_filename, path


@pytest.fixture
def offline(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A browser on a machine without a network, and all that a page asks for or complains of."""
    context = chromium.new_context(offline=True, viewport={"width": DESK, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    heard: list[str] = []
    page.on("request", lambda request: request.url.startswith("data:") or heard.append(request.url))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if line.type in {"error", "warning"} else None)
    yield page, heard
    context.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_menu_opens_beside_the_map_and_files_follow_the_view(page_as, fits, tmp_path, width):
    page = page_as(Role.LEADER, width)
    open_map(page)
    page.get_by_role("checkbox", name=re.compile("^走访")).uncheck()
    panel = menu(page)
    fits(page)
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width

    name, path = saved(page, panel.get_by_role("link", name="GeoJSON"), tmp_path)
    assert name == "科技特派员地图 2022-12-31.geojson"
    assert path.read_bytes().startswith(b'{"type":"FeatureCollection"')
    expect(panel.get_by_role("link", name="KML")).to_have_attribute("href", re.compile("layer=bases"))
    assert "layer=visits" not in panel.get_by_role("link", name="KML").get_attribute("href")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_time_moves_what_is_taken_along(page_as):
    page = page_as(Role.LEADER, DESK)
    open_map(page)
    slider = page.get_by_role("slider", name="截至哪个月")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("on=2022-11-30"))
    panel = menu(page)

    for name in ("GeoJSON", "KML", "Shapefile", "单个网页", "打印 A3 横向"):
        expect(panel.get_by_role("link", name=name)).to_have_attribute("href", re.compile("on=2022-11-30"))


def test_without_javascript_everything_but_the_picture_is_there(page_as):
    page = page_as(Role.LEADER, DESK, javascript=False)
    page.goto("/map?year=2022")
    panel = menu(page)

    expect(panel.get_by_role("link")).to_have_count(6)
    expect(panel.get_by_role("button")).to_have_count(0)


def test_one_page_opens_from_a_disk_without_a_network(page_as, offline, tmp_path, fits):
    page = page_as(Role.LEADER, DESK)
    open_map(page)
    places = page.locator("#places-title .count").inner_text()
    _name, path = saved(page, menu(page).get_by_role("link", name="单个网页"), tmp_path)
    alone, heard = offline
    address = path.rename(tmp_path / "地图.html").as_uri()
    alone.goto(address)

    expect(alone.locator("html[data-ready=yes]")).to_have_count(1)
    expect(alone.locator("tbody tr")).to_have_count(int(places))
    assert len(alone.evaluate(COLOURS)) > 20
    line = alone.locator("tbody tr").filter(has_text="金线莲道地药材示范基地")
    line.get_by_role("button").click()
    expect(line).to_have_class(re.compile("chosen"))
    alone.get_by_role("checkbox", name=re.compile("^示范基地")).uncheck()
    fits(alone)
    assert heard == [address]
    alone.set_viewport_size({"width": PHONE, "height": 844})
    fits(alone)


# The colours of what is drawn: a blank canvas has one.
COLOURS = """() => {
  const found = new Set();
  for (const canvas of document.querySelectorAll(".leaflet-pane canvas")) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 64) found.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  }
  return [...found];
}"""


def test_a_touched_mark_of_the_page_shows_its_line(page_as, offline, tmp_path):
    page = page_as(Role.LEADER, DESK)
    open_map(page)
    _name, path = saved(page, menu(page).get_by_role("link", name="单个网页"), tmp_path)
    alone, _heard = offline
    alone.goto(path.rename(tmp_path / "map.html").as_uri())
    expect(alone.locator("html[data-ready=yes]")).to_have_count(1)
    x, y = alone.evaluate(
        """() => {
          alone_map.setView([27.63484, 120.31934], 12, { animate: false });
          const point = alone_map.latLngToContainerPoint([27.63484, 120.31934]);
          return [point.x, point.y];
        }"""
    )
    alone.locator("#map").click(position={"x": x, "y": y})

    expect(alone.locator("tr.chosen").first).to_contain_text("水头镇")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_picture_of_the_present_view(page_as, tmp_path, width):
    page = page_as(Role.LEADER, width)
    open_map(page)
    panel = menu(page)
    name, path = saved(page, panel.get_by_role("button", name="PNG 图片"), tmp_path)
    content = path.read_bytes()
    picture = Image.open(BytesIO(content))

    assert name == "科技特派员地图 截至 2022年12月31日.png"
    assert picture.format == "PNG"
    assert picture.width >= 800
    assert picture.height >= 1200
    shrunk = picture.convert("RGB").resize((200, 200))
    assert len(shrunk.getcolors(40_000)) > 200
    top = shrunk.crop((0, 0, 200, 25)).getcolors(40_000)  # the title is there
    assert len(top) > 5
    expect(panel.get_by_role("status")).to_have_text("图片已存到下载里。")


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_is_one_landscape_page_with_all_that_belongs_to_a_map(page_as, fits, live, paper, language):
    page = page_as(Role.LEADER, DESK)
    page.context.add_cookies([{"name": "language", "value": language, "url": live.url}])
    page.goto(f"/map/sheet?year=2022&paper={paper}&{ALL}")
    expect(page.frame_locator("iframe").locator("html[data-ready=yes]")).to_have_count(1)
    fits(page)
    width, height = SHEETS_MM[paper]
    printed = page.pdf(prefer_css_page_size=True, print_background=True)

    assert len(A_PAGE.findall(printed)) == 1
    assert box_of(printed) == pytest.approx((width * POINTS_PER_MM, height * POINTS_PER_MM), abs=1.5)
    inner = ((width - 2 * MARGIN_MM) * PIXELS_PER_MM, (height - 2 * MARGIN_MM) * PIXELS_PER_MM)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": int(inner[0]) + 1, "height": int(inner[1])})
    for part in ("h1", ".lede", "iframe", ".map-legend", ".sheet-foot"):
        place = page.locator(part).first.bounding_box()
        assert place is not None, part
        assert place["x"] + place["width"] <= inner[0] + 2, part
        assert place["y"] + place["height"] <= inner[1] + 2, part
    assert page.locator("iframe").bounding_box()["width"] > inner[0] * 0.98
    expect(page.locator(".masthead")).to_be_hidden()


def test_the_map_itself_prints_on_landscape_too(page_as):
    page = page_as(Role.LEADER, DESK)
    open_map(page)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)

    assert len(A_PAGE.findall(printed)) == 1
    assert box_of(printed) == pytest.approx((297 * POINTS_PER_MM, 210 * POINTS_PER_MM), abs=1.5)
    page.emulate_media(media="print")
    for part in ("h1", ".lede", ".map-view", ".map-legend"):
        expect(page.locator(part).first).to_be_visible()
    for part in (".map-take", ".map-filters", ".map-time", "#places"):
        expect(page.locator(part).first).to_be_hidden()


def box_of(printed: bytes) -> tuple[float, float]:
    """Width and height of the first page, in points."""
    found = A_BOX.search(printed)
    assert found is not None
    return float(found[1]), float(found[2])


MAP_OF = "window[JSON.parse(document.getElementById('map-settings').textContent).map]"


def middle(page: Page) -> tuple[float, float]:
    """What a map looks at."""
    frame = next(one for one in page.frames if "/map/frame" in one.url)
    frame.wait_for_selector("html[data-ready=yes]")
    found = frame.evaluate(f"() => {{ const {{ lat, lng }} = {MAP_OF}.getCenter(); return [lat, lng]; }}")
    return found[0], found[1]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_one_has_moved_to_stays_on_a_reload_and_on_paper(page_as, width):
    page = page_as(Role.LEADER, width)
    open_map(page)
    frame = next(one for one in page.frames if "/map/frame" in one.url)
    frame.evaluate(f"() => {MAP_OF}.setView([27.55, 120.25], 13, {{ animate: false }})")
    page.wait_for_url(re.compile("box=120.*27"))
    there = pytest.approx((27.55, 120.25), abs=0.005)
    page.reload()
    assert middle(page) == there

    menu(page).get_by_role("link", name="A4").click()
    page.wait_for_url(re.compile("/map/sheet"))
    assert middle(page) == there
