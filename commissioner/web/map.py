"""The leader's map: the page with its filters and table, the framed map, and the JSON that the frame draws."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from commissioner.access import Actor, Permission
from commissioner.domain.boundaries import has_villages
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import COUNTY_DIGITS
from commissioner.domain.map_clusters import clusters
from commissioner.domain.map_counts import extent, is_crowded
from commissioner.domain.map_layers import MapDocument, last_told_year, map_document, visits_in_months
from commissioner.domain.map_states import MapState, map_state
from commissioner.domain.map_stories import TELLERS, story
from commissioner.domain.map_sums import bring_up_to_date
from commissioner.domain.map_viewport import read_viewport
from commissioner.domain.memory import Memory
from commissioner.domain.points import drawn_ground, ground
from commissioner.domain.programme import setting
from commissioner.domain.tiles import tiles
from commissioner.geo.shell import Box, ShellOptions, content_security_policy, map_shell
from commissioner.geo.standalone import bundled, newest_ns
from commissioner.problems import NotFound
from commissioner.shipped import shipped
from commissioner.units import today, whole
from commissioner.vocabulary import SettingKey
from commissioner.web.headers import A_YEAR
from commissioner.web.language import language
from commissioner.web.map_address import MapView, asked_on, read_view
from commissioner.web.map_pages import frame_words, page_context, table_context
from commissioner.web.map_story_pages import story_context
from commissioner.web.map_taken import take_context
from commissioner.web.preferences import LARGE_TYPE_COOKIE
from commissioner.web.releases import static_url
from commissioner.web.session import actor, requires

bp = Blueprint("map", __name__)
PLACES_ON_A_PAGE = 25
MOST_COMPRESSED = 24
MOST_TABLES = 48
_tables = Memory(MOST_TABLES)
_known: dict[str, bytes] = {}


@bp.get("/map")
@requires(Permission.LOOK)
def index() -> str:
    """The page around the map; it tells everything without JavaScript, too."""
    state = map_state(actor())
    months = visits_in_months(actor(), state)
    view = _view(last_told_year(actor(), state))
    document = map_document(actor(), view.ask, state)
    told = _story_of(view.selected, view.ask, state)
    shown = {**page_context(view, document, months), "approval_number": setting(SettingKey.MAP_APPROVAL_NUMBER)}
    return render_template(
        "map/index.html",
        view=shown,
        table=_table(view, document, state),
        story=told,
        page_url=url_for("map.index"),
        story_url=url_for("map.index") + "/story",
        points_url=url_for("map.points"),
        frame_url=view.url("map.frame"),
        take=take_context(view, document) if actor().can(Permission.EXPORT) else None,
        wanted_url=_wanted_url(view) if actor().is_territorial else None,
        wall_url=view.url("walls.new", at=None, box=None) if actor().can(Permission.SHOW_ON_WALL) else None,
    )


def _table(view: MapView, document: MapDocument, state: MapState) -> Markup:
    """The places as a table: half of the page, written once for a scope, a view, a language and a state of the records."""
    number, asked = _page_number(), replace(view, box_deg=None)

    def written() -> Markup:
        places = table_context(asked, document, number, PLACES_ON_A_PAGE)
        if places is None:
            raise NotFound
        # A template of ours, which has escaped what it was given.
        return Markup(render_template("map/_places.html", places=places, page_url=url_for("map.index")))  # noqa: S704

    return _tables.get((state, today(), actor().scope_key, asked, number, language()), written)


@bp.get("/map/frame")
@requires(Permission.LOOK)
def frame() -> Response:
    """The framed map, with a policy of its own: its scripts carry a nonce."""
    if asked_on(request.args) is None:
        abort(404)
    view = _asked_view()
    points_url = view.url("map.points", layers=None, layer=None, at=None, box=None)
    return frame_answer(actor(), view, points_url, url_for("map.ground_document"), _clusters_url(view))


def frame_answer(who: Actor, view: MapView, points_url: str, ground_url: str, clusters_url: str) -> Response:
    """The framed map of ``who``, which asks at these addresses for what it draws."""
    options = ShellOptions(
        language="en" if language() == "en" else "zh-CN",
        title=_("地图"),
        nonce=secrets.token_urlsafe(16),
        leaflet_js_url=static_url("vendor/leaflet/leaflet.js"),
        leaflet_css_url=static_url("vendor/leaflet/leaflet.css"),
        style_url=static_url("css/map.css"),
        module_url=url_for("map.frame_script", v=_frame_script()[1]),
        points_url=points_url,
        ground_url=ground_url,
        clusters_url=clusters_url,
        words=frame_words(),
        bounds_deg=view.box_deg or _bounds(who, view),
        bounds_are_exact=view.box_deg is not None,
        layers=[layer.value for layer in view.layers],
        selected=view.selected,
        tiles=tiles(),
        large_type=request.cookies.get(LARGE_TYPE_COOKIE) == "1",
        map_notice=approval(),
    )
    answer = Response(map_shell(options), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = content_security_policy(options)
    return answer


@bp.get("/map/frame.js")
@requires(None)
def frame_script() -> Response:
    """The modules of the framed map in one file: sixteen questions fewer, each time that a map is opened."""
    script, version = _frame_script()
    answer = kept_answer(script, version)
    answer.mimetype = "text/javascript"
    if request.args.get("v") == version:
        answer.headers["Cache-Control"] = A_YEAR
    return answer


def _frame_script() -> tuple[bytes, str]:
    folder = shipped("static") / "js/map"
    return _bundled(folder, newest_ns(folder))


@lru_cache(maxsize=2)
def _bundled(folder: Path, _written_ns: int) -> tuple[bytes, str]:
    script = bundled(folder, "frame.js").encode()
    return script, hashlib.sha256(script).hexdigest()[:16]


@bp.get("/map/points.json")
@requires(Permission.LOOK)
def points() -> Response:
    """All marks in columns: compressed once, and not sent again while nothing has changed."""
    state = map_state(actor())
    document = map_document(actor(), _asked_view().ask, state)
    return kept_answer(document.body, document.etag)


@bp.get("/map/clusters.json")
@requires(Permission.LOOK)
def clusters_document() -> Response:
    """What a crowded region shows in the part that is looked at: ``bbox=west,south,east,north&zoom=11``."""
    viewport = read_viewport(request.args.get("bbox", ""), request.args.get("zoom", ""))
    document = clusters(actor(), _asked_view().ask, viewport, map_state(actor()))
    return kept_answer(document.body, document.etag)


@bp.get("/map/ground.json")
@requires(Permission.LOOK)
def ground_document() -> Response:
    """Land and outlines; only for people who are signed in."""
    near_by = {"villages": url_for("boundaries.villages") if has_villages(actor()) else None}
    body = orjson.dumps(drawn_ground(actor()).document() | near_by)
    return kept_answer(body, hashlib.sha256(body).hexdigest()[:20])


@bp.get("/map/story/<kind>/<int:row_id>.json")
@requires(Permission.LOOK)
def story_document(kind: str, row_id: int) -> Response:
    """What the panel beside the map tells of a touched mark."""
    state = map_state(actor())
    ask = _asked_view().ask
    return jsonify(story_context(story(actor(), kind, row_id, ask), map_document(actor(), ask, state)))


def _wanted_url(view: MapView) -> str:
    """To what the places go without on the day, for who can tell."""
    return url_for("coverage.index", on=view.ask.on.isoformat(), township=view.ask.township or None)


def _story_of(selected: str, ask: MapAsk, state: MapState) -> dict[str, Any] | None:
    """The story of the mark that the address names; a mark that is not there tells none."""
    kind, _dash, number = selected.partition("-")
    row_id = whole(number)
    if kind not in TELLERS or row_id is None:
        return None
    try:
        return story_context(story(actor(), kind, row_id, ask), map_document(actor(), ask, state))
    except NotFound:
        return None


def _view(default_year: int) -> MapView:
    return read_view(request.args, default_year)


def _asked_view() -> MapView:
    """What the address asks of the framed map or its data, which always say as of when."""
    on = asked_on(request.args)
    return _view(last_told_year(actor(), map_state(actor())) if on is None else on.year)


def _bounds(who: Actor, view: MapView) -> Box | None:
    """What the map opens with: all of the region, or what is asked for of it; of a part of a county its marks."""
    part_of_a_county = max(len(view.ask.township), len(who.region_code)) > COUNTY_DIGITS
    outlined = None if part_of_a_county else ground().bounds_deg
    if not is_crowded(who, view.ask) or (outlined and len(who.region_code) == COUNTY_DIGITS):
        return outlined
    bring_up_to_date()
    return extent(who, view.ask)


def _clusters_url(view: MapView) -> str:
    """Where the map asks for what it looks at; nothing where all of it comes at once."""
    if not is_crowded(actor(), view.ask):
        return ""
    return view.url("map.clusters_document", layers=None, layer=None, at=None, box=None)


def _page_number() -> int:
    number = whole(request.args.get("number", "1"))
    if not number:
        raise NotFound
    return number


def approval() -> str:
    """The map's approval number in words, if it has one."""
    number = setting(SettingKey.MAP_APPROVAL_NUMBER)
    return _("审图号：%(number)s", number=number) if number else ""


def kept_answer(body: bytes, etag: str) -> Response:
    """A document with an ETag: the browser keeps it, asks each time, and gets it again only when it is another."""
    zipped = request.accept_encodings.quality("gzip") > 0
    answer = Response(_zipped(etag, body) if zipped else body, mimetype="application/json")
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(f"{etag}-gzip" if zipped else etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.update(["Cookie", "Accept-Encoding"])
    answer.make_conditional(request)
    return answer


def _zipped(etag: str, body: bytes) -> bytes:
    """Compressed once for all who get the same document."""
    if etag not in _known:
        made = gzip.compress(body, compresslevel=9, mtime=0)
        while len(_known) >= MOST_COMPRESSED:
            _known.pop(next(iter(_known)), None)
        _known[etag] = made
    return _known[etag]
