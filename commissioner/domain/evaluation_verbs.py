"""Saying and deciding: remarks and scores, a grade with words, the own report, a township's word. One change, one audit line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.evaluation_people import concerns
from commissioner.domain.evaluation_quotas import grade_rules, quota_fault
from commissioner.domain.evaluation_steps import locked_scheme
from commissioner.domain.evaluations import evaluation_standing, opinion_standing, own_code, stands_for
from commissioner.models import Commissioner, Evaluation, EvaluationMark, EvaluationOpinion, SchemeCriterion, db
from commissioner.models.base import LONG_TEXT, now
from commissioner.problems import Conflict, Invalid, NotFound, Problem, Settled
from commissioner.units import plain
from commissioner.vocabulary import N_, Grade, SchemeState

TOP_SCORE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the bureau says on one criterion."""

    remark: str = ""
    score: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessDraft:
    """Remarks and scores by the id of the criterion."""

    marks: Mapping[int, Said] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    """The grade, and why; no grade takes a decision back."""

    grade: Grade | None = None
    reason: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsDraft:
    """An own report, or a township's word; empty words take it back."""

    words: str = ""
    version: int = 0


def assess(
    actor: Actor, scheme_id: int, commissioner_id: int, draft: AssessDraft, client_id: str | None = None
) -> None:
    """Write remarks and scores. Raises ``NotFound``, ``Settled``, ``Invalid``, ``Conflict``."""
    actor.must(Permission.KEEP_EVALUATION)
    with change(actor, "evaluations.assess", client_id=client_id) as entry:
        row = _under_way(actor, scheme_id, commissioner_id, entry)
        _refuse_stale(entry, row, draft)
        names = dict(_criteria(scheme_id))
        faults = _mark_faults(draft, names)
        if faults:
            raise Invalid(faults)
        kept = select(EvaluationMark).where(EvaluationMark.evaluation_id == row.id)
        marks = {one.criterion_id: one for one in db.session.scalars(kept)}
        for criterion_id, said in draft.marks.items():
            _write_mark(entry, row.id, marks.get(criterion_id), (criterion_id, names[criterion_id]), said)
        row.version += 1


def _criteria(scheme_id: int) -> list[tuple[int, str]]:
    columns = (SchemeCriterion.id, SchemeCriterion.name)
    rows = db.session.execute(select(*columns).where(SchemeCriterion.scheme_id == scheme_id))
    return [(row.id, row.name) for row in rows]


def _mark_faults(draft: AssessDraft, names: Mapping[int, str]) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    if draft.marks.keys() - names.keys():
        raise NotFound
    for criterion_id, said in draft.marks.items():
        if len(said.remark) > LONG_TEXT:
            faults[f"remark_{criterion_id}"] = Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)
        if said.score is not None and not 0 <= said.score <= TOP_SCORE:
            faults[f"score_{criterion_id}"] = Problem(N_("请填 %(low)s 到 %(high)s 之间的数。"), low=0, high=TOP_SCORE)
    return faults


def _write_mark(entry: Entry, evaluation_id: int, mark: Any, criterion: tuple[int, str], said: Said) -> None:
    before, after = _in_words(mark), _in_words(said)
    if before == after:
        return
    entry.changes[criterion[1]] = [before, after]
    if mark is None:
        mark = EvaluationMark(evaluation_id=evaluation_id, criterion_id=criterion[0])
        db.session.add(mark)
    mark.remark, mark.score = said.remark, said.score


def _in_words(mark: Any) -> str | None:
    if mark is None:
        return None
    told = (mark.remark, "" if mark.score is None else str(plain(mark.score)))
    return " · ".join(part for part in told if part) or None


def decide(
    actor: Actor, scheme_id: int, commissioner_id: int, draft: DecisionDraft, client_id: str | None = None
) -> None:
    """Give a grade, or take it back. Raises ``NotFound``, ``Settled``, ``Invalid`` (quota, reason), ``Conflict``."""
    actor.must(Permission.KEEP_EVALUATION)
    with change(actor, "evaluations.decide", client_id=client_id) as entry:
        row = _under_way(actor, scheme_id, commissioner_id, entry)
        _refuse_stale(entry, row, draft)
        faults = _decision_faults(scheme_id, commissioner_id, draft)
        if faults:
            raise Invalid(faults)
        told: dict[str, list[Any]] = {
            "grade": [row.grade, draft.grade],
            "grade_reason": [row.grade_reason, draft.reason],
        }
        entry.about("evaluations", row.id, {key: pair for key, pair in told.items() if pair[0] != pair[1]})
        row.grade, row.grade_reason = draft.grade, draft.reason
        decided = draft.grade is not None
        row.decided_by_id = actor.account_id if decided else None
        row.decided_by_name = actor.name if decided else ""
        row.decided_at = now() if decided else None
        row.version += 1


def _decision_faults(scheme_id: int, commissioner_id: int, draft: DecisionDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    if len(draft.reason) > LONG_TEXT:
        faults["reason"] = Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)
    if draft.grade is None:
        return faults
    rule = next((one for one in grade_rules(scheme_id) if one.grade is draft.grade), None)
    if rule is None:
        return {**faults, "grade": N_("这个方案里没有这个等次。")}
    if rule.needs_reason and not draft.reason:
        faults["reason"] = Problem(N_("评“%(grade)s”要写明理由。"), grade=draft.grade.label)
    fault = quota_fault(scheme_id, rule, beside=commissioner_id)
    return faults if fault is None else {**faults, "grade": fault}


def hand_in_report(
    actor: Actor, scheme_id: int, commissioner_id: int, draft: WordsDraft, client_id: str | None = None
) -> None:
    """The commissioner's own words on the year. Raises ``NotFound``, ``Settled``, ``Invalid``, ``Conflict``."""
    actor.must(Permission.HAND_IN_REPORT)
    if not stands_for(actor, commissioner_id):
        raise NotFound
    with change(actor, "evaluations.report", client_id=client_id) as entry:
        row = _under_way(actor, scheme_id, commissioner_id, entry)
        if row.report_version != draft.version:
            refuse_repetition(actor, entry.action, client_id)
            theirs = evaluation_standing(actor, scheme_id, commissioner_id)
            raise Conflict(theirs=theirs, ours=draft, current_version=row.report_version)
        _refuse_words(draft, N_("请写下述职内容。") if not row.report else "")
        entry.about("evaluations", row.id, {"own_report": [row.report, draft.words]})
        row.report, row.reported_at = draft.words, now() if draft.words else None
        row.report_version += 1


def give_opinion(
    actor: Actor, scheme_id: int, commissioner_id: int, draft: WordsDraft, client_id: str | None = None
) -> None:
    """A township's word about somebody posted with it. Raises ``NotFound``, ``Settled``, ``Invalid``, ``Conflict``."""
    actor.must(Permission.GIVE_OPINION)
    with change(actor, "evaluations.opinion", client_id=client_id) as entry:
        row = _under_way(actor, scheme_id, commissioner_id, entry)
        own = (EvaluationOpinion.evaluation_id == row.id, EvaluationOpinion.region_code == own_code(actor))
        opinion = db.session.scalars(select(EvaluationOpinion).where(*own)).one_or_none()
        version = opinion.version if opinion else 0
        if version != draft.version:
            refuse_repetition(actor, entry.action, client_id)
            theirs = opinion_standing(actor, scheme_id, commissioner_id)
            raise Conflict(theirs=theirs, ours=draft, current_version=version)
        before = opinion.words if opinion else ""
        _refuse_words(draft, N_("请写下意见。") if not before else "")
        entry.about("evaluations", row.id, {"opinion": [before, draft.words]}, own_code(actor))
        if opinion is not None and not draft.words:
            db.session.delete(opinion)
            return
        if opinion is None:
            opinion = EvaluationOpinion(evaluation_id=row.id, region_code=own_code(actor), version=0)
            db.session.add(opinion)
        opinion.words, opinion.said_at = draft.words, now()
        opinion.account_id, opinion.account_name = actor.account_id, actor.name
        opinion.version += 1


def _refuse_words(draft: WordsDraft, missing: str) -> None:
    if len(draft.words) > LONG_TEXT:
        raise Invalid({"words": Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)})
    if not draft.words and missing:
        raise Invalid({"words": missing})


def _under_way(actor: Actor, scheme_id: int, commissioner_id: int, entry: Entry) -> Evaluation:
    """The row of somebody who is evaluated under an open scheme; made if nothing was said yet."""
    scheme = locked_scheme(actor, scheme_id)
    stands = scheme.state is SchemeState.OPEN
    if not stands and not actor.can(Permission.KEEP_EVALUATION) and actor.can(Permission.GIVE_OPINION):
        raise NotFound
    asked = select(Commissioner.id).where(Commissioner.id == commissioner_id, concerns(actor, scheme_id))
    if db.session.scalar(asked) is None:
        raise NotFound
    if not stands:
        refuse_repetition(actor, entry.action, entry.client_id)
        raise Settled(N_("这次考核现在是“%(state)s”，不能再写。什么也没有保存。"), state=scheme.state.label)
    same = (Evaluation.scheme_id == scheme_id, Evaluation.commissioner_id == commissioner_id)
    row = db.session.scalars(select(Evaluation).where(*same)).one_or_none()
    if row is None:
        row = Evaluation(scheme_id=scheme_id, commissioner_id=commissioner_id, version=0, report="", grade_reason="")
        row.report_version = 0
        db.session.add(row)
        db.session.flush()
    told = {"scheme_id": scheme_id, "commissioner_id": commissioner_id}
    entry.about("evaluations", row.id, told, scheme.region_code)
    return row


def _refuse_stale(entry: Entry, row: Evaluation, draft: AssessDraft | DecisionDraft) -> None:
    if row.version != draft.version:
        # Unless it is our own form again, whose first click made the newer version.
        refuse_repetition(entry.actor, entry.action, entry.client_id)
        theirs = evaluation_standing(entry.actor, row.scheme_id, row.commissioner_id)
        raise Conflict(theirs=theirs, ours=draft, current_version=row.version)
