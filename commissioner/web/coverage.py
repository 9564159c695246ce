"""Coverage as a need: the villages and townships where somebody is wanted, and who could help each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain.coverage_help import Helper, helpers_for
from commissioner.domain.coverage_needs import (
    CoverageAsk,
    CoverageNeeds,
    Missing,
    PlaceNeed,
    coverage_needs,
    every_need,
)
from commissioner.domain.listing import Column, ColumnKind
from commissioner.problems import NotFound
from commissioner.units import whole
from commissioner.vocabulary import N_
from commissioner.web.as_of import as_of
from commissioner.web.downloads import sheet_answer
from commissioner.web.filters import number
from commissioner.web.session import actor, requires

bp = Blueprint("coverage", __name__)
LONGEST_CODE = 12
SHEET = (
    Column(key="name", label=N_("地点"), value=None),
    Column(key="township", label=N_("乡镇"), value=None),
    Column(key="code", label=N_("区划代码"), value=None),
    Column(key="posted", label=N_("派驻"), value=None),
    Column(key="visited", label=N_("走访"), value=None),
    Column(key="needs", label=N_("待解决的需求"), value=None, kind=ColumnKind.NUMBER),
    Column(key="illustrative", label=N_("示例"), value=None, kind=ColumnKind.ILLUSTRATIVE),
)


@bp.get("/coverage")
@requires(Permission.LOOK)
def index() -> str:
    """One page of the places, in the order of their codes."""
    ask = _asked()
    found = coverage_needs(actor(), ask)
    helpers = helpers_for(actor(), found)
    return render_template(
        "coverage/index.html",
        ask=ask,
        found=found,
        as_of=as_of(),
        rows=[_row(one, found, helpers.get(one.id), ask) for one in found.rows],
        tabs=[_tab(what, found, ask) for what in Missing if what is not Missing.VISIT or found.visit_days],
        previous_url=_url(ask, number=ask.number - 1) if ask.number > 1 else None,
        next_url=_url(ask, number=ask.number + 1) if ask.number < found.pages else None,
        export_url=_url(ask, endpoint="coverage.export") if found.total else None,
    )


@bp.get("/coverage.xlsx")
@requires(Permission.EXPORT)
def export() -> Response:
    """The same places as an Excel file."""
    title = _("哪里还缺人")
    return sheet_answer(title, SHEET, [_sheet_row(one) for one in every_need(actor(), _asked())])


def _asked() -> CoverageAsk:
    """What the address asks; what it cannot mean is left out."""
    township = request.args.get("township", "")
    known = {one.value: one for one in Missing}
    page = whole(request.args.get("number", "1"))
    if not page:
        raise NotFound
    return CoverageAsk(
        on=as_of().day,
        township=township if township.isascii() and township.isdecimal() and len(township) <= LONGEST_CODE else "",
        missing=known.get(request.args.get("missing", ""), Missing.ANY),
        number=page,
    )


def _url(ask: CoverageAsk, *, endpoint: str = "coverage.index", **changes: Any) -> str:
    asked = {
        "missing": ask.missing.value if ask.missing is not Missing.ANY else None,
        "township": ask.township or None,
        **as_of().arguments,
        **changes,
    }
    if asked.get("number") == 1:
        del asked["number"]
    return url_for(endpoint, **{key: value for key, value in asked.items() if value is not None})


def _tab(what: Missing, found: CoverageNeeds, ask: CoverageAsk) -> dict[str, Any]:
    label = _("%(n)s 天没有走访", n=found.visit_days) if what is Missing.VISIT else _(what.label)
    chosen = what.value if what is not Missing.ANY else None
    return {
        "label": label,
        "count": found.counts[what],
        "href": _url(ask, missing=chosen),
        "current": what is ask.missing,
    }


def _row(one: PlaceNeed, found: CoverageNeeds, helper: Helper | None, ask: CoverageAsk) -> dict[str, Any]:
    last = found.last_visits.get(one.id)
    carried: dict[str, Any] = {**as_of().arguments}
    return {
        "place": one,
        "href": url_for("subjects.page", name="places", row_id=one.id, **carried),
        "posted": _posted(one),
        "last": last,
        "ago": _("%(n)s 天前", n=(ask.on - last).days) if last else "",
        "helper": helper,
        "helper_href": url_for("subjects.page", name="commissioners", row_id=helper.commissioner_id)
        if helper
        else None,
        "helper_words": _helper_words(helper) if helper else "",
        "act": _act(one),
    }


def _posted(one: PlaceNeed) -> str:
    if one.posted:
        return _("有")
    return _("镇里有，没有点名到村") if one.posted_in_township else _("没有")


def _helper_words(helper: Helper) -> str:
    trade = " / ".join(part for part in (helper.speciality, _(helper.industry) if helper.industry else "") if part)
    fits = {True: _("对口"), False: _("专长不一定对口"), None: ""}[helper.fits]
    near = _("在同镇") if helper.same_township else ""
    away = _("约 %(km)s 公里", km=number(round(helper.km, 1))) if helper.km is not None else _("算不出距离")
    load = _("现有 %(n)s 处派驻", n=helper.postings)
    return " · ".join(part for part in (trade, fits, near or away, load) if part)


def _act(one: PlaceNeed) -> Mapping[str, str] | None:
    """The next step of this reader: to match the need, to look at it, or to raise one."""
    if one.need_ids:
        if actor().can(Permission.KEEP_REGISTRY):
            return {"href": url_for("matching.people", need_id=one.need_ids[0]), "label": _("找合适的特派员")}
        return {"href": url_for("subjects.page", name="needs", row_id=one.need_ids[0]), "label": _("看需求")}
    if actor().can(Permission.RAISE_NEED):
        return {"href": url_for("needs.new", place_id=one.id), "label": _("提出需求")}
    return None


def _sheet_row(one: PlaceNeed) -> dict[str, Any]:
    visited = {True: _("期限内走访过"), False: _("很久没有走访"), None: ""}[one.visited]
    return {
        "name": one.name,
        "township": one.township,
        "code": one.region_code,
        "posted": _posted(one),
        "visited": visited,
        "needs": one.needs,
        "illustrative": one.illustrative,
    }
