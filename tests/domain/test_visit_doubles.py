"""Two records of one visit: found or not found, merged with nothing lost, or kept apart."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from commissioner.domain.visit_decisions import decide_visit
from commissioner.domain.visit_doubles import doubles_in, doubles_of, pair
from commissioner.domain.visit_drafts import ProblemDraft
from commissioner.domain.visit_history import history_of
from commissioner.domain.visit_log import amend_visit, record_visit, visit_draft
from commissioner.domain.visit_merges import BOTH, Merge, WentMeanwhile, keep_apart, merge_visits
from commissioner.models import MergedVisit, RaisedProblem, Visit, VisitPhoto, VisitsKeptApart, db
from commissioner.models.base import now
from commissioner.problems import Conflict, NotFound
from commissioner.units import today
from commissioner.vocabulary import RaisedProblemCategory, Role, VisitKind, VisitState
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
    written,
)
from tests.people import NEXT_COUNTY, SHUITOU
from tests.visits import lines_about, stored

A_DAY = timedelta(days=1)


@pytest.fixture
def own(pingyang):
    return a_commissioner()


def sent_by(actor, own, **changes):
    return record_visit(actor, a_visit(commissioner_ids=(own.commissioner_id,), **changes)).visit_id


@pytest.fixture
def both(township, own):
    """One visit, as the commissioner and as the township wrote it down."""
    return sent_by(own, own, topic="茶园修剪", outcome=""), sent_by(township, own, topic="修剪", outcome="看了三块地")


def pairs(actor):
    year = today().year
    return {(one.first.id, one.second.id) for one in doubles_in(actor, year - 1, year).pairs}


def a_photo(visit_id, digit, sent_sha256):
    size = {"width_px": 1, "height_px": 1, "size_bytes": 1}
    marks = {"content_sha256": digit * 64, "sent_sha256": sent_sha256, "received_at": now()}
    return written(VisitPhoto, visit_id=visit_id, **marks, **size)


def a_merge(stays, goes, **chosen):
    return Merge(stays=stays, goes=goes, versions={one: stored(one).version for one in (stays, goes)}, chosen=chosen)


# Found


def test_one_visit_by_two_hands_is_a_probable_double(township, both):
    assert both in pairs(township)
    assert doubles_of(township, both) == {both[0]: [both[1]], both[1]: [both[0]]}
    shown = pair(township, *both[::-1])
    assert (shown.first.id, shown.second.id) == both
    assert shown.first.logged_by == Role.COMMISSIONER.label


def test_days_that_overlap_are_enough(township, own):
    first = sent_by(own, own, starts_on=today() - 5 * A_DAY, ends_on=today() - 3 * A_DAY)
    second = sent_by(township, own, starts_on=today() - 3 * A_DAY, ends_on=today() - 1 * A_DAY)
    third = sent_by(township, own, starts_on=today() - 2 * A_DAY)

    assert doubles_of(township, [first]) == {first: [second]}
    assert third not in {one for found in pairs(township) for one in found}


def test_what_the_same_hand_wrote_twice_is_meant(township, own):
    first, second = sent_by(township, own), sent_by(township, own, topic="下午又去")
    assert doubles_of(township, [first, second]) == {}


def test_another_village_another_person_and_a_care_visit_are_other_visits(township, own):
    colleague = a_person()
    a_posting(colleague, a_village(), today() - 400 * A_DAY)
    first = sent_by(own, own)
    others = [
        sent_by(township, own, place_id=a_village(number=1)),
        record_visit(township, a_visit(commissioner_ids=(colleague,))).visit_id,
        sent_by(an_officer(), own, kind=VisitKind.CARE),
    ]
    assert doubles_of(township, [first, *others]) == {}


def test_one_member_in_common_is_enough_for_a_team(township, own):
    colleague = a_person()
    a_posting(colleague, a_village(), today() - 400 * A_DAY)
    first = sent_by(own, own)
    team = record_visit(township, a_visit(commissioner_ids=(own.commissioner_id, colleague))).visit_id
    assert doubles_of(township, [first]) == {first: [team]}


def test_what_was_returned_is_no_double_until_it_comes_back(township, own, both):
    decide_visit(township, both[0], VisitState.RETURNED, "重复了")
    assert both not in pairs(township)

    draft, version = visit_draft(own, both[0])
    amend_visit(own, both[0], a_visit(topic="还是去过", commissioner_ids=draft.commissioner_ids), version)
    assert both in pairs(township)


def test_an_older_year_is_shown_when_asked_for(township, own):
    long_ago = today() - 900 * A_DAY
    sent = [sent_by(hand, own, starts_on=long_ago, confirmed=True) for hand in (own, township)]
    assert tuple(sent) not in pairs(township)
    found = doubles_in(township, long_ago.year, long_ago.year)
    assert [(one.first.id, one.second.id) for one in found.pairs] == [tuple(sent)]


def test_only_who_confirms_in_the_region_sees_pairs(own, both):
    for stranger in (an_actor(Role.TOWNSHIP, NEXT_TOWNSHIP), an_actor(Role.OFFICER, NEXT_COUNTY)):
        assert pairs(stranger) & {both} == set()
        assert doubles_of(stranger, both) == {}
        with pytest.raises(NotFound):
            pair(stranger, *both)
        with pytest.raises(NotFound):
            merge_visits(stranger, a_merge(*both))
        with pytest.raises(NotFound):
            keep_apart(stranger, *both)
    for nobody in (own, an_actor(Role.LEADER, SHUITOU)):
        with pytest.raises(NotFound):
            pairs(nobody)
        with pytest.raises(NotFound):
            merge_visits(nobody, a_merge(*both))


def test_the_commissioner_is_told_of_the_other_record(own, both):
    assert doubles_of(own, [both[0]]) == {both[0]: [both[1]]}


# Kept apart


def test_kept_apart_they_are_never_asked_about_again(township, both):
    keep_apart(township, *both[::-1])
    keep_apart(township, *both)

    assert both not in pairs(township)
    assert doubles_of(township, both) == {}
    assert db.session.scalar(select(func.count()).select_from(VisitsKeptApart)) == 1
    assert pair(township, *both).kept_apart.by == Role.TOWNSHIP.label
    assert [lines_about(one)[-1].action for one in both] == ["visits.keep_apart"] * 2


def test_only_what_looks_alike_is_settled(township, own):
    first, second = sent_by(own, own), sent_by(township, own, place_id=a_village(number=1))
    for verb in (lambda: keep_apart(township, first, second), lambda: merge_visits(township, a_merge(first, second))):
        with pytest.raises(NotFound):
            verb()
    with pytest.raises(NotFound):
        keep_apart(township, first, first)


# Merged


def test_merged_they_are_one_visit_and_nothing_is_lost(township, own):
    colleague = a_person("同行专家")
    a_posting(colleague, a_village(), today() - 400 * A_DAY)
    problem = ProblemDraft(category=RaisedProblemCategory.OTHER, description="灌溉渠漏水")
    stays = sent_by(own, own, topic="修剪", outcome="")
    draft = a_visit(commissioner_ids=(own.commissioner_id, colleague), topic="茶园修剪示范", problem=problem)
    goes = record_visit(township, draft).visit_id
    photo = a_photo(goes, "a", "b" * 64)

    merge_visits(township, a_merge(stays, goes, topic=goes))

    visit = stored(stays)
    assert (visit.topic, visit.outcome, visit.state) == ("茶园修剪示范", "看了三块地", VisitState.CONFIRMED)
    assert listed_on(stays) == {own.commissioner_id, colleague}
    assert db.session.get(Visit, goes) is None
    assert db.session.scalar(select(RaisedProblem.visit_id).where(RaisedProblem.description == "灌溉渠漏水")) == stays
    assert db.session.scalar(select(VisitPhoto.visit_id).where(VisitPhoto.id == photo)) == stays
    kept = db.session.scalars(select(MergedVisit)).one()
    assert (kept.client_id, kept.visit_id, kept.merged_by_id) == (draft.client_id, stays, township.account_id)
    assert kept.sent_sha256
    assert (kept.content["id"], kept.content["topic"], kept.content["photos"]) == (goes, "茶园修剪示范", [photo])
    assert kept.content["commissioners"] == sorted((own.commissioner_id, colleague))
    assert lines_about(stays)[-1].changes["merged_id"] == [None, goes]
    assert lines_about(goes)[-1].changes["merged_into_id"] == [None, stays]


def test_a_phone_that_sends_the_merged_one_again_is_told_that_it_is_there(township, own):
    draft = a_visit(commissioner_ids=(own.commissioner_id,))
    goes, stays = record_visit(own, draft).visit_id, sent_by(township, own)
    merge_visits(township, a_merge(stays, goes))
    before = db.session.scalar(select(func.count(Visit.id)))

    receipt = record_visit(own, draft)

    assert (receipt.already_there, receipt.visit_id) == (True, stays)
    assert db.session.scalar(select(func.count(Visit.id))) == before


def test_the_history_of_the_one_that_stays_tells_what_the_other_said(township, both):
    merge_visits(township, a_merge(*both[::-1]))

    history = history_of(township, both[1])
    told = [(one.line.verb, one.merged) for one in history.versions]
    assert told == [("合并重复登记", False), ("并入另一条", True), ("新增", False), ("新增", True)]
    gone = next(one for one in history.versions if one.merged)
    assert "茶园修剪" in {change.before.text for change in gone.line.changes if change.before}


def test_both_texts_may_stay_and_the_days_of_the_other(township, own):
    first = sent_by(own, own, outcome="上午看茶园", starts_on=today() - 3 * A_DAY, ends_on=today() - A_DAY)
    second = sent_by(township, own, outcome="下午座谈")
    merge_visits(township, a_merge(second, first, outcome=BOTH, days=first))

    visit = stored(second)
    assert visit.outcome == "下午座谈\n上午看茶园"
    assert (visit.starts_on, visit.ends_on) == (today() - 3 * A_DAY, today() - A_DAY)


def test_two_that_wait_still_wait_when_they_are_one(township, own):
    first = sent_by(own, own)
    second = sent_by(a_commissioner(), own)
    merge_visits(township, a_merge(first, second))
    assert stored(first).state is VisitState.WAITING


def test_a_photo_that_both_have_is_there_once(township, both):
    for visit_id in both:
        a_photo(visit_id, "c", "d" * 64)
    other = a_photo(both[1], "e", "")
    a_photo(both[0], "f", "")

    merge_visits(township, a_merge(*both))

    rows = db.session.scalars(select(VisitPhoto).where(VisitPhoto.visit_id == both[0])).all()
    assert sorted(row.content_sha256[0] for row in rows) == ["c", "e", "f"]
    assert other in {row.id for row in rows}


def test_what_was_decided_about_the_other_stays_decided(township, own, both):
    third = sent_by(an_officer(), own)
    keep_apart(township, both[1], third)
    merge_visits(township, a_merge(*both))

    assert doubles_of(township, [third]) == {}
    assert (both[0], third) not in pairs(township)


def test_merged_twice_everything_ends_in_one_history(township, own, both):
    third = sent_by(an_officer(), own, topic="第三个人也写了")
    merge_visits(township, a_merge(*both))
    merge_visits(township, a_merge(third, both[0]))

    assert {one.visit_id for one in db.session.scalars(select(MergedVisit))} == {third}
    assert sum(one.line.verb == "新增" for one in history_of(township, third).versions) == 3


def test_a_change_meanwhile_stops_the_merge_and_nothing_is_half_done(township, own, both):
    merge = a_merge(*both)
    draft, version = visit_draft(own, both[0])
    amend_visit(own, both[0], a_visit(topic="又改了", commissioner_ids=draft.commissioner_ids), version)
    lines = len(lines_about(both[1]))

    with pytest.raises(Conflict):
        merge_visits(township, merge)

    assert (stored(both[0]).topic, stored(both[1]).topic) == ("又改了", "修剪")
    assert len(lines_about(both[1])) == lines
    assert db.session.scalar(select(func.count(MergedVisit.id))) == 0


def test_one_that_went_meanwhile_is_told_with_the_one_that_stands(township, own, both):
    third = sent_by(an_officer(), own)
    merge, again = a_merge(both[0], third), a_merge(third, both[0])
    merge_visits(township, merge)

    for verb in (lambda: merge_visits(township, again), lambda: keep_apart(township, third, both[0])):
        with pytest.raises(WentMeanwhile) as told:
            verb()
        assert told.value.stands == both[0]


def test_sample_and_real_are_real(township, both):
    db.session.execute(update(Visit).where(Visit.id == both[0]).values(illustrative=True))
    db.session.commit()
    merge_visits(township, a_merge(*both))
    assert stored(both[0]).illustrative is False
