"""A scheme's way: from a draft to open, published and filed; taken back or reopened with a reason. Each step is audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from commissioner.access import Actor, Permission, visible
from commissioner.domain.changes import change, refuse_repetition
from commissioner.domain.evaluation_people import evaluated_people
from commissioner.domain.evaluation_quotas import grade_rules, quota_fault
from commissioner.domain.evaluation_schemes import WHOLE
from commissioner.models import Evaluation, EvaluationScheme, SchemeCriterion, db
from commissioner.models.base import LONG_TEXT
from commissioner.problems import Invalid, NeedsConfirmation, NotFound, Problem, Settled
from commissioner.units import today
from commissioner.vocabulary import N_, SchemeState, SchemeStep

DRAFT, OPEN, PUBLISHED, CLOSED = SchemeState
WAYS: dict[SchemeStep, tuple[tuple[SchemeState, ...], SchemeState]] = {
    SchemeStep.START: ((DRAFT,), OPEN),
    SchemeStep.PUBLISH: ((OPEN,), PUBLISHED),
    SchemeStep.TAKE_BACK: ((OPEN,), DRAFT),
    SchemeStep.FILE: ((PUBLISHED,), CLOSED),
    SchemeStep.REOPEN: ((PUBLISHED, CLOSED), OPEN),
}
WITH_A_REASON = frozenset({SchemeStep.TAKE_BACK, SchemeStep.REOPEN})
MOST_NAMES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """Why, and whether the warnings were read."""

    reason: str = ""
    confirmed: bool = False


def steps_from(actor: Actor, state: SchemeState) -> tuple[SchemeStep, ...]:
    """What the actor may do with a scheme that stands so; what was filed only an administrator opens again."""
    if not actor.can(Permission.KEEP_EVALUATION):
        return ()
    steps = (step for step, (before, _after) in WAYS.items() if state in before)
    return tuple(step for step in steps if state is not CLOSED or actor.can(Permission.KEEP_SETTINGS))


def take_step(actor: Actor, scheme_id: int, step: SchemeStep, draft: StepDraft, client_id: str | None = None) -> None:
    """Bring a scheme on. Raises ``NotFound``, ``Settled`` where it stands elsewhere, ``Invalid``, ``NeedsConfirmation``."""
    actor.must(Permission.KEEP_EVALUATION)
    action = f"schemes.{step.value}"
    with change(actor, action, client_id=client_id) as entry:
        row = locked_scheme(actor, scheme_id)
        if step not in steps_from(actor, row.state):
            refuse_repetition(actor, action, client_id)
            raise Settled(N_("这个方案现在是“%(state)s”，不能这样做。什么也没有改。"), state=row.state.label)
        _refuse(actor, row, step, draft)
        entry.watch(row)
        if draft.reason:
            entry.changes["reason"] = [None, draft.reason]
        row.state = WAYS[step][1]
        row.published_on = today() if step is SchemeStep.PUBLISH else row.published_on
        if row.state in {DRAFT, OPEN}:
            row.published_on = None
        row.version += 1


def locked_scheme(actor: Actor, scheme_id: int) -> Any:
    """The scheme, which nobody else brings on, and under which nobody else decides, until the change ends."""
    wanted = visible(actor, EvaluationScheme).where(EvaluationScheme.id == scheme_id).with_for_update()
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    return row


def _refuse(actor: Actor, row: Any, step: SchemeStep, draft: StepDraft) -> None:
    if len(draft.reason) > LONG_TEXT:
        raise Invalid({"reason": Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)})
    if step in WITH_A_REASON and not draft.reason:
        raise Invalid({"reason": N_("请写明原因。")})
    if step is SchemeStep.START:
        _refuse_start(actor, row)
    elif step is SchemeStep.TAKE_BACK and _is_decided(row.id):
        raise Invalid({"reason": N_("已经评定了等次，不能再收回。可以先取消评定。")})
    elif step is SchemeStep.PUBLISH:
        _refuse_publishing(actor, row, draft)


def _refuse_start(actor: Actor, row: Any) -> None:
    total = db.session.scalar(
        select(func.coalesce(func.sum(SchemeCriterion.weight), 0)).where(SchemeCriterion.scheme_id == row.id)
    )
    faults: list[Problem] = []
    if total != WHOLE:
        faults.append(Problem(N_("各项标准的权重相加是 %(total)s，要等于 100。"), total=total))
    if not grade_rules(row.id):
        faults.append(Problem(N_("还没有等次。")))
    if not evaluated_people(actor, row.id, row.state):
        faults.append(Problem(N_("考核期里没有这个级别的派驻，没有人可以考核。")))
    if faults:
        raise Invalid({f"scheme_{number}": fault for number, fault in enumerate(faults)})


def _is_decided(scheme_id: int) -> bool:
    decided = select(Evaluation.id).where(Evaluation.scheme_id == scheme_id, Evaluation.grade.is_not(None))
    return db.session.scalar(decided.limit(1)) is not None


def _refuse_publishing(actor: Actor, row: Any, draft: StepDraft) -> None:
    people = evaluated_people(actor, row.id, row.state)
    if all(one.grade is None for one in people):
        raise Invalid({"scheme": N_("还没有评定任何人，没有结果可以公布。")})
    faults = [fault for rule in grade_rules(row.id) if (fault := quota_fault(row.id, rule)) is not None]
    if faults:  # those evaluated became fewer since
        raise Invalid({f"scheme_{number}": fault for number, fault in enumerate(faults)})
    missing = [one.name for one in people if one.grade is None]
    if missing and not draft.confirmed:
        names = "、".join(missing[:MOST_NAMES]) + ("……" if len(missing) > MOST_NAMES else "")
        words = N_("还有 %(count)s 人没有评定，公布后他们没有等次：%(names)s。")
        raise NeedsConfirmation({"scheme": Problem(words, count=len(missing), names=names)})
