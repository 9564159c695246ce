"""What was reported of a project over time, each report beside the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from commissioner.access import Actor, scope
from commissioner.domain.projects import lead_name
from commissioner.models import Funding, Project, ProjectTarget, ProjectUpdate, UpdateFigure, db
from commissioner.problems import NotFound
from commissioner.units import fen_to_yuan
from commissioner.vocabulary import N_, ProjectStage, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the project promised, and the figure last reported."""

    id: int
    name: str
    unit: Unit
    target_value: Decimal
    actual_value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A project as it stands: what the update form begins from and what a conflict shows as theirs."""

    project_id: int
    title: str
    version: int
    region_code: str
    stage: ProjectStage
    progress: str
    spent_fen: int
    granted_fen: int | None
    starts_on: date | None
    reported_on: date | None
    posted_at: datetime | None
    author_name: str
    targets: tuple[Target, ...]

    @property
    def spent_yuan(self) -> Decimal:
        """Money spent to date, in yuan."""
        return fen_to_yuan(self.spent_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that an update changed; ``kind`` says how the two values are shown."""

    label: str
    before: Any
    after: Any
    kind: str = ""
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One update, with what it changed against the one before."""

    id: int
    reported_on: date
    posted_at: datetime
    author_name: str
    stage: ProjectStage
    progress: str
    progress_before: str | None
    spent_fen: int
    note: str
    illustrative: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every update of a project, oldest first, and where the project stands."""

    title: str
    lead: str
    stage: ProjectStage
    spent_fen: int
    reports: tuple[Report, ...] = field(default=())

    def report(self, update_id: int) -> Report:
        """One of them; ``NotFound`` if it is not of this project."""
        found = next((one for one in self.reports if one.id == update_id), None)
        if found is None:
            raise NotFound
        return found


def standing(actor: Actor, project_id: int) -> Standing:
    """The project as it stands, in two queries; ``NotFound`` outside the actor's scope."""
    granted = select(func.sum(Funding.granted_fen)).where(Funding.project_id == Project.id).scalar_subquery()
    last = select(ProjectUpdate.id).where(ProjectUpdate.project_id == Project.id)
    last = last.order_by(ProjectUpdate.reported_on.desc(), ProjectUpdate.id.desc()).limit(1)
    columns = (Project, granted.label("granted_fen"), ProjectUpdate)
    joined = select(*columns).outerjoin(ProjectUpdate, ProjectUpdate.id == last.correlate(Project).scalar_subquery())
    row = db.session.execute(joined.where(Project.id == project_id, scope(actor, Project))).one_or_none()
    if row is None:
        raise NotFound
    project, granted_fen, update = row
    return Standing(
        project_id=project.id,
        title=project.title,
        version=project.version,
        region_code=project.region_code,
        stage=project.stage,
        progress=project.progress,
        spent_fen=project.spent_fen,
        granted_fen=None if granted_fen is None else int(granted_fen),
        starts_on=project.starts_on,
        reported_on=update.reported_on if update else None,
        posted_at=update.posted_at if update else None,
        author_name=update.author_name if update else "",
        targets=_targets(project_id),
    )


def _targets(project_id: int) -> tuple[Target, ...]:
    rows = db.session.execute(
        select(
            ProjectTarget.id,
            ProjectTarget.name,
            ProjectTarget.unit,
            ProjectTarget.target_value,
            ProjectTarget.actual_value,
        )
        .where(ProjectTarget.project_id == project_id)
        .order_by(ProjectTarget.id)
    )
    return tuple(Target(**row) for row in rows.mappings())


def history(actor: Actor, project_id: int) -> History:
    """All updates with their figures, in one query; ``NotFound`` outside the actor's scope."""
    figures = (UpdateFigure.target_id, UpdateFigure.actual_value, ProjectTarget.name, ProjectTarget.unit)
    project = (Project.title, lead_name().label("lead"), Project.stage, Project.spent_fen)
    statement = (
        select(*project, ProjectUpdate, *figures)
        .outerjoin(ProjectUpdate, ProjectUpdate.project_id == Project.id)
        .outerjoin(UpdateFigure, UpdateFigure.update_id == ProjectUpdate.id)
        .outerjoin(ProjectTarget, ProjectTarget.id == UpdateFigure.target_id)
        .where(Project.id == project_id, scope(actor, Project))
        .order_by(ProjectUpdate.reported_on, ProjectUpdate.id, ProjectTarget.id)
    )
    rows = db.session.execute(statement).all()
    if not rows:
        raise NotFound
    first = rows[0]
    return History(
        title=first.title,
        lead=first.lead or "",
        stage=first.stage,
        spent_fen=first.spent_fen,
        reports=_reports(rows),
    )


def _reports(rows: Sequence[Any]) -> tuple[Report, ...]:
    updates = {row.ProjectUpdate.id: row for row in rows if row.ProjectUpdate is not None}
    figures: dict[int, list[Any]] = {}
    for row in rows:
        if row.target_id is not None:
            figures.setdefault(row.ProjectUpdate.id, []).append(row)
    reports: list[Report] = []
    known: dict[int, Decimal] = {}
    before = None
    for row in updates.values():
        update, said = row.ProjectUpdate, figures.get(row.ProjectUpdate.id, [])
        reports.append(_report(update, before, said, known))
        known.update({one.target_id: one.actual_value for one in said})
        before = update
    return tuple(reports)


def _report(update: Any, before: Any, said: Sequence[Any], known: Mapping[int, Decimal]) -> Report:
    changes: list[Change] = []
    for one in said:
        if known.get(one.target_id) != one.actual_value:
            last = known.get(one.target_id)
            changes.append(Change(label=one.name, before=last, after=one.actual_value, kind="number", unit=one.unit))
    if before is None or before.spent_fen != update.spent_fen:
        spent_fen = before.spent_fen if before else None
        changes.append(Change(label=N_("已支出"), before=spent_fen, after=update.spent_fen, kind="money"))
    return Report(
        id=update.id,
        reported_on=update.reported_on,
        posted_at=update.posted_at,
        author_name=update.author_name,
        stage=update.stage,
        progress=update.progress,
        progress_before=before.progress if before else None,
        spent_fen=update.spent_fen,
        note=update.source_note,
        illustrative=update.illustrative,
        changes=tuple(changes),
    )
