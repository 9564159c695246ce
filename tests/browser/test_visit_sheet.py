"""The sheet on paper: one page of A4, and a camera that looks at it finds the way."""

import re
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from commissioner.vocabulary import Role
from tests.browser.conftest import PHONE
from tests.photos import taken_by_a_phone

pytestmark = pytest.mark.browser

A_PAGE = re.compile(rb"/Type\s*/Page[^s]")
A_VISIT = re.compile(r"/visits/[0-9]+$")


def a_visit_of(page, live):
    """The address of a visit that the reader's list leads to."""
    page.goto(f"{live.url}/visits/")
    links = page.locator("main table a").evaluate_all("links => links.map((link) => link.href)")
    return next(link for link in links if A_VISIT.search(link))


def read_by_a_camera(page):
    shown = np.array(Image.open(BytesIO(page.locator(".paper-code").screenshot())).convert("L"))
    [code] = zxingcpp.read_barcodes(shown)
    return code.text


def test_a_sheet_is_one_page_and_its_code_is_read(page_as, fits, live):
    page = page_as(Role.TOWNSHIP)
    visit = a_visit_of(page, live)
    page.goto(visit)
    for number, colour in enumerate(("navy", "maroon", "seagreen", "goldenrod")):
        file = {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": taken_by_a_phone(colour=colour)}
        page.locator("#photo-files").set_input_files(file)
        page.locator(".photo-form button").click()
        page.locator(".photos img").nth(number).wait_for()
    fits(page)
    page.get_by_role("link", name="打印签字单").click()
    page.locator(".paper-photos img").nth(3).wait_for()

    fits(page)
    assert read_by_a_camera(page) == visit
    assert len(A_PAGE.findall(page.pdf(prefer_css_page_size=True))) == 1
    page.goto(f"{live.url}/visits/sheet")
    assert read_by_a_camera(page) == f"{live.url}/visits/log"
    assert len(A_PAGE.findall(page.pdf(prefer_css_page_size=True))) == 1


def test_on_a_phone_it_fits_and_its_code_is_still_read(page_as, fits, live):
    page = page_as(Role.TOWNSHIP, PHONE)
    visit = a_visit_of(page, live)
    page.goto(f"{visit}/sheet")

    fits(page)
    assert read_by_a_camera(page) == visit
