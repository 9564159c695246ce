"""What the text of one cell means to its column; pure functions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Enum, Float, Integer, String

from commissioner.domain.seeding.files import Line
from commissioner.models.base import Scaled, UtcDateTime, Words
from commissioner.vocabulary import N_, Word

MANY = ";"


def many(text: str) -> list[str]:
    """The parts of a cell that names several things."""
    return [part.strip() for part in text.split(MANY) if part.strip()]


def read_cell(column: Column[Any], text: str, line: Line) -> Any:
    """The value of ``text`` in ``column``; an empty cell is the column's default, or nothing where that is allowed."""
    if not text:
        return _empty(column, line)
    read, example = _reader(column)
    try:
        value = read(text)
    except (ValueError, LookupError, InvalidOperation):
        raise line.refuse(
            N_("%(file)s 第 %(line)s 行，%(column)s：读不懂“%(text)s”，应当是 %(example)s 这样。"),
            column.name,
            text=text,
            example=example,
        ) from None
    longest = column.type.length if isinstance(column.type, String) else None
    if isinstance(value, str) and longest and len(value) > longest:
        raise line.refuse(
            N_("%(file)s 第 %(line)s 行，%(column)s：超过 %(longest)s 字。"), column.name, longest=longest
        )
    return value


def _empty(column: Column[Any], line: Line) -> Any:
    if column.default is not None and column.default.is_scalar:
        return column.default.arg  # type: ignore[attr-defined]
    if column.nullable:
        return None
    if isinstance(column.type, String) and column.server_default is not None:
        return ""
    raise line.refuse(N_("%(file)s 第 %(line)s 行，%(column)s：不能空着。"), column.name)


def _reader(column: Column[Any]) -> tuple[Callable[[str], Any], str]:
    """How ``column`` reads its text, and an example of a text that it reads."""
    kind = column.type
    if isinstance(kind, Enum):
        words = kind.enum_class
        assert words is not None
        return words, " / ".join(str(word) for word in words)
    for type_, read, example in _READERS:
        if isinstance(kind, type_):
            return read, example
    if isinstance(kind, Words):
        return lambda text: _in_order(kind.words, many(text)), MANY.join(kind.words)
    if isinstance(kind, Scaled):
        return lambda text: _exact(text, kind.decimals), "12.5"
    return str, "文字"


def _exact(text: str, decimals: int) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or value != value.quantize(Decimal(1).scaleb(-decimals)):
        raise ValueError(text)
    return value


def _in_order(words: type[Word], parts: list[str]) -> tuple[Word, ...]:
    """The words in the order in which they are kept."""
    chosen = {words(part) for part in parts}
    return tuple(word for word in words if word in chosen)


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


_READERS: tuple[tuple[type, Callable[[str], Any], str], ...] = (
    (Boolean, _truth, "true / false"),
    (Date, date.fromisoformat, "2022-06-15"),
    (UtcDateTime, _instant, "2022-06-15T09:30:00+08:00"),
    (BigInteger, int, "100"),
    (Integer, int, "100"),
    (Float, float, "27.66583"),
)
