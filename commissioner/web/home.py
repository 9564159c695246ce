"""The first page of each role, and the page of all registers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.home import Counted, figures_on, home
from commissioner.domain.subjects import SUBJECTS
from commissioner.vocabulary import N_
from commissioner.web.as_of import as_of
from commissioner.web.session import actor, requires

bp = Blueprint("home", __name__)

# Pages that show the rows of a line with the means to settle them.
PAGES = {"confirm": "visit_checks.confirm", "review": "update_reviews.queue", "unplaced": "placing.index"}
SHELVES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("人和派驻"), ("commissioners", "organisations", "batches", "postings", "needs", "schemes")),
    (
        N_("项目和成效"),
        (
            "projects",
            "updates",
            "periods",
            "bases",
            "impacts",
            "introductions",
            "trainings",
            "indicators",
            "step_rules",
        ),
    ),
    (N_("走访和问题"), ("visits", "campaigns", "problems")),
    (N_("成果和荣誉"), ("briefings", "instructions", "pairings", "recognitions")),
    (N_("地方"), ("places",)),
)


@bp.get("/")
@requires(Permission.LOOK)
def index() -> str:
    """What waits, what is missing, what was just done; as of another day, who served then."""
    asked = as_of()
    if asked.given:
        return render_template(
            "home/day.html", as_of=asked, figures=[_item(one) for one in figures_on(actor(), asked.day)]
        )
    story = home(actor())
    return render_template(
        "home/index.html",
        as_of=asked,
        story=story,
        waiting=[_item(one) for one in story.waiting],
        missing=[_item(one) for one in story.missing],
        figures=[_item(one) for one in story.figures],
        own_year_url=_own_year(story.year),
        coverage_url=url_for("coverage.index") if actor().is_territorial else None,
    )


def _own_year(year: int) -> str | None:
    own = actor().commissioner_id
    return url_for("year_pages.page", commissioner_id=own, year=year) if own is not None else None


def _item(one: Counted) -> dict[str, Any]:
    if one.line.page in PAGES:
        return {
            "text": _(one.line.text),
            "href": url_for(PAGES[one.line.page]),
            "count": one.count,
            "tone": one.line.tone,
        }
    order: dict[str, Any] = {"sort": one.line.sort} if one.line.sort else {}
    href = url_for("subjects.index", name=one.line.subject, **one.filters, **order)
    return {"text": _(one.line.text), "href": href, "count": one.count, "tone": one.line.tone}


@bp.get("/registers")
@requires(Permission.LOOK)
def registers() -> str:
    """Every register that the reader may open."""
    shelves = [
        (_(title), [(_(SUBJECTS[name].title), url_for("subjects.index", name=name)) for name in names if _open(name)])
        for title, names in SHELVES
    ]
    return render_template("home/registers.html", shelves=[shelf for shelf in shelves if shelf[1]])


def _open(name: str) -> bool:
    return actor().can(SUBJECTS[name].see)
