"""The bureau's desk: the queue of updates that wait, each judged where it is read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.update_drafts import Content, Written
from commissioner.domain.update_queue import Review, review_of, reviews_of, version_read
from commissioner.domain.update_reviews import Judgement, approve_update, return_update, withdraw_approval
from commissioner.domain.update_versions import Version, versions_of
from commissioner.domain.updates import QUEUE
from commissioner.problems import Conflict, Invalid
from commissioner.web.back import own_page
from commissioner.web.forms.updates import JudgementForm, WithdrawalForm
from commissioner.web.lists import ListPage
from commissioner.web.session import actor, requires
from commissioner.web.stories_projects import differences
from commissioner.web.stories_updates import compared, notices, page_of, words_beside

bp = Blueprint("update_reviews", __name__)


@bp.get("/updates/review")
@requires(Permission.REVIEW_UPDATE)
def queue() -> str:
    """What waits, oldest first, each beside the last approved one."""
    page = ListPage(actor(), QUEUE, _("等待审核的进展"), lambda row: page_of(row["id"]))
    reviews = reviews_of(actor(), [row["id"] for row in page.rows])
    items = [_item(reviews[row["id"]], _blank(reviews[row["id"]])) for row in page.rows if row["id"] in reviews]
    return render_template("updates/queue.html", page=page, items=items)


@bp.route("/updates/<int:update_id>/review", methods=["GET", "POST"])
@requires(Permission.REVIEW_UPDATE)
def review(update_id: int) -> Any:
    """One update: approve it, or send it back with a note."""
    form = JudgementForm() if request.method == "POST" else None
    if form is not None and form.validate():
        verb = approve_update if form.approves else return_update
        try:
            verb(actor(), update_id, form.judgement())
            flash(_("已通过，计入项目的数字。") if form.approves else _("已退回，填报的人会在首页看到。"), "good")
            return redirect(_back(), 303)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _overtaken(update_id, conflict, form)
    story = review_of(actor(), update_id)
    shown = form or _blank(story)
    page = render_template("updates/review.html", item=_item(story, shown), back=_back())
    return page, 422 if form is not None else 200


@bp.post("/updates/<int:update_id>/withdraw")
@requires(Permission.REVIEW_UPDATE)
def withdraw(update_id: int) -> Any:
    """Take an approval back."""
    form = WithdrawalForm()
    if form.validate():
        try:
            withdraw_approval(actor(), update_id, form.judgement())
            flash(_("已撤销通过，项目的数字已经重新算过。"), "good")
            return redirect(page_of(update_id), 303)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _overtaken(update_id, conflict, form)
    story = review_of(actor(), update_id)
    return render_template("updates/withdraw.html", item=_item(story, form), back=page_of(update_id)), 422


def _back() -> str:
    return own_page(request.form.get("back", ""), url_for("update_reviews.queue"))


def _blank(story: Review) -> JudgementForm:
    form = JudgementForm(formdata=None, version=story.report.version, number=story.number)
    form.give_client_id()
    return form


def _item(story: Review, form: JudgementForm) -> dict[str, Any]:
    before, after = words_beside(story.report)
    return {
        "story": story,
        "form": form,
        "changes": differences(story.report),
        "notices": notices(story.report, story.granted_fen),
        "before": before,
        "after": after,
    }


def _overtaken(update_id: int, conflict: Conflict, form: JudgementForm) -> tuple[str, int]:
    """What was read beside what stands now, and who said what on it meanwhile; our own note is not lost."""
    theirs: Written = conflict.theirs
    judgement: Judgement = conflict.ours
    read: Content = version_read(actor(), update_id, form.read_number) or theirs.content
    said = _last_said(versions_of(actor(), update_id))
    return render_template(
        "updates/judged_late.html",
        theirs=theirs,
        compared=compared(read, theirs.content),
        said=said,
        note=judgement.note,
        back=page_of(update_id),
    ), 409


def _last_said(versions: tuple[Version, ...]) -> Any:
    decisions = [decision for version in versions for decision in version.decisions]
    return decisions[-1] if decisions else None
