"""Probable doubles: one visit written down by two hands, found by commissioner, village and day, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from commissioner.access import Actor, Permission, ids, scope, within
from commissioner.access.regions import Unsorted, Unsought
from commissioner.domain.subject import name_of, place_name
from commissioner.domain.visit_rules import LONGEST_VISIT_DAYS
from commissioner.domain.visits import PEOPLE
from commissioner.models import (
    Account,
    Campaign,
    DemonstrationBase,
    Project,
    RaisedProblem,
    Visit,
    VisitCommissioner,
    VisitPhoto,
    VisitsKeptApart,
    db,
)
from commissioner.problems import NotFound
from commissioner.units import today, year_bounds
from commissioner.vocabulary import Industry, VisitKind, VisitState

PAGE_SIZE = 20
# More than these nobody settles in a sitting; those that follow are shown when these are settled.
MOST_PAIRS = 1000
Other: Any = aliased(Visit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One of two records of perhaps one visit, as the page shows it."""

    id: int
    version: int
    starts_on: date
    ends_on: date
    place: str
    people: str
    topic: str
    outcome: str
    state: VisitState
    industry: Industry | None
    base_id: int | None
    base: str
    project_id: int | None
    project: str
    campaign_id: int | None
    campaign: str
    latitude_deg: float | None
    longitude_deg: float | None
    accuracy_m: int | None
    logged_by: str
    created_at: datetime
    photo_count: int
    problem_count: int
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApart:
    """Somebody decided that two records are two visits."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records that look like one visit; the older one first."""

    first: Record
    second: Record
    kept_apart: KeptApart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubles:
    """A page of pairs; ``cut`` says that there are more than ``total``."""

    pairs: Sequence[Pair]
    total: int
    cut: bool


def doubles_in(actor: Actor, first_year: int, last_year: int, township: str = "", number: int = 1) -> Doubles:
    """The pairs in scope of which one visit began in the years asked for, the latest first."""
    actor.must(Permission.CONFIRM_VISIT)
    first, last = year_bounds(first_year)[0], year_bounds(last_year)[1]
    # A region's visits are found by their region; only who sees nearly all of them finds them by their days.
    by_days = actor.sees_nearly_all and not township
    begins: Any = Visit.starts_on if by_days else Unsought(Visit.starts_on)
    wanted = (
        select(Visit.id, Other.id)
        .join(Other, _looks_like_one())
        .where(scope(actor, Visit), within(Visit.region_code, township) if township else true())
        .where(begins >= first, begins <= last)
        # Said again as dates that are known beforehand: a village's visits of other years are not even looked at.
        .where(Other.starts_on.between(first - timedelta(days=LONGEST_VISIT_DAYS), last + _LONGEST))
        .where(Visit.id < Other.id, ~_kept_apart(), Visit.state != _BACK, Other.state != _BACK)
        .order_by(Unsorted(Visit.starts_on).desc(), Visit.id.desc(), Other.id.desc())
        .limit(MOST_PAIRS + 1)
    )
    found = [(one, other) for one, other in db.session.execute(wanted)]
    start = (number - 1) * PAGE_SIZE
    if found and start >= min(len(found), MOST_PAIRS):
        raise NotFound
    shown = found[start : min(start + PAGE_SIZE, MOST_PAIRS)]
    records = _records(actor, {visit_id for both in shown for visit_id in both})
    # A record that went meanwhile takes its pair with it.
    pairs = [Pair(first=records[one], second=records[other]) for one, other in shown if {one, other} <= records.keys()]
    return Doubles(pairs=pairs, total=min(len(found), MOST_PAIRS), cut=len(found) > MOST_PAIRS)


_LONGEST = timedelta(days=LONGEST_VISIT_DAYS)
_BACK = VisitState.RETURNED


def doubles_of(actor: Actor, visit_ids: Iterable[int]) -> Mapping[int, Sequence[int]]:
    """For each of a few visits in scope those that look like the same one and are not kept apart."""
    wanted = (
        select(Visit.id, Other.id)
        .join(Other, _looks_like_one())
        .where(Visit.id.in_(list(visit_ids)), Visit.id != Other.id, scope(actor, Visit))
        .where(~_kept_apart(), Visit.state != _BACK, Other.state != _BACK)
        .order_by(Visit.id, Other.id)
    )
    if not actor.is_territorial:  # who sees a region sees all records of its villages
        wanted = wanted.where(Other.id.in_(ids(actor, Visit).correlate(None)))
    found: dict[int, list[int]] = {}
    for one, other in db.session.execute(wanted):
        found.setdefault(one, []).append(other)
    return found


def pair(actor: Actor, one_id: int, other_id: int) -> Pair:
    """Two records side by side, also if they were kept apart. Raises ``NotFound`` unless they look like one visit."""
    actor.must(Permission.CONFIRM_VISIT)
    first_id, second_id = sorted((one_id, other_id))
    kept = select(VisitsKeptApart.decided_at, _name_of_account(VisitsKeptApart.decided_by_id)).where(
        VisitsKeptApart.visit_id == first_id, VisitsKeptApart.other_id == second_id
    )
    alike = (
        select(Visit.id)
        .join(Other, _looks_like_one())
        .where(Visit.id == first_id, Other.id == second_id, scope(actor, Visit))
    )
    if db.session.scalar(alike) is None:
        raise NotFound
    records = _records(actor, {first_id, second_id})
    decided: Any = db.session.execute(kept).one_or_none()
    return Pair(
        first=records[first_id],
        second=records[second_id],
        kept_apart=KeptApart(at=decided[0], by=decided[1] or "") if decided else None,
    )


def looks_like_one(one_id: int, other_id: int) -> bool:
    """Whether two visits look like one."""
    alike = select(Visit.id).join(Other, _looks_like_one()).where(Visit.id == one_id, Other.id == other_id)
    return db.session.scalar(alike) is not None


def years_to_ask(actor: Actor) -> Sequence[int]:
    """The years of the visits in scope, the latest first."""
    earliest = db.session.scalar(
        select(Visit.starts_on).where(scope(actor, Visit)).order_by(Visit.starts_on, Visit.id).limit(1)
    )
    return range(today().year, (earliest or today()).year - 1, -1)


def _looks_like_one() -> ColumnElement[bool]:
    """Service visits to one village on overlapping days, which list the same commissioner and which two hands logged."""
    mine, theirs = aliased(VisitCommissioner), aliased(VisitCommissioner)
    same_person = exists().where(
        mine.visit_id == Visit.id, theirs.visit_id == Other.id, mine.commissioner_id == theirs.commissioner_id
    )
    return and_(
        Visit.kind == VisitKind.SERVICE,
        Other.kind == VisitKind.SERVICE,
        Other.place_id == Visit.place_id,
        Other.starts_on <= Visit.ends_on,
        Other.ends_on >= Visit.starts_on,
        Visit.logged_by_id.is_distinct_from(Other.logged_by_id),
        same_person.correlate(Visit, Other),
    )


def _kept_apart() -> ColumnElement[bool]:
    kept = VisitsKeptApart
    in_order = and_(kept.visit_id == Visit.id, kept.other_id == Other.id)
    the_other_way = and_(kept.visit_id == Other.id, kept.other_id == Visit.id)
    return exists().where(or_(in_order, the_other_way)).correlate(Visit, Other)


def _name_of_account(column: Any) -> Any:
    return name_of(Account, Account.display_name, column)


def _records(actor: Actor, visit_ids: Iterable[int]) -> dict[int, Record]:
    plain = [column for column in Visit.__table__.columns if column.name in Record.__dataclass_fields__]
    told = select(
        *plain,
        place_name(Visit.place_id).label("place"),
        func.coalesce(PEOPLE, "").label("people"),
        func.coalesce(name_of(DemonstrationBase, DemonstrationBase.name, Visit.base_id), "").label("base"),
        func.coalesce(name_of(Project, Project.title, Visit.project_id), "").label("project"),
        func.coalesce(name_of(Campaign, Campaign.name, Visit.campaign_id), "").label("campaign"),
        func.coalesce(_name_of_account(Visit.logged_by_id), "").label("logged_by"),
        _count(VisitPhoto).label("photo_count"),
        _count(RaisedProblem).label("problem_count"),
    )
    rows = db.session.execute(told.where(Visit.id.in_(list(visit_ids)), scope(actor, Visit))).mappings()
    return {row["id"]: Record(**row) for row in rows}


def _count(model: Any) -> Any:
    return select(func.count(model.id)).where(model.visit_id == Visit.id).correlate(Visit).scalar_subquery()
