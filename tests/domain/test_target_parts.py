"""A target in parts: each within the whole, or all of them making it up; counted, never named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioner.access import Actor
from commissioner.domain import records
from commissioner.domain.target_parts import PartDraft, PartsDraft, keep_parts, one_target, part_faults
from commissioner.domain.targets import TARGETS
from commissioner.models import PartFigure, TargetPart
from commissioner.problems import Conflict, Invalid, NotFound
from commissioner.vocabulary import Role, TargetIndicator, Unit
from tests.factories import an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY
from tests.projects import a_project, a_target, audit_lines, somebody, submitted

FIGURES = st.one_of(st.none(), st.integers(min_value=0, max_value=400).map(Decimal))


def drafted(actor: Actor, target_id: int, *parts: tuple[str, int | None], **changes: Any) -> PartsDraft:
    """Parts on the target as it stands, new ones all of them."""
    stands = one_target(actor, target_id)
    kept = {one.name: one.id for one in stands.parts}
    said = tuple(
        PartDraft(id=kept.get(name), name=name, target_value=None if value is None else Decimal(value))
        for name, value in parts
    )
    return PartsDraft(**{"version": stands.version, "target_value": stands.target_value, "parts": said, **changes})


def refused(actor: Actor, target_id: int, *parts: tuple[str, int | None], **changes: Any) -> dict[str, str]:
    """What is wrong; nothing of it may be written."""
    before = one_target(actor, target_id)
    with pytest.raises(Invalid) as problem:
        keep_parts(actor, target_id, drafted(actor, target_id, *parts, **changes))
    assert one_target(actor, target_id) == before
    return {key: str(fault) for key, fault in problem.value.fields.items()}


def test_parts_are_kept_with_their_order_and_one_line_in_the_audit(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project(), unit=Unit.PERSONS)
    keep_parts(officer, target_id, drafted(officer, target_id, ("妇女", 80), ("低收入农户", 60), ("青年", None)))
    stands = one_target(officer, target_id)
    assert [(one.name, one.target_value) for one in stands.parts] == [("妇女", 80), ("低收入农户", 60), ("青年", None)]
    assert (stands.version, stands.parts_divide) == (2, False)
    (line,) = audit_lines()
    assert (line.action, line.subject_id) == ("targets.parts", target_id)
    assert line.changes["parts"] == ["", "妇女 80、低收入农户 60、青年"]


def test_parts_change_their_names_with_each_other_and_go_when_they_are_left_out(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project())
    keep_parts(officer, target_id, drafted(officer, target_id, ("甲村", 80), ("乙村", 60), ("丙村", 1)))
    first, second, _third = one_target(officer, target_id).parts
    swapped = (PartDraft(id=first.id, name="乙村"), PartDraft(id=second.id, name="甲村"))
    keep_parts(officer, target_id, drafted(officer, target_id, parts=swapped))
    assert [(one.id, one.name) for one in one_target(officer, target_id).parts] == [
        (first.id, "乙村"), (second.id, "甲村"),
    ]  # fmt: skip


def test_overlapping_parts_are_each_within_the_whole(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project(), target=200)
    keep_parts(officer, target_id, drafted(officer, target_id, ("妇女", 150), ("低收入农户", 200)))
    assert "200" in refused(officer, target_id, ("妇女", 201))["target_0"]


def test_dividing_parts_make_up_the_whole(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project(), target=200)
    assert "195" in refused(officer, target_id, ("甲村", 120), ("乙村", 75), divide=True)["target_value"]
    assert "210" in refused(officer, target_id, ("甲村", 120), ("乙村", 90), divide=True)["target_value"]
    assert (
        "超过" in refused(officer, target_id, ("甲村", 150), ("乙村", 90), ("丙村", None), divide=True)["target_value"]
    )
    assert set(refused(officer, target_id, ("甲村", 200), divide=True)) == {"divide"}
    keep_parts(officer, target_id, drafted(officer, target_id, ("甲村", 120), ("乙村", 80), divide=True))
    grown = drafted(officer, target_id, ("甲村", 120), ("乙村", 130), divide=True, target_value=Decimal(250))
    keep_parts(officer, target_id, grown)
    assert one_target(officer, target_id).target_value == 250


def test_the_whole_cannot_be_changed_away_from_under_its_parts(app: Flask) -> None:
    officer, project_id = an_officer(), a_project()
    target_id = a_target(project_id, target=200)
    keep_parts(officer, target_id, drafted(officer, target_id, ("甲村", 120), ("乙村", 80), divide=True))
    draft = {"project_id": project_id, "name": "示范面积", "unit": Unit.MU, "target_value": Decimal(300)}
    with pytest.raises(Invalid) as problem:
        records.amend(officer, TARGETS, target_id, draft, 2)
    assert "分项" in str(problem.value.fields["target_value"])
    with pytest.raises(Conflict):
        records.amend(officer, TARGETS, target_id, {**draft, "target_value": Decimal(200)}, 1)


NAMES = ("", "  ", "茶" * 201, "少数民族", "党员", "残疾人", "患病农户", "离异妇女")


def test_a_part_has_a_name_of_its_own_that_is_everybodys_business(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project())
    for name in NAMES:
        assert set(refused(officer, target_id, ("妇女", 1), (name, 2))) == {"name_1"}, name
    assert set(refused(officer, target_id, ("妇女", 1), ("妇女", 2))) == {"name_1"}
    keep_parts(officer, target_id, drafted(officer, target_id, ("青街畲族乡", 3), ("妇女", 1)))


def test_figures_that_cannot_be(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project(), unit=Unit.PERSONS)
    absurd = (Decimal(-1), Decimal("1.5"), Decimal(10) ** 12)
    for value in absurd:
        draft = drafted(officer, target_id, parts=(PartDraft(name="妇女", target_value=value),))
        with pytest.raises(Invalid) as problem:
            keep_parts(officer, target_id, draft)
        assert set(problem.value.fields) == {"target_0"}, value


def test_shares_in_per_cent_stand_side_by_side_and_are_never_added(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project(), unit=Unit.PERCENT, target=50)
    keep_parts(officer, target_id, drafted(officer, target_id, ("甲村", 80), ("乙村", 20)))
    assert set(refused(officer, target_id, ("甲村", 30), ("乙村", 20), divide=True)) == {"divide"}


def test_what_was_reported_is_not_taken_out(app: Flask) -> None:
    officer, wang = an_officer(), somebody()
    project_id = a_project(wang)
    target_id = a_target(project_id)
    part_id = written(TargetPart, target_id=target_id, name="妇女")
    update_id = submitted(wang, project_id)
    written(PartFigure, update_id=update_id, part_id=part_id, actual_value=Decimal(3))
    assert "妇女" in refused(officer, target_id, ("青年", 3))["name_0"]


def test_of_two_at_once_the_second_sees_the_first(app: Flask) -> None:
    officer, target_id = an_officer(), a_target(a_project())
    stale = drafted(officer, target_id, ("青年", 3))
    keep_parts(officer, target_id, drafted(officer, target_id, ("妇女", 5)))
    with pytest.raises(Conflict) as conflict:
        keep_parts(officer, target_id, stale)
    assert [one.name for one in conflict.value.theirs.parts] == ["妇女"]


def test_only_the_bureau_keeps_parts_and_only_its_own(app: Flask) -> None:
    wang, officer = somebody(), an_officer()
    target_id, other = a_target(a_project(wang)), a_target(a_project())
    draft = drafted(officer, target_id, ("妇女", 5))
    for actor in (wang, an_actor(Role.LEADER, COUNTY), an_actor(Role.OFFICER, NEXT_COUNTY)):
        with pytest.raises(NotFound):
            keep_parts(actor, target_id, draft)
    foreign = written(TargetPart, target_id=other, name="妇女")
    with pytest.raises(NotFound):
        keep_parts(officer, target_id, drafted(officer, target_id, parts=(PartDraft(id=foreign, name="妇女"),)))


def test_the_unit_follows_the_indicator(app: Flask) -> None:
    officer, project_id = an_officer(), a_project()
    draft = {"project_id": project_id, "name": "培训", "unit": None, "target_value": Decimal(60)}
    with pytest.raises(Invalid) as problem:
        records.create(officer, TARGETS, draft)
    assert set(problem.value.fields) == {"unit"}
    counted = {**draft, "indicator": TargetIndicator.TRAINED_PERSON_TIMES}
    with pytest.raises(Invalid) as problem:
        records.create(officer, TARGETS, {**counted, "unit": Unit.PERSONS})
    assert set(problem.value.fields) == {"unit"}
    target_id = records.create(officer, TARGETS, counted)
    assert one_target(officer, target_id).unit is Unit.PERSON_TIMES
    with pytest.raises(Invalid) as problem:
        records.create(officer, TARGETS, {**counted, "name": "又一次"})
    assert set(problem.value.fields) == {"indicator"}
    with pytest.raises(Invalid) as problem:
        records.amend(officer, TARGETS, target_id, {**counted, "target_value": Decimal("60.5")}, 1)
    assert set(problem.value.fields) == {"target_value"}


@settings(deadline=None)
@given(whole=st.integers(min_value=0, max_value=400).map(Decimal), values=st.lists(FIGURES, max_size=6))
def test_what_has_no_fault_fits_whatever_the_figures(whole: Decimal, values: list[Decimal | None]) -> None:
    known = [value for value in values if value is not None]
    for divide in (False, True):
        if part_faults(Unit.PERSONS, whole, values, divide=divide):
            continue
        assert all(value <= whole for value in known)
        if divide:
            assert sum(known) <= whole
            assert not known or len(known) < len(values) or sum(known) == whole
    if known and sum(known) == whole:
        assert part_faults(Unit.PERSONS, whole, values, divide=True) == {}
