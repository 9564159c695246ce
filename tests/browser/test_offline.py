"""A day in the mountains: visits logged with no network survive everything, and arrive once."""

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role
from tests.browser.phone import (
    a_visit,
    all_held,
    held,
    keep,
    number_of,
    ready,
    refresh,
    reopened,
    settled,
    sign_in,
    sign_out,
    until,
)
from tests.browser.test_visit_form import open_form, save, told
from tests.browser.test_visit_form_photos import a_photo

pytestmark = pytest.mark.browser

A_DAY_OUT = 20
WIDTHS = [390, 1280]


def test_twenty_visits_with_photos_survive_the_day_and_arrive_once(phone, road, live):
    page = phone()
    page.context.set_offline(True)
    open_form(page)
    told(page, "")
    page.get_by_text("加照片").click()
    for number in range(A_DAY_OUT):
        _log(page, f"山里第{number:02}户")

    page = reopened(page, "/visits/waiting")
    expect(page.locator("[data-visit]")).to_have_count(A_DAY_OUT)
    expect(page.locator("[data-state]")).to_contain_text("连不上服务器")

    page.context.set_offline(False)
    road.weather = lambda method, path: "lost" if path.startswith("/sync/visits") else None
    sign_out(page)
    expect(page.locator("main")).to_contain_text(f"本机还有 {A_DAY_OUT} 条走访没有发出")
    assert all_held(page)["kits"] == []
    road.deploy()
    sign_in(page, *live.passwords[Role.TOWNSHIP])
    until(page, f"async () => (await caches.keys()).includes('release-{road.renamed[1].decode()}')")
    assert len(held(page)["records"]) == A_DAY_OUT

    road.weather = lambda _method, _path: None
    page = reopened(page, "/visits/waiting")
    settled(page)
    until(page, f"async () => (await caches.keys()).every((name) => name.endsWith('-{road.renamed[1].decode()}'))")
    expect(page.locator("[data-empty]")).to_be_visible()
    assert number_of(page, "山里第") == A_DAY_OUT
    assert all_held(page)["photos"] == 0
    page.locator("tbody a[href^='/visits/']").first.click()
    expect(page.locator("main img[src*='/photos/']")).to_have_count(1)


def _log(page: Page, topic: str) -> None:
    """One more visit in the form, in the village and with the person of the last, with a photo of its own."""
    page.get_by_label("为了什么事").fill(topic)
    page.locator("#photos").set_input_files(a_photo(640, 480))
    expect(page.locator(".previews li")).to_have_count(1)
    save(page)
    expect(page.locator(".visit-notice.good")).to_contain_text(topic)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_opens_with_no_network_and_what_says_so(phone, fits, width):
    page = phone(width=width)
    page.context.set_offline(True)
    for address, heading in {
        "/visits/log": "登记走访",
        "/visits/waiting": "待同步",
        "/visits/log?draft=none": "登记走访",
    }.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.goto("/projects/")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    fits(page)
    page.locator("main").get_by_role("link", name="待同步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待同步")
    fits(page)

    page.goto("/projects/")
    page.context.set_offline(False)
    page.get_by_role("link", name="再试一次").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("项目")


def test_only_the_two_pages_and_the_sites_own_files_are_kept(phone):
    page = phone()
    for address in ("/visits/", "/projects/", "/search?q=茶", "/visits/log?place_id=1"):
        page.goto(address)
    kept = page.evaluate(
        """async () => {
          const found = {};
          for (const name of await caches.keys()) {
            const keys = await (await caches.open(name)).keys();
            found[name.split("-")[0]] = keys.map(({ url }) => new URL(url).pathname);
          }
          return found;
        }"""
    )

    assert sorted(kept["shells"]) == ["/offline", "/visits/log", "/visits/waiting"]
    assert {one for one in kept["release"] if not one.startswith("/static/")} == {"/offline"}
    assert not [one for one in kept["release"] if "/js/map/page" in one or "/fonts/" in one]


def test_the_page_without_a_network_names_nobody(phone):
    page = phone()
    page.context.set_offline(True)
    page.goto("/projects/")

    assert "水头" not in page.locator("body").inner_text()
    assert page.evaluate("document.body.dataset.account") is None


def test_another_account_on_the_same_phone_neither_sees_nor_sends(phone, road, live):
    page = phone()
    page.context.set_offline(True)
    keep(page, [a_visit("甲镇自己的事") for _ in range(2)])
    # Bad weather first: with a network again, the page would send at once.
    road.weather = lambda _method, path: "lost" if path.startswith("/sync/visits") else None
    page.context.set_offline(False)
    sign_out(page)
    sign_in(page, *live.colleague)
    road.weather = lambda _method, _path: None
    ready(page)
    refresh(page)

    expect(page.locator("[data-visit]")).to_have_count(0)
    expect(page.locator("[data-others]")).to_contain_text("别的账号")
    expect(page.locator("[data-others]")).to_contain_text("2 条")
    assert "甲镇自己的事" not in page.locator("body").inner_text()
    found = all_held(page)
    account = page.evaluate("document.body.dataset.account")
    assert found["kits"] == [account]
    shells = [name for name in found["caches"] if name.startswith("shells-")]
    assert len(shells) == 1
    assert shells[0].startswith(f"shells-{account}-")
    assert found["visits"] == 2
    assert number_of(page, "甲镇自己的事") == 0

    sign_out(page)
    expect(page.locator("main")).to_contain_text("本机还有 2 条走访没有发出")
    sign_in(page, *live.passwords[Role.TOWNSHIP])
    settled(page)
    assert number_of(page, "甲镇自己的事") == 2


def test_after_signing_out_nothing_of_the_account_opens(phone):
    page = phone()
    sign_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    expect(page.locator("main")).to_contain_text("您已退出。")
    page.context.set_offline(True)
    page.goto("/visits/log")

    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")


def test_signing_out_with_no_network_is_finished_when_there_is_one(phone):
    page = phone()
    page.context.set_offline(True)
    page.goto("/visits/waiting")
    sign_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    page.context.set_offline(False)
    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_the_language_of_a_kept_page_follows_the_reader(phone):
    page = phone()
    page.goto("/visits/waiting")
    page.locator(".account summary").click()
    page.locator(".account-panel").get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting to be sent")
    ready(page)
    page.context.set_offline(True)
    page.goto("/projects/")

    expect(page.get_by_role("heading", level=1)).to_have_text("No network now")


def test_after_a_new_release_its_own_pages_open_with_no_network(phone, road):
    page = phone()
    # Even where this takes long, the new release waits until the old one's last page is closed.
    page.context.add_init_script("if (window.ServiceWorker) ServiceWorker.prototype.postMessage = () => {};")
    road.deploy()
    old, new = (one.decode() for one in road.renamed)
    page.goto("/")
    assert page.evaluate("document.body.dataset.release") == new
    until(
        page,
        f"async () => (await caches.keys()).includes('shells-{page.evaluate('document.body.dataset.account')}-{new}')",
    )
    until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
    page.context.set_offline(True)
    page.goto("/visits/waiting")
    # The old worker is still at work, and has the old files: it shows the old page.
    assert page.evaluate("document.body.dataset.release") == old

    page = reopened(page, "/visits/waiting")
    until(page, f"() => document.body.dataset.release === '{new}'")
    assert page.evaluate("caches.keys().then((names) => names.sort().map((name) => name.split('-').at(-1)))") == [
        new,
        new,
    ]


def test_nobody_is_asked_to_install_anything(phone):
    page = phone()

    assert page.locator("link[rel=manifest]").count() == 0
