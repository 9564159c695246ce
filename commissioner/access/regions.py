"""Division-code prefixes as ranges, which search the index on both databases where LIKE scans."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, true

FULL_DIGITS = 12


def bounds(prefix: str) -> tuple[str, str]:
    """Lowest and highest 12-digit code that start with ``prefix``."""
    return prefix.ljust(FULL_DIGITS, "0"), prefix.ljust(FULL_DIGITS, "9")


def within(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """``column`` lies in the region of ``prefix``; the empty prefix is the nation."""
    if not prefix:
        return true()
    low, high = bounds(prefix)
    return and_(column >= low, column <= high)


def covers(prefix: str, region_code: str) -> bool:
    """Whether ``region_code`` lies in the region of ``prefix``."""
    return region_code.startswith(prefix)


def significant(region_code: str) -> str:
    """The prefix that a full code stands for: "330326000000" → "330326", "330326102000" → "330326102"."""
    for digits in (2, 4, 6, 9):
        if region_code[digits:].strip("0") == "":
            return region_code[:digits]
    return region_code
