"""Rules of an update's numbers that belong together: parts and their whole, sources and what may be spent of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from commissioner.domain.project_history import Standing
from commissioner.domain.project_money import SourceMoney
from commissioner.domain.target_parts import part_faults
from commissioner.domain.target_standing import TargetStanding
from commissioner.domain.update_drafts import UpdateDraft
from commissioner.problems import NotFound, Problem
from commissioner.units import FEN_PER_YUAN, fen_to_yuan
from commissioner.vocabulary import N_

LARGEST_SPENT_FEN = 10**9 * FEN_PER_YUAN
Faults = dict[str, str | Problem]


def totalled(stands: Standing, draft: UpdateDraft) -> UpdateDraft:
    """The draft with what is spent in all, where it tells of single sources: those it leaves out stay as they were."""
    if not draft.spendings:
        return draft
    spent = {one.id: one.spent_fen or 0 for one in stands.sources} | dict(draft.spendings)
    return replace(draft, spent_fen=sum(spent.values()))


def in_yuan(value_fen: int) -> str:
    """Money as a sentence says it."""
    return f"{fen_to_yuan(value_fen):,f}"


def money_fault(value_fen: int) -> str | None:
    """What is wrong with an amount by itself."""
    if value_fen < 0:
        return N_("支出不能是负数。")
    return N_("数字太大了，请核对：这里按“元”填。") if value_fen > LARGEST_SPENT_FEN else None


def spent(stands: Standing, draft: UpdateDraft) -> Faults:
    """Each amount by itself; where there are several sources, the project's number is their sum and not typed."""
    if not draft.spendings.keys() <= {one.id for one in stands.sources}:
        raise NotFound
    if draft.spendings:
        faults = {f"spent_{key}": money_fault(value) for key, value in draft.spendings.items()}
    elif draft.spent_fen is None:
        return {}
    elif stands.is_by_source:
        return {"spent_yuan": N_("这个项目有几项经费来源，请按来源填支出。")}
    else:
        faults = {"spent_yuan": money_fault(draft.spent_fen)}
    return {key: fault for key, fault in faults.items() if fault is not None}


def every_source_at_first(stands: Standing, draft: UpdateDraft) -> Faults:
    """The first time that sources are told apart, each of them is: a sum of some would say too little."""
    missing = [one for one in stands.sources if one.spent_fen is None and one.id not in draft.spendings]
    if not draft.spendings:
        return {}
    return {f"spent_{one.id}": N_("第一次按来源填，每项都要填；没有花就填 0。") for one in missing}


def spent_falls(stands: Standing, draft: UpdateDraft) -> Faults:
    """Money spent goes back only with a reason in words."""
    if draft.spent_fen is None or draft.correction.strip():
        return {}
    words = N_("累计支出比上次（%(last)s 元）少。如果是更正，请在“更正说明”里写明原因。")
    if not draft.spendings:
        falls = draft.spent_fen < stands.spent_fen
        return {"spent_yuan": Problem(words, last=in_yuan(stands.spent_fen))} if falls else {}
    fallen: Faults = {
        f"spent_{one.id}": Problem(words, last=in_yuan(one.spent_fen))
        for one in stands.sources
        if one.spent_fen is not None and draft.spendings.get(one.id, one.spent_fen) < one.spent_fen
    }
    if not fallen and draft.spent_fen < stands.spent_fen:
        whole = N_(
            "各来源加起来是 %(total)s 元，比上次的累计支出（%(last)s 元）少。如果是更正，请在“更正说明”里写明原因。"
        )
        first = f"spent_{stands.sources[0].id}"
        return {first: Problem(whole, total=in_yuan(draft.spent_fen), last=in_yuan(stands.spent_fen))}
    return fallen


def overspent(stands: Standing, draft: UpdateDraft) -> Faults:
    """More than was granted, or than arrived where that is entered, is said with a reason in words."""
    if draft.overspent_for.strip():
        return {}
    if draft.spendings:
        told = {f"spent_{one.id}": (one, draft.spendings.get(one.id)) for one in stands.sources}
    elif len(stands.sources) == 1:
        told = {"spent_yuan": (stands.sources[0], draft.spent_fen)}
    else:
        return {}
    faults = {key: _over(one, value) for key, (one, value) in told.items()}
    return {key: fault for key, fault in faults.items() if fault is not None}


def _over(one: SourceMoney, spent_fen: int | None) -> Problem | None:
    if spent_fen is None or spent_fen <= one.limit_fen:
        return None
    if one.limit_fen < one.granted_fen:
        words = N_("支出超过了到账的经费（%(limit)s 元），请在“超支说明”里写明原因。")
    else:
        words = N_("支出超过了下达的经费（%(limit)s 元），请在“超支说明”里写明原因。")
    return Problem(words, limit=in_yuan(one.limit_fen))


def parts_fit(stands: Standing, draft: UpdateDraft) -> Faults:
    """What an update says of a target and of its parts goes together with what it leaves as it was."""
    faults: Faults = {}
    for one in stands.targets:
        if one.parts and (one.id in draft.figures or any(part.id in draft.parts for part in one.parts)):
            faults.update(_part_faults(one, draft))
    return faults


def _part_faults(one: TargetStanding, draft: UpdateDraft) -> Faults:
    whole = draft.figures.get(one.id, one.actual_value)
    values: list[Decimal | None] = [draft.parts.get(part.id, part.actual_value) for part in one.parts]
    found = part_faults(one.unit, whole, values, divide=one.parts_divide)
    together = f"figure_{one.id}" if one.indicator is None else f"part_{one.parts[0].id}"
    return {together if place is None else f"part_{one.parts[place].id}": fault for place, fault in found.items()}
