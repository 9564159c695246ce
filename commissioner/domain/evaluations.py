"""What is said and decided of one commissioner under a scheme. People write it; nothing here proposes a grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import and_, select

from commissioner.access import ISSUED, Actor, Permission, own_people, scope
from commissioner.domain.evaluation_people import concerns
from commissioner.domain.evaluation_schemes import WHOLE
from commissioner.models import (
    Commissioner,
    Evaluation,
    EvaluationMark,
    EvaluationOpinion,
    EvaluationScheme,
    Place,
    SchemeCriterion,
    SchemeGrade,
    db,
)
from commissioner.problems import NotFound
from commissioner.vocabulary import EvidenceKind, Grade, Level, SchemeState

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A criterion with what the bureau said on it; the score is what a person typed."""

    criterion_id: int
    name: str
    weight: int
    help: str
    evidence: tuple[EvidenceKind, ...]
    remark: str
    score: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A township's word."""

    place: str
    words: str
    who: str
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationStanding:
    """How one commissioner's evaluation stands for somebody: what the reader may not know (yet) is empty."""

    scheme_id: int
    scheme: str
    region_code: str
    level: Level
    year: int
    starts_on: date
    ends_on: date
    decide_by: date | None
    state: SchemeState
    illustrative: bool
    commissioner_id: int
    name: str
    version: int
    grade: Grade | None
    meaning: str
    reason: str
    decided_by: str
    decided_at: datetime | None
    report: str
    reported_at: datetime | None
    report_version: int
    marks: tuple[Mark, ...]
    opinions: tuple[Opinion, ...]
    is_bureau: bool
    may_report: bool

    @property
    def is_open(self) -> bool:
        """Whether anything may still be said."""
        return self.state is SchemeState.OPEN

    @property
    def may_decide(self) -> bool:
        """Whether this reader writes remarks and decides."""
        return self.is_open and self.is_bureau

    @property
    def whole_year(self) -> bool:
        """Whether the period is the calendar year, which is what the evidence counts."""
        return (self.starts_on, self.ends_on) == (date(self.year, 1, 1), date(self.year, 12, 31))

    @property
    def weighted_total(self) -> Decimal | None:
        """Scores times weights, once each criterion has one: arithmetic to be seen beside, which decides nothing."""
        if not self.marks or any(one.score is None for one in self.marks):
            return None
        return weighted((one.score, one.weight) for one in self.marks if one.score is not None)


def weighted(scores: Iterable[tuple[Decimal, int]]) -> Decimal:
    """The sum of scores times weights in per cent."""
    total = sum((score * weight for score, weight in scores), Decimal(0))
    return (total / WHOLE).quantize(CENT, ROUND_HALF_UP)


def evaluation_standing(actor: Actor, scheme_id: int, commissioner_id: int) -> EvaluationStanding:
    """The standing in one query. Raises ``NotFound``."""
    if actor.can(Permission.GIVE_OPINION):  # whose own word is all that concerns it
        raise NotFound
    rows = [dict(row) for row in db.session.execute(_rows(actor, scheme_id, commissioner_id)).mappings()]
    if not rows:
        raise NotFound
    first = rows[0]
    is_bureau = actor.can(Permission.KEEP_EVALUATION)
    tells_grade = is_bureau or first["state"] in ISSUED
    return EvaluationStanding(
        **{key: first[key] for key in _SCHEME_KEYS},
        scheme_id=scheme_id,
        commissioner_id=commissioner_id,
        version=first["version"] or 0,
        grade=first["grade"] if tells_grade else None,
        meaning=(first["meaning"] or "") if tells_grade else "",
        reason=(first["reason"] or "") if tells_grade else "",
        decided_by=(first["decided_by"] or "") if is_bureau else "",
        decided_at=first["decided_at"] if tells_grade else None,
        report=first["report"] or "",
        reported_at=first["reported_at"],
        report_version=first["report_version"] or 0,
        marks=tuple({row["criterion_id"]: _mark(row) for row in rows if row["criterion_id"] is not None}.values()),
        opinions=tuple({row["opinion_id"]: _opinion(row) for row in rows if row["opinion_id"] is not None}.values()),
        is_bureau=is_bureau,
        may_report=first["state"] is SchemeState.OPEN and actor.can(Permission.HAND_IN_REPORT),
    )


def name_of_region(column: Any) -> Any:
    """The name of the place that a division code is."""
    return select(Place.name).where(Place.region_code == column).limit(1).correlate_except(Place).scalar_subquery()


_SCHEME_COLUMNS = (
    EvaluationScheme.name.label("scheme"),
    EvaluationScheme.region_code.label("region_code"),
    EvaluationScheme.level,
    EvaluationScheme.year,
    EvaluationScheme.starts_on,
    EvaluationScheme.ends_on,
    EvaluationScheme.decide_by,
    EvaluationScheme.state,
    EvaluationScheme.illustrative.label("illustrative"),
    Commissioner.name.label("name"),
)
_DECIDED = (
    Evaluation.version,
    Evaluation.grade,
    SchemeGrade.meaning,
    Evaluation.grade_reason.label("reason"),
    Evaluation.decided_by_name.label("decided_by"),
    Evaluation.decided_at,
    Evaluation.report,
    Evaluation.reported_at,
    Evaluation.report_version,
)
_MARKED = (
    SchemeCriterion.id.label("criterion_id"),
    SchemeCriterion.name.label("criterion"),
    SchemeCriterion.weight,
    SchemeCriterion.help,
    SchemeCriterion.evidence,
    EvaluationMark.remark,
    EvaluationMark.score,
)
_TOLD = (
    EvaluationOpinion.id.label("opinion_id"),
    EvaluationOpinion.words.label("opinion"),
    EvaluationOpinion.account_name.label("opinion_by"),
    EvaluationOpinion.said_at,
    name_of_region(EvaluationOpinion.region_code).label("opinion_place"),
)
_SCHEME_KEYS = tuple(column.key for column in _SCHEME_COLUMNS)


def _rows(actor: Actor, scheme_id: int, commissioner_id: int) -> Any:
    """The scheme, the person and what is decided, beside each criterion and each township's word."""
    said = and_(
        Evaluation.scheme_id == EvaluationScheme.id,
        Evaluation.commissioner_id == Commissioner.id,
        scope(actor, Evaluation),
    )
    marked = and_(
        EvaluationMark.criterion_id == SchemeCriterion.id,
        EvaluationMark.evaluation_id == Evaluation.id,
        scope(actor, EvaluationMark),
    )
    told = and_(EvaluationOpinion.evaluation_id == Evaluation.id, scope(actor, EvaluationOpinion))
    meant = and_(SchemeGrade.scheme_id == EvaluationScheme.id, SchemeGrade.grade == Evaluation.grade)
    return (
        select(*_SCHEME_COLUMNS, *_DECIDED, *_MARKED, *_TOLD)
        .select_from(Commissioner)
        .join(EvaluationScheme, EvaluationScheme.id == scheme_id)
        .outerjoin(Evaluation, said)
        .outerjoin(SchemeGrade, meant)
        .outerjoin(SchemeCriterion, SchemeCriterion.scheme_id == EvaluationScheme.id)
        .outerjoin(EvaluationMark, marked)
        .outerjoin(EvaluationOpinion, told)
        .where(Commissioner.id == commissioner_id, scope(actor, EvaluationScheme), concerns(actor, scheme_id))
        .order_by(SchemeCriterion.position, SchemeCriterion.id, EvaluationOpinion.region_code)
    )


def _opinion(row: Mapping[str, Any]) -> Opinion:
    return Opinion(
        place=row["opinion_place"] or "", words=row["opinion"], who=row["opinion_by"], said_at=row["said_at"]
    )


def _mark(row: Mapping[str, Any]) -> Mark:
    return Mark(
        criterion_id=row["criterion_id"],
        name=row["criterion"],
        weight=row["weight"],
        help=row["help"],
        evidence=row["evidence"],
        remark=row["remark"] or "",
        score=row["score"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionStanding:
    """What a township's word is about, and what it said so far."""

    scheme_id: int
    scheme: str
    year: int
    decide_by: date | None
    commissioner_id: int
    name: str
    place: str
    words: str
    version: int


def opinion_standing(actor: Actor, scheme_id: int, commissioner_id: int) -> OpinionStanding:
    """The own word of a township about somebody posted with it, while the scheme is open. Raises ``NotFound``."""
    actor.must(Permission.GIVE_OPINION)
    about = and_(Evaluation.scheme_id == EvaluationScheme.id, Evaluation.commissioner_id == Commissioner.id)
    own = and_(EvaluationOpinion.evaluation_id == Evaluation.id, EvaluationOpinion.region_code == own_code(actor))
    statement = (
        select(
            EvaluationScheme.name.label("scheme"),
            EvaluationScheme.year,
            EvaluationScheme.decide_by,
            Commissioner.name,
            EvaluationOpinion.words,
            EvaluationOpinion.version,
            select(Place.name).where(Place.region_code == own_code(actor)).limit(1).scalar_subquery().label("place"),
        )
        .select_from(Commissioner)
        .join(EvaluationScheme, EvaluationScheme.id == scheme_id)
        .outerjoin(Evaluation, about)
        .outerjoin(EvaluationOpinion, own)
        .where(Commissioner.id == commissioner_id, scope(actor, EvaluationScheme), concerns(actor, scheme_id))
    )
    row = db.session.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound
    told = {**row, "words": row["words"] or "", "version": row["version"] or 0, "place": row["place"] or ""}
    return OpinionStanding(scheme_id=scheme_id, commissioner_id=commissioner_id, **told)


def own_code(actor: Actor) -> str:
    """The full division code of the actor's own region."""
    return actor.region_code.ljust(12, "0")


def stands_for(actor: Actor, commissioner_id: int) -> bool:
    """Whether the actor is the commissioner, or a member of it."""
    if actor.commissioner_id is None:
        return False
    return db.session.scalar(own_people(actor).where(Commissioner.id == commissioner_id)) is not None
