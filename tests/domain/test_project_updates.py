"""A commissioner posts an update: once, on top of what is known, within the rules of money and figures."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from commissioner.access import Actor
from commissioner.domain.project_history import history, standing
from commissioner.domain.project_updates import submit_update, update_standing
from commissioner.domain.update_drafts import UpdateDraft
from commissioner.domain.update_reviews import approve_update
from commissioner.models import ProjectTarget, StageChange, db
from commissioner.problems import Conflict, Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.units import today
from commissioner.vocabulary import ProjectStage, Role, Unit
from tests.factories import an_actor, an_officer
from tests.people import SHUITOU
from tests.projects import (
    GRANTED_FEN,
    STARTED,
    a_project,
    a_target,
    an_update,
    audit_lines,
    counted,
    judged,
    project,
    somebody,
    updates_of,
)

WORKING = ProjectStage.UNDER_WAY
ENDS = date(2024, 2, 28)


def faults_of(actor: Actor, project_id: int, **said: Any) -> dict[str, Any]:
    """What is wrong with a draft; nothing of it may be written."""
    before = updates_of(project_id), project(project_id).version, len(audit_lines())
    with pytest.raises(Invalid) as refused:
        submit_update(actor, project_id, an_update(actor, project_id, **said))
    assert (updates_of(project_id), project(project_id).version, len(audit_lines())) == before
    return refused.value.fields


def warnings_of(actor: Actor, project_id: int, **said: Any) -> set[str]:
    """What must be confirmed; confirmed, it is written."""
    draft = an_update(actor, project_id, **said)
    with pytest.raises(NeedsConfirmation) as asked:
        submit_update(actor, project_id, draft)
    assert standing(actor, project_id).version == draft.version
    update_id = submit_update(actor, project_id, replace(draft, confirmed=True)).update_id
    approve_update(an_officer(), update_id, judged(update_id))
    return set(asked.value.warnings)


def test_an_update_counts_when_it_is_approved_and_each_step_leaves_its_line(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    draft = an_update(wang, project_id, spent_fen=4_000_000, figures={target_id: Decimal("102.5")})
    receipt = submit_update(wang, project_id, draft)
    row = project(project_id)
    assert (row.progress, row.spent_fen, row.version) == ("", 0, 1)
    approve_update(an_officer(), receipt.update_id, judged(receipt.update_id))
    row = project(project_id)
    assert (row.stage, row.progress, row.spent_fen) == (WORKING, draft.progress, 4_000_000)
    assert db.session.scalar(select(ProjectTarget.actual_value)) == Decimal("102.5")
    handed_in, approved = audit_lines()
    for line in (handed_in, approved):
        assert (line.subject, line.subject_id) == ("project_updates", receipt.update_id)
        assert line.changes["project_id"] == project_id
    assert (handed_in.action, handed_in.account_id) == ("updates.submit", wang.account_id)
    assert approved.action == "updates.approve"
    assert approved.changes["spent_fen"] == [0, 4_000_000]
    assert approved.changes["示范面积"] == [None, "102.5"]


def test_what_is_left_out_stays_as_it_was(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    counted(wang, project_id, spent_fen=500, figures={target_id: Decimal(10)})
    counted(wang, project_id, progress="没有别的变化")
    stands = standing(wang, project_id)
    assert (stands.stage, stands.spent_fen, stands.targets[0].actual_value) == (WORKING, 500, Decimal(10))
    assert len(db.session.scalars(select(StageChange.id)).all()) == 1


def test_each_report_tells_what_was_before_and_what_is_since(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    counted(wang, project_id, spent_fen=500, figures={target_id: Decimal(10)})
    second = an_update(
        wang,
        project_id,
        spent_fen=900,
        figures={target_id: Decimal(15)},
        progress="过半了",
    )
    update_id = submit_update(wang, project_id, second).update_id
    report = history(wang, project_id).report(update_id)
    told = {change.label: (change.before, change.after) for change in report.changes}
    assert told == {
        "示范面积": (Decimal(10), Decimal(15)),
        "已支出": (500, 900),
    }
    assert (report.progress_before, report.progress) == ("示范茶园长势良好", "过半了")


def test_a_figure_left_out_once_is_compared_with_the_last_one_said(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    for figures in ({target_id: Decimal(10)}, {}, {target_id: Decimal(12)}):
        counted(wang, project_id, figures=figures)
    changes = history(wang, project_id).reports[-1].changes
    assert [(one.before, one.after) for one in changes] == [(Decimal(10), Decimal(12))]


def test_a_double_click_makes_one_update(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    draft = an_update(wang, project_id, spent_fen=GRANTED_FEN + 1, overspent_for="设备涨价，自己垫付")
    first = submit_update(wang, project_id, draft)
    second = submit_update(wang, project_id, draft)
    assert (second.update_id, second.already_there) == (first.update_id, True)
    assert updates_of(project_id) == 1
    assert len(audit_lines()) == 1


def test_the_same_form_sent_again_with_other_words_is_not_lost_in_silence(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    draft = an_update(wang, project_id)
    submit_update(wang, project_id, draft)
    with pytest.raises(Conflict):
        submit_update(wang, project_id, replace(draft, progress="又想起一件事"))
    assert updates_of(project_id) == 1


def test_two_people_at_once_see_each_others_words(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    mine, theirs = an_update(wang, project_id, progress="我写的"), an_update(li, project_id, progress="他写的")
    submit_update(li, project_id, theirs)
    with pytest.raises(Conflict) as conflict:
        submit_update(wang, project_id, mine)
    theirs, ours = conflict.value.theirs, conflict.value.ours
    assert (theirs.content.progress, ours.progress) == ("他写的", "我写的")
    assert updates_of(project_id) == 1
    submit_update(wang, project_id, replace(mine, version=conflict.value.current_version or 0))
    assert [one.progress for one in history(wang, project_id).reports] == ["他写的", "我写的"]


def at_one_moment(app: Flask, actor: Actor, project_id: int, drafts: list[UpdateDraft]) -> list[Any]:
    """What each of several senders gets who press the button together."""
    answers: list[Any] = [None] * len(drafts)
    ready = threading.Barrier(len(drafts))

    def send(number: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                answers[number] = submit_update(actor, project_id, drafts[number])
            except Problem as problem:
                answers[number] = problem
            finally:
                db.session.remove()

    senders = [threading.Thread(target=send, args=(number,)) for number in range(len(drafts))]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)
    return answers


def test_of_two_at_the_same_moment_one_is_written_and_one_is_asked(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    drafts = [an_update(wang, project_id, progress=word) for word in ("甲", "乙")]
    db.session.rollback()
    answers = at_one_moment(app, wang, project_id, drafts)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Receipt"]
    assert updates_of(project_id) == 1


def test_two_clicks_at_the_same_moment_get_the_same_answer(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    draft = an_update(wang, project_id)
    db.session.rollback()
    answers = at_one_moment(app, wang, project_id, [draft, draft])
    assert len({answer.update_id for answer in answers}) == 1
    assert updates_of(project_id) == 1


def test_only_those_of_the_project_may_post(app: Flask) -> None:
    wang, stranger = somebody(), somebody()
    project_id = a_project(wang)
    draft = an_update(wang, project_id)
    for actor in (
        stranger,
        an_actor(Role.TOWNSHIP, SHUITOU),
        an_actor(Role.LEADER, "330326"),
        an_actor(Role.OFFICER, "330327"),
    ):
        with pytest.raises(NotFound):
            submit_update(actor, project_id, draft)
        with pytest.raises(NotFound):
            update_standing(actor, project_id)
    assert submit_update(an_officer(), project_id, draft).update_id


def test_an_update_leaves_the_stage_and_its_history_alone(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang, stage=ProjectStage.MID_TERM)
    before = db.session.scalars(select(StageChange.id)).all()
    update_id = counted(wang, project_id)
    assert history(wang, project_id).report(update_id).stage is ProjectStage.MID_TERM
    assert project(project_id).stage is ProjectStage.MID_TERM
    assert db.session.scalars(select(StageChange.id)).all() == before


def test_a_project_that_is_over_takes_no_more_updates(app: Flask) -> None:
    wang = somebody()
    for over in (ProjectStage.CLOSED, ProjectStage.TERMINATED):
        project_id = a_project(wang, stage=over)
        with pytest.raises(Problem, match=r"不再更新"):
            submit_update(wang, project_id, an_update(wang, project_id))
        with pytest.raises(Problem, match=r"不再更新"):
            update_standing(wang, project_id)


def test_a_day_that_cannot_be(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang, ends_on=ENDS)
    days = {
        today() + timedelta(days=1): "今天之后",
        STARTED - timedelta(days=1): "才开始",
        ENDS + timedelta(days=1): "结束",
        date(1900, 1, 1): "不合常理",
    }
    for reported_on, words in days.items():
        assert words in str(faults_of(wang, project_id, reported_on=reported_on)["reported_on"])


def test_a_report_from_before_the_last_one_is_asked_about_and_moves_nothing(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    counted(wang, project_id, reported_on=date(2022, 6, 15))
    assert warnings_of(wang, project_id, reported_on=date(2022, 6, 14), progress="补记") == {"reported_on"}
    assert project(project_id).progress != "补记"
    counted(wang, project_id, reported_on=date(2022, 6, 15))


def test_money_that_cannot_be(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    for spent_fen in (-1, 10**15):
        assert set(faults_of(wang, project_id, spent_fen=spent_fen)) == {"spent_yuan"}


def test_money_spent_goes_back_only_with_a_reason_in_words(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    counted(wang, project_id, spent_fen=900)
    assert "更正说明" in str(faults_of(wang, project_id, spent_fen=500)["spent_yuan"])
    update_id = counted(wang, project_id, spent_fen=500, correction="发票重复")
    assert project(project_id).spent_fen == 500
    assert history(wang, project_id).report(update_id).note == "发票重复"


def test_more_than_was_granted_needs_a_word_of_why_and_no_tick_replaces_it(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    counted(wang, project_id, spent_fen=GRANTED_FEN)
    for said in ({}, {"confirmed": True}, {"overspent_for": "  "}):
        assert "超支说明" in str(faults_of(wang, project_id, spent_fen=GRANTED_FEN + 1, **said)["spent_yuan"])
    update_id = counted(wang, project_id, spent_fen=GRANTED_FEN + 1, overspent_for="设备涨价")
    assert history(wang, project_id).report(update_id).overspent_for == "设备涨价"
    assert project(project_id).spent_fen == GRANTED_FEN + 1


def test_figures_that_cannot_be(app: Flask) -> None:
    wang = somebody()
    absurd = [(Unit.MU, "-1"), (Unit.MU, "1e12"), (Unit.PERSONS, "1.5"), (Unit.SESSIONS, "0.1")]
    for unit, value in absurd:
        project_id = a_project(wang)
        target_id = a_target(project_id, unit=unit)
        assert set(faults_of(wang, project_id, figures={target_id: Decimal(value)})) == {f"figure_{target_id}"}


def test_figures_that_are_unlikely_must_be_confirmed(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id, target=200)
    assert warnings_of(wang, project_id, figures={target_id: Decimal(2001)}) == {f"figure_{target_id}"}
    assert warnings_of(wang, project_id, figures={target_id: Decimal(150)}) == {f"figure_{target_id}"}


def test_the_target_of_another_project_is_nobodys(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    foreign = a_target(a_project(wang))
    with pytest.raises(NotFound):
        submit_update(wang, project_id, an_update(wang, project_id, figures={foreign: Decimal(1)}))


def test_progress_is_said_in_words_that_fit(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    for progress in ("", "  \n ", "茶" * 5001):
        assert set(faults_of(wang, project_id, progress=progress)) == {"progress"}


def test_every_fault_is_told_at_once(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    faults = faults_of(wang, project_id, progress="", spent_fen=-5, reported_on=date(2050, 1, 1))
    assert set(faults) == {"progress", "spent_yuan", "reported_on"}
