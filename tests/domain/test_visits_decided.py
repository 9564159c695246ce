"""What becomes of a visit that stands: the township's word on it, and changes that keep every version."""

from datetime import timedelta

import pytest

from commissioner.domain.visit_decisions import decide_visit
from commissioner.domain.visit_log import (
    amend_visit,
    may_amend,
    record_visit,
    visit_draft,
)
from commissioner.problems import Conflict, Invalid, NeedsConfirmation, NotFound
from commissioner.units import today
from commissioner.vocabulary import Role, VisitState
from tests.factories import (
    NEXT_TOWNSHIP,
    a_commissioner,
    a_person,
    a_posting,
    a_village,
    a_visit,
    an_actor,
    an_officer,
    listed_on,
)
from tests.people import NEXT_COUNTY, SHUITOU
from tests.visits import lines_about, stored

A_DAY = timedelta(days=1)


# The township's word


@pytest.fixture
def waiting(pingyang):
    own = a_commissioner()
    return record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,))).visit_id


def test_the_township_confirms(township, waiting):
    decide_visit(township, waiting, VisitState.CONFIRMED)

    visit = stored(waiting)
    assert (visit.state, visit.decided_by_id) == (VisitState.CONFIRMED, township.account_id)
    assert lines_about(waiting)[-1].changes["state"] == ["waiting", "confirmed"]


@pytest.mark.parametrize("state", [VisitState.RETURNED, VisitState.DISPUTED])
def test_sending_a_visit_back_needs_a_reason(township, waiting, state):
    with pytest.raises(Invalid):
        decide_visit(township, waiting, state, "  ")
    assert stored(waiting).state is VisitState.WAITING

    decide_visit(township, waiting, state, "日期不对")
    assert (stored(waiting).state, stored(waiting).state_note) == (state, "日期不对")


def test_waiting_is_no_decision(township, waiting):
    with pytest.raises(Invalid):
        decide_visit(township, waiting, VisitState.WAITING)


def test_only_those_who_confirm_decide_and_only_on_what_they_see(pingyang, waiting):
    for nobody in (
        an_actor(Role.LEADER, SHUITOU),
        an_actor(Role.TOWNSHIP, NEXT_TOWNSHIP),
        an_actor(Role.OFFICER, NEXT_COUNTY),
        a_commissioner(),
    ):
        with pytest.raises(NotFound):
            decide_visit(nobody, waiting, VisitState.CONFIRMED)
    assert stored(waiting).state is VisitState.WAITING


# Amending


def test_what_was_changed_stays_in_the_audit_before_and_after(township):
    draft = a_visit(topic="修剪")
    visit_id = record_visit(township, draft).visit_id
    colleague = a_person("同行专家")
    a_posting(colleague, a_village(), today() - 400 * A_DAY)
    both = tuple(sorted((*draft.commissioner_ids, colleague)))

    amend_visit(township, visit_id, a_visit(topic="施肥", commissioner_ids=both), version=1)

    changes = lines_about(visit_id)[-1].changes
    assert changes == {"topic": ["修剪", "施肥"], "commissioners": [list(draft.commissioner_ids), list(both)]}
    assert listed_on(visit_id) == set(both)


def test_the_second_of_two_people_is_shown_what_the_first_saved(township):
    visit_id = record_visit(township, a_visit(topic="修剪")).visit_id
    _draft, read_at = visit_draft(township, visit_id)
    amend_visit(township, visit_id, a_visit(topic="施肥"), read_at)

    with pytest.raises(Conflict) as refused:
        amend_visit(an_officer(), visit_id, a_visit(topic="采摘"), read_at)

    assert (refused.value.theirs.topic, refused.value.ours.topic) == ("施肥", "采摘")
    assert refused.value.current_version == read_at + 1
    assert stored(visit_id).topic == "施肥"


def test_a_commissioner_who_changes_a_confirmed_visit_asks_the_township_again(township):
    own = a_commissioner()
    mine = {"commissioner_ids": (own.commissioner_id,)}
    visit_id = record_visit(own, a_visit(**mine)).visit_id
    decide_visit(township, visit_id, VisitState.CONFIRMED)

    amend_visit(own, visit_id, a_visit(topic="另一件事", **mine), visit_draft(own, visit_id)[1])

    assert (stored(visit_id).state, stored(visit_id).decided_by_id) == (VisitState.WAITING, None)


def test_a_commissioner_amends_only_what_they_wrote_themselves(township):
    own = a_commissioner()
    visit_id = record_visit(township, a_visit(commissioner_ids=(own.commissioner_id,))).visit_id

    assert not may_amend(own, visit_id)
    with pytest.raises(NotFound):
        amend_visit(own, visit_id, a_visit(commissioner_ids=(own.commissioner_id,)), 1)


def test_an_amended_visit_obeys_the_same_rules(township):
    visit_id = record_visit(township, a_visit()).visit_id

    with pytest.raises(Invalid):
        amend_visit(township, visit_id, a_visit(starts_on=today() + A_DAY), 1)
    with pytest.raises(NeedsConfirmation):
        amend_visit(township, visit_id, a_visit(commissioner_ids=(a_person(),)), 1)
    assert len(lines_about(visit_id)) == 1


def test_a_visit_of_another_county_does_not_exist(pingyang):
    visit_id = record_visit(an_actor(), a_visit()).visit_id
    stranger = an_actor(Role.OFFICER, NEXT_COUNTY)

    for verb in (visit_draft, may_amend):
        with pytest.raises(NotFound):
            verb(stranger, visit_id)
    with pytest.raises(NotFound):
        amend_visit(stranger, visit_id, a_visit(), 1)
