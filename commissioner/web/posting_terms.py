"""What happens to a posting (extended, ended, handed over, moved, corrected), its history, and who is to follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import posting_terms
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.pages import RecordPage, record_page
from commissioner.domain.pickers import choices_of
from commissioner.domain.posting_history import end_as_registered, happenings
from commissioner.domain.postings import POSTINGS
from commissioner.domain.subject import Kind
from commissioner.domain.subjects import SUBJECTS
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation
from commissioner.units import today, whole
from commissioner.vocabulary import N_
from commissioner.web.as_of import as_of
from commissioner.web.errors import told
from commissioner.web.filters import shown
from commissioner.web.forms.declared import offer
from commissioner.web.forms.posting_terms import CorrectForm, EndForm, ExtendForm, HandOverForm, MoveForm, TermForm
from commissioner.web.lists import Heading, address
from commissioner.web.session import actor, requires
from commissioner.web.subjects import STORIES

bp = Blueprint("posting_terms", __name__)
TERM = ("commissioner_id", "place_id", "starts_on", "ends_on")
PICKED = {"commissioner_id": "commissioners", "place_id": "places"}
SOON_DAYS = 60
SHOWN = 25


class Act(NamedTuple):
    """One thing that may be done to a posting: its form, its verb, its name and what its button says."""

    form: type[TermForm]
    verb: Callable[..., Any]
    title: str


ACTS: Mapping[str, Act] = {
    "extend": Act(ExtendForm, posting_terms.extend_posting, N_("延期")),
    "end": Act(EndForm, posting_terms.end_posting, N_("提前结束")),
    "hand_over": Act(HandOverForm, posting_terms.hand_over_posting, N_("交接")),
    "move": Act(MoveForm, posting_terms.move_posting, N_("调动")),
    "correct": Act(CorrectForm, posting_terms.correct_posting, N_("更正")),
}


@bp.route("/postings/<int:posting_id>/extend", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def extend(posting_id: int) -> Any:
    """Give it a later end."""
    return _happen(posting_id, "extend")


@bp.route("/postings/<int:posting_id>/end", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def end(posting_id: int) -> Any:
    """End it before its time."""
    return _happen(posting_id, "end")


@bp.route("/postings/<int:posting_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def hand_over(posting_id: int) -> Any:
    """Let another commissioner go on."""
    return _happen(posting_id, "hand_over")


@bp.route("/postings/<int:posting_id>/move", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def move(posting_id: int) -> Any:
    """Send the same person to another place."""
    return _happen(posting_id, "move")


@bp.route("/postings/<int:posting_id>/correct", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def correct(posting_id: int) -> Any:
    """Mend what was typed wrongly."""
    return _happen(posting_id, "correct")


@bp.get("/succession")
@requires(Permission.KEEP_REGISTRY)
def succession() -> str:
    """Terms that end soon with nobody to follow, people in two places at once, townships without anybody."""
    days = whole(request.args.get("days", "")) or SOON_DAYS
    lists = [
        _Rows("postings", {"ending": str(days)}, "ends_on"),
        _Rows("places", {"unserved": "1"}, ""),
        _Rows("postings", {"at_once": "1"}, "commissioner"),
    ]
    return render_template("postings/succession.html", days=days, lists=lists)


class _Rows:
    """The first rows of a list as the table macros read them."""

    sort = ""
    descending = False

    def __init__(self, subject: str, filters: dict[str, str], sort: str) -> None:
        self.subject = SUBJECTS[subject]
        found = listed(actor(), self.subject.listing, ListQuery(filters=filters, sort=sort, size=SHOWN))
        self.rows, self.total = found.rows, found.total
        columns = [replace(one, label=_(one.label), value=None, sort=None) for one in self.subject.listing.columns]
        self.listing = Heading(title=_(self.subject.title), columns=columns)
        self.all_url = address(url_for("subjects.index", name=subject), {**filters, "sort": sort})

    def cell(self, row: Mapping[str, Any], column: Any) -> Any:
        """The value of ``column`` in ``row``."""
        return row[column.key]

    def row_url(self, row: Mapping[str, Any]) -> str:
        """The record's page."""
        return url_for("subjects.page", name=self.subject.name, row_id=row["id"])


def _happen(posting_id: int, act: str) -> Any:
    """Ask what is to happen, and let it happen."""
    page = record_page(actor(), POSTINGS, posting_id)
    doing = ACTS[act]
    form = doing.form(data=None if request.method == "POST" else _given(page, act))
    if form.validate_on_submit():
        try:
            made = doing.verb(actor(), posting_id, form.draft(), form.sent_client_id)
            return _done(made or posting_id)
        except AlreadyDone:
            return _done(posting_id)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            return _asked(page, doing, form, 422, [told(one) for one in problem.warnings.values()])
        except Conflict as conflict:
            return _late(posting_id, doing, form, conflict)
    return _asked(page, doing, form, 422 if form.errors else 200)


def _given(page: RecordPage, act: str) -> dict[str, Any]:
    given: dict[str, Any] = {"version": page.version}
    if act == "correct":
        given.update({key: _value(page, key) for key in TERM})
    elif act in {"hand_over", "move"}:
        given["ends_on"] = _value(page, "ends_on")
    return given


def _value(page: RecordPage, key: str) -> Any:
    return page.fact(key).value


def _done(posting_id: int) -> Response:
    flash(_("已保存。"), "good")
    return redirect(url_for("subjects.page", name="postings", row_id=posting_id), 303)


def _asked(
    page: RecordPage,
    doing: Act,
    form: TermForm,
    status: int,
    warnings: list[str] | None = None,
    conflict: list[dict[str, Any]] | None = None,
) -> tuple[str, int]:
    form.give_client_id()
    for key, subject in PICKED.items():
        if key in form:
            kept = [form[key].data] if form[key].data else []
            choices = choices_of(actor(), SUBJECTS[subject], keep=kept)
            offer(form[key], choices, url_for("subjects.pick", name=subject), blank=True)
    last = _value(page, "ends_on")
    term = _("%(first)s 至 %(last)s", first=shown(_value(page, "starts_on")), last=shown(last) if last else _("今"))
    return render_template(
        "form.html",
        heading=_(doing.title),
        lede=f"{page.heading} · {term}",
        form=form,
        warnings=warnings,
        conflict=conflict,
        submit_label=_(doing.title),
        cancel_url=url_for("subjects.page", name="postings", row_id=page.id),
    ), status


def _late(posting_id: int, doing: Act, form: TermForm, conflict: Conflict) -> tuple[str, int]:
    """How it stands now beside what was about to be said; the form keeps its words and takes the new version."""
    page = record_page(actor(), POSTINGS, posting_id)
    form.version.data = str(conflict.current_version)
    ours = {"commissioner_id": _picked(form, "commissioner_id"), "place_id": _picked(form, "place_id")}
    days = {"starts_on": form["starts_on"].data if "starts_on" in form else None, "ends_on": _end_said(form)}
    ours.update({key: shown(day) if day else "" for key, day in days.items()})
    beside = [
        {"label": _(POSTINGS.field(key).label), "before": _fact_said(page, key), "after": ours[key]} for key in TERM
    ]
    return _asked(page, doing, form, 409, conflict=[one for one in beside if one["after"] or one is beside[-1]])


def _end_said(form: TermForm) -> Any:
    return form["day"].data if isinstance(form, ExtendForm | EndForm) else form["ends_on"].data


def _picked(form: TermForm, key: str) -> str:
    if key not in form or not form[key].data:
        return ""
    choices = choices_of(actor(), SUBJECTS[PICKED[key]], keep=[form[key].data])
    return next((one.label for one in choices if one.value == str(form[key].data)), "")


def _fact_said(page: RecordPage, key: str) -> str:
    fact = page.fact(key)
    if fact.kind in {Kind.PLACE, Kind.REFERENCE}:
        return "、".join(one.label for one in fact.pointers)
    return shown(fact.value) if fact.value else ""


def posting_story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """How it stands on the day asked about, what was done to it, and what end was registered for it by then."""
    first, last, asked = _value(page, "starts_on"), _value(page, "ends_on"), as_of()
    day = asked.day
    state = "future" if first > day else "ended" if last is not None and last < day else "running"
    may = page.may_keep and first <= today() and not asked.given
    acts = [(act, doing.title) for act, doing in ACTS.items() if may and not (act == "extend" and last is None)]
    told_of = happenings(reader, page.id)
    registered = end_as_registered(told_of, last, day)
    return {
        "first": first,
        "last": last,
        "state": state,
        "days_left": (last - day).days if state == "running" and last is not None else None,
        "happenings": told_of,
        "registered": registered,
        "changed_since": registered != last,
        "acts": acts,
    }


STORIES["postings"] = posting_story
