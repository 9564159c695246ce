"""Problems raised in the field: who may raise, who may settle, and what a solution needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from commissioner.domain import records
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.problems import PROBLEMS
from commissioner.models import Organisation, RaisedProblem, db
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import OrganisationKind, PlaceLevel, RaisedProblemCategory, RaisedProblemState, Role
from tests.factories import an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU
from tests.projects import somebody
from tests.results import YEAR, a_place, a_problem

OPEN, SOLVED, IN_HAND = RaisedProblemState.OPEN, RaisedProblemState.SOLVED, RaisedProblemState.IN_HAND


def entered(**changes: Any) -> dict[str, Any]:
    """A problem as the form says it."""
    return {
        "description": "茶园倒春寒受冻",
        "category": RaisedProblemCategory.TECHNOLOGY,
        "raised_on": date(YEAR, 6, 1),
        "state": OPEN,
        **changes,
    }


def refused(actor: Any, **changes: Any) -> set[str]:
    """The fields that are refused of a new problem."""
    with pytest.raises(Invalid) as problem:
        records.create(actor, PROBLEMS, entered(**changes))
    return set(problem.value.fields)


def amending_refused(actor: Any, row_id: int, **changes: Any) -> set[str]:
    """The fields that are refused of a problem that stands."""
    with pytest.raises(Invalid) as problem:
        records.amend(actor, PROBLEMS, row_id, entered(**changes), 1)
    return set(problem.value.fields)


def stored(row_id: int) -> RaisedProblem:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(RaisedProblem, row_id)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"state": SOLVED}, {"solved_on", "resolution"}),
        ({"state": SOLVED, "solved_on": date(YEAR, 7, 1)}, {"resolution"}),
        ({"state": SOLVED, "solved_on": date(YEAR, 5, 1), "resolution": "已剪枝"}, {"solved_on"}),
        ({"state": IN_HAND, "solved_on": date(YEAR, 7, 1)}, {"solved_on"}),
        ({"due_on": date(YEAR, 5, 1)}, {"due_on"}),
        ({"raised_on": today() + timedelta(days=1)}, {"raised_on"}),
        ({"description": ""}, {"description"}),
    ],
)
def test_what_is_said_of_a_problem_fits_together(app: Flask, changes: dict[str, Any], fields: set[str]) -> None:
    place_id = a_place()["place_id"]
    assert refused(an_officer(), place_id=place_id, **changes) == fields


def test_a_solved_problem_says_when_and_how(app: Flask) -> None:
    officer, place = an_officer(), a_place()
    problem_id = a_problem(place)
    solution = {"state": SOLVED, "solved_on": date(YEAR, 6, 9), "resolution": "剪枝、追肥"}
    records.amend(officer, PROBLEMS, problem_id, entered(place_id=place["place_id"], **solution), 1)
    assert stored(problem_id).state is SOLVED


def test_a_commissioner_sees_again_what_was_raised(app: Flask) -> None:
    person, place = somebody(), a_place()
    a_problem(place)
    problem_id = records.create(person, PROBLEMS, entered(place_id=place["place_id"]))
    assert [row["id"] for row in listed(person, PROBLEMS.listing, ListQuery()).rows] == [problem_id]
    records.amend(person, PROBLEMS, problem_id, entered(place_id=place["place_id"], description="茶园受冻二十亩"), 1)
    assert stored(problem_id).description == "茶园受冻二十亩"
    assert stored(problem_id).raised_by_id == person.account_id


def test_who_has_no_account_sees_nothing_that_nobody_raised(app: Flask) -> None:
    a_problem(a_place())
    nobody = somebody()
    assert listed(nobody, PROBLEMS.listing, ListQuery()).total == 0


def test_only_who_settles_changes_the_state(app: Flask) -> None:
    person, place = somebody(), a_place()
    place_id = place["place_id"]
    solution = {"state": SOLVED, "solved_on": date(YEAR, 6, 9), "resolution": "剪枝、追肥"}
    assert refused(person, place_id=place_id, **solution) == {"state", "solved_on", "resolution"}
    problem_id = records.create(person, PROBLEMS, entered(place_id=place_id))
    assert amending_refused(person, problem_id, place_id=place_id, **solution) == {"state", "solved_on", "resolution"}
    township = an_actor(Role.TOWNSHIP, SHUITOU)
    records.amend(township, PROBLEMS, problem_id, entered(place_id=place_id, **solution), 1)
    records.amend(person, PROBLEMS, problem_id, entered(place_id=place_id, **solution, description="倒春寒"), 2)
    assert (stored(problem_id).state, stored(problem_id).description) == (SOLVED, "倒春寒")


def test_a_problem_without_a_place_lies_where_its_author_works(app: Flask) -> None:
    township = an_actor(Role.TOWNSHIP, SHUITOU)
    assert refused(township) == {"place_id"}
    place = a_place()
    problem_id = records.create(township, PROBLEMS, entered(category=RaisedProblemCategory.SYSTEM))
    assert (stored(problem_id).place_id, stored(problem_id).region_code) == tuple(place.values())


def test_leaders_and_institutions_say_what_is_wrong_and_leave_the_settling(app: Flask) -> None:
    place = a_place(COUNTY.ljust(12, "0"), PlaceLevel.COUNTY)
    sender = written(Organisation, name="示例高校", kind=OrganisationKind.UNIVERSITY, region_code=place["region_code"])
    feedback = {"category": RaisedProblemCategory.SYSTEM, "description": "字太小"}
    institution = an_actor(Role.INSTITUTION, COUNTY, organisation_id=sender)
    for actor in (an_actor(Role.LEADER, COUNTY), institution):
        problem_id = records.create(actor, PROBLEMS, entered(**feedback))
        assert records.record(actor, PROBLEMS, problem_id).values["description"] == "字太小"
        assert stored(problem_id).region_code == place["region_code"]
        solution = {"state": SOLVED, "solved_on": date(YEAR, 6, 9), "resolution": "改大了"}
        assert amending_refused(actor, problem_id, **feedback, **solution) == {"state", "solved_on", "resolution"}
    assert listed(institution, PROBLEMS.listing, ListQuery()).total == 1


def test_strangers_raise_nothing_here(app: Flask) -> None:
    place = a_place()
    stranger = an_actor(Role.OFFICER, NEXT_COUNTY)
    assert refused(stranger, place_id=place["place_id"]) == {"place_id"}
    with pytest.raises(NotFound):
        records.record(stranger, PROBLEMS, a_problem(place))


def test_what_is_late_is_found(app: Flask) -> None:
    place, due_on = a_place(), today() - timedelta(days=1)
    late = a_problem(place, due_on=due_on)
    a_problem(place, due_on=due_on, state=SOLVED, solved_on=due_on)
    a_problem(place, due_on=today())
    a_problem(place)
    found = listed(an_officer(), PROBLEMS.listing, ListQuery(filters={"overdue": "1"}))
    assert [row["id"] for row in found.rows] == [late]
