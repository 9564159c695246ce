"""An update counts only when it is approved: kept as a draft, handed in, returned, approved, an approval withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from commissioner.access import Actor, visible
from commissioner.domain.project_history import history
from commissioner.domain.project_updates import (
    begun,
    discard_draft,
    own_draft,
    refuse_on_its_way,
    save_draft,
    submit_update,
    take_back,
)
from commissioner.domain.update_drafts import UpdateDraft
from commissioner.domain.update_lines import LineKind
from commissioner.domain.update_queue import review_of, reviews_of
from commissioner.domain.update_reviews import approve_update, return_update, withdraw_approval
from commissioner.domain.update_versions import figures_beside, two_of, versions_of
from commissioner.models import ProjectTarget, ProjectUpdate, UpdateFigure, UpdateVersion, db
from commissioner.problems import Conflict, Invalid, NotFound, Problem
from commissioner.vocabulary import ProjectStage, Role, UpdateDecisionKind, UpdateState
from tests.factories import an_actor, an_officer, written
from tests.people import NEXT_COUNTY, SHUITOU
from tests.projects import (
    a_project,
    a_target,
    an_update,
    audit_lines,
    counted,
    judged,
    project,
    somebody,
    submitted,
    updates_of,
    version_of,
)

JUNE, JULY, AUGUST = date(2022, 6, 30), date(2022, 7, 31), date(2022, 8, 31)


def state_of(update_id: int) -> UpdateState | None:
    """Where an update stands."""
    db.session.rollback()
    return db.session.scalar(select(ProjectUpdate.state).where(ProjectUpdate.id == update_id))


def actual_of(target_id: int) -> Any:
    """What the target repeats."""
    db.session.rollback()
    return db.session.scalar(select(ProjectTarget.actual_value).where(ProjectTarget.id == target_id))


def seen_by(actor: Actor) -> set[int]:
    """The updates that somebody may see."""
    return {row.id for row in db.session.scalars(visible(actor, ProjectUpdate))}


def again(actor: Actor, project_id: int, update_id: int, **said: Any) -> UpdateDraft:
    """A draft on an update as it now stands."""
    return replace(an_update(actor, project_id, **said), version=version_of(update_id))


def test_a_draft_is_seen_by_its_author_alone_and_tells_the_audit_nothing(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    half = an_update(wang, project_id, progress="", spent_fen=700)
    update_id = save_draft(wang, project_id, half).update_id
    assert seen_by(wang) == {update_id}
    for other in (li, an_officer(), an_actor(Role.ADMINISTRATOR, "330326"), an_actor(Role.LEADER, "330326")):
        assert seen_by(other) == set()
    assert project(project_id).spent_fen == 0
    (line,) = audit_lines()
    assert (line.action, line.changes) == ("updates.save_draft", {"project_id": project_id})
    assert own_draft(wang, project_id) == update_id
    assert own_draft(li, project_id) is None


def test_a_draft_is_gone_on_with_and_handed_in(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    update_id = save_draft(wang, project_id, an_update(wang, project_id, figures={target_id: Decimal(3)})).update_id
    saved = begun(wang, update_id).written
    assert saved.content.lines == {(LineKind.TARGET, target_id): Decimal(3)}
    draft = again(wang, project_id, update_id, figures={target_id: Decimal(4)})
    assert save_draft(wang, project_id, draft, update_id).state is UpdateState.DRAFT
    draft = again(wang, project_id, update_id, figures={})
    receipt = submit_update(wang, project_id, draft, update_id)
    assert (receipt.update_id, receipt.state) == (update_id, UpdateState.SUBMITTED)
    assert updates_of(project_id) == 1
    assert db.session.scalar(select(func.count()).select_from(UpdateFigure)) == 0


def test_what_cannot_be_kept_is_refused_even_in_a_draft(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    with pytest.raises(Invalid) as refused:
        save_draft(wang, project_id, an_update(wang, project_id, spent_fen=-1, progress="茶" * 5001))
    assert set(refused.value.fields) == {"spent_yuan", "progress"}
    assert updates_of(project_id) == 0


def test_an_own_draft_is_thrown_away_but_not_what_was_handed_in(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    update_id = save_draft(wang, project_id, an_update(wang, project_id)).update_id
    with pytest.raises(NotFound):
        discard_draft(li, update_id, 1)
    assert discard_draft(wang, update_id, version_of(update_id)) == project_id
    assert updates_of(project_id) == 0
    update_id = submitted(wang, project_id)
    take_back(wang, update_id, version_of(update_id))
    with pytest.raises(Problem, match="不能删除"):
        discard_draft(wang, update_id, version_of(update_id))


def test_until_it_is_approved_an_update_is_for_those_who_report_and_review(app: Flask) -> None:
    wang, li, stranger = somebody(), somebody(), somebody()
    project_id = a_project(wang, li)
    update_id = submitted(wang, project_id)
    reading = [an_actor(Role.LEADER, "330326"), an_actor(Role.TOWNSHIP, SHUITOU)]
    for actor in (wang, li, an_officer()):
        assert seen_by(actor) == {update_id}
    for actor in (stranger, an_actor(Role.OFFICER, NEXT_COUNTY), *reading):
        assert seen_by(actor) == set()
    approve_update(an_officer(), update_id, judged(update_id))
    assert seen_by(reading[0]) == {update_id}
    assert versions_of(reading[0], update_id) == ()


def test_only_the_bureau_of_the_county_judges(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id)
    word = judged(update_id, "说明")
    for actor in (
        wang,
        an_actor(Role.TOWNSHIP, SHUITOU),
        an_actor(Role.LEADER, "330326"),
        an_actor(Role.OFFICER, NEXT_COUNTY),
    ):
        for verb in (approve_update, return_update, withdraw_approval):
            with pytest.raises(NotFound):
                verb(actor, update_id, word)
    assert state_of(update_id) is UpdateState.SUBMITTED


def test_returned_with_a_note_mended_and_approved_with_every_version_kept(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    update_id = submitted(wang, project_id, progress="新增茶园20亩", figures={target_id: Decimal(20)})
    with pytest.raises(Invalid, match="检查"):
        return_update(officer, update_id, judged(update_id, "  "))
    return_update(officer, update_id, judged(update_id, "面积和台账不符"))
    assert begun(wang, update_id).returned_for == "面积和台账不符"
    draft = again(wang, project_id, update_id, progress="新增茶园12亩", figures={target_id: Decimal(12)})
    submit_update(wang, project_id, draft, update_id)
    assert review_of(officer, update_id).said_before == "面积和台账不符"
    approve_update(officer, update_id, judged(update_id))
    assert actual_of(target_id) == Decimal(12)
    first, second = versions_of(officer, update_id)
    assert [one.kind for one in first.decisions] == [UpdateDecisionKind.RETURNED]
    assert first.decisions[0].note == "面积和台账不符"
    assert [one.kind for one in second.decisions] == [UpdateDecisionKind.APPROVED]
    assert (first.content.progress, second.content.progress) == ("新增茶园20亩", "新增茶园12亩")
    (pair,) = figures_beside(first.content, second.content)
    assert (pair.before, pair.after) == (Decimal(20), Decimal(12))
    assert two_of((first, second), None, None) == (first, second)
    for wrong in ((1, 3), (0, 1)):
        with pytest.raises(NotFound):
            two_of((first, second), *wrong)


def test_taken_back_by_its_author_alone_and_what_was_said_is_kept(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    update_id = submitted(wang, project_id)
    with pytest.raises(NotFound):
        take_back(li, update_id, version_of(update_id))
    take_back(wang, update_id, version_of(update_id))
    assert state_of(update_id) is UpdateState.DRAFT
    assert seen_by(li) == set()
    assert [one.kind for one in versions_of(wang, update_id)[0].decisions] == [UpdateDecisionKind.TAKEN_BACK]
    with pytest.raises(Problem, match="不能撤回"):
        take_back(wang, update_id, version_of(update_id))


def test_whoever_reviews_hands_in_and_approves_with_one_press_and_two_words(app: Flask) -> None:
    officer = an_officer()
    project_id = a_project(somebody())
    receipt = submit_update(officer, project_id, an_update(officer, project_id, spent_fen=900))
    assert receipt.state is UpdateState.APPROVED
    assert project(project_id).spent_fen == 900
    (version,) = versions_of(officer, receipt.update_id)
    assert [(one.kind, one.account_name) for one in version.decisions] == [(UpdateDecisionKind.APPROVED, officer.name)]
    assert [line.action for line in audit_lines()] == ["updates.approve", "updates.submit"]


def test_approved_out_of_order_the_latest_day_is_what_counts(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    area, farmers = a_target(project_id), a_target(project_id, "示范户")
    june = submitted(
        wang,
        project_id,
        reported_on=JUNE,
        progress="六月",
        spent_fen=100,
        figures={area: Decimal(10), farmers: Decimal(3)},
    )
    august = submitted(
        wang, project_id, reported_on=AUGUST, progress="八月", spent_fen=300, figures={area: Decimal(30)}
    )
    july = submitted(wang, project_id, reported_on=JULY, progress="七月", figures={farmers: Decimal(7)})
    expected = {
        august: ("八月", 300, Decimal(30), None),
        june: ("八月", 300, Decimal(30), Decimal(3)),
        july: ("八月", 300, Decimal(30), Decimal(7)),
    }
    for update_id, numbers in expected.items():
        approve_update(officer, update_id, judged(update_id))
        row = project(project_id)
        assert (row.progress, row.spent_fen, actual_of(area), actual_of(farmers)) == numbers
    changes = {one.id: [(c.before, c.after) for c in one.changes] for one in history(wang, project_id).reports}
    assert changes[august] == [(Decimal(10), Decimal(30)), (100, 300)]


def test_an_approval_taken_back_gives_back_what_the_others_say(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    area, other = a_target(project_id), a_target(project_id, "示范户")
    counted(wang, project_id, reported_on=JUNE, progress="六月", spent_fen=100, figures={area: Decimal(10)})
    july = counted(
        wang,
        project_id,
        reported_on=JULY,
        progress="七月",
        spent_fen=200,
        figures={area: Decimal(20), other: Decimal(5)},
    )
    with pytest.raises(Invalid):
        withdraw_approval(officer, july, judged(july))
    withdraw_approval(officer, july, judged(july, "数字是别的项目的"))
    row = project(project_id)
    assert (row.progress, row.spent_fen, actual_of(area), actual_of(other)) == ("六月", 100, Decimal(10), None)
    assert state_of(july) is UpdateState.RETURNED
    line = audit_lines()[-1]
    assert line.changes["reason"] == "数字是别的项目的"
    assert line.changes["spent_fen"] == [200, 100]
    assert line.changes["示范户"] == ["5", None]
    assert begun(wang, july).returned_for == "数字是别的项目的"


def test_what_no_report_spoke_of_is_left_as_it_came(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang, spent_fen=555)
    imported = written(
        ProjectTarget, project_id=project_id, name="原有", unit="mu", target_value=Decimal(9), actual_value=Decimal(8)
    )
    update_id = counted(wang, project_id, progress="没有数字")
    assert (project(project_id).spent_fen, actual_of(imported)) == (555, Decimal(8))
    withdraw_approval(officer, update_id, judged(update_id, "误报"))
    assert (project(project_id).spent_fen, actual_of(imported)) == (555, Decimal(8))


def test_one_from_before_the_register_keeps_its_first_words_when_its_approval_goes(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    stage = ProjectStage.UNDER_WAY
    update_id = written(
        ProjectUpdate, project_id=project_id, reported_on=JUNE, stage=stage, spent_fen=5, progress="老的"
    )
    assert versions_of(officer, update_id) == ()
    withdraw_approval(officer, update_id, judged(update_id, "核对后不实"))
    (version,) = versions_of(wang, update_id)
    assert (version.content.progress, version.content.spent_fen) == ("老的", 5)
    submit_update(wang, project_id, again(wang, project_id, update_id, progress="改过的"), update_id)
    assert [one.content.progress for one in versions_of(wang, update_id)] == ["老的", "改过的"]


def test_a_stale_edit_is_refused_with_what_stands(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    update_id = submitted(wang, project_id, progress="原来的")
    return_update(an_officer(), update_id, judged(update_id, "补充"))
    mine = again(wang, project_id, update_id, progress="我改的")
    save_draft(li, project_id, again(li, project_id, update_id, progress="他改的"), update_id)
    for verb in (save_draft, submit_update):
        with pytest.raises(Conflict) as stale:
            verb(wang, project_id, replace(mine, client_id=None), update_id)
        assert stale.value.theirs.content.progress == "他改的"
        assert stale.value.ours.progress == "我改的"
    submit_update(wang, project_id, replace(mine, version=version_of(update_id)), update_id)
    assert state_of(update_id) is UpdateState.SUBMITTED


def test_what_is_on_its_way_or_counts_is_written_on_no_more(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id)
    for words in ("先撤回", "不能再改"):
        with pytest.raises(Problem, match=words):
            refuse_on_its_way(begun(wang, update_id).written.state)
        with pytest.raises(Problem, match=words):
            submit_update(wang, project_id, again(wang, project_id, update_id), update_id)
        if state_of(update_id) is UpdateState.SUBMITTED:
            approve_update(an_officer(), update_id, judged(update_id))


def test_of_two_reviewers_the_second_is_told_what_the_first_did(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id)
    mine, theirs = judged(update_id, "补一张表"), judged(update_id)
    approve_update(an_officer(), update_id, theirs)
    with pytest.raises(Conflict) as late:
        return_update(an_officer(), update_id, mine)
    assert late.value.theirs.state is UpdateState.APPROVED
    assert state_of(update_id) is UpdateState.APPROVED


def test_one_that_was_taken_back_and_changed_is_not_judged_as_it_was_read(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id, progress="一稿")
    read = judged(update_id)
    take_back(wang, update_id, version_of(update_id))
    with pytest.raises(NotFound):
        approve_update(an_officer(), update_id, read)
    submit_update(wang, project_id, again(wang, project_id, update_id, progress="二稿"), update_id)
    with pytest.raises(Conflict) as stale:
        approve_update(an_officer(), update_id, read)
    assert stale.value.theirs.content.progress == "二稿"


def test_each_press_is_answered_once(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    draft = an_update(wang, project_id)
    first, second = (save_draft(wang, project_id, draft) for _ in range(2))
    assert (second.update_id, second.already_there) == (first.update_id, True)
    handed_in = again(wang, project_id, first.update_id)
    for _ in range(2):
        submit_update(wang, project_id, handed_in, first.update_id)
    back = judged(first.update_id, "补充")
    for _ in range(2):
        return_update(officer, first.update_id, back)
    submit_update(wang, project_id, again(wang, project_id, first.update_id), first.update_id)
    yes = judged(first.update_id)
    for _ in range(2):
        approve_update(officer, first.update_id, yes)
    no = judged(first.update_id, "误报")
    for _ in range(2):
        withdraw_approval(officer, first.update_id, no)
    assert updates_of(project_id) == 1
    assert db.session.scalar(select(func.count(UpdateVersion.id))) == 2
    assert len(audit_lines()) == 6


def test_the_queue_shows_each_beside_the_last_approved_one(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    one, other = a_project(wang), a_project(wang)
    counted(wang, one, reported_on=JUNE, progress="六月", spent_fen=100)
    waiting = [submitted(wang, one, reported_on=JULY, progress="七月", spent_fen=250), submitted(wang, other)]
    found = reviews_of(officer, waiting)
    assert set(found) == set(waiting)
    report = found[waiting[0]].report
    assert (report.progress_before, report.reported_before) == ("六月", JUNE)
    assert [(change.before, change.after) for change in report.changes] == [(100, 250)]
    assert found[waiting[1]].report.progress_before is None
    assert reviews_of(an_actor(Role.OFFICER, NEXT_COUNTY), waiting) == {}
    with pytest.raises(NotFound):
        reviews_of(wang, waiting)
