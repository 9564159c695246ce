"""The sentences of the annual summary: what is said, what is left out, and how numbers and people are put into words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from commissioner.domain.annual import figures, outline_of, summary_sentence
from commissioner.domain.annual_figures import AnnualFigures, IndicatorFigure, Instructed, Introduced, Recognised, Tally
from commissioner.domain.annual_words import (
    employment_said,
    indicator_sentence,
    instruction_sentence,
    introduced_said,
    people_said,
    recognition_sentence,
)
from commissioner.vocabulary import (
    Grade,
    ImpactIndicator,
    IntroductionKind,
    IssuingLevel,
    Level,
    ProjectKind,
    RecognitionKind,
    Saying,
    Unit,
)
from tests.factories import an_officer
from tests.projects import a_project
from tests.results import YEAR, a_figure


def test_clauses_without_data_are_left_out(app: Flask) -> None:
    officer = an_officer()
    project_id = a_project(level=Level.PROVINCIAL, kind=ProjectKind.TEAM)
    assert summary_sentence(officer, YEAR) == "今年共实施省科技特派员团队项目1个。"
    a_figure(7, project_id=project_id)
    assert summary_sentence(officer, YEAR) == "今年共实施省科技特派员团队项目1个,带动农民就业7人。"
    assert summary_sentence(officer, YEAR + 1) == "今年共实施省科技特派员团队项目1个。"


def test_only_employment_is_a_sentence_too(app: Flask) -> None:
    a_figure(643, project_id=a_project(starts_on=date(2023, 1, 1)))
    assert summary_sentence(an_officer(), YEAR) == "今年带动农民就业600多人。"


def test_a_county_project_is_counted_but_not_in_the_sentence(app: Flask) -> None:
    officer = an_officer()
    a_project(level=Level.COUNTY)
    assert summary_sentence(officer, YEAR) == ""
    assert figures(officer, YEAR).project_count(Level.COUNTY) == 1


@pytest.mark.parametrize(
    ("persons", "said"),
    [(643, "600多"), (601, "600多"), (600, "600"), (43, "40多"), (7, "7"), (1000, "1000"), (1001, "1000多")],
)
def test_more_than_is_said_only_where_it_is_true(persons: int, said: str) -> None:
    assert employment_said(persons) == said


def an_indicator(**changes: Any) -> IndicatorFigure:
    """R1 as the data set has it."""
    facts: dict[str, Any] = {
        "id": 1,
        "name": "规上工业企业研发费用",
        "unit": Unit.YI_YUAN,
        "actual": Decimal("16.02"),
        "actual_decimals": 2,
        "saying": Saying.EXACT,
        "completion_percent": Decimal(107),
        "completion_decimals": 0,
        "growth_percent": None,
        "growth_decimals": 0,
        "rank_of_value": None,
        "rank_of_completion": None,
        "rank_of_growth": None,
        "illustrative": False,
    }
    return IndicatorFigure(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "规上工业企业研发费用16.02亿元,年度任务完成率107%。"),
        ({"rank_of_completion": 2}, "规上工业企业研发费用16.02亿元,年度任务完成率107%,全市排名第2。"),
        ({"completion_percent": None, "rank_of_value": 4}, "规上工业企业研发费用16.02亿元,全市排名第4。"),
        (
            {"rank_of_value": 2, "growth_percent": Decimal(25), "rank_of_growth": 3},
            "规上工业企业研发费用16.02亿元,年度任务完成率107%;全市排名第2;累计增速25%,全市排名第3。",
        ),
        (
            {"growth_percent": Decimal("22.6"), "growth_decimals": 2},
            "规上工业企业研发费用16.02亿元,年度任务完成率107%;累计增速22.60%。",
        ),
        ({"completion_percent": None, "growth_percent": Decimal(-3)}, "规上工业企业研发费用16.02亿元;累计增速-3%。"),
        ({"actual": None}, "规上工业企业研发费用年度任务完成率107%。"),
        ({"actual": None, "completion_percent": None}, ""),
    ],
)
def test_an_indicators_clauses(changes: dict[str, Any], sentence: str) -> None:
    assert indicator_sentence(an_indicator(**changes)) == sentence


def test_people_are_named_counted_and_given_their_common_title() -> None:
    assert people_said(("朱建军", "邵清松"), ("教授", "教授")) == "朱建军、邵清松2位教授"
    assert people_said(("甲", "乙"), ("教授", "研究员")) == "甲、乙2位科技特派员"
    assert people_said(("甲",), ("教授",)) == "甲教授"


def an_instruction(**changes: Any) -> Instructed:
    """An instruction of a county head."""
    facts: dict[str, Any] = {
        "id": 1,
        "subject": "示例事项",
        "leader": "示例某",
        "post": "县长",
        "quote": "可以推广",
        "headline": False,
        "briefing": "",
        "names": (),
        "titles": (),
        "illustrative": True,
    }
    return Instructed(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "示例事项,获示例某县长批示:“可以推广”。"),
        ({"quote": ""}, "示例事项获示例某县长批示肯定。"),
        ({"post": "县委副书记、县长"}, "示例事项,获县委副书记、县长示例某批示:“可以推广”。"),
        (
            {"briefing": "建成示例基地", "names": ("甲", "乙"), "titles": ("教授", "教授")},
            "甲、乙2位教授建成示例基地的简报,获示例某县长批示:“可以推广”。",
        ),
        (
            {"briefing": "甲教授建成示例基地", "names": ("甲",), "titles": ("教授",)},
            "甲教授建成示例基地的简报,获示例某县长批示:“可以推广”。",
        ),
    ],
)
def test_an_instruction_is_quoted_verbatim(changes: dict[str, Any], sentence: str) -> None:
    assert instruction_sentence(an_instruction(**changes)) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "获批省科技特派团试点。"),
        ({"only_in_city": True}, "获批省科技特派团试点,全市唯一。"),
        ({"peers": "缙云县"}, "获批省科技特派团试点。全省仅2个县(另外一个为缙云县)。"),
        ({"kind": RecognitionKind.GRADE, "grade": Grade.GOOD}, "省科技特派团试点获省级考核评价良好。"),
        ({"kind": RecognitionKind.HONOUR}, "获评省科技特派团试点。"),
    ],
)
def test_recognitions_in_words(changes: dict[str, Any], sentence: str) -> None:
    facts: dict[str, Any] = {
        "id": 1,
        "kind": RecognitionKind.PILOT,
        "subject": "省科技特派团试点",
        "level": IssuingLevel.PROVINCIAL,
        "grade": None,
        "peers": "",
        "only_in_city": False,
        "note": "",
        "illustrative": False,
    }
    assert recognition_sentence(Recognised(**{**facts, **changes})) == sentence


@pytest.mark.parametrize(
    ("quantity", "unit", "said"),
    [("100000", Unit.PLANTS, "中白1号(10万株)"), ("5000", Unit.PLANTS, "中白1号(5000株)"), (None, None, "中白1号")],
)
def test_plants_are_said_in_tens_of_thousands(quantity: str | None, unit: Unit | None, said: str) -> None:
    number = None if quantity is None else Decimal(quantity)
    one = Introduced(
        id=1, kind=IntroductionKind.VARIETY, name="中白1号", quantity=number, unit=unit, illustrative=False
    )
    assert introduced_said(one) == said


def test_no_paragraph_is_made_of_nothing() -> None:
    assert outline_of(AnnualFigures(year=YEAR)) == ()
    assert (
        outline_of(replace(AnnualFigures(year=YEAR), tally=Tally(needs=0, problems_raised=3, problems_solved=0))) == ()
    )
    assert AnnualFigures(year=YEAR).employment.indicator is ImpactIndicator.EMPLOYMENT
