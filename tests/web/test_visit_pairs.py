"""Two records of one visit on the web: the list, side by side, merged or kept apart, and what went meanwhile."""

import pytest
from sqlalchemy import func, select

from commissioner.domain.visit_log import amend_visit, record_visit, visit_draft
from commissioner.domain.visit_merges import Merge, merge_visits
from commissioner.models import MergedVisit, Visit, VisitsKeptApart, db
from commissioner.vocabulary import Role
from tests.factories import NEXT_TOWNSHIP, a_commissioner, a_visit, an_officer
from tests.visits import stored

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def township(people):
    return people.as_township


@pytest.fixture
def own(pingyang):
    return a_commissioner()


@pytest.fixture
def both(township, own):
    """One visit, as the commissioner and as the township wrote it down."""
    mine = {"commissioner_ids": (own.commissioner_id,)}
    first = record_visit(own, a_visit(topic="茶园修剪", outcome="", **mine)).visit_id
    return first, record_visit(township.actor, a_visit(topic="修剪", outcome=HOSTILE, **mine)).visit_id


def address(both):
    return f"/visits/doubles/{both[0]}/{both[1]}"


def merged():
    db.session.rollback()
    return db.session.scalar(select(func.count(MergedVisit.id)))


def test_from_the_banner_of_a_visit_to_one_visit(township, both):
    page = township.get(f"/visits/{both[0]}")
    assert "可能和另一条重复" in page.plain
    assert address(both) in page.links()
    assert any(address(both) == one for one in township.get("/visits/doubles").links())

    side_by_side = township.get(address(both))
    assert "茶园修剪" in side_by_side.plain
    assert HOSTILE in side_by_side.plain
    answer = township.submit(address(both), sure="y", stays=str(both[0]), topic=str(both[0]))

    page = township.get(answer.location)
    assert (page.heading, stored(both[0]).outcome) == ("茶园修剪", HOSTILE)
    assert "可能和另一条重复" not in page.plain
    assert "并进来的记录" in page.soup.select_one("details.history").get_text()
    township.get(f"/visits/{both[1]}", 404)
    assert merged() == 1


def test_what_is_confirmed_stays_and_the_longer_words_are_offered_first(township, both):
    chosen = {
        one["name"]: one["value"] for one in township.get(address(both)).soup.select("input[type=radio][checked]")
    }
    assert chosen == {"stays": str(both[1]), "topic": str(both[0]), "outcome": str(both[1])}


def test_enter_on_a_choice_merges_nothing_and_keeps_the_choice(township, both):
    page = township.submit(address(both), 422, stays=str(both[0]))
    assert page.soup.select_one("input[name=stays][checked]")["value"] == str(both[0])
    assert merged() == 0


def test_kept_apart_they_are_never_shown_again(township, both):
    answer = township.post(f"{address(both)}/apart", {})
    assert address(both) not in township.get(answer.location).links()
    assert "可能和另一条重复" not in township.get(f"/visits/{both[0]}").plain
    assert "认定这两条不是重复" in township.get(address(both)).plain
    assert db.session.scalar(select(func.count()).select_from(VisitsKeptApart)) == 1


def test_a_change_meanwhile_is_shown_and_nothing_is_merged(township, own, both):
    filled = {**township.get(address(both)).form_values(), "sure": "y"}
    draft, version = visit_draft(own, both[0])
    amend_visit(own, both[0], a_visit(topic="又改了一次", commissioner_ids=draft.commissioner_ids), version)

    page = township.post(address(both), filled, 409)
    assert "又改了一次" in page.plain
    assert merged() == 0
    township.post(address(both), {**page.form_values(), "sure": "y"})
    assert merged() == 1


def test_one_that_went_meanwhile_leads_to_the_one_that_stands(township, both):
    filled = {**township.get(address(both)).form_values(), "sure": "y"}
    versions = {one: stored(one).version for one in both}
    merge_visits(an_officer(), Merge(stays=both[0], goes=both[1], versions=versions, chosen={}))

    for url in (address(both), f"{address(both)}/apart"):
        answer = township.post(url, filled)
        assert answer.location == f"/visits/{both[0]}"
    assert "刚刚被合并或删除了" in township.get(answer.location).plain
    township.get(address(both), 404)


@pytest.mark.parametrize("stays", ["", "x", "987654321"])
def test_a_form_that_does_not_say_which_stays_merges_nothing(township, both, stays):
    township.post(address(both), {"stays": stays, "sure": "y"}, 404)
    township.post(address(both), {"stays": str(both[0]), "versions": "x 1: :2", "sure": "y"}, 409)
    assert merged() == 0


def test_a_part_that_is_neither_is_left_as_it_is(township, both):
    township.submit(address(both), sure="y", stays=str(both[1]), topic="987654321", outcome=HOSTILE)
    assert (stored(both[1]).topic, stored(both[1]).outcome) == ("修剪", HOSTILE)


def test_strangers_and_those_who_do_not_confirm_find_nothing(people, both):
    strangers = (
        people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP),
        people.as_other_county,
        people.as_leader,
        people.as_commissioner,
    )
    for stranger in strangers:
        stranger.get(address(both), 404)
        stranger.post(address(both), {"stays": str(both[0]), "sure": "y"}, 404)
        stranger.post(f"{address(both)}/apart", {}, 404)
    assert db.session.get(Visit, both[1]) is not None


def test_the_list_says_when_there_is_none_and_asks_by_year_and_township(people):
    assert "没有可能重复的走访" in people.as_officer.get("/visits/doubles?year=2003&township=330326102").plain
    people.as_officer.get("/visits/doubles?number=7&year=2003")
    assert "There are no probable doubles" in people.as_officer.speaks("en").get("/visits/doubles?year=2003").plain
