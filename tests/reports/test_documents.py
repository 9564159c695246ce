"""A report is written as text and PDF from plain values; words are data, never markup."""

from __future__ import annotations

import re
import zlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioner.reports.charts import HEIGHT, LEFT, RIGHT, WIDTH, step_chart
from commissioner.reports.document import Document, Figures, Heading, Paragraph, Table
from commissioner.reports.pdf import to_pdf
from commissioner.reports.plain import to_text, width_of
from commissioner.shipped import shipped

FONTS = shipped("static") / "vendor" / "fonts"
HOSTILE = '#read("/etc/passwd") #panic() $x^2$ *b* <script> \\ [ ] // "'


def a_report(*blocks: Heading | Paragraph | Figures | Table, title: str = "2022年年度总结") -> Document:
    """A report of the bureau."""
    return Document(title=title, owner="示例科技局", made_on="2026-11-23", blocks=blocks)


def test_a_pdf_carries_the_shipped_font_and_no_other() -> None:
    written = to_pdf(a_report(Heading(text="项目"), Paragraph(text="今年共实施项目6个。", leading=True)), FONTS)
    assert written.startswith(b"%PDF-")
    fonts = set(re.findall(rb"/BaseFont\s*/([A-Za-z0-9+-]+)", _inflated(written)))
    assert fonts
    assert all(b"NotoSansSC" in font for font in fonts), fonts


def _inflated(written: bytes) -> bytes:
    """A PDF with its compressed streams opened."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", written, re.DOTALL)
    opened = []
    for stream in streams:
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return written + b"".join(opened)


def test_what_looks_like_markup_is_only_text() -> None:
    blocks = (
        Heading(text=HOSTILE),
        Paragraph(text=HOSTILE, note=HOSTILE),
        Figures(items=((HOSTILE, HOSTILE),)),
        Table(columns=(HOSTILE, "b"), rows=((HOSTILE, "1"),), numeric=frozenset({1}), caption=HOSTILE),
    )
    document = Document(title=HOSTILE, owner=HOSTILE, notice=HOSTILE, language="en", blocks=blocks)
    assert to_pdf(document, FONTS).startswith(b"%PDF-")
    assert to_text(document).count(HOSTILE) == 11


def test_a_very_long_text_is_written() -> None:
    assert len(to_pdf(a_report(Paragraph(text="茶" * 20_000)), FONTS)) > 10_000


@pytest.mark.parametrize("blocks", [(), (Table(columns=("a",), rows=()),), (Figures(items=()),)])
def test_nothing_to_say_is_a_document_too(blocks: tuple[Table | Figures, ...]) -> None:
    assert to_pdf(a_report(*blocks), FONTS).startswith(b"%PDF-")
    assert to_text(a_report(*blocks)).startswith("2022年年度总结\n")


def test_columns_of_text_stand_under_each_other() -> None:
    table = Table(columns=("级别", "数"), rows=(("省派", "6"), ("市", "16")), numeric=frozenset({1}))
    lines = to_text(a_report(table)).splitlines()[-3:]
    assert len({width_of(line) for line in lines}) == 1
    assert lines[-1] == "市    16"


DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))
TOTALS = st.dictionaries(DAYS, st.decimals(0, 10**9, places=2), min_size=1, max_size=30)


@given(TOTALS, DAYS)
def test_a_step_chart_stays_in_its_frame(totals: dict[date, Decimal], until: date) -> None:
    chart = step_chart(sorted(totals.items()), until)
    assert len(chart.marks) == len(totals)
    assert all(LEFT <= mark.x <= WIDTH - RIGHT and 0 < mark.y < HEIGHT for mark in chart.marks)
    assert [mark.x for mark in chart.marks] == sorted(mark.x for mark in chart.marks)
    assert re.fullmatch(r"M[\d.]+ [\d.]+(H[\d.]+V[\d.]+)*H\d+", chart.line)


def test_the_highest_total_is_drawn_highest() -> None:
    chart = step_chart([(date(2021, 1, 1), Decimal(40)), (date(2022, 1, 1), Decimal(65))], date(2022, 12, 31))
    assert chart.marks[1].y < chart.marks[0].y
    assert chart.ends_on == date(2022, 12, 31)
