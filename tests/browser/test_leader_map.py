"""A leader opens the map: narrows it, touches a place, reads its story, and finds the same places in the table."""

import re

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
# Where a township's mark is drawn, read from the map itself as somebody's eye would find it.
WHERE_IS = """([lat, lng]) => {
  const map = window[JSON.parse(document.getElementById("map-settings").textContent).map];
  map.setView([lat, lng], 12, { animate: false });
  const point = map.latLngToContainerPoint([lat, lng]);
  return [point.x, point.y];
}"""
SHUITOU = [27.63484, 120.31934]


def open_map(page: Page, address: str = "/map?year=2022") -> FrameLocator:
    """Map and page stand, and listen to each other."""
    page.goto(address)
    frame = page.frame_locator("iframe.map-view")
    expect(frame.locator("html[data-ready=yes]")).to_have_count(1)
    expect(page.locator(".map-time.live")).to_have_count(1)
    return frame


# Element by element: its name, class, what it points to, how high it is, and its own text.
SHAPE_OF = """panel => [...panel.querySelectorAll("*")].map((one) => [
  one.tagName.toLowerCase(), one.getAttribute("class") || "", one.getAttribute("href"), Number(one.getAttribute("height")),
  one.children.length ? "" : one.textContent.trim()].join("|"))"""


def touch(page: Page, position: list[float]) -> None:
    """Press on the map where a position is."""
    frame = next(one for one in page.frames if "/map/frame" in one.url)
    x, y = frame.evaluate(WHERE_IS, position)
    page.locator("iframe.map-view").scroll_into_view_if_needed()
    page.locator("iframe.map-view").click(position={"x": x, "y": y})


@pytest.mark.parametrize("width", WIDTHS)
def test_a_touched_place_tells_its_story(page_as, fits, width):
    page = page_as(Role.LEADER, width)
    open_map(page)
    expect(page.locator(".story-hint")).to_be_visible()
    fits(page)
    touch(page, SHUITOU)

    # Several marks stand at a township; each of them tells of it.
    expect(page.locator(".map-story")).to_contain_text("水头镇")
    title = page.locator(".story-title").inner_text()
    assert re.search(r"at=[a-z]+-\d+", page.url)
    fits(page)
    page.reload()
    expect(page.locator(".story-title")).to_have_text(title)
    page.locator(".story-more a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title.strip())


def test_a_story_told_on_touch_is_the_one_that_the_page_brings(page_as, fits):
    """Two renderings, one story: charts, progress, lines and links are the same elements with the same words."""
    page = page_as(Role.LEADER, 1280)
    for kind, layer in (("base", "bases"), ("project", "projects"), ("township", "townships"), ("posting", "postings")):
        page.goto(f"/map?year=2022&layers=chosen&layer={layer}")
        page.locator(f".map-show[data-key^='{kind}-']").last.click()
        expect(page.locator(".map-story .story-chart, .map-story progress").first).to_be_attached()
        touched = page.locator(".map-story").evaluate(SHAPE_OF)
        fits(page)
        page.reload()
        assert page.locator(".map-story").evaluate(SHAPE_OF) == touched


@pytest.mark.parametrize("width", WIDTHS)
def test_filters_are_a_sentence_in_the_address(page_as, width):
    page = page_as(Role.LEADER, width)
    open_map(page)
    everywhere = int(page.locator("#places-title .count").inner_text())
    page.locator("select[name=township]").select_option(label="水头镇")
    page.wait_for_url(re.compile("township=330326102"))

    expect(page.locator(".map-sentence-words")).to_contain_text("水头镇")
    expect(page.locator("#places-title .count")).not_to_have_text(str(everywhere))
    page.locator(".map-clear").click()
    expect(page.locator("#places-title .count")).to_have_text(str(everywhere))


@pytest.mark.parametrize(("address", "field"), [("/map?year=2022", "township"), ("/places/", "tag")])
def test_what_is_chosen_before_the_page_is_ready_counts(page_as, address, field):
    page = page_as(Role.LEADER, 1280)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/modules/filters.js", hold, times=1)
    with page.expect_request("**/js/modules/filters.js"):
        page.goto(address, wait_until="commit")
    chosen = page.locator(f"select[name={field}]")
    chosen.select_option(index=1)
    value = chosen.input_value()
    held[0].continue_()

    page.wait_for_url(re.compile(f"{field}={value}"))
    expect(chosen).to_have_value(value)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_holds_what_the_map_shows_and_leads_back_to_it(page_as, width):
    page = page_as(Role.LEADER, width)
    open_map(page)
    shown = page.locator(".map-show").first
    name = page.locator("#places tbody tr").filter(has=page.locator(".map-show")).first.locator("a").first.inner_text()
    shown.click()

    expect(page.locator(".story-title")).to_contain_text(name)
    assert "at=" in page.url


def test_layers_are_switched_without_a_reload(page_as):
    page = page_as(Role.LEADER, 1280)
    open_map(page)
    page.evaluate("window.stays = true")
    page.get_by_role("checkbox", name=re.compile("^走访")).uncheck()

    assert page.evaluate("window.stays") is True
    layers = re.findall(r"layer=([a-z]+)", page.url)
    assert "visits" not in layers
    assert "bases" in layers


def figure(page: Page, label: str):
    return page.locator(".map-figures > div").filter(has_text=label).locator("b")


@pytest.mark.parametrize("width", WIDTHS)
def test_time_moves_map_figures_and_table_together(page_as, fits, width):
    page = page_as(Role.LEADER, width)
    frame = open_map(page)
    page.evaluate("window.stays = true")
    slider = page.get_by_role("slider", name="截至哪个月")
    expect(slider).to_have_attribute("aria-valuetext", "截至 2022年12月31日")
    before = figure(page, "走访").inner_text()
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")

    expect(page.locator(".map-said")).to_have_text("截至 2022年6月30日")
    expect(frame.locator("html[data-day='2022-06-30']")).to_have_count(1)
    expect(figure(page, "走访")).not_to_have_text(before)
    expect(page.locator(".map-sentence-words")).to_contain_text("截至 2022年6月30日")
    expect(page.locator("select[name=month]")).to_have_value("6")
    assert "on=2022-06-30" in page.url
    assert page.evaluate("window.stays") is True
    assert slider.evaluate("(one) => document.activeElement === one")
    fits(page)
    moved = figure(page, "走访").inner_text()
    page.reload()
    expect(figure(page, "走访")).to_have_text(moved)


def test_the_next_months_are_there_before_they_are_asked_for(page_as):
    page = page_as(Role.LEADER, 1280, unplugged=True)
    open_map(page, "/map?on=2022-03-31")
    slider = page.get_by_role("slider", name="截至哪个月")
    slider.focus()
    with page.expect_response(lambda answer: "points.json" in answer.url and "2022-07-31" in answer.url):
        page.keyboard.press("ArrowRight")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    for month in ("5月31日", "6月30日", "7月31日"):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".map-sentence-words")).to_contain_text(f"截至 2022年{month}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".map-stuck")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_it_plays_and_pauses_and_says_so(page_as, width):
    page = page_as(Role.LEADER, width)
    page.emulate_media(reduced_motion="no-preference")
    open_map(page, "/map?on=2022-03-31")
    page.get_by_role("button", name="播放").click()

    expect(page.locator(".map-said")).to_have_text("截至 2022年5月31日", timeout=15_000)
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    stopped = page.locator(".map-said").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator(".map-said").inner_text() == stopped


def test_who_wants_no_motion_goes_step_by_step(page_as):
    page = page_as(Role.LEADER, 1280)
    page.emulate_media(reduced_motion="reduce")
    open_map(page, "/map?on=2022-03-31")
    page.get_by_role("button", name="下一个月").click()

    expect(page.locator(".map-said")).to_have_text("截至 2022年4月30日")
    page.wait_for_timeout(1500)
    expect(page.locator(".map-said")).to_have_text("截至 2022年4月30日")


def test_a_year_is_one_touch(page_as):
    page = page_as(Role.LEADER, 390)
    open_map(page)
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="2021").click()

    expect(page.locator(".map-sentence-words")).to_contain_text("截至 2021年12月31日")
    assert page.evaluate("window.stays") is True


@pytest.mark.parametrize("width", WIDTHS)
def test_without_javascript_the_table_and_the_filters_tell_the_same(page_as, width):
    page = page_as(Role.LEADER, width, javascript=False)
    page.goto("/map?year=2022")
    assert page.locator("#places tbody tr").count() > 10
    page.locator("select[name=township]").select_option(label="水头镇")
    page.get_by_role("button", name="显示").click()
    page.wait_for_url(re.compile("township=330326102"))
    page.locator(".map-show").first.click()

    expect(page.locator(".story-title")).not_to_be_empty()
    page.locator("select[name=month]").select_option("3")
    page.get_by_role("button", name="显示").click()
    expect(page.locator("body")).to_contain_text("截至 2022年3月31日")


def test_english_and_large_type_reach_into_the_map(page_as):
    page = page_as(Role.LEADER, 1280)
    open_map(page)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Large", exact=False).click()
    frame = open_map(page)

    assert frame.locator("html").get_attribute("lang") == "en"
    assert re.search("large", frame.locator("html").get_attribute("class") or "")
