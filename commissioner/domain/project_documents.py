"""Documents of a project's steps: added by those who work on it, seen by whoever sees the project, removed on record."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change
from commissioner.domain.document_files import DocumentFile, document_file
from commissioner.domain.file_store import FileStore, Staged
from commissioner.domain.project_stages import ENDED, locked_project
from commissioner.domain.project_track import DocumentLine, ProjectFacts, Track, project_track, track_of
from commissioner.models import ProjectDocument, db
from commissioner.models.base import now
from commissioner.problems import NotFound, Problem, TooManyDocuments
from commissioner.vocabulary import DocumentFormat, DocumentKind, ProjectStage

MOST_DOCUMENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceipt:
    """The answer to a document that was sent: its id, and whether it was there already."""

    document_id: int
    already_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document's file, and what it is called when it is saved."""

    path: Path
    name: str
    format: DocumentFormat


def may_add(actor: Actor, track: Track, stage: ProjectStage) -> bool:
    """The bureau at any time; who carries the project out, to the step reached and to those that are open."""
    if actor.can(Permission.KEEP_REGISTRY):
        return True
    open_still = track.facts.stage not in ENDED and stage in {track.facts.stage, *track.moves}
    return actor.can(Permission.UPDATE_PROJECT) and open_still


def may_remove(actor: Actor, track: Track, line: DocumentLine) -> bool:
    """The bureau at any time; others what they added themselves, until the step is decided."""
    if actor.can(Permission.KEEP_REGISTRY):
        return True
    own = line.added_by_id is not None and line.added_by_id == actor.account_id
    undecided = track.step(line.stage) is None or track.facts.stage is ProjectStage.APPLIED
    return own and undecided and may_add(actor, track, line.stage)


def add_document(
    actor: Actor, project_id: int, stage: ProjectStage, kind: DocumentKind, name: str, data: bytes, store: FileStore
) -> DocumentReceipt:
    """Keep a document of a step; the same file of the same kind again is answered with the first.

    Raises ``NotFound``, ``TooManyDocuments``, ``TooLarge``, ``NotADocument``, or ``Busy`` where it was not stored.
    """
    if not may_add(actor, project_track(actor, project_id), stage):
        raise NotFound
    file = document_file(name, data, kind.label)
    staged = store.stage_parts(file.content_sha256, {"": file.data})
    try:
        return _add(actor, project_id, stage, kind, file, staged)
    except BaseException:
        if staged.kept:
            _sweep(actor, store, file.content_sha256)
        raise
    finally:
        staged.drop()


def remove_document(actor: Actor, project_id: int, document_id: int, store: FileStore) -> ProjectStage:
    """Remove a document; its file goes when nothing else has it. The step it was of. Raises ``NotFound``."""
    with change(actor, "projects.remove_document") as entry:
        project = locked_project(actor, project_id)
        track = track_of(ProjectFacts.of(project))
        line = next((one for one in track.documents if one.id == document_id), None)
        if line is None or not may_remove(actor, track, line):
            raise NotFound
        row = db.session.get_one(ProjectDocument, document_id)
        sha256 = row.content_sha256
        told = {"document": [_said(line.kind, line.name), None], "content_sha256": [sha256, None]}
        entry.about("projects", project_id, told, project.region_code)
        db.session.delete(row)
    _sweep(actor, store, sha256)
    return line.stage


def stored_document(actor: Actor, project_id: int, document_id: int, store: FileStore) -> StoredDocument:
    """The file of a document of a project in scope. Raises ``NotFound``."""
    mine = (ProjectDocument.id == document_id, ProjectDocument.project_id == project_id)
    columns = (ProjectDocument.content_sha256, ProjectDocument.title, ProjectDocument.format)
    row = db.session.execute(select(*columns).where(*mine, scope(actor, ProjectDocument))).one_or_none()
    path = store.part_of(row.content_sha256) if row is not None else None
    if row is None or path is None or not path.is_file():
        raise NotFound
    return StoredDocument(path=path, name=f"{row.title}.{row.format.value}", format=row.format)


def missing_documents(store: FileStore) -> int:
    """How many documents have a row and no file: a backup without their folder leaves them so."""
    digests = db.session.scalars(select(ProjectDocument.content_sha256).distinct())
    return sum(not store.part_of(one).is_file() for one in digests)


def _add(
    actor: Actor, project_id: int, stage: ProjectStage, kind: DocumentKind, file: DocumentFile, staged: Staged
) -> DocumentReceipt:
    with change(actor, "projects.add_document") as entry:
        # Whoever adds to this project at the same moment waits here, so that nobody counts past the most there may be.
        project = locked_project(actor, project_id)
        if not may_add(actor, track_of(ProjectFacts.of(project)), stage):
            raise NotFound
        of_step = (ProjectDocument.project_id == project_id, ProjectDocument.stage == stage)
        again = (ProjectDocument.kind == kind, ProjectDocument.sent_sha256 == file.sent_sha256)
        known = db.session.scalar(select(ProjectDocument.id).where(*of_step, *again))
        if known is not None:
            entry.silent = True
            return DocumentReceipt(document_id=known, already_there=True)
        if (db.session.scalar(select(func.count(ProjectDocument.id)).where(*of_step)) or 0) >= MOST_DOCUMENTS:
            raise TooManyDocuments(most=MOST_DOCUMENTS)
        _hold(file.content_sha256)
        staged.keep()
        row = _row(actor, project_id, stage, kind, file)
        db.session.add(row)
        db.session.flush()
        said = _said(kind, f"{file.title}.{file.format.value}")
        told = {"document": [None, said], "content_sha256": [None, file.content_sha256]}
        entry.about("projects", project_id, told, project.region_code)
        return DocumentReceipt(document_id=row.id)


def _row(actor: Actor, project_id: int, stage: ProjectStage, kind: DocumentKind, file: DocumentFile) -> Any:
    return ProjectDocument(
        project_id=project_id,
        stage=stage,
        kind=kind,
        title=file.title,
        format=file.format,
        content_sha256=file.content_sha256,
        sent_sha256=file.sent_sha256,
        size_bytes=len(file.data),
        added_by_id=actor.account_id,
        added_by=actor.name,
        received_at=now(),
    )


def _said(kind: DocumentKind, name: str) -> str:
    return f"{kind.value} {name}"


def _hold(sha256: str) -> None:
    """Until the transaction ends nobody else adds or removes this content; on SQLite writers wait for each other anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(int(sha256[:15], 16))))


def _sweep(actor: Actor, store: FileStore, sha256: str) -> None:
    """Remove the file of a document that no row refers to. What cannot be removed now is only a file too many."""
    with suppress(Problem, OSError), change(actor, "projects.remove_document") as entry:
        entry.silent = True
        _hold(sha256)
        if not db.session.scalar(select(exists().where(ProjectDocument.content_sha256 == sha256))):
            store.part_of(sha256).unlink(missing_ok=True)
