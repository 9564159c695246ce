"""The annual summary: its figures by the counting rules of domain.md §5, its sentence character for character."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from commissioner.domain.annual import annual_outline, figures, outline_of, summary_sentence
from commissioner.domain.annual_keys import key_figures
from commissioner.domain.indicators import INDICATORS, completion_of
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.project_years import (
    YearDefinition,
    accepted_in,
    applied_in,
    approved_in,
    counted_in,
    implemented_in,
)
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import IndicatorResult, Project, StageChange, Training, db
from commissioner.vocabulary import (
    Industry,
    Level,
    ProjectKind,
    ProjectStage,
    Role,
    Unit,
)
from tests.factories import an_actor, an_officer, written
from tests.people import NEXT_COUNTY, SHUITOU
from tests.projects import a_project
from tests.results import YEAR, a_place

# As domain.md §4 prints it; any release must give it back from "Pingyang 2022".
SENTENCE = "今年共实施省科技特派员个人项目6个、团队项目2个、市科技特派员项目16个,带动农民就业600多人。"


# The data set


def test_the_sentence_character_for_character(pingyang: Flask) -> None:
    assert summary_sentence(an_officer(), YEAR) == SENTENCE


def test_the_summarys_own_words_come_back_from_the_records(pingyang: Flask) -> None:
    told = "".join(one.text for one in annual_outline(an_officer(), YEAR))
    for words in (
        "打造金线莲道地药材示范基地的简报获温州市委副书记、市长张振丰批示肯定;规上工业企业研发费用现状及对策研究获孟晓斌县长批示肯定。",
        "规上工业企业研发费用16.02亿元,年度任务完成率107%;全市排名第2;累计增速25%,全市排名第2。",
        "高新技术产业增加值80.55亿元,全市排名第4;年度任务完成率128%,全市排名第2;累计增速22.60%,全市排名第2",
        "高新技术产业增加值占规上工业增加值比重67.75%,全市排名第4。",
        "技术市场交易额21.49亿元,年度任务完成率110.21%,全市排名第2。",
        "生命健康产业产值53.23亿元,年度任务完成率118.55%。",
        "朱建军、邵清松2位教授帮助我县山区打造金线莲道地药材示范基地的简报,获温州市委副书记、市长张振丰批示:“这一做法可以推广到全市广大农村地区”。",
        "积极配合省科技厅结对帮扶同盟村",
        "中白1号(10万株)",
        "新增茶园102亩",
        "黄汤茶叶国家农业科技园区示范区建设获市级年度绩效考核评价优秀单位。",
        "获批省科技特派团试点。全省仅3个县(另外两个为缙云县、仙居县),全市唯一。",
        "国望、乔治白公司获",
        "省级特派团立项。",
        "深入开展“关爱科技特派员走乡村”活动",
        "完善科技特派员选派机制",
    ):
        assert words in told


def test_every_figure_is_the_count_of_the_list_behind_it(pingyang: Flask) -> None:
    officer = an_officer()
    told = key_figures(officer, figures(officer, YEAR))
    counting = [one for one in told if one.counts_rows and one.behind]
    assert len(counting) >= 10
    for one in counting:
        assert one.behind is not None
        listing = SUBJECTS[one.behind.subject].listing
        assert listed(officer, listing, ListQuery(filters=one.behind.filters)).total == one.value, one.label


def test_a_filter_of_a_figure_is_a_filter_of_its_list(pingyang: Flask) -> None:
    officer = an_officer()
    year = figures(officer, YEAR)
    behind = [one.behind for one in key_figures(officer, year) if one.behind]
    behind += [one for paragraph in outline_of(year) for one in paragraph.behind]
    for one in behind:
        assert set(one.filters) <= {known.key for known in SUBJECTS[one.subject].listing.filters}, one


def test_a_county_next_door_has_nothing_to_tell(pingyang: Flask) -> None:
    stranger = an_actor(Role.OFFICER, NEXT_COUNTY)
    assert summary_sentence(stranger, YEAR) == ""
    assert annual_outline(stranger, YEAR) == ()


def test_a_township_is_told_of_its_own(pingyang: Flask) -> None:
    own, county = figures(an_actor(Role.TOWNSHIP, SHUITOU), YEAR), figures(an_officer(), YEAR)
    assert 0 < own.project_count() < county.project_count()
    assert 0 < own.employment.total_persons < county.employment.total_persons


def test_an_institution_is_not_told_of_registers_it_may_not_see(pingyang: Flask) -> None:
    institution = an_actor(Role.INSTITUTION, organisation_id=1)
    assert figures(institution, YEAR).instructions == ()
    assert all(
        one.behind is None or one.behind.subject != "instructions"
        for one in key_figures(institution, figures(institution, YEAR))
    )


def test_illustrative_rows_are_told_of(pingyang: Flask) -> None:
    told = {one.text: one.illustrative for one in annual_outline(an_officer(), YEAR)}
    assert told[SENTENCE]
    assert not next(flag for text, flag in told.items() if "研发费用16.02亿元" in text)


# Which projects a year counts (§2.4, §5.2)


def counted(condition: Any) -> int:
    """How many projects fulfil a condition."""
    db.session.rollback()
    return len(db.session.scalars(select(Project.id).where(condition)).all())


def a_stage(project_id: int, stage: ProjectStage, reached_on: date) -> None:
    """A step of a project's history."""
    written(StageChange, project_id=project_id, stage=stage, reached_on=reached_on)


@pytest.mark.parametrize(
    ("facts", "implemented"),
    [
        ({}, True),
        ({"starts_on": date(2022, 12, 31)}, True),
        ({"starts_on": date(2023, 1, 1)}, False),
        ({"starts_on": date(2021, 1, 1), "ends_on": date(2022, 1, 1)}, True),
        ({"starts_on": date(2021, 1, 1), "ends_on": date(2021, 12, 31)}, False),
        ({"stage": ProjectStage.APPLIED}, False),
        ({"stage": ProjectStage.CLOSED, "starts_on": date(2021, 1, 1)}, True),
    ],
)
def test_implemented_is_active_in_the_year(app: Flask, facts: dict[str, Any], *, implemented: bool) -> None:
    a_project(**facts)
    assert counted(implemented_in(YEAR)) == implemented


@pytest.mark.parametrize(("ended_on", "implemented"), [(date(2021, 12, 31), False), (date(2022, 1, 1), True)])
@pytest.mark.parametrize("stage", [ProjectStage.CLOSED, ProjectStage.TERMINATED])
def test_what_ended_before_the_year_is_out(
    app: Flask, stage: ProjectStage, ended_on: date, *, implemented: bool
) -> None:
    project_id = a_project(stage=ProjectStage.APPROVED, starts_on=date(2021, 1, 1))
    a_stage(project_id, stage, ended_on)
    with db.engine.begin() as connection:
        connection.execute(Project.__table__.update().values(stage=stage))
    assert counted(implemented_in(YEAR)) == implemented


def test_what_was_refused_before_it_was_approved_was_never_implemented(app: Flask) -> None:
    a_project(stage=ProjectStage.TERMINATED)
    assert counted(implemented_in(YEAR)) == 0


def test_a_project_without_a_first_day_begins_with_its_approval(app: Flask) -> None:
    project_id = a_project(starts_on=None, stage=ProjectStage.UNDER_WAY)
    assert counted(implemented_in(YEAR)) == 0
    a_stage(project_id, ProjectStage.APPROVED, date(2022, 7, 1))
    assert [counted(implemented_in(year)) for year in (2021, 2022, 2023)] == [0, 1, 1]


def test_each_definition_of_the_year_has_its_own_projects(app: Flask) -> None:
    project_id = a_project(starts_on=date(2021, 3, 1), ends_on=date(2023, 6, 30))
    a_stage(project_id, ProjectStage.APPLIED, date(2020, 11, 1))
    a_stage(project_id, ProjectStage.APPROVED, date(2021, 2, 1))
    a_stage(project_id, ProjectStage.ACCEPTANCE, date(2023, 5, 1))
    a_stage(project_id, ProjectStage.CLOSED, date(2024, 1, 5))
    years = range(2019, 2026)
    conditions = (applied_in, approved_in, implemented_in, accepted_in)
    told = [[year for year in years if counted(condition(year))] for condition in conditions]
    assert told == [[2020], [2021], [2021, 2022, 2023], [2023]]
    assert [year for year in years if counted(counted_in(year, YearDefinition.APPROVED))] == [2021]


def test_level_and_kind_are_those_of_the_last_change_and_a_corps_is_counted_apart(app: Flask) -> None:
    a_project(level=Level.PROVINCIAL, kind=ProjectKind.TEAM)
    a_project(level=Level.PROVINCIAL, kind=ProjectKind.CORPS)
    told = figures(an_officer(), YEAR)
    assert told.project_count(Level.PROVINCIAL) == 1
    assert told.project_count(kind=ProjectKind.CORPS) == 1


# The other figures


def test_trainings_are_sessions_and_person_times(app: Flask) -> None:
    place = a_place()
    shared = {"title": "示例培训", "industry": Industry.TEA, **place}
    for held_on, sessions in ((date(2022, 1, 1), 2), (date(2022, 12, 31), 1), (date(2021, 12, 31), 5)):
        written(Training, held_on=held_on, session_count=sessions, trained_person_times=30, **shared)
    tally = figures(an_officer(), YEAR).tally
    assert (tally.trainings, tally.training_sessions, tally.trained_person_times) == (2, 3, 60)


def test_an_empty_year_says_nothing(app: Flask) -> None:
    officer = an_officer()
    assert summary_sentence(officer, 2000) == ""
    assert annual_outline(officer, 2000) == ()
    assert key_figures(officer, figures(officer, 2000)) == ()


@pytest.mark.parametrize(
    ("actual", "target", "issued", "decimals", "percent"),
    [
        ("16.02", "15", None, 0, "107"),
        ("1.005", "1", None, 2, "100.50"),
        ("1", "8", None, 0, "13"),
        ("1", "8", None, 1, "12.5"),
        ("10005", "10000", None, 1, "100.1"),
        ("5", None, None, 0, None),
        ("5", "0", None, 0, None),
        ("5", "0", "107", 0, "107"),
        (None, "4", None, 0, None),
        ("5", "4", "107", 0, "125"),
    ],
)
def test_completion_is_computed_half_up_the_same_in_list_and_page(
    app: Flask, actual: str | None, target: str | None, issued: str | None, decimals: int, percent: str | None
) -> None:
    numbers = [None if text is None else Decimal(text) for text in (actual, target, issued)]
    expected = None if percent is None else Decimal(percent)
    assert completion_of(*numbers, decimals) == expected
    facts = dict(zip(("actual", "target", "issued_completion_percent"), numbers, strict=True))
    written(
        IndicatorResult,
        name="示例指标",
        year=YEAR,
        unit=Unit.YI_YUAN,
        completion_decimals=decimals,
        **a_place(),
        **facts,
    )
    row = listed(an_officer(), INDICATORS.listing, ListQuery()).rows[0]
    assert row["completion_percent"] == expected


def test_asking_costs_few_queries(pingyang: Flask) -> None:
    officer = an_officer()
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    figures(officer, YEAR)
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) <= 10
