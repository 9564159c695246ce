"""A project with its people, money and targets, for stories about updates: nothing in it breaks a rule."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select

from commissioner.access import Actor
from commissioner.domain.project_history import standing
from commissioner.domain.project_updates import submit_update
from commissioner.domain.update_drafts import UpdateDraft
from commissioner.domain.update_reviews import Judgement, approve_update
from commissioner.models import (
    AuditEntry,
    Funding,
    Project,
    ProjectCommissioner,
    ProjectTarget,
    ProjectUpdate,
    StageChange,
    db,
)
from commissioner.units import today
from commissioner.vocabulary import FundingSource, Industry, Level, ProjectKind, ProjectStage, Role, Unit
from tests.factories import a_person, an_actor, an_officer, written
from tests.people import COUNTY

STARTED = date(2022, 3, 1)
GRANTED_FEN = 10_000_000


def somebody(name: str = "示例专家") -> Actor:
    """A commissioner with an account."""
    return an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=a_person(name))


def a_project(*people: Actor, stage: ProjectStage = ProjectStage.UNDER_WAY, **values: Any) -> int:
    """A project of these commissioners, approved and under way since spring 2022, with a hundred thousand yuan."""
    facts = {
        "title": "茶园示范",
        "level": Level.MUNICIPAL,
        "kind": ProjectKind.GENERAL,
        "industry": Industry.TEA,
        "region_code": COUNTY.ljust(12, "0"),
        "starts_on": STARTED,
        "stage": stage,
        **values,
    }
    project_id = written(Project, **facts)
    with db.engine.begin() as connection:
        for person in people:
            link = {"project_id": project_id, "commissioner_id": person.commissioner_id, "leads": False}
            connection.execute(insert(ProjectCommissioner).values(**link))
    written(StageChange, project_id=project_id, stage=stage, reached_on=date(2022, 3, 15))
    written(Funding, project_id=project_id, source=FundingSource.MUNICIPAL, granted_fen=GRANTED_FEN)
    return project_id


def a_target(project_id: int, name: str = "示范面积", unit: Unit = Unit.MU, target: int = 200) -> int:
    """Something the project promised."""
    return written(ProjectTarget, project_id=project_id, name=name, unit=unit, target_value=Decimal(target))


def an_update(actor: Actor, project_id: int, **said: Any) -> UpdateDraft:
    """A draft on the project as it now stands."""
    stands = standing(actor, project_id)
    boring = {"reported_on": today(), "progress": "示范茶园长势良好", "client_id": str(uuid.uuid4())}
    return UpdateDraft(**{"version": stands.version, **boring, **said})


def submitted(actor: Actor, project_id: int, **said: Any) -> int:
    """An update that was handed in; of whoever reviews, one that counts."""
    return submit_update(actor, project_id, an_update(actor, project_id, **said)).update_id


def version_of(update_id: int) -> int:
    """The version at which an update stands."""
    db.session.rollback()
    return db.session.scalar(select(ProjectUpdate.version).where(ProjectUpdate.id == update_id)) or 0


def judged(update_id: int, note: str = "") -> Judgement:
    """A word on an update as it now stands."""
    return Judgement(version=version_of(update_id), note=note, client_id=str(uuid.uuid4()))


def counted(actor: Actor, project_id: int, **said: Any) -> int:
    """An update that was handed in and approved by the bureau."""
    update_id = submitted(actor, project_id, **said)
    if version_of(update_id) == 1:
        approve_update(an_officer(), update_id, judged(update_id))
    return update_id


def project(project_id: int) -> Any:
    """The row as it is stored now."""
    db.session.rollback()
    return db.session.scalars(select(Project).where(Project.id == project_id)).one()


def updates_of(project_id: int) -> int:
    """How many updates are stored."""
    db.session.rollback()
    return db.session.scalar(select(func.count(ProjectUpdate.id)).where(ProjectUpdate.project_id == project_id)) or 0


def audit_lines() -> list[Any]:
    """Every line of the audit, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
