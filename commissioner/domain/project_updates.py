"""The verbs of those who report on a project: keep a draft, submit it, take it back, throw a draft away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from commissioner.access import Actor, Permission, scope, visible
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.period_locks import refuse_closed
from commissioner.domain.project_figures import settle
from commissioner.domain.project_history import Standing, last_word, standing, standing_on
from commissioner.domain.update_drafts import (
    Content,
    UpdateDraft,
    Written,
    content_of,
    content_of_version,
    kept,
    write,
)
from commissioner.domain.update_rules import check_draft, check_update, refuse_over
from commissioner.domain.update_sums import totalled
from commissioner.models import Project, ProjectUpdate, UpdateDecision, UpdateVersion, db
from commissioner.models.base import now
from commissioner.problems import AlreadyDone, Conflict, NotFound, Problem
from commissioner.vocabulary import N_, UpdateDecisionKind, UpdateState

DRAFT, SUBMITTED, RETURNED, APPROVED = UpdateState
OPEN = frozenset({DRAFT, RETURNED})
NOT_OPEN = {
    SUBMITTED: N_("这条进展已经提交，正在等审核。要改，请先撤回。"),
    APPROVED: N_("这条进展已经通过审核，不能再改。要更正，请再报一条，或请县科技局撤销通过。"),
}
NOT_SUBMITTED = N_("这条进展现在是“%(state)s”，不能撤回。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a form that was sent: the update's id and state, and whether it was there already."""

    update_id: int
    state: UpdateState
    already_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An update that is to be changed: the project, what the update says now, and why it came back if it did."""

    standing: Standing
    written: Written
    returned_for: str


def update_standing(actor: Actor, project_id: int) -> Standing:
    """What the form of a new update begins from. Raises ``NotFound``, or a ``Problem`` for a project that is over."""
    actor.must(Permission.UPDATE_PROJECT)
    stands = standing(actor, project_id)
    refuse_over(stands)
    return stands


def own_draft(actor: Actor, project_id: int) -> int | None:
    """The draft that the actor has begun on a project, the latest of them."""
    mine = (ProjectUpdate.author_id == actor.account_id, ProjectUpdate.state == DRAFT)
    wanted = select(func.max(ProjectUpdate.id)).where(*mine, ProjectUpdate.project_id == project_id)
    found: int | None = db.session.scalar(wanted.where(scope(actor, ProjectUpdate)))
    return found


def begun(actor: Actor, update_id: int) -> Begun:
    """An update as its form needs it; whether it is still open is asked by ``refuse_on_its_way``."""
    actor.must(Permission.UPDATE_PROJECT)
    found = visible(actor, ProjectUpdate).add_columns(last_word().label("word")).where(ProjectUpdate.id == update_id)
    row = db.session.execute(found).one_or_none()
    if row is None:
        raise NotFound
    update = row.ProjectUpdate
    stands = standing(actor, update.project_id)
    returned_for = row.word or "" if update.state is RETURNED else ""
    return Begun(standing=stands, written=written(update), returned_for=returned_for)


def written(row: Any) -> Written:
    """What stands in an update's row."""
    return Written(
        update_id=row.id,
        version=row.version,
        state=row.state,
        author_name=row.author_name,
        posted_at=row.posted_at,
        content=content_of(row),
    )


def save_draft(actor: Actor, project_id: int, draft: UpdateDraft, update_id: int | None = None) -> Receipt:
    """Keep what is written so far, of a new update or of one that is open: seen by its author, counted nowhere.

    A returned one stays returned until it is submitted again. Raises ``Invalid`` and ``Conflict``.
    """
    actor.must(Permission.UPDATE_PROJECT)
    try:
        with change(actor, "updates.save_draft", client_id=draft.client_id) as entry:
            project, row, stands = _opened(actor, entry, project_id, draft, update_id)
            refuse_over(stands)
            draft = totalled(standing_on(stands, draft.reported_on), draft)
            check_draft(stands, draft)
            refuse_closed(project.region_code, [draft.reported_on])
            _put(actor, project, row, draft)
            entry.about("project_updates", row.id, {"project_id": project.id}, project.region_code)
            return Receipt(update_id=row.id, state=row.state)
    except AlreadyDone as repetition:
        return _answered_before(actor, repetition, draft)


def submit_update(actor: Actor, project_id: int, draft: UpdateDraft, update_id: int | None = None) -> Receipt:
    """Hand an update in, a new one or one that is open: it waits for review, and counts for nothing until then.

    Whoever reviews has theirs approved in the same change, as a word of its own. Raises ``Invalid``,
    ``NeedsConfirmation``, or ``Conflict`` with what stands when the draft was written on something older. The same
    ``client_id`` with the same words is answered with the first update.
    """
    actor.must(Permission.UPDATE_PROJECT)
    try:
        with change(actor, "updates.submit", client_id=draft.client_id) as entry:
            project, row, stands = _opened(actor, entry, project_id, draft, update_id)
            then = standing_on(stands, draft.reported_on)
            draft = totalled(then, draft)
            check_update(then, draft)
            refuse_closed(project.region_code, [draft.reported_on])
            row.stage = project.stage
            _put(actor, project, row, draft)
            row.state = SUBMITTED
            _keep_version(actor, row)
            entry.about("project_updates", row.id, _told(project, row, content_of(row)), project.region_code)
            if actor.can(Permission.REVIEW_UPDATE):
                _approve_own(actor, project, row)
            return Receipt(update_id=row.id, state=row.state)
    except AlreadyDone as repetition:
        return _answered_before(actor, repetition, draft)


def take_back(actor: Actor, update_id: int, version: int, client_id: str | None = None) -> None:
    """The author takes a submitted update back: it is a draft again, and what was submitted is kept."""
    actor.must(Permission.UPDATE_PROJECT)
    try:
        with change(actor, "updates.take_back", client_id=client_id) as entry:
            project, row = locked(actor, update_id)
            if row.author_id is None or row.author_id != actor.account_id:
                raise NotFound
            refuse_stale(entry, row, version)
            if row.state is not SUBMITTED:
                raise Problem(NOT_SUBMITTED, state=row.state.label)
            refuse_closed(project.region_code, (), [row.reported_on])
            decide(actor, row, UpdateDecisionKind.TAKEN_BACK)
            row.state, row.version = DRAFT, row.version + 1
            entry.about("project_updates", row.id, told_move(project, SUBMITTED, DRAFT), project.region_code)
    except AlreadyDone:
        return


def discard_draft(actor: Actor, update_id: int, version: int) -> int:
    """Throw an own draft away that was never submitted; the id of its project."""
    actor.must(Permission.UPDATE_PROJECT)
    with change(actor, "updates.discard_draft") as entry:
        project, row = locked(actor, update_id)
        refuse_stale(entry, row, version)
        if row.state is not DRAFT or db.session.scalar(_last_version(row.id)) is not None:
            raise Problem(N_("提交过的进展不能删除。"))
        entry.about("project_updates", row.id, {"project_id": project.id}, project.region_code)
        db.session.delete(row)
        project_id: int = project.id
        return project_id


def locked(actor: Actor, update_id: int) -> tuple[Any, Any]:
    """The project and the update, both as they are now and until the change ends; ``NotFound`` outside the scope."""
    project_id = db.session.scalar(select(ProjectUpdate.project_id).where(ProjectUpdate.id == update_id))
    project = _locked_project(actor, project_id or 0)
    row = db.session.scalars(visible(actor, ProjectUpdate).where(ProjectUpdate.id == update_id)).one_or_none()
    if row is None:
        raise NotFound
    return project, row


def refuse_stale(entry: Entry, row: Any, version: int, ours: Any = None) -> None:
    """Raise ``Conflict`` with what stands, unless it is our own form again, whose first click made it so."""
    if row.version != version:
        refuse_repetition(entry.actor, entry.action, entry.client_id)
        raise Conflict(theirs=written(row), ours=ours, current_version=row.version)


def decide(actor: Actor, row: Any, kind: UpdateDecisionKind, note: str = "") -> None:
    """Write a word on the version that was last submitted; one that is older than this register gets its first."""
    version = db.session.scalars(_last_version(row.id)).one_or_none() or _keep_version(None, row)
    said = {"kind": kind, "note": note, "decided_at": now()}
    db.session.add(UpdateDecision(version_id=version.id, account_id=actor.account_id, account_name=actor.name, **said))
    db.session.flush()


def told_move(project: Any, before: UpdateState, after: UpdateState) -> dict[str, Any]:
    """A step of an update as the audit tells it."""
    return {"project_id": project.id, "update_state": [before.value, after.value]}


def _locked_project(actor: Actor, project_id: int) -> Any:
    """The project's row, because what is reported of one project is written one after the other."""
    statement = select(Project).where(Project.id == project_id, scope(actor, Project)).with_for_update()
    project = db.session.scalars(statement).one_or_none()
    if project is None:
        raise NotFound
    return project


def _opened(
    actor: Actor, entry: Entry, project_id: int, draft: UpdateDraft, update_id: int | None
) -> tuple[Any, Any, Standing]:
    """The project, the row to write and the standing; refuses what was written on something older."""
    if update_id is not None:
        project, row = locked(actor, update_id)
        refuse_stale(entry, row, draft.version, draft)
        refuse_on_its_way(row.state)
        if row.state is RETURNED:
            refuse_closed(project.region_code, (), [row.reported_on])
        return project, row, standing(actor, project.id)
    project = _locked_project(actor, project_id)
    stands = standing(actor, project_id)
    if stands.version != draft.version:
        refuse_repetition(entry.actor, entry.action, entry.client_id)
        raise Conflict(theirs=_latest(stands.version), ours=draft, current_version=stands.version)
    row = ProjectUpdate(project_id=project_id, author_id=actor.account_id, state=DRAFT, version=0, stage=project.stage)
    return project, row, stands


def refuse_on_its_way(state: UpdateState) -> None:
    """Raise a ``Problem`` for an update that waits for review or counts."""
    if state not in OPEN:
        raise Problem(NOT_OPEN[state])


def _latest(version_id: int) -> Written:
    """What somebody submitted of the project while the draft was being written."""
    found = select(UpdateVersion, ProjectUpdate.state, ProjectUpdate.version)
    joined = found.join(ProjectUpdate, ProjectUpdate.id == UpdateVersion.update_id)
    row = db.session.execute(joined.where(UpdateVersion.id == version_id)).one()
    return Written(
        update_id=row.UpdateVersion.update_id,
        version=row.version,
        state=row.state,
        author_name=row.UpdateVersion.account_name,
        posted_at=row.UpdateVersion.submitted_at,
        content=content_of_version(row.UpdateVersion),
    )


def _put(actor: Actor, project: Any, row: Any, draft: UpdateDraft) -> None:
    row.posted_at, row.author_name, row.version = now(), actor.name, row.version + 1
    row.reported_on, row.progress = draft.reported_on, draft.progress
    db.session.add(row)
    write(row, draft)


def _last_version(update_id: int) -> Any:
    mine = select(UpdateVersion).where(UpdateVersion.update_id == update_id)
    return mine.order_by(UpdateVersion.number.desc()).limit(1)


def _keep_version(actor: Actor | None, row: Any) -> Any:
    """Keep what an update says as its next version; without an actor, as what its author once said."""
    last = db.session.scalars(_last_version(row.id)).one_or_none()
    said = content_of(row)
    version = UpdateVersion(
        update_id=row.id,
        number=last.number + 1 if last else 1,
        submitted_at=row.posted_at,
        account_id=actor.account_id if actor else row.author_id,
        account_name=row.author_name,
        reported_on=said.reported_on,
        stage=row.stage,
        progress=said.progress,
        spent_fen=said.spent_fen,
        correction=said.correction,
        overspent_for=said.overspent_for,
        figures=kept(said.figures),
    )
    db.session.add(version)
    db.session.flush()
    return version


def _approve_own(actor: Actor, project: Any, row: Any) -> None:
    """One press, two words: what was submitted, and that it was approved."""
    db.session.flush()
    with change(actor, "updates.approve") as entry:
        approve_row(actor, entry, project, row)


def approve_row(actor: Actor, entry: Entry, project: Any, row: Any) -> None:
    """Let an update count: its state, the word on its version, and what the project repeats."""
    entry.watch(project)
    decide(actor, row, UpdateDecisionKind.APPROVED)
    before, row.state, row.version = row.state, APPROVED, row.version + 1
    told = {**told_move(project, before, APPROVED), **settle(project, row.id)}
    entry.about("project_updates", row.id, told, project.region_code)


def _told(project: Any, row: Any, said: Content) -> dict[str, Any]:
    figures = {one.name: [None, one.value] for one in said.figures}
    about = {"project_id": project.id, "reported_on": said.reported_on, "correction": said.correction}
    if said.overspent_for:
        about["overspent_for"] = said.overspent_for
    return {**about, "update_state": [None, SUBMITTED.value], **figures}


def _answered_before(actor: Actor, repetition: AlreadyDone, draft: UpdateDraft) -> Receipt:
    """The first answer again; the same id with other words is no repetition: they would be lost in silence."""
    wanted = visible(actor, ProjectUpdate).where(ProjectUpdate.id == repetition.subject_id)
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    now_stands = written(row)
    if not now_stands.content.says(draft):
        raise Conflict(theirs=now_stands, ours=draft, current_version=now_stands.version)
    return Receipt(update_id=row.id, state=row.state, already_there=True)
