"""What happens to a place: it is renamed, merged into another, closed, tagged; its past stays written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select

from commissioner.access import Actor, Permission, visible
from commissioner.domain.changes import Entry, change
from commissioner.domain.places import PLACES
from commissioner.domain.records import date_fault, find_row
from commissioner.domain.spelling import spelled
from commissioner.domain.subject import running
from commissioner.models import Place, PlaceEvent, PlaceTagging, Posting, db
from commissioner.problems import Invalid, NeedsConfirmation, Problem
from commissioner.vocabulary import N_, PlaceEventKind, PlaceState, PlaceTag


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChange:
    """What happened, and on which day."""

    happened_on: date
    note: str = ""
    new_name: str = ""
    successor_id: int | None = None
    confirmed: bool = False


def rename_place(actor: Actor, place_id: int, draft: PlaceChange, client_id: str | None = None) -> None:
    """Give a place a new name; the old one stays among its events."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "places.rename", client_id=client_id) as entry:
        place = _current(actor, place_id, draft)
        if not draft.new_name or draft.new_name == place.name:
            raise Invalid({"new_name": Problem(N_("请填写和现在不同的新名称。"))})
        _happens(entry, place, PlaceEventKind.RENAMED, draft)
        place.name = draft.new_name
        place.pinyin, place.initials = spelled(place.name)


def merge_place(actor: Actor, place_id: int, draft: PlaceChange, client_id: str | None = None) -> None:
    """Merge a place into another of its level; what was recorded there stays recorded there."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "places.merge", client_id=client_id) as entry:
        place = _current(actor, place_id, draft)
        _refuse_successor(actor, place, draft.successor_id)
        _refuse_life(place, draft)
        _happens(entry, place, PlaceEventKind.MERGED, draft)
        place.state, place.successor_id = PlaceState.MERGED, draft.successor_id


def close_place(actor: Actor, place_id: int, draft: PlaceChange, client_id: str | None = None) -> None:
    """Close a place that was merged into none."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "places.close", client_id=client_id) as entry:
        place = _current(actor, place_id, draft)
        _refuse_life(place, draft)
        _happens(entry, place, PlaceEventKind.CLOSED, draft)
        place.state = PlaceState.CLOSED


def tag_place(actor: Actor, place_id: int, tags: Collection[PlaceTag]) -> None:
    """Let a place carry exactly ``tags``."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "places.tag") as entry:
        place = find_row(actor, PLACES, place_id, lock=True)
        before = set(db.session.scalars(select(PlaceTagging.tag).where(PlaceTagging.place_id == place_id)))
        gone, new = before - set(tags), set(tags) - before
        entry.silent = not gone and not new
        told = [sorted(tag.value for tag in before), sorted(tag.value for tag in tags)]
        entry.about("places", place_id, {"tags": told}, place.region_code)
        db.session.execute(delete(PlaceTagging).where(PlaceTagging.place_id == place_id, PlaceTagging.tag.in_(gone)))
        if new:
            db.session.execute(insert(PlaceTagging), [{"place_id": place_id, "tag": tag} for tag in sorted(new)])


def _current(actor: Actor, place_id: int, draft: PlaceChange) -> Place:
    place: Place = find_row(actor, PLACES, place_id, lock=True)
    if place.state is not PlaceState.CURRENT:
        raise Invalid(message=N_("这个地方已经撤并，不能再改。"))
    fault = date_fault(draft.happened_on, past=True)
    if fault is not None:
        raise Invalid({"happened_on": fault})
    return place


def _refuse_successor(actor: Actor, place: Place, successor_id: int | None) -> None:
    statement = visible(actor, Place).where(Place.id == (successor_id or 0), Place.id != place.id)
    successor: Any = db.session.execute(statement).scalar_one_or_none()
    if successor is None or successor.level is not place.level or successor.state is not PlaceState.CURRENT:
        raise Invalid({"successor_id": Problem(N_("请选一个同一层级、现在还在的地方。"))})


def _refuse_life(place: Place, draft: PlaceChange) -> None:
    """A place with places in it cannot go; one where somebody still serves goes only when that is meant."""
    below = select(func.count(Place.id)).where(Place.parent_id == place.id, Place.state == PlaceState.CURRENT)
    if count := db.session.scalar(below):
        raise Invalid({"happened_on": Problem(N_("它下面还有 %(n)s 个地方，请先处理它们。"), n=count)})
    serving = select(func.count(Posting.id)).where(
        Posting.place_id == place.id, running(Posting.starts_on, Posting.ends_on, draft.happened_on)
    )
    if (count := db.session.scalar(serving)) and not draft.confirmed:
        raise NeedsConfirmation({"happened_on": Problem(N_("那一天还有 %(n)s 个派驻在这里没有结束。"), n=count)})


def _happens(entry: Entry, place: Place, kind: PlaceEventKind, draft: PlaceChange) -> None:
    entry.watch(place)
    told: dict[str, Any] = {"happened_on": [None, draft.happened_on], "note": [None, draft.note]}
    entry.about("places", place.id, told, place.region_code)
    event = PlaceEvent(
        place_id=place.id, kind=kind, happened_on=draft.happened_on, former_name=place.name, note=draft.note
    )
    db.session.add(event)
    place.version += 1
