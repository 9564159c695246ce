"""The days that a cell of a sheet means: 3, 6.3, 6月3日, 2026-06-03, several days (3,5,8日) or one stay (3-5日)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from commissioner.domain.visit_rules import LONGEST_VISIT_DAYS
from commissioner.problems import Problem
from commissioner.units import today
from commissioner.vocabulary import N_

LONGEST_CELL = 120
MOST_STAYS = 31
# One day, from the fullest way of writing it to the barest; ASCII digits only, after full-width ones were folded.
A_DAY = re.compile(
    r"(?P<y1>\d{4})年(?P<m1>\d{1,2})月(?P<d1>\d{1,2})[日号]?(?!\d)"
    r"|(?P<y2>\d{4})(?P<s2>[./-])(?P<m2>\d{1,2})(?P=s2)(?P<d2>\d{1,2})[日号]?(?!\d)"
    r"|(?P<y3>[2-9]\d)(?P<s3>[./])(?P<m3>\d{1,2})(?P=s3)(?P<d3>\d{1,2})[日号]?(?!\d)"
    r"|(?P<y4>\d{4})(?P<m4>\d{2})(?P<d4>\d{2})(?!\d)"
    r"|(?P<m5>\d{1,2})[月./](?P<d5>\d{1,2})[日号]?(?!\d)"
    r"|(?P<d6>\d{1,2})[日号]?(?!\d)",
    re.ASCII,
)
A_MONTH = re.compile(r"(?P<year>(?:19|20)\d{2})\s*[-./年]?\s*(?P<month>\d{1,2})月?", re.ASCII)
UNTIL = re.compile(r"[-–—~至到]+")
AND = re.compile(r"[,、;和及与\s]+")
# What a sheet adds to a date and a visit has no use for: the time of day, the day of the week.
BESIDE_THE_DAY = re.compile(
    r"[ T]\d{1,2}:\d{2}(:\d{2})?|\((?:周|星期)[一二三四五六日天]\)|(?:周|星期)[一二三四五六日天]|[上下]午|全天"
)
AROUND_A_SIGN = re.compile(r"\s*([年月,、;~–—至到-])\s*|\s+(?=[日号])")
NEAR_TODAY = {"今天": 0, "昨天": 1, "前天": 2}
UNREADABLE = N_("看不懂这个日期：“%(text)s”。可以写 3、6.3、6月3日、3,5,8日 或 3-5日。")
EITHER_WAY = N_("“%(text)s”可能是一个日期，也可能是几天。请写成 6.3、6月3日 或 3-5日。")
NO_SUCH_DAY = N_("没有“%(text)s”这一天。")
BACKWARDS = N_("结束日期不能早于开始日期。")
ONE_DAY_EACH = N_("填了“到哪一天”，日期就只写开始的那一天。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One visit's days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class _Day:
    """A day as written: what is left out is nothing."""

    year: int | None
    month: int | None
    day: int
    text: str


def read_days(text: str, until: str, month: date) -> tuple[Stay, ...]:
    """The stays that a cell means, seen from ``month`` (its first day). Raises ``Problem`` in words."""
    stays = _stays(_plain(text), text, month)
    if not until.strip():
        return stays
    ends = _stays(_plain(until), until, month)
    if len(stays) != 1 or stays[0].days != 1 or len(ends) != 1 or ends[0].days != 1:
        raise Problem(ONE_DAY_EACH)
    return (_stay(stays[0].first, ends[0].first),)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).replace("。", ".").strip(" .,;、\n\t")
    return AROUND_A_SIGN.sub(r"\1", BESIDE_THE_DAY.sub("", folded)).strip()


def _stays(plain: str, written: str, month: date) -> tuple[Stay, ...]:
    if plain in NEAR_TODAY:
        day = today() - timedelta(days=NEAR_TODAY[plain])
        return (Stay(first=day, last=day),)
    if not plain or len(plain) > LONGEST_CELL:
        raise _unreadable(written)
    found: list[Stay] = []
    place, last = 0, _Day(None, None, 0, "")
    while True:
        first, place = _next(plain, place, written)
        first = _completed(first, last)
        end = first
        if through := UNTIL.match(plain, place):
            end, place = _next(plain, through.end(), written)
            end = _completed(end, first)
            _refuse_either_way(first, end, plain)
        found.append(_stay(_dated(first, month), _dated(end, month)))
        last = end
        if place == len(plain):
            return _once_each(found)
        separator = AND.match(plain, place)
        if separator is None or len(found) == MOST_STAYS:
            raise _unreadable(written)
        place = separator.end()


def _next(plain: str, place: int, written: str) -> tuple[_Day, int]:
    match = A_DAY.match(plain, place)
    if match is None:
        raise _unreadable(written)
    parts = {name[0]: int(value) for name, value in match.groupdict().items() if value and name[0] in "ymd"}
    year = parts.get("y")
    if year is not None and year < 100:
        year += 2000
    return _Day(year, parts.get("m"), parts["d"], match.group()), match.end()


def _completed(day: _Day, before: _Day) -> _Day:
    """A bare day stands in the month that was named before it."""
    if day.month is not None:
        return day
    return _Day(before.year, before.month, day.day, day.text)


def _refuse_either_way(first: _Day, end: _Day, plain: str) -> None:
    """“6-3” may be the third of June, or six to three: nobody should guess."""
    bare = first.text.isdigit() and end.text.isdigit()
    if bare and first.month == end.month and end.day < first.day and end.day <= 31 and first.day <= 12:
        raise Problem(EITHER_WAY, text=plain)


def _dated(day: _Day, month: date) -> date:
    """The date: without a month the chosen one, without a year the one nearest to the chosen month."""
    number = day.month or month.month
    years = (day.year,) if day.year else (month.year, month.year - 1, month.year + 1) if day.month else (month.year,)
    possible = [made for year in years if (made := _made(year, number, day.day))]
    if not possible:
        raise Problem(NO_SUCH_DAY, text=day.text)
    return min(possible, key=lambda one: abs((one - month).days))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _stay(first: date, last: date) -> Stay:
    if last < first:
        raise Problem(BACKWARDS)
    if (last - first).days >= LONGEST_VISIT_DAYS:
        raise Problem(N_("一次走访最多 %(days)s 天，请分开登记。"), days=LONGEST_VISIT_DAYS)
    return Stay(first=first, last=last)


def _once_each(stays: list[Stay]) -> tuple[Stay, ...]:
    return tuple(sorted(set(stays), key=lambda one: (one.first, one.last)))


def _unreadable(text: str) -> Problem:
    return Problem(UNREADABLE, text=text.strip()[:LONGEST_CELL])


def read_month(text: str) -> date | None:
    """The first day of a month written as 2026-06, 2026.6 or 2026年6月; nothing for anything else."""
    match = A_MONTH.fullmatch(unicodedata.normalize("NFKC", text[:LONGEST_CELL]).strip())
    return _made(int(match["year"]), int(match["month"]), 1) if match else None
