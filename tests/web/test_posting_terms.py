"""Postings over time on their pages: verbs with their errors, history, bars, as of a date, succession; both languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from commissioner.models import Organisation, Pairing, Place, Posting, db
from commissioner.units import today
from commissioner.vocabulary import OrganisationKind
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, written
from tests.people import People

START, END = today() - timedelta(days=300), today() + timedelta(days=40)


def iso(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def stored(posting_id: int) -> Posting:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Posting, posting_id)


@pytest.fixture
def posting(people: People) -> int:
    return a_posting(a_person("示例先生"), a_village(), START, END)


def test_a_posting_is_handed_over_and_both_pages_tell_it(people: People, posting: int) -> None:
    officer, other = people.as_officer, a_person("接班人")
    page = officer.get(f"/postings/{posting}")
    assert {"延期", "提前结束", "交接", "调动", "更正"} <= {link.get_text() for link in page.soup.select("a.button")}
    url = f"/postings/{posting}/hand-over"
    made = officer.submit(url, commissioner_id=str(other), day=iso(5), reason="退休").location
    assert "接替" in officer.get(made).plain
    assert "示例先生" in officer.get(made).plain
    old = officer.get(f"/postings/{posting}")
    assert "交接给 接班人" in " ".join(old.plain.split())
    assert "退休" in old.plain
    assert stored(posting).ends_on == today() + timedelta(days=4)


def test_the_other_verbs_one_after_another(people: People, posting: int) -> None:
    officer = people.as_officer
    officer.submit(f"/postings/{posting}/extend", day=iso(100), reason="续聘")
    officer.submit(f"/postings/{posting}/end", day=iso(50), reason="出国")
    elsewhere = a_village(NEXT_TOWNSHIP)
    moved = officer.submit(f"/postings/{posting}/move", place_id=str(elsewhere), day=iso(9), reason="调整").location
    assert "从别处调来" in officer.get(moved).plain
    text = officer.get(f"/postings/{posting}").plain
    for words in ("续聘", "出国", "调往", iso(100), iso(50)):
        assert words in text, words
    officer.submit(f"/postings/{posting}/correct", starts_on=iso(-280), reason="抄错一行")
    assert stored(posting).starts_on == today() - timedelta(days=280)
    # What the person's page tells: the old place and the new one, and that nothing lies between.
    person = stored(posting).commissioner_id
    page = officer.get(f"/commissioners/{person}")
    assert len(page.soup.select(".spans tbody tr")) == 2
    assert page.soup.select(".span-words li") == []


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(people: People, posting: int) -> None:
    officer = people.as_officer
    page = officer.submit(f"/postings/{posting}/extend", 422, day=iso(1), reason="续聘")
    assert "延期要晚于现在的结束日期" in page.plain
    assert page.form_values()["reason"] == "续聘"
    assert "请填写“原因”" in officer.submit(f"/postings/{posting}/end", 422, day=iso(1), reason="").plain
    asked = officer.submit(f"/postings/{posting}/end", 422, day=iso(-9), reason="早就走了")
    assert "已经过去 9 天" in asked.plain
    assert stored(posting).ends_on == END
    officer._answer("POST", f"/postings/{posting}/end", 303, data={**asked.form_values(), "confirmed": "y"})
    assert stored(posting).ends_on == today() - timedelta(days=9)


def test_two_at_once_see_both(people: People, posting: int) -> None:
    first, second = people.as_officer, people.as_administrator
    slow = second.get(f"/postings/{posting}/end").form_values()
    first.submit(f"/postings/{posting}/extend", day=iso(90), reason="续聘")
    page = second._answer("POST", f"/postings/{posting}/end", 409, data={**slow, "day": iso(3), "reason": "出国"})
    said = page.soup.select_one("table.diff").get_text()
    assert iso(90) in said
    assert iso(3) in said
    assert page.form_values()["reason"] == "出国"
    assert stored(posting).ends_on == today() + timedelta(days=90)
    second._answer("POST", f"/postings/{posting}/end", 303, data=page.form_values())
    assert stored(posting).ends_on == today() + timedelta(days=3)


def test_the_ordinary_form_keeps_its_hands_off_the_term(people: People, posting: int) -> None:
    officer = people.as_officer
    page = officer.get(f"/postings/{posting}/edit")
    assert page.soup.select("[name=ends_on], [name=place_id], [name=commissioner_id], [name=starts_on]") == []
    assert "填错了用“更正”" in page.plain
    officer.submit(f"/postings/{posting}/edit", note="补记", ends_on=iso(1))
    assert (stored(posting).note, stored(posting).ends_on) == ("补记", END)
    future = a_posting(a_person("以后的人"), a_village(), today() + timedelta(days=9))
    officer.submit(f"/postings/{future}/edit", ends_on=iso(99))
    assert stored(future).ends_on == today() + timedelta(days=99)


def test_who_only_looks_sees_the_history_and_no_verbs(people: People, posting: int) -> None:
    people.as_officer.submit(f"/postings/{posting}/extend", day=iso(90), reason="续聘")
    for person in (people.as_township, people.as_leader):
        page = person.get(f"/postings/{posting}")
        assert "续聘" in page.plain
        assert page.soup.select("a[href*='/extend'], a[href*='/correct']") == []
        person.get(f"/postings/{posting}/extend", 404)
        person.get("/succession", 404)
    people.as_other_county.get(f"/postings/{posting}", 404)
    people.as_other_county.get(f"/postings/{posting}/move", 404)
    people.as_officer.get(f"/postings/{posting}/vanish", 404)


def test_a_village_tells_who_served_when_and_what_outlives_them(people: People) -> None:
    village = a_village(number=4)
    code = db.session.get_one(Place, village).region_code
    written_helper = written(
        Organisation, name="示例帮扶单位", kind=OrganisationKind.GOVERNMENT, region_code="330326000000"
    )
    written(Pairing, helper_id=written_helper, place_id=village, region_code=code, starts_on=date(2005, 1, 1))
    a_posting(a_person("早先的人"), village, date(2006, 3, 1), date(2006, 12, 31))
    a_posting(a_person("后来的人"), village, date(2008, 1, 1), date(2008, 12, 31))
    with db.engine.begin() as connection:
        town = Posting.__table__.c.place_id == db.session.get_one(Place, village).parent_id
        elsewhere = {"place_id": a_village(), "region_code": db.session.get_one(Place, a_village()).region_code}
        connection.execute(Posting.__table__.update().where(town).values(**elsewhere))
    page = people.as_officer.get(f"/places/{village}?on=2006-06-01")
    assert "截至 2006-06-01" in page.plain
    rows = [row.get_text(" ", strip=True) for row in page.soup.select(".spans tbody tr")]
    assert len(rows) == 3
    assert any("早先的人" in row and "在岗" in row for row in rows)
    assert any("示例帮扶单位" in row and "结对帮扶" in row for row in rows)
    gaps = [line.get_text(strip=True) for line in page.soup.select(".span-words li")]
    assert gaps == ["没有特派员：2007-01-01 至 2007-12-31", "没有特派员：2009-01-01 起至今"]
    assert "on=2006-06-01" in page.soup.select_one("a[href*='/commissioners/']")["href"]
    assert "不是能查的日期" in people.as_officer.get(f"/places/{village}?on=32.13.2006").plain


def test_lists_as_of_a_date_keep_it_in_their_links(people: People) -> None:
    officer, person = people.as_officer, a_person("当年的人")
    a_posting(person, a_village(), date(2009, 3, 1), date(2009, 5, 31))
    page = officer.get("/commissioners/?on=2009-05-31")
    assert "截至 2009-05-31" in page.plain
    assert page.soup.select_one(".listing tbody a")["href"] == f"/commissioners/{person}?on=2009-05-31"
    assert "截至 2009-05-31" in officer.get(f"/commissioners/{person}?on=2009-05-31").plain
    assert "不是日期" in officer.get("/postings/?on=nonsense").plain
    assert "截至 2009-05-31" in officer.get("/places/?on=2009-05-31").plain


def test_what_ends_soon_with_nobody_to_follow_is_listed(people: People) -> None:
    ending = a_posting(a_person("快到期的人"), a_village(NEXT_TOWNSHIP), START, END)
    with db.engine.begin() as connection:
        table = Posting.__table__
        low, high = NEXT_TOWNSHIP.ljust(12, "0"), NEXT_TOWNSHIP.ljust(12, "9")
        others = table.c.region_code.between(low, high) & (table.c.id != ending)
        connection.execute(table.update().where(others).values(ends_on=today()))
    officer = people.as_officer
    assert "/succession" in officer.get("/postings/").links()
    assert "快到期的人" in officer.get("/succession").plain
    soon = officer.get("/succession?days=1").soup.select_one("section.section").get_text()
    assert "快到期的人" not in soon


def test_all_of_it_in_english(people: People, posting: int) -> None:
    officer = people.as_officer.speaks("en")
    officer.submit(f"/postings/{posting}/extend", day=iso(90), reason="renewed")
    page = officer.get(f"/postings/{posting}")
    for words in ("Serving", "Hand over", "End early", "Correction", "Posting begins"):
        assert words in page.plain, words
    assert "Succession" in officer.get("/succession").plain
    assert "As of" in officer.get(f"/places/{a_village()}").plain
