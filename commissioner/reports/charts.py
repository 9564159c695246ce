"""Small charts as geometry: the page draws the lines, the table beside it says the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 480, 150
LEFT, RIGHT, TOP, BOTTOM = 8, 124, 32, 28
LABEL_WIDTH = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A change of the quantity: where it is drawn, what it came to, and whether a label has room before the next."""

    x: float
    y: float
    on: date
    total: Decimal
    labelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChart:
    """A quantity that stands still between its changes: paths in the user units of ``WIDTH`` by ``HEIGHT``."""

    line: str
    area: str
    marks: tuple[Mark, ...]
    ends_on: date
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right_x: int = WIDTH - RIGHT
    floor_y: int = HEIGHT - BOTTOM


def step_chart(totals: Sequence[tuple[date, Decimal]], until: date) -> StepChart:
    """The chart of (day, total from that day on), in order of days, up to ``until`` or the last change."""
    ends_on = max(until, totals[-1][0])
    days = max((ends_on - totals[0][0]).days, 1)
    highest = max(*(total for _, total in totals), Decimal(1))

    def at_x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - totals[0][0]).days / days, 1)

    def at_y(total: Decimal) -> float:
        return round(HEIGHT - BOTTOM - float((HEIGHT - TOP - BOTTOM) * total / highest), 1)

    points = [(at_x(day), at_y(total)) for day, total in totals]
    line = f"M{points[0][0]} {points[0][1]}" + "".join(f"H{x}V{y}" for x, y in points[1:]) + f"H{WIDTH - RIGHT}"
    next_x = [*(x for x, _ in points[1:]), float(WIDTH - RIGHT)]
    return StepChart(
        line=line,
        area=f"{line}V{HEIGHT - BOTTOM}H{points[0][0]}Z",
        marks=tuple(
            Mark(x=x, y=y, on=day, total=total, labelled=follows - x >= LABEL_WIDTH)
            for (x, y), (day, total), follows in zip(points, totals, next_x, strict=True)
        ),
        ends_on=ends_on,
    )
