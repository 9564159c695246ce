"""Where files lie: named after their content, each written whole and durably or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from commissioner.problems import Busy
from commissioner.vocabulary import N_

NOT_STORED = N_("文件没有存下，可能是磁盘满了。没有存下的文件还在您这里，请稍后再传一次。")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStore:
    """A folder of files; two rows may share a file, and only rows say which files are needed.

    A file may have parts, told apart by what their names end with.
    """

    folder: Path

    @property
    def not_stored(self) -> str:
        """What is said where the disk does not take a file."""
        return NOT_STORED

    def part_of(self, sha256: str, ending: str = "") -> Path:
        """The file of a content, whether it is there or not."""
        return self.folder / sha256[:2] / f"{sha256[2:]}{ending}"

    def stage_parts(self, sha256: str, parts: Mapping[str, bytes]) -> Staged:
        """Write the parts to the disk under names that nobody reads. Raises ``Busy`` where they do not fit."""
        staged = Staged(store=self, sha256=sha256)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for ending, data in parts.items():
                staged.write(ending, data)
        except OSError as error:
            staged.drop()
            raise Busy(self.not_stored) from error
        except BaseException:
            staged.drop()
            raise
        return staged


@dataclass(slots=True, kw_only=True)
class Staged:
    """A file on the disk that does not have its name yet."""

    store: FileStore
    sha256: str
    parts: dict[str, Path] = field(default_factory=dict)
    kept: bool = False

    def write(self, ending: str, data: bytes) -> None:
        """Write one part and wait until the disk has it."""
        number, name = tempfile.mkstemp(dir=self.store.folder, prefix=".", suffix=".part")
        self.parts[ending] = Path(name)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def keep(self) -> None:
        """Give every part its name: call it where the row is written, before it is committed."""
        self.kept = True
        try:
            home = self.store.part_of(self.sha256).parent
            home.mkdir(exist_ok=True, mode=0o700)
            for ending, part in self.parts.items():
                part.replace(self.store.part_of(self.sha256, ending))
            self.parts.clear()
            _settle(home)
            _settle(self.store.folder)
        except OSError as error:
            raise Busy(self.store.not_stored) from error

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
