"""The search page, one key away from everywhere."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from commissioner.access import Permission
from commissioner.domain.search import found
from commissioner.web.lists import LONGEST_VALUE
from commissioner.web.session import actor, requires
from commissioner.web.subjects import row_address

bp = Blueprint("search", __name__)


@bp.get("/search")
@requires(Permission.LOOK)
def index() -> str:
    """What the words find in each subject."""
    text = request.args.get("q", "").strip().replace("\x00", "")[:LONGEST_VALUE]
    results = found(actor(), text) if text else []
    return render_template("search/index.html", text=text, results=results, row_address=row_address)
