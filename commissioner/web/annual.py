"""The annual summary: its page, its print, and where the figures of an impact came from."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain.annual import FIRST_YEAR, LAST_YEAR, figures
from commissioner.domain.employment import cumulative_in, decide_overlap, impact_in
from commissioner.domain.home import latest_year
from commissioner.domain.programme import owner_name
from commissioner.problems import NotFound
from commissioner.reports.pdf import to_pdf
from commissioner.shipped import shipped
from commissioner.vocabulary import ImpactIndicator, OverlapDecision, Word
from commissioner.web.annual_pages import printed, shown_figures, shown_paragraphs, shown_tables
from commissioner.web.downloads import file_answer
from commissioner.web.language import language
from commissioner.web.session import actor, requires

Chosen = TypeVar("Chosen", bound=Word)
bp = Blueprint("annual", __name__, url_prefix="/annual")


@bp.get("/")
@requires(Permission.LOOK)
def index() -> Response:
    """The year that was last worked on."""
    return redirect(url_for("annual.page", year=latest_year(actor())))


@bp.get("/<int:year>")
@requires(Permission.LOOK)
def page(year: int) -> str:
    """A year: key figures, sentences, tables."""
    told = figures(actor(), _known(year))
    return render_template(
        "annual/page.html",
        year=told,
        figures=shown_figures(actor(), told),
        paragraphs=shown_paragraphs(actor(), told),
        tables=shown_tables(told),
        neighbours=[one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR],
    )


@bp.get("/<int:year>.pdf")
@requires(Permission.LOOK)
def pdf(year: int) -> Response:
    """The same as a PDF."""
    told = figures(actor(), _known(year))
    document = printed(actor(), told, owner_name(), language())
    content = to_pdf(document, shipped("static") / "vendor" / "fonts")
    return file_answer(content, f"{document.title}.pdf", "application/pdf")


@bp.get("/<int:year>/impacts/<indicator>")
@requires(Permission.LOOK)
def impact(year: int, indicator: str) -> str:
    """Where a figure came from: owner by owner, counted or not and why, and what a person must decide."""
    told = impact_in(actor(), _known(year), _word(ImpactIndicator, indicator))
    return render_template(
        "annual/impact.html",
        sum=told,
        cumulative=cumulative_in(actor(), year, told.indicator),
        indicators=list(ImpactIndicator),
        decisions=list(OverlapDecision),
        may_decide=actor().can(Permission.VERIFY_IMPACT),
        neighbours=[one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR],
    )


@bp.post("/overlaps/<int:impact_id>")
@requires(Permission.VERIFY_IMPACT)
def decide(impact_id: int) -> Response:
    """Say whether a base and its project mean the same people."""
    text = request.form.get("decision", "")
    about = decide_overlap(actor(), impact_id, _word(OverlapDecision, text) if text else None)
    flash(_("已保存。"), "good")
    return redirect(url_for("annual.impact", year=about.year, indicator=about.indicator.value), 303)


def _known(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    return year


def _word(words: type[Chosen], value: str) -> Chosen:
    found = next((word for word in words if word.value == value), None)
    if found is None:
        raise NotFound
    return found
