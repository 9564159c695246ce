"""Division-code prefixes as ranges, which search the index on both databases where LIKE scans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal

FULL_DIGITS = 12


class Unsought(ColumnElement[str]):
    """A column whose index is not to be used: where a range covers nearly every row, another order of work is better.

    SQLite guesses that a range is selective; PostgreSQL counts, and needs no hint.
    """

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        self.column = column
        self.type = column.type

    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - SQLAlchemy's own form


class Unsorted(Unsought):
    """A column to sort by whose index is not to be walked: where few rows are seen, they are found by their region.

    PostgreSQL hopes to meet a page's rows early on the walk, and with a word to look for walks on to the end.
    """

    inherit_cache = True


@compiles(Unsorted, "postgresql")
def _twice(element: Unsorted, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"coalesce({column}, {column})"


@compiles(Unsorted, "sqlite")
@compiles(Unsought)
def _plain(element: Unsought, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.column, **options))


@compiles(Unsought, "sqlite")
def _with_plus(element: Unsought, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(element.column, **options)}"


def bounds(prefix: str) -> tuple[str, str]:
    """Lowest and highest 12-digit code that start with ``prefix``."""
    return prefix.ljust(FULL_DIGITS, "0"), prefix.ljust(FULL_DIGITS, "9")


def within(column: Any, prefix: str, *, nearly_all: bool = False) -> ColumnElement[bool]:
    """``column`` lies in the region of ``prefix``; the empty prefix is the nation. ``nearly_all`` rows do: see above."""
    if not prefix:
        return true()
    low, high = bounds(prefix)
    sought = Unsought(column) if nearly_all else column
    return and_(sought >= low, sought <= high)


def covers(prefix: str, region_code: str) -> bool:
    """Whether ``region_code`` lies in the region of ``prefix``."""
    return region_code.startswith(prefix)


def significant(region_code: str) -> str:
    """The prefix that a full code stands for: "330326000000" → "330326", "330326102000" → "330326102"."""
    for digits in (2, 4, 6, 9):
        if region_code[digits:].strip("0") == "":
            return region_code[:digits]
    return region_code
