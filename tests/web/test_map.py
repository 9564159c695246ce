"""The leader's map as people open it: the page, the framed map, the JSON behind it, and what a stranger gets."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import insert, select

from commissioner.domain.map_layers import MapLayer
from commissioner.models import AuditEntry, Place, ProgrammeSetting, Project, db
from commissioner.models.base import now
from commissioner.units import today
from commissioner.vocabulary import PlaceLevel, SettingKey
from commissioner.web.map import PLACES_ON_A_PAGE
from tests.pages import Page
from tests.people import People, Person

HOSTILE = '</script><script>alert("1")</script>\u202e<img src=x onerror=alert(1)>'


def figures(page: Page) -> dict[str, int]:
    """The numbers along the top, by label."""
    rows = page.soup.select(".map-figures > div")
    return {row.dt.get_text(): int(row.b.get_text().replace(",", "")) for row in rows if row.dt and row.b}


def rows(page: Page) -> list[Any]:
    return page.soup.select(".map-places tbody tr")


def every_row(person: Person, address: str) -> list[Any]:
    """The rows of all pages of the table."""
    found: list[Any] = []
    while len(more := rows(person.get(f"{address}&number={len(found) // PLACES_ON_A_PAGE + 1}"))) == PLACES_ON_A_PAGE:
        found += more
    return found + more


def total_in_title(page: Page) -> int:
    return int(page.soup.select("#places-title .count")[0].get_text().replace(",", ""))


def frame_of(page: Page) -> str:
    return str(page.soup.select("iframe")[0]["src"])


def settings_of(page: Page) -> dict[str, Any]:
    """What the framed page hands its script."""
    found: dict[str, Any] = json.loads(str(page.soup.select("#map-settings")[0].string))
    return found


def setting(key: SettingKey, value: str) -> None:
    db.session.execute(insert(ProgrammeSetting).values(key=key, value=value))
    db.session.commit()


def renamed(model: Any, row_id: int, **values: Any) -> None:
    """Give a row a hostile name, past every form, and write the line that a change would have."""
    row = db.session.get_one(model, row_id)
    for key, value in values.items():
        setattr(row, key, value)
    line = {"at": now(), "account_name": "", "role": "", "action": "test", "subject": "places", "changes": {}}
    db.session.execute(insert(AuditEntry).values(**line))
    db.session.commit()


@pytest.fixture
def leader(people: People) -> Person:
    return people.as_leader


class TestPage:
    def test_it_opens_on_the_last_year_with_visits(self, leader: Person) -> None:
        page = leader.get("/map")
        assert page.heading == "科技特派员地图"
        assert figures(page)["带动就业"] == 643
        assert page.soup.select("[aria-current=true]")[0].get_text().strip().startswith("2022")

    def test_the_count_in_the_title_is_the_count_of_the_rows(self, leader: Person) -> None:
        page = leader.get("/map?year=2022")
        assert len(rows(page)) == PLACES_ON_A_PAGE < total_in_title(page)
        assert len(every_row(leader, "/map?year=2022")) == total_in_title(page)

    def test_a_figure_leads_to_the_list_with_the_same_count(self, leader: Person) -> None:
        page = leader.get("/map?year=2022&township=330326102")
        for figure in page.soup.select(".map-figures a"):
            behind = leader.get(str(figure["href"]))
            assert figure.b is not None
            assert f"共 {figure.b.get_text()} 条" in behind.plain

    def test_filters_are_in_the_address_and_handed_to_the_map(self, leader: Person) -> None:
        page = leader.get("/map?year=2021&level=provincial&industry=tea&township=330326102")
        assert "截至 2021年12月31日 · 省派 · 茶叶 · 水头镇" in page.plain
        frame = frame_of(page)
        for part in ("year=2021", "level=provincial", "industry=tea", "township=330326102"):
            assert part in frame
            assert part in settings_of(leader.get(frame))["points"]

    def test_layers_are_in_the_address(self, leader: Person) -> None:
        page = leader.get("/map?layers=chosen&layer=bases")
        assert {str(box["value"]) for box in page.soup.select("input[name=layer][checked]")} == {"bases"}
        assert settings_of(leader.get(frame_of(page)))["layers"] == ["bases"]
        assert "示范基地" in {row.select("td")[1].get_text() for row in rows(page)}
        assert len({row.select("td")[1].get_text() for row in rows(page)}) == 1

    def test_no_layer_at_all_is_an_empty_state_that_says_what_to_do(self, leader: Person) -> None:
        page = leader.get("/map?layers=chosen")
        assert rows(page) == []
        assert "放宽一个条件" in page.plain

    def test_a_touched_place_tells_its_story_without_script(self, leader: Person) -> None:
        shown = leader.get("/map").soup.select(".map-show")[0]
        page = leader.get(str(shown["href"]))
        title = page.soup.select(".story-title")[0].get_text()
        assert title == "金线莲道地药材示范基地"
        assert "朱建军" in page.soup.select(".story-lines")[0].get_text()

    @pytest.mark.parametrize(
        "key", ["village-999999", "account-1", "nonsense", "project-1; DROP", "village-" + "9" * 30]
    )
    def test_a_mark_that_is_not_there_tells_nothing(self, leader: Person, key: str) -> None:
        assert leader.get(f"/map?at={key}").soup.select(".story-title") == []

    @pytest.mark.parametrize("query", ["year=abc", "year=99999", "level=x", "industry=<script>", "township=x' OR 1=1"])
    def test_what_the_address_cannot_mean_is_left_out(self, leader: Person, query: str) -> None:
        assert figures(leader.get(f"/map?{query}"))["带动就业"] == 643

    @pytest.mark.parametrize("number", ["0", "-1", "x", "999", "1" * 20])
    def test_a_page_of_the_table_that_is_not_there_is_not_found(self, leader: Person, number: str) -> None:
        leader.get(f"/map?number={number}", 404)

    def test_illustrative_and_approximate_are_said(self, leader: Person) -> None:
        page = leader.get("/map")
        assert "示例数据，不是真实记录" in page.plain
        assert "空心：大致位置" in page.plain
        assert "没有写明乡镇" in page.plain

    def test_the_approval_number_is_printed_once_it_is_set(self, leader: Person) -> None:
        assert "审图号" not in leader.get("/map").plain
        setting(SettingKey.MAP_APPROVAL_NUMBER, "浙S(2022)1号")
        from commissioner.domain import programme

        programme.forget()
        page = leader.get("/map")
        assert "审图号：浙S(2022)1号" in page.plain
        assert settings_of(leader.get(frame_of(page)))["notice"] == "审图号：浙S(2022)1号"


class TestAsOfADay:
    """The whole page is as of a day: in the address, in the sentence, in figures, table and data."""

    def test_a_day_is_in_the_address_and_handed_to_the_map(self, leader: Person) -> None:
        page = leader.get("/map?on=2022-06-15")
        assert "截至 2022年6月15日" in page.plain
        assert "on=2022-06-15" in frame_of(page)
        assert "on=2022-06-15" in settings_of(leader.get(frame_of(page)))["points"]
        assert figures(page)["走访"] < figures(leader.get("/map?year=2022"))["走访"]

    def test_a_figure_leads_to_the_list_of_that_day(self, leader: Person) -> None:
        page = leader.get("/map?on=2022-06-15&township=330326102")
        led = page.soup.select(".map-figures a")
        assert len(led) >= 3
        for figure in led:
            assert figure.b is not None
            assert f"共 {figure.b.get_text()} 条" in leader.get(str(figure["href"])).plain

    @pytest.mark.parametrize(
        ("query", "day"),
        [
            ("year=2022", "2022年12月31日"),
            ("year=2022&month=", "2022年12月31日"),
            ("year=2022&month=6", "2022年6月30日"),
            ("year=2024&month=2", "2024年2月29日"),
            ("year=2022&month=6-15", "2022年6月15日"),
            ("year=2022&month=2-31", "2022年2月28日"),
            ("year=2022&month=99", "2022年12月31日"),
            ("on=2022-06-15&year=2021", "2022年6月15日"),
            ("on=2022-02-31&year=2021", "2021年12月31日"),
            ("on=9999-12-31&year=2021", "2021年12月31日"),
            ("on=nonsense&year=2021", "2021年12月31日"),
        ],
    )
    def test_days_are_read_with_care(self, leader: Person, query: str, day: str) -> None:
        assert f"截至 {day}" in leader.get(f"/map?{query}").plain

    def test_without_script_a_year_and_a_month_can_be_chosen(self, leader: Person) -> None:
        page = leader.get("/map?year=2022")
        chosen = {str(one["name"]): one for one in page.soup.select("#map-filters select")}
        assert {"year", "month"} <= chosen.keys()
        asked = leader.get("/map?year=2022&month=3&level=&industry=&township=&layers=chosen&layer=visits")
        assert chosen["month"].select("option")[0].get_text() == "全年"
        assert asked.soup.select("select[name=month] option[selected]")[0]["value"] == "3"

    def test_a_day_within_a_month_stays_chosen(self, leader: Person) -> None:
        page = leader.get("/map?on=2022-06-15")
        selected = page.soup.select("select[name=month] option[selected]")
        assert [(one["value"], one.get_text()) for one in selected] == [("6-15", "6月15日")]

    def test_the_present_year_is_as_of_today(self, leader: Person) -> None:
        page = leader.get(f"/map?year={today().year}")
        now = today()
        assert f"截至 {now.year}年{now.month}月{now.day}日" in page.plain
        assert page.soup.select("select[name=month] option")[0].get_text() == "到今天"

    def test_the_slider_moves_over_every_month_from_the_first_record_to_today(self, leader: Person) -> None:
        player = leader.get("/map?on=2022-06-15").soup.select(".map-player")[0]
        moments = json.loads(str(player["data-moments"]))
        assert moments == sorted(set(moments))
        assert moments[0][:7] <= "2021-03"
        assert moments[-1] == today().isoformat()
        assert moments[int(str(player["data-index"]))] == "2022-06-15"
        assert len(json.loads(str(player["data-said"]))) == len(moments)

    def test_every_layer_says_how_many_of_how_many_it_shows(self, leader: Person) -> None:
        page = leader.get("/map?year=2022")
        told = [one.get_text() for one in page.soup.select(".map-legend .count")]
        assert len(told) == len(MapLayer)
        assert all(re.fullmatch(r"显示 [\d,]+ / [\d,]+", text) for text in told)

    def test_new_layers_are_switched_by_the_address(self, leader: Person) -> None:
        address = "/map?year=2022&layers=chosen&layer=needs&layer=postings&layer=pairings&layer=problems"
        page = leader.get(address)
        kinds = {row.select("td")[1].get_text() for row in every_row(leader, address)}
        assert kinds == {"需求", "派驻", "结对帮扶", "待解决的问题"}
        for row in rows(page)[:3]:
            told = leader.get(str(row.select("a.map-show")[0]["href"])).soup.select(".story-title")
            assert told[0].get_text().strip() == row.select("td a")[0].get_text().strip()


class TestFrame:
    def test_it_has_a_policy_of_its_own_with_a_fresh_nonce(self, leader: Person) -> None:
        url = frame_of(leader.get("/map"))
        first, second = leader.get(url), leader.get(url)
        policies = [page.response.headers["Content-Security-Policy"] for page in (first, second)]
        assert policies[0] != policies[1]
        assert "unsafe" not in policies[0]
        assert "'nonce-" not in leader.get("/map").response.headers["Content-Security-Policy"]

    def test_every_file_it_names_is_there(self, leader: Person) -> None:
        page = leader.get(frame_of(leader.get("/map")))
        files = [tag.get("src") or tag.get("href") for tag in page.soup.select("script[src], link[href]")]
        assert len(files) >= 7
        for file in files:
            assert str(file).startswith(("/static/", "/map/"))
            leader.get(str(file)).response.close()

    def test_its_modules_are_one_file_that_is_kept_for_a_year(self, leader: Person, people: People) -> None:
        page = leader.get(frame_of(leader.get("/map")))
        address = str(page.soup.select("script[type=module]")[0]["src"])
        script = people.as_nobody.get(address)
        assert script.response.mimetype == "text/javascript"
        assert "immutable" in script.response.headers["Cache-Control"]
        for module in ("ground.js", "marks.js", "points.js", "frame.js"):
            assert f'rooms["{module}"]' in script.response.get_data(as_text=True)
        other = leader.get(f"{address}0").response
        assert other.headers["Cache-Control"] == "private, no-cache"

    def test_what_it_draws_is_asked_for_at_once(self, leader: Person) -> None:
        page = leader.get(frame_of(leader.get("/map")))
        early = {str(tag["href"]) for tag in page.soup.select("link[rel=preload][as=fetch][crossorigin]")}
        asked = settings_of(page)
        assert early == {asked["points"], asked["ground"]}

    def test_tiles_are_asked_of_the_configured_host_alone(self, leader: Person) -> None:
        setting(SettingKey.TILE_ADDRESS, "https://t{s}.example.cn/{z}/{x}/{y}")
        setting(SettingKey.TILE_SUBDOMAINS, "0-1")
        from commissioner.domain import programme

        programme.forget()
        frame = leader.get(frame_of(leader.get("/map")))
        assert "https://t0.example.cn https://t1.example.cn;" in frame.response.headers["Content-Security-Policy"]
        assert "example.cn" not in leader.get("/map").response.headers["Content-Security-Policy"]

    def test_without_a_year_there_is_no_frame(self, leader: Person) -> None:
        leader.get("/map/frame", 404)


class TestDocuments:
    def test_points_come_compressed_and_only_when_they_are_new(self, leader: Person) -> None:
        url = settings_of(leader.get(frame_of(leader.get("/map"))))["points"]
        answer = leader._client.get(url, headers={"Accept-Encoding": "gzip"})
        document = json.loads(gzip.decompress(answer.get_data()))
        assert len(document["villages"]["id"]) == 453
        assert "private" in answer.headers["Cache-Control"]
        again = leader._client.get(url, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert again.get_data() == b""

    def test_points_come_plain_to_who_asks_for_that(self, leader: Person) -> None:
        answer = leader._client.get("/map/points.json?year=2022", headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in answer.headers
        assert answer.get_json()["townships"]["name"]

    def test_the_ground_is_the_installations_own(self, leader: Person) -> None:
        document = leader.get("/map/ground.json").json
        assert [outline["name"] for outline in document["outlines"]] == ["平阳县"]
        assert document["attributions"] == ["© OpenStreetMap contributors, ODbL 1.0"]

    def test_a_story_is_the_same_in_json_and_on_the_page(self, leader: Person) -> None:
        project = db.session.scalar(select(Project.id).where(Project.illustrative).order_by(Project.id))
        told = leader.get(f"/map/story/project/{project}.json?year=2022").json
        page = leader.get(f"/map?year=2022&at=project-{project}")
        assert page.soup.select(".story-title")[0].get_text() == told["title"]
        panel = page.soup.select(".story-facts")[0].get_text()
        assert all(value in panel for _label, value in told["facts"])
        assert told["illustrative"]
        leader.get(told["href"])


class TestStrangers:
    @pytest.mark.parametrize("path", ["/map", "/map/frame?year=2022", "/map/story/village/1.json"])
    def test_who_is_not_signed_in_is_asked_to(self, pingyang: Flask, path: str) -> None:
        assert pingyang.test_client().get(path).status_code in {302, 401}

    @pytest.mark.parametrize("path", ["/map/points.json?year=2022", "/map/ground.json"])
    def test_no_data_without_signing_in(self, pingyang: Flask, path: str) -> None:
        answer = pingyang.test_client().get(path)
        assert answer.status_code == 401
        assert "水头" not in answer.get_data(as_text=True)

    def test_another_county_finds_nothing_of_ours(self, people: People) -> None:
        stranger = people.as_other_county
        page = stranger.get("/map?year=2022&township=330326102")
        assert set(figures(page).values()) == {0}
        assert "水头" not in page.plain
        assert "水头" not in stranger.get("/map/points.json?year=2022").plain
        village = db.session.scalar(select(Place.id).where(Place.level == PlaceLevel.VILLAGE).order_by(Place.id))
        stranger.get(f"/map/story/village/{village}.json?year=2022", 404)
        assert stranger.get(f"/map?at=village-{village}").soup.select(".story-title") == []

    def test_township_commissioner_and_institution_open_their_own(self, people: People) -> None:
        for person in (people.as_township, people.as_commissioner, people.as_institution, people.as_officer):
            page = person.get("/map?year=2022")
            person.get(frame_of(page))
            assert total_in_title(page) >= len(rows(page))


def test_hostile_names_are_text_on_the_page_in_the_story_and_in_the_data(leader: Person) -> None:
    project = db.session.scalar(select(Project.id).order_by(Project.id)) or 0
    renamed(Project, project, title=HOSTILE)
    page = leader.get(f"/map?year=2022&at=project-{project}")
    assert page.soup.select(".story-title")[0].get_text() == HOSTILE
    assert page.soup.select(".map-places img, .map-story img, .map-places script") == []
    assert leader.get(f"/map/story/project/{project}.json?year=2022").json["title"] == HOSTILE
    assert "alert" not in leader.get(frame_of(page)).response.get_data(as_text=True)


def test_where_somebody_had_moved_the_map_is_in_the_address_and_on_paper(people: People) -> None:
    asked = "/map?year=2022&box=120.30000,27.50000,120.50000,27.70000"
    page = people.as_leader.get(asked)
    settings = settings_of(people.as_leader.get(frame_of(page)))

    assert (settings["bounds"], settings["exact"]) == ([27.5, 120.3, 27.7, 120.5], True)
    assert "box" not in settings["points"]
    sheet = people.as_leader.get(asked.replace("/map", "/map/sheet"))
    assert settings_of(people.as_leader.get(frame_of(sheet)))["bounds"] == settings["bounds"]


@pytest.mark.parametrize("box", ["", "1,2", "nan,1,2,3", "3,1,2,2", "0,0,inf,1", "<script>", "1," * 5000])
def test_a_part_that_is_none_is_left_out(people: People, box: str) -> None:
    page = people.as_leader.get(f"/map?{urlencode({'year': 2022, 'box': box})}")
    settings = settings_of(people.as_leader.get(frame_of(page)))

    assert not settings["exact"]
    assert (
        settings["bounds"]
        == settings_of(people.as_leader.get(frame_of(people.as_leader.get("/map?year=2022"))))["bounds"]
    )


def test_a_table_that_is_kept_is_told_to_no_other_scope_language_or_state(people: People) -> None:
    address = "/map?year=2022&layers=chosen&layer=townships&layer=bases"
    leader = people.as_leader
    leaders = [row.get_text() for row in rows(leader.get(address))]
    townships = [row.get_text() for row in rows(people.as_township.get(address))]
    assert 0 < len(townships) < len(leaders)
    assert [row.get_text() for row in rows(leader.get(address))] == leaders

    english = rows(leader.speaks("en").get(address))
    assert len(english) == len(leaders)
    assert not any("服务到" in row.get_text() for row in english)

    renamed(Place, next(iter(db.session.scalars(select(Place.id).where(Place.name == "水头镇")))), name="水头新镇")
    assert any("水头新镇" in row.get_text() for row in rows(leader.get(address)))
