"""A reporting period's page: who has reported, closing it, and opening it again with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain.pages import RecordPage, record_page
from commissioner.domain.periods import PERIODS, close_period, period_story, reopen_period
from commissioner.problems import Conflict, Invalid, NeedsConfirmation
from commissioner.vocabulary import UpdateState
from commissioner.web.errors import told
from commissioner.web.forms.periods import CloseForm, ReopenForm
from commissioner.web.session import actor, requires
from commissioner.web.subjects import STORIES

bp = Blueprint("periods", __name__)


@bp.route("/periods/<int:period_id>/close", methods=["GET", "POST"])
@requires(Permission.REVIEW_UPDATE)
def close(period_id: int) -> Any:
    """Close a period; what waits or is missing is said first."""
    page = record_page(actor(), PERIODS, period_id)
    form, warnings = CloseForm(data=_given(page)), []
    if form.validate_on_submit():
        try:
            close_period(actor(), period_id, form.read_at, confirmed=form.confirmed, client_id=form.sent_client_id)
            return _done(period_id, _("已关闭。这个时段里的进展和成效不能再改。"))
        except NeedsConfirmation as problem:
            warnings = [told(one) for one in problem.warnings.values()]
        except Conflict:
            return _late(period_id)
    form.give_client_id()
    story = period_story(actor(), period_id)
    told_page = render_template("periods/close.html", page=page, story=story, form=form, warnings=warnings)
    return told_page, 422 if request.method == "POST" else 200


@bp.route("/periods/<int:period_id>/reopen", methods=["GET", "POST"])
@requires(Permission.REVIEW_UPDATE)
def reopen(period_id: int) -> Any:
    """Open a closed period again."""
    page = record_page(actor(), PERIODS, period_id)
    form = ReopenForm(data=_given(page))
    if form.validate_on_submit():
        try:
            reopen_period(actor(), period_id, form.read_at, form.reason.data or "", form.sent_client_id)
            return _done(period_id, _("已重新打开，原因记在这一页上。"))
        except Invalid as problem:
            form.take(problem)
        except Conflict:
            return _late(period_id)
    form.give_client_id()
    told_page = render_template("periods/reopen.html", page=page, form=form)
    return told_page, 422 if request.method == "POST" else 200


def _given(page: RecordPage) -> dict[str, Any] | None:
    return None if request.method == "POST" else {"version": page.version}


def _done(period_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("subjects.page", name="periods", row_id=period_id), 303)


def _late(period_id: int) -> tuple[str, int]:
    """Somebody changed, closed or opened it meanwhile: what they did stands on its page."""
    page = record_page(actor(), PERIODS, period_id)
    return render_template("periods/late.html", page=page, story=period_story(actor(), period_id)), 409


def _story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    return {"told": period_story(reader, page.id), "states": UpdateState}


STORIES["periods"] = _story
