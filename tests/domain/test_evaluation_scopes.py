"""Who sees what of an evaluation, who may say what, and what follows from it on other pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from commissioner.access import Actor
from commissioner.domain import evaluation_verbs as verbs
from commissioner.domain.evaluation_people import grade_counts
from commissioner.domain.evaluation_results import results
from commissioner.domain.evaluation_verbs import AssessDraft, DecisionDraft, Said, WordsDraft
from commissioner.domain.home import home
from commissioner.domain.todo import TodoKind, todo
from commissioner.models import Commissioner, Organisation, Recognition, db
from commissioner.problems import Conflict, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import Grade, IssuingLevel, OrganisationKind, RecognitionKind, Role, SchemeStep
from tests.evaluations import (
    YEAR,
    a_grade,
    a_posted,
    a_scheme,
    a_township,
    brought,
    decided,
    grades_told,
    names,
    row_of,
    standing,
)
from tests.factories import NEXT_TOWNSHIP, an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU

EXCELLENT, QUALIFIED = Grade.EXCELLENT, Grade.QUALIFIED


@pytest.fixture
def officer(app):
    return an_officer()


# Who sees what


def test_a_commissioner_sees_the_own_evaluation_and_the_grade_once_published(officer):
    person, other, scheme = a_posted(), a_posted("别人"), a_scheme()
    criterion = standing(officer, scheme, person).marks[0].criterion_id
    marks = {criterion: Said(remark="内部评语", score=Decimal(50))}
    verbs.assess(officer, scheme, person.commissioner_id, AssessDraft(marks=marks))
    decided(officer, scheme, person, EXCELLENT, "理由")

    before = standing(person, scheme, person)
    assert (before.grade, before.reason, before.decided_by) == (None, "", "")
    assert [(one.remark, one.score) for one in before.marks] == [("", None)] * 2
    assert names(person, scheme) == ["示例甲"]
    with pytest.raises(NotFound):
        standing(person, scheme, other)

    brought(officer, scheme, SchemeStep.PUBLISH, confirmed=True)
    after = standing(person, scheme, person)
    assert (after.grade, after.reason) == (EXCELLENT, "理由")
    assert [(one.remark, one.score) for one in after.marks] == [("", None)] * 2


def test_an_institution_sees_its_people_after_publication(officer):
    person, other, scheme = a_posted(), a_posted("别家的人"), a_scheme()
    code = COUNTY.ljust(12, "0")
    own = written(Organisation, name="示例农科院", kind=OrganisationKind.INSTITUTE, region_code=code)
    with db.engine.begin() as connection:
        row = update(Commissioner).where(Commissioner.id == person.commissioner_id)
        connection.execute(row.values(organisation_id=own))
    sender = an_actor(Role.INSTITUTION, COUNTY, organisation_id=own)
    decided(officer, scheme, person, EXCELLENT)
    assert names(sender, scheme) == []
    with pytest.raises(NotFound):
        standing(sender, scheme, person)

    brought(officer, scheme, SchemeStep.PUBLISH, confirmed=True)

    assert standing(sender, scheme, person).grade is EXCELLENT
    assert names(sender, scheme) == ["示例甲"]
    assert grades_told(sender, person) == [(f"{YEAR}年度县派考核", EXCELLENT)]
    with pytest.raises(NotFound):
        standing(sender, scheme, other)


def test_a_leader_sees_counts_after_publication_and_nobody(officer):
    person, scheme = a_posted(), a_scheme()
    leader = an_actor(Role.LEADER, COUNTY)
    decided(officer, scheme, person, EXCELLENT)
    assert grade_counts(leader, scheme) == {}

    brought(officer, scheme, SchemeStep.PUBLISH)

    assert grade_counts(leader, scheme) == {EXCELLENT: 1}
    assert names(leader, scheme) == []
    assert grades_told(leader, person) == []
    with pytest.raises(NotFound):
        standing(leader, scheme, person)


def test_a_township_says_a_word_about_those_posted_with_it(officer):
    here, there, scheme = a_posted(), a_posted("邻镇的人", NEXT_TOWNSHIP), a_scheme()
    township = an_actor()
    assert names(township, scheme) == ["示例甲"]

    verbs.give_opinion(township, scheme, here.commissioner_id, WordsDraft(words="随叫随到"))
    with pytest.raises(NotFound):
        verbs.give_opinion(township, scheme, there.commissioner_id, WordsDraft(words="不认识"))
    with pytest.raises(Conflict):
        verbs.give_opinion(township, scheme, here.commissioner_id, WordsDraft(words="旧的"))

    assert [one.words for one in standing(officer, scheme, here).opinions] == ["随叫随到"]
    assert standing(here, scheme, here).opinions == ()
    with pytest.raises(NotFound):
        standing(township, scheme, here)
    verbs.give_opinion(township, scheme, here.commissioner_id, WordsDraft(version=1))
    assert standing(officer, scheme, here).opinions == ()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.TOWNSHIP, Role.LEADER])
def test_another_county_finds_nothing(officer, role):
    person, scheme = a_posted(), a_scheme()
    stranger = an_actor(role, NEXT_COUNTY)

    with pytest.raises(NotFound):
        standing(stranger, scheme, person)
    with pytest.raises(NotFound):
        verbs.decide(stranger, scheme, person.commissioner_id, DecisionDraft(grade=EXCELLENT))
    with pytest.raises(NotFound):
        brought(stranger, scheme, SchemeStep.PUBLISH)
    assert grade_counts(stranger, scheme) == {}


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.COMMISSIONER, Role.INSTITUTION, Role.LEADER])
def test_only_the_bureau_decides(officer, role):
    person, scheme = a_posted(), a_scheme()
    own = person.commissioner_id if role is Role.COMMISSIONER else None
    who = Actor(role=role, region_code=COUNTY, commissioner_id=own, organisation_id=1)

    for verb, draft in ((verbs.assess, AssessDraft()), (verbs.decide, DecisionDraft(grade=EXCELLENT))):
        with pytest.raises(NotFound):
            verb(who, scheme, person.commissioner_id, draft)
    with pytest.raises(NotFound):
        brought(who, scheme, SchemeStep.PUBLISH)


def test_nobody_hands_in_anothers_report(officer):
    person, other, scheme = a_posted(), a_posted("别人"), a_scheme()

    with pytest.raises(NotFound):
        verbs.hand_in_report(other, scheme, person.commissioner_id, WordsDraft(words="替他写"))


# What follows


def test_a_published_grade_stands_on_the_year_page_once(officer):
    person, scheme = a_posted(), a_scheme()
    code = SHUITOU.ljust(12, "0")
    typed = {
        "subject": "县级年度考核",
        "kind": RecognitionKind.GRADE,
        "year": YEAR,
        "place_id": a_township(),
        "region_code": code,
        "commissioner_id": person.commissioner_id,
    }
    written(Recognition, level=IssuingLevel.COUNTY, grade=EXCELLENT, **typed)
    written(Recognition, level=IssuingLevel.PROVINCIAL, grade=EXCELLENT, **{**typed, "subject": "省级考核"})
    decided(officer, scheme, person, EXCELLENT)
    assert {subject for subject, _grade in grades_told(officer, person)} == {"县级年度考核", "省级考核"}

    brought(officer, scheme, SchemeStep.PUBLISH)

    told = grades_told(officer, person)
    assert {subject for subject, _grade in told} == {f"{YEAR}年度县派考核", "省级考核"}
    assert len(told) == 2


def test_what_is_wanted_is_on_the_home_page_and_among_the_dates(officer):
    person, township = a_posted(), an_actor()
    scheme = a_scheme(decide_by=today() + timedelta(days=20))

    def wants(actor: Actor) -> tuple[set[str], bool]:
        db.session.rollback()
        lines = home(actor)
        told = {one.line.text for one in (*lines.waiting, *lines.missing) if one.line.subject == "schemes"}
        dated = {one.kind for one in todo(actor, today(), today() + timedelta(days=60)).items}
        return told, TodoKind.EVALUATION in dated

    assert wants(officer) == ({"考核快到期，还有人没有评定"}, True)
    assert wants(person) == ({"考核等您交述职"}, True)
    assert wants(township) == ({"考核：可以对派驻在本地的特派员写意见"}, True)
    assert wants(an_actor(Role.TOWNSHIP, NEXT_TOWNSHIP)) == (set(), False)

    verbs.hand_in_report(person, scheme, person.commissioner_id, WordsDraft(words="这一年"))
    verbs.give_opinion(township, scheme, person.commissioner_id, WordsDraft(words="好"))
    decided(officer, scheme, person, QUALIFIED)

    assert [wants(one) for one in (officer, person, township)] == [(set(), False)] * 3


def test_the_results_are_rows_in_the_order_of_names(officer):
    person, _other, scheme = a_posted("甲"), a_posted("乙"), a_scheme()
    decided(officer, scheme, person, EXCELLENT, "理由")

    rows = {row["name"]: row for row in results(officer, scheme)}

    assert (rows["甲"]["grade"], rows["甲"]["reason"], rows["乙"]["grade"]) == (EXCELLENT, "理由", None)
    with pytest.raises(NotFound):
        results(person, scheme)


def test_words_without_end_are_refused(officer):
    person, scheme = a_posted(), a_scheme()
    a_grade(scheme, Grade.GOOD)

    with pytest.raises(Invalid):
        verbs.hand_in_report(person, scheme, person.commissioner_id, WordsDraft(words="长" * 5001))
    with pytest.raises(Invalid):
        decided(officer, scheme, person, Grade.GOOD, "长" * 5001)
    with pytest.raises(Invalid):
        verbs.hand_in_report(person, scheme, person.commissioner_id, WordsDraft(words=""))
    assert row_of(scheme, person) is None
