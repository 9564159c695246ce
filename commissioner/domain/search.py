"""Search across subjects: places, commissioners, projects, bases and visits, in one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from commissioner.access import Actor
from commissioner.domain.listing import ListQuery, peek
from commissioner.domain.subject import Subject
from commissioner.domain.subjects import SUBJECTS

SEARCHED = ("places", "commissioners", "projects", "bases", "visits")
MOST_FOUND = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of one subject; ``more`` when the list holds further rows."""

    subject: Subject
    rows: Sequence[RowMapping]
    more: bool


def found(actor: Actor, text: str) -> list[Found]:
    """The first rows of each subject that ``text`` finds, as far as the actor may see them."""
    results = []
    for name in SEARCHED:
        subject = SUBJECTS[name]
        rows = peek(actor, subject.listing, ListQuery(text=text), MOST_FOUND + 1)
        if rows:
            results.append(Found(subject=subject, rows=rows[:MOST_FOUND], more=len(rows) > MOST_FOUND))
    return results
