"""Boundaries on the administrator's pages: what stands, a file looked at before it is taken, and levels removed."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from commissioner.access import Permission
from commissioner.domain.boundaries import LEVELS, drawn_borders, standing
from commissioner.domain.boundary_imports import (
    import_boundaries,
    remove_boundaries,
    stage_boundaries,
    staged_boundaries,
)
from commissioner.domain.boundary_plans import BoundaryPlan, plan_boundaries
from commissioner.domain.points import ground
from commissioner.geo.area_sketch import areas_svg
from commissioner.geo.boundary_features import MOST_BYTES
from commissioner.geo.ground import rings_of
from commissioner.problems import AlreadyDone, Invalid, NeedsConfirmation, NotFound, PlanChanged
from commissioner.vocabulary import PlaceLevel
from commissioner.web.errors import told
from commissioner.web.forms.boundaries import BoundaryConfirmForm, BoundaryForm
from commissioner.web.session import actor, requires

bp = Blueprint("boundaries", __name__)
AROUND_FILE_BYTES = 256 * 1024
ASKED_EACH_TIME = "private, no-cache"


@bp.url_value_preprocessor
def _take_more(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before anything looks into the body: the check of the form's token reads it.
    if endpoint == "boundaries.new":
        request.max_content_length = MOST_BYTES + AROUND_FILE_BYTES


@bp.get("/boundaries/")
@requires(Permission.KEEP_SETTINGS)
def index() -> str:
    """What there is of each level."""
    return render_template("boundaries/index.html", levels=standing(actor()))


@bp.route("/boundaries/new", methods=["GET", "POST"])
@requires(Permission.KEEP_SETTINGS)
def new() -> Any:
    """Send a file; nothing is imported yet."""
    form = BoundaryForm(level=_level(request.args.get("level", "")))
    if form.validate_on_submit():
        try:
            file_id = stage_boundaries(actor(), form.draft())
            return redirect(url_for("boundaries.preview", file_id=file_id), 303)
        except Invalid as problem:
            form.take(problem)
    return render_template(
        "form.html",
        heading=_("导入边界"),
        lede=_("GeoJSON，或者装着 Shapefile（.shp .dbf .prj）的 zip。先看清楚再确认，这一步什么都不会改。"),
        form=form,
        enctype="multipart/form-data",
        submit_label=_("读文件，看一看"),
        cancel_url=url_for("boundaries.index"),
    ), 422 if form.errors else 200


def _level(value: str) -> PlaceLevel:
    return next((level for level in LEVELS if level.value == value), PlaceLevel.TOWNSHIP)


@bp.route("/boundaries/files/<int:file_id>", methods=["GET", "POST"])
@requires(Permission.KEEP_SETTINGS)
def preview(file_id: int) -> Any:
    """What the file would do; and, with a yes, do it."""
    form = BoundaryConfirmForm()
    status, changed = 200, False
    if form.validate_on_submit():
        try:
            count = import_boundaries(actor(), file_id, form.digest.data or "", form.agreed(), form.sent_client_id)
            flash(_("导入了 %(n)s 个边界。", n=count), "good")
            return redirect(url_for("boundaries.index"), 303)
        except AlreadyDone:
            return redirect(url_for("boundaries.index"), 303)
        except PlanChanged:
            status, changed = 409, True
        except (NeedsConfirmation, Invalid) as problem:
            status = problem.http_status
    draft = staged_boundaries(actor(), file_id)
    plan = plan_boundaries(actor(), draft)
    form.give_client_id()
    form.digest.data = plan.digest
    return render_template(
        "boundaries/preview.html",
        draft=draft,
        plan=plan,
        form=form,
        doubts=[(one.value, one.label, told(problem)) for one, problem in plan.doubts.items()],
        faults=[told(one) for one in plan.faults],
        notes=[told(one) for one in plan.notes],
        sketch=_sketch(plan),
        changed=changed,
        unagreed=status == 422,
    ), status


def _sketch(plan: BoundaryPlan) -> Markup | None:
    if not plan.fitted:
        return None
    drawing = areas_svg(ground().outline, [(one.name, one.shape) for one in plan.fitted])
    return Markup(drawing)  # noqa: S704 - drawn by us, every text in it escaped by the drawing room


@bp.post("/boundaries/<level>/remove")
@requires(Permission.KEEP_SETTINGS)
def remove(level: str) -> AnyResponse:
    """Take a level's boundaries away."""
    chosen = next((one for one in LEVELS if one.value == level), None)
    if chosen is None:
        raise NotFound
    count = remove_boundaries(actor(), chosen)
    flash(_("去掉了 %(n)s 个边界，地图改回简图。", n=count), "good")
    return redirect(url_for("boundaries.index"), 303)


@bp.get("/map/boundaries/villages.json")
@requires(Permission.LOOK)
def villages() -> AnyResponse:
    """The borders of villages, which the map draws only near by; without names."""
    borders = drawn_borders(actor(), PlaceLevel.VILLAGE)
    body = orjson.dumps({"polygons": [rings_of(one.shape) for one in borders]})
    answer = Response(body, mimetype="application/json")
    answer.add_etag()
    answer.headers["Cache-Control"] = ASKED_EACH_TIME
    return answer.make_conditional(request)
