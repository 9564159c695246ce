"""A project's deadlines: done with a day and a word by those who work on it, and open again where that was a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change
from commissioner.domain.project_stages import ENDED, locked_project
from commissioner.domain.records import date_fault
from commissioner.models import Milestone, db
from commissioner.models.base import SHORT_TEXT
from commissioner.problems import Invalid, NotFound, Problem
from commissioner.vocabulary import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneDraft:
    """The day on which a milestone was reached, and a word to it."""

    done_on: date | None
    words: str = ""


def finish_milestone(actor: Actor, project_id: int, milestone_id: int, draft: DoneDraft) -> None:
    """Say that something due is done. One that is done already stays as it is. Raises ``Invalid`` or ``NotFound``."""
    actor.must(Permission.UPDATE_PROJECT)
    with change(actor, "milestones.done") as entry:
        project = locked_project(actor, project_id)
        row = _found(actor, project_id, milestone_id)
        if row.done_on is not None:
            entry.silent = True
            return
        if project.stage in ENDED:
            raise Invalid({"done_on": Problem(N_("项目已经“%(stage)s”，节点不再改动。"), stage=project.stage.label)})
        _refuse(draft)
        entry.watch(row)
        row.done_on, row.done_by, row.done_note = draft.done_on, actor.name, draft.words
        entry.about("milestones", row.id, None, project.region_code)


def reopen_milestone(actor: Actor, project_id: int, milestone_id: int) -> None:
    """Take back that something was done. What a step of the project has done goes back with the step only."""
    actor.must(Permission.UPDATE_PROJECT)
    with change(actor, "milestones.undo_done") as entry:
        project = locked_project(actor, project_id)
        row = _found(actor, project_id, milestone_id)
        if row.done_on is None or not row.done_by or project.stage in ENDED:
            raise NotFound
        entry.watch(row)
        row.done_on, row.done_by, row.done_note = None, "", ""
        entry.about("milestones", row.id, None, project.region_code)


def _found(actor: Actor, project_id: int, milestone_id: int) -> Any:
    mine = (Milestone.id == milestone_id, Milestone.project_id == project_id, scope(actor, Milestone))
    row = db.session.scalars(select(Milestone).where(*mine)).one_or_none()
    if row is None:
        raise NotFound
    return row


def _refuse(draft: DoneDraft) -> None:
    faults: dict[str, str | Problem] = {}
    if draft.done_on is None:
        faults["done_on"] = N_("请填完成日期。")
    elif fault := date_fault(draft.done_on, past=True):
        faults["done_on"] = fault
    if len(draft.words) > SHORT_TEXT:
        faults["words"] = Problem(N_("最多 %(length)s 个字。"), length=SHORT_TEXT)
    if faults:
        raise Invalid(faults)
