"""The page on which a commissioner posts an update, and what others see of it afterwards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask

from commissioner.access import Actor
from commissioner.domain.project_updates import submit_update
from commissioner.units import today
from commissioner.vocabulary import ProjectStage, Role, Unit
from tests.people import NEXT_COUNTY, People, Person
from tests.projects import (
    a_project,
    a_target,
    an_update,
    audit_lines,
    counted,
    somebody,
    submitted,
    updates_of,
)

SCRIPT = "<script>alert(1)</script>"


def client_of(app: Flask, actor: Actor) -> Person:
    """A browser of somebody who carries the same projects out as ``actor``."""
    return People(app).sign_in(Role.COMMISSIONER, commissioner_id=actor.commissioner_id)


def form_of(project_id: int) -> str:
    """The address of the update form."""
    return f"/projects/{project_id}/update"


def said(target_id: int, figure: str) -> dict[str, Any]:
    """A figure as the form sends it."""
    return {f"figure_{target_id}": figure}


def test_a_commissioner_posts_an_update_and_sees_before_and_after(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    browser = client_of(app, wang)
    assert form_of(project_id) in browser.get(f"/projects/{project_id}").links()
    sent = browser.submit(
        form_of(project_id),
        progress="新增茶园102亩",
        spent_yuan="45,000",
        **said(target_id, "102"),
    )
    page = browser.get(sent.location)
    assert "已提交，等县科技局审核" in page.plain
    assert [cell.get_text(strip=True) for cell in page.soup.select(".diff tbody td")] == [
        "空", "102 亩", "空", "45,000 元",
    ]  # fmt: skip
    story = browser.get(f"/projects/{project_id}")
    assert "新增茶园102亩" in story.plain
    assert "待审核" in story.plain
    assert "102 / 200" not in story.plain
    update_id = sent.location.rpartition("/")[2]
    officer = People(app).as_officer
    officer.submit(f"/updates/{update_id}/review", act="approve")
    story = browser.get(f"/projects/{project_id}")
    assert "待审核" not in story.plain
    assert "102 / 200 亩 · 51%" in story.plain
    assert story.soup.select_one('progress[value="102"][max="200"]') is not None


def test_of_one_day_the_latest_comes_first(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    for words in ("先写的", "后写的"):
        submitted(wang, project_id, progress=words)
    page = client_of(app, wang).get(f"/projects/{project_id}")
    told = [one.get_text(strip=True) for one in page.soup.select(".timeline .timeline-text")]
    assert told.index("后写的") < told.index("先写的")


def test_the_form_shows_what_was_last_said_and_asks_for_no_more_than_words(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id, unit=Unit.HOUSEHOLDS)
    counted(wang, project_id, spent_fen=123_456, figures={target_id: Decimal(50)})
    browser = client_of(app, wang)
    page = browser.get(form_of(project_id))
    for said_before in ("目标 200户", "上次 50户", "25%"):
        assert said_before in page.plain
    assert "上次 1,234.56 元" in page.plain
    assert page.field("reported_on") == str(today())
    browser.submit(form_of(project_id), progress="一切如常")
    assert updates_of(project_id) == 2


def test_anothers_project_is_not_there(app: Flask) -> None:
    wang, stranger = somebody(), somebody()
    project_id = a_project(wang)
    update_id = submitted(wang, project_id)
    outside = [client_of(app, stranger), People(app).sign_in(Role.OFFICER, NEXT_COUNTY)]
    for browser in outside:
        for address in ("", "/update"):
            browser.get(f"/projects/{project_id}{address}", 404)
        for address in ("", "/edit", "/compare"):
            browser.get(f"/updates/{update_id}{address}", 404)
        browser.post(form_of(project_id), {"progress": "冒名"}, 404)
    assert updates_of(project_id) == 1


def test_who_only_reads_is_offered_no_button_and_has_no_form(app: Flask) -> None:
    project_id = a_project(somebody())
    leader = People(app).as_leader
    assert form_of(project_id) not in leader.get(f"/projects/{project_id}").links()
    leader.get(form_of(project_id), 404)
    leader.get(f"/projects/{project_id}/steps/closed/take", 404)


def test_somebody_has_changed_this_here_is_theirs(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    target_id = a_target(project_id)
    browser = client_of(app, wang)
    mine = browser.get(form_of(project_id)).form_values()
    theirs = an_update(li, project_id, progress="他们先写的", spent_fen=300_000, figures={target_id: Decimal(30)})
    submit_update(li, project_id, theirs)
    mine.update({"progress": "我后写的", f"figure_{target_id}": "40"})
    page = browser.post(form_of(project_id), mine, 409)
    beside = {
        row.select("th")[0].get_text(): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.soup.select(".conflict tbody tr")
    }
    assert beside["进展"] == ["他们先写的", "我后写的"]
    assert beside["示范面积"] == ["30 亩", "40 亩"]
    assert beside["累计支出"] == ["3,000 元", "不变"]
    assert li.name in page.plain
    assert updates_of(project_id) == 1

    again = page.form_values()
    assert (again["progress"], again[f"figure_{target_id}"]) == ("我后写的", "40")
    sent = browser.post(form_of(project_id), again)
    assert updates_of(project_id) == 2
    assert "我后写的" in browser.get(sent.location).plain


def test_a_double_click_makes_one_update_and_leads_to_it(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    browser = client_of(app, wang)
    filled = {**browser.get(form_of(project_id)).form_values(), "progress": "点了两下"}
    first, second = (browser.post(form_of(project_id), filled) for _ in range(2))
    assert first.location == second.location
    assert updates_of(project_id) == 1


def test_markup_is_shown_as_text_everywhere(app: Flask) -> None:
    wang = somebody(SCRIPT)
    project_id = a_project(wang, title=SCRIPT)
    target_id = a_target(project_id, name=SCRIPT)
    browser = client_of(app, wang)
    stale = {**browser.get(form_of(project_id)).form_values(), "progress": SCRIPT, "correction": SCRIPT}
    sent = browser.submit(form_of(project_id), progress=SCRIPT, correction=SCRIPT, **said(target_id, "3"))
    pages = [
        browser.get(sent.location),
        browser.get(f"/projects/{project_id}"),
        browser.get("/projects/"),
        browser.post(form_of(project_id), {**stale, "client_id": ""}, 409),
        browser.submit(form_of(project_id), 422, progress=SCRIPT, reported_on="2050-01-01"),
    ]
    for page in pages:
        assert SCRIPT in page.soup.get_text() or SCRIPT in str(page.form_values()), page.url
        assert all(tag.get("src") for tag in page.soup.find_all("script")), page.url


# Told in one story, because each differs from the next in a single field.
FAULTS: list[tuple[dict[str, str], str]] = [
    ({"reported_on": str(today() + timedelta(days=1))}, "日期不能在今天之后"),
    ({"reported_on": "2022-02-28"}, "项目 2022-03-01 才开始"),
    ({"reported_on": "去年"}, "请按 2022-06-15 的样子填写日期"),
    ({"reported_on": ""}, "请填写“截至哪一天”"),
    ({"progress": ""}, "请用几句话写写进展"),
    ({"progress": "看不\x07见"}, "控制字符"),
    ({"progress": "改\u202e方向"}, "控制字符"),
    ({"spent_yuan": "-1"}, "不能是负数"),
    ({"spent_yuan": "99999999999999"}, "数字太大"),
    ({"spent_yuan": "1.005"}, "最多 2 位小数"),
    ({"spent_yuan": "很多"}, "请填数字"),
    ({"spent_yuan": "1e9"}, "请填数字"),
    ({"figure": "-3"}, "不能是负数"),
    ({"figure": "9999999999999"}, "数字太大"),
    ({"figure": "1.5"}, "请填整数"),
    ({"correction": "字" * 201}, "最多 200 个字"),
]


def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_lost(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id, unit=Unit.PERSONS)
    browser = client_of(app, wang)
    for changes, words in FAULTS:
        typed: dict[str, Any] = {"progress": "我写了很久", "spent_yuan": "12.5", **changes}
        if "figure" in typed:
            typed[f"figure_{target_id}"] = typed.pop("figure")
        page = browser.submit(form_of(project_id), 422, **typed)
        assert any(words in error for error in page.errors()), (changes, page.errors())
        kept = page.form_values()
        for name, value in typed.items():
            if "\x07" not in value:
                assert kept[name] == value, changes
        assert page.soup.select_one(".error-summary a[href^='#']") is not None, changes
    assert updates_of(project_id) == 0


def test_a_hundred_thousand_characters_are_refused_and_kept(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    much = "茶" * 100_000
    page = client_of(app, wang).submit(form_of(project_id), 422, progress=much)
    assert page.form_values()["progress"] == much
    assert "最多 5000 个字" in page.plain
    assert updates_of(project_id) == 0


def test_more_than_was_granted_is_refused_without_a_reason_that_is_then_shown(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    browser = client_of(app, wang)
    page = browser.submit(form_of(project_id), 422, progress="设备到货", spent_yuan="100000.01")
    assert any("支出超过了下达的经费（100,000 元）" in error for error in page.errors())
    again = {**page.form_values(), "confirmed": "y"}
    assert browser.post(form_of(project_id), again, 422).errors()
    assert updates_of(project_id) == 0
    sent = browser.post(form_of(project_id), {**again, "overspent_for": "设备涨价，合作社垫付"})
    assert updates_of(project_id) == 1
    for url in (sent.location, f"/projects/{project_id}"):
        assert "超支 设备涨价，合作社垫付" in browser.get(url).plain


def test_a_project_that_is_over_says_so(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang, stage=ProjectStage.CLOSED)
    browser = client_of(app, wang)
    assert form_of(project_id) not in browser.get(f"/projects/{project_id}").links()
    assert "项目已经“结题”" in browser.get(form_of(project_id), 400).plain


def test_the_bureau_names_who_leads(app: Flask) -> None:
    wang, li, stranger = somebody("王"), somebody("李"), somebody("张")
    project_id = a_project(wang, li)
    officer, address = People(app).as_officer, f"/projects/{project_id}"
    assert "王 负责" in officer.get(address).plain
    for _ in range(2):
        officer.post(f"{address}/lead", {"commissioner_id": li.commissioner_id})
    assert "李 负责" in officer.get(address).plain
    for nobody in (stranger.commissioner_id, "", "x"):
        officer.post(f"{address}/lead", {"commissioner_id": nobody}, 404)
    client_of(app, wang).post(f"{address}/lead", {"commissioner_id": wang.commissioner_id}, 404)
    assert [line.action for line in audit_lines()] == ["projects.lead"]


def test_the_pages_of_pingyang(people: People) -> None:
    officer = people.as_officer
    listed = officer.get("/projects/?year=2022&level=provincial&kind=individual")
    assert "共 6 条" in listed.plain
    address = next(link for link in listed.links() if link.removeprefix("/projects/").isdigit())
    page = officer.get(address)
    assert "示例" in page.plain
    told = [one for one in page.links() if one.startswith("/updates/")]
    assert told
    for link in told:
        officer.get(link)
    officer.get(f"{address}/update")
    officer.get(f"{address}/steps/under_way")
    for subject in ("targets", "milestones", "fundings", "project_places"):
        officer.get(f"/{subject}/?project={address.removeprefix('/projects/')}")
        officer.get(f"/{subject}/new?project_id={address.removeprefix('/projects/')}")
