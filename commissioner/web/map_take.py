"""Taking the map along: what it shows as GeoJSON, KML, Shapefiles or one page that needs no network, and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from commissioner.access import Permission
from commissioner.domain.map_layers import KINDS, MapDocument, last_told_year, map_document, visits_in_months
from commissioner.domain.map_states import MapState, map_state
from commissioner.domain.map_take import MOST_ON_A_PAGE, MOST_TAKEN, MapTake, map_take
from commissioner.domain.points import drawn_ground, ground
from commissioner.geo.standalone import inlined
from commissioner.geo.take_geojson import GEOJSON, geojson
from commissioner.geo.take_kml import KML, kml
from commissioner.geo.take_shapefile import ZIP, zipped_shapefiles
from commissioner.shipped import shipped
from commissioner.web.downloads import attachment_name
from commissioner.web.language import language
from commissioner.web.map import approval
from commissioner.web.map_address import MapView, read_view
from commissioner.web.map_pages import frame_words, page_context
from commissioner.web.map_taken import PAPERS, counted, line_of, read_me, taken_of
from commissioner.web.session import actor, requires

bp = Blueprint("map_take", __name__)
SAVED_ONLY = "application/octet-stream"  # a page to be kept, never opened under this site's name
STYLES = ("app.css", "map.css", "take.css")
GROUND_GROUPS = {part: f"alone_{part}" for part in ("outline", "graticule", "labels")}


@bp.get("/map/take.geojson")
@requires(Permission.EXPORT)
def take_geojson() -> Response:
    """For QGIS and for the web."""
    view, take, page = _asked(MOST_TAKEN)
    return _saved(geojson(taken_of(take, page)), view, "geojson", GEOJSON)


@bp.get("/map/take.kml")
@requires(Permission.EXPORT)
def take_kml() -> Response:
    """For Google Earth and its like."""
    view, take, page = _asked(MOST_TAKEN)
    return _saved(kml(taken_of(take, page)), view, "kml", KML)


@bp.get("/map/take.zip")
@requires(Permission.EXPORT)
def take_shapefile() -> Response:
    """For ArcGIS."""
    view, take, page = _asked(MOST_TAKEN)
    taken = taken_of(take, page)
    return _saved(zipped_shapefiles(taken, read_me(taken)), view, "zip", ZIP)


@bp.get("/map/take.html")
@requires(Permission.EXPORT)
def take_page() -> Response:
    """For whoever has a browser and no network."""
    view, take, page = _asked(MOST_ON_A_PAGE)
    parts = inlined(shipped("static"), "alone.js", STYLES)
    drawn = drawn_ground(actor()).document()
    written = render_template(
        "map/_take_page.html",
        view=page,
        parts=parts,
        # Our own files, which end no element they stand in: the workshop has looked.
        style=Markup("<style>{}</style>").format(Markup(parts.style)),  # noqa: S704
        leaflet=Markup("<script>{}</script>").format(Markup(parts.leaflet)),  # noqa: S704
        script=Markup("<script>{}</script>").format(Markup(parts.script)),  # noqa: S704
        settings=_as_json(_settings(view, take, drawn)),
        rows=[line_of(place) for places in take.layers.values() for place in places],
        said=counted(take),
        credits=[*drawn["attributions"], *filter(None, [approval()])],
    )
    return _saved([written.encode("utf-8", "replace")], view, "html", SAVED_ONLY)


@bp.get("/map/sheet")
@requires(Permission.LOOK)
def sheet() -> str:
    """The map on a sheet of paper, as large as it will be printed."""
    state = map_state(actor())
    view = read_view(request.args, last_told_year(actor(), state))
    asked = request.args.get("paper", "")
    paper = asked if asked in PAPERS else PAPERS[0]
    return render_template(
        "map/sheet.html",
        view=_told(view, map_document(actor(), view.ask, state), state),
        paper=paper,
        papers=[(one.upper(), view.url("map_take.sheet", paper=one), one == paper) for one in PAPERS],
        frame_url=view.url("map.frame"),
        map_url=view.url(),
        approval=approval(),
    )


def _asked(most: int) -> tuple[MapView, MapTake, dict[str, Any]]:
    """What the address asks, what is taken, and what the page of the map would say of it."""
    state = map_state(actor())
    view = read_view(request.args, last_told_year(actor(), state))
    take = map_take(actor(), view.ask, view.layers, state, most)
    return view, take, _told(view, take.document, state)


def _told(view: MapView, document: MapDocument, state: MapState) -> dict[str, Any]:
    return page_context(view, document, visits_in_months(actor(), state))


def _saved(pieces: Iterable[bytes], view: MapView, ending: str, mimetype: str) -> Response:
    """A file that is sent as it is written."""
    answer = Response(pieces, mimetype=mimetype)
    name = f"{_('科技特派员地图')} {view.ask.on.isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = attachment_name(name)
    return answer


def _settings(view: MapView, take: MapTake, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """What the map of a standalone page draws: the documents themselves, without the layers that are not shown."""
    points = orjson.loads(take.document.body)
    for layer in KINDS:
        if layer not in view.layers:
            points[layer.value] = {key: [] for key in points[layer.value]}
    return {
        "map": "alone_map",
        "groups": GROUND_GROUPS,
        "points": points,
        "ground": drawn,
        "clusters": "",
        "bounds": None if view.ask.township else ground().bounds_deg,
        "layers": [layer.value for layer in view.layers],
        "selected": "",
        "notice": approval(),
        "language": language(),
        "words": frame_words(),
    }


def _as_json(document: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = orjson.dumps(document).decode()
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704
