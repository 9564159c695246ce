"""Two records of one visit become one: a person chooses what stays, and nothing of the other is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import Entry, change, plain_value
from commissioner.domain.visit_doubles import looks_like_one
from commissioner.models import MergedVisit, RaisedProblem, Visit, VisitCommissioner, VisitPhoto, VisitsKeptApart, db
from commissioner.models.base import now, table_of
from commissioner.problems import Conflict, NotFound, Problem
from commissioner.vocabulary import N_, VisitState

BOTH = "both"
# What may differ between two records, and the columns that go together.
PARTS: Mapping[str, tuple[str, ...]] = {
    "days": ("starts_on", "ends_on"),
    "topic": ("topic",),
    "outcome": ("outcome",),
    "industry": ("industry",),
    "base": ("base_id",),
    "project": ("project_id",),
    "campaign": ("campaign_id",),
    "position": ("latitude_deg", "longitude_deg", "accuracy_m", "coordinate_source"),
}


class WentMeanwhile(Problem):
    """One of the two is no more: ``stands`` is the other's id."""

    http_status = 409
    message = N_("其中一条刚刚被合并或删除了，没有再改动什么。")

    def __init__(self, stands: int) -> None:
        super().__init__()
        self.stands = stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Which of two records stays, the versions they were read at, and whose words are kept where they differ.

    ``chosen`` maps a part to the id of the record it is taken from, or to ``BOTH`` (outcomes, one after the other).
    """

    stays: int
    goes: int
    versions: Mapping[int, int]
    chosen: Mapping[str, int | str]


def merge_visits(actor: Actor, merge: Merge) -> None:
    """Make one visit of two. Raises ``NotFound``, ``WentMeanwhile``, and ``Conflict`` if one was changed meanwhile."""
    actor.must(Permission.CONFIRM_VISIT)
    with change(actor, "visits.merge_in") as entry:
        stays, goes = _both(actor, merge.stays, merge.goes)
        if any(one.version != merge.versions.get(one.id) for one in (stays, goes)):
            raise Conflict
        entry.watch(stays)
        people = _people_of(goes.id)
        content = _content(goes, people)
        values = _values(stays, goes, merge.chosen)
        _unite_people(stays.id, people, entry)
        _move(goes, stays.id)
        _keep(actor, goes, stays.id, content)
        for key, value in values.items():
            setattr(stays, key, value)
        if VisitState.CONFIRMED in (stays.state, goes.state) and stays.state is not VisitState.CONFIRMED:
            # Who merges says that they are one visit, and the township had confirmed it already.
            stays.state, stays.decided_by_id, stays.decided_at = VisitState.CONFIRMED, actor.account_id, now()
        stays.version += 1
        entry.changes["merged_id"] = [None, goes.id]


def keep_apart(actor: Actor, one_id: int, other_id: int) -> None:
    """Say that two records which look alike are two visits; saying it twice changes nothing."""
    actor.must(Permission.CONFIRM_VISIT)
    first_id, second_id = sorted((one_id, other_id))
    with change(actor, "visits.keep_apart") as entry:
        first, _second = _both(actor, first_id, second_id)
        pair = {"visit_id": first_id, "other_id": second_id}
        if db.session.get(VisitsKeptApart, (first_id, second_id)) is not None:
            entry.silent = True
            return
        said = {**pair, "decided_by_id": actor.account_id, "decided_at": now()}
        db.session.execute(insert(VisitsKeptApart).values(**said))
        entry.about("visits", first_id, {"kept_apart_id": [None, second_id]}, first.region_code)
        with change(actor, "visits.keep_apart") as other:
            other.about("visits", second_id, {"kept_apart_id": [None, first_id]}, first.region_code)


def _both(actor: Actor, one_id: int, other_id: int) -> tuple[Any, Any]:
    """The two, locked, if they look like one visit; what is not in scope is not there."""
    wanted = select(Visit).where(Visit.id.in_((one_id, other_id)), scope(actor, Visit)).order_by(Visit.id)
    found = {visit.id: visit for visit in db.session.execute(wanted.with_for_update()).scalars()}
    if len(found) == 1 and one_id != other_id:
        raise WentMeanwhile(next(iter(found)))
    if len(found) != 2 or not looks_like_one(one_id, other_id):
        raise NotFound
    return found[one_id], found[other_id]


def _people_of(visit_id: int) -> list[int]:
    listed = select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == visit_id)
    return list(db.session.scalars(listed.order_by(VisitCommissioner.commissioner_id)))


def _content(visit: Any, people: list[int]) -> dict[str, Any]:
    """Everything a record held, as JSON."""
    columns = {column.name: plain_value(getattr(visit, column.name)) for column in table_of(Visit).columns}
    belonging = {
        name: list(db.session.scalars(select(model.id).where(model.visit_id == visit.id).order_by(model.id)))
        for name, model in (("photos", VisitPhoto), ("problems", RaisedProblem))
    }
    return {**columns, "commissioners": people, **belonging}


def _values(stays: Any, goes: Any, chosen: Mapping[str, int | str]) -> dict[str, Any]:
    """What the record that stays will hold: its own, unless the other's was chosen or it has none."""
    values: dict[str, Any] = {}
    for part, columns in PARTS.items():
        empty = all(getattr(stays, column) in (None, "") for column in columns)
        if chosen.get(part) == BOTH and part == "outcome":
            values[part] = "\n".join(dict.fromkeys(text for text in (stays.outcome, goes.outcome) if text))
        elif chosen.get(part) == goes.id or empty:
            values.update({column: getattr(goes, column) for column in columns})
    values["illustrative"] = stays.illustrative and goes.illustrative
    values["seed_key"] = stays.seed_key or goes.seed_key
    return values


def _unite_people(visit_id: int, theirs: list[int], entry: Entry) -> None:
    own = _people_of(visit_id)
    added = sorted(set(theirs) - set(own))
    if added:
        rows = [{"visit_id": visit_id, "commissioner_id": one} for one in added]
        db.session.execute(insert(VisitCommissioner), rows)
        entry.changes["commissioners"] = [own, sorted({*own, *theirs})]


def _move(goes: Any, stays_id: int) -> None:
    """Problems, photos, what was merged before and what was kept apart go to the record that stays."""
    for model in (RaisedProblem, MergedVisit):
        db.session.execute(update(model).where(model.visit_id == goes.id).values(visit_id=stays_id))
    _move_photos(goes.id, stays_id)
    kept = select(VisitsKeptApart).where((VisitsKeptApart.visit_id == goes.id) | (VisitsKeptApart.other_id == goes.id))
    for one in db.session.scalars(kept).all():
        far = one.other_id if one.visit_id == goes.id else one.visit_id
        first, second = sorted((stays_id, far))
        if far != stays_id and db.session.get(VisitsKeptApart, (first, second)) is None:
            said = {"decided_by_id": one.decided_by_id, "decided_at": one.decided_at}
            db.session.execute(insert(VisitsKeptApart).values(visit_id=first, other_id=second, **said))
        db.session.expunge(one)


def _move_photos(goes_id: int, stays_id: int) -> None:
    """A photo that both have stays once; one that was sent under a mark of the other's is marked by its content."""
    own = select(VisitPhoto.sent_sha256, VisitPhoto.content_sha256).where(VisitPhoto.visit_id == stays_id)
    rows = db.session.execute(own).all()
    sent, contents = {row.sent_sha256 for row in rows}, {row.content_sha256 for row in rows}
    theirs = select(VisitPhoto.id, VisitPhoto.sent_sha256, VisitPhoto.content_sha256)
    for photo in db.session.execute(theirs.where(VisitPhoto.visit_id == goes_id).order_by(VisitPhoto.id)).all():
        if photo.content_sha256 in contents:
            db.session.execute(delete(VisitPhoto).where(VisitPhoto.id == photo.id))
            continue
        mark = photo.content_sha256 if photo.sent_sha256 in sent else photo.sent_sha256
        moved = update(VisitPhoto).where(VisitPhoto.id == photo.id)
        db.session.execute(moved.values(visit_id=stays_id, sent_sha256=mark))
        sent.add(mark)
        contents.add(photo.content_sha256)


def _keep(actor: Actor, goes: Any, stays_id: int, content: Mapping[str, Any]) -> None:
    """The record leaves the visits and is kept whole, under the id by which a phone may send it again."""
    with change(actor, "visits.merged_away") as entry:
        told = {key: [value, None] for key, value in content.items() if key not in {"id", "photos", "problems"}}
        told = {key: pair for key, pair in told.items() if pair[0] not in (None, "", [])}
        entry.about("visits", goes.id, {**told, "merged_into_id": [None, stays_id]}, goes.region_code)
        kept = {
            "client_id": goes.client_id,
            "sent_sha256": goes.sent_sha256,
            "visit_id": stays_id,
            "content": content,
            "merged_by_id": actor.account_id,
            "merged_at": now(),
        }
        db.session.execute(insert(MergedVisit).values(**kept))
        db.session.execute(delete(Visit).where(Visit.id == goes.id).execution_options(synchronize_session=False))
        db.session.expunge(goes)
