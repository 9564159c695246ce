"""Township staff log a visit in a real browser: on a phone and on a desk, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
INSIDE = {"latitude": 27.6348, "longitude": 120.3193, "accuracy": 18}
SCRIPT = "<img src=x onerror='window.hurt = 1'><script>window.hurt = 1</script>"
VISIT = re.compile(r"/visits/\d+$")


def pick(page: Page, name: str, typed: str, found: str) -> None:
    """Choose in a searchable picker what the typing finds first, unless the form has guessed it already."""
    field = page.locator(f".field:has(#{name})")
    field.locator(".ts-control").wait_for()
    if field.locator(".item", has_text=found).count():
        return
    field.locator(".ts-control").click()
    field.locator("input:visible").last.press_sequentially(typed)
    expect(field.locator(".ts-dropdown .option").first).to_contain_text(found)
    field.locator(".ts-dropdown .option").first.click()
    page.keyboard.press("Escape")
    expect(field.locator(".ts-dropdown")).to_be_hidden()


def fill(page: Page, topic: str) -> None:
    """Fill in what has no default."""
    page.goto("/visits/log")
    pick(page, "place_id", "tmc", "同盟村")
    pick(page, "commissioner_ids", "cyzjj", "茶叶专家甲")
    page.get_by_label("为了什么事").fill(topic)


@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_home_page_to_the_logged_visit(page_as, fits, width):
    page = page_as(Role.TOWNSHIP, width)
    page.goto("/")
    page.get_by_role("link", name="记走访").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登记走访")
    fits(page)
    pick(page, "place_id", "tmc", "同盟村")
    pick(page, "commissioner_ids", "cyzjj", "茶叶专家甲")
    page.get_by_label("为了什么事").fill("秋茶采摘示范")
    page.get_by_label("结果怎样").fill("三户学会了机采")
    page.get_by_role("button", name="保存").click()

    page.wait_for_url(VISIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("秋茶采摘示范")
    expect(page.locator("main")).to_contain_text("同盟村")
    expect(page.locator("main")).to_contain_text("茶叶专家甲")
    fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_without_javascript(page_as, width):
    page = page_as(Role.TOWNSHIP, width, javascript=False)
    page.goto("/visits/log")
    page.get_by_label("哪个村").select_option(label="同盟村")
    values = page.locator("#commissioner_ids option").evaluate_all("all => all.map(one => one.value)")
    page.get_by_label("谁来了").select_option(values[:1])
    page.get_by_label("为了什么事").fill("没有脚本也能登记")
    page.get_by_role("button", name="保存").click()

    page.wait_for_url(VISIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("没有脚本也能登记")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(page_as, fits, width):
    page = page_as(Role.TOWNSHIP, width)
    fill(page, "写了很久的事由")
    page.get_by_label("哪一天", exact=True).fill("2050-01-01")
    page.get_by_role("button", name="保存").click()

    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("哪一天", exact=True)).to_be_focused()
    expect(page.get_by_label("为了什么事")).to_have_value("写了很久的事由")
    expect(page.locator(".field:has(#place_id) .item")).to_contain_text("同盟村")
    fits(page)


def test_the_position_is_read_only_when_asked_for(page_as):
    page = page_as(Role.TOWNSHIP, 390, permissions=["geolocation"], geolocation=INSIDE)
    page.add_init_script(
        "const read = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation); window.asked = 0;"
        "navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; read(...all); };"
        "navigator.geolocation.watchPosition = () => { window.asked += 100; };"
    )
    fill(page, "带上位置")
    assert page.evaluate("window.asked") == 0

    page.get_by_text("记下位置").click()
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.get_by_label("纬度")).to_have_value("27.634800")
    page.get_by_role("button", name="不要位置").click()
    expect(page.get_by_label("纬度")).to_have_value("")
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.get_by_label("经度")).to_have_value("120.319300")
    assert page.evaluate("window.asked") == 2
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(VISIT)


def test_a_refused_position_stops_nobody(page_as):
    page = page_as(Role.TOWNSHIP, 390)
    fill(page, "没有给位置")
    page.get_by_text("记下位置").click()
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator(".locate [role=status]")).not_to_be_empty()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(VISIT)


def test_a_double_click_is_one_visit(page_as):
    page = page_as(Role.TOWNSHIP, 1280)
    fill(page, "手抖点了两下")
    page.get_by_role("button", name="保存").dblclick()
    page.wait_for_url(VISIT)
    page.goto("/visits/?q=手抖点了两下")

    expect(page.locator("h1 .count")).to_have_text("1")


def test_markup_stays_text_everywhere(page_as):
    page = page_as(Role.TOWNSHIP, 1280)
    fill(page, SCRIPT)
    page.get_by_label("结果怎样").fill(SCRIPT)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(VISIT)
    for address in (page.url, "/visits/", "/search?q=onerror", "/", "/visits/?q=window.hurt"):
        page.goto(address)
        expect(page.get_by_text(SCRIPT).first).to_be_visible()
        assert page.evaluate("window.hurt === undefined"), address


def test_a_visit_is_logged_with_the_keyboard_alone(page_as):
    page = page_as(Role.TOWNSHIP, 1280)
    fill(page, "只用键盘")
    page.get_by_label("为了什么事").press("Enter")

    page.wait_for_url(VISIT)
