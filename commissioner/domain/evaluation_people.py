"""Who is evaluated under a scheme, and of whom something is still wanted: the one definition for lists, quotas and reminders."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, exists, false, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from commissioner.access import ISSUED, Actor, Permission, own_people, scope, within
from commissioner.domain.subject import name_of, place_name
from commissioner.models import (
    Account,
    Commissioner,
    Evaluation,
    EvaluationMark,
    EvaluationOpinion,
    EvaluationScheme,
    Organisation,
    Posting,
    db,
)
from commissioner.vocabulary import CommissionerKind, Grade, Role, SchemeState


def posted_under() -> ColumnElement[bool]:
    """A posting makes its commissioner one of those who are evaluated under a scheme: its level, a day of its period, its region.

    The one definition, for lists, quotas and reminders alike; both tables are the statement's own.
    """
    code = EvaluationScheme.region_code
    digits = case((func.substr(code, 3) == "0" * 10, 2), (func.substr(code, 5) == "0" * 8, 4), else_=6)
    result: ColumnElement[bool] = (
        (Posting.level == EvaluationScheme.level)
        & (Posting.starts_on <= EvaluationScheme.ends_on)
        & or_(Posting.ends_on.is_(None), Posting.ends_on >= EvaluationScheme.starts_on)
        & (func.substr(Posting.region_code, 1, digits) == func.substr(code, 1, digits))
    )
    return result


def _posted(*conditions: Any) -> Any:
    """A posting under the scheme of the row, as an ``EXISTS``."""
    return exists(select(Posting.id).where(posted_under(), *conditions).correlate(EvaluationScheme))


def _said(condition: Any) -> Any:
    """Something was said or decided of the commissioner of a posting under the scheme of the row."""
    same = (Evaluation.scheme_id == EvaluationScheme.id, Evaluation.commissioner_id == Posting.commissioner_id)
    return select(Evaluation.id).where(*same, condition).correlate(EvaluationScheme, Posting).exists()


def undecided() -> ColumnElement[bool]:
    """The scheme is open, and somebody has no grade yet."""
    result: ColumnElement[bool] = (EvaluationScheme.state == SchemeState.OPEN) & _posted(
        ~_said(Evaluation.grade.is_not(None))
    )
    return result


def report_wanted(account_id: int) -> ColumnElement[bool]:
    """The scheme is open, and the person of an account is evaluated and has handed in no report."""
    own = select(Account.commissioner_id).where(Account.id == account_id).scalar_subquery()
    unsaid = (Posting.commissioner_id == own, ~_said(Evaluation.report != ""))
    result: ColumnElement[bool] = (EvaluationScheme.state == SchemeState.OPEN) & _posted(*unsaid)
    return result


def opinion_wanted(account_id: int) -> ColumnElement[bool]:
    """The scheme is open, and the township of an account has said nothing about somebody who is posted with it."""
    town = select(Account.region_code).where(Account.id == account_id).scalar_subquery()
    full = select(func.substr(Account.region_code + "0" * 12, 1, 12)).where(Account.id == account_id).scalar_subquery()
    # As text, because a column of codes would be compared by the rules of its own type.
    here = func.substr(Posting.region_code, 1, func.length(type_coerce(town, String))) == town
    told = Evaluation.id.in_(select(EvaluationOpinion.evaluation_id).where(EvaluationOpinion.region_code == full))
    result: ColumnElement[bool] = (EvaluationScheme.state == SchemeState.OPEN) & _posted(here, ~_said(told))
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """One of those who are evaluated; ``grade`` and ``reason`` are empty where the reader may not know them (yet)."""

    commissioner_id: int
    name: str
    kind: CommissionerKind
    organisation: str
    places: str
    grade: Grade | None
    reason: str
    decided_at: datetime | None
    remark_count: int
    has_report: bool
    opinion_count: int
    illustrative: bool


def is_evaluated(scheme_id: int) -> ColumnElement[bool]:
    """A commissioner is posted under the scheme, or has got a grade while that was so."""
    posted = select(Posting.commissioner_id).join(EvaluationScheme, posted_under())
    decided = select(Evaluation.commissioner_id).where(Evaluation.scheme_id == scheme_id, Evaluation.grade.is_not(None))
    return or_(Commissioner.id.in_(posted.where(EvaluationScheme.id == scheme_id)), Commissioner.id.in_(decided))


def posted_with(actor: Actor, scheme_id: int) -> ColumnElement[bool]:
    """A commissioner is posted under the scheme in the actor's own region."""
    posted = select(Posting.commissioner_id).join(EvaluationScheme, posted_under())
    region: Any = Posting.region_code
    here: ColumnElement[bool] = Commissioner.id.in_(
        posted.where(EvaluationScheme.id == scheme_id, within(region, actor.region_code))
    )
    return here


def concerns(actor: Actor, scheme_id: int) -> ColumnElement[bool]:
    """Those of the evaluated of whom the actor may know that they are."""
    if actor.can(Permission.KEEP_EVALUATION):
        return is_evaluated(scheme_id)
    if actor.can(Permission.GIVE_OPINION):
        return posted_with(actor, scheme_id) & _is(scheme_id, SchemeState.OPEN)
    if actor.is_territorial or (actor.role is Role.COMMISSIONER and actor.commissioner_id is None):
        return false()
    own = is_evaluated(scheme_id) & Commissioner.id.in_(own_people(actor))
    return own if actor.role is Role.COMMISSIONER else own & _is(scheme_id, *ISSUED)


def _is(scheme_id: int, *states: SchemeState) -> ColumnElement[bool]:
    """The scheme stands in one of these states."""
    scheme = aliased(EvaluationScheme)
    return select(scheme.id).where(scheme.id == scheme_id, scheme.state.in_(states)).exists()


def evaluated_people(actor: Actor, scheme_id: int, state: SchemeState) -> Sequence[Evaluated]:
    """Those who are evaluated, in the order of their names, never of what was said of them: two queries."""
    rows = db.session.execute(_people(actor, scheme_id)).mappings().all()
    places = _places(scheme_id) if rows else {}
    tells_grade = actor.can(Permission.KEEP_EVALUATION) or state in ISSUED
    return [_evaluated(dict(row), places, tells_grade=tells_grade) for row in rows]


def _people(actor: Actor, scheme_id: int) -> Any:
    said = and_(
        Evaluation.scheme_id == scheme_id, Evaluation.commissioner_id == Commissioner.id, scope(actor, Evaluation)
    )
    marks = select(func.count(EvaluationMark.id)).where(
        EvaluationMark.evaluation_id == Evaluation.id, scope(actor, EvaluationMark)
    )
    # A township counts its own words; its scope holds no row of an evaluation.
    about = select(Evaluation.id).where(
        Evaluation.scheme_id == scheme_id, Evaluation.commissioner_id == Commissioner.id
    )
    opinions = select(func.count(EvaluationOpinion.id)).where(
        EvaluationOpinion.evaluation_id.in_(about.correlate(Commissioner)), scope(actor, EvaluationOpinion)
    )
    return (
        select(
            Commissioner.id.label("commissioner_id"),
            Commissioner.name,
            Commissioner.kind,
            Commissioner.illustrative,
            func.coalesce(name_of(Organisation, Organisation.name, Commissioner.organisation_id), "").label(
                "organisation"
            ),
            Evaluation.grade,
            func.coalesce(Evaluation.grade_reason, "").label("reason"),
            Evaluation.decided_at,
            marks.correlate(Evaluation).scalar_subquery().label("remark_count"),
            (func.coalesce(Evaluation.report, "") != "").label("has_report"),
            opinions.correlate(Commissioner).scalar_subquery().label("opinion_count"),
        )
        .outerjoin(Evaluation, said)
        .where(concerns(actor, scheme_id))
        .order_by(Commissioner.pinyin, Commissioner.name, Commissioner.id)
    )


def _evaluated(row: Mapping[str, Any], places: Mapping[int, str], *, tells_grade: bool) -> Evaluated:
    hidden = {} if tells_grade else {"grade": None, "reason": "", "decided_at": None}
    return Evaluated(**{**row, **hidden}, places=places.get(row["commissioner_id"], ""))


def _places(scheme_id: int) -> dict[int, str]:
    """Where each of them is posted under the scheme."""
    statement = (
        select(Posting.commissioner_id, place_name(Posting.place_id).label("place"))
        .join(EvaluationScheme, posted_under())
        .where(EvaluationScheme.id == scheme_id)
        .order_by(Posting.region_code, Posting.starts_on)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in db.session.execute(statement):
        if row.place not in found[row.commissioner_id]:
            found[row.commissioner_id].append(row.place)
    return {key: "、".join(names) for key, names in found.items()}


def grade_counts(actor: Actor, scheme_id: int) -> Mapping[Grade | None, int]:
    """How many of the evaluated got each grade, and under ``None`` how many none: for the bureau, and for leaders once published.

    Who they are is not told here; the scheme itself must be in scope.
    """
    shown = select(EvaluationScheme.id).where(EvaluationScheme.id == scheme_id, scope(actor, EvaluationScheme))
    if not actor.can(Permission.KEEP_EVALUATION):
        shown = shown.where(EvaluationScheme.state.in_(ISSUED))
    statement = (
        select(Evaluation.grade, func.count(Commissioner.id).label("count"))
        .select_from(Commissioner)
        .outerjoin(Evaluation, and_(Evaluation.scheme_id == scheme_id, Evaluation.commissioner_id == Commissioner.id))
        .where(is_evaluated(scheme_id), shown.exists())
        .group_by(Evaluation.grade)
    )
    return Counter({row.grade: row.count for row in db.session.execute(statement)})
