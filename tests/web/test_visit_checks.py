"""The township's word on the web: many visits at once, doubles side by side, service days, what is missing or late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from commissioner.domain.programme import ON, keep_settings
from commissioner.domain.visit_decisions import decide_visit
from commissioner.domain.visit_log import amend_visit, record_visit, visit_draft
from commissioner.models import Visit, VisitCommissioner, db
from commissioner.units import today
from commissioner.vocabulary import Role, SettingKey, VisitState
from tests.factories import (
    NEXT_TOWNSHIP,
    a_commissioner,
    a_person,
    a_visit,
    an_actor,
    an_officer,
)
from tests.people import COUNTY, posted_commissioner
from tests.visits import stored

A_DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def township(people):
    return people.as_township


def sent_by(own, **changes) -> int:
    return record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,), **changes)).visit_id


@pytest.fixture
def three(pingyang):
    """Three visits that a commissioner sent, a day apart."""
    own = a_commissioner()
    return [sent_by(own, topic=f"第{n}次指导", starts_on=today() - n * A_DAY) for n in (3, 2, 1)]


def the_setting(key, value=ON):
    keep_settings(an_actor(Role.ADMINISTRATOR, COUNTY), {key: value})


def keys(visit_ids):
    return [f"{one}:{stored(one).version}" for one in visit_ids]


def states(visit_ids):
    return [stored(one).state for one in visit_ids]


# Confirming


def test_the_home_page_leads_to_what_waits_oldest_first(township, three):
    (row,) = [one for one in township.get("/").soup.select("a.todo-row") if "等待确认" in one.get_text()]
    page = township.get(row["href"])

    mine = [one.get_text() for one in page.soup.select(".waiting-tick strong") if "次指导" in one.get_text()]
    assert mine == ["第3次指导", "第2次指导", "第1次指导"]
    assert page.heading.endswith(row.select_one(".todo-count").get_text())
    assert "科技特派员 登记" in page.plain


def test_all_that_are_ticked_are_confirmed_and_the_rest_are_left(township, three):
    answer = township.post("/visits/confirm", {"ticked": keys(three[:2]), "state": "confirmed"})

    assert "确认了 2 条" in township.get(answer.location).plain
    assert states(three) == [VisitState.CONFIRMED, VisitState.CONFIRMED, VisitState.WAITING]


def test_all_of_the_page_without_a_tick_on_each(township, three):
    shown = [one["value"] for one in township.get("/visits/confirm").soup.select("input[name=shown]")]
    township.post("/visits/confirm", {"shown": shown, "whole_page": "y", "state": "confirmed"})

    assert states(three) == [VisitState.CONFIRMED] * 3


def test_one_by_one_on_the_same_page(township, three):
    (first, second, third) = keys(three)
    township.post("/visits/confirm", {"one": f"{first}:confirmed", "ticked": [third], "note": "不算"})
    township.post("/visits/confirm", {"one": f"{second}:returned", f"note-{three[1]}": "日期不对", "note": "别的"})

    assert states(three) == [VisitState.CONFIRMED, VisitState.RETURNED, VisitState.WAITING]
    assert stored(three[1]).state_note == "日期不对"


def test_sending_back_needs_a_reason_and_loses_no_tick(township, three):
    page = township.post("/visits/confirm", {"ticked": keys(three[:1]), "state": "returned", "note": " "}, 422)

    assert any("写明原因" in error for error in page.errors())
    assert [one["value"] for one in page.soup.select("[name=ticked][checked]")] == keys(three[:1])
    assert states(three) == [VisitState.WAITING] * 3


def test_nothing_ticked_is_told(township, three):
    assert "请先勾选" in township.post("/visits/confirm", {"state": "confirmed"}, 422).plain


@pytest.mark.parametrize("rubbish", ["", "x", "1", "1:", ":1", "²:1", "1:2:3:4", "99999999999:1", HOSTILE])
def test_rubbish_is_nothing_ticked(township, rubbish):
    township.post("/visits/confirm", {"ticked": [rubbish], "state": "confirmed"}, 422)
    township.post("/visits/confirm", {"one": rubbish}, 422)


def test_each_ticked_one_is_accounted_for(people, township, three):
    read = keys(three)
    decide_visit(an_officer(), three[0], VisitState.DISPUTED, "没有人见过")
    answer = township.post("/visits/confirm", {"ticked": [*read, "987654321:1"], "state": "confirmed"})

    told = township.get(answer.location).plain
    assert "确认了 2 条；1 条已经有人处理过或改过，没有动；1 条已经不在了。" in told
    assert (stored(three[0]).state, stored(three[0]).state_note) == (VisitState.DISPUTED, "没有人见过")


def test_what_one_logged_oneself_is_for_another(people, pingyang, three):
    the_setting(SettingKey.TOWNSHIP_VISITS_WAIT)
    mine = people.as_township
    own = record_visit(mine.actor, a_visit(topic="自己登记")).visit_id
    page = mine.get("/visits/confirm")
    assert "这是您自己登记的，要由别人确认" in page.plain

    answer = mine.post("/visits/confirm", {"ticked": keys([own, three[0]]), "state": "confirmed"})

    assert "1 条是您自己登记的" in mine.get(answer.location).plain
    assert states([own, three[0]]) == [VisitState.WAITING, VisitState.CONFIRMED]
    mine.post(f"/visits/{own}/decide", {"state": "confirmed"})
    assert stored(own).state is VisitState.WAITING
    people.as_township.post("/visits/confirm", {"ticked": keys([own]), "state": "confirmed"})
    assert stored(own).state is VisitState.CONFIRMED


def test_warnings_say_who_was_not_posted_here(township, pingyang):
    own = a_commissioner()
    stranger = a_person("外来专家")
    visit_id = sent_by(own)
    db.session.execute(insert(VisitCommissioner).values(visit_id=visit_id, commissioner_id=stranger))
    db.session.commit()

    assert "外来专家 这几天没有派驻到这里" in township.get("/visits/confirm").plain


def test_another_township_and_another_county_have_nothing_to_confirm(people, three):
    for stranger in (people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP), people.as_other_county):
        assert "次指导" not in stranger.get("/visits/confirm").plain
        answer = stranger.post("/visits/confirm", {"ticked": keys(three), "state": "confirmed"})
        assert "3 条已经不在了" in stranger.get(answer.location).plain
    assert states(three) == [VisitState.WAITING] * 3


def test_who_does_not_confirm_has_no_such_page(people):
    for person in (people.as_commissioner, people.as_leader, people.as_institution):
        person.get("/visits/confirm", 404)
        person.get("/visits/doubles", 404)
        person.get("/visits/gaps", 404)


def test_when_nothing_waits_the_page_says_so(township):
    waiting = township.get("/visits/confirm").soup.select("input[name=shown]")
    while waiting:
        township.post(
            "/visits/confirm", {"shown": [one["value"] for one in waiting], "whole_page": "y", "state": "confirmed"}
        )
        waiting = township.get("/visits/confirm").soup.select("input[name=shown]")

    assert "没有等待确认的走访" in township.get("/visits/confirm").plain


def test_in_english_too(people, three):
    page = people.as_township.speaks("en").get("/visits/confirm")

    assert "Visits to confirm" in page.plain
    assert "确认" not in page.soup.select_one("form.waiting").get_text()


def test_the_logger_sees_what_came_back_on_the_home_page(people, pingyang, three):
    own = db.session.scalar(select(Visit.logged_by_id).where(Visit.id == three[0]))
    township = people.as_township
    mine = record_visit(township.actor, a_visit(topic="乡镇自己的")).visit_id
    decide_visit(an_officer(), mine, VisitState.RETURNED, "请补充结果")

    (row,) = [one for one in township.get("/").soup.select("a.todo-row") if "被退回" in one.get_text()]
    listed = township.get(row["href"]).plain
    assert "乡镇自己的" in listed
    assert "次指导" not in listed
    assert own != township.actor.account_id


# One visit


def test_a_decision_on_what_changed_meanwhile_is_not_made(township, three):
    page = township.get(f"/visits/{three[0]}")
    read_at = page.field("version")
    decide_visit(an_officer(), three[0], VisitState.DISPUTED, "没有人见过")

    answer = township.post(f"/visits/{three[0]}/decide", {"state": "confirmed", "version": read_at})

    assert "别人刚刚处理过或改过" in township.get(answer.location).plain
    assert stored(three[0]).state is VisitState.DISPUTED


def test_the_history_is_there_for_everybody_who_sees_the_visit(people, three):
    township = people.as_township
    decide_visit(township.actor, three[0], VisitState.CONFIRMED)
    writer = db.session.scalar(select(Visit.logged_by_id).where(Visit.id == three[0]))
    author = replace(a_commissioner(), account_id=writer)
    draft, version = visit_draft(author, three[0])
    amend_visit(author, three[0], a_visit(topic="改成这样", commissioner_ids=draft.commissioner_ids), version)

    for person in (township, people.as_leader, people.as_commissioner):
        page = person.get(f"/visits/{three[0]}")
        history = page.soup.select_one("details.history")
        assert not history.has_attr("open")
        told = " ".join(history.get_text(" ").split())
        assert "第3次指导" in told
        assert "改成这样" in told
        assert told.index("修改") < told.index("确认") < told.index("新增")
        assert "改过，等待重新确认" in page.plain
    assert "改过，等待重新确认" in township.get("/visits/confirm").plain


# Service days


def test_a_year_of_days_from_the_page_of_a_person_and_back_to_a_visit(people):
    township = people.as_township
    person = posted_commissioner()
    (link,) = {one for one in township.get(f"/commissioners/{person}?year=2022").links() if "/days?" in one}
    page = township.get(link)

    counted = page.soup.select(".month td.counted")
    assert page.soup.select_one(".figure-value").get_text().startswith(str(len(counted)))
    assert len(counted) > 10
    visit = next(one for one in page.links() if one.startswith("/visits/") and one[8:].isdecimal())
    assert any(f"/commissioners/{person}/days?year=2022" in one for one in township.get(visit).links())


def test_the_number_of_visits_on_the_year_is_its_list(people):
    officer, person = people.as_officer, posted_commissioner()
    figure = officer.get(f"/commissioners/{person}/days?year=2022").soup.select_one("a.figure")
    count = officer.get(figure["href"]).soup.select_one("h1 .count").get_text().strip()
    assert figure.select_one(".figure-value").get_text().startswith(count)


@pytest.mark.parametrize("year", ["", "x", "0", "99999", "1998", "2101", "²", "2100", "1999"])
def test_any_year_is_answered(people, year):
    assert people.as_officer.get(f"/commissioners/{posted_commissioner()}/days?year={year}").heading


def test_a_year_without_a_visit_says_so_in_both_languages(people):
    url = f"/commissioners/{posted_commissioner()}/days?year=2000"
    assert "这一年还没有走访记录" in people.as_officer.get(url).plain
    assert "There are no visits in this year yet" in people.as_officer.speaks("en").get(url).plain


def test_a_commissioner_sees_the_own_year_and_no_other(people):
    own, other = people.as_commissioner, a_person()
    assert own.get(f"/commissioners/{own.actor.commissioner_id}/days").heading
    own.get(f"/commissioners/{other}/days", 404)
    people.as_other_county.get(f"/commissioners/{own.actor.commissioner_id}/days", 404)


# What is missing or late


def test_without_a_number_the_page_asks_for_one(people):
    page = people.as_officer.get("/visits/gaps")
    assert (page.field("days"), page.field("waiting")) == ("", "")
    assert page.plain.count("多少天算久，由您定") == 2


def test_rows_lead_to_the_whole_list_and_its_sheet(people):
    officer = people.as_officer
    page = officer.get("/visits/gaps?days=30&waiting=3")
    whole, sheet = (one["href"] for one in page.soup.select(".section-tools a")[:2])
    count = page.soup.select_one(".section h2 .count").get_text()
    assert officer.get(whole).soup.select_one("h1 .count").get_text().strip() == count
    assert officer.get(sheet).response.mimetype.endswith("sheet")


@pytest.mark.parametrize(
    "asked", ["days=x&waiting=-1", "days=0", "days=99999999999", "township=%27", "township=330327"]
)
def test_what_cannot_be_meant_is_left_out(people, asked):
    people.as_officer.get(f"/visits/gaps?{asked}")
    people.as_officer.get(f"/visits/doubles?{asked}&year=x")


def test_the_administrator_sets_what_counts_and_how_long_is_long(people):
    administrator = people.as_administrator
    administrator.submit(
        "/settings", count_unrejected="y", township_visits_wait="y", visit_gap_days="60", waiting_days="7"
    )
    kept = administrator.get("/settings")
    assert (kept.field("visit_gap_days"), kept.field("waiting_days")) == ("60", "7")
    assert len(kept.soup.select("input[type=checkbox][checked]")) == 2

    administrator.submit("/settings", count_unrejected=None, township_visits_wait=None, visit_gap_days="")
    assert administrator.get("/settings").soup.select("input[type=checkbox][checked]") == []
    administrator.submit("/settings", 422, waiting_days="0")
