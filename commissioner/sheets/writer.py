"""Writes a table as an Excel workbook; text stays text, whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

WIDEST = 48
LONGEST_CELL = 32_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """A column's heading; numbers are written as numbers only where the column says so."""

    label: str
    is_number: bool = False


def workbook(title: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a bold, frozen heading row and filters, as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        heading = book.add_format({"bold": True, "bg_color": "#e8f2ec", "border": 1, "border_color": "#e4e4dc"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        widths = [_width(column.label) for column in columns]
        last = 0
        for last, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                _write(sheet, last, position, value, day)
                widths[position] = max(widths[position], _width(value))
        sheet.write_row(0, 0, [column.label for column in columns], heading)
        for position, width in enumerate(widths):
            sheet.set_column(position, position, min(width + 2, WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(columns) - 1)
    return buffer.getvalue()


def _write(sheet: Any, row: int, position: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, (datetime, date)):
        sheet.write_datetime(row, position, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        sheet.write_number(row, position, value)
    else:
        sheet.write_string(row, position, str(value)[:LONGEST_CELL])


def _width(value: Any) -> int:
    text = str(value) if value is not None else ""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text[:WIDEST])


def _sheet_name(title: str) -> str:
    return "".join(character for character in title if character not in "[]:*?/\\")[:31] or "Sheet1"
