"""The verb of a project's commissioner: post an update, once, on top of what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import Entry, change
from commissioner.domain.impacts import WHOLE_UNITS
from commissioner.domain.project_history import Standing, Target, standing
from commissioner.domain.project_lines import LARGEST_TARGET
from commissioner.domain.project_stages import ENDED
from commissioner.domain.records import date_fault
from commissioner.models import AuditEntry, Project, ProjectTarget, ProjectUpdate, UpdateFigure, db
from commissioner.models.base import LONG_TEXT, now
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.units import FEN_PER_YUAN, fen_to_yuan, plain
from commissioner.vocabulary import N_, Unit

LARGEST_SPENT_FEN = 10**9 * FEN_PER_YUAN
UNLIKELY_TIMES = 10
COUNTED_WHOLE = WHOLE_UNITS | {
    Unit.PERSON_TIMES,
    Unit.ENTERPRISE_VISITS,
    Unit.SESSIONS,
    Unit.VILLAGES,
    Unit.COUNT,
    Unit.TIMES,
    Unit.ITEMS,
}
OVER = N_("项目已经“%(stage)s”，不再更新进展。")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDraft:
    """What somebody reports of a project that was read at ``version``.

    ``spent_fen`` and a figure that are left out stay as they were; ``figures`` is by target id. The stage is no part
    of it: a project moves on by steps of its own.
    """

    version: int
    reported_on: date
    progress: str
    spent_fen: int | None = None
    figures: Mapping[int, Decimal] = field(default_factory=dict)
    correction: str = ""
    client_id: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to an update that was sent: its id, and whether it was there already."""

    update_id: int
    already_there: bool = False


def update_standing(actor: Actor, project_id: int) -> Standing:
    """What the form of an update begins from. Raises ``NotFound``, or a ``Problem`` for a project that is over."""
    actor.must(Permission.UPDATE_PROJECT)
    stands = standing(actor, project_id)
    if stands.stage in ENDED:
        raise Problem(OVER, stage=stands.stage.label)
    return stands


def post_update(actor: Actor, project_id: int, draft: UpdateDraft) -> Receipt:
    """Append an update and refresh what the project and its targets repeat of it.

    Raises ``Invalid``, ``NeedsConfirmation``, or ``Conflict`` with the project as it now stands when the draft was
    written on an older version. The same ``client_id`` with the same words is answered with the first update.
    """
    actor.must(Permission.UPDATE_PROJECT)
    try:
        with change(actor, "projects.update", client_id=draft.client_id) as entry:
            project = _locked(actor, project_id)
            stands = standing(actor, project_id)
            if stands.version != draft.version:
                _refuse_repetition(draft)
                raise Conflict(theirs=stands, ours=draft, current_version=stands.version)
            check_update(stands, draft)
            return Receipt(update_id=_append(actor, entry, project, stands, draft))
    except AlreadyDone as repetition:
        update_id = repetition.subject_id or 0
        _refuse_other_words(actor, project_id, update_id, draft)
        return Receipt(update_id=update_id, already_there=True)


def _locked(actor: Actor, project_id: int) -> Any:
    statement = select(Project).where(Project.id == project_id, scope(actor, Project)).with_for_update()
    project = db.session.scalars(statement).one_or_none()
    if project is None:
        raise NotFound
    return project


def _refuse_repetition(draft: UpdateDraft) -> None:
    """Two clicks at one moment: the second waited for the row's lock and finds what the first has written."""
    answered = (AuditEntry.client_id == draft.client_id, AuditEntry.action == "projects.update")
    update_id = db.session.scalar(select(AuditEntry.subject_id).where(*answered)) if draft.client_id else None
    if update_id is not None:
        raise AlreadyDone(update_id)


def _append(actor: Actor, entry: Entry, project: Any, stands: Standing, draft: UpdateDraft) -> int:
    entry.watch(project)
    project.progress = draft.progress
    project.spent_fen = stands.spent_fen if draft.spent_fen is None else draft.spent_fen
    project.version += 1
    row = ProjectUpdate(
        project_id=project.id,
        posted_at=now(),
        reported_on=draft.reported_on,
        author_id=actor.account_id,
        author_name=actor.name,
        stage=project.stage,
        progress=draft.progress,
        spent_fen=project.spent_fen,
        source_note=draft.correction,
    )
    db.session.add(row)
    db.session.flush()
    _write_figures(row.id, draft.figures)
    entry.about("project_updates", row.id, _told(project.id, stands, draft), project.region_code)
    update_id: int = row.id
    return update_id


def _write_figures(update_id: int, figures: Mapping[int, Decimal]) -> None:
    if not figures:
        return
    rows = [{"update_id": update_id, "target_id": key, "actual_value": value} for key, value in figures.items()]
    db.session.execute(insert(UpdateFigure), rows)
    for target_id, value in figures.items():
        db.session.execute(update(ProjectTarget).where(ProjectTarget.id == target_id).values(actual_value=value))


def _told(project_id: int, stands: Standing, draft: UpdateDraft) -> dict[str, Any]:
    figures = {
        one.name: [None if one.actual_value is None else str(one.actual_value), str(draft.figures[one.id])]
        for one in stands.targets
        if one.id in draft.figures
    }
    return {"project_id": project_id, "reported_on": draft.reported_on, "correction": draft.correction, **figures}


def check_update(stands: Standing, draft: UpdateDraft) -> None:
    """Raise ``Invalid`` with every field that breaks a rule, then ``NeedsConfirmation`` for what is unusual."""
    if stands.stage in ENDED:
        raise Problem(OVER, stage=stands.stage.label)
    faults = {**_date_faults(stands, draft), **_spent_faults(stands, draft), **_figure_faults(stands, draft)}
    if not draft.progress.strip():
        faults["progress"] = N_("请用几句话写写进展。")
    elif len(draft.progress) > LONG_TEXT:
        faults["progress"] = Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)
    if faults:
        raise Invalid(faults)
    warnings = _warnings(stands, draft)
    if warnings and not draft.confirmed:
        raise NeedsConfirmation(warnings)


def _date_faults(stands: Standing, draft: UpdateDraft) -> dict[str, str | Problem]:
    fault = date_fault(draft.reported_on, past=True)
    if fault is not None:
        return {"reported_on": fault}
    bounds = [
        (stands.starts_on, N_("项目 %(day)s 才开始，日期不能更早。")),
        (stands.reported_on, N_("上次更新是 %(day)s，日期不能更早。")),
    ]
    for day, words in bounds:
        if day is not None and draft.reported_on < day:
            return {"reported_on": Problem(words, day=str(day))}
    return {}


def _spent_faults(stands: Standing, draft: UpdateDraft) -> dict[str, str | Problem]:
    if draft.spent_fen is None:
        return {}
    if draft.spent_fen < 0:
        return {"spent_yuan": N_("支出不能是负数。")}
    if draft.spent_fen > LARGEST_SPENT_FEN:
        return {"spent_yuan": N_("数字太大了，请核对：这里按“元”填。")}
    if draft.spent_fen < stands.spent_fen and not draft.correction.strip():
        last = _yuan(stands.spent_fen)
        return {
            "spent_yuan": Problem(
                N_("累计支出比上次（%(last)s 元）少。如果是更正，请在“更正说明”里写明原因。"), last=last
            )
        }
    return {}


def _yuan(value_fen: int) -> str:
    return f"{fen_to_yuan(value_fen):,f}"


def _figure_faults(stands: Standing, draft: UpdateDraft) -> dict[str, str | Problem]:
    targets = {one.id: one for one in stands.targets}
    if not draft.figures.keys() <= targets.keys():
        raise NotFound
    faults = {f"figure_{key}": _figure_fault(targets[key], value) for key, value in draft.figures.items()}
    return {key: fault for key, fault in faults.items() if fault is not None}


def _figure_fault(target: Target, value: Decimal) -> str | None:
    if value < 0:
        return N_("不能是负数。")
    if value > LARGEST_TARGET:
        return N_("数字太大了，请核对。")
    if target.unit in COUNTED_WHOLE and value != value.to_integral_value():
        return N_("这一项请填整数。")
    return None


def _warnings(stands: Standing, draft: UpdateDraft) -> dict[str, Problem]:
    warnings: dict[str, Problem] = {}
    if stands.granted_fen is not None and (draft.spent_fen or 0) > stands.granted_fen:
        granted = _yuan(stands.granted_fen)
        warnings["spent_yuan"] = Problem(N_("支出超过了下达的经费（%(granted)s 元）。"), granted=granted)
    for one in stands.targets:
        value = draft.figures.get(one.id)
        if value is None:
            continue
        if one.actual_value is not None and value < one.actual_value:
            words = N_("“%(name)s”比上次（%(last)s）少。")
            warnings[f"figure_{one.id}"] = Problem(words, name=one.name, last=plain(one.actual_value))
        elif one.target_value and value > one.target_value * UNLIKELY_TIMES:
            words = N_("“%(name)s”是目标（%(target)s）的十倍以上。")
            warnings[f"figure_{one.id}"] = Problem(words, name=one.name, target=plain(one.target_value))
    return warnings


def _refuse_other_words(actor: Actor, project_id: int, update_id: int, draft: UpdateDraft) -> None:
    """The same id with other words is no repetition: it would be lost in silence."""
    stands = standing(actor, project_id)
    mine = (ProjectUpdate.id == update_id, ProjectUpdate.project_id == project_id)
    row = db.session.scalars(select(ProjectUpdate).where(*mine)).one_or_none()
    figures = select(UpdateFigure.target_id, UpdateFigure.actual_value).where(UpdateFigure.update_id == update_id)
    said = {one.target_id: one.actual_value for one in db.session.execute(figures)}
    same = row is not None and (
        (row.reported_on, row.progress, said) == (draft.reported_on, draft.progress, dict(draft.figures))
        and draft.spent_fen in {None, row.spent_fen}
    )
    if not same:
        raise Conflict(theirs=stands, ours=draft, current_version=stands.version)
