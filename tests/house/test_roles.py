"""Each role's walk through the house: every link leads somewhere, quickly, to a sound page, in both languages."""

import re

import pytest
from flask import url_for

from commissioner.vocabulary import Role
from commissioner.web.headers import STRICT_POLICY
from tests.house.crawl import Walk

CAST = {
    Role.ADMINISTRATOR: "as_administrator",
    Role.OFFICER: "as_officer",
    Role.TOWNSHIP: "as_township",
    Role.COMMISSIONER: "as_commissioner",
    Role.INSTITUTION: "as_institution",
    Role.LEADER: "as_leader",
}
# An address of another host, wherever it stands: a picture, a form, a style sheet, a frame, something fetched later.
FOREIGN = re.compile(r"^\s*(?:https?:)?//(?!localhost[:/])", re.IGNORECASE)


def test_everybody_has_a_walk():
    assert CAST.keys() == set(Role)


@pytest.mark.parametrize("role", Role)
def test_every_link_leads_to_a_sound_page(standing, cast, role):
    walks_through(standing, getattr(cast, CAST[role]), of_each=2)


@pytest.mark.parametrize("standing", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", Role)
def test_every_link_leads_to_a_sound_page_in_english(standing, cast, role):
    walks_through(standing, getattr(cast, CAST[role]).speaks("en"), of_each=1)


def walks_through(standing, person, of_each):
    walk = Walk(person, of_each=of_each)
    frame = url_for_frame(standing)
    seen = 0

    for page in walk.pages():
        seen += 1
        assert foreign_addresses(page) == [], page.url
        policy = page.response.headers["Content-Security-Policy"]
        if page.url.partition("?")[0] == frame:
            assert "'unsafe-inline'" not in policy.partition("style-src")[0]
            assert "'unsafe-eval'" not in policy
        else:
            assert policy == STRICT_POLICY, page.url

    assert seen > 20


def url_for_frame(app):
    with app.test_request_context():
        return url_for("map.frame")


def foreign_addresses(page):
    if not page.is_html:
        return []
    return [
        (tag.name, name, value)
        for tag in page.soup.find_all(True)
        for name, value in tag.attrs.items()
        if not name.startswith("xmlns") and isinstance(value, str) and FOREIGN.match(value)
    ]
