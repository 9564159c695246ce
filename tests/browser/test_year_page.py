"""A year on one page, its paper issued with a tap, and the page that anybody who holds it may open."""

import pytest

from commissioner.vocabulary import Role
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_commissioner_issues_the_own_paper_and_anybody_verifies_it(page_as, fits, live, width, language):
    page = page_as(Role.COMMISSIONER, width)
    page.context.add_cookies([{"name": "language", "value": language, "url": live.url}])
    page.goto(live.url)
    page.locator("a[href*='/year?year=']").click()
    fits(page)
    page.locator("#papers form button").click()
    page.locator("#papers a[href*='/verify/']").first.wait_for()
    fits(page)
    address = page.locator("#papers a[href*='/verify/']").first.get_attribute("href")

    stranger = page_as(None, width)
    stranger.context.add_cookies([{"name": "language", "value": language, "url": live.url}])
    stranger.goto(f"{live.url}{address}")
    assert ("valid" if language == "en" else "有效") in stranger.locator(".banner").first.inner_text()
    fits(stranger)
    stranger.goto(f"{live.url}{page.url.removeprefix(live.url)}")
    assert "/sign-in" in stranger.url
