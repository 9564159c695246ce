"""The programme's whole cycle at one table: a need, a match, a posting, a project applied for, carried out, reviewed, accepted.

Four people: the township asks, the bureau decides, the commissioner works, the leader looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from commissioner.units import today
from commissioner.vocabulary import Role
from tests.browser.test_matching import agreed_and_posted

pytestmark = pytest.mark.browser
Fits = Callable[[Page], None]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TITLE = "黄汤茶加工示范"


@pytest.mark.timeout(600)
def test_from_a_need_to_an_accepted_project(page_as, fits):
    officer, leader = page_as(Role.OFFICER), page_as(Role.LEADER)
    township, commissioner = page_as(Role.TOWNSHIP, 390), page_as(Role.COMMISSIONER, 390)
    need = agreed_and_posted(officer, township, commissioner, "黄汤茶怎么加工", fits, village=3)

    project = applied_for(commissioner, fits)
    decided(officer, commissioner, project, "approved", "立项", fits, document="application", opinion="同意立项")
    decided(officer, commissioner, project, "contracted", "签订合同", fits, document="task_statement")
    decided(officer, commissioner, project, "under_way", "实施中", fits)
    promised(officer, project)

    reported(commissioner, project, "改造茶园60亩", fits)
    returned(officer, "请写明在哪个村", fits)
    leader.goto(project)
    expect(leader.get_by_role("main")).not_to_contain_text("60 / 200")
    reported_anew(commissioner, project, "在同盟村改造茶园60亩", fits)
    officer.goto("/updates/review")
    officer.get_by_role("button", name=f"通过 {TITLE}").click()
    leader.goto(project)
    expect(leader.get_by_role("main")).to_contain_text("60 / 200 亩")
    fits(leader)

    decided(officer, commissioner, project, "mid_term", "中期检查", fits, document="mid_term_report", opinion="正常")
    decided(
        officer, commissioner, project, "acceptance", "验收", fits, document="acceptance_report", opinion="通过验收"
    )
    decided(officer, commissioner, project, "closed", "结题", fits)
    leader.goto(f"/projects/?accepted={today().year}")
    expect(leader.get_by_role("main")).to_contain_text(TITLE)
    finished(township, need, fits)


def applied_for(commissioner: Page, fits: Fits) -> str:
    """The commissioner applies; the address of the project."""
    commissioner.goto("/projects/")
    commissioner.get_by_role("link", name="申报项目").click()
    commissioner.get_by_label("项目名称").fill(TITLE)
    for label, value in (("级别", "municipal"), ("类别", "general"), ("产业", "tea")):
        commissioner.get_by_label(label).select_option(value)
    field = commissioner.locator(".field:has(#place_id)")
    field.locator(".ts-control").click()
    field.locator(".ts-dropdown .option").nth(3).click()
    commissioner.get_by_label("开始日期").fill(str(today()))
    commissioner.get_by_label("做什么、怎么做").fill("改造茶园，学做黄汤")
    fits(commissioner)
    commissioner.locator("main form.form button[type=submit]").last.click()
    commissioner.wait_for_url(re.compile(r"/projects/\d+"))
    found = re.match(r".*/projects/\d+", commissioner.url)
    assert found is not None
    return found.group(0)


def decided(
    officer: Page,
    commissioner: Page,
    project: str,
    stage: str,
    label: str,
    fits: Fits,
    document: str = "",
    opinion: str = "",
) -> None:
    """The commissioner brings the document of a step, the bureau decides it."""
    step = f"{project}/steps/{stage}"
    if document:
        commissioner.goto(step)
        commissioner.get_by_label("材料种类").select_option(document)
        file = {"name": f"{label}.pdf", "mimeType": "application/pdf", "buffer": PDF + stage.encode()}
        commissioner.get_by_label("选择文件").set_input_files(file)
        commissioner.get_by_role("button", name="上传").click()
        expect(commissioner.locator(".documents")).to_contain_text(label)
        fits(commissioner)
    officer.goto(step)
    officer.get_by_role("link", name=f"办理“{label}”").click()
    officer.get_by_label("由谁决定").fill("县科技局")
    if opinion:
        officer.get_by_label("意见", exact=True).fill(opinion)
    fits(officer)
    officer.get_by_role("button", name="办理", exact=True).click()
    officer.wait_for_url(re.compile(r"/projects/\d+(/steps/\w+)?$"))
    officer.goto(project)
    expect(officer.locator(".track .stop", has_text=label).locator("time")).to_be_visible()


def promised(officer: Page, project: str) -> None:
    """What the task statement promises."""
    officer.goto(f"/targets/new?project_id={project.rsplit('/', 1)[1]}")
    officer.locator("#name").fill("改造面积")
    officer.locator("#unit").select_option("mu")
    officer.locator("#target_value").fill("200")
    officer.get_by_role("button", name="保存").click()
    officer.wait_for_url(re.compile(r"/(projects|targets)/\d+"))


def reported(commissioner: Page, project: str, words: str, fits: Fits) -> None:
    """The commissioner hands an update in."""
    commissioner.goto(f"{project}/update")
    commissioner.get_by_label("改造面积").fill("60")
    written(commissioner, words, fits)


def written(commissioner: Page, words: str, fits: Fits) -> None:
    """The words of an update, handed in."""
    commissioner.locator("#progress").fill(words)
    fits(commissioner)
    commissioner.get_by_role("button", name="提交审核").click()
    commissioner.wait_for_url(re.compile(r"/updates/\d+$"))


def returned(officer: Page, note: str, fits: Fits) -> None:
    """The bureau gives the update back, with a note."""
    officer.goto("/updates/review")
    row = officer.locator("li.review", has_text=TITLE)
    row.locator("summary", has_text="退回").click()
    row.locator("textarea[name=note]").fill(note)
    fits(officer)
    row.get_by_role("button", name="退回给填报的人").click()
    expect(officer.get_by_role("main")).not_to_contain_text(TITLE)


def reported_anew(commissioner: Page, project: str, words: str, fits: Fits) -> None:
    """What came back is written anew and handed in again."""
    commissioner.goto(project)
    commissioner.locator(".timeline a[href*='/updates/']").first.click()
    commissioner.locator("main a[href$='/edit']").first.click()
    written(commissioner, words, fits)


def finished(township: Page, need: str, fits: Fits) -> None:
    """The township says what came of its need."""
    township.goto(need)
    expect(township.locator(".lede")).to_contain_text("已派驻")
    township.locator("main a[href$='/finish']").click()
    township.locator("main form.form textarea").fill("夏秋茶做成了黄汤")
    fits(township)
    township.locator("main form.form button[type=submit]").click()
    expect(township.locator(".lede")).to_contain_text("已完成")
