"""The smaller registers: introductions, trainings, pairings, recognitions, briefings, instructions, indicators."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from commissioner.domain import records
from commissioner.domain.briefings import BRIEFINGS, INSTRUCTIONS
from commissioner.domain.indicators import INDICATORS
from commissioner.domain.introductions import INTRODUCTIONS, TRAININGS
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.recognitions import PAIRINGS, RECOGNITIONS
from commissioner.domain.subject import Subject
from commissioner.models import Organisation, Pairing
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import (
    Grade,
    Industry,
    IntroductionKind,
    IssuingLevel,
    OrganisationKind,
    RecognitionKind,
    Role,
    Saying,
    Unit,
)
from tests.factories import an_actor, an_officer, written
from tests.people import NEXT_COUNTY
from tests.projects import somebody
from tests.results import YEAR, a_place

DRAFTS: dict[str, tuple[Subject, dict[str, Any]]] = {
    "introductions": (
        INTRODUCTIONS,
        {
            "name": "中白1号",
            "kind": IntroductionKind.VARIETY,
            "industry": Industry.TEA,
            "introduced_on": date(YEAR, 3, 1),
            "quantity": Decimal(100_000),
            "unit": Unit.PLANTS,
        },
    ),
    "trainings": (
        TRAININGS,
        {
            "title": "茶园冬季封园",
            "industry": Industry.TEA,
            "held_on": date(YEAR, 11, 25),
            "session_count": 1,
            "trained_person_times": 34,
            "low_income_person_times": 5,
        },
    ),
    "recognitions": (
        RECOGNITIONS,
        {
            "subject": "示范区建设",
            "kind": RecognitionKind.GRADE,
            "year": YEAR,
            "level": IssuingLevel.MUNICIPAL,
            "grade": Grade.EXCELLENT,
        },
    ),
    "briefings": (BRIEFINGS, {"title": "示例简报", "year": YEAR, "commissioners": ()}),
    "instructions": (INSTRUCTIONS, {"subject": "示例事项", "leader": "示例某", "post": "县长", "year": YEAR}),
    "indicators": (
        INDICATORS,
        {
            "name": "示例指标",
            "year": YEAR,
            "unit": Unit.YI_YUAN,
            "actual": Decimal("16.02"),
            "actual_decimals": 2,
            "completion_decimals": 0,
            "growth_decimals": 0,
            "saying": Saying.EXACT,
            "position": 1,
        },
    ),
}


def entered(name: str, **changes: Any) -> dict[str, Any]:
    """A record of a register as its form says it."""
    return {**DRAFTS[name][1], "place_id": a_place()["place_id"], **changes}


@pytest.mark.parametrize("name", DRAFTS)
def test_a_record_is_entered_read_amended_and_removed(app: Flask, name: str) -> None:
    subject, officer = DRAFTS[name][0], an_officer()
    draft = entered(name)
    made = records.create(officer, subject, draft)
    assert {key: records.record(officer, subject, made).values[key] for key in draft} == draft
    records.amend(officer, subject, made, {**draft, subject.fields[0].key: "改过的名称"}, 1)
    assert records.record(officer, subject, made).values[subject.fields[0].key] == "改过的名称"
    records.remove(officer, subject, made)
    assert listed(officer, subject.listing, ListQuery()).total == 0


@pytest.mark.parametrize("name", DRAFTS)
def test_another_county_neither_sees_nor_changes_it(app: Flask, name: str) -> None:
    subject, stranger = DRAFTS[name][0], an_actor(Role.OFFICER, NEXT_COUNTY)
    draft = entered(name)
    made = records.create(an_officer(), subject, draft)
    assert listed(stranger, subject.listing, ListQuery()).total == 0
    with pytest.raises(NotFound):
        records.amend(stranger, subject, made, draft, 1)
    with pytest.raises(NotFound):
        records.remove(stranger, subject, made)


@pytest.mark.parametrize("name", DRAFTS)
def test_a_leader_reads_and_writes_nothing(app: Flask, name: str) -> None:
    with pytest.raises(NotFound):
        records.create(an_actor(Role.LEADER), DRAFTS[name][0], entered(name))


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("introductions", {"unit": None}, "unit"),
        ("introductions", {"quantity": None}, "quantity"),
        ("introductions", {"quantity": Decimal(-1)}, "quantity"),
        ("introductions", {"introduced_on": today() + timedelta(days=1)}, "introduced_on"),
        ("trainings", {"low_income_person_times": 35}, "low_income_person_times"),
        ("trainings", {"session_count": 0}, "session_count"),
        ("trainings", {"trained_person_times": 1_000_001}, "trained_person_times"),
        ("recognitions", {"grade": None}, "grade"),
        ("recognitions", {"kind": RecognitionKind.PILOT}, "grade"),
        ("recognitions", {"year": 1998}, "year"),
        ("indicators", {"rank_of_value": 0}, "rank_of_value"),
        ("indicators", {"growth_percent": Decimal(-101)}, "growth_percent"),
        ("indicators", {"completion_decimals": 3}, "completion_decimals"),
        ("instructions", {"leader": ""}, "leader"),
        ("briefings", {"issued_on": today() + timedelta(days=1)}, "issued_on"),
    ],
)
def test_what_cannot_be_is_refused(app: Flask, name: str, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as problem:
        records.create(an_officer(), DRAFTS[name][0], entered(name, **changes))
    assert set(problem.value.fields) == {field}


def test_a_training_without_low_income_people_has_none(app: Flask) -> None:
    officer = an_officer()
    made = records.create(officer, TRAININGS, entered("trainings", low_income_person_times=None))
    assert records.record(officer, TRAININGS, made).values["low_income_person_times"] == 0


@pytest.mark.parametrize("name", ["introductions", "trainings"])
def test_a_commissioners_own_record_names_the_commissioner(app: Flask, name: str) -> None:
    person, subject = somebody(), DRAFTS[name][0]
    made = records.create(person, subject, entered(name))
    assert records.record(person, subject, made).values["commissioner_id"] == person.commissioner_id


def test_a_negative_growth_and_a_target_of_nothing_are_facts_too(app: Flask) -> None:
    officer = an_officer()
    facts = {"growth_percent": Decimal("-3.5"), "target": Decimal(0)}
    records.create(officer, INDICATORS, entered("indicators", **facts))
    row = listed(officer, INDICATORS.listing, ListQuery()).rows[0]
    assert (row["growth_percent"], row["completion_percent"]) == (Decimal("-3.5"), None)


def test_instructions_still_to_be_done_are_found(app: Flask) -> None:
    officer = an_officer()
    draft = entered("instructions")
    still_open = records.create(officer, INSTRUCTIONS, draft)
    records.create(officer, INSTRUCTIONS, {**draft, "done_on": date(YEAR, 12, 1)})
    found = listed(officer, INSTRUCTIONS.listing, ListQuery(filters={"open": "1"}))
    assert [row["id"] for row in found.rows] == [still_open]


def a_helper() -> int:
    """An organisation of the county that helps."""
    return written(Organisation, name="示例帮扶单位", kind=OrganisationKind.GOVERNMENT, region_code="330326000000")


def test_a_pairing_is_found_in_every_year_it_ran(app: Flask) -> None:
    officer, place = an_officer(), a_place()
    written(Pairing, helper_id=a_helper(), starts_on=date(2021, 12, 31), ends_on=date(2023, 1, 1), **place)

    def found(**filters: str) -> int:
        return listed(officer, PAIRINGS.listing, ListQuery(filters=filters)).total

    assert [year for year in range(2019, 2026) if found(year=str(year))] == [2021, 2022, 2023]
    assert (found(on="2023-01-01"), found(on="2023-01-02")) == (1, 0)


def test_a_pairing_ends_after_it_starts(app: Flask) -> None:
    draft = {"helper_id": a_helper(), "place_id": a_place()["place_id"], "starts_on": date(2022, 2, 1)}
    with pytest.raises(Invalid) as problem:
        records.create(an_officer(), PAIRINGS, {**draft, "ends_on": date(2022, 1, 1)})
    assert set(problem.value.fields) == {"ends_on"}
