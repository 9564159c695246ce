"""Coverage as people open it: the page of each role, its filters and pages, the sheet, and the ways from map and home."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from commissioner.domain import programme
from commissioner.models import Need, Place, ProgrammeSetting, db
from commissioner.units import today
from commissioner.vocabulary import PlaceLevel, SettingKey
from tests.factories import a_village
from tests.needs import a_need
from tests.pages import Page
from tests.people import SHUITOU, People
from tests.web.test_lists import sheet_of
from tests.web.test_map import HOSTILE, renamed


def counts(page: Page) -> list[int]:
    return [int(one.get_text().replace(",", "")) for one in page.soup.select(".coverage-tabs strong")]


def rows(page: Page) -> list[str]:
    return [one.get_text(" ") for one in page.soup.select(".coverage-table tbody tr")]


def total(page: Page) -> int:
    return int("".join(one for one in page.soup.select(".sentence")[0].get_text() if one.isdecimal()))


def test_each_count_opens_its_rows(people: People) -> None:
    officer = people.as_officer
    page = officer.get("/coverage")
    for link, count in zip(page.soup.select(".coverage-tabs a"), counts(page), strict=True):
        behind = officer.get(str(link["href"]))
        assert total(behind) == count
        assert len(rows(behind)) == min(count, 50)


def test_all_pages_together_tell_each_place_once(people: People) -> None:
    officer = people.as_officer
    first = officer.get("/coverage")
    seen = [one["id"] for one in first.soup.select(".coverage-table tbody tr")]
    page = first
    while page.soup.select(".pager [rel=next]"):
        page = officer.get(str(page.soup.select(".pager [rel=next]")[0]["href"]))
        seen += [one["id"] for one in page.soup.select(".coverage-table tbody tr")]
    assert len(seen) == len(set(seen)) == total(first)


def test_without_a_number_of_days_the_page_says_so_and_does_not_ask_for_visits(people: People) -> None:
    page = people.as_leader.get("/coverage")
    assert "还没有设置“覆盖天数”" in page.plain
    assert len(counts(page)) == 3


def test_with_a_number_of_days_places_without_a_visit_can_be_asked_for(people: People) -> None:
    with db.engine.begin() as connection:
        connection.execute(insert(ProgrammeSetting).values(key=SettingKey.COVERAGE_DAYS, value="90"))
    programme.forget()
    page = people.as_leader.get("/coverage")
    assert "90 天没有走访" in page.plain
    assert len(counts(page)) == 4


def test_a_township_is_told_of_itself_alone_and_raises_needs_from_here(people: People) -> None:
    page = people.as_township.get("/coverage")
    every = {one.removeprefix("place-") for one in (str(row["id"]) for row in page.soup.select("tbody tr"))}
    codes = db.session.scalars(select(Place.region_code).where(Place.id.in_([int(one) for one in every]))).all()
    assert {code[:9] for code in codes} == {SHUITOU}
    assert any(link.startswith("/needs/new?place_id=") for link in page.links())
    assert not any(link.endswith("/matching") for link in page.links())


def test_an_officer_goes_on_to_match_the_open_need(people: People) -> None:
    need = a_need(place_id=a_village())
    page = people.as_officer.get("/coverage?missing=need")
    assert f"/needs/{need}/matching" in page.links()
    assert f"/needs/{need}/matching" not in people.as_leader.get("/coverage?missing=need").links()


def test_another_county_finds_nothing_of_ours(people: People) -> None:
    page = people.as_other_county.get(f"/coverage?township={SHUITOU}")
    assert rows(page) == []
    assert "水头" not in page.plain
    assert "还没有登记村和乡镇" in page.plain


def test_who_sees_only_the_own_people_has_no_such_page_and_no_way_to_it(people: People) -> None:
    for person in (people.as_commissioner, people.as_institution):
        person.get("/coverage", 404)
        person.get("/coverage.xlsx", 404)
        for path in ("/", "/map?year=2022"):
            assert not any("/coverage" in link for link in person.get(path).links())


def test_map_and_home_lead_here(people: People) -> None:
    leader = people.as_leader
    for path in ("/", "/map?year=2022"):
        way = next(link for link in leader.get(path).links() if link.startswith("/coverage"))
        leader.get(way)


def test_the_sheet_has_the_rows_of_the_page(people: People) -> None:
    leader = people.as_leader
    page = leader.get(f"/coverage?township={SHUITOU}&missing=posting")
    sheet = sheet_of(leader, f"/coverage.xlsx?township={SHUITOU}&missing=posting")
    codes = [cell for row in sheet for cell in row if str(cell).startswith(SHUITOU)]
    assert len(codes) == total(page)


@pytest.mark.parametrize("query", ["number=0", "number=x", "number=99999"])
def test_a_page_that_is_not_there_does_not_exist(people: People, query: str) -> None:
    people.as_leader.get(f"/coverage?{query}", 404)


def test_nonsense_in_the_address_is_left_out(people: People) -> None:
    page = people.as_leader.get("/coverage?missing=<b>&township=%27x&on=2022-13-40")
    assert total(page) == total(people.as_leader.get("/coverage"))


def test_hostile_names_stay_text(people: People) -> None:
    village = a_village()
    need = a_need(place_id=village)
    renamed(Place, village, name=HOSTILE)
    renamed(Need, need, title=HOSTILE)
    page = people.as_officer.get("/coverage?missing=need")
    assert HOSTILE in page.soup.select("tbody")[0].get_text()
    assert page.soup.select("tbody img, tbody script") == []


def test_the_page_speaks_english(people: People) -> None:
    page = people.as_leader.speaks("en").get("/coverage")
    assert page.heading == "Where somebody is needed"
    assert "Nearest commissioner who could help" in page.plain


class TestStories:
    def village(self) -> int:
        return a_village(SHUITOU, 3)

    def test_json_and_page_tell_the_same_numbers_in_words(self, people: People) -> None:
        leader = people.as_leader
        town = db.session.scalar(select(Place.id).where(Place.region_code == f"{SHUITOU}000"))
        told = leader.get(f"/map/story/township/{town}.json?year=2022").json
        page = leader.get(f"/map?year=2022&at=township-{town}")
        drawn = page.soup.select(".story-chart svg")
        assert [one["aria-label"] for one in drawn] == [one["words"] for one in told["charts"]] != []
        assert [len(one.select("rect")) for one in drawn] == [len(one["points"]) for one in told["charts"]]
        assert page.soup.select(".map-story [style]") == []

    def test_telephone_numbers_are_in_no_story(self, people: People) -> None:
        from commissioner.models import Commissioner, Posting

        posting = db.session.scalars(select(Posting).order_by(Posting.id)).first()
        assert posting is not None
        renamed(Commissioner, posting.commissioner_id, phone="13800001234")
        officer = people.as_officer
        told = officer.get(f"/map/story/posting/{posting.id}.json?year=2022")
        assert "13800001234" not in told.response.get_data(as_text=True)
        assert told.json["href"] == f"/commissioners/{posting.commissioner_id}"
        officer.get(told.json["href"])

    def test_an_empty_place_says_so_in_words(self, people: People) -> None:
        nowhere = db.session.scalar(select(Place.id).where(Place.level == PlaceLevel.VILLAGE).order_by(Place.id.desc()))
        told = people.as_leader.get(f"/map/story/village/{nowhere}.json?year=1999").json
        assert told["groups"] == told["charts"] == told["photos"] == []
        assert "还没有记录" in told["note"]

    def test_a_village_that_nobody_serves_leads_to_who_could_help(self, people: People) -> None:
        nowhere = db.session.scalar(select(Place.id).where(Place.level == PlaceLevel.VILLAGE).order_by(Place.id.desc()))
        leader = people.as_leader
        told = leader.get(f"/map/story/village/{nowhere}.json?on={today().isoformat()}").json
        assert told["lack"]["title"] == "还缺什么"
        leader.get(told["lack"]["href"])
        assert (
            people.as_institution.get(f"/map/story/village/{nowhere}.json?on={today().isoformat()}").json["lack"]
            is None
        )
