"""A project's way through its stages: which step is whose, and the dated history from which the stage follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change
from commissioner.domain.records import date_fault
from commissioner.models import Project, StageChange, db
from commissioner.problems import Invalid, NotFound, Problem
from commissioner.vocabulary import N_, ProjectStage

ORDER = {stage: position for position, stage in enumerate(ProjectStage)}
ENDED = frozenset({ProjectStage.CLOSED, ProjectStage.TERMINATED})
# Approval, acceptance and closing are decided by the bureau, not by whoever does the work.
DECIDED_BY_BUREAU = frozenset({ProjectStage.APPROVED, ProjectStage.ACCEPTANCE, ProjectStage.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDraft:
    """A stage that the bureau enters, with the day it was reached."""

    stage: ProjectStage
    reached_on: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStep:
    """One line of the stage history."""

    id: int
    stage: ProjectStage
    reached_on: date
    note: str


def next_stages(actor: Actor, stage: ProjectStage) -> tuple[ProjectStage, ...]:
    """Where an update may move a project: forward, or to its early end; never out of an end.

    Who does not keep the registry stops before the next stage that the bureau decides.
    """
    if stage in ENDED:
        return ()
    forward = [later for later in ProjectStage if ORDER[stage] < ORDER[later] < ORDER[ProjectStage.TERMINATED]]
    if not actor.can(Permission.KEEP_REGISTRY):
        barrier = next((later for later in forward if later in DECIDED_BY_BUREAU), None)
        forward = forward[: forward.index(barrier)] if barrier else forward
    return (*forward, ProjectStage.TERMINATED)


def stage_steps(actor: Actor, project_id: int) -> tuple[StageStep, ...]:
    """The stage history, oldest first."""
    statement = select(StageChange).where(StageChange.project_id == project_id, scope(actor, StageChange))
    rows = db.session.scalars(statement.order_by(StageChange.reached_on, in_order(), StageChange.id))
    return tuple(StageStep(id=row.id, stage=row.stage, reached_on=row.reached_on, note=row.note) for row in rows)


def in_order() -> Any:
    """The position of a stage, because stages reached on one day are told apart by their order alone."""
    return case({stage.value: position for stage, position in ORDER.items()}, value=StageChange.stage)


def latest_step(project_id: int) -> Any:
    """The last row of a project's stage history, or nothing."""
    statement = select(StageChange).where(StageChange.project_id == project_id)
    latest = statement.order_by(StageChange.reached_on.desc(), in_order().desc()).limit(1)
    return db.session.scalars(latest).one_or_none()


def record_stage(actor: Actor, project_id: int, draft: StageDraft) -> None:
    """Enter a stage with its day; entering the same stage again corrects its day. The bureau's verb.

    Raises ``Invalid`` where the day would put the stages out of order.
    """
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "projects.stage") as entry:
        project = _found(actor, project_id)
        entry.watch(project)
        steps = [step for step in stage_steps(actor, project_id) if step.stage is not draft.stage]
        _refuse_disorder(draft, steps)
        known = StageChange.stage == draft.stage
        row = db.session.scalars(select(StageChange).where(StageChange.project_id == project_id, known)).first()
        if row is None:
            row = StageChange(project_id=project_id, stage=draft.stage)
            db.session.add(row)
        row.reached_on, row.note = draft.reached_on, draft.note
        told = {"stage_reached": f"{draft.stage.value} {draft.reached_on}"}
        entry.about("projects", project_id, told, project.region_code)
        _settle(project)


def take_back_stage(actor: Actor, project_id: int, step_id: int) -> None:
    """Remove a stage that was entered by mistake; the one before it stands again."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "projects.stage_taken_back") as entry:
        project = _found(actor, project_id)
        entry.watch(project)
        mine = (StageChange.id == step_id, StageChange.project_id == project_id)
        row = db.session.scalars(select(StageChange).where(*mine)).one_or_none()
        if row is None:
            raise NotFound
        told = {"stage_reached": [f"{row.stage.value} {row.reached_on}", None]}
        entry.about("projects", project_id, told, project.region_code)
        db.session.delete(row)
        _settle(project)


def _found(actor: Actor, project_id: int) -> Any:
    statement = select(Project).where(Project.id == project_id, scope(actor, Project)).with_for_update()
    project = db.session.scalars(statement).one_or_none()
    if project is None:
        raise NotFound
    return project


def _settle(project: Any) -> None:
    """The project stands where its history ends."""
    db.session.flush()
    latest = latest_step(project.id)
    project.stage = latest.stage if latest is not None else ProjectStage.APPLIED
    project.version += 1


def _refuse_disorder(draft: StageDraft, steps: list[StageStep]) -> None:
    fault: str | Problem | None = date_fault(draft.reached_on, past=True)
    for step in steps:
        before = ORDER[step.stage] < ORDER[draft.stage]
        if before and step.reached_on > draft.reached_on:
            fault = fault or Problem(
                N_("不能早于“%(stage)s”（%(day)s）。"), stage=step.stage.label, day=str(step.reached_on)
            )
        if not before and step.reached_on < draft.reached_on:
            fault = fault or Problem(
                N_("不能晚于“%(stage)s”（%(day)s）。"), stage=step.stage.label, day=str(step.reached_on)
            )
    if fault is not None:
        raise Invalid({"reached_on": fault})
