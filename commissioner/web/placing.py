"""The page “place what is not placed”: villages without a point, put on the map one by one or from a sheet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain.placing import VillageToPlace, place_village, unplaced, village_to_place
from commissioner.domain.point_imports import PointOutcome, PointPlan, import_points, plan_points
from commissioner.domain.points import drawn_ground
from commissioner.problems import (
    AlreadyDone,
    Conflict,
    Invalid,
    NeedsConfirmation,
    NotFound,
    PlanChanged,
    Problem,
)
from commissioner.sheets.reader import MOST_BYTES
from commissioner.units import whole
from commissioner.web.errors import told
from commissioner.web.forms.placing import PlaceVillageForm, PointSheetForm
from commissioner.web.session import actor, requires

bp = Blueprint("placing", __name__)
AROUND_FILE_BYTES = 1024 * 1024
MOST_SHOWN = 500


@bp.url_value_preprocessor
def _take_more(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before anything looks into the body: the check of the form's token reads it.
    if endpoint == "placing.sheet":
        request.max_content_length = MOST_BYTES + AROUND_FILE_BYTES


@bp.get("/places/unplaced")
@requires(Permission.PLACE_VILLAGES)
def index() -> str:
    """Villages that stand at their township's point, and how many are left."""
    number = whole(request.args.get("number", "1"))
    township = request.args.get("township", "")
    if not number or not (township == "" or (township.isdecimal() and len(township) <= 12)):
        raise NotFound
    listed = unplaced(actor(), township=township, number=number)
    return render_template("placing/index.html", listed=listed, asked={"township": township} if township else {})


@bp.route("/places/unplaced/<int:place_id>", methods=["GET", "POST"])
@requires(Permission.PLACE_VILLAGES)
def one(place_id: int) -> Any:
    """Put one village on the map: by a tap, by the position of this device, or by numbers."""
    village = village_to_place(actor(), place_id)
    form = PlaceVillageForm(data=_present(village))
    warnings: list[str] = []
    status, theirs = 200, None
    if form.validate_on_submit():
        if "exchange" in request.form:
            form.exchange()
            return _asked(village, form, [], 200, None)
        try:
            place_village(actor(), place_id, form.draft(), form.sent_client_id)
            return _next(village)
        except AlreadyDone:
            return _next(village)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            warnings, status = [told(one) for one in problem.warnings.values()], 422
        except Conflict:
            theirs, status = village, 409
            form.version.data = str(village.version)
    return _asked(village, form, warnings, 422 if form.errors else status, theirs)


def _present(village: VillageToPlace) -> dict[str, Any]:
    shown = {"version": village.version, "place_id": village.id}
    if village.latitude_deg is None or village.is_rough:
        return shown
    return {
        **shown,
        "latitude_deg": f"{village.latitude_deg:.6f}",
        "longitude_deg": f"{village.longitude_deg:.6f}",
        "accuracy_m": village.accuracy_m,
        "coordinate_source": village.source,
    }


def _next(village: VillageToPlace) -> Response:
    flash(_("%(name)s已经标好。", name=village.name), "good")
    if "next" in request.form and village.next_id is not None:
        return redirect(url_for("placing.one", place_id=village.next_id), 303)
    return redirect(url_for("placing.index", township=village.township_code), 303)


def _asked(
    village: VillageToPlace, form: PlaceVillageForm, warnings: list[str], status: int, theirs: VillageToPlace | None
) -> tuple[str, int]:
    form.give_client_id()
    return render_template(
        "placing/one.html",
        village=village,
        form=form,
        warnings=warnings,
        conflict=_differences(theirs, form) if theirs else None,
        around=_around(village),
    ), status


def _around(village: VillageToPlace) -> dict[str, Any]:
    """What the small map draws: the ground, the places around, and the village itself where it is known roughly."""
    known = [
        {
            "id": one.id,
            "name": one.name,
            "township": one.township,
            "latitude_deg": one.latitude_deg,
            "longitude_deg": one.longitude_deg,
        }
        for one in village.neighbours
    ]
    own = {
        "id": village.id,
        "name": village.name,
        "township": village.township,
        "latitude_deg": village.latitude_deg,
        "longitude_deg": village.longitude_deg,
    }
    return {"villages": [*known, own], "ground": drawn_ground(actor()).document()}


def _differences(theirs: VillageToPlace, form: PlaceVillageForm) -> list[dict[str, Any]]:
    def said(latitude: Any, longitude: Any) -> str:
        return "" if latitude is None or longitude is None else f"{float(latitude):.6f}, {float(longitude):.6f}"

    ours = said(form.latitude_deg.data, form.longitude_deg.data)
    return [{"label": _("位置"), "before": said(theirs.latitude_deg, theirs.longitude_deg), "after": ours}]


@bp.route("/places/unplaced/sheet", methods=["GET", "POST"])
@requires(Permission.PLACE_VILLAGES)
def sheet() -> Any:
    """Many villages from a pasted or uploaded sheet: tried out first, then all or none."""
    form = PointSheetForm()
    if not form.validate_on_submit():
        return _sheet_page(form, None, 422 if form.errors else 200)
    try:
        form.take_file()
        return _written(form) if "import" in request.form else _tried(form, 200)
    except Problem as problem:
        if problem.http_status not in {413, 422}:
            raise
        form.text.errors = [*form.text.errors, told(problem)]
        return _sheet_page(form, None, 422)


def _written(form: PointSheetForm) -> Any:
    try:
        done = import_points(actor(), form.sheet(), form.digest.data or "", agreed=bool(form.agreed.data))
    except (PlanChanged, NeedsConfirmation, Invalid) as problem:
        return _tried(form, problem.http_status, told(problem))
    flash(_("标上了 %(n)s 个村的位置。", n=done.writes) if done.writes else _("没有要改的位置。"), "good")
    return redirect(url_for("placing.index"), 303)


def _tried(form: PointSheetForm, status: int, said: str = "") -> tuple[str, int]:
    plan = plan_points(actor(), form.sheet())
    form.digest.data = plan.digest
    if not plan.rows:
        form.text.errors = [*form.text.errors, _("没有读到内容。一行一个村，请看上面的例子。")]
        return _sheet_page(form, None, 422)
    return _sheet_page(form, plan, status, said)


def _sheet_page(form: PointSheetForm, plan: PointPlan | None, status: int, said: str = "") -> tuple[str, int]:
    return render_template(
        "placing/sheet.html",
        form=form,
        plan=plan,
        said=said,
        told=told,
        outcomes=PointOutcome,
        shown=sorted(plan.rows, key=_urgency)[:MOST_SHOWN] if plan else [],
        most_shown=MOST_SHOWN,
    ), status


def _urgency(row: Any) -> tuple[int, int]:
    """What must be mended first, then what must be looked at, then the rest as it is written."""
    asks = bool(row.doubts) or row.outcome is PointOutcome.MOVED
    return (0 if row.outcome is PointOutcome.FAULTY else 1 if asks else 2, row.number)
