"""What was reported of a project over time, each report beside the approved one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select

from commissioner.access import Actor, scope
from commissioner.domain.project_figures import Approved, approved
from commissioner.domain.project_money import SourceMoney, money_of
from commissioner.domain.projects import lead_name
from commissioner.domain.target_standing import TargetStanding, targets_of
from commissioner.domain.update_lines import Key, columns_of, key_of, lines_of, order_of
from commissioner.models import (
    Project,
    ProjectUpdate,
    UpdateDecision,
    UpdateVersion,
    db,
)
from commissioner.problems import NotFound
from commissioner.units import fen_to_yuan
from commissioner.vocabulary import N_, ProjectStage, Unit, UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A project as its approved reports have it: what the form of an update begins from.

    ``version`` is that of the project's reports: it grows with each that is submitted. ``known_until`` is the day of
    the latest approved report, ``reported_on`` that of the one which is told here.
    """

    project_id: int
    title: str
    version: int
    region_code: str
    stage: ProjectStage
    progress: str
    spent_fen: int
    starts_on: date | None
    ends_on: date | None
    reported_on: date | None
    known_until: date | None
    targets: tuple[TargetStanding, ...] = ()
    sources: tuple[SourceMoney, ...] = ()

    @property
    def is_by_source(self) -> bool:
        """Whether there are sources to tell apart: the project's number is then their sum."""
        return len(self.sources) > 1

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
    """One update, with what it changes against the last approved one before it; ``returned_for`` says why it came back."""

    id: int
    version: int
    state: UpdateState
    reported_on: date
    posted_at: datetime
    author_id: int | None
    author_name: str
    stage: ProjectStage
    progress: str
    progress_before: str | None
    reported_before: date | None
    spent_fen: int | None
    note: str
    overspent_for: str
    returned_for: str
    illustrative: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every update of a project that the actor may see, oldest first, and where the project stands."""

    title: str
    lead: str
    stage: ProjectStage
    spent_fen: int
    reports: tuple[Report, ...] = field(default=())

    @property
    def approved(self) -> tuple[Report, ...]:
        """Those that count."""
        return tuple(one for one in self.reports if one.state is UpdateState.APPROVED)

    def report(self, update_id: int) -> Report:
        """One of them; ``NotFound`` if it is not of this project."""
        found = next((one for one in self.reports if one.id == update_id), None)
        if found is None:
            raise NotFound
        return found


def standing(actor: Actor, project_id: int) -> Standing:
    """The project as it stands, in five queries at most; ``NotFound`` outside the actor's scope."""
    updates = ProjectUpdate.project_id == Project.id
    last = select(func.max(ProjectUpdate.reported_on)).where(updates, ProjectUpdate.state == UpdateState.APPROVED)
    version = select(func.max(UpdateVersion.id)).join(ProjectUpdate, ProjectUpdate.id == UpdateVersion.update_id)
    columns = (last.scalar_subquery(), version.where(updates).scalar_subquery())
    found = select(Project, *columns).where(Project.id == project_id, scope(actor, Project))
    row = db.session.execute(found).one_or_none()
    if row is None:
        raise NotFound
    project, reported_on, latest = row
    return Standing(
        project_id=project.id,
        title=project.title,
        version=latest or 0,
        region_code=project.region_code,
        stage=project.stage,
        progress=project.progress,
        spent_fen=project.spent_fen,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        reported_on=reported_on,
        known_until=reported_on,
        targets=targets_of(actor, project_id),
        sources=_sources(actor, project_id),
    )


def _sources(actor: Actor, project_id: int) -> tuple[SourceMoney, ...]:
    """The sources; where there are several, with what was told of each by itself."""
    sources = money_of(actor, project_id).sources
    if len(sources) < 2:
        return sources
    told = approved(project_id).spendings
    return tuple(replace(one, spent_fen=told.get(one.id)) for one in sources)


def standing_on(stands: Standing, day: date) -> Standing:
    """The same project by the reports approved up to and with ``day``: what a report of that day is compared with."""
    if stands.known_until is None or day >= stands.known_until:
        return stands
    then = approved(stands.project_id, day)
    return replace(
        stands,
        progress=then.progress,
        spent_fen=then.spent_fen or 0,
        reported_on=then.reported_on,
        targets=tuple(_target_then(one, then) for one in stands.targets),
        sources=tuple(replace(one, spent_fen=then.spendings.get(one.id)) for one in stands.sources),
    )


def _target_then(one: TargetStanding, then: Approved) -> TargetStanding:
    """A target by the reports of that time; what its records come to is not asked of the past."""
    parts = tuple(replace(part, actual_value=then.parts.get(part.id)) for part in one.parts)
    actual_value = then.figures.get(one.id) if one.indicator is None else one.actual_value
    return replace(one, actual_value=actual_value, parts=parts)


def last_word() -> Any:
    """The note of the last word on an update: of one that came back, why."""
    said = select(UpdateDecision.note).join(UpdateVersion, UpdateVersion.id == UpdateDecision.version_id)
    last = said.where(UpdateVersion.update_id == ProjectUpdate.id).order_by(UpdateDecision.id.desc()).limit(1)
    return last.correlate_except(UpdateDecision, UpdateVersion).scalar_subquery()


def history(actor: Actor, project_id: int) -> History:
    """All updates that the actor may see with their numbers, in one query; ``NotFound`` outside the scope."""
    lines = lines_of(select(ProjectUpdate.id).where(ProjectUpdate.project_id == project_id))
    project = (Project.title, lead_name().label("lead"), Project.stage, Project.spent_fen)
    seen = and_(ProjectUpdate.project_id == Project.id, scope(actor, ProjectUpdate))
    statement = (
        select(*project, ProjectUpdate, last_word().label("word"), *columns_of(lines))
        .select_from(Project)
        .outerjoin(ProjectUpdate, seen)
        .outerjoin(lines, lines.c.update_id == ProjectUpdate.id)
        .where(Project.id == project_id, scope(actor, Project))
        .order_by(ProjectUpdate.reported_on, ProjectUpdate.id, *order_of(lines))
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
        reports=reports_of(rows),
    )


class _Known:
    """What the approved reports so far have said."""

    def __init__(self) -> None:
        self.progress: str | None = None
        self.reported_on: date | None = None
        self.spent_fen: int | None = None
        self.lines: dict[Key, Decimal] = {}

    def learn(self, update: Any, said: Sequence[Any]) -> None:
        """Add an approved report."""
        self.progress, self.reported_on = update.progress, update.reported_on
        self.spent_fen = self.spent_fen if update.spent_fen is None else update.spent_fen
        self.lines.update({key_of(one): one.line_value for one in said})


def reports_of(rows: Sequence[Any]) -> tuple[Report, ...]:
    """Reports of one project from its rows in order of days: an update, the last word on it, and one number a row."""
    updates = {row.ProjectUpdate.id: row for row in rows if row.ProjectUpdate is not None}
    figures: dict[int, list[Any]] = {}
    for row in rows:
        if row.line_kind is not None:
            figures.setdefault(row.ProjectUpdate.id, []).append(row)
    reports: list[Report] = []
    known = _Known()
    for row in updates.values():
        said = figures.get(row.ProjectUpdate.id, [])
        reports.append(_report(row, said, known))
        if row.ProjectUpdate.state is UpdateState.APPROVED:
            known.learn(row.ProjectUpdate, said)
    return tuple(reports)


def _changes(update: Any, said: Sequence[Any], known: _Known) -> tuple[Change, ...]:
    last: Mapping[Key, Decimal] = known.lines
    changes = [
        Change(
            label=one.line_name, before=last.get(key_of(one)), after=one.line_value, kind="number", unit=one.line_unit
        )
        for one in said
        if last.get(key_of(one)) != one.line_value
    ]
    if update.spent_fen is not None and known.spent_fen != update.spent_fen:
        changes.append(Change(label=N_("已支出"), before=known.spent_fen, after=update.spent_fen, kind="money"))
    return tuple(changes)


def _report(row: Any, said: Sequence[Any], known: _Known) -> Report:
    update = row.ProjectUpdate
    return Report(
        id=update.id,
        version=update.version,
        state=update.state,
        reported_on=update.reported_on,
        posted_at=update.posted_at,
        author_id=update.author_id,
        author_name=update.author_name,
        stage=update.stage,
        progress=update.progress,
        progress_before=known.progress,
        reported_before=known.reported_on,
        spent_fen=update.spent_fen,
        note=update.source_note,
        overspent_for=update.overspent_for,
        returned_for=row.word or "" if update.state is UpdateState.RETURNED else "",
        illustrative=update.illustrative,
        changes=_changes(update, said, known),
    )
