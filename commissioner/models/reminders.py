"""What an account asked to be reminded by: a calendar address, of which only a digest is kept, and a weekly mail."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import Base, Flag, Instant

SHA256_HEX = 64
LONGEST_ADDRESS = 254


class CalendarFeed(Base):
    """The address under which a calendar program reads somebody's dates; the address itself is nowhere."""

    __tablename__ = "calendar_feeds"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(SHA256_HEX), unique=True, info={"secret": True})
    made_at: Mapped[Instant]


class Digest(Base):
    """Where somebody wants the week's mail, and when the last one went."""

    __tablename__ = "digests"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), info={"personal": True})
    weekly: Mapped[Flag]
    last_sent_on: Mapped[date | None]
    unsubscribe_sha256: Mapped[str | None] = mapped_column(String(SHA256_HEX), unique=True, info={"secret": True})
