"""What stands behind a target: the records that its actual is counted from, or the updates that reported it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.target_actuals import RecordRow
from commissioner.domain.target_parts import one_target
from commissioner.domain.target_standing import TargetStanding
from commissioner.models import Project, ProjectUpdate, UpdateFigure, db
from commissioner.problems import NotFound
from commissioner.vocabulary import CountingRule, LeftOut, TargetIndicator, UpdateState

One = TargetIndicator
UPDATES = "updates"
# Where the records of an indicator are kept, and what narrows their list to them; results are kept by their own word.
KEPT_IN: Mapping[TargetIndicator, tuple[str, Mapping[str, str]]] = {
    One.BASE_AREA: ("bases", {}),
    One.NEW_AREA: ("bases", {}),
    One.BASES_FOUNDED: ("bases", {}),
    One.TRAINED_PERSON_TIMES: ("trainings", {}),
    One.LOW_INCOME_PERSON_TIMES: ("trainings", {}),
    One.TRAINING_SESSIONS: ("trainings", {}),
    One.VARIETIES: ("introductions", {"kind": "variety"}),
    One.TECHNOLOGIES: ("introductions", {"kind": "technology"}),
    One.PRODUCTS: ("introductions", {"kind": "product"}),
    One.SERVICE_VISITS: ("visits", {}),
    One.SERVICE_DAYS: ("visits", {}),
    One.PROBLEMS_SOLVED: ("visits", {}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPage:
    """A target with the rows that the reader may open; ``hidden_count`` others enter the figure all the same."""

    project_title: str
    target: TargetStanding
    rows: tuple[RecordRow, ...]
    hidden_count: int = 0
    hidden_amount: Decimal = Decimal(0)


def kept_in(indicator: TargetIndicator) -> tuple[str, Mapping[str, str]]:
    """The subject that keeps the records of ``indicator``, and the filters of its list."""
    return KEPT_IN.get(indicator, ("impacts", {"indicator": indicator.value}))


def target_page(actor: Actor, project_id: int, target_id: int) -> TargetPage:
    """A target and what stands behind it; ``NotFound`` outside the actor's scope, or for another project's."""
    target = one_target(actor, target_id, told=True)
    if target.project_id != project_id:
        raise NotFound
    title = db.session.scalar(select(Project.title).where(Project.id == project_id)) or ""
    if target.rule is CountingRule.REPORTED:
        return TargetPage(project_title=title, target=target, rows=_reports(actor, target_id))
    seen = _seen(actor, target.rows)
    hidden = [row for row in target.rows if row.id not in seen[row.subject]]
    return TargetPage(
        project_title=title,
        target=target,
        rows=tuple(row for row in target.rows if row.id in seen[row.subject]),
        hidden_count=len(hidden),
        hidden_amount=sum((row.amount for row in hidden if row.why_not is None), Decimal(0)),
    )


def _seen(actor: Actor, rows: tuple[RecordRow, ...]) -> Mapping[str, set[int]]:
    """Ids of the records that the actor may open, by subject: a query each, and there are two at most."""
    found: dict[str, set[int]] = {}
    for subject in {row.subject for row in rows}:
        model = SUBJECTS[subject].model
        wanted = {row.id for row in rows if row.subject == subject}
        may_see = actor.can(SUBJECTS[subject].see)
        ids = select(model.id).where(model.id.in_(wanted), scope(actor, model))
        found[subject] = set(db.session.scalars(ids)) if may_see else set()
    return found


def _reports(actor: Actor, target_id: int) -> tuple[RecordRow, ...]:
    """What was reported and approved, oldest first: the last of them stands."""
    one = ProjectUpdate
    statement = (
        select(one.id, one.reported_on, one.author_name, one.illustrative, UpdateFigure.actual_value)
        .join(UpdateFigure, UpdateFigure.update_id == one.id)
        .where(UpdateFigure.target_id == target_id, one.state == UpdateState.APPROVED, scope(actor, one))
        .order_by(one.reported_on, one.id)
    )
    rows = [
        RecordRow(
            subject=UPDATES,
            id=row.id,
            label=row.author_name,
            on=row.reported_on,
            amount=row.actual_value,
            illustrative=row.illustrative,
        )
        for row in db.session.execute(statement)
    ]
    return (*(_earlier(row) for row in rows[:-1]), *rows[-1:])


def _earlier(row: RecordRow) -> RecordRow:
    return replace(row, why_not=LeftOut.EARLIER_REPORT)
