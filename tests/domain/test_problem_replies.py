"""What follows on a problem: who may answer, who must act until when, who settles it, and what happens when two act at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from commissioner.access import Actor
from commissioner.domain import records
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.problem_replies import (
    HandoverDraft,
    ReplyDraft,
    hand_over_problem,
    owner_choices,
    problem_standing,
    reply_to_problem,
)
from commissioner.domain.problems import PROBLEMS
from commissioner.domain.visit_log import record_visit
from commissioner.models import Account, AuditEntry, ProblemReply, RaisedProblem, db
from commissioner.problems import AlreadyDone, Conflict, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import RaisedProblemState, Role
from tests.factories import NEXT_TOWNSHIP, a_commissioner, a_visit, an_actor, an_officer
from tests.people import COUNTY, NEXT_COUNTY
from tests.projects import somebody
from tests.results import YEAR, a_place, a_problem

OPEN, IN_HAND, SOLVED, DROPPED = RaisedProblemState
CLIENT = "0b3f4c52-6a0e-4c2b-9a44-3d8d1f0f5a01"


def say(actor: Actor, problem_id: int, words: str = "", state: Any = None, **more: Any) -> None:
    """Answer a problem as it stands now."""
    version = more.pop("version", None) or stored(problem_id).version
    solved_on, client_id = more.pop("solved_on", None), more.pop("client_id", None)
    draft = ReplyDraft(words=words, state=state, solved_on=solved_on, version=version)
    reply_to_problem(actor, problem_id, draft, client_id)


def hand_over(actor: Actor, problem_id: int, owner_id: int | None, **more: Any) -> None:
    """Say who must act on a problem as it stands now."""
    version = more.pop("version", None) or stored(problem_id).version
    hand_over_problem(actor, problem_id, HandoverDraft(owner_id=owner_id, version=version, **more))


def refused(*asked: Any, **more: Any) -> set[str]:
    """The fields of an answer that is refused; nothing of it is kept."""
    before = db.session.query(ProblemReply).count()
    with pytest.raises(Invalid) as problem:
        say(*asked, **more)
    db.session.rollback()
    assert db.session.query(ProblemReply).count() == before
    return set(problem.value.fields)


def stored(row_id: int) -> RaisedProblem:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(RaisedProblem, row_id)


def found(actor: Actor, **filters: str) -> list[int]:
    """The problems that a list shows."""
    return [row["id"] for row in listed(actor, PROBLEMS.listing, ListQuery(filters=filters)).rows]


def on_a_visit(**values: Any) -> tuple[int, Actor]:
    """A problem met on a visit of yesterday, and the commissioner who was on it."""
    person = a_commissioner()
    visit_id = record_visit(an_actor(), a_visit(commissioner_ids=(person.commissioner_id,))).visit_id
    visit = db.session.execute(db.text("SELECT place_id, region_code FROM visits WHERE id = :id"), {"id": visit_id})
    problem = {"visit_id": visit_id, "raised_on": today() - timedelta(days=1), **values}
    return a_problem(dict(visit.mappings().one()), **problem), person


def test_whoever_sees_a_problem_and_may_raise_one_may_answer(app: Flask) -> None:
    problem_id = a_problem(a_place())
    for speaker in (an_officer(), an_actor(), an_actor(Role.LEADER, COUNTY)):
        say(speaker, problem_id, "收到")
    assert len(problem_standing(an_officer(), problem_id).replies) == 3
    assert stored(problem_id).state is OPEN


def test_who_does_not_see_it_says_nothing(app: Flask) -> None:
    problem_id = a_problem(a_place())
    strangers = (an_actor(region_code=NEXT_TOWNSHIP), an_actor(Role.OFFICER, NEXT_COUNTY), somebody())
    for stranger in strangers:
        for verb in (
            lambda: say(stranger, problem_id, "看看"),  # noqa: B023 - called at once
            lambda: problem_standing(stranger, problem_id),  # noqa: B023 - called at once
        ):
            with pytest.raises(NotFound):
                verb()
    with pytest.raises(NotFound):
        hand_over(strangers[0], problem_id, None)


def test_the_thread_tells_who_said_what_and_the_audit_tells_it_too(app: Flask) -> None:
    problem_id, officer = a_problem(a_place()), an_officer()
    say(officer, problem_id, "已联系茶叶专家", IN_HAND)
    (reply,) = problem_standing(officer, problem_id).replies
    assert (reply.who, reply.words, reply.state) == (officer.name, "已联系茶叶专家", IN_HAND)
    line = db.session.query(AuditEntry).filter_by(action="problems.reply").one()
    assert line.subject_id == problem_id
    assert line.changes == {"reply": [None, "已联系茶叶专家"], "state": ["open", "in_hand"]}


def test_solving_says_how_and_when_and_reopening_why(app: Flask) -> None:
    problem_id, township = a_problem(a_place()), an_actor()
    assert refused(township, problem_id, state=SOLVED) == {"words"}
    assert refused(township, problem_id, "剪枝", SOLVED, solved_on=date(YEAR, 5, 1)) == {"solved_on"}
    assert refused(township, problem_id, "剪枝", SOLVED, solved_on=today() + timedelta(days=1)) == {"solved_on"}
    say(township, problem_id, "剪枝、追肥", SOLVED, solved_on=date(YEAR, 6, 9))
    now = stored(problem_id)
    assert (now.state, now.solved_on, now.resolution) == (SOLVED, date(YEAR, 6, 9), "剪枝、追肥")
    assert refused(township, problem_id, state=OPEN) == {"words"}
    say(township, problem_id, "又冻了一次", OPEN)
    now = stored(problem_id)
    assert (now.state, now.solved_on, now.resolution) == (OPEN, None, "")
    assert refused(township, problem_id, state=DROPPED) == {"words"}
    say(township, problem_id, "农户改种了", DROPPED)
    assert (stored(problem_id).state, stored(problem_id).resolution) == (DROPPED, "农户改种了")


def test_without_a_day_it_is_solved_today(app: Flask) -> None:
    problem_id = a_problem(a_place())
    say(an_officer(), problem_id, "剪枝", SOLVED)
    assert stored(problem_id).solved_on == today()


def test_a_settled_problem_may_still_be_answered(app: Flask) -> None:
    problem_id = a_problem(a_place(), state=SOLVED, solved_on=date(YEAR, 6, 9))
    say(an_actor(), problem_id, "回访过，没有再冻")
    assert stored(problem_id).state is SOLVED
    assert refused(an_actor(), problem_id, "不用处理了", DROPPED) == {"state"}


def test_only_who_settles_or_must_act_changes_the_state(pingyang: Flask) -> None:
    problem_id, person = on_a_visit()
    assert refused(person, problem_id, "我解决了", SOLVED) == {"state"}
    hand_over(an_officer(), problem_id, person.account_id)
    assert problem_standing(person, problem_id).next_states == (IN_HAND, SOLVED, DROPPED)
    say(person, problem_id, "到园里剪枝", SOLVED)
    assert stored(problem_id).state is SOLVED
    with pytest.raises(NotFound):
        hand_over(person, problem_id, None)


def test_nothing_and_too_much_are_refused(app: Flask) -> None:
    problem_id = a_problem(a_place())
    assert refused(an_officer(), problem_id, "") == {"words"}
    assert refused(an_officer(), problem_id, "长" * 6000) == {"words"}
    say(an_officer(), problem_id, "长" * 5000)
    say(an_officer(), problem_id, state=IN_HAND)


def test_a_double_click_answers_once(app: Flask) -> None:
    problem_id, officer = a_problem(a_place()), an_officer()
    say(officer, problem_id, "剪枝", SOLVED, client_id=CLIENT)
    with pytest.raises(AlreadyDone):
        say(officer, problem_id, "剪枝", SOLVED, client_id=CLIENT, version=1)
    assert len(problem_standing(officer, problem_id).replies) == 1


def test_two_who_act_at_once_see_each_other(app: Flask) -> None:
    problem_id, first, second = a_problem(a_place()), an_officer(), an_actor()
    seen = stored(problem_id).version
    say(first, problem_id, "剪枝", SOLVED)
    with pytest.raises(Conflict) as late:
        say(second, problem_id, "不处理了", DROPPED, version=seen)
    assert (late.value.theirs.state, late.value.current_version) == (SOLVED, seen + 1)
    with pytest.raises(Conflict):
        hand_over(second, problem_id, second.account_id, version=seen)
    say(second, problem_id, "谢谢", version=seen)  # words alone take nothing away from anybody
    assert stored(problem_id).state is SOLVED


# Who must act


def test_those_around_a_problem_and_on_its_visit_are_offered(pingyang: Flask) -> None:
    problem_id, person = on_a_visit()
    officer, township = an_officer(), an_actor()
    outside = (
        an_actor(region_code=NEXT_TOWNSHIP),
        an_actor(Role.OFFICER, NEXT_COUNTY),
        an_actor(Role.LEADER, COUNTY),
        somebody(),
    )
    offered = {int(one.value) for one in owner_choices(officer, problem_id)}
    assert {officer.account_id, township.account_id, person.account_id} <= offered
    assert offered & {one.account_id for one in outside} == set()
    for owner_id in offered:
        hand_over(officer, problem_id, owner_id)
    with pytest.raises(NotFound):
        owner_choices(person, problem_id)


def test_who_would_not_see_it_is_not_asked_to_act(pingyang: Flask) -> None:
    problem_id, _person = on_a_visit()
    gone = an_actor()
    db.session.query(Account).filter_by(id=gone.account_id).update({"active": False})
    db.session.commit()
    for stranger in (an_actor(region_code=NEXT_TOWNSHIP).account_id, gone.account_id, 987654321):
        with pytest.raises(Invalid) as problem:
            hand_over(an_officer(), problem_id, stranger)
        assert set(problem.value.fields) == {"owner_id"}
    assert stored(problem_id).owner_id is None


def test_handing_over_tells_whom_and_until_when(app: Flask) -> None:
    problem_id, officer, township = a_problem(a_place()), an_officer(), an_actor()
    until = today() + timedelta(days=7)
    hand_over(officer, problem_id, township.account_id, due_on=until, words="请先去看看")
    stands = problem_standing(township, problem_id)
    assert (stands.owner_id, stands.in_charge, stands.due_on) == (township.account_id, township.name, until)
    (reply,) = stands.replies
    assert (reply.owner_name, reply.due_on, reply.words) == (township.name, until, "请先去看看")
    changes = db.session.query(AuditEntry).filter_by(action="problems.assign").one().changes
    assert changes["handed_to"] == [None, township.name]
    assert "owner_id" in changes


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"due_on": date(YEAR, 5, 1)}, "due_on"),
        ({"due_on": date(9000, 1, 1)}, "due_on"),
        ({"words": "长" * 5001}, "words"),
        ({"owner": "长" * 201}, "owner"),
    ],
)
def test_a_handover_that_cannot_be_is_refused(app: Flask, draft: dict[str, Any], field: str) -> None:
    problem_id = a_problem(a_place())
    with pytest.raises(Invalid) as problem:
        hand_over(an_officer(), problem_id, None, **draft)
    assert set(problem.value.fields) == {field}


def test_what_is_settled_is_not_handed_over(app: Flask) -> None:
    problem_id = a_problem(a_place(), state=DROPPED)
    with pytest.raises(Invalid):
        hand_over(an_officer(), problem_id, an_actor().account_id)
    assert not problem_standing(an_officer(), problem_id).may_hand_over


# What stands on the home pages


def test_what_is_handed_to_somebody_is_found_the_most_urgent_first(app: Flask) -> None:
    place, officer, township = a_place(), an_officer(), an_actor()
    later, none, late = (a_problem(place) for _ in range(3))
    for problem_id, due_on in ((later, today() + timedelta(days=9)), (none, None), (late, date(YEAR, 7, 1))):
        hand_over(officer, problem_id, township.account_id, due_on=due_on)
    settled = a_problem(place, owner_id=township.account_id, state=DROPPED)
    asked = ListQuery(filters={"owner": str(township.account_id), "unsettled": "1"}, sort="due_on")
    assert [row["id"] for row in listed(township, PROBLEMS.listing, asked).rows] == [late, later, none]
    assert settled not in found(officer, unowned="1")


def test_what_nobody_must_act_on_is_found(app: Flask) -> None:
    place = a_place()
    free = a_problem(place)
    a_problem(place, owner="农业农村办")
    a_problem(place, owner_id=an_actor().account_id)
    a_problem(place, state=DROPPED)
    assert found(an_officer(), unowned="1") == [free]
    assert found(an_actor(region_code=NEXT_TOWNSHIP), unowned="1") == []


def test_an_answer_waits_until_the_asker_has_spoken_again(app: Flask) -> None:
    asker, township = somebody(), an_actor()
    problem_id = a_problem(a_place(), raised_by_id=asker.account_id)
    mine = {"answered": str(asker.account_id)}
    assert found(asker, **mine) == []
    say(asker, problem_id, "补充一下")
    assert found(asker, **mine) == []
    say(township, problem_id, "明天去看")
    assert found(asker, **mine) == [problem_id]
    assert found(township, answered=str(township.account_id)) == []
    say(asker, problem_id, "好的")
    assert found(asker, **mine) == []


def test_whoever_settles_it_in_the_form_speaks_in_the_thread(app: Flask) -> None:
    place, township = a_place(), an_actor()
    problem_id = a_problem(place)
    draft = {**records.record(township, PROBLEMS, problem_id).values, "place_id": place["place_id"]}
    records.amend(township, PROBLEMS, problem_id, {**draft, "owner": "农业农村办"}, 1)
    assert problem_standing(township, problem_id).replies == ()
    solution = {"state": SOLVED, "solved_on": date(YEAR, 6, 9), "resolution": "剪枝"}
    records.amend(township, PROBLEMS, problem_id, {**draft, **solution}, 2)
    (reply,) = problem_standing(township, problem_id).replies
    assert (reply.state, reply.words) == (SOLVED, "剪枝")
