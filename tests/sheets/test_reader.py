"""Sheets as people send them, and as their enemies do."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import xlsxwriter

from commissioner.problems import Problem
from commissioner.sheets.reader import MOST_BYTES, MOST_ROWS, sheet_text
from tests.borders import zipped


def a_workbook(rows: list[list[object]]) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refused(data: bytes) -> str:
    with pytest.raises(Problem) as told:
        sheet_text(data)
    assert told.value.http_status == 422
    return str(told.value)


def test_a_workbook_becomes_lines_with_tabs():
    data = a_workbook([["村名", "纬度", "经度"], ["同盟村", 27.6348, 120.3193], ["两\n行", 330326102201, None]])
    assert sheet_text(data).split("\n") == ["村名\t纬度\t经度", "同盟村\t27.6348\t120.3193", "两 行\t330326102201"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_text_in_whichever_encoding(encoding):
    assert sheet_text("同盟村,27.6,120.3".encode(encoding)) == "同盟村,27.6,120.3"


def test_what_cannot_be_read_is_told():
    assert "xls" in refused(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert refused(b"\0\1\2")
    assert refused(b"PK\x03\x04")
    assert refused(b" " * (MOST_BYTES + 1))
    assert refused(zipped({"readme.txt": b"x"}))


def test_a_sheet_without_end_is_refused():
    assert "太长" in refused(a_workbook([["x"]] * (MOST_ROWS + 2)))


@pytest.mark.parametrize("cell", ["A1048576", "XFD1", "XFD1048576", "&#88;FD1048576", "AAA1", "A&#49;048576"])
def test_a_far_corner_is_refused_before_room_is_made_for_it(cell):
    parts = parts_of(a_workbook([["x"]]))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb'r="A1"', f'r="{cell}"'.encode(), sheet)
    assert refused(zipped(parts))


def test_what_only_looks_like_a_workbook_is_refused():
    parts = parts_of(a_workbook([["x"]]))
    assert refused(zipped({**parts, "xl/workbook.bin": b""}))
    assert refused(zipped({**parts, "content.xml": b""}))
    assert refused(zipped({"xl/workbook.xml": b"<workbook/>"}))
    assert refused(zipped({**parts, "xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}))


def test_a_bomb_is_refused():
    parts = parts_of(a_workbook([["x"]]))
    assert "太大" in refused(zipped({**parts, "xl/sharedStrings.xml": b" " * 50_000_000}))
