"""The road is bad: what waits is tried again, what is refused is told why, and nothing arrives twice."""

import re
import time

import pytest
from playwright.sync_api import expect

from commissioner.vocabulary import Role
from tests.browser.phone import a_visit, held, keep, number_of, ready, refresh, reopened, send_now, settled, until

pytestmark = pytest.mark.browser

VISIT = re.compile(r"/visits/\d+$")
VISITS = "/sync/visits.json"
HELLO = "/sync/hello.json"
MARKUP = "<img src=x onerror='window.hurt=1'>"
NOT_A_PHOTO = """async ({visit}) => {
  const { queue } = await import("/static/js/offline/outbox.js");
  const { kit } = await import("/static/js/offline/account.js");
  const { places, people } = await kit();
  const whole = { ...visit, place_id: places[0].id, commissioner_ids: [people[0].id] };
  await queue(whole, { place: places[0].name, people: "-" }, [{ blob: new Blob(["no picture"], { type: "image/jpeg" }) }]);
}"""


def fair(_method, _path):
    return None


def only_posts_fail(trouble):
    """Whatever is posted meets ``trouble``; everything else passes."""
    return lambda method, path: trouble if method == "POST" and path == VISITS else None


def waits_at(page, road, visits, trouble="lost", photos=0):
    """Visits that were kept while nothing could be sent."""
    road.weather = only_posts_fail(trouble)
    keep(page, visits, photos)
    return refresh(page)


def card(page, topic):
    return page.locator("[data-visit]", has_text=topic)


def test_a_session_that_ends_in_the_middle_keeps_the_rest_and_asks_to_sign_in(phone, road):
    page = phone()
    waits_at(page, road, [a_visit(f"两批{n:02}") for n in range(53)])
    road.seen.clear()
    road.weather = lambda _method, path: 401 if path == VISITS and road.posts(VISITS) >= 1 else None
    send_now(page)

    expect(page.locator("[data-visit]")).to_have_count(3)
    expect(page.locator("[data-state]")).to_contain_text("重新登录后会接着发送")
    expect(page.locator("[data-tag]", has_text="等待发送")).to_have_count(3)
    assert [one["visit"]["topic"] for one in held(page)["records"]] == ["两批50", "两批51", "两批52"]

    road.weather = fair
    page.get_by_role("link", name="重新登录").click()
    settled(page)
    assert number_of(page, "两批") == 53


def test_a_visit_whose_answer_was_lost_is_sent_again_and_is_one(phone, road):
    page = phone()
    waits_at(page, road, [a_visit(f"没听见{n}") for n in range(4)], trouble="unheard")
    until(page, f"async () => (await (await fetch('{HELLO}')).json()).csrf && true")
    send_now(page)
    expect(page.locator("[data-state]")).to_contain_text("连不上服务器")
    assert len(held(page)["records"]) == 4

    road.weather = fair
    send_now(page)
    settled(page)
    assert number_of(page, "没听见") == 4


def test_a_stumbling_server_is_asked_again_later_and_a_button_asks_now(phone, road):
    page = phone()
    waits_at(page, road, [a_visit("服务器打盹")], trouble=503)
    expect(card(page, "服务器打盹")).to_contain_text("再自动试一次")
    asked = road.posts(VISITS)
    (record,) = held(page)["records"]
    assert record["tries"] >= 1
    assert record["next_try_at"] > time.time() * 1000 + 1000
    page.reload()
    page.wait_for_timeout(800)
    assert road.posts(VISITS) == asked

    road.weather = fair
    card(page, "服务器打盹").get_by_role("button", name="重试").click()
    settled(page)
    assert number_of(page, "服务器打盹") == 1


@pytest.mark.parametrize("trouble", [502, 429])
def test_no_answer_of_ours_is_no_answer(phone, road, trouble):
    page = phone()
    road.weather = lambda _method, path: trouble if path == HELLO else None
    keep(page, [a_visit(f"门口{trouble}")])
    refresh(page)
    expect(page.locator("[data-state]")).to_contain_text("服务器正忙")

    road.weather = fair
    page.reload()
    settled(page)
    assert number_of(page, f"门口{trouble}") == 1


def test_the_network_comes_back_and_it_goes_by_itself(phone, road):
    page = phone()
    page.context.set_offline(True)
    page.goto("/visits/waiting")
    keep(page, [a_visit("信号回来了")])
    expect(card(page, "信号回来了")).to_be_visible()
    page.context.set_offline(False)

    settled(page)
    expect(page.locator("[data-empty]")).to_be_visible()


def test_a_tab_that_dies_while_sending_leaves_nothing_behind(phone, road):
    page = phone()
    road.weather = lambda _method, path: time.sleep(2) if path == VISITS else None
    keep(page, [a_visit("发到一半")])
    until(
        page,
        "async () => { const { listOutbox } = await import('/static/js/offline/outbox.js');"
        " return (await listOutbox(document.body.dataset.account)).every(({ state }) => state === 'sending'); }",
    )
    page = reopened(page, "/visits/waiting")

    settled(page)
    assert number_of(page, "发到一半") == 1


def test_two_tabs_send_in_turn(phone, road):
    page = phone()
    road.weather = lambda _method, path: time.sleep(0.5) if path == VISITS else None
    beside = page.context.new_page()
    beside.goto("/visits/waiting")
    road.seen.clear()
    keep(page, [a_visit("两个窗口")])
    settled(page)

    assert road.posts(VISITS) == 1
    expect(beside.locator("[data-empty]")).to_be_visible()


def test_what_is_refused_stays_with_its_reason_and_the_others_go_in(phone, road, fits):
    page = phone()
    bad = a_visit(f"写错了日子{MARKUP}", starts_on="2050-01-01")
    waits_at(page, road, [a_visit("好的一"), bad, a_visit("好的二")])
    road.weather = fair
    send_now(page)

    expect(page.locator("[data-visit]")).to_have_count(1)
    refused = card(page, "写错了日子")
    expect(refused.locator("[data-tag]")).to_have_text("被退回")
    expect(refused.locator("[data-why]")).not_to_be_empty()
    expect(page.locator("[data-summary]")).to_contain_text("1 条被退回")
    assert page.evaluate("window.hurt === undefined")
    fits(page)

    refused.get_by_role("link", name="修改").click()
    day = page.get_by_label("哪一天", exact=True)
    expect(day).to_have_value("2050-01-01")
    day.fill("2026-06-16")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(VISIT)
    settled(page)
    for word in ("好的一", "好的二", "写错了日子"):
        assert number_of(page, word) == 1


def test_what_needs_a_word_is_asked_and_goes_with_it(phone, road):
    page = phone()
    waits_at(page, road, [a_visit("那天没派驻", starts_on="2019-06-15", confirmed=False)])
    road.weather = fair
    send_now(page)

    asking = card(page, "那天没派驻")
    expect(asking.locator("[data-tag]")).to_have_text("要您说一句")
    asking.get_by_role("button", name="仍要登记").click()
    settled(page)
    assert number_of(page, "那天没派驻") == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_the_same_id_with_other_content_shows_both_and_a_person_chooses(phone, road, fits, width):
    page = phone(width=width)
    first = a_visit(f"第一种说法{width}")
    keep(page, [first])
    settled(page)
    other = {**first, "topic": f"另一种说法{width}"}
    keep(page, [other])
    refresh(page)
    conflict = card(page, "另一种说法")
    expect(conflict.locator("[data-tag]")).to_have_text("和已有的不一样")
    expect(conflict.locator("[data-versions]")).to_contain_text(f"第一种说法{width}")
    fits(page)

    conflict.get_by_role("button", name="用已有的，删掉我的").click()
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator("[data-visit]")).to_have_count(0)
    assert (number_of(page, "第一种说法"), number_of(page, "另一种说法")) == (1, 0) if width == 390 else (2, 0)


def test_both_versions_fit_a_phone_in_english_and_large_type(phone, road, live, fits):
    page = phone(None)
    wishes = {"commissioner": live.session(Role.TOWNSHIP), "language": "en", "large_type": "1"}
    page.context.add_cookies([{"name": name, "value": value, "url": road.url} for name, value in wishes.items()])
    ready(page)
    first = a_visit("两种说法都要放得下")
    keep(page, [first])
    settled(page)
    keep(page, [{**first, "topic": "另一种更长的说法，写了很多很多字"}])
    refresh(page)

    expect(page.locator("[data-versions]")).to_be_visible()
    expect(page.locator("[data-waiting]").filter(visible=True)).to_have_text("Unsent 1")
    fits(page)


def test_ones_own_version_may_stand_instead(phone, road):
    page = phone()
    first = a_visit("先说的")
    keep(page, [first])
    settled(page)
    keep(page, [{**first, "topic": "后说的"}])
    refresh(page)
    card(page, "后说的").get_by_role("link", name="改我的").click()
    expect(page.get_by_label("为了什么事")).to_have_value("后说的")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(VISIT)

    settled(page)
    assert (number_of(page, "先说的"), number_of(page, "后说的")) == (0, 1)


def test_a_photo_that_fails_holds_up_nothing(phone):
    page = phone()
    page.evaluate(NOT_A_PHOTO, {"visit": a_visit("照片坏了")})
    refresh(page)
    photo = page.locator("[data-photo]")
    expect(photo).to_contain_text("照片没有收下")
    expect(page.locator("[data-visit]")).to_have_count(0)
    photo.get_by_role("button", name="不发这张照片").click()

    expect(page.locator("[data-empty]")).to_be_visible()
    assert number_of(page, "照片坏了") == 1


def test_deleting_asks_first_and_the_header_counts(phone, road):
    page = phone()
    badge = page.locator("[data-waiting]").filter(visible=True)
    expect(badge).to_have_count(0)
    waits_at(page, road, [a_visit("要删的"), a_visit("留下的")])
    expect(badge).to_have_text("待同步 2")
    page.get_by_role("button", name="删除").first.press("Enter")
    expect(page.get_by_role("button", name="留着")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-visit]")).to_have_count(2)
    card(page, "要删的").get_by_role("button", name="删除").click()
    page.get_by_role("button", name="确认删除").click()

    expect(page.locator("[data-visit]")).to_have_count(1)
    expect(badge).to_have_text("待同步 1")
    road.weather = fair
    page.reload()
    settled(page)
    assert (number_of(page, "要删的"), number_of(page, "留下的")) == (0, 1)


def test_what_is_missing_is_said_where_a_page_cannot_keep_anything(phone, fits):
    page = phone()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto("/visits/waiting")

    expect(page.locator("[data-missing=insecure]")).to_contain_text("https")
    expect(page.locator("[data-works]")).to_be_hidden()
    fits(page)
