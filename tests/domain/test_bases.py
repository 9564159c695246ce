"""Demonstration bases: quantities as a ledger that is folded, never overwritten."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from commissioner.access import SYSTEM
from commissioner.domain import records
from commissioner.domain.bases import BASES, MEASUREMENTS
from commissioner.domain.growth import growth_of
from commissioner.domain.ledger import Line, folded, goes_below_nothing, new_in, total_at
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.programme import keep_settings
from commissioner.models import DemonstrationBase, db
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import CoordinateSource, Industry, MeasurementKind, Quantity, Role, SettingKey, Unit
from tests.factories import INSIDE_DEG, an_actor, an_officer
from tests.people import COUNTY, NEXT_COUNTY
from tests.results import YEAR, a_base, a_line, a_place

SET, ADD, TAKE = MeasurementKind.SET, MeasurementKind.ADD, MeasurementKind.TAKE
LINES = st.lists(
    st.builds(
        Line,
        on=st.dates(date(2020, 1, 1), date(2023, 12, 31)),
        kind=st.sampled_from(MeasurementKind),
        amount=st.decimals(0, 1_000_000, places=2),
        id=st.integers(1, 10_000),
    ),
    unique_by=lambda line: line.id,
)


def line(kind: MeasurementKind, amount: int, day: int, number: int = 0) -> Line:
    """A line on a day of January."""
    return Line(on=date(YEAR, 1, day), kind=kind, amount=Decimal(amount), id=number)


def test_set_replaces_add_and_take_move() -> None:
    totals = [one.total for one in folded([line(SET, 40, 1), line(ADD, 25, 2), line(TAKE, 5, 3), line(SET, 50, 4)])]
    assert totals == [40, 65, 60, 50]


def test_lines_of_one_day_follow_each_other_as_entered() -> None:
    assert folded([line(ADD, 10, 1, 2), line(SET, 40, 1, 1)])[-1].total == 50


def test_the_total_before_the_first_line_is_unknown() -> None:
    balances = folded([line(SET, 40, 5), line(ADD, 2, 9)])
    assert [total_at(balances, date(YEAR, 1, day)) for day in (4, 5, 8, 9)] == [None, 40, 40, 42]


def test_new_in_a_year_is_what_was_added_not_what_was_counted() -> None:
    lines = [
        line(SET, 180, 1),
        line(ADD, 102, 2),
        line(TAKE, 5, 3),
        Line(on=date(2021, 5, 1), kind=ADD, amount=Decimal(9)),
    ]
    assert new_in(lines, YEAR) == 102


@given(LINES)
def test_folding_does_not_depend_on_the_order_of_reading(lines: list[Line]) -> None:
    assert folded(lines) == folded(list(reversed(lines)))


@given(LINES)
def test_every_line_is_told_once_and_moves_add_up(lines: list[Line]) -> None:
    balances = folded(lines)
    assert Counter(one.line for one in balances) == Counter(lines)
    assert sum((one.moved for one in balances), Decimal(0)) == (balances[-1].total if balances else 0)


@given(LINES, st.decimals(0, 1000, places=2))
def test_a_count_at_the_end_is_the_total(lines: list[Line], amount: Decimal) -> None:
    last = max((one.on for one in lines), default=date(2023, 1, 1)) + timedelta(days=1)
    assert folded([*lines, Line(on=last, kind=SET, amount=amount)])[-1].total == amount


@given(LINES)
def test_without_taking_nothing_goes_below_nothing(lines: list[Line]) -> None:
    assert not goes_below_nothing([one for one in lines if one.kind is not TAKE])


def entered(**changes: Any) -> dict[str, Any]:
    """A measurement as the form says it."""
    return {"measured_on": date(YEAR, 6, 1), "quantity": Quantity.AREA, "kind": ADD, "amount": Decimal(10), **changes}


def test_more_cannot_be_taken_than_is_there_on_any_day(app: Flask) -> None:
    officer, base_id = an_officer(), a_base(a_place())
    a_line(base_id, 40, SET, date(YEAR, 3, 1))
    a_line(base_id, 100, ADD, date(YEAR, 9, 1))
    with pytest.raises(Invalid) as problem:
        records.create(officer, MEASUREMENTS, entered(base_id=base_id, kind=TAKE, amount=Decimal(41)))
    assert set(problem.value.fields) == {"amount"}
    records.create(officer, MEASUREMENTS, entered(base_id=base_id, kind=TAKE, amount=Decimal(40)))


def test_a_line_can_be_amended_without_counting_its_old_self(app: Flask) -> None:
    officer, base_id = an_officer(), a_base(a_place())
    a_line(base_id, 40, SET, date(YEAR, 3, 1))
    taken = records.create(officer, MEASUREMENTS, entered(base_id=base_id, kind=TAKE, amount=Decimal(30)))
    records.amend(officer, MEASUREMENTS, taken, entered(base_id=base_id, kind=TAKE, amount=Decimal(35)), 1)
    assert growth_of(officer, base_id)[0].total == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(10) ** 12}, "amount"),
        ({"measured_on": today() + timedelta(days=1)}, "measured_on"),
        ({"quantity": None}, "quantity"),
    ],
)
def test_absurd_measurements_are_refused(app: Flask, changes: dict[str, Any], field: str) -> None:
    base_id = a_base(a_place())
    with pytest.raises(Invalid) as problem:
        records.create(an_officer(), MEASUREMENTS, entered(base_id=base_id, **changes))
    assert set(problem.value.fields) == {field}


def test_what_a_base_grew_into_quantity_by_quantity_year_by_year(app: Flask) -> None:
    base_id = a_base(a_place())
    a_line(base_id, 180, SET, date(2021, 4, 10))
    a_line(base_id, 102, ADD, date(2022, 12, 31))
    a_line(base_id, 12, SET, date(2021, 12, 20), Quantity.HOUSEHOLDS)
    area, households = growth_of(an_officer(), base_id)
    assert [(one.year, one.added, one.total) for one in area.years] == [(2021, 0, 180), (2022, 102, 282)]
    assert (area.unit, households.unit, households.total) == (Unit.MU, Unit.HOUSEHOLDS, 12)
    assert area.daily_totals == ((date(2021, 4, 10), 180), (date(2022, 12, 31), 282))


def test_another_county_sees_no_base_and_no_line(app: Flask) -> None:
    base_id = a_base(a_place())
    a_line(base_id, 180)
    stranger = an_actor(Role.OFFICER, NEXT_COUNTY)
    assert list(growth_of(stranger, base_id)) == []
    with pytest.raises(Invalid):
        records.create(stranger, MEASUREMENTS, entered(base_id=base_id))
    with pytest.raises(NotFound):
        records.record(stranger, BASES, base_id)


def test_bases_that_grew_in_a_year_are_found(app: Flask) -> None:
    place = a_place()
    grown, founded = a_base(place), a_base(place, founded_on=date(YEAR, 2, 1))
    a_line(grown, 20)
    a_line(founded, 20, SET)
    officer = an_officer()

    def found(**filters: str) -> set[int]:
        return {row["id"] for row in listed(officer, BASES.listing, ListQuery(filters=filters)).rows}

    assert found(grew=str(YEAR)) == {grown}
    assert found(year=str(YEAR)) == {founded}
    assert found(place=str(place["place_id"])) == {grown, founded}


def a_draft(**changes: Any) -> dict[str, Any]:
    """A base as the form says it."""
    return {"name": "示例基地", "industry": Industry.TEA, "commissioners": (), "projects": (), "point": None, **changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"founded_on": date(2022, 3, 1), "closed_on": date(2022, 2, 1)}, "closed_on"),
        ({"point": (None, 120.3)}, "latitude_deg"),
        ({"point": (27.6, None)}, "longitude_deg"),
        ({"point": (120.3193, 27.6348)}, "latitude_deg"),
        ({"point": (30.2, 120.1)}, "latitude_deg"),
    ],
)
def test_a_base_lies_in_the_county_and_closes_after_it_opens(app: Flask, changes: dict[str, Any], field: str) -> None:
    keep_settings(SYSTEM, {SettingKey.REGION_CODE: COUNTY})
    with pytest.raises(Invalid) as problem:
        records.create(an_officer(), BASES, a_draft(place_id=a_place()["place_id"], **changes))
    assert set(problem.value.fields) == {field}


def test_a_position_keeps_where_it_came_from_until_it_is_moved(app: Flask) -> None:
    officer, place = an_officer(), a_place()
    latitude_deg, longitude_deg = INSIDE_DEG
    position = {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "coordinate_source": CoordinateSource.GPS}
    base_id = a_base(place, **position)
    sources = []
    for version, point in enumerate([INSIDE_DEG, (27.64, 120.32), None], start=1):
        records.amend(officer, BASES, base_id, a_draft(place_id=place["place_id"], point=point), version)
        db.session.rollback()
        sources.append(db.session.get_one(DemonstrationBase, base_id).coordinate_source)
    assert sources == [CoordinateSource.GPS, CoordinateSource.MAP_CLICK, None]
