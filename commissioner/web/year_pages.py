"""One's own year on one page: seen, issued on paper with a number and a code, verified by anybody, revoked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain import year_papers
from commissioner.domain.year_page import YearPage, year_page
from commissioner.problems import AlreadyDone, Invalid
from commissioner.reports.pdf import to_pdf
from commissioner.shipped import shipped
from commissioner.units import today
from commissioner.web import year_words
from commissioner.web.downloads import file_answer
from commissioner.web.forms.year_papers import IssueForm, RevokeForm
from commissioner.web.language import language
from commissioner.web.session import actor, requires
from commissioner.web.visit_pairs import asked_year

bp = Blueprint("year_pages", __name__)


@bp.get("/commissioners/<int:commissioner_id>/year")
@requires(Permission.LOOK)
def page(commissioner_id: int) -> str:
    """A commissioner's year, each figure with its rows, and the papers issued of it."""
    form = IssueForm()
    form.give_client_id()
    return _shown(year_page(actor(), commissioner_id, asked_year() or today().year), form)


@bp.post("/commissioners/<int:commissioner_id>/year")
@requires(Permission.ISSUE_YEAR_PAPER)
def issue(commissioner_id: int) -> Any:
    """Issue a paper of the year as it stands now."""
    form, year = IssueForm(), asked_year() or today().year
    if form.validate_on_submit():
        try:
            year_papers.issue_year_paper(actor(), commissioner_id, year, form.sent_client_id)
            flash(_("已开具，可以下载 PDF。"), "good")
            return _to_page(commissioner_id, year)
        except AlreadyDone:
            return _to_page(commissioner_id, year)
        except Invalid as problem:
            form.form_errors.append(_(problem.message))
    return _shown(year_page(actor(), commissioner_id, year), form), 422


@bp.get("/year-papers/<int:paper_id>.pdf")
@requires(Permission.LOOK)
def pdf(paper_id: int) -> Response:
    """An issued paper; printed again it says what it said."""
    paper = year_papers.year_paper(actor(), paper_id)
    document = year_words.printed(paper, url_for("year_pages.verify", code=paper.code, _external=True), language())
    content = to_pdf(document, shipped("static") / "vendor" / "fonts")
    return file_answer(content, f"{paper.content.name} {document.title} {paper.number}.pdf", "application/pdf")


@bp.route("/year-papers/<int:paper_id>/revoke", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def revoke(paper_id: int) -> Any:
    """Take an issued paper back, with the reason."""
    paper, form = year_papers.year_paper(actor(), paper_id), RevokeForm()
    if form.validate_on_submit():
        try:
            year_papers.revoke_year_paper(actor(), paper_id, form.reason.data or "")
            flash(_("已作废。"), "good")
            return _to_page(paper.commissioner_id, paper.content.year)
        except Invalid as problem:
            form.take(problem)
    return render_template("year/revoke.html", paper=paper, form=form), 422 if form.errors else 200


@bp.get("/verify/<code>")
@requires(None)
def verify(code: str) -> str:
    """Whether a paper is genuine, for whoever holds it: what it says, and whether it still holds."""
    paper = year_papers.verified_paper(code)
    return render_template("year/verify.html", paper=paper, year=paper.content, words=year_words)


@bp.after_request
def _unlisted(answer: Response) -> Response:
    # Nothing of this is for search engines, found or not.
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


def _to_page(commissioner_id: int, year: int) -> Response:
    return redirect(url_for("year_pages.page", commissioner_id=commissioner_id, year=year), 303)


def _shown(told: YearPage, form: IssueForm) -> str:
    papers = year_papers.year_papers(actor(), told.commissioner_id, told.content.year)
    may_issue = year_papers.may_issue(actor(), told.commissioner_id) and told.content.year <= today().year
    return render_template(
        "year/page.html",
        story=told,
        year=told.content,
        words=year_words,
        papers=papers,
        form=form,
        may_issue=may_issue and not told.content.is_empty,
    )
