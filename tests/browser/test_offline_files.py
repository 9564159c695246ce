"""Unsent visits leave a phone as a file and come in on another: nothing is trapped, nothing is doubled, nothing slips in."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.phone import a_visit, all_held, held, keep, number_of, ready, refresh, send_now, settled, sign_in

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror='window.hurt=1'>"
# A device that has room for a visit, but not for its photo.
FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  window.full = true;
  IDBObjectStore.prototype.put = function (...all) {
    if (window.full && this.name === "photos") throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, all);
  };
}"""


def only_visits_fail(_method, path):
    return "lost" if path.startswith("/sync/visits") else None


def fair(_method, _path):
    return None


def exported(page, folder):
    """The file that the page gives."""
    refresh(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出到文件").click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def import_file(page, path):
    page.get_by_label("从文件导入").set_input_files(path)


def written(folder, content, name="visits.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def an_export(*visits, **changes):
    return {"format": "commissioner-outbox", "version": 1, "visits": list(visits), **changes}


def an_entry(kit, topic="导入的", **changes):
    visit = a_visit(topic, place_id=kit["places"][0]["id"], commissioner_ids=[kit["people"][0]["id"]], **changes)
    return {
        "form": 1,
        "queued_at": "2026-06-15T08:00:00Z",
        "title": {"place": "某村", "people": "某人"},
        "visit": visit,
        "photos": [],
    }


def test_a_colleague_sends_what_was_on_a_phone_that_died(phone, road, live, tmp_path):
    page = phone()
    road.weather = only_visits_fail
    keep(page, [a_visit(f"从旧手机来{n}") for n in range(3)], photos=1)
    path = exported(page, tmp_path)
    expect(page.locator("[data-told]")).to_contain_text("已导出 3 条")
    page.context.close()

    other = phone(None)
    sign_in(other, *live.colleague)
    ready(other)
    refresh(other)
    import_file(other, path)
    expect(other.locator("[data-told]")).to_contain_text("导入了 3 条")
    import_file(other, path)
    expect(other.locator("[data-told]")).to_contain_text("导入了 0 条，3 条本来就在这里")
    assert all_held(other)["photos"] == 3

    road.weather = fair
    send_now(other)
    settled(other)
    assert number_of(other, "从旧手机来") == 3
    other.locator("tbody a[href^='/visits/']").first.click()
    expect(other.locator("main img[src*='/photos/']")).to_have_count(1)


def test_both_send_the_same_and_it_is_one(phone, road, live, tmp_path):
    page = phone()
    road.weather = only_visits_fail
    keep(page, [a_visit("两个人都发")])
    path = exported(page, tmp_path)
    other = phone(None)
    sign_in(other, *live.colleague)
    refresh(ready(other))
    import_file(other, path)
    expect(other.locator("[data-told]")).to_contain_text("导入了 1 条")
    road.weather = fair
    send_now(other)
    settled(other)
    send_now(page)

    settled(page)
    assert number_of(page, "两个人都发") == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "不是从“待同步”导出的文件"),
        ("不是 JSON", "不是从“待同步”导出的文件"),
        ("[]", "不是从“待同步”导出的文件"),
        ({"format": "something-else", "visits": []}, "不是从“待同步”导出的文件"),
        (an_export(version=2), "更新的版本"),
        (an_export(*[{}] * 2001), "走访太多"),
    ],
)
def test_a_file_that_is_none_of_ours_is_told_in_words(phone, tmp_path, content, why):
    page = phone()
    refresh(page)
    import_file(page, written(tmp_path, content))

    expect(page.locator("[data-faults]")).to_contain_text("这个文件没有导入")
    expect(page.locator("[data-faults]")).to_contain_text(why)
    assert held(page)["records"] == []


def test_faulty_entries_are_told_and_the_good_ones_come_in(phone, road, tmp_path):
    page = phone()
    road.weather = only_visits_fail
    kit = page.context.request.get(f"{road.url}/sync/kit.json").json()
    good = an_entry(kit, topic=f"好的{MARKUP}")
    bad = [
        None,
        {"form": 1},
        an_entry(kit, client_id="不是号码"),
        an_entry(kit, starts_on="昨天"),
        an_entry(kit, topic="长" * 50_000),
        {**an_entry(kit), "form": 7},
        {**an_entry(kit), "photos": [{"type": "text/html", "base64": "PGI+"}]},
        {**an_entry(kit), "photos": [{"type": "image/png", "base64": "***"}]},
        {**an_entry(kit), "photos": [{"type": "image/png", "base64": "AAAA"}] * 5},
    ]
    refresh(page)
    import_file(page, written(tmp_path, an_export(*bad, good)))

    expect(page.locator("[data-told]")).to_contain_text("导入了 1 条")
    expect(page.locator("[data-faults] li")).to_have_count(len(bad))
    expect(page.locator("[data-faults] li").nth(5)).to_contain_text("第 6 条没有导入")
    expect(page.locator("[data-visit]")).to_contain_text(MARKUP)
    assert page.evaluate("window.hurt === undefined")


def test_a_full_device_says_so_and_keeps_nothing_half(phone, road, tmp_path):
    page = phone()
    road.weather = only_visits_fail
    kit = page.context.request.get(f"{road.url}/sync/kit.json").json()
    entry = {**an_entry(kit), "photos": [{"type": "image/png", "base64": "AAAA"}]}
    path = written(tmp_path, an_export(entry))
    refresh(page)
    page.evaluate(FULL)
    import_file(page, path)
    expect(page.locator("[data-faults]")).to_contain_text("第 1 条没有导入：这台设备没有空间了")
    assert held(page)["records"] == []
    assert all_held(page)["photos"] == 0

    page.evaluate("() => { window.full = false; }")
    import_file(page, path)
    expect(page.locator("[data-told]")).to_contain_text("导入了 1 条")
