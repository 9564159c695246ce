"""The results of an evaluation as rows of a sheet for the superior: in the order of names, with the days that every page counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission
from commissioner.domain.evaluation_people import evaluated_people
from commissioner.domain.evaluation_schemes import SCHEMES
from commissioner.domain.evaluations import weighted
from commissioner.domain.listing import Column, ColumnKind
from commissioner.domain.records import find_row
from commissioner.domain.service_days import served_visits, service_dates
from commissioner.models import Evaluation, EvaluationMark, SchemeCriterion, db
from commissioner.units import year_bounds
from commissioner.vocabulary import N_

COLUMNS = (
    Column(key="name", label=N_("姓名"), value=None),
    Column(key="kind", label=N_("类别"), value=None, kind=ColumnKind.WORD),
    Column(key="organisation", label=N_("派出单位"), value=None),
    Column(key="places", label=N_("派驻地"), value=None),
    Column(key="days", label=N_("服务天数"), value=None, kind=ColumnKind.NUMBER),
    Column(key="total", label=N_("加权得分"), value=None, kind=ColumnKind.NUMBER),
    Column(key="grade", label=N_("等次"), value=None, kind=ColumnKind.WORD),
    Column(key="reason", label=N_("理由"), value=None),
    Column(key="decided_on", label=N_("评定日期"), value=None, kind=ColumnKind.DATE),
    Column(key="illustrative", label=N_("示例"), value=None, kind=ColumnKind.ILLUSTRATIVE),
)


def results(actor: Actor, scheme_id: int) -> Sequence[dict[str, Any]]:
    """A row for each of those evaluated, decided or not. Raises ``NotFound``."""
    actor.must(Permission.KEEP_EVALUATION)
    scheme = find_row(actor, SCHEMES, scheme_id)
    state, year, sample = scheme.state, scheme.year, scheme.illustrative
    days, totals = _days(actor, year), _totals(scheme_id)
    return [
        {
            "name": one.name,
            "kind": one.kind,
            "organisation": one.organisation,
            "places": one.places,
            "days": days.get(one.commissioner_id, 0),
            "total": totals.get(one.commissioner_id),
            "grade": one.grade,
            "reason": one.reason,
            "decided_on": one.decided_at,
            "illustrative": sample or one.illustrative,
        }
        for one in evaluated_people(actor, scheme_id, state)
    ]


def _days(actor: Actor, year: int) -> dict[int, int]:
    """The service days of everybody in a year, by the one rule."""
    first, last = year_bounds(year)
    stays: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(served_visits(actor, first, last)):
        stays[row.commissioner_id].append(row)
    return {key: len(service_dates(rows, first, last)) for key, rows in stays.items()}


def _totals(scheme_id: int) -> dict[int, Decimal]:
    """Scores times weights of those who have a score on each criterion."""
    criteria = select(SchemeCriterion.id).where(SchemeCriterion.scheme_id == scheme_id)
    asked = len(db.session.scalars(criteria).all())
    statement = (
        select(Evaluation.commissioner_id, EvaluationMark.score, SchemeCriterion.weight)
        .join(EvaluationMark, EvaluationMark.evaluation_id == Evaluation.id)
        .join(SchemeCriterion, SchemeCriterion.id == EvaluationMark.criterion_id)
        .where(Evaluation.scheme_id == scheme_id, EvaluationMark.score.is_not(None))
    )
    scored: defaultdict[int, list[tuple[Decimal, int]]] = defaultdict(list)
    for row in db.session.execute(statement):
        scored[row.commissioner_id].append((row.score, row.weight))
    return {key: weighted(pairs) for key, pairs in scored.items() if len(pairs) == asked}
