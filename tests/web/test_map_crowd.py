"""A region with too many villages to name each: the same numbers, cells of a grid, and a table of its parts."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from commissioner.domain import map_counts, map_layers
from commissioner.domain.map_layers import visits_in_months
from commissioner.domain.map_states import map_state
from commissioner.domain.map_sums import bring_up_to_date
from commissioner.models import Place, db
from commissioner.models.base import table_of
from commissioner.vocabulary import PlaceLevel, Role
from tests.factories import written
from tests.people import People, Person
from tests.web.test_map import figures, frame_of, rows, settings_of

HERE = "bbox=119.5,27.2,121.5,28"
PLACES = table_of(Place)
HOSTILE = '</script><script>alert("1")</script>\u202e<img src=x onerror=alert(1)>' + "长" * 100


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch, people: People) -> People:
    """Pingyang, as if a hundred villages were more than a map can name."""
    bring_up_to_date()
    monkeypatch.setattr(map_counts, "MOST_POINTS", 100)
    return people


def clusters(person: Person, query: str = f"year=2022&{HERE}&zoom=10") -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = person.get(f"/map/clusters.json?{query}").json["clusters"]
    return found


@pytest.mark.parametrize(
    "query", ["year=2022", "on=2022-06-15", "year=2022&level=provincial", "year=2022&industry=tea"]
)
def test_the_figures_are_those_of_the_map_that_names_each_village(
    people: People, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    bring_up_to_date()
    whole = figures(people.as_leader.get(f"/map?{query}"))
    named = [one.get_text() for one in people.as_leader.get(f"/map?{query}").soup.select(".map-legend .count")]
    monkeypatch.setattr(map_counts, "MOST_POINTS", 100)
    # Another question, so that nothing is remembered from before.
    page = people.as_officer.get(f"/map?{query}")
    assert figures(page) == whole
    assert [one.get_text() for one in page.soup.select(".map-legend .count")] == named


class TestFromAfar:
    """So many marks that even they are only counted."""

    @pytest.mark.parametrize(
        "query",
        [
            "year=2022",
            "on=2022-06-15",
            "year=2022&level=provincial",
            "year=2022&industry=tea",
            "year=2022&township=330326102",
        ],
    )
    def test_every_number_is_that_of_the_map_that_names_each_mark(
        self, people: People, monkeypatch: pytest.MonkeyPatch, query: str
    ) -> None:
        bring_up_to_date()
        monkeypatch.setattr(map_counts, "MOST_POINTS", 10)
        named = people.as_leader.get(f"/map?{query}")
        monkeypatch.setattr(map_layers, "MOST_POINTS", 5)
        page = people.as_officer.get(f"/map?{query}")

        assert figures(page) == figures(named)
        assert [counts_of(one)[1] for one in legend(page)] == [counts_of(one)[1] for one in legend(named)]
        assert people.as_officer.get(f"/map/points.json?{query}").json["bases"]["id"] == []

    def test_the_table_says_what_it_does_not_list(self, crowded: People, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(map_layers, "MOST_POINTS", 5)
        page = crowded.as_leader.get("/map?year=2022&layers=chosen&layer=bases&layer=townships")
        bases = next(one for one in legend(page) if "示范基地" in one.find_parent("label").get_text())

        assert len(rows(page)) == 16
        assert f"这里还有 {counts_of(bases)[1]} 处标记" in page.plain
        assert counts_of(bases)[0] == 0

    def test_near_by_the_marks_stand(self, crowded: People, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(map_layers, "MOST_POINTS", 5)
        near = crowded.as_leader.get("/map/clusters.json?year=2022&bbox=120.2,27.5,120.5,27.8&zoom=14").json

        assert near["bases"]["id"]


def test_a_nation_is_chosen_from_by_name_part_by_part(crowded: People) -> None:
    for code, level, name in (
        ("330000000000", PlaceLevel.PROVINCE, "浙江省"),
        ("330300000000", PlaceLevel.CITY, "温州市"),
    ):
        written(Place, name=name, level=level, region_code=code, pinyin="", initials="", illustrative=True)
    bring_up_to_date()
    leader = crowded.sign_in(Role.LEADER, "")
    whole = leader.get("/map?year=2022")
    chosen = leader.get("/map?year=2022&township=33")

    offered = {one["value"]: one.get_text() for one in chosen.soup.select("select[name=township] option")}
    assert offered == {"": "全部地区", "33": "浙江省", "3303": "温州市"}
    assert figures(chosen)["服务到的村"] == figures(whole)["服务到的村"] > 0


def legend(page: Any) -> list[Any]:
    return list(page.soup.select(".map-legend .count"))


def counts_of(count: Any) -> tuple[int, int]:
    """Shown and all, as a line of the legend tells them."""
    numbers = [int(one) for one in re.findall(r"\d+", count.get_text().replace(",", ""))]
    return numbers[0], numbers[-1]


def test_the_months_of_the_slider_are_the_same(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = visits_in_months(people.as_leader.actor, map_state(people.as_leader.actor))
    monkeypatch.setattr(map_counts, "MOST_POINTS", 100)
    kept = visits_in_months(people.as_officer.actor, map_state(people.as_officer.actor))
    assert kept == counted
    assert sum(kept.values()) > 100


def test_the_table_holds_the_parts_and_leads_into_them(crowded: People) -> None:
    page = crowded.as_leader.get("/map?year=2022&layers=chosen&layer=townships")
    assert len(rows(page)) == 16
    shuitou = next(row for row in rows(page) if "水头镇" in row.get_text())
    assert "共 60 个" in shuitou.get_text()
    narrowed = crowded.as_leader.get(str(shuitou.select("td:last-child a")[0]["href"]))
    assert figures(narrowed)["服务到的村"] == 5
    assert settings_of(crowded.as_leader.get(frame_of(narrowed)))["clusters"] == ""


def test_the_frame_is_told_where_to_ask_and_what_to_look_at(crowded: People) -> None:
    settings = settings_of(crowded.as_leader.get(frame_of(crowded.as_leader.get("/map?on=2022-06-30&industry=tea"))))
    assert settings["clusters"].startswith("/map/clusters.json?")
    assert "on=2022-06-30" in settings["clusters"]
    assert "industry=tea" in settings["clusters"]
    south, west, north, east = settings["bounds"]
    assert 27 < south < north < 28
    assert 119 < west < east < 122


def test_the_document_holds_the_marks_without_the_villages(crowded: People) -> None:
    document = crowded.as_leader.get("/map/points.json?year=2022").json
    assert document["villages"]["id"] == []
    assert len(set(document["projects"]["id"])) > 1
    assert document["townships"]["name"]


class TestCells:
    def test_together_they_hold_every_village_and_visit_with_a_spot(self, crowded: People) -> None:
        told = figures(crowded.as_leader.get("/map?year=2022"))
        for zoom in (5, 8, 10, 11):
            cells = clusters(crowded.as_leader, f"year=2022&{HERE}&zoom={zoom}")
            assert sum(cells["villages"]) == 453
            assert sum(cells["served"]) == told["服务到的村"]
            assert sum(cells["visits"]) <= told["走访"]
            assert sum(cells["townships"]) == 16

    def test_from_afar_there_are_fewer(self, crowded: People) -> None:
        counts = [len(clusters(crowded.as_leader, f"year=2022&{HERE}&zoom={zoom}")["id"]) for zoom in (5, 9, 11)]
        assert counts == sorted(counts)
        assert counts[0] < counts[-1]

    def test_one_township_alone_says_its_name(self, crowded: People) -> None:
        cells = clusters(crowded.as_leader, f"year=2022&{HERE}&zoom=11")
        for name, row_id, townships in zip(cells["name"], cells["id"], cells["townships"], strict=True):
            assert bool(name) == bool(row_id) == (townships == 1)

    def test_townships_on_one_spot_are_listed(self, crowded: People) -> None:
        towns = select(PLACES.c.id).where(PLACES.c.level == PlaceLevel.TOWNSHIP)
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(
                update(PLACES).where(PLACES.c.id.in_(towns)).values(latitude_deg=27.6, longitude_deg=120.4)
            )
        cells = clusters(crowded.as_leader, f"year=2022&{HERE}&zoom=10")
        assert cells["townships"] == [16]
        assert {name for _id, name in cells["inside"][0]} >= {"水头镇", "腾蛟镇"}
        assert clusters(crowded.as_leader, "year=2022&bbox=110,20,119,26&zoom=10")["id"] == []

    def test_near_by_the_villages_come_themselves(self, crowded: People) -> None:
        seen = crowded.as_leader.get(f"/map/clusters.json?year=2022&{HERE}&zoom=12").json
        assert len(seen["villages"]["id"]) == 453
        assert sum(1 for served in seen["villages"]["served"] if served) == 46
        assert sum(seen["villages"]["visits"]) + sum(seen["townships"]["visits"]) > 100
        assert seen["projects"]["id"]


class TestScope:
    def test_another_county_and_a_single_person_see_nothing_of_it(self, crowded: People) -> None:
        assert clusters(crowded.as_other_county)["id"] == []
        near = crowded.as_other_county.get(f"/map/clusters.json?year=2022&{HERE}&zoom=13").json
        assert near["villages"]["id"] == near["townships"]["id"] == []

    def test_a_township_sees_its_own_cell(self, crowded: People) -> None:
        cells = clusters(crowded.as_township)
        assert cells["name"] == ["水头镇"]

    def test_no_two_scopes_share_an_answer(self, crowded: People) -> None:
        people = (crowded.as_leader, crowded.as_township, crowded.as_other_county, crowded.as_commissioner)
        for query in (f"year=2022&{HERE}&zoom=10", f"year=2022&{HERE}&zoom=12"):
            for _again in range(2):
                answers = [person.ask(f"/map/clusters.json?{query}") for person in people]
                assert len({answer.headers["ETag"] for answer in answers}) == len(people)
                assert len({answer.get_data() for answer in answers}) == len(people)

    def test_who_is_not_signed_in_gets_nothing(self, crowded: People) -> None:
        answer = crowded.app.test_client().get(f"/map/clusters.json?year=2022&{HERE}&zoom=10")
        assert answer.status_code == 401
        assert "水头" not in answer.get_data(as_text=True)


class TestAnswers:
    def test_they_come_compressed_and_only_when_they_are_new(self, crowded: People) -> None:
        url = f"/map/clusters.json?year=2022&{HERE}&zoom=10"
        answer = crowded.as_leader.ask(url, Accept_Encoding="gzip")
        assert json.loads(gzip.decompress(answer.get_data()))["clusters"]["name"]
        assert "private" in answer.headers["Cache-Control"]
        assert "Cookie" in answer.headers["Vary"]
        again = crowded.as_leader.ask(url, 304, Accept_Encoding="gzip", If_None_Match=answer.headers["ETag"])
        assert again.get_data() == b""

    @pytest.mark.parametrize(
        "query",
        [
            "", "bbox=1,2,3&zoom=5", "bbox=nan,27,121,28&zoom=5", "bbox=inf,27,121,28&zoom=5", "bbox=-inf,27,inf,28&zoom=5",
            "bbox=121,27,120,28&zoom=5", "bbox=120,28,121,27&zoom=5", f"{HERE}&zoom=99", f"{HERE}&zoom=-1", f"{HERE}&zoom=x",
            f"{HERE}", "bbox=1e400,0,1,1&zoom=5", "bbox=" + "9" * 5000 + "&zoom=5", "bbox=a';DROP TABLE visits,1,2,3&zoom=5",
        ],
    )  # fmt: skip
    def test_what_is_no_part_of_the_map_is_refused_in_words(self, crowded: People, query: str) -> None:
        answer = crowded.as_leader.ask(f"/map/clusters.json?year=2022&{query}", 400)
        assert "看不懂" in answer.get_json()["error"]

    def test_hostile_names_travel_as_text(self, crowded: People) -> None:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(update(PLACES).where(PLACES.c.region_code == "330326102000").values(name=HOSTILE))
        cells = clusters(crowded.as_township, f"year=2022&{HERE}&zoom=11")
        assert cells["name"] == [HOSTILE]
        page = crowded.as_leader.get("/map?year=2022&layers=chosen&layer=townships")
        assert page.soup.select(".map-places img, .map-places script") == []
        assert HOSTILE in page.soup.select(".map-places")[0].get_text()
