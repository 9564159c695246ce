"""The framed page of the leader's map: folium builds map, scale and ground layers; the points come later, from a JSON address."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from commissioner.geo.tiles import TileSource

if TYPE_CHECKING:
    from folium import Map

Box = tuple[float, float, float, float]
WHOLE_COUNTRY: Box = (18.0, 73.0, 53.6, 135.1)
NEAREST_ZOOM = 17
COUNTY_ZOOM, NATION_ZOOM = 5, 3  # the farthest that a county, and that a larger region is looked at from
COUNTY_DEG = 4.0
GROUND_LAYERS = ("outline", "graticule", "labels")  # drawn in this order; those without data stay empty


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellOptions:
    """All that the page needs: addresses of our own files, the view to begin with, and the words it says."""

    language: str
    title: str
    nonce: str
    leaflet_js_url: str
    leaflet_css_url: str
    style_url: str
    module_url: str
    points_url: str
    ground_url: str
    words: Mapping[str, str]
    clusters_url: str = ""  # of a crowded region: where the part that is looked at comes from
    bounds_deg: Box | None = None
    bounds_are_exact: bool = False  # somebody had moved the map to them: no other part is a better beginning
    layers: Sequence[str] = ()
    selected: str = ""
    tiles: TileSource | None = None
    large_type: bool = False
    map_notice: str = ""  # approval number and the like, printed with the attribution


def map_shell(options: ShellOptions) -> str:
    """The whole HTML page. Nothing of it comes from a record: names arrive as JSON and are shown as text."""
    page = _page_class()(options)
    shell = _empty_map(options)
    groups = _ground_groups(shell, options)
    page.add_child(shell)
    page.settings = _as_script(_settings(shell, groups, options))
    return _with_nonce(page.render(), options.nonce)


def content_security_policy(options: ShellOptions) -> str:
    """The header of this page alone; every other page has the stricter one."""
    nonce = f"'nonce-{options.nonce}'"
    images = " ".join(["'self'", "data:", *(options.tiles.origins if options.tiles else ())])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {nonce}",
            f"style-src 'self' {nonce}",
            f"img-src {images}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


def _empty_map(options: ShellOptions) -> Map:
    from folium import Map  # half a second: only who opens a map pays for it

    south, west, north, east = options.bounds_deg or WHOLE_COUNTRY
    shell = Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=10,
        tiles=None,
        control_scale=False,
        zoom_control=False,  # its two titles are English: our module adds one that speaks the page's language
        attribution_control=False,  # Leaflet's own carries a flag
        zoom_snap=1 if options.tiles else 0.25,
        zoom_delta=1 if options.tiles else 0.5,
        maxZoom=max(NEAREST_ZOOM, options.tiles.deepest_zoom)
        if options.tiles
        else NEAREST_ZOOM,  # as Leaflet spells it: max_zoom would go to tiles
        minZoom=_farthest_zoom(options.bounds_deg),
        keyboard_pan_delta=120,
    )
    # On the instance: the class attributes name foreign hosts, and changing them would change every other map.
    shell.default_js = [("leaflet", options.leaflet_js_url)]
    shell.default_css = [("leaflet_css", options.leaflet_css_url)]
    if options.tiles:
        _add_tiles(shell, options.tiles, options.words["tiles"])
    return shell


def _farthest_zoom(bounds_deg: Box | None) -> int:
    south, west, north, east = bounds_deg or (0, 0, 0, 0)
    return NATION_ZOOM if max(north - south, east - west) > COUNTY_DEG else COUNTY_ZOOM


def _add_tiles(shell: Map, tiles: TileSource, name: str) -> None:
    from folium import TileLayer

    for number, address in enumerate(tiles.addresses):
        TileLayer(
            tiles=address,
            attr=" " if number else html.escape(tiles.attribution) or " ",  # Leaflet writes it as HTML
            name=name,
            min_zoom=tiles.least_zoom,
            max_zoom=max(NEAREST_ZOOM, tiles.deepest_zoom),
            max_native_zoom=tiles.deepest_zoom,  # nearer than that the tiles are enlarged
            subdomains=list(tiles.subdomains),  # type: ignore[arg-type] # Leaflet takes either
            overlay=True,
            control=not number,
        ).add_to(shell)


def _ground_groups(shell: Map, options: ShellOptions) -> dict[str, str]:
    """Empty groups, one for each part of the ground, with a control to switch them; their JavaScript names by part."""
    from folium import FeatureGroup, LayerControl

    groups = {part: FeatureGroup(name=options.words[part]).add_to(shell) for part in GROUND_LAYERS}
    LayerControl(position="topright", collapsed=True).add_to(shell)
    return {part: group.get_name() for part, group in groups.items()}


def _settings(shell: Map, groups: dict[str, str], options: ShellOptions) -> dict[str, Any]:
    return {
        "map": shell.get_name(),
        "groups": groups,
        "points": options.points_url,
        "ground": options.ground_url,
        "clusters": options.clusters_url,
        "bounds": options.bounds_deg,
        "exact": options.bounds_are_exact,
        "layers": list(options.layers),
        "selected": options.selected,
        "notice": options.map_notice,
        "language": options.language,
        "words": dict(options.words),
    }


def _as_script(document: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(document)  # ASCII only, so that no line separator ends a line of script
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _with_nonce(page: str, nonce: str) -> str:
    """The nonce on every script and style tag; the page holds no tag but folium's and ours."""
    return re.sub(r"<(script|style)(?=[\s>])", rf'<\1 nonce="{html.escape(nonce)}"', page)


@cache
def _page_class() -> Any:
    """Branca's Figure with a page of our own: language, title, no foreign tags, scripts inside the body."""
    from branca.element import Figure
    from folium.template import Template

    class Page(Figure):
        _template = Template(PAGE)

        def __init__(self, options: ShellOptions) -> None:
            super().__init__()
            self.options = options
            self.settings = ""

    return Page


PAGE = """<!DOCTYPE html>
<html lang="{{ this.options.language|e }}"{{ ' class="large-type"' if this.options.large_type }}>
<head>
{{ this.header.render(**kwargs)|replace(", maximum-scale=1.0, user-scalable=no", "") }}
<title>{{ this.options.title|e }}</title>
<link rel="stylesheet" href="{{ this.options.style_url|e }}">
<link rel="modulepreload" href="{{ this.options.module_url|e }}">
<link rel="preload" as="fetch" crossorigin href="{{ this.options.ground_url|e }}">
<link rel="preload" as="fetch" crossorigin href="{{ this.options.points_url|e }}">
</head>
<body class="map-frame">
<main aria-label="{{ this.options.title|e }}">
{{ this.html.render(**kwargs) }}
<p class="frame-notice" id="map-notice" role="status" hidden></p>
<noscript><p class="frame-notice">{{ this.options.words["no_script"]|e }}</p></noscript>
</main>
<script type="application/json" id="map-settings">{{ this.settings }}</script>
<script>
{{ this.script.render(**kwargs) }}
</script>
<script type="module" src="{{ this.options.module_url|e }}"></script>
</body>
</html>
"""
