"""Which places are served on a date (domain.md §5.6); shown as a need, never as a league table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_

from commissioner.domain.service_days import visit_counts
from commissioner.domain.subject import running
from commissioner.models import Pairing, Place, Posting, Visit
from commissioner.vocabulary import PlaceLevel

TOWNSHIP_DIGITS = 9


def posted_on(day: Any) -> ColumnElement[bool]:
    """A posting that names the place runs on ``day``."""
    return (
        exists()
        .where(Posting.place_id == Place.id, running(Posting.starts_on, Posting.ends_on, day))
        .correlate_except(Posting)
    )


def posted_within_on(day: Any) -> ColumnElement[bool]:
    """A posting to the township or to one of its villages runs on ``day``."""
    # As a range, so that the index of postings by code answers.
    last = func.substr(Place.region_code, 1, TOWNSHIP_DIGITS) + "999"
    return (
        exists()
        .where(Posting.region_code.between(Place.region_code, last))
        .where(running(Posting.starts_on, Posting.ends_on, day))
        .correlate_except(Posting)
    )


def paired_on(day: Any) -> ColumnElement[bool]:
    """The place is paired with a helper on ``day``."""
    return (
        exists()
        .where(Pairing.place_id == Place.id, running(Pairing.starts_on, Pairing.ends_on, day))
        .correlate_except(Pairing)
    )


def counted_visit(day: date) -> ColumnElement[bool]:
    """A service visit to the place that counts and began by ``day``."""
    return and_(Visit.place_id == Place.id, visit_counts(), Visit.starts_on <= day)


def visited_within(day: date, visit_days: int) -> ColumnElement[bool]:
    """A service visit that counts within the last ``visit_days`` days, ``day`` being the last of them."""
    since = day - timedelta(days=visit_days - 1)
    return exists().where(counted_visit(day), Visit.ends_on >= since).correlate_except(Visit)


def covered_on(day: date, visit_days: int | None) -> ColumnElement[bool]:
    """Whether a township or village is covered on ``day``; without ``visit_days`` visits say nothing."""
    village = [posted_on(day), paired_on(day)]
    if visit_days is not None:
        village.append(visited_within(day, visit_days))
    covered: ColumnElement[bool] = case(
        (Place.level == PlaceLevel.VILLAGE, or_(*village)),
        (Place.level == PlaceLevel.TOWNSHIP, posted_within_on(day)),
        else_=None,
    )
    return covered
