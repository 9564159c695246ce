"""Writes a document as plain text."""

from __future__ import annotations

from unicodedata import east_asian_width

from commissioner.reports.document import Block, Document, Figures, Heading, Paragraph, Table

GAP = "  "


def to_text(document: Document) -> str:
    """``document`` as lines of text, tables aligned by the width that a terminal gives Chinese characters."""
    head = [document.title, *(line for line in (document.owner, document.made_on, document.notice) if line)]
    head += [document.seal.number, document.seal.address] if document.seal else []
    return "\n".join([*head, *(line for block in document.blocks for line in ("", *_lines(block)))]) + "\n"


def _lines(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return [f"## {block.text}"]
    if isinstance(block, Paragraph):
        return [f"{block.text} ({block.note})" if block.note else block.text]
    if isinstance(block, Figures):
        return [f"{label}{GAP}{value}" for label, value in block.items]
    return _table(block)


def _table(table: Table) -> list[str]:
    rows = [table.columns, *table.rows]
    widths = [max(width_of(row[place]) for row in rows) for place in range(len(table.columns))]
    lines = [GAP.join(_cell(table, row[p], widths[p], p) for p in range(len(widths))).rstrip() for row in rows]
    return [*([table.caption] if table.caption else []), *lines]


def _cell(table: Table, text: str, width: int, place: int) -> str:
    space = " " * (width - width_of(text))
    return space + text if place in table.numeric else text + space


def width_of(text: str) -> int:
    """The columns that ``text`` takes: two for a wide character."""
    return sum(2 if east_asian_width(one) in {"W", "F"} else 1 for one in text)
