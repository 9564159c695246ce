"""Units, rounding and the ways a number is said: pure functions on Decimal and int."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from commissioner.vocabulary import Saying

# China keeps one time without summer time: no zone database is needed.
LOCAL_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
MU_PER_HECTARE = Decimal(15)
FEN_PER_YUAN = 100
FEN_PER_WAN_YUAN = 1_000_000
LARGEST_FIGURE = Decimal(10) ** 12
# Nine digits fit the keys of both databases.
LARGEST_KEY = 10**9 - 1
DAY_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Before and after these nobody asks about a programme that began in 1999; far beyond them dates cannot be reckoned with.
YEARS_ASKED = range(1949, 2101)


def mu_to_hectares(area_mu: Decimal) -> Decimal:
    """Hectares of ``area_mu``: 1 mu = 1/15 ha (102 mu = 6.8 ha)."""
    return area_mu / MU_PER_HECTARE


def rounded(value: Decimal, decimals: int) -> Decimal:
    """``value`` to ``decimals`` places, half up, as the bureau rounds (domain.md §5.7)."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def yuan_to_fen(value_yuan: Decimal) -> int:
    """Whole fen of ``value_yuan``; more than two decimals raise ``ValueError``."""
    fen = value_yuan * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise ValueError("money has at most two decimals")
    return int(fen)


def fen_to_yuan(value_fen: int) -> Decimal:
    """Yuan of whole ``value_fen``, exactly."""
    return Decimal(value_fen) / FEN_PER_YUAN


def completion_rate(actual: Decimal | None, target: Decimal | None, decimals: int = 0) -> Decimal | None:
    """Actual ÷ target in per cent, half up; ``None`` without a target or with target 0 (domain.md §5.7)."""
    if actual is None or not target:
        return None
    return rounded(actual * 100 / target, decimals)


def plain(value: Decimal | int) -> str:
    """A number without trailing zeros and without an exponent: 102, 16.02."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_down_to_leading(value: int) -> int:
    """The largest number with one leading digit that is not above ``value``: 643 → 600."""
    step = 10 ** (len(str(value)) - 1)
    return int(value // step * step)


def said(value: Decimal | int, saying: Saying) -> str:
    """``value`` in the style of ``saying`` with no unit: 643 said MANY → "600多" (domain.md §2.7).

    MANY rounds down and NEARLY up to the leading digit, ODD down to the tens; the others keep the number.
    """
    number = plain(value)
    rounders: dict[Saying, Callable[[], str]] = {
        Saying.MANY: lambda: f"{round_down_to_leading(int(value))}多",
        Saying.ODD: lambda: f"{int(value) // 10 * 10}余",
        Saying.NEARLY: lambda: f"近{_round_up_to_leading(int(value))}",
        Saying.AT_LEAST: lambda: f"{number}以上",
        Saying.OVER: lambda: f"超{number}",
        Saying.ABOUT: lambda: f"约{number}",
        Saying.SEVERAL: lambda: "多",
    }
    return rounders[saying]() if saying in rounders else number


def _round_up_to_leading(value: int) -> int:
    step = 10 ** (len(str(value)) - 1)
    return int(-(-value // step) * step)


def year_bounds(year: int) -> tuple[date, date]:
    """First and last day of the calendar year, the programme's default axis."""
    return date(year, 1, 1), date(year, 12, 31)


def whole(text: str) -> int | None:
    """The whole number of at most nine digits that a piece of an address or of a form says; nothing for anything else.

    Nine digits fit the keys of both databases; digits alone do not do, because "²" is one and no number.
    """
    return int(text) if text.isdecimal() and len(text) < 10 else None


def asked_day(text: str) -> date | None:
    """The day that a piece of an address says as 2022-06-15; nothing for any other text, and for absurd years."""
    try:
        day = date.fromisoformat(text) if DAY_WRITTEN.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS_ASKED else None


def today() -> date:
    """The programme's present day, in China's time wherever the server stands."""
    return datetime.now(LOCAL_ZONE).date()
