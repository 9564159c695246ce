"""Lists of any subject: columns, filters, search, sort and page over Core rows, with one count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, RowMapping, Select, and_, false, func, or_, select
from sqlalchemy.sql import operators

from commissioner.access import Actor, scope
from commissioner.access.regions import Unsorted
from commissioner.models import db
from commissioner.problems import NotFound
from commissioner.vocabulary import Word

PAGE_SIZES = (25, 50, 100)
LARGEST_EXPORT = 50_000
LONGEST_SEARCH = 60


class ColumnKind(StrEnum):
    """How a cell is shown."""

    TEXT = "text"
    LINK = "link"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    WORD = "word"
    WORDS = "words"
    FLAG = "flag"
    ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """A column of a list: its SQL value, and what it sorts by (``None``: not at all).

    ``filled``: no SQL value holds it, the listing's ``fill`` gives it; a section of another page goes without.
    """

    key: str
    label: str
    value: Any
    kind: ColumnKind = ColumnKind.TEXT
    sort: Any = None
    filled: bool = False

    @property
    def align(self) -> str:
        """Numbers stand to the right."""
        return "end" if self.kind in {ColumnKind.NUMBER, ColumnKind.MONEY} else "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a filter or a picker."""

    value: str
    label: str
    search: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Filter:
    """A question one can ask of a list: ``predicate`` turns the value into SQL, ``choices`` are what may be chosen.

    ``joint`` is asked instead where the answer depends on the other filters, such as the date.
    """

    key: str
    label: str
    predicate: Callable[[str], ColumnElement[bool] | None]
    choices: Callable[[Actor], Sequence[Choice]] | None = None
    kind: str = "choice"
    joint: Callable[[str, Mapping[str, str]], ColumnElement[bool] | None] | None = None

    def asked(self, filters: Mapping[str, str]) -> ColumnElement[bool] | None:
        """What ``filters`` ask of this one; nothing where they say nothing."""
        value = filters.get(self.key)
        if not value:
            return None
        return self.joint(value, filters) if self.joint is not None else self.predicate(value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listing:
    """Everything a list of ``model`` needs to know; a finder looks for a word elsewhere than in a column.

    ``only`` is what every row of the list is, whatever is asked. ``fill`` gives the columns that no SQL value holds,
    for all rows of a page together.
    """

    model: Any
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[Any, ...] = ()
    finders: tuple[Callable[[Actor, str], ColumnElement[bool]], ...] = ()
    order: tuple[Any, ...] = ()
    only: Any = None
    fill: Callable[[Actor, list[dict[str, Any]]], None] | None = None

    def on(self, day: date) -> ColumnElement[bool] | None:
        """The rows that were so on ``day``, if the list can be asked that."""
        asked = next((one for one in self.filters if one.key == "on"), None)
        return asked.predicate(day.isoformat()) if asked is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What somebody asks of a list."""

    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    number: int = 1
    size: int = PAGE_SIZES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListResult:
    """The rows of one page and the count of them all."""

    rows: Sequence[Any]
    total: int


def listed(actor: Actor, listing: Listing, query: ListQuery) -> ListResult:
    """One page of ``listing`` as ``actor`` may see it: two queries, whatever the number of rows."""
    total = db.session.scalar(counting(actor, listing, query)) or 0
    if total == 0:
        return ListResult(rows=(), total=0)
    first = (query.number - 1) * query.size
    if first >= total:
        raise NotFound
    statement = _chosen(actor, listing, _conditions(actor, listing, query), query, query.size, first)
    return ListResult(rows=_filled(actor, listing, db.session.execute(statement).mappings().all()), total=total)


def counting(actor: Actor, listing: Listing, query: ListQuery) -> Select[int]:
    """The count that the list of ``query`` has in its title, as a statement that may be one column of another."""
    return select(func.count(listing.model.id)).where(*_conditions(actor, listing, query))


def exported(actor: Actor, listing: Listing, query: ListQuery) -> ListResult:
    """Every row that ``query`` shows, for a sheet."""
    rows = _filled(actor, listing, peek(actor, listing, query, LARGEST_EXPORT))
    return ListResult(rows=rows, total=len(rows))


def related(
    actor: Actor, listing: Listing, condition: ColumnElement[bool], limit: int = 8, offset: int = 0
) -> ListResult:
    """The first rows of ``listing`` under ``condition`` with their count, in one query: for a section of a page."""
    wanted = (scope(actor, listing.model), condition)
    total = select(func.count(listing.model.id)).where(*wanted).correlate(None).scalar_subquery()
    statement = _chosen(actor, listing, wanted, ListQuery(), limit, offset)
    rows = db.session.execute(statement.add_columns(total.label("_total"))).mappings().all()
    return ListResult(rows=rows, total=rows[0]["_total"] if rows else 0)


def peek(actor: Actor, listing: Listing, query: ListQuery, limit: int) -> Sequence[RowMapping]:
    """The first rows that ``query`` shows, uncounted."""
    statement = _chosen(actor, listing, _conditions(actor, listing, query), query, limit)
    return db.session.execute(statement).mappings().all()


def _filled(actor: Actor, listing: Listing, rows: Sequence[RowMapping]) -> Sequence[Any]:
    if listing.fill is None or not rows:
        return rows
    filled = [dict(row) for row in rows]
    listing.fill(actor, filled)
    return filled


def _conditions(actor: Actor, listing: Listing, query: ListQuery) -> list[ColumnElement[bool]]:
    asked = [predicate for one in listing.filters if (predicate := one.asked(query.filters)) is not None]
    return [
        scope(actor, listing.model),
        *([] if listing.only is None else [listing.only]),
        *asked,
        *text_conditions(listing.search, query.text, [partial(find, actor) for find in listing.finders]),
    ]


def text_conditions(
    columns: Sequence[Any], text: str, finders: Sequence[Callable[[str], ColumnElement[bool]]] = ()
) -> list[ColumnElement[bool]]:
    """Each word of ``text`` stands in at least one of ``columns``, or a finder finds it."""
    words = text[:LONGEST_SEARCH].split() if columns or finders else []
    return [or_(*(contains(column, word) for column in columns), *(find(word) for find in finders)) for word in words]


def contains(column: Any, word: str) -> ColumnElement[bool]:
    """``column`` holds ``word``; Chinese has no case, and asking for none is several times as fast."""
    match = column.icontains if word.upper() != word.lower() else column.contains
    result: ColumnElement[bool] = match(word, autoescape=True)
    return result


def _chosen(
    actor: Actor,
    listing: Listing,
    conditions: Sequence[ColumnElement[bool]],
    query: ListQuery,
    limit: int,
    offset: int = 0,
) -> Select[Any]:
    """The rows are chosen first, so that what a column costs is paid, and planned, for those shown only."""
    order = [one if actor.sees_nearly_all else _unwalked(one) for one in _order(listing, query)]
    wanted = select(listing.model.id).where(*conditions).order_by(*order).limit(limit).offset(offset)
    return _statement(listing, [listing.model.id.in_(wanted.correlate(None))], query)


def _statement(listing: Listing, conditions: Sequence[ColumnElement[bool]], query: ListQuery) -> Select[Any]:
    values = [column.value.label(column.key) for column in listing.columns]
    return select(listing.model.id.label("id"), *values).where(and_(*conditions)).order_by(*_order(listing, query))


def _order(listing: Listing, query: ListQuery) -> list[Any]:
    chosen = next((one for one in listing.columns if one.key == query.sort and one.sort is not None), None)
    if chosen is None:
        return [*listing.order, listing.model.id.desc()]
    direction = chosen.sort.desc() if query.descending else chosen.sort.asc()
    return [direction, listing.model.id.desc()]


def _unwalked(ordering: Any) -> Any:
    """The same order without the walk along its index, for a plain column in a direction."""
    column = getattr(ordering, "element", None)
    if getattr(ordering, "modifier", None) is not operators.desc_op or not isinstance(column, ColumnClause):
        return ordering
    return Unsorted(column).desc()


def word_choices(words: type[Word]) -> Callable[[Actor], Sequence[Choice]]:
    """Choices of a vocabulary; the labels are catalogue ids."""
    choices = tuple(Choice(value=word.value, label=word.label) for word in words)
    return lambda actor: choices


def word_filter(key: str, label: str, column: Any, words: type[Word]) -> Filter:
    """A filter by one word of a vocabulary; an unknown word finds nothing."""

    def predicate(value: str) -> ColumnElement[bool]:
        known = {word.value: word for word in words}
        equal: ColumnElement[bool] = column == known[value] if value in known else false()
        return equal

    return Filter(key=key, label=label, predicate=predicate, choices=word_choices(words))
