"""How values look on a page: dates, numbers, money and words, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import format_date
from flask_babel import gettext as _

from commissioner.units import FEN_PER_WAN_YUAN, LOCAL_ZONE, fen_to_yuan, plain
from commissioner.vocabulary import Word
from commissioner.web.language import CHINESE, language

NOTHING = "—"


def day(value: date | datetime | None) -> str:
    """2022-06-15."""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_ZONE).date()
    return value.isoformat() if value else NOTHING


def moment(value: datetime | None) -> str:
    """2022-06-15 09:30, local time."""
    return value.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M") if value else NOTHING


def day_prose(value: date | None) -> str:
    """6月15日."""
    return format_date(value, _("M月d日")) if value else NOTHING


def word(value: Word | None) -> str:
    """A word of the vocabulary in the reader's language."""
    return _(value.label) if value is not None else NOTHING


def number(value: Decimal | float | None) -> str:
    """1,234.5 with no trailing zeros; nothing is "—"."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value))
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan(value_fen: int | None) -> str:
    """Money as people say it: in Chinese 12.5 万元 from ten thousand on, 800 元 below; in English always yuan."""
    if value_fen is None:
        return NOTHING
    if abs(value_fen) >= FEN_PER_WAN_YUAN and language() == CHINESE:
        return _("%(amount)s 万元", amount=number(Decimal(value_fen) / FEN_PER_WAN_YUAN))
    return _("%(amount)s 元", amount=number(fen_to_yuan(value_fen)))


def shown(value: Any, kind: str = "") -> str:
    """Any value as text, by the kind of its field or column."""
    if value is None or value == "":
        return NOTHING
    if kind == "money":
        return yuan(value)
    if isinstance(value, Word):
        return word(value)
    if isinstance(value, tuple):
        return _("、").join(shown(one) for one in value) or NOTHING
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal) or kind in {"number", "integer", "decimal"}:
        return number(value)
    return str(value)


def file_size(size_bytes: int) -> str:
    """How large a file is: 3.4 MB, 12 KB."""
    if size_bytes >= 1024**2:
        return f"{number(round(size_bytes / 1024**2, 1))} MB"
    return f"{number(max(1, round(size_bytes / 1024)))} KB"


def path_only(url: str) -> str:
    """An address without its question."""
    return url.partition("?")[0]


def init_filters(app: Flask) -> None:
    """Register every filter under its own name."""
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        day_prose=day_prose,
        word=word,
        number=number,
        yuan=yuan,
        shown=shown,
        file_size=file_size,
        plain=plain,
        path_only=path_only,
    )
