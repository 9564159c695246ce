"""Documents of a project's steps: taken in from the step's page, saved by those who see the project, removed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain.document_files import LARGEST_BYTES, safe_title
from commissioner.domain.file_store import FileStore
from commissioner.domain.project_documents import (
    MOST_DOCUMENTS,
    add_document,
    may_add,
    may_remove,
    remove_document,
    stored_document,
)
from commissioner.domain.project_track import Track, project_track
from commissioner.problems import NotADocument, NotFound, TooLarge, TooManyDocuments
from commissioner.vocabulary import DocumentFormat, DocumentKind, ProjectStage
from commissioner.web.downloads import XLSX, attachment_name
from commissioner.web.errors import told
from commissioner.web.session import actor, requires

bp = Blueprint("project_documents", __name__)
MOST_AT_ONCE = 5
LARGEST_BODY = MOST_AT_ONCE * LARGEST_BYTES + 256 * 1024
MEDIA = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentFormat.XLSX: XLSX,
    DocumentFormat.JPG: "image/jpeg",
}
ACCEPTED = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"
# Whatever a document holds runs nowhere: it is saved, and a browser that opens it all the same lets it do nothing.
LOCKED_UP = "default-src 'none'; sandbox"


@bp.url_value_preprocessor
def _take_more(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before anything looks into the body: the check of the form's token reads it.
    if endpoint == "project_documents.add":
        request.max_content_length = LARGEST_BODY


@bp.post("/projects/<int:project_id>/steps/<stage>/documents")
@requires(Permission.UPDATE_PROJECT)
def add(project_id: int, stage: str) -> Response:
    """Documents of a step: what can be kept is kept, and of the others it is told why not."""
    wanted = next((one for one in ProjectStage if one.value == stage), None)
    if wanted is None or not may_add(actor(), project_track(actor(), project_id), wanted):
        raise NotFound
    kind = next((one for one in DocumentKind if one.value == request.form.get("kind")), None)
    files = [one for one in request.files.getlist("files") if one.filename][:MOST_AT_ONCE]
    if kind is None or not files:
        flash(_("请选择材料的种类和文件。"), "bad")
        return _back_to(project_id, wanted)
    refused = [fault for one in files if (fault := _fault_of(project_id, wanted, kind, one))]
    if len(files) > len(refused):
        flash(_("已上传 %(number)s 份材料。", number=len(files) - len(refused)), "good")
    for fault in dict.fromkeys(refused):
        flash(fault, "bad")
    return _back_to(project_id, wanted)


@bp.get("/projects/<int:project_id>/documents/<int:document_id>")
@requires(Permission.LOOK)
def save(project_id: int, document_id: int) -> Response:
    """A document, to be saved."""
    stored = stored_document(actor(), project_id, document_id, _store())
    answer = make_response(stored.path.read_bytes())
    answer.mimetype = MEDIA[stored.format]
    answer.headers["Content-Disposition"] = attachment_name(stored.name)
    answer.headers["Content-Security-Policy"] = LOCKED_UP
    return answer


@bp.post("/projects/<int:project_id>/documents/<int:document_id>/remove")
@requires(Permission.UPDATE_PROJECT)
def remove(project_id: int, document_id: int) -> Response:
    """Remove a document."""
    stage = remove_document(actor(), project_id, document_id, _store())
    flash(_("材料已删除。"), "good")
    return _back_to(project_id, stage)


def documents_told(reader: Actor, track: Track, stage: ProjectStage) -> dict[str, Any]:
    """What a step's page shows of its documents."""
    lines = track.documents_of(stage)
    missing = track.missing(stage)
    return {
        "lines": [(one, may_remove(reader, track, one)) for one in lines],
        "may_add": may_add(reader, track, stage) and len(lines) < MOST_DOCUMENTS,
        "kinds": list(dict.fromkeys((*missing, *track.rule(stage).documents, *DocumentKind))),
        "accepted": ACCEPTED,
        "largest_mb": LARGEST_BYTES // 1024**2,
        "most_at_once": MOST_AT_ONCE,
    }


def _store() -> FileStore:
    return FileStore(folder=current_app.extensions["settings"].document_folder)


def _fault_of(project_id: int, stage: ProjectStage, kind: DocumentKind, file: FileStorage) -> str | None:
    """Keep a file of the form, or say what is wrong with it."""
    name = file.filename or ""
    try:
        data = file.stream.read(LARGEST_BYTES + 1)
        add_document(actor(), project_id, stage, kind, name, data, _store())
    except TooManyDocuments as problem:
        return told(problem)
    except (NotADocument, TooLarge) as problem:
        return _("%(file)s：%(fault)s", file=safe_title(name) or _(kind.label), fault=told(problem))
    return None


def _back_to(project_id: int, stage: ProjectStage) -> Response:
    url = url_for("project_steps.page", project_id=project_id, stage=stage.value, _anchor="documents")
    return redirect(url, 303)
