"""A commissioner reports in a real browser, on a phone and on a desk, and the bureau judges: twice clicked, two at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
SPENT_YUAN = 130_000
FINGER_PX = 44
HANDED_IN = "已提交，等县科技局审核"
SCRIPT = "<img src=x onerror='window.hurt = 1'><script>window.hurt = 1</script>"
PageAs = Callable[..., Page]
Fits = Callable[[Page], None]


def open_form(page: Page) -> str:
    """Open the update form of the first project of one's own by its button; return the project's address."""
    page.goto("/projects/")
    links = page.locator("table a").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    for link in [str(one) for one in links if re.fullmatch(r"/projects/\d+", one)]:
        page.goto(link)
        if page.get_by_role("link", name="更新进展").count():
            page.get_by_role("link", name="更新进展").first.click()
            expect(page.get_by_role("heading", level=1)).to_have_text("更新进展")
            return link
    raise AssertionError("no project of one's own is open")


def say(page: Page, words: str) -> None:
    """Write the progress."""
    page.get_by_label("进展", exact=True).fill(words)


def send(page: Page) -> None:
    """Press the button: whoever reviews approves with it."""
    page.get_by_role("button", name=re.compile("提交审核|提交并通过")).click()


def told(page: Page, project: str) -> list[str]:
    """What the project's page tells, the latest first."""
    page.goto(project)
    return page.locator(".timeline .timeline-text").all_inner_texts()


@pytest.mark.parametrize("width", WIDTHS)
def test_posting_shows_before_and_after(page_as: PageAs, fits: Fits, width: int) -> None:
    page = page_as(Role.COMMISSIONER, width)
    project = open_form(page)
    fits(page)
    box = page.get_by_role("button", name="提交审核").bounding_box()
    assert box is not None
    assert box["height"] >= FINGER_PX
    say(page, f"秋茶机采结束，新增茶园{width}亩")
    spent_yuan = f"{SPENT_YUAN + width:,}"
    page.get_by_label("省级资金").fill(spent_yuan)
    page.get_by_text("更正或超支的说明").click()
    page.get_by_label("超支说明").fill("省级资金追加，批文在后")
    send(page)
    expect(page.get_by_text(HANDED_IN)).to_be_visible()
    expect(page.locator(".diff ins").first).to_have_text(f"{spent_yuan} 元")
    expect(page.locator(".diff del")).to_have_count(2)
    expect(page.get_by_text("省级资金追加，批文在后")).to_be_visible()
    fits(page)
    assert f"秋茶机采结束，新增茶园{width}亩" in told(page, project)
    fits(page)


def test_it_works_without_javascript(page_as: PageAs) -> None:
    page = page_as(Role.COMMISSIONER, 390, javascript=False)
    project = open_form(page)
    say(page, "没有脚本也能填")
    send(page)
    expect(page.get_by_text(HANDED_IN)).to_be_visible()
    assert told(page, project)[0] == "没有脚本也能填"


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_wrong_is_told_in_the_summary_and_nothing_typed_is_lost(
    page_as: PageAs, fits: Fits, width: int
) -> None:
    page = page_as(Role.COMMISSIONER, width)
    open_form(page)
    say(page, "写了很久的话")
    page.get_by_label("截至哪一天").fill("2050-01-01")
    send(page)
    expect(page.locator(".error-summary")).to_be_focused()
    fits(page)
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("截至哪一天")).to_be_focused()
    expect(page.get_by_label("进展", exact=True)).to_have_value("写了很久的话")


@pytest.mark.parametrize("width", WIDTHS)
def test_two_at_once_see_theirs_beside_their_own(page_as: PageAs, fits: Fits, width: int) -> None:
    mine, theirs = page_as(Role.COMMISSIONER, width), page_as(Role.OFFICER, width)
    my_words, their_words = f"我写的{width}", f"县里写的{width}"
    project = open_form(mine)
    say(mine, my_words)
    theirs.goto(f"{project}/update")
    say(theirs, their_words)
    send(theirs)
    expect(theirs.get_by_text("进展已更新")).to_be_visible()

    send(mine)
    row = mine.locator(".conflict tbody tr").nth(1)
    expect(row).to_contain_text(their_words)
    expect(row).to_contain_text(my_words)
    expect(mine.get_by_label("进展", exact=True)).to_have_value(my_words)
    fits(mine)
    send(mine)
    expect(mine.get_by_text("已提交，等县科技局审核")).to_be_visible()
    assert told(mine, project)[:2] == [my_words, their_words]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_double_click_is_one_update(page_as: PageAs, width: int) -> None:
    page = page_as(Role.COMMISSIONER, width)
    project = open_form(page)
    words = f"手抖点了两下{width}"
    say(page, words)
    page.get_by_role("button", name="提交审核").dblclick()
    page.wait_for_url(re.compile(r"/updates/\d+$"))
    assert told(page, project).count(words) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_markup_stays_text(page_as: PageAs, width: int) -> None:
    page = page_as(Role.COMMISSIONER, width)
    project = open_form(page)
    say(page, SCRIPT)
    send(page)
    expect(page.get_by_text(SCRIPT).first).to_be_visible()
    assert SCRIPT in told(page, project)
    assert page.evaluate("window.hurt === undefined")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_draft_is_handed_in_returned_mended_and_approved(page_as: PageAs, fits: Fits, width: int) -> None:
    author, bureau = page_as(Role.COMMISSIONER, width), page_as(Role.OFFICER, width)
    first, second = f"先报的话，宽{width}，新增茶园20亩。", f"先报的话，宽{width}，新增茶园12亩。"
    project = open_form(author)
    author.get_by_role("button", name="存草稿").click()
    expect(author.get_by_text("草稿只有您自己看得到").first).to_be_visible()
    author.goto(f"{project}/update")
    say(author, first)
    send(author)
    address = author.url

    bureau.goto("/updates/review")
    fits(bureau)
    card = bureau.locator(".review", has_text=f"宽{width}")
    yes = card.get_by_role("button", name="通过").bounding_box()
    assert yes is not None
    assert yes["height"] >= FINGER_PX
    card.locator("summary", has_text="退回").click()
    card.get_by_label("退回原因").fill("面积和台账不符")
    fits(bureau)
    card.get_by_role("button", name="退回给填报的人").click()
    expect(bureau.get_by_text("已退回，填报的人会在首页看到")).to_be_visible()

    author.goto("/")
    expect(author.get_by_text("项目进展被退回")).to_be_visible()
    author.goto(address)
    expect(author.get_by_text("面积和台账不符").first).to_be_visible()
    author.get_by_role("link", name="修改后再提交").click()
    say(author, second)
    send(author)
    expect(author.get_by_text(HANDED_IN)).to_be_visible()

    bureau.goto("/updates/review")
    bureau.locator(".review", has_text=f"宽{width}").get_by_role("link", name="看改了什么").click()
    expect(bureau.locator(".words-side del")).to_have_text(["20"])
    expect(bureau.locator(".words-side ins")).to_have_text(["12"])
    fits(bureau)
    bureau.goto("/updates/review")
    bureau.locator(".review", has_text=f"宽{width}").get_by_role("button", name="通过").click()
    expect(bureau.get_by_text("已通过，计入项目的数字")).to_be_visible()
    assert second in told(author, project)
