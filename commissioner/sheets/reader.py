"""A sheet as somebody sends it, xlsx or CSV, as rows of plain text: within limits, or refused in words."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import Any

from commissioner.archives import is_zip, unpacked
from commissioner.problems import Problem
from commissioner.vocabulary import N_

MOST_BYTES = 5 * 1024**2
MOST_ROWS, MOST_COLUMNS = 5_000, 50
LONGEST_CELL = 500
WORKBOOK, OTHERS = "xl/workbook.xml", frozenset({"xl/workbook.bin", "content.xml"})
# The library makes room for every cell up to the last one: a sheet that claims a far corner is refused before it is opened.
CELL = re.compile(rb"""<(?:\w+:)?(?:c|row)\s[^<]*?\br\s*=\s*(?:"([^"]*)"|'([^']*)')""")
PLAIN_CELL = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")
NEAR_COLUMN = re.compile(rb"[A-Za-z]?|[A-Ca-c][A-Za-z]")
LONG_NUMBER = re.compile(rb"[0-9]{5}|&#")
LAST_ROW = 2 * MOST_ROWS
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class BadSheet(Problem):
    """Why a sheet is not read."""

    http_status = 422
    message = N_("这个表格读不出来，请另存为 xlsx 或 CSV 再传。")


def sheet_text(data: bytes) -> str:
    """A text as it is, a workbook's first sheet with tabs between its cells. Raises ``BadSheet`` or ``BadArchive``."""
    if len(data) > MOST_BYTES:
        raise BadSheet(N_("表格太大（最多 %(most)s MB）。"), most=MOST_BYTES // 1024**2)
    if data.startswith(OLD_EXCEL):
        raise BadSheet(N_("这是旧的 xls 格式，请另存为 xlsx 或 CSV 再传。"))
    if not is_zip(data):
        return _decoded(data)
    return "\n".join("\t".join(row).rstrip("\t") for row in _of_workbook(data))


def _decoded(data: bytes) -> str:
    """The text of a file, whichever program wrote it."""
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if b"\0" in data and not wide:
        raise BadSheet
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSheet


def _of_workbook(data: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    files = unpacked(data)
    if WORKBOOK not in files or OTHERS & files.keys():
        raise BadSheet
    for content in files.values():
        _refuse_far_corner(content)
    try:
        sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
        rows: list[list[Any]] = sheet.to_python(nrows=MOST_ROWS + 1)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise BadSheet from error
    if len(rows) > MOST_ROWS:
        raise BadSheet(N_("表格太长（最多 %(most)s 行）。"), most=MOST_ROWS)
    return [[_text(cell)[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]] for row in rows]


def _refuse_far_corner(content: bytes) -> None:
    for found in CELL.finditer(content):
        said = found[1] or found[2] or b""
        cell = PLAIN_CELL.fullmatch(said)
        if cell is None and not LONG_NUMBER.search(said):
            continue  # an attribute of something else
        if cell is None or int(cell[2]) > LAST_ROW or not NEAR_COLUMN.fullmatch(cell[1]):
            raise BadSheet(N_("表格太长（最多 %(most)s 行）。"), most=MOST_ROWS)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell == int(cell) and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    return str(cell).replace("\t", " ").replace("\r", " ").replace("\n", " ").strip()
