"""Demonstration bases and the dated lines of their ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, inspect, or_, select, type_coerce

from commissioner.access import Actor, Permission
from commissioner.domain.ledger import Line, goes_below_nothing
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.open_on import day_asked
from commissioner.domain.points import point_fault
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    names_through,
    number_column,
    place_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import (
    BaseCommissioner,
    BaseProject,
    Briefing,
    Commissioner,
    DemonstrationBase,
    Impact,
    Introduction,
    Measurement,
    Recognition,
    Visit,
    db,
)
from commissioner.problems import Invalid, Problem
from commissioner.units import year_bounds
from commissioner.vocabulary import N_, NC_, QUANTITY_UNITS, CoordinateSource, Industry, MeasurementKind, Quantity

LARGEST_AMOUNT = 1_000_000_000


def _check_base(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    founded_on, closed_on = draft.get("founded_on"), draft.get("closed_on")
    if founded_on and closed_on and closed_on < founded_on:
        faults["closed_on"] = N_("撤销日期不能早于建立日期。")
    faults.update(_point_faults(*(draft.get("point") or (None, None))))
    if faults:
        raise Invalid(faults)


def _point_faults(latitude_deg: float | None, longitude_deg: float | None) -> dict[str, str | Problem]:
    if latitude_deg is None and longitude_deg is None:
        return {}
    if latitude_deg is None or longitude_deg is None:
        return {"longitude_deg" if longitude_deg is None else "latitude_deg": N_("纬度和经度要一起填。")}
    fault = point_fault(latitude_deg, longitude_deg)
    return {} if fault is None else {"latitude_deg": fault}


def _complete_base(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    """A position that was changed here was picked by hand; one that was not keeps where it came from."""
    moved = (
        inspect(row).attrs.latitude_deg.history.has_changes() or inspect(row).attrs.longitude_deg.history.has_changes()
    )
    if row.latitude_deg is None:
        row.coordinate_source = row.accuracy_m = None
    elif moved or row.coordinate_source is None:
        row.coordinate_source, row.accuracy_m = CoordinateSource.MAP_CLICK, None


def _check_measurement(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """What is taken must have been there: on no day may a running total be below nothing."""
    others = select(Measurement.measured_on, Measurement.kind, Measurement.amount, Measurement.id).where(
        Measurement.base_id == draft["base_id"],
        Measurement.quantity == draft["quantity"],
        Measurement.id != (row_id or 0),
    )
    drafted = Line(on=draft["measured_on"], kind=draft["kind"], amount=draft["amount"], id=row_id or LARGEST_AMOUNT)
    lines = [
        Line(on=one.measured_on, kind=one.kind, amount=one.amount, id=one.id) for one in db.session.execute(others)
    ]
    if goes_below_nothing([*lines, drafted]):
        raise Invalid({"amount": N_("减去的比原有的还多，请核对数量和日期。")})


def standing_on(day: date) -> ColumnElement[bool]:
    """Bases founded by ``day`` and not closed by then; one without a date of foundation always stood."""
    base = DemonstrationBase
    founded = or_(base.founded_on.is_(None), base.founded_on <= day)
    return and_(founded, or_(base.closed_on.is_(None), base.closed_on >= day))


def added_area_in(year: int) -> ColumnElement[bool]:
    """The ledger lines that say how much area was newly added in ``year`` (S21)."""
    return added_area(*year_bounds(year))


def added_area(first: date, last: date) -> ColumnElement[bool]:
    """The ledger lines that say how much area was newly added between two dates."""
    return and_(
        Measurement.measured_on.between(first, last),
        Measurement.quantity == Quantity.AREA,
        Measurement.kind == MeasurementKind.ADD,
    )


def _grew_in(value: str) -> ColumnElement[bool] | None:
    if year_filter(Measurement.measured_on).predicate(value) is None:
        return None
    result: ColumnElement[bool] = DemonstrationBase.id.in_(select(Measurement.base_id).where(added_area_in(int(value))))
    return result


UNIT_OF_MEASUREMENT = type_coerce(
    case({quantity.value: unit.value for quantity, unit in QUANTITY_UNITS.items()}, value=Measurement.quantity),
    Introduction.unit.type,
)

BASES = Subject(
    name="bases",
    model=DemonstrationBase,
    title=NC_("list", "示范基地"),
    one=NC_("one", "示范基地"),
    heading=DemonstrationBase.name,
    fields=(
        Field(key="name", label=N_("名称"), required=True),
        Field(key="industry", label=N_("产业"), kind=Kind.WORD, words=Industry, required=True),
        Field(key="species", label=N_("品种"), help=N_("中文名，需要时在括号里写拉丁学名")),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True),
        Field(key="host_id", label=N_("建设单位"), kind=Kind.REFERENCE, refers="organisations"),
        Field(key="founded_on", label=N_("建立日期"), kind=Kind.DATE, past=True),
        Field(key="closed_on", label=N_("撤销日期"), kind=Kind.DATE, past=True),
        Field(
            key="commissioners",
            label=N_("科技特派员"),
            kind=Kind.REFERENCES,
            refers="commissioners",
            link=BaseCommissioner,
        ),
        Field(key="projects", label=N_("所属项目"), kind=Kind.REFERENCES, refers="projects", link=BaseProject),
        Field(key="summary", label=N_("简介"), kind=Kind.PROSE),
        Field(key="point", label=N_("位置"), kind=Kind.POINT),
    ),
    listing=Listing(
        model=DemonstrationBase,
        columns=(
            link_column("name", N_("名称"), DemonstrationBase.name),
            word_column("industry", N_("产业"), DemonstrationBase.industry),
            text_column("species", N_("品种"), DemonstrationBase.species),
            place_column(DemonstrationBase),
            text_column(
                "people",
                N_("科技特派员"),
                names_through(
                    BaseCommissioner,
                    BaseCommissioner.base_id,
                    BaseCommissioner.commissioner_id,
                    Commissioner.name,
                    DemonstrationBase.id,
                ),
            ),
            date_column("founded_on", N_("建立日期"), DemonstrationBase.founded_on),
            illustrative_column(DemonstrationBase),
        ),
        filters=(
            words_filter("industry", N_("产业"), DemonstrationBase.industry, Industry),
            township_filter(DemonstrationBase),
            year_filter(DemonstrationBase.founded_on, N_("建立年份")),
            Filter(key="on", label=N_("这一天还在"), predicate=day_asked(standing_on), kind="date"),
            Filter(key="grew", label=N_("这一年面积有新增"), predicate=_grew_in, kind="hidden"),
            id_filter(
                "commissioner",
                lambda value: DemonstrationBase.id.in_(
                    select(BaseCommissioner.base_id).where(BaseCommissioner.commissioner_id == value)
                ),
            ),
            id_filter(
                "project",
                lambda value: DemonstrationBase.id.in_(
                    select(BaseProject.base_id).where(BaseProject.project_id == value)
                ),
            ),
            id_filter("place", lambda value: DemonstrationBase.place_id == value),
        ),
        search=(DemonstrationBase.name, DemonstrationBase.species, DemonstrationBase.summary),
        order=(DemonstrationBase.founded_on.desc(),),
    ),
    related=(
        Related(
            subject="visits",
            title=NC_("list", "走访"),
            condition=lambda row_id: Visit.base_id == row_id,
            field="base_id",
        ),
        Related(
            subject="introductions",
            title=NC_("list", "引进"),
            condition=lambda row_id: Introduction.base_id == row_id,
            field="base_id",
            hidden=("place",),
        ),
        Related(
            subject="impacts",
            title=NC_("list", "成效"),
            condition=lambda row_id: Impact.base_id == row_id,
            field="base_id",
            hidden=("owner",),
        ),
        Related(
            subject="briefings",
            title=NC_("list", "简报"),
            condition=lambda row_id: Briefing.base_id == row_id,
            field="base_id",
        ),
        Related(
            subject="recognitions",
            title=NC_("list", "试点与荣誉"),
            condition=lambda row_id: Recognition.base_id == row_id,
            field="base_id",
        ),
    ),
    check=_check_base,
    complete=_complete_base,
)

MEASUREMENTS = Subject(
    name="measurements",
    model=Measurement,
    title=NC_("list", "测量记录"),
    one=NC_("one", "测量记录"),
    heading=name_of(DemonstrationBase, DemonstrationBase.name, Measurement.base_id),
    keep=Permission.UPDATE_PROJECT,
    parent="base_id",
    fields=(
        Field(key="base_id", label=N_("示范基地"), kind=Kind.REFERENCE, refers="bases", required=True),
        Field(key="measured_on", label=N_("日期"), kind=Kind.DATE, required=True, past=True),
        Field(key="quantity", label=N_("测量什么"), kind=Kind.WORD, words=Quantity, required=True),
        Field(
            key="kind",
            label=N_("记法"),
            kind=Kind.WORD,
            words=MeasurementKind,
            required=True,
            default=MeasurementKind.ADD,
            help=N_("“核定为”是清点后的总数；新增或减少的只记变化的部分。"),
        ),
        Field(
            key="amount",
            label=N_("数量"),
            kind=Kind.DECIMAL,
            required=True,
            maximum=LARGEST_AMOUNT,
            help=N_("面积按亩，株数按株，产量按公斤，示范户按户。"),
        ),
        Field(key="note", label=N_("备注")),
    ),
    listing=Listing(
        model=Measurement,
        columns=(
            date_column("measured_on", N_("日期"), Measurement.measured_on),
            text_column(
                "base", N_("示范基地"), name_of(DemonstrationBase, DemonstrationBase.name, Measurement.base_id)
            ),
            word_column("quantity", N_("测量什么"), Measurement.quantity),
            word_column("kind", N_("记法"), Measurement.kind),
            number_column("amount", N_("数量"), Measurement.amount),
            word_column("unit", N_("单位"), UNIT_OF_MEASUREMENT),
            text_column("note", N_("备注"), Measurement.note),
            illustrative_column(Measurement),
        ),
        filters=(
            year_filter(Measurement.measured_on),
            words_filter("quantity", N_("测量什么"), Measurement.quantity, Quantity),
            words_filter("kind", N_("记法"), Measurement.kind, MeasurementKind),
            id_filter("base", lambda value: Measurement.base_id == value),
        ),
        search=(Measurement.note,),
        order=(Measurement.measured_on.desc(),),
    ),
    check=_check_measurement,
)
