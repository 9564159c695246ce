"""A project's way through its stages: the table of moves, and the dated history from which the stage follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, select

from commissioner.access import Actor, scope
from commissioner.models import Project, StageChange, db
from commissioner.problems import NotFound
from commissioner.vocabulary import N_, ProjectStage

ORDER = {stage: position for position, stage in enumerate(ProjectStage)}
ENDED = frozenset({ProjectStage.CLOSED, ProjectStage.TERMINATED})
# The whole way of a project that comes to its end; it may be terminated before.
PATH = tuple(stage for stage in ProjectStage if stage is not ProjectStage.TERMINATED)
# Every move there is. The mid-term review may be left out only where the rules of acceptance do not ask for it.
MOVES: Mapping[ProjectStage, tuple[ProjectStage, ...]] = {
    ProjectStage.APPLIED: (ProjectStage.APPROVED, ProjectStage.TERMINATED),
    ProjectStage.APPROVED: (ProjectStage.CONTRACTED, ProjectStage.TERMINATED),
    ProjectStage.CONTRACTED: (ProjectStage.UNDER_WAY, ProjectStage.TERMINATED),
    ProjectStage.UNDER_WAY: (ProjectStage.MID_TERM, ProjectStage.ACCEPTANCE, ProjectStage.TERMINATED),
    ProjectStage.MID_TERM: (ProjectStage.ACCEPTANCE, ProjectStage.TERMINATED),
    ProjectStage.ACCEPTANCE: (ProjectStage.CLOSED, ProjectStage.TERMINATED),
    ProjectStage.CLOSED: (),
    ProjectStage.TERMINATED: (),
}
REJECTED = N_("不予立项")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStep:
    """One line of the stage history: the day, and who decided it with what words."""

    id: int
    stage: ProjectStage
    reached_on: date
    note: str = ""
    decided_by: str = ""
    decision_number: str = ""
    decided_on: date | None = None
    opinion: str = ""
    recorded_by: str = ""


def step_label(stage: ProjectStage, before: ProjectStage | None) -> str:
    """What a step is called: an application that ends is not terminated but rejected."""
    return REJECTED if stage is ProjectStage.TERMINATED and before is ProjectStage.APPLIED else stage.label


def in_order() -> Any:
    """The position of a stage, because stages reached on one day are told apart by their order alone."""
    return case({stage.value: position for stage, position in ORDER.items()}, value=StageChange.stage)


def latest_step(project_id: int) -> Any:
    """The last row of a project's stage history, or nothing."""
    statement = select(StageChange).where(StageChange.project_id == project_id)
    latest = statement.order_by(StageChange.reached_on.desc(), in_order().desc()).limit(1)
    return db.session.scalars(latest).one_or_none()


def locked_project(actor: Actor, project_id: int) -> Any:
    """The row of a project in scope, held until the change ends. Raises ``NotFound``."""
    statement = select(Project).where(Project.id == project_id, scope(actor, Project)).with_for_update()
    project = db.session.scalars(statement).one_or_none()
    if project is None:
        raise NotFound
    return project
