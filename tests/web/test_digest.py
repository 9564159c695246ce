"""Asking for the weekly mail on the page, and ending it from the mail."""

from dataclasses import replace

import pytest

from commissioner.domain.digests import DigestWish, digest_wish, take_turn
from commissioner.models import db
from tests.conftest import SECRET


@pytest.fixture
def with_mail(pingyang):
    pingyang.extensions["settings"] = replace(
        pingyang.extensions["settings"],
        smtp_url="smtp://user:hush@mail.example",
        mail_from="kjt@example.com",
        public_url="https://kjt.example",
    )
    return pingyang


def test_the_mail_is_off_until_it_is_asked_for(with_mail, people):
    person = people.as_township
    assert person.get("/todo").soup.select_one("#weekly").get("checked") is None

    person.post("/todo/digest", {"email": "reader@example.com", "weekly": "y"})

    assert digest_wish(person.actor) == DigestWish(email="reader@example.com", weekly=True)
    assert person.get("/todo").soup.select_one("#email")["value"] == "reader@example.com"
    assert digest_wish(people.as_township.actor) == DigestWish()


def test_what_is_no_address_comes_back_with_a_word(with_mail, people):
    page = people.as_township.post("/todo/digest", {"email": "reader@", "weekly": "y"}, 422)

    assert "不像一个邮箱地址" in page.plain
    assert "hush" not in page.plain


def test_a_calendar_address_is_the_one_seen_from_outside(with_mail, people):
    page = people.as_township.post("/todo/calendar", {}, 200)

    assert page.soup.select_one("code.address").get_text().startswith("https://kjt.example/calendar/")


def test_opening_the_page_of_a_mail_ends_nothing_and_its_button_does(with_mail, people):
    person, nobody = people.as_township, people.as_nobody
    person.post("/todo/digest", {"email": "reader@example.com", "weekly": "y"})
    due = take_turn(person.actor.account_id, SECRET)
    address = f"/digest/{due.token}"

    page = nobody.get(address)
    db.session.rollback()
    assert digest_wish(person.actor).weekly
    assert "reader@example.com" not in page.plain

    assert "已退订" in nobody.submit(address, 200).plain
    db.session.rollback()
    assert not digest_wish(person.actor).weekly
    nobody.get("/digest/" + "0" * 64, 404)
