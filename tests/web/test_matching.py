"""The pages of matching: seek, propose, answer, post, download; what each role sees, refusals, both languages."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from commissioner.models import Match, Need, Posting, db
from commissioner.units import today
from commissioner.vocabulary import NeedState, Role
from tests.factories import NEXT_TOWNSHIP, a_person
from tests.needs import a_need as opened
from tests.pages import Page
from tests.people import COUNTY, People, Person


def a_need() -> int:
    return opened(title="黄汤茶加工", problem="<script>闷黄</script>")


def proposed(officer: Person, need: int, person: int) -> int:
    answer = officer.post("/matches/propose", {"need_id": str(need), "commissioner_id": str(person)})
    return int(answer.location.rsplit("/", 1)[1])


def own(people: People, person: int) -> Person:
    return people.sign_in(Role.COMMISSIONER, COUNTY, commissioner_id=person)


def say(person: Person, match: int, status: int = 303, **said: str) -> Page:
    """Fill in the form on the match's page, as a browser without JavaScript does."""
    values = {key: value for key, value in person.get(f"/matches/{match}").form_values().items() if value is not None}
    return person._answer("POST", f"/matches/{match}/answer", status, data={**values, **said})


def waits(page: Page, words: str) -> str | None:
    return next((str(row["href"]) for row in page.soup.select("a.todo-row") if words in row.get_text()), None)


def test_the_whole_way_from_a_need_to_an_agreement(people: People) -> None:
    officer, township = people.as_officer, people.as_township
    need, person = a_need(), a_person("王示例")
    commissioner = own(people, person)

    assert f"/needs/{need}/matching" in str(officer.get(f"/needs/{need}").soup)
    listed = officer.get(f"/needs/{need}/matching?shown=200")
    assert "王示例" in listed.plain
    assert "没有写专长" in listed.plain
    assert "七项一样重" in listed.plain
    match = proposed(officer, need, person)

    assert waits(township.get("/"), "推荐的特派员等您答复") == "/matches/?waiting_for=place"
    assert f'href="/matches/{match}"' in str(township.get("/matches/?waiting_for=place").soup)
    say(township, match, agreed="yes")
    assert waits(township.get("/"), "推荐的特派员等您答复") is None

    assert waits(commissioner.get("/"), "有乡镇的需求等您答复") == "/matches/?waiting_for=commissioner"
    say(commissioner, match, agreed="yes", words="一定到")
    assert "双方已同意" in commissioner.get(f"/matches/{match}").plain

    assert waits(officer.get("/"), "双方已同意，等您派驻") == "/matches/?unposted=1"
    assert f'href="/matches/{match}"' in str(officer.get("/matches/?unposted=1").soup)
    assert "一定到" in officer.get(f"/needs/{need}").plain
    officer.submit(f"/matches/{match}/post", level="county", required_days="60")
    db.session.rollback()
    row = db.session.get_one(Match, match)
    assert db.session.get_one(Posting, row.posting_id).required_days == 60
    assert db.session.get_one(Need, need).state is NeedState.POSTED
    assert f'href="/matches/{match}"' not in str(officer.get("/matches/?unposted=1").soup)

    for reader in (officer, township, commissioner):
        answer = reader.ask(f"/matches/{match}/agreement.docx")
        written = docx.Document(BytesIO(answer.data))
        assert "<script>闷黄</script>" in "\n".join(one.text for one in written.paragraphs)


def test_an_answer_without_what_it_needs_is_asked_for_again(people: People) -> None:
    person = a_person()
    match = proposed(people.as_officer, a_need(), person)
    township = people.as_township

    assert "请选同意或不同意" in say(township, match, 422).plain
    again = say(township, match, 422, agreed="no")
    assert "不同意请写明原因" in again.plain
    assert again.soup.select_one("input[name=agreed][value=no]").has_attr("checked")
    say(township, match, agreed="no", words="已请到人")
    assert "已请到人" in own(people, person).get(f"/matches/{match}").plain


def test_a_withdrawn_need_answers_409_in_words_and_writes_nothing(people: People) -> None:
    officer, township = people.as_officer, people.as_township
    need, person, another = a_need(), a_person(), a_person("乙")
    match = proposed(officer, need, person)
    commissioner = own(people, person)
    page = commissioner.get(f"/matches/{match}")
    township.submit(f"/needs/{need}/withdraw", words="自己解决了")

    said = {key: value for key, value in page.form_values().items() if value is not None}
    late = commissioner._answer("POST", f"/matches/{match}/answer", 409, data={**said, "agreed": "yes"})

    assert "已撤回" in late.plain
    assert "随它结束" in commissioner.get(f"/matches/{match}").plain
    assert "不能再推荐" in officer.get(f"/needs/{need}/matching").plain
    officer.post("/matches/propose", {"need_id": str(need), "commissioner_id": str(another)}, 409)
    assert len(db.session.scalars(select(Match.id).where(Match.need_id == need)).all()) == 1
    assert waits(commissioner.get("/"), "有乡镇的需求等您答复") is None


def test_the_bureau_writes_down_what_it_was_told(people: People) -> None:
    officer = people.as_officer
    match = proposed(officer, a_need(), a_person())
    url = f"/matches/{match}/answer?side=commissioner"

    assert "代为登记，请写明" in officer.submit(url, 422, agreed="yes").plain
    officer.submit(url, agreed="yes", words="本人来电同意")

    assert "科技局代为登记" in officer.get(f"/matches/{match}").plain
    assert officer.get(url, 303).location == f"/matches/{match}"


def test_a_posting_that_breaks_a_rule_is_asked_for_again(people: People) -> None:
    officer = people.as_officer
    match = proposed(officer, a_need(), a_person())
    assert officer.get(f"/matches/{match}/post", 303).location == f"/matches/{match}"
    for side in ("place", "commissioner"):
        officer.submit(f"/matches/{match}/answer?side={side}", agreed="yes", words="来电")

    asked = officer.submit(f"/matches/{match}/post", 422, level="", ends_on="2001-01-01")
    assert "请填写“层级”" in asked.plain
    officer.submit(f"/matches/{match}/post", 422, level="county", ends_on="2001-01-01")
    officer.submit(f"/matches/{match}/post", level="county")
    officer.post(f"/matches/{match}/post", {"level": "county", "starts_on": today().isoformat()}, 409)


def test_who_must_not_see_it_finds_nothing(people: People) -> None:
    officer = people.as_officer
    need, person = a_need(), a_person()
    match = proposed(officer, need, person)
    strangers = (
        people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP),
        people.as_other_county,
        own(people, a_person("别人")),
    )
    for stranger in strangers:
        for url in (f"/matches/{match}", f"/matches/{match}/answer", f"/matches/{match}/agreement.docx"):
            stranger.get(url, 404)
        stranger.post(f"/matches/{match}/answer", {"side": "place", "agreed": "yes"}, 404)
    for role in (people.as_township, people.as_leader, people.as_commissioner, people.as_institution):
        role.get(f"/needs/{need}/matching", 404)
        role.get(f"/commissioners/{person}/needs", 404)
        role.get(f"/matches/{match}/post", 404)
    people.as_leader.get(f"/matches/{match}")
    people.as_other_county.post("/matches/propose", {"need_id": str(need), "commissioner_id": str(person)}, 404)
    officer.post("/matches/propose", {"need_id": "x", "commissioner_id": "99999999999999"}, 404)


def test_somebody_is_proposed_once(people: People) -> None:
    officer, need, person = people.as_officer, a_need(), a_person()
    proposed(officer, need, person)

    said = {"need_id": str(need), "commissioner_id": str(person)}
    again = officer.post("/matches/propose", said)

    assert again.location == f"/needs/{need}/matching"
    assert "已经推荐给这项需求" in officer.get(f"/needs/{need}/matching").plain


def test_the_other_way_and_both_languages(people: People) -> None:
    officer, person = people.as_officer, a_person()
    need = a_need()
    assert f"/commissioners/{person}/needs" in str(officer.get(f"/commissioners/{person}").soup)
    match = proposed(officer, need, a_person("乙"))
    assert "黄汤茶加工" in officer.get(f"/commissioners/{person}/needs?shown=200").plain
    officer.speaks("en")
    for url, words in (
        (f"/commissioners/{person}/needs", "Needs that fit"),
        (f"/needs/{need}/matching", "All seven weigh the same"),
        (f"/matches/{match}", "Both sides choose"),
        (f"/needs/{need}", "Find a commissioner"),
        (f"/matches/{match}/answer?side=place", "Write down the answer"),
    ):
        assert words in officer.get(url).plain


def test_the_weights_are_a_setting_that_is_shown(people: People) -> None:
    administrator, need = people.as_administrator, a_need()
    assert "speciality=3" in administrator.submit("/settings", 422, match_weights="speciality=300").plain
    administrator.submit("/settings", match_weights="speciality=3 load=1")

    page = people.as_officer.get(f"/needs/{need}/matching")

    assert "各项的分量：专长 3、工作量 1" in page.plain
    with pytest.raises(AssertionError):
        people.as_officer.get("/settings")


def test_a_county_without_needs_says_so(people: People) -> None:
    person = a_person()
    with db.engine.begin() as connection:
        connection.execute(Need.__table__.update().values(state=NeedState.DONE))
    people.as_officer.submit("/batches/new", name="新批次", level="county", opens_on=today().isoformat())

    assert "现在没有等待对接的需求" in people.as_officer.get(f"/commissioners/{person}/needs").plain
