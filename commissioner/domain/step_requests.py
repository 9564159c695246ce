"""Who carries a project out asks for its next step; the bureau returns what is not ready, with a note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from commissioner.access import Actor, Permission
from commissioner.domain.changes import Entry, change
from commissioner.domain.project_stages import locked_project
from commissioner.domain.project_steps import Faults, current_track, document_faults, move_faults, refuse
from commissioner.domain.project_track import ProjectFacts, RequestLine, Track, track_of
from commissioner.models import StepRequest, db
from commissioner.models.base import LONG_TEXT, now
from commissioner.problems import Invalid, NotFound, Problem
from commissioner.vocabulary import N_, ProjectStage, RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDraft:
    """A request for a step, or the note with which one is returned, on a project that was read at ``version``."""

    words: str = ""
    stage: ProjectStage | None = None
    version: int = 0
    client_id: str | None = None


def may_ask(actor: Actor) -> bool:
    """Whoever updates projects asks for steps, but the bureau, which decides them."""
    return actor.can(Permission.UPDATE_PROJECT) and not actor.can(Permission.KEEP_REGISTRY)


def askable(actor: Actor, track: Track) -> tuple[ProjectStage, ...]:
    """The steps that ``actor`` may ask for now."""
    if not may_ask(actor) or track.waiting is not None:
        return ()
    return tuple(stage for stage in track.moves if track.rule(stage).may_ask)


def ask_step(actor: Actor, project_id: int, draft: AskDraft) -> None:
    """Ask for a step; its documents must be there. One request of a project waits at a time."""
    _must_ask(actor)
    with change(actor, "projects.ask_step", client_id=draft.client_id) as entry:
        project = locked_project(actor, project_id)
        track = current_track(entry, project, draft)
        stage = draft.stage
        if stage is None:
            raise NotFound
        refuse(_ask_faults(track, stage, draft))
        returned = (StepRequest.project_id == project_id, StepRequest.state == RequestState.RETURNED)
        db.session.execute(update(StepRequest).where(*returned).values(state=RequestState.PAST))
        asked = {"words": draft.words, "asked_by_id": actor.account_id, "asked_by": actor.name, "asked_at": now()}
        db.session.add(StepRequest(project_id=project_id, stage=stage, state=RequestState.WAITING, **asked))
        _tell(entry, project, {"step_asked": stage.value, "words": draft.words})


def return_request(actor: Actor, project_id: int, draft: AskDraft) -> None:
    """Give a request back, with a note that says what is missing."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "projects.return_step", client_id=draft.client_id) as entry:
        project = locked_project(actor, project_id)
        waiting = _waiting(current_track(entry, project, draft))
        refuse(_words_fault(draft, N_("请写明要补充什么。")))
        said = {"answer": draft.words, "answered_by": actor.name, "answered_at": now()}
        _move(waiting, RequestState.RETURNED, **said)
        _tell(entry, project, {"step_asked": waiting.stage.value, "words": draft.words})


def withdraw_request(actor: Actor, project_id: int, client_id: str | None = None) -> None:
    """Take back a request that nobody has decided yet."""
    _must_ask(actor)
    with change(actor, "projects.withdraw_step", client_id=client_id) as entry:
        project = locked_project(actor, project_id)
        waiting = _waiting(track_of(ProjectFacts.of(project)))
        _move(waiting, RequestState.WITHDRAWN, answered_at=now())
        _tell(entry, project, {"step_asked": [waiting.stage.value, None]})


def _must_ask(actor: Actor) -> None:
    if not may_ask(actor):
        raise NotFound


def _ask_faults(track: Track, stage: ProjectStage, draft: AskDraft) -> Faults:
    if track.waiting is not None:
        words = N_("已经申请了“%(stage)s”，等县科技局决定；要改就先撤回。")
        return {"stage": Problem(words, stage=track.waiting.stage.label)}
    faults = move_faults(track, stage)
    if faults:
        return faults
    if not track.rule(stage).may_ask:
        return {"stage": Problem(N_("“%(stage)s”由县科技局直接办理，不用申请。"), stage=stage.label)}
    asks_to_end = stage is ProjectStage.TERMINATED
    told = _words_fault(draft, N_("请写明原因。")) if asks_to_end or draft.words else {}
    return {**document_faults(track, stage), **told}


def _words_fault(draft: AskDraft, missing: str) -> Faults:
    if not draft.words.strip():
        return {"words": missing}
    too_long = len(draft.words) > LONG_TEXT
    return {"words": Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)} if too_long else {}


def _waiting(track: Track) -> RequestLine:
    if track.waiting is None:
        raise Invalid({"stage": N_("现在没有等待决定的申请。")})
    return track.waiting


def _move(request: RequestLine, state: RequestState, **said: Any) -> None:
    db.session.execute(update(StepRequest).where(StepRequest.id == request.id).values(state=state, **said))


def _tell(entry: Entry, project: Any, told: dict[str, Any]) -> None:
    entry.about("projects", project.id, told, project.region_code)
    project.version += 1
