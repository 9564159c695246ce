"""A list page: what the address asks, the rows that answer, and every address the page needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from commissioner.access import Actor
from commissioner.domain.listing import (
    PAGE_SIZES,
    Choice,
    Column,
    Filter,
    Listing,
    ListQuery,
    ListResult,
    listed,
)
from commissioner.problems import NotFound
from commissioner.units import asked_day, whole

LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFilter:
    """A filter with its present value and its choices in the reader's language."""

    key: str
    label: str
    kind: str
    value: str
    choices: list[tuple[str, str]]

    @property
    def worth_asking(self) -> bool:
        """Whether the reader has a choice at all."""
        return self.kind != "hidden" and (self.kind != "choice" or len(self.choices) > 1 or bool(self.value))

    @property
    def said(self) -> str:
        """The chosen value in words; of a filter that is never offered, its label."""
        if self.kind == "hidden":
            return self.label
        if self.kind == "date":
            return self._day_said()
        return dict(self.choices).get(self.value, self.value) if self.choices else self.value

    def _day_said(self) -> str:
        if asked_day(self.value) is None:
            return _("“%(text)s”不是日期，没有用上", text=self.value)
        if self.key == "on":
            return _("截至 %(day)s", day=self.value)
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A list's title and columns in the reader's language."""

    title: str
    columns: list[Column]


class ListPage:
    """What the list template reads."""

    def __init__(self, actor: Actor, listing: Listing, title: str, row_url: Callable[[Any], str]) -> None:
        self.asked = read_query(listing)
        self.result: ListResult = listed(actor, listing, self.asked)
        self.listing = Heading(title=title, columns=[_said(column) for column in listing.columns])
        self.every_filter = [_shown(actor, one, self.asked) for one in listing.filters]
        self.filters = [one for one in self.every_filter if one.worth_asking]
        self.row_url = row_url
        self.new_url: str | None = None
        self.new_label = ""
        self.export_url: str | None = None

    rows = property(lambda self: self.result.rows)
    total = property(lambda self: self.result.total)
    number = property(lambda self: self.asked.number)
    size = property(lambda self: self.asked.size)
    query = property(lambda self: self.asked.text)
    sort = property(lambda self: self.asked.sort)
    descending = property(lambda self: self.asked.descending)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def sentence(self) -> str:
        """The filters as one line that can be read aloud."""
        chosen = [one.said for one in self.every_filter if one.value and one.said]
        return " · ".join([*chosen, *([f"“{self.query}”"] if self.query else [])]) or _("全部")

    def cell(self, row: Mapping[str, Any], column: Column) -> Any:
        """The value of ``column`` in ``row``."""
        return row[column.key]

    def url(self, **changes: Any) -> str:
        """This address with ``changes``."""
        return address(request.path, {**present_arguments(self.asked), **changes})


def address(path: str, arguments: Mapping[str, Any]) -> str:
    """``path`` with the arguments that say something."""
    kept = {key: "1" if value is True else value for key, value in arguments.items() if value not in ("", None, False)}
    if kept.get("number") == 1:
        del kept["number"]
    return f"{path}?{urlencode(kept)}" if kept else path


def present_arguments(asked: ListQuery) -> dict[str, Any]:
    """What the address says now."""
    size = asked.size if asked.size != PAGE_SIZES[0] else None
    return {
        "q": asked.text,
        **asked.filters,
        "sort": asked.sort,
        "descending": asked.descending,
        "size": size,
        "number": asked.number,
    }


def read_query(listing: Listing) -> ListQuery:
    """What the address asks of ``listing``; what it cannot mean is left out."""
    arguments = request.args
    filters = {one.key: arguments.get(one.key, "")[:LONGEST_VALUE] for one in listing.filters}
    sortable = {one.key for one in listing.columns if one.sort is not None}
    sort = arguments.get("sort", "")
    return ListQuery(
        text=arguments.get("q", "").strip().replace("\x00", "")[:LONGEST_VALUE],
        filters={key: value.replace("\x00", "") for key, value in filters.items() if value},
        sort=sort if sort in sortable else "",
        descending=arguments.get("descending") == "1",
        number=_positive(arguments.get("number", "1")),
        size=next((size for size in PAGE_SIZES if str(size) == arguments.get("size")), PAGE_SIZES[0]),
    )


def _positive(text: str) -> int:
    number = whole(text)
    if not number:
        raise NotFound
    return number


def _said(column: Column) -> Column:
    return Column(key=column.key, label=_(column.label), value=None, kind=column.kind, sort=column.sort)


def _shown(actor: Actor, one: Filter, asked: ListQuery) -> ShownFilter:
    choices: list[Choice] = list(one.choices(actor)) if one.choices else []
    return ShownFilter(
        key=one.key,
        label=_(one.label),
        kind=one.kind,
        value=asked.filters.get(one.key, ""),
        choices=[(choice.value, _(choice.label)) for choice in choices],
    )
