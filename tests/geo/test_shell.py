"""The framed page: our own files, a nonce on every tag, and nothing of a record in it."""

from __future__ import annotations

import json
from dataclasses import replace

import folium
import pytest
from bs4 import BeautifulSoup

from commissioner.geo.shell import ShellOptions, TileSource, content_security_policy, map_shell

WORDS = dict.fromkeys(("tiles", "outline", "graticule", "labels", "no_script"), "词")
PLAIN = ShellOptions(
    language="zh-CN",
    title="地图",
    nonce="n0nce",
    leaflet_js_url="/static/leaflet.js",
    leaflet_css_url="/static/leaflet.css",
    style_url="/static/map.css",
    module_url="/static/frame.js",
    points_url="/map/points.json?year=2022",
    ground_url="/map/ground.json",
    words=WORDS,
    bounds_deg=(27.4, 120.0, 27.8, 121.1),
    layers=("villages", "projects"),
)
TILES = TileSource(address="https://t{s}.example.cn/w/{z}/{x}/{y}?tk=1", attribution="<b>底图</b> & 版权")


def parsed(options: ShellOptions) -> BeautifulSoup:
    return BeautifulSoup(map_shell(options), "html5lib")


def test_every_script_and_style_carries_the_nonce() -> None:
    tags = parsed(PLAIN).find_all(["script", "style"])
    assert tags
    assert {tag.get("nonce") for tag in tags} == {"n0nce"}


def test_no_foreign_host_is_named() -> None:
    page = map_shell(PLAIN)
    assert "//cdn" not in page
    assert "https:" not in page
    assert "http:" not in page


def test_the_page_says_its_language_and_title_and_may_be_enlarged() -> None:
    page = parsed(PLAIN)
    assert page.html is not None
    assert page.html["lang"] == "zh-CN"
    assert page.title is not None
    assert page.title.text == "地图"
    viewport = page.find("meta", attrs={"name": "viewport"})
    assert viewport is not None
    assert "user-scalable" not in viewport["content"]


def test_large_type_reaches_the_map() -> None:
    enlarged = parsed(replace(PLAIN, large_type=True))
    assert enlarged.html is not None
    assert enlarged.html["class"] == ["large-type"]


def test_other_maps_keep_their_own_files() -> None:
    map_shell(PLAIN)
    assert any("leaflet" in address for _, address in folium.Map.default_js)
    assert len(folium.Map.default_css) > 1


def test_hostile_words_stay_words() -> None:
    hostile = "</title></script><script>alert(1)</script>{{ 7*7 }}"
    page = parsed(replace(PLAIN, title=hostile, points_url=f"/p?x={hostile}", selected=hostile, map_notice=hostile))
    assert page.title is not None
    assert page.title.text == hostile
    settings = page.find("script", id="map-settings")
    assert settings is not None
    document = json.loads(str(settings.string))
    assert document["notice"] == hostile
    assert document["selected"] == hostile
    assert len(page.find_all("script")) == len(parsed(PLAIN).find_all("script"))


def test_tiles_come_only_from_the_configured_host() -> None:
    options = replace(PLAIN, tiles=TILES)
    assert "t{s}.example.cn" in map_shell(options)
    hosts = "https://ta.example.cn https://tb.example.cn https://tc.example.cn"
    assert f"img-src 'self' data: {hosts};" in content_security_policy(options)
    assert "example.cn" not in content_security_policy(PLAIN)


def test_the_attribution_of_tiles_is_text() -> None:
    assert "<b>" not in map_shell(replace(PLAIN, tiles=TILES))


@pytest.mark.parametrize(
    "address", ["https://x.cn/{{ config }}", "https://x.cn/{% raw %}", "javascript:alert(1)", "/t"]
)
def test_a_tile_address_that_could_be_run_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="tile address"):
        TileSource(address=address, attribution="")


def test_the_origin_of_a_plain_host_is_itself() -> None:
    assert TileSource(address="http://10.0.0.8:8080/{z}/{x}/{y}", attribution="").origins == ("http://10.0.0.8:8080",)


def test_the_policy_allows_nothing_inline_but_by_nonce() -> None:
    policy = content_security_policy(PLAIN)
    assert "unsafe" not in policy
    assert "script-src 'self' 'nonce-n0nce'" in policy
    assert "frame-ancestors 'self'" in policy
