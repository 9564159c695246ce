"""Care campaigns: where they mean to go, what counts as having been there, and planning all of it at one go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from commissioner.access import SYSTEM, Actor
from commissioner.domain import records
from commissioner.domain.annual import figures
from commissioner.domain.campaign_plan import Plan, plan_stops, proposed_stops
from commissioner.domain.campaigns import CAMPAIGNS, STOPS, campaign_stops, campaign_tally
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.problems import PROBLEMS, Solved, solved_of
from commissioner.domain.programme import keep_settings
from commissioner.domain.visit_log import record_visit
from commissioner.models import AuditEntry, Campaign, CampaignStop, Place, PlaceTagging, Posting, db
from commissioner.problems import AlreadyDone, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import PlaceTag, Role, SettingKey, VisitKind
from tests.factories import (
    NEXT_TOWNSHIP,
    a_commissioner,
    a_person,
    a_posting,
    a_village,
    a_visit,
    an_actor,
    an_officer,
    written,
)
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU, posted_commissioner
from tests.projects import somebody
from tests.results import YEAR, a_problem
from tests.seeded import the

CLIENT = "0b3f4c52-6a0e-4c2b-9a44-3d8d1f0f5a02"


def a_campaign(starts_on: date | None = None, ends_on: date | None = None) -> int:
    """A campaign of the county that runs today."""
    first = starts_on or today() - timedelta(days=30)
    code = COUNTY.ljust(12, "0")
    return written(Campaign, name="关爱活动", region_code=code, starts_on=first, ends_on=ends_on)


def a_stop(campaign_id: int, place_id: int, commissioner_id: int | None = None, **values: Any) -> int:
    """A stop of a campaign."""
    code = db.session.scalar(select(Place.region_code).where(Place.id == place_id))
    facts = {"campaign_id": campaign_id, "place_id": place_id, "region_code": code, **values}
    return written(CampaignStop, commissioner_id=commissioner_id, **facts)


def township(code: str = SHUITOU) -> int:
    """A township."""
    return int(db.session.scalars(select(Place.id).where(Place.code == code.ljust(12, "0"))).one())


def came(campaign_id: int, place_id: int, commissioner_id: int, **changes: Any) -> int:
    """A care visit of the bureau in a campaign."""
    said = {"place_id": place_id, "commissioner_ids": (commissioner_id,), "campaign_id": campaign_id, **changes}
    return record_visit(an_officer(), a_visit(kind=said.pop("kind", VisitKind.CARE), confirmed=True, **said)).visit_id


def reached(actor: Actor, campaign_id: int) -> set[int]:
    """The stops that were reached, as the page and as the list tell it."""
    told = {one.id for one in campaign_stops(actor, campaign_id) if one.visit_id is not None}
    asked = ListQuery(filters={"campaign": str(campaign_id), "visited": "yes"})
    assert {row["id"] for row in listed(actor, STOPS.listing, asked).rows} == told
    assert campaign_tally(actor, campaign_id).reached == len(told)
    return told


def test_a_stop_is_reached_by_a_care_visit_there_that_lists_its_commissioner(pingyang: Flask) -> None:
    campaign_id, person, other = a_campaign(), posted_commissioner(), a_person()
    village, town = a_village(), township()
    stops = [a_stop(campaign_id, place, one) for place in (village, town) for one in (person, other, None)]
    assert reached(an_officer(), campaign_id) == set()
    came(campaign_id, a_village(number=1), person)
    # The township and whoever was met in it; not the village next door, not somebody else.
    assert reached(an_officer(), campaign_id) == {stops[3], stops[5]}
    came(campaign_id, village, person)
    assert reached(an_officer(), campaign_id) == {stops[0], stops[2], stops[3], stops[5]}


def test_a_service_visit_and_a_visit_outside_the_campaign_reach_nothing(pingyang: Flask) -> None:
    campaign_id, person = a_campaign(), posted_commissioner()
    a_stop(campaign_id, a_village(), person)
    came(campaign_id, a_village(), person, kind=VisitKind.SERVICE)
    came(a_campaign(), a_village(), person)
    assert reached(an_officer(), campaign_id) == set()


def test_a_stop_tells_what_is_needed_and_what_was_raised_there(pingyang: Flask) -> None:
    campaign_id, person, village = a_campaign(), posted_commissioner(), a_village()
    a_stop(campaign_id, village, person, wish="要一台冷库", planned_on=today() - timedelta(days=3))
    (stop,) = campaign_stops(an_officer(), campaign_id)
    assert (stop.wish, stop.overdue, stop.raised) == ("要一台冷库", True, None)
    visit_id = came(campaign_id, village, person)
    place = {"place_id": village, "region_code": db.session.get_one(Place, village).region_code}
    a_problem(place, visit_id=visit_id, description="没有过夜的地方")
    (stop,) = campaign_stops(an_officer(), campaign_id)
    assert (stop.visit_id, stop.overdue, stop.raised) == (visit_id, False, "没有过夜的地方")


def test_a_township_sees_the_stops_in_it_and_a_commissioner_the_own_ones(pingyang: Flask) -> None:
    campaign_id, person = a_campaign(), a_commissioner()
    own, other = a_stop(campaign_id, a_village(), person.commissioner_id), a_stop(campaign_id, a_village(number=1))
    abroad = a_stop(campaign_id, a_village(NEXT_TOWNSHIP), a_person())
    seen = {
        an_officer(): {own, other, abroad},
        an_actor(): {own, other},
        an_actor(region_code=NEXT_TOWNSHIP): {abroad},
        person: {own},
        somebody(): set(),
        an_actor(Role.OFFICER, NEXT_COUNTY): set(),
    }
    for actor, stops in seen.items():
        assert {one.id for one in campaign_stops(actor, campaign_id)} == stops
        assert campaign_tally(actor, campaign_id).stops == len(stops)


def test_the_home_page_counts_what_a_running_campaign_has_still_to_do(pingyang: Flask) -> None:
    person = posted_commissioner()
    running, ended = a_campaign(), a_campaign(date(YEAR, 1, 1), date(YEAR, 12, 31))
    to_go, done = a_stop(running, a_village(), person), a_stop(running, a_village(number=1), person)
    a_stop(ended, a_village(), person)
    came(running, a_village(number=1), person)
    found = listed(an_officer(), STOPS.listing, ListQuery(filters={"to_go": "1"}))
    assert [row["id"] for row in found.rows] == [to_go]
    assert done in reached(an_officer(), running)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": COUNTY}, "place_id"),
        ({"planned_on": date(2021, 12, 31)}, "planned_on"),
        ({"planned_on": date(2023, 1, 1)}, "planned_on"),
    ],
)
def test_a_stop_lies_in_a_township_or_village_and_within_its_campaign(
    pingyang: Flask, changes: dict[str, Any], field: str
) -> None:
    campaign_id = the(Campaign, "2022-care-tour").id
    draft = {"campaign_id": campaign_id, "place_id": township(changes.get("place", SHUITOU))}
    with pytest.raises(Invalid) as problem:
        records.create(an_officer(), STOPS, {**draft, **changes})
    assert set(problem.value.fields) == {field}


def test_nobody_is_planned_twice(pingyang: Flask) -> None:
    draft = {"campaign_id": a_campaign(), "place_id": township(), "commissioner_id": posted_commissioner()}
    for once in (draft, {**draft, "commissioner_id": None}):
        records.create(an_officer(), STOPS, once)
        with pytest.raises(Invalid):
            records.create(an_officer(), STOPS, once)


def test_a_township_plans_nothing(pingyang: Flask) -> None:
    campaign_id = a_campaign()
    draft = {"campaign_id": campaign_id, "place_id": township()}
    for verb in (
        lambda: records.create(an_actor(), STOPS, draft),
        lambda: proposed_stops(an_actor(), campaign_id),
        lambda: plan_stops(an_actor(), campaign_id, Plan(chosen=frozenset({"1-0"}))),
        lambda: proposed_stops(an_actor(Role.OFFICER, NEXT_COUNTY), campaign_id),
    ):
        with pytest.raises(NotFound):
            verb()


# Planning at one go


def test_everybody_who_serves_meanwhile_is_proposed_focus_villages_first(pingyang: Flask) -> None:
    first, last = date(YEAR, 4, 1), date(YEAR, 4, 30)
    campaign_id = a_campaign(first, last)
    serving = select(Posting).where(Posting.starts_on <= last, Posting.ends_on.is_(None) | (Posting.ends_on >= first))
    expected = {(one.place_id, one.commissioner_id) for one in db.session.scalars(serving)}
    focus = set(db.session.scalars(select(PlaceTagging.place_id).where(PlaceTagging.tag == PlaceTag.FOCUS)))
    proposals = proposed_stops(an_officer(), campaign_id)
    named = [one for one in proposals if one.commissioner_id is not None]
    assert {(one.place_id, one.commissioner_id) for one in named} == expected
    assert [one.focus for one in named] == sorted((one.focus for one in named), reverse=True)
    assert {one.place_id for one in proposals if one.focus} == focus
    assert not any(one.planned for one in proposals)


def test_all_that_is_ticked_is_planned_in_one_change(pingyang: Flask) -> None:
    campaign_id, officer = a_campaign(), an_officer()
    proposals = proposed_stops(officer, campaign_id)
    before = db.session.query(AuditEntry).count()
    plan = Plan(chosen=frozenset(one.key for one in proposals), planned_on=today())
    assert plan_stops(officer, campaign_id, plan, CLIENT) == len(proposals)
    assert len(campaign_stops(officer, campaign_id)) == len(proposals)
    assert {one.planned_on for one in campaign_stops(officer, campaign_id)} == {today()}
    assert db.session.query(AuditEntry).count() == before + 1
    assert all(one.planned for one in proposed_stops(officer, campaign_id))
    with pytest.raises(AlreadyDone):
        plan_stops(officer, campaign_id, plan, CLIENT)
    with pytest.raises(Invalid):
        plan_stops(officer, campaign_id, plan)
    assert len(campaign_stops(officer, campaign_id)) == len(proposals)


def test_whoever_is_met_in_a_village_is_not_proposed_again_for_its_township(pingyang: Flask) -> None:
    campaign_id, person = a_campaign(), a_person()
    a_posting(person, township(), today() - timedelta(days=60))
    a_stop(campaign_id, a_village(), person)
    (mine,) = [one for one in proposed_stops(an_officer(), campaign_id) if one.commissioner_id == person]
    assert mine.planned


@pytest.mark.parametrize(
    "plan",
    [
        Plan(chosen=frozenset()),
        Plan(chosen=frozenset({"987654321-0"})),
        Plan(chosen=frozenset({"<script>"})),
    ],
)
def test_a_plan_of_nothing_or_of_what_was_not_proposed_is_refused(pingyang: Flask, plan: Plan) -> None:
    campaign_id = a_campaign()
    with pytest.raises(Invalid) as problem:
        plan_stops(an_officer(), campaign_id, plan)
    assert set(problem.value.fields) == {"chosen"}
    assert campaign_stops(an_officer(), campaign_id) == ()


def test_a_plan_lies_within_its_campaign(pingyang: Flask) -> None:
    campaign_id = a_campaign(date(YEAR, 4, 1), date(YEAR, 4, 30))
    chosen = frozenset(one.key for one in proposed_stops(an_officer(), campaign_id))
    with pytest.raises(Invalid) as problem:
        plan_stops(an_officer(), campaign_id, Plan(chosen=chosen, planned_on=date(YEAR, 5, 1)))
    assert set(problem.value.fields) == {"planned_on"}


# Solved k of n


def test_a_campaign_tells_how_much_it_solved(pingyang: Flask) -> None:
    officer = an_officer()
    campaign_id = the(Campaign, "2022-care-tour").id
    tally = campaign_tally(officer, campaign_id)
    asked = {"campaign": str(campaign_id)}
    assert listed(officer, PROBLEMS.listing, ListQuery(filters=asked)).total == tally.raised > 0
    assert listed(officer, PROBLEMS.listing, ListQuery(filters={**asked, "state": "solved"})).total == tally.solved > 0
    assert 0 < tally.places <= tally.visits
    assert 0 < tally.reached < tally.stops


def test_solved_k_of_n_is_one_number_and_never_more_than_one_sees(pingyang: Flask) -> None:
    for actor in (an_officer(), an_actor(), an_actor(Role.LEADER, COUNTY), a_commissioner()):
        tally = figures(actor, YEAR).tally
        told = solved_of(actor, ListQuery(filters={"year": str(YEAR)}))
        assert told == Solved(raised=tally.problems_raised or 0, solved=tally.problems_solved or 0)
        # A filter by how far the problems are leaves both numbers as they are.
        assert solved_of(actor, ListQuery(filters={"year": str(YEAR), "state": "open"})) == told
    whole, part = (solved_of(actor, ListQuery()) for actor in (an_officer(), an_actor()))
    here = solved_of(an_officer(), ListQuery(filters={"township": SHUITOU}))
    assert here == part
    assert 0 < part.raised < whole.raised
    assert solved_of(an_actor(Role.OFFICER, NEXT_COUNTY), ListQuery()) == Solved(raised=0, solved=0)


def test_a_campaign_lies_in_the_county_and_ends_after_it_starts(app: Flask) -> None:
    keep_settings(SYSTEM, {SettingKey.REGION_CODE: COUNTY})
    draft = {"name": "关爱活动", "starts_on": date(YEAR, 3, 1), "ends_on": date(YEAR, 2, 1)}
    with pytest.raises(Invalid) as problem:
        records.create(an_officer(), CAMPAIGNS, draft)
    assert set(problem.value.fields) == {"ends_on"}
    for actor in (an_officer(), SYSTEM):
        made = records.create(actor, CAMPAIGNS, {**draft, "ends_on": None})
        db.session.rollback()
        assert db.session.get_one(Campaign, made).region_code == "330326000000"


def test_a_county_keeps_its_campaigns(app: Flask) -> None:
    made = written(Campaign, name="关爱活动", region_code="330326000000", starts_on=date(YEAR, 1, 1))
    with pytest.raises(NotFound):
        records.record(an_actor(Role.OFFICER, NEXT_COUNTY), CAMPAIGNS, made)
