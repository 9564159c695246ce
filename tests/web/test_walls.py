"""A screen on a wall as it is asked for: made once, opened without a session, told only what is its own, and ended."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from commissioner.domain.visit_log import record_visit
from commissioner.models import Account, AuditEntry, WallLink, db
from commissioner.units import today
from commissioner.vocabulary import Role, SettingKey
from commissioner.web.headers import STRICT_POLICY
from tests.factories import a_commissioner, a_visit
from tests.people import NEXT_COUNTY, SHUITOU, People, Person
from tests.web.test_map import setting, settings_of

DATA = (
    "/figures.json",
    "/board.json",
    "/points.json",
    "/ground.json",
    "/clusters.json?bbox=119.5,27.2,121.5,28&zoom=9",
)
EVERY = ("", "/frame", *DATA)
HOSTILE = '</script><script>alert("1")</script><img src=x onerror=a>'


def made(person: Person, query: str = "year=2022", **said: str) -> str:
    """The path of a new link."""
    page = person.submit(f"/walls/new?{query}", 200, **{"name": "三楼会议室", **said})
    return urlsplit(page.soup.select_one("code.address").get_text(strip=True)).path


def figures(page: Any) -> dict[str, str]:
    return {one.dt.get_text(): one.dd.get_text() for one in page.soup.select(".wall-figures > div")}


def told(nobody: Person, path: str) -> Any:
    return json.loads(nobody.ask(f"{path}/figures.json").data)["html"]


@pytest.fixture
def nobody(people: People) -> Person:
    return people.as_nobody


@pytest.mark.parametrize("who", ["as_leader", "as_officer", "as_administrator"])
def test_the_map_and_the_dashboard_lead_to_a_wall_of_the_same_view(people, nobody, who):
    person = getattr(people, who)
    page = person.get(f"/map?year=2022&township={SHUITOU}&level=provincial&layers=chosen&layer=bases")
    link = next(one for one in page.links() if one.startswith("/walls/new"))
    path = urlsplit(person.submit(link, 200, name="三楼").soup.select_one("code.address").get_text(strip=True)).path

    screen = nobody.get(path)
    assert "水头镇" in screen.soup.select_one(".wall-said").get_text()
    assert [one.get_text() for one in screen.soup.select(".wall-legend svg + span")] == ["示范基地"]
    of_the_map = {one.dt.get_text(): one.dd.get_text() for one in page.soup.select(".map-figures > div")}
    assert figures(screen) == of_the_map
    board = person.get(f"/dashboard?year=2022&township={SHUITOU}")
    assert f"/walls/new?year=2022&township={SHUITOU}" in board.links()


def test_who_may_not_is_not_led_there(people):
    for person in (people.as_township, people.as_commissioner):
        assert not [one for one in person.get("/map?year=2022").links() if "/walls" in one]
        assert not [one for one in person.get("/dashboard?year=2022").links() if "/walls" in one]
        person.get("/walls/", 404)
        person.get("/walls/new", 404)


def test_the_address_is_shown_once_and_never_written_down(people, nobody, caplog, capfd):
    caplog.set_level("DEBUG")
    leader = people.as_leader
    path = made(leader)
    token = path.rpartition("/")[2]
    for part in EVERY:
        nobody.ask(path + part)

    assert token not in leader.get("/walls/").response.get_data(as_text=True)
    assert token not in people.as_officer.get("/audit/").response.get_data(as_text=True)
    logged = "".join(capfd.readouterr()) + "".join(one.getMessage() for one in caplog.records)
    assert token not in logged
    assert token not in repr(db.session.execute(select(AuditEntry.__table__)).all())


def test_the_bureau_reads_of_it_in_words(people):
    leader, officer = people.as_leader, people.as_officer
    made(leader)
    lines = people.as_officer.get("/audit/?subject=wall_links").plain
    assert "生成大屏链接" in lines
    assert "三楼会议室" in lines

    page = officer.get("/walls/")
    action = page.soup.select_one("form[action$=withdraw]")["action"]
    officer.get(officer.post(action, {}).location)
    assert "已收回" in leader.get("/walls/").plain
    assert "收回大屏链接" in people.as_officer.get("/audit/?subject=wall_links").plain


@pytest.mark.parametrize("part", EVERY)
def test_no_session_no_cookie_and_nothing_that_is_kept(people, nobody, part):
    path = made(people.as_leader)
    for asking in (nobody, people.as_township):
        with asking._client.session_transaction() as session:
            session.permanent = True
        answer = asking.ask(path + part)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        policy = answer.headers["Content-Security-Policy"]
        assert policy == STRICT_POLICY if part != "/frame" else "'nonce-" in policy
        assert "unsafe" not in policy


def test_a_screen_does_not_keep_a_session_from_ending(people, monkeypatch):
    path = made(people.as_leader)
    leader = people.as_leader
    monkeypatch.setattr("commissioner.web.session.RENEWED_AFTER", -1.0)

    assert "Set-Cookie" in leader.ask("/map?year=2022").headers
    assert "Set-Cookie" not in leader.ask(f"{path}/figures.json").headers
    assert not leader.get(path).soup.select("header.masthead")


def test_a_screen_leads_nowhere(people, nobody):
    page = nobody.get(made(people.as_leader))
    assert page.links() == []
    assert page.soup.select("form, input") == []
    asked = settings_of(nobody.get(str(page.soup.iframe["src"])))
    token = page.url.rpartition("/")[2]
    assert all(asked[key].startswith(f"/wall/{token}/") for key in ("points", "ground"))
    assert json.loads(nobody.ask(asked["ground"]).data)["villages"] is None


def test_nobody_is_named_and_hidden_layers_are_not_sent(people, nobody):
    leader = people.as_leader
    chosen = "year=2022&layers=chosen&layer=postings&layer=villages"
    points = json.loads(nobody.ask(f"{made(leader, chosen)}/points.json").data)
    seen_by_the_leader = leader.get("/map/points.json?year=2022").json

    assert set(points["postings"]["name"]) == {"派驻"}
    assert points["postings"]["id"] == seen_by_the_leader["postings"]["id"]
    assert seen_by_the_leader["projects"]["id"]
    for layer in ("projects", "bases", "needs", "problems", "pairings"):
        assert points[layer]["id"] == []
    assert points["villages"] == seen_by_the_leader["villages"]


def test_the_region_is_the_makers_and_no_more(people, nobody):
    of_a_township = made(people.sign_in(Role.LEADER, SHUITOU))
    townships = json.loads(nobody.ask(f"{of_a_township}/points.json").data)["townships"]
    assert townships["name"] == ["水头镇"]
    people.sign_in(Role.LEADER, SHUITOU).get("/walls/new?year=2022&township=330326105", 404)

    next_door = made(people.sign_in(Role.LEADER, NEXT_COUNTY))
    assert "水头镇" not in nobody.ask(f"{next_door}/points.json").get_data(as_text=True)
    assert set(figures(nobody.get(next_door)).values()) <= {"0个", "0/0个", "0亩", "0次", "0人"}
    # What the request says does not widen it.
    assert (
        json.loads(nobody.ask(f"{of_a_township}/points.json?township=330326105&year=2021").data)["townships"]
        == townships
    )


def ended(path: str, how: str) -> None:
    if how == "withdrawn":
        db.session.execute(update(WallLink).values(withdrawn_on=today()))
    elif how == "expired":
        day = today() - timedelta(days=1)
        db.session.execute(update(WallLink).values(made_on=day, expires_on=day))
    elif how == "closed":
        db.session.execute(update(Account).where(Account.role == Role.LEADER).values(active=False))
    db.session.commit()


def test_whatever_ends_a_link_the_answer_is_the_same(people, nobody):
    answers = {}
    for how in ("withdrawn", "expired", "closed", "wrong"):
        path = made(people.as_leader) if how != "wrong" else "/wall/" + "x" * 32
        ended(path, how)
        page = nobody.get(path, 404)
        assert "这个链接打不开" in page.plain
        assert nobody.ask(f"{path}/frame", 404).data == page.response.data
        for part in DATA:
            assert json.loads(nobody.ask(path + part, 404).data) == {"gone": True}
        answers[how] = (page.response.data, sorted(page.response.headers.items()))
    assert len({repr(answer) for answer in answers.values()}) == 1
    assert "does not open" in nobody.speaks("en").get("/wall/nothing", 404).plain


def test_too_many_wrong_addresses_wait_and_the_door_stays_open(people, nobody):
    path = made(people.as_leader)
    for number in range(30):
        nobody.ask(f"/wall/wrong{number}", 404)
    nobody.ask("/wall/wrong", 429)
    nobody.ask("/wall/wrong/figures.json", 429)
    nobody.get(path)
    leader = people.as_leader
    assert "Set-Cookie" not in leader.ask("/wall/wrong", 429).headers
    leader.get("/password")  # a page of errors ends nobody's session
    assert nobody.submit("/sign-in", 422, username="wrong", password="wrong-wrong-wrong")


@pytest.mark.parametrize("part", DATA)
def test_what_is_the_same_is_not_sent_again(people, nobody, part):
    path = made(people.as_leader) + part
    for accepts in ("gzip", "identity"):
        mark = nobody.ask(path, Accept_Encoding=accepts).headers["ETag"]
        again = nobody.ask(path, 304, Accept_Encoding=accepts, If_None_Match=mark)
        assert again.data == b""
        nobody.ask(path, 200, Accept_Encoding=accepts, If_None_Match='"another"')


def test_a_new_visit_changes_the_figures_within_one_question(people, nobody):
    path = made(people.as_leader, f"on={today().isoformat()}", moment="today")
    before = nobody.ask(f"{path}/figures.json").headers["ETag"]
    record_visit(a_commissioner(), a_visit())

    answer = nobody.ask(f"{path}/figures.json", If_None_Match=before)
    assert answer.headers["ETag"] != before
    assert re.search(r"<dt>走访</dt><dd><b>1</b>", json.loads(answer.data)["html"])


def test_today_moves_on_at_midnight_and_a_fixed_day_does_not(people, nobody, monkeypatch):
    leader = people.as_leader
    always = made(leader, f"on={today().isoformat()}", moment="today")
    fixed = made(leader, "on=2022-06-15")
    again = made(leader, "on=2022-06-15", moment="today")
    tomorrow = today() + timedelta(days=1)
    for module in ("units", "web.wall_screen", "domain.map_ask", "domain.map_layers", "domain.walls"):
        monkeypatch.setattr(f"commissioner.{module}.today", lambda: tomorrow)

    said = f"{tomorrow.year}年{tomorrow.month}月{tomorrow.day}日"
    assert said in told(nobody, always)
    assert said in told(nobody, again)
    assert "2022年6月15日" in told(nobody, fixed)


def test_a_hostile_name_stays_a_name(people, nobody):
    leader = people.as_leader
    path = made(leader, name=HOSTILE[:40])
    page = nobody.get(path)
    assert page.soup.select_one(".wall-title").get_text() == HOSTILE[:40]
    assert "<script>alert" not in page.response.get_data(as_text=True)
    assert "<script>alert" not in told(nobody, path)
    assert leader.get("/walls/").soup.select_one("bdi").get_text() == HOSTILE[:40]
    assert leader.submit("/walls/new", 422, name="名\u202e称").errors()
    assert leader.submit("/walls/new", 422, name="").errors()
    assert leader.submit("/walls/new", 422, name="会议室", until="2001-01-01").errors()
    assert leader.submit("/walls/new", 422, name="会议室", moment="nonsense").errors()


def test_a_form_sent_twice_says_so(people):
    leader = people.as_leader
    filled = leader.get("/walls/new").form_values() | {"name": "三楼会议室"}
    leader._answer("POST", "/walls/new", 200, data=filled)
    again = leader._answer("POST", "/walls/new", 303, data=filled)
    assert "已经生成过了" in leader.get(again.location).plain
    assert db.session.scalar(select(func.count(WallLink.id))) == 1


def test_the_list_is_empty_at_first_and_says_what_to_do(people):
    page = people.as_leader.get("/walls/")
    assert "投到大屏" in page.plain
    assert "/map" in page.links()
    assert "Show on a wall" in people.as_leader.speaks("en").get("/walls/").plain


def test_the_approval_number_and_both_languages(people, nobody):
    setting(SettingKey.MAP_APPROVAL_NUMBER, "浙S(2026)1号")
    people.as_administrator.submit("/settings", 303)
    path = made(people.as_leader.speaks("en"))
    screen = nobody.get(f"{path}?language=en")
    assert "Villages served" in screen.plain
    assert "浙S(2026)1号" in screen.plain
    assert "language=en" in str(screen.soup.main["data-figures-url"])
    assert "服务到的村" in nobody.get(path).plain


@pytest.mark.parametrize("query", ["", "on=1950-01-01", "year=2100&industry=tea&level=county", "layers=chosen"])
def test_any_view_has_a_screen(people, nobody, query):
    path = made(people.as_leader, query)
    for part in EVERY:
        nobody.get(path + part)  # frugal, too
