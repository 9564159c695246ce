"""Sums of visits by county, city, province and everywhere: each from those of its parts, so that a mark costs little."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, cast, delete, func, insert, literal, select, union_all

from commissioner.models import MonthSum, RegionSum
from commissioner.models.base import table_of

# Digits of the regions that have sums, from the smallest; the townships' own are ``month_sums``.
DIGITS = (6, 4, 2, 0)
COUNTS = ("visits", "services_confirmed", "services_unrejected")
REGIONS, MONTHS = table_of(RegionSum), table_of(MonthSum)


def work_out(connection: Connection, stale: Iterable[tuple[str, date, date]]) -> None:
    """Work out the sums of every region around the townships of ``stale``, in the years from the first day to the last."""
    spans = [(township, first.year * 100 + 1, last.year * 100 + 12) for township, first, last in stale]
    for digits in DIGITS:
        for region, since, until in sorted({(township[:digits], since, until) for township, since, until in spans}):
            of_years = REGIONS.c.month.between(since, until)
            connection.execute(delete(REGIONS).where(REGIONS.c.region == region, of_years))
            connection.execute(
                insert(REGIONS).from_select(["region", "month", *COUNTS], _of_parts(region, since, until))
            )


def _of_parts(region: str, since: int, until: int) -> Select[Any]:
    """A region's sums: those of its parts together."""
    inside: list[ColumnElement[bool]]
    if len(region) == DIGITS[0]:
        parts, inside = MONTHS, [MONTHS.c.township.between(f"{region}000", f"{region}999")]
    else:
        # Each by its name: between the first and the last of them lie the parts of the parts, too.
        parts, inside = REGIONS, [REGIONS.c.region.in_([f"{region}{number:02}" for number in range(100)])]
    sums = [func.sum(parts.c[name]) for name in COUNTS]
    own = cast(literal(region), String(DIGITS[0])).label("region")
    return select(own, parts.c.month, *sums).where(*inside, parts.c.month.between(since, until)).group_by(parts.c.month)


def wrong(connection: Connection) -> int:
    """How many are not the sum of their townships."""
    kept = {tuple(row) for row in connection.execute(select(REGIONS.c.region, REGIONS.c.month, *_columns(REGIONS)))}
    regions = [func.substr(MONTHS.c.township, 1, digits).label("region") for digits in DIGITS]
    sums = [func.sum(column) for column in _columns(MONTHS)]
    levels = [select(region, MONTHS.c.month, *sums).group_by(region, MONTHS.c.month) for region in regions]
    counted = {(row[0], *(int(value) for value in row[1:])) for row in connection.execute(union_all(*levels))}
    return len(kept ^ counted)


def _columns(table: Any) -> Sequence[ColumnElement[Any]]:
    return [table.c[name] for name in COUNTS]


def has_sums(region_code: str) -> bool:
    """Whether sums are kept for the region of this prefix of a division code."""
    return len(region_code) in DIGITS
