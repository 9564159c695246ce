"""The pages of problems and care campaigns: threads, handing over, planning, home lines, feedback, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from commissioner.models import Campaign, CampaignStop, Place, ProblemReply, RaisedProblem, db
from commissioner.units import today
from commissioner.vocabulary import RaisedProblemState, Role
from tests.factories import NEXT_TOWNSHIP, a_village, written
from tests.pages import Page
from tests.people import SHUITOU, People, Person
from tests.results import a_problem
from tests.seeded import the

SCRIPT = "<script>window.hurt = 1</script>"


def in_shuitou(**values: object) -> int:
    """A problem in a village of Shuitou that nobody must act on yet."""
    village = db.session.get_one(Place, a_village())
    return a_problem({"place_id": village.id, "region_code": village.region_code}, raised_on=today(), **values)


def stored(problem_id: int) -> RaisedProblem:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(RaisedProblem, problem_id)


def answer(person: Person, problem_id: int, status: int = 303, **said: str) -> Page:
    """Fill in the form at the foot of the problem's page, as a browser without JavaScript does."""
    page = person.get(f"/problems/{problem_id}")
    values = {key: value for key, value in page.form_values().items() if value is not None}
    return person._answer("POST", f"/problems/{problem_id}/reply", status, data={**values, **said})


def line(page: Page, words: str) -> tuple[int, str] | None:
    """A line of the home page: its count and where it leads."""
    for row in page.soup.select("a.todo-row:has(.todo-count)"):
        if words in row.get_text():
            return int(row.select_one(".todo-count").get_text()), str(row["href"])
    return None


def test_a_problem_goes_from_hand_to_hand_until_it_is_solved(people: People) -> None:
    raiser, officer, township = people.as_commissioner, people.as_officer, people.as_township
    made = raiser.submit("/problems/new", description="茶园倒春寒受冻", place_id=str(a_village()))
    problem_id = int(made.location.rsplit("/", 1)[1])
    assert line(township.get("/"), "问题还没有人负责") == (1, "/problems/?unowned=1")

    until = (today() + timedelta(days=7)).isoformat()
    said = {"owner_id": str(township.actor.account_id), "due_on": until, "words": "请先去看看"}
    officer.submit(f"/problems/{problem_id}/assign", **said)
    count, url = line(township.get("/"), "交给您办的问题") or (0, "")
    assert count == 1
    assert "茶园倒春寒受冻" in township.get(url).plain
    assert line(township.get("/"), "问题还没有人负责") is None
    assert line(officer.get("/"), "交给您办的问题") is None

    answer(township, problem_id, state="in_hand")
    answer(township, problem_id, words="剪枝、追肥", state="solved")
    page = raiser.get(f"/problems/{problem_id}")
    for words in ("请先去看看", "剪枝、追肥", "开始处理", "已解决", until):
        assert words in page.plain, words
    assert stored(problem_id).solved_on == today()
    count, url = line(raiser.get("/"), "您反映的问题有新答复") or (0, "")
    assert count == 1
    assert "茶园倒春寒受冻" in raiser.get(url).plain
    answer(raiser, problem_id, words="谢谢")
    assert line(raiser.get("/"), "您反映的问题有新答复") is None


def test_who_only_answers_is_not_asked_what_becomes_of_it(people: People) -> None:
    leader = people.as_leader
    problem_id = in_shuitou()
    page = leader.get(f"/problems/{problem_id}")
    assert page.soup.select("form [name=state]") == []
    assert page.soup.select("a[href$='/assign'], a[href$='/edit']") == []
    answer(leader, problem_id, words="请抓紧")
    refused = answer(leader, problem_id, 422, words="我来定", state="dropped")
    assert "您可以只写答复" in refused.plain
    assert refused.form_values()["words"] == "我来定"
    assert stored(problem_id).state is RaisedProblemState.OPEN


def test_two_at_once_see_how_it_stands_beside_what_they_wrote(people: People) -> None:
    first, second = people.as_officer, people.as_township
    problem_id = in_shuitou()
    slow = {key: value for key, value in second.get(f"/problems/{problem_id}").form_values().items() if value}
    assigning = second.get(f"/problems/{problem_id}/assign").form_values()
    answer(first, problem_id, words="已经修好了", state="solved")

    late = {**slow, "words": "不用修了", "state": "dropped"}
    page = second._answer("POST", f"/problems/{problem_id}/reply", 409, data=late)
    cells = [cell.get_text(strip=True) for cell in page.soup.select("table.diff td")]
    assert {"已解决", "已经修好了", "不用修了"} <= set(cells)
    assert page.form_values()["words"] == "不用修了"
    assert second._answer("POST", f"/problems/{problem_id}/assign", 409, data=assigning).status == 409
    again = {key: value for key, value in page.form_values().items() if value is not None}
    second._answer("POST", f"/problems/{problem_id}/reply", 303, data=again)
    assert stored(problem_id).resolution == "已经修好了"


def test_a_handover_that_clashes_comes_back_whole(people: People) -> None:
    officer, township = people.as_officer, people.as_township
    problem_id = in_shuitou()
    form = officer.get(f"/problems/{problem_id}/assign").form_values()
    answer(township, problem_id, state="in_hand")
    late = {**form, "owner_id": str(township.actor.account_id), "words": "请去看看"}
    page = officer._answer("POST", f"/problems/{problem_id}/assign", 409, data=late)
    assert page.soup.select_one("#owner_id option[selected]")["value"] == str(township.actor.account_id)
    assert "处理中" in page.soup.select_one("table.diff").get_text()
    officer._answer("POST", f"/problems/{problem_id}/assign", 303, data=page.form_values())
    assert stored(problem_id).owner_id == township.actor.account_id


@pytest.mark.parametrize("words", ["", "长" * 6000, "a\u202eb"])
def test_an_answer_that_cannot_be_is_told_and_kept(people: People, words: str) -> None:
    township = people.as_township
    problem_id = in_shuitou()
    page = answer(township, problem_id, 422, words=words)
    assert page.errors()
    assert page.soup.select_one(".error-summary a[href='#words']") is not None
    assert page.form_values()["words"] == words
    assert db.session.query(ProblemReply).count() == 0


def test_script_in_an_answer_is_text(people: People) -> None:
    township = people.as_township
    problem_id = in_shuitou()
    answer(township, problem_id, words=SCRIPT, state="solved")
    for url in (f"/problems/{problem_id}", "/problems/?q=script"):
        assert people.as_officer.get(url).soup.find("script", string=re.compile("hurt")) is None
    assert SCRIPT in people.as_officer.get(f"/audit/?subject=problems&record={problem_id}").soup.get_text()


def test_the_next_township_finds_no_door(people: People) -> None:
    stranger = people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP)
    problem_id = in_shuitou()
    for url in (f"/problems/{problem_id}", f"/problems/{problem_id}/reply", f"/problems/{problem_id}/assign"):
        stranger.get(url, 404)
    stranger.post(f"/problems/{problem_id}/reply", {"words": "看看"}, 404)
    stranger.post(f"/problems/{problem_id}/assign", {"owner_id": str(stranger.actor.account_id)}, 404)
    commissioner = people.as_commissioner
    commissioner.get(f"/problems/{problem_id}/assign", 404)
    assert db.session.query(ProblemReply).count() == 0


def test_an_owner_who_is_not_offered_is_refused(people: People) -> None:
    stranger = people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP)
    problem_id = in_shuitou()
    page = people.as_officer.submit(f"/problems/{problem_id}/assign", 422, owner_id=str(stranger.actor.account_id))
    assert page.soup.select_one(".error-summary a[href='#owner_id']") is not None
    assert str(stranger.actor.account_id) not in [one["value"] for one in page.soup.select("#owner_id option")]


def test_everybody_who_is_signed_in_may_say_what_is_wrong(people: People) -> None:
    everybody = ("administrator", "officer", "township", "commissioner", "institution", "leader")
    for who in everybody:
        person = getattr(people, f"as_{who}")
        (link,) = [url for url in person.get("/").links() if "category=system" in url]
        answer_page = person.submit(link, description=f"{who} 觉得字太小")
        assert f"{who} 觉得字太小" in person.get(answer_page.location).plain
        assert f"{who} 觉得字太小" in person.get("/problems/?category=system").plain
    assert "意见反馈" not in people.as_nobody.get("/sign-in").plain


# Solved k of n


def test_the_list_says_how_many_of_its_problems_are_solved(people: People) -> None:
    officer = people.as_officer
    page = officer.get("/problems/?year=2022")
    solved = officer.get("/problems/?year=2022&state=solved")
    count = {one: int(one.soup.select_one("h1 .count").get_text()) for one in (page, solved)}
    assert f"已解决 {count[solved]} / {count[page]}" in page.plain
    assert "已解决 " not in (solved.soup.select_one("p.lede") or "")
    key = next(one for one in officer.get("/annual/2022").soup.select(".figure") if "解决问题" in one.get_text())
    assert f"{count[solved]}/{count[page]}" in key.get_text()
    assert f"{count[solved]} of {count[page]} solved" in officer.speaks("en").get("/problems/?year=2022").plain


def test_a_township_tells_how_many_of_its_problems_are_solved(people: People) -> None:
    officer = people.as_officer
    in_shuitou()
    told = officer.get(f"/places/{the(Place, SHUITOU.ljust(12, '0')).id}").soup.select_one("a.solved-of")
    assert told is not None
    k, n = (int(number) for number in re.findall(r"\d+", told.select_one(".number").get_text()))
    for person in (officer, people.as_township):
        page = person.get(str(told["href"]))
        assert int(page.soup.select_one("h1 .count").get_text()) == n
    solved = officer.get(f"{told['href']}&state=solved")
    assert int(solved.soup.select_one("h1 .count").get_text()) == k


# Care campaigns


def test_a_campaign_is_planned_at_one_go_and_visited_stop_by_stop(people: People) -> None:
    officer = people.as_officer
    made = officer.submit("/campaigns/new", name="冬季关爱", starts_on=(today() - timedelta(days=9)).isoformat())
    empty = officer.get(made.location)
    assert "还没有走访计划" in empty.plain
    plan_url = next(url for url in empty.links() if url.endswith("/plan"))
    page = officer.get(plan_url)
    ticks = page.soup.select("input[name=chosen][checked]")
    assert len(ticks) == len(page.soup.select("input[name=chosen]")) > 10
    nothing = officer.get(f"{plan_url}?ticked=none")
    assert nothing.soup.select("input[name=chosen][checked]") == []

    values = page.form_values()
    refused = officer._answer("POST", plan_url, 422, data={**values, "chosen": []})
    assert refused.errors() == ["错误：请至少选一站。"]
    chosen = [str(one["value"]) for one in ticks]
    officer._answer("POST", plan_url, 303, data={**values, "chosen": chosen})
    page = officer.get(made.location)
    assert f"0/{len(chosen)}" in page.plain
    logging = [url for url in page.links() if url.startswith("/visits/log?kind=care")]
    assert len(logging) == len(chosen)
    assert "都已经在计划里了" in officer.get(plan_url).plain


def test_a_township_sees_its_stops_and_plans_nothing(people: People) -> None:
    campaign_id = the(Campaign, "2022-care-tour").id
    here = db.session.query(CampaignStop).filter(CampaignStop.region_code.startswith(SHUITOU)).count()
    township = people.as_township
    page = township.get(f"/campaigns/{campaign_id}")
    assert len(page.soup.select("table.stops tbody tr")) == here
    assert page.soup.select("a[href*='kind=care'], a[href$='/plan'], a[href*='/stops/new']") == []
    township.get(f"/campaigns/{campaign_id}/plan", 404)
    township.post(f"/campaigns/{campaign_id}/plan", {"chosen": "1-0"}, 404)
    empty = people.sign_in(Role.TOWNSHIP, "330326116").get(f"/campaigns/{campaign_id}")
    assert "您的范围内还没有走访计划" in empty.plain
    people.as_other_county.get(f"/campaigns/{campaign_id}", 404)


def test_a_stop_is_changed_on_its_form_and_leads_back_to_its_campaign(people: People) -> None:
    stop, officer = the(CampaignStop, "2022-18"), people.as_officer
    stop_id, home = stop.id, f"/campaigns/{stop.campaign_id}"
    assert officer.submit(f"/stops/{stop_id}/edit", wish="想要一位茶叶专家").location == home
    assert "想要一位茶叶专家" in officer.get(home).plain
    assert people.as_township.get(f"/stops/{stop_id}", 302).location == home
    people.as_township.get(f"/stops/{stop_id}/edit", 404)


def test_an_english_reader_finds_no_chinese_of_ours(people: People) -> None:
    officer = people.as_officer.speaks("en")
    campaign_id, problem_id = the(Campaign, "2022-care-tour").id, in_shuitou()
    assert "Still to go" in officer.get(f"/campaigns/{campaign_id}").plain
    assert "Other focus villages" in officer.get(f"/campaigns/{campaign_id}/plan").plain
    assert "Write a reply" in officer.get(f"/problems/{problem_id}").plain
    assert "Hand over" in officer.get(f"/problems/{problem_id}/assign").heading


def test_a_campaign_of_nothing_says_what_to_do(app: Flask) -> None:
    people = People(app)
    campaign_id = written(Campaign, name="关爱活动", region_code="330326000000", starts_on=today())
    officer = people.as_officer
    assert "还没有走访计划" in officer.get(f"/campaigns/{campaign_id}").plain
    assert "没有派驻，也没有重点村" in officer.get(f"/campaigns/{campaign_id}/plan").plain
    for url in ("/problems/", "/stops/"):
        assert "这里还没有记录" in officer.get(url).plain
