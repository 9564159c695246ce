"""What an update may say: each rule by itself, what cannot be as a fault of a field, what is unusual as a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from commissioner.domain.project_history import Standing
from commissioner.domain.project_lines import LARGEST_TARGET
from commissioner.domain.project_stages import ENDED
from commissioner.domain.records import date_fault
from commissioner.domain.target_parts import COUNTED_WHOLE
from commissioner.domain.target_standing import Part, TargetStanding
from commissioner.domain.update_drafts import UpdateDraft
from commissioner.domain.update_sums import Faults, every_source_at_first, overspent, parts_fit, spent, spent_falls
from commissioner.models.base import LONG_TEXT, SHORT_TEXT
from commissioner.problems import Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.units import plain
from commissioner.vocabulary import N_, Unit

UNLIKELY_TIMES = 10
OVER = N_("项目已经“%(stage)s”，不再更新进展。")
Warnings = dict[str, Problem]


def refuse_over(stands: Standing) -> None:
    """Raise a ``Problem`` for a project that is over."""
    if stands.stage in ENDED:
        raise Problem(OVER, stage=stands.stage.label)


def check_draft(stands: Standing, draft: UpdateDraft) -> None:
    """Raise ``Invalid`` for what cannot even be kept; words may still be missing and dates still be moved."""
    _refuse(stands, draft, STORABLE)


def check_update(stands: Standing, draft: UpdateDraft) -> None:
    """Raise ``Invalid`` with every field that breaks a rule, then ``NeedsConfirmation`` for what is unusual.

    ``stands`` is the project by the reports approved up to the draft's day.
    """
    refuse_over(stands)
    _refuse(stands, draft, (*STORABLE, *SUBMITTABLE))
    warnings: Warnings = {}
    for asks in QUESTIONS:
        warnings.update(asks(stands, draft))
    if warnings and not draft.confirmed:
        raise NeedsConfirmation(warnings)


def _refuse(stands: Standing, draft: UpdateDraft, rules: tuple[Callable[[Standing, UpdateDraft], Faults], ...]) -> None:
    faults: Faults = {}
    for rule in rules:
        faults = {**rule(stands, draft), **faults}
    if faults:
        raise Invalid(faults)


def _lengths(stands: Standing, draft: UpdateDraft) -> Faults:
    short = {"correction": draft.correction, "overspent_for": draft.overspent_for}
    asked = {"progress": (draft.progress, LONG_TEXT), **{key: (text, SHORT_TEXT) for key, text in short.items()}}
    return {
        key: Problem(N_("最多 %(length)s 个字。"), length=most)
        for key, (text, most) in asked.items()
        if len(text) > most
    }


def _words(stands: Standing, draft: UpdateDraft) -> Faults:
    return {} if draft.progress.strip() else {"progress": N_("请用几句话写写进展。")}


def _day(stands: Standing, draft: UpdateDraft) -> Faults:
    fault = date_fault(draft.reported_on, past=True)
    return {} if fault is None else {"reported_on": fault}


def _day_within(stands: Standing, draft: UpdateDraft) -> Faults:
    """Nothing is reported of a project from before its first day or after its last."""
    day: date = draft.reported_on
    if stands.starts_on is not None and day < stands.starts_on:
        return {"reported_on": Problem(N_("项目 %(day)s 才开始，日期不能更早。"), day=str(stands.starts_on))}
    if stands.ends_on is not None and day > stands.ends_on:
        words = N_("项目 %(day)s 结束，日期不能更晚。项目延期的，请县科技局先改结束日期。")
        return {"reported_on": Problem(words, day=str(stands.ends_on))}
    return {}


def _figures(stands: Standing, draft: UpdateDraft) -> Faults:
    targets = {one.id: one for one in stands.targets}
    parts = {part.id: one for one in stands.targets for part in one.parts}
    if not (draft.figures.keys() <= targets.keys() and draft.parts.keys() <= parts.keys()):
        raise NotFound
    faults = {f"figure_{key}": _target_fault(targets[key], value) for key, value in draft.figures.items()}
    faults.update({f"part_{key}": _figure_fault(parts[key].unit, value) for key, value in draft.parts.items()})
    return {key: fault for key, fault in faults.items() if fault is not None}


def _target_fault(target: TargetStanding, value: Decimal) -> str | None:
    if target.indicator is not None:
        return N_("这一项从项目的记录里算，不用填报。")
    return _figure_fault(target.unit, value)


def _figure_fault(unit: Unit, value: Decimal) -> str | None:
    if value < 0:
        return N_("不能是负数。")
    if value > LARGEST_TARGET:
        return N_("数字太大了，请核对。")
    if unit in COUNTED_WHOLE and value != value.to_integral_value():
        return N_("这一项请填整数。")
    return None


def _earlier_than_known(stands: Standing, draft: UpdateDraft) -> Warnings:
    if stands.known_until is None or draft.reported_on >= stands.known_until:
        return {}
    words = N_("已经有截至 %(day)s 的进展通过审核。这一条更早，只补记经过，不改变现在的数字。")
    return {"reported_on": Problem(words, day=str(stands.known_until))}


def _unlikely_figures(stands: Standing, draft: UpdateDraft) -> Warnings:
    asked = {f"figure_{one.id}": _unlikely(one, draft.figures.get(one.id)) for one in stands.targets}
    asked.update({f"part_{part.id}": _fallen(part, draft) for one in stands.targets for part in one.parts})
    return {key: warning for key, warning in asked.items() if warning is not None}


def _unlikely(target: TargetStanding, value: Decimal | None) -> Problem | None:
    if value is None:
        return None
    if target.actual_value is not None and value < target.actual_value:
        return Problem(N_("“%(name)s”比上次（%(last)s）少。"), name=target.name, last=plain(target.actual_value))
    if target.target_value and value > target.target_value * UNLIKELY_TIMES:
        words = N_("“%(name)s”是目标（%(target)s）的十倍以上。")
        return Problem(words, name=target.name, target=plain(target.target_value))
    return None


def _fallen(part: Part, draft: UpdateDraft) -> Problem | None:
    value = draft.parts.get(part.id)
    if value is None or part.actual_value is None or value >= part.actual_value:
        return None
    return Problem(N_("“%(name)s”比上次（%(last)s）少。"), name=part.name, last=plain(part.actual_value))


# Of two faults of one field the earlier is told.
STORABLE: tuple[Callable[[Standing, UpdateDraft], Faults], ...] = (_lengths, _day, spent, _figures)
SUBMITTABLE: tuple[Callable[[Standing, UpdateDraft], Faults], ...] = (
    _words,
    _day_within,
    every_source_at_first,
    spent_falls,
    overspent,
    parts_fit,
)
QUESTIONS: tuple[Callable[[Standing, UpdateDraft], Warnings], ...] = (
    _earlier_than_known,
    _unlikely_figures,
)
