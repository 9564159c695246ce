"""A township puts its villages on the map: a tap, the arrow keys, the position of the phone, numbers without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role

pytestmark = pytest.mark.browser

WIDTHS = [390, 1280]


def open_the_first(page: Page) -> str:
    """From the home page to the first village that waits; its name."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("村还没有自己的地图位置")).click()
    first = page.locator("table.listing a").first
    name = first.inner_text()
    first.click()
    return name


def the_map(page: Page):
    shown = page.locator(".place-map [data-part=map]")
    expect(shown.locator("canvas").first).to_be_attached()
    return shown


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tap_places_a_village_and_the_next_one_follows(page_as, fits, width):
    page = page_as(Role.TOWNSHIP, width)
    page.goto("/")
    page.get_by_role("link", name=re.compile("村还没有自己的地图位置")).click()
    fits(page)
    name = open_the_first(page)
    fits(page)
    shown = the_map(page)
    box = shown.bounding_box()
    shown.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.55})

    expect(page.locator(".place-pin")).to_be_visible()
    expect(page.locator(".place-map [role=status]")).to_contain_text("手工放好")
    latitude = float(page.get_by_label("纬度", exact=False).first.input_value())
    assert 27.3 < latitude < 27.9
    fits(page)
    page.get_by_role("button", name="保存，标下一个").click()

    expect(page.locator(".banner")).to_contain_text(f"{name}已经标好")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(name)
    assert page.locator("[name=latitude_deg]").input_value() == ""


def test_the_marker_moves_by_the_arrow_keys(page_as):
    page = page_as(Role.TOWNSHIP)
    open_the_first(page)
    the_map(page).click()
    before = float(page.locator("[name=latitude_deg]").input_value())
    page.locator(".place-pin").focus()
    page.keyboard.press("ArrowUp")
    after = float(page.locator("[name=latitude_deg]").input_value())
    assert 10 < (after - before) * 111_000 < 30
    assert page.locator("[name=coordinate_source]").input_value() == "map_click"


def test_numbers_typed_by_hand_are_no_tap(page_as):
    page = page_as(Role.TOWNSHIP)
    open_the_first(page)
    the_map(page).click()
    page.locator("[name=latitude_deg]").fill("27.6400")
    page.locator("[name=longitude_deg]").fill("120.3300")
    assert page.locator("[name=coordinate_source]").input_value() == ""
    page.locator("[name=longitude_deg]").blur()
    expect(page.locator(".place-pin")).to_be_visible()


def test_the_position_of_the_phone(page_as):
    here = {"latitude": 27.6412, "longitude": 120.3211, "accuracy": 11.6}
    page = page_as(Role.TOWNSHIP, 390, geolocation=here, permissions=["geolocation"])
    name = open_the_first(page)
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator("[name=accuracy_m]")).to_have_value("12")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".banner")).to_contain_text(f"{name}已经标好")


@pytest.mark.parametrize("width", WIDTHS)
def test_numbers_without_javascript(page_as, width):
    page = page_as(Role.TOWNSHIP, width, javascript=False)
    name = open_the_first(page)
    page.locator("[name=latitude_deg]").fill("120.3311")
    page.locator("[name=longitude_deg]").fill(f"27.64{width}")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("填反了")
    page.get_by_role("button", name="交换纬度和经度").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".banner")).to_contain_text(f"{name}已经标好")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_sheet_is_tried_out_and_written(page_as, fits, width):
    page = page_as(Role.OFFICER, width)
    page.goto("/places/unplaced")
    fits(page)
    cells = page.locator("table.listing tbody tr")
    codes = [cells.nth(n).locator("td").nth(2).inner_text() for n in (5, 6)]
    page.get_by_role("link", name="用表格一次标很多").click()
    fits(page)
    rows = [f"{codes[0]}\t27.6{width}\t120.51", f"{codes[1]}\t27.6{width}\t120.52", "没有这个村\t27.6\t120.5"]
    page.get_by_label("表格里的几行").fill("\n".join(rows))
    page.get_by_role("button", name="试读").click()
    expect(page.locator("table.listing")).to_contain_text("没有找到")
    fits(page)
    page.get_by_label("表格里的几行").fill("\n".join(rows[:2]))
    page.get_by_role("button", name="再试读一遍").click()
    if page.get_by_label("要确认的行我都看过").count():
        page.get_by_label("要确认的行我都看过").check()
    page.get_by_role("button", name="写入 2 个村的位置").click()
    expect(page.locator(".banner")).to_contain_text("标上了 2 个村的位置")
