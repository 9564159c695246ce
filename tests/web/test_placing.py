"""The page “place what is not placed”: by hand and from a sheet, in one's own scope, on both databases."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, update

from commissioner.models import AuditEntry, Place, db
from commissioner.vocabulary import CoordinateSource, PlaceLevel
from tests.borders import feature, geojson, square
from tests.pages import Page
from tests.people import SHUITOU, People, Person
from tests.sheets.test_reader import a_workbook
from tests.web.test_boundaries import imports

INSIDE = {"latitude_deg": "27.634800", "longitude_deg": "120.319300"}
TAPPED = {**INSIDE, "coordinate_source": "map_click", "accuracy_m": ""}


def village(number: int = 0, township: str = SHUITOU) -> Any:
    db.session.rollback()
    here = (Place.level == PlaceLevel.VILLAGE, Place.region_code.startswith(township))
    return db.session.execute(
        select(Place.id, Place.name, Place.code).where(*here).order_by(Place.id).offset(number)
    ).first()


def point_of(place_id: int) -> tuple[Any, ...]:
    db.session.rollback()
    columns = (Place.latitude_deg, Place.longitude_deg, Place.coordinate_source, Place.accuracy_m)
    return tuple(db.session.execute(select(*columns).where(Place.id == place_id)).one())


def lines() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(AuditEntry.id))) or 0


@pytest.fixture
def township(people: People) -> Person:
    return people.as_township


class TestTheList:
    def test_a_township_sees_its_own_villages_to_place(self, township: Person):
        page = township.get("/places/unplaced")
        assert page.heading.endswith(str(len(rows_in(SHUITOU))))
        assert village().name in page.plain
        assert village(township="330326105").name not in page.plain

    def test_the_home_page_leads_there(self, township: Person):
        assert "/places/unplaced" in township.get("/").links()

    def test_the_bureau_goes_township_by_township_and_page_by_page(self, people: People):
        officer = people.as_officer
        assert "453" in officer.get("/places/unplaced").heading
        assert "第 10 页" in officer.get("/places/unplaced?number=10").plain
        one = officer.get(f"/places/unplaced?township={SHUITOU}")
        assert one.heading.endswith(str(len(rows_in(SHUITOU))))
        for wrong in ("number=11", "number=0", "number=x", "township=x", "number=9999999999999"):
            officer.get(f"/places/unplaced?{wrong}", 404)

    def test_where_all_are_placed_it_says_so(self, township: Person):
        with db.engine.begin() as connection:
            connection.execute(
                update(Place)
                .where(Place.level == PlaceLevel.VILLAGE)
                .values(latitude_deg=27.6, longitude_deg=120.3, coordinate_source=CoordinateSource.GPS)
            )
        assert "都标好了" in township.get("/places/unplaced").plain

    def test_a_village_that_stands_only_roughly_is_listed_too(self, township: Person):
        a = village()
        with db.engine.begin() as connection:
            rough = {"latitude_deg": 27.6, "longitude_deg": 120.3, "coordinate_source": CoordinateSource.APPROXIMATE}
            connection.execute(update(Place).where(Place.id == a.id).values(**rough))
        assert (
            "只有大致位置" in township.get("/places/unplaced?number=2").plain + township.get("/places/unplaced").plain
        )
        assert township.get(f"/places/unplaced/{a.id}").field("latitude_deg") == ""


def rows_in(region: str) -> list[int]:
    db.session.rollback()
    here = (Place.level == PlaceLevel.VILLAGE, Place.region_code.startswith(region))
    return list(db.session.scalars(select(Place.id).where(*here)))


class TestByHand:
    def test_a_tap_is_kept_with_where_it_came_from(self, township: Person):
        a = village()
        done = township.submit(f"/places/unplaced/{a.id}", done="y", **TAPPED)

        assert done.location == f"/places/unplaced?township={SHUITOU}"
        assert point_of(a.id) == (27.6348, 120.3193, CoordinateSource.MAP_CLICK, None)
        assert a.name not in township.get(done.location).soup.select_one("table").get_text()
        told = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert told.action == "places.put_on_map"
        assert told.changes["coordinate_source"] == [None, "map_click"]

    def test_and_the_next_village_follows(self, township: Person):
        a, b = village(), village(1)
        done = township.submit(f"/places/unplaced/{a.id}", next="y", **TAPPED)
        assert done.location == f"/places/unplaced/{b.id}"

    def test_the_position_of_a_phone_keeps_its_accuracy(self, township: Person):
        a = village()
        township.submit(f"/places/unplaced/{a.id}", **{**TAPPED, "coordinate_source": "gps", "accuracy_m": "11.6"})
        assert point_of(a.id)[2:] == (CoordinateSource.GPS, 12)

    def test_numbers_from_elsewhere_are_converted(self, township: Person):
        a = village()
        numbers = {
            "latitude_deg": "27.631659",
            "longitude_deg": "120.323562",
            "coordinate_source": "",
            "datum": "gcj02",
        }
        township.submit(f"/places/unplaced/{a.id}", **numbers)
        latitude_deg, longitude_deg, source, _accuracy = point_of(a.id)
        assert (latitude_deg, longitude_deg) == pytest.approx((27.6348, 120.3193), abs=3e-4)
        assert source is CoordinateSource.IMPORT

    def test_exchanged_numbers_are_told_and_turned_round(self, township: Person):
        a = village()
        wrong = {"latitude_deg": "120.3193", "longitude_deg": "27.6348"}
        page = township.submit(f"/places/unplaced/{a.id}", 422, **wrong)
        assert "填反了" in page.plain
        turned = township.submit(f"/places/unplaced/{a.id}", 200, exchange="y", **wrong)
        assert (turned.field("latitude_deg"), turned.field("longitude_deg")) == ("27.6348", "120.3193")
        assert point_of(a.id)[0] is None

    @pytest.mark.parametrize(
        "wrong",
        [
            {"latitude_deg": "", "longitude_deg": ""},
            {"latitude_deg": "27.6348", "longitude_deg": ""},
            {"latitude_deg": "NaN", "longitude_deg": "120"},
            {"latitude_deg": "1e999", "longitude_deg": "120"},
            {"latitude_deg": "31.2", "longitude_deg": "121.5"},
            {"latitude_deg": "<b>", "longitude_deg": "120"},
            {"accuracy_m": "-1"},
            {"accuracy_m": "9" * 15},
        ],
    )
    def test_what_cannot_be_is_told_and_nothing_written(self, township: Person, wrong: dict[str, str]):
        a, before = village(), lines()
        page = township.submit(f"/places/unplaced/{a.id}", 422, **{**TAPPED, **wrong})
        assert page.errors()
        assert point_of(a.id)[0] is None
        assert lines() == before

    def test_outside_its_township_needs_a_yes(self, people: People, township: Person):
        a = village()
        code = SHUITOU.ljust(12, "0")
        imports(people.as_administrator, geojson(feature("水头镇", square(120.40, 27.60, 0.04), code=code)))

        page = township.submit(f"/places/unplaced/{a.id}", 422, **TAPPED)
        assert "不在水头镇的边界里" in page.plain
        assert point_of(a.id)[0] is None
        township.submit(f"/places/unplaced/{a.id}", confirmed="y", **TAPPED)
        assert point_of(a.id)[0] == 27.6348

    def test_two_people_at_once(self, people: People, township: Person):
        a = village()
        url = f"/places/unplaced/{a.id}"
        opened = township.get(url).form_values()
        other = people.as_officer
        other.submit(url, **{**TAPPED, "latitude_deg": "27.640000"})

        page = township._answer("POST", url, 409, data={**opened, **TAPPED})
        assert {"27.640000, 120.319300", "27.634800, 120.319300"} <= {
            cell.get_text(strip=True) for cell in page.soup.select("table.diff td")
        }
        township._answer("POST", url, 303, data=page.form_values())
        assert point_of(a.id)[0] == 27.6348

    def test_sent_twice_is_answered_once(self, township: Person):
        url = f"/places/unplaced/{village().id}"
        filled = township.get(url).form_values() | TAPPED
        before = lines()
        first = township._answer("POST", url, 303, data=filled)
        second = township._answer("POST", url, 303, data=filled)
        assert first.location == second.location
        assert lines() == before + 1


class TestWhoMay:
    def test_nobody_places_what_is_not_theirs(self, people: People):
        own, other = village(), village(township="330326105")
        for person, place in (
            (people.as_township, other),
            (people.as_other_county, own),
            (people.as_leader, own),
            (people.as_commissioner, own),
        ):
            person.get(f"/places/unplaced/{place.id}", 404)
            person.post(f"/places/unplaced/{place.id}", TAPPED, 404)
        for person in (people.as_leader, people.as_commissioner, people.as_institution):
            person.get("/places/unplaced", 404)
            person.get("/places/unplaced/sheet", 404)
        assert point_of(own.id)[0] is None

    def test_only_villages_that_still_are(self, people: People):
        officer = people.as_officer
        township_id = db.session.scalar(select(Place.id).where(Place.level == PlaceLevel.TOWNSHIP))
        officer.get(f"/places/unplaced/{township_id}", 404)

    def test_another_county_has_nothing_to_place(self, people: People):
        assert "还没有村" in people.as_other_county.get("/places/unplaced").plain


def sends(person: Person, status: int = 200, **said: Any) -> Page:
    filled = person.get("/places/unplaced/sheet").form_values() | said
    return person._answer("POST", "/places/unplaced/sheet", status, data=filled, content_type="multipart/form-data")


class TestFromASheet:
    def test_pasted_tried_out_and_written(self, township: Person):
        a, b = village(), village(1)
        text = f"村名\t纬度\t经度\n{a.name}\t27.6348\t120.3193\n{b.code}\t27.6400\t120.3300"
        tried = sends(township, text=text)
        assert "写入 2 个村的位置" in tried.plain
        assert point_of(a.id)[0] is None

        done = township._answer("POST", tried.url, 303, data={**tried.form_values(), "import": "y"})
        assert done.location == "/places/unplaced"
        assert point_of(b.id)[2] is CoordinateSource.IMPORT
        again = sends(township, text=text)
        assert "写入" not in again.soup.select_one(".buttons").get_text()

    def test_a_workbook_becomes_text_that_can_be_mended(self, township: Person):
        a = village()
        book = a_workbook([["村名", "纬度", "经度"], [a.name, 27.6348, 120.3193], ["没有这个村", 27.6, 120.3]])
        tried = sends(township, file=(BytesIO(book), "位置.xlsx"))
        assert "没有找到" in tried.plain
        text = tried.form_values()["text"].replace("没有这个村\t27.6\t120.3", "")
        assert "写入 1 个村的位置" in sends(township, text=text).plain

    @pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0", b"PK\x03\x04x", b"\0\0"])
    def test_a_file_that_cannot_be_read_is_told(self, township: Person, data: bytes):
        assert sends(township, 422, file=(BytesIO(data), "x.xls")).errors()

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 500_100])
    def test_nothing_or_very_much_is_told(self, township: Person, text: str):
        assert sends(township, 422, text=text).errors()

    def test_a_faulty_row_stops_all_even_for_those_who_insist(self, township: Person):
        a, before = village(), lines()
        tried = sends(township, text=f"{a.name} 27.6348 120.3193\n{a.name} 27.64 120.32")
        assert "已经写了" in tried.plain
        page = township._answer("POST", tried.url, 422, data={**tried.form_values(), "import": "y", "agreed": "y"})
        assert "一行也没有导入" in page.plain
        assert lines() == before

    def test_odd_rows_need_a_yes(self, township: Person):
        a, b = village(), village(1)
        text = f"{a.name} 27.6348 120.3193\n{b.name} 27.6348 120.3193"
        tried = sends(township, text=text)
        assert "同一个点" in tried.plain
        page = township._answer("POST", tried.url, 422, data={**tried.form_values(), "import": "y"})
        township._answer("POST", tried.url, 303, data={**page.form_values(), "import": "y", "agreed": "y"})
        assert point_of(b.id)[0] == 27.6348

    def test_what_changed_meanwhile_is_shown_again(self, people: People, township: Person):
        a = village()
        tried = sends(township, text=f"{a.name} 27.6348 120.3193")
        people.as_officer.submit(f"/places/unplaced/{a.id}", **{**TAPPED, "latitude_deg": "27.65"})
        page = township._answer("POST", tried.url, 409, data={**tried.form_values(), "import": "y"})
        assert "又有变动" in page.plain
        assert point_of(a.id)[0] == 27.65

    def test_exchanged_columns_are_offered_the_other_way(self, township: Person):
        a = village()
        assert "写反了" in sends(township, text=f"{a.name} 120.3193 27.6348").plain
        assert "写入 1 个村" in sends(township, text=f"{a.name} 120.3193 27.6348", swapped="y").plain

    def test_hostile_names_are_text(self, township: Person):
        page = sends(township, text="<script>alert(1)</script>\t27.6\t120.3\n{{ 7*7 }}\t27.6\t120.3")
        assert "<script>alert" not in page.response.get_data(as_text=True)
        assert "{{ 7*7 }}" in page.plain

    def test_the_audit_tells_of_each_village(self, people: People):
        officer = people.as_officer
        a, b = village(), village(1)
        tried = sends(officer, text=f"{a.name}(水头镇) 27.6348 120.3193\n{b.name}(水头镇) 27.64 120.33")
        officer._answer("POST", tried.url, 303, data={**tried.form_values(), "import": "y"})
        told = officer.get("/audit/?action=import_points").plain
        assert a.name in told
        assert b.name in told
        assert "导入位置" in told


def test_every_page_in_english(people: People):
    township = people.as_township.speaks("en")
    assert "Place villages" in township.get("/places/unplaced").heading
    township.get(f"/places/unplaced/{village().id}")
    assert "Nothing could be read" in sends(township, 422, text=" ").plain
