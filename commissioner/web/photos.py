"""Photos of visits and needs: taken in from the page or the phone, shown to those who see the record, removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from commissioner.access import Actor, Permission
from commissioner.domain.need_photos import NEED_ALBUM
from commissioner.domain.photo_albums import (
    MOST_PHOTOS,
    Album,
    PhotoReceipt,
    add_to,
    file_in,
    photos_in,
    remove_from,
)
from commissioner.domain.photo_store import PhotoSize, PhotoStore
from commissioner.domain.visit_log import visit_called
from commissioner.domain.visit_photos import VISIT_ALBUM, may_add_photos
from commissioner.pictures.photo import LARGEST_BYTES
from commissioner.problems import NotAPhoto, NotFound, TooLarge, TooManyPhotos
from commissioner.web.errors import told
from commissioner.web.session import actor, requires

bp = Blueprint("photos", __name__)
# What a form adds around its files.
AROUND_FILES_BYTES = 256 * 1024
LARGEST_FORM_BYTES = MOST_PHOTOS * LARGEST_BYTES + AROUND_FILES_BYTES
LARGEST_BODIES = {
    "photos.send": LARGEST_BYTES,
    "photos.add": LARGEST_FORM_BYTES,
    "photos.add_to_need": LARGEST_FORM_BYTES,
    "needs.new": LARGEST_FORM_BYTES,
}
# A browser asks each time whether it may still see what it keeps.
ASKED_EACH_TIME = "private, no-cache"


@bp.url_value_preprocessor
def take_more(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the bodies of these doors be as large as their photos."""
    # Before anything looks into the body: the check of the form's token reads it.
    if endpoint in LARGEST_BODIES:
        request.max_content_length = LARGEST_BODIES[endpoint]


@bp.post("/sync/visits/<uuid:client_id>/photos.json")
@requires(Permission.LOG_VISIT)
def send(client_id: UUID) -> tuple[Response, int]:
    """A photo from a phone: the body is the file."""
    visit_id = visit_called(actor(), str(client_id))
    keeps = request.args.get("keep_position") == "1"
    receipt = _kept(VISIT_ALBUM, visit_id, request.get_data(cache=False), keep_position=keeps)
    url = url_for("photos.large", photo_id=receipt.photo_id)
    return jsonify(photo_id=receipt.photo_id, url=url), 200 if receipt.already_there else 201


@bp.post("/visits/<int:owner_id>/photos")
@requires(Permission.LOG_VISIT)
def add(owner_id: int) -> AnyResponse:
    """Photos from the visit's page."""
    return _taken(VISIT_ALBUM, owner_id)


@bp.post("/needs/<int:owner_id>/photos")
@requires(Permission.RAISE_NEED)
def add_to_need(owner_id: int) -> AnyResponse:
    """Photos from the need's page."""
    return _taken(NEED_ALBUM, owner_id)


@bp.get("/visits/photos/<int:photo_id>.jpg")
@requires(Permission.LOOK)
def large(photo_id: int) -> AnyResponse:
    """A photo of a visit."""
    return _shown(VISIT_ALBUM, photo_id, PhotoSize.LARGE)


@bp.get("/visits/photos/<int:photo_id>-small.jpg")
@requires(Permission.LOOK)
def small(photo_id: int) -> AnyResponse:
    """Its thumbnail."""
    return _shown(VISIT_ALBUM, photo_id, PhotoSize.SMALL)


@bp.get("/needs/photos/<int:photo_id>.jpg")
@requires(Permission.LOOK)
def large_of_need(photo_id: int) -> AnyResponse:
    """A photo of a need."""
    return _shown(NEED_ALBUM, photo_id, PhotoSize.LARGE)


@bp.get("/needs/photos/<int:photo_id>-small.jpg")
@requires(Permission.LOOK)
def small_of_need(photo_id: int) -> AnyResponse:
    """Its thumbnail."""
    return _shown(NEED_ALBUM, photo_id, PhotoSize.SMALL)


@bp.post("/visits/photos/<int:photo_id>/remove")
@requires(Permission.LOG_VISIT)
def remove(photo_id: int) -> AnyResponse:
    """Remove a photo of a visit."""
    return _removed(VISIT_ALBUM, photo_id)


@bp.post("/needs/photos/<int:photo_id>/remove")
@requires(Permission.RAISE_NEED)
def remove_from_need(photo_id: int) -> AnyResponse:
    """Remove a photo of a need."""
    return _removed(NEED_ALBUM, photo_id)


# The addresses of an album's photos, which the page's section is made of.
DOORS = {
    "visits": {"large": "photos.large", "small": "photos.small", "add": "photos.add", "remove": "photos.remove"},
    "needs": {
        "large": "photos.large_of_need",
        "small": "photos.small_of_need",
        "add": "photos.add_to_need",
        "remove": "photos.remove_from_need",
    },
}


def tell_photos(reader: Actor, visit_id: int, *, may_amend: bool) -> dict[str, Any]:
    """What a visit's page shows of its photos."""
    return _told(VISIT_ALBUM, reader, visit_id, may_add=may_amend or may_add_photos(reader, visit_id))


def tell_need_photos(reader: Actor, need_id: int, *, may_amend: bool) -> dict[str, Any]:
    """What a need's page shows of its photos."""
    return _told(NEED_ALBUM, reader, need_id, may_add=may_amend)


def _told(album: Album, reader: Actor, owner_id: int, *, may_add: bool) -> dict[str, Any]:
    return {
        "photos": photos_in(album, reader, owner_id),
        "photo_doors": DOORS[album.subject],
        **photo_limits(),
        "may_add_photos": may_add,
    }


def photo_limits() -> dict[str, Any]:
    """How many photos there may be, and how large each."""
    return {"most_photos": MOST_PHOTOS, "largest_photo_mb": LARGEST_BYTES // 1024**2}


def _store() -> PhotoStore:
    return PhotoStore(folder=current_app.extensions["settings"].photo_folder)


def _kept(album: Album, owner_id: int, data: bytes, *, keep_position: bool) -> PhotoReceipt:
    return add_to(album, actor(), owner_id, data, _store(), keep_position=keep_position)


def _taken(album: Album, owner_id: int) -> AnyResponse:
    """What can be kept is kept, and of the others it is told why not."""
    if not album.may_add(actor(), owner_id):
        raise NotFound
    if not take_photos(album, owner_id):
        flash(_("没有选照片。"), "bad")
    return _back_to(album, owner_id)


def take_photos(album: Album, owner_id: int) -> int:
    """Keep the files of the form, and say of each that is refused why; how many were sent."""
    files = [one for one in request.files.getlist("photos") if one.filename]
    refused = [fault for one in files if (fault := _fault_of(album, owner_id, one))]
    if len(files) > len(refused):
        flash(_("已添加 %(number)s 张照片。", number=len(files) - len(refused)), "good")
    for fault in dict.fromkeys(refused):
        flash(fault, "bad")
    return len(files)


def _fault_of(album: Album, owner_id: int, file: FileStorage) -> str | None:
    """Keep a file of the form, or say what is wrong with it."""
    try:
        data = file.stream.read(LARGEST_BYTES + 1)
        _kept(album, owner_id, data, keep_position="keep_position" in request.form)
    except TooManyPhotos as problem:
        return told(problem)
    except (NotAPhoto, TooLarge) as problem:
        return _("%(file)s：%(fault)s", file=(file.filename or "")[:80], fault=told(problem))
    return None


def _shown(album: Album, photo_id: int, size: PhotoSize) -> AnyResponse:
    photo = file_in(album, actor(), photo_id, _store(), size)
    answer = make_response(photo.path.read_bytes())
    answer.mimetype = "image/jpeg"
    answer.set_etag(f"{photo.sha256[:32]}{size}")
    answer.headers["Cache-Control"] = ASKED_EACH_TIME
    answer.headers["Content-Disposition"] = f"inline; filename={photo_id}{size}.jpg"
    return answer.make_conditional(request)


def _removed(album: Album, photo_id: int) -> AnyResponse:
    owner_id = remove_from(album, actor(), photo_id, _store())
    flash(_("照片已删除。"), "good")
    return _back_to(album, owner_id)


def _back_to(album: Album, owner_id: int) -> AnyResponse:
    return redirect(url_for("subjects.page", name=album.subject, row_id=owner_id, _anchor="photos"), 303)
