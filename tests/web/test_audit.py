"""The changes in words: who, what, when, from what to what, in scope, and safe to read."""

from datetime import date

import pytest
from sqlalchemy import insert, select, update

from commissioner.domain import records
from commissioner.domain.audit_words import VERBS
from commissioner.domain.commissioners import COMMISSIONERS
from commissioner.domain.place_changes import PlaceChange, rename_place
from commissioner.domain.places import PLACES
from commissioner.domain.postings import POSTINGS
from commissioner.models import AuditEntry, Place, db
from commissioner.models.base import now
from commissioner.shipped import shipped
from commissioner.units import today
from commissioner.vocabulary import Level, Role
from tests.factories import a_person, a_posting, a_village, an_officer
from tests.people import NEXT_COUNTY, People

SCRIPT = "<script>alert(1)</script>"


def a_line(**values) -> None:
    given = {"at": now(), "account_name": "示例", "role": "officer", "action": "needs.amend", "subject": "needs"}
    given |= {"region_code": "330326000000", "changes": {}, **values}
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(insert(AuditEntry).values(**given))


def told(page) -> str:
    return page.soup.select_one(".audit").get_text(" ")


class TestWords:
    def test_a_change_is_told_from_what_to_what(self, people: People):
        officer, person, village = an_officer(), a_person("示例先生"), a_village()
        name = db.session.scalar(select(Place.name).where(Place.id == village))
        draft = {"commissioner_id": person, "place_id": village, "level": Level.COUNTY, "starts_on": date(2022, 3, 1)}
        draft |= {
            "batch_id": None,
            "ends_on": None,
            "required_days": 60,
            "industry": None,
            "end_reason": "",
            "note": "",
        }
        made = records.create(officer, POSTINGS, draft)
        records.amend(officer, POSTINGS, made, {**draft, "level": Level.PROVINCIAL, "required_days": 30}, version=1)

        page = people.as_officer.get(f"/audit/?subject=postings&record={made}")

        rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.soup.select(".diff tbody tr")]
        assert page.heading.split()[-1] == "2"
        assert ["特派员", "空", "示例先生"] in rows
        assert ["派驻地点", "空", name] in rows
        assert ["层级", "县派", "省派"] in rows
        assert ["每年应服务天数", "60", "30"] in rows

    def test_a_record_leads_to_its_own_changes(self, people: People):
        person = a_person()
        officer = people.as_officer
        records.amend(an_officer(), COMMISSIONERS, person, {**values(person), "title": "教授"}, version=1)

        link = next(link for link in officer.get(f"/commissioners/{person}").links() if link.startswith("/audit/"))

        assert officer.get(link).heading.split()[-1] == "1"

    def test_a_telephone_number_is_told_to_nobody(self, people: People):
        person = a_person()
        records.amend(an_officer(), COMMISSIONERS, person, {**values(person), "phone": "13800001234"}, version=1)

        assert "13800001234" not in people.as_officer.get("/audit/").response.get_data(as_text=True)

    def test_what_is_gone_is_told_without_a_link(self, people: People):
        officer, person = an_officer(), a_person("示例错录")
        records.remove(officer, COMMISSIONERS, person)

        page = people.as_officer.get(f"/audit/?subject=commissioners&record={person}&action=remove")

        assert "示例错录" in told(page)
        assert f"/commissioners/{person}" not in page.links()

    def test_every_verb_written_anywhere_has_words(self):
        sources = [path.read_text() for path in shipped("templates").parent.glob("commissioner/domain/**/*.py")]
        for source in sources:
            for call in source.split("change(")[1:]:
                action = call.split('"')[1] if '"' in call[:80] else ""
                verb = action.rpartition(".")[2]
                if "." in action and "}" not in verb and not action.startswith("account.sign_in"):
                    assert verb in VERBS, action


class TestFilters:
    def test_by_what_by_verb_and_by_date(self, people: People):
        rename_place(an_officer(), a_village(), PlaceChange(happened_on=today(), new_name="新名村"))
        officer = people.as_officer

        def count(query: str) -> str:
            return officer.get(f"/audit/?{query}").heading.split()[-1]

        day = today().isoformat()
        assert count("subject=places&action=rename") == "1"
        assert count(f"action=rename&since={day}&until={day}") == "1"
        assert count("action=rename&until=2000-01-01") == "0"
        assert count("action=rename&since=2999-01-01") == "0"
        assert count("subject=postings&action=rename") == "0"

    @pytest.mark.parametrize(
        "nonsense", ["since=2022-13-45", "until=9999-12-31", "subject=nothing", "action=%27", "record=abc", "q=%00"]
    )
    def test_nonsense_is_no_failure(self, people: People, nonsense):
        people.as_officer.get(f"/audit/?{nonsense}")


class TestSafety:
    def test_a_large_or_nasty_change_is_cut_and_shown_as_text(self, people: People):
        many = {f"field_{number}": [None, "茶" * 5000] for number in range(100)}
        a_line(changes={"title": [SCRIPT, SCRIPT * 2000], **many})

        page = people.as_officer.get("/audit/")

        assert SCRIPT in told(page)
        assert len(page.response.get_data()) < 200_000
        assert "没有列出" in told(page)

    @pytest.mark.parametrize(
        "changes",
        [
            {"place_id": "x"},
            {"place_id": [None, [1, "y"]]},
            {"state": {"a": 1}},
            {"title": []},
            {"raised_on": [1, 2, 3]},
        ],
    )
    def test_a_line_of_an_odd_shape_is_still_shown(self, people: People, changes):
        a_line(changes=changes)

        assert told(people.as_officer.get("/audit/"))

    def test_a_line_about_something_unknown_is_still_shown(self, people: People):
        a_line(action="strange", subject="strange", role="nobody", subject_id=1)

        assert "strange" in told(people.as_officer.get("/audit/"))

    def test_a_hundred_lines_cost_no_more_queries_than_one(self, people: People):
        person = a_person()
        posting = a_posting(person, a_village(), date(2022, 1, 1))
        for number in range(60):
            a_line(
                action="postings.amend",
                subject="postings",
                subject_id=posting,
                changes={"commissioner_id": [number, person]},
            )

        people.as_officer.get("/audit/?size=100")


class TestScope:
    def test_officers_see_the_changes_of_their_county_only(self, people: People):
        rename_place(an_officer(), a_village(), PlaceChange(happened_on=today(), new_name="新名村"))

        assert people.as_officer.get("/audit/?action=rename").heading.split()[-1] == "1"
        assert people.sign_in(Role.OFFICER, NEXT_COUNTY).get("/audit/").heading.split()[-1] == "0"

    def test_nobody_else_reads_them(self, people: People):
        for person in (people.as_township, people.as_leader, people.as_commissioner, people.as_institution):
            person.get("/audit/", 404)

    def test_a_change_is_told_by_the_name_the_person_had_then(self, people: People):
        officer = an_officer()
        rename_place(officer, a_village(), PlaceChange(happened_on=today(), new_name="新名村"))
        db.session.execute(
            update(AuditEntry).where(AuditEntry.action == "places.rename").values(account_name="当时的名字")
        )
        db.session.commit()

        assert "当时的名字" in told(people.as_officer.get("/audit/?action=rename"))


def values(person: int) -> dict:
    return dict(records.record(an_officer(), COMMISSIONERS, person).values)


def test_a_place_event_is_told_with_its_day_and_note(people: People):
    village = a_village()
    rename_place(an_officer(), village, PlaceChange(happened_on=date(2022, 5, 1), new_name="新名村", note="县政府批复"))

    words = told(people.as_officer.get(f"/audit/?subject={PLACES.name}&record={village}"))

    assert all(word in words for word in ("更名", "2022-05-01", "县政府批复", "新名村"))
