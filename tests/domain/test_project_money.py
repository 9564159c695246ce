"""Money by source in whole fen: it arrives in dated entries, and every sum is the sum of its sources."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from commissioner.access import Actor
from commissioner.domain.listing import ListQuery, exported
from commissioner.domain.project_lines import FUNDINGS
from commissioner.domain.project_money import ProjectMoney, SourceMoney, money_of
from commissioner.domain.receipts import ReceiptDraft, receipts_of, record_receipt, remove_receipt
from commissioner.models import Funding, FundingReceipt, db
from commissioner.problems import Invalid, NeedsConfirmation, NotFound
from commissioner.units import today
from commissioner.vocabulary import FundingSource, Role
from tests.factories import an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY
from tests.projects import GRANTED_FEN, a_project, audit_lines, somebody

FEN = st.integers(min_value=0, max_value=10**13)


def source_of(project_id: int) -> int:
    """The project's only source."""
    return db.session.scalars(select(Funding.id).where(Funding.project_id == project_id)).one()


def arrived(amount_fen: int, on: date | None = None, **values: Any) -> ReceiptDraft:
    """Money that came yesterday."""
    said = {"received_on": on or today() - timedelta(days=1), "client_id": str(uuid.uuid4()), **values}
    return ReceiptDraft(amount_fen=amount_fen, **said)


def faults_of(actor: Actor, funding_id: int, draft: ReceiptDraft) -> set[str]:
    """What is wrong; nothing is written."""
    before = receipts_of(actor, funding_id)
    with pytest.raises(Invalid) as refused:
        record_receipt(actor, funding_id, draft)
    assert receipts_of(actor, funding_id) == before
    return set(refused.value.fields)


def test_what_arrived_is_the_sum_of_its_entries(app: Flask) -> None:
    officer, project_id = an_officer(), a_project()
    funding_id = source_of(project_id)
    record_receipt(officer, funding_id, arrived(4_000_001, date(2022, 9, 1), note="第二笔"))
    record_receipt(officer, funding_id, arrived(1_000_000, date(2022, 4, 1)))
    told = receipts_of(officer, funding_id)
    assert [(one.amount_fen, one.total_fen) for one in told.lines] == [(1_000_000, 1_000_000), (4_000_001, 5_000_001)]
    assert money_of(officer, project_id).received_fen == told.received_fen == 5_000_001
    rows = exported(officer, FUNDINGS.listing, ListQuery(filters={"project": str(project_id)})).rows
    assert [row["received_fen"] for row in rows] == [5_000_001]
    assert [line.action for line in audit_lines()] == ["fundings.receive"] * 2


def test_an_entry_by_mistake_is_taken_out_and_the_audit_keeps_it(app: Flask) -> None:
    officer, project_id = an_officer(), a_project()
    funding_id = source_of(project_id)
    record_receipt(officer, funding_id, arrived(500))
    (line,) = receipts_of(officer, funding_id).lines
    with pytest.raises(NotFound):
        remove_receipt(officer, source_of(a_project()), line.id)
    remove_receipt(officer, funding_id, line.id)
    assert receipts_of(officer, funding_id).received_fen == 0
    assert audit_lines()[-1].changes["amount_fen"] == [500, None]


def test_a_double_click_makes_one_entry(app: Flask) -> None:
    officer = an_officer()
    funding_id = source_of(a_project())
    draft = arrived(GRANTED_FEN)
    for _ in range(2):
        record_receipt(officer, funding_id, draft)
    assert receipts_of(officer, funding_id).received_fen == GRANTED_FEN


def test_entries_that_cannot_be(app: Flask) -> None:
    officer = an_officer()
    funding_id = source_of(a_project())
    assert faults_of(officer, funding_id, arrived(0)) == {"amount_yuan"}
    assert faults_of(officer, funding_id, arrived(-1)) == {"amount_yuan"}
    assert faults_of(officer, funding_id, arrived(10**15)) == {"amount_yuan"}
    assert faults_of(officer, funding_id, arrived(1, today() + timedelta(days=1))) == {"received_on"}
    assert faults_of(officer, funding_id, arrived(1, date(1900, 1, 1), note="字" * 201)) == {"received_on", "note"}


def test_more_than_was_granted_is_asked_about(app: Flask) -> None:
    officer = an_officer()
    funding_id = source_of(a_project())
    draft = arrived(GRANTED_FEN + 1)
    with pytest.raises(NeedsConfirmation):
        record_receipt(officer, funding_id, draft)
    record_receipt(officer, funding_id, replace(draft, confirmed=True))
    assert receipts_of(officer, funding_id).received_fen == GRANTED_FEN + 1


def test_only_the_bureau_enters_and_only_its_own(app: Flask) -> None:
    wang = somebody()
    funding_id = source_of(a_project(wang))
    for actor in (wang, an_actor(Role.LEADER, COUNTY), an_actor(Role.OFFICER, NEXT_COUNTY)):
        with pytest.raises(NotFound):
            record_receipt(actor, funding_id, arrived(1))
    with pytest.raises(NotFound):
        receipts_of(an_actor(Role.OFFICER, NEXT_COUNTY), funding_id)
    assert receipts_of(wang, funding_id).lines == ()


def test_what_was_entered_before_there_were_dates_comes_first(app: Flask) -> None:
    officer = an_officer()
    funding_id = source_of(a_project())
    record_receipt(officer, funding_id, arrived(200, date(2022, 4, 1)))
    written(FundingReceipt, funding_id=funding_id, amount_fen=300)
    assert [one.received_on for one in receipts_of(officer, funding_id).lines] == [None, date(2022, 4, 1)]


def test_the_money_of_a_project_without_sources_is_one_number(app: Flask) -> None:
    officer = an_officer()
    project_id = a_project(spent_fen=77)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(Funding.__table__.delete().where(Funding.project_id == project_id))
    money = money_of(officer, project_id)
    assert (money.sources, money.spent_fen, money.share, money.is_told_by_source) == ((), 77, None, False)
    assert not money.is_over


def test_the_share_is_rounded_half_up_and_stays_empty_without_a_grant() -> None:
    half = SourceMoney(id=1, source=FundingSource.OWN, granted_fen=200, received_fen=0, spent_fen=1)
    nothing = SourceMoney(id=1, source=FundingSource.OWN, granted_fen=0, received_fen=0, spent_fen=1)
    assert (half.share, nothing.share) == (Decimal(1), None)
    assert replace(half, spent_fen=None).share is None


@settings(deadline=None)
@given(lines=st.lists(st.tuples(FEN, FEN, st.one_of(st.none(), FEN)), max_size=5))
def test_sums_by_source_equal_the_total(lines: list[tuple[int, int, int | None]]) -> None:
    sources = tuple(
        SourceMoney(id=n, source=FundingSource.OWN, granted_fen=granted, received_fen=got, spent_fen=spent)
        for n, (granted, got, spent) in enumerate(lines)
    )
    money = ProjectMoney(sources=sources, spent_fen=sum(one.spent_fen or 0 for one in sources))
    assert money.left_fen == sum(one.left_fen for one in sources)
    assert money.granted_fen == sum(one.granted_fen for one in sources)
    within = all((one.spent_fen or 0) <= one.limit_fen <= one.granted_fen for one in sources)
    assert money.is_over is not within
