"""The records that answer for targets: every row that a project's indicators ask about, in one statement for many projects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from commissioner.domain.impacts import OWNER
from commissioner.domain.service_days import visit_counts
from commissioner.models import (
    BaseProject,
    DemonstrationBase,
    Impact,
    Introduction,
    Measurement,
    RaisedProblem,
    Training,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.vocabulary import ImpactIndicator, IntroductionKind, Quantity, RaisedProblemState, TargetIndicator

One = TargetIndicator
COUNTED = "counted"
LONGEST_LABEL = 80
INTRODUCED = {
    One.VARIETIES: IntroductionKind.VARIETY,
    One.TECHNOLOGIES: IntroductionKind.TECHNOLOGY,
    One.PRODUCTS: IntroductionKind.PRODUCT,
}
TRAINED = {
    One.TRAINED_PERSON_TIMES: "amount",
    One.LOW_INCOME_PERSON_TIMES: "second_amount",
    One.TRAINING_SESSIONS: "third_amount",
}
RESULTS = {TargetIndicator(one.value): one for one in ImpactIndicator}
_NOTHING: dict[str, Any] = {
    "word": cast(null(), String),
    "state": cast(null(), String),
    "overlap": cast(null(), String),
    "first_on": cast(null(), Date),
    "last_on": cast(null(), Date),
    "year": cast(null(), Integer),
    "amount": cast(null(), BigInteger),
    "second_amount": cast(null(), BigInteger),
    "third_amount": cast(null(), BigInteger),
    "own_project_id": cast(null(), Integer),
    "base_id": cast(null(), Integer),
    "commissioner_id": cast(null(), Integer),
    "illustrative": cast(null(), Boolean),
    "label": cast(literal(""), String),
}


def records_of(
    project_ids: Collection[int], indicators: Collection[TargetIndicator], *, told: bool = False
) -> Sequence[Any]:
    """The rows behind ``indicators`` of some projects, in one query; ``told``: with what each is called.

    ``kind`` is the subject, ``project_id`` the project that it answers for; a row that answers for two comes twice.
    """
    arms = [arm for wanted, arm in _ARMS.items() if wanted & set(indicators)]
    parts = [part for arm in arms for part in arm(list(project_ids), told)]
    if not parts or not project_ids:
        return ()
    rows = union_all(*parts).subquery()
    ordered = select(rows).order_by(rows.c.kind, rows.c.first_on, rows.c.id, rows.c.commissioner_id)
    return db.session.execute(ordered).all()


def _arm(kind: str, project: Any, key: Any, told: bool, **columns: Any) -> Select[Any]:
    given = {**_NOTHING, **columns}
    if not told:
        given["label"] = _NOTHING["label"]
    named = [value.label(name) for name, value in given.items()]
    return select(literal(kind).label("kind"), project.label("project_id"), key.label("id"), *named)


def _impacts(project_ids: list[int], told: bool) -> list[Select[Any]]:
    columns = {
        "word": type_coerce(Impact.indicator, String),
        "state": type_coerce(Impact.state, String),
        "overlap": type_coerce(Impact.overlap, String),
        "year": Impact.year,
        "amount": type_coerce(Impact.amount, BigInteger),
        "own_project_id": Impact.project_id,
        "base_id": Impact.base_id,
        "illustrative": Impact.illustrative,
        "label": OWNER,
    }
    own = _arm("impacts", Impact.project_id, Impact.id, told, **columns).where(Impact.project_id.in_(project_ids))
    of_base = _arm("impacts", BaseProject.project_id, Impact.id, told, **columns)
    joined = of_base.join_from(Impact, BaseProject, BaseProject.base_id == Impact.base_id)
    return [own, joined.where(BaseProject.project_id.in_(project_ids))]


def _trainings(project_ids: list[int], told: bool) -> list[Select[Any]]:
    columns = {
        "first_on": Training.held_on,
        "amount": Training.trained_person_times,
        "second_amount": Training.low_income_person_times,
        "third_amount": Training.session_count,
        "illustrative": Training.illustrative,
        "label": Training.title,
    }
    arm = _arm("trainings", Training.project_id, Training.id, told, **columns)
    return [arm.where(Training.project_id.in_(project_ids))]


def _introductions(project_ids: list[int], told: bool) -> list[Select[Any]]:
    columns = {
        "word": type_coerce(Introduction.kind, String),
        "first_on": Introduction.introduced_on,
        "illustrative": Introduction.illustrative,
        "label": Introduction.name,
    }
    arm = _arm("introductions", Introduction.project_id, Introduction.id, told, **columns)
    return [arm.where(Introduction.project_id.in_(project_ids))]


def _bases(project_ids: list[int], told: bool) -> list[Select[Any]]:
    one = DemonstrationBase
    columns = {
        "first_on": one.founded_on,
        "last_on": one.closed_on,
        "illustrative": one.illustrative,
        "label": one.name,
    }
    arm = _arm("bases", BaseProject.project_id, one.id, told, **columns)
    return [
        arm.join_from(one, BaseProject, BaseProject.base_id == one.id).where(BaseProject.project_id.in_(project_ids))
    ]


def _areas(project_ids: list[int], told: bool) -> list[Select[Any]]:
    columns = {
        "word": type_coerce(Measurement.kind, String),
        "first_on": Measurement.measured_on,
        "amount": type_coerce(Measurement.amount, BigInteger),
        "base_id": Measurement.base_id,
        "illustrative": Measurement.illustrative,
    }
    arm = _arm("measurements", BaseProject.project_id, Measurement.id, told, **columns)
    joined = arm.join_from(Measurement, BaseProject, BaseProject.base_id == Measurement.base_id)
    return [joined.where(BaseProject.project_id.in_(project_ids), Measurement.quantity == Quantity.AREA)]


def _visits(project_ids: list[int], told: bool) -> list[Select[Any]]:
    columns = {
        "state": case((visit_counts(), literal(COUNTED)), else_=literal("")),
        "first_on": Visit.starts_on,
        "last_on": Visit.ends_on,
        "commissioner_id": VisitCommissioner.commissioner_id,
        "illustrative": Visit.illustrative,
        "label": Visit.topic,
    }
    arm = _arm("visits", Visit.project_id, Visit.id, told, **columns)
    joined = arm.join_from(Visit, VisitCommissioner, VisitCommissioner.visit_id == Visit.id, isouter=True)
    return [joined.where(Visit.project_id.in_(project_ids))]


def _problems(project_ids: list[int], told: bool) -> list[Select[Any]]:
    one = RaisedProblem
    columns = {
        "state": case((one.state == RaisedProblemState.SOLVED, literal(COUNTED)), else_=literal("")),
        "first_on": func.coalesce(one.solved_on, one.raised_on),
        "illustrative": one.illustrative,
        "label": func.substr(one.description, 1, LONGEST_LABEL),
    }
    arm = _arm("problems", Visit.project_id, one.id, told, **columns)
    return [arm.join_from(one, Visit, Visit.id == one.visit_id).where(Visit.project_id.in_(project_ids))]


_ARMS = {
    frozenset(RESULTS): _impacts,
    frozenset(TRAINED): _trainings,
    frozenset(INTRODUCED): _introductions,
    frozenset({One.BASES_FOUNDED, One.BASE_AREA, One.NEW_AREA}): _bases,
    frozenset({One.BASE_AREA, One.NEW_AREA}): _areas,
    frozenset({One.SERVICE_VISITS, One.SERVICE_DAYS}): _visits,
    frozenset({One.PROBLEMS_SOLVED}): _problems,
}
