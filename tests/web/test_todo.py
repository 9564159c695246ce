"""The schedule as a page, as a file, and under an address that needs no session."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from commissioner.models import Account, AuditEntry, CalendarFeed, db
from commissioner.units import today
from commissioner.vocabulary import Role
from tests.domain.test_todo import a_milestone, a_problem
from tests.factories import NEXT_TOWNSHIP

DAY = timedelta(days=1)
HOSTILE = "节点<script>alert(1)</script>\r\nATTENDEE:mailto:x@example.com,;\\n"


def made_by(person):
    """The path of a new calendar address."""
    page = person.post("/todo/calendar", {}, 200)
    return page.soup.select_one("code.address").get_text(strip=True).partition("localhost")[2]


def events(answer):
    return {str(one["summary"]): one for one in Calendar.from_ical(answer.data).walk("VEVENT")}


@pytest.mark.parametrize("role", Role)
def test_the_page_opens_for_every_role_in_both_languages(people, role):
    person = getattr(people, f"as_{role.value}")

    assert "日程" in person.get("/todo").plain
    assert "Schedule" in person.speaks("en").get("/todo").plain
    assert person.get("/").soup.select_one("a[href='/todo']")


def test_dates_stand_under_their_month_and_open_their_record(people):
    a_milestone("快到的节点", today() + DAY)
    a_milestone("迟了的节点", today() - DAY)
    page = people.as_township.get("/todo")

    link = next(one for one in page.soup.select(".timeline-title a") if one.get_text() == "快到的节点")
    assert "快到的节点" in people.as_township.get(link["href"]).plain
    assert page.plain.index("已过期") < page.plain.index("迟了的节点") < page.plain.index("快到的节点")


def test_with_nothing_to_do_the_page_says_so(people):
    page = people.as_other_county.get("/todo")

    assert "没有过期的事" in page.plain
    assert not page.soup.select(".timeline")


def test_the_file_holds_whole_days_with_links_and_stable_names(people):
    number = a_milestone("快到的节点", today() + DAY)
    person = people.as_township

    answer = person.ask("/todo.ics")
    told = events(answer)["项目节点到期：快到的节点"]

    assert answer.mimetype == "text/calendar"
    assert told["dtstart"].dt == today() + DAY
    assert str(told["uid"]) == f"milestone-{number}@localhost"
    assert re.search(r"/projects/\d+$", str(told["url"]))
    assert person.ask("/todo.ics").data == answer.data


def test_a_hostile_title_stays_a_title(people):
    a_milestone(HOSTILE, today() + DAY)
    person = people.as_township

    answer = person.ask("/todo.ics")
    one = next(event for name, event in events(answer).items() if "script" in name)

    assert "attendee" not in one
    assert not re.search(rb"^ATTENDEE", answer.data, re.MULTILINE)
    assert person.get("/todo").soup.select(".timeline script") == []


def test_a_problem_is_not_quoted_outside(people):
    a_problem(today() + DAY)
    person = people.as_township

    answer = person.ask(made_by(person))

    assert any(name.startswith("问题到期") for name in events(answer))
    assert b"13812345678" not in answer.data


def test_the_address_needs_no_session_and_sees_what_its_owner_sees(people):
    a_milestone("自己的节点", today() + DAY)
    a_milestone("隔壁的节点", today() + DAY, NEXT_TOWNSHIP)
    address = made_by(people.as_township)

    answer = people.as_nobody.ask(address)

    assert "项目节点到期：自己的节点" in events(answer)
    assert "项目节点到期：隔壁的节点" not in events(answer)
    assert "private" in answer.headers["Cache-Control"]
    people.as_nobody.ask(address, 304, If_None_Match=answer.headers["ETag"])


def test_the_address_speaks_the_language_it_was_made_in(people):
    a_milestone("own", today() + DAY)

    assert "Milestone due: own" in events(people.as_nobody.ask(made_by(people.as_township.speaks("en"))))


def test_a_forged_a_renewed_and_a_withdrawn_address_are_not_there(people):
    person, nobody = people.as_township, people.as_nobody
    first = made_by(person)
    second = made_by(person)

    nobody.ask(first, 404)
    nobody.ask(second)
    for forged in ("a" * 32, "é", "x" * 400, second.partition("/calendar/")[2][:31]):
        nobody.ask(f"/calendar/{forged}.ics", 404)
    person.post("/todo/calendar/withdraw", {})
    nobody.ask(second, 404)
    assert "还没有日历地址" in person.get("/todo").plain


def test_an_account_that_is_switched_off_shows_no_dates(people):
    person = people.as_township
    address = made_by(person)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Account).where(Account.id == person.actor.account_id).values(active=False))

    people.as_nobody.ask(address, 404)


def test_rights_are_those_of_today(people):
    a_milestone("自己的节点", today() + DAY)
    person = people.as_township
    address = made_by(person)
    db.session.rollback()
    with db.engine.begin() as connection:
        moved = update(Account).where(Account.id == person.actor.account_id)
        connection.execute(moved.values(region_code=NEXT_TOWNSHIP))

    assert "项目节点到期：自己的节点" not in events(people.as_nobody.ask(address))


def test_the_address_is_kept_nowhere(people, caplog):
    caplog.set_level("DEBUG")
    person = people.as_township
    token = re.search(r"/calendar/([^.]+)\.ics", made_by(person))[1]
    people.as_nobody.ask(f"/calendar/{token}.ics")
    db.session.rollback()

    kept = db.session.scalars(select(CalendarFeed.token_sha256)).one()
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "account.make_calendar")).one()
    assert len(token) >= 32
    assert token not in kept
    assert token not in str(told.changes)
    assert token not in caplog.text
    assert token not in person.get("/todo").plain


def test_without_a_mail_server_the_page_says_so_and_takes_no_address(people):
    person = people.as_township

    assert "没有设置邮件服务器" in person.get("/todo").plain
    person.post("/todo/digest", {"email": "a@example.com", "weekly": "y"}, 404)
