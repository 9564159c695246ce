"""Spans of time as bars: who served where from when until when, with gaps and overlaps in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from commissioner.domain.pages import RecordPage
from commissioner.domain.posting_history import Span, gaps_in, together
from commissioner.units import today

WIDTH = 1000
NARROWEST = 6
MOST_SAID = 12
MOST_BARS = 60
MOST_COMPARED = 200


def spans_of(page: RecordPage, subject: str, label: str, note: str = "") -> list[Span]:
    """The rows of a page's section as spans, named by the column ``label``."""
    rows: Sequence[Any] = next((one.rows for one in page.sections if one.subject == subject), ())
    return [
        Span(
            subject=subject,
            id=row["id"],
            label=row[label] or "",
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
            note=row[note] or "" if note else "",
            illustrative=bool(row["illustrative"]),
        )
        for row in rows
    ]


def drawn(
    spans: Sequence[Span],
    day: date,
    *,
    beside: Sequence[Span] = (),
    crossing: Sequence[Span] | None = None,
    whole: bool = True,
) -> dict[str, Any]:
    """What the template draws: bars on one axis, and of ``spans`` (not of what is ``beside``) the gaps and overlaps.

    Overlaps are told of ``crossing`` alone where that is given: who serves a whole township is beside those of its villages.
    """
    every = [*spans, *beside]
    if not every:
        return {"bars": []}
    first = min(one.starts_on for one in every)
    last = max(today(), day, *(one.ends_on for one in every if one.ends_on is not None))
    said = gaps_in(spans, today()) if whole else ()
    crossed = spans if crossing is None else crossing
    pairs = together(crossed) if len(crossed) < MOST_COMPARED else ()
    return {
        "bars": [_bar(one, first, last, day) for one in sorted(every, key=_latest_first)[:MOST_BARS]],
        "left": max(len(every) - MOST_BARS, 0),
        "first": first,
        "last": last,
        "day": day,
        "mark": _at(day, first, last) if first <= day <= last else None,
        "gaps": said[-MOST_SAID:],
        "together": pairs[-MOST_SAID:],
        "until_today": today(),
    }


def _latest_first(one: Span) -> tuple[bool, date, int]:
    return one.subject == "postings", date.max - (one.starts_on - date.min), one.id


def _at(day: date, first: date, last: date) -> int:
    days = max((last - first).days + 1, 1)
    return round((day - first).days * WIDTH / days)


def _bar(one: Span, first: date, last: date, day: date) -> dict[str, Any]:
    start = _at(one.starts_on, first, last)
    end = WIDTH if one.ends_on is None else _at(one.ends_on + timedelta(days=1), first, last)
    width = max(end - start, NARROWEST)
    return {"span": one, "x": min(start, WIDTH - width), "width": width, "runs": one.runs(day)}
