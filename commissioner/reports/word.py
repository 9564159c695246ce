"""Writes a document as a Word file; text goes in as data, never as markup."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from commissioner.reports.document import Block, Document, Figures, Heading, Paragraph

# What XML cannot hold.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LATIN_FONT, CHINESE_FONT = "Times New Roman", "宋体"
MARGIN_CM = 2.5


def to_word(document: Document) -> bytes:
    """``document`` as a .docx on A4, in the fonts that every office has."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    written = docx.Document()
    _set_up(written)
    title = written.add_heading(_clean(document.title), level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in (document.owner, document.made_on, document.notice):
        if line:
            written.add_paragraph(_clean(line)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in document.blocks:
        _write(written, block)
    properties = written.core_properties
    properties.title, properties.author, properties.comments = _clean(document.title), _clean(document.owner), ""
    kept = BytesIO()
    written.save(kept)
    return kept.getvalue()


def _clean(text: str) -> str:
    return FORBIDDEN.sub("", text)


def _set_up(written: Any) -> None:
    """A4, even margins, black headings, and a Chinese font: the template that comes with the library has none."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = written.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for edge in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, edge, Cm(MARGIN_CM))
    for name, size in (("Normal", 12), ("Title", 20), ("Heading 1", 14)):
        style = written.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = LATIN_FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            if key.endswith("Theme"):
                del fonts.attrib[key]
        fonts.set(qn("w:eastAsia"), CHINESE_FONT)


def _write(written: Any, block: Block) -> None:
    if isinstance(block, Heading):
        written.add_heading(_clean(block.text), level=1)
    elif isinstance(block, Paragraph):
        paragraph = written.add_paragraph()
        paragraph.add_run(_clean(block.text)).bold = block.leading or None
        if block.note:
            paragraph.add_run(_clean(f" ({block.note})")).italic = True
    elif isinstance(block, Figures):
        _table(written, block.items, frozenset({1}))
    else:
        if block.caption:
            written.add_paragraph(_clean(block.caption))
        _table(written, (block.columns, *block.rows), block.numeric)


def _table(written: Any, rows: Any, numeric: frozenset[int]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = written.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for place, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.text = _clean(text)
            if place in numeric:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    written.add_paragraph()
