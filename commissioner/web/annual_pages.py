"""What the annual page and its print say: key figures, paragraphs and tables in the reader's words, with their ways on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from commissioner.access import Actor
from commissioner.domain.annual import Paragraph, outline_of
from commissioner.domain.annual_figures import AnnualFigures, Behind, IndicatorFigure
from commissioner.domain.annual_keys import KeyFigure, key_figures
from commissioner.domain.subjects import SUBJECTS
from commissioner.reports import document as doc
from commissioner.units import rounded, today
from commissioner.vocabulary import N_, NC_, Level, ProjectKind
from commissioner.web.filters import NOTHING, number
from commissioner.web.lists import address

# The columns of the project table: label → (the count, the filter of the project list that holds its rows)
DEFINITIONS = {
    "implemented": (N_("实施"), "year"),
    "applied": (N_("申报"), "applied"),
    "approved": (N_("新立项"), "approved"),
    "accepted": (N_("验收"), "accepted"),
}
SUMMARY_TOPIC = N_("实施项目")
NO_WIDTH = "\u200b"  # what English says for a counter that it does not have; the report font has no such space


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value of a table, with the page it leads to."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """A table of the annual page."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigure:
    """A key figure in words."""

    label: str
    value: str
    unit: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownParagraph:
    """A paragraph with the lists behind it; ``leading`` is the sentence that the summary is read for."""

    topic: str
    text: str
    links: tuple[tuple[str, str], ...]
    illustrative: bool
    leading: bool


def behind_url(behind: Behind) -> str:
    """The list that holds the rows."""
    return address(url_for("subjects.index", name=behind.subject), behind.filters)


def shown_figures(actor: Actor, year: AnnualFigures) -> list[ShownFigure]:
    """The key figures."""
    return [
        ShownFigure(
            label=_(one.label),
            value=number(one.value) if one.of is None else _("%(k)s/%(n)s", k=number(one.value), n=number(one.of)),
            unit=_(NC_("count", one.unit.label)).strip(NO_WIDTH),
            href=_figure_url(one, year.year),
        )
        for one in key_figures(actor, year)
    ]


def _figure_url(one: KeyFigure, year: int) -> str | None:
    if one.indicator is not None:
        return url_for("annual.impact", year=year, indicator=one.indicator.value)
    return behind_url(one.behind) if one.behind else None


def shown_paragraphs(actor: Actor, year: AnnualFigures) -> list[ShownParagraph]:
    """The sentences, the summary's own first."""
    told = [_paragraph(actor, one) for one in outline_of(year)]
    return sorted(told, key=lambda one: not one.leading)


def _paragraph(actor: Actor, one: Paragraph) -> ShownParagraph:
    may_see = [behind for behind in one.behind if actor.can(SUBJECTS[behind.subject].see)]
    return ShownParagraph(
        topic=_(one.topic),
        text=one.text,
        links=tuple((_(SUBJECTS[behind.subject].title), behind_url(behind)) for behind in may_see),
        illustrative=one.illustrative,
        leading=one.topic == SUMMARY_TOPIC,
    )


def shown_tables(year: AnnualFigures) -> list[ShownTable]:
    """The tables behind the figures; one without rows is left out."""
    tables = (_project_table(year), _impact_table(year), _area_table(year), _indicator_table(year))
    return [one for one in tables if one.rows]


def _project_table(year: AnnualFigures) -> ShownTable:
    kinds = sorted(
        {(one.level, one.kind) for one in year.projects},
        key=lambda pair: (list(Level).index(pair[0]), list(ProjectKind).index(pair[1])),
    )
    return ShownTable(
        title=pgettext("list", "项目"),
        columns=(_("级别"), _("类别"), *(_(label) for label, _filter in DEFINITIONS.values())),
        rows=tuple(_project_row(year, level, kind) for level, kind in kinds),
        numeric=frozenset(range(2, 2 + len(DEFINITIONS))),
    )


def _project_row(year: AnnualFigures, level: Level, kind: ProjectKind) -> tuple[Cell, ...]:
    rows = [one for one in year.projects if (one.level, one.kind) == (level, kind)]
    cells = []
    for definition, (_label, asked) in DEFINITIONS.items():
        count = sum(getattr(one, definition) for one in rows)
        behind = Behind(subject="projects", filters={asked: str(year.year), "level": level.value, "kind": kind.value})
        cells.append(Cell(text=number(count), href=behind_url(behind) if count else None))
    return (Cell(text=_(level.label)), Cell(text=_(kind.label)), *cells)


def _impact_table(year: AnnualFigures) -> ShownTable:
    return ShownTable(
        title=_("成效"),
        columns=(_("成效指标"), _("合计"), _("单位"), _("计入的数字"), _("未计入的数字")),
        rows=tuple(
            (
                Cell(text=_(key.label), href=url_for("annual.impact", year=year.year, indicator=key.value)),
                Cell(text=number(one.total)),
                Cell(text=_(one.unit.label)),
                Cell(text=number(sum(row.counted for row in one.rows))),
                Cell(text=number(sum(not row.counted for row in one.rows))),
            )
            for key, one in year.impacts.items()
        ),
        numeric=frozenset({1, 3, 4}),
    )


def _area_table(year: AnnualFigures) -> ShownTable:
    return ShownTable(
        title=_("新增面积"),
        columns=(_("示范基地"), _("产业"), _("新增面积（亩）")),
        rows=tuple(
            (
                Cell(text=one.base.label, href=url_for("subjects.page", name="bases", row_id=one.base.id)),
                Cell(text=_(one.industry.label)),
                Cell(text=number(one.area_mu)),
            )
            for one in year.new_areas
        ),
        numeric=frozenset({2}),
    )


def _indicator_table(year: AnnualFigures) -> ShownTable:
    return ShownTable(
        title=_("科技指标"),
        columns=(
            _("指标"),
            _("完成值"),
            _("单位"),
            _("年度任务完成率"),
            _("累计增速"),
            _("完成值排名"),
            _("完成率排名"),
            _("增速排名"),
        ),
        rows=tuple(_indicator_row(one) for one in year.indicators),
        numeric=frozenset({1, 3, 4, 5, 6, 7}),
    )


def _indicator_row(one: IndicatorFigure) -> tuple[Cell, ...]:
    ranks = (one.rank_of_value, one.rank_of_completion, one.rank_of_growth)
    return (
        Cell(text=one.name, href=url_for("subjects.page", name="indicators", row_id=one.id)),
        Cell(text=decimal_said(one.actual, one.actual_decimals)),
        Cell(text=_(one.unit.label)),
        Cell(text=decimal_said(one.completion_percent, one.completion_decimals, "%")),
        Cell(text=decimal_said(one.growth_percent, one.growth_decimals, "%")),
        *(Cell(text=NOTHING if rank is None else str(rank)) for rank in ranks),
    )


def decimal_said(value: Decimal | None, decimals: int, unit: str = "") -> str:
    """A number with the decimals it is printed with; nothing is "—"."""
    return NOTHING if value is None else f"{rounded(value, decimals):,f}{unit}"


def printed(actor: Actor, year: AnnualFigures, owner: str, language: str) -> doc.Document:
    """The annual page as a document."""
    blocks: list[doc.Block] = []
    for one in shown_paragraphs(actor, year):
        note = _("含示例数据") if one.illustrative else ""
        blocks += [*([] if one.leading else [doc.Heading(text=one.topic)]), _said(one, note)]
    figures = tuple((one.label, f"{one.value} {one.unit}".strip()) for one in shown_figures(actor, year))
    tables = [block for one in shown_tables(year) for block in (doc.Heading(text=one.title), _table(one))]
    return doc.Document(
        title=_("%(year)s年年度总结", year=year.year),
        owner=owner,
        made_on=today().isoformat(),
        notice=_("其中含示例数据，不是真实记录。") if year.illustrative else "",
        language=language,
        blocks=(doc.Figures(items=figures), *blocks, *tables),
    )


def _said(one: ShownParagraph, note: str) -> doc.Paragraph:
    return doc.Paragraph(text=one.text, leading=one.leading, note=note)


def _table(table: ShownTable) -> doc.Table:
    rows: Sequence[tuple[Any, ...]] = [tuple(cell.text for cell in row) for row in table.rows]
    return doc.Table(columns=table.columns, rows=tuple(rows), numeric=table.numeric)
