"""Numbers of an update that belong together: parts and their whole, sources and the project's money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from commissioner.access import Actor
from commissioner.domain import records
from commissioner.domain.project_history import history, standing
from commissioner.domain.project_lines import FUNDINGS
from commissioner.domain.project_money import money_of
from commissioner.domain.project_updates import save_draft, submit_update
from commissioner.domain.target_standing import targets_of
from commissioner.domain.update_reviews import approve_update, withdraw_approval
from commissioner.models import Funding, FundingReceipt, ProjectTarget, TargetPart, db
from commissioner.problems import InUse, Invalid, NeedsConfirmation, NotFound
from commissioner.vocabulary import FundingSource, TargetIndicator, Unit, UpdateState
from tests.factories import an_officer, written
from tests.projects import (
    GRANTED_FEN,
    a_project,
    a_target,
    an_update,
    counted,
    judged,
    project,
    somebody,
    submitted,
    updates_of,
)
from tests.results import a_figure


def faults_of(actor: Actor, project_id: int, **said: Any) -> dict[str, str]:
    """What is wrong; nothing of it may be written."""
    before = updates_of(project_id)
    with pytest.raises(Invalid) as refused:
        submit_update(actor, project_id, an_update(actor, project_id, confirmed=True, **said))
    assert updates_of(project_id) == before
    return {key: str(fault) for key, fault in refused.value.fields.items()}


def two_sources(project_id: int) -> tuple[int, int]:
    """The project's municipal money and its own, a hundred thousand yuan each."""
    own = written(Funding, project_id=project_id, source=FundingSource.OWN, granted_fen=GRANTED_FEN)
    others = select(Funding.id).where(Funding.project_id == project_id, Funding.id != own)
    return db.session.scalars(others).one(), own


def spent_of(project_id: int) -> dict[int, int | None]:
    """What each source repeats."""
    return {one.id: one.spent_fen for one in money_of(an_officer(), project_id).sources}


def parted(project_id: int, *, divide: bool = False, **values: Any) -> tuple[int, int, int]:
    """A target of two hundred persons with two parts."""
    facts = {"name": "带动农户", "unit": Unit.PERSONS, "target_value": Decimal(200), "parts_divide": divide, **values}
    target_id = written(ProjectTarget, project_id=project_id, **facts)
    first, second = (written(TargetPart, target_id=target_id, name=name) for name in ("甲村", "乙村"))
    return target_id, first, second


def test_the_projects_money_is_the_sum_of_its_sources(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    update_id = counted(wang, project_id, spendings={municipal: 3_000_001, own: 500})
    assert project(project_id).spent_fen == 3_000_501
    assert spent_of(project_id) == {municipal: 3_000_001, own: 500}
    counted(wang, project_id, spendings={own: 700})
    assert (project(project_id).spent_fen, spent_of(project_id)[municipal]) == (3_000_701, 3_000_001)
    changes = {one.label: (one.before, one.after) for one in history(wang, project_id).report(update_id).changes}
    assert changes["市级资金"] == (None, Decimal("30000.01"))
    assert changes["已支出"] == (None, 3_000_501)


def test_what_is_not_approved_moves_no_money_and_what_is_withdrawn_moves_it_back(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    counted(wang, project_id, spendings={municipal: 100, own: 0})
    update_id = submitted(wang, project_id, spendings={own: 700})
    assert spent_of(project_id) == {municipal: 100, own: 0}
    approve_update(an_officer(), update_id, judged(update_id))
    assert spent_of(project_id) == {municipal: 100, own: 700}
    withdraw_approval(an_officer(), update_id, judged(update_id, "弄错了"))
    assert (spent_of(project_id), project(project_id).spent_fen) == ({municipal: 100, own: 0}, 100)


def test_a_project_with_one_source_keeps_its_one_number(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    counted(wang, project_id, spent_fen=700)
    assert list(spent_of(project_id).values()) == [700] == [project(project_id).spent_fen]


def test_a_project_without_sources_keeps_its_one_number_and_has_no_limit(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(delete(Funding).where(Funding.project_id == project_id))
    counted(wang, project_id, spent_fen=GRANTED_FEN * 50)
    assert project(project_id).spent_fen == GRANTED_FEN * 50


def test_several_sources_are_not_told_in_one_number_and_at_first_all_of_them_are(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    assert set(faults_of(wang, project_id, spent_fen=500)) == {"spent_yuan"}
    assert set(faults_of(wang, project_id, spendings={municipal: 500})) == {f"spent_{own}"}
    counted(wang, project_id, spendings={municipal: 500, own: 0})
    counted(wang, project_id, spendings={municipal: 600})


def test_money_of_a_source_goes_back_only_with_a_reason(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    counted(wang, project_id, spent_fen=900)
    municipal, own = two_sources(project_id)
    assert "9 元" in faults_of(wang, project_id, spendings={municipal: 800, own: 0}).popitem()[1]
    assert set(faults_of(wang, project_id, spendings={own: 300})) == {f"spent_{municipal}"}
    counted(wang, project_id, spendings={municipal: 900, own: 300})
    assert set(faults_of(wang, project_id, spendings={own: 200})) == {f"spent_{own}"}
    counted(wang, project_id, spendings={own: 200}, correction="发票重复")
    assert project(project_id).spent_fen == 1_100


def test_amounts_that_cannot_be(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    for absurd in (-1, 10**15):
        assert f"spent_{own}" in faults_of(wang, project_id, spendings={municipal: 0, own: absurd})
    foreign = two_sources(a_project())[0]
    with pytest.raises(NotFound):
        submit_update(wang, project_id, an_update(wang, project_id, spendings={foreign: 1}))


def test_more_than_arrived_needs_a_word_of_why_source_by_source(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    written(FundingReceipt, funding_id=own, amount_fen=400, received_on=date(2022, 4, 1))
    spendings = {municipal: GRANTED_FEN + 1, own: 401}
    faults = faults_of(wang, project_id, spendings=spendings)
    assert "下达" in faults[f"spent_{municipal}"]
    assert "到账的经费（4 元）" in faults[f"spent_{own}"]
    update_id = counted(wang, project_id, spendings=spendings, overspent_for="合作社先垫付")
    assert history(wang, project_id).report(update_id).overspent_for == "合作社先垫付"
    assert money_of(wang, project_id).is_over
    assert "overspent_for" in faults_of(wang, project_id, overspent_for="字" * 201)


def test_a_draft_may_be_kept_before_everything_fits(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    _target, first, second = parted(project_id, divide=True)
    draft = an_update(wang, project_id, spendings={own: GRANTED_FEN * 2}, parts={first: Decimal(3)})
    receipt = save_draft(wang, project_id, draft)
    assert receipt.state is UpdateState.DRAFT
    assert spent_of(project_id) == {municipal: None, own: None}
    assert second


def test_a_source_that_was_spoken_of_is_not_taken_away(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    counted(wang, project_id, spendings={municipal: 1, own: 2})
    with pytest.raises(InUse):
        records.remove(officer, FUNDINGS, own)
    assert project(project_id).spent_fen == 3


def test_parts_of_a_report_are_within_the_whole_or_make_it_up(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id, first, second = parted(project_id, divide=True)
    whole = {target_id: Decimal(50)}
    assert set(faults_of(wang, project_id, figures=whole, parts={first: Decimal(51)})) == {f"part_{first}"}
    short = {first: Decimal(20), second: Decimal(20)}
    assert "应当等于总数 50" in faults_of(wang, project_id, figures=whole, parts=short)[f"figure_{target_id}"]
    counted(wang, project_id, figures=whole, parts={first: Decimal(20), second: Decimal(30)})
    (stands,) = targets_of(wang, project_id)
    assert [one.actual_value for one in stands.parts] == [20, 30]
    assert f"figure_{target_id}" in faults_of(wang, project_id, figures={target_id: Decimal(60)})
    counted(wang, project_id, figures={target_id: Decimal(60)}, parts={second: Decimal(40)})
    assert [one.actual_value for one in targets_of(wang, project_id)[0].parts] == [20, 40]


def test_overlapping_parts_need_not_add_up(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id, first, second = parted(project_id)
    counted(wang, project_id, figures={target_id: Decimal(50)}, parts={first: Decimal(50), second: Decimal(40)})
    draft = an_update(wang, project_id, parts={second: Decimal(30)})
    with pytest.raises(NeedsConfirmation):
        submit_update(wang, project_id, draft)


def test_a_part_of_what_was_never_told_waits_for_its_whole(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    _target, first, _second = parted(project_id)
    assert "总数还没有" in faults_of(wang, project_id, parts={first: Decimal(3)})[f"part_{first}"]


def test_parts_of_a_counted_target_are_within_what_its_records_come_to(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id, first, second = parted(project_id, indicator=TargetIndicator.EMPLOYMENT)
    a_figure(46, project_id=project_id)
    assert set(faults_of(wang, project_id, parts={first: Decimal(47)})) == {f"part_{first}"}
    assert "从项目的记录里算" in faults_of(wang, project_id, figures={target_id: Decimal(3)})[f"figure_{target_id}"]
    counted(wang, project_id, parts={first: Decimal(46), second: Decimal(1)})
    assert [one.actual_value for one in targets_of(wang, project_id)[0].parts] == [46, 1]


def test_figures_of_parts_that_cannot_be(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id, first, _second = parted(project_id)
    for absurd in (Decimal(-1), Decimal("1.5"), Decimal(10) ** 12):
        faults = faults_of(wang, project_id, figures={target_id: Decimal(9)}, parts={first: absurd})
        assert set(faults) == {f"part_{first}"}
    foreign = parted(a_project())[1]
    with pytest.raises(NotFound):
        submit_update(wang, project_id, an_update(wang, project_id, parts={foreign: Decimal(1)}))


AMOUNT = st.one_of(st.none(), st.integers(min_value=0, max_value=GRANTED_FEN))
COUNT = st.one_of(st.none(), st.integers(min_value=0, max_value=40).map(Decimal))
STEP = st.tuples(AMOUNT, AMOUNT, COUNT, COUNT, COUNT, st.booleans())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=6), divide=st.booleans())
def test_whatever_is_reported_sums_and_parts_hold(app: Flask, steps: list[Any], divide: bool) -> None:
    wang, officer = somebody(), an_officer()
    project_id = a_project(wang)
    sources = two_sources(project_id)
    target_id, *parts = parted(project_id, divide=divide)
    approved: list[int] = []
    for *money, whole, one, other, takes_back in steps:
        said = {
            "spendings": {key: value for key, value in zip(sources, money, strict=True) if value is not None},
            "figures": {} if whole is None else {target_id: whole},
            "parts": {key: value for key, value in zip(parts, (one, other), strict=True) if value is not None},
        }
        draft = an_update(wang, project_id, confirmed=True, correction="核对", **said)
        try:
            update_id = submit_update(wang, project_id, draft).update_id
        except Invalid:
            continue
        approve_update(officer, update_id, judged(update_id))
        approved.append(update_id)
        if takes_back:
            withdraw_approval(officer, approved.pop(), judged(update_id, "撤回"))
        _holds(officer, project_id, divide=divide)


def _holds(officer: Actor, project_id: int, *, divide: bool) -> None:
    money = money_of(officer, project_id)
    assert money.spent_fen == sum(one.spent_fen or 0 for one in money.sources)
    assert money.spent_fen == project(project_id).spent_fen == standing(officer, project_id).spent_fen
    (target,) = targets_of(officer, project_id)
    known = [part.actual_value for part in target.parts if part.actual_value is not None]
    assert all(value <= (target.actual_value or 0) for value in known)
    if divide:
        assert sum(known) <= (target.actual_value or 0)
        assert len(known) < len(target.parts) or sum(known) == target.actual_value


def test_a_target_reported_alone_has_no_parts_to_fit(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    counted(wang, project_id, figures={a_target(project_id): Decimal(3)})
    assert [one.actual_value for one in targets_of(wang, project_id)] == [3]
