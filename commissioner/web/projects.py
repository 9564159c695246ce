"""A project's stages as the bureau dates them, and who leads; what is reported of it is in ``updates``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain import project_history, project_stages
from commissioner.domain.project_history import Standing
from commissioner.domain.project_people import appoint_lead
from commissioner.problems import Invalid
from commissioner.units import today, whole
from commissioner.web.forms.projects import StageForm
from commissioner.web.session import actor, requires
from commissioner.web.stories_projects import register

bp = Blueprint("projects", __name__)
register()


@bp.route("/projects/<int:project_id>/stages", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def stages(project_id: int) -> Any:
    """The bureau's dated history of a project's stages."""
    stands = project_history.standing(actor(), project_id)
    form = StageForm(data=None if request.method == "POST" else _likely_stage(stands))
    if form.validate_on_submit():
        try:
            project_stages.record_stage(actor(), project_id, form.draft())
            flash(_("已保存。"), "good")
            return redirect(url_for("projects.stages", project_id=project_id), 303)
        except Invalid as problem:
            form.take(problem)
    steps = project_stages.stage_steps(actor(), project_id)
    page = render_template("projects/stages.html", stands=stands, form=form, steps=steps)
    return page, 422 if form.errors else 200


@bp.post("/projects/<int:project_id>/stages/<int:step_id>/remove")
@requires(Permission.KEEP_REGISTRY)
def take_back_stage(project_id: int, step_id: int) -> Response:
    """Remove a stage that was entered by mistake."""
    project_stages.take_back_stage(actor(), project_id, step_id)
    flash(_("已删除。"), "good")
    return redirect(url_for("projects.stages", project_id=project_id), 303)


@bp.post("/projects/<int:project_id>/lead")
@requires(Permission.KEEP_REGISTRY)
def lead(project_id: int) -> Response:
    """Name who leads."""
    text = request.form.get("commissioner_id", "")
    appoint_lead(actor(), project_id, whole(text) or 0)
    flash(_("已保存。"), "good")
    return redirect(url_for("subjects.page", name="projects", row_id=project_id), 303)


def _likely_stage(stands: Standing) -> dict[str, Any]:
    following = project_stages.next_stages(actor(), stands.stage)
    return {"reached_on": today(), "stage": following[0] if following else stands.stage}
