"""Updates as the bureau judges them: each beside the last approved one of its project, with why it came back before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, or_, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.period_locks import locked
from commissioner.domain.project_history import Report, last_word, reports_of
from commissioner.domain.update_drafts import Content, content_of_version
from commissioner.domain.update_lines import columns_of, lines_of, order_of
from commissioner.models import Funding, Project, ProjectUpdate, UpdateVersion, db
from commissioner.problems import NotFound
from commissioner.vocabulary import UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An update with what is needed to judge it; ``number`` is that of the version which was last submitted."""

    project_id: int
    project: str
    report: Report
    number: int
    said_before: str
    granted_fen: int | None
    is_locked: bool

    @property
    def may_be_judged(self) -> bool:
        """Whether a word on it would be taken."""
        return self.report.state is UpdateState.SUBMITTED and not self.is_locked


def review_of(actor: Actor, update_id: int) -> Review:
    """One update; ``NotFound`` if the actor may not review it."""
    found = reviews_of(actor, [update_id]).get(update_id)
    if found is None:
        raise NotFound
    return found


def reviews_of(actor: Actor, update_ids: Sequence[int]) -> Mapping[int, Review]:
    """Several updates by id, whatever their number in one query."""
    actor.must(Permission.REVIEW_UPDATE)
    if not update_ids:
        return {}
    rows = db.session.execute(_statement(actor, update_ids)).all()
    found: dict[int, Review] = {}
    for project_id, group in groupby(rows, key=lambda row: row.project_id):
        of_project = list(group)
        about = {row.ProjectUpdate.id: row for row in of_project}
        for report in reports_of(of_project):
            if report.id in update_ids:
                found[report.id] = _review(project_id, about[report.id], report)
    return found


def _statement(actor: Actor, update_ids: Sequence[int]) -> Any:
    wanted = ProjectUpdate.id.in_(update_ids)
    projects = select(ProjectUpdate.project_id).where(wanted, scope(actor, ProjectUpdate))
    number = select(func.max(UpdateVersion.number)).where(UpdateVersion.update_id == ProjectUpdate.id)
    granted = select(func.sum(Funding.granted_fen)).where(Funding.project_id == Project.id).scalar_subquery()
    about = (
        Project.id.label("project_id"),
        Project.title,
        last_word().label("word"),
        number.correlate(ProjectUpdate).scalar_subquery().label("number"),
        locked().label("is_locked"),
        granted.label("granted_fen"),
    )
    counts = or_(wanted, ProjectUpdate.state == UpdateState.APPROVED)
    lines = lines_of(select(ProjectUpdate.id).where(ProjectUpdate.project_id.in_(projects), counts))
    return (
        select(ProjectUpdate, *about, *columns_of(lines))
        .select_from(ProjectUpdate)
        .join(Project, Project.id == ProjectUpdate.project_id)
        .outerjoin(lines, lines.c.update_id == ProjectUpdate.id)
        .where(Project.id.in_(projects), counts)
        .order_by(Project.id, ProjectUpdate.reported_on, ProjectUpdate.id, *order_of(lines))
    )


def _review(project_id: int, row: Any, report: Report) -> Review:
    return Review(
        project_id=project_id,
        project=row.title,
        report=report,
        number=row.number or 0,
        said_before=row.word or "",
        granted_fen=None if row.granted_fen is None else int(row.granted_fen),
        is_locked=bool(row.is_locked),
    )


def version_read(actor: Actor, update_id: int, number: int) -> Content | None:
    """What a version said, as a reviewer read it; nothing if there is no such."""
    mine = (UpdateVersion.update_id == update_id, UpdateVersion.number == number, scope(actor, UpdateVersion))
    row = db.session.scalars(select(UpdateVersion).where(*mine)).one_or_none()
    return content_of_version(row) if row is not None else None
