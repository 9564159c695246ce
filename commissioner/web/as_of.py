"""``?on=2022-06-15``: the day that a page is as of. It asks who served on that day, by the dates as they are known now.

It does not ask what the records said on that day: how a date came to be changed is told by the posting's own page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, request, url_for
from flask_babel import format_date

from commissioner.domain.subject import Subject
from commissioner.units import asked_day, today
from commissioner.web.lists import address

LONGEST_ECHO = 40
# Subjects whose pages are as of a day in the address; links between them carry it along.
DATED = frozenset({"places", "commissioners", "organisations", "batches", "bases", "postings"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """The day asked about, today without one; ``given`` when the address names it; ``unread`` what was no day there."""

    day: date
    given: bool
    unread: str

    @property
    def arguments(self) -> dict[str, str]:
        """What a link to another page carries along."""
        return {"on": self.day.isoformat()} if self.given else {}

    @property
    def said(self) -> str:
        """The day in prose: 2022年6月15日."""
        return format_date(self.day, "long")

    @property
    def today_url(self) -> str:
        """This page as of today."""
        return address(request.path, {key: value for key, value in request.args.items() if key != "on"})

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address says, which the form that asks for another day keeps."""
        return [(key, value) for key, value in request.args.items() if key not in {"on", "number"} and value]


def as_of() -> AsOf:
    """What the present address asks."""
    if "as_of" not in g:
        text = request.args.get("on", "").strip()
        day = asked_day(text)
        g.as_of = AsOf(day=day or today(), given=day is not None, unread="" if day else text[:LONGEST_ECHO])
    found: AsOf = g.as_of
    return found


def url_of(subject: str, row_id: int) -> str:
    """The page of a record, as of the same day where it can be."""
    carried: dict[str, Any] = {**as_of().arguments} if subject in DATED else {}
    return url_for("subjects.page", name=subject, row_id=row_id, **carried)


def list_url(subject: Subject, **asked: Any) -> str:
    """A list, as of the same day where it can be asked that."""
    known = {one.key for one in subject.listing.filters}
    carried = as_of().arguments if "on" in known else {}
    every: dict[str, Any] = {**carried, **asked}
    return url_for("subjects.index", name=subject.name, **every)
