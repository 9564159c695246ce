"""A commissioner applies for a project, and mends what came back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import applications
from commissioner.domain.applications import ApplicationDraft
from commissioner.domain.pickers import choices_of
from commissioner.domain.places import PLACES
from commissioner.domain.project_track import project_track
from commissioner.problems import AlreadyDone, Conflict, Invalid, NotFound
from commissioner.vocabulary import ProjectStage
from commissioner.web.filters import shown
from commissioner.web.forms.declared import offer
from commissioner.web.forms.steps import ApplicationForm
from commissioner.web.session import actor, requires
from commissioner.web.subjects import OWN_BEGINNINGS

bp = Blueprint("applications", __name__)
COMPARED = ("title", "level", "kind", "industry", "starts_on", "ends_on", "summary")


@bp.route("/projects/apply", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROJECT)
def apply() -> Any:
    """The form of a new application."""
    if not applications.may_apply(actor()):
        raise NotFound
    form = ApplicationForm(data=None if request.method == "POST" else {"commissioner_id": actor().commissioner_id})
    if form.validate_on_submit():
        try:
            return _done(applications.apply(actor(), form.draft()))
        except AlreadyDone as repetition:
            return _done(repetition.subject_id or 0)
        except Invalid as problem:
            form.take(problem)
    return _asked(form, _("申报项目"), url_for("subjects.index", name="projects"))


@bp.route("/projects/<int:project_id>/application", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROJECT)
def mend(project_id: int) -> Any:
    """The form of an application that is not being decided."""
    if not applications.may_mend(actor(), project_track(actor(), project_id)):
        raise NotFound
    stands = applications.application_of(actor(), project_id)
    form = ApplicationForm(data=None if request.method == "POST" else _given(stands))
    for name in ("place_id", "commissioner_id"):  # whose it is and where stays
        del form[name]
    home = url_for("subjects.page", name="projects", row_id=project_id)
    if form.validate_on_submit():
        try:
            applications.mend_application(actor(), project_id, form.draft())
            return _done(project_id)
        except AlreadyDone:
            return _done(project_id)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            form.version.data, form.client_id.data = str(conflict.current_version), ""
            return _asked(form, _("修改申报内容"), home, _beside(project_id, form))
    return _asked(form, _("修改申报内容"), home)


def _beginning(reader: Actor) -> tuple[str, str] | None:
    """The way to a new application, for whoever may apply."""
    return (url_for("applications.apply"), _("申报项目")) if applications.may_apply(reader) else None


def _given(stands: ApplicationDraft) -> dict[str, Any]:
    return {name: getattr(stands, name) for name in (*COMPARED, "version")}


def _beside(project_id: int, form: ApplicationForm) -> list[dict[str, Any]]:
    stands = applications.application_of(actor(), project_id)
    rows = [(form[name].label.text, getattr(stands, name), form[name].data) for name in COMPARED]
    return [
        {"label": label, "before": shown(theirs), "after": shown(ours)}
        for label, theirs, ours in rows
        if theirs != ours
    ]


def _asked(
    form: ApplicationForm, heading: str, back: str, conflict: list[dict[str, Any]] | None = None
) -> tuple[str, int]:
    form.give_client_id()
    if "place_id" in form:
        offer(form["place_id"], choices_of(actor(), PLACES), url_for("subjects.pick", name="places"), blank=True)
    if "commissioner_id" in form:
        form.commissioner_id.choices = [(one.value, one.label) for one in applications.in_whose_name(actor())]
    page = render_template(
        "form.html",
        heading=heading,
        lede=_("保存以后，在项目页上传申报书，再申请立项。"),
        form=form,
        warnings=None,
        conflict=conflict,
        cancel_url=back,
    )
    return page, 409 if conflict is not None else 422 if form.errors else 200


def _done(project_id: int) -> Response:
    flash(_("已保存。上传申报书以后，就可以申请立项。"), "good")
    url = url_for("project_steps.page", project_id=project_id, stage=ProjectStage.APPROVED.value)
    return redirect(url, 303)


OWN_BEGINNINGS["projects"] = _beginning
