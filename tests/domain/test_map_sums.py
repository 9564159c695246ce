"""The kept sums of the map: after any sequence of writes they are what plain counting gives, and nobody waits for them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date
from math import floor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, update

from commissioner.access import Actor
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_counts import by_township, is_crowded, sums_can_answer
from commissioner.domain.map_layers import MapLayer, map_document
from commissioner.domain.map_rows import Townships
from commissioner.domain.map_states import map_state
from commissioner.domain.map_sums import bring_up_to_date, wrong_sums
from commissioner.domain.map_townships import cells_of, read_townships
from commissioner.domain.map_viewport import BadViewport, Viewport, earth, read_viewport, world
from commissioner.domain.programme import ON, forget
from commissioner.domain.visit_log import record_visit
from commissioner.models import (
    KeptSums,
    MonthSum,
    Place,
    ProgrammeSetting,
    StaleSum,
    TownshipSum,
    Visit,
    db,
    schema,
)
from commissioner.models.base import now, table_of
from commissioner.vocabulary import (
    Industry,
    Level,
    PlaceLevel,
    Role,
    SettingKey,
    VisitKind,
    VisitState,
)
from tests.factories import a_village, a_visit, an_actor
from tests.hands import Hand, writing

LEADER = Actor(role=Role.LEADER, region_code="330326")
SHUITOU = Actor(role=Role.TOWNSHIP, region_code="330326102")
NEXT_COUNTY = Actor(role=Role.OFFICER, region_code="330327")
WHOLE = Viewport(west=119.0, south=26.5, east=122.0, north=28.5, zoom=10)
ENDS = (date(2021, 12, 31), date(2022, 3, 31), date(2022, 6, 30), date(2022, 12, 31), date(2023, 1, 31))
VISITS = table_of(Visit)


def rows(actor: Actor, ask: MapAsk, *, plainly: bool) -> list[tuple[Any, ...]]:
    bring_up_to_date()
    statement = by_township(actor, ask, plainly=plainly)
    return sorted(tuple(row) for row in db.session.execute(statement))


def agree(actor: Actor = LEADER, days: tuple[date, ...] = ENDS) -> None:
    for day in days:
        ask = MapAsk(on=day)
        assert sums_can_answer(actor, ask)
        assert rows(actor, ask, plainly=False) == rows(actor, ask, plainly=True), day
    assert wrong_sums() == 0


def marks() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(StaleSum.id))) or 0


@pytest.fixture
def kept(pingyang: Flask) -> Flask:
    """An installation whose map has been asked for sums."""
    bring_up_to_date()
    return pingyang


@pytest.mark.parametrize("seed", range(3))
def test_after_any_sequence_of_writes_the_sums_are_what_counting_gives(kept: Flask, seed: int) -> None:
    hand = Hand(seed)
    for _ in range(6):
        for _ in range(hand.chance.randrange(1, 7)):
            hand.chance.choice(hand.acts())()
        agree(days=ENDS[1:4] if seed else ENDS)


def test_the_sums_are_what_the_map_of_a_small_county_shows(kept: Flask) -> None:
    for day in ENDS:
        document = map_document(LEADER, MapAsk(on=day), map_state(LEADER))
        told = {place.id: (place.villages, place.visits) for place in document.lines[MapLayer.TOWNSHIPS]}
        names = dict(
            db.session.execute(select(Place.region_code, Place.id).where(Place.level == PlaceLevel.TOWNSHIP)).all()
        )
        for row in db.session.execute(by_township(LEADER, MapAsk(on=day))):
            if f"{row.township}000" not in names:
                continue
            villages, _visits_to_the_township = told[names[f"{row.township}000"]]
            assert (row.served, row.villages) == villages, row.township
        summed = db.session.execute(by_township(LEADER, MapAsk(on=day))).all()
        assert sum(row.visits for row in summed) == document.figures.visits
        assert sum(row.served for row in summed) == document.figures.villages_served


def test_a_verb_leaves_its_mark_in_its_own_transaction(kept: Flask) -> None:
    assert marks() == 0
    record_visit(an_actor(), a_visit())
    assert marks() >= 1
    agree()
    assert marks() == 0


def test_what_no_sum_reads_leaves_no_mark_on_sqlite(kept: Flask) -> None:
    writing(update(VISITS).where(VISITS.c.id == select(func.min(VISITS.c.id)).scalar_subquery()).values(outcome="好"))
    assert marks() == (0 if db.engine.dialect.name == "sqlite" else 2)  # one for what was, one for what is


def test_a_write_that_is_taken_back_leaves_no_mark(kept: Flask) -> None:
    with db.engine.connect() as connection:
        connection.execute(update(VISITS).values(state=VisitState.WAITING))
        connection.rollback()
    assert marks() == 0


def test_nobody_pays_for_sums_that_nobody_asked_for(pingyang: Flask) -> None:
    record_visit(an_actor(), a_visit())
    assert marks() == 0
    assert db.session.scalar(select(func.count(KeptSums.id))) == 0
    assert db.session.scalar(select(func.count(TownshipSum.township))) == 0
    assert wrong_sums() == 0


def test_a_sum_that_was_tampered_with_is_found(kept: Flask) -> None:
    assert wrong_sums() == 0
    writing(update(table_of(MonthSum)).where(MonthSum.month == 202206).values(visits=MonthSum.visits + 1))
    assert wrong_sums() > 0
    writing(delete(table_of(TownshipSum)))
    assert wrong_sums() > 16


def test_an_upgrade_makes_the_triggers_anew(kept: Flask) -> None:
    table = " ON visits" if db.engine.dialect.name == "postgresql" else ""
    writing(text(f"DROP TRIGGER mark_visits_insert{table}"))
    db.session.rollback()
    schema.upgrade(db.engine)
    record_visit(an_actor(), a_visit())
    assert marks() == 1


def test_the_setting_of_what_counts_is_heard_at_once(kept: Flask) -> None:
    village = a_village("330326105", 4)
    code = db.session.scalar(select(Place.region_code).where(Place.id == village))
    waiting = {"state": VisitState.WAITING, "kind": VisitKind.SERVICE, "topic": "看看", "region_code": code}
    days = {"starts_on": date(2022, 6, 1), "ends_on": date(2022, 6, 1), "created_at": now(), "updated_at": now()}
    writing(insert(VISITS).values(client_id=str(uuid.uuid4()), place_id=village, **waiting, **days))
    before = sum(row[4] for row in rows(LEADER, MapAsk(on=date(2022, 6, 30)), plainly=False))
    writing(insert(table_of(ProgrammeSetting)).values(key=SettingKey.COUNT_UNREJECTED, value=ON))
    forget()
    agree()
    assert sum(row[4] for row in rows(LEADER, MapAsk(on=date(2022, 6, 30)), plainly=False)) > before


class TestScope:
    def test_a_region_sees_its_own_townships(self, kept: Flask) -> None:
        ask = MapAsk(on=date(2022, 12, 31))
        assert [row[0] for row in rows(SHUITOU, ask, plainly=False)] == ["330326102"]
        assert rows(NEXT_COUNTY, ask, plainly=False) == []
        narrowed = MapAsk(on=ask.on, township="330326102")
        assert [row[0] for row in rows(LEADER, narrowed, plainly=False)] == ["330326102"]
        assert rows(SHUITOU, MapAsk(on=ask.on, township="330326105"), plainly=False) == []

    def test_a_single_person_is_never_answered_by_sums_of_all(self, kept: Flask) -> None:
        someone = Actor(role=Role.COMMISSIONER, region_code="330326", commissioner_id=999_999)
        assert not sums_can_answer(someone, MapAsk(on=date(2022, 12, 31)))
        assert sum(row[5] for row in rows(someone, MapAsk(on=date(2022, 12, 31)), plainly=False)) == 0

    @pytest.mark.parametrize("narrowed", [{"level": Level.PROVINCIAL}, {"industry": Industry.TEA}])
    def test_levels_and_industries_are_counted(self, kept: Flask, narrowed: dict[str, Any]) -> None:
        ask = MapAsk(on=date(2022, 12, 31), **narrowed)
        assert not sums_can_answer(LEADER, ask)
        document = map_document(LEADER, ask, map_state(LEADER))
        summed = rows(LEADER, ask, plainly=False)
        assert sum(row[5] for row in summed) == document.figures.visits
        assert sum(row[4] for row in summed) == document.figures.villages_served

    def test_a_day_within_a_month_is_counted(self, kept: Flask) -> None:
        ask = MapAsk(on=date(2022, 6, 15))
        assert not sums_can_answer(LEADER, ask)
        assert (
            sum(row[5] for row in rows(LEADER, ask, plainly=False))
            == map_document(LEADER, ask, map_state(LEADER)).figures.visits
        )


class TestCells:
    @pytest.mark.parametrize("zoom", [0, 5, 8, 10, 11, 14, 22])
    def test_every_township_with_a_point_is_in_one_cell(self, kept: Flask, zoom: int) -> None:
        ask = MapAsk(on=date(2022, 12, 31))
        view = Viewport(west=WHOLE.west, south=WHOLE.south, east=WHOLE.east, north=WHOLE.north, zoom=zoom)
        cells = cells_of(read_townships(LEADER, ask), view)
        assert sum(cell.townships for cell in cells) == 16
        assert sum(int(cell.visits) for cell in cells) == sum(
            row[5] for row in rows(LEADER, ask, plainly=False) if row[1]
        )
        assert cells == cells_of(read_townships(LEADER, ask, plainly=True), view)

        n, together = view.cells_around_the_world, defaultdict(list)
        for code, x, y, *_counts in rows(LEADER, ask, plainly=False):
            if x is not None:
                together[floor(y * n), floor(x * n)].append((code, x, y))
        inside = [sorted(some) for _spot, some in sorted(together.items())]
        assert [(cell.first, cell.townships) for cell in cells] == [(some[0][0], len(some)) for some in inside]
        edges = [(cell.left, cell.right, cell.top, cell.bottom) for cell in cells]
        spots = [([x for _c, x, _y in some], [y for _c, _x, y in some]) for some in inside]
        assert edges == [(min(xs), max(xs), min(ys), max(ys)) for xs, ys in spots]

    def test_only_what_is_in_sight(self, kept: Flask) -> None:
        ask = MapAsk(on=date(2022, 12, 31))
        aside = Viewport(west=10, south=10, east=11, north=11, zoom=10)
        assert cells_of(read_townships(LEADER, ask), aside) == []

    def test_a_small_county_is_not_crowded(self, kept: Flask) -> None:
        assert not is_crowded(LEADER, MapAsk(on=date(2022, 12, 31)))


class TestViewport:
    @pytest.mark.parametrize(
        ("bbox", "zoom"),
        [
            ("", "5"), ("1,2,3", "5"), ("1,2,3,4,5", "5"), ("a,b,c,d", "5"), ("nan,0,1,1", "5"), ("inf,0,1,1", "5"),
            ("0,-inf,1,1", "5"), ("2,0,1,1", "5"), ("0,2,1,1", "5"), ("0,0,0,0", "5"), ("0,0,1,1", ""), ("0,0,1,1", "-1"),
            ("0,0,1,1", "23"), ("0,0,1,1", "1e3"), ("0,0,1,1", "9" * 40), ("0,0,1,91", "5"), ("0,0,9999,1", "5"),
            ("0,0,1,1" + " " * 5000, "5"), ("1e400,0,1,1", "5"), ("0,0,1,1", "²"),
        ],
    )  # fmt: skip
    def test_what_is_no_part_of_the_map_is_refused_in_words(self, bbox: str, zoom: str) -> None:
        with pytest.raises(BadViewport):
            read_viewport(bbox, zoom)

    def test_a_box_is_read(self) -> None:
        assert read_viewport("119.5,27.25,120.5,27.75", "11") == Viewport(
            west=119.5, south=27.25, east=120.5, north=27.75, zoom=11
        )

    @pytest.mark.parametrize("point", [(27.6, 120.3), (0.0, 0.0), (-33.9, 151.2), (85.0, -179.9)])
    def test_there_and_back(self, point: tuple[float, float]) -> None:
        assert earth(*world(*point)) == pytest.approx(point, abs=1e-9)


def test_townships_are_the_fewest_ranges() -> None:
    some = Townships(["330326101", "330326100", "330326102", "330326120"])
    assert some._ranges == [("330326100000", "330326102999"), ("330326120000", "330326120999")]
