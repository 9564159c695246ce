"""The page of a reporting period: who has reported, closing it and opening it again."""

from __future__ import annotations

from flask import Flask

from commissioner.vocabulary import Role
from tests.domain.test_periods import INSIDE, a_period, an_impact, closed, period_version
from tests.factories import an_officer
from tests.people import NEXT_COUNTY, People
from tests.projects import a_project, somebody, submitted


def test_the_bureau_closes_a_period_after_it_was_told_what_waits(app: Flask) -> None:
    wang = somebody()
    people = People(app)
    officer = people.as_officer
    made = officer.submit("/periods/new", name="2022年", starts_on="2022-01-01", ends_on="2022-12-31")
    submitted(wang, a_project(wang, title="等着的"), reported_on=INSIDE)
    a_project(wang, title="没报的")
    page = officer.get(made.location)
    assert "没报的" in page.plain
    assert "等着的" in page.plain
    address = f"{made.location}/close"
    assert address in page.links()
    asked = officer.submit(address, 422)
    assert "还有 1 条进展等待审核" in asked.plain
    assert "还有 1 个在研项目没有报" in asked.plain
    officer.post(address, {**asked.form_values(), "confirmed": "y"})
    page = officer.get(made.location)
    assert "已关闭" in page.plain
    assert f"{made.location}/edit" not in page.links()
    assert "都处理完了" in officer.get("/updates/review").plain


def test_in_a_closed_period_the_forms_say_so_and_nothing_is_lost(app: Flask) -> None:
    wang, keeper = somebody(), an_officer()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id, reported_on=INSIDE)
    closed(keeper, a_period(keeper))
    people = People(app)
    officer = people.as_officer
    page = officer.submit(f"/projects/{project_id}/update", 422, progress="写了很久", reported_on=str(INSIDE))
    assert any("“2022年”里，这个时段已经关闭" in error for error in page.errors())
    assert page.form_values()["progress"] == "写了很久"
    assert "不能再审核" in officer.get(f"/updates/{update_id}/review").plain
    said = {"version": "1", "number": "1", "act": "approve"}
    assert "已经关闭" in officer.post(f"/updates/{update_id}/review", said, 409).plain
    impact = {**{key: str(getattr(value, "value", value) or "") for key, value in an_impact(project_id).items()}}
    refused = officer.submit("/impacts/new", 422, **impact)
    assert any("已经关闭" in error for error in refused.errors())


def test_opened_again_with_a_reason_that_everybody_who_reports_can_read(app: Flask) -> None:
    keeper = an_officer()
    period_id = a_period(keeper)
    closed(keeper, period_id)
    people = People(app)
    officer, wang = people.as_officer, people.sign_in(Role.COMMISSIONER, commissioner_id=somebody().commissioner_id)
    address = f"/periods/{period_id}/reopen"
    assert any("为什么重新打开" in error for error in officer.submit(address, 422, reason=" ").errors())
    officer.submit(address, reason="漏了一个项目")
    page = wang.get(f"/periods/{period_id}")
    assert "漏了一个项目" in page.plain
    assert address not in page.links()
    wang.get(address, 404)
    assert "漏了一个项目" in officer.get("/audit/").plain


def test_somebody_was_faster(app: Flask) -> None:
    keeper = an_officer()
    period_id = a_period(keeper)
    officer = People(app).as_officer
    read = officer.get(f"/periods/{period_id}/close").form_values()
    closed(keeper, period_id)
    page = officer.post(f"/periods/{period_id}/close", {**read, "confirmed": "y"}, 409)
    assert "别人关闭、打开或修改过" in page.plain
    assert period_version(period_id) == 2


def test_it_is_for_those_who_report_and_for_the_county(app: Flask) -> None:
    period_id = a_period(an_officer())
    people = People(app)
    for person in (people.as_leader, people.sign_in(Role.OFFICER, NEXT_COUNTY), people.sign_in(Role.TOWNSHIP)):
        for address in ("", "/close", "/reopen", "/edit"):
            person.get(f"/periods/{period_id}{address}", 404)
        person.post(f"/periods/{period_id}/close", {"version": "1", "confirmed": "y"}, 404)
    assert period_version(period_id) == 1


def test_the_periods_of_pingyang(people: People) -> None:
    officer = people.as_officer
    listed = officer.get("/periods/")
    assert "2022年上半年" in listed.plain
    for link in [one for one in listed.links() if one.startswith("/periods/") and one.rpartition("/")[2].isdigit()]:
        page = officer.get(link)
        assert "示例" in page.plain
        for further in [one for one in page.links() if "period=" in one]:
            officer.get(further)
