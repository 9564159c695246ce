"""To how many a grade may be given: so many persons, or so many per cent of those evaluated, fractions of a person dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from commissioner.domain.evaluation_people import is_evaluated
from commissioner.models import Commissioner, Evaluation, SchemeGrade, db
from commissioner.problems import Problem
from commissioner.vocabulary import N_, Grade

PER_CENT = 100
BY_PERSONS = N_("“%(grade)s”最多 %(most)s 人。已经评给：%(names)s。要再评一位，请先改其中一位的等次。")
BY_PER_CENT = N_(
    "“%(grade)s”最多 %(most)s 人（%(all)s 人的 %(percent)s%%，舍去小数）。已经评给：%(names)s。要再评一位，请先改其中一位的等次。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRule:
    """A grade of a scheme, and how many of the ``evaluated`` may get it; ``most`` is ``None`` where there is no quota."""

    grade: Grade
    meaning: str
    quota_persons: int | None
    quota_percent: int | None
    needs_reason: bool
    evaluated: int

    @property
    def most(self) -> int | None:
        """The quota in persons."""
        if self.quota_percent is not None:
            return self.evaluated * self.quota_percent // PER_CENT
        return self.quota_persons


def grade_rules(scheme_id: int) -> Sequence[GradeRule]:
    """The grades of a scheme, the best first, with the number of those evaluated: one query."""
    evaluated = select(func.count(Commissioner.id)).where(is_evaluated(scheme_id)).scalar_subquery()
    columns = (SchemeGrade.grade, SchemeGrade.meaning, SchemeGrade.quota_persons, SchemeGrade.quota_percent)
    statement = select(*columns, SchemeGrade.needs_reason, evaluated.label("evaluated"))
    rows = db.session.execute(statement.where(SchemeGrade.scheme_id == scheme_id)).mappings()
    order = list(Grade)
    return sorted((GradeRule(**row) for row in rows), key=lambda one: order.index(one.grade))


def holders(scheme_id: int, grade: Grade) -> Sequence[Any]:
    """Who has got a grade, in the order of their names: (id, name)."""
    got = (Evaluation.scheme_id == scheme_id, Evaluation.grade == grade)
    statement = select(Commissioner.id, Commissioner.name).join(
        Evaluation, Evaluation.commissioner_id == Commissioner.id
    )
    return db.session.execute(statement.where(*got).order_by(Commissioner.pinyin, Commissioner.id)).all()


def quota_fault(scheme_id: int, rule: GradeRule, *, beside: int | None = None) -> Problem | None:
    """What speaks against one more of this grade (``beside`` somebody), or against those who hold it; names who does."""
    if rule.most is None:
        return None
    others = [one for one in holders(scheme_id, rule.grade) if one.id != beside]
    if len(others) + (1 if beside is not None else 0) <= rule.most:
        return None
    told = {"grade": rule.grade.label, "most": rule.most, "names": "、".join(one.name for one in others) or "—"}
    if rule.quota_percent is None:
        return Problem(BY_PERSONS, **told)
    return Problem(BY_PER_CENT, all=rule.evaluated, percent=rule.quota_percent, **told)
