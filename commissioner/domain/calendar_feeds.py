"""The secret address under which a calendar program reads somebody's dates: made, renewed and withdrawn by its owner."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select

from commissioner.access import Actor, scope
from commissioner.domain.accounts import SignedIn, by_account
from commissioner.domain.changes import MASK, change
from commissioner.models import CalendarFeed, db
from commissioner.models.base import now
from commissioner.problems import NotFound

TOKEN_BYTES = 24
LONGEST_TOKEN = 64


def digest_of(token: str) -> str:
    """What is kept of a token: who reads the database cannot read the calendar."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_made_at(actor: Actor) -> datetime | None:
    """Since when the actor has a calendar address, if they have one."""
    return db.session.scalar(select(CalendarFeed.made_at).where(scope(actor, CalendarFeed)))


def make_feed(actor: Actor) -> str:
    """A new address for the actor; an earlier one ends. Returns the token, which nobody can show again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with change(actor, "account.make_calendar") as entry:
        db.session.execute(delete(CalendarFeed).where(scope(actor, CalendarFeed)))
        db.session.add(CalendarFeed(account_id=actor.account_id, token_sha256=digest_of(token), made_at=now()))
        entry.about("accounts", actor.account_id, {"calendar_address": MASK})
    return token


def withdraw_feed(actor: Actor) -> None:
    """End the actor's address; without one nothing happens."""
    with change(actor, "account.withdraw_calendar") as entry:
        ended = db.session.execute(
            delete(CalendarFeed).where(scope(actor, CalendarFeed)).returning(CalendarFeed.account_id)
        ).all()
        entry.about("accounts", actor.account_id, {"calendar_address": [MASK, ""]})
        entry.silent = not ended


def reader_of(token: str) -> SignedIn:
    """Whose address ``token`` is, with the rights the account has now. Raises ``NotFound`` for anything else."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise NotFound
    account_id = db.session.scalar(select(CalendarFeed.account_id).where(CalendarFeed.token_sha256 == digest_of(token)))
    reader = None if account_id is None else by_account(account_id)
    if reader is None:
        raise NotFound
    return reader
