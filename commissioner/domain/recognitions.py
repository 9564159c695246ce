"""Paired assistance, and what was recognised: pilots, grades, honours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_

from commissioner.access import Actor, Permission
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    on_date,
    place_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import Organisation, Pairing, Recognition
from commissioner.problems import Invalid
from commissioner.units import year_bounds
from commissioner.vocabulary import N_, NC_, Grade, IssuingLevel, RecognitionKind

HELPER = name_of(Organisation, Organisation.name, Pairing.helper_id)


def paired_in(year: int) -> ColumnElement[bool]:
    """The pairings that ran on at least one day of ``year``."""
    first, last = year_bounds(year)
    result: ColumnElement[bool] = (Pairing.starts_on <= last) & or_(Pairing.ends_on.is_(None), Pairing.ends_on >= first)
    return result


def _year_asked(value: str) -> ColumnElement[bool] | None:
    asked = year_filter(Pairing.starts_on).predicate(value)
    return None if asked is None else paired_in(int(value))


def _check_pairing(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if draft.get("ends_on") and draft["ends_on"] < draft["starts_on"]:
        raise Invalid({"ends_on": N_("结束日期不能早于开始日期。")})


def _check_recognition(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if draft["kind"] is RecognitionKind.GRADE and draft.get("grade") is None:
        raise Invalid({"grade": N_("考核等次要选一个等次。")})
    if draft["kind"] is not RecognitionKind.GRADE and draft.get("grade") is not None:
        raise Invalid({"grade": N_("只有“考核等次”才填等次。")})


PAIRINGS = Subject(
    name="pairings",
    model=Pairing,
    title=NC_("list", "结对帮扶"),
    one=NC_("one", "结对帮扶"),
    heading=HELPER,
    see=Permission.SEE_REGISTERS,
    fields=(
        Field(key="helper_id", label=N_("帮扶单位"), kind=Kind.REFERENCE, refers="organisations", required=True),
        Field(key="place_id", label=N_("结对的村"), kind=Kind.PLACE, required=True),
        Field(key="starts_on", label=N_("开始日期"), kind=Kind.DATE, required=True),
        Field(key="ends_on", label=N_("结束日期"), kind=Kind.DATE, help=N_("还在结对就不填")),
        Field(key="programme", label=N_("所属行动"), help=N_("例如“帮户、扶村，联乡、带县”")),
        Field(key="note", label=N_("说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Pairing,
        columns=(
            link_column("helper", N_("帮扶单位"), HELPER),
            place_column(Pairing, N_("结对的村")),
            date_column("starts_on", N_("开始日期"), Pairing.starts_on),
            date_column("ends_on", N_("结束日期"), Pairing.ends_on),
            text_column("programme", N_("所属行动"), Pairing.programme),
            illustrative_column(Pairing),
        ),
        filters=(
            Filter(
                key="year",
                label=N_("结对年份"),
                predicate=_year_asked,
                choices=year_filter(Pairing.starts_on).choices,
            ),
            township_filter(Pairing),
            on_date(Pairing.starts_on, Pairing.ends_on),
            id_filter("place", lambda value: Pairing.place_id == value),
            id_filter("helper", lambda value: Pairing.helper_id == value),
        ),
        search=(HELPER, Pairing.programme, Pairing.note),
        order=(Pairing.starts_on.desc(),),
    ),
    check=_check_pairing,
)

RECOGNITIONS = Subject(
    name="recognitions",
    model=Recognition,
    title=NC_("list", "试点与荣誉"),
    one=NC_("one", "试点或荣誉"),
    heading=Recognition.subject,
    see=Permission.SEE_REGISTERS,
    fields=(
        Field(key="subject", label=N_("名称"), required=True),
        Field(key="kind", label=N_("类别"), kind=Kind.WORD, words=RecognitionKind, required=True),
        Field(key="year", label=N_("年份"), kind=Kind.YEAR, required=True, minimum=1999, maximum=2100),
        Field(key="level", label=N_("级别"), kind=Kind.WORD, words=IssuingLevel, required=True),
        Field(key="issuer", label=N_("授予单位")),
        Field(key="grade", label=N_("等次"), kind=Kind.WORD, words=Grade),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True),
        Field(key="peers", label=N_("同批的地方"), help=N_("例如“缙云县、仙居县”")),
        Field(key="only_in_city", label=N_("全市唯一"), kind=Kind.FLAG),
        Field(key="base_id", label=N_("示范基地"), kind=Kind.REFERENCE, refers="bases"),
        Field(key="commissioner_id", label=N_("科技特派员"), kind=Kind.REFERENCE, refers="commissioners"),
        Field(key="note", label=N_("说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Recognition,
        columns=(
            link_column("subject", N_("名称"), Recognition.subject),
            word_column("kind", N_("类别"), Recognition.kind),
            word_column("level", N_("级别"), Recognition.level),
            word_column("grade", N_("等次"), Recognition.grade),
            text_column("year", N_("年份"), Recognition.year),
            place_column(Recognition),
            illustrative_column(Recognition),
        ),
        filters=(
            year_filter(Recognition.year),
            words_filter("kind", N_("类别"), Recognition.kind, RecognitionKind),
            words_filter("level", N_("级别"), Recognition.level, IssuingLevel),
            township_filter(Recognition),
            id_filter("base", lambda value: Recognition.base_id == value),
            id_filter("commissioner", lambda value: Recognition.commissioner_id == value),
        ),
        search=(Recognition.subject, Recognition.issuer, Recognition.note),
        order=(Recognition.year.desc(),),
    ),
    check=_check_recognition,
)
