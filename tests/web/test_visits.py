"""The visit form, as township staff and commissioners fill it in, well and badly, without JavaScript."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from commissioner.models import AuditEntry, Campaign, RaisedProblem, Visit, db
from commissioner.units import today
from commissioner.vocabulary import VisitKind, VisitState
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village
from tests.people import Person, posted_commissioner

A_DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script>"
FIVE = ["starts_on", "place_id", "commissioner_ids", "topic", "outcome"]
LONG = "长" * 100_000


@pytest.fixture
def township(people):
    return people.as_township


def told(**changes):
    """What somebody types: a visit to a village of Shuitou, today."""
    said = {
        "place_id": str(a_village()),
        "commissioner_ids": [str(posted_commissioner())],
        "topic": "茶园管理",
        "outcome": "看了三块地",
    }
    return {**said, **changes}


def log(person: Person, status: int = 303, **changes):
    return person.submit("/visits/log", status, **told(**changes))


def number_of_visits() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Visit.id))) or 0


def the_last() -> Visit:
    db.session.rollback()
    return db.session.scalars(select(Visit).order_by(Visit.id.desc())).first()


# The form


def test_five_fields_and_the_rest_on_request(township):
    form = township.get("/visits/log").soup.select_one("main form[method=post]")
    controls = form.select("input:not([type=hidden]), select, textarea")

    assert [control["name"] for control in controls if control.find_parent("details") is None] == FIVE
    assert form.select("details[open]") == []


def test_the_form_knows_the_day_and_the_village_last_visited(township):
    values = township.get("/visits/log").form_values()
    last = township.get("/visits/").soup.select_one("td[data-label=地点]").get_text(strip=True)

    assert values["starts_on"] == today().isoformat()
    assert last == "水头镇 " + township.get(f"/places/{values['place_id']}").heading


def test_the_next_visit_starts_from_the_last(township):
    log(township)
    values = township.get("/visits/log").form_values()

    assert (values["place_id"], values["commissioner_ids"]) == (str(a_village()), [str(posted_commissioner())])


def test_a_commissioner_finds_the_own_name_filled_in(people):
    own = people.as_commissioner

    assert own.get("/visits/log").form_values()["commissioner_ids"] == [str(own.actor.commissioner_id)]


def test_a_link_from_a_village_brings_the_village(township):
    village = a_village(number=3)

    assert township.get(f"/visits/log?place_id={village}").form_values()["place_id"] == str(village)


def test_places_are_offered_by_chinese_pinyin_and_initials(township):
    options = township.get("/visits/log").soup.select("select[name=place_id] option")
    searched = {option.get_text(strip=True): option.get("data-search", "") for option in options}

    assert {"同盟村", "tongmengcun", "tmc"} <= set(searched["同盟村"].split())


def test_who_is_posted_here_stands_first(township):
    groups = township.get("/visits/log").soup.select("select[name=commissioner_ids] optgroup")

    assert str(posted_commissioner()) in {option["value"] for option in groups[0].select("option")}


# Logging


def test_a_visit_is_logged_and_shown(township):
    page = township.get(log(township, topic="修剪示范").location)

    assert page.heading == "修剪示范"
    assert "看了三块地" in page.plain
    visit = the_last()
    assert (visit.starts_on, visit.ends_on, visit.state) == (today(), today(), VisitState.CONFIRMED)


def test_a_double_click_makes_one_record(township):
    before = number_of_visits()
    filled = {**township.get("/visits/log").form_values(), **told()}

    first, second = township.post("/visits/log", filled), township.post("/visits/log", filled)

    assert first.location == second.location
    assert number_of_visits() == before + 1


def test_a_form_that_was_sent_and_then_changed_is_a_conflict_with_both_versions(township):
    filled = {**township.get("/visits/log").form_values(), **told(topic="修剪")}
    township.post("/visits/log", filled)
    before = number_of_visits()

    page = township.post("/visits/log", {**filled, "topic": "施肥"}, 409)

    assert "修剪" in page.plain
    assert page.field("topic") == "施肥"
    assert number_of_visits() == before


def test_a_problem_met_on_the_way_is_written_with_the_visit(township):
    log(township, problem_description="灌溉渠漏水", problem_category="other")

    (problem,) = db.session.scalars(select(RaisedProblem).where(RaisedProblem.visit_id == the_last().id))
    assert problem.description == "灌溉渠漏水"


def test_several_days_and_several_people(township):
    colleague = a_person()
    a_posting(colleague, a_village(), today() - 400 * A_DAY)
    both = [str(posted_commissioner()), str(colleague)]
    log(township, commissioner_ids=both, starts_on=str(today() - 2 * A_DAY), ends_on=str(today()))

    assert (the_last().starts_on, the_last().ends_on) == (today() - 2 * A_DAY, today())


# Bad input

TOO_MUCH = {
    "tomorrow": ({"starts_on": str(today() + 3 * A_DAY)}, "starts_on"),
    "the other way round": ({"ends_on": str(today() - 5 * A_DAY)}, "ends_on"),
    "no day of the calendar": ({"starts_on": "2022-02-30"}, "starts_on"),
    "a day in words": ({"starts_on": "昨天"}, "starts_on"),
    "a day long ago": ({"starts_on": "0022-06-15"}, "starts_on"),
    "no day": ({"starts_on": ""}, "starts_on"),
    "no village": ({"place_id": ""}, "place_id"),
    "a village that is not": ({"place_id": "987654321"}, "place_id"),
    "a village in words": ({"place_id": "同盟村"}, "place_id"),
    "nobody": ({"commissioner_ids": None}, "commissioner_ids"),
    "somebody who is not": ({"commissioner_ids": ["987654321"]}, "commissioner_ids"),
    "no topic": ({"topic": "   "}, "topic"),
    "an endless topic": ({"topic": LONG}, "topic"),
    "an endless outcome": ({"outcome": LONG}, "outcome"),
    "control characters": ({"topic": "茶\x00园\x08"}, "topic"),
    "text that turns around": ({"outcome": "茶\u202e园"}, "outcome"),
    "swapped coordinates": ({"latitude_deg": "120.3193", "longitude_deg": "27.6348"}, "latitude_deg"),
    "outside the county": ({"latitude_deg": "30.2741", "longitude_deg": "120.1551"}, "latitude_deg"),
    "half a point": ({"latitude_deg": "27.6348"}, "latitude_deg"),
    "no number": ({"latitude_deg": "NaN", "longitude_deg": "1e9"}, "latitude_deg"),
    "an endless number": ({"latitude_deg": "9" * 5000, "longitude_deg": "120"}, "latitude_deg"),
    "a negative accuracy": (
        {"latitude_deg": "27.6348", "longitude_deg": "120.3193", "accuracy_m": "-5"},
        "accuracy_m",
    ),
    "a problem without words": ({"problem_due_on": str(today())}, "problem_description"),
    "a base that is not": ({"base_id": "987654321"}, "base_id"),
    "a project that is not": ({"project_id": "987654321"}, "project_id"),
}


@pytest.mark.parametrize(("changes", "wrong"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_bad_input_is_told_beside_its_field_and_nothing_is_lost_or_written(standing, cast, changes, wrong):
    before = number_of_visits()
    person = cast.as_township
    page = log(person, 422, **changes)

    assert number_of_visits() == before
    field = page.soup.find(id=wrong).find_parent(class_="field")
    assert field.select_one("p.error") is not None, f"nothing is said beside {wrong}: {page.errors()}"
    assert page.soup.select_one(f".error-summary a[href='#{wrong}']") is not None
    assert_nothing_is_lost(page.form_values(), told(**changes), wrong)


def assert_nothing_is_lost(shown, sent, wrong):
    for name, value in sent.items():
        unreadable = name == wrong and (
            value is None or name in {"place_id", "commissioner_ids", "base_id", "project_id"}
        )
        if unreadable or (isinstance(value, str) and not value.strip()):
            continue
        # The parser replaces what no page may hold; a browser does the same.
        assert shown[name] == value or "\x00" in value, name


def test_a_village_of_the_next_township_cannot_be_named(township):
    before = number_of_visits()
    page = log(township, 422, place_id=str(a_village(NEXT_TOWNSHIP)))

    assert page.errors()
    assert number_of_visits() == before


def test_what_is_too_large_for_any_form_is_refused_in_words(township):
    before = number_of_visits()
    page = log(township, 413, outcome="长" * 800_000)

    assert page.heading
    assert number_of_visits() == before


def test_somebody_not_posted_there_is_asked_about_then_allowed(township):
    stranger = a_person("路过的专家")
    before = number_of_visits()

    page = log(township, 422, commissioner_ids=[str(stranger)])
    assert "路过的专家" in page.plain
    assert number_of_visits() == before

    township.post("/visits/log", {**page.form_values(), "confirmed": "y"})
    assert number_of_visits() == before + 1


def test_script_in_every_field_is_text_on_every_page(people, township):
    category = {"problem_category": "other"}
    page = log(township, topic=HOSTILE, outcome=f"{HOSTILE}二", problem_description=f"{HOSTILE}三", **category)
    visit_id = page.location.rsplit("/", 1)[1]
    pages = [
        page.location,
        f"/visits/{visit_id}/edit",
        "/visits/?q=script",
        "/visits/",
        "/search?q=script",
        "/problems/",
        f"/places/{a_village()}",
        f"/commissioners/{posted_commissioner()}",
        "/",
        "/map",
    ]
    for url in pages:  # the checked client refuses any page with a script of its own
        township.get(url)
    assert HOSTILE in township.get(page.location).plain
    assert HOSTILE in township.get("/search?q=script").plain
    assert HOSTILE in people.as_officer.get("/audit/").plain


def test_script_in_a_wrong_form_is_text_too(township):
    page = log(township, 422, topic=HOSTILE, starts_on=HOSTILE, latitude_deg=HOSTILE)

    assert page.field("topic") == HOSTILE
    assert page.field("starts_on") == HOSTILE


# Afterwards


def test_two_people_amend_one_visit_and_the_second_sees_what_the_first_saved(people, township):
    visit_id = log(township, topic="修剪").location.rsplit("/", 1)[1]
    edit = f"/visits/{visit_id}/edit"
    officer = people.as_officer
    opened = officer.get(edit).form_values()
    township.submit(edit, topic="施肥")

    page = officer.post(edit, {**opened, "topic": "采摘"}, 409)

    assert {"施肥", "采摘"} <= {cell.get_text(strip=True) for cell in page.soup.select("del, ins")}
    assert the_last().topic == "施肥"
    officer.post(edit, page.form_values())
    assert the_last().topic == "采摘"


def test_a_form_opened_for_amending_holds_what_was_said(township):
    point = {"latitude_deg": "27.6348", "longitude_deg": "120.3193", "accuracy_m": "20"}
    page = log(township, starts_on=str(today() - A_DAY), ends_on=str(today()), **point)
    edit = page.location + "/edit"
    before = township.get(edit).form_values()

    township.submit(edit)

    assert {key: before[key] for key in point} == point
    assert before["ends_on"] == str(today())
    after = township.get(edit).form_values()
    differ = {key for key in before if before[key] != after[key]}
    assert differ <= {"version", "client_id", "csrf_token"}
    db.session.rollback()
    (changes,) = db.session.scalars(select(AuditEntry.changes).where(AuditEntry.action == "visits.amend"))
    assert changes == {}


def test_a_township_confirms_what_a_commissioner_logged(people, township):
    own = people.as_commissioner
    where = log(own, commissioner_ids=[str(own.actor.commissioner_id)]).location
    assert the_last().state is VisitState.WAITING
    assert "等待" in township.get("/").plain

    township.post(f"{where}/decide", {"state": "returned", "note": ""})
    assert the_last().state is VisitState.WAITING
    township.post(f"{where}/decide", {"state": "returned", "note": "日期不对"})
    assert "日期不对" in own.get(where).plain
    township.post(f"{where}/decide", {"state": "confirmed"})
    assert the_last().state is VisitState.CONFIRMED


@pytest.mark.parametrize("who", ["as_leader", "as_institution", "as_other_county"])
def test_for_others_the_form_or_the_visit_does_not_exist(people, township, who):
    where = log(township).location
    stranger = getattr(people, who)

    for url in (f"{where}/edit", f"{where}/decide"):
        stranger.post(url, {"state": "disputed", "note": "不对"}, 404)
    if who != "as_other_county":
        stranger.get("/visits/log", 404)
    assert the_last().state is VisitState.CONFIRMED


def test_a_visit_to_an_unknown_address_is_a_friendly_404(township):
    for unknown in ("/visits/987654321", "/visits/987654321/edit", f"/visits/{10**30}", "/visits/0", "/visits/x"):
        page = township.get(unknown, 404)

        assert page.heading
        assert "/" in page.links()


# From a stop of a care campaign


def test_within_a_campaign_the_bureau_logs_a_care_visit_and_a_township_a_service_visit(people):
    campaign_id = db.session.scalar(select(Campaign.id))
    officer, township = people.as_officer, people.as_township
    address = f"/visits/log?campaign_id={campaign_id}&place_id={a_village()}&commissioner_id={posted_commissioner()}"

    assert officer.get(address).form_values()["kind"] == "care"
    assert "kind" not in township.get(address).form_values()
    officer.submit(address, topic="看望", outcome="需要苗种")
    visit = the_last()
    assert (visit.kind, visit.campaign_id) == (VisitKind.CARE, campaign_id)


def test_a_page_that_a_script_fetches_to_keep_takes_no_message_away(township):
    log(township)
    kept = township.ask("/visits/log", X_Kept="1").get_data(as_text=True)

    assert "走访已登记" not in kept
    assert "走访已登记" in township.get("/").plain
