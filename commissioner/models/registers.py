"""The smaller registers: briefings, written instructions, pairings and recognitions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from commissioner.models.base import (
    Base,
    Flag,
    InPlace,
    Key,
    Name,
    Prose,
    Provenance,
    Short,
    Stamped,
    lies_in_place,
    linked,
    may_point_to,
    points_to,
)
from commissioner.vocabulary import Grade, IssuingLevel, RecognitionKind


class Briefing(Provenance, Stamped, InPlace, Base):
    """A briefing about what was achieved, naming its people and its base."""

    __tablename__ = "briefings"

    id: Mapped[Key]
    title: Mapped[Name]
    year: Mapped[int]
    issued_on: Mapped[date | None]
    issuer: Mapped[Short]
    number: Mapped[Short]
    base_id: Mapped[int | None] = may_point_to("bases.id")
    summary: Mapped[Prose]

    __table_args__ = (lies_in_place(),)


class BriefingCommissioner(Base):
    """A commissioner whom a briefing names."""

    __tablename__ = "briefing_commissioners"

    briefing_id: Mapped[int] = linked("briefings.id")
    commissioner_id: Mapped[int] = linked("commissioners.id")


class Instruction(Provenance, Stamped, InPlace, Base):
    """A leader's written instruction: post as written, quote verbatim, and what followed."""

    __tablename__ = "instructions"

    id: Mapped[Key]
    briefing_id: Mapped[int | None] = may_point_to("briefings.id")
    subject: Mapped[Name]
    leader: Mapped[Name]
    post: Mapped[Name]
    year: Mapped[int]
    given_on: Mapped[date | None]
    quote: Mapped[Prose]
    follow_up: Mapped[Prose]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    headline: Mapped[Flag]

    __table_args__ = (lies_in_place(),)


class Pairing(Provenance, Stamped, InPlace, Base):
    """Paired assistance: a helper organisation and a village; it outlives people."""

    __tablename__ = "pairings"

    id: Mapped[Key]
    helper_id: Mapped[int] = points_to("organisations.id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    programme: Mapped[Short]
    note: Mapped[Prose]

    __table_args__ = (lies_in_place(), CheckConstraint("ends_on >= starts_on", name="dates_in_order"))


class Recognition(Provenance, Stamped, InPlace, Base):
    """A pilot, a grade or an honour."""

    __tablename__ = "recognitions"

    id: Mapped[Key]
    kind: Mapped[RecognitionKind]
    subject: Mapped[Name]
    year: Mapped[int]
    level: Mapped[IssuingLevel]
    issuer: Mapped[Short]
    grade: Mapped[Grade | None]
    peers: Mapped[Short]
    only_in_city: Mapped[Flag]
    base_id: Mapped[int | None] = may_point_to("bases.id")
    commissioner_id: Mapped[int | None] = may_point_to("commissioners.id")
    note: Mapped[Prose]

    __table_args__ = (lies_in_place(),)
