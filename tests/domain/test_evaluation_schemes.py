"""Schemes of evaluation: data that opens when it is whole, holds still while it is open, and is published as a fact."""

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from commissioner.domain import records
from commissioner.domain.evaluation_people import grade_counts
from commissioner.domain.evaluation_schemes import SCHEMES
from commissioner.domain.evaluation_steps import steps_from
from commissioner.domain.scheme_lines import CRITERIA, GRADES
from commissioner.models import (
    AuditEntry,
    Commissioner,
    EvaluationScheme,
    Posting,
    SchemeCriterion,
    SchemeGrade,
    db,
)
from commissioner.problems import Invalid, NeedsConfirmation, Settled
from commissioner.vocabulary import (
    Grade,
    Level,
    Role,
    SchemeState,
    SchemeStep,
)
from tests.evaluations import YEAR, a_posted, a_scheme, brought, decided, grades_told, names, state_of, with_quota
from tests.factories import an_actor, an_officer
from tests.people import COUNTY

EXCELLENT, QUALIFIED = Grade.EXCELLENT, Grade.QUALIFIED


@pytest.fixture
def officer(app):
    return an_officer()


def a_draft(**changes):
    return {"name": "考核", "level": Level.COUNTY, "year": YEAR, "note": "", **changes}


# Schemes


def test_who_is_evaluated_was_posted_at_that_level_on_a_day_of_the_period(officer):
    a_posted("甲在岗")
    a_posted("乙早走", starts_on=date(YEAR - 2, 1, 1), ends_on=date(YEAR - 1, 12, 31))
    a_posted("丙最后一天来", starts_on=date(YEAR, 12, 31), ends_on=None)
    a_posted("丁第二年来", starts_on=date(YEAR + 1, 1, 1), ends_on=None)

    assert sorted(names(officer, a_scheme())) == ["丙最后一天来", "甲在岗"]
    assert names(officer, a_scheme(level=Level.MUNICIPAL)) == []


def test_the_list_is_in_the_order_of_names_whatever_was_decided(officer):
    last, first = a_posted("乙"), a_posted("甲")
    for person, spelling in ((last, "yi"), (first, "jia")):
        with db.engine.begin() as connection:
            own = update(Commissioner).where(Commissioner.id == person.commissioner_id)
            connection.execute(own.values(pinyin=spelling))
    scheme = a_scheme()

    decided(officer, scheme, last, EXCELLENT)

    assert names(officer, scheme) == ["甲", "乙"]


@pytest.mark.parametrize("weights", [(60, 39), (60, 41), ()])
def test_a_scheme_opens_only_with_weights_of_a_hundred(officer, weights):
    a_posted()
    scheme = a_scheme(state=SchemeState.DRAFT, weights=weights)

    with pytest.raises(Invalid):
        brought(officer, scheme, SchemeStep.START)

    assert state_of(scheme) is SchemeState.DRAFT


def test_a_scheme_without_anybody_or_without_grades_does_not_open(officer):
    scheme = a_scheme(state=SchemeState.DRAFT)
    with pytest.raises(Invalid):
        brought(officer, scheme, SchemeStep.START)

    a_posted()
    brought(officer, scheme, SchemeStep.START)

    assert state_of(scheme) is SchemeState.OPEN
    bare = a_scheme(state=SchemeState.DRAFT, level=Level.MUNICIPAL)
    with db.engine.begin() as connection:
        connection.execute(SchemeGrade.__table__.delete().where(SchemeGrade.scheme_id == bare))
    with pytest.raises(Invalid):
        brought(officer, bare, SchemeStep.START)


def test_an_open_scheme_is_not_changed_under_peoples_feet(officer):
    scheme = a_scheme()
    line = db.session.scalars(select(SchemeCriterion.id).where(SchemeCriterion.scheme_id == scheme)).first()
    values = records.record(officer, CRITERIA, line).values
    another = {"scheme_id": scheme, "name": "又一项", "weight": 5, "position": 3, "evidence": ()}

    for change in (
        lambda: records.amend(officer, CRITERIA, line, {**values, "weight": 99}, 1),
        lambda: records.create(officer, CRITERIA, another),
        lambda: records.remove(officer, CRITERIA, line),
        lambda: records.create(officer, GRADES, {"scheme_id": scheme, "grade": Grade.GOOD}),
        lambda: records.remove(officer, SCHEMES, scheme),
        lambda: records.amend(officer, SCHEMES, scheme, a_draft(year=YEAR + 1), 1),
    ):
        with pytest.raises(Settled):
            change()

    db.session.rollback()
    assert db.session.get(SchemeCriterion, line).weight == 60


def test_a_criterion_is_not_moved_out_of_an_open_scheme(officer):
    open_one, draft = a_scheme(), a_scheme(state=SchemeState.DRAFT, level=Level.MUNICIPAL, weights=())
    line = db.session.scalars(select(SchemeCriterion.id).where(SchemeCriterion.scheme_id == open_one)).first()
    values = records.record(officer, CRITERIA, line).values

    with pytest.raises(Settled):
        records.amend(officer, CRITERIA, line, {**values, "scheme_id": draft}, 1)


def test_the_day_and_the_note_of_an_open_scheme_may_change(officer):
    scheme = a_scheme()
    values = records.record(officer, SCHEMES, scheme).values

    records.amend(officer, SCHEMES, scheme, {**values, "decide_by": date(YEAR + 1, 3, 1)}, 1)

    db.session.rollback()
    assert db.session.get(EvaluationScheme, scheme).decide_by == date(YEAR + 1, 3, 1)


def test_a_level_and_a_year_have_one_scheme(officer):
    a_scheme()

    with pytest.raises(Invalid) as refused:
        records.create(officer, SCHEMES, a_draft())

    assert "year" in refused.value.fields
    made = records.create(officer, SCHEMES, a_draft(year=YEAR + 1))
    scheme = db.session.get(EvaluationScheme, made)
    assert (scheme.starts_on, scheme.ends_on) == (date(YEAR + 1, 1, 1), date(YEAR + 1, 12, 31))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ends_on", {"starts_on": date(YEAR, 6, 1), "ends_on": date(YEAR, 5, 1)}),
        ("ends_on", {"starts_on": date(YEAR - 1, 11, 1)}),
        ("decide_by", {"decide_by": date(YEAR - 1, 12, 31)}),
        ("name", {"name": ""}),
    ],
)
def test_a_scheme_with_impossible_dates_is_refused(officer, field, changes):
    with pytest.raises(Invalid) as refused:
        records.create(officer, SCHEMES, a_draft(**changes))

    assert field in refused.value.fields


def test_a_quota_is_one_number(officer):
    scheme = a_scheme(state=SchemeState.DRAFT)

    with pytest.raises(Invalid) as refused:
        records.create(
            officer, GRADES, {"scheme_id": scheme, "grade": Grade.GOOD, "quota_persons": 1, "quota_percent": 1}
        )

    assert "quota_percent" in refused.value.fields


# Steps


def test_a_scheme_is_taken_back_only_while_nothing_is_decided(officer):
    person, scheme = a_posted(), a_scheme()
    with pytest.raises(Invalid):
        brought(officer, scheme, SchemeStep.TAKE_BACK)
    decided(officer, scheme, person, QUALIFIED)
    with pytest.raises(Invalid):
        brought(officer, scheme, SchemeStep.TAKE_BACK, "漏了一项")

    decided(officer, scheme, person, None)
    brought(officer, scheme, SchemeStep.TAKE_BACK, "漏了一项")

    assert state_of(scheme) is SchemeState.DRAFT
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "schemes.redraft")).one()
    assert line.changes == {"reason": [None, "漏了一项"], "state": ["open", "draft"]}


def test_publishing_with_somebody_undecided_names_them_and_asks(officer):
    person, _other, scheme = a_posted(), a_posted("漏下的人"), a_scheme()
    with pytest.raises(Invalid):
        brought(officer, scheme, SchemeStep.PUBLISH, confirmed=True)
    decided(officer, scheme, person, QUALIFIED)

    with pytest.raises(NeedsConfirmation) as asked:
        brought(officer, scheme, SchemeStep.PUBLISH)
    assert "漏下的人" in str(asked.value.warnings["scheme"])
    brought(officer, scheme, SchemeStep.PUBLISH, confirmed=True)

    assert state_of(scheme) is SchemeState.PUBLISHED
    assert grade_counts(officer, scheme) == {QUALIFIED: 1, None: 1}


def test_a_quota_holds_at_publication_too(officer):
    people = [a_posted(f"示例{number}") for number in range(4)]
    scheme = with_quota(quota_percent=50)
    for person in people[:2]:
        decided(officer, scheme, person, EXCELLENT)
    gone = [one.commissioner_id for one in people[2:]]
    with db.engine.begin() as connection:
        connection.execute(delete(Posting).where(Posting.commissioner_id.in_(gone)))

    with pytest.raises(Invalid):
        brought(officer, scheme, SchemeStep.PUBLISH, confirmed=True)


def test_reopening_needs_a_reason_and_after_filing_an_administrator(officer):
    person, scheme = a_posted(), a_scheme()
    decided(officer, scheme, person, QUALIFIED)
    brought(officer, scheme, SchemeStep.PUBLISH)
    with pytest.raises(Invalid):
        brought(officer, scheme, SchemeStep.REOPEN)
    brought(officer, scheme, SchemeStep.REOPEN, "有人申诉")
    assert grades_told(person, person) == []

    brought(officer, scheme, SchemeStep.PUBLISH)
    brought(officer, scheme, SchemeStep.FILE)
    assert grades_told(person, person) != []
    with pytest.raises(Settled):
        brought(officer, scheme, SchemeStep.REOPEN, "有人申诉")
    brought(an_actor(Role.ADMINISTRATOR, COUNTY), scheme, SchemeStep.REOPEN, "有人申诉")

    assert state_of(scheme) is SchemeState.OPEN


@pytest.mark.parametrize("step", SchemeStep)
@pytest.mark.parametrize("state", SchemeState)
def test_only_the_steps_from_a_state_are_taken(officer, state, step):
    a_posted()
    scheme = a_scheme(state=state)

    if step not in steps_from(officer, state):
        with pytest.raises(Settled):
            brought(officer, scheme, step, "原因", confirmed=True)
        assert state_of(scheme) is state
