"""What somebody takes along from the map: layers of points with their figures, and the words that go with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

DECIMALS = 6  # a tenth of a metre
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # control, direction-changing, and what is no character
# Field → (kind, digits, decimals). The same names in all formats; a dBASE table takes ten letters, and these are fewer.
FIELDS: dict[str, tuple[str, int, int]] = {
    "name": ("C", 0, 0),
    "kind": ("C", 0, 0),
    "township": ("C", 0, 0),
    "note": ("C", 0, 0),
    "visits": ("N", 10, 0),
    "employed": ("N", 10, 0),
    "area_mu": ("N", 14, 2),
    "served": ("N", 10, 0),
    "villages": ("N", 10, 0),
    "position": ("C", 0, 0),
    "approx": ("N", 1, 0),
    "sample": ("N", 1, 0),
    "record": ("C", 0, 0),
    "address": ("C", 0, 0),
}


@dataclass(frozen=True, slots=True)
class TakenPoint:
    """A mark in WGS-84, with a value for each of ``FIELDS``."""

    longitude_deg: float
    latitude_deg: float
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        on_earth = abs(self.longitude_deg) <= 180 and abs(self.latitude_deg) <= 90
        if not (isfinite(self.longitude_deg) and isfinite(self.latitude_deg) and on_earth):
            raise ValueError(f"no position on earth: {self.longitude_deg}, {self.latitude_deg}")

    @property
    def position(self) -> tuple[float, float]:
        """Longitude and latitude, as they are written."""
        return round(self.longitude_deg, DECIMALS), round(self.latitude_deg, DECIMALS)

    @property
    def is_approximate(self) -> bool:
        """Whether it stands only roughly where it is drawn."""
        return bool(self.values[APPROXIMATE])


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLayer:
    """Marks of one kind."""

    key: str  # letters of ASCII: the name of its files
    label: str
    colour: str  # #rrggbb
    points: Sequence[TakenPoint]
    all: int  # with those that have no position


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """All of it: a title, what was asked for, the day, and notes on what is and is not in it."""

    title: str
    sentence: str
    day: str  # ISO 8601
    notes: Sequence[str]
    credit: str
    layers: Sequence[TakenLayer]

    @property
    def description(self) -> str:
        """What a reader must know, in one text."""
        return "\n".join(plain(line) for line in (self.sentence, *self.notes, self.credit) if line)


APPROXIMATE = list(FIELDS).index("approx")


def plain(value: Any) -> Any:
    """A text without characters that nobody sees; anything else as it is."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(" " if c in "\t\r\n" else c for c in value if c in "\t\r\n" or unicodedata.category(c) not in UNSEEN)


def cut(text: str, most_bytes: int) -> str:
    """As much of ``text`` as fits into so many bytes of UTF-8, never half a character."""
    written = text.encode("utf-8", "replace")
    return text if len(written) <= most_bytes else written[:most_bytes].decode("utf-8", "ignore")
