"""The parts of a target: women, young people, villages. They overlap, each within the whole, or divide it.

Farmers are counted, never named, and nobody is counted by what is nobody's business (domain.md §2.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, exists, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change
from commissioner.domain.impacts import WHOLE_UNITS
from commissioner.domain.project_lines import LARGEST_TARGET
from commissioner.domain.target_standing import TargetStanding, targets_where
from commissioner.models import PartFigure, Project, ProjectTarget, TargetPart, db
from commissioner.models.base import SHORT_TEXT
from commissioner.problems import Conflict, Invalid, NotFound, Problem
from commissioner.units import plain
from commissioner.vocabulary import N_, Unit

COUNTED_WHOLE = WHOLE_UNITS | {
    Unit.PERSON_TIMES,
    Unit.ENTERPRISE_VISITS,
    Unit.SESSIONS,
    Unit.VILLAGES,
    Unit.COUNT,
    Unit.TIMES,
    Unit.DAYS,
    Unit.ITEMS,
}
MOST_PARTS = 20
FEWEST_DIVIDING = 2
# Nobody is counted by these here, whatever a task statement says.
NOBODYS_BUSINESS = (
    *("民族", "少数民族", "回族", "畲族", "宗教", "信教", "党员", "党派", "政治面貌"),
    *("残疾", "患病", "病人", "病患", "健康状况", "艾滋", "精神病", "孕", "离异", "丧偶", "婚姻", "刑满"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """A part as somebody writes it; without ``id`` it is a new one."""

    name: str
    target_value: Decimal | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsDraft:
    """A target with all its parts, read at ``version``: what is not among ``parts`` goes."""

    version: int
    target_value: Decimal
    divide: bool = False
    parts: tuple[PartDraft, ...] = ()


def parts_of(target_id: int) -> tuple[Sequence[Any], bool]:
    """The parts of a target as rows, and whether they divide it; for checks within its own scope."""
    parts = db.session.scalars(
        select(TargetPart).where(TargetPart.target_id == target_id).order_by(TargetPart.id)
    ).all()
    divide = db.session.scalar(select(ProjectTarget.parts_divide).where(ProjectTarget.id == target_id))
    return parts, bool(divide)


def part_faults(
    unit: Unit, whole: Decimal | None, values: Sequence[Decimal | None], *, divide: bool
) -> dict[int | None, Problem]:
    """What is wrong with ``values`` as parts of ``whole``, by position; ``None`` for all of them together.

    Each is at most the whole. Parts that divide it add up to it once all are known, and to no more before. A share in
    per cent is no part of a share.
    """
    if unit is Unit.PERCENT:
        return {}
    if whole is None:
        words = N_("总数还没有，分项先空着。")
        return {place: Problem(words) for place, value in enumerate(values) if value}
    faults: dict[int | None, Problem] = {
        place: Problem(N_("分项不能超过总数 %(whole)s。"), whole=plain(whole))
        for place, value in enumerate(values)
        if value is not None and value > whole
    }
    known = [value for value in values if value is not None]
    total = sum(known, Decimal(0))
    if divide and not faults and known:
        numbers = {"total": plain(total), "whole": plain(whole)}
        if total > whole:
            faults[None] = Problem(N_("各分项加起来是 %(total)s，超过了总数 %(whole)s。"), **numbers)
        elif total < whole and len(known) == len(values):
            faults[None] = Problem(N_("各分项加起来是 %(total)s，应当等于总数 %(whole)s。"), **numbers)
    return faults


def one_target(actor: Actor, target_id: int, *, told: bool = False) -> TargetStanding:
    """A target as it stands, in two queries; ``NotFound`` outside the actor's scope."""
    found = targets_where(actor, ProjectTarget.id == target_id, told=told)
    if not found:
        raise NotFound
    return next(iter(found.values()))[0]


def keep_parts(actor: Actor, target_id: int, draft: PartsDraft) -> None:
    """Keep a target's value and parts together, all or nothing.

    Raises ``Invalid`` with every fault, by ``name_<place>`` and ``target_<place>``, or ``Conflict`` with the target as
    it stands when somebody changed it meanwhile.
    """
    actor.must(Permission.KEEP_REGISTRY)
    stands = one_target(actor, target_id)
    if stands.version == draft.version:
        check_parts(stands, draft)
    with change(actor, "targets.parts") as entry:
        row = db.session.scalars(_locked(actor, target_id)).one_or_none()
        if row is None:
            raise NotFound
        stands = one_target(actor, target_id)
        if stands.version != draft.version:
            raise Conflict(theirs=stands, ours=draft, current_version=stands.version)
        check_parts(stands, draft)
        region_code = db.session.scalar(select(Project.region_code).where(Project.id == row.project_id)) or ""
        entry.about("project_targets", target_id, {"parts": [_said(stands.parts), _said(draft.parts)]}, region_code)
        entry.watch(row)
        row.target_value, row.parts_divide, row.version = draft.target_value, draft.divide, row.version + 1
        _write(target_id, draft.parts)


def _locked(actor: Actor, target_id: int) -> Any:
    mine = (ProjectTarget.id == target_id, scope(actor, ProjectTarget))
    return select(ProjectTarget).where(*mine).with_for_update().execution_options(populate_existing=True)


def _said(parts: Sequence[Any]) -> str:
    return "、".join(one.name if one.target_value is None else f"{one.name} {plain(one.target_value)}" for one in parts)


def _write(target_id: int, parts: Sequence[PartDraft]) -> None:
    mine = TargetPart.target_id == target_id
    kept = {one.id for one in parts if one.id is not None}
    db.session.execute(delete(TargetPart).where(mine, TargetPart.id.not_in(kept)))
    rows = {row.id: row for row in db.session.scalars(select(TargetPart).where(mine))}
    # Names go first, because two parts may have changed theirs with each other.
    for row in rows.values():
        row.name = f"\t{row.id}"
    db.session.flush()
    for one in parts:
        row = rows[one.id] if one.id is not None else TargetPart(target_id=target_id)
        row.name, row.target_value = one.name, one.target_value
        db.session.add(row)


def check_parts(stands: TargetStanding, draft: PartsDraft) -> None:
    """Raise ``Invalid`` with every fault of ``draft``; ``NotFound`` for a part of another target."""
    known = {one.id for one in stands.parts}
    kept = {one.id for one in draft.parts if one.id is not None}
    if not kept <= known:
        raise NotFound
    faults: dict[str, str | Problem] = {}
    names = [one.name.strip() for one in draft.parts]
    for place, one in enumerate(draft.parts):
        if (fault := _name_fault(one.name.strip(), names[:place])) is not None:
            faults[f"name_{place}"] = fault
        if (fault := _value_fault(stands.unit, one.target_value)) is not None:
            faults[f"target_{place}"] = fault
    if (fault := _value_fault(stands.unit, draft.target_value)) is not None:
        faults["target_value"] = fault
    if not faults:
        faults.update(_sum_faults(draft, stands.unit))
    if removed := [one.name for one in stands.parts if one.id not in kept and one.id in _reported(known)]:
        faults["name_0"] = Problem(N_("“%(name)s”已经填报过，不能去掉。"), name=removed[0])
    if faults:
        raise Invalid(faults)


def _name_fault(name: str, before: Sequence[str]) -> str | Problem | None:
    if not name:
        return N_("请写分项的名称。")
    if len(name) > SHORT_TEXT:
        return Problem(N_("最多 %(length)s 个字。"), length=SHORT_TEXT)
    if name in before:
        return N_("已经有同名的分项。")
    told = name.replace("族乡", "")  # 青街畲族乡 is a place
    if word := next((word for word in NOBODYS_BUSINESS if word in told), None):
        return Problem(N_("不按“%(word)s”分：这里只计数，不收集个人敏感信息。"), word=word)
    return None


def _value_fault(unit: Unit, value: Decimal | None) -> str | Problem | None:
    if value is None:
        return None
    if value < 0:
        return N_("不能是负数。")
    if value > LARGEST_TARGET:
        return N_("数字太大了，请核对。")
    if unit in COUNTED_WHOLE and value != value.to_integral_value():
        return Problem(N_("按“%(unit)s”计的数要填整数。"), unit=unit.label)
    return None


def _sum_faults(draft: PartsDraft, unit: Unit) -> dict[str, str | Problem]:
    if draft.divide and unit is Unit.PERCENT:
        return {"divide": N_("百分比不能相加，分项只能各自比总数。")}
    if draft.divide and len(draft.parts) < FEWEST_DIVIDING:
        return {"divide": N_("相加等于总数，至少要有两个分项。")}
    found = part_faults(unit, draft.target_value, [one.target_value for one in draft.parts], divide=draft.divide)
    return {"target_value" if place is None else f"target_{place}": fault for place, fault in found.items()}


def _reported(part_ids: set[int]) -> set[int]:
    reported = select(TargetPart.id).where(
        TargetPart.id.in_(part_ids), exists().where(PartFigure.part_id == TargetPart.id)
    )
    return set(db.session.scalars(reported))
