"""Every main page on a phone and on a desk: open to everybody (axe), no error, no foreign request, nothing sticking out."""

import pytest
from playwright.sync_api import expect

from commissioner.domain.subjects import SUBJECTS
from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
PAGES = {
    Role.ADMINISTRATOR: ("/", "/accounts/", "/accounts/new", "/settings", "/audit/", "/patterns", "/password"),
    Role.OFFICER: (
        "/",
        "/registers",
        "/search?q=茶",
        "/annual/2022",
        "/annual/2022/impacts/employment",
        "/visits/new?kind=care",
        "/nothing",
        *(f"/{name}/" for name in ("visits", "places", "projects", "bases", "impacts", "indicators")),
        *(f"/{name}/new" for name in ("postings", "needs", "commissioners")),
        "@",
    ),
    Role.TOWNSHIP: ("/", "/visits/", "/visits/log", "/needs/new", "/problems/"),
    Role.COMMISSIONER: ("/", "/visits/", "/projects/", "/visits/log"),
    Role.INSTITUTION: ("/", "/commissioners/", "/postings/"),
    Role.LEADER: (
        *("/", "/annual/2022", "/instructions/", "/places/?unserved=1"),
        *(
            f"{path}?on=2022-06-15"
            for path in ("/", "/places/", "/organisations/1", "/batches/1", "/bases/1", "/postings/1")
        ),
    ),
}
# A page of a record has a form of its own for each of these.
RECORDS = [name for name, one in SUBJECTS.items() if not one.parent]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("role", Role)
def test_pages_are_open_to_everybody(page_as, fits, role, width):
    page = page_as(role, width)
    for address in PAGES[role]:
        for one in first_of_each(page) if address == "@" else (address,):
            page.goto(one)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            fits(page)


def first_of_each(page):
    """The page of the first record on each list."""
    for name in RECORDS:
        page.goto(f"/{name}/")
        link = page.locator("table.listing tbody a").first
        if link.count():
            yield link.get_attribute("href")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_door(page_as, fits, live, width):
    page = page_as(None, width)
    page.goto("/visits/?year=2022")
    fits(page)
    username, password = live.passwords[Role.LEADER]
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill("not-the-password")
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".error-summary")).to_be_focused()
    fits(page)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()

    page.wait_for_url("**/visits/?year=2022")
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


@pytest.mark.parametrize("width", WIDTHS)
def test_english_and_large_type_stay_chosen(page_as, fits, width):
    page = page_as(Role.OFFICER, width)
    page.goto("/visits/")
    if width < WIDTHS[-1]:
        page.locator(".account summary").click()
    page.locator("button[name=language]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Visits")
    page.locator("button[name=large_type]").click()
    expect(page.locator("html")).to_have_class("large-type")
    for address in ("/", "/projects/", "/visits/log", "/annual/2022"):
        page.goto(address)
        fits(page)
    page.locator("button[name=large_type]").click()
    expect(page.locator("html")).not_to_have_class("large-type")


def test_a_keyboard_reaches_the_text_first_and_the_search_with_a_slash(page_as):
    page = page_as(Role.OFFICER, 1280)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("tmc")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("同盟村")


def test_paper_shows_the_record_and_not_the_buttons(page_as):
    page = page_as(Role.OFFICER, 1280)
    page.goto("/annual/2022")
    page.emulate_media(media="print")

    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator(".print-head")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
