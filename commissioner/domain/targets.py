"""What a project promised, as a subject: a figure in a unit, with an indicator where its records answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, null, select

from commissioner.access import Actor
from commissioner.domain.listing import Column, ColumnKind, Listing
from commissioner.domain.project_lines import LARGEST_TARGET, OF_PROJECT, taken, title_of
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    id_filter,
    link_column,
    number_column,
    word_column,
    words_filter,
)
from commissioner.domain.target_parts import COUNTED_WHOLE, part_faults, parts_of
from commissioner.domain.target_standing import targets_by_id
from commissioner.models import ProjectTarget, UpdateFigure, db
from commissioner.problems import Invalid, Problem
from commissioner.vocabulary import N_, NC_, TARGET_UNITS, TargetIndicator, Unit


def _check(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    if taken(ProjectTarget, draft, row_id, "name"):
        faults["name"] = N_("这个项目已经有同名的指标。")
    if draft.get("indicator") and taken(ProjectTarget, draft, row_id, "indicator"):
        faults["indicator"] = N_("这个项目已经有这项内容的指标，请修改原来的那条。")
    unit = _unit_of(draft)
    if (fault := _unit_fault(draft, unit, row_id)) is not None:
        faults["unit"] = fault
    elif unit and unit in COUNTED_WHOLE and draft["target_value"] % 1:
        faults["target_value"] = Problem(N_("按“%(unit)s”计的数要填整数。"), unit=unit.label)
    elif unit and row_id is not None and (fault := _parts_fault(unit, draft, row_id)) is not None:
        faults["target_value"] = fault
    if faults:
        raise Invalid(faults)


def _unit_of(draft: Mapping[str, Any]) -> Unit | None:
    indicator, unit = draft.get("indicator"), draft.get("unit")
    return unit or (TARGET_UNITS[indicator] if indicator else None)


def _unit_fault(draft: Mapping[str, Any], unit: Unit | None, row_id: int | None) -> str | Problem | None:
    indicator = draft.get("indicator")
    if unit is None:
        return Problem(N_("请填写“%(label)s”。"), label=N_("单位"))
    if indicator and unit is not TARGET_UNITS[indicator]:
        words = N_("“%(indicator)s”按“%(unit)s”计，不能用别的单位。")
        return Problem(words, indicator=indicator.label, unit=TARGET_UNITS[indicator].label)
    if row_id is not None and _moves_under_figures(unit, row_id):
        return N_("已经按原来的单位填报过，不能再改单位。请另设一个指标。")
    return None


def _moves_under_figures(unit: Unit, row_id: int) -> bool:
    reported = exists().where(UpdateFigure.target_id == ProjectTarget.id)
    statement = select(ProjectTarget.id).where(ProjectTarget.id == row_id, ProjectTarget.unit != unit, reported)
    return db.session.scalar(statement) is not None


def _parts_fault(unit: Unit, draft: Mapping[str, Any], row_id: int) -> Problem | None:
    """A target that is changed must still hold its parts."""
    parts, divide = parts_of(row_id)
    faults = part_faults(unit, draft["target_value"], [one.target_value for one in parts], divide=divide)
    return Problem(N_("它有分项，分项的目标与这个数不符。请在“分项”里一起改。")) if faults else None


def _complete(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    if row.indicator is not None:
        row.unit = TARGET_UNITS[row.indicator]


def _fill(actor: Actor, rows: list[dict[str, Any]]) -> None:
    stands = targets_by_id(actor, [row["id"] for row in rows])
    for row in rows:
        one = stands.get(row["id"])
        row["actual_value"] = one.actual_value if one else None
        row["completion"] = one.completion if one else None


TARGETS = Subject(
    name="targets",
    model=ProjectTarget,
    title=NC_("list", "项目指标"),
    one=NC_("one", "指标"),
    heading=ProjectTarget.name,
    parent="project_id",
    fields=(
        OF_PROJECT,
        Field(key="name", label=N_("指标"), required=True, help=N_("照任务书的写法")),
        Field(
            key="indicator",
            label=N_("从哪些记录里算"),
            kind=Kind.WORD,
            words=TargetIndicator,
            help=N_("选了就从项目的记录里算，进展里不用再填；没有合适的就空着"),
        ),
        Field(key="unit", label=N_("单位"), kind=Kind.WORD, words=Unit, help=N_("选了从记录里算的，可以空着")),
        Field(key="target_value", label=N_("目标"), kind=Kind.DECIMAL, required=True, maximum=LARGEST_TARGET),
    ),
    listing=Listing(
        model=ProjectTarget,
        columns=(
            link_column("name", N_("指标"), ProjectTarget.name),
            number_column("target_value", N_("目标"), ProjectTarget.target_value),
            Column(key="actual_value", label=N_("完成"), value=null(), kind=ColumnKind.NUMBER, filled=True),
            word_column("unit", N_("单位"), ProjectTarget.unit),
            Column(key="completion", label=N_("完成率（%）"), value=null(), kind=ColumnKind.NUMBER, filled=True),
            word_column("indicator", N_("从哪些记录里算"), ProjectTarget.indicator),
            title_of(ProjectTarget.project_id),
        ),
        filters=(
            words_filter("indicator", N_("从哪些记录里算"), ProjectTarget.indicator, TargetIndicator),
            words_filter("unit", N_("单位"), ProjectTarget.unit, Unit),
            id_filter("project", lambda row_id: ProjectTarget.project_id == row_id),
        ),
        search=(ProjectTarget.name,),
        order=(ProjectTarget.id.asc(),),
        fill=_fill,
    ),
    check=_check,
    complete=_complete,
)
