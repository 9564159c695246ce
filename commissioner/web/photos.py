"""Photos of a visit: taken in from the page or the phone, shown to those who see the visit, removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from commissioner.access import Actor, Permission
from commissioner.domain.photo_store import PhotoSize, PhotoStore
from commissioner.domain.visit_log import visit_called
from commissioner.domain.visit_photos import (
    MOST_PHOTOS,
    PhotoReceipt,
    add_photo,
    may_add_photos,
    photo_file,
    photos_of,
    remove_photo,
)
from commissioner.pictures.photo import LARGEST_BYTES
from commissioner.problems import NotAPhoto, NotFound, TooLarge, TooManyPhotos
from commissioner.web.errors import told
from commissioner.web.session import actor, requires

bp = Blueprint("photos", __name__)
# What a form adds around its files.
AROUND_FILES_BYTES = 256 * 1024
LARGEST_BODIES = {
    "photos.send": LARGEST_BYTES,
    "photos.add": MOST_PHOTOS * LARGEST_BYTES + AROUND_FILES_BYTES,
}
# A browser asks each time whether it may still see what it keeps.
ASKED_EACH_TIME = "private, no-cache"


@bp.url_value_preprocessor
def _take_more(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before anything looks into the body: the check of the form's token reads it.
    if endpoint in LARGEST_BODIES:
        request.max_content_length = LARGEST_BODIES[endpoint]


@bp.post("/sync/visits/<uuid:client_id>/photos.json")
@requires(Permission.LOG_VISIT)
def send(client_id: UUID) -> tuple[Response, int]:
    """A photo from a phone: the body is the file."""
    visit_id = visit_called(actor(), str(client_id))
    receipt = _kept(visit_id, request.get_data(cache=False), keep_position=request.args.get("keep_position") == "1")
    url = url_for("photos.large", photo_id=receipt.photo_id)
    return jsonify(photo_id=receipt.photo_id, url=url), 200 if receipt.already_there else 201


@bp.post("/visits/<int:visit_id>/photos")
@requires(Permission.LOG_VISIT)
def add(visit_id: int) -> AnyResponse:
    """Photos from the visit's page: what can be kept is kept, and of the others it is told why not."""
    if not may_add_photos(actor(), visit_id):
        raise NotFound
    files = [one for one in request.files.getlist("photos") if one.filename]
    if not files:
        flash(_("没有选照片。"), "bad")
    refused = [fault for one in files if (fault := _fault_of(visit_id, one))]
    if len(files) > len(refused):
        flash(_("已添加 %(number)s 张照片。", number=len(files) - len(refused)), "good")
    for fault in dict.fromkeys(refused):
        flash(fault, "bad")
    return _back_to(visit_id)


@bp.get("/visits/photos/<int:photo_id>.jpg")
@requires(Permission.LOOK)
def large(photo_id: int) -> AnyResponse:
    """A photo."""
    return _shown(photo_id, PhotoSize.LARGE)


@bp.get("/visits/photos/<int:photo_id>-small.jpg")
@requires(Permission.LOOK)
def small(photo_id: int) -> AnyResponse:
    """A photo's thumbnail."""
    return _shown(photo_id, PhotoSize.SMALL)


@bp.post("/visits/photos/<int:photo_id>/remove")
@requires(Permission.LOG_VISIT)
def remove(photo_id: int) -> AnyResponse:
    """Remove a photo."""
    visit_id = remove_photo(actor(), photo_id, _store())
    flash(_("照片已删除。"), "good")
    return _back_to(visit_id)


def tell_photos(reader: Actor, visit_id: int, *, may_amend: bool) -> dict[str, Any]:
    """What a visit's page shows of its photos."""
    return {
        "photos": photos_of(reader, visit_id),
        "most_photos": MOST_PHOTOS,
        "largest_photo_mb": LARGEST_BYTES // 1024**2,
        "may_add_photos": may_amend or may_add_photos(reader, visit_id),
    }


def _store() -> PhotoStore:
    return PhotoStore(folder=current_app.extensions["settings"].photo_folder)


def _kept(visit_id: int, data: bytes, *, keep_position: bool) -> PhotoReceipt:
    return add_photo(actor(), visit_id, data, _store(), keep_position=keep_position)


def _fault_of(visit_id: int, file: FileStorage) -> str | None:
    """Keep a file of the form, or say what is wrong with it."""
    try:
        data = file.stream.read(LARGEST_BYTES + 1)
        _kept(visit_id, data, keep_position="keep_position" in request.form)
    except TooManyPhotos as problem:
        return told(problem)
    except (NotAPhoto, TooLarge) as problem:
        return _("%(file)s：%(fault)s", file=(file.filename or "")[:80], fault=told(problem))
    return None


def _shown(photo_id: int, size: PhotoSize) -> AnyResponse:
    photo = photo_file(actor(), photo_id, _store(), size)
    answer = make_response(photo.path.read_bytes())
    answer.mimetype = "image/jpeg"
    answer.set_etag(f"{photo.sha256[:32]}{size}")
    answer.headers["Cache-Control"] = ASKED_EACH_TIME
    answer.headers["Content-Disposition"] = f"inline; filename={photo_id}{size}.jpg"
    return answer.make_conditional(request)


def _back_to(visit_id: int) -> AnyResponse:
    return redirect(url_for("subjects.page", name="visits", row_id=visit_id, _anchor="photos"), 303)
