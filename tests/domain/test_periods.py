"""A reporting period: who has reported, what is locked when it is closed, and opened again with a reason."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from commissioner.access import Actor
from commissioner.domain.employment import decide_overlap
from commissioner.domain.impacts import IMPACTS
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.periods import PERIODS, close_period, period_story, reopen_period
from commissioner.domain.project_updates import save_draft, submit_update, take_back
from commissioner.domain.projects import PROJECTS
from commissioner.domain.records import amend, create, record, remove
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.todo import TodoKind, todo
from commissioner.domain.update_reviews import approve_update, return_update, withdraw_approval
from commissioner.models import DemonstrationBase, Impact, Place, ProjectUpdate, ReportingPeriod, db
from commissioner.problems import Conflict, InUse, Invalid, NeedsConfirmation, NotFound, PeriodClosed, Problem
from commissioner.units import today
from commissioner.vocabulary import (
    ImpactIndicator,
    ImpactState,
    Industry,
    PlaceLevel,
    ProjectStage,
    Role,
    UpdateState,
)
from tests.factories import an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY
from tests.projects import a_project, an_update, audit_lines, counted, judged, somebody, submitted, version_of

INSIDE, OUTSIDE = date(2022, 6, 15), date(2023, 2, 1)


def a_period(officer: Actor, name: str = "2022年", **changes: Any) -> int:
    """The year 2022."""
    said = {"name": name, "starts_on": date(2022, 1, 1), "ends_on": date(2022, 12, 31), "due_on": None, **changes}
    return create(officer, PERIODS, said)


def closed(officer: Actor, period_id: int, **options: Any) -> None:
    """Close a period, whatever waits in it."""
    close_period(officer, period_id, period_version(period_id), **{"confirmed": True, **options})


def period_version(period_id: int) -> int:
    """The version at which a period stands."""
    db.session.rollback()
    return db.session.scalar(select(ReportingPeriod.version).where(ReportingPeriod.id == period_id)) or 0


def an_impact(project_id: int | None, year: int = 2022, **changes: Any) -> dict[str, Any]:
    """People employed by a project in a year."""
    return {
        "indicator": ImpactIndicator.EMPLOYMENT,
        "year": year,
        "amount": Decimal(30),
        "project_id": project_id,
        "base_id": None,
        "evidence": "",
        "state": ImpactState.REPORTED,
        **changes,
    }


def everything() -> tuple[int, ...]:
    """What there is, so that nothing written can be told from something."""
    db.session.rollback()
    counts = (select(func.count(model.id)) for model in (ProjectUpdate, Impact, ReportingPeriod))
    versions = select(func.coalesce(func.sum(ProjectUpdate.version), 0))
    return (*(db.session.scalar(one) or 0 for one in counts), db.session.scalar(versions) or 0, len(audit_lines()))


def assert_nothing_written(refusal: type[Problem], act: Callable[[], Any]) -> Problem:
    """The act is refused, and leaves no trace."""
    before = everything()
    with pytest.raises(refusal) as refused:
        act()
    assert everything() == before
    return refused.value


def test_a_period_is_kept_by_the_bureau_and_checked(app: Flask) -> None:
    officer = an_officer()
    a_period(officer)
    faults = {
        "name": {"name": "2022年"},
        "ends_on": {"name": "倒着", "ends_on": date(2021, 1, 1)},
        "due_on": {"name": "太早", "due_on": date(2021, 12, 31)},
    }
    for key, changes in faults.items():
        with pytest.raises(Invalid) as refused:
            a_period(officer, **changes)
        assert key in refused.value.fields
    for actor in (somebody(), an_actor(Role.LEADER, COUNTY), an_actor(Role.TOWNSHIP)):
        with pytest.raises(NotFound):
            a_period(actor, "别的")
    with pytest.raises(NotFound):
        period_story(an_actor(Role.LEADER, COUNTY), 1)


def test_who_has_reported_and_who_has_not(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    period_id = a_period(officer)
    told, waits, back, silent = (a_project(wang, title=title) for title in ("报了", "等着", "退回", "没报"))
    a_project(wang, title="没开始", stage=ProjectStage.APPROVED)
    a_project(wang, title="早结束了", stage=ProjectStage.CLOSED)
    a_project(wang, title="后来的", starts_on=date(2023, 1, 1))
    counted(wang, told, reported_on=INSIDE)
    submitted(wang, waits, reported_on=INSIDE)
    returned = submitted(wang, back, reported_on=INSIDE)
    return_update(officer, returned, judged(returned, "补充"))
    submitted(wang, silent, reported_on=OUTSIDE)
    save_draft(wang, silent, an_update(wang, silent, reported_on=INSIDE))
    story = period_story(officer, period_id)
    counts = [story.counts[state] for state in UpdateState]
    assert (counts, story.missing) == ([0, 1, 1, 1], 2)
    rows = listed(officer, SUBJECTS["projects"].listing, ListQuery(filters={"period": str(period_id)})).rows
    assert {row["title"] for row in rows} == {"退回", "没报"}
    waiting = ListQuery(filters={"period": str(period_id), "state": "submitted"})
    assert listed(officer, SUBJECTS["updates"].listing, waiting).total == 1
    assert period_story(somebody(), period_id).missing == 0


def test_what_waits_or_is_missing_is_said_before_closing(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    period_id = a_period(officer, ends_on=today() + timedelta(days=3))
    submitted(wang, a_project(wang), reported_on=INSIDE)
    a_project(wang)
    asked = assert_nothing_written(
        NeedsConfirmation, lambda: close_period(officer, period_id, period_version(period_id))
    )
    assert set(asked.warnings) == {"waiting", "missing", "ends_on"}
    closed(officer, period_id)
    assert period_story(officer, period_id).is_closed


def test_in_a_closed_period_nothing_moves(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    period_id = a_period(officer)
    waits, back = submitted(wang, project_id, reported_on=INSIDE), submitted(wang, project_id, reported_on=INSIDE)
    return_update(officer, back, judged(back, "补充"))
    stands = counted(wang, project_id, reported_on=INSIDE)
    draft = save_draft(wang, project_id, an_update(wang, project_id, reported_on=INSIDE)).update_id
    later = submitted(wang, project_id, reported_on=OUTSIDE)
    closed(officer, period_id)

    def on(update_id: int, **said: Any) -> Any:
        return replace(an_update(wang, project_id, **said), version=version_of(update_id))

    new = an_update(wang, project_id, reported_on=INSIDE, confirmed=True)
    refused: list[tuple[type[Problem], Callable[[], Any]]] = [
        (Invalid, lambda: submit_update(wang, project_id, new)),
        (Invalid, lambda: save_draft(wang, project_id, new)),
        (Invalid, lambda: submit_update(wang, project_id, on(draft, reported_on=INSIDE, confirmed=True), draft)),
        (PeriodClosed, lambda: submit_update(wang, project_id, on(back, reported_on=OUTSIDE), back)),
        (PeriodClosed, lambda: take_back(wang, waits, version_of(waits))),
        (PeriodClosed, lambda: approve_update(officer, waits, judged(waits))),
        (PeriodClosed, lambda: return_update(officer, waits, judged(waits, "补充"))),
        (PeriodClosed, lambda: withdraw_approval(officer, stands, judged(stands, "误报"))),
    ]
    for refusal, act in refused:
        problem = assert_nothing_written(refusal, act)
        told = problem.fields["reported_on"] if isinstance(problem, Invalid) else problem
        assert "2022年" in str(told)
    approve_update(officer, later, judged(later))
    save_draft(wang, project_id, on(draft, reported_on=OUTSIDE), draft)
    assert listed(officer, SUBJECTS["updates"].listing, ListQuery(filters={"to_review": "1"})).total == 0


def test_impact_figures_of_a_year_that_ends_in_it_are_locked_too(app: Flask) -> None:
    officer = an_officer()
    project_id = a_project(somebody())
    kept, free = (create(officer, IMPACTS, an_impact(project_id, year)) for year in (2022, 2021))
    place = {"level": PlaceLevel.COUNTY, "name": "平阳县", "code": "330326000000", "region_code": "330326000000"}
    place_id = written(Place, **place)
    base_id = written(
        DemonstrationBase, name="基地", place_id=place_id, region_code="330326000000", industry=Industry.TEA
    )
    of_base = create(officer, IMPACTS, an_impact(None, base_id=base_id))
    closed(officer, a_period(officer))
    changed = an_impact(project_id, amount=Decimal(31))
    refused: list[tuple[type[Problem], Callable[[], Any]]] = [
        (Invalid, lambda: create(officer, IMPACTS, an_impact(project_id, indicator=ImpactIndicator.OUTPUT_VALUE))),
        (Invalid, lambda: amend(officer, IMPACTS, kept, changed, 1)),
        (Invalid, lambda: amend(officer, IMPACTS, kept, {**changed, "year": 2020}, 1)),
        (Invalid, lambda: amend(officer, IMPACTS, free, {**changed, "indicator": ImpactIndicator.OUTPUT_VALUE}, 1)),
        (PeriodClosed, lambda: remove(officer, IMPACTS, kept)),
        (PeriodClosed, lambda: decide_overlap(officer, of_base, None)),
    ]
    for refusal, act in refused:
        assert_nothing_written(refusal, act)
    amend(officer, IMPACTS, free, an_impact(project_id, 2021, amount=Decimal(5)), 1)


def test_a_project_that_was_reported_on_in_a_closed_period_is_not_removed(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    reported, drafted = a_project(wang), a_project(wang)
    counted(wang, reported, reported_on=INSIDE)
    save_draft(wang, drafted, an_update(wang, drafted, reported_on=INSIDE))
    closed(officer, a_period(officer))
    assert_nothing_written(PeriodClosed, lambda: remove(officer, PROJECTS, reported))
    remove(officer, PROJECTS, drafted)


def test_another_countys_period_locks_nothing_here(app: Flask) -> None:
    wang = somebody()
    next_door = an_actor(Role.OFFICER, NEXT_COUNTY)
    closed(next_door, a_period(next_door))
    assert submitted(wang, a_project(wang), reported_on=INSIDE)


def test_a_closed_period_is_neither_changed_nor_removed_and_one_with_a_past_stays(app: Flask) -> None:
    officer = an_officer()
    period_id = a_period(officer)
    closed(officer, period_id)
    stands = record(officer, PERIODS, period_id)
    moved = {**stands.values, "ends_on": date(2022, 6, 30)}
    assert_nothing_written(Problem, lambda: amend(officer, PERIODS, period_id, moved, stands.version))
    assert_nothing_written(Problem, lambda: remove(officer, PERIODS, period_id))
    reopen_period(officer, period_id, period_version(period_id), "更正支出")
    assert_nothing_written(InUse, lambda: remove(officer, PERIODS, period_id))


def test_opened_again_with_a_reason_that_stands_on_its_page_and_in_the_audit(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id, period_id = a_project(wang), a_period(officer)
    closed(officer, period_id)
    for reason in ("", "  ", "因" * 5001):
        assert_nothing_written(Invalid, lambda: reopen_period(officer, period_id, period_version(period_id), reason))  # noqa: B023
    for actor in (wang, an_actor(Role.LEADER, COUNTY), an_actor(Role.OFFICER, NEXT_COUNTY)):
        with pytest.raises(NotFound):
            reopen_period(actor, period_id, period_version(period_id), "想改")
    reopen_period(officer, period_id, period_version(period_id), "漏报一个项目")
    story = period_story(wang, period_id)
    assert [(one.kind.value, one.reason) for one in story.happenings] == [("reopened", "漏报一个项目"), ("closed", "")]
    line = audit_lines()[-1]
    assert (line.action, line.changes["reason"]) == ("periods.reopen_period", "漏报一个项目")
    assert submitted(wang, project_id, reported_on=INSIDE)


def test_of_two_who_close_it_the_second_is_told(app: Flask) -> None:
    officer = an_officer()
    period_id = a_period(officer)
    version = period_version(period_id)
    close_period(officer, period_id, version, confirmed=True, client_id="00000000-0000-4000-8000-000000000001")
    close_period(officer, period_id, version, confirmed=True, client_id="00000000-0000-4000-8000-000000000001")
    with pytest.raises(Conflict):
        close_period(an_officer(), period_id, version, confirmed=True)
    assert len(period_story(officer, period_id).happenings) == 1


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """What each act answers, all begun at one moment."""
    answers: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(number: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                answers[number] = acts[number]()
            except Problem as problem:
                answers[number] = problem
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return answers


def test_closing_and_handing_in_at_the_same_moment_one_wins(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    for day in (3, 13, 23):
        # Before the project was under way nothing of it is missing: closing need not ask.
        project_id = a_project(wang, starts_on=date(2022, 1, 1))
        first, last = date(2022, 1, day), date(2022, 1, day + 5)
        period_id = a_period(officer, f"从{day}日起", starts_on=first, ends_on=last)
        draft = an_update(wang, project_id, reported_on=last)
        version = period_version(period_id)
        db.session.rollback()
        handed_in, closing = at_once(
            app,
            lambda: submit_update(wang, project_id, draft),  # noqa: B023
            lambda: close_period(officer, period_id, version),  # noqa: B023
        )
        story = period_story(officer, period_id)
        if story.is_closed:
            assert isinstance(handed_in, Invalid), (handed_in, closing)
            assert story.counts[UpdateState.SUBMITTED] == 0
        else:
            assert isinstance(closing, NeedsConfirmation), (handed_in, closing)
            assert "waiting" in closing.warnings
            assert story.counts[UpdateState.SUBMITTED] == 1


def test_what_is_due_stands_on_the_home_page_and_among_the_dates(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    due = today() + timedelta(days=5)
    start = today() - timedelta(days=30)
    a_period(officer, "本期", starts_on=start, ends_on=due, due_on=due)
    silent, waits = a_project(wang, title="没报"), a_project(wang, title="等着")
    waiting = submitted(wang, waits)

    def unreported() -> set[str]:
        found = listed(wang, SUBJECTS["projects"].listing, ListQuery(filters={"unreported": "1"}))
        return {row["title"] for row in found.rows}

    assert unreported() == {"没报"}
    kinds = {one.kind: one.due_on for one in todo(officer, today(), due).items}
    assert kinds == {TodoKind.REPORT: due, TodoKind.REVIEW: due}
    assert {one.kind for one in todo(wang, today(), due).items} == {TodoKind.REPORT}
    return_update(officer, waiting, judged(waiting, "补充"))
    assert {one.kind for one in todo(wang, today(), due).items} == {TodoKind.REPORT, TodoKind.MEND}
    counted(wang, silent)
    counted(wang, waits)
    assert unreported() == set()
    assert todo(wang, today(), due).items == []
