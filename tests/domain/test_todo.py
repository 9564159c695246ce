"""What has a day reaches whom it concerns, and nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from commissioner.domain import todo as dates
from commissioner.domain.home import home
from commissioner.domain.todo import TodoKind, todo
from commissioner.models import Milestone, Place, Project, ProjectCommissioner, ProjectPlace, RaisedProblem, db
from commissioner.units import today
from commissioner.vocabulary import Industry, Level, ProjectKind, ProjectStage, RaisedProblemCategory, Role
from tests.factories import NEXT_TOWNSHIP, a_commissioner, a_person, a_posting, a_village, an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU

DAY = timedelta(days=1)


def a_milestone(title, due_on, township=SHUITOU, commissioner_id=None, done_on=None):
    """A milestone of a project that works in one village of a township."""
    place_id = a_village(township)
    region_code = _code(place_id)
    project_id = written(
        Project,
        title=f"{title}的项目",
        level=Level.COUNTY,
        kind=ProjectKind.INDIVIDUAL,
        industry=Industry.TEA,
        stage=ProjectStage.UNDER_WAY,
        region_code=COUNTY.ljust(12, "0") if township == SHUITOU else region_code,
    )
    written(ProjectPlace, project_id=project_id, place_id=place_id, region_code=region_code)
    if commissioner_id:
        written(ProjectCommissioner, project_id=project_id, commissioner_id=commissioner_id)
    return written(Milestone, project_id=project_id, title=title, due_on=due_on, done_on=done_on)


def _code(place_id):

    return db.session.scalar(select(Place.region_code).where(Place.id == place_id))


def a_problem(due_on, township=SHUITOU, **own):
    place_id = a_village(township)
    return written(
        RaisedProblem,
        description="茶树叶子发黄，请打 13812345678",
        category=next(iter(RaisedProblemCategory)),
        place_id=place_id,
        region_code=_code(place_id),
        raised_on=today() - 90 * DAY,
        due_on=due_on,
        **own,
    )


def titles(actor, days=60):
    return [one.title for one in todo(actor, today(), today() + days * DAY).items]


def test_milestones_are_overdue_due_or_not_yet(pingyang):
    late, soon = today() - DAY, today() + 30 * DAY
    a_milestone("迟了的节点", late)
    a_milestone("快到的节点", soon)
    a_milestone("还远的节点", today() + 90 * DAY)
    a_milestone("做完的节点", late, done_on=late)

    found = {one.title: one for one in todo(an_officer(), today(), today() + 60 * DAY).items}

    assert found["迟了的节点"].overdue
    assert not found["快到的节点"].overdue
    assert found["快到的节点"].subject == "projects"
    assert not {"还远的节点", "做完的节点"} & found.keys()


def test_another_townships_dates_never_appear(pingyang):
    a_milestone("隔壁的节点", today() + DAY, NEXT_TOWNSHIP)
    a_milestone("自己的节点", today() + DAY)
    a_problem(today() + DAY, NEXT_TOWNSHIP)
    own = a_problem(today() + 2 * DAY)
    here = an_actor(Role.TOWNSHIP, SHUITOU)

    items = todo(here, today(), today() + 60 * DAY).items

    assert "自己的节点" in titles(here)
    assert "隔壁的节点" not in titles(here)
    assert [one.row_id for one in items if one.kind is TodoKind.PROBLEM and one.due_on > today()] == [own]
    assert titles(an_actor(Role.OFFICER, NEXT_COUNTY)) == []


def test_a_commissioner_has_own_milestones_and_the_problems_handed_to_them(pingyang):
    actor = a_commissioner()
    a_milestone("我的节点", today() + DAY, commissioner_id=actor.commissioner_id)
    a_milestone("别人的节点", today() + DAY)
    a_problem(today() + DAY)
    mine = a_problem(today() + DAY, owner_id=actor.account_id, raised_by_id=actor.account_id)

    items = todo(actor, today(), today() + 60 * DAY).items

    assert "我的节点" in titles(actor)
    assert "别人的节点" not in titles(actor)
    assert [one.row_id for one in items if one.kind is TodoKind.PROBLEM] == [mine]


def test_a_term_that_ends_is_told_before_and_not_after(pingyang):
    start = today() - 400 * DAY
    a_posting(a_person("快到期的人"), a_village(), start, today() + 59 * DAY)
    a_posting(a_person("到期了的人"), a_village(), start, today() - DAY)
    a_posting(a_person("还早的人"), a_village(), start, today() + 61 * DAY)

    ending = [one for one in titles(an_officer()) if "的人" in one]

    assert len(ending) == 1
    assert ending[0].startswith("快到期的人")


def test_the_home_lines_count_the_same(pingyang):
    officer = an_officer()
    before = {one.line.text: one.count for one in (*home(officer).waiting, *home(officer).missing)}
    a_milestone("快到的节点", today() + 30 * DAY)
    a_milestone("还远的节点", today() + 31 * DAY)
    a_posting(a_person(), a_village(), today() - DAY, today() + 60 * DAY)
    a_posting(a_person(), a_village(), today() - DAY, today() + 61 * DAY)

    after = {one.line.text: one.count for one in (*home(officer).waiting, *home(officer).missing)}

    for text in ("项目节点 30 天内到期", "派驻任期 60 天内到期"):
        assert after[text] == before.get(text, 0) + 1


def test_no_more_than_the_bound_and_the_latest_stay(pingyang, monkeypatch):
    monkeypatch.setattr(dates, "MOST", 3)
    for number in range(5):
        a_milestone(f"节点{number}", today() + number * DAY)

    story = todo(an_officer(), today(), today() + 60 * DAY)

    assert story.cut
    assert len(story.items) == 3
    assert story.items[-1].due_on >= today() + 4 * DAY


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMINISTRATOR])
def test_other_roles_are_answered(pingyang, role):
    problem = a_problem(today() - DAY)

    items = todo(an_actor(role, COUNTY), today(), today() + 60 * DAY).items

    assert (TodoKind.PROBLEM, problem, True) in [(one.kind, one.row_id, one.overdue) for one in items]
