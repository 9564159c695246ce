"""Who worked in which township before: visits, postings and projects, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from commissioner.access import Actor, scope, within
from commissioner.domain.memory import Memory
from commissioner.models import Posting, ProjectCommissioner, ProjectPlace, Visit, VisitCommissioner, db

TOWNSHIP_DIGITS = 9
_kept = Memory(64)


@dataclass(slots=True, kw_only=True)
class Past:
    """How often somebody visited a township, was posted there, worked there in a project."""

    visits: int = 0
    postings: int = 0
    projects: int = 0

    @property
    def times(self) -> int:
        """How often in all."""
        return self.visits + self.postings + self.projects


NOTHING = Past()


def past_in(actor: Actor, township: str, state: tuple[Any, ...]) -> Mapping[int, Past]:
    """Who worked in a township before, by commissioner."""
    return _kept.get((state, actor.scope_key, township), lambda: _read_in(actor, township))


def _read_in(actor: Actor, township: str) -> dict[int, Past]:
    people = (model.commissioner_id for model in (VisitCommissioner, Posting, ProjectCommissioner))
    visits, postings, projects = _statements(actor, *people)
    return _read(
        visits.where(within(Visit.region_code, township)),
        postings.where(within(Posting.region_code, township)),
        projects.where(within(ProjectPlace.region_code, township)),
    )


def past_of(actor: Actor, commissioner_id: int) -> Mapping[str, Past]:
    """Where somebody worked before, by the code of the township."""
    codes = [func.substr(model.region_code, 1, TOWNSHIP_DIGITS) for model in (Visit, Posting, ProjectPlace)]
    visits, postings, projects = _statements(actor, *codes)
    return _read(
        visits.where(VisitCommissioner.commissioner_id == commissioner_id),
        postings.where(Posting.commissioner_id == commissioner_id),
        projects.where(ProjectCommissioner.commissioner_id == commissioner_id),
    )


def _statements(
    actor: Actor, visits: Any, postings: Any, projects: Any
) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """Counts by a key of visits, of postings and of projects that ``actor`` may see."""
    distinct = func.count(ProjectPlace.project_id.distinct())
    return (
        select(visits.label("key"), func.count().label("times"))
        .select_from(Visit)
        .join(VisitCommissioner, VisitCommissioner.visit_id == Visit.id)
        .where(scope(actor, Visit))
        .group_by(visits),
        select(postings.label("key"), func.count().label("times")).where(scope(actor, Posting)).group_by(postings),
        select(projects.label("key"), distinct.label("times"))
        .select_from(ProjectPlace)
        .join(ProjectCommissioner, ProjectCommissioner.project_id == ProjectPlace.project_id)
        .where(scope(actor, ProjectPlace))
        .group_by(projects),
    )


def _read(*statements: Select[Any]) -> dict[Any, Past]:
    found: dict[Any, Past] = {}
    for kind, statement in zip(("visits", "postings", "projects"), statements, strict=True):
        for key, times in db.session.execute(statement):
            setattr(found.setdefault(key, Past()), kind, times)
    return found
