"""A month's visits in one sitting: pasted, typed, mended, sent together, and each row accounted for."""

import json
import re
import time

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]
# Long ago, and in the middle of a posting: nothing to confirm, whenever this story is told.
MONTH = "2025-06"
PERSON = "茶叶专家甲"
SCRIPT = "<img src=x onerror='window.hurt = 1'><script>window.hurt = 1</script>"
PASTE = """(text) => {
  const field = document.activeElement.closest(".sheet td") ? document.activeElement : document.querySelector(".sheet [name=date]");
  field.focus();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def lines(*rows: str) -> str:
    return "\n".join("\t".join(row.split("|")) for row in rows)


def opened(page: Page, month: str = MONTH) -> Page:
    page.goto(f"/visits/month?month={month}")
    page.locator(".sheet[data-ready]").wait_for()
    return page


def rows(page: Page):
    return page.locator(".sheet tbody")


def cell(page: Page, number: int, name: str):
    return rows(page).nth(number - 1).locator(f"[name={name}]")


def state(page: Page, number: int):
    return rows(page).nth(number - 1).locator(".row-state")


def send(page: Page) -> None:
    page.get_by_role("button", name="全部发送").click()


def logged(page: Page, word: str, count: int) -> None:
    """How many visits the list knows by a word."""
    other = page.context.new_page()
    other.goto(f"/visits/?q={word}")
    expect(other.locator("h1 .count")).to_have_text(str(count))
    other.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_paste_mend_confirm_send(page_as, fits, width):
    page = opened(page_as(Role.TOWNSHIP, width), f"2025-0{3 if width == 390 else 4}")
    month = 3 if width == 390 else 4
    word = f"粘贴而来{width}"
    heads = "日期|乡镇|村|特派员|服务内容|成效|备注"
    page.evaluate(
        PASTE,
        lines(
            heads,
            f"{month}.3|水头镇|同盟村|{PERSON}|{word}一|三户学会了|x",
            f"{month}月5日||同萌村|{PERSON}|{word}二||",
            f"6,7日||tmc|{PERSON}|{word}三||",
            f"10-12||内岙村|茶叶专家丁|{word}四||",
        ),
    )
    expect(rows(page)).to_have_count(5)
    expect(page.locator("[data-note]")).to_contain_text("备注")
    expect(state(page, 1)).to_have_text("可以发送")
    expect(state(page, 2)).to_have_text("要改")
    expect(rows(page).nth(2)).to_contain_text("会记成 2 次走访")
    expect(rows(page).nth(3)).to_contain_text("连续 3 天")
    expect(state(page, 4)).to_have_text("要确认")
    fits(page)

    rows(page).nth(1).get_by_role("button", name="同盟村").click()
    expect(state(page, 2)).to_have_text("可以发送")
    rows(page).nth(3).get_by_label("没错，照样登记").check()
    expect(state(page, 4)).to_have_text("可以发送")
    expect(page.locator("[data-status]")).to_have_text("5 次走访可以发送")
    send(page)

    expect(page.locator("[data-sent] li")).to_have_count(5)
    expect(rows(page)).to_have_count(1)
    expect(page.locator("[data-logged] .count")).to_have_text("5")
    fits(page)
    logged(page, word, 5)
    page.locator("[data-sent] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(word)


def test_typed_with_the_keyboard_alone(page_as):
    page = opened(page_as(Role.TOWNSHIP))
    cell(page, 1, "date").focus()
    for text, offer in (("13", None), ("tmc", "同盟村"), ("cyzjj", PERSON), ("键盘一", None), ("好", None)):
        page.keyboard.type(text)
        if offer:
            expect(page.get_by_role("option").first).to_contain_text(offer)
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    expect(state(page, 1)).to_have_text("可以发送")
    expect(cell(page, 1, "village")).to_have_value("同盟村")
    expect(rows(page)).to_have_count(2)

    cell(page, 1, "topic").focus()
    page.keyboard.press("Enter")
    expect(cell(page, 2, "topic")).to_be_focused()
    page.keyboard.type("键盘二")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(cell(page, 2, "people")).to_be_focused()
    page.keyboard.press("Control+d")
    expect(cell(page, 2, "people")).to_have_value(PERSON)
    page.keyboard.press("ArrowUp")
    expect(cell(page, 1, "people")).to_be_focused()
    expect(state(page, 2)).to_have_text("没写完")


def test_fill_copy_move_delete_and_undo(page_as):
    page = opened(page_as(Role.TOWNSHIP), "2025-08")
    page.evaluate(PASTE, lines(f"14|同盟村|{PERSON}|第一件", "15|||第二件", "16|||第三件"))
    expect(rows(page)).to_have_count(4)
    for head in ("村", "特派员"):
        page.get_by_role("button", name=f"填充“{head}”").click()
    expect(cell(page, 3, "village")).to_have_value("同盟村")
    expect(cell(page, 4, "village")).to_have_value("")

    def press(number, name):
        rows(page).nth(number - 1).locator(".row-menu summary").click()
        rows(page).nth(number - 1).get_by_role("button", name=name, exact=True).click()

    press(3, "上移")
    expect(cell(page, 2, "topic")).to_have_value("第三件")
    press(1, "复制一行")
    expect(cell(page, 2, "topic")).to_have_value("第一件")
    expect(rows(page).nth(1)).to_contain_text("和第 1 行完全一样")
    press(2, "删除这一行")
    expect(rows(page)).to_have_count(4)
    page.get_by_role("button", name="撤销").click()
    expect(rows(page)).to_have_count(5)
    expect(cell(page, 2, "topic")).to_have_value("第一件")


def test_the_same_visit_in_several_villages(page_as, fits):
    page = opened(page_as(Role.TOWNSHIP), "2025-09")
    page.evaluate(PASTE, lines(f"17|同盟村|{PERSON}|几个村都讲"))
    expect(state(page, 1)).to_have_text("可以发送")
    rows(page).first.locator(".row-menu summary").click()
    page.get_by_role("button", name="别的村也去了…").click()
    dialog = page.get_by_role("dialog")
    for typed, found in (("nac", "内岙村"), ("下林", "下林社区")):
        dialog.get_by_role("searchbox").fill(typed)
        dialog.get_by_label(found).check()
    fits(page)
    dialog.get_by_role("button", name="添上这几行").click()

    expect(page.locator("[data-status]")).to_have_text("3 次走访可以发送")
    send(page)
    expect(page.locator("[data-sent] li")).to_have_count(3)
    logged(page, "几个村都讲", 3)


def test_what_is_typed_survives_closing_the_tab_and_is_shared_by_two(page_as):
    page = opened(page_as(Role.TOWNSHIP), "2025-10")
    cell(page, 1, "topic").fill("还没写完的一行")
    expect(state(page, 1)).to_have_text("没写完")
    page.wait_for_timeout(600)
    context = page.context
    page.close()

    page = opened(context.new_page(), "2025-10")
    expect(cell(page, 1, "topic")).to_have_value("还没写完的一行")
    other = opened(context.new_page(), "2025-10")
    cell(other, 2, "topic").fill("另一个标签页写的")
    expect(cell(page, 2, "topic")).to_have_value("另一个标签页写的")
    cell(page, 3, "topic").fill("这边又写一行")
    expect(cell(other, 3, "topic")).to_have_value("这边又写一行")
    expect(cell(other, 1, "topic")).to_have_value("还没写完的一行")

    elsewhere = opened(context.new_page(), "2025-11")
    expect(elsewhere.locator("[data-elsewhere]")).to_contain_text("2025-10 还有 3 行没有发送")


def test_one_refused_row_stays_with_its_reason_and_the_others_go(page_as):
    page = opened(page_as(Role.TOWNSHIP), "2025-05")

    def worse(route):
        body = json.loads(route.request.post_data)
        for visit in body["visits"]:
            if visit["topic"] == "会被退回":
                visit["place_id"] = 99_999_999
        route.continue_(post_data=json.dumps(body))

    page.route("**/sync/visits.json", worse)
    page.evaluate(
        PASTE, lines(f"1|同盟村|{PERSON}|好的一行", f"2|同盟村|{PERSON}|会被退回", f"3|同盟村|{PERSON}|也是好的")
    )
    expect(page.locator("[data-status]")).to_have_text("3 次走访可以发送")
    send(page)

    expect(page.locator("[data-sent] li")).to_have_count(2)
    expect(state(page, 1)).to_have_text("被退回")
    expect(rows(page).first).to_contain_text("不在您的范围内")
    expect(cell(page, 1, "village")).to_have_attribute("aria-invalid", "true")
    page.goto("/visits/waiting")
    expect(page.locator("[data-visit]")).to_have_count(0)

    page.unroute("**/sync/visits.json")
    page = opened(page, "2025-05")
    expect(state(page, 1)).to_have_text("被退回")
    cell(page, 1, "outcome").fill("补了一句")
    expect(state(page, 1)).to_have_text("可以发送")
    send(page)
    expect(page.locator("[data-sent] li")).to_have_count(1)
    logged(page, "会被退回", 1)


def test_two_presses_make_one_of_each(page_as):
    page = opened(page_as(Role.TOWNSHIP), "2025-07")
    page.evaluate(PASTE, lines(*(f"{day}|同盟村|{PERSON}|手抖{day}" for day in range(1, 6))))
    expect(page.locator("[data-status]")).to_have_text("5 次走访可以发送")
    page.get_by_role("button", name="全部发送").dblclick()
    expect(page.locator("[data-sent] li")).to_have_count(5)
    logged(page, "手抖", 5)


def test_no_network_in_the_middle(phone, road):
    page = opened(phone(Role.TOWNSHIP, 1280), "2026-01")
    page.evaluate(PASTE, lines(f"5|同盟村|{PERSON}|断网前读过", f"6|同盟村|{PERSON}|断网前也读过"))
    expect(page.locator("[data-status]")).to_have_text("2 次走访可以发送")
    road.weather = lambda method, path: "lost"
    cell(page, 3, "topic").fill("断网后写的")
    expect(page.locator("[data-trouble]")).to_contain_text("连不上网络")
    send(page)
    expect(state(page, 1)).to_have_text("等待网络")
    expect(cell(page, 1, "topic")).to_have_attribute("readonly", "")
    expect(rows(page)).to_have_count(4)

    # Taken back, it is a row like any other; its place in the outbox is gone.
    rows(page).nth(1).locator(".row-menu summary").click()
    rows(page).nth(1).get_by_role("button", name="取回修改").click()
    expect(cell(page, 2, "topic")).not_to_have_attribute("readonly", "")

    road.weather = lambda method, path: None
    context = page.context
    page.close()
    page = opened(context.new_page(), "2026-01")
    expect(page.locator(".sheet tbody[data-standing=queued]")).to_have_count(0)
    expect(page.locator("[data-sent] li")).to_have_count(1)
    expect(cell(page, 2, "topic")).to_have_value("断网后写的")
    send(page)
    expect(page.locator("[data-sent] li")).to_have_count(2)
    logged(page, "断网前", 2)


def test_an_answer_that_was_lost_doubles_nothing(phone, road):
    page = opened(phone(Role.TOWNSHIP, 1280), "2026-02")
    page.evaluate(PASTE, lines(f"5|同盟村|{PERSON}|回音丢了甲", f"6|同盟村|{PERSON}|回音丢了乙"))
    expect(page.locator("[data-status]")).to_have_text("2 次走访可以发送")
    road.weather = lambda method, path: "unheard" if path == "/sync/visits.json" else None
    send(page)
    expect(state(page, 1)).to_have_text("等待网络")
    road.weather = lambda method, path: None
    # Pressed, unless the device has tried again by itself in the meantime.
    page.locator("[data-act=again]").dispatch_event("click")
    expect(page.locator("[data-sent] li")).to_have_count(2)
    logged(page, "回音丢了", 2)


def test_two_hundred_rows_are_there_within_a_second(page_as):
    page = opened(page_as(Role.TOWNSHIP), "2026-03")
    text = lines(*(f"{n % 28 + 1}|同盟村|{PERSON}|很多行之{n}" for n in range(200)))
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("read.json") else None)
    began = time.perf_counter()
    page.evaluate(PASTE, text)
    rows(page).nth(200).wait_for()
    took = time.perf_counter() - began

    assert took < 1.5, f"{took:.2f} s"  # a second on a machine of its own
    expect(page.locator("[data-status]")).to_contain_text("200 次走访可以发送")
    assert len(asked) <= 2


def test_more_than_a_table_holds_is_told_and_not_lost(page_as):
    page = opened(
        page_as(
            Role.TOWNSHIP,
        ),
        "2026-04",
    )
    page.get_by_text("粘贴一片表格").click()
    box = page.get_by_label("表格里的几行")
    box.fill(lines(*(f"1|同盟村|{PERSON}|第{n}" for n in range(502))))
    page.get_by_role("button", name="填入表格").click()
    expect(page.locator("[data-trouble]")).to_contain_text("500")
    assert "第500" in box.input_value()
    expect(rows(page)).to_have_count(1)


def test_markup_stays_text(page_as):
    page = opened(page_as(Role.TOWNSHIP), "2026-05")
    page.evaluate(PASTE, lines(f"{SCRIPT}|{SCRIPT}|{SCRIPT}|{SCRIPT}", f"1|同盟村|{PERSON}|{SCRIPT}月表"))
    expect(rows(page).first).to_contain_text("没有找到")
    expect(state(page, 2)).to_have_text("可以发送")
    send(page)
    expect(page.locator("[data-sent] a")).to_contain_text(SCRIPT)
    assert page.evaluate("window.hurt === undefined")


@pytest.mark.parametrize("width", WIDTHS)
def test_without_javascript(page_as, fits, width):
    page = page_as(Role.TOWNSHIP, width, javascript=False)
    month = "2026-06" if width == 390 else "2026-07"
    page.goto(f"/visits/month?month={month}")
    expect(page.locator(".sheet")).to_be_hidden()
    page.get_by_label("表格里的几行").fill(f"1 同盟村 {PERSON} 没有脚本{width}\n2 同萌村 {PERSON} 写错村名{width}")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".accounted li")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("您是不是要：同盟村")

    box = page.get_by_label("表格里的几行")
    box.fill(box.input_value().replace("同萌村", "同盟村"))
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url(re.compile(f"month={month}$"))
    expect(page.locator("[data-logged] .count")).to_have_text("2")


def test_in_english(page_as, fits):
    page = page_as(Role.TOWNSHIP)
    page.goto("/")
    page.get_by_role("button", name="English").click()
    opened(page, "2026-08")
    page.evaluate(PASTE, lines(f"1,2|同盟村|{PERSON}|english", f"3-5|Nowhere|{PERSON}|english"))
    expect(state(page, 1)).to_have_text("Ready")
    expect(rows(page).nth(1)).to_contain_text("No place called")
    fits(page)


def test_a_commissioner_need_not_name_oneself(page_as):
    page = opened(page_as(Role.COMMISSIONER), "2025-06")
    page.evaluate(PASTE, lines("1|同盟村||自己记自己"))
    expect(rows(page).first).to_contain_text("特派员：")
