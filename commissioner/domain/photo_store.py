"""Where photos lie: files named after their content, each written whole and durably or not at all."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from commissioner.pictures.photo import Photo
from commissioner.problems import Busy
from commissioner.vocabulary import N_

NOT_STORED = N_("照片没有存下，可能是磁盘满了。没有存下的照片还在您这里，请稍后再传一次。")


class PhotoSize(StrEnum):
    """The two sizes that every photo is kept in, by what their files' names end with."""

    LARGE = ""
    SMALL = "-small"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoStore:
    """The folder of photos; two visits may share a file, and only rows say which files are needed."""

    folder: Path

    def path_of(self, sha256: str, size: PhotoSize = PhotoSize.LARGE) -> Path:
        """The file of a photo, whether it is there or not."""
        return self.folder / sha256[:2] / f"{sha256[2:]}{size}.jpg"

    def stage(self, photo: Photo) -> Staged:
        """Write both sizes to the disk under names that nobody reads. Raises ``Busy`` where they do not fit."""
        staged = Staged(store=self, sha256=photo.sha256)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for size, data in ((PhotoSize.LARGE, photo.large), (PhotoSize.SMALL, photo.small)):
                staged.write(size, data)
        except OSError as error:
            staged.drop()
            raise Busy(NOT_STORED) from error
        except BaseException:
            staged.drop()
            raise
        return staged

    def remove(self, sha256: str) -> None:
        """Remove a photo's files, as far as they are there."""
        for size in PhotoSize:
            self.path_of(sha256, size).unlink(missing_ok=True)


@dataclass(slots=True, kw_only=True)
class Staged:
    """A photo on the disk that does not have its name yet."""

    store: PhotoStore
    sha256: str
    parts: dict[PhotoSize, Path] = field(default_factory=dict)
    kept: bool = False

    def write(self, size: PhotoSize, data: bytes) -> None:
        """Write one size and wait until the disk has it."""
        number, name = tempfile.mkstemp(dir=self.store.folder, prefix=".", suffix=".part")
        self.parts[size] = Path(name)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def keep(self) -> None:
        """Give both files their names: call it where the row is written, before it is committed."""
        self.kept = True
        try:
            home = self.store.path_of(self.sha256).parent
            home.mkdir(exist_ok=True, mode=0o700)
            for size, part in self.parts.items():
                part.replace(self.store.path_of(self.sha256, size))
            self.parts.clear()
            _settle(home)
            _settle(self.store.folder)
        except OSError as error:
            raise Busy(NOT_STORED) from error

    def drop(self) -> None:
        """Remove what was not kept."""
        for part in self.parts.values():
            part.unlink(missing_ok=True)
        self.parts.clear()


def _settle(folder: Path) -> None:
    """Wait until the disk has the names in a folder, where the system offers it."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
