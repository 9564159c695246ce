"""Photos of a record: at most four, each once, seen with it; the file stands before its row is committed.

An ``Album`` says whose photos they are; albums share the files of what both hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exists, func, insert, select

from commissioner.access import Actor, scope
from commissioner.domain.changes import Entry, change
from commissioner.domain.file_store import Staged
from commissioner.domain.photo_store import PhotoSize, PhotoStore
from commissioner.models import NeedPhoto, VisitPhoto, db
from commissioner.models.base import now, table_of
from commissioner.pictures.photo import Photo, clean_photo
from commissioner.problems import NotFound, Problem, TooManyPhotos

MOST_PHOTOS = 4
# Every table of photos: a file goes when none of them names it.
TABLES: tuple[Any, ...] = (VisitPhoto, NeedPhoto)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Album:
    """Whose photos: their table, the column that names the owner, the subject for the audit, and two questions.

    ``hold`` finds the owner, if it may be seen, and keeps others from adding meanwhile; ``may_add`` also removes.
    """

    model: Any
    owner: str
    subject: str
    hold: Callable[[Actor, int], Any]
    may_add: Callable[[Actor, int], bool]

    @property
    def owner_id(self) -> Any:
        """The column of the owner."""
        return getattr(self.model, self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoReceipt:
    """The answer to a photo that was sent: its id, and whether it was there already."""

    photo_id: int
    already_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLine:
    """A photo as a page shows it; sides in pixels."""

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


def photos_in(album: Album, actor: Actor, owner_id: int) -> Sequence[PhotoLine]:
    """The photos of one owner, in the order in which they came."""
    columns = [getattr(album.model, name) for name in PhotoLine.__dataclass_fields__]
    wanted = select(*columns).where(album.owner_id == owner_id, scope(actor, album.model))
    return [PhotoLine(**row) for row in db.session.execute(wanted.order_by(album.model.id)).mappings()]


def file_in(album: Album, actor: Actor, photo_id: int, store: PhotoStore, size: PhotoSize) -> PhotoFile:
    """The file of a photo in scope. Raises ``NotFound``."""
    wanted = select(album.model.content_sha256).where(album.model.id == photo_id, scope(actor, album.model))
    sha256 = db.session.scalar(wanted)
    path = store.path_of(sha256, size) if sha256 else None
    if sha256 is None or path is None or not path.is_file():
        raise NotFound
    return PhotoFile(path=path, sha256=sha256)


def add_to(
    album: Album, actor: Actor, owner_id: int, data: bytes, store: PhotoStore, *, keep_position: bool = False
) -> PhotoReceipt:
    """Keep a photo, cleaned; the same file again is answered with the first.

    Raises ``NotFound``, ``TooManyPhotos``, ``TooLarge``, ``NotAPhoto``, or ``Busy`` where it could not be stored.
    """
    sent_sha256 = hashlib.sha256(data).hexdigest()
    if not album.may_add(actor, owner_id):
        raise NotFound
    # Both are asked again where it counts; here they spare the decoding.
    receipt = _repeated(album, owner_id, sent_sha256)
    if receipt is not None:
        return receipt
    _number_of_photos(album, owner_id)
    photo = clean_photo(data, keep_position=keep_position)
    staged = store.stage(photo)
    try:
        return _add(album, actor, owner_id, sent_sha256, photo, staged)
    except BaseException:
        if staged.kept:
            _sweep(album, actor, store, photo.sha256)
        raise
    finally:
        staged.drop()


def remove_from(album: Album, actor: Actor, photo_id: int, store: PhotoStore) -> int:
    """Remove a photo; its file goes when no other row has it. Whose it was. Raises ``NotFound``."""
    seen = (album.model.id == photo_id, scope(actor, album.model))
    owner_id: int | None = db.session.scalar(select(album.owner_id).where(*seen))
    if owner_id is None or not album.may_add(actor, owner_id):
        raise NotFound
    with change(actor, f"{album.subject}.remove_photo") as entry:
        owner = album.hold(actor, owner_id)
        number = _count(album, owner_id)
        gone = delete(album.model).where(album.model.id == photo_id).returning(album.model.content_sha256)
        sha256 = db.session.scalar(gone)
        if sha256 is None:  # another hand was quicker
            raise NotFound
        told = {"photos": [number, number - 1], "content_sha256": [sha256, None]}
        entry.about(album.subject, owner_id, told, owner.region_code)
    _sweep(album, actor, store, sha256)
    return owner_id


def missing_files(store: PhotoStore) -> int:
    """How many photos have a row and no file: a backup without the folder of photos leaves them so."""
    digests = {one for model in TABLES for one in db.session.scalars(select(model.content_sha256).distinct())}
    return sum(not store.path_of(one, size).is_file() for one in digests for size in PhotoSize)


def _add(album: Album, actor: Actor, owner_id: int, sent_sha256: str, photo: Photo, staged: Staged) -> PhotoReceipt:
    with change(actor, f"{album.subject}.add_photo") as entry:
        # Whoever adds to this owner at the same moment waits here, so that nobody counts to three twice.
        owner = album.hold(actor, owner_id)
        receipt = _repeated(album, owner_id, sent_sha256)
        if receipt is not None:
            entry.silent = True
            return receipt
        number = _number_of_photos(album, owner_id)
        _hold(photo.sha256)
        staged.keep()
        photo_id = _insert(album, actor, owner_id, sent_sha256, photo)
        _tell(album, entry, owner, number, photo)
    return PhotoReceipt(photo_id=photo_id)


def _insert(album: Album, actor: Actor, owner_id: int, sent_sha256: str, photo: Photo) -> int:
    row = {
        album.owner: owner_id,
        "content_sha256": photo.sha256,
        "sent_sha256": sent_sha256,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "size_bytes": len(photo.large),
        "position_kept": photo.position_kept,
        "added_by_id": actor.account_id,
        "received_at": now(),
    }
    table = table_of(album.model)
    photo_id: int = db.session.connection().execute(insert(table).returning(table.c.id), row).scalar_one()
    return photo_id


def _tell(album: Album, entry: Entry, owner: Any, number: int, photo: Photo) -> None:
    told: dict[str, Any] = {"photos": [number, number + 1], "content_sha256": [None, photo.sha256]}
    if photo.position_kept:
        told["position_kept"] = [None, True]
    entry.about(album.subject, owner.id, told, owner.region_code)


def _repeated(album: Album, owner_id: int, sent_sha256: str) -> PhotoReceipt | None:
    wanted = select(album.model.id).where(album.owner_id == owner_id, album.model.sent_sha256 == sent_sha256)
    photo_id = db.session.scalar(wanted)
    return None if photo_id is None else PhotoReceipt(photo_id=photo_id, already_there=True)


def _count(album: Album, owner_id: int) -> int:
    return db.session.scalar(select(func.count(album.model.id)).where(album.owner_id == owner_id)) or 0


def _number_of_photos(album: Album, owner_id: int) -> int:
    """How many photos the owner has, if there is room for one more. Raises ``TooManyPhotos``."""
    number = _count(album, owner_id)
    if number >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    return number


def _hold(sha256: str) -> None:
    """Until the transaction ends nobody else adds or removes this content; on SQLite writers wait for each other anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(int(sha256[:15], 16))))


def _sweep(album: Album, actor: Actor, store: PhotoStore, sha256: str) -> None:
    """Remove the files of a photo that no row refers to. What cannot be removed now is only a file too many."""
    with suppress(Problem, OSError), change(actor, f"{album.subject}.remove_photo") as entry:
        entry.silent = True
        _hold(sha256)
        if not any(db.session.scalar(select(exists().where(one.content_sha256 == sha256))) for one in TABLES):
            store.remove(sha256)
