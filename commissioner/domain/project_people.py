"""Who leads a project: one of those who carry it out, named by the bureau."""

from __future__ import annotations

from sqlalchemy import select, update

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change
from commissioner.models import Project, ProjectCommissioner, db
from commissioner.problems import NotFound


def appoint_lead(actor: Actor, project_id: int, commissioner_id: int) -> None:
    """Let one of the project's commissioners lead it; ``NotFound`` for anybody else."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "projects.lead") as entry:
        mine = (Project.id == project_id, scope(actor, Project))
        project = db.session.scalars(select(Project).where(*mine).with_for_update()).one_or_none()
        links = (ProjectCommissioner.project_id == project_id,)
        people = set(db.session.scalars(select(ProjectCommissioner.commissioner_id).where(*links)))
        if project is None or commissioner_id not in people:
            raise NotFound
        leads = ProjectCommissioner.commissioner_id == commissioner_id
        before = db.session.scalar(select(ProjectCommissioner.commissioner_id).where(*links, ProjectCommissioner.leads))
        if before == commissioner_id:
            entry.silent = True
            return
        db.session.execute(update(ProjectCommissioner).where(*links).values(leads=False))
        db.session.execute(update(ProjectCommissioner).where(*links, leads).values(leads=True))
        project.version += 1
        entry.about("projects", project_id, {"lead": [before, commissioner_id]}, project.region_code)
