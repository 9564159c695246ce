"""The visit form where the network comes and goes: kept on the device first, asked back with what is wrong, never lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role
from tests.browser import phone
from tests.browser.phone import held, number_of, until
from tests.browser.test_visit_log import INSIDE, VISIT, fill, pick

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
DRAFTS = """async () => {
    const { listDrafts } = await import("/static/js/offline/outbox.js");
    return (await listDrafts(document.body.dataset.account)).map(({ visit }) => visit.topic);
}"""


def open_form(page: Page, address: str = "/visits/log") -> None:
    """Open the form and wait until it knows its lists."""
    page.goto(address)
    expect(page.locator("form.visit-form")).to_have_attribute("data-ready", "yes")


@pytest.fixture
def unplugged(page_as):
    """A window in which everything is there for the mountains, its network about to be cut."""

    def of(width: int = 390, **options) -> Page:
        page = phone.ready(page_as(Role.TOWNSHIP, width, unplugged=True, **options))
        open_form(page)
        return page

    return of


def told(page: Page, topic: str) -> None:
    """Fill in what has no default, on the page that is open."""
    pick(page, "place_id", "tmc", "同盟村")
    pick(page, "commissioner_ids", "cyzjj", "茶叶专家甲")
    page.get_by_label("为了什么事").fill(topic)


def save(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="保存").click()


@pytest.mark.parametrize("width", WIDTHS)
def test_without_network_a_visit_is_kept_and_the_form_is_ready_for_the_next(unplugged, fits, width):
    page = unplugged(width)
    page.context.set_offline(True)
    told(page, f"山里没信号{width}")
    save(page)

    kept = page.locator(".visit-notice.good")
    expect(kept).to_be_focused()
    expect(kept).to_contain_text("已存在这台设备上")
    expect(kept.get_by_role("link", name="待同步")).to_have_attribute("href", "/visits/waiting")
    expect(page.get_by_label("为了什么事")).to_have_value("")
    expect(page.locator(".field:has(#place_id) .item")).to_contain_text("同盟村")
    (waiting,) = held(page)["records"]
    assert (waiting["state"], waiting["visit"]["topic"]) == ("waiting", f"山里没信号{width}")
    assert waiting["title"]["place"] == "同盟村"
    fits(page)
    page.get_by_role("button", name="再记一条").click()
    expect(page.get_by_label("为了什么事")).to_be_focused()
    page.get_by_label("为了什么事").fill(f"第二条{width}")
    save(page)
    expect(kept).to_contain_text(f"第二条{width}")
    assert len({one["client_id"] for one in held(page)["records"]}) == 2

    page.context.set_offline(False)
    expect(page.locator(".visit-notice.good")).to_contain_text("已经发送")
    assert held(page)["records"] == []
    assert (number_of(page, f"山里没信号{width}"), number_of(page, f"第二条{width}")) == (1, 1)


def test_a_saved_visit_says_so_on_its_page_once(page_as):
    page = page_as(Role.TOWNSHIP, 390)
    open_form(page)
    told(page, "说一声")
    save(page)
    page.wait_for_url(VISIT)

    expect(page.locator(".banner.good")).to_have_text("走访已登记。")
    page.reload()
    expect(page.locator(".banner.good")).to_be_hidden()


def test_what_is_missing_is_told_without_asking_the_server(unplugged, fits):
    page = unplugged()
    page.context.set_offline(True)
    page.get_by_text("发现了问题").click()
    page.get_by_label("希望何时解决").fill("2030-01-01")
    page.get_by_text("多日、基地、项目").click()
    page.get_by_label("到哪一天").fill("2020-01-01")
    save(page)

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary a")).to_have_text(
        [
            re.compile("请填写“谁来了”。|请填写“为了什么事”。"),
            *[re.compile(".+")] * (page.locator(".error-summary a").count() - 1),
        ]
    )
    expect(page.locator("#topic")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#topic-error")).to_contain_text("请填写“为了什么事”。")
    expect(page.locator("#ends_on-error")).to_contain_text("结束日期不能早于开始日期。")
    expect(page.locator("#problem_description-error")).to_contain_text("请写明发现了什么问题。")
    assert held(page)["records"] == []
    fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_only_the_server_knows_comes_back_into_the_form(page_as, fits, width):
    page = page_as(Role.TOWNSHIP, width)
    open_form(page)
    told(page, "坐标写反了")
    page.get_by_text("记下位置").click()
    page.get_by_label("纬度").fill("30.2741")
    page.get_by_label("经度").fill("120.1551")
    save(page)

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".field.wrong:has(#latitude_deg) p.error")).to_have_count(1)
    assert held(page)["records"] == []
    assert page.evaluate(DRAFTS) == ["坐标写反了"]
    fits(page)
    page.get_by_label("纬度").fill("27.6348")
    page.get_by_label("经度").fill("120.3193")
    save(page)
    page.wait_for_url(VISIT)
    assert page.evaluate(DRAFTS) == []


def test_what_is_unusual_is_asked_and_confirmed(page_as, fits):
    page = page_as(Role.TOWNSHIP, 390)
    open_form(page)
    told(page, "那时还没派来")
    page.get_by_label("哪一天", exact=True).fill("2015-06-15")
    save(page)

    asked = page.locator(".confirm")
    expect(asked).to_contain_text("茶叶专家甲")
    expect(page.get_by_label("我已确认，仍要保存")).to_be_focused()
    fits(page)
    save(page)
    expect(page.get_by_role("button", name="保存")).not_to_have_attribute("aria-disabled", "true")
    expect(asked).to_be_visible()
    page.get_by_label("我已确认，仍要保存").check()
    save(page)
    page.wait_for_url(VISIT)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_change_made_elsewhere_is_shown_beside_ones_own(page_as, fits, width):
    mine, theirs = page_as(Role.TOWNSHIP, width), page_as(Role.TOWNSHIP, 1280)
    open_form(mine)
    told(mine, f"两边都改{width}")
    save(mine)
    mine.wait_for_url(VISIT)
    for one in (mine, theirs):
        open_form(one, f"{mine.url.removesuffix('/edit')}/edit")
    theirs.get_by_label("结果怎样").fill("他们写的")
    save(theirs)
    theirs.wait_for_url(VISIT)
    mine.get_by_label("结果怎样").fill("我写的")
    save(mine)

    expect(mine.locator(".conflict del")).to_have_text("他们写的")
    expect(mine.locator(".conflict ins")).to_have_text("我写的")
    fits(mine)
    save(mine)
    mine.wait_for_url(VISIT)
    expect(mine.locator("main")).to_contain_text("我写的")


def test_a_visit_is_changed_without_network_and_sent_later(unplugged):
    page = unplugged()
    told(page, "回来再改")
    save(page)
    page.wait_for_url(VISIT)
    where = page.url
    open_form(page, f"{where}/edit")
    page.context.set_offline(True)
    page.get_by_label("结果怎样").fill("路上补写的")
    save(page)
    expect(page.locator(".visit-notice.good")).to_contain_text("已存在这台设备上")
    expect(page.locator("form.visit-form")).to_be_hidden()

    page.context.set_offline(False)
    expect(page.locator(".visit-notice.good")).to_contain_text("已经发送")
    page.goto(where)
    expect(page.locator("main")).to_contain_text("路上补写的")


def test_what_was_not_finished_is_offered_again(page_as, fits):
    page = page_as(Role.TOWNSHIP, 390)
    open_form(page)
    told(page, "写到一半被叫走")
    until(page, f"async () => (await ({DRAFTS})()).length === 1")
    open_form(page)

    offered = page.locator(".visit-notice")
    expect(offered).to_contain_text("写到一半被叫走")
    expect(page.get_by_label("为了什么事")).to_have_value("")
    fits(page)
    offered.get_by_role("button", name="接着写").click()
    expect(page.get_by_label("为了什么事")).to_have_value("写到一半被叫走")
    expect(page.locator(".field:has(#commissioner_ids) .item")).to_contain_text("茶叶专家甲")
    open_form(page)
    page.get_by_role("button", name="不要了").click()
    expect(offered).to_have_count(0)
    until(page, f"async () => (await ({DRAFTS})()).length === 0")


def test_a_refused_visit_is_opened_from_the_outbox_with_its_reason(unplugged):
    page = unplugged()
    page.context.set_offline(True)
    told(page, "坐标在外地")
    page.get_by_text("记下位置").click()
    page.get_by_label("纬度").fill("30.2741")
    page.get_by_label("经度").fill("120.1551")
    save(page)
    expect(page.locator(".visit-notice.good")).to_be_visible()
    page.context.set_offline(False)
    refused = page.locator(".visit-notice.warn")
    expect(refused).to_contain_text("没有被接受")
    refused.get_by_role("link", name="打开修改").click()

    expect(page.get_by_label("为了什么事")).to_have_value("坐标在外地")
    expect(page.locator("#latitude_deg-error")).to_be_visible()
    page.get_by_role("button", name="不要位置").click()
    save(page)
    page.wait_for_url(VISIT)
    assert held(page)["records"] == []


def test_the_address_brings_village_and_person_to_a_kept_page_too(unplugged):
    page = unplugged(1280)
    find = (
        "Object.values(document.querySelector('#place_id').tomselect.options).find(({text}) => text === '同盟村').value"
    )
    village = page.evaluate(find)
    page.context.set_offline(True)
    open_form(page, f"/visits/log?place_id={village}&commissioner_id=1")

    expect(page.locator(".field:has(#place_id) .item")).to_have_text("同盟村")
    expect(page.locator(".field:has(#commissioner_ids) .item")).to_have_count(1)


def test_on_plain_http_or_an_old_browser_the_form_posts_and_says_what_is_missing(page_as, fits):
    page = page_as(Role.TOWNSHIP, 390)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    fill(page, "没有 https")
    expect(page.get_by_text("这个网址不是 https")).to_be_visible()
    fits(page)
    save(page)
    page.wait_for_url(VISIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("没有 https")


def test_a_point_is_put_on_the_small_map_by_hand_and_by_arrow_keys(page_as, fits):
    page = page_as(Role.TOWNSHIP, 390, permissions=["geolocation"], geolocation=INSIDE)
    open_form(page)
    assert page.evaluate("window.L === undefined")
    page.get_by_text("记下位置").click()
    page.get_by_role("button", name="用我现在的位置").click()
    pin = page.locator(".place-pin")
    expect(pin).to_be_visible()
    expect(page.locator(".place-accuracy")).to_have_count(1)
    fits(page)

    pin.focus()
    page.keyboard.press("ArrowUp")
    latitude = float(page.get_by_label("纬度").input_value())
    assert 15 < (latitude - INSIDE["latitude"]) * 111_320 < 25
    expect(page.locator("#coordinate_source")).to_have_value("map_click")
    expect(page.get_by_label("精度")).to_have_value("")
    expect(page.locator(".place-accuracy")).to_have_count(0)
    expect(pin).to_be_focused()
    page.locator(".place-map [data-part=map]").click(position={"x": 60, "y": 120})
    assert float(page.get_by_label("纬度").input_value()) != latitude
    told(page, "手放的位置")
    save(page)
    page.wait_for_url(VISIT)


def test_the_small_map_works_without_a_network(unplugged):
    page = unplugged()
    page.context.set_offline(True)
    page.get_by_text("记下位置").click()
    expect(page.locator(".place-map canvas").first).to_be_attached()
    page.locator(".place-map [data-part=map]").click(position={"x": 100, "y": 100})

    expect(page.locator(".place-pin")).to_be_visible()
    expect(page.get_by_label("纬度")).not_to_have_value("")


def test_signed_out_a_visit_is_kept_and_one_is_told_to_sign_in(unplugged):
    page = unplugged()
    told(page, "登录过期了")
    page.context.clear_cookies()
    save(page)

    expect(page.locator(".visit-notice.good")).to_contain_text("登录已过期")
    assert [one["visit"]["topic"] for one in held(page)["records"]] == ["登录过期了"]


def test_a_server_that_stumbles_leaves_the_visit_on_the_device(unplugged):
    page = unplugged()
    page.context.route("**/sync/visits.json", lambda route: route.fulfill(status=500, body="oops"))
    told(page, "服务器摔了一跤")
    save(page)
    expect(page.locator(".visit-notice.good")).to_contain_text("已存在这台设备上")
    page.context.unroute("**/sync/visits.json")


def test_a_slow_network_keeps_nobody_waiting(unplugged):
    page = unplugged()
    page.context.route("**/sync/visits.json", lambda route: None)
    told(page, "网络很慢")
    save(page)
    expect(page.locator(".visit-notice.good")).to_contain_text("已存在这台设备上", timeout=9000)
    page.context.unroute_all()


def test_a_device_without_room_sends_the_form_itself(page_as):
    page = page_as(Role.TOWNSHIP, 390)
    page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    open_form(page)
    told(page, "手机存满了")
    save(page)
    page.wait_for_url(VISIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("手机存满了")


def test_a_clock_that_is_years_off_is_mentioned_and_forbids_nothing(page_as):
    page = page_as(Role.TOWNSHIP, 390)
    page.clock.set_fixed_time("2021-03-04T05:06:07")
    page.goto("/visits/log")

    expect(page.locator(".visit-notice.warn")).to_contain_text("日期好像不对")
    expect(page.get_by_label("哪一天", exact=True)).to_have_value("2021-03-04")
