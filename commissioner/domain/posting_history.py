"""Postings over time: what was done to one, who came before and after, and the spans, gaps and overlaps of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, or_, select

from commissioner.access import Actor, scope
from commissioner.domain.postings import posting_name
from commissioner.domain.subject import runs_on
from commissioner.models import Posting, PostingEvent, db
from commissioner.units import LOCAL_ZONE
from commissioner.vocabulary import PostingEventKind

DAY = timedelta(days=1)
MOST_HAPPENINGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something done to a posting; ``came`` when it tells how this one began. ``other_id`` only where it may be seen."""

    kind: PostingEventKind
    came: bool
    happened_at: datetime
    who: str
    reason: str
    from_date: date | None
    to_date: date | None
    linked: bool
    other_id: int | None
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that ran from a day to a day: a posting, or a pairing, which outlives people."""

    subject: str
    id: int
    label: str
    starts_on: date
    ends_on: date | None
    note: str = ""
    illustrative: bool = False

    def runs(self, day: date) -> bool:
        """Whether it runs on ``day``; no end means until further notice."""
        return runs_on(self.starts_on, self.ends_on, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Two spans that run at once, from a day to a day."""

    one: Span
    other: Span
    starts_on: date
    ends_on: date | None


def happenings(actor: Actor, posting_id: int) -> tuple[Happening, ...]:
    """What was done to a posting and how it came about, oldest first: one query."""
    far_id = case((PostingEvent.posting_id == posting_id, PostingEvent.other_posting_id), else_=PostingEvent.posting_id)
    came = PostingEvent.posting_id != posting_id
    statement = (
        select(PostingEvent, came.label("came"), Posting.id.label("other_id"), posting_name().label("other"))
        .outerjoin(Posting, and_(Posting.id == far_id, scope(actor, Posting)))
        .where(or_(PostingEvent.posting_id == posting_id, PostingEvent.other_posting_id == posting_id))
        .where(scope(actor, PostingEvent))
        .order_by(PostingEvent.id.desc())
        .limit(MOST_HAPPENINGS)
    )
    rows = db.session.execute(statement).all()
    return tuple(
        Happening(
            kind=event.kind,
            came=bool(began),
            happened_at=event.happened_at,
            who=event.account_name,
            reason=event.reason,
            from_date=event.from_date,
            to_date=event.to_date,
            linked=event.other_posting_id is not None,
            other_id=other_id,
            other=other or "",
        )
        for event, began, other_id, other in reversed(rows)
    )


def gaps_in(spans: Sequence[Span], until: date) -> tuple[tuple[date, date], ...]:
    """The days from the first span's start to ``until`` on which none runs, as runs of days (first, last)."""
    found: list[tuple[date, date]] = []
    free: date | None = None  # the first day after everything so far; nothing when it runs on without end
    for one in sorted(spans, key=lambda span: span.starts_on):
        if free is not None and one.starts_on > free:
            found.append((free, min(one.starts_on - DAY, until)))
        if one.ends_on is None:
            return tuple(gap for gap in found if gap[0] <= until)
        free = max(free or one.ends_on + DAY, one.ends_on + DAY)
    if free is not None and free <= until:
        found.append((free, until))
    return tuple(gap for gap in found if gap[0] <= until)


def together(spans: Sequence[Span]) -> tuple[Together, ...]:
    """Every two spans with a day in common, by their first common day."""
    ordered = sorted(spans, key=lambda span: (span.starts_on, span.id))
    found = [
        Together(one=one, other=other, starts_on=other.starts_on, ends_on=_earlier(one.ends_on, other.ends_on))
        for index, one in enumerate(ordered)
        for other in ordered[index + 1 :]
        if one.runs(other.starts_on)
    ]
    return tuple(sorted(found, key=lambda pair: pair.starts_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlived:
    """A pairing that went on while commissioners changed: from when until when, and who served meanwhile, in turn."""

    pairing: Span
    people: tuple[str, ...]


def outlived(pairings: Sequence[Span], postings: Sequence[Span], until: date) -> tuple[Outlived, ...]:
    """The pairings during which one commissioner left and another came, up to ``until``."""
    found = []
    for pairing in pairings:
        last = min(pairing.ends_on or until, until)
        during = sorted(
            (one for one in postings if one.starts_on <= last and (one.ends_on or date.max) >= pairing.starts_on),
            key=lambda one: (one.starts_on, one.id),
        )
        people = tuple(dict.fromkeys(one.label for one in during))
        if len(people) > 1 and any(one.ends_on is not None and one.ends_on < last for one in during):
            found.append(Outlived(pairing=pairing, people=people))
    return tuple(found)


def end_as_registered(told: Sequence[Happening], ends_on: date | None, day: date) -> date | None:
    """The end that a posting was registered with at the close of ``day``, which is now ``ends_on``.

    What happened later is taken back: the first change after that day knows the end that stood until then.
    """
    for one in told:
        if not one.came and one.happened_at.astimezone(LOCAL_ZONE).date() > day:
            return one.from_date
    return ends_on


def _earlier(one: date | None, other: date | None) -> date | None:
    ends = [end for end in (one, other) if end is not None]
    return min(ends) if ends else None
