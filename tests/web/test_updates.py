"""An update from its draft to the bureau's word, as people meet it; and that nothing counts anywhere before it is approved."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select

from commissioner.access import Actor
from commissioner.domain.project_updates import submit_update
from commissioner.domain.update_reviews import approve_update, return_update, withdraw_approval
from commissioner.models import Account, Funding, db
from commissioner.vocabulary import Role, UpdateState
from tests.domain.test_update_reviews import again, state_of
from tests.factories import an_officer
from tests.people import NEXT_COUNTY, People, Person
from tests.projects import (
    GRANTED_FEN,
    a_project,
    a_target,
    counted,
    judged,
    project,
    somebody,
    submitted,
    updates_of,
    version_of,
)

SCRIPT = "<script>alert(1)</script>"
UNCOUNTED, COUNTED = "98765", "98,765"


def client_of(app: Flask, actor: Actor) -> Person:
    """The browser of exactly this account."""
    stamp = db.session.scalar(select(Account.session_stamp).where(Account.id == actor.account_id))
    return Person(app, actor, f"{actor.account_id}.{stamp}")


def test_a_draft_is_kept_gone_on_with_and_handed_in(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    browser, other = client_of(app, wang), client_of(app, li)
    saved = browser.submit(f"/projects/{project_id}/update", progress="", act="save", spent_yuan="12.5")
    page = browser.get(saved.location)
    assert "草稿" in page.plain
    assert "不计入任何数字" in page.plain
    assert "项目进展草稿还没有提交" in browser.get("/").plain
    other.get(saved.location, 404)
    assert "草稿" not in other.get(f"/projects/{project_id}").plain
    form = browser.get(f"/projects/{project_id}/update", 302).location
    assert browser.get(form).form_values()["spent_yuan"] == "12.5"
    browser.submit(form, progress="写完了", act="submit")
    assert "待审核" in browser.get(saved.location).plain
    assert "待审核" in other.get(f"/projects/{project_id}").plain
    assert updates_of(project_id) == 1


def test_a_project_without_any_money_is_reported_on_all_the_same(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    db.session.execute(delete(Funding).where(Funding.project_id == project_id))
    db.session.commit()

    saved = client_of(app, wang).submit(f"/projects/{project_id}/update", progress="改造茶园60亩", act="submit")

    assert "改造茶园60亩" in client_of(app, wang).get(saved.location).plain


def test_a_draft_is_thrown_away(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    browser = client_of(app, wang)
    saved = browser.submit(f"/projects/{project_id}/update", act="save")
    page = browser.get(saved.location)
    browser.post(f"{saved.location}/discard", {"version": "99"})
    assert updates_of(project_id) == 1
    browser.post(f"{saved.location}/discard", {"version": page.field("version")})
    assert updates_of(project_id) == 0


def test_taken_back_from_the_page_and_handed_in_again(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id)
    browser = client_of(app, wang)
    version = browser.get(f"/updates/{update_id}").field("version")
    sent = browser.post(f"/updates/{update_id}/take-back", {"version": version})
    assert sent.location == f"/updates/{update_id}/edit"
    browser.submit(sent.location, progress="改过了", act="submit")
    late = browser.post(f"/updates/{update_id}/take-back", {"version": version})
    assert late.location == f"/updates/{update_id}"
    assert state_of(update_id) is UpdateState.SUBMITTED


def test_the_bureau_reads_returns_and_approves_on_one_page(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    counted(wang, project_id, progress="上次的话", spent_fen=100, figures={target_id: Decimal(10)})
    update_id = submitted(wang, project_id, progress="这次的话", spent_fen=300, figures={target_id: Decimal(12)})
    officer, author = People(app).as_officer, client_of(app, wang)
    assert "/updates/review" in officer.get("/").links()
    page = officer.get("/updates/review")
    for said in ("上次的话", "这次的话", "10 亩", "12 亩", "1 元", "3 元"):
        assert said in page.soup.get_text()
    card = {field["name"]: field.get("value", "") for field in page.soup.select(".judge input")}
    address = f"/updates/{update_id}/review"
    refused = officer.post(address, {**card, "act": "return", "note": " "}, 422)
    assert any("请写明退回的原因" in error for error in refused.errors())
    back = officer.post(address, {**card, "act": "return", "note": "请附台账"})
    assert back.location == "/updates/review"
    assert "都处理完了" in officer.get("/updates/review").plain
    assert "项目进展被退回" in author.get("/").plain
    for url in (f"/updates/{update_id}", f"/updates/{update_id}/edit", f"/projects/{project_id}"):
        assert "请附台账" in author.get(url).plain
    author.submit(f"/updates/{update_id}/edit", progress="这次的话，附了台账", act="submit")
    again_page = officer.get("/updates/review")
    assert "上次退回：请附台账" in again_page.plain
    assert f"/updates/{update_id}/compare?one=1&other=2" in again_page.links()
    officer.submit(address, act="approve")
    assert project(project_id).spent_fen == 300


def test_a_figure_that_falls_and_money_above_the_grant_are_pointed_out_to_the_reviewer(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    counted(wang, project_id, figures={target_id: Decimal(10)})
    said = {"figures": {target_id: Decimal(9)}, "confirmed": True, "overspent_for": "设备涨价，合作社垫付"}
    submitted(wang, project_id, spent_fen=GRANTED_FEN + 1, **said)
    page = People(app).as_officer.get("/updates/review")
    assert "“示范面积”比上次通过的少" in page.plain
    assert "支出超过了下达的经费（100,000 元）" in page.plain
    assert "超支 设备涨价，合作社垫付" in page.plain


def test_two_versions_beside_each_other_with_what_differs_marked(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    update_id = submitted(wang, project_id, progress="新增茶园20亩。长势良好。", figures={target_id: Decimal(20)})
    browser = client_of(app, wang)
    browser.get(f"/updates/{update_id}/compare", 404)
    return_update(officer, update_id, judged(update_id, "面积不符"))
    draft = again(wang, project_id, update_id, progress="新增茶园12亩。长势良好。", spent_fen=100)
    submit_update(wang, project_id, draft, update_id)
    page = browser.get(f"/updates/{update_id}/compare")
    assert [one.get_text() for one in page.soup.select(".words-side del, .words-side ins")] == ["20", "12"]
    assert "面积不符" in page.plain
    table = {
        row.th.get_text(): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.soup.select(".diff tbody tr")
    }
    assert table["示范面积"] == ["20 亩", "没有说"]
    assert table["累计支出"] == ["没有说", "1 元"]
    for asked in ("one=1&other=9", "one=0&other=1"):
        browser.get(f"/updates/{update_id}/compare?{asked}", 404)
    browser.get(f"/updates/{update_id}/compare?one=x&other=")
    People(app).as_leader.get(f"/updates/{update_id}/compare", 404)


def test_a_stale_edit_shows_both_versions(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    update_id = submitted(wang, project_id, progress="原来的")
    return_update(an_officer(), update_id, judged(update_id, "补充"))
    address = f"/updates/{update_id}/edit"
    mine, theirs = client_of(app, wang), client_of(app, li)
    form = {key: value for key, value in mine.get(address).form_values().items() if key != "csrf_token"}
    theirs.submit(address, progress="他改的", act="save")
    page = mine.post(address, {**form, "progress": "我改的", "act": "submit"}, 409)
    assert [cell.get_text(strip=True) for cell in page.soup.select(".conflict tbody tr")[1].select("td")] == [
        "他改的",
        "我改的",
    ]
    assert page.form_values()["progress"] == "我改的"
    mine.post(address, {**page.form_values(), "act": "submit"})
    late = theirs.post(address, {**form, "progress": "又改的", "act": "submit"}, 409)
    assert "不能再改" in late.plain
    assert "又改的" in late.plain
    assert "我改的" in late.plain
    assert state_of(update_id) is UpdateState.SUBMITTED


def test_the_second_reviewer_sees_what_was_read_and_what_stands(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id, progress="一稿")
    officer = People(app).as_officer
    read = officer.get(f"/updates/{update_id}/review").form_values()
    return_update(an_officer(), update_id, judged(update_id, "先退的"))
    submit_update(wang, project_id, again(wang, project_id, update_id, progress="二稿"), update_id)
    page = officer.post(f"/updates/{update_id}/review", {**read, "act": "return", "note": "我写的意见"}, 409)
    for said in ("一稿", "二稿", "先退的", "我写的意见"):
        assert said in page.soup.get_text()
    assert state_of(update_id) is UpdateState.SUBMITTED


def test_two_presses_on_approve_are_one(app: Flask) -> None:
    wang = somebody()
    update_id = submitted(wang, a_project(wang))
    officer = People(app).as_officer
    read = {**officer.get(f"/updates/{update_id}/review").form_values(), "act": "approve"}
    for _ in range(2):
        officer.post(f"/updates/{update_id}/review", read)
    assert version_of(update_id) == 2


def test_an_approval_is_withdrawn_with_a_reason(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    update_id = counted(wang, project_id, spent_fen=500)
    officer = People(app).as_officer
    page = officer.get(f"/updates/{update_id}")
    said = {key: value for key, value in page.form_values().items() if key != "note"}
    officer.post(f"/updates/{update_id}/withdraw", {**said, "note": ""}, 422)
    officer.post(f"/updates/{update_id}/withdraw", {**said, "note": "报错了项目"})
    assert project(project_id).spent_fen == 0
    assert "报错了项目" in officer.get(f"/updates/{update_id}").plain


def test_the_queue_is_the_bureaus_and_of_the_own_county(app: Flask) -> None:
    wang = somebody()
    update_id = submitted(wang, a_project(wang, title="我们县的项目"))
    people = People(app)
    for person in (client_of(app, wang), people.as_leader):
        person.get("/updates/review", 404)
        person.get(f"/updates/{update_id}/review", 404)
        person.post(f"/updates/{update_id}/review", {"act": "approve"}, 404)
    stranger = people.sign_in(Role.OFFICER, NEXT_COUNTY)
    assert "我们县的项目" not in stranger.get("/updates/review").plain
    for address in ("", "/review", "/edit"):
        stranger.get(f"/updates/{update_id}{address}", 404)
    for address in ("/review", "/withdraw", "/take-back", "/discard"):
        stranger.post(f"/updates/{update_id}{address}", {"act": "approve", "note": "x"}, 404)
    assert state_of(update_id) is UpdateState.SUBMITTED


def test_markup_is_shown_as_text_on_every_page_of_an_update(app: Flask) -> None:
    wang = somebody(SCRIPT)
    project_id = a_project(wang, title=SCRIPT)
    target_id = a_target(project_id, name=SCRIPT)
    update_id = submitted(wang, project_id, progress=SCRIPT, figures={target_id: Decimal(1)})
    return_update(an_officer(), update_id, judged(update_id, SCRIPT))
    submit_update(wang, project_id, again(wang, project_id, update_id, progress=SCRIPT * 2), update_id)
    officer = People(app).as_officer
    for address in ("review", f"{update_id}", f"{update_id}/review", f"{update_id}/compare"):
        page = officer.get(f"/updates/{address}")
        assert SCRIPT in page.soup.get_text(), page.url
        assert all(tag.get("src") for tag in page.soup.find_all("script")), page.url


@pytest.fixture
def everywhere(app: Flask) -> tuple[int, int, list[Person], list[str]]:
    """A project with a target, who may look, and every page and sheet on which its figures stand."""
    wang = somebody()
    project_id = a_project(wang, title="处处可见", ends_on=None)
    target_id = a_target(project_id, target=100_000)
    people = People(app)
    looking = [people.as_officer, people.as_leader, client_of(app, wang)]
    addresses = [
        "/projects/",
        f"/projects/{project_id}",
        f"/targets/?project={project_id}",
        "/projects/export.xlsx",
        "/targets/export.xlsx",
        "/map?year=2026",
        f"/map/story/project/{project_id}.json?year=2026",
        "/annual/2026",
        f"/commissioners/{wang.commissioner_id}/year?year=2026",
        f"/commissioners/{wang.commissioner_id}",
    ]
    return project_id, target_id, looking, addresses


def told_on(person: Person, address: str) -> str:
    """The words of a page, the cells of a sheet, the numbers without their commas."""
    answer = person._fetch("GET", address)
    assert answer.status_code in {200, 404}, address
    if ".xlsx" in address and answer.status_code == 200:
        book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
        return str(book.get_sheet_by_index(0).to_python())
    return answer.get_data(as_text=True).replace(",", "")


def test_nothing_counts_on_any_page_before_it_is_approved(app: Flask, everywhere: Any) -> None:
    project_id, target_id, looking, addresses = everywhere
    wang = looking[2].actor

    def places() -> set[str]:
        """Where the figure or the money is told; the timeline of those who report shows it with its state."""
        found = set()
        for person in looking:
            for address in addresses:
                text = told_on(person, address)
                if address == f"/projects/{project_id}" and person is not looking[1]:
                    text = text.partition('class="timeline"')[0]
                if UNCOUNTED in text or "4567" in text:
                    found.add(f"{person.actor.role} {address}")
        return found

    spent = {"spent_fen": 456_700, "figures": {target_id: Decimal(UNCOUNTED)}}
    update_id = submitted(wang, project_id, **spent)
    assert places() == set()
    return_update(an_officer(), update_id, judged(update_id, "补充"))
    assert places() == set()
    submit_update(wang, project_id, again(wang, project_id, update_id, **spent), update_id)
    assert places() == set()
    approve_update(an_officer(), update_id, judged(update_id))
    told = places()
    for address in (
        "/projects/",
        f"/projects/{project_id}",
        f"/targets/?project={project_id}",
        "/projects/export.xlsx",
        "/targets/export.xlsx",
    ):
        assert f"{Role.LEADER} {address}" in told, told
    withdraw_approval(an_officer(), update_id, judged(update_id, "误报"))
    assert places() == set()
