"""The township's word on visits: confirming, doubles, service days, and what has waited or been missing for long."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain.visit_decisions import decide_visit
from commissioner.problems import Conflict, Invalid
from commissioner.units import whole
from commissioner.vocabulary import VisitState
from commissioner.web.session import actor, requires

bp = Blueprint("visit_checks", __name__)


@bp.post("/visits/<int:visit_id>/decide")
@requires(Permission.CONFIRM_VISIT)
def decide(visit_id: int) -> Response:
    """Confirm, return or dispute one visit."""
    state = next((one for one in VisitState if one.value == request.form.get("state")), VisitState.WAITING)
    try:
        decide_visit(actor(), visit_id, state, request.form.get("note", ""), whole(request.form.get("version", "")))
        flash(_("已保存。"), "good")
    except Invalid as problem:
        flash(_(next(str(fault) for fault in problem.fields.values())), "bad")
    except Conflict:
        flash(_("别人刚刚处理过或改过这条走访。请看过现在的内容再决定。"), "bad")
    return redirect(url_for("subjects.page", name="visits", row_id=visit_id), 303)
