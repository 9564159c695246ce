"""The verbs of a visit: record it once, amend it, confirm or return it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, delete, exists, func, insert, select

from commissioner.access import Actor, Permission, scope
from commissioner.access.regions import FULL_DIGITS
from commissioner.domain.changes import change
from commissioner.domain.points import point_fault
from commissioner.domain.records import date_fault
from commissioner.domain.visit_drafts import Point, Receipt, VisitDraft
from commissioner.models import (
    Campaign,
    Commissioner,
    DemonstrationBase,
    Place,
    Posting,
    Project,
    RaisedProblem,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.models.base import now, table_of
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.vocabulary import (
    N_,
    CoordinateSource,
    RaisedProblemState,
    Role,
    VisitKind,
    VisitState,
)

LONGEST_VISIT_DAYS = 31
MOST_COMMISSIONERS = 20
WORST_ACCURACY_M = 100_000
TOWNSHIP_DIGITS = 9
# Made once, on the tables themselves.
NEW_VISIT = insert(table_of(Visit)).returning(table_of(Visit).c.id)
NEW_VISIT_COMMISSIONERS = insert(table_of(VisitCommissioner))


def record_visit(actor: Actor, draft: VisitDraft) -> Receipt:
    """Write a visit down, once: the same ``client_id`` again is answered with the first record.

    Raises ``Invalid``, ``NeedsConfirmation`` (somebody not posted there), ``Conflict`` (that id with other content).
    """
    region_code = _checked(actor, draft)
    state = VisitState.WAITING if actor.role is Role.COMMISSIONER else VisitState.CONFIRMED
    try:
        with change(actor, "visits.create", client_id=draft.client_id) as entry:
            moment = now()
            values = _columns(draft, region_code)
            provenance = {
                "client_id": draft.client_id,
                "state": state,
                "logged_by_id": actor.account_id,
                "decided_by_id": actor.account_id if state is VisitState.CONFIRMED else None,
                "decided_at": moment if state is VisitState.CONFIRMED else None,
            }
            row = {**values, **provenance, "created_at": moment, "updated_at": moment}
            visit_id: int = db.session.connection().execute(NEW_VISIT, row).scalar_one()
            _list_commissioners(visit_id, draft.commissioner_ids)
            if draft.problem is not None:
                _raise_problem(visit_id, draft, region_code)
            told = {**values, "commissioners": draft.commissioner_ids, "state": state}
            told = {key: [None, value] for key, value in told.items() if value not in (None, "")}
            entry.about("visits", visit_id, told, region_code)
        return Receipt(visit_id=visit_id)
    except AlreadyDone as repetition:
        _refuse_other_content(repetition.subject_id or 0, draft)
        return Receipt(visit_id=repetition.subject_id or 0, already_there=True)


def amend_visit(actor: Actor, visit_id: int, draft: VisitDraft, version: int) -> None:
    """Change a visit that was read at ``version``; a commissioner's change asks the township again."""
    visit = find_visit(actor, visit_id)
    if not _may_amend(actor, visit):
        raise NotFound
    region_code = _checked(actor, draft)
    with change(actor, "visits.amend") as entry:
        visit = find_visit(actor, visit_id, lock=True)
        before = tuple(
            db.session.scalars(
                select(VisitCommissioner.commissioner_id)
                .where(VisitCommissioner.visit_id == visit_id)
                .order_by(VisitCommissioner.commissioner_id)
            )
        )
        if visit.version != version:
            raise Conflict(theirs=_theirs(visit, before), ours=draft, current_version=visit.version)
        entry.watch(visit)
        for key, value in _columns(draft, region_code).items():
            setattr(visit, key, value)
        if actor.role is Role.COMMISSIONER:
            visit.state, visit.decided_by_id, visit.decided_at = VisitState.WAITING, None, None
        visit.version += 1
        db.session.flush()
        if set(before) != set(draft.commissioner_ids):
            db.session.execute(delete(VisitCommissioner).where(VisitCommissioner.visit_id == visit_id))
            _list_commissioners(visit_id, draft.commissioner_ids)
            entry.changes["commissioners"] = [list(before), sorted(draft.commissioner_ids)]


def may_amend(actor: Actor, visit_id: int) -> bool:
    """Whether this actor may change the visit: who keeps the township's log, or who wrote it."""
    return _may_amend(actor, find_visit(actor, visit_id))


def visit_draft(actor: Actor, visit_id: int) -> tuple[VisitDraft, int]:
    """A visit as its form needs it, with its version."""
    visit = find_visit(actor, visit_id)
    people = select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == visit_id)
    return _theirs(visit, tuple(db.session.scalars(people))), visit.version


def find_visit(actor: Actor, visit_id: int, *, lock: bool = False) -> Any:
    """A visit in scope, locked if it is about to change. Raises ``NotFound``."""
    statement = select(Visit).where(Visit.id == visit_id, scope(actor, Visit))
    visit = db.session.execute(statement.with_for_update() if lock else statement).scalar_one_or_none()
    if visit is None:
        raise NotFound
    return visit


def _may_amend(actor: Actor, visit: Any) -> bool:
    return actor.can(Permission.LOG_VISIT) and (
        actor.can(Permission.CONFIRM_VISIT) or visit.logged_by_id == actor.account_id
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the database says of a draft's place and people."""

    region_code: str | None
    seen: int
    strangers: str


def _checked(actor: Actor, draft: VisitDraft) -> str:
    """The region code of the visit's place, after every rule was asked."""
    actor.must(Permission.LOG_CARE_VISIT if draft.kind is VisitKind.CARE else Permission.LOG_VISIT)
    faults = _faults_of_shape(actor, draft)
    found = _look_up(actor, draft)
    if found.region_code is None:
        faults["place_id"] = Problem(N_("这个地点不在您的范围内，请重新选择。"))
    if found.seen != len(set(draft.commissioner_ids)):
        faults.setdefault("commissioner_ids", Problem(N_("有的特派员不在您的范围内，请重新选择。")))
    faults.update(_faults_of_references(actor, draft))
    if faults or found.region_code is None:
        raise Invalid(faults)
    if found.strangers and draft.kind is VisitKind.SERVICE and not draft.confirmed:
        warning = Problem(N_("%(names)s 在这一天没有派驻到这里。确认仍要登记吗？"), names=found.strangers)
        raise NeedsConfirmation({"commissioner_ids": warning})
    return found.region_code


def _look_up(actor: Actor, draft: VisitDraft) -> _Found:
    values: dict[str, Any] = {
        "place_id": draft.place_id,
        "people": sorted(set(draft.commissioner_ids)),
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
    }
    row = db.session.connection().execute(_look_up_statement(actor), values).one_or_none()
    if row is None:
        wanted = Commissioner.id.in_(values["people"])
        seen = db.session.scalar(select(func.count(Commissioner.id)).where(wanted, scope(actor, Commissioner)))
        return _Found(region_code=None, seen=seen or 0, strangers="")
    return _Found(region_code=row[0], seen=row[1], strangers=row[2] or "")


@lru_cache(maxsize=256)
def _look_up_statement(actor: Actor) -> Select[Any]:
    """Place, people in scope and who of them was not posted here, in one statement, kept: this is the busiest door."""
    people = Commissioner.id.in_(bindparam("people", expanding=True))
    seen = select(func.count(Commissioner.id)).where(people, scope(actor, Commissioner)).scalar_subquery()
    strangers = (
        select(func.aggregate_strings(Commissioner.name, "、"))
        .where(people, ~_posted_to(Place.region_code).correlate(Commissioner, Place))
        .correlate(Place)
        .scalar_subquery()
    )
    return select(Place.region_code, seen, strangers).where(Place.id == bindparam("place_id"), scope(actor, Place))


def _posted_to(region_code: Any) -> Any:
    """A posting of the commissioner to the township of ``region_code``, to a village of it or above it, covers the days."""
    township = func.substr(region_code, 1, TOWNSHIP_DIGITS)
    above = [func.substr(region_code, 1, digits) + "0" * (FULL_DIGITS - digits) for digits in (2, 4, 6)]
    here = Posting.region_code.between(township + "000", township + "999")
    return exists().where(
        Posting.commissioner_id == Commissioner.id,
        here | Posting.region_code.in_(above),
        Posting.starts_on <= bindparam("starts_on", type_=Date()),
        Posting.ends_on.is_(None) | (Posting.ends_on >= bindparam("ends_on", type_=Date())),
    )


def _faults_of_shape(actor: Actor, draft: VisitDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    for key, value in (("starts_on", draft.starts_on), ("ends_on", draft.ends_on)):
        fault = date_fault(value, past=True)
        if fault is not None:
            faults[key] = fault
    if draft.ends_on < draft.starts_on:
        faults["ends_on"] = Problem(N_("结束日期不能早于开始日期。"))
    elif draft.ends_on - draft.starts_on >= timedelta(days=LONGEST_VISIT_DAYS):
        faults["ends_on"] = Problem(N_("一次走访最多 %(days)s 天，请分开登记。"), days=LONGEST_VISIT_DAYS)
    if not 0 < len(draft.commissioner_ids) <= MOST_COMMISSIONERS:
        faults["commissioner_ids"] = Problem(N_("请选 1 到 %(most)s 位特派员。"), most=MOST_COMMISSIONERS)
    if draft.point is not None:
        fault = point_fault(draft.point.latitude_deg, draft.point.longitude_deg)
        if fault is not None:
            faults["latitude_deg"] = fault
        elif not 0 <= (draft.point.accuracy_m or 0) <= WORST_ACCURACY_M:
            faults["accuracy_m"] = Problem(N_("定位精度不合常理。"))
    if draft.problem is not None and draft.problem.due_on is not None and draft.problem.due_on < draft.starts_on:
        faults["problem_due_on"] = Problem(N_("希望解决日期不能早于走访日期。"))
    return faults


def _faults_of_references(actor: Actor, draft: VisitDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    for key, model, value in (
        ("base_id", DemonstrationBase, draft.base_id),
        ("project_id", Project, draft.project_id),
        ("campaign_id", Campaign, draft.campaign_id),
    ):
        seen = value is None or db.session.scalar(select(model.id).where(model.id == value, scope(actor, model)))
        if not seen:
            faults[key] = Problem(N_("这一项不在您的范围内，请重新选择。"))
    return faults


def _columns(draft: VisitDraft, region_code: str) -> dict[str, Any]:
    point = draft.point
    return {
        "kind": draft.kind,
        "place_id": draft.place_id,
        "region_code": region_code,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "topic": draft.topic,
        "outcome": draft.outcome,
        "base_id": draft.base_id,
        "project_id": draft.project_id,
        "campaign_id": draft.campaign_id,
        "latitude_deg": point.latitude_deg if point else None,
        "longitude_deg": point.longitude_deg if point else None,
        "accuracy_m": point.accuracy_m if point else None,
        "coordinate_source": point.source if point else None,
    }


def _list_commissioners(visit_id: int, commissioner_ids: tuple[int, ...]) -> None:
    rows = [{"visit_id": visit_id, "commissioner_id": one} for one in sorted(set(commissioner_ids))]
    db.session.connection().execute(NEW_VISIT_COMMISSIONERS, rows)


def _raise_problem(visit_id: int, draft: VisitDraft, region_code: str) -> None:
    assert draft.problem is not None
    moment = now()
    row = {
        "visit_id": visit_id,
        "place_id": draft.place_id,
        "region_code": region_code,
        "category": draft.problem.category,
        "description": draft.problem.description,
        "raised_on": draft.starts_on,
        "due_on": draft.problem.due_on,
        "state": RaisedProblemState.OPEN,
        "created_at": moment,
        "updated_at": moment,
    }
    db.session.execute(insert(RaisedProblem), [row])


def _theirs(visit: Any, commissioner_ids: tuple[int, ...]) -> VisitDraft:
    point = None
    if visit.latitude_deg is not None:
        point = Point(
            latitude_deg=visit.latitude_deg,
            longitude_deg=visit.longitude_deg,
            accuracy_m=visit.accuracy_m,
            source=visit.coordinate_source or CoordinateSource.GPS,
        )
    return VisitDraft(
        client_id=visit.client_id,
        starts_on=visit.starts_on,
        ends_on=visit.ends_on,
        place_id=visit.place_id,
        commissioner_ids=commissioner_ids,
        topic=visit.topic,
        outcome=visit.outcome,
        kind=visit.kind,
        base_id=visit.base_id,
        project_id=visit.project_id,
        campaign_id=visit.campaign_id,
        point=point,
    )


def _refuse_other_content(visit_id: int, draft: VisitDraft) -> None:
    """The same id with other content is no repetition: raise ``Conflict`` with what stands."""
    visit = db.session.execute(select(Visit).where(Visit.id == visit_id)).scalar_one()
    people = tuple(
        db.session.scalars(select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == visit_id))
    )
    stands = _theirs(visit, people)
    same = (stands.starts_on, stands.ends_on, stands.place_id, stands.topic, stands.outcome, set(people)) == (
        draft.starts_on,
        draft.ends_on,
        draft.place_id,
        draft.topic,
        draft.outcome,
        set(draft.commissioner_ids),
    )
    if not same:
        raise Conflict(theirs=stands, ours=draft, current_version=visit.version)
