"""What has been missing or waiting for long: postings without a visit, visits nobody decided on. A need, never a ranking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from commissioner.access import Actor, Permission
from commissioner.domain.listing import ListQuery, ListResult, listed
from commissioner.domain.programme import days_of
from commissioner.domain.service_days import NOT_REJECTED
from commissioner.domain.subject import running
from commissioner.domain.visit_rules import LONGEST_VISIT_DAYS
from commissioner.domain.visits import days_asked
from commissioner.models import Posting, Visit, VisitCommissioner
from commissioner.units import today
from commissioner.vocabulary import SettingKey, VisitKind

SHOWN = 25
# How many digits of a posting's code say where its person is expected: a village's whole township, a county, a city.
TOWNSHIP_DIGITS, COUNTY_DIGITS, CITY_DIGITS = 9, 6, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The first rows of both lists with their counts; nothing where nobody has said how many days."""

    gap_days: int | None
    waiting_days: int | None
    postings: ListResult | None
    visits: ListResult | None


def gaps(actor: Actor, gap_days: str, waiting_days: str, township: str) -> Gaps:
    """Both lists for the days asked for, else those of the settings, by township. Raises ``NotFound``."""
    from commissioner.domain.subjects import SUBJECTS

    actor.must(Permission.CONFIRM_VISIT)
    long_gap = days_asked(gap_days) or days_of(SettingKey.VISIT_GAP_DAYS)
    long_wait = days_asked(waiting_days) or days_of(SettingKey.WAITING_DAYS)

    def rows(subject: str, key: str, days: int | None) -> ListResult | None:
        if days is None:
            return None
        filters = {key: str(days), "township": township}
        return listed(actor, SUBJECTS[subject].listing, ListQuery(filters=filters, sort="place", size=SHOWN))

    return Gaps(
        gap_days=long_gap,
        waiting_days=long_wait,
        postings=rows("postings", "gap_days", long_gap),
        visits=rows("visits", "waiting_days", long_wait),
    )


def without_visit_for(value: str) -> ColumnElement[bool] | None:
    """Postings that run today, for that long already, whose person was not there within the last so many days."""
    days = days_asked(value)
    if days is None:
        return None
    since = today() - timedelta(days=days - 1)
    served = aliased(Posting)
    # Worked out once from the visits of those days, rather than for each posting from all visits of its person.
    came = (
        select(served.id)
        .join(VisitCommissioner, VisitCommissioner.commissioner_id == served.commissioner_id)
        .join(Visit, Visit.id == VisitCommissioner.visit_id)
        .where(Visit.kind == VisitKind.SERVICE, Visit.state.in_(NOT_REJECTED), Visit.ends_on >= since)
        .where(Visit.starts_on > since - timedelta(days=LONGEST_VISIT_DAYS), _where_posted(served.region_code))
        .correlate(None)
    )
    result: ColumnElement[bool] = (
        running(Posting.starts_on, Posting.ends_on, today()) & (Posting.starts_on <= since) & Posting.id.not_in(came)
    )
    return result


def _where_posted(code: Any) -> ColumnElement[bool]:
    """The visit was in the township of the posting or of its village; in the county or city, if it names nothing smaller."""
    digits = case(
        (func.substr(code, CITY_DIGITS + 1) == "0" * (12 - CITY_DIGITS), CITY_DIGITS),
        (func.substr(code, COUNTY_DIGITS + 1) == "0" * (12 - COUNTY_DIGITS), COUNTY_DIGITS),
        else_=TOWNSHIP_DIGITS,
    )
    inside: ColumnElement[bool] = func.substr(Visit.region_code, 1, digits) == func.substr(code, 1, digits)
    return inside
