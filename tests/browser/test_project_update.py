"""A commissioner posts an update in a real browser, on a phone and on a desk: before and after, twice clicked, two at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
SCRIPT = "<img src=x onerror='window.hurt = 1'><script>window.hurt = 1</script>"
PageAs = Callable[[Role, int], Page]


def address(live: Any, path: str) -> str:
    """``path`` on the running server."""
    return f"{getattr(live, 'url', live)}{path}"


def open_project(page: Page, live: Any) -> str:
    """Go to the first project of one's own that may be updated, and return its address."""
    page.goto(address(live, "/projects/"))
    links = page.locator("table a").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    for link in [one for one in links if re.fullmatch(r"/projects/\d+", one)]:
        page.goto(address(live, link))
        if page.get_by_role("link", name="更新进展").count():
            return str(link)
    raise AssertionError("no project of one's own is open")


def open_form(page: Page, live: Any) -> str:
    """Open the update form of the first such project, by its button; return the project's address."""
    project = open_project(page, live)
    page.get_by_role("link", name="更新进展").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("更新进展")
    return project


def fits(page: Page) -> None:
    """Nothing sticks out sideways or is closed to anybody, and what one presses is big enough for a finger."""
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = page.get_by_role("button", name="提交进展").bounding_box() if page.url.endswith("/update") else None
    assert box is None or box["height"] >= 44


@pytest.mark.parametrize("width", WIDTHS)
def test_posting_shows_before_and_after(live: Any, page_as: PageAs, width: int) -> None:
    page = page_as(Role.COMMISSIONER, width)
    project = open_form(page, live)
    fits(page)
    page.get_by_label("进展", exact=True).fill("秋茶机采结束,新增茶园102亩")
    page.get_by_label("累计支出").fill("130,000")
    page.get_by_role("button", name="提交进展").click()
    expect(page.get_by_text("进展已更新")).to_be_visible()
    expect(page.locator(".diff ins")).to_have_text(["130,000 元"])
    expect(page.locator(".diff del")).to_have_count(1)
    fits(page)
    page.goto(address(live, project))
    expect(page.locator(".timeline").get_by_text("新增茶园102亩")).to_be_visible()
    fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_wrong_is_told_in_the_summary_and_nothing_typed_is_lost(live: Any, page_as: PageAs, width: int) -> None:
    page = page_as(Role.COMMISSIONER, width)
    open_form(page, live)
    page.get_by_label("进展", exact=True).fill("写了很久的话")
    page.get_by_label("截至哪一天").fill("2050-01-01")
    page.get_by_role("button", name="提交进展").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("截至哪一天")).to_be_focused()
    expect(page.get_by_label("进展", exact=True)).to_have_value("写了很久的话")
    fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_two_at_once_see_theirs_beside_their_own(live: Any, page_as: PageAs, width: int) -> None:
    mine, theirs = page_as(Role.COMMISSIONER, width), page_as(Role.OFFICER, width)
    project = open_form(mine, live)
    mine.get_by_label("进展", exact=True).fill("我写的")
    theirs.goto(address(live, f"{project}/update"))
    theirs.get_by_label("进展", exact=True).fill("县里写的")
    theirs.get_by_role("button", name="提交进展").click()
    expect(theirs.get_by_text("进展已更新")).to_be_visible()

    mine.get_by_role("button", name="提交进展").click()
    row = mine.locator(".conflict tbody tr").first
    expect(row).to_contain_text("县里写的")
    expect(row).to_contain_text("我写的")
    expect(mine.get_by_label("进展", exact=True)).to_have_value("我写的")
    fits(mine)
    mine.get_by_role("button", name="提交进展").click()
    expect(mine.get_by_text("进展已更新")).to_be_visible()
    mine.goto(address(live, project))
    told = mine.locator(".timeline .timeline-text").all_inner_texts()
    assert told.index("我写的") < told.index("县里写的")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_double_click_is_one_update(live: Any, page_as: PageAs, width: int) -> None:
    page = page_as(Role.COMMISSIONER, width)
    project = open_form(page, live)
    page.get_by_label("进展", exact=True).fill("手抖点了两下")
    page.get_by_role("button", name="提交进展").dblclick()
    page.wait_for_url(re.compile(r"/updates/\d+$"))
    page.goto(address(live, project))
    assert page.locator(".timeline .timeline-text").all_inner_texts().count("手抖点了两下") == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_markup_stays_text(live: Any, page_as: PageAs, width: int) -> None:
    page = page_as(Role.COMMISSIONER, width)
    project = open_form(page, live)
    page.get_by_label("进展", exact=True).fill(SCRIPT)
    page.get_by_role("button", name="提交进展").click()
    expect(page.get_by_text(SCRIPT).first).to_be_visible()
    page.goto(address(live, project))
    expect(page.get_by_text(SCRIPT).first).to_be_visible()
    assert page.evaluate("window.hurt === undefined")
