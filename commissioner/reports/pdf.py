"""Writes a document as PDF, with the shipped font alone; text goes in as data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commissioner.reports.document import Block, Document, Table

TEMPLATE = Path(__file__).with_name("document.typ")


def to_pdf(document: Document, font_folder: Path) -> bytes:
    """``document`` as PDF on A4; ``font_folder`` holds the font that can write its characters."""
    import typst

    written = typst.compile(TEMPLATE, format="pdf", **_given(document, font_folder))
    assert isinstance(written, bytes)
    return written


def to_pictures(document: Document, font_folder: Path, dots_per_inch: int = 100) -> list[bytes]:
    """The sheets of ``document`` as PNG pictures, as they come out of a printer."""
    import typst

    pages = typst.compile(TEMPLATE, format="png", ppi=dots_per_inch, **_given(document, font_folder))
    return pages if isinstance(pages, list) else [pages]


def _given(document: Document, font_folder: Path) -> dict[str, Any]:
    told = json.dumps(_told(document), ensure_ascii=False)
    return {"font_paths": [font_folder], "ignore_system_fonts": True, "sys_inputs": {"document": told}}


def _told(document: Document) -> dict[str, Any]:
    told: dict[str, Any] = asdict(document)
    told["blocks"] = [_block(one) for one in document.blocks]
    return told


def _block(block: Block) -> dict[str, Any]:
    told = {"kind": type(block).__name__.lower(), **asdict(block)}
    if isinstance(block, Table):
        told["numeric"] = sorted(block.numeric)
    return told
