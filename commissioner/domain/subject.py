"""How a subject is declared: its fields, list and rules. ``records`` saves it, ``web/subjects`` shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from commissioner.access import Actor, Permission, within
from commissioner.domain.listing import Choice, Column, ColumnKind, Filter, Listing, word_filter
from commissioner.models import Place, db
from commissioner.units import asked_day, whole, year_bounds
from commissioner.vocabulary import N_, PlaceLevel, PlaceState, Word

FIRST_YEAR = 1999


class Kind(Enum):
    """What a field holds, and so how it is asked and shown."""

    TEXT = "text"
    PROSE = "prose"
    DATE = "date"
    YEAR = "year"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    WORD = "word"
    WORDS = "words"
    FLAG = "flag"
    PLACE = "place"
    REFERENCE = "reference"
    REFERENCES = "references"
    POINT = "point"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One field of a subject. ``refers`` names the subject that a reference points to, ``link`` its link table."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    words: type[Word] | None = None
    unit: str = ""
    help: str = ""
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    decimals: int = 2
    past: bool = False
    refers: str = ""
    link: Any = None
    personal: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Related:
    """A section of a record's page: rows of another subject that belong to it.

    ``condition`` takes the record's id; ``field`` is the field of the other subject that a new row of it is given.
    ``whole`` says that the page itself tells what was so on a day, and needs all rows for that.
    """

    subject: str
    title: str
    condition: Callable[[int], ColumnElement[bool]]
    field: str = ""
    hidden: tuple[str, ...] = ()
    limit: int = 8
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """A subject of the programme, declared: the page machinery needs nothing else to list, show, edit and export it.

    ``heading`` is the SQL value that names a row; ``check`` raises ``Invalid`` or ``NeedsConfirmation`` for the
    subject's own rules; ``complete`` fills derived columns before saving; a row with a ``parent`` field (the key of a
    reference) is a line of its parent's page and has none of its own. ``fixed`` names, for a record's values, the
    fields that its form no longer changes, and ``fixed_words`` say what does. ``guard`` is asked inside the change, with
    the row as it stands (none when it is made) and the draft (none when it is removed): what others decide at the same
    moment cannot slip in between its answer and the write. ``shown`` are fields that pages and the audit tell and no
    form asks for: verbs write them.
    """

    name: str
    model: Any
    title: str
    one: str
    heading: Any
    fields: tuple[Field, ...]
    listing: Listing
    related: tuple[Related, ...] = ()
    see: Permission = Permission.LOOK
    keep: Permission | None = Permission.KEEP_REGISTRY
    check: Callable[[Actor, Mapping[str, Any], Any], None] | None = None
    complete: Callable[[Actor, Any, Mapping[str, Any]], None] | None = None
    parent: str = ""
    fixed: Callable[[Mapping[str, Any]], frozenset[str]] | None = None
    fixed_words: str = ""
    guard: Callable[[Actor, Any, Mapping[str, Any] | None], None] | None = None
    shown: tuple[Field, ...] = ()

    @property
    def told(self) -> tuple[Field, ...]:
        """Every field that a page or the audit tells."""
        return (*self.fields, *self.shown)

    def field(self, key: str) -> Field:
        """The field called ``key``."""
        return next(one for one in self.told if one.key == key)


def place_name(column: Any) -> Any:
    """The name of the place that ``column`` points to, with its township's before a village's: 水头镇 同盟村."""
    place, parent = Place.__table__.alias(), Place.__table__.alias()
    village = place.c.level == PlaceLevel.VILLAGE
    full = select(func.coalesce(parent.c.name + " ", "") + place.c.name)
    joined = place.outerjoin(parent, (parent.c.id == place.c.parent_id) & village)
    return full.select_from(joined).where(place.c.id == column).scalar_subquery()


def name_of(model: Any, attribute: InstrumentedAttribute[Any], column: Any) -> Any:
    """``attribute`` of the row of ``model`` that ``column`` points to."""
    return select(attribute).where(model.id == column).correlate_except(model).scalar_subquery()


def names_through(link: Any, own: Any, far: Any, attribute: InstrumentedAttribute[Any], own_id: Any) -> Any:
    """The names at the far end of a link table, joined with "、"."""
    model = attribute.class_
    joined = select(func.aggregate_strings(attribute, "、")).select_from(link).join(model, model.id == far)
    return joined.where(own == own_id).correlate_except(link, model).scalar_subquery()


def place_column(model: Any, label: str = N_("地点")) -> Column:
    """The column that tells where a row lies; it sorts by division code."""
    return Column(key="place", label=label, value=place_name(model.place_id), sort=model.region_code)


def date_column(key: str, label: str, attribute: Any) -> Column:
    """A column of dates."""
    return Column(key=key, label=label, value=attribute, kind=ColumnKind.DATE, sort=attribute)


def word_column(key: str, label: str, attribute: Any) -> Column:
    """A column of words."""
    return Column(key=key, label=label, value=attribute, kind=ColumnKind.WORD, sort=attribute)


def link_column(key: str, label: str, value: Any, sort: Any = None) -> Column:
    """The column that leads to the record."""
    return Column(key=key, label=label, value=value, kind=ColumnKind.LINK, sort=value if sort is None else sort)


def text_column(key: str, label: str, value: Any) -> Column:
    """A column of text."""
    return Column(key=key, label=label, value=value, sort=value)


def number_column(key: str, label: str, value: Any) -> Column:
    """A column of numbers."""
    return Column(key=key, label=label, value=value, kind=ColumnKind.NUMBER, sort=value)


def illustrative_column(model: Any) -> Column:
    """The mark of demonstration data, on every list and export (domain.md §2.10)."""
    return Column(key="illustrative", label=N_("示例"), value=model.illustrative, kind=ColumnKind.ILLUSTRATIVE)


def year_filter(attribute: Any, label: str = N_("年份")) -> Filter:
    """A filter by calendar year on a date or a year column, as a range that an index serves."""

    def predicate(value: str) -> ColumnElement[bool] | None:
        if not value.isdecimal() or not FIRST_YEAR <= int(value) <= date.max.year:
            return None
        if attribute.type.python_type is int:
            equal: ColumnElement[bool] = attribute == int(value)
            return equal
        first, last = year_bounds(int(value))
        between: ColumnElement[bool] = attribute.between(first, last)
        return between

    def choices(actor: Actor) -> list[Choice]:
        # As two subqueries, because each alone is one step into an index and both together are a scan.
        ends = (select(end(attribute)).scalar_subquery() for end in (func.min, func.max))
        lowest, highest = db.session.execute(select(*ends)).one()
        if lowest is None:
            return []
        first, last = (getattr(end, "year", end) for end in (lowest, highest))
        return [Choice(value=str(year), label=str(year)) for year in range(last, first - 1, -1)]

    return Filter(key="year", label=label, predicate=predicate, choices=choices)


def township_choices(actor: Actor) -> list[Choice]:
    """The townships in the actor's scope; for a country, none: there one asks by text."""
    wanted = (Place.level == PlaceLevel.TOWNSHIP, Place.state == PlaceState.CURRENT)
    statement = select(Place.region_code, Place.name, Place.pinyin, Place.initials).where(
        *wanted, within(Place.region_code, actor.region_code)
    )
    rows = db.session.execute(statement.order_by(Place.region_code).limit(200)).all()
    return [Choice(value=row.region_code[:9], label=row.name, search=f"{row.pinyin} {row.initials}") for row in rows]


def township_filter(model: Any) -> Filter:
    """A filter by township: a range of division codes."""

    def predicate(value: str) -> ColumnElement[bool] | None:
        return within(model.region_code, value) if value.isdecimal() and len(value) <= 12 else None

    return Filter(key="township", label=N_("乡镇"), predicate=predicate, choices=township_choices)


def words_filter(key: str, label: str, attribute: Any, words: type[Word]) -> Filter:
    """A filter by one word of a vocabulary."""
    return word_filter(key, label, attribute, words)


def id_filter(key: str, predicate: Callable[[int], ColumnElement[bool]]) -> Filter:
    """A silent filter by another record, which a link from its page carries."""

    def chosen(value: str) -> ColumnElement[bool] | None:
        row_id = whole(value)
        return None if row_id is None else predicate(row_id)

    return Filter(key=key, label="", kind="hidden", predicate=chosen)


def on_date(start: Any, end: Any, label: str = N_("在这一天")) -> Filter:
    """Rows that were running on a given date: the "as of" question."""

    def predicate(value: str) -> ColumnElement[bool] | None:
        day = asked_day(value)
        return None if day is None else running(start, end, day)

    return Filter(key="on", label=label, kind="date", predicate=predicate)


def runs_on(starts_on: date, ends_on: date | None, day: date) -> bool:
    """What ``running`` asks of the database, of one row in hand."""
    return starts_on <= day and (ends_on is None or ends_on >= day)


def running(start: Any, end: Any, day: Any) -> ColumnElement[bool]:
    """A dated row runs on ``day``; no end means until further notice."""
    result: ColumnElement[bool] = (start <= day) & ((end.is_(None)) | (end >= day))
    return result
