"""The township confirms what commissioners sent, in a real browser: on a phone and on a desk, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]


def send(page: Page, topic: str) -> None:
    """A commissioner sends a visit with the form alone."""
    page.goto("/visits/log")
    page.get_by_label("哪个村").select_option(label="同盟村")
    page.get_by_label("为了什么事").fill(topic)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/visits/\d+$"))


def waiting(page: Page, topic: str):
    return page.locator(".waiting-visit", has_text=topic)


@pytest.mark.parametrize("width", WIDTHS)
def test_ticked_ones_are_confirmed_and_one_is_sent_back(page_as, fits, width):
    own = page_as(Role.COMMISSIONER, width, javascript=False)
    topics = [f"{width} 第{n}次" for n in (1, 2, 3)]
    for topic in topics:
        send(own, topic)

    page = page_as(Role.TOWNSHIP, width)
    page.goto("/")
    page.get_by_role("link", name="走访等待确认").click()
    fits(page)
    for topic in topics[:2]:
        waiting(page, topic).get_by_role("checkbox").check()
    fits(page)
    page.get_by_role("button", name="确认勾选的").click()
    expect(page.locator(".banner")).to_contain_text("确认了 2 条")
    expect(waiting(page, topics[0])).to_have_count(0)

    last = waiting(page, topics[2])
    last.get_by_text("不属实？").click()
    last.get_by_label("请写明原因").fill("那天没有来")
    fits(page)
    last.get_by_role("button", name="退回").click()
    expect(page.locator(".banner")).to_contain_text("退回了 1 条")

    own.goto("/")
    expect(own.locator("main")).to_contain_text("您登记的走访被退回，请补充")


@pytest.mark.parametrize("width", WIDTHS)
def test_one_tick_for_all_of_the_page(page_as, width):
    own = page_as(Role.COMMISSIONER, width, javascript=False)
    for n in (1, 2):
        send(own, f"{width} 全选{n}")
    page = page_as(Role.TOWNSHIP, width)
    page.goto("/visits/confirm", wait_until="networkidle")
    whole = page.get_by_label(re.compile("全部勾选"))
    whole.check()
    ticks = page.locator("[name=ticked]")
    assert ticks.evaluate_all("all => all.every(one => one.checked)")

    ticks.last.uncheck()
    assert whole.evaluate("one => one.indeterminate && !one.checked")
    whole.check()
    page.get_by_role("button", name="确认勾选的").click()
    expect(page.locator(".banner")).to_contain_text("确认了")
    expect(waiting(page, f"{width} 全选")).to_have_count(0)


def test_without_javascript_the_one_tick_does_it_too(page_as):
    send(page_as(Role.COMMISSIONER, 390, javascript=False), "没有脚本")
    page = page_as(Role.TOWNSHIP, 390, javascript=False)
    page.goto("/visits/confirm", wait_until="networkidle")
    page.get_by_label(re.compile("全部勾选")).check()
    page.get_by_role("button", name="确认勾选的").click()
    expect(page.locator(".banner")).to_contain_text("确认了")
    expect(waiting(page, "没有脚本")).to_have_count(0)


def test_enter_decides_nothing(page_as):
    send(page_as(Role.COMMISSIONER, 1280, javascript=False), "不要误确认")
    page = page_as(Role.TOWNSHIP, 1280)
    page.goto("/visits/confirm", wait_until="networkidle")
    tick = waiting(page, "不要误确认").get_by_role("checkbox")
    tick.check()
    tick.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("请选择确认、退回或有异议")
    expect(tick).to_be_checked()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_other_pages_fit(page_as, fits, width):
    page = page_as(Role.TOWNSHIP, width)
    for address in ("/visits/doubles", "/visits/gaps", "/visits/gaps?days=30&waiting=3"):
        page.goto(address)
        fits(page)
    page.goto("/visits/?year=2022&kind=service")
    page.locator("td a").first.click()
    page.get_by_role("link", name=re.compile("服务天数")).first.click()
    fits(page)
