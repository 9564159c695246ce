"""Who must confirm what: the setting, two people deciding at once, changes that ask anew, many at a time."""

import threading
from datetime import timedelta

import pytest

from commissioner.domain.programme import ON, keep_settings
from commissioner.domain.visit_decisions import Ticked, decide_visit, decide_visits, first_state, state_after_edit
from commissioner.domain.visit_log import amend_visit, record_visit, visit_draft
from commissioner.models import db
from commissioner.problems import Conflict, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import Role, SettingKey, VisitState
from tests.factories import NEXT_TOWNSHIP, a_commissioner, a_visit, an_actor, an_officer
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU
from tests.visits import lines_about, stored

A_DAY = timedelta(days=1)
WAITING, CONFIRMED, RETURNED, DISPUTED = VisitState


@pytest.fixture
def own(pingyang):
    return a_commissioner()


def sent_by(own, **changes):
    return record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,), **changes)).visit_id


def a_second_person(value=ON):
    keep_settings(an_actor(Role.ADMINISTRATOR, COUNTY), {SettingKey.TOWNSHIP_VISITS_WAIT: value})


def at(*visit_ids):
    return [Ticked(visit_id=one, version=stored(one).version) for one in visit_ids]


# Where a visit begins, and where it stands after a change


def test_a_commissioners_visit_waits_a_townships_for_nobody(township, own):
    assert stored(sent_by(own)).state is WAITING
    assert stored(record_visit(township, a_visit()).visit_id).state is CONFIRMED
    assert stored(record_visit(an_officer(), a_visit()).visit_id).state is CONFIRMED


def test_with_the_setting_a_townships_visit_waits_too(township):
    a_second_person()
    assert stored(record_visit(township, a_visit()).visit_id).state is WAITING
    assert stored(record_visit(an_officer(), a_visit()).visit_id).state is CONFIRMED

    a_second_person("")
    assert stored(record_visit(township, a_visit(topic="不用等")).visit_id).state is CONFIRMED


@pytest.mark.parametrize("before", VisitState)
def test_what_a_commissioner_changes_always_asks_anew(own, before):
    assert state_after_edit(own, before) is WAITING


def test_what_a_township_changes_asks_anew_by_the_setting_and_when_it_was_sent_back(township):
    told = {before: state_after_edit(township, before) for before in VisitState}
    assert told == {WAITING: WAITING, CONFIRMED: CONFIRMED, RETURNED: WAITING, DISPUTED: WAITING}

    a_second_person()
    assert {state_after_edit(township, before) for before in VisitState} == {WAITING}
    assert (first_state(township), first_state(an_officer())) == (WAITING, CONFIRMED)


def test_a_change_after_the_confirmation_asks_again_and_keeps_both_versions(township, own):
    visit_id = sent_by(own, topic="修剪")
    decide_visit(township, visit_id, CONFIRMED)
    draft, version = visit_draft(own, visit_id)
    amend_visit(own, visit_id, a_visit(topic="施肥", commissioner_ids=draft.commissioner_ids), version)

    assert (stored(visit_id).state, stored(visit_id).topic) == (WAITING, "施肥")
    verbs = [line.action for line in lines_about(visit_id)]
    assert verbs == ["visits.create", "visits.confirmed", "visits.amend"]
    assert lines_about(visit_id)[-1].changes["topic"] == ["修剪", "施肥"]
    assert lines_about(visit_id)[-1].changes["state"] == ["confirmed", "waiting"]


# The right person


def test_nobody_confirms_what_they_logged_where_a_second_person_is_asked_for(township):
    a_second_person()
    visit_id = record_visit(township, a_visit()).visit_id

    with pytest.raises(Invalid):
        decide_visit(township, visit_id, CONFIRMED)
    assert decide_visits(township, at(visit_id), CONFIRMED).own == (visit_id,)
    assert (stored(visit_id).state, len(lines_about(visit_id))) == (WAITING, 1)

    decide_visit(an_actor(Role.TOWNSHIP, SHUITOU), visit_id, CONFIRMED)
    assert stored(visit_id).state is CONFIRMED


def test_many_at_once_are_out_of_reach_for_everybody_else(own):
    visit_id = sent_by(own)
    for stranger in (an_actor(Role.TOWNSHIP, NEXT_TOWNSHIP), an_actor(Role.OFFICER, NEXT_COUNTY)):
        assert decide_visits(stranger, at(visit_id), CONFIRMED).gone == (visit_id,)
    for nobody in (own, an_actor(Role.LEADER, COUNTY)):
        with pytest.raises(NotFound):
            decide_visits(nobody, at(visit_id), CONFIRMED)
    assert (stored(visit_id).state, len(lines_about(visit_id))) == (WAITING, 1)


# Many at once


def test_each_gets_a_line_of_its_own(township, own):
    both = [sent_by(own), sent_by(own, starts_on=today() - 2 * A_DAY)]
    decided = decide_visits(township, at(*both), RETURNED, "  日期不对 ")

    assert decided.done == tuple(both)
    for visit_id in both:
        assert (stored(visit_id).state_note, stored(visit_id).version) == ("日期不对", 2)
        line = lines_about(visit_id)[-1]
        assert (line.action, line.account_id, line.changes["state"]) == (
            "visits.returned",
            township.account_id,
            ["waiting", "returned"],
        )


def test_a_stale_one_is_left_alone_and_the_others_go_on(township, own):
    first, second = sent_by(own), sent_by(own, starts_on=today() - 2 * A_DAY)
    read = at(first, second)
    decide_visit(an_officer(), first, DISPUTED, "没有人见过")

    decided = decide_visits(township, read, CONFIRMED)

    assert (decided.meanwhile, decided.done) == ((first,), (second,))
    assert (stored(first).state, stored(first).state_note) == (DISPUTED, "没有人见过")
    assert len(lines_about(first)) == 2


@pytest.mark.parametrize(("state", "note"), [(WAITING, ""), (RETURNED, " "), (DISPUTED, "")])
def test_without_a_decision_or_a_reason_nothing_happens(township, own, state, note):
    visit_id = sent_by(own)
    with pytest.raises(Invalid):
        decide_visits(township, at(visit_id), state, note)
    assert stored(visit_id).state is WAITING


def test_ticked_twice_is_decided_once(township, own):
    visit_id = sent_by(own)
    assert decide_visits(township, at(visit_id) * 2, CONFIRMED).done == (visit_id,)
    assert len(lines_about(visit_id)) == 2


def test_of_two_people_at_once_the_first_decides(pingyang, township, own):
    ids = [sent_by(own, starts_on=today() - n * A_DAY) for n in (1, 2, 3)]
    read, start, told = at(*ids), threading.Barrier(2), []
    hands = [(township, ids), (an_officer(), ids[::-1])]
    db.session.rollback()

    def decide(actor, order):
        with pingyang.app_context():
            start.wait()
            try:
                ticked = sorted(read, key=lambda one: order.index(one.visit_id))
                told.append(decide_visits(actor, ticked, CONFIRMED))
            except Exception as error:  # noqa: BLE001 - a thread's failure must reach the test
                told.append(error)
            db.session.remove()

    threads = [threading.Thread(target=decide, args=hand) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(len(one.done) for one in told) == [0, 3]
    assert sorted(len(one.meanwhile) for one in told) == [0, 3]
    assert {len(lines_about(visit_id)) for visit_id in ids} == {2}


def test_a_single_decision_on_an_old_version_is_a_conflict(township, own):
    visit_id = sent_by(own)
    decide_visit(an_officer(), visit_id, RETURNED, "请补充", version=1)

    with pytest.raises(Conflict) as refused:
        decide_visit(township, visit_id, CONFIRMED, version=1)
    assert refused.value.current_version == 2
    assert stored(visit_id).state is RETURNED
