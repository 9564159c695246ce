"""Four sit at one table: officer, township, commissioner and officer again, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
def test_from_a_need_to_a_posting_with_its_agreement(page_as, fits, width):
    officer, township, commissioner = (
        page_as(role, width) for role in (Role.OFFICER, Role.TOWNSHIP, Role.COMMISSIONER)
    )
    # Each width has a village of its own.
    agreed_and_posted(officer, township, commissioner, f"低温冻害怎么办（{width}）", fits, 1 if width == 390 else 2)


def agreed_and_posted(
    officer: Page, township: Page, commissioner: Page, title: str, fits: Callable[[Page], None], village: int
) -> str:
    """A need from its raising to the posting that answers it; its address."""
    # Whom the demonstration's own commissioner account stands for: the bureau proposes exactly this person.
    commissioner.goto("/commissioners/")
    links = commissioner.get_by_role("main").locator("a[href^='/commissioners/']:not([href*='export'], [href*='?'])")
    name = (links.first.text_content() or "").strip()
    need = raised(township, title, village)

    officer.goto(need)
    officer.get_by_role("button", name="受理").click()
    officer.get_by_role("link", name="找合适的特派员").click()
    fits(officer)
    officer.goto(f"{officer.url}?shown=200")
    officer.get_by_role("button", name=f"推荐 {name}", exact=True).click()
    officer.wait_for_url(re.compile(r"/matches/\d+$"))
    match = officer.url
    fits(officer)

    township.goto("/")
    township.get_by_role("link", name="推荐的特派员等您答复").click()
    township.locator("tr", has_text=title).get_by_role("link").first.click()
    township.wait_for_url(match)
    township.get_by_label("同意", exact=True).check()
    fits(township)
    township.get_by_role("button", name="提交答复").click()
    expect(township.locator(".lede")).to_contain_text("乡镇已同意")

    commissioner.goto(match)
    commissioner.get_by_label("不同意", exact=True).check()
    commissioner.get_by_role("button", name="提交答复").click()
    expect(commissioner.locator(".error-summary")).to_be_focused()
    fits(commissioner)
    commissioner.get_by_label("同意", exact=True).check()
    commissioner.get_by_role("button", name="提交答复").click()
    expect(commissioner.locator(".lede")).to_contain_text("双方已同意")

    send_and_download(officer, fits, match)
    officer.goto(need)
    expect(officer.locator(".lede")).to_contain_text("已派驻")
    fits(officer)
    return need


def send_and_download(officer: Page, fits: Callable[[Page], None], match: str) -> None:
    """Post whom both sides agreed on, and fetch the agreement."""
    officer.goto(match)
    officer.get_by_role("link", name="派驻", exact=True).click()
    fits(officer)
    officer.get_by_label("层级").select_option("county")
    officer.get_by_role("button", name="派驻").click()
    officer.wait_for_url(match)
    with officer.expect_download() as saved:
        officer.get_by_role("link", name="下载三方协议书").click()
    assert saved.value.suggested_filename.endswith(".docx")


def raised(township: Page, title: str, village: int) -> str:
    """A need that the township writes down for one of its villages: its address."""
    township.goto("/needs/new")
    township.get_by_label("需要什么").fill(title)
    field = township.locator(".field:has(#place_id)")
    field.locator(".ts-control").click()
    field.locator(".ts-dropdown .option").nth(village).click()
    township.get_by_role("button", name="提出").click()
    township.wait_for_url(re.compile(r"/needs/\d+$"))
    return township.url
