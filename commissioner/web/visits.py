"""Logging a visit, changing it, and the township's word on it."""

from __future__ import annotations

from time import time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from commissioner.access import Actor, Permission
from commissioner.domain import visit_log
from commissioner.domain.pages import RecordPage
from commissioner.domain.pickers import choices_of
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visit_defaults import commissioner_choices, visit_defaults
from commissioner.domain.visit_drafts import VisitDraft
from commissioner.problems import Conflict, Invalid, NeedsConfirmation
from commissioner.units import today, whole
from commissioner.vocabulary import VisitKind
from commissioner.web.errors import told
from commissioner.web.forms.declared import offer
from commissioner.web.forms.visits import VisitForm
from commissioner.web.photos import tell_photos
from commissioner.web.session import actor, requires
from commissioner.web.subjects import STORIES
from commissioner.web.visit_checks import tell_checks
from commissioner.web.visit_differences import differences

bp = Blueprint("visits", __name__)
REFERENCES = {"place_id": "places", "base_id": "bases", "project_id": "projects", "campaign_id": "campaigns"}


@bp.route("/visits/log", methods=["GET", "POST"])
@requires(Permission.LOG_VISIT)
def new() -> Any:
    """The form that township staff and commissioners open most."""
    form = VisitForm(data=None if request.method == "POST" else _defaults())
    if form.validate_on_submit() and (client_id := form.sent_client_id):
        try:
            receipt = visit_log.record_visit(actor(), form.draft(client_id))
            flash(_("走访已经登记过了。") if receipt.already_there else _("走访已登记。"), "good")
            return redirect(url_for("subjects.page", name="visits", row_id=receipt.visit_id), 303)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            return _asked(form, 422, warnings=problem)
        except Conflict as conflict:
            return _asked(form, 409, conflict=conflict)
    return _asked(form, 422 if request.method == "POST" else 200)


@bp.route("/visits/<int:visit_id>/edit", methods=["GET", "POST"])
@requires(Permission.LOG_VISIT)
def edit(visit_id: int) -> Any:
    """Change a visit; what it was stays in the audit."""
    draft, version = visit_log.visit_draft(actor(), visit_id)
    form = VisitForm(data={**_form_values(draft), "client_id": draft.client_id, "version": version})
    if form.validate_on_submit():
        try:
            asked = form.version.data or ""
            visit_log.amend_visit(actor(), visit_id, form.draft(draft.client_id), whole(asked) or 0)
            flash(_("已保存。"), "good")
            return redirect(url_for("subjects.page", name="visits", row_id=visit_id), 303)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            return _asked(form, 422, visit_id, warnings=problem)
        except Conflict as conflict:
            form.version.data = str(conflict.current_version)
            return _asked(form, 409, visit_id, conflict=conflict)
    return _asked(form, 422 if request.method == "POST" else 200, visit_id)


def _defaults() -> dict[str, Any]:
    likely = visit_defaults(actor(), _number("place_id"), _number("commissioner_id"))
    given = {key: _number(key) for key in ("base_id", "project_id", "campaign_id")}
    cares = given["campaign_id"] is not None and actor().can(Permission.LOG_CARE_VISIT)
    return {
        "starts_on": today(),
        "place_id": likely.place_id,
        "commissioner_ids": list(likely.commissioner_ids),
        "kind": VisitKind.CARE if cares else VisitKind.SERVICE,
        **given,
    }


def _number(name: str) -> int | None:
    return whole(request.args.get(name, ""))


def _form_values(draft: VisitDraft) -> dict[str, Any]:
    values = {name: getattr(draft, name) for name in ("starts_on", "place_id", "topic", "outcome", "kind")}
    values.update({name: getattr(draft, name) for name in ("base_id", "project_id", "campaign_id")})
    values["ends_on"] = draft.ends_on if draft.ends_on != draft.starts_on else None
    values["commissioner_ids"] = list(draft.commissioner_ids)
    if draft.point is not None:
        values.update(
            latitude_deg=draft.point.latitude_deg,
            longitude_deg=draft.point.longitude_deg,
            accuracy_m=draft.point.accuracy_m,
            coordinate_source=draft.point.source.value,
        )
    return values


def _asked(
    form: VisitForm,
    status: int,
    visit_id: int | None = None,
    warnings: NeedsConfirmation | None = None,
    conflict: Conflict | None = None,
) -> tuple[str, int]:
    form.give_client_id()
    _offer(form)
    back = url_for("subjects.page", name="visits", row_id=visit_id) if visit_id else None
    return render_template(
        "visits/form.html",
        heading=_("修改走访") if visit_id else _("登记走访"),
        form=form,
        # A fresh form may be made anew by the page itself: it may have been kept on a phone for days.
        fresh=request.method == "GET" and visit_id is None,
        rendered_ms=int(time() * 1000),
        may_care=actor().can(Permission.LOG_CARE_VISIT),
        warnings=[told(one) for one in warnings.warnings.values()] if warnings else [],
        conflict=_differences(conflict) if conflict else None,
        cancel_url=back or url_for("subjects.index", name="visits"),
    ), status


def _offer(form: VisitForm) -> None:
    for name, subject in REFERENCES.items():
        chosen = [form[name].data] if form[name].data else []
        choices = choices_of(actor(), SUBJECTS[subject], keep=chosen)
        offer(form[name], choices, url_for("subjects.pick", name=subject), blank=True)
    people = tuple(one for one in form.commissioner_ids.data or () if one is not None)
    offer(
        form.commissioner_ids,
        commissioner_choices(actor(), people),
        url_for("subjects.pick", name="commissioners"),
        blank=False,
    )


def _differences(conflict: Conflict) -> list[dict[str, str]]:
    found = differences(actor(), conflict)
    return [{"label": one["label"], "before": one["theirs"], "after": one["ours"]} for one in found]


def _story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    may_amend = visit_log.may_amend(reader, page.id)
    return {
        **tell_photos(reader, page.id, may_amend=may_amend),
        **tell_checks(reader, page),
        "may_amend": may_amend,
    }


STORIES["visits"] = _story
