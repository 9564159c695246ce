"""Where photos lie: a folder of files, each in two sizes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from commissioner.domain.file_store import FileStore, Staged
from commissioner.pictures.photo import Photo
from commissioner.vocabulary import N_

NOT_STORED = N_("照片没有存下，可能是磁盘满了。没有存下的照片还在您这里，请稍后再传一次。")


class PhotoSize(StrEnum):
    """The two sizes that every photo is kept in, by what their files' names end with."""

    LARGE = ""
    SMALL = "-small"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoStore(FileStore):
    """The folder of photos; two visits may share a file, and only rows say which files are needed."""

    @property
    def not_stored(self) -> str:
        """What is said where the disk does not take a photo."""
        return NOT_STORED

    def path_of(self, sha256: str, size: PhotoSize = PhotoSize.LARGE) -> Path:
        """The file of a photo, whether it is there or not."""
        return self.part_of(sha256, f"{size}.jpg")

    def stage(self, photo: Photo) -> Staged:
        """Write both sizes to the disk under names that nobody reads. Raises ``Busy`` where they do not fit."""
        parts = {f"{PhotoSize.LARGE}.jpg": photo.large, f"{PhotoSize.SMALL}.jpg": photo.small}
        return self.stage_parts(photo.sha256, parts)

    def remove(self, sha256: str) -> None:
        """Remove a photo's files, as far as they are there."""
        for size in PhotoSize:
            self.path_of(sha256, size).unlink(missing_ok=True)
