"""Two records that look like one visit: the list of them, side by side, merged or kept apart by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain.subject import township_choices
from commissioner.domain.visit_doubles import PAGE_SIZE, Pair, Record, doubles_in, pair, years_to_ask
from commissioner.domain.visit_merges import PARTS, WentMeanwhile, keep_apart, merge_visits
from commissioner.problems import Conflict, NotFound
from commissioner.units import today, whole
from commissioner.vocabulary import N_
from commissioner.web.calendars import FIRST_YEAR, LAST_YEAR
from commissioner.web.errors import told
from commissioner.web.filters import day, word
from commissioner.web.forms.visit_checks import MergeForm, given, preferred
from commissioner.web.lists import address
from commissioner.web.session import actor, requires

bp = Blueprint("visit_pairs", __name__)
LABELS = {
    "days": N_("日期"),
    "topic": N_("事由"),
    "outcome": N_("成效"),
    "industry": N_("产业"),
    "base": N_("示范基地"),
    "project": N_("项目"),
    "campaign": N_("活动"),
    "position": N_("位置"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What two records say of one thing, and whose saying is kept; ``chosen`` is empty where both say the same."""

    key: str
    label: str
    sayings: tuple[str, str]
    chosen: str


@bp.get("/visits/doubles")
@requires(Permission.CONFIRM_VISIT)
def doubles() -> str:
    """Pairs that look like one visit, in the present and the last year or in one year."""
    year, township, asked = asked_year(), asked_township(), whole(request.args.get("number", "1")) or 1
    years = (year, year) if year else (today().year - 1, today().year)
    found = doubles_in(actor(), *years, township, asked)
    return render_template(
        "visits/doubles.html",
        found=found,
        page=_Pages(asked, -(-found.total // PAGE_SIZE)),
        year=year,
        years=years_to_ask(actor()),
        township=township,
        townships=township_choices(actor()),
    )


@bp.route("/visits/doubles/<int:visit_id>/<int:other_id>", methods=["GET", "POST"])
@requires(Permission.CONFIRM_VISIT)
def double(visit_id: int, other_id: int) -> Any:
    """The two side by side; posting merges them."""
    form = MergeForm()
    if not form.validate_on_submit() or not form.sure.data:
        both = pair(actor(), visit_id, other_id)
        if not form.is_submitted():
            form.show(both)
        return _shown(form, both, 422 if form.is_submitted() else 200)
    merge = form.merge(visit_id, other_id)
    if merge is None:
        raise NotFound
    try:
        merge_visits(actor(), merge)
        flash(_("已合并成一条。另一条的内容留在改动历史里。"), "good")
        return redirect(_page_of(merge.stays), 303)
    except WentMeanwhile as problem:
        return _went(problem)
    except Conflict:
        both = pair(actor(), visit_id, other_id)
        form.at(both)
        return _shown(form, both, 409)


@bp.post("/visits/doubles/<int:visit_id>/<int:other_id>/apart")
@requires(Permission.CONFIRM_VISIT)
def apart(visit_id: int, other_id: int) -> Response:
    """Say that they are two visits."""
    try:
        keep_apart(actor(), visit_id, other_id)
    except WentMeanwhile as problem:
        return _went(problem)
    flash(_("已认定不是重复，以后不再提醒。"), "good")
    return redirect(url_for("visit_pairs.doubles"), 303)


class _Pages:
    """Which page of how many, as the pager reads it."""

    def __init__(self, shown: int, pages: int) -> None:
        self.number, self.pages = shown, max(1, pages)

    def url(self, **changes: Any) -> str:
        """This address with ``changes``."""
        return address(request.path, {**request.args.to_dict(), **changes})


def asked_year() -> int | None:
    """The year in the address, if it is one."""
    year = whole(request.args.get("year", ""))
    return year if year and FIRST_YEAR <= year <= LAST_YEAR else None


def asked_township() -> str:
    """The division code in the address, if it is one."""
    text = request.args.get("township", "")
    return text if text.isascii() and text.isdecimal() and len(text) <= 12 else ""


def _shown(form: MergeForm, both: Pair, status: int) -> tuple[str, int]:
    parts = [_part(form, both, part) for part in PARTS]
    answer = render_template(
        "visits/double.html",
        pair=both,
        form=form,
        differing=[one for one in parts if one.chosen],
        alike=[one for one in parts if not one.chosen and one.sayings[0]],
        conflict=status == 409,
    )
    return answer, status


def _part(form: MergeForm, both: Pair, part: str) -> Part:
    first, second = both.first, both.second
    sayings = (_saying(first, part), _saying(second, part))
    differ = sayings[0] != sayings[1]
    begins = preferred(part, first, second, sayings, form.stays.data or "") if differ else ""
    return Part(key=part, label=_(LABELS[part]), sayings=sayings, chosen=given(part) or begins if differ else "")


def _saying(record: Record, part: str) -> str:
    if part == "days":
        last = f" – {day(record.ends_on)}" if record.ends_on != record.starts_on else ""
        return f"{day(record.starts_on)}{last}"
    if part == "industry":
        return word(record.industry) if record.industry else ""
    if part == "position":
        if record.latitude_deg is None or record.longitude_deg is None:
            return ""
        return f"{record.latitude_deg:.5f}, {record.longitude_deg:.5f}"
    return str(getattr(record, part))


def _went(problem: WentMeanwhile) -> Response:
    flash(told(problem), "warn")
    return redirect(_page_of(problem.stands), 303)


def _page_of(visit_id: int) -> str:
    return url_for("subjects.page", name="visits", row_id=visit_id)
