"""The map on a wall: a full screen that nobody signed in, opened by a link alone, and the data that it asks for each minute."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import orjson
from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from commissioner.domain.annual import FIRST_YEAR, LAST_YEAR
from commissioner.domain.dashboards import DashboardAsk, dashboard
from commissioner.domain.map_clusters import clusters
from commissioner.domain.map_counts import is_crowded
from commissioner.domain.map_layers import MapLayer, map_document, visits_in_months
from commissioner.domain.map_states import map_state
from commissioner.domain.map_viewport import read_viewport
from commissioner.domain.points import drawn_ground
from commissioner.domain.walls import Wall, discreet, wall_of
from commissioner.problems import NotFound
from commissioner.units import today
from commissioner.web import dashboard_pages, map_pages
from commissioner.web.dashboard_pages import Chart
from commissioner.web.language import language, speak
from commissioner.web.map import approval, frame_answer, kept_answer
from commissioner.web.map_address import MapView, read_view
from commissioner.web.map_time import day_said
from commissioner.web.releases import release
from commissioner.web.session import address_digest, requires

bp = Blueprint("wall_screen", __name__)
# Layers whose marks are called by what people wrote or by who they are: on a wall they are called by their kind.
DISCREET = {
    MapLayer.POSTINGS: "posting",
    MapLayer.NEEDS: "need",
    MapLayer.PROBLEMS: "problem",
    MapLayer.PAIRINGS: "pairing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """An opened link: what it shows, as of the day that it is now or of the day it was made for."""

    token: str
    wall: Wall
    view: MapView

    def url(self, endpoint: str, **values: Any) -> str:
        """An address below the link, which answers in the language that the screen speaks."""
        return url_for(endpoint, token=self.token, language=language(), **values)


@bp.before_request
def _language() -> None:
    speak(request.args.get("language", ""))


@bp.after_request
def _secretive(answer: Response) -> Response:
    """The address is the key: nobody else is told it, nothing is kept, nothing is found by searching."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.errorhandler(NotFound)
def _gone(_problem: NotFound) -> tuple[Any, int]:
    """The same words for a link that was withdrawn, has expired or never was."""
    if request.path.endswith(".json"):
        return jsonify(gone=True), 404
    return render_template("walls/gone.html"), 404


@bp.get("/wall/<token>")
@requires(None)
def screen(token: str) -> str:
    """The whole screen; its module asks for the dashboard's part, and each minute for what has changed."""
    opened = _opened(token)
    return render_template(
        "walls/screen.html",
        **_of_the_map(opened),
        frame_url=opened.url("wall_screen.frame"),
        figures_url=opened.url("wall_screen.figures"),
        board_url=opened.url("wall_screen.board"),
        points_url=opened.url("wall_screen.points"),
        release=release(),
    )


@bp.get("/wall/<token>/figures.json")
@requires(None)
def figures(token: str) -> Response:
    """What the screen tells of the map, and the release that tells it."""
    told = {"html": render_template("walls/_live.html", **_of_the_map(_opened(token))), "release": release()}
    return _kept(orjson.dumps(told))


@bp.get("/wall/<token>/board.json")
@requires(None)
def board(token: str) -> Response:
    """What the screen tells of the dashboard: a page by itself, because each of the two asks the database as much as one may."""
    told = _of_the_dashboard(_opened(token))
    html = render_template("walls/_board.html", **told)
    return _kept(orjson.dumps({"html": html, "panels": [one.key for one in told["charts"]]}))


@bp.get("/wall/<token>/frame")
@requires(None)
def frame(token: str) -> Response:
    """The framed map, the same as the leader's, asking below the link for what it draws."""
    opened = _opened(token)
    who, view = opened.wall.actor, opened.view
    crowd = opened.url("wall_screen.crowd") if is_crowded(who, view.ask) else ""
    return frame_answer(who, view, opened.url("wall_screen.points"), opened.url("wall_screen.ground"), crowd)


@bp.get("/wall/<token>/points.json")
@requires(None)
def points(token: str) -> Response:
    """The marks of the layers that are shown."""
    opened = _opened(token)
    document = map_document(opened.wall.actor, opened.view.ask, map_state(opened.wall.actor))
    return _kept(_discreet(opened, document.body))


@bp.get("/wall/<token>/clusters.json")
@requires(None)
def crowd(token: str) -> Response:
    """What a crowded region shows in the part that is looked at."""
    opened = _opened(token)
    viewport = read_viewport(request.args.get("bbox", ""), request.args.get("zoom", ""))
    document = clusters(opened.wall.actor, opened.view.ask, viewport, map_state(opened.wall.actor))
    return _kept(_discreet(opened, document.body))


@bp.get("/wall/<token>/ground.json")
@requires(None)
def ground(token: str) -> Response:
    """Land and outlines, without the borders of villages."""
    return _kept(orjson.dumps(drawn_ground(_opened(token).wall.actor).document() | {"villages": None}))


def read_wall_view(said: str) -> MapView:
    """The view that a link keeps; without a day it is always as of today."""
    return read_view(MultiDict(parse_qsl(said)), today().year)


def _opened(token: str) -> Screen:
    wall = wall_of(token, address_digest("wall "))
    return Screen(token=token, wall=wall, view=read_wall_view(wall.view))


def _of_the_map(opened: Screen) -> dict[str, Any]:
    """What the templates say of the map; no address that asks for a sign-in is shown."""
    who, view = opened.wall.actor, opened.view
    state = map_state(who)
    told = map_pages.page_context(view, map_document(who, view.ask, state), visits_in_months(who, state))
    return {
        "name": opened.wall.name,
        "said": told["sentence"] if told["narrowed"] else day_said(view.ask.on),
        "figures": told["figures"],
        "layers": [one for one in told["layers"] if one["on"]],
        "illustrative_count": told["illustrative"],
        "approval": approval(),
    }


def _of_the_dashboard(opened: Screen) -> dict[str, Any]:
    ask = opened.view.ask
    told: Mapping[str, Any] = {"figures": (), "charts": ()}
    if FIRST_YEAR < ask.year <= LAST_YEAR:
        asked = DashboardAsk(year=ask.year, township=ask.township)
        told = dashboard_pages.page_context(dashboard(opened.wall.actor, asked, map_state(opened.wall.actor)), ())
    return {
        "year": ask.year,
        "narrowed": bool(ask.level or ask.industry),
        "board": told["figures"],
        "charts": [_without_links(one) for one in told["charts"]],
    }


def _without_links(chart: Chart) -> Chart:
    rows = tuple((name, tuple(replace(mark, href=None) for mark in marks)) for name, marks in chart.rows)
    return replace(chart, rows=rows)


def _discreet(opened: Screen, body: bytes) -> bytes:
    words = map_pages.frame_words()
    shown = {layer.value for layer in opened.view.layers}
    return discreet(body, shown, {layer.value: words[word] for layer, word in DISCREET.items()})


def _kept(body: bytes) -> Response:
    return kept_answer(body, hashlib.sha256(body).hexdigest()[:20])
