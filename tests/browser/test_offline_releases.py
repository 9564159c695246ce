"""What an earlier release left on a phone is read, shown and sent by this one; what a later one left is not touched."""

import json

import pytest
from playwright.sync_api import expect

from commissioner.vocabulary import Role
from tests.browser.phone import a_visit, held, keep, kept_data, number_of, ready, refresh, send_now, settled

pytestmark = pytest.mark.browser

# As the browser's own API writes it, without a line of this release.
WRITE = """(left) => new Promise((done, fail) => {
  const opening = indexedDB.open(left.database, left.version);
  opening.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(left.stores)) opening.result.createObjectStore(name, { keyPath });
  };
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const db = opening.result;
    const writing = db.transaction("outbox", "readwrite");
    left.outbox.forEach((one) => writing.objectStore("outbox").put(one));
    writing.oncomplete = () => { db.close(); done(); };
  };
})"""
LATER = """() => new Promise((done, fail) => {
  const opening = indexedDB.open("commissioner-field", 99);
  opening.onsuccess = () => { opening.result.close(); done(); };
  opening.onerror = opening.onblocked = () => fail(opening.error);
})"""
NEWER_FORM = """async () => {
  const { open } = await import("/static/js/offline/store.js");
  const db = await open();
  const [one] = await db.getAll("outbox");
  await db.put("outbox", { ...one, form: 2 });
}"""


def before_the_first_page(phone, road, live):
    """A phone where nothing of this release has run yet, and what its lists will be."""
    page = phone(None)
    page.context.add_cookies([{"name": "commissioner", "value": live.session(Role.TOWNSHIP), "url": road.url}])
    kit = page.context.request.get(f"{road.url}/sync/kit.json").json()
    page.goto("/static/img/leaf.svg")
    return page, kit


def filled_in(left, kit):
    """The kept file with the ids of this installation."""
    person = next((one for one in kit["people"] if one["posted"]), kit["people"][0])
    text = json.dumps(left)
    for name, value in {"ACCOUNT": kit["account"], "PLACE": kit["places"][0]["id"], "PERSON": person["id"]}.items():
        text = text.replace(f'"{name}"', json.dumps(value))
    return json.loads(text)


def test_an_outbox_of_an_early_release_is_listed_and_sent(phone, road, live):
    page, kit = before_the_first_page(phone, road, live)
    page.evaluate(WRITE, filled_in(kept_data("outbox_form_0.json"), kit))
    road.weather = lambda method, path: "lost" if path.startswith("/sync/visits") else None
    ready(page)
    refresh(page)

    cards = page.locator("[data-visit]")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("早先版本记的，有位置")
    expect(cards.first).to_contain_text("2026-05-02")
    expect(cards.first).to_contain_text("1 张照片")
    first, second = held(page)["records"]
    assert first["visit"]["point"] == {
        "latitude_deg": 27.6348,
        "longitude_deg": 120.3193,
        "accuracy_m": 18,
        "source": "gps",
    }
    assert second["visit"]["point"] is None
    assert {one["form"] for one in (first, second)} == {1}

    road.weather = lambda _method, _path: None
    # Nobody could confirm then what is asked today: the person says it now, if it is asked.
    send_now(page)
    for asking in page.get_by_role("button", name="仍要登记").all():
        asking.click()
    settled(page)
    assert number_of(page, "早先版本记的") == 2


def test_a_database_of_a_later_release_is_read_as_it_is(phone, road):
    page = phone()
    road.weather = lambda method, path: "lost" if path.startswith("/sync/visits") else None
    keep(page, [a_visit("晚些版本来过")])
    page.evaluate(LATER)
    refresh(page)
    expect(page.locator("[data-visit]")).to_contain_text("晚些版本来过")

    road.weather = lambda _method, _path: None
    page.reload()
    settled(page)
    assert number_of(page, "晚些版本来过") == 1


def test_a_record_of_a_later_form_stays_where_it_is(phone, road):
    page = phone()
    road.weather = lambda method, path: "lost" if path.startswith("/sync/visits") else None
    keep(page, [a_visit("以后的写法")])
    page.evaluate(NEWER_FORM)
    road.weather = lambda _method, _path: None
    refresh(page)

    expect(page.locator("[data-visit]")).to_contain_text("更新的页面写的")
    send_now(page)
    page.wait_for_timeout(500)
    assert len(held(page)["records"]) == 1
    assert number_of(page, "以后的写法") == 0
