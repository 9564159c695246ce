"""Impact figures: one figure of one indicator for each year and owner, a project or a base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from commissioner.access import Actor, Permission, scope, within
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.period_locks import refuse_closed_years
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    number_column,
    text_column,
    township_choices,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import DemonstrationBase, Impact, Project, ProjectCommissioner, ProjectPlace, db
from commissioner.problems import Invalid, Problem
from commissioner.units import today
from commissioner.vocabulary import IMPACT_UNITS, N_, NC_, ImpactIndicator, ImpactState, Unit

# What no project or base of a county can reach: beyond it a figure was mistyped or is in another unit.
LARGEST_AMOUNTS: dict[Unit, int] = {
    Unit.PERSONS: 1_000_000,
    Unit.HOUSEHOLDS: 1_000_000,
    Unit.ENTERPRISES: 10_000,
    Unit.MU: 1_000_000,
    Unit.WAN_YUAN: 10_000_000,
}
WHOLE_UNITS = frozenset({Unit.PERSONS, Unit.HOUSEHOLDS, Unit.ENTERPRISES})

OWNER = func.coalesce(
    name_of(Project, Project.title, Impact.project_id),
    name_of(DemonstrationBase, DemonstrationBase.name, Impact.base_id),
)


def _check(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    if (draft.get("project_id") is None) == (draft.get("base_id") is None):
        faults["project_id"] = N_("请在项目和示范基地中选一个，也只能选一个。")
    if (fault := _amount_fault(draft["indicator"], draft["amount"])) is not None:
        faults["amount"] = fault
    if draft["year"] > today().year:
        faults["year"] = N_("这一年还没有到。")
    if (fault := _state_fault(actor, draft["state"], row_id)) is not None:
        faults["state"] = fault
    if faults:
        raise Invalid(faults)
    if _stands_already(draft, row_id):
        raise Invalid({"amount": N_("它这一年的这项成效已经填过，每年只留一个数，请修改原来的那条。")})


def _amount_fault(indicator: ImpactIndicator, amount: Decimal) -> Problem | None:
    unit = IMPACT_UNITS[indicator]
    if amount > LARGEST_AMOUNTS[unit]:
        return Problem(N_("数字太大了，这项按“%(unit)s”计，请核对。"), unit=unit.label)
    if unit in WHOLE_UNITS and amount != amount.to_integral_value():
        return Problem(N_("按“%(unit)s”计的数要填整数。"), unit=unit.label)
    return None


def _state_fault(actor: Actor, wanted: ImpactState, row_id: int | None) -> Problem | None:
    """Only who may verify decides on a figure; what was decided is not changed by anybody else."""
    if actor.can(Permission.VERIFY_IMPACT):
        return None
    present = db.session.scalar(select(Impact.state).where(Impact.id == row_id)) if row_id else None
    if present not in {None, ImpactState.REPORTED}:
        return Problem(N_("这个数字县科技局已经核过，要改请联系县科技局。"))
    return None if wanted is ImpactState.REPORTED else Problem(N_("由县科技局核实，您填报即可。"))


def _stands_already(draft: Mapping[str, Any], row_id: int | None) -> bool:
    same = (
        Impact.indicator == draft["indicator"],
        Impact.year == draft["year"],
        Impact.project_id == draft["project_id"] if draft.get("project_id") else Impact.base_id == draft["base_id"],
        Impact.id != (row_id or 0),
    )
    return db.session.scalar(select(Impact.id).where(*same)) is not None


def _region_code(project_id: int | None, base_id: int | None) -> str:
    """The region of a figure's owner."""
    model, row_id = (Project, project_id) if project_id else (DemonstrationBase, base_id)
    return db.session.scalar(select(model.region_code).where(model.id == row_id)) or ""


def refuse_locked(row: Any, draft: Mapping[str, Any] | None = None) -> None:
    """Raise what forbids touching a figure whose year a closed reporting period holds, or moving one there.

    Beside the year where there is a form, so that nothing that was typed is lost; ``PeriodClosed`` where there is none.
    """
    if draft is not None:
        refuse_closed_years(_region_code(draft.get("project_id"), draft.get("base_id")), [draft["year"]])
    if row is not None:
        refuse_closed_years(_region_code(row.project_id, row.base_id), [row.year], in_form=draft is not None)


def _guard(actor: Actor, row: Any, draft: Mapping[str, Any] | None) -> None:
    refuse_locked(row, draft)


def _complete(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    row.unit = IMPACT_UNITS[row.indicator]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureOfYear:
    """The same figure in one year."""

    id: int
    year: int
    amount: Decimal


def same_figure(actor: Actor, impact_id: int) -> Sequence[FigureOfYear]:
    """The figure of the same owner and indicator in every year, rejected ones left out, in order of years."""
    this, other = aliased(Impact), Impact
    same_owner = (other.project_id == this.project_id) | (other.base_id == this.base_id)
    statement = (
        select(other.id, other.year, other.amount)
        .join(this, (this.indicator == other.indicator) & same_owner)
        .where(this.id == impact_id, scope(actor, other), other.state != ImpactState.REJECTED)
        .order_by(other.year)
    )
    return [FigureOfYear(**row) for row in db.session.execute(statement).mappings()]


def _owner_in(value: str) -> ColumnElement[bool] | None:
    """The owner lies or works in the region of a division-code prefix."""
    if not value.isdecimal() or len(value) > 12:
        return None
    base_code: Any = DemonstrationBase.region_code
    place_code: Any = ProjectPlace.region_code
    bases = select(DemonstrationBase.id).where(within(base_code, value))
    projects = select(ProjectPlace.project_id).where(within(place_code, value))
    return or_(Impact.base_id.in_(bases), Impact.project_id.in_(projects))


def of_commissioner(commissioner_id: int) -> ColumnElement[bool]:
    """The figures of the projects that a commissioner works in."""
    own = select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id == commissioner_id)
    result: ColumnElement[bool] = Impact.project_id.in_(own)
    return result


IMPACTS = Subject(
    name="impacts",
    model=Impact,
    title=NC_("list", "成效"),
    one=NC_("one", "成效"),
    heading=OWNER,
    keep=Permission.UPDATE_PROJECT,
    fields=(
        Field(key="indicator", label=N_("成效指标"), kind=Kind.WORD, words=ImpactIndicator, required=True),
        Field(key="year", label=N_("年份"), kind=Kind.YEAR, required=True, minimum=1999, maximum=2100),
        Field(
            key="amount",
            label=N_("数量"),
            kind=Kind.DECIMAL,
            required=True,
            help=N_("全年的数，不是每月相加：就业按人，农户按户，产值和增收按万元，面积按亩。"),
        ),
        Field(key="project_id", label=N_("项目"), kind=Kind.REFERENCE, refers="projects"),
        Field(key="base_id", label=N_("示范基地"), kind=Kind.REFERENCE, refers="bases"),
        Field(key="evidence", label=N_("依据"), kind=Kind.PROSE, help=N_("例如用工名册、合同、账目；不要写个人信息。")),
        Field(
            key="state",
            label=N_("核实情况"),
            kind=Kind.WORD,
            words=ImpactState,
            required=True,
            default=ImpactState.REPORTED,
        ),
    ),
    listing=Listing(
        model=Impact,
        columns=(
            link_column("owner", N_("项目或示范基地"), OWNER),
            word_column("indicator", N_("成效指标"), Impact.indicator),
            text_column("year", N_("年份"), Impact.year),
            number_column("amount", N_("数量"), Impact.amount),
            word_column("unit", N_("单位"), Impact.unit),
            word_column("state", N_("核实情况"), Impact.state),
            illustrative_column(Impact),
        ),
        filters=(
            year_filter(Impact.year),
            words_filter("indicator", N_("成效指标"), Impact.indicator, ImpactIndicator),
            words_filter("state", N_("核实情况"), Impact.state, ImpactState),
            Filter(key="township", label=N_("乡镇"), predicate=_owner_in, choices=township_choices),
            id_filter("project", lambda value: Impact.project_id == value),
            id_filter("base", lambda value: Impact.base_id == value),
            id_filter("commissioner", of_commissioner),
        ),
        search=(OWNER, Impact.evidence),
        order=(Impact.year.desc(), Impact.indicator),
    ),
    check=_check,
    complete=_complete,
    guard=_guard,
)
