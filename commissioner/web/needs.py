"""A need over its life: raised with photos, taken up, declined, withdrawn, raised anew, finished; what its page tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import need_steps, records
from commissioner.domain.calls import running_calls
from commissioner.domain.listing import Choice
from commissioner.domain.need_history import need_history
from commissioner.domain.need_history import need_steps as steps_of
from commissioner.domain.need_photos import NEED_ALBUM
from commissioner.domain.needs import NEEDS, TAKEN_UP, may_amend, place_that_asks
from commissioner.domain.pages import RecordPage, record_page
from commissioner.domain.pickers import choices_of
from commissioner.domain.subjects import SUBJECTS
from commissioner.problems import AlreadyDone, Conflict, Invalid, Settled
from commissioner.vocabulary import N_, NeedState
from commissioner.web import subjects
from commissioner.web.audit import said
from commissioner.web.filters import shown
from commissioner.web.forms.base import options_of
from commissioner.web.forms.declared import offer_choices
from commissioner.web.forms.needs import NeedForm, ReasonForm, StepForm
from commissioner.web.matching import need_story
from commissioner.web.photos import photo_limits, take_more, take_photos, tell_need_photos
from commissioner.web.session import actor, requires

bp = Blueprint("needs", __name__)
bp.url_value_preprocessor(take_more)
TONES = {
    NeedState.RAISED: "warn",
    NeedState.AGREED: "good",
    NeedState.POSTED: "good",
    NeedState.DONE: "good",
    NeedState.DECLINED: "bad",
    NeedState.WITHDRAWN: "quiet",
}


class Act(NamedTuple):
    """One step as its page asks for it: the verb, its name, and what it should tell."""

    verb: Callable[..., None]
    title: str
    words: str
    lede: str


ACTS: Mapping[str, Act] = {
    "take_up": Act(need_steps.take_up_need, N_("受理"), N_("说明"), N_("受理以后开始找合适的特派员。")),
    "finish": Act(need_steps.finish_need, N_("记为完成"), N_("办成了什么"), N_("一两句话：做了什么，有什么结果。")),
    "decline": Act(
        need_steps.decline_need,
        N_("不予采纳"),
        N_("为什么不采纳"),
        N_("乡镇会看到原因，补充以后可以重新提出。正在进行的对接一并结束。"),
    ),
    "withdraw": Act(
        need_steps.withdraw_need, N_("撤回"), N_("为什么撤回"), N_("撤回以后还可以重新提出。正在进行的对接一并结束。")
    ),
    "raise_anew": Act(
        need_steps.raise_need_anew,
        N_("重新提出"),
        N_("为什么重新提出"),
        N_("重新提出以后等科技局受理，这之前可以修改。"),
    ),
}


@bp.route("/needs/new", methods=["GET", "POST"])
@requires(Permission.RAISE_NEED)
def new() -> Any:
    """Raise a need, with photos, into the call that runs, if one does."""
    calls = running_calls(actor())
    form = NeedForm(data=None if request.method == "POST" else _given(calls))
    if not actor().can(Permission.KEEP_REGISTRY):
        del form.opened
    if form.validate_on_submit():
        try:
            return _raised(_make(form))
        except Invalid as problem:
            form.take(problem)
    _offer(form, calls)
    form.give_client_id()
    chosen = [one for one in calls if str(one.id) == str(form.batch_id.data)] if "batch_id" in form else []
    return render_template(
        "needs/form.html",
        form=form,
        call=chosen[0] if chosen else None,
        cancel_url=url_for("subjects.index", name="needs"),
        **photo_limits(),
    ), 422 if form.errors else 200


def _given(calls: Any) -> dict[str, Any]:
    given = subjects.given_by_address(NEEDS)
    given.setdefault("place_id", place_that_asks(actor()))
    given.setdefault("batch_id", calls[0].id if calls else None)
    return {**given, "opened": True}


def _make(form: NeedForm) -> int:
    try:
        return records.create(actor(), NEEDS, form.draft(), form.sent_client_id)
    except AlreadyDone as repetition:  # its photos may not have come the first time
        return repetition.subject_id or 0


def _raised(need_id: int) -> Response:
    flash(_("需求已提出。"), "good")
    take_photos(NEED_ALBUM, need_id)
    return redirect(_page(need_id), 303)


def _offer(form: NeedForm, calls: Any) -> None:
    """The places in scope, and the calls that run; without one there is nothing to choose."""
    offer_choices(actor(), NEEDS, form, lambda refers: url_for("subjects.pick", name=refers))
    kept = form.batch_id.data
    if not calls and not kept:
        del form.batch_id
        return
    choices = [Choice(value=str(one.id), label=one.name) for one in calls]
    if kept and str(kept) not in {one.value for one in choices}:
        choices = [*choices_of(actor(), SUBJECTS["batches"], limit=0, keep=[kept]), *choices]
    form.batch_id.choices = options_of(choices, _("不随批次"))
    form.batch_id.render_kw = None


@bp.route("/needs/<int:need_id>/edit", methods=["GET", "POST"])
@requires(Permission.RAISE_NEED)
def edit(need_id: int) -> Any:
    """Word it anew: the place until it is taken up, the bureau always."""
    state = records.find_row(actor(), NEEDS, need_id).state
    if request.method == "GET" and not may_amend(actor(), state):
        raise Settled(TAKEN_UP)
    return subjects.edit(name="needs", row_id=need_id)


@bp.route("/needs/<int:need_id>/take-up", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def take_up(need_id: int) -> Any:
    """Open it."""
    return _step(need_id, "take_up")


@bp.route("/needs/<int:need_id>/finish", methods=["GET", "POST"])
@requires(Permission.RAISE_NEED)
def finish(need_id: int) -> Any:
    """Say what came of it."""
    return _step(need_id, "finish")


@bp.route("/needs/<int:need_id>/decline", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def decline(need_id: int) -> Any:
    """Say no."""
    return _step(need_id, "decline")


@bp.route("/needs/<int:need_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.RAISE_NEED)
def withdraw(need_id: int) -> Any:
    """Take it back."""
    return _step(need_id, "withdraw")


@bp.route("/needs/<int:need_id>/raise-anew", methods=["GET", "POST"])
@requires(Permission.RAISE_NEED)
def raise_anew(need_id: int) -> Any:
    """Ask for it again."""
    return _step(need_id, "raise_anew")


def _step(need_id: int, key: str) -> Any:
    page = record_page(actor(), NEEDS, need_id)
    act = ACTS[key]
    made = ReasonForm if need_steps.STEPS[key].ask else StepForm
    form = made(data=None if request.method == "POST" else {"version": page.version})
    form.words.label.text = _(act.words)
    if form.validate_on_submit():
        try:
            act.verb(actor(), need_id, form.draft(), form.sent_client_id)
            return _done(need_id)
        except AlreadyDone:
            return _done(need_id)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            form.version.data = str(conflict.current_version)
            # As it stands now: the page above was read before.
            return _asked(record_page(actor(), NEEDS, need_id), key, form, 409)
    elif request.method == "GET" and key not in need_steps.steps_open_to(actor(), _state(page)):
        return redirect(_page(need_id), 303)
    return _asked(page, key, form, 422 if form.errors else 200)


def _asked(page: RecordPage, key: str, form: StepForm, status: int) -> tuple[str, int]:
    form.give_client_id()
    act = ACTS[key]
    return render_template(
        "form.html",
        heading=_(act.title),
        lede=f"{page.heading} · {_(act.lede)}",
        form=form,
        warnings=[],
        conflict=_beside(page, key, form) if status == 409 else None,
        submit_label=_(act.title),
        cancel_url=_page(page.id),
    ), status


def _beside(page: RecordPage, key: str, form: StepForm) -> list[dict[str, str]]:
    """How it stands now beside what was about to be done."""
    after = need_steps.STEPS[key].after
    note = page.fact("state_note").value or ""
    return [
        {"label": _("状态"), "before": shown(_state(page), "word"), "after": shown(after, "word")},
        {"label": _("说明"), "before": note, "after": form.words.data or ""},
    ]


def _state(page: RecordPage) -> NeedState:
    state: NeedState = page.fact("state").value
    return state


def _done(need_id: int) -> Response:
    flash(_("已保存。"), "good")
    return redirect(_page(need_id), 303)


def _page(need_id: int) -> str:
    return url_for("subjects.page", name="needs", row_id=need_id)


def tell_need(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """How it stands, what may be done, who was proposed, what it looks like, and how it came to be worded so."""
    state = _state(page)
    amends = may_amend(reader, state)
    form = StepForm(formdata=None, data={"version": page.version})
    form.give_client_id()
    return {
        **need_story(reader, page),
        **tell_need_photos(reader, page.id, may_amend=amends),
        "state": state,
        "tone": TONES.get(state, ""),
        "may_amend": amends,
        "acts": [(key, ACTS[key].title) for key in need_steps.steps_open_to(reader, state)],
        "steps": steps_of(reader, page.id),
        "history": need_history(reader, page.id),
        "said": said,
        "form": form,
    }


subjects.STORIES["needs"] = tell_need
