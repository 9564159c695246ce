"""A project's way through the web: its track, deciding and asking, documents well and badly, and who gets to see what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from commissioner.access import Actor
from commissioner.models import Milestone, Organisation, ProjectDocument, db
from commissioner.vocabulary import OrganisationKind, ProjectStage, Role
from tests.factories import written
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU, People, Person
from tests.projects import a_project, audit_lines, project, somebody
from tests.steps import PDF, a_rule, no_rules, upload

APPLIED, APPROVED, CONTRACTED, UNDER_WAY, MID_TERM, ACCEPTANCE, CLOSED, TERMINATED = ProjectStage
HOSTILE = "<script>window.hurt = 1</script>"


@pytest.fixture
def wang(app: Flask) -> Person:
    return signed_in(app, somebody("王"))


@pytest.fixture
def officer(app: Flask) -> Person:
    return People(app).as_officer


def signed_in(app: Flask, actor: Actor) -> Person:
    """A client of a commissioner."""
    return People(app).sign_in(Role.COMMISSIONER, COUNTY, commissioner_id=actor.commissioner_id)


def of(person: Person, **values: Any) -> int:
    """A project that this person carries out."""
    return a_project(person.actor, **values)


def an_institution() -> int:
    """A university that sent nobody."""
    return written(Organisation, name="示例大学", kind=OrganisationKind.UNIVERSITY, region_code=COUNTY.ljust(12, "0"))


def rows() -> list[Any]:
    db.session.rollback()
    return list(db.session.query(ProjectDocument).order_by(ProjectDocument.id))


# The track


def test_a_project_says_where_it_stands_and_what_comes_next(wang: Person, officer: Person) -> None:
    project_id = of(wang)
    shown = wang.get(f"/projects/{project_id}")
    stops = {one.a.get_text(strip=True): one for one in shown.soup.select(".track .stop")}
    assert list(stops) == ["申报", "立项", "签订合同", "实施中", "中期检查", "验收", "结题"]
    assert "now" in stops["实施中"]["class"]
    assert stops["实施中"].time["datetime"] == "2022-03-15"
    assert "下一步" in stops["中期检查"].get_text()
    assert "材料：中期报告 还没有" in shown.plain
    assert "申请“中期检查”" in shown.plain
    assert "办理“中期检查”" not in shown.plain
    kept = officer.get(f"/projects/{project_id}")
    assert "办理“中期检查”" in kept.plain
    assert "申请“中期检查”" not in kept.plain


def test_a_leader_reads_and_is_offered_nothing(app: Flask, wang: Person) -> None:
    project_id = of(wang)
    leader = People(app).as_leader
    for url in (f"/projects/{project_id}", f"/projects/{project_id}/steps/mid_term"):
        shown = leader.get(url)
        assert shown.soup.select("main form[method=post]") == []
        assert "申请“" not in shown.plain
    for url in ("steps/mid_term/take", "steps/mid_term/ask", "steps/under_way/correct", "steps/under_way/take-back"):
        leader.get(f"/projects/{project_id}/{url}", 404)
    leader.get("/projects/apply", 404)


def test_every_step_has_a_page_and_an_unknown_one_has_none(wang: Person) -> None:
    project_id = of(wang)
    for stage in ProjectStage:
        wang.get(f"/projects/{project_id}/steps/{stage.value}")
    wang.get(f"/projects/{project_id}/steps/rejected", 404)
    wang.get(f"/projects/{project_id}/steps/%3Cb%3E", 404)


def test_it_is_all_there_in_english(wang: Person, officer: Person) -> None:
    project_id = of(wang)
    for person in (wang, officer):
        person.speaks("en")
        for url in ("", "/steps/mid_term"):
            shown = person.get(f"/projects/{project_id}{url}").plain
            assert "Mid-term review" in shown
            assert "下一步" not in shown
    assert "Take the step “Mid-term review”" in officer.get(f"/projects/{project_id}/steps/mid_term/take").plain


# Asking and deciding


def test_from_the_application_to_the_contract_with_two_people(wang: Person, officer: Person) -> None:
    begun = wang.submit(
        "/projects/apply",
        title="高山有机茶示范",
        level="county",
        kind="general",
        industry="tea",
        starts_on="2022-03-01",
        ends_on="2030-02-28",
        summary="两个村各示范五十亩",
    )
    project_id = int(begun.location.split("/")[2])
    home, step = f"/projects/{project_id}", f"/projects/{project_id}/steps/approved"
    assert "申请“立项”" in wang.get(home).plain
    refused = wang.submit(f"{step}/ask", 422)
    assert "还缺材料“申报书”，请先上传" in refused.plain
    upload(wang, step, ("申报书 终稿.pdf", PDF), kind="application")
    wang.submit(f"{step}/ask", words="请审")
    assert "撤回申请" in wang.get(home).plain
    wang.get(f"{home}/application", 404)  # it is being decided
    assert "项目申请等您决定" in officer.get("/").plain
    assert "高山有机茶示范" in officer.get("/projects/?request=waiting").plain
    officer.submit(f"{step}/return", words="请补上预算")
    assert "请补上预算" in wang.get(home).plain
    assert "项目申请被退回，请补充" in wang.get("/").plain
    wang.submit(f"{home}/application", summary="两个村各示范五十亩，预算见申报书")
    wang.submit(f"{step}/ask", words="已补")
    officer.submit(f"{step}/take", opinion="同意立项", decided_by="县科技局局长办公会")
    shown = wang.get(home).plain
    assert "下一步：签订合同" in shown
    assert "县科技局局长办公会决定" in shown
    told = wang.get(step).plain
    assert "同意立项" in told
    assert "请补上预算" in told
    assert [one.split(".")[1] for one in actions()] == [
        *("apply", "add_document", "ask_step", "return_step", "mend_application", "ask_step", "step"),
    ]
    assert "办理步骤" in officer.get(f"/audit/?subject=projects&record={project_id}").plain


def actions() -> list[str]:
    return [line.action for line in audit_lines() if line.action.startswith("projects.")]


def test_an_application_that_is_wrong_is_told_and_nothing_is_written(wang: Person, officer: Person) -> None:
    said = {"title": "茶", "level": "county", "kind": "general", "industry": "tea", "summary": "x"}
    wrong = (
        {"title": ""},
        {"level": "<b>"},
        {"ends_on": "2022-01-01", "starts_on": "2022-02-01"},
        {"starts_on": "0001-01-01"},
        {"summary": "长" * 6000},
        {"commissioner_id": "987654321"},
        {"place_id": "987654321"},
    )
    for one in wrong:
        assert wang.submit("/projects/apply", 422, **{**said, **one}).errors(), one
    assert actions() == []
    officer.get("/projects/apply", 404)


def test_the_second_decider_gets_both_sides_and_can_decide_again(app: Flask, wang: Person, officer: Person) -> None:
    no_rules()
    project_id, other = of(wang), People(app).as_administrator
    url = f"/projects/{project_id}/steps/mid_term/take"
    values = {**other.get(url).form_values(), "opinion": "后来的意见"}
    officer.submit(url, opinion="先到的意见", reached_on="2022-08-01", decided_by="王局长")
    late = other._answer("POST", url, 409, data=values)
    assert {"先到的意见", "后来的意见", "王局长"} <= {one.get_text(strip=True) for one in late.soup.select(".diff td")}
    again = other._answer("POST", url, 422, data=late.form_values())
    assert "“中期检查”已经在 2022-08-01 办过" in again.plain
    assert project(project_id).stage is MID_TERM


def test_a_form_sent_twice_takes_one_step(wang: Person, officer: Person) -> None:
    no_rules()
    project_id = of(wang)
    url = f"/projects/{project_id}/steps/mid_term/take"
    values = officer.get(url).form_values()
    for _ in range(2):
        officer._answer("POST", url, 303, data=values)
    assert actions() == ["projects.step"]


def test_a_step_is_corrected_and_taken_back_on_its_page(wang: Person, officer: Person) -> None:
    no_rules()
    project_id = of(wang)
    page = f"/projects/{project_id}/steps/mid_term"
    officer.submit(f"{page}/take", reached_on="2022-08-01")
    officer.submit(f"{page}/correct", 422, reached_on="2022-08-02")
    officer.submit(f"{page}/correct", reached_on="2022-08-02", reason="看错了")
    assert "2022-08-02 办理" in officer.get(page).plain
    officer.submit(f"{page}/take-back", 422, reason="")
    officer.submit(f"{page}/take-back", reason="办错了项目")
    assert project(project_id).stage is UNDER_WAY
    officer.get(f"{page}/take-back", 404)
    told = officer.get(f"/audit/?subject=projects&record={project_id}").plain
    assert "办错了项目" in told


@pytest.mark.parametrize("who", ["next county", "township", "another commissioner", "institution"])
def test_a_stranger_finds_nothing(app: Flask, wang: Person, officer: Person, who: str) -> None:
    no_rules()
    project_id = of(wang)
    due = written(Milestone, project_id=project_id, title="测产", due_on=date(2022, 9, 1))
    upload(wang, f"/projects/{project_id}/steps/mid_term", ("a.pdf", PDF))
    [row] = rows()
    stranger = {
        "next county": lambda: People(app).sign_in(Role.OFFICER, NEXT_COUNTY),
        "township": lambda: People(app).sign_in(Role.TOWNSHIP, SHUITOU),
        "another commissioner": lambda: signed_in(app, somebody("李")),
        "institution": lambda: People(app).sign_in(Role.INSTITUTION, COUNTY, organisation_id=an_institution()),
    }[who]()
    home = f"/projects/{project_id}"
    for url in ("steps/mid_term", f"documents/{row.id}", "steps/mid_term/take", "steps/mid_term/ask", "application"):
        stranger.get(f"{home}/{url}", 404)
    for url in ("steps/mid_term/documents", f"documents/{row.id}/remove", "request/withdraw"):
        stranger.post(f"{home}/{url}", {"kind": "other"}, 404)
    for url in (f"milestones/{due}/done", f"milestones/{due}/reopen", "steps/mid_term/take", "steps/mid_term/return"):
        stranger.post(f"{home}/{url}", {"done_on": "2022-09-01", "words": "x", "reached_on": "2022-09-01"}, 404)
    # A document is found under its own project only.
    wang.get(f"/projects/{of(wang)}/documents/{row.id}", 404)
    assert len(rows()) == 1


# Milestones and rules


def test_one_tap_finishes_a_milestone_and_another_opens_it(wang: Person) -> None:
    project_id = of(wang)
    due = written(Milestone, project_id=project_id, title="测产", due_on=date(2022, 9, 1))
    assert "逾期" in wang.get(f"/projects/{project_id}").plain
    wang.post(f"/projects/{project_id}/milestones/{due}/done", {"done_on": "2022-09-03", "words": "亩产 120 斤"})
    shown = wang.get(f"/projects/{project_id}").plain
    assert "2022-09-03 完成" in shown
    assert "亩产 120 斤" in shown
    wang.post(f"/projects/{project_id}/milestones/{due}/reopen", {})
    assert "节点还要做" in wang.get(f"/projects/{project_id}").plain
    for wrong in (
        {"done_on": "昨天"},
        {"done_on": "2099-01-01"},
        {"done_on": ""},
        {"done_on": "2022-09-03", "words": "\u202e"},
    ):
        wang.post(f"/projects/{project_id}/milestones/{due}/done", wrong)
        assert wang.get(f"/projects/{project_id}").soup.select(".banner.bad"), wrong


def test_the_rules_are_a_list_that_the_bureau_keeps(wang: Person, officer: Person) -> None:
    made = officer.submit(
        "/step_rules/new", stage="mid_term", documents=["mid_term_report", "photo"], needs_opinion="y", note=HOSTILE
    )
    shown = officer.get(made.location)
    assert "中期报告、现场照片" in shown.plain
    assert "window.hurt" in shown.plain
    assert "中期报告、现场照片" in officer.get("/step_rules/").plain
    officer.submit("/step_rules/new", 422, stage="mid_term")
    wang.get("/step_rules/")
    wang.get("/step_rules/new", 404)
    project_id = of(wang)
    assert "材料：现场照片" in wang.get(f"/projects/{project_id}").plain


def test_a_rule_of_the_next_county_is_none_of_ours(app: Flask, officer: Person) -> None:
    rule_id = a_rule(MID_TERM)
    other = People(app).as_other_county
    other.get(f"/step_rules/{rule_id}", 404)
    assert other.get("/step_rules/").soup.select("main table") == []
