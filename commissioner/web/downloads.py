"""Files that a browser saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.domain.listing import Column, ColumnKind
from commissioner.sheets.writer import SheetColumn, workbook
from commissioner.units import fen_to_yuan, today
from commissioner.vocabulary import Word
from commissioner.web.filters import shown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_answer(title: str, columns: Sequence[Column], rows: Sequence[Any]) -> Response:
    """Rows as an Excel file named after the list and the day."""
    heads = [SheetColumn(label=_heading(one), is_number=one.align == "end") for one in columns]
    values = ([_cell(row[one.key], one.kind) for one in columns] for row in rows)
    return file_answer(workbook(title, heads, values), f"{title} {today().isoformat()}.xlsx", XLSX)


def file_answer(content: bytes, filename: str, mimetype: str) -> Response:
    """``content`` to be saved as ``filename``, which may be Chinese."""
    answer = make_response(content)
    answer.mimetype = mimetype
    answer.headers["Content-Disposition"] = attachment_name(filename)
    return answer


def attachment_name(filename: str) -> str:
    """The header by which a browser saves what comes under a name, which may be Chinese."""
    return f"attachment; filename*=UTF-8''{quote(filename, safe='')}"


def _heading(column: Column) -> str:
    return _("%(label)s（元）", label=_(column.label)) if column.kind is ColumnKind.MONEY else _(column.label)


def _cell(value: Any, kind: ColumnKind) -> Any:
    if kind is ColumnKind.ILLUSTRATIVE:
        return _("示例") if value else ""
    if kind is ColumnKind.MONEY and value is not None:
        return fen_to_yuan(value)
    if isinstance(value, Word):
        return _(value.label)
    if isinstance(value, tuple):
        return shown(value) if value else ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return value
