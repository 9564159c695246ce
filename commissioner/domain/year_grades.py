"""The honours and grades of a commissioner's year: what the register holds, and what a published evaluation has decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Date, Integer, String, and_, cast, literal, null, select, type_coerce, union_all

from commissioner.access import ISSUED, Actor, Permission, scope, significant
from commissioner.domain.programme import owner_name
from commissioner.domain.year_content import RecognitionLine
from commissioner.models import Evaluation, EvaluationScheme, Recognition
from commissioner.vocabulary import IssuingLevel, RecognitionKind

LEVELS = {2: IssuingLevel.PROVINCIAL, 4: IssuingLevel.MUNICIPAL}


def recognitions_of(actor: Actor, commissioner_id: int, year: int) -> Any:
    """The rows of both, each where the actor may read it."""
    graded = _graded(actor, commissioner_id, year)
    if not actor.can(Permission.SEE_REGISTERS):
        return graded
    nothing = cast(null(), Integer)
    registered = select(
        Recognition.id.label("id"),
        nothing.label("scheme_id"),
        Recognition.subject.label("subject"),
        Recognition.kind.label("kind"),
        Recognition.level.label("level"),
        Recognition.grade.label("grade"),
        Recognition.issuer.label("source"),
        cast(null(), Date).label("issued_on"),
        cast(null(), String).label("region_code"),
        Recognition.illustrative.label("illustrative"),
    ).where(scope(actor, Recognition), Recognition.commissioner_id == commissioner_id, Recognition.year == year)
    return union_all(registered, graded)


def _graded(actor: Actor, commissioner_id: int, year: int) -> Any:
    kind = type_coerce(literal(RecognitionKind.GRADE.value), Recognition.kind.type)
    issued = and_(EvaluationScheme.year == year, EvaluationScheme.state.in_(ISSUED))
    return (
        select(
            literal(0).label("id"),
            EvaluationScheme.id.label("scheme_id"),
            EvaluationScheme.name.label("subject"),
            kind.label("kind"),
            type_coerce(cast(null(), String), Recognition.level.type).label("level"),
            Evaluation.grade.label("grade"),
            literal("").label("source"),
            EvaluationScheme.published_on.label("issued_on"),
            EvaluationScheme.region_code.label("region_code"),
            EvaluationScheme.illustrative.label("illustrative"),
        )
        .join(EvaluationScheme, EvaluationScheme.id == Evaluation.scheme_id)
        .where(scope(actor, Evaluation), issued)
        .where(Evaluation.commissioner_id == commissioner_id, Evaluation.grade.is_not(None))
    )


def recognised(rows: Iterable[Mapping[str, Any]]) -> tuple[RecognitionLine, ...]:
    """The lines by kind; a grade that was decided here is not told again from the register."""
    lines = [_line(dict(row)) for row in rows]
    decided = {(one.level, one.grade) for one in lines if one.scheme_id}
    told = [
        one
        for one in lines
        if one.scheme_id or one.kind is not RecognitionKind.GRADE or (one.level, one.grade) not in decided
    ]
    return tuple(sorted(told, key=lambda one: (one.kind.value, one.id, one.scheme_id)))


def _line(row: dict[str, Any]) -> RecognitionLine:
    region_code = row.pop("region_code")
    row["scheme_id"] = row["scheme_id"] or 0
    if row["scheme_id"]:
        row["level"] = LEVELS.get(len(significant(region_code)), IssuingLevel.COUNTY)
        row["source"] = owner_name()
    return RecognitionLine(**row)
