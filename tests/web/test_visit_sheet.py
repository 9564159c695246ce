"""The sheet of a visit for the village to sign: in the order of the screen, with a code that a phone can read."""

import re
from datetime import date, timedelta

import numpy as np
import pytest
import zxingcpp

from commissioner.domain.photo_store import PhotoStore
from commissioner.domain.visit_drafts import ProblemDraft
from commissioner.domain.visit_log import record_visit
from commissioner.domain.visit_photos import add_photo
from commissioner.units import today
from commissioner.vocabulary import RaisedProblemCategory, Role
from tests.factories import NEXT_TOWNSHIP, a_visit
from tests.people import COUNTY
from tests.photos import taken_by_a_phone

ORDER = ["日期", "村（乡镇）", "特派员", "事由", "结果", "基地、项目", "发现的问题"]
STROKE = re.compile(r"([Mmh])\s*(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?")
HOSTILE = "<script>alert(1)</script><b>粗</b>"


@pytest.fixture
def township(people):
    return people.as_township


@pytest.fixture
def visit_id(township):
    return record_visit(township.actor, a_visit()).visit_id


def read_code(page):
    """What a phone reads from the code on the page: its squares drawn as large as a camera sees them."""
    drawing = page.soup.select_one("svg.qr-code")
    side = int(drawing["viewbox"].split()[2])
    squares = np.full((side, side), 255, dtype=np.uint8)
    across, down = 0.0, 0.0
    for stroke, first, second in STROKE.findall(drawing.find("path")["d"]):
        if stroke == "h":
            squares[int(down), int(across) : int(across + float(first))] = 0
            across += float(first)
        else:
            across = float(first) + (across if stroke == "m" else 0)
            down = float(second) + (down if stroke == "m" else 0)
    [code] = zxingcpp.read_barcodes(np.kron(squares, np.ones((8, 8), dtype=np.uint8)))
    return code.text


def labels(page):
    return [one.text for one in page.soup.select(".paper dt")]


def told(page):
    return {row.find("dt").text: row.find("dd").get_text(" ", strip=True) for row in page.soup.select(".paper-row")}


def test_the_sheet_says_the_visit_in_the_order_of_the_screen(township):
    problem = ProblemDraft(category=RaisedProblemCategory.MARKET, description="茶叶卖不掉", due_on=today())
    draft = a_visit(outcome="看了三块地\n教了修剪", problem=problem)
    visit_id = record_visit(township.actor, draft).visit_id
    page = township.get(f"/visits/{visit_id}/sheet")

    assert labels(page) == ORDER
    said = told(page)
    assert said["日期"] == draft.starts_on.isoformat()
    assert "水头镇" in said["村（乡镇）"]
    assert said["特派员"]
    assert said["事由"] == "茶园管理"
    assert said["结果"] == "看了三块地\n教了修剪"
    assert "销售 · 茶叶卖不掉" in said["发现的问题"]
    assert f"希望 {today().isoformat()} 前解决" in said["发现的问题"]


def test_its_order_is_the_order_of_the_form(township):
    named = [control.get("name") for control in township.get("/visits/log").soup.select("main form [name]")]
    asked = [name for name in dict.fromkeys(named) if name in {"starts_on", "place_id", "commissioner_ids", "topic"}]

    assert asked == ["starts_on", "place_id", "commissioner_ids", "topic"]
    assert labels(township.get("/visits/sheet"))[:4] == ORDER[:4]


def test_its_code_opens_the_visit(township, visit_id):
    page = township.get(f"/visits/{visit_id}/sheet")

    assert read_code(page) == f"http://localhost/visits/{visit_id}"
    assert "扫码打开这次走访" in page.plain
    assert page.soup.select_one("svg.qr-code title").text == "扫码打开这次走访"


def test_its_code_names_the_address_by_which_people_reach_the_site(pingyang, township, visit_id):
    with township._client.session_transaction(base_url="https://kjj.example:8443") as session:
        session["_user_id"], session["_fresh"] = township.token, True
    page = township._answer("GET", f"/visits/{visit_id}/sheet", 200, base_url="https://kjj.example:8443")

    assert read_code(page) == f"https://kjj.example:8443/visits/{visit_id}"


def test_three_sign_and_the_owner_stands_in_the_head(township, visit_id):
    page = township.get(f"/visits/{visit_id}/sheet")

    who = [one.find("p").text for one in page.soup.select(".signature")]
    assert who == ["村代表（签字）", "特派员（签字）", "乡镇（签字或盖章）"]
    assert all("年" in one.text for one in page.soup.select(".signature-day"))
    assert "平阳县科学技术局" in page.soup.select_one(".paper-owner").text
    assert page.soup.select_one("button[data-module=print]")


def test_the_visit_leads_to_its_sheet_and_back(township, visit_id):
    assert f"/visits/{visit_id}/sheet" in township.get(f"/visits/{visit_id}").links()
    assert {f"/visits/{visit_id}", "/visits/sheet"} <= set(township.get(f"/visits/{visit_id}/sheet").links())


def test_several_days_are_told_from_first_to_last(township):
    first = today() - timedelta(days=3)
    visit_id = record_visit(township.actor, a_visit(starts_on=first, ends_on=today())).visit_id

    said = told(township.get(f"/visits/{visit_id}/sheet"))["日期"]
    assert said == f"{first.isoformat()} — {today().isoformat()}"


def test_without_problem_base_or_outcome_it_is_a_sheet_all_the_same(township):
    visit_id = record_visit(township.actor, a_visit(outcome="")).visit_id
    said = told(township.get(f"/visits/{visit_id}/sheet"))

    assert (said["结果"], said["基地、项目"], said["发现的问题"]) == ("", "", "无")


def test_what_somebody_typed_is_text(township):
    visit_id = record_visit(township.actor, a_visit(topic=HOSTILE, outcome=HOSTILE)).visit_id
    page = township.get(f"/visits/{visit_id}/sheet")

    assert told(page)["事由"] == HOSTILE
    assert page.soup.select(".paper b") == []


def test_photos_are_on_it_unless_somebody_leaves_them_out(pingyang, township, visit_id):
    store = PhotoStore(folder=pingyang.extensions["settings"].photo_folder)
    add_photo(township.actor, visit_id, taken_by_a_phone(), store)
    page = township.get(f"/visits/{visit_id}/sheet")

    assert len(page.soup.select(".paper-photos img")) == 1
    assert township.get(f"/visits/{visit_id}/sheet?photos=0").soup.select(".paper img") == []
    assert f"/visits/{visit_id}/sheet?photos=0" in page.links()


def test_a_blank_sheet_has_lines_and_opens_the_form(township):
    page = township.get("/visits/sheet")

    assert read_code(page) == "http://localhost/visits/log"
    assert labels(page) == ORDER
    assert len(page.soup.select(".write-line")) > 10
    assert "□ 技术" in page.plain


def test_it_speaks_english(township, visit_id):
    for url in (f"/visits/{visit_id}/sheet", "/visits/sheet"):
        page = township.speaks("en").get(url)
        assert "signature" in page.plain
        assert "签" not in page.plain


def test_who_sees_the_visit_sees_its_sheet_and_nobody_else(people, township, visit_id):
    url = f"/visits/{visit_id}/sheet"

    assert people.sign_in(Role.LEADER, COUNTY).get(url)
    for stranger in (people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP), people.as_other_county):
        stranger.get(url, 404)
    people.as_leader.get("/visits/sheet", 404)
    assert people.as_nobody.get(url, 302).location.startswith("/sign-in")
    township.get("/visits/987654321/sheet", 404)


def test_an_old_date_is_printed_as_it_is(township):
    visit_id = record_visit(township.actor, a_visit(starts_on=date(2022, 6, 15), confirmed=True)).visit_id

    assert told(township.get(f"/visits/{visit_id}/sheet"))["日期"] == "2022-06-15"
