"""An application for a project by the commissioner who wants to carry it out; the bureau decides it like any step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from commissioner.access import Actor, own_people, scope
from commissioner.domain.changes import change
from commissioner.domain.listing import Choice
from commissioner.domain.places import county_code
from commissioner.domain.project_stages import locked_project
from commissioner.domain.project_steps import Faults, current_track, refuse
from commissioner.domain.project_track import Track
from commissioner.domain.records import date_fault
from commissioner.domain.step_requests import may_ask
from commissioner.domain.step_rules import Rule, rules_for
from commissioner.models import Commissioner, Place, Project, ProjectCommissioner, ProjectPlace, StageChange, db
from commissioner.models.base import LONG_TEXT, SHORT_TEXT
from commissioner.problems import NotFound, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, Industry, Level, ProjectKind, ProjectStage, Role

MOST_OWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDraft:
    """What is applied for; ``version`` and ``client_id`` as in every draft."""

    title: str
    level: Level | None
    kind: ProjectKind | None
    industry: Industry | None
    commissioner_id: int | None
    starts_on: date | None
    ends_on: date | None
    summary: str
    place_id: int | None = None
    version: int = 0
    client_id: str | None = None


def may_apply(actor: Actor) -> bool:
    """Whether ``actor`` is a commissioner who may start an application here."""
    if not _is_commissioner(actor):
        return False
    # Before there is a project, the rule of a county's general one says.
    rules = rules_for(county_code(actor), Level.COUNTY, ProjectKind.GENERAL)
    return rules.get(ProjectStage.APPLIED, Rule()).may_ask


def _is_commissioner(actor: Actor) -> bool:
    return actor.role is Role.COMMISSIONER and actor.commissioner_id is not None and may_ask(actor)


def in_whose_name(actor: Actor) -> Sequence[Choice]:
    """The own person and the teams that ``actor`` belongs to: one of them applies."""
    own = select(Commissioner.id, Commissioner.name).where(Commissioner.id.in_(own_people(actor)))
    rows = db.session.execute(own.order_by(Commissioner.id != actor.commissioner_id, Commissioner.id).limit(MOST_OWN))
    return [Choice(value=str(row.id), label=row.name) for row in rows]


def apply(actor: Actor, draft: ApplicationDraft) -> int:
    """Start a project as an application and return its id. It waits until the approval is asked for."""
    if not may_apply(actor):
        raise NotFound
    with change(actor, "projects.apply", client_id=draft.client_id) as entry:
        refuse({**_faults(draft), **_whose_fault(actor, draft), **_place_fault(actor, draft)})
        row = Project(region_code=county_code(actor), stage=ProjectStage.APPLIED, progress="", spent_fen=0)
        _fill(row, draft)
        db.session.add(row)
        db.session.flush()
        leads = {"project_id": row.id, "commissioner_id": draft.commissioner_id, "leads": True}
        db.session.execute(insert(ProjectCommissioner).values(**leads))
        _place(row.id, draft)
        applied = {"stage": ProjectStage.APPLIED, "reached_on": today(), "note": "", "recorded_by": actor.name}
        db.session.add(StageChange(project_id=row.id, **applied))
        entry.made(row)
        made: int = row.id
    return made


def may_mend(actor: Actor, track: Track) -> bool:
    """Whether ``actor`` may still change what is applied for: until it is asked for, and when it has come back."""
    is_open = track.facts.stage is ProjectStage.APPLIED and track.waiting is None
    return is_open and _is_commissioner(actor) and track.rule(ProjectStage.APPLIED).may_ask


def mend_application(actor: Actor, project_id: int, draft: ApplicationDraft) -> None:
    """Change what is applied for. Raises ``NotFound`` where it is being decided or has been."""
    with change(actor, "projects.mend_application", client_id=draft.client_id) as entry:
        project = locked_project(actor, project_id)
        if not may_mend(actor, current_track(entry, project, draft)):
            raise NotFound
        refuse(_faults(draft))
        entry.watch(project)
        _fill(project, draft)
        project.version += 1


def application_of(actor: Actor, project_id: int) -> ApplicationDraft:
    """What the form of an application begins from. Raises ``NotFound``."""
    row = db.session.scalars(select(Project).where(Project.id == project_id, scope(actor, Project))).one_or_none()
    if row is None:
        raise NotFound
    kept = ("title", "level", "kind", "industry", "starts_on", "ends_on", "summary", "version")
    return ApplicationDraft(commissioner_id=actor.commissioner_id, **{name: getattr(row, name) for name in kept})


def _fill(row: Any, draft: ApplicationDraft) -> None:
    for name in ("title", "level", "kind", "industry", "starts_on", "ends_on", "summary"):
        setattr(row, name, getattr(draft, name))


def _place(project_id: int, draft: ApplicationDraft) -> None:
    if draft.place_id is None:
        return
    code = db.session.scalar(select(Place.region_code).where(Place.id == draft.place_id))
    here = {"project_id": project_id, "place_id": draft.place_id, "region_code": code}
    db.session.execute(insert(ProjectPlace).values(**here))


def _whose_fault(actor: Actor, draft: ApplicationDraft) -> Faults:
    own = {one.value for one in in_whose_name(actor)}
    return {} if str(draft.commissioner_id) in own else {"commissioner_id": N_("请选择您自己或您所在的团队。")}


def _faults(draft: ApplicationDraft) -> Faults:
    faults: Faults = {}
    for name, length in (("title", SHORT_TEXT), ("summary", LONG_TEXT)):
        text = getattr(draft, name)
        if not text.strip():
            faults[name] = N_("请填写这一项。")
        elif len(text) > length:
            faults[name] = Problem(N_("最多 %(length)s 个字。"), length=length)
    for name in ("level", "kind", "industry"):
        if getattr(draft, name) is None:
            faults[name] = N_("请选择。")
    return {**faults, **_date_faults(draft)}


def _date_faults(draft: ApplicationDraft) -> Faults:
    faults: Faults = {}
    for name in ("starts_on", "ends_on"):
        day = getattr(draft, name)
        if day is not None and (fault := date_fault(day)):
            faults[name] = fault
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        faults["ends_on"] = N_("结束日期不能早于开始日期。")
    return faults


def _place_fault(actor: Actor, draft: ApplicationDraft) -> Faults:
    if draft.place_id is None:
        return {}
    known = db.session.scalar(select(Place.id).where(Place.id == draft.place_id, scope(actor, Place)))
    return {} if known is not None else {"place_id": N_("这个地点不在您的范围内，请重新选择。")}
