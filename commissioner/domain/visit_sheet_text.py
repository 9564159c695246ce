"""Text that was copied out of a sheet: its cells, which column is which, and its rows as typed."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from commissioner.problems import TooLarge
from commissioner.vocabulary import N_

MOST_ROWS = 500
LARGEST_BYTES = 200_000
LONGEST_KEPT = 6_000
CELLS = ("date", "village", "people", "topic", "outcome", "until")
# How the heads of a column are called, by this site's own lists and by those of a bureau; the township joins its village.
HEADS: Mapping[str, str] = {
    "date": "日期 走访日期 时间 走访时间 哪一天 开始日期 服务日期 服务时间 date startson",
    "until": "到哪一天 结束日期 结束时间 截止日期 until enddate endson untilwhichday",
    "township": "乡镇 镇 街道 乡镇街道 所在乡镇 派驻乡镇 township",
    "village": "村 村名 行政村 走访村 哪个村 村社区 村庄 地点 走访地点 服务地点 place village whichvillage",
    "people": "特派员 科技特派员 特派员姓名 姓名 人员 谁来了 专家 服务人员 走访人 走访人员 commissioner commissioners"
    " people who whocame",
    "topic": "事由 为了什么事 服务内容 走访内容 内容 主题 工作内容 走访事由 topic whatfor purpose",
    "outcome": "成效 结果 结果怎样 服务成效 效果 走访结果 解决情况 outcome result",
}
HEAD_OF = {word: key for key, words in HEADS.items() for word in words.split()}
NUMBERING = frozenset({"序号", "编号", "no", "no.", "#", "号"})
SAME_AS_ABOVE = frozenset({"同上", "〃", '"', "″", "''", "ditto"})
# What nobody sees: control characters, marks of direction and width, halves of characters.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
WIDE_GAP = re.compile(r" {2,}|\u3000+")
TOO_MANY_BYTES = N_("内容太多了。一次最多 %(most)s kB，请分几次。")
TOO_MANY_ROWS = N_("一次最多 %(most)s 行。请分几次。")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row as somebody typed it; its ``client_id`` is that of the (first) visit it will be."""

    client_id: str
    date: str = ""
    until: str = ""
    village: str = ""
    people: str = ""
    topic: str = ""
    outcome: str = ""
    confirmed: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not any(getattr(self, cell) for cell in CELLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetText:
    """Rows that a text holds, and the heads of columns that nothing was read from."""

    rows: tuple[SheetRow, ...]
    unused: tuple[str, ...] = ()


def cleaned(text: str) -> str:
    """Text as people see it: composed, trimmed, without what nobody sees."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\u00a0", " ")
    return unicodedata.normalize("NFC", UNSEEN.sub("", plain)).strip()[:LONGEST_KEPT]


def rows_of(text: str, identity: uuid.UUID) -> SheetText:
    """The rows of a pasted text; the same text under the same ``identity`` gives the same ids. Raises ``TooLarge``."""
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        raise TooLarge(TOO_MANY_BYTES, most=LARGEST_BYTES // 1000)
    table = [[cleaned(cell) for cell in line] for line in _lines(text)]
    table = _without_numbering([line for line in table if any(line)])
    columns, unused = _columns(table[0]) if table else (None, ())
    lines = table[1:] if columns else table
    if len(lines) > MOST_ROWS:
        raise TooLarge(TOO_MANY_ROWS, most=MOST_ROWS)
    cells = _repeated([_named(line, columns or dict(enumerate(CELLS))) for line in lines])
    seen: Counter[str] = Counter()
    rows = []
    for named in cells:
        content = repr(sorted(named.items()))
        rows.append(_row(str(uuid.uuid5(identity, f"{content}{seen[content]}")), named))
        seen[content] += 1
    return SheetText(rows=tuple(row for row in rows if not row.is_empty), unused=unused)


def text_of(rows: Sequence[SheetRow]) -> str:
    """Rows as a sheet would copy them: what ``rows_of`` reads back."""
    return "\n".join("\t".join(_quoted(getattr(row, cell)) for cell in CELLS).rstrip("\t") for row in rows)


def clean_row(row: SheetRow) -> SheetRow:
    """The row as people see it."""
    return replace(_row(row.client_id, {cell: cleaned(getattr(row, cell)) for cell in CELLS}), confirmed=row.confirmed)


def _row(client_id: str, named: Mapping[str, str]) -> SheetRow:
    return SheetRow(client_id=client_id, **{cell: named.get(cell, "") for cell in CELLS})  # type: ignore[arg-type]


def _quoted(cell: str) -> str:
    if not any(sign in cell for sign in '\t\n"'):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _lines(text: str) -> list[list[str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        return _tabbed(text)
    return [_split(line) for line in text.split("\n")]


def _split(line: str) -> list[str]:
    """A line typed by hand: with bars, with wide gaps, or date, village and people by one space each, the rest the topic."""
    line = line.strip()
    if "|" in line or "｜" in line:
        return re.split(r"[|｜]", line.strip("|｜"))
    return WIDE_GAP.split(line) if WIDE_GAP.search(line) else line.split(" ", 3)


def _tabbed(text: str) -> list[list[str]]:
    """Cells between tabs; one that begins and ends with a quote may hold tabs, quotes and lines of its own."""
    lines: list[list[str]] = [[]]
    place = 0
    while place <= len(text):
        cell, place = _cell(text, place)
        lines[-1].append(cell)
        if place < len(text) and text[place] == "\n":
            lines.append([])
        place += 1
    return lines


def _cell(text: str, place: int) -> tuple[str, int]:
    if text.startswith('"', place):
        end = _closing(text, place + 1)
        if end is not None:
            return text[place + 1 : end].replace('""', '"'), end + 1
    ends = [found for sign in "\t\n" if (found := text.find(sign, place)) >= 0]
    end = min(ends, default=len(text))
    return text[place:end], end


def _closing(text: str, place: int) -> int | None:
    """Where the quote closes, if what follows is the end of a cell; a quote that never closes is just a quote."""
    while (place := text.find('"', place)) >= 0:
        if text.startswith('""', place):
            place += 2
            continue
        return place if place + 1 == len(text) or text[place + 1] in "\t\n" else None
    return None


def _head(cell: str) -> str:
    bare = re.sub(r"[\s*()（）/、:：]+", "", re.sub(r"[(（].*?[)）]", "", cell)) or re.sub(r"[\s*()（）/、]+", "", cell)
    return bare.lower()


def _columns(line: Sequence[str]) -> tuple[dict[int, str] | None, tuple[str, ...]]:
    """Which column is what, if the line is one of heads: at least two are known, each once."""
    found: dict[int, str] = {}
    unused = []
    for number, cell in enumerate(line):
        key = HEAD_OF.get(_head(cell))
        if key is not None and key not in found.values():
            found[number] = key
        elif cell and _head(cell) not in NUMBERING:
            unused.append(cell[:40])
    return (found, tuple(unused)) if len(found) >= 2 else (None, ())


def _without_numbering(table: list[list[str]]) -> list[list[str]]:
    """The table without a first column that only counts 1, 2, 3 beside a column of dates."""
    numbers = [line[0] for line in table]
    counts = [str(number) for number in range(1, len(table) + 1)]
    if len(table) < 2 or numbers != counts or any(len(line) < len(CELLS) - 1 for line in table):
        return table
    return [line[1:] for line in table] if all(re.match(r"\d", line[1]) for line in table) else table


def _named(line: Sequence[str], columns: Mapping[int, str]) -> dict[str, str]:
    named = {key: line[number] for number, key in columns.items() if number < len(line)}
    township = named.pop("township", "")
    if township and named.get("village") and not named["village"].startswith(township):
        named["village"] = f"{township} {named['village']}"
    elif township and not named.get("village"):
        named["village"] = township
    return named


def _repeated(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """“同上” says what the cell above says."""
    for above, row in pairwise(rows):
        row.update({key: above.get(key, "") for key, cell in row.items() if cell.lower() in SAME_AS_ABOVE})
    return rows
