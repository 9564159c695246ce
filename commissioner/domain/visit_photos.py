"""Photos of a visit: seen with it, added and removed by those who may amend it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from commissioner.access import Actor, Permission
from commissioner.domain.photo_albums import (
    MOST_PHOTOS,
    Album,
    PhotoFile,
    PhotoLine,
    PhotoReceipt,
    add_to,
    file_in,
    missing_files,
    photos_in,
    remove_from,
)
from commissioner.domain.photo_store import PhotoSize, PhotoStore
from commissioner.domain.visit_log import find_visit, may_amend
from commissioner.models import MergedVisit, VisitPhoto, db

__all__ = [
    "MOST_PHOTOS",
    "VISIT_ALBUM",
    "PhotoReceipt",
    "VisitPhotoLine",
    "add_photo",
    "may_add_photos",
    "missing_files",
    "photo_file",
    "photos_of",
    "remove_photo",
]

VisitPhotoLine = PhotoLine


def may_add_photos(actor: Actor, visit_id: int) -> bool:
    """Whether this actor may add and remove photos: who may amend the visit, or wrote a record that was merged into it."""
    return may_amend(actor, visit_id) or (actor.can(Permission.LOG_VISIT) and _wrote_a_part(actor, visit_id))


def _wrote_a_part(actor: Actor, visit_id: int) -> bool:
    """Whether this actor sent a record that was merged into the visit: its photos may still be on the phone."""
    merged = db.session.scalars(select(MergedVisit.content).where(MergedVisit.visit_id == visit_id))
    return any(content.get("logged_by_id") == actor.account_id for content in merged)


VISIT_ALBUM = Album(
    model=VisitPhoto,
    owner="visit_id",
    subject="visits",
    hold=lambda actor, visit_id: find_visit(actor, visit_id, lock=True),
    may_add=may_add_photos,
)


def photos_of(actor: Actor, visit_id: int) -> Sequence[PhotoLine]:
    """The photos of a visit, in the order in which they came."""
    return photos_in(VISIT_ALBUM, actor, visit_id)


def photo_file(actor: Actor, photo_id: int, store: PhotoStore, size: PhotoSize) -> PhotoFile:
    """The file of a photo of a visit in scope. Raises ``NotFound``."""
    return file_in(VISIT_ALBUM, actor, photo_id, store, size)


def add_photo(
    actor: Actor, visit_id: int, data: bytes, store: PhotoStore, *, keep_position: bool = False
) -> PhotoReceipt:
    """Keep a photo of a visit: see ``photo_albums``."""
    return add_to(VISIT_ALBUM, actor, visit_id, data, store, keep_position=keep_position)


def remove_photo(actor: Actor, photo_id: int, store: PhotoStore) -> int:
    """Remove a photo. The visit it was of."""
    return remove_from(VISIT_ALBUM, actor, photo_id, store)
