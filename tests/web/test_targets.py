"""Targets on the project's page: a bar with its parts, the records behind it one tap away, and the form of its parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from commissioner.models import ProjectTarget, TargetPart
from commissioner.vocabulary import ImpactState, Role, TargetIndicator, Unit
from tests.factories import written
from tests.people import NEXT_COUNTY, People, Person
from tests.projects import a_project, a_target, somebody
from tests.results import a_figure


def promised(project_id: int, target: int = 60) -> int:
    """A target that the project's results answer for."""
    facts: dict[str, Any] = {"name": "带动就业", "indicator": TargetIndicator.EMPLOYMENT, "unit": Unit.PERSONS}
    return written(ProjectTarget, project_id=project_id, target_value=Decimal(target), **facts)


def lines(*parts: tuple[str, str]) -> dict[str, str]:
    """Parts as the form sends them."""
    return {
        f"{kind}_{n}": text for n, part in enumerate(parts) for kind, text in zip(("name", "target"), part, strict=True)
    }


@pytest.fixture
def officer(app: Flask) -> Person:
    """Somebody of the bureau."""
    return People(app).as_officer


def test_the_projects_page_shows_the_figure_and_leads_to_the_records_behind_it(app: Flask, officer: Person) -> None:
    project_id = a_project(starts_on=date(2021, 1, 1))
    target_id = promised(project_id)
    a_figure(38, project_id=project_id, year=2021)
    a_figure(46, project_id=project_id, year=2022)
    a_figure(9, project_id=project_id, year=2023, state=ImpactState.REJECTED)
    page = officer.get(f"/projects/{project_id}")
    assert "46 / 60 人 · 77%" in page.plain
    assert "2022 年，由 1 条记录得出" in page.plain
    address = f"/projects/{project_id}/targets/{target_id}"
    assert address in page.links()
    behind = officer.get(address)
    assert "人和户只取最近一年的数" in behind.plain
    told = [" ".join(row.get_text(" ").split()) for row in behind.soup.select("tbody tr")]
    assert [("未计" in one, one.split()[1]) for one in told] == [(True, "2023"), (False, "2022"), (True, "2021")]
    assert f"/impacts/new?project_id={project_id}&indicator=employment" in behind.links()
    assert officer.get(behind.links()[behind.links().index(f"/impacts/?project={project_id}&indicator=employment")])


def test_a_record_that_is_added_is_in_the_figure_at_once(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = promised(project_id)
    browser = People(app).sign_in(Role.COMMISSIONER, commissioner_id=wang.commissioner_id)
    page = browser.get(f"/projects/{project_id}/targets/{target_id}")
    add = next(link for link in page.links() if link.startswith("/impacts/new"))
    browser.submit(add, year="2022", amount="31")
    assert "31 / 60 人 · 52%" in browser.get(f"/projects/{project_id}").plain
    assert f"figure_{target_id}" not in browser.get(f"/projects/{project_id}/update").form_values()


def test_parts_stand_under_the_bar_and_what_does_not_fit_is_said(app: Flask, officer: Person) -> None:
    project_id = a_project()
    target_id = promised(project_id)
    a_figure(46, project_id=project_id, year=2022)
    written(TargetPart, target_id=target_id, name="妇女", target_value=Decimal(30), actual_value=Decimal(21))
    written(TargetPart, target_id=target_id, name="青年", actual_value=Decimal(50))
    page = officer.get(f"/projects/{project_id}")
    for words in ("妇女 21 / 30 人 · 70%", "青年 50 人", "分项互有重叠", "对不上 青年：分项不能超过总数 46。"):
        assert words in page.plain, words


def test_the_form_keeps_whole_and_parts_together(app: Flask, officer: Person) -> None:
    project_id = a_project()
    target_id = a_target(project_id, unit=Unit.PERSONS)
    address = f"/targets/{target_id}/parts"
    sent = officer.submit(address, divide="y", target_value="150", **lines(("甲村", "90"), ("乙村", "60")))
    assert sent.location == f"/projects/{project_id}"
    kept = officer.get(address).form_values()
    assert [kept[key] for key in ("target_value", "name_0", "target_0", "name_1", "target_1")] == [
        "150", "甲村", "90", "乙村", "60",
    ]  # fmt: skip
    officer.submit(address, divide=None, name_0="", target_0="")
    assert "甲村" not in officer.get(f"/projects/{project_id}").plain


FAULTS: list[tuple[dict[str, str], str]] = [
    (lines(("妇女", "201")), "分项不能超过总数 200"),
    (lines(("妇女", "1.5")), "要填整数"),
    (lines(("妇女", "很多")), "请填数字"),
    (lines(("", "3")), "请写分项的名称"),
    (lines(("妇女", "1"), ("", ""), ("妇女", "2")), "已经有同名的分项"),
    (lines(("少数民族", "1")), "不收集个人敏感信息"),
    ({"divide": "y", **lines(("甲村", "90"), ("乙村", "60"))}, "应当等于总数 200"),
    ({"divide": "y", **lines(("甲村", "200"))}, "至少要有两个分项"),
    ({"target_value": ""}, "请填写“目标总数”"),
    ({"target_value": "-1"}, "不能是负数"),
    (lines(("茶" * 201, "1")), "最多 200 个字"),
]


def test_what_does_not_fit_is_told_beside_the_field_and_nothing_is_lost(app: Flask, officer: Person) -> None:
    target_id = a_target(a_project(), unit=Unit.PERSONS)
    address = f"/targets/{target_id}/parts"
    for changes, words in FAULTS:
        page = officer.submit(address, 422, **changes)
        assert any(words in error for error in page.errors()), (changes, page.errors())
        kept = page.form_values()
        assert {key: kept.get(key) for key in changes} == changes
    assert officer.get(address).form_values()["name_0"] == ""


def test_two_at_once_see_both(app: Flask, officer: Person) -> None:
    target_id = a_target(a_project())
    address = f"/targets/{target_id}/parts"
    stale = {**officer.get(address).form_values(), **lines(("青年", "3"))}
    officer.submit(address, **lines(("妇女", "5")))
    page = officer.post(address, stale, 409)
    beside = [cell.get_text(strip=True) for cell in page.soup.select(".diff tbody td")]
    assert beside[-2:] == ["妇女 5", "青年 3"]
    officer.post(address, page.form_values())
    assert officer.get(address).form_values()["name_0"] == "青年"


def test_strangers_have_no_such_target_and_readers_no_form(app: Flask) -> None:
    project_id = a_project()
    target_id = promised(project_id)
    people = People(app)
    for url in (f"/projects/{project_id}/targets/{target_id}", f"/targets/{target_id}/parts"):
        people.sign_in(Role.OFFICER, NEXT_COUNTY).get(url, 404)
    leader = people.as_leader
    page = leader.get(f"/projects/{project_id}/targets/{target_id}")
    assert [link for link in page.links() if "impacts/new" in link or "/parts" in link or "/edit" in link] == []
    leader.get(f"/targets/{target_id}/parts", 404)
    people.as_officer.get(f"/projects/{a_project()}/targets/{target_id}", 404)


def test_the_targets_of_pingyang_in_both_languages(people: People) -> None:
    officer = people.as_officer
    rows = officer.get("/targets/?indicator=base_area")
    assert "共 5 条" in rows.plain
    for speaking in (officer, people.as_leader.speaks("en")):
        listed = speaking.get("/projects/?year=2022&level=provincial&kind=individual")
        for address in [one for one in listed.links() if one.removeprefix("/projects/").isdigit()]:
            for link in [one for one in speaking.get(address).links() if "/targets/" in one and "?" not in one]:
                speaking.get(link)
