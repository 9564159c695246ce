"""Batches, postings with dates, needs, their matches with commissioners and what both sides answer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Flag,
    InPlace,
    Instant,
    Key,
    Name,
    Prose,
    Provenance,
    RegionCode,
    Short,
    Stamped,
    lies_in_place,
    may_point_to,
    points_to,
    words_without_check,
)
from commissioner.models.photos import KeptPhoto, photo_indexes
from commissioner.vocabulary import HelpKind, Industry, Level, MatchSide, MatchState, NeedState, PostingEventKind


class Batch(Provenance, Stamped, Base):
    """A round of dispatch; its call says from when until when townships raise needs into it."""

    __tablename__ = "batches"

    id: Mapped[Key]
    name: Mapped[Name]
    level: Mapped[Level]
    region_code: Mapped[RegionCode]
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]
    call_opens_on: Mapped[date | None]
    call_closes_on: Mapped[date | None]
    call_text: Mapped[Prose]
    note: Mapped[Prose]

    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="dates_in_order"),
        CheckConstraint("call_closes_on >= call_opens_on", name="call_in_order"),
        CheckConstraint("(call_opens_on IS NULL) = (call_closes_on IS NULL)", name="call_is_whole"),
    )


class Posting(Provenance, Stamped, InPlace, Base):
    """Commissioner × township (or village) × term; a change of place is a new posting, the old one stays."""

    __tablename__ = "postings"

    id: Mapped[Key]
    commissioner_id: Mapped[int] = points_to("commissioners.id")
    batch_id: Mapped[int | None] = may_point_to("batches.id")
    level: Mapped[Level]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    required_days: Mapped[int | None]
    industry: Mapped[Industry | None]
    end_reason: Mapped[Short]
    note: Mapped[Prose]

    __table_args__ = (
        lies_in_place(),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("required_days BETWEEN 0 AND 366", name="required_days_in_a_year"),
        UniqueConstraint("commissioner_id", "place_id", "starts_on"),
        Index("ix_postings_commissioner_id_starts_on", "commissioner_id", "starts_on"),
    )


class PostingEvent(Base):
    """What was done to a posting: its end before and after, the posting that follows it, why, by whom and when."""

    __tablename__ = "posting_events"

    id: Mapped[Key]
    posting_id: Mapped[int] = points_to("postings.id")
    kind: Mapped[PostingEventKind]
    from_date: Mapped[date | None]
    to_date: Mapped[date | None]
    other_posting_id: Mapped[int | None] = may_point_to("postings.id")
    reason: Mapped[Prose]
    happened_at: Mapped[Instant]
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]


class Need(Provenance, Stamped, InPlace, Base):
    """What a township or village asks for, if into a batch then while its call ran."""

    __tablename__ = "needs"

    id: Mapped[Key]
    title: Mapped[Name]
    industry: Mapped[Industry]
    batch_id: Mapped[int | None] = may_point_to("batches.id")
    help_kind: Mapped[HelpKind | None]
    problem: Mapped[Prose]
    wanted_speciality: Mapped[Short]
    raised_on: Mapped[date]
    wanted_by: Mapped[date | None]
    state: Mapped[NeedState] = mapped_column(default=NeedState.RAISED)
    state_note: Mapped[Short]

    __table_args__ = (lies_in_place(), CheckConstraint("wanted_by >= raised_on", name="dates_in_order"))


class NeedEvent(Base):
    """What was done to a need: the state it brought, why or what came of it, by whom and when."""

    __tablename__ = "need_events"

    id: Mapped[Key]
    need_id: Mapped[int] = points_to("needs.id", ondelete="CASCADE")
    # Not held to the list: one check of the name is enough for the table.
    from_state: Mapped[NeedState | None] = mapped_column(words_without_check(NeedState))
    state: Mapped[NeedState]
    words: Mapped[Prose]
    happened_at: Mapped[Instant]
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]


class NeedPhoto(KeptPhoto, Base):
    """A photo of a need: what the trouble looks like."""

    __tablename__ = "need_photos"

    need_id: Mapped[int] = points_to("needs.id", ondelete="CASCADE")

    __table_args__ = photo_indexes("need_photos", "need_id")


class Match(Provenance, Stamped, Base):
    """A need and a commissioner proposed to each other; both sides agree or one declines with a reason."""

    __tablename__ = "matches"

    id: Mapped[Key]
    need_id: Mapped[int] = points_to("needs.id", ondelete="CASCADE")
    commissioner_id: Mapped[int] = points_to("commissioners.id")
    posting_id: Mapped[int | None] = may_point_to("postings.id")
    state: Mapped[MatchState] = mapped_column(default=MatchState.PROPOSED)
    reason: Mapped[Prose]
    proposed_on: Mapped[date]
    decided_on: Mapped[date | None]
    # Ended because the need was given up, by neither side's word: should it be raised anew, they may meet again.
    closed_with_need: Mapped[Flag]

    __table_args__ = (
        Index(
            "ix_matches_need_id_commissioner_id",
            "need_id",
            "commissioner_id",
            unique=True,
            sqlite_where=text("NOT closed_with_need"),
            postgresql_where=text("NOT closed_with_need"),
        ),
        CheckConstraint("decided_on >= proposed_on", name="dates_in_order"),
    )


class MatchAnswer(Base):
    """What one side of a match said; ``on_behalf`` when the bureau wrote down an answer that came another way."""

    __tablename__ = "match_answers"

    id: Mapped[Key]
    match_id: Mapped[int] = points_to("matches.id", ondelete="CASCADE")
    side: Mapped[MatchSide]
    agreed: Mapped[bool]
    words: Mapped[Prose]
    on_behalf: Mapped[Flag]
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]
    said_at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("match_id", "side"),)
