"""A screen on a wall: opened without a sign-in, kept fresh for hours, honest when cut off, and ended with its link."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from commissioner.vocabulary import Role
from tests.browser.phone import until
from tests.browser.test_visit_log import VISIT, fill

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
MINUTE = 61_000


@pytest.fixture
def link(page_as):
    """Make a link as a leader does; its path."""

    def make(query: str = "year=2022", name: str = "三楼会议室", moment: str = "") -> str:
        page = page_as(Role.LEADER)
        page.goto(f"/walls/new?{query}")
        page.get_by_label("名称").fill(name)
        if moment:
            page.get_by_label("显示到哪一天").select_option(moment)
        page.get_by_role("button", name="生成链接").click()
        return urlsplit(page.locator("code.address").inner_text()).path

    return make


def open_wall(page: Page, path: str) -> Page:
    page.clock.install()
    page.goto(path)
    expect(page.frame_locator(".wall-view").locator("html[data-ready=yes]")).to_have_count(1)
    expect(page.locator(".wall-state")).to_contain_text("更新")
    expect(page.locator(".wall-panel").first).to_be_visible()
    return page


def visits(page: Page):
    return page.locator(".wall-figures > div", has_text="走访").locator("b")


def drawn_visits(page: Page) -> int:
    """How many visits the framed map was told of last."""
    document = page.evaluate(
        "async (url) => (await fetch(url, { credentials: 'omit' })).json()",
        page.locator(".wall").get_attribute("data-points-url"),
    )
    return sum(document["townships"]["visits"]) + sum(document["villages"]["visits"])


@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_for_nobody_and_fits(page_as, fits, link, width):
    page = open_wall(page_as(None, width), link())
    expect(page.locator(".wall-title")).to_have_text("三楼会议室")
    expect(page.locator(".wall-said")).to_contain_text("2022年12月31日")
    expect(visits(page)).to_have_text("131")
    assert page.context.cookies() == []
    if width == 1280:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "a wall does not scroll"
    fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_around_it_fit(page_as, fits, link, width):
    link()
    page = page_as(Role.LEADER, width)
    page.goto("/map?year=2022" if width == 1280 else "/walls/new?year=2022")
    if width == 1280:
        page.get_by_role("link", name="投到大屏").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("投到大屏")
    fits(page)
    page.goto("/walls/")
    expect(page.locator("h2").first).to_contain_text("三楼会议室")
    fits(page)
    page.goto("/wall/nothing")
    expect(page.get_by_role("heading", level=1)).to_have_text("这个链接打不开")
    fits(page)


def test_a_visit_that_is_logged_meanwhile_is_on_the_wall_within_a_minute(page_as, link):
    page = open_wall(page_as(None), link("", moment="today"))
    before = int(visits(page).inner_text())
    heard = page.evaluate_handle(
        """() => {
          const heard = [];
          const frame = document.querySelector(".wall-view").contentWindow;
          frame.addEventListener("message", ({ data }) => heard.push(data.type));
          return heard;
        }"""
    )
    township = page_as(Role.TOWNSHIP)
    fill(township, "大屏上看得到的走访")
    township.get_by_role("button", name="保存").click()
    township.wait_for_url(VISIT)

    expect(visits(page)).to_have_text(str(before))
    page.clock.fast_forward(MINUTE)
    expect(visits(page)).to_have_text(str(before + 1))
    assert drawn_visits(page) == before + 1
    assert heard.json_value() == ["afresh"]
    page.clock.fast_forward(MINUTE)
    page.wait_for_timeout(500)
    assert heard.json_value() == ["afresh"], "what is the same is not drawn again"


def test_cut_off_it_says_of_when_it_is_and_goes_on_by_itself(page_as, road, link):
    path = link()
    page = open_wall(page_as(None, url=road.url, unplugged=True), path)
    good = page.locator(".wall-state").inner_text().split()[0]
    for trouble in ("lost", 502, 404):
        road.weather = lambda _method, where, trouble=trouble: trouble if where.endswith(".json") else None
        page.clock.fast_forward(MINUTE)
        expect(page.locator(".wall-state")).to_contain_text("连接断开")
        expect(page.locator(".wall-state")).to_contain_text(good)
        expect(visits(page)).to_have_text("131")

    road.weather = lambda _method, _path: None
    page.clock.fast_forward(MINUTE)
    expect(page.locator(".wall-state")).not_to_contain_text("连接断开")
    assert page.locator(".wall-state").inner_text().split()[0] != good


def test_what_one_minute_did_not_bring_the_next_one_does(page_as, road, link):
    """Opened while half of the server does not answer, it becomes whole by itself."""
    path = link()
    road.weather = lambda _method, where: 503 if where.endswith(("/board.json", "/frame")) else None
    page = page_as(None, url=road.url, unplugged=True)
    page.clock.install()
    page.goto(path)
    expect(page.locator(".wall-state")).to_contain_text("连接断开")
    expect(page.locator(".wall-panel")).to_have_count(0)

    road.weather = lambda _method, _path: None
    page.clock.fast_forward(MINUTE)
    expect(page.locator(".wall-panel").first).to_be_visible()
    expect(page.frame_locator(".wall-view").locator("html[data-ready=yes]")).to_have_count(1)


def test_a_withdrawn_link_goes_quiet_and_asks_no_more(page_as, link):
    page = open_wall(page_as(None, unplugged=True), link(name="要收回的"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    officer = page_as(Role.OFFICER)
    officer.goto("/walls/")
    card = officer.locator("section", has=officer.locator("h2", has_text="要收回的"))
    card.locator("summary").click()
    card.get_by_role("button", name="确认收回").click()
    expect(officer.locator(".banner")).to_contain_text("已收回")

    page.clock.fast_forward(MINUTE)
    expect(page.locator(".wall-gone")).to_contain_text("这个链接已经收回")
    expect(page.locator(".wall, iframe")).to_have_count(0)
    del asked[:]
    page.clock.fast_forward(10 * MINUTE)
    page.wait_for_timeout(300)
    assert asked == []


def test_another_release_opens_the_page_anew(page_as, link):
    page = open_wall(page_as(None), link())
    page.evaluate("window.isTheOldOne = true")

    def other_release(route: Route) -> None:
        answer = route.fetch(headers={})  # without the mark of what is known, so that there is an answer to change
        route.fulfill(response=answer, body=json.dumps({**answer.json(), "release": "another"}))

    page.route(re.compile(r"/figures\.json"), other_release, times=1)
    with page.expect_navigation():
        page.clock.fast_forward(MINUTE)
    assert page.evaluate("window.isTheOldOne === undefined")
    expect(page.locator(".wall-title")).to_have_text("三楼会议室")


def test_panels_turn_by_themselves_by_keys_and_by_buttons(page_as, link):
    path = link()
    calm = open_wall(page_as(None), path)
    shown = ".wall-panel:not(.away) h2"
    titles = calm.locator(".wall-panel h2").all_text_contents()
    assert len(titles) > 2
    calm.clock.fast_forward(16_000)
    expect(calm.locator(shown)).to_have_text(titles[0])  # motion is not wanted: nothing turns by itself
    calm.keyboard.press("ArrowRight")
    expect(calm.locator(shown)).to_have_text(titles[1])
    calm.keyboard.press("ArrowLeft")
    calm.keyboard.press("ArrowLeft")
    expect(calm.locator(shown)).to_have_text(titles[-1])
    calm.get_by_role("button", name="下一页").click()
    expect(calm.locator(shown)).to_have_text(titles[0])
    calm.keyboard.press("f")
    until(calm, "document.fullscreenElement !== null")

    page = page_as(None)
    page.emulate_media(reduced_motion="no-preference")
    open_wall(page, path)
    page.clock.fast_forward(16_000)
    expect(page.locator(shown)).to_have_text(titles[1])
    page.get_by_role("button", name="停下").click()
    page.clock.fast_forward(40_000)
    expect(page.locator(shown)).to_have_text(titles[1])


def test_leaders_pages_ask_no_other_host(page_as, live, link):
    """Map, frame, dashboard and wall, with all that they ask for: every request, by whatever means, is ours."""
    path = link()
    hosts: set[str] = set()
    for role, address in ((Role.LEADER, "/map?year=2022"), (Role.LEADER, "/dashboard?year=2022"), (None, path)):
        page = page_as(role)
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("websocket", lambda socket, asked=asked: asked.append(socket.url))
        page.goto(address)
        if "/dashboard" not in address:
            frame = page.frame_locator("iframe")
            expect(frame.locator("html[data-ready=yes]")).to_have_count(1)
            frame.get_by_role("button", name="放大").click()
        page.wait_for_load_state("networkidle")
        kinds = {urlsplit(one).path.rpartition(".")[2] for one in asked}
        assert {"js", "css"} <= kinds, address
        hosts |= {urlsplit(one).netloc for one in asked if not one.startswith(("data:", "blob:", "about:"))}
        loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
        hosts |= {urlsplit(one).netloc for one in loaded if not one.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(live.url).netloc}
