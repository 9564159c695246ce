"""A commissioner's year in the reader's words, and as a document with its number and code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import format_date, pgettext
from flask_babel import gettext as _

from commissioner.domain.year_content import RecognitionLine, YearContent
from commissioner.domain.year_papers import Paper
from commissioner.reports import document as doc
from commissioner.reports.qr import qr_file
from commissioner.vocabulary import Unit, Word
from commissioner.web.filters import NOTHING, day, number

OPEN_END = "…"
NO_WIDTH = "\u200b"  # what English says for a counter that it does not have; the report font has no such space


def who(year: YearContent) -> str:
    """The name with what is known of the person's office."""
    return " · ".join(one for one in (year.name, _(year.kind.label), year.title, year.organisation) if one)


def months(year: YearContent) -> str:
    """The service days of each month that has some."""
    told = [
        _("%(month)s %(n)s 天", month=format_date(date(2000, month, 1), "MMM"), n=days)
        for month, days in enumerate(year.days_by_month, start=1)
        if days
    ]
    return _("、").join(told)


def figures(year: YearContent) -> tuple[tuple[str, str, str], ...]:
    """The key figures: label, number, unit."""
    days = _("天，应 %(n)s 天", n=year.required_days) if year.required_days else _("天")
    return (
        (_("服务天数"), number(year.day_count), days),
        (_("服务走访"), number(year.visit_count), _counter(pgettext("count", "次"))),
        (pgettext("list", "派驻"), number(len(year.postings)), ""),
        (_("实施项目"), number(len(year.projects)), _counter(pgettext("count", "个"))),
        (_("引进新品种、新技术、新产品"), number(len(year.introductions)), _counter(pgettext("count", "项"))),
        (_("培训"), number(year.trained_person_times), _("人次，%(n)s 场次", n=year.session_count)),
    )


def _counter(word: str) -> str:
    return word.strip(NO_WIDTH)


def amount(value: Decimal | None, unit: Unit | None) -> str:
    """A figure with its unit."""
    return NOTHING if value is None else f"{number(value)} {_(unit.label) if unit else ''}".strip()


def span(starts_on: date, ends_on: date | None) -> str:
    """From a day to a day, or to no day yet."""
    return f"{day(starts_on)} — {day(ends_on) if ends_on else OPEN_END}"


def counting_note(year: YearContent) -> str:
    """How the days are counted."""
    said = _("同一天去几个村只算一天，住几天算几天，团队走访每人都算。")
    return said + (_("等待确认的也算。") if year.counts_waiting else _("只算已确认的。"))


def results_note() -> str:
    """Whose results they are."""
    return _("成效是所参加的项目的全部，不按人分摊；“已核实”的由县科技局核过，“已填报”的还没有核。")


def printed(paper: Paper, address: str, language: str) -> doc.Document:
    """The paper as a document; what it says is what was kept on the day of issuing."""
    year = paper.content
    note = _("扫码或打开下面的地址，可以核对这份证明。")
    return doc.Document(
        title=_("科技特派员%(year)s年服务证明", year=year.year),
        owner=year.owner,
        made_on=_("%(day)s 开具", day=day(paper.issued_on)),
        notice=_notice(paper),
        language=language,
        blocks=_blocks(year),
        seal=doc.Seal(
            number=_("编号 %(number)s", number=paper.number), drawing=qr_file(address), note=note, address=address
        ),
    )


def _notice(paper: Paper) -> str:
    revoked = _("已作废（%(day)s）。", day=day(paper.revoked_at)) if paper.revoked_at else ""
    return revoked + (_("其中含示例数据，不是真实记录。") if paper.content.illustrative else "")


def _blocks(year: YearContent) -> tuple[doc.Block, ...]:
    days = (doc.Paragraph(text=_("每月服务天数：%(months)s。", months=months(year)), note=counting_note(year)),)
    tables = [block for title, table in tables_of(year) for block in (doc.Heading(text=title), table)]
    blocks = (
        doc.Paragraph(text=who(year), leading=True),
        doc.Figures(items=tuple((label, f"{value} {unit}".strip()) for label, value, unit in figures(year))),
        *(days if year.day_count else ()),
        *tables,
    )
    return (*blocks, doc.Paragraph(text=results_note())) if year.results else blocks


def tables_of(year: YearContent) -> list[tuple[str, doc.Table]]:
    """The rows behind the figures under their titles; what there is none of is left out."""
    tables = (
        (pgettext("list", "派驻"), _postings(year)),
        (pgettext("list", "项目"), _projects(year)),
        (_("成效"), _results(year)),
        (pgettext("list", "引进新品种新技术新产品"), _introductions(year)),
        (pgettext("list", "试点与荣誉"), _recognitions(year)),
    )
    return [(title, table) for title, table in tables if table.rows]


def _postings(year: YearContent) -> doc.Table:
    rows = tuple((one.place, _(one.level.label), span(one.starts_on, one.ends_on)) for one in year.postings)
    return doc.Table(columns=(_("派驻地"), _("层级"), _("起止日期")), rows=rows)


def _projects(year: YearContent) -> doc.Table:
    rows = tuple((one.title, _(one.level.label), _(one.kind.label), _(one.stage.label)) for one in year.projects)
    return doc.Table(columns=(_("项目"), _("级别"), _("类别"), _("阶段")), rows=rows)


def _results(year: YearContent) -> doc.Table:
    rows = tuple(
        (_(one.indicator.label), amount(one.verified, one.unit), amount(one.reported, one.unit)) for one in year.results
    )
    return doc.Table(columns=(_("成效指标"), _("已核实"), _("已填报")), rows=rows, numeric=frozenset({1, 2}))


def _introductions(year: YearContent) -> doc.Table:
    rows = tuple((one.name, _(one.kind.label), amount(one.quantity, one.unit)) for one in year.introductions)
    return doc.Table(columns=(_("名称"), _("类别"), _("数量")), rows=rows, numeric=frozenset({2}))


def _recognitions(year: YearContent) -> doc.Table:
    rows = tuple(
        (one.subject, _(one.kind.label), _(one.level.label), _word(one.grade), source(one)) for one in year.recognitions
    )
    columns = (_("名称"), _("类别"), _("级别"), _("等次"), _("授予单位"))
    if not any(source(one) for one in year.recognitions):  # as papers said it that were issued before
        return doc.Table(columns=columns[:-1], rows=tuple(row[:-1] for row in rows))
    return doc.Table(columns=columns, rows=rows)


def source(one: RecognitionLine) -> str:
    """Who issued a grade or an honour, and when an evaluation was published."""
    published = _("%(day)s 公布", day=day(one.issued_on)) if one.issued_on else ""
    return " ".join(part for part in (one.source, published) if part)


def _word(value: Word | None) -> str:
    return _(value.label) if value else NOTHING
