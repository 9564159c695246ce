"""A batch: its call for needs with the days it still runs, what was raised into it, and what came of that."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import batch_calls
from commissioner.domain.batch_calls import batch_needs, call_of
from commissioner.domain.pages import RecordPage, record_page
from commissioner.domain.postings import BATCHES
from commissioner.problems import AlreadyDone, Conflict, Invalid, NotFound
from commissioner.vocabulary import N_
from commissioner.web.filters import shown
from commissioner.web.forms.needs import CallForm
from commissioner.web.session import actor, requires
from commissioner.web.stories_sending import tell_batch
from commissioner.web.subjects import STORIES

bp = Blueprint("batches", __name__)
# What is counted of a batch's needs, in the order in which they go.
COUNTED = {"raised": N_("已提出"), "answered": N_("科技局已答复"), "met": N_("双方已同意"), "posted": N_("已派驻")}


@bp.route("/batches/<int:batch_id>/call", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def move_call(batch_id: int) -> Any:
    """Extend a call, or bring its close forward."""
    page = record_page(actor(), BATCHES, batch_id)
    if page.fact("call_closes_on").value is None:
        raise NotFound
    given = {"version": page.version, "day": page.fact("call_closes_on").value}
    form = CallForm(data=None if request.method == "POST" else given)
    if form.validate_on_submit():
        try:
            batch_calls.move_call(actor(), batch_id, form.draft(), form.sent_client_id)
            return _done(batch_id)
        except AlreadyDone:
            return _done(batch_id)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            form.version.data = str(conflict.current_version)
            beside = {"label": _("征集截止"), "before": shown(conflict.theirs), "after": shown(form.day.data)}
            return _asked(page, form, 409, [beside])
    return _asked(page, form, 422 if form.errors else 200)


def _done(batch_id: int) -> Response:
    flash(_("已保存。"), "good")
    return redirect(url_for("subjects.page", name="batches", row_id=batch_id), 303)


def _asked(page: RecordPage, form: CallForm, status: int, conflict: Any = None) -> tuple[str, int]:
    form.give_client_id()
    return render_template(
        "form.html",
        heading=_("改征集截止日期"),
        lede=page.heading,
        form=form,
        warnings=[],
        conflict=conflict,
        cancel_url=url_for("subjects.page", name="batches", row_id=page.id),
    ), status


def batch_story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """Who of it serves on the day; the call, and how far the needs came that were raised into it."""
    call = call_of(reader, page.id)
    raises = reader.can(Permission.RAISE_NEED) and call is not None and call.runs
    return {
        **tell_batch(reader, page),
        "call": call,
        "needs": batch_needs(reader, page.id, call),
        "counted": COUNTED,
        "filters": batch_calls.STEPS,
        "may_raise": raises,
        "may_move": call is not None and reader.can(Permission.KEEP_REGISTRY),
    }


STORIES["batches"] = batch_story
