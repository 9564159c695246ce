"""Points of many villages from a pasted or uploaded sheet: read, tried out row by row, then written all or none."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from commissioner.problems import TooLarge
from commissioner.vocabulary import N_

MOST_ROWS = 5_000
LARGEST_BYTES = 500_000
LONGEST_CELL = 120
CELLS = ("village", "township", "code", "latitude", "longitude", "accuracy")
WITHOUT_HEAD = ("village", "latitude", "longitude", "accuracy")
HEADS: Mapping[str, str] = {
    "village": "村 村名 名称 行政村 村社区 地名 地点 name village place",
    "township": "乡镇 镇 街道 乡镇街道 所在乡镇 township town",
    "code": "代码 区划代码 行政区划代码 统计用区划代码 编码 code adcode",
    "latitude": "纬度 北纬 lat latitude y wd",
    "longitude": "经度 东经 lng lon long longitude x jd",
    "accuracy": "误差 精度 误差米 精度米 accuracy accuracym",
}
HEAD_OF = {word: cell for cell, words in HEADS.items() for word in words.split()}
POSITION_HEADS = frozenset({"latitude", "longitude"})
DEGREES = re.compile(r"([NSEW]?)\s*([-+]?\d+(?:\.\d+)?)\s*(?:°|度)?\s*([NSEW]?)")
MINUTES = re.compile(
    r"([NSEW]?)\s*(\d{1,3})\s*[°度]\s*(\d{1,2}(?:\.\d+)?)\s*[′'分]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:″|\"|''|秒))?\s*([NSEW]?)"
)
CODE = re.compile(r"[0-9]{9}(?:[0-9]{3})?")
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """A row as it is written."""

    number: int
    village: str = ""
    township: str = ""
    code: str = ""
    latitude: str = ""
    longitude: str = ""
    accuracy: str = ""

    @property
    def called(self) -> str:
        """What a person calls the row."""
        return self.village or self.code or f"#{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointText:
    """The rows of a text, and the heads of columns that mean nothing here."""

    rows: Sequence[PointRow] = ()
    unused: Sequence[str] = field(default=())


def point_rows(text: str) -> PointText:
    """The rows of a text, with or without a head. Raises ``TooLarge`` for one without end."""
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        raise TooLarge(N_("内容太多了。一次最多 %(most)s kB，请分几次。"), most=LARGEST_BYTES // 1000)
    lines = _lines(UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
    if len(lines) > MOST_ROWS + 1:
        raise TooLarge(N_("一次最多 %(most)s 行。请分几次。"), most=MOST_ROWS)
    if not lines:
        return PointText()
    columns, unused, has_head = _columns(lines[0][1])
    rows = [_row(number, cells, columns) for number, cells in lines[1 if has_head else 0 :]]
    return PointText(rows=rows, unused=unused)


def degrees_of(text: str) -> float | None:
    """27.6348, 27.6348°N, 北纬27°38′5″ as degrees; nothing if it is no position."""
    plain = text.upper().replace("北纬", "N").replace("南纬", "S").replace("东经", "E").replace("西经", "W").strip()
    if found := DEGREES.fullmatch(plain):
        before, number, after = found.groups()
        value = float(number) if len(number) <= 24 else None
    elif found := MINUTES.fullmatch(plain):
        before, whole, minutes, seconds, after = found.groups()
        value = int(whole) + float(minutes) / 60 + float(seconds or 0) / 3600
    else:
        return None
    if value is None or (before and after):
        return None
    return -value if (before or after) in {"S", "W"} else value


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The lines that say something, with their numbers, split as they were written."""
    separator = next((one for one in ("\t", ",", ";") if one in text), None)
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        cells = [cell.strip()[:LONGEST_CELL] for cell in _split(line, separator)]
        if any(cells):
            found.append((number, cells))
    return found


def _split(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    try:
        return next(csv.reader(StringIO(line), delimiter=separator), [])
    except csv.Error:  # a cell without end
        return [line]


def _columns(first: Sequence[str]) -> tuple[list[str | None], list[str], bool]:
    """Which column is which; without a head, the usual order."""
    words = [re.sub(r"[\s()_\-°]", "", cell).lower() for cell in first]
    heads = [HEAD_OF.get(word) for word in words]
    named = Counter(head for head in heads if head)
    if not named.keys() >= POSITION_HEADS or any(count > 1 for count in named.values()):
        return list(WITHOUT_HEAD), [], False
    return heads, [cell for cell, head in zip(first, heads, strict=True) if cell and head is None], True


def _row(number: int, cells: Sequence[str], columns: Sequence[str | None]) -> PointRow:
    told = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    if not told.get("code") and CODE.fullmatch(told.get("village", "")):
        told["code"] = told.pop("village")
    return PointRow(number=number, **told)
