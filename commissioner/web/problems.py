"""What follows on a problem (replies, who must act, how it is settled), and the plan of a care campaign."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import problem_replies
from commissioner.domain.campaign_plan import Proposal, plan_stops, proposed_stops
from commissioner.domain.campaigns import CAMPAIGNS, MOST_STOPS, Stop, campaign_stops, campaign_tally
from commissioner.domain.pages import RecordPage
from commissioner.domain.problem_replies import HandoverDraft, ProblemStanding, ReplyDraft, problem_standing
from commissioner.domain.problems import STANDINGS, solved_of
from commissioner.domain.records import record
from commissioner.problems import AlreadyDone, Conflict, Invalid
from commissioner.vocabulary import RaisedProblemState
from commissioner.web.filters import shown
from commissioner.web.forms.declared import offer
from commissioner.web.forms.problems import ACTS, HandoverForm, PlanForm, ReplyForm
from commissioner.web.lists import ListPage, address
from commissioner.web.session import actor, requires
from commissioner.web.subjects import LIST_WORDS, STORIES

bp = Blueprint("problems", __name__)
TONES = {RaisedProblemState.SOLVED: "good", RaisedProblemState.DROPPED: "quiet", RaisedProblemState.OPEN: "warn"}


@bp.route("/problems/<int:problem_id>/reply", methods=["GET", "POST"])
@requires(Permission.RAISE_PROBLEM)
def reply(problem_id: int) -> Any:
    """Say something of a problem, or settle it."""
    stands = problem_standing(actor(), problem_id)
    form = _reply_form(stands)
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):  # sent twice: the first time did it
                problem_replies.reply_to_problem(actor(), problem_id, form.draft(), form.sent_client_id)
            return _done(problem_id, _("答复已保存。"))
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _replied_late(conflict)
    return _asked_reply(stands, form, 422 if request.method == "POST" else 200)


@bp.route("/problems/<int:problem_id>/assign", methods=["GET", "POST"])
@requires(Permission.SETTLE_PROBLEM)
def assign(problem_id: int) -> Any:
    """Say who must act until when."""
    stands = problem_standing(actor(), problem_id)
    form = HandoverForm(data=None if request.method == "POST" else _present_owner(stands))
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):
                problem_replies.hand_over_problem(actor(), problem_id, form.draft(), form.sent_client_id)
            return _done(problem_id, _("已交办。"))
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _assigned_late(form, conflict)
    return _asked_owner(stands, form, 422 if request.method == "POST" else 200)


@bp.route("/campaigns/<int:campaign_id>/plan", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def plan(campaign_id: int) -> Any:
    """Make many stops at one go."""
    proposals = proposed_stops(actor(), campaign_id)
    form = PlanForm(data=None if request.method == "POST" else {"chosen": _ticked(proposals)})
    if form.validate_on_submit():
        try:
            count = plan_stops(actor(), campaign_id, form.plan(), form.sent_client_id)
            return _planned(campaign_id, _("列进计划 %(n)s 站。", n=count))
        except AlreadyDone:
            return _planned(campaign_id, _("已保存。"))
        except Invalid as problem:
            form.take(problem)
    return _asked_plan(campaign_id, proposals, form)


def _reply_form(stands: ProblemStanding) -> ReplyForm:
    form = ReplyForm(data=None if request.method == "POST" else {"version": stands.version})
    form.offer(stands.next_states)
    return form


def _present_owner(stands: ProblemStanding) -> dict[str, Any]:
    keys = ("owner_id", "owner", "due_on", "version")
    return {key: getattr(stands, key) for key in keys}


def _done(problem_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("subjects.page", name="problems", row_id=problem_id), 303)


def _asked_reply(
    stands: ProblemStanding, form: ReplyForm, status: int, conflict: Sequence[dict[str, str]] | None = None
) -> tuple[str, int]:
    form.give_client_id()
    return render_template(
        "problems/reply.html", stands=stands, form=form, conflict=conflict, tone=_tone(stands), back=_page(stands.id)
    ), status


def _replied_late(conflict: Conflict) -> tuple[str, int]:
    """The form on top of what stands now: the words are kept, the state is to be chosen again."""
    theirs: ProblemStanding = conflict.theirs
    ours: ReplyDraft = conflict.ours
    form = _reply_form(theirs)
    form.version.data = str(theirs.version)
    form.state.data = ours.state if ours.state in theirs.next_states else None
    said = {"words": ours.words, "state": ACTS[ours.state] if ours.state else "", "due_on": "", "owner": ""}
    return _asked_reply(theirs, form, 409, _beside(theirs, said, ("state", "words")))


def _asked_owner(
    stands: ProblemStanding, form: HandoverForm, status: int, conflict: Sequence[dict[str, str]] | None = None
) -> tuple[str, int]:
    form.give_client_id()
    offer(form.owner_id, problem_replies.owner_choices(actor(), stands.id), "", blank=True)
    return render_template(
        "problems/assign.html", stands=stands, form=form, conflict=conflict, tone=_tone(stands), back=_page(stands.id)
    ), status


def _assigned_late(form: HandoverForm, conflict: Conflict) -> tuple[str, int]:
    theirs: ProblemStanding = conflict.theirs
    ours: HandoverDraft = conflict.ours
    names = {one.value: one.label for one in problem_replies.owner_choices(actor(), theirs.id)}
    form.version.data = str(theirs.version)
    said = {
        "state": "",
        "owner": names.get(str(ours.owner_id), ours.owner),
        "due_on": shown(ours.due_on) if ours.due_on else "",
        "words": ours.words,
    }
    return _asked_owner(theirs, form, 409, _beside(theirs, said, ("state", "owner", "due_on", "words")))


def _beside(theirs: ProblemStanding, ours: dict[str, Any], keys: tuple[str, ...]) -> list[dict[str, str]]:
    """What stands now, and what we were about to say."""
    last = theirs.replies[-1].words if theirs.replies else ""
    labels = {
        "state": (_("状态"), shown(theirs.state)),
        "owner": (_("责任单位或责任人"), theirs.in_charge),
        "due_on": (_("应解决日期"), shown(theirs.due_on) if theirs.due_on else ""),
        "words": (_("答复"), last),
    }
    return [{"label": labels[key][0], "theirs": labels[key][1], "ours": str(ours[key])} for key in keys]


def _planned(campaign_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("subjects.page", name="campaigns", row_id=campaign_id), 303)


def _ticked(proposals: Sequence[Proposal]) -> list[str]:
    """Everything that is not planned yet, or nothing if the address asks to begin with nothing."""
    return [] if request.args.get("ticked") == "none" else [one.key for one in proposals if not one.planned]


def _asked_plan(campaign_id: int, proposals: Sequence[Proposal], form: PlanForm) -> tuple[str, int]:
    form.give_client_id()
    groups = (
        (_("重点村"), [one for one in proposals if one.focus and one.commissioner_id]),
        (_("在派特派员"), [one for one in proposals if not one.focus]),
        (_("其他重点村"), [one for one in proposals if one.focus and not one.commissioner_id]),
    )
    return render_template(
        "campaigns/plan.html",
        campaign=record(actor(), CAMPAIGNS, campaign_id).values,
        groups=[(title, rows) for title, rows in groups if rows],
        ticked=set(form.chosen.data or ()),
        left=sum(not one.planned for one in proposals),
        form=form,
        back=url_for("subjects.page", name="campaigns", row_id=campaign_id),
    ), 422 if form.errors else 200


def _page(problem_id: int) -> str:
    return url_for("subjects.page", name="problems", row_id=problem_id)


def _tone(stands: ProblemStanding) -> str:
    return TONES.get(stands.state, "")


def problem_story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """The thread, and a form to go on with it."""
    stands = problem_standing(reader, page.id)
    form = None
    if stands.may_reply:
        form = ReplyForm(formdata=None, data={"version": stands.version})
        form.offer(stands.next_states)
        form.give_client_id()
    return {"stands": stands, "form": form, "tone": _tone(stands)}


def campaign_story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """Where it goes, who is seen, what they need; planned, reached, solved k of n."""
    stops = campaign_stops(reader, page.id)
    return {
        "tally": campaign_tally(reader, page.id),
        "to_go": [one for one in stops if one.visit_id is None],
        "reached": [one for one in stops if one.visit_id is not None],
        "cut": len(stops) >= MOST_STOPS,
        "log_url": (lambda one: _log_url(page.id, one)) if reader.can(Permission.LOG_CARE_VISIT) else None,
        "may_plan": reader.can(Permission.KEEP_REGISTRY),
    }


def _log_url(campaign_id: int, stop: Stop) -> str:
    """The visit form with everything the stop knows."""
    given = {"campaign_id": campaign_id, "place_id": stop.place_id, "commissioner_id": stop.commissioner_id}
    return address(url_for("visits.new"), {"kind": "care", **given})


def solved_line(reader: Actor, page: ListPage) -> str:
    """Solved k of n among what the list shows, unless it asks for one state alone."""
    if STANDINGS & {key for key, value in page.asked.filters.items() if value} or not page.total:
        return ""
    told = solved_of(reader, page.asked)
    return _("已解决 %(k)s / %(n)s", k=told.solved, n=told.raised)


STORIES.update(problems=problem_story, campaigns=campaign_story)
LIST_WORDS["problems"] = solved_line
