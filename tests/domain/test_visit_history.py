"""Every version of a visit: who, when, from what to what, for everybody who sees the visit and for nobody else."""

import pytest

from commissioner.domain.visit_decisions import decide_visit
from commissioner.domain.visit_history import changed_since_decided, history_of
from commissioner.domain.visit_log import amend_visit, record_visit, visit_draft
from commissioner.vocabulary import Role, VisitState
from tests.factories import NEXT_TOWNSHIP, a_commissioner, a_village, a_visit, an_actor, an_officer
from tests.people import NEXT_COUNTY, SHUITOU


@pytest.fixture
def own(pingyang):
    return a_commissioner()


def amended(actor, visit_id, **changes):
    draft, version = visit_draft(actor, visit_id)
    amend_visit(actor, visit_id, a_visit(commissioner_ids=draft.commissioner_ids, **changes), version)


def test_each_version_says_who_and_from_what_to_what(township, own):
    visit_id = record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,), topic="修剪")).visit_id
    decide_visit(township, visit_id, VisitState.RETURNED, "请写明村名")
    amended(own, visit_id, topic="施肥", place_id=a_village(number=1))

    latest, returned, first = history_of(township, visit_id).versions
    assert [one.line.who for one in (latest, returned, first)] == [own.name, township.name, own.name]
    told = {one.label: (one.before and one.before.text, one.after and one.after.text) for one in latest.line.changes}
    assert told["事由"] == ("修剪", "施肥")
    assert all(told["地点"])
    assert told["地点"][0] != told["地点"][1]
    assert returned.note == "请写明村名"
    assert {"区划代码", "确认时间", "client_id", "sent_sha256"} & {
        change.label for one in (latest, returned, first) for change in one.line.changes
    } == set()


def test_it_asks_again_only_after_a_decision(township, own):
    visit_id = record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,))).visit_id
    amended(own, visit_id, topic="写错了")
    assert not history_of(township, visit_id).asked_again
    assert changed_since_decided([visit_id]) == frozenset()

    decide_visit(township, visit_id, VisitState.CONFIRMED)
    amended(own, visit_id, topic="又想起来")
    assert history_of(township, visit_id).asked_again
    assert changed_since_decided([visit_id]) == {visit_id}

    decide_visit(township, visit_id, VisitState.CONFIRMED)
    assert not history_of(township, visit_id).asked_again


def test_whoever_sees_the_visit_reads_it_and_nobody_else(township, own):
    visit_id = record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,))).visit_id
    for reader in (own, township, an_officer(), an_actor(Role.LEADER, SHUITOU)):
        assert len(history_of(reader, visit_id).versions) == 1
    for stranger in (an_actor(Role.TOWNSHIP, NEXT_TOWNSHIP), an_actor(Role.OFFICER, NEXT_COUNTY)):
        assert history_of(stranger, visit_id).versions == []


def test_a_visit_of_the_data_set_has_no_history_and_no_fault(pingyang):
    history = history_of(an_officer(), 1)
    assert (list(history.versions), history.asked_again) == ([], False)
