"""The townships of a crowded map in mind: after every change what is kept is what plain counting gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select

from commissioner.access import Actor
from commissioner.domain import map_changes, map_townships
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_rows import Townships
from commissioner.domain.map_states import MapState, data_version
from commissioner.domain.map_townships import TownshipsOnMap, read_townships, townships_on_map
from commissioner.domain.records import amend, create
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visit_decisions import decide_visit
from commissioner.domain.visit_drafts import VisitDraft
from commissioner.domain.visit_log import amend_visit, record_visit
from commissioner.models import AuditEntry, Place, Visit, db
from commissioner.models.base import now, table_of
from commissioner.units import today
from commissioner.vocabulary import Industry, Level, PlaceState, Role, VisitState
from tests.factories import NEXT_TOWNSHIP, a_person, a_village, a_visit, an_actor, an_officer, written
from tests.people import SHUITOU, posted_commissioner

LEADER = Actor(role=Role.LEADER, region_code="330326")


def looked_at(ask: MapAsk, actor: Actor = LEADER) -> TownshipsOnMap:
    db.session.rollback()
    return townships_on_map(actor, ask, MapState(version=data_version(), crowded=True, sums_kept=True))


def told(townships: TownshipsOnMap) -> dict[str, list[Any]]:
    columns = {"codes": townships.codes, "x": np.nan_to_num(townships.x, nan=-1.0), **townships.counts}
    return {key: column.tolist() for key, column in columns.items()}


def agree(*asks: MapAsk) -> None:
    for ask in asks:
        assert told(looked_at(ask)) == told(read_townships(LEADER, ask, plainly=True)), ask


@pytest.fixture
def readings(pingyang: Flask, monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str] | None]:
    """The townships of each reading; nothing stands for all of them."""
    found: list[frozenset[str] | None] = []

    def read(actor: Actor, ask: MapAsk, *, within: Townships | None = None) -> TownshipsOnMap:
        found.append(within.codes if within else None)
        return read_townships(actor, ask, within=within)

    monkeypatch.setattr(map_townships, "read_townships", read)
    return found


NOW = MapAsk(on=today())


def test_a_visit_reads_its_own_township_again(readings: list[Any]) -> None:
    agree(NOW)
    looked_at(NOW)
    assert readings == [None]

    record_visit(an_actor(), a_visit())
    agree(NOW)
    assert readings == [None, frozenset({SHUITOU})]


def test_a_visit_that_moves_reads_both(readings: list[Any]) -> None:
    officer, people = an_officer(), (posted_commissioner(),)
    visit_id = record_visit(officer, a_visit(commissioner_ids=people)).visit_id
    agree(NOW)
    amend_visit(
        officer, visit_id, a_visit(place_id=a_village(NEXT_TOWNSHIP), commissioner_ids=people, confirmed=True), 1
    )
    agree(NOW)

    assert readings == [None, frozenset({SHUITOU, NEXT_TOWNSHIP})]


def test_what_is_no_visit_reads_all_of_them(readings: list[Any]) -> None:
    agree(NOW)
    village = a_village()
    draft = {"commissioner_id": a_person(), "place_id": village, "level": Level.COUNTY, "starts_on": today()}
    create(an_officer(), SUBJECTS["postings"], draft)
    agree(NOW)

    assert readings == [None, None]


def test_who_signs_in_moves_nothing(readings: list[Any]) -> None:
    agree(NOW)
    line = {"account_name": "", "role": "leader", "action": "accounts.sign_in", "subject": "accounts", "changes": {}}
    written(AuditEntry, at=now(), **line)
    agree(NOW)

    assert readings == [None]


def late(line: dict[str, Any]) -> None:
    """A line that another has overtaken, as it looks to others before its transaction ends and after."""
    table = table_of(AuditEntry)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(table.delete().where(table.c.id == line["id"]))
        connection.execute(table.insert().values({**line, "id": line["id"] + 50, "subject": "accounts"}))
    looked_at(NOW)
    with db.engine.begin() as connection:
        connection.execute(table.insert().values(line))
    agree(NOW)


def last_line() -> dict[str, Any]:
    db.session.rollback()
    table = table_of(AuditEntry)
    return dict(db.session.execute(select(table).order_by(table.c.id.desc())).mappings().first() or {})


def test_an_earlier_line_that_comes_late_is_seen(readings: list[Any]) -> None:
    record_visit(an_actor(), a_visit())
    late(last_line())
    assert readings == [None, None]  # which of the last lines is new cannot be told at first

    record_visit(an_actor(region_code=NEXT_TOWNSHIP), a_visit(place_id=a_village(NEXT_TOWNSHIP), confirmed=True))
    late(last_line())
    assert readings[2:] == [frozenset({NEXT_TOWNSHIP})]


def test_too_many_changes_at_once_read_all(readings: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_changes, "MOST_LINES", 2)
    monkeypatch.setattr(map_changes, "RECENT_CHANGES", 0)
    agree(NOW)
    for _ in range(3):
        record_visit(an_actor(), a_visit())
    agree(NOW)

    assert readings == [None, None]


class Staff:
    """The bureau of the county, which does whatever its verbs allow, by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.officer, self.people = an_officer(), (posted_commissioner(),)
        self.verbs: list[Callable[[], Any]] = [self.records, self.decides, self.amends, self.closes_or_opens]

    def village(self) -> int:
        return a_village(self.chance.choice([SHUITOU, NEXT_TOWNSHIP]), self.chance.randrange(4))

    def draft(self) -> VisitDraft:
        day = today() - timedelta(days=self.chance.randrange(1, 60))
        return a_visit(place_id=self.village(), commissioner_ids=self.people, starts_on=day, confirmed=True)

    def visit(self) -> Any:
        db.session.rollback()
        return self.chance.choice(db.session.execute(select(Visit.id, Visit.version)).all())

    def records(self) -> None:
        record_visit(self.officer, self.draft())

    def decides(self) -> None:
        state = self.chance.choice([VisitState.CONFIRMED, VisitState.RETURNED])
        decide_visit(an_actor(Role.OFFICER, "330326"), self.visit().id, state, "再看看")

    def amends(self) -> None:
        visit = self.visit()
        amend_visit(self.officer, visit.id, self.draft(), visit.version)

    def closes_or_opens(self) -> None:
        db.session.rollback()
        place = db.session.get_one(Place, self.village())
        state = PlaceState.CLOSED if place.state is PlaceState.CURRENT else PlaceState.CURRENT
        values = {one.key: getattr(place, one.key, None) for one in SUBJECTS["places"].fields}
        amend(self.officer, SUBJECTS["places"], place.id, {**values, "state": state}, place.version)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_sequence_of_verbs(pingyang: Flask, seed: int) -> None:
    staff = Staff(seed)
    within_the_month = MapAsk(on=today() - timedelta(days=40))
    narrowed = MapAsk(on=today(), industry=Industry.TEA), MapAsk(on=today(), level=Level.COUNTY)
    for _ in range(8):
        staff.chance.choice(staff.verbs)()
        agree(NOW, within_the_month, *narrowed)
