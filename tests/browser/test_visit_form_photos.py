"""Photos in the visit form: made small on the phone, their position kept only when asked for, never in the way of the visit."""

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from commissioner.vocabulary import Role
from tests.browser import phone
from tests.browser.phone import until
from tests.browser.test_visit_form import DRAFTS, open_form, save, told
from tests.browser.test_visit_log import VISIT

pytestmark = pytest.mark.browser

ORIENTATION, GPS, GPS_LATITUDE, MAKE = 0x0112, 0x8825, 2, 0x010F
# The photos that wait with the visits of this account, as bytes.
KEPT = """async () => {
    const { listOutbox, photosOf } = await import("/static/js/offline/outbox.js");
    const [record] = await listOutbox(document.body.dataset.account);
    const photos = record ? await photosOf(record.client_id) : [];
    return Promise.all(photos.map(async ({ blob, keep_position }) => ({
        keep_position, bytes: Array.from(new Uint8Array(await blob.arrayBuffer())),
    })));
}"""


def a_photo(width: int = 2400, height: int = 1800, *, orientation: int = 1, name: str = "茶园.jpg") -> dict[str, Any]:
    """What a phone's camera writes: a picture, the camera's name, how it was held, and where."""
    picture = Image.effect_noise((width // 8, height // 8), 60).resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[MAKE] = "某某手机"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", GPS_LATITUDE: (27.0, 38.0, 5.28), 3: "E", 4: (120.0, 19.0, 9.48)})
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=90, exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": written.getvalue()}


@pytest.fixture
def form(page_as) -> Page:
    """The form on a phone that is about to lose the network."""
    page = phone.ready(page_as(Role.TOWNSHIP, 390, unplugged=True))
    open_form(page)
    page.context.set_offline(True)
    page.get_by_text("加照片").click()
    return page


def kept(page: Page) -> list[tuple[Image.Image, bool]]:
    """The photos in the outbox, opened."""
    return [(Image.open(io.BytesIO(bytes(one["bytes"]))), one["keep_position"]) for one in page.evaluate(KEPT)]


def saved(page: Page, topic: str) -> None:
    told(page, topic)
    save(page)
    expect(page.locator(".visit-notice.good")).to_be_visible()


def test_a_photo_is_made_small_and_says_nothing_of_the_camera(form, fits):
    form.locator("#photos").set_input_files([a_photo(orientation=6)])
    expect(form.locator(".previews li")).to_have_count(1)
    fits(form)
    saved(form, "照片缩小")

    ((picture, keeps),) = kept(form)
    assert picture.size == (1200, 1600)  # held upright: the picture is turned, not labelled
    assert (dict(picture.getexif()), keeps) == ({}, False)
    expect(form.locator(".previews li")).to_have_count(0)


def test_the_position_is_carried_over_only_when_asked_and_nothing_else(form):
    form.get_by_label("保留照片里的拍摄位置").check()
    form.locator("#photos").set_input_files([a_photo(orientation=6)])
    expect(form.locator(".previews li")).to_contain_text("带拍摄位置")
    saved(form, "照片带位置")

    ((picture, keeps),) = kept(form)
    exif = picture.getexif()
    assert keeps
    assert set(exif) == {GPS}
    assert [float(part) for part in exif.get_ifd(GPS)[GPS_LATITUDE]] == pytest.approx([27.0, 38.0, 5.28])


def test_the_tick_counts_for_photos_that_are_there_already(form):
    form.locator("#photos").set_input_files([a_photo()])
    form.get_by_label("保留照片里的拍摄位置").check()
    expect(form.locator(".previews li")).to_contain_text("带拍摄位置")
    form.get_by_label("保留照片里的拍摄位置").uncheck()
    expect(form.locator(".previews li")).not_to_contain_text("带拍摄位置")
    saved(form, "又不要位置")

    ((picture, keeps),) = kept(form)
    assert (dict(picture.getexif()), keeps) == ({}, False)


def test_four_at_most_and_what_is_no_photo_is_told(form):
    text = {"name": "说明.txt", "mimeType": "text/plain", "buffer": "不是照片".encode()}
    broken = {"name": "坏的.jpg", "mimeType": "image/jpeg", "buffer": a_photo()["buffer"][:300]}
    form.locator("#photos").set_input_files([text, broken])
    status = form.locator("[data-part=photo-box] > [role=status]")
    expect(status).to_contain_text("“说明.txt”不是能打开的照片")
    expect(status).to_contain_text("“坏的.jpg”不是能打开的照片")

    form.locator("#photos").set_input_files([a_photo(800, 600, name=f"{n}.jpg") for n in range(5)])
    expect(form.locator(".previews li")).to_have_count(4)
    expect(status).to_contain_text("最多 4 张")
    form.get_by_role("button", name="去掉 照片 1").click()
    expect(form.locator(".previews li")).to_have_count(3)
    saved(form, "三张照片")
    assert len(kept(form)) == 3


def test_a_draft_keeps_its_photos(form):
    form.locator("#photos").set_input_files([a_photo(800, 600)])
    form.get_by_label("为了什么事").fill("带照片的草稿")
    until(form, f"async () => (await ({DRAFTS})()).includes('带照片的草稿')")
    open_form(form)
    form.get_by_role("button", name="接着写").click()

    expect(form.locator(".previews li")).to_have_count(1)
    expect(form.locator(".previews img")).to_have_js_property("complete", True)
    saved(form, "带照片的草稿")
    assert len(kept(form)) == 1


def test_a_visit_is_logged_whatever_becomes_of_its_photo(form):
    form.locator("#photos").set_input_files([a_photo(800, 600)])
    form.context.route("**/photos.json*", lambda route: route.fulfill(status=422, json={"error": "不是照片"}))
    form.context.set_offline(False)
    told(form, "照片没收下")
    save(form)
    form.wait_for_url(VISIT)
    expect(form.get_by_role("heading", level=1)).to_contain_text("照片没收下")


def test_without_javascript_the_page_says_where_photos_go(page_as):
    page = page_as(Role.TOWNSHIP, 390, javascript=False)
    page.goto("/visits/log")

    expect(page.locator("#photos")).to_be_hidden()
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("照片可以登记后在走访页面上加")
