"""The bureau's verbs on a project's way: take a step, correct what was recorded of one, take the last one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from commissioner.access import Actor, Permission
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.project_stages import ENDED, MOVES, ORDER, PATH, latest_step, locked_project
from commissioner.domain.project_track import ProjectFacts, Track, track_of
from commissioner.domain.records import date_fault
from commissioner.models import Milestone, StageChange, StepRequest, db
from commissioner.models.base import LONG_TEXT, SHORT_TEXT, now
from commissioner.problems import Conflict, Invalid, NotFound, Problem
from commissioner.vocabulary import N_, ProjectStage, RequestState

Faults = dict[str, str | Problem]
SAID = ("decided_by", "decision_number", "decided_on", "opinion")
# A step of the work itself lies within the project's days; acceptance and closing follow it, applying goes before.
NOT_BEFORE_START = frozenset(
    {
        ProjectStage.UNDER_WAY,
        ProjectStage.MID_TERM,
        ProjectStage.ACCEPTANCE,
        ProjectStage.CLOSED,
    }
)
NOT_AFTER_END = frozenset(PATH) - {ProjectStage.ACCEPTANCE, ProjectStage.CLOSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """A step that the bureau decides, on a project that was read at ``version``; ``reason`` only for a correction."""

    stage: ProjectStage
    reached_on: date
    decided_by: str = ""
    decision_number: str = ""
    decided_on: date | None = None
    opinion: str = ""
    reason: str = ""
    version: int = 0
    client_id: str | None = None


def take_step(actor: Actor, project_id: int, draft: StepDraft) -> None:
    """Bring the project to its next stage, with everything that its rules ask for.

    Raises ``Invalid`` in words, ``Conflict`` with how the project stands where somebody decided meanwhile.
    """
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "projects.step", client_id=draft.client_id) as entry:
        project = locked_project(actor, project_id)
        track = current_track(entry, project, draft)
        refuse(move_faults(track, draft.stage))
        refuse(_step_faults(track, draft))
        entry.watch(project)
        said = {name: getattr(draft, name) for name in ("stage", "reached_on", *SAID)}
        db.session.add(StageChange(project_id=project_id, note="", recorded_by=actor.name, **said))
        _answer_requests(actor, track, draft)
        _finish_milestones(project_id, draft)
        _tell(entry, project, draft)
        settle(project)


def correct_step(actor: Actor, project_id: int, draft: StepDraft) -> None:
    """Mend the day or the words of a step that was taken, or record an earlier one that never was; with a reason."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "projects.step_corrected", client_id=draft.client_id) as entry:
        project = locked_project(actor, project_id)
        track = current_track(entry, project, draft)
        if track.step(draft.stage) is None and draft.stage not in recordable(track):
            raise NotFound
        faults = {**_reason_fault(draft), **_date_faults(track, draft), **_length_faults(draft)}
        refuse(faults)
        mine = (StageChange.project_id == project_id, StageChange.stage == draft.stage)
        row: Any = db.session.scalars(select(StageChange).where(*mine)).first()
        before = f"{row.stage.value} {row.reached_on}" if row is not None else None
        if row is None:
            row = StageChange(project_id=project_id, stage=draft.stage, note="", recorded_by=actor.name)
            db.session.add(row)
        words = {name: [getattr(row, name), getattr(draft, name)] for name in SAID}
        for name in ("reached_on", *SAID):
            setattr(row, name, getattr(draft, name))
        told = {"stage_reached": [before, f"{draft.stage.value} {draft.reached_on}"], "reason": draft.reason}
        entry.watch(project)
        entry.about("projects", project_id, {**told, **words}, project.region_code)
        settle(project)


def take_back_step(actor: Actor, project_id: int, draft: StepDraft) -> None:
    """Undo the last step, with a reason: the stage before it stands again, and its deadlines are open again."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "projects.step_taken_back", client_id=draft.client_id) as entry:
        project = locked_project(actor, project_id)
        track = current_track(entry, project, draft)
        last = track.last
        if last is None or last.stage is not draft.stage or len(track.steps) == 1:
            raise Invalid({"stage": N_("只能收回最后一步；项目的第一步不能收回。")})
        refuse(_reason_fault(draft))
        entry.watch(project)
        told = {"stage_reached": [f"{last.stage.value} {last.reached_on}", None], "reason": draft.reason}
        entry.about("projects", project_id, told, project.region_code)
        db.session.delete(db.session.get_one(StageChange, last.id))
        done_by_it = (Milestone.stage == last.stage, Milestone.done_on == last.reached_on, Milestone.done_by == "")
        db.session.execute(
            update(Milestone).where(Milestone.project_id == project_id, *done_by_it).values(done_on=None)
        )
        settle(project)


def recordable(track: Track) -> tuple[ProjectStage, ...]:
    """Earlier stages whose day may still be written down."""
    skipped = [ProjectStage.MID_TERM] if ORDER[track.facts.stage] > ORDER[ProjectStage.MID_TERM] else []
    return (*track.unrecorded, *(stage for stage in skipped if track.step(stage) is None))


def current_track(entry: Entry, project: Any, draft: Any) -> Track:
    """The way of the locked ``project``; ``Conflict`` with it where the draft was written on an older version."""
    track = track_of(ProjectFacts.of(project))
    if project.version != draft.version:
        # Unless it is our own form again, whose first click made the newer version.
        refuse_repetition(entry.actor, entry.action, entry.client_id)
        raise Conflict(theirs=track, ours=draft, current_version=project.version)
    return track


def refuse(faults: Faults) -> None:
    """Raise ``Invalid`` if there are any."""
    if faults:
        raise Invalid(faults)


def settle(project: Any) -> None:
    """The project stands where its history ends."""
    db.session.flush()
    latest = latest_step(project.id)
    project.stage = latest.stage if latest is not None else ProjectStage.APPLIED
    project.version += 1


def move_faults(track: Track, stage: ProjectStage) -> Faults:
    """Why the project cannot go to ``stage`` from where it stands."""
    stands = track.facts.stage
    if stage in MOVES[stands]:
        lacking = stage is ProjectStage.ACCEPTANCE and track.lacks_mid_term(stage)
        return {"stage": N_("这类项目验收前要先做中期检查。")} if lacking else {}
    if stands in ENDED:
        return {"stage": Problem(N_("项目已经“%(stage)s”，不再往下走。"), stage=stands.label)}
    taken = track.step(stage)
    if taken is not None:
        words = N_("“%(stage)s”已经在 %(day)s 办过。日期不对，请用“更正”。")
        return {"stage": Problem(words, stage=stage.label, day=str(taken.reached_on))}
    words = N_("项目现在是“%(stage)s”，不能一步走到“%(wanted)s”。")
    return {"stage": Problem(words, stage=stands.label, wanted=stage.label)}


def document_faults(track: Track, stage: ProjectStage) -> Faults:
    """The documents that are missing, each in words."""
    words = N_("还缺材料“%(document)s”，请先上传。")
    return {f"documents.{kind.value}": Problem(words, document=kind.label) for kind in track.missing(stage)}


def _step_faults(track: Track, draft: StepDraft) -> Faults:
    rule = track.rule(draft.stage)
    faults = {**document_faults(track, draft.stage), **_date_faults(track, draft), **_length_faults(draft)}
    ends_early = draft.stage is ProjectStage.TERMINATED
    if (rule.needs_opinion or ends_early) and not draft.opinion.strip():
        faults["opinion"] = N_("请写明原因。") if ends_early else N_("请写明意见。")
    if rule.needs_decider and not draft.decided_by.strip():
        faults["decided_by"] = N_("请写明由谁决定：姓名和职务，或者单位。")
    if rule.needs_number and not draft.decision_number.strip():
        faults["decision_number"] = N_("请填文号。")
    if rule.needs_number and draft.decided_on is None:
        faults["decided_on"] = N_("请填发文日期。")
    return faults


def _date_faults(track: Track, draft: StepDraft) -> Faults:
    faults: Faults = {}
    fault = date_fault(draft.reached_on, past=True) or _disorder(track, draft) or _outside(track, draft)
    if fault is not None:
        faults["reached_on"] = fault
    if draft.decided_on is not None and (late := date_fault(draft.decided_on, past=True)):
        faults["decided_on"] = late
    return faults


def _disorder(track: Track, draft: StepDraft) -> Problem | None:
    for step in track.steps:
        if step.stage is draft.stage:
            continue
        before = ORDER[step.stage] < ORDER[draft.stage]
        if before and step.reached_on > draft.reached_on:
            return Problem(N_("不能早于“%(stage)s”（%(day)s）。"), stage=step.stage.label, day=str(step.reached_on))
        if not before and step.reached_on < draft.reached_on:
            return Problem(N_("不能晚于“%(stage)s”（%(day)s）。"), stage=step.stage.label, day=str(step.reached_on))
    return None


def _outside(track: Track, draft: StepDraft) -> Problem | None:
    first, last = track.facts.starts_on, track.facts.ends_on
    if first is not None and draft.stage in NOT_BEFORE_START and draft.reached_on < first:
        return Problem(N_("项目 %(day)s 才开始，日期不能更早。"), day=str(first))
    if last is not None and draft.stage in NOT_AFTER_END and draft.reached_on > last:
        return Problem(N_("项目 %(day)s 就结束了，日期不能更晚；延期的先修改项目的结束日期。"), day=str(last))
    return None


def _reason_fault(draft: StepDraft) -> Faults:
    if not draft.reason.strip():
        return {"reason": N_("请写明原因。")}
    return {"reason": _too_long(LONG_TEXT)} if len(draft.reason) > LONG_TEXT else {}


def _length_faults(draft: StepDraft) -> Faults:
    most = {"decided_by": SHORT_TEXT, "decision_number": SHORT_TEXT, "opinion": LONG_TEXT}
    return {name: _too_long(length) for name, length in most.items() if len(getattr(draft, name)) > length}


def _too_long(length: int) -> Problem:
    return Problem(N_("最多 %(length)s 个字。"), length=length)


def _answer_requests(actor: Actor, track: Track, draft: StepDraft) -> None:
    """A request for this step is granted by it; whatever else was asked or returned no longer matters."""
    for one in track.requests:
        if one.state not in {RequestState.WAITING, RequestState.RETURNED}:
            continue
        granted = one.state is RequestState.WAITING and one.stage is draft.stage
        said: dict[str, Any] = {"state": RequestState.GRANTED if granted else RequestState.PAST}
        if one.state is RequestState.WAITING:
            said |= {"answer": draft.opinion, "answered_by": actor.name, "answered_at": now()}
        db.session.execute(update(StepRequest).where(StepRequest.id == one.id).values(**said))


def _finish_milestones(project_id: int, draft: StepDraft) -> None:
    open_still = (Milestone.project_id == project_id, Milestone.stage == draft.stage, Milestone.done_on.is_(None))
    db.session.execute(update(Milestone).where(*open_still).values(done_on=draft.reached_on))


def _tell(entry: Entry, project: Any, draft: StepDraft) -> None:
    told: dict[str, Any] = {name: [None, getattr(draft, name)] for name in SAID if getattr(draft, name)}
    told["stage_reached"] = f"{draft.stage.value} {draft.reached_on}"
    entry.about("projects", project.id, told, project.region_code)
