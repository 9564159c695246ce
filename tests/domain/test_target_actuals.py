"""The actual of a target comes from the project's records, each by the rule of its indicator, and nobody is counted twice."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert

from commissioner.domain.employment import decide_overlap
from commissioner.domain.listing import ListQuery, exported, listed
from commissioner.domain.projects import PROJECTS
from commissioner.domain.target_page import target_page
from commissioner.domain.target_standing import TargetStanding, targets_in, targets_of
from commissioner.domain.targets import TARGETS
from commissioner.models import Introduction, ProjectTarget, RaisedProblem, Training, Visit, VisitCommissioner, db
from commissioner.problems import NotFound
from commissioner.vocabulary import (
    TARGET_RULES,
    TARGET_UNITS,
    CountingRule,
    ImpactIndicator,
    ImpactState,
    Industry,
    IntroductionKind,
    MeasurementKind,
    OverlapDecision,
    RaisedProblemCategory,
    RaisedProblemState,
    Role,
    TargetIndicator,
    VisitKind,
    VisitState,
)
from tests.factories import a_person, an_actor, an_officer, written
from tests.people import NEXT_COUNTY
from tests.projects import a_project, a_target, somebody
from tests.results import a_base, a_figure, a_line, a_place

One = TargetIndicator
ENDS = date(2023, 12, 31)


def promised(project_id: int, indicator: TargetIndicator, target: int = 100) -> int:
    """A target that the records answer for."""
    facts = {"name": indicator.label, "indicator": indicator, "unit": TARGET_UNITS[indicator]}
    return written(ProjectTarget, project_id=project_id, target_value=Decimal(target), **facts)


def stands(project_id: int, indicator: TargetIndicator) -> TargetStanding:
    """The target as the bureau sees it, promised when first asked for."""
    found = {one.indicator: one for one in targets_of(an_officer(), project_id)}
    if indicator not in found:
        promised(project_id, indicator)
        found = {one.indicator: one for one in targets_of(an_officer(), project_id)}
    return found[indicator]


def actual(project_id: int, indicator: TargetIndicator) -> Decimal | None:
    """The figure alone."""
    return stands(project_id, indicator).actual_value


def left_out(project_id: int, indicator: TargetIndicator) -> list[str]:
    """Why records are not counted."""
    return [str(row.why_not) for row in stands(project_id, indicator).rows if row.why_not]


def trained(project_id: int, on: date = date(2022, 6, 1), persons: int = 40, **values: Any) -> int:
    """A training."""
    place = values.pop("place", None) or a_place(f"3303261{uuid.uuid4().int % 100_000:05d}")
    facts = {"title": "修剪培训", "industry": Industry.TEA, "held_on": on, "trained_person_times": persons, **place}
    return written(Training, project_id=project_id, **{**facts, **values})


def introduced(project_id: int, kind: IntroductionKind, on: date = date(2022, 4, 1)) -> int:
    """An introduction."""
    place = a_place(f"3303261{uuid.uuid4().int % 100_000:05d}")
    facts = {"kind": kind, "name": "中白1号", "industry": Industry.TEA, "introduced_on": on, **place}
    return written(Introduction, project_id=project_id, **facts)


def visited(project_id: int, first: date, last: date | None = None, people: tuple[int, ...] = (), **values: Any) -> int:
    """A confirmed service visit."""
    place = a_place(f"3303261{uuid.uuid4().int % 100_000:05d}")
    facts = {"starts_on": first, "ends_on": last or first, "topic": "看茶园", "state": VisitState.CONFIRMED, **place}
    visit_id = written(Visit, project_id=project_id, client_id=str(uuid.uuid4()), **{**facts, **values})
    with db.engine.begin() as connection:
        for one in people:
            connection.execute(insert(VisitCommissioner).values(visit_id=visit_id, commissioner_id=one))
    return visit_id


def test_every_indicator_has_a_unit_and_a_rule_and_answers_nothing_of_nothing(app: Flask) -> None:
    project_id = a_project()
    for indicator in TargetIndicator:
        assert TARGET_RULES[indicator] is not CountingRule.REPORTED
        assert (actual(project_id, indicator), stands(project_id, indicator).rows) == (None, ())


def test_without_an_indicator_the_last_report_stands(app: Flask) -> None:
    project_id = a_project()
    target_id = a_target(project_id)
    (one,) = targets_of(an_officer(), project_id)
    assert (one.id, one.rule, one.actual_value, one.completion) == (target_id, CountingRule.REPORTED, None, None)


def test_people_are_those_of_the_latest_year_and_not_of_all_years_together(app: Flask) -> None:
    project_id = a_project(starts_on=date(2021, 3, 1), ends_on=ENDS)
    a_figure(30, project_id=project_id, year=2021)
    a_figure(40, project_id=project_id, year=2022)
    one = stands(project_id, One.EMPLOYMENT)
    assert (one.actual_value, one.year, one.completion) == (Decimal(40), 2022, Decimal(40))
    assert left_out(project_id, One.EMPLOYMENT) == ["earlier_year"]


def test_money_of_all_the_projects_years_is_added(app: Flask) -> None:
    project_id = a_project(starts_on=date(2021, 3, 1), ends_on=date(2022, 12, 31))
    for year, amount in ((2020, "99"), (2021, "31.55"), (2022, "40.5"), (2023, "77")):
        a_figure(amount, ImpactIndicator.INCOME_GAIN, project_id=project_id, year=year)
    assert actual(project_id, One.INCOME_GAIN) == Decimal("72.05")
    assert left_out(project_id, One.INCOME_GAIN) == ["other_years", "other_years"]


def test_a_rejected_figure_counts_nowhere_and_the_year_before_stands_instead(app: Flask) -> None:
    project_id = a_project(starts_on=date(2021, 3, 1))
    a_figure(30, project_id=project_id, year=2021)
    a_figure(900, project_id=project_id, year=2022, state=ImpactState.REJECTED)
    one = stands(project_id, One.EMPLOYMENT)
    assert (one.actual_value, one.year) == (Decimal(30), 2021)
    assert left_out(project_id, One.EMPLOYMENT) == ["rejected"]


def test_a_base_that_tells_of_the_same_people_is_not_added_until_somebody_says_they_are_others(app: Flask) -> None:
    project_id = a_project()
    a_figure(30, project_id=project_id)
    impact_id = a_figure(12, base_id=a_base(a_place(), project_id))
    assert actual(project_id, One.EMPLOYMENT) == 30
    assert left_out(project_id, One.EMPLOYMENT) == ["undecided"]
    decide_overlap(an_officer(), impact_id, OverlapDecision.SAME_PEOPLE)
    assert actual(project_id, One.EMPLOYMENT) == 30
    decide_overlap(an_officer(), impact_id, OverlapDecision.DIFFERENT_PEOPLE)
    assert actual(project_id, One.EMPLOYMENT) == 42


def test_where_the_project_itself_said_nothing_or_was_rejected_its_bases_answer(app: Flask) -> None:
    project_id = a_project()
    a_figure(30, project_id=project_id, state=ImpactState.REJECTED)
    place = a_place()
    a_figure(12, base_id=a_base(place, project_id))
    a_figure(5, base_id=a_base(place, project_id))
    assert actual(project_id, One.EMPLOYMENT) == 17


def test_another_projects_figure_and_another_bases_are_not_ours(app: Flask) -> None:
    mine, other = a_project(), a_project()
    a_figure(500, project_id=other)
    a_figure(70, base_id=a_base(a_place(), other))
    assert actual(mine, One.EMPLOYMENT) is None


def test_a_base_of_two_projects_answers_for_each_of_them(app: Flask) -> None:
    first, second = a_project(), a_project()
    a_figure(500, project_id=first)
    a_figure(70, base_id=a_base(a_place(), first, second))
    assert (actual(first, One.EMPLOYMENT), actual(second, One.EMPLOYMENT)) == (500, 70)


def test_trainings_are_added_by_person_times_and_sessions_within_the_projects_years(app: Flask) -> None:
    project_id = a_project(starts_on=date(2022, 3, 1), ends_on=date(2022, 12, 31))
    trained(project_id, persons=40, session_count=2, low_income_person_times=7)
    trained(project_id, date(2022, 1, 5), 25, low_income_person_times=3)
    trained(project_id, date(2021, 12, 31), 900, session_count=9)
    trained(a_project(), persons=800)
    told = [actual(project_id, one) for one in (One.TRAINED_PERSON_TIMES, One.LOW_INCOME_PERSON_TIMES)]
    assert told == [65, 10]
    assert actual(project_id, One.TRAINING_SESSIONS) == 3
    assert left_out(project_id, One.TRAINING_SESSIONS) == ["other_years"]


def test_introductions_are_counted_by_kind(app: Flask) -> None:
    project_id = a_project()
    kinds = (IntroductionKind.VARIETY, IntroductionKind.VARIETY, IntroductionKind.TECHNOLOGY)
    for kind in kinds:
        introduced(project_id, kind)
    told = [actual(project_id, one) for one in (One.VARIETIES, One.TECHNOLOGIES, One.PRODUCTS)]
    assert told == [2, 1, None]


def test_bases_are_counted_by_the_year_they_were_founded_in(app: Flask) -> None:
    project_id = a_project(starts_on=date(2022, 3, 1), ends_on=date(2022, 12, 31))
    place = a_place()
    for founded_on in (date(2022, 5, 1), date(2019, 1, 1), None):
        a_base(place, project_id, founded_on=founded_on)
    assert actual(project_id, One.BASES_FOUNDED) == 1
    assert sorted(left_out(project_id, One.BASES_FOUNDED)) == ["not_founded", "other_years"]


def test_the_area_is_what_the_ledgers_stand_at(app: Flask) -> None:
    project_id = a_project(ends_on=date(2022, 12, 31))
    place = a_place()
    base_id = a_base(place, project_id)
    a_line(base_id, 40, MeasurementKind.SET, date(2021, 5, 1))
    a_line(base_id, 25, on=date(2022, 4, 1))
    a_line(base_id, 5, MeasurementKind.TAKE, date(2022, 9, 1))
    a_line(base_id, 900, on=date(2023, 9, 1))
    a_line(a_base(place, project_id, founded_on=date(2021, 1, 1), closed_on=date(2022, 1, 1)), 70)
    a_base(place, project_id)
    assert actual(project_id, One.BASE_AREA) == 60
    assert sorted(left_out(project_id, One.BASE_AREA)) == ["closed", "no_area"]


def test_new_area_is_what_the_ledgers_added_and_a_report_of_the_same_year_is_not_added_to_it(app: Flask) -> None:
    project_id = a_project(starts_on=date(2021, 1, 1), ends_on=ENDS)
    base_id = a_base(a_place(), project_id)
    a_line(base_id, 40, MeasurementKind.SET, date(2021, 5, 1))
    a_line(base_id, 25, on=date(2022, 4, 1))
    for year, amount in ((2021, 30), (2022, 26), (2023, 11)):
        a_figure(amount, ImpactIndicator.NEW_AREA, project_id=project_id, year=year)
    assert actual(project_id, One.NEW_AREA) == 25 + 30 + 11
    assert left_out(project_id, One.NEW_AREA) == ["in_the_ledger"]


def test_a_visit_counts_when_it_is_a_confirmed_service_visit(app: Flask) -> None:
    project_id, wang = a_project(ends_on=ENDS), a_person()
    visited(project_id, date(2022, 5, 1), people=(wang,))
    visited(project_id, date(2022, 5, 2), people=(wang,), state=VisitState.WAITING)
    visited(project_id, date(2022, 5, 3), people=(wang,), state=VisitState.RETURNED)
    visited(project_id, date(2022, 5, 4), people=(wang,), kind=VisitKind.CARE)
    visited(project_id, date(2024, 5, 4), people=(wang,))
    assert (actual(project_id, One.SERVICE_VISITS), actual(project_id, One.SERVICE_DAYS)) == (1, 1)
    assert sorted(left_out(project_id, One.SERVICE_DAYS)) == ["not_counted"] * 3 + ["other_years"]


def test_two_villages_on_one_day_are_one_day_and_each_member_has_it(app: Flask) -> None:
    project_id, wang, li = a_project(), a_person(), a_person()
    visited(project_id, date(2022, 5, 1), date(2022, 5, 3), people=(wang, li))
    visited(project_id, date(2022, 5, 3), date(2022, 5, 4), people=(wang,))
    assert (actual(project_id, One.SERVICE_VISITS), actual(project_id, One.SERVICE_DAYS)) == (2, 7)
    assert [row.amount for row in stands(project_id, One.SERVICE_DAYS).rows] == [6, 1]


def test_only_solved_problems_of_the_projects_visits_count(app: Flask) -> None:
    project_id = a_project()
    visit_id = visited(project_id, date(2022, 5, 1))
    place = a_place("330326103000")
    facts = {
        "category": RaisedProblemCategory.TECHNOLOGY,
        "description": "受冻",
        "raised_on": date(2022, 5, 1),
        **place,
    }
    written(RaisedProblem, visit_id=visit_id, state=RaisedProblemState.SOLVED, solved_on=date(2022, 6, 1), **facts)
    written(RaisedProblem, visit_id=visit_id, state=RaisedProblemState.OPEN, **facts)
    assert actual(project_id, One.PROBLEMS_SOLVED) == 1
    assert left_out(project_id, One.PROBLEMS_SOLVED) == ["not_solved"]


def test_huge_and_fractional_figures_stay_exact(app: Flask) -> None:
    project_id = a_project()
    for year in (2022, 2023, 2024):
        a_figure("9999999.99", ImpactIndicator.OUTPUT_VALUE, project_id=project_id, year=year)
    a_figure("0.01", ImpactIndicator.OUTPUT_VALUE, project_id=project_id, year=2025)
    assert actual(project_id, One.OUTPUT_VALUE) == Decimal("29999999.98")


def test_everybody_who_sees_the_project_sees_one_number(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = promised(project_id, One.TRAINED_PERSON_TIMES)
    trained(project_id, commissioner_id=wang.commissioner_id)
    trained(project_id, persons=25, commissioner_id=a_person())
    assert [one.actual_value for one in targets_of(wang, project_id)] == [65]
    assert [one.actual_value for one in targets_of(an_officer(), project_id)] == [65]
    told = target_page(wang, project_id, target_id)
    assert ([row.amount for row in told.rows], told.hidden_count, told.hidden_amount) == ([40], 1, 25)
    assert target_page(an_officer(), project_id, target_id).hidden_count == 0


def test_another_county_and_another_project_have_no_such_target(app: Flask) -> None:
    project_id = a_project()
    target_id = promised(project_id, One.EMPLOYMENT)
    stranger = an_actor(Role.OFFICER, NEXT_COUNTY)
    assert targets_of(stranger, project_id) == ()
    with pytest.raises(NotFound):
        target_page(stranger, project_id, target_id)
    with pytest.raises(NotFound):
        target_page(an_officer(), a_project(), target_id)


def test_a_hundred_projects_cost_two_queries(app: Flask) -> None:
    officer = an_officer()
    made = [a_project() for _ in range(12)]
    for project_id in made:
        for indicator in TargetIndicator:
            promised(project_id, indicator)
        a_figure(3, project_id=project_id)
    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    found = targets_in(officer, made)
    event.remove(db.engine, "before_cursor_execute", count)
    # One more asks whether waiting visits count: it is remembered from then on.
    assert len([one for one in asked if "programme_settings" not in one]) == 2
    assert {project_id: found[project_id][0].actual_value for project_id in made} == dict.fromkeys(made, Decimal(3))


def test_lists_and_exports_tell_the_same_figure(app: Flask) -> None:
    officer, project_id = an_officer(), a_project()
    promised(project_id, One.EMPLOYMENT, target=30)
    a_target(project_id)
    a_figure(33, project_id=project_id)
    for result in (listed(officer, TARGETS.listing, ListQuery()), exported(officer, TARGETS.listing, ListQuery())):
        assert [(row["actual_value"], row["completion"]) for row in result.rows] == [(33, 110), (None, None)]
    assert [row["targets"] for row in listed(officer, PROJECTS.listing, ListQuery()).rows] == ["1 / 2"]
