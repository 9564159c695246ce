"""A document as its reader sees it: headings, paragraphs, figures, tables; nothing about where they came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text; ``leading`` text is what the document is made for; ``note`` stands behind it, smaller."""

    text: str
    leading: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Key figures: (label, number with its unit)."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text under column heads; ``numeric`` are the columns that stand to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What makes a document one that can be asked about: its number, the drawing of its code (SVG), and what to do with it."""

    number: str
    drawing: str
    note: str
    address: str


Block = Heading | Paragraph | Figures | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report: whose it is, its title, what to know of it first (``notice``), and its blocks in order.

    With a ``seal`` it is written closely, to stand on one sheet where it can.
    """

    title: str
    owner: str = ""
    made_on: str = ""
    notice: str = ""
    language: str = "zh"
    blocks: tuple[Block, ...] = ()
    seal: Seal | None = None
