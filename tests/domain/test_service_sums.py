"""The kept sums of the dashboard: after any sequence of writes they are what the plain queries give, for every region."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update

from commissioner.access import Actor
from commissioner.domain import dashboard_rows, dashboard_sums, dashboards
from commissioner.domain.dashboards import DashboardAsk
from commissioner.domain.employment import employment_over, impact_in
from commissioner.domain.map_states import MapState
from commissioner.domain.map_sums import bring_up_to_date, wrong_sums
from commissioner.domain.programme import ON, forget
from commissioner.domain.visit_log import record_visit
from commissioner.models import (
    BaseProject,
    Commissioner,
    DemonstrationBase,
    Impact,
    PersonSum,
    Place,
    ProgrammeSetting,
    Project,
    RaisedProblem,
    RegionSum,
    StalePerson,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.models.base import now, table_of
from commissioner.vocabulary import (
    ImpactIndicator,
    ImpactState,
    OverlapDecision,
    Role,
    SettingKey,
    Unit,
    VisitState,
)
from tests.factories import a_visit, an_actor
from tests.hands import Hand, writing

REGIONS = ("", "33", "3303", "330326", "330327", "44")
YEARS = range(2020, 2025)
VISITS, LINKS = table_of(Visit), table_of(VisitCommissioner)


def leader(region: str) -> Actor:
    return Actor(role=Role.LEADER, region_code=region)


def days_in(region: str) -> Mapping[int, int]:
    bring_up_to_date(people=True)
    return dashboard_sums.service_days_by_year(leader(region), YEARS)


def agree() -> None:
    bring_up_to_date(people=True)
    for region in REGIONS:
        actor = leader(region)
        assert dashboard_sums.visits_by_month(actor) == dashboard_rows.visits_by_month(actor), region
        summed = dashboard_sums.service_days_by_year(actor, YEARS)
        assert summed == dashboard_rows.service_days_by_year(actor, YEARS), region
    assert wrong_sums() == 0


@pytest.fixture
def kept(pingyang: Flask) -> Flask:
    """An installation that keeps sums."""
    bring_up_to_date(people=True)
    return pingyang


def stale_people() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(StalePerson.id))) or 0


def move_some_next_door() -> None:
    """A village of another county, another city and another province: so that no level is the same as the one below."""
    villages = db.session.scalars(select(Place.id).where(Place.region_code.like("330326105%")).order_by(Place.id)).all()
    for place_id, code in zip(villages[-3:], ("330327100701", "330411100702", "440101100703"), strict=True):
        writing(update(table_of(Place)).where(Place.id == place_id).values(region_code=code, code=None))


@pytest.mark.parametrize("seed", range(4))
def test_after_any_sequence_of_writes_the_sums_are_what_counting_gives(kept: Flask, seed: int) -> None:
    move_some_next_door()
    hand = Hand(100 + seed)
    hand.places += [one for one in hand.places if not one.region_code.startswith("330326")] * 20
    for _ in range(5):
        for _ in range(hand.chance.randrange(2, 8)):
            hand.chance.choice(hand.acts())()
        agree()
    assert days_in("") != dict.fromkeys(YEARS, 0)


def test_one_person_in_two_counties_on_a_day_is_one_day_of_both_together(kept: Flask) -> None:
    move_some_next_door()
    person = db.session.scalar(select(func.min(Commissioner.id)))
    day = date(2023, 5, 5)
    at_home = db.session.scalar(select(func.min(Place.region_code)).where(Place.region_code > "330326105000"))
    for code in ("330327100701", "330411100702", "440101100703", at_home):
        place_id = db.session.scalar(select(Place.id).where(Place.region_code == code))
        row = {"client_id": code, "kind": "service", "place_id": place_id, "region_code": code, "starts_on": day}
        more = {
            "ends_on": day,
            "topic": "看看",
            "state": VisitState.CONFIRMED,
            "created_at": now(),
            "updated_at": now(),
        }
        writing(insert(VISITS).values(**row, **more))
        made = db.session.scalar(select(Visit.id).where(Visit.client_id == code))
        writing(insert(LINKS).values(visit_id=made, commissioner_id=person))
    of = {region: days_in(region)[2023] for region in REGIONS}
    assert of == {"": 1, "33": 1, "3303": 1, "330326": 1, "330327": 1, "44": 1}
    agree()


def test_waiting_visits_count_as_soon_as_the_setting_says_so(kept: Flask) -> None:
    writing(update(VISITS).where(VISITS.c.state != VisitState.CONFIRMED).values(state=VisitState.DISPUTED))
    before = days_in("")
    writing(update(VISITS).where(VISITS.c.state == VisitState.CONFIRMED).values(state=VisitState.WAITING))
    assert days_in("") == dict.fromkeys(YEARS, 0)
    writing(insert(table_of(ProgrammeSetting)).values(key=SettingKey.COUNT_UNREJECTED, value=ON))
    forget()
    assert days_in("") == before != dict.fromkeys(YEARS, 0)
    agree()


def test_a_verb_marks_its_people_in_its_own_transaction(kept: Flask) -> None:
    assert stale_people() == 0
    record_visit(an_actor(), a_visit())
    assert stale_people() == 1
    agree()
    assert stale_people() == 0


def test_a_visit_that_goes_takes_its_days_along(kept: Flask) -> None:
    asked = select(RaisedProblem.visit_id).where(RaisedProblem.visit_id.is_not(None))
    writing(delete(VISITS).where(VISITS.c.id.in_(select(LINKS.c.visit_id)), VISITS.c.id.not_in(asked)))
    assert stale_people() > 0
    agree()


def test_a_sum_that_was_tampered_with_is_found(kept: Flask) -> None:
    assert wrong_sums() == 0
    writing(update(table_of(RegionSum)).where(RegionSum.region == "33").values(visits=RegionSum.visits + 1))
    assert wrong_sums() > 0
    writing(update(table_of(RegionSum)).where(RegionSum.region == "33").values(visits=RegionSum.visits - 1))
    assert wrong_sums() == 0
    writing(update(table_of(PersonSum)).values(days_confirmed=PersonSum.days_confirmed + 1))
    assert wrong_sums() > 0


@pytest.mark.parametrize("township", ["", "330326", "330326102"])
def test_a_crowded_dashboard_tells_what_a_quiet_one_tells(kept: Flask, township: str) -> None:
    ask = DashboardAsk(year=2022, township=township)
    quiet, crowded = (MapState(version=(1, 1), crowded=one) for one in (False, True))
    told = dashboards._made(leader("330326"), ask, quiet)
    assert dashboards._made(leader("330326"), ask, crowded) == told
    assert dashboards._made(leader("330326"), ask, replace(quiet, sums_kept=True)) == told
    assert dashboard_sums.made_ready(leader("330326"), crowded)
    assert not dashboard_sums.made_ready(leader("330326"), quiet)
    assert not dashboard_sums.made_ready(leader("330326102"), crowded)
    someone = Actor(role=Role.COMMISSIONER, region_code="330326", commissioner_id=1)
    assert not dashboard_sums.made_ready(someone, crowded)


@pytest.mark.parametrize("seed", range(3))
def test_employment_is_added_by_the_database_as_it_is_told_row_by_row(pingyang: Flask, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    projects, bases = (db.session.scalars(select(one.id)).all() for one in (Project, DemonstrationBase))
    writing(delete(table_of(Impact)))
    writing(delete(table_of(BaseProject)))
    links = {(chance.choice(bases), chance.choice(projects)) for _ in range(12)}
    writing(insert(table_of(BaseProject)).values([{"base_id": base, "project_id": one} for base, one in links]))
    owners = [{"project_id": one, "base_id": None} for one in projects] + [
        {"project_id": None, "base_id": one} for one in bases
    ]
    rows = [
        {
            **owner, "indicator": ImpactIndicator.EMPLOYMENT, "unit": Unit.PERSONS, "year": year, "evidence": "",
            "amount": Decimal(chance.randrange(1, 4000)) / 4, "state": chance.choice(list(ImpactState)),
            "overlap": chance.choice([None, *OverlapDecision]) if owner["base_id"] else None,
            "created_at": now(), "updated_at": now(),
        }
        for owner in owners for year in YEARS if chance.random() < 0.7
    ]  # fmt: skip
    writing(insert(table_of(Impact)).values(rows))
    person = db.session.scalar(select(func.min(Commissioner.id)))
    actors = [leader(""), leader("330326"), leader("330326102"), leader("330327")]
    for actor in [*actors, Actor(role=Role.COMMISSIONER, region_code="330326", commissioner_id=person)]:
        told = {year: int(impact_in(actor, year, ImpactIndicator.EMPLOYMENT).total) for year in YEARS}
        assert employment_over(actor, YEARS) == told
    assert any(employment_over(leader(""), YEARS).values())
