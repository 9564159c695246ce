"""What stood open on a day: needs and problems, told from the history that the records keep.

A need is open from the day it was raised until it was settled. When that was is known from its steps; without any (rows
that came with a data set, or from before steps were written down) from the audit line that moved it out of the open
states; without that from the posting or the decision of its agreed match. A settled record of which none of these tells
a date is not claimed to have been open on any day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, exists, func, or_, select, type_coerce

from commissioner.models import AuditEntry, Match, Need, NeedEvent, Posting, ProblemReply, RaisedProblem
from commissioner.units import LOCAL_ZONE, asked_day
from commissioner.vocabulary import MatchState, NeedState, RaisedProblemState

OPEN_NEEDS = (NeedState.RAISED, NeedState.OPEN, NeedState.PROPOSED, NeedState.AGREED)
OPEN_VALUES = tuple(state.value for state in OPEN_NEEDS)
OPEN_PROBLEMS = (RaisedProblemState.OPEN, RaisedProblemState.IN_HAND)

OfDay = Callable[[date], ColumnElement[bool]]


def need_open_on(day: date) -> ColumnElement[bool]:
    """Needs raised by ``day`` that nobody had met, declined or withdrawn by its end."""
    then = func.coalesce(_state_by(day), _state_before_what_followed(day))
    open_then = case((then.is_not(None), then.in_(OPEN_VALUES)), else_=_open_without_steps(day))
    return and_(Need.raised_on <= day, open_then)


def _state_by(day: date) -> Any:
    last = NeedEvent.happened_at.desc(), NeedEvent.id.desc()
    brought = select(_plain(NeedEvent.state)).where(NeedEvent.need_id == Need.id, NeedEvent.happened_at <= _end_of(day))
    return brought.order_by(*last).limit(1).correlate(Need).scalar_subquery()


def _state_before_what_followed(day: date) -> Any:
    """What the first later step began with; a need that was written down later than it was raised stood open meanwhile."""
    before = func.coalesce(_plain(NeedEvent.from_state), NeedState.RAISED.value)
    followed = select(before).where(NeedEvent.need_id == Need.id, NeedEvent.happened_at > _end_of(day))
    first = followed.order_by(NeedEvent.happened_at, NeedEvent.id).limit(1)
    return first.correlate(Need).scalar_subquery()


def _plain(column: Any) -> Any:
    return type_coerce(column, String)


def _open_without_steps(day: date) -> ColumnElement[bool]:
    """Of a need that no step tells of: it came with a data set, or was settled before steps were written down."""
    told = and_(AuditEntry.subject == "needs", AuditEntry.subject_id == Need.id, _leaves_open())
    by_audit = exists().where(told, AuditEntry.at > _end_of(day)).correlate_except(AuditEntry)
    untold = ~exists().where(told).correlate_except(AuditEntry)
    return or_(Need.state.in_(OPEN_NEEDS), by_audit, and_(untold, _matched_after(day)))


def _leaves_open() -> ColumnElement[bool]:
    after = AuditEntry.changes[("state", 1)].as_string()
    return and_(after.is_not(None), after.not_in(OPEN_VALUES))


def _matched_after(day: date) -> ColumnElement[bool]:
    """The first agreed match came true after ``day``: by its posting's first day, else by the day both sides agreed."""
    came_true = func.coalesce(Posting.starts_on, Match.decided_on)
    first = (
        select(func.min(came_true))
        .select_from(Match)
        .outerjoin(Posting, Posting.id == Match.posting_id)
        .where(Match.need_id == Need.id, Match.state == MatchState.AGREED)
    )
    later: ColumnElement[bool] = first.correlate(Need).scalar_subquery() > day
    return later


def problem_open_on(day: date) -> ColumnElement[bool]:
    """Problems raised by ``day`` and neither solved nor dropped by its end; a drop is dated by its word in the thread."""
    dropped_later = exists().where(
        ProblemReply.problem_id == RaisedProblem.id,
        ProblemReply.state == RaisedProblem.state,
        ProblemReply.said_at > _end_of(day),
    )
    open_then = or_(
        RaisedProblem.state.in_(OPEN_PROBLEMS),
        RaisedProblem.solved_on > day,
        and_(RaisedProblem.solved_on.is_(None), dropped_later.correlate_except(ProblemReply)),
    )
    return and_(RaisedProblem.raised_on <= day, open_then)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, LOCAL_ZONE)


def day_asked(predicate: OfDay) -> Callable[[str], ColumnElement[bool] | None]:
    """``predicate`` of a day as a list's filter has it: of the text in the address."""

    def of_text(value: str) -> ColumnElement[bool] | None:
        day = asked_day(value)
        return None if day is None else predicate(day)

    return of_text
