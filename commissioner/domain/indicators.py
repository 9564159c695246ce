"""Indicator results: value against target, and up to three ranks as the city issued them (domain.md §2.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, case, literal, type_coerce

from commissioner.access import Permission
from commissioner.domain.listing import Listing
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    illustrative_column,
    link_column,
    number_column,
    text_column,
    township_filter,
    word_column,
    year_filter,
)
from commissioner.models import IndicatorResult
from commissioner.models.base import Scaled
from commissioner.units import completion_rate
from commissioner.vocabulary import N_, NC_, Saying, Unit

STORED_DECIMALS = 4
MOST_DECIMALS = 2
# So that the list's whole-number arithmetic below stays within 64 bits.
LARGEST_VALUE = 100_000_000
LARGEST_PERCENT = 1_000_000
LAST_RANK = 1_000


def completion_of(
    actual: Decimal | None, target: Decimal | None, issued: Decimal | None, decimals: int
) -> Decimal | None:
    """Per cent of the target, half up; without a target what the city issued, and without that nothing (§5.7)."""
    computed = completion_rate(actual, target, decimals)
    return issued if computed is None else computed


def _completion_in_sql() -> Any:
    """``completion_of`` in whole numbers, because SQLite has no exact decimals: ⌊(200·a·10ᵈ + t) / 2t⌋ is half up."""
    actual, target = (type_coerce(column, BigInteger) for column in (IndicatorResult.actual, IndicatorResult.target))
    powers = range(MOST_DECIMALS + 1)
    finer = case({d: literal(10**d) for d in powers}, value=IndicatorResult.completion_decimals, else_=literal(1))
    back = case(
        {d: literal(10 ** (STORED_DECIMALS - d)) for d in powers},
        value=IndicatorResult.completion_decimals,
        else_=literal(10**STORED_DECIMALS),
    )
    computed = (actual * 200 * finer + target) // (target * 2) * back
    issued = type_coerce(IndicatorResult.issued_completion_percent, BigInteger)
    return type_coerce(case((target > 0, computed), else_=issued), Scaled(STORED_DECIMALS))


COMPLETION_PERCENT = _completion_in_sql()


def _rank(key: str, label: str) -> Field:
    return Field(key=key, label=label, kind=Kind.INTEGER, minimum=1, maximum=LAST_RANK)


def _decimals(key: str, label: str, default: int) -> Field:
    return Field(key=key, label=label, kind=Kind.INTEGER, required=True, maximum=MOST_DECIMALS, default=default)


INDICATORS = Subject(
    name="indicators",
    model=IndicatorResult,
    title=NC_("list", "科技指标"),
    one=NC_("one", "科技指标"),
    heading=IndicatorResult.name,
    see=Permission.SEE_REGISTERS,
    fields=(
        Field(key="name", label=N_("指标"), required=True),
        Field(key="year", label=N_("年份"), kind=Kind.YEAR, required=True, minimum=1999, maximum=2100),
        Field(key="place_id", label=N_("地区"), kind=Kind.PLACE, required=True),
        Field(key="unit", label=N_("单位"), kind=Kind.WORD, words=Unit, required=True),
        Field(key="actual", label=N_("完成值"), kind=Kind.DECIMAL, decimals=4, maximum=LARGEST_VALUE),
        _decimals("actual_decimals", N_("完成值保留小数位"), 2),
        Field(key="target", label=N_("年度任务"), kind=Kind.DECIMAL, decimals=4, maximum=LARGEST_VALUE),
        Field(
            key="issued_completion_percent",
            label=N_("公布的完成率"),
            kind=Kind.DECIMAL,
            decimals=4,
            unit="%",
            maximum=LARGEST_PERCENT,
            help=N_("有年度任务时由系统计算；只公布了完成率、没有公布任务时填这里。"),
        ),
        _decimals("completion_decimals", N_("完成率保留小数位"), 0),
        Field(
            key="growth_percent",
            label=N_("累计增速"),
            kind=Kind.DECIMAL,
            decimals=4,
            unit="%",
            minimum=-100,
            maximum=LARGEST_PERCENT,
        ),
        _decimals("growth_decimals", N_("增速保留小数位"), 0),
        _rank("rank_of_value", N_("完成值全市排名")),
        _rank("rank_of_completion", N_("完成率全市排名")),
        _rank("rank_of_growth", N_("增速全市排名")),
        Field(key="saying", label=N_("说法"), kind=Kind.WORD, words=Saying, required=True, default=Saying.EXACT),
        Field(key="position", label=N_("排列顺序"), kind=Kind.INTEGER, required=True, maximum=LAST_RANK, default=0),
        Field(key="issued_by", label=N_("公布单位")),
        Field(key="note", label=N_("说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=IndicatorResult,
        columns=(
            link_column("name", N_("指标"), IndicatorResult.name),
            text_column("year", N_("年份"), IndicatorResult.year),
            number_column("actual", N_("完成值"), IndicatorResult.actual),
            word_column("unit", N_("单位"), IndicatorResult.unit),
            number_column("completion_percent", N_("年度任务完成率（%）"), COMPLETION_PERCENT),
            number_column("growth_percent", N_("累计增速（%）"), IndicatorResult.growth_percent),
            number_column("rank_of_value", N_("完成值全市排名"), IndicatorResult.rank_of_value),
            number_column("rank_of_completion", N_("完成率全市排名"), IndicatorResult.rank_of_completion),
            number_column("rank_of_growth", N_("增速全市排名"), IndicatorResult.rank_of_growth),
            text_column("issued_by", N_("公布单位"), IndicatorResult.issued_by),
            illustrative_column(IndicatorResult),
        ),
        filters=(year_filter(IndicatorResult.year), township_filter(IndicatorResult)),
        search=(IndicatorResult.name, IndicatorResult.issued_by),
        order=(IndicatorResult.year.desc(), IndicatorResult.position, IndicatorResult.name),
    ),
)
