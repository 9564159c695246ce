"""A failure is a page with a number, and a log line with the same number and nothing of what somebody typed."""

import re

import pytest
from sqlalchemy import text

from commissioner.domain import accounts, home, visit_log
from commissioner.models import db
from commissioner.problems import Busy
from tests.factories import a_village
from tests.people import posted_commissioner

PHONE, PASSWORD, NAME = "13812345678", "hunter2-hunter2", "张三丰"
SECRETS = (PHONE, PASSWORD, NAME)


@pytest.fixture
def heard(capfd, caplog):
    """Everything that was logged or printed so far."""
    caplog.set_level("DEBUG")

    def listen() -> str:
        out, err = capfd.readouterr()
        return out + err + "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)

    return listen


def reference_on(page) -> str:
    return page.soup.select_one(".reference").get_text(strip=True)


def telling(**changes):
    return {
        "place_id": str(a_village()),
        "commissioner_ids": [str(posted_commissioner())],
        "topic": f"{NAME} 电话 {PHONE}",
        **changes,
    }


def test_a_failure_is_a_page_with_the_number_of_its_log_line(people, monkeypatch, heard):
    def fail(_actor, draft):
        raise RuntimeError(f"cannot save {draft}")

    monkeypatch.setattr(visit_log, "record_visit", fail)
    page = people.as_township.submit("/visits/log", 500, **telling())

    said = heard()
    assert reference_on(page) in said
    assert "RuntimeError" in said
    assert "visits.new" in said
    assert [secret for secret in SECRETS if secret in said] == []
    assert PHONE not in page.plain


def test_what_the_database_says_of_a_statement_is_not_logged(people, monkeypatch, heard):
    def fail(_actor, _draft):
        db.session.execute(text("INSERT INTO nowhere VALUES (:phone)"), {"phone": PHONE})

    monkeypatch.setattr(visit_log, "record_visit", fail)
    page = people.as_township.submit("/visits/log", 500, **telling())

    said = heard()
    assert reference_on(page) in said
    assert PHONE not in said


def test_a_password_is_in_no_log_line(people, monkeypatch, heard):
    nobody = people.as_nobody
    nobody.submit("/sign-in", 422, username=NAME, password=PASSWORD)
    monkeypatch.setattr(accounts, "sign_in", lambda username, password, digest: 1 / 0)
    page = nobody.submit("/sign-in", 500, username=NAME, password=PASSWORD)

    said = heard()
    assert reference_on(page) in said
    assert [secret for secret in SECRETS if secret in said] == []


def test_two_failures_have_two_numbers(people, monkeypatch):
    township = people.as_township
    monkeypatch.setattr(home, "latest_year", lambda actor: 1 / 0)
    monkeypatch.setattr("commissioner.web.home.home", lambda actor: 1 / 0)

    assert reference_on(township.get("/", 500)) != reference_on(township.get("/", 500))


def test_a_failure_answers_a_module_in_its_own_way(people, monkeypatch, heard):
    monkeypatch.setattr("commissioner.web.subjects.choices_of", lambda *_: 1 / 0)
    answer = people.as_township.get("/places/pick.json?q=tmc", 500)

    assert answer.json["error"]
    assert re.fullmatch(r"[0-9a-f]{8}", answer.json["reference"])
    assert answer.json["reference"] in heard()


def test_a_busy_database_says_that_nothing_was_saved(people, monkeypatch):
    def busy(_actor, _draft):
        raise Busy

    monkeypatch.setattr(visit_log, "record_visit", busy)
    page = people.as_township.submit("/visits/log", 503, **telling())

    assert "没有保存" in page.plain


def test_an_ordinary_visit_says_nothing_of_people(people, heard):
    township = people.as_township
    township.get(township.submit("/visits/log", **telling()).location)

    said = heard()
    assert [secret for secret in SECRETS if secret in said] == []
