"""A project's way: the page of a step, deciding it, asking for it, returning, correcting and taking back; milestones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import milestones, project_steps, step_requests
from commissioner.domain.programme import setting
from commissioner.domain.project_stages import StageStep
from commissioner.domain.project_steps import StepDraft, recordable
from commissioner.domain.project_track import Track, project_track
from commissioner.problems import AlreadyDone, Conflict, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import ProjectStage, SettingKey
from commissioner.web.errors import told
from commissioner.web.filters import shown
from commissioner.web.forms.steps import (
    AskForm,
    CorrectStepForm,
    DoneForm,
    ReturnForm,
    StepForm,
    TakeBackForm,
    VersionedForm,
)
from commissioner.web.lists import ListPage
from commissioner.web.project_documents import documents_told
from commissioner.web.session import actor, requires
from commissioner.web.step_words import needs_told, path_told
from commissioner.web.subjects import LIST_WORDS

bp = Blueprint("project_steps", __name__)
SAID = ("reached_on", "decided_by", "decision_number", "decided_on", "opinion")


def stage_called(name: str) -> ProjectStage:
    """The stage of an address; 404 if there is none."""
    found = next((one for one in ProjectStage if one.value == name), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/projects/<int:project_id>/steps/<stage>")
@requires(Permission.LOOK)
def page(project_id: int, stage: str) -> str:
    """One step: what was decided, or what it still needs; its documents, and what may be done now."""
    track, wanted = project_track(actor(), project_id), stage_called(stage)
    step = track.step(wanted)
    may_keep = actor().can(Permission.KEEP_REGISTRY)
    asked = track.waiting if track.waiting is not None and track.waiting.stage is wanted else None
    returned = track.returned if track.returned is not None and track.returned.stage is wanted else None
    return render_template(
        "projects/step.html",
        track=track,
        stage=wanted,
        step=step,
        path=path_told(track),
        needs=needs_told(track, wanted) if step is None else [],
        rule=track.rule(wanted),
        asked=asked,
        returned=returned,
        may_take=may_keep and wanted in track.moves,
        may_ask=wanted in step_requests.askable(actor(), track),
        may_withdraw=asked is not None and step_requests.may_ask(actor()),
        may_return=asked is not None and may_keep,
        may_correct=may_keep and (step is not None or wanted in recordable(track)),
        may_take_back=may_keep and step is not None and step is track.last and len(track.steps) > 1,
        documents=documents_told(actor(), track, wanted),
        earlier=[one for one in track.requests if one.stage is wanted and one not in {asked, returned}],
    )


@bp.route("/projects/<int:project_id>/steps/<stage>/take", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def take(project_id: int, stage: str) -> Any:
    """Decide a step."""
    wanted = stage_called(stage)

    def given(track: Track) -> dict[str, Any]:
        return {"reached_on": today(), "decided_by": setting(SettingKey.OWNER_NAME)}

    return _decide(project_id, wanted, StepForm, given, project_steps.take_step, "take")


@bp.route("/projects/<int:project_id>/steps/<stage>/correct", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def correct(project_id: int, stage: str) -> Any:
    """Mend what was recorded of a step, or record an earlier one."""
    wanted = stage_called(stage)

    def given(track: Track) -> dict[str, Any]:
        step = track.step(wanted)
        if step is None and wanted not in recordable(track):
            raise NotFound
        return {name: getattr(step, name) for name in SAID} if step is not None else {}

    return _decide(project_id, wanted, CorrectStepForm, given, project_steps.correct_step, "correct")


@bp.route("/projects/<int:project_id>/steps/<stage>/take-back", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def take_back(project_id: int, stage: str) -> Any:
    """Take the last step back."""
    wanted, track = stage_called(stage), project_track(actor(), project_id)
    form = TakeBackForm(data=_version(track))
    if form.validate_on_submit():
        last = StepDraft(stage=wanted, reached_on=today())
        answer = _tried(
            track, form, lambda: project_steps.take_back_step(actor(), project_id, form.draft(wanted, last))
        )
        if answer is not None:
            return _beside(project_id, wanted, form, "take_back") if isinstance(answer, Conflict) else answer
    elif request.method == "GET" and (track.last is None or track.last.stage is not wanted):
        raise NotFound
    return _asked(track, wanted, form, "take_back")


@bp.route("/projects/<int:project_id>/steps/<stage>/ask", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROJECT)
def ask(project_id: int, stage: str) -> Any:
    """Ask the bureau for a step."""
    wanted = stage_called(stage)
    if not step_requests.may_ask(actor()):
        raise NotFound
    return _say(project_id, wanted, AskForm, step_requests.ask_step, "ask")


@bp.route("/projects/<int:project_id>/steps/<stage>/return", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def give_back(project_id: int, stage: str) -> Any:
    """Return a request with a note."""
    return _say(project_id, stage_called(stage), ReturnForm, step_requests.return_request, "return")


@bp.post("/projects/<int:project_id>/request/withdraw")
@requires(Permission.UPDATE_PROJECT)
def withdraw(project_id: int) -> Response:
    """Take a request back."""
    try:
        step_requests.withdraw_request(actor(), project_id)
        flash(_("申请已撤回。"), "good")
    except Invalid as problem:
        _flash(problem)
    return redirect(_home(project_id), 303)


@bp.post("/projects/<int:project_id>/milestones/<int:milestone_id>/done")
@requires(Permission.UPDATE_PROJECT)
def done(project_id: int, milestone_id: int) -> Response:
    """A milestone is reached: with one tap today, or on the day and with the words that the form tells."""
    form = DoneForm()
    if not form.validate():
        flash(" ".join(str(fault) for faults in form.errors.values() for fault in faults), "bad")
        return redirect(f"{_home(project_id)}#milestones", 303)
    try:
        milestones.finish_milestone(actor(), project_id, milestone_id, form.draft())
        flash(_("节点已记为完成。"), "good")
    except Invalid as problem:
        _flash(problem)
    return redirect(f"{_home(project_id)}#milestones", 303)


@bp.post("/projects/<int:project_id>/milestones/<int:milestone_id>/reopen")
@requires(Permission.UPDATE_PROJECT)
def reopen(project_id: int, milestone_id: int) -> Response:
    """It was not done after all."""
    milestones.reopen_milestone(actor(), project_id, milestone_id)
    flash(_("已撤销，节点还要做。"), "good")
    return redirect(f"{_home(project_id)}#milestones", 303)


def _decide(
    project_id: int,
    stage: ProjectStage,
    made: type[StepForm],
    given: Callable[[Track], dict[str, Any]],
    verb: Callable[..., None],
    act: str,
) -> Any:
    track = project_track(actor(), project_id)
    form = made(data={**_version(track), **given(track)})
    _name_what_is_needed(track, stage, form)
    if form.validate_on_submit():
        draft = form.draft(stage)
        answer = _tried(track, form, lambda: verb(actor(), project_id, draft))
        if isinstance(answer, Conflict):
            return _beside(project_id, stage, form, act)
        if answer is not None:
            return answer
    return _asked(track, stage, form, act)


def _name_what_is_needed(track: Track, stage: ProjectStage, form: StepForm) -> None:
    """What the rules ask for is not called optional; an early end has a reason rather than an opinion."""
    rule, ends_early = track.rule(stage), stage is ProjectStage.TERMINATED
    needed = {
        "opinion": rule.needs_opinion or ends_early,
        "decided_by": rule.needs_decider,
        "decision_number": rule.needs_number,
        "decided_on": rule.needs_number,
    }
    for name, is_needed in needed.items():
        if is_needed and "reason" not in form:
            form[name].flags.required = True
    if ends_early:
        form.opinion.label.text = _("原因")


def _say(project_id: int, stage: ProjectStage, made: type[AskForm], verb: Callable[..., None], act: str) -> Any:
    track = project_track(actor(), project_id)
    form = made(data=_version(track))
    if form.validate_on_submit():
        answer = _tried(track, form, lambda: verb(actor(), project_id, form.draft(stage)))
        if isinstance(answer, Conflict):
            return _beside(project_id, stage, form, act)
        if answer is not None:
            return answer
    return _asked(track, stage, form, act)


def _tried(track: Track, form: VersionedForm, verb: Callable[[], None]) -> Response | Conflict | None:
    """Done: the way back to the project; refused: nothing, with the reasons in the form; too late: the conflict."""
    try:
        with suppress(AlreadyDone):  # sent twice: the first time did it
            verb()
    except Invalid as problem:
        form.take(problem)
        return None
    except Conflict as conflict:
        form.version.data = str(conflict.current_version)
        form.client_id.data = ""
        return conflict
    flash(_("已保存。"), "good")
    return redirect(_home(track.facts.id), 303)


def _version(track: Track) -> dict[str, Any]:
    return {"version": track.facts.version} if request.method == "GET" else {}


def _asked(
    track: Track,
    stage: ProjectStage,
    form: VersionedForm,
    act: str,
    status: int | None = None,
    conflict: list[dict[str, str]] | None = None,
) -> tuple[str, int]:
    form.give_client_id()
    return render_template(
        "projects/step_form.html",
        track=track,
        stage=stage,
        form=form,
        act=act,
        asked=track.waiting if track.waiting is not None and track.waiting.stage is stage else None,
        needs=needs_told(track, stage) if act in {"take", "ask"} else [],
        documents=track.documents_of(stage),
        rule=track.rule(stage),
        conflict=conflict,
        back=url_for("project_steps.page", project_id=track.facts.id, stage=stage.value),
    ), status or (422 if form.errors else 200)


def _beside(project_id: int, stage: ProjectStage, form: VersionedForm, act: str) -> tuple[str, int]:
    """How the project stands now beside what we were about to say; sent again, it is said of the project as it stands."""
    track = project_track(actor(), project_id)
    last: StageStep | None = track.last
    waiting = track.waiting
    rows = [
        (_("阶段"), _(track.facts.stage.label), _(track.label(stage))),
        (
            _("日期"),
            shown(last.reached_on) if last else "",
            shown(form["reached_on"].data) if "reached_on" in form else "",
        ),
        (_("由谁决定"), last.decided_by if last else "", form["decided_by"].data if "decided_by" in form else ""),
        (
            _("意见"),
            last.opinion if last else "",
            next((form[key].data for key in ("opinion", "words", "reason") if key in form), ""),
        ),
        (_("等待决定的申请"), _(waiting.stage.label) if waiting else "", ""),
        (_("最近退回的说明"), track.returned.answer if track.returned else "", ""),
    ]
    beside = [{"label": label, "theirs": theirs or "", "ours": ours or ""} for label, theirs, ours in rows]
    return _asked(track, stage, form, act, 409, [one for one in beside if one["theirs"] or one["ours"]])


def rules_line(reader: Actor, page: ListPage) -> str:
    """Where the bureau keeps no rules of its own, those that come with the software hold: it is said."""
    asks_nothing = not any(page.asked.filters.values()) and not page.asked.text
    return (
        _("还没有自己的要求，现在按软件自带的办；登记了第一条，就只按登记的办。")
        if asks_nothing and not page.total
        else ""
    )


def _flash(problem: Invalid) -> None:
    for fault in problem.fields.values():
        flash(_(fault) if isinstance(fault, str) else told(fault), "bad")


def _home(project_id: int) -> str:
    return url_for("subjects.page", name="projects", row_id=project_id)


LIST_WORDS["step_rules"] = rules_line
