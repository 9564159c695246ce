"""Remarks, scores, grades and quotas: people decide, nobody twice, and nothing is graded by the machine."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from commissioner.domain import evaluation_verbs as verbs
from commissioner.domain.evaluation_verbs import AssessDraft, DecisionDraft, Said, WordsDraft
from commissioner.models import (
    AuditEntry,
    SchemeCriterion,
    db,
)
from commissioner.problems import Conflict, Invalid, NotFound, Settled
from commissioner.vocabulary import (
    Grade,
    Level,
    SchemeStep,
)
from tests.evaluations import YEAR, a_posted, a_scheme, brought, decided, names, row_of, standing, with_quota
from tests.factories import an_actor, an_officer

EXCELLENT, QUALIFIED, UNQUALIFIED = Grade.EXCELLENT, Grade.QUALIFIED, Grade.UNQUALIFIED


@pytest.fixture
def officer(app):
    return an_officer()


# Remarks and grades


def test_remarks_and_scores_are_kept_and_the_total_is_arithmetic(officer):
    person, scheme = a_posted(), a_scheme()
    first, second = (one.criterion_id for one in standing(officer, scheme, person).marks)

    said = {first: Said(remark="跑得勤", score=Decimal("85.5"))}
    verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks=said))
    assert standing(officer, scheme, person).weighted_total is None

    said = {**said, second: Said(score=Decimal(70))}
    verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks=said, version=1))

    stands = standing(officer, scheme, person)
    assert stands.weighted_total == Decimal("79.30")
    assert (stands.marks[0].remark, stands.grade) == ("跑得勤", None)


@pytest.mark.parametrize("score", [Decimal(-1), Decimal("100.1")])
def test_a_score_out_of_bounds_is_refused(officer, score):
    person, scheme = a_posted(), a_scheme()
    criterion = standing(officer, scheme, person).marks[0].criterion_id

    with pytest.raises(Invalid) as refused:
        verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks={criterion: Said(score=score)}))

    assert list(refused.value.fields) == [f"score_{criterion}"]
    assert row_of(scheme, person) is None


def test_a_criterion_of_another_scheme_is_not_there(officer):
    person, scheme, other = a_posted(), a_scheme(), a_scheme(level=Level.MUNICIPAL)
    foreign = db.session.scalars(select(SchemeCriterion.id).where(SchemeCriterion.scheme_id == other)).first()

    with pytest.raises(NotFound):
        verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks={foreign: Said(remark="x")}))


def test_a_grade_is_decided_by_somebody_on_a_day_and_audited(officer):
    person, scheme = a_posted(), a_scheme()

    decided(officer, scheme, person, EXCELLENT, "带动大")

    row = row_of(scheme, person)
    assert (row.grade, row.grade_reason, row.decided_by_id) == (EXCELLENT, "带动大", officer.account_id)
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "evaluations.decide")).one()
    assert line.changes["grade"] == [None, "excellent"]
    assert (line.changes["scheme_id"], line.changes["commissioner_id"]) == (scheme, person.commissioner_id)


def test_a_grade_that_asks_for_a_reason_gets_one(officer):
    person, scheme = a_posted(), a_scheme()

    with pytest.raises(Invalid) as refused:
        decided(officer, scheme, person, UNQUALIFIED)
    assert list(refused.value.fields) == ["reason"]

    decided(officer, scheme, person, UNQUALIFIED, "一年没有来过")
    assert row_of(scheme, person).grade is UNQUALIFIED


def test_a_grade_that_the_scheme_does_not_have_is_refused(officer):
    person, scheme = a_posted(), a_scheme()

    with pytest.raises(Invalid):
        decided(officer, scheme, person, Grade.GOOD)


def test_a_quota_of_persons_names_who_holds_the_places(officer):
    first, second = a_posted("占名额的人"), a_posted("后来的人")
    scheme = with_quota(quota_persons=1)
    decided(officer, scheme, first, EXCELLENT)

    with pytest.raises(Invalid) as refused:
        decided(officer, scheme, second, EXCELLENT)

    assert "占名额的人" in str(refused.value.fields["grade"])
    assert row_of(scheme, second) is None
    decided(officer, scheme, first, EXCELLENT, "再写一句")  # who holds a place keeps it
    decided(officer, scheme, first, None)
    decided(officer, scheme, second, EXCELLENT)
    assert row_of(scheme, first).decided_at is None


@pytest.mark.parametrize(("percent", "most"), [(30, 0), (33, 0), (34, 1), (67, 2), (100, 3)])
def test_a_quota_in_per_cent_is_rounded_down(officer, percent, most):
    people = [a_posted(f"示例{number}") for number in range(3)]
    scheme = with_quota(quota_percent=percent)

    given = 0
    for person in people:
        try:
            decided(officer, scheme, person, EXCELLENT)
            given += 1
        except Invalid as refused:
            assert "舍去小数" in str(refused.fields["grade"])  # noqa: PT017 - how many get through is the story

    assert given == most


def test_nobody_is_graded_by_the_machine(officer):
    person, scheme = a_posted(), a_scheme()
    marks = {one.criterion_id: Said(score=Decimal(100)) for one in standing(officer, scheme, person).marks}

    verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks=marks))

    assert standing(officer, scheme, person).weighted_total == 100
    assert row_of(scheme, person).grade is None


def test_somebody_who_is_not_evaluated_gets_no_grade(officer):
    scheme, stranger = a_scheme(), a_posted("外人", starts_on=date(YEAR + 1, 1, 1), ends_on=None)

    for verb, draft in ((verbs.assess, AssessDraft()), (verbs.decide, DecisionDraft(grade=EXCELLENT))):
        with pytest.raises(NotFound):
            verb(officer, scheme, stranger.commissioner_id, draft)


def test_a_grade_outlives_the_posting_that_brought_it(officer):
    person, scheme = a_posted(), a_scheme()
    decided(officer, scheme, person, QUALIFIED)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE postings SET level = 'municipal'")

    assert names(officer, scheme) == ["示例甲"]


# Two at once


def test_the_second_of_two_deciders_sees_both(officer):
    person, scheme, colleague = a_posted(), a_scheme(), an_officer()
    decided(colleague, scheme, person, QUALIFIED, "同事评的")

    with pytest.raises(Conflict) as refused:
        verbs.decide(officer, scheme, person.commissioner_id, DecisionDraft(grade=EXCELLENT, version=0))

    assert (refused.value.theirs.grade, refused.value.theirs.reason) == (QUALIFIED, "同事评的")
    assert refused.value.ours.grade is EXCELLENT
    assert row_of(scheme, person).grade is QUALIFIED


def test_a_stale_remark_is_a_conflict_and_a_report_meanwhile_is_none(officer):
    person, scheme = a_posted(), a_scheme()
    criterion = standing(officer, scheme, person).marks[0].criterion_id
    verbs.hand_in_report(person, scheme, person.commissioner_id, WordsDraft(words="这一年"))

    verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks={criterion: Said(remark="好")}))
    with pytest.raises(Conflict):
        verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks={criterion: Said(remark="不好")}))

    assert standing(officer, scheme, person).marks[0].remark == "好"


def test_after_publication_nothing_more_is_said(officer):
    person, scheme = a_posted(), a_scheme()
    decided(officer, scheme, person, QUALIFIED)
    brought(officer, scheme, SchemeStep.PUBLISH)

    for verb, who, draft in (
        (verbs.assess, officer, AssessDraft(version=1)),
        (verbs.decide, officer, DecisionDraft(grade=EXCELLENT, version=1)),
        (verbs.hand_in_report, person, WordsDraft(words="晚了")),
    ):
        with pytest.raises(Settled):
            verb(who, scheme, person.commissioner_id, draft)
    with pytest.raises(NotFound):
        verbs.give_opinion(an_actor(), scheme, person.commissioner_id, WordsDraft(words="晚了"))
