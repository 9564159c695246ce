"""The sheet of a visit on paper, for the village to sign, and the blank one to write on by hand."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from commissioner.access import Permission
from commissioner.domain.visit_paper import visit_paper
from commissioner.reports.qr import qr_drawing
from commissioner.vocabulary import RaisedProblemCategory
from commissioner.web.session import actor, requires

bp = Blueprint("visit_papers", __name__)


@bp.get("/visits/<int:visit_id>/sheet")
@requires(Permission.LOOK)
def of_visit(visit_id: int) -> str:
    """A visit's sheet; its code opens the visit."""
    paper = visit_paper(actor(), visit_id)
    address = url_for("subjects.page", name="visits", row_id=visit_id, _external=True)
    with_photos = bool(paper.photos) and request.args.get("photos") != "0"
    return render_template(
        "visits/sheet.html", paper=paper, with_photos=with_photos, code=_code(address, _("扫码打开这次走访")), words=[]
    )


@bp.get("/visits/sheet")
@requires(Permission.LOG_VISIT)
def blank() -> str:
    """A sheet with nothing on it; its code opens the form that it is typed into later."""
    address = url_for("visits.new", _external=True)
    return render_template(
        "visits/sheet.html",
        paper=None,
        with_photos=False,
        code=_code(address, _("扫码登记这次走访")),
        words=list(RaisedProblemCategory),
    )


def _code(address: str, title: str) -> dict[str, str]:
    # Drawn here from an address of ours: the only text in it is the title, which is escaped.
    return {"drawing": Markup(qr_drawing(address, title)), "title": title}  # noqa: S704
