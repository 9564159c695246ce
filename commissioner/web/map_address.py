"""The map's address: what it asks, read with care, and written again for a link that can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import url_for
from werkzeug.datastructures import MultiDict

from commissioner.domain.map_ask import MapAsk, end_of_month, end_of_year
from commissioner.domain.map_layers import FIRST_SHOWN, MapLayer
from commissioner.domain.map_viewport import BadViewport, read_viewport
from commissioner.geo.shell import Box
from commissioner.units import YEARS_ASKED, asked_day, whole
from commissioner.vocabulary import Industry, Level, Word

AnyWord = TypeVar("AnyWord", bound=Word)
LONGEST_CODE = 12
LONGEST_KEY = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """What the address asks: the question, the layers that are on, the mark that is touched, the part that is looked at."""

    ask: MapAsk
    layers: tuple[MapLayer, ...]
    chosen_layers: bool
    selected: str
    box_deg: Box | None = None  # south, west, north, east

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The address's arguments, with ``changes``; what says nothing is left out."""
        asked: dict[str, Any] = {
            **when(self.ask.on),
            "level": self.ask.level,
            "industry": self.ask.industry,
            "township": self.ask.township,
            "layers": "chosen" if self.chosen_layers else None,
            "layer": [layer.value for layer in self.layers] if self.chosen_layers else None,
            "at": self.selected,
            "box": _as_asked(self.box_deg) if self.box_deg else None,
        }
        merged = {**asked, **changes}
        return {key: str(value) if isinstance(value, Word) else value for key, value in merged.items() if value}

    def url(self, endpoint: str = "map.index", **changes: Any) -> str:
        """This view's address with ``changes``."""
        return url_for(endpoint, **self.arguments(**changes))

    def url_on(self, on: date, endpoint: str = "map.index", **changes: Any) -> str:
        """This view's address as of another day."""
        return self.url(endpoint, **{"year": None, "on": None, **when(on), **changes})


def when(on: date) -> dict[str, Any]:
    """A day as the address says it: a year alone means its end, or today while it runs."""
    return {"year": on.year} if on == end_of_year(on.year) else {"on": on.isoformat()}


def read_view(asked: MultiDict[str, str], default_year: int) -> MapView:
    """What ``asked`` means; what it cannot mean is left out."""
    chosen = "layers" in asked
    named = asked.getlist("layer")
    township = asked.get("township", "")
    return MapView(
        ask=MapAsk(
            on=asked_on(asked) or end_of_year(default_year),
            level=_word(Level, asked.get("level", "")),
            industry=_word(Industry, asked.get("industry", "")),
            township=township if township.isascii() and township.isdecimal() and len(township) <= LONGEST_CODE else "",
        ),
        layers=tuple(layer for layer in MapLayer if (layer.value in named if chosen else layer in FIRST_SHOWN)),
        chosen_layers=chosen,
        selected=asked.get("at", "")[:LONGEST_KEY],
        box_deg=_box(asked.get("box", "")),
    )


def _as_asked(box_deg: Box) -> str:
    south, west, north, east = box_deg
    return ",".join(f"{edge:.5f}" for edge in (west, south, east, north))


def _box(said: str) -> Box | None:
    """``box=west,south,east,north``: where somebody had moved the map to."""
    try:
        seen = read_viewport(said, "0")
    except BadViewport:
        return None
    return seen.south, seen.west, seen.north, seen.east


def asked_on(asked: MultiDict[str, str]) -> date | None:
    """The day: ``on=2022-06-15``, or ``year=2022`` with perhaps ``month=6`` (its end) or ``month=6-15`` (that day)."""
    day = asked_day(asked.get("on", ""))
    if day is not None:
        return day
    year = whole(asked.get("year", ""))
    return None if year is None or year not in YEARS_ASKED else _day_in(year, asked.get("month", ""))


def _day_in(year: int, said: str) -> date:
    first, _dash, second = said.partition("-")
    month, day = whole(first), whole(second)
    if month not in range(1, 13):
        return end_of_year(year)
    assert month is not None
    try:
        return date(year, month, day) if day else end_of_month(year, month)
    except ValueError:
        return end_of_month(year, month)


def _word(words: type[AnyWord], value: str) -> AnyWord | None:
    return next((word for word in words if word.value == value), None)
