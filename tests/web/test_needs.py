"""The pages of a need and of a call: raised with photos, each step, what each role sees, refusals, both languages."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from commissioner.domain.match_answers import propose
from commissioner.models import Batch, Need, NeedPhoto, db
from commissioner.units import today
from commissioner.vocabulary import NeedState, Role
from tests.factories import NEXT_TOWNSHIP, a_person, a_village, an_officer
from tests.needs import a_call, a_need, put, raised_by, state_of
from tests.pages import Page
from tests.people import People, Person
from tests.photos import SCRIPT, taken_by_a_phone


def raise_one(person: Person, *files: tuple[str, bytes], status: int = 303, **said: Any) -> Page:
    """Fill in the form and choose files, as a browser does."""
    form = {**person.get("/needs/new").form_values(), "title": "黄汤茶闷黄", "help_kind": "processing", **said}
    form = {key: value for key, value in form.items() if value is not None}
    form["photos"] = [(BytesIO(data), name) for name, data in files]
    return person._answer("POST", "/needs/new", status, data=form, content_type="multipart/form-data")


def photo(colour: str = "seagreen") -> bytes:
    return taken_by_a_phone(colour=colour)


def acts(page: Page) -> set[str]:
    actions = page.soup.select(".page-actions a, .page-actions form, h1 ~ * a, main a, main form")
    found = {str(one.get("href") or one.get("action") or "") for one in actions}
    steps = ("take-up", "finish", "decline", "withdraw", "raise-anew", "edit")
    return {one for one in steps if any(address.endswith(f"/{one}") for address in found)}


def number_of(made: Page) -> int:
    return int(made.location.rsplit("/", 1)[1])


# Raising


def test_a_township_raises_one_with_photos_for_its_own_place(people: People) -> None:
    township = people.as_township
    form = township.get("/needs/new")
    assert form.field("version") == ""
    assert form.soup.select_one("#place_id option[selected]") is not None
    assert form.soup.select_one("[name=opened]") is None
    assert form.soup.select_one("[name=batch_id]") is None

    made = raise_one(township, ("a.jpg", photo()), ("b.jpg", photo("navy")), problem="颜色不匀")

    page = township.get(made.location)
    assert "待受理" in page.plain
    assert "等科技局受理" in page.plain
    assert "加工技术" in page.plain
    assert len(page.soup.select("#photos img")) == 2
    small = str(page.soup.select_one("#photos img")["src"])
    assert township.get(small).response.mimetype == "image/jpeg"
    assert acts(page) == {"withdraw", "edit"}
    stranger = people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP)
    stranger.get(small, 404)
    stranger.get(made.location, 404)


def test_a_file_that_is_no_photo_is_told_and_the_need_stands(people: People) -> None:
    township = people.as_township
    made = raise_one(township, ("a.jpg", SCRIPT), ("b.jpg", photo()))

    page = township.get(made.location)

    assert "a.jpg：" in page.plain
    assert len(page.soup.select("#photos img")) == 1


def test_an_error_loses_nothing_but_the_files_and_says_so(people: People) -> None:
    page = raise_one(people.as_township, ("a.jpg", photo()), status=422, title="", problem="颜色不匀")

    assert "请填写“需要什么”" in page.plain
    assert "照片要重新选一次" in page.plain
    assert "颜色不匀" in str(page.soup.select_one("#problem"))
    assert db.session.scalars(select(NeedPhoto.id)).all() == []


def test_a_form_sent_twice_is_one_need(people: People) -> None:
    township = people.as_township
    click = township.get("/needs/new").field("client_id")
    first = raise_one(township, ("a.jpg", photo()), client_id=click)
    second = raise_one(township, ("a.jpg", photo()), client_id=click)

    assert first.location == second.location
    assert len(db.session.scalars(select(NeedPhoto.id)).all()) == 1


def test_the_bureau_opens_at_once_what_it_writes_down(people: People) -> None:
    officer = people.as_officer
    place = str(a_village())
    assert officer.get("/needs/new").soup.select_one("[name=opened]").has_attr("checked")

    assert state_of(number_of(raise_one(officer, place_id=place))) is NeedState.OPEN
    assert state_of(number_of(raise_one(officer, place_id=place, opened=None))) is NeedState.RAISED
    township = people.as_township
    assert state_of(number_of(raise_one(township, opened="y"))) is NeedState.RAISED


def test_photos_are_added_and_removed_on_the_page(people: People) -> None:
    township = people.as_township
    need = raised_by(township.actor)
    token = township.get("/password").field("csrf_token")
    sent = {"csrf_token": token, "photos": [(BytesIO(photo()), "a.jpg")]}
    added = township._answer("POST", f"/needs/{need}/photos", 303, data=sent, content_type="multipart/form-data")
    assert added.location.endswith(f"/needs/{need}#photos")
    kept = db.session.scalars(select(NeedPhoto.id)).one()

    people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP).post(f"/needs/photos/{kept}/remove", {}, 404)
    people.as_leader.post(f"/needs/{need}/photos", {}, 404)
    township.post(f"/needs/photos/{kept}/remove", {})

    assert "照片已删除" in township.get(f"/needs/{need}").plain


# Its steps


def test_the_bureau_refines_and_takes_up_and_the_township_reads_both_wordings(people: People) -> None:
    officer, township = people.as_officer, people.as_township
    need = raised_by(township.actor, title="茶叶不好卖")
    officer.submit(f"/needs/{need}/edit", title="夏秋茶综合利用")
    page = officer.get(f"/needs/{need}")
    assert {"take-up", "decline", "withdraw", "edit"} <= acts(page)

    form = page.soup.select_one("form[action$='/take-up']")
    values = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]")}
    officer._answer("POST", f"/needs/{need}/take-up", 303, data=values)

    told = township.get(f"/needs/{need}")
    assert "乡镇写的" in told.plain
    assert "茶叶不好卖" in told.plain
    assert "夏秋茶综合利用" in told.heading
    assert acts(told) == {"withdraw"}
    assert "已经受理" in township.get(f"/needs/{need}/edit", 409).plain


@pytest.mark.parametrize(("step", "words"), [("decline", "为什么不采纳"), ("withdraw", "为什么撤回")])
def test_a_step_without_its_word_is_asked_for_again(people: People, step: str, words: str) -> None:
    officer = people.as_officer
    need = raised_by(people.as_township.actor)

    page = officer.submit(f"/needs/{need}/{step}", 422, words="")

    assert words in page.plain
    assert page.errors()
    assert state_of(need) is NeedState.RAISED


def test_a_declined_need_says_why_and_is_raised_anew(people: People) -> None:
    officer, township = people.as_officer, people.as_township
    need = raised_by(township.actor)
    officer.submit(f"/needs/{need}/decline", words="写清楚多少亩")

    page = township.get(f"/needs/{need}")
    assert "没有采纳：写清楚多少亩" in page.plain
    assert acts(page) == {"raise-anew"}
    township.submit(f"/needs/{need}/raise-anew", words="两百亩")

    assert state_of(need) is NeedState.RAISED
    page = township.get(f"/needs/{need}")
    assert "重新提出" in page.plain
    assert "写清楚多少亩" in page.plain
    assert acts(page) == {"withdraw", "edit"}


def test_done_with_what_came_of_it(people: People) -> None:
    township, need = people.as_township, a_need(NeedState.POSTED)

    township.submit(f"/needs/{need}/finish", words="茶酒上市")

    assert "茶酒上市" in people.as_leader.get(f"/needs/{need}").plain


def test_over_an_older_version_both_are_shown_and_the_words_stay(people: People) -> None:
    officer, township = people.as_officer, people.as_township
    need = raised_by(township.actor)
    form = township.get(f"/needs/{need}/withdraw").form_values()
    officer.submit(f"/needs/{need}/decline", words="今年没有经费")

    page = township._answer("POST", f"/needs/{need}/withdraw", 409, data={**form, "words": "场地没有定"})

    assert "别人改过这条记录" in page.plain
    for words in ("未采纳", "已撤回", "今年没有经费", "场地没有定"):
        assert words in page.plain
    assert state_of(need) is NeedState.DECLINED
    again = {key: value for key, value in page.form_values().items() if value is not None}
    late = township._answer("POST", f"/needs/{need}/withdraw", 409, data=again)
    assert "什么也没有保存" in late.plain


def test_a_step_that_is_not_open_leads_back(people: People) -> None:
    officer, need = people.as_officer, a_need()

    assert officer.get(f"/needs/{need}/raise-anew", 303).location == f"/needs/{need}"


def test_who_must_not_take_a_step_finds_none(people: People) -> None:
    need = raised_by(people.as_township.actor)
    steps = ("take-up", "finish", "decline", "withdraw", "raise-anew", "edit")
    strangers = (
        people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP),
        people.as_other_county,
        people.as_leader,
        people.as_commissioner,
        people.as_institution,
    )
    for stranger in strangers:
        for step in steps:
            stranger.get(f"/needs/{need}/{step}", 404)
            stranger.post(f"/needs/{need}/{step}", {"version": "1", "words": "x"}, 404)
    for step in ("take-up", "decline"):
        people.as_township.get(f"/needs/{need}/{step}", 404)


def test_the_audit_tells_each_step_in_words(people: People) -> None:
    officer, township = people.as_officer, people.as_township
    need = a_need()
    propose(an_officer(), need, a_person())
    township.submit(f"/needs/{need}/withdraw", words="场地没有定")

    told = officer.get("/audit/").plain

    assert "撤回需求" in told
    assert "随需求结束" in told
    assert "已撤回" in told


# The call


def test_a_township_reads_of_a_call_and_raises_into_it(people: People) -> None:
    township, batch = people.as_township, a_call(-1, 4)
    home = township.get("/")
    assert "还有 4 天" in home.plain
    assert f"/needs/new?batch_id={batch}" in home.links()
    assert "还有 4 天" in township.get("/todo").plain
    assert "需求征集截止" in people.as_officer.get("/todo").plain
    assert "还有 4 天" not in people.as_leader.get("/").plain
    form = township.get("/needs/new")
    assert "写清楚什么产业" in form.plain
    assert form.form_values()["batch_id"] == str(batch)

    made, apart = raise_one(township), raise_one(township, batch_id="")

    db.session.rollback()
    assert db.session.get_one(Need, number_of(made)).batch_id == batch
    assert db.session.get_one(Need, number_of(apart)).batch_id is None


def test_after_the_close_it_is_told_in_words_and_the_form_keeps_what_was_written(people: People) -> None:
    township, batch = people.as_township, a_call(-9, -1)

    page = raise_one(township, status=422, batch_id=str(batch))

    assert "已经截止" in page.plain
    assert page.form_values()["title"] == "黄汤茶闷黄"
    assert page.form_values()["batch_id"] == str(batch)
    assert "征集已截止" in township.get(f"/batches/{batch}").plain


def test_the_page_of_a_batch_counts_and_each_count_opens_its_rows(people: People) -> None:
    officer, township, batch = people.as_officer, people.as_township, a_call()
    for state in (NeedState.RAISED, NeedState.DECLINED, NeedState.AGREED):
        put(raised_by(township.actor, batch_id=batch), state)
    raised_by(officer.actor, batch_id=batch, place_id=a_village(NEXT_TOWNSHIP))

    page = officer.get(f"/batches/{batch}")

    assert "还没有提需求的乡镇" in page.plain
    counts = list(page.soup.select("td.number a"))
    assert counts
    for link in counts:
        shown = officer.get(str(link["href"]))
        assert shown.soup.select_one("h1 .count").get_text(strip=True) == link.get_text(strip=True), link
    own = township.get(f"/batches/{batch}")
    assert "腾蛟镇" not in own.plain
    assert f"/needs/new?batch_id={batch}" in own.links()
    assert f"/needs/new?batch_id={batch}" not in people.as_leader.get(f"/batches/{batch}").links()
    assert officer.get(f"/needs/export.xlsx?batch={batch}").response.status_code == 200


def test_a_call_that_brought_nothing_says_so(people: People) -> None:
    assert "还没有人提需求" in people.as_township.get(f"/batches/{a_call()}").plain


def test_the_bureau_moves_the_close_with_a_reason(people: People) -> None:
    officer, batch = people.as_officer, a_call(-9, -1)
    form = officer.get(f"/batches/{batch}/edit")
    assert "改征集截止日期" in form.plain
    assert form.soup.select_one("[name=call_closes_on]") is None
    url = f"/batches/{batch}/call"
    later = (today() + timedelta(days=7)).isoformat()
    stale = officer.get(url).form_values()

    officer.submit(url, 422, day=later, reason="")
    officer.submit(url, 422, day="2001-01-01", reason="x")
    officer.submit(url, day=later, reason="台风")
    clash = officer._answer("POST", url, 409, data={**stale, "day": today().isoformat(), "reason": "提前"})

    assert later in clash.plain
    assert "还有 7 天" in officer.get(f"/batches/{batch}").plain
    db.session.rollback()
    assert db.session.get_one(Batch, batch).call_closes_on.isoformat() == later
    for stranger in (people.as_township, people.as_leader, people.as_other_county):
        stranger.get(url, 404)
    officer.get(f"/batches/{a_call(call_opens_on=None, call_closes_on=None)}/call", 404)


def test_a_batch_is_made_with_its_call(people: People) -> None:
    first, last = today().isoformat(), (today() + timedelta(days=9)).isoformat()
    said = {"name": "新一批", "level": "county", "opens_on": first}

    assert "开始和截止" in people.as_officer.submit("/batches/new", 422, **said, call_opens_on=first).plain
    made = people.as_officer.submit("/batches/new", **said, call_opens_on=first, call_closes_on=last)

    assert "正在征集需求" in people.as_officer.get(made.location).plain


def test_both_languages(people: People) -> None:
    officer, township, batch = people.as_officer, people.as_township, a_call()
    need = raised_by(township.actor, batch_id=batch)
    officer.speaks("en")
    township.speaks("en")
    for person, url, words in (
        (township, "/", "days left"),
        (township, "/needs/new", "Kind of help"),
        (township, f"/needs/{need}", "Waiting for the bureau to take it up"),
        (township, f"/needs/{need}/withdraw", "Why it is withdrawn"),
        (township, f"/batches/{batch}", "Needs by township"),
        (officer, f"/needs/{need}/decline", "The township sees the reason"),
        (officer, f"/batches/{batch}/call", "The call runs until"),
        (officer, f"/needs/?batch={batch}", "Waiting to be taken up"),
    ):
        assert words in person.get(url).plain, url


def test_the_list_answers_by_kind_of_help_and_batch(people: People) -> None:
    township, batch = people.as_township, a_call()
    raised_by(township.actor, title="示例一件", batch_id=batch)

    for url, there in (
        (f"/needs/?batch={batch}", True),
        ("/needs/?help_kind=guidance&state=raised", True),
        ("/needs/?help_kind=training", False),
        (f"/needs/?batch={batch}&answered=1", False),
        ("/needs/?batch=x", False),
    ):
        assert ("示例一件" in township.get(url).plain) is there, url
