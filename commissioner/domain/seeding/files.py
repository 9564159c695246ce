"""The files of a data set: ``dataset.toml`` and one CSV a table, read whole before anything is written."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commissioner.problems import Invalid, Problem
from commissioner.vocabulary import N_

DATASET_FILE = "dataset.toml"
DATASET_WORDS = ("name", "label", "region_code", "owner_name")


class BadSeed(Invalid):
    """A file of a data set cannot be read: the message names file, line and column."""

    def __init__(self, message: str, **values: Any) -> None:
        Problem.__init__(self, message, **values)
        self.fields = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What ``dataset.toml`` says: ``region_code`` is a division-code prefix, ``owner_name`` who runs the programme there."""

    folder: Path
    name: str
    label: str
    region_code: str
    owner_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a CSV: its cells by column, and where it stands."""

    file: str
    number: int
    cells: dict[str, str]

    def refuse(self, message: str, column: str, **values: Any) -> BadSeed:
        """The refusal of one cell of this line."""
        return BadSeed(message, file=self.file, line=self.number, column=column, **values)


def read_dataset(folder: Path) -> Dataset:
    """What the data set in ``folder`` says of itself."""
    path = folder / DATASET_FILE
    if not path.is_file():
        raise BadSeed(N_("数据集目录 %(folder)s 里没有 %(file)s。"), folder=str(folder), file=DATASET_FILE)
    try:
        words = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadSeed(N_("%(file)s 读不懂：%(why)s"), file=path.name, why=str(error)) from None
    for word in DATASET_WORDS:
        if not isinstance(words.get(word), str) or not words[word].strip():
            raise BadSeed(N_("%(file)s 里缺少“%(column)s”。"), file=path.name, column=word)
    return Dataset(folder=folder, **{word: words[word].strip() for word in DATASET_WORDS})


def fingerprint(folder: Path) -> str:
    """A digest of the files of the data set in ``folder``, to tell whether they are those of an earlier load."""
    digest = hashlib.sha256()
    for path in sorted([folder / DATASET_FILE, *folder.glob("*.csv")]):
        digest.update(f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def read_lines(path: Path, columns: Iterable[str]) -> list[Line]:
    """The lines of the CSV at ``path``, none if there is no such file; its header may name only ``columns``."""
    if not path.is_file():
        return []
    allowed = set(columns)
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadSeed(
            N_("%(file)s 第 %(line)s 行读不懂：%(why)s"), file=path.name, line=reader.line_num, why=str(error)
        ) from None
    if not rows:
        raise BadSeed(N_("%(file)s 是空的：第一行应当是列名。"), file=path.name)
    (header_line, header), *body = rows
    _check_header(path.name, header_line, header, allowed)
    return [_line(path.name, number, header, row) for number, row in body]


def refuse_strangers(folder: Path, known: Iterable[str]) -> None:
    """Refuse a CSV that no table is read from: a slip in its name would lose it in silence."""
    for path in sorted(folder.glob("*.csv")):
        if path.name not in set(known):
            raise BadSeed(N_("数据集里的 %(file)s 不对应任何数据表。"), file=path.name)


def _text(path: Path) -> str:
    # "utf-8-sig", because a sheet program puts a byte-order mark before the first column's name.
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadSeed(N_("%(file)s 不是 UTF-8 编码的文本。"), file=path.name) from None


def _check_header(file: str, number: int, header: list[str], allowed: set[str]) -> None:
    for column in header:
        if column not in allowed:
            raise BadSeed(
                N_("%(file)s 第 %(line)s 行：没有“%(column)s”这一列。"), file=file, line=number, column=column
            )
        if header.count(column) > 1:
            raise BadSeed(
                N_("%(file)s 第 %(line)s 行：“%(column)s”这一列重复了。"), file=file, line=number, column=column
            )


def _line(file: str, number: int, header: list[str], row: list[str]) -> Line:
    if len(row) != len(header):
        raise BadSeed(
            N_("%(file)s 第 %(line)s 行有 %(found)s 格，列名有 %(wanted)s 个。"),
            file=file,
            line=number,
            found=len(row),
            wanted=len(header),
        )
    return Line(file=file, number=number, cells={key: cell.strip() for key, cell in zip(header, row, strict=True)})
