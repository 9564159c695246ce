"""Questions about postings over time: which end without anybody to follow, which of one person run at once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import aliased

from commissioner.domain.subject import running
from commissioner.models import Posting, PostingEvent
from commissioner.units import today, whole
from commissioner.vocabulary import PostingEventKind

TOWNSHIP_DIGITS = 9
LONGEST_ASKED_DAYS = 3660


def ending_within(value: str) -> ColumnElement[bool] | None:
    """Postings that run today and end within so many days, with no later one in the township and nobody to take over."""
    days = whole(value)
    if days is None or days > LONGEST_ASKED_DAYS:
        return None
    later = aliased(Posting)
    low = func.substr(Posting.region_code, 1, TOWNSHIP_DIGITS)
    followed = (
        exists()
        .where(later.region_code.between(low + "000", low + "999"), later.id != Posting.id)
        .where(later.starts_on > Posting.starts_on)
        .where(or_(later.ends_on.is_(None), later.ends_on > Posting.ends_on))
        .correlate(Posting)
    )
    handed = (
        exists()
        .where(PostingEvent.posting_id == Posting.id, PostingEvent.kind == PostingEventKind.HANDED_OVER)
        .correlate(Posting)
    )
    soon = Posting.ends_on <= today() + timedelta(days=days)
    result: ColumnElement[bool] = running(Posting.starts_on, Posting.ends_on, today()) & soon & ~followed & ~handed
    return result


def running_at_once(value: str) -> ColumnElement[bool]:
    """Postings, running or to come, of which the person has another at the same time."""
    other = aliased(Posting)
    beside = (
        exists()
        .where(other.commissioner_id == Posting.commissioner_id, other.id != Posting.id)
        .where(or_(Posting.ends_on.is_(None), other.starts_on <= Posting.ends_on))
        .where(or_(other.ends_on.is_(None), other.ends_on >= Posting.starts_on))
        .where(or_(other.ends_on.is_(None), other.ends_on >= today()))
        .correlate(Posting)
    )
    result: ColumnElement[bool] = or_(Posting.ends_on.is_(None), Posting.ends_on >= today()) & beside
    return result
