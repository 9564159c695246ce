"""A scheme with criteria, grades and people posted under it, for stories about evaluations: nothing in it breaks a rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update

from commissioner.access import Actor
from commissioner.domain.evaluation_people import evaluated_people
from commissioner.domain.evaluation_steps import StepDraft, take_step
from commissioner.domain.evaluation_verbs import DecisionDraft, decide
from commissioner.domain.evaluations import EvaluationStanding, evaluation_standing
from commissioner.domain.year_page import year_page
from commissioner.models import Evaluation, EvaluationScheme, Place, SchemeCriterion, SchemeGrade, db
from commissioner.vocabulary import (
    EvidenceKind,
    Grade,
    Level,
    PlaceLevel,
    RecognitionKind,
    Role,
    SchemeState,
    SchemeStep,
)
from tests.factories import a_person, a_posting, an_actor, written
from tests.people import COUNTY, SHUITOU

YEAR = 2024
PERIOD = {"starts_on": date(YEAR, 1, 1), "ends_on": date(YEAR, 12, 31)}


def a_scheme(*, state: SchemeState = SchemeState.OPEN, weights: tuple[int, ...] = (60, 40), **values: Any) -> int:
    """An open scheme for county commissioners: two criteria, three grades, no quota."""
    facts = {
        "name": f"{YEAR}年度县派考核",
        "region_code": COUNTY.ljust(12, "0"),
        "level": Level.COUNTY,
        "year": YEAR,
        "state": state,
        **PERIOD,
        **values,
    }
    scheme_id = written(EvaluationScheme, **facts)
    for number, weight in enumerate(weights, start=1):
        evidence = tuple(EvidenceKind) if number == 1 else ()
        a_criterion(scheme_id, name=f"标准{number}", weight=weight, position=number, evidence=evidence)
    for grade in (Grade.EXCELLENT, Grade.QUALIFIED, Grade.UNQUALIFIED):
        a_grade(scheme_id, grade, needs_reason=grade is Grade.UNQUALIFIED)
    return scheme_id


def a_criterion(scheme_id: int, **values: Any) -> int:
    """One more criterion."""
    return written(SchemeCriterion, scheme_id=scheme_id, **{"position": 9, "weight": 10, **values})


def a_grade(scheme_id: int, grade: Grade, **values: Any) -> int:
    """One more grade."""
    return written(SchemeGrade, scheme_id=scheme_id, grade=grade, **{"needs_reason": False, **values})


def a_township(region_code: str = SHUITOU) -> int:
    """The place that a township is."""
    code = region_code.ljust(12, "0")
    found = db.session.scalar(select(Place.id).where(Place.region_code == code))
    if found is not None:
        return found
    name = f"示例镇{region_code[-3:]}"
    return written(Place, code=code, region_code=code, name=name, level=PlaceLevel.TOWNSHIP)


def a_posted(name: str = "示例甲", region_code: str = SHUITOU, **term: Any) -> Actor:
    """A commissioner posted by the county in the year of the scheme, with an account."""
    commissioner_id = a_person(name)
    dates = {"starts_on": date(YEAR, 3, 1), "ends_on": date(YEAR + 1, 2, 28), **term}
    a_posting(commissioner_id, a_township(region_code), **dates)
    return an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=commissioner_id)


def standing(actor: Actor, scheme_id: int, person: Actor) -> EvaluationStanding:
    """How somebody's evaluation stands for an actor."""
    db.session.rollback()
    return evaluation_standing(actor, scheme_id, person.commissioner_id or 0)


def decided(officer: Actor, scheme_id: int, person: Actor, grade: Grade | None, reason: str = "") -> None:
    """Give a grade on what stands now."""
    version = standing(officer, scheme_id, person).version
    draft = DecisionDraft(grade=grade, reason=reason, version=version)
    decide(officer, scheme_id, person.commissioner_id or 0, draft)


def brought(officer: Actor, scheme_id: int, step: SchemeStep, reason: str = "", *, confirmed: bool = False) -> None:
    """Bring a scheme on."""
    take_step(officer, scheme_id, step, StepDraft(reason=reason, confirmed=confirmed))


def state_of(scheme_id: int) -> SchemeState | None:
    """The state that is stored."""
    db.session.rollback()
    return db.session.scalar(select(EvaluationScheme.state).where(EvaluationScheme.id == scheme_id))


def row_of(scheme_id: int, person: Actor) -> Any:
    """The row that is stored, or nothing."""
    db.session.rollback()
    same = (Evaluation.scheme_id == scheme_id, Evaluation.commissioner_id == person.commissioner_id)
    return db.session.scalars(select(Evaluation).where(*same)).one_or_none()


def with_quota(**quota: int) -> int:
    """A scheme that gives the best grade to a few."""
    scheme_id = a_scheme()
    with db.engine.begin() as connection:
        row = update(SchemeGrade).where(SchemeGrade.scheme_id == scheme_id, SchemeGrade.grade == Grade.EXCELLENT)
        connection.execute(row.values(**quota))
    return scheme_id


def names(actor: Actor, scheme_id: int) -> list[str]:
    """Those whom an actor sees among the evaluated, as they are listed."""
    return [one.name for one in evaluated_people(actor, scheme_id, state_of(scheme_id) or SchemeState.DRAFT)]


def grades_told(actor: Actor, person: Actor) -> list[tuple[str, Grade | None]]:
    """The grades on somebody's year page."""
    db.session.rollback()
    told = year_page(actor, person.commissioner_id or 0, YEAR).content.recognitions
    return [(one.subject, one.grade) for one in told if one.kind is RecognitionKind.GRADE]
