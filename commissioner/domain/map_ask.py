"""What somebody asks of the map: a day, and what it is narrowed to."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from commissioner.units import today, year_bounds
from commissioner.vocabulary import Industry, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class MapAsk:
    """The map as of a day; ``township`` is a division-code prefix, empty for everywhere."""

    on: date
    level: Level | None = None
    industry: Industry | None = None
    township: str = ""

    @property
    def year(self) -> int:
        """The year that visits, projects and employment are counted in."""
        return self.on.year

    @property
    def days(self) -> tuple[date, date]:
        """What "so far in the year" means: from 1 January to the day itself."""
        return year_bounds(self.on.year)[0], self.on

    @property
    def narrowed(self) -> bool:
        """Whether only some of the records are asked for."""
        return bool(self.level or self.industry or self.township)


def end_of_year(year: int) -> date:
    """The day that a year is asked as of: its last, or today while it runs."""
    return today() if year == today().year else year_bounds(year)[1]


def end_of_month(year: int, month: int) -> date:
    """The day that a month is asked as of: its last, or today while it runs."""
    now = today()
    return now if (year, month) == (now.year, now.month) else date(year, month, monthrange(year, month)[1])
