"""The life of a need: who takes which step, two at once, what its end does to its matches, and what both sides wrote."""

from __future__ import annotations

import contextvars
import threading
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from commissioner.domain import records
from commissioner.domain.match_answers import AnswerDraft, PostDraft, answer_match, match_standing, post, propose
from commissioner.domain.matching import people_for
from commissioner.domain.need_history import need_history, need_steps
from commissioner.domain.need_steps import (
    STEPS,
    StepDraft,
    decline_need,
    finish_need,
    raise_need_anew,
    steps_open_to,
    take_up_need,
    withdraw_need,
)
from commissioner.domain.needs import MATCHES, NEEDS
from commissioner.models import AuditEntry, Match, Need, NeedEvent, db
from commissioner.problems import AlreadyDone, Conflict, Invalid, NotFound, Settled
from commissioner.units import today
from commissioner.vocabulary import Level, MatchSide, MatchState, NeedState, Role
from tests.factories import NEXT_TOWNSHIP, a_person, an_actor, an_officer
from tests.needs import a_need, need_draft, put, raised_by, state_of, version_of
from tests.people import COUNTY, NEXT_COUNTY

pytestmark = pytest.mark.usefixtures("pingyang")
VERBS: dict[str, Callable[..., None]] = {
    "take_up": take_up_need,
    "finish": finish_need,
    "decline": decline_need,
    "withdraw": withdraw_need,
    "raise_anew": raise_need_anew,
}


def said(need: int, words: str = "原因") -> StepDraft:
    return StepDraft(version=version_of(need), words=words)


def lines() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(AuditEntry.id))) or 0


def match_row(match: int) -> Match:
    db.session.rollback()
    return db.session.get_one(Match, match)


def test_the_whole_life_of_a_need(township):
    officer, person = an_officer(), a_person()
    need = raised_by(township)
    assert state_of(need) is NeedState.RAISED

    take_up_need(officer, need, said(need, ""))
    match = propose(officer, need, person)
    answer_match(township, match, AnswerDraft(side=MatchSide.PLACE, agreed=True))
    own = an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=person)
    answer_match(own, match, AnswerDraft(side=MatchSide.COMMISSIONER, agreed=True))
    post(officer, match, PostDraft(level=Level.COUNTY, starts_on=today()))
    finish_need(township, need, said(need, "夏秋茶做成了茶酒"))

    assert state_of(need) is NeedState.DONE
    assert [one.state for one in need_steps(township, need)] == [
        NeedState.RAISED,
        NeedState.OPEN,
        NeedState.PROPOSED,
        NeedState.AGREED,
        NeedState.POSTED,
        NeedState.DONE,
    ]
    assert need_steps(township, need)[-1].words == "夏秋茶做成了茶酒"
    assert db.session.get_one(Need, need).state_note == "夏秋茶做成了茶酒"


def test_the_bureau_may_raise_one_and_open_it_at_once(township):
    assert state_of(raised_by(an_officer())) is NeedState.RAISED
    assert state_of(raised_by(an_officer(), opened=True)) is NeedState.OPEN
    with pytest.raises(NotFound):
        raised_by(township, opened=True)


def test_a_form_cannot_bring_a_need_anywhere(township):
    need = raised_by(township)

    records.amend(an_officer(), NEEDS, need, need_draft(state=NeedState.DONE, state_note="x"), version_of(need))

    assert state_of(need) is NeedState.RAISED


@pytest.mark.parametrize("key", [key for key, one in STEPS.items() if one.ask])
def test_a_step_that_must_be_explained_is_asked_to(township, key):
    need = a_need(next(iter(STEPS[key].before)))

    with pytest.raises(Invalid) as refusal:
        VERBS[key](an_officer(), need, said(need, "  "))

    assert set(refusal.value.fields) == {"words"}


@pytest.mark.parametrize("key", STEPS)
def test_a_step_leads_nowhere_from_where_it_does_not_begin(key):
    officer = an_officer()
    for state in set(NeedState) - STEPS[key].before:
        need = a_need(state)
        before = lines()
        with pytest.raises(Settled):
            VERBS[key](officer, need, said(need))
        assert (state_of(need), lines()) == (state, before)


def test_who_may_take_which_step(township):
    need = raised_by(township)
    strangers = (
        an_actor(region_code=NEXT_TOWNSHIP),
        an_actor(Role.OFFICER, NEXT_COUNTY),
        an_actor(Role.LEADER, COUNTY),
        an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=a_person()),
    )
    for verb in VERBS.values():
        for stranger in strangers:
            with pytest.raises(NotFound):
                verb(stranger, need, said(need))
    for verb in (take_up_need, decline_need):
        with pytest.raises(NotFound):
            verb(township, need, said(need))
    assert set(steps_open_to(township, NeedState.RAISED)) == {"withdraw"}
    assert set(steps_open_to(an_officer(), NeedState.RAISED)) == {"take_up", "decline", "withdraw"}
    assert steps_open_to(an_actor(Role.LEADER, COUNTY), NeedState.RAISED) == ()


def test_over_an_older_version_nothing_is_done(township):
    need = raised_by(township)
    old = said(need)
    take_up_need(an_officer(), need, said(need, ""))

    with pytest.raises(Conflict) as clash:
        withdraw_need(township, need, old)

    assert clash.value.current_version == version_of(need)
    assert state_of(need) is NeedState.OPEN


def test_a_form_sent_twice_is_one_step(township):
    need, click = raised_by(township), str(uuid.uuid4())
    draft = said(need)
    withdraw_need(township, need, draft, click)

    with pytest.raises(AlreadyDone):
        withdraw_need(township, need, draft, click)

    assert len(need_steps(township, need)) == 2


def test_the_end_of_a_need_closes_its_open_matches_with_the_reason(township):
    officer, first, second = an_officer(), a_person("甲"), a_person("乙")
    need = a_need()
    open_one, refused = propose(officer, need, first), propose(officer, need, second)
    answer_match(township, refused, AnswerDraft(side=MatchSide.PLACE, agreed=False, words="太远"))

    withdraw_need(township, need, said(need, "场地没有定"))

    closed = match_row(open_one)
    assert (closed.state, closed.closed_with_need, closed.decided_on) == (MatchState.DECLINED, True, today())
    assert closed.reason.endswith("需求已撤回：场地没有定")
    assert "没有写专长" in closed.reason
    assert not match_row(refused).closed_with_need
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert set(actions) == {"needs.withdraw_need", "matches.close_with_need"}


def test_an_agreement_without_a_posting_ends_with_its_need(township):
    officer, person = an_officer(), a_person()
    need = a_need()
    match = propose(officer, need, person)
    for side in MatchSide:
        answer_match(officer, match, AnswerDraft(side=side, agreed=True, words="来电"))

    decline_need(officer, need, said(need, "今年没有经费"))

    assert match_row(match).state is MatchState.DECLINED
    with pytest.raises(Settled):
        post(officer, match, PostDraft(level=Level.COUNTY, starts_on=today()))


def test_what_was_given_up_is_raised_anew_and_the_same_person_may_be_proposed_again(township):
    officer, person = an_officer(), a_person()
    need = a_need()
    first = propose(officer, need, person)
    withdraw_need(township, need, said(need, "场地没有定"))
    raise_need_anew(township, need, said(need, "场地定了"))
    with pytest.raises(Settled):
        propose(officer, need, person)
    assert db.session.get_one(Need, need).state_note == ""
    take_up_need(officer, need, said(need, ""))
    assert person in {fit.person.id for fit in people_for(officer, need, 200).fits}

    second = propose(officer, need, person)

    assert second != first
    assert match_standing(officer, first).ended
    assert state_of(need) is NeedState.PROPOSED
    again = {"need_id": need, "commissioner_id": person, "state": MatchState.PROPOSED, "proposed_on": today()}
    with pytest.raises(Invalid) as refusal:
        records.create(officer, MATCHES, again)
    assert set(refusal.value.fields) == {"commissioner_id"}
    with pytest.raises(Invalid) as refusal:
        records.amend(officer, MATCHES, first, again, match_row(first).version)
    assert set(refusal.value.fields) == {"state"}


def test_nobody_is_matched_with_a_need_that_nobody_has_taken_up(township):
    need = raised_by(township)
    draft = {
        "need_id": need,
        "commissioner_id": a_person(),
        "state": MatchState.PROPOSED,
        "reason": "",
        "proposed_on": today(),
    }

    with pytest.raises(Invalid) as refusal:
        records.create(an_officer(), MATCHES, draft)

    assert set(refusal.value.fields) == {"need_id"}


def test_a_posted_need_is_not_withdrawn(township):
    need = a_need(NeedState.POSTED)

    with pytest.raises(Settled):
        withdraw_need(township, need, said(need))


# Two at once


def at_once(app: Flask, *tasks: Callable[[], object]) -> list[Exception]:
    """What went wrong with tasks that all begin at the same moment."""
    db.session.rollback()
    gate, refused = threading.Barrier(len(tasks)), []

    def run(task: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                task()
            except Exception as problem:  # noqa: BLE001 - the story looks at what it was
                refused.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=contextvars.Context().run, args=(run, one)) for one in tasks]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return refused


def test_of_two_deciders_at_once_one_decides(pingyang, township):
    officer, need = an_officer(), raised_by(township)
    draft = said(need)

    refused = at_once(
        pingyang,
        lambda: take_up_need(officer, need, draft),
        lambda: withdraw_need(township, need, draft),
        lambda: decline_need(officer, need, draft),
    )

    assert [type(one) for one in refused] == [Conflict, Conflict]
    assert len(need_steps(township, need)) == 2


@pytest.mark.parametrize("round_", range(3))
def test_a_need_withdrawn_while_a_side_says_yes_ends_one_way(pingyang, township, round_):
    officer, person = an_officer(), a_person()
    need = a_need()
    match = propose(officer, need, person)
    answer_match(township, match, AnswerDraft(side=MatchSide.PLACE, agreed=True))
    own = an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=person)
    draft = said(need)

    refused = at_once(
        pingyang,
        lambda: answer_match(own, match, AnswerDraft(side=MatchSide.COMMISSIONER, agreed=True)),
        lambda: withdraw_need(township, need, draft),
    )

    assert len(refused) == 1
    ends = {
        (MatchState.AGREED, NeedState.AGREED): Conflict,
        (MatchState.DECLINED, NeedState.WITHDRAWN): Settled,
    }
    assert isinstance(refused[0], ends[(match_row(match).state, state_of(need))])


# How it is worded


def test_the_place_words_it_until_it_is_taken_up(township):
    need = raised_by(township)
    records.amend(township, NEEDS, need, need_draft(title="黄汤茶闷黄工艺"), version_of(need))
    put(need, NeedState.OPEN)

    with pytest.raises(Invalid) as refusal:
        records.amend(township, NEEDS, need, need_draft(title="别的"), version_of(need))
    assert set(refusal.value.fields) == {"state"}
    records.amend(an_officer(), NEEDS, need, need_draft(title="黄汤茶闷黄工艺标准化"), version_of(need))


def test_what_the_place_wrote_stands_beside_what_the_bureau_made_of_it(township):
    need = raised_by(township, title="茶叶不好卖", problem="夏秋茶没人收")
    records.amend(township, NEEDS, need, need_draft(title="茶叶卖不掉", problem="夏秋茶没人收"), version_of(need))
    refined = need_draft(title="夏秋茶综合利用", problem="夏秋茶没人收", wanted_speciality="茶叶深加工")
    records.amend(an_officer(), NEEDS, need, refined, version_of(need))

    story = need_history(township, need)

    told = {one.label: (one.before.text, one.after.text) for one in story.refined}
    assert told == {"需要什么": ("茶叶卖不掉", "夏秋茶综合利用"), "希望来什么专长的人": ("茶叶加工", "茶叶深加工")}
    assert len(story.versions) == 3


def test_a_need_that_the_bureau_wrote_has_one_wording(township):
    need = a_need()
    records.amend(an_officer(), NEEDS, need, need_draft(title="改过的"), version_of(need))

    assert need_history(township, need).refined == ()


def test_a_need_removed_takes_its_life_with_it(township):
    need = raised_by(township)

    records.remove(an_officer(), NEEDS, need)

    assert db.session.scalars(select(NeedEvent.id).where(NeedEvent.need_id == need)).all() == []
