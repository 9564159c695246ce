"""A project's updates and stages: posting, what changed, and the bureau's dated history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain import project_history, project_stages, project_updates
from commissioner.domain.project_history import Standing
from commissioner.domain.project_people import appoint_lead
from commissioner.domain.project_updates import UpdateDraft
from commissioner.problems import Conflict, Invalid, NeedsConfirmation
from commissioner.units import fen_to_yuan, today, whole
from commissioner.vocabulary import Unit
from commissioner.web.errors import told
from commissioner.web.forms.projects import StageForm, UpdateForm, update_form
from commissioner.web.session import actor, requires
from commissioner.web.stories_projects import differences, measured, register

bp = Blueprint("projects", __name__)
register()


@bp.route("/projects/<int:project_id>/update", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROJECT)
def update(project_id: int) -> Any:
    """The form of an update; a stale one comes back with theirs beside ours, ready to be sent again."""
    stands = project_updates.update_standing(actor(), project_id)
    form = _form(stands)
    if form.validate_on_submit():
        try:
            receipt = project_updates.post_update(actor(), project_id, form.draft())
            flash(_("这次进展已经记过了。") if receipt.already_there else _("进展已更新。"), "good")
            return redirect(url_for("projects.posted", project_id=project_id, update_id=receipt.update_id), 303)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            return _asked(stands, form, 422, warnings=problem)
        except Conflict as conflict:
            return _asked_again(conflict)
    return _asked(stands, form, 422 if request.method == "POST" else 200)


@bp.get("/projects/<int:project_id>/updates/<int:update_id>")
@requires(Permission.LOOK)
def posted(project_id: int, update_id: int) -> str:
    """One update: what was before and what is since."""
    history = project_history.history(actor(), project_id)
    report = history.report(update_id)
    return render_template(
        "projects/posted.html", project_id=project_id, history=history, report=report, changes=differences(report)
    )


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


def _form(stands: Standing) -> UpdateForm:
    given = None if request.method == "POST" else {"reported_on": today(), "version": stands.version}
    return update_form(stands, data=given)


def _asked(
    stands: Standing,
    form: UpdateForm,
    status: int,
    warnings: NeedsConfirmation | None = None,
    conflict: Sequence[dict[str, str]] | None = None,
) -> tuple[str, int]:
    form.give_client_id()
    return render_template(
        "projects/update.html",
        stands=stands,
        form=form,
        warnings=[told(one) for one in warnings.warnings.values()] if warnings else [],
        conflict=conflict,
        cancel_url=url_for("subjects.page", name="projects", row_id=stands.project_id),
    ), status


def _asked_again(conflict: Conflict) -> tuple[str, int]:
    """The form on top of theirs: sent again, it is a new update of the version that is shown beside it."""
    theirs: Standing = conflict.theirs
    form = _form(theirs)
    form.version.data = str(theirs.version)
    form.client_id.data = ""
    return _asked(theirs, form, 409, conflict=_beside(theirs, conflict.ours))


def _beside(theirs: Standing, ours: UpdateDraft) -> list[dict[str, str]]:
    """Each thing that an update tells: how it stands, and what we were about to say, if anything."""
    spent_yuan = None if ours.spent_fen is None else fen_to_yuan(ours.spent_fen)
    rows = [
        (_("进展"), theirs.progress, ours.progress),
        (_("累计支出"), _in_yuan(theirs.spent_yuan), _in_yuan(spent_yuan)),
    ]
    for one in theirs.targets:
        said = ours.figures.get(one.id)
        rows.append((one.name, measured(one.actual_value, one.unit), measured(said, one.unit)))
    return [{"label": label, "theirs": before, "ours": after} for label, before, after in rows]


def _in_yuan(value: Any) -> str:
    return measured(value, Unit.YUAN)
