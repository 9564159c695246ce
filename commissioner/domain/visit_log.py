"""The verbs of a visit: record it once, alone or with others, and amend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change, refuse_repetition
from commissioner.domain.visit_decisions import first_state, state_after_edit
from commissioner.domain.visit_drafts import Point, Receipt, VisitDraft, digest
from commissioner.domain.visit_rules import Standing, check, look_up
from commissioner.models import MergedVisit, RaisedProblem, Visit, VisitCommissioner, db
from commissioner.models.base import now, table_of
from commissioner.models.keys import insert_rows
from commissioner.problems import AlreadyDone, Busy, Conflict, NotFound, Problem, Taken
from commissioner.vocabulary import CoordinateSource, RaisedProblemState, VisitState

# Made once, on the tables themselves.
VISITS, LISTS, PROBLEMS = table_of(Visit), table_of(VisitCommissioner), table_of(RaisedProblem)
NEW_LISTS, NEW_PROBLEMS = insert(LISTS), insert(PROBLEMS)

# What a draft says in plain columns, and what the audit tells of a new visit.
SAID = ("starts_on", "ends_on", "place_id", "topic", "outcome", "kind", "base_id", "project_id", "campaign_id")
POINT = ("latitude_deg", "longitude_deg", "accuracy_m", "coordinate_source")
TOLD = (*SAID, "region_code", *POINT, "state")

Outcome = Receipt | Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """A draft that passed every rule, and where it will stand."""

    draft: VisitDraft
    region_code: str


def record_visit(actor: Actor, draft: VisitDraft) -> Receipt:
    """Write a visit down, once: the same ``client_id`` again is answered with the first record.

    Raises ``Invalid``, ``NeedsConfirmation`` (somebody not posted there), ``Conflict`` (that id with other content).
    """
    outcome = record_visits(actor, [draft])[0]
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def record_visits(actor: Actor, drafts: Sequence[VisitDraft]) -> list[Outcome]:
    """Write down all that may be, in one transaction; each draft gets its receipt or the problem that kept it out.

    A problem of the whole sending (``Busy``) is raised: then nothing was written.
    """
    outcomes, news = _judged(actor, drafts)
    try:
        written = _write(actor, list(news.values()))
    except Busy:
        raise
    except Problem:
        # Another hand sent one of them at the same moment. Alone it is asked about; among others each is tried alone.
        written = [_asked_again(actor, news[0])] if len(drafts) == 1 else []
    outcomes.update(zip(news, written, strict=False))
    return [outcomes.get(index) or record_visits(actor, [draft])[0] for index, draft in enumerate(drafts)]


def judge_visits(actor: Actor, drafts: Sequence[VisitDraft]) -> list[Problem | None]:
    """What would keep each draft out, if anything; nothing is written."""
    outcomes, _news = _judged(actor, drafts)
    judged = [outcomes.get(index) for index in range(len(drafts))]
    return [one if isinstance(one, Problem) else None for one in judged]


def _judged(actor: Actor, drafts: Sequence[VisitDraft]) -> tuple[dict[int, Outcome], dict[int, _New]]:
    """By index: the outcomes known without writing, and the drafts to write. The second of two with one id is in neither."""
    found = look_up(actor, drafts)
    outcomes: dict[int, Outcome] = {}
    news: dict[int, _New] = {}
    sent: set[str] = set()
    for index, draft in enumerate(drafts):
        try:
            standing = found.standing.get(draft.client_id)
            if standing is not None:
                outcomes[index] = _repeated(actor, draft, standing)
            elif draft.client_id not in sent:
                news[index] = _New(draft=draft, region_code=check(actor, draft, found))
                sent.add(draft.client_id)
        except Problem as problem:
            outcomes[index] = problem
    return outcomes, news


def _asked_again(actor: Actor, new: _New) -> Outcome:
    """What became of a draft that the database refused."""
    standing = look_up(actor, [new.draft]).standing.get(new.draft.client_id)
    try:
        return _repeated(actor, new.draft, standing) if standing else Taken()
    except Problem as problem:
        return problem


def _repeated(actor: Actor, draft: VisitDraft, standing: Standing) -> Receipt:
    """The same sending again gets its receipt, even if the visit was amended since; other content is a ``Conflict``."""
    if standing.sent_sha256 != digest(draft):
        visit = db.session.execute(
            select(Visit).where(Visit.id == standing.visit_id, scope(actor, Visit))
        ).scalar_one_or_none()
        if visit is None:  # not theirs to see: only that the id is taken
            raise Conflict(ours=draft)
        stands = _theirs(visit, _listed(visit.id))
        if digest(stands) != digest(replace(draft, problem=None)):
            raise Conflict(theirs=stands, ours=draft, current_version=visit.version)
    return Receipt(visit_id=standing.visit_id, version=standing.version, already_there=True)


def _write(actor: Actor, news: Sequence[_New]) -> list[Outcome]:
    if not news:
        return []
    with change(actor, "visits.create") as entry:
        connection = db.session.connection()
        state = first_state(actor)
        rows = [_row(actor, new, state) for new in news]
        keys = insert_rows(connection, VISITS, rows)
        made = list(zip(keys, news, strict=True))
        connection.execute(NEW_LISTS, [row for key, new in made for row in _list(key, new.draft.commissioner_ids)])
        problems = [_problem(actor, key, new) for key, new in made if new.draft.problem]
        if problems:
            connection.execute(NEW_PROBLEMS, problems)
        entry.about_each("visits", [_told(*one) for one in zip(keys, rows, news, strict=True)])
    return [Receipt(visit_id=key) for key in keys]


def amend_visit(actor: Actor, visit_id: int, draft: VisitDraft, version: int, edit_id: str | None = None) -> Receipt:
    """Change a visit that was read at ``version``; the same ``edit_id`` again is answered with the first change.

    Raises ``Conflict`` with what stands, if somebody changed it since; ``NotFound`` if it is not the actor's to change.
    """
    visit = find_visit(actor, visit_id)
    if not _may_amend(actor, visit):
        raise NotFound
    try:
        with change(actor, "visits.amend", client_id=edit_id) as entry:
            refuse_repetition(actor, "visits.amend", edit_id)
            region_code = check(actor, draft, look_up(actor, [draft]))
            visit = find_visit(actor, visit_id, lock=True)
            people = _listed(visit_id)
            if visit.version != version:
                raise Conflict(theirs=_theirs(visit, people), ours=draft, current_version=visit.version)
            entry.watch(visit)
            _amend(actor, visit, draft, region_code)
            if set(people) != set(draft.commissioner_ids):
                db.session.execute(delete(VisitCommissioner).where(VisitCommissioner.visit_id == visit_id))
                db.session.connection().execute(NEW_LISTS, _list(visit_id, draft.commissioner_ids))
                entry.changes["commissioners"] = [sorted(people), sorted(set(draft.commissioner_ids))]
            version = visit.version
        return Receipt(visit_id=visit_id, version=version)
    except AlreadyDone:
        return Receipt(visit_id=visit_id, version=find_visit(actor, visit_id).version, already_there=True)


def _amend(actor: Actor, visit: Any, draft: VisitDraft, region_code: str) -> None:
    for key, value in _columns(draft, region_code).items():
        setattr(visit, key, value)
    state = state_after_edit(actor, visit.state)
    visit.state = state
    if state is VisitState.WAITING:
        visit.decided_by_id, visit.decided_at = None, None
    visit.version += 1
    db.session.flush()


def may_amend(actor: Actor, visit_id: int) -> bool:
    """Whether this actor may change the visit: who keeps the township's log, or who wrote it."""
    return _may_amend(actor, find_visit(actor, visit_id))


def visit_draft(actor: Actor, visit_id: int) -> tuple[VisitDraft, int]:
    """A visit as its form needs it, with its version."""
    visit = find_visit(actor, visit_id)
    return _theirs(visit, _listed(visit_id)), visit.version


def visit_called(actor: Actor, client_id: str) -> int:
    """The visit that stands under the id its phone gave it, or that it was merged into. Raises ``NotFound``."""
    merged = select(MergedVisit.visit_id).where(MergedVisit.client_id == client_id).scalar_subquery()
    wanted = (Visit.client_id == client_id) | (Visit.id == merged)
    found = db.session.scalar(select(Visit.id).where(wanted, scope(actor, Visit)))
    if found is None:
        raise NotFound
    return found


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


def _listed(visit_id: int) -> tuple[int, ...]:
    people = select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == visit_id)
    return tuple(db.session.scalars(people.order_by(VisitCommissioner.commissioner_id)))


def _row(actor: Actor, new: _New, state: VisitState) -> dict[str, Any]:
    moment = now()
    confirmed = state is VisitState.CONFIRMED
    return {
        **_columns(new.draft, new.region_code),
        "client_id": new.draft.client_id,
        "sent_sha256": digest(new.draft),
        "state": state,
        "logged_by_id": actor.account_id,
        "decided_by_id": actor.account_id if confirmed else None,
        "decided_at": moment if confirmed else None,
        "created_at": moment,
        "updated_at": moment,
    }


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


def _list(key: int, commissioner_ids: tuple[int, ...]) -> list[dict[str, int]]:
    return [{"visit_id": key, "commissioner_id": one} for one in sorted(set(commissioner_ids))]


def _told(key: int, row: dict[str, Any], new: _New) -> tuple[int, dict[str, Any], str]:
    told = {**{name: row[name] for name in TOLD}, "commissioners": new.draft.commissioner_ids}
    return key, {name: [None, value] for name, value in told.items() if value not in (None, "")}, new.region_code


def _problem(actor: Actor, key: int, new: _New) -> dict[str, Any]:
    problem = new.draft.problem
    assert problem is not None
    moment = now()
    return {
        "visit_id": key,
        "place_id": new.draft.place_id,
        "region_code": new.region_code,
        "raised_by_id": actor.account_id,
        "category": problem.category,
        "description": problem.description,
        "raised_on": new.draft.starts_on,
        "due_on": problem.due_on,
        "state": RaisedProblemState.OPEN,
        "created_at": moment,
        "updated_at": moment,
    }


def _theirs(visit: Any, commissioner_ids: tuple[int, ...]) -> VisitDraft:
    point = None
    if visit.latitude_deg is not None:
        point = Point(
            latitude_deg=visit.latitude_deg,
            longitude_deg=visit.longitude_deg,
            accuracy_m=visit.accuracy_m,
            source=visit.coordinate_source or CoordinateSource.GPS,
        )
    said = {key: getattr(visit, key) for key in SAID}
    return VisitDraft(client_id=visit.client_id, commissioner_ids=commissioner_ids, point=point, **said)
