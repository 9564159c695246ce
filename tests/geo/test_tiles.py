"""A tile address is judged by its form, its key stays a secret, and only its own hosts may be asked."""

from __future__ import annotations

import pytest

from commissioner.geo.tiles import (
    TileWish,
    example_of,
    masked,
    tile_faults,
    tile_hints,
    tile_source,
    without_its_key,
)

KEY = "0123456789abcdef0123456789abcdef"
XYZ = "https://tiles.example.cn/{z}/{x}/{y}.png"
WMTS = (
    "https://t{s}.example.cn/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default&TILEMATRIXSET=w"
    "&FORMAT=tiles&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}&tk={tk}"
)


def a_source(**wish: str):
    source = tile_source(TileWish(**wish))
    assert source is not None, tile_faults(TileWish(**wish))
    return source


def test_no_address_is_no_source_and_no_fault() -> None:
    assert tile_source(TileWish()) is None
    assert tile_faults(TileWish(key=KEY, subdomains="?")) == {}


@pytest.mark.parametrize(
    "word", ["天地图", "天地图影像", "天地图地形", "tianditu", "tianditu-imagery", "tianditu-terrain"]
)
def test_tianditu_is_one_word_and_a_key(word: str) -> None:
    source = a_source(address=word, key=KEY)

    assert len(source.addresses) == 2
    assert all(KEY in address and "_w&" in address for address in source.addresses)
    assert source.origins == tuple(f"https://t{n}.tianditu.gov.cn" for n in range(8))
    assert source.attribution == "天地图"


def test_tianditu_without_its_key_asks_for_it() -> None:
    assert set(tile_faults(TileWish(address="天地图"))) == {"key"}


def test_a_wmts_address_is_understood_by_its_own_names() -> None:
    source = a_source(address=WMTS, key=KEY, subdomains="0-1", deepest_zoom="17")

    assert "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}" in source.address
    assert source.origins == ("https://t0.example.cn", "https://t1.example.cn")
    assert source.deepest_zoom == 17


@pytest.mark.parametrize(
    ("typed", "names"),
    [("0-2", ("0", "1", "2")), ("abc", ("a", "b", "c")), ("a-c", ("a", "b", "c")), ("east, west", ("east", "west"))],
)
def test_subdomains_are_read_as_people_write_them(typed: str, names: tuple[str, ...]) -> None:
    assert a_source(address="https://{s}.example.cn/{z}/{x}/{y}", subdomains=typed).subdomains == names


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//{z}{x}{y}",
        "data:image/png,{z}{x}{y}",
        "//example.cn/{z}/{x}/{y}",
        "https://example.cn/{z}/{x}",
        "https://example.cn/{z}/{x}/{y}/{password}",
        "https://example.cn/{{ config }}/{z}/{x}/{y}",
        "https://example.cn/{% x %}/{z}/{x}/{y}",
        "https://user:secret@example.cn/{z}/{x}/{y}",
        "https://a.cn;script-src * /{z}/{x}/{y}",
        "https://a.cn; script-src *",
        "https://'unsafe-inline'/{z}/{x}/{y}",
        "https://*/{z}/{x}/{y}",
        "https://{x}.example.cn/{z}/{x}/{y}",
        "https://[::1/{z}/{x}/{y}",
        "https:///{z}/{x}/{y}",
        "https://例子.cn/{z}/{x}/{y}",
        'https://example.cn/{z}/{x}/{y}"onerror=',
        "https://example.cn/{z}/{x}/{y}\u202e",
        "https://t0.tianditu.gov.cn/DataServer?T=vec_c&x={x}&y={y}&l={z}",
        "https://example.cn/wmts?TILEMATRIXSET=EPSG:4490&z={z}&x={x}&y={y}",
        "https://webrd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}",
    ],
)
def test_what_no_tile_address_may_be_is_told_in_words(address: str) -> None:
    faults = tile_faults(TileWish(address=address))

    assert set(faults) == {"address"}
    assert tile_source(TileWish(address=address)) is None


@pytest.mark.parametrize(
    ("part", "wish"),
    [
        ("subdomains", {"address": "https://{s}.example.cn/{z}/{x}/{y}"}),
        ("subdomains", {"address": XYZ, "subdomains": "*"}),
        ("subdomains", {"address": XYZ, "subdomains": "a.b, c/d"}),
        ("subdomains", {"address": XYZ, "subdomains": "a" * 27}),
        ("key", {"address": "天地图", "key": "a b"}),
        ("key", {"address": "天地图", "key": "a&x=1"}),
        ("deepest_zoom", {"address": XYZ, "deepest_zoom": "23"}),
        ("deepest_zoom", {"address": XYZ, "deepest_zoom": "-1"}),
        ("deepest_zoom", {"address": XYZ, "deepest_zoom": "9" * 30}),
        ("least_zoom", {"address": XYZ, "least_zoom": "十"}),
        ("least_zoom", {"address": XYZ, "least_zoom": "12", "deepest_zoom": "8"}),
    ],
)
def test_each_part_is_judged_beside_its_field(part: str, wish: dict[str, str]) -> None:
    assert set(tile_faults(TileWish(**wish))) == {part}


def test_what_deserves_a_look_is_said() -> None:
    assert len(tile_hints(TileWish(address="http://10.0.0.8/{z}/{x}/{y}", key="k"))) == 3
    assert tile_hints(TileWish(address="天地图", key=KEY)) == []


def test_the_example_does_not_tell_the_key() -> None:
    shown = example_of(a_source(address="天地图", key=KEY))

    assert KEY not in shown
    assert "x=27&y=13&l=5" in shown


def test_a_key_in_an_address_is_taken_out_of_it() -> None:
    address, key = without_its_key(f"https://t0.example.cn/{{z}}/{{x}}/{{y}}?tk={KEY}")

    assert (address, key) == ("https://t0.example.cn/{z}/{x}/{y}?tk={tk}", KEY)
    assert without_its_key(address) == (address, "")
    assert KEY not in masked(f"https://t0.example.cn/?a=1&key={KEY}")
