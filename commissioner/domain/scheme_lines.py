"""The lines of a scheme of evaluation: what is looked at with its weight, and the grades with their quotas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import case, select

from commissioner.access import Actor, Permission
from commissioner.domain.evaluation_schemes import MOST_CRITERIA, WHOLE, must_be_draft
from commissioner.domain.listing import Column, ColumnKind, Listing
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    id_filter,
    link_column,
    name_of,
    number_column,
    text_column,
)
from commissioner.models import EvaluationScheme, SchemeCriterion, SchemeGrade, db
from commissioner.problems import Invalid
from commissioner.vocabulary import N_, NC_, EvidenceKind, Grade

MOST_QUOTA_PERSONS = 10_000
_SCHEME = Field(key="scheme_id", label=N_("考核方案"), kind=Kind.REFERENCE, refers="schemes", required=True)


def _guard(actor: Actor, row: Any, draft: Mapping[str, Any] | None) -> None:
    """Neither the scheme that a line leaves nor the one that it joins may be open."""
    left = () if row is None else (row.scheme_id,)
    joined = () if draft is None else (draft["scheme_id"],)
    for scheme_id in sorted({*left, *joined}):
        must_be_draft(scheme_id)


def _check_criterion(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    same = (
        SchemeCriterion.scheme_id == draft["scheme_id"],
        SchemeCriterion.name == draft["name"],
        SchemeCriterion.id != (row_id or 0),
    )
    if db.session.scalar(select(SchemeCriterion.id).where(*same)) is not None:
        raise Invalid({"name": N_("这个方案里已经有同名的标准。")})


def _check_grade(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if draft.get("quota_persons") is not None and draft.get("quota_percent") is not None:
        raise Invalid({"quota_percent": N_("名额按人数或按比例，只填一个。")})
    same = (
        SchemeGrade.scheme_id == draft["scheme_id"],
        SchemeGrade.grade == draft["grade"],
        SchemeGrade.id != (row_id or 0),
    )
    if db.session.scalar(select(SchemeGrade.id).where(*same)) is not None:
        raise Invalid({"grade": N_("这个方案里已经有这个等次。")})


CRITERIA = Subject(
    name="criteria",
    model=SchemeCriterion,
    title=NC_("list", "考核标准"),
    one=NC_("one", "考核标准"),
    heading=SchemeCriterion.name,
    keep=Permission.KEEP_EVALUATION,
    parent="scheme_id",
    fields=(
        _SCHEME,
        Field(key="name", label=N_("标准"), required=True),
        Field(
            key="weight",
            label=N_("权重"),
            kind=Kind.INTEGER,
            required=True,
            minimum=1,
            maximum=WHOLE,
            unit="%",
            help=N_("各项相加等于 100 才能开始考核"),
        ),
        Field(
            key="evidence",
            label=N_("依据哪些记录"),
            kind=Kind.WORDS,
            words=EvidenceKind,
            help=N_("考核页上把这些数字和记录列在这一项下面"),
        ),
        Field(key="help", label=N_("说明"), kind=Kind.PROSE, help=N_("怎样算好，写给考核的人和被考核的人看")),
        Field(
            key="position",
            label=N_("排在第几"),
            kind=Kind.INTEGER,
            required=True,
            maximum=MOST_CRITERIA,
            default=1,
        ),
    ),
    listing=Listing(
        model=SchemeCriterion,
        columns=(
            link_column("name", N_("标准"), SchemeCriterion.name),
            number_column("weight", N_("权重（%）"), SchemeCriterion.weight),
            text_column("help", N_("说明"), SchemeCriterion.help),
            text_column(
                "scheme", N_("考核方案"), name_of(EvaluationScheme, EvaluationScheme.name, SchemeCriterion.scheme_id)
            ),
        ),
        filters=(id_filter("scheme", lambda value: SchemeCriterion.scheme_id == value),),
        search=(SchemeCriterion.name,),
        order=(SchemeCriterion.scheme_id.desc(), SchemeCriterion.position, SchemeCriterion.id),
    ),
    check=_check_criterion,
    guard=_guard,
)


def evidence_of_criteria(scheme_id: int) -> Mapping[int, tuple[EvidenceKind, ...]]:
    """Which evidence belongs to each criterion of a scheme."""
    columns = (SchemeCriterion.id, SchemeCriterion.evidence)
    rows = db.session.execute(select(*columns).where(SchemeCriterion.scheme_id == scheme_id))
    return {row.id: row.evidence for row in rows}


GRADE_ORDER = case({grade.value: place for place, grade in enumerate(Grade)}, value=SchemeGrade.grade)
GRADES = Subject(
    name="grades",
    model=SchemeGrade,
    title=NC_("list", "考核等次"),
    one=NC_("one", "考核等次"),
    heading=SchemeGrade.grade,
    keep=Permission.KEEP_EVALUATION,
    parent="scheme_id",
    fields=(
        _SCHEME,
        Field(key="grade", label=N_("等次"), kind=Kind.WORD, words=Grade, required=True),
        Field(key="meaning", label=N_("什么样算这一等"), kind=Kind.PROSE),
        Field(
            key="quota_persons",
            label=N_("最多几人"),
            kind=Kind.INTEGER,
            maximum=MOST_QUOTA_PERSONS,
            unit=N_("人"),
            help=N_("没有名额限制就都不填"),
        ),
        Field(
            key="quota_percent",
            label=N_("最多占被考核人数的比例"),
            kind=Kind.INTEGER,
            maximum=WHOLE,
            unit="%",
            help=N_("算出的人数舍去小数"),
        ),
        Field(key="needs_reason", label=N_("评这一等要写明理由"), kind=Kind.FLAG),
    ),
    listing=Listing(
        model=SchemeGrade,
        columns=(
            Column(key="grade", label=N_("等次"), value=SchemeGrade.grade, kind=ColumnKind.WORD, sort=GRADE_ORDER),
            text_column("meaning", N_("什么样算这一等"), SchemeGrade.meaning),
            number_column("quota_persons", N_("最多几人"), SchemeGrade.quota_persons),
            number_column("quota_percent", N_("最多占比（%）"), SchemeGrade.quota_percent),
            Column(key="needs_reason", label=N_("要写理由"), value=SchemeGrade.needs_reason, kind=ColumnKind.FLAG),
            text_column(
                "scheme", N_("考核方案"), name_of(EvaluationScheme, EvaluationScheme.name, SchemeGrade.scheme_id)
            ),
        ),
        filters=(id_filter("scheme", lambda value: SchemeGrade.scheme_id == value),),
        search=(SchemeGrade.meaning,),
        order=(SchemeGrade.scheme_id.desc(), GRADE_ORDER),
    ),
    check=_check_grade,
    guard=_guard,
)
