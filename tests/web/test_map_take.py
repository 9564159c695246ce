"""The map taken along: the same places as in the table below it, for whom they are, in files that others can open."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from commissioner.domain import map_counts, map_take
from commissioner.domain.map_layers import MapLayer
from commissioner.domain.map_sums import bring_up_to_date
from commissioner.models import Place, Project, db
from commissioner.models.base import table_of
from commissioner.vocabulary import PlaceLevel, SettingKey
from tests.gdal import Opened, ogrinfo
from tests.pages import Page
from tests.people import SHUITOU, People, Person
from tests.web.test_map import renamed, setting, total_in_title

EVERYTHING = "year=2022&layers=chosen" + "".join(f"&layer={one.value}" for one in MapLayer)
QUERIES = [EVERYTHING, "year=2022", "year=2022&level=provincial&industry=tea", f"on=2022-06-15&township={SHUITOU}"]
PLACES = table_of(Place)
HOSTILE = '</script><script>alert("1")</script>\u202e<img src=x onerror=alert(1)>' + "长" * 100


@pytest.fixture
def leader(people: People) -> Person:
    return people.as_leader


def saved(page: Page, ending: str, folder: Path) -> Path:
    """The file, kept on disk."""
    path = folder / f"take.{ending}"
    path.write_bytes(page.response.data)
    return path


def opened(person: Person, ending: str, query: str, folder: Path) -> dict[str, Opened]:
    return ogrinfo(saved(person.get(f"/map/take.{ending}?{query}"), ending, folder))


def geojson(person: Person, query: str = EVERYTHING) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(person.get(f"/map/take.geojson?{query}").response.data)
    return found


def a_project(person: Person) -> int:
    """One that the map shows."""
    shown = next(one["properties"] for one in geojson(person)["features"] if one["properties"]["layer"] == "projects")
    return int(shown["record"].partition("-")[2])


def nowhere(code: str) -> None:
    """Take a township's position away, and those of its villages."""
    db.session.rollback()
    with db.engine.begin() as connection:
        gone = {"latitude_deg": None, "longitude_deg": None, "coordinate_source": None}
        inside = PLACES.c.region_code.startswith(code)
        connection.execute(update(PLACES).where(inside).values({key: gone[key] for key in gone if key in PLACES.c}))
    renamed(Place, db.session.scalars(select(Place.id).where(Place.level == PlaceLevel.COUNTY)).first() or 0)


@pytest.mark.parametrize("query", QUERIES)
def test_the_files_hold_the_rows_of_the_table(leader: Person, tmp_path: Path, query: str) -> None:
    page = leader.get(f"/map?{query}")
    for ending in ("geojson", "kml", "zip"):
        layers = opened(leader, ending, query, tmp_path)
        assert sum(one.count for one in layers.values()) == total_in_title(page) > 0, ending
        assert all(one.is_wgs84 for one in layers.values())


def test_layers_are_told_apart_and_names_are_chinese(leader: Person, tmp_path: Path) -> None:
    page = leader.get(f"/map?{EVERYTHING}")
    boxes = {str(one["value"]): one.find_parent("li") for one in page.soup.select(".map-legend input")}
    zipped, folders = opened(leader, "zip", EVERYTHING, tmp_path), opened(leader, "kml", EVERYTHING, tmp_path)

    assert zipped.keys() == {one.value for one in MapLayer} - {"visits", "employment"}  # these are told on their places
    assert zipped["townships"].count == 16
    assert zipped["villages"].count + zipped["unserved"].count == 453
    assert [one.count for one in zipped.values()] == [one.count for one in folders.values()]
    assert {boxes[key].b.get_text() for key in zipped} == folders.keys()
    assert "水头镇" in {one["name"] for one in zipped["townships"].rows}
    assert sum(int(one["visits"]) for one in zipped["villages"].rows) > 0
    assert sum(int(one["employed"]) for layer in zipped.values() for one in layer.rows) == 643


def test_a_township_takes_its_own_alone(people: People, tmp_path: Path) -> None:
    mine = geojson(people.as_township)["features"]

    assert mine
    names = {one["properties"]["township"] for one in mine}
    assert names <= {"水头镇", "平阳县"}
    assert len(mine) < len(geojson(people.as_officer)["features"])
    assert geojson(people.as_other_county)["features"] == []


def test_another_day_is_another_file_named_after_it(leader: Person) -> None:
    page = leader.get("/map/take.kml?on=2022-06-15")

    assert page.response.headers["Content-Disposition"] == (
        f"attachment; filename*=UTF-8''{quote('科技特派员地图 2022-06-15.kml')}"
    )
    assert page.response.mimetype == "application/vnd.google-earth.kml+xml"
    assert geojson(leader, "on=2022-06-15")["day"] == "2022-06-15"
    assert len(geojson(leader, "on=2021-03-31")["features"]) < len(geojson(leader, "year=2022")["features"])


def test_what_has_no_position_is_left_out_and_counted(leader: Person) -> None:
    whole = geojson(leader)
    nowhere(SHUITOU)
    rest = geojson(leader)
    page = leader.get(f"/map?{EVERYTHING}")

    assert rest["all"] == whole["all"] == total_in_title(page)
    assert len(rest["features"]) == rest["shown"] < whole["shown"]
    said = f"其中 {rest['shown']} 处有位置；没有位置的 {rest['all'] - rest['shown']} 处不在文件里"
    assert said in rest["description"]
    assert said in page.plain


def test_whose_position_it_is_is_said(leader: Person) -> None:
    marks = [one["properties"] for one in geojson(leader)["features"]]
    borrowed = [one for one in marks if one["position"] == "画在所在乡镇"]

    assert borrowed
    assert all(one["approx"] == 1 for one in borrowed)
    assert all(one["approx"] == 1 for one in marks if "县域一角" in one["position"])
    assert all(one["approx"] == 0 for one in marks if one["position"] == "自己的位置")
    assert any(one["sample"] for one in marks)
    project = next(one for one in marks if one["layer"] == "projects")
    assert leader.get(project["address"].removeprefix("http://localhost")).heading == project["name"]


@pytest.mark.parametrize("ending", ["geojson", "kml", "zip"])
def test_a_hostile_name_stays_a_name(leader: Person, tmp_path: Path, ending: str) -> None:
    renamed(Project, a_project(leader), title=HOSTILE)
    layers = opened(leader, ending, "year=2022&layers=chosen&layer=projects", tmp_path)
    names = [one.get("name", one.get("Name", "")) for layer in layers.values() for one in layer.rows]

    told = HOSTILE.replace("\u202e", "")
    assert any(name and told.startswith(name) and len(name) > 60 for name in names)


class TestStandalonePage:
    def page(self, person: Person, query: str = EVERYTHING) -> BeautifulSoup:
        answer = person.get(f"/map/take.html?{query}")
        assert answer.response.headers["Content-Disposition"].startswith("attachment;")
        assert answer.response.mimetype == "application/octet-stream"  # never opened under this site's name
        return BeautifulSoup(answer.response.data, "html.parser")

    def test_it_holds_title_sentence_legend_and_every_row(self, leader: Person) -> None:
        setting(SettingKey.MAP_APPROVAL_NUMBER, "浙S(2026)1号")
        page = self.page(leader)
        told = leader.get(f"/map?{EVERYTHING}")

        assert len(page.select("tbody tr")) == total_in_title(told)
        assert "截至 2022年12月31日" in page.select(".take-sentence")[0].get_text()
        assert len(page.select(".map-legend li")) == len(MapLayer)
        assert "审图号：浙S(2026)1号" in page.select(".take-credit")[0].get_text()
        figures = [one.get_text() for one in told.soup.select(".map-figures b")]
        assert [one.get_text() for one in page.select(".map-figures b")] == figures

    def test_it_holds_only_the_layers_that_are_shown(self, leader: Person) -> None:
        page = self.page(leader, "year=2022&layers=chosen&layer=bases")
        settings = json.loads(page.select("#map-settings")[0].get_text())

        assert settings["points"]["bases"]["id"]
        assert settings["points"]["projects"]["id"] == []
        assert [str(one["value"]) for one in page.select(".map-legend input")] == ["bases"]

    def test_a_hostile_name_ends_no_script(self, leader: Person) -> None:
        renamed(Project, a_project(leader), title=HOSTILE)
        page = self.page(leader)

        assert len(page.select("script")) == 3
        assert page.select("img") == []
        assert any(one.get_text().startswith("</script><script>alert") for one in page.select("tbody td"))
        assert "</script" not in page.select("#map-settings")[0].get_text()

    @pytest.mark.browser
    @pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
    def test_a_hostile_name_runs_nothing_in_a_browser(self, leader: Person, chromium: Any, tmp_path: Path) -> None:
        hurtful = "</script><script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>"
        renamed(Project, a_project(leader), title=hurtful)
        renamed(Place, db.session.scalars(select(Place.id).where(Place.name == "水头镇")).one(), name=hurtful)
        context = chromium.new_context(offline=True)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: request.url.startswith("data:") or asked.append(request.url))
        address = saved(leader.get(f"/map/take.html?{EVERYTHING}"), "html", tmp_path).as_uri()
        page.goto(address)
        page.wait_for_selector("html[data-ready=yes]")

        assert page.get_by_role("row").filter(has_text="</script><script>window.hurt").count() > 1
        assert page.evaluate("window.hurt") is None
        assert asked == [address]
        context.close()

    def test_nothing_of_it_lies_elsewhere(self, leader: Person) -> None:
        page = self.page(leader)

        assert page.select("[src], link, a[href]") == []
        policy = str(page.select("meta[http-equiv=Content-Security-Policy]")[0]["content"])
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


class TestCrowded:
    @pytest.fixture
    def crowded(self, monkeypatch: pytest.MonkeyPatch, people: People) -> Person:
        """Pingyang, as if a hundred villages were more than a map can name."""
        bring_up_to_date()
        monkeypatch.setattr(map_counts, "MOST_POINTS", 100)
        return people.as_leader

    def test_the_file_names_every_village_where_the_map_shows_parts(self, crowded: Person) -> None:
        page = crowded.get("/map?year=2022&layers=chosen&layer=villages&layer=unserved&layer=townships")
        told = geojson(crowded, "year=2022&layers=chosen&layer=villages&layer=unserved&layer=townships")

        assert total_in_title(page) == 16
        assert len(told["features"]) == 16 + 453
        assert "逐村列出" in page.plain
        kinds = [str(one.get_text()) for one in page.soup.select(".map-legend .count")[:3]]
        counts = {one["layer"]: one["all"] for one in told["layers"]}
        assert [int(re.findall(r"\d+", one)[-1]) for one in kinds] == [
            counts["townships"], counts["villages"], counts["unserved"]
        ]  # fmt: skip

    def test_more_than_a_file_holds_is_refused_in_words(self, crowded: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("commissioner.web.map_take.MOST_TAKEN", 200)
        page = crowded.get("/map/take.kml?year=2022", status=422)
        assert "一个文件最多装 200 处" in page.plain
        assert geojson(crowded, f"year=2022&township={SHUITOU}")["features"]


def test_too_many_marks_are_refused_too(leader: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commissioner.web.map_take.MOST_ON_A_PAGE", 100)

    assert "最多装 100 处" in leader.get("/map/take.html?year=2022", status=422).plain
    assert map_take.MOST_TAKEN == 100_000


class TestMenu:
    def test_it_leads_to_files_of_the_very_view(self, leader: Person) -> None:
        query = f"on=2022-06-15&industry=tea&township={SHUITOU}&layers=chosen&layer=bases"
        menu = leader.get(f"/map?{query}").soup.select(".map-take")[0]
        links = [str(one["href"]) for one in menu.select("a")]

        assert [one.partition("?")[0].rpartition("/")[2] for one in links] == [
            "take.geojson", "take.kml", "take.zip", "take.html", "sheet", "sheet",
        ]  # fmt: skip
        for link in links:
            for part in query.split("&"):
                assert part in link
        assert menu.select(".map-take-picture")[0].has_attr("hidden")  # until there is JavaScript

    def test_nothing_to_take_is_said(self, leader: Person) -> None:
        assert "没有地方可以带走" in leader.get("/map?year=2022&layers=chosen").plain

    def test_it_speaks_english(self, people: People) -> None:
        person = people.as_leader.speaks("en")
        menu = person.get("/map?year=2022").soup.select(".map-take")[0].get_text(" ", strip=True)

        assert not re.search(r"[\u4e00-\u9fff]", menu)
        told = geojson(person)
        assert told["name"] == "Commissioner map"
        assert not re.search(r"[\u4e00-\u9fff]", "".join(one["label"] for one in told["layers"]))


class TestSheet:
    @pytest.mark.parametrize(("asked", "paper"), [("a4", "a4"), ("a3", "a3"), ("", "a4"), ("../x", "a4")])
    def test_it_is_the_view_on_the_paper_that_is_asked_for(self, leader: Person, asked: str, paper: str) -> None:
        setting(SettingKey.MAP_APPROVAL_NUMBER, "浙S(2026)1号")
        page = leader.get(f"/map/sheet?on=2022-06-15&paper={asked}&layers=chosen&layer=bases")

        assert f"sheet-{paper}" in page.soup.body["class"]  # type: ignore[index]
        assert "截至 2022年6月15日" in page.plain
        assert "审图号：浙S(2026)1号" in page.plain
        assert "on=2022-06-15" in str(page.soup.iframe["src"])  # type: ignore[index]
        assert len(page.soup.select(".map-legend li")) == 2
