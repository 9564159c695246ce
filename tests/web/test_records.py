"""The pages of records: who serves a village on a date, a commissioner's year, lists, forms, removal."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from commissioner.domain.place_changes import PlaceChange, rename_place
from commissioner.models import Commissioner, Need, Place, Posting, db
from commissioner.units import today
from commissioner.vocabulary import Role
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_officer, written
from tests.people import COUNTY, SHUITOU, People

SCRIPT = "<script>alert(1)</script>"


def tongmeng() -> int:
    return db.session.scalar(select(Place.id).where(Place.name == "同盟村"))


def the_commissioner(name: str) -> int:
    return db.session.scalar(select(Commissioner.id).where(Commissioner.name == name))


def counted(page) -> str:
    """The number that a list has in its title, or that the page of service days begins with."""
    first = page.soup.select_one(".figure-value")
    told = page.heading.split()[-1] if page.soup.select_one("h1 .count") or first is None else first.get_text()
    return re.match(r"[\d,]+", told.strip())[0]


def section(page, title: str):
    heads = [head for head in page.soup.select("section h2") if head.get_text().startswith(title)]
    assert heads, f"no section {title}"
    return heads[0].find_parent("section")


class TestPlace:
    def test_it_tells_who_serves_on_the_date_asked_about(self, people: People):
        a_posting(a_person("示例先生"), tongmeng(), date(1999, 6, 1), date(1999, 6, 30))
        officer = people.as_officer

        then = officer.get(f"/places/{tongmeng()}?on=1999-06-15")
        now = officer.get(f"/places/{tongmeng()}")

        assert "示例先生" in section(then, "谁在这里服务").get_text()
        assert "示例先生" not in section(now, "谁在这里服务").get_text()
        assert now.field("on") == today().isoformat()

    def test_a_date_that_is_none_means_today(self, people: People):
        assert people.as_officer.get(f"/places/{tongmeng()}?on=2022-13-45").field("on") == today().isoformat()

    def test_it_leads_to_what_belongs_to_it_and_to_the_places_above(self, people: People):
        page = people.as_officer.get(f"/places/{tongmeng()}?on=2022-06-01")

        assert page.heading == "同盟村"
        assert {"走访", "项目", "结对帮扶"} <= {
            re.sub(r"[\d,]+$", "", head.get_text().strip()) for head in page.soup.select("section h2")
        }
        assert [link.get_text().strip() for link in page.soup.select(".crumbs a")][1:] == ["平阳县", "水头镇"]

    def test_everything_that_happened_to_it_costs_no_more_than_twelve_queries(self, people: People):
        village = a_village()
        for number in range(3):
            rename_place(an_officer(), village, PlaceChange(happened_on=date(2020, 1, 1), new_name=f"第{number}名村"))

        page = people.as_officer.get(f"/places/{village}")

        assert len(page.soup.select(".timeline li")) == 3

    def test_the_count_in_a_section_is_the_count_of_its_list(self, people: People):
        officer = people.as_officer
        town = db.session.scalar(select(Place.id).where(Place.code == SHUITOU.ljust(12, "0")))
        visits = section(officer.get(f"/places/{town}"), "走访")
        count = visits.select_one(".count").get_text().strip()
        every = next(link["href"] for link in visits.select(".section-head a"))

        assert officer.get(every).heading.split()[-1] == count

    def test_another_township_and_another_county_find_nothing_there(self, people: People):
        people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP).get(f"/places/{tongmeng()}", 404)
        people.as_other_county.get(f"/places/{tongmeng()}", 404)

    def test_only_officers_are_offered_to_change_it(self, people: People):
        village = tongmeng()

        assert any(link.endswith("/rename") for link in people.as_officer.get(f"/places/{village}").links())
        assert not any(link.endswith("/rename") for link in people.as_township.get(f"/places/{village}").links())
        people.as_township.get(f"/places/{village}/rename", 404)

    def test_an_officer_renames_it(self, people: People):
        officer, village = people.as_officer, tongmeng()

        officer.submit(f"/places/{village}/rename", new_name="新盟村", note="县政府批复")
        page = officer.get(f"/places/{village}")

        assert page.heading == "新盟村"
        assert "原名 同盟村" in page.plain

    def test_an_impossible_change_is_answered_beside_its_field(self, people: People):
        officer, village = people.as_officer, tongmeng()

        page = officer.submit(f"/places/{village}/rename", 422, new_name="同盟村", happened_on="2999-01-01")

        assert page.errors()
        assert page.field("new_name") == "同盟村"

    def test_closing_where_somebody_serves_asks_first(self, people: People):
        officer, village = people.as_officer, a_village()
        a_posting(a_person(), village, date(2022, 1, 1))

        asked = officer.submit(f"/places/{village}/close", 422)
        assert "派驻" in asked.plain
        officer.submit(f"/places/{village}/close", confirmed="y")

        assert "已撤销" in officer.get(f"/places/{village}").plain

    def test_tags_are_ticked(self, people: People):
        officer, village = people.as_officer, a_village()

        officer.submit(f"/places/{village}/tags", tags=["focus_village", "mountain"])

        assert {"重点村", "山区"} <= {tag.get_text() for tag in officer.get(f"/places/{village}").soup.select(".tag")}


class TestCommissioner:
    def test_a_year_of_a_commissioner(self, people: People):
        page = people.as_officer.get(f"/commissioners/{the_commissioner('茶叶专家甲')}?year=2022")

        figures = {
            label.get_text().strip(): label.find_parent(class_="figure").select_one(".figure-value").get_text().strip()
            for label in page.soup.select(".figure-label")
        }

        assert page.field("year") in {"", "2022"}
        assert re.match(r"\d+", figures["服务天数"])
        assert int(re.match(r"\d+", figures["服务天数"])[0]) >= int(re.match(r"\d+", figures["服务走访"])[0])

    def test_each_figure_is_the_count_of_the_list_it_leads_to(self, people: People):
        officer = people.as_officer
        page = officer.get(f"/commissioners/{the_commissioner('茶叶专家甲')}?year=2022")

        led = 0
        for figure in page.soup.select("a.figure"):
            label = figure.select_one(".figure-label").get_text().strip()
            if label == "培训":  # person-times, behind which stand sessions
                continue
            number = re.match(r"[\d,]+", figure.select_one(".figure-value").get_text().strip())[0]
            assert counted(officer.get(figure["href"])) == number, label
            led += 1
        assert led >= 3

    @pytest.mark.parametrize("year", ["1998", "abc", "99999999", "²", ""])
    def test_a_year_that_is_none_means_this_one(self, people: People, year):
        page = people.as_officer.get(f"/commissioners/{the_commissioner('茶叶专家甲')}?year={year}")

        assert page.soup.select_one("#year option[selected]")["value"] == str(today().year)

    def test_a_township_reads_the_number_of_those_who_serve_there_only(self, people: People):
        person = written(
            Commissioner, kind="individual", name="示例先生", region_code="330326000000", phone="13800001234"
        )
        a_posting(person, a_village(), date(2022, 1, 1))

        assert "13800001234" in people.as_township.get(f"/commissioners/{person}").plain
        assert "138****1234" in people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP).get(f"/commissioners/{person}").plain
        assert "138****1234" in people.as_leader.get(f"/commissioners/{person}").plain

    def test_illustrative_people_wear_the_tag(self, people: People):
        page = people.as_officer.get(f"/commissioners/{the_commissioner('茶叶专家甲')}")

        assert page.soup.select_one(".lede .sample")


class TestForms:
    def test_a_new_posting_from_a_page_knows_its_place(self, people: People):
        village = a_village()

        page = people.as_officer.get(f"/postings/new?place_id={village}")

        assert page.form_values()["place_id"] == str(village)

    def test_an_officer_enters_a_commissioner_and_finds_the_page(self, people: People):
        officer = people.as_officer

        made = officer.submit("/commissioners/new", name="示例新人", speciality="茶叶")

        assert officer.get(made.location).heading == "示例新人"

    def test_a_double_click_makes_one_record(self, people: People):
        officer = people.as_officer
        person, village = a_person(), a_village()
        filled = officer.get(f"/postings/new?place_id={village}&commissioner_id={person}").form_values()
        filled.update(starts_on="2022-03-01", level="county")

        first = officer._answer("POST", "/postings/new", 303, data=filled)
        second = officer._answer("POST", "/postings/new", 303, data=filled)

        assert first.location == second.location
        db.session.rollback()
        assert len(db.session.scalars(select(Posting.id).where(Posting.commissioner_id == person)).all()) == 1

    def test_a_name_twice_is_asked_about_and_nothing_is_lost(self, people: People):
        a_person("示例重名")
        officer = people.as_officer

        asked = officer.submit("/commissioners/new", 422, name="示例重名", speciality="茶叶加工")

        assert asked.field("speciality") == "茶叶加工"
        assert asked.soup.select_one("#confirmed")

    def test_reversed_dates_are_told_beside_the_field(self, people: People):
        officer = people.as_officer
        changes = {"commissioner_id": a_person(), "place_id": a_village(), "level": "county"}

        page = officer.submit("/postings/new", 422, **changes, starts_on="2022-03-01", ends_on="2022-02-01")

        assert any("结束日期" in error for error in page.errors())

    def test_a_script_is_shown_as_text_everywhere(self, people: People):
        officer = people.as_officer

        made = officer.submit("/needs/new", title=SCRIPT, place_id=tongmeng(), problem=SCRIPT, wanted_speciality=SCRIPT)

        for url in (made.location, "/needs/", f"/places/{tongmeng()}", "/audit/"):
            page = officer.get(url)
            assert SCRIPT in page.plain, url

    @pytest.mark.parametrize("text", ["茶" * 100_000, "茶\x00叶", "茶\u202e叶"])
    def test_impossible_text_is_refused_and_nothing_is_written(self, people: People, text):
        page = people.as_officer.submit("/needs/new", 422, title=text, place_id=tongmeng())

        assert page.errors()
        assert db.session.scalar(select(Need.id).where(Need.title == text.replace("\x00", ""))) is None

    def test_swapped_degrees_are_noticed(self, people: People):
        page = people.as_officer.submit(
            f"/places/{tongmeng()}/edit", 422, latitude_deg="120.3193", longitude_deg="27.6348"
        )

        assert any("反" in error for error in page.errors())

    def test_township_staff_raise_a_need_and_see_it_on_the_village(self, people: People):
        staff = people.as_township

        staff.submit("/needs/new", title="示例需求一件", place_id=tongmeng())

        assert "示例需求一件" in staff.get(f"/places/{tongmeng()}").plain

    def test_nobody_else_is_shown_forms_of_the_registry(self, people: People):
        for person in (people.as_township, people.as_leader, people.as_commissioner, people.as_institution):
            person.get("/commissioners/new", 404)
            person.get(f"/places/{tongmeng()}/edit", 404)

    def test_removing_asks_twice_and_what_is_in_use_stays(self, people: People):
        officer = people.as_officer
        person = a_person("示例先生")
        a_posting(person, a_village(), date(2022, 1, 1))

        assert officer.get(f"/commissioners/{person}").soup.select_one("details.remove form")
        officer.post(f"/commissioners/{person}/remove", {}, 409)
        lonely = a_person("示例错录")
        officer.post(f"/commissioners/{lonely}/remove", {})

        officer.get(f"/commissioners/{lonely}", 404)

    def test_an_unknown_id_is_a_friendly_page(self, people: People):
        for url in ("/places/999999", "/commissioners/0", "/postings/123456789012", "/nothing/1"):
            assert "没有找到" in people.as_officer.get(url, 404).plain


class TestLists:
    @pytest.mark.parametrize(
        "name", ["places", "organisations", "commissioners", "batches", "postings", "needs", "members", "matches"]
    )
    def test_every_role_gets_its_lists(self, people: People, name):
        for person in (people.as_officer, people.as_township, people.as_commissioner, people.as_leader):
            person.get(f"/{name}/")
        assert people.as_other_county.get(f"/{name}/").heading.split()[-1] == "0"

    def test_a_township_finds_a_village_by_initials(self, people: People):
        assert "同盟村" in people.as_township.get("/places/?q=tmc").plain

    def test_postings_on_a_date_by_level(self, people: People):
        page = people.as_officer.get("/postings/?on=2022-06-01&level=provincial")

        assert "省派" in page.plain
        assert COUNTY not in page.heading
