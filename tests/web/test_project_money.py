"""The money of a project on its page, source by source, and the entries of what arrived."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, update

from commissioner.models import Funding, Project, db
from commissioner.units import today
from commissioner.vocabulary import FundingSource, Role
from tests.factories import written
from tests.people import NEXT_COUNTY, People
from tests.projects import a_project, somebody

SAID = (
    "市级资金 10 万元 6 万元 7 万元 -1 万元 70% 超出",
    "自筹资金 5 万元 0 元 — — —",
    "合计 15 万元 6 万元 7 万元 -1 万元 47%",
)


def a_told_project() -> tuple[int, int]:
    """A project with two sources, of one of which it was told what is spent; the id of that one too."""
    project_id = a_project()
    written(Funding, project_id=project_id, source=FundingSource.OWN, granted_fen=5_000_000)
    municipal = (Funding.project_id == project_id, Funding.source == FundingSource.MUNICIPAL)
    with db.engine.begin() as connection:
        connection.execute(update(Funding).where(*municipal).values(spent_fen=7_000_000))
        connection.execute(update(Project).where(Project.id == project_id).values(spent_fen=7_000_000))
    return project_id, db.session.scalars(select(Funding.id).where(*municipal)).one()


def test_the_page_shows_granted_arrived_spent_and_left_as_people_say_them(app: Flask) -> None:
    project_id, funding_id = a_told_project()
    officer = People(app).as_officer
    address = f"/fundings/{funding_id}/receipts"
    assert address in officer.get(f"/projects/{project_id}").links()
    officer.submit(address, amount_yuan="60,000", received_on="2022-06-01", note="平财〔2022〕3号")
    page = officer.get(f"/projects/{project_id}")
    told = [" ".join(row.get_text(" ").split()) for row in page.soup.select("table.money tbody tr")]
    assert told == list(SAID)
    assert "支出超过了下达或到账的经费" in page.plain
    behind = officer.get(address)
    assert "平财〔2022〕3号" in behind.plain
    officer.post(str(behind.soup.select_one("main table form")["action"]), {})  # type: ignore[index]
    assert "还没有到账" in officer.get(address).plain


FAULTS = [
    ({"amount_yuan": ""}, "请填写“到账金额”"),
    ({"amount_yuan": "0"}, "要大于零"),
    ({"amount_yuan": "-5"}, "要大于零"),
    ({"amount_yuan": "0.001"}, "最多 2 位小数"),
    ({"amount_yuan": "很多"}, "请填数字"),
    ({"amount_yuan": "99999999999999"}, "数字太大"),
    ({"received_on": "去年"}, "请按 2022-06-15 的样子"),
    ({"received_on": "2099-01-01"}, "日期不能在今天之后"),
    ({"note": "字" * 201}, "最多 200 个字"),
]


def test_what_cannot_be_is_told_beside_the_field(app: Flask) -> None:
    _project_id, funding_id = a_told_project()
    officer, address = People(app).as_officer, f"/fundings/{funding_id}/receipts"
    for changes, words in FAULTS:
        page = officer.submit(address, 422, **{"amount_yuan": "5", **changes})
        assert any(words in error for error in page.errors()), (changes, page.errors())
    assert "还没有到账" in officer.get(address).plain


def test_more_than_was_granted_is_asked_about_once(app: Flask) -> None:
    _project_id, funding_id = a_told_project()
    officer, address = People(app).as_officer, f"/fundings/{funding_id}/receipts"
    page = officer.submit(address, 422, amount_yuan="100000.01")
    assert "比下达的 100,000 元还多" in page.plain
    officer.post(address, {**page.form_values(), "confirmed": "y"})
    assert str(today()) in officer.get(address).plain


def test_readers_see_the_entries_and_no_form_and_strangers_nothing(app: Flask) -> None:
    _project_id, funding_id = a_told_project()
    address = f"/fundings/{funding_id}/receipts"
    people = People(app)
    leader = people.as_leader
    assert leader.get(address).soup.select("main form") == []
    leader.post(address, {"amount_yuan": "5", "received_on": "2022-06-01"}, 404)
    people.sign_in(Role.OFFICER, NEXT_COUNTY).get(address, 404)
    people.sign_in(Role.COMMISSIONER, commissioner_id=somebody().commissioner_id).get(address, 404)
