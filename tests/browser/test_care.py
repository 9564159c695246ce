"""Care visits and problems in a real browser: a campaign planned, a stop visited, a problem handed over, answered, solved."""

import re

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
PROBLEM = re.compile(r"/problems/\d+$")


def raise_problem(page: Page, words: str) -> str:
    """Say what is wrong, from the link at the foot of the page; the address of what it made."""
    page.goto("/")
    page.get_by_role("link", name="意见反馈").click()
    page.get_by_label("问题", exact=True).fill(words)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(PROBLEM)
    return page.url


@pytest.mark.parametrize("width", WIDTHS)
def test_a_problem_is_handed_over_answered_and_solved(page_as, live, fits, width):
    words = f"登记表打印出来少一列（{width}）"
    raiser, officer, township = (page_as(role, width) for role in (Role.TOWNSHIP, Role.OFFICER, Role.TOWNSHIP))
    address = raise_problem(raiser, words)
    fits(raiser)

    officer.goto(address)
    officer.get_by_role("link", name="交办").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text("交办")
    fits(officer)
    # Before the picker, which takes the focus back for a moment after a choice.
    officer.get_by_label("对承办人说的话").fill("请看看是哪一列")
    field = officer.locator(".field:has(#owner_id)")
    field.locator(".ts-control").click()
    username, _password = live.passwords[Role.TOWNSHIP]
    field.locator(".dropdown-input").press_sequentially(username)
    field.locator(".ts-dropdown .option", has_text=f"· {username}").click()
    expect(field.locator(".item")).to_contain_text(username)
    officer.keyboard.press("Escape")
    officer.get_by_role("button", name="交办").click()
    officer.wait_for_url(address)
    expect(officer.locator(".thread")).to_contain_text("请看看是哪一列")

    township.goto("/")
    township.get_by_role("link", name="交给您办的问题").click()
    township.get_by_role("link", name=words).click()
    township.wait_for_url(address)
    township.get_by_label("已经解决").check()
    township.get_by_role("button", name="提交答复").click()
    expect(township.locator(".error-summary")).to_be_focused()
    fits(township)
    township.get_by_label("答复", exact=True).fill("是备注列，已经加上")
    township.get_by_role("button", name="提交答复").click()
    township.wait_for_url(address)
    expect(township.locator(".lede")).to_contain_text("已解决")
    expect(township.locator(".thread")).to_contain_text("是备注列，已经加上")
    fits(township)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_problem_is_answered_without_javascript(page_as, width):
    page = page_as(Role.TOWNSHIP, width, javascript=False)
    raise_problem(page, "没有脚本也能反映")
    page.get_by_label("答复", exact=True).fill("没有脚本也能答复")
    page.get_by_label("不再处理").check()
    page.get_by_role("button", name="提交答复").click()
    expect(page.locator(".lede")).to_contain_text("不再处理")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_campaign_is_planned_and_a_stop_leads_to_its_care_visit(page_as, fits, width):
    page = page_as(Role.OFFICER, width)
    page.goto("/campaigns/new")
    page.get_by_label("名称").fill(f"冬季关爱 {width}")
    page.get_by_label("开始日期").fill("2026-01-01")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="把在派特派员都列进来").click()
    fits(page)
    page.get_by_label(re.compile("水头镇 · 茶叶专家甲")).uncheck()
    page.get_by_role("button", name="列进计划").click()
    page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    expect(page.get_by_role("heading", name="还没走到")).to_be_visible()
    fits(page)
    page.get_by_role("link", name=re.compile("^记关爱走访")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登记走访")
    assert "campaign_id=" in page.url
