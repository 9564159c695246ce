"""Who carries a project out asks for steps and finishes milestones; the bureau returns or decides; nobody else does either."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from commissioner.access import Actor
from commissioner.domain import records
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.milestones import DoneDraft, finish_milestone, reopen_milestone
from commissioner.domain.project_lines import MILESTONES
from commissioner.domain.project_steps import StepDraft, correct_step, take_back_step, take_step
from commissioner.domain.projects import PROJECTS
from commissioner.domain.step_requests import ask_step, return_request, withdraw_request
from commissioner.domain.todo import todo
from commissioner.models import Milestone, StepRequest, db
from commissioner.problems import Conflict, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import DocumentKind, ProjectStage, RequestState, Role
from tests.factories import an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU
from tests.projects import a_project, project, somebody
from tests.steps import a_document, a_request, a_rule, go, no_rules, track

APPLIED, APPROVED, CONTRACTED, UNDER_WAY, MID_TERM, ACCEPTANCE, CLOSED, TERMINATED = ProjectStage


def test_a_commissioner_asks_and_the_bureau_returns_and_then_decides(app: Flask, tmp_path: Any) -> None:
    officer, wang = an_officer(), somebody()
    project_id = a_project(wang)
    with pytest.raises(Invalid) as refused:
        ask_step(wang, project_id, a_request(wang, project_id, MID_TERM))
    assert set(refused.value.fields) == {"documents.mid_term_report"}
    a_document(wang, project_id, MID_TERM, DocumentKind.MID_TERM_REPORT, tmp_path)
    ask_step(wang, project_id, a_request(wang, project_id, MID_TERM))
    assert found(officer, "waiting") == found(wang, "waiting") == {project_id}
    with pytest.raises(Invalid):  # one at a time
        ask_step(wang, project_id, a_request(wang, project_id, MID_TERM))
    with pytest.raises(Invalid):
        return_request(officer, project_id, a_request(officer, project_id, words=""))
    return_request(officer, project_id, a_request(officer, project_id, words="报告缺经费表"))
    returned = track(wang, project_id).returned
    assert returned is not None
    assert (returned.answer, returned.answered_by) == ("报告缺经费表", officer.name)
    assert found(wang, "returned") == {project_id}
    ask_step(wang, project_id, a_request(wang, project_id, MID_TERM))
    go(officer, project_id, MID_TERM)
    states = [one.state for one in track(wang, project_id).requests]
    assert states == [RequestState.GRANTED, RequestState.PAST]
    assert found(officer, "waiting") == found(wang, "returned") == set()


def found(actor: Actor, state: str) -> set[int]:
    query = ListQuery(filters={"request": state})
    return {row["id"] for row in listed(actor, PROJECTS.listing, query).rows}


def test_a_request_is_withdrawn_by_those_who_asked(app: Flask) -> None:
    no_rules()
    officer, wang, li = an_officer(), somebody(), somebody("李")
    project_id = a_project(wang)
    ask_step(wang, project_id, a_request(wang, project_id, MID_TERM))
    for stranger in (li, officer, an_actor(Role.TOWNSHIP, SHUITOU)):
        with pytest.raises(NotFound):
            withdraw_request(stranger, project_id)
    withdraw_request(wang, project_id)
    with pytest.raises(Invalid):
        withdraw_request(wang, project_id)
    with pytest.raises(Invalid):
        return_request(officer, project_id, a_request(officer, project_id, words="没有了"))


def test_another_decision_settles_what_was_asked(app: Flask) -> None:
    no_rules()
    officer, wang = an_officer(), somebody()
    project_id = a_project(wang)
    ask_step(wang, project_id, a_request(wang, project_id, MID_TERM))
    go(officer, project_id, TERMINATED, opinion="资金撤回")
    assert [one.state for one in track(wang, project_id).requests] == [RequestState.PAST]
    with pytest.raises(Invalid):
        ask_step(wang, project_id, a_request(wang, project_id, ACCEPTANCE))


def test_what_may_not_be_asked_for_is_told(app: Flask) -> None:
    a_rule(UNDER_WAY, may_ask=True)
    wang = somebody()
    project_id = a_project(wang)
    for stage in (MID_TERM, CLOSED, TERMINATED):
        with pytest.raises(Invalid) as refused:
            ask_step(wang, project_id, a_request(wang, project_id, stage))
        assert set(refused.value.fields) == {"stage"}
    assert db.session.query(StepRequest).count() == 0


def test_a_request_read_on_an_older_version_is_a_conflict(app: Flask) -> None:
    no_rules()
    officer, wang = an_officer(), somebody()
    project_id = a_project(wang)
    draft = a_request(wang, project_id, MID_TERM)
    go(officer, project_id, MID_TERM)
    with pytest.raises(Conflict):
        ask_step(wang, project_id, draft)


def test_who_does_not_see_a_project_can_do_nothing_about_it(app: Flask) -> None:
    no_rules()
    project_id = a_project(somebody())
    version = project(project_id).version
    step = StepDraft(stage=MID_TERM, reached_on=today(), opinion="x", decided_by="x", reason="x", version=version)
    for stranger in (an_actor(Role.OFFICER, NEXT_COUNTY), somebody("李"), an_actor(Role.TOWNSHIP, SHUITOU)):
        for verb in (take_step, correct_step, take_back_step):
            with pytest.raises(NotFound):
                verb(stranger, project_id, step)
        with pytest.raises(NotFound):
            ask_step(stranger, project_id, a_request(an_officer(), project_id, MID_TERM))
    wang = somebody("王")
    mine = a_project(wang)
    with pytest.raises(NotFound):  # who carries it out decides nothing
        take_step(wang, mine, step)


# Milestones


def test_a_milestone_is_done_with_a_day_and_a_word_and_opened_again(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    due = written(Milestone, project_id=project_id, title="春茶示范", due_on=today() - timedelta(days=3))
    for wrong in (
        DoneDraft(done_on=None),
        DoneDraft(done_on=today() + timedelta(days=1)),
        DoneDraft(done_on=today(), words="长" * 201),
    ):
        with pytest.raises(Invalid):
            finish_milestone(wang, project_id, due, wrong)
    finish_milestone(wang, project_id, due, DoneDraft(done_on=today(), words="两户示范"))
    finish_milestone(wang, project_id, due, DoneDraft(done_on=today() - timedelta(days=9)))  # done already
    row = db.session.get_one(Milestone, due)
    assert (row.done_on, row.done_by, row.done_note) == (today(), wang.name, "两户示范")
    reopen_milestone(wang, project_id, due)
    assert db.session.get_one(Milestone, due).done_on is None
    for stranger in (somebody("李"), an_actor(Role.LEADER, COUNTY), an_actor(Role.OFFICER, NEXT_COUNTY)):
        with pytest.raises(NotFound):
            finish_milestone(stranger, project_id, due, DoneDraft(done_on=today()))
    with pytest.raises(NotFound):
        finish_milestone(wang, a_project(wang), due, DoneDraft(done_on=today()))


def test_a_deadline_lies_within_the_project(app: Flask) -> None:
    officer, project_id = an_officer(), a_project(ends_on=date(2023, 2, 28))
    draft = {"project_id": project_id, "title": "测产", "stage": None, "done_on": None}
    for day in (date(2022, 2, 28), date(2023, 3, 1)):
        with pytest.raises(Invalid) as refused:
            records.create(officer, MILESTONES, {**draft, "due_on": day})
        assert set(refused.value.fields) == {"due_on"}
    records.create(officer, MILESTONES, {**draft, "due_on": date(2023, 2, 28)})
    late = {**draft, "title": "验收", "stage": ACCEPTANCE, "due_on": date(2023, 4, 30)}
    records.create(officer, MILESTONES, late)


def test_nobody_is_reminded_of_a_project_that_is_over(app: Flask) -> None:
    officer, running, over = an_officer(), a_project(), a_project(stage=TERMINATED)
    for project_id in (running, over):
        written(Milestone, project_id=project_id, title="中期检查", due_on=date(2022, 8, 30))
    assert [item.row_id for item in todo(officer, today(), today()).items] == [running]
    assert listed(officer, MILESTONES.listing, ListQuery(filters={"overdue": "1"})).total == 1
