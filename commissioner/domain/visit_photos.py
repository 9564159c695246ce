"""Photos of a visit: at most four, each once, seen with the visit; the file stands before its row is committed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exists, func, insert, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import Entry, change
from commissioner.domain.photo_store import PhotoSize, PhotoStore, Staged
from commissioner.domain.visit_log import find_visit, may_amend
from commissioner.models import MergedVisit, VisitPhoto, db
from commissioner.models.base import now, table_of
from commissioner.pictures.photo import Photo, clean_photo
from commissioner.problems import NotFound, Problem, TooManyPhotos

MOST_PHOTOS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoReceipt:
    """The answer to a photo that was sent: its id, and whether it was there already."""

    photo_id: int
    already_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPhotoLine:
    """A photo as a visit's page shows it; sides in pixels."""

    id: int
    width_px: int
    height_px: int
    size_bytes: int
    position_kept: bool
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFile:
    """A photo's file, and the digest by which a browser knows that it has it."""

    path: Path
    sha256: str


def photos_of(actor: Actor, visit_id: int) -> Sequence[VisitPhotoLine]:
    """The photos of a visit, in the order in which they came."""
    columns = [getattr(VisitPhoto, name) for name in VisitPhotoLine.__dataclass_fields__]
    wanted = select(*columns).where(VisitPhoto.visit_id == visit_id, scope(actor, VisitPhoto))
    return [VisitPhotoLine(**row) for row in db.session.execute(wanted.order_by(VisitPhoto.id)).mappings()]


def photo_file(actor: Actor, photo_id: int, store: PhotoStore, size: PhotoSize) -> PhotoFile:
    """The file of a photo of a visit in scope. Raises ``NotFound``."""
    wanted = select(VisitPhoto.content_sha256).where(VisitPhoto.id == photo_id, scope(actor, VisitPhoto))
    sha256 = db.session.scalar(wanted)
    path = store.path_of(sha256, size) if sha256 else None
    if sha256 is None or path is None or not path.is_file():
        raise NotFound
    return PhotoFile(path=path, sha256=sha256)


def may_add_photos(actor: Actor, visit_id: int) -> bool:
    """Whether this actor may add and remove photos: who may amend the visit, or wrote a record that was merged into it."""
    return may_amend(actor, visit_id) or (actor.can(Permission.LOG_VISIT) and _wrote_a_part(actor, visit_id))


def add_photo(
    actor: Actor, visit_id: int, data: bytes, store: PhotoStore, *, keep_position: bool = False
) -> PhotoReceipt:
    """Keep a photo of a visit, cleaned; the same file again is answered with the first.

    Raises ``NotFound``, ``TooManyPhotos``, ``TooLarge``, ``NotAPhoto``, or ``Busy`` where it could not be stored.
    """
    sent_sha256 = hashlib.sha256(data).hexdigest()
    if not may_add_photos(actor, visit_id):
        raise NotFound
    # Both are asked again where it counts; here they spare the decoding.
    receipt = _repeated(visit_id, sent_sha256)
    if receipt is not None:
        return receipt
    _number_of_photos(visit_id)
    photo = clean_photo(data, keep_position=keep_position)
    staged = store.stage(photo)
    try:
        return _add(actor, visit_id, sent_sha256, photo, staged)
    except BaseException:
        if staged.kept:
            _sweep(actor, store, photo.sha256)
        raise
    finally:
        staged.drop()


def remove_photo(actor: Actor, photo_id: int, store: PhotoStore) -> int:
    """Remove a photo; its file goes when no other visit has it. The visit it was of. Raises ``NotFound``."""
    visit_id = db.session.scalar(select(VisitPhoto.visit_id).where(VisitPhoto.id == photo_id, scope(actor, VisitPhoto)))
    if visit_id is None or not may_add_photos(actor, visit_id):
        raise NotFound
    with change(actor, "visits.remove_photo") as entry:
        visit = find_visit(actor, visit_id, lock=True)
        number = _count(visit_id)
        gone = delete(VisitPhoto).where(VisitPhoto.id == photo_id).returning(VisitPhoto.content_sha256)
        sha256 = db.session.scalar(gone)
        if sha256 is None:  # another hand was quicker
            raise NotFound
        told = {"photos": [number, number - 1], "content_sha256": [sha256, None]}
        entry.about("visits", visit_id, told, visit.region_code)
    _sweep(actor, store, sha256)
    return visit_id


def missing_files(store: PhotoStore) -> int:
    """How many photos have a row and no file: a backup without the folder of photos leaves them so."""
    digests = db.session.scalars(select(VisitPhoto.content_sha256).distinct())
    return sum(not store.path_of(one, size).is_file() for one in digests for size in PhotoSize)


def _add(actor: Actor, visit_id: int, sent_sha256: str, photo: Photo, staged: Staged) -> PhotoReceipt:
    with change(actor, "visits.add_photo") as entry:
        # Whoever adds to this visit at the same moment waits here, so that nobody counts to three twice.
        visit = find_visit(actor, visit_id, lock=True)
        receipt = _repeated(visit_id, sent_sha256)
        if receipt is not None:
            entry.silent = True
            return receipt
        number = _number_of_photos(visit_id)
        _hold(photo.sha256)
        staged.keep()
        photo_id = _insert(actor, visit_id, sent_sha256, photo)
        _tell(entry, visit, number, photo)
    return PhotoReceipt(photo_id=photo_id)


def _insert(actor: Actor, visit_id: int, sent_sha256: str, photo: Photo) -> int:
    row = {
        "visit_id": visit_id,
        "content_sha256": photo.sha256,
        "sent_sha256": sent_sha256,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "size_bytes": len(photo.large),
        "position_kept": photo.position_kept,
        "added_by_id": actor.account_id,
        "received_at": now(),
    }
    table = table_of(VisitPhoto)
    photo_id: int = db.session.connection().execute(insert(table).returning(table.c.id), row).scalar_one()
    return photo_id


def _tell(entry: Entry, visit: Any, number: int, photo: Photo) -> None:
    told: dict[str, Any] = {"photos": [number, number + 1], "content_sha256": [None, photo.sha256]}
    if photo.position_kept:
        told["position_kept"] = [None, True]
    entry.about("visits", visit.id, told, visit.region_code)


def _repeated(visit_id: int, sent_sha256: str) -> PhotoReceipt | None:
    wanted = select(VisitPhoto.id).where(VisitPhoto.visit_id == visit_id, VisitPhoto.sent_sha256 == sent_sha256)
    photo_id = db.session.scalar(wanted)
    return None if photo_id is None else PhotoReceipt(photo_id=photo_id, already_there=True)


def _count(visit_id: int) -> int:
    return db.session.scalar(select(func.count(VisitPhoto.id)).where(VisitPhoto.visit_id == visit_id)) or 0


def _number_of_photos(visit_id: int) -> int:
    """How many photos the visit has, if there is room for one more. Raises ``TooManyPhotos``."""
    number = _count(visit_id)
    if number >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    return number


def _wrote_a_part(actor: Actor, visit_id: int) -> bool:
    """Whether this actor sent a record that was merged into the visit: its photos may still be on the phone."""
    merged = db.session.scalars(select(MergedVisit.content).where(MergedVisit.visit_id == visit_id))
    return any(content.get("logged_by_id") == actor.account_id for content in merged)


def _hold(sha256: str) -> None:
    """Until the transaction ends nobody else adds or removes this content; on SQLite writers wait for each other anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(int(sha256[:15], 16))))


def _sweep(actor: Actor, store: PhotoStore, sha256: str) -> None:
    """Remove the files of a photo that no row refers to. What cannot be removed now is only a file too many."""
    with suppress(Problem, OSError), change(actor, "visits.remove_photo") as entry:
        entry.silent = True
        _hold(sha256)
        if not db.session.scalar(select(exists().where(VisitPhoto.content_sha256 == sha256))):
            store.remove(sha256)
