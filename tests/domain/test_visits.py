"""A visit is written down once, by somebody who may, with nothing in it that cannot be."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from commissioner.domain.visit_drafts import Point, ProblemDraft, Receipt
from commissioner.domain.visit_log import amend_visit, judge_visits, record_visit, record_visits
from commissioner.domain.visit_rules import LONGEST_VISIT_DAYS, MOST_COMMISSIONERS
from commissioner.models import Campaign, Place, RaisedProblem, db
from commissioner.problems import Conflict, NeedsConfirmation, NotFound
from commissioner.units import today
from commissioner.vocabulary import CoordinateSource, RaisedProblemCategory, Role, VisitKind, VisitState
from tests.factories import (
    INSIDE_DEG,
    NEXT_TOWNSHIP,
    a_commissioner,
    a_person,
    a_posting,
    a_village,
    a_visit,
    an_actor,
    an_officer,
    listed_on,
    visits_with,
)
from tests.people import SHUITOU
from tests.visits import faults_of, lines_about, stored

A_DAY = timedelta(days=1)


def a_point(latitude_deg, longitude_deg, accuracy_m=20):
    return Point(
        latitude_deg=latitude_deg, longitude_deg=longitude_deg, accuracy_m=accuracy_m, source=CoordinateSource.GPS
    )


# Written once


def test_a_visit_that_is_sent_twice_is_written_once(township):
    draft = a_visit()

    first, second = record_visit(township, draft), record_visit(township, draft)

    assert (first.already_there, second.already_there) == (False, True)
    assert second.visit_id == first.visit_id
    assert visits_with(draft.client_id) == len(lines_about(first.visit_id)) == 1


def test_the_same_id_with_another_content_is_a_conflict_that_shows_what_stands(township):
    draft = a_visit(topic="修剪")
    visit_id = record_visit(township, draft).visit_id

    with pytest.raises(Conflict) as refused:
        record_visit(township, a_visit(client_id=draft.client_id, topic="施肥"))

    assert refused.value.theirs.topic == "修剪"
    assert stored(visit_id).topic == "修剪"


def test_an_id_that_somebody_out_of_sight_used_tells_nothing_of_theirs(township):
    draft = a_visit()
    record_visit(township, draft)

    with pytest.raises(Conflict) as refused:
        record_visit(an_actor(region_code=NEXT_TOWNSHIP), replace(draft, topic="别的事"))

    assert refused.value.theirs is None


def test_a_visit_rescued_from_a_file_and_sent_by_a_colleague_is_still_one_record(township):
    draft = a_visit()
    visit_id = record_visit(township, draft).visit_id

    receipt = record_visit(an_actor(), draft)

    assert (receipt.visit_id, receipt.already_there) == (visit_id, True)
    assert visits_with(draft.client_id) == 1


def test_the_same_sending_again_is_known_even_after_somebody_amended_the_visit(township):
    draft = a_visit()
    visit_id = record_visit(township, draft).visit_id
    amend_visit(an_officer(), visit_id, replace(draft, topic="改过的事由"), version=1)

    receipt = record_visit(township, draft)

    assert (receipt.visit_id, receipt.already_there) == (visit_id, True)
    assert stored(visit_id).topic == "改过的事由"


def test_good_ones_of_a_sending_go_in_and_each_bad_one_is_told_why(township):
    good, known, bad = a_visit(), a_visit(), a_visit(starts_on=today() + timedelta(days=400))
    record_visit(township, known)
    elsewhere = a_visit(place_id=a_village(NEXT_TOWNSHIP))

    outcomes = record_visits(township, [good, bad, known, elsewhere, good, replace(good, topic="另一件事")])

    assert outcomes[0] == Receipt(visit_id=outcomes[0].visit_id)
    assert set(outcomes[1].fields) == {"starts_on", "ends_on"}
    assert outcomes[2].already_there
    assert "place_id" in outcomes[3].fields
    assert outcomes[4] == Receipt(visit_id=outcomes[0].visit_id, already_there=True)
    assert isinstance(outcomes[5], Conflict)
    assert [visits_with(one.client_id) for one in (good, bad, known, elsewhere)] == [1, 0, 1, 0]
    assert [line.action for line in lines_about(outcomes[0].visit_id)] == ["visits.create"]


def test_two_sendings_that_share_a_visit_at_once_make_one_record_of_it(pingyang, township):
    shared, start, outcomes = a_visit(), threading.Barrier(4), []

    def send():
        with pingyang.app_context():
            start.wait()
            outcomes.append(record_visits(township, [a_visit(), shared, a_visit()]))
            db.session.remove()

    phones = [threading.Thread(target=send) for _ in range(4)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()

    assert len({one.visit_id for outcome in outcomes for one in outcome}) == 4 * 2 + 1
    assert sorted(outcome[1].already_there for outcome in outcomes) == [False, True, True, True]


def test_judging_writes_nothing(township):
    good, bad = a_visit(), a_visit(topic="有错", starts_on=today() + timedelta(days=2))

    assert [type(one).__name__ for one in judge_visits(township, [good, bad])] == ["NoneType", "Invalid"]
    assert visits_with(good.client_id) == 0


def test_two_phones_sending_the_same_visit_at_once_make_one_record(pingyang, township):
    draft, start, receipts = a_visit(), threading.Barrier(4), []

    def send():
        with pingyang.app_context():
            start.wait()
            try:
                receipts.append(record_visit(township, draft))
            except Exception as error:  # noqa: BLE001 - a thread's failure must reach the test
                receipts.append(error)
            db.session.remove()

    phones = [threading.Thread(target=send) for _ in range(4)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()

    assert sorted(receipt.already_there for receipt in receipts) == [False, True, True, True]
    assert len({receipt.visit_id for receipt in receipts}) == 1
    assert visits_with(draft.client_id) == len(lines_about(receipts[0].visit_id)) == 1


# What is refused


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "wrong"),
    [
        (A_DAY, A_DAY, {"starts_on", "ends_on"}),
        (timedelta(0), A_DAY, {"ends_on"}),
        (-A_DAY, -2 * A_DAY, {"ends_on"}),
        (-LONGEST_VISIT_DAYS * A_DAY, timedelta(0), {"ends_on"}),
    ],
    ids=["tomorrow", "until tomorrow", "back in time", "too long"],
)
def test_dates_that_cannot_be(township, starts_on, ends_on, wrong):
    assert faults_of(township, a_visit(starts_on=today() + starts_on, ends_on=today() + ends_on)) == wrong


def test_a_day_before_the_republic_is_a_slip(township):
    assert "starts_on" in faults_of(township, a_visit(starts_on=date(1922, 6, 1)))


def test_today_and_the_longest_stay_are_fine(township):
    assert record_visit(township, a_visit(starts_on=today())).visit_id
    longest = a_visit(starts_on=today() - (LONGEST_VISIT_DAYS - 1) * A_DAY, ends_on=today())
    assert stored(record_visit(township, longest).visit_id).ends_on == today()


def test_a_village_of_the_next_township_is_out_of_reach(township):
    assert faults_of(township, a_visit(place_id=a_village(NEXT_TOWNSHIP))) == {"place_id"}


def test_an_unknown_village_is_told_like_one_out_of_reach(township):
    assert faults_of(township, a_visit(place_id=987654321)) == {"place_id"}


@pytest.mark.parametrize("how_many", [0, MOST_COMMISSIONERS + 1], ids=["nobody", "a crowd"])
def test_a_visit_has_somebody_and_not_everybody(township, how_many):
    people = tuple(range(900_000, 900_000 + how_many))

    assert "commissioner_ids" in faults_of(township, a_visit(commissioner_ids=people))


def test_all_that_is_wrong_is_told_at_once(township):
    draft = a_visit(starts_on=today() + A_DAY, place_id=a_village(NEXT_TOWNSHIP), commissioner_ids=(987654321,))

    assert faults_of(township, draft) == {"starts_on", "ends_on", "place_id", "commissioner_ids"}


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg"),
    [
        (INSIDE_DEG[1], INSIDE_DEG[0]),
        (30.2741, 120.1551),
        (0.0, 0.0),
        (91.0, 120.0),
        (27.6, 181.0),
        (float("nan"), 120.3),
        (27.6, float("inf")),
    ],
    ids=[
        "swapped",
        "in Hangzhou",
        "in the Gulf of Guinea",
        "above the pole",
        "round the globe",
        "no number",
        "endless",
    ],
)
def test_positions_that_cannot_be(township, latitude_deg, longitude_deg):
    assert faults_of(township, a_visit(point=a_point(latitude_deg, longitude_deg))) == {"latitude_deg"}


@pytest.mark.parametrize("accuracy_m", [-1, 1_000_000])
def test_an_accuracy_beyond_sense(township, accuracy_m):
    assert faults_of(township, a_visit(point=a_point(*INSIDE_DEG, accuracy_m))) == {"accuracy_m"}


def test_a_position_inside_is_kept_with_where_it_came_from(township):
    visit = stored(record_visit(township, a_visit(point=a_point(*INSIDE_DEG))).visit_id)

    assert (visit.latitude_deg, visit.longitude_deg, visit.accuracy_m) == (*INSIDE_DEG, 20)
    assert visit.coordinate_source is CoordinateSource.GPS


# Who may


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSTITUTION])
def test_who_only_looks_cannot_log(pingyang, role):
    own = {"organisation_id": 1} if role is Role.INSTITUTION else {}

    with pytest.raises(NotFound):
        record_visit(an_actor(role, SHUITOU, **own), a_visit())


def test_a_care_visit_is_the_bureaus(township):
    campaign = db.session.scalars(select(Campaign.id)).first()
    care = {"kind": VisitKind.CARE, "campaign_id": campaign}

    with pytest.raises(NotFound):
        record_visit(township, a_visit(**care))
    assert stored(record_visit(an_officer(), a_visit(**care)).visit_id).kind is VisitKind.CARE


def test_what_the_township_logs_is_confirmed_by_logging_it(township):
    visit = stored(record_visit(township, a_visit()).visit_id)

    assert visit.state is VisitState.CONFIRMED
    assert visit.logged_by_id == visit.decided_by_id == township.account_id


def test_what_a_commissioner_logs_waits_for_the_township(pingyang):
    own = a_commissioner()
    visit = stored(record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,))).visit_id)

    assert visit.state is VisitState.WAITING
    assert visit.decided_by_id is None


def test_a_commissioner_cannot_speak_for_a_stranger(pingyang):
    own = a_commissioner()
    stranger = a_person("别的专家")

    assert "commissioner_ids" in faults_of(own, a_visit(commissioner_ids=(own.commissioner_id, stranger)))


# Posted there or not


def test_somebody_who_is_not_posted_there_is_asked_about_and_then_allowed(township):
    stranger = a_person("路过的专家")
    draft = a_visit(commissioner_ids=(stranger,))

    with pytest.raises(NeedsConfirmation) as asked:
        record_visit(township, draft)
    assert "路过的专家" in str(asked.value.warnings["commissioner_ids"])
    assert visits_with(draft.client_id) == 0

    sure = a_visit(client_id=draft.client_id, commissioner_ids=(stranger,), confirmed=True)
    assert listed_on(record_visit(township, sure).visit_id) == {stranger}


@pytest.mark.parametrize("level", [2, 4, 6, 9, 12], ids=["province", "city", "county", "township", "village"])
def test_a_posting_to_the_village_or_anywhere_above_it_covers_the_visit(township, level):
    village = db.session.get_one(Place, a_village())
    prefix = village.region_code[:level].ljust(12, "0")
    somewhere = db.session.scalars(select(Place.id).where(Place.region_code == prefix)).one()
    posted = a_person()
    a_posting(posted, somewhere, today() - 400 * A_DAY)

    assert record_visit(township, a_visit(commissioner_ids=(posted,))).visit_id


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(timedelta(0), None), (-400 * A_DAY, -2 * A_DAY)], ids=["not yet", "not any more"]
)
def test_a_posting_that_does_not_run_that_day_covers_nothing(township, starts_on, ends_on):
    posted = a_person()
    a_posting(posted, a_village(), today() + starts_on, today() + ends_on if ends_on else None)

    with pytest.raises(NeedsConfirmation):
        record_visit(township, a_visit(commissioner_ids=(posted,)))


def test_a_team_visit_lists_each_of_them(township):
    colleague = a_person("同行专家")
    a_posting(colleague, a_village(), today() - 400 * A_DAY)
    draft = a_visit()
    both = (*draft.commissioner_ids, colleague)

    assert listed_on(record_visit(township, a_visit(commissioner_ids=both)).visit_id) == set(both)


# A problem met on the way


def test_a_problem_is_written_with_its_visit(township):
    seen = ProblemDraft(category=RaisedProblemCategory.OTHER, description="灌溉渠漏水", due_on=today())
    visit_id = record_visit(township, a_visit(problem=seen)).visit_id

    (problem,) = db.session.scalars(select(RaisedProblem).where(RaisedProblem.visit_id == visit_id))
    assert (problem.description, problem.raised_on) == ("灌溉渠漏水", today() - A_DAY)
    assert problem.region_code == stored(visit_id).region_code


def test_a_problem_cannot_be_solved_before_it_was_met(township):
    early = ProblemDraft(category=RaisedProblemCategory.OTHER, description="漏水", due_on=today() - 9 * A_DAY)

    assert faults_of(township, a_visit(problem=early)) == {"problem_due_on"}
