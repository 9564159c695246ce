"""Taking the map along: what it shows as GeoJSON, KML, Shapefiles or one page that needs no network, and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.map_layers import MapDocument, last_told_year, map_state, visits_in_months
from commissioner.domain.map_take import MOST_TAKEN, MapTake, map_take
from commissioner.geo.take_geojson import GEOJSON, geojson
from commissioner.geo.take_kml import KML, kml
from commissioner.geo.take_shapefile import ZIP, zipped_shapefiles
from commissioner.web.downloads import attachment_name
from commissioner.web.map_address import MapView, read_view
from commissioner.web.map_pages import page_context
from commissioner.web.map_taken import read_me, taken_of
from commissioner.web.session import actor, requires

bp = Blueprint("map_take", __name__)
PIECE_BYTES = 1 << 16


@bp.get("/map/take.geojson")
@requires(Permission.EXPORT)
def take_geojson() -> Response:
    """For QGIS and for the web."""
    view, take = _asked(MOST_TAKEN)
    return _saved(geojson(taken_of(take, _told(view, take.document))), view, "geojson", GEOJSON)


@bp.get("/map/take.kml")
@requires(Permission.EXPORT)
def take_kml() -> Response:
    """For Google Earth, 奥维 and the like."""
    view, take = _asked(MOST_TAKEN)
    return _saved(kml(taken_of(take, _told(view, take.document))), view, "kml", KML)


@bp.get("/map/take.zip")
@requires(Permission.EXPORT)
def take_shapefile() -> Response:
    """For ArcGIS."""
    view, take = _asked(MOST_TAKEN)
    taken = taken_of(take, _told(view, take.document))
    file = zipped_shapefiles(taken, read_me(taken))
    answer = _saved(iter(lambda: file.read(PIECE_BYTES), b""), view, "zip", ZIP)
    answer.call_on_close(file.close)
    return answer


def _asked(most: int) -> tuple[MapView, MapTake]:
    state = map_state(actor())
    view = read_view(request.args, last_told_year(actor(), state))
    return view, map_take(actor(), view.ask, view.layers, state, most)


def _told(view: MapView, document: MapDocument) -> dict[str, Any]:
    """What the page of the map says of it."""
    return page_context(view, document, visits_in_months(actor(), map_state(actor())))


def _saved(pieces: Iterable[bytes], view: MapView, ending: str, mimetype: str) -> Response:
    """A file that is sent as it is written."""
    answer = Response(pieces, mimetype=mimetype)
    name = f"{_('科技特派员地图')} {view.ask.on.isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = attachment_name(name)
    return answer
