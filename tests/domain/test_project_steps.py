"""A project's way: one table of moves, dates in order, what each step needs as data; corrected and taken back on record."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from commissioner.access import Actor
from commissioner.domain import records
from commissioner.domain.project_stages import ENDED, MOVES
from commissioner.domain.project_steps import StepDraft, correct_step, take_back_step, take_step
from commissioner.domain.step_rules import STEP_RULES, keep_shipped_rules, rules_for, shipped_rules
from commissioner.models import Milestone, StageChange, db
from commissioner.problems import AlreadyDone, Conflict, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import DocumentKind, Level, ProjectKind, ProjectStage, Role
from tests.factories import an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY
from tests.projects import a_project, audit_lines, project, somebody
from tests.steps import CODE, a_document, a_rule, a_step, go, no_rules, track

APPLIED, APPROVED, CONTRACTED, UNDER_WAY, MID_TERM, ACCEPTANCE, CLOSED, TERMINATED = ProjectStage
WHOLE_WAY = (APPROVED, CONTRACTED, UNDER_WAY, MID_TERM, ACCEPTANCE, CLOSED)


def faults(actor: Actor, project_id: int, stage: ProjectStage, **said: Any) -> dict[str, Any]:
    """What a step is refused for; nothing is written."""
    before, lines = project(project_id), len(audit_lines())
    kept = (before.version, before.stage)
    with pytest.raises(Invalid) as refused:
        take_step(actor, project_id, a_step(actor, project_id, stage, **said))
    after = project(project_id)
    assert (after.version, after.stage, len(audit_lines())) == (*kept, lines)
    return refused.value.fields


# The moves


def test_a_project_goes_step_by_step_to_its_end(app: Flask) -> None:
    no_rules()
    officer = an_officer()
    project_id = a_project(stage=APPLIED)
    go(officer, project_id, *WHOLE_WAY, decision_number="平科〔2022〕9号", decided_on=today())
    way = track(officer, project_id)
    assert [step.stage for step in way.steps] == [APPLIED, *WHOLE_WAY]
    last = way.last
    assert last is not None
    assert (last.decided_by, last.decision_number, last.opinion, last.recorded_by) == (
        *("县科技局", "平科〔2022〕9号", "同意"),
        officer.name,
    )
    assert project(project_id).stage is CLOSED
    assert audit_lines()[-1].changes["stage"] == ["acceptance", "closed"]


def test_no_other_move_is_possible(app: Flask) -> None:
    no_rules()
    officer = an_officer()
    for stands in ProjectStage:
        project_id = a_project(stage=stands)
        for stage in set(ProjectStage) - set(MOVES[stands]):
            assert set(faults(officer, project_id, stage)) == {"stage"}, (stands, stage)
    assert all(TERMINATED in MOVES[stage] for stage in set(ProjectStage) - ENDED)


def test_a_rejected_application_needs_a_reason_and_is_called_so(app: Flask) -> None:
    officer, project_id = an_officer(), a_project(stage=APPLIED)
    assert set(faults(officer, project_id, TERMINATED, opinion=" ")) == {"opinion"}
    go(officer, project_id, TERMINATED, opinion="与产业规划不符")
    assert track(officer, project_id).label(TERMINATED) == "不予立项"
    other = a_project(stage=UNDER_WAY)
    go(officer, other, TERMINATED, opinion="负责人调走")
    assert track(officer, other).label(TERMINATED) == "终止"


def test_days_are_in_order_in_the_past_and_within_the_project(app: Flask) -> None:
    no_rules()
    officer = an_officer()
    project_id = a_project(stage=CONTRACTED, ends_on=date(2023, 2, 28))
    for day in (date(2022, 3, 14), today() + timedelta(days=1), date(2023, 3, 1), date(1900, 1, 1)):
        assert set(faults(officer, project_id, UNDER_WAY, reached_on=day)) == {"reached_on"}, day
    go(officer, project_id, UNDER_WAY, reached_on=date(2022, 3, 15))
    # Acceptance follows the end of the work.
    go(officer, project_id, ACCEPTANCE, reached_on=date(2023, 5, 1))
    early = a_project(stage=CONTRACTED, starts_on=date(2022, 5, 1))
    assert set(faults(officer, early, UNDER_WAY, reached_on=date(2022, 4, 30))) == {"reached_on"}


def test_the_shipped_rules_ask_for_documents_opinion_decider_and_mid_term(app: Flask, tmp_path: Any) -> None:
    officer = an_officer()
    project_id = a_project(stage=UNDER_WAY)  # of municipal level
    assert ACCEPTANCE not in track(officer, project_id).moves
    assert set(faults(officer, project_id, ACCEPTANCE)) == {"stage"}
    asked = faults(officer, project_id, MID_TERM, opinion="", decided_by="")
    assert set(asked) == {"documents.mid_term_report", "opinion", "decided_by"}
    a_document(officer, project_id, MID_TERM, DocumentKind.MID_TERM_REPORT, tmp_path)
    go(officer, project_id, MID_TERM)
    assert set(faults(officer, project_id, ACCEPTANCE)) == {"documents.acceptance_report"}
    of_the_county = a_project(stage=UNDER_WAY, level=Level.COUNTY)
    a_document(officer, of_the_county, ACCEPTANCE, DocumentKind.ACCEPTANCE_REPORT, tmp_path)
    go(officer, of_the_county, ACCEPTANCE)


def test_a_decision_number_is_asked_for_where_a_rule_says_so(app: Flask) -> None:
    a_rule(APPROVED, needs_number=True)
    officer, project_id = an_officer(), a_project(stage=APPLIED)
    assert set(faults(officer, project_id, APPROVED)) == {"decision_number", "decided_on"}
    go(officer, project_id, APPROVED, decision_number="平科〔2022〕1号", decided_on=date(2022, 3, 1))


def test_texts_without_end_are_refused(app: Flask) -> None:
    no_rules()
    said = {"decided_by": "长" * 201, "decision_number": "长" * 201, "opinion": "长" * 5001}
    assert set(faults(an_officer(), a_project(stage=APPLIED), APPROVED, **said)) == set(said)


# Rules


def test_the_most_specific_rule_wins(app: Flask) -> None:
    nation, county = "0" * 12, CODE
    kinds = {
        (nation, None, None): DocumentKind.OTHER,
        (county, None, None): DocumentKind.PHOTO,
        (county, None, ProjectKind.TEAM): DocumentKind.CONTRACT,
        (county, Level.PROVINCIAL, None): DocumentKind.APPROVAL,
        (county, Level.PROVINCIAL, ProjectKind.TEAM): DocumentKind.OPINION,
    }
    for (code, level, kind), document in kinds.items():
        a_rule(MID_TERM, level=level, kind=kind, documents=(document,)) if code == county else written(
            STEP_RULES.model, region_code=code, stage=MID_TERM, documents=(document,)
        )

    def asked(code: str, level: Level, kind: ProjectKind) -> tuple[DocumentKind, ...]:
        return rules_for(code, level, kind)[MID_TERM].documents

    assert asked("330327000000", Level.COUNTY, ProjectKind.GENERAL) == (DocumentKind.OTHER,)
    assert asked(county, Level.COUNTY, ProjectKind.GENERAL) == (DocumentKind.PHOTO,)
    assert asked("330326102000", Level.COUNTY, ProjectKind.TEAM) == (DocumentKind.CONTRACT,)
    assert asked(county, Level.PROVINCIAL, ProjectKind.GENERAL) == (DocumentKind.APPROVAL,)
    assert asked(county, Level.PROVINCIAL, ProjectKind.TEAM) == (DocumentKind.OPINION,)


def test_the_shipped_rules_hold_everywhere_and_become_ones_own_once(app: Flask) -> None:
    before = rules_for(CODE, Level.PROVINCIAL, ProjectKind.TEAM)
    assert before[ACCEPTANCE].needs_mid_term
    system = Actor(role=Role.ADMINISTRATOR, region_code=COUNTY, name="命令行")
    assert keep_shipped_rules(system, COUNTY) == len(shipped_rules())
    assert keep_shipped_rules(system, COUNTY) == 0
    db.session.rollback()
    assert rules_for(CODE, Level.PROVINCIAL, ProjectKind.TEAM) == before


def test_the_bureau_keeps_its_rules_one_for_each_case(app: Flask) -> None:
    officer = an_officer()
    draft = {"stage": APPROVED, "level": None, "kind": None, "documents": (DocumentKind.APPROVAL,), "note": ""}
    row_id = records.create(officer, STEP_RULES, draft)
    assert rules_for(CODE, Level.COUNTY, ProjectKind.TEAM)[APPROVED].documents == (DocumentKind.APPROVAL,)
    for wrong in (draft, {**draft, "level": Level.COUNTY, "needs_mid_term": True}):
        with pytest.raises(Invalid):
            records.create(officer, STEP_RULES, wrong)
    several = (DocumentKind.CONTRACT, DocumentKind.APPLICATION)
    records.amend(officer, STEP_RULES, row_id, {**draft, "documents": several}, 1)
    assert set(rules_for(CODE, Level.COUNTY, ProjectKind.TEAM)[APPROVED].documents) == set(several)
    with pytest.raises(NotFound):
        records.create(somebody(), STEP_RULES, draft)
    elsewhere = an_actor(Role.OFFICER, NEXT_COUNTY)
    with pytest.raises(NotFound):
        records.amend(elsewhere, STEP_RULES, row_id, draft, 2)


# Mending


def test_a_step_is_corrected_with_a_reason_between_its_neighbours(app: Flask) -> None:
    no_rules()
    officer, project_id = an_officer(), a_project(stage=APPROVED)
    go(officer, project_id, CONTRACTED, reached_on=date(2022, 4, 1))
    correct = a_step(officer, project_id, CONTRACTED, reached_on=date(2022, 3, 20), reason="看错了日子")
    for wrong in ({"reason": ""}, {"reached_on": date(2022, 3, 14)}, {"reached_on": today() + timedelta(days=1)}):
        with pytest.raises(Invalid):
            correct_step(officer, project_id, StepDraft(**{**as_said(correct), **wrong}))
    correct_step(officer, project_id, correct)
    assert [step.reached_on for step in track(officer, project_id).steps] == [date(2022, 3, 15), date(2022, 3, 20)]
    line = audit_lines()[-1]
    assert (line.action, line.changes["reason"]) == ("projects.step_corrected", "看错了日子")
    assert line.changes["stage_reached"] == ["contracted 2022-04-01", "contracted 2022-03-20"]


def test_an_earlier_step_without_a_day_is_written_down_later(app: Flask) -> None:
    officer, project_id = an_officer(), a_project(stage=APPROVED)
    assert track(officer, project_id).unrecorded == (APPLIED,)
    said = {"reached_on": date(2022, 1, 5), "reason": "补记"}
    correct_step(officer, project_id, a_step(officer, project_id, APPLIED, **said))
    assert [step.stage for step in track(officer, project_id).steps] == [APPLIED, APPROVED]
    assert project(project_id).stage is APPROVED
    with pytest.raises(NotFound):
        correct_step(officer, project_id, a_step(officer, project_id, CLOSED, **said))


def test_the_last_step_is_taken_back_and_its_deadline_is_open_again(app: Flask) -> None:
    no_rules()
    officer, project_id = an_officer(), a_project()
    due = written(Milestone, project_id=project_id, title="中期检查", due_on=date(2022, 8, 30), stage=MID_TERM)
    go(officer, project_id, MID_TERM)
    assert db.session.get_one(Milestone, due).done_on == today()
    with pytest.raises(Invalid):
        take_back_step(officer, project_id, a_step(officer, project_id, UNDER_WAY, reason="不是这一步"))
    with pytest.raises(Invalid):
        take_back_step(officer, project_id, a_step(officer, project_id, MID_TERM))
    take_back_step(officer, project_id, a_step(officer, project_id, MID_TERM, reason="点错了"))
    assert project(project_id).stage is UNDER_WAY
    assert db.session.get_one(Milestone, due).done_on is None
    with pytest.raises(Invalid):  # the first step stays
        take_back_step(officer, project_id, a_step(officer, project_id, UNDER_WAY, reason="再退"))


def as_said(draft: StepDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in StepDraft.__dataclass_fields__}


# Two at once, twice


def test_the_second_of_two_deciders_sees_what_the_first_did(app: Flask) -> None:
    no_rules()
    first, second, project_id = an_officer(), an_officer(), a_project()
    draft = a_step(second, project_id, MID_TERM)
    go(first, project_id, TERMINATED)
    with pytest.raises(Conflict) as late:
        take_step(second, project_id, draft)
    assert late.value.theirs.last.stage is TERMINATED
    assert [row.stage for row in steps_of(project_id)] == [UNDER_WAY, TERMINATED]


def test_a_form_sent_twice_takes_one_step(app: Flask) -> None:
    no_rules()
    officer, project_id = an_officer(), a_project()
    draft = a_step(officer, project_id, MID_TERM)
    take_step(officer, project_id, draft)
    with pytest.raises(AlreadyDone):
        take_step(officer, project_id, draft)
    assert len(steps_of(project_id)) == 2


def test_of_many_who_decide_in_one_moment_one_does(app: Flask) -> None:
    no_rules()
    project_id = a_project()
    drafts = [(one := an_officer(), a_step(one, project_id, stage)) for stage in (MID_TERM, TERMINATED) * 2]
    outcomes: list[str] = []

    def decide(actor: Actor, draft: StepDraft) -> None:
        with app.app_context():
            try:
                take_step(actor, project_id, draft)
                outcomes.append("done")
            except Conflict:
                outcomes.append("late")
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=decide, args=one) for one in drafts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["done", "late", "late", "late"]
    assert len(steps_of(project_id)) == 2


def steps_of(project_id: int) -> list[Any]:
    db.session.rollback()
    rows = db.session.query(StageChange).filter_by(project_id=project_id).order_by(StageChange.id)
    return list(rows)
