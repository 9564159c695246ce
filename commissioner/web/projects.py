"""Who leads a project; its way is in ``project_steps``, what is reported of it in ``updates``."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain.project_people import appoint_lead
from commissioner.units import whole
from commissioner.web.session import actor, requires
from commissioner.web.stories_projects import register

bp = Blueprint("projects", __name__)
register()


@bp.post("/projects/<int:project_id>/lead")
@requires(Permission.KEEP_REGISTRY)
def lead(project_id: int) -> Response:
    """Name who leads."""
    text = request.form.get("commissioner_id", "")
    appoint_lead(actor(), project_id, whole(text) or 0)
    flash(_("已保存。"), "good")
    return redirect(url_for("subjects.page", name="projects", row_id=project_id), 303)
