"""The leader's dashboard: a year beside the one before it, as figures, charts and the tables behind them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from commissioner.access import Permission
from commissioner.domain.annual import FIRST_YEAR, LAST_YEAR
from commissioner.domain.dashboards import DashboardAsk, dashboard
from commissioner.domain.home import latest_year
from commissioner.domain.map_states import map_state
from commissioner.domain.subject import township_choices
from commissioner.problems import NotFound
from commissioner.units import whole
from commissioner.web.dashboard_pages import page_context
from commissioner.web.session import actor, requires

bp = Blueprint("dashboard", __name__)
LONGEST_CODE = 12


@bp.get("/dashboard")
@requires(Permission.LOOK)
def index() -> Any:
    """The dashboard of a year that the address names, so that it can be sent on; without one, of the last visit's."""
    township = _township()
    if "year" not in request.args:
        return redirect(url_for("dashboard.index", year=latest_year(actor()), township=township or None))
    ask = DashboardAsk(year=_year(), township=township)
    told = dashboard(actor(), ask, map_state(actor()))
    townships = township_choices(actor()) if actor().is_territorial else []
    return render_template("dashboard/index.html", **page_context(told, townships))


def _year() -> int:
    year = whole(request.args["year"])
    if year is None or not FIRST_YEAR < year <= LAST_YEAR:
        raise NotFound
    return year


def _township() -> str:
    code = request.args.get("township", "")
    if code and not (code.isdecimal() and code.isascii() and len(code) <= LONGEST_CODE):
        raise NotFound
    return code
