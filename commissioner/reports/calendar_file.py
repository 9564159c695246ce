"""Dates as an iCalendar file (RFC 5545), which every calendar program reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//science-commissioner//todo//ZH"
# How often a calendar program need ask again: dates move by the day, not by the minute.
REFRESH = "PT6H"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One day with something on it; the same ``uid`` is the same event the next time the file is read."""

    uid: str
    day: date
    summary: str
    description: str
    url: str


def calendar_file(name: str, events: Sequence[CalendarEvent]) -> bytes:
    """The file: whole days, never busy, and the same bytes for the same events."""
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", PRODUCT)
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    book.add("x-published-ttl", REFRESH)
    for event in events:
        book.add_component(_event(event))
    content: bytes = book.to_ical()
    return content


def _event(told: CalendarEvent) -> Event:
    import icalendar

    event = icalendar.Event()
    event.add("uid", told.uid)
    # The day itself, not the moment of asking: unchanged dates give an unchanged file, which need not be sent again.
    event.add("dtstamp", datetime.combine(told.day, time.min, UTC))
    event.add("dtstart", told.day)
    event.add("summary", told.summary)
    event.add("description", told.description)
    event.add("url", told.url)
    event.add("transp", "TRANSPARENT")
    return event
