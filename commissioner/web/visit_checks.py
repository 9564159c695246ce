"""The township's word on visits, the days they come to, and what has waited or been missing for long."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain.pages import RecordPage
from commissioner.domain.service_days import Verdict, days_of_year
from commissioner.domain.subject import township_choices
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visit_decisions import Decided, decide_visit, decide_visits
from commissioner.domain.visit_doubles import doubles_of
from commissioner.domain.visit_gaps import gaps as gaps_in
from commissioner.domain.visit_history import history_of
from commissioner.domain.visit_waiting import WAITING, known_of
from commissioner.problems import Conflict, Invalid
from commissioner.units import today, whole
from commissioner.vocabulary import N_, VisitState
from commissioner.web.audit import said
from commissioner.web.calendars import months_of
from commissioner.web.filters import number
from commissioner.web.forms.visit_checks import ConfirmForm
from commissioner.web.lists import Heading, ListPage, address
from commissioner.web.session import actor, requires
from commissioner.web.visit_pairs import asked_township, asked_year

bp = Blueprint("visit_checks", __name__)


@bp.route("/visits/confirm", methods=["GET", "POST"])
@requires(Permission.CONFIRM_VISIT)
def confirm() -> Any:
    """Every waiting visit in scope, oldest first; decided on one by one or all that are ticked."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            if not form.chosen:
                raise Invalid({"visits": N_("请先勾选要处理的走访。")})
            _tell(decide_visits(actor(), form.chosen, form.pressed, form.said))
            return redirect(address(request.path, {**request.args, "number": None}), 303)
        except Invalid as problem:
            form.take(problem)
    page = ListPage(actor(), WAITING, _("走访等待确认"), lambda row: _page_of(row["id"]))
    known = known_of(actor(), page.rows)
    return render_template("visits/confirm.html", page=page, form=form, known=known), 422 if form.errors else 200


@bp.post("/visits/<int:visit_id>/decide")
@requires(Permission.CONFIRM_VISIT)
def decide(visit_id: int) -> Response:
    """Confirm, return or dispute one visit."""
    state = next((one for one in VisitState if one.value == request.form.get("state")), VisitState.WAITING)
    try:
        decide_visit(actor(), visit_id, state, request.form.get("note", ""), whole(request.form.get("version", "")))
        flash(_("已保存。"), "good")
    except Invalid as problem:
        flash(_(next(str(fault) for fault in problem.fields.values())), "bad")
    except Conflict:
        flash(_("别人刚刚处理过或改过这条走访。请看过现在的内容再决定。"), "bad")
    return redirect(_page_of(visit_id), 303)


@bp.get("/visits/gaps")
@requires(Permission.CONFIRM_VISIT)
def gaps() -> str:
    """Postings without a visit for long, and visits that have waited for long; by township, never by person."""
    township = asked_township()
    found = gaps_in(actor(), request.args.get("days", ""), request.args.get("waiting", ""), township)
    return render_template(
        "visits/gaps.html",
        found=found,
        postings=_Rows("postings", found.postings, {"gap_days": found.gap_days, "township": township}),
        visits=_Rows("visits", found.visits, {"waiting_days": found.waiting_days, "township": township}),
        township=township,
        townships=township_choices(actor()),
    )


@bp.get("/commissioners/<int:commissioner_id>/days")
@requires(Permission.LOOK)
def days(commissioner_id: int) -> str:
    """Which dates of a commissioner's year counted as service days, which did not, and why."""
    year = asked_year() or today().year
    story = days_of_year(actor(), commissioner_id, year)
    return render_template(
        "visits/days.html",
        story=story,
        months=months_of(story),
        verdicts=[(one, story.count(one)) for one in Verdict],
        commissioner_id=commissioner_id,
        partial=actor().is_territorial and actor().region_code > actor().county_prefix,
    )


def tell_checks(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """What a visit's page tells of its past and of its probable doubles."""
    return {
        "history": history_of(reader, page.id),
        "said": said,
        "doubles": doubles_of(reader, [page.id]).get(page.id, ()),
        "may_decide": reader.can(Permission.CONFIRM_VISIT),
    }


class _Rows:
    """The first rows of a list as the table macros read it, with the ways to all of them and to their sheet."""

    sort, descending = "place", False

    def __init__(self, subject: str, result: Any, asked: dict[str, Any]) -> None:
        self.subject, self.rows, self.total = subject, result.rows if result else (), result.total if result else 0
        listing = SUBJECTS[subject].listing
        columns = [replace(one, label=_(one.label), value=None, sort=None) for one in listing.columns]
        self.listing = Heading(title=_(SUBJECTS[subject].title), columns=columns)
        self.all_url = address(url_for("subjects.index", name=subject), {**asked, "sort": "place"})
        self.export_url = address(url_for("subjects.export", name=subject), {**asked, "sort": "place"})

    def cell(self, row: Any, column: Any) -> Any:
        """The value of ``column`` in ``row``."""
        return row[column.key]

    def row_url(self, row: Any) -> str:
        """The page of a row."""
        return url_for("subjects.page", name=self.subject, row_id=row["id"])


def _page_of(visit_id: int) -> str:
    return url_for("subjects.page", name="visits", row_id=visit_id)


def _tell(decided: Decided) -> None:
    """Every visit that was ticked is accounted for."""
    done, meanwhile = number(len(decided.done)), number(len(decided.meanwhile))
    sayings = {
        VisitState.CONFIRMED: _("确认了 %(n)s 条", n=done),
        VisitState.RETURNED: _("退回了 %(n)s 条", n=done),
        VisitState.DISPUTED: _("对 %(n)s 条提出了异议", n=done),
    }
    told = [sayings[decided.state]] if decided.done else []
    if decided.meanwhile:
        told.append(_("%(n)s 条已经有人处理过或改过，没有动", n=meanwhile))
    if decided.own:
        told.append(_("%(n)s 条是您自己登记的，要由别人确认", n=number(len(decided.own))))
    if decided.gone:
        told.append(_("%(n)s 条已经不在了", n=number(len(decided.gone))))
    everything = len(told) == 1 and bool(decided.done)
    flash(_("；").join(told) + _("。"), "good" if everything else "warn")
