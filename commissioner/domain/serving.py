"""Who serves on a day, seen from those who send, those who receive, a batch and a base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all

from commissioner.access import Actor, scope
from commissioner.domain.project_years import implemented_in
from commissioner.domain.subject import place_name, running
from commissioner.models import (
    BaseCommissioner,
    Commissioner,
    DemonstrationBase,
    Posting,
    Project,
    ProjectCommissioner,
    db,
)
from commissioner.vocabulary import Level

MOST_SERVING = 200
MOST_TIES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """A posting that runs on the day."""

    posting_id: int
    commissioner_id: int
    commissioner: str
    sent_by: int | None
    place_id: int
    place: str
    region_code: str
    level: Level
    starts_on: date
    ends_on: date | None
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Why somebody works at a unit: a project that it takes on, or a base that it hosts."""

    subject: str
    id: int
    label: str
    commissioner_id: int
    commissioner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOnDay:
    """An organisation on a day: its own people who serve somewhere, and those who work at it."""

    sent: Sequence[OnDuty]
    ties: Sequence[Tie]
    here: Mapping[int, Sequence[OnDuty]]  # by commissioner: the postings of those who work at it


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOnDay:
    """A batch's postings on a day: how many had ended, run, and were still to begin."""

    ended: int
    runs: int
    to_come: int
    on_duty: Sequence[OnDuty]

    @property
    def total(self) -> int:
        """All of them."""
        return self.ended + self.runs + self.to_come


def _on_duty(actor: Actor, day: date, *conditions: ColumnElement[bool]) -> list[OnDuty]:
    statement = (
        select(
            Posting.id.label("posting_id"),
            Posting.commissioner_id,
            Commissioner.name.label("commissioner"),
            Commissioner.organisation_id.label("sent_by"),
            Posting.place_id,
            place_name(Posting.place_id).label("place"),
            Posting.region_code,
            Posting.level,
            Posting.starts_on,
            Posting.ends_on,
            Posting.illustrative,
        )
        .join(Commissioner, Commissioner.id == Posting.commissioner_id)
        .where(scope(actor, Posting), running(Posting.starts_on, Posting.ends_on, day), *conditions)
        .order_by(Posting.region_code, Commissioner.pinyin, Posting.id)
        .limit(MOST_SERVING)
    )
    return [OnDuty(**row) for row in db.session.execute(statement).mappings()]


def unit_on(actor: Actor, organisation_id: int, day: date) -> UnitOnDay:
    """An organisation on ``day``: two queries."""
    ties = _ties(actor, organisation_id, day)
    people = {one.commissioner_id for one in ties}
    own = Commissioner.organisation_id == organisation_id
    found = _on_duty(actor, day, or_(own, Posting.commissioner_id.in_(people)) if people else own)
    return UnitOnDay(
        sent=[one for one in found if one.sent_by == organisation_id],
        ties=ties,
        here={who: [one for one in found if one.commissioner_id == who] for who in people},
    )


def _ties(actor: Actor, organisation_id: int, day: date) -> list[Tie]:
    """Those who work on its projects that run on ``day``, and at its bases that stand then."""
    base, link = DemonstrationBase, BaseCommissioner
    project, carries = Project, ProjectCommissioner
    begun = or_(project.starts_on.is_(None), project.starts_on <= day)
    runs = and_(implemented_in(day.year), begun, _not_before(project.ends_on, day))
    stands = and_(or_(base.founded_on.is_(None), base.founded_on <= day), _not_before(base.closed_on, day))
    joined = union_all(
        _tie("projects", project.id, project.title, carries.commissioner_id)
        .join_from(project, carries, carries.project_id == project.id)
        .where(project.receiving_unit_id == organisation_id, runs, scope(actor, project)),
        _tie("bases", base.id, base.name, link.commissioner_id)
        .join_from(base, link, link.base_id == base.id)
        .where(base.host_id == organisation_id, stands, scope(actor, base)),
    ).subquery()
    statement = (
        select(joined, Commissioner.name.label("commissioner"))
        .join(Commissioner, Commissioner.id == joined.c.commissioner_id)
        .where(scope(actor, Commissioner))
        .order_by(Commissioner.pinyin, Commissioner.id, joined.c.subject.desc(), joined.c.id)
        .limit(MOST_TIES)
    )
    return [Tie(**row) for row in db.session.execute(statement).mappings()]


def _tie(subject: str, row_id: Any, label: Any, commissioner_id: Any) -> Any:
    named = (literal(subject).label("subject"), row_id.label("id"), label.label("label"))
    return select(*named, commissioner_id.label("commissioner_id"))


def _not_before(end: Any, day: date) -> ColumnElement[bool]:
    return or_(end.is_(None), end >= day)


def batch_on(actor: Actor, batch_id: int, day: date) -> BatchOnDay:
    """A batch on ``day``: two queries."""
    own = Posting.batch_id == batch_id
    runs = running(Posting.starts_on, Posting.ends_on, day)
    counted = (Posting.ends_on < day, runs, Posting.starts_on > day)
    counts = select(*(func.count(Posting.id).filter(one) for one in counted)).where(own, scope(actor, Posting))
    row: Any = db.session.execute(counts).one()
    return BatchOnDay(ended=row[0], runs=row[1], to_come=row[2], on_duty=_on_duty(actor, day, own))


def base_people_on(actor: Actor, base_id: int, day: date) -> list[OnDuty]:
    """The postings on ``day`` of those who help a base: one query."""
    people = select(BaseCommissioner.commissioner_id).where(BaseCommissioner.base_id == base_id)
    return _on_duty(actor, day, Posting.commissioner_id.in_(people))
