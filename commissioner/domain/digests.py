"""The weekly mail: asked for by its reader, at most one a week, none when there is nothing to do.

It is written in Chinese, as everything that leaves the house without a reader's language.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update

from commissioner.access import SYSTEM, Actor, scope
from commissioner.domain.accounts import by_account
from commissioner.domain.calendar_feeds import LONGEST_TOKEN, digest_of
from commissioner.domain.changes import MASK, change
from commissioner.domain.home import home
from commissioner.domain.todo import TodoItem, todo
from commissioner.models import Account, Digest, db
from commissioner.models.reminders import LONGEST_ADDRESS
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import N_

A_WEEK = timedelta(days=7)
DAYS_AHEAD = 14
MOST_LINES = 30
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
Link = Callable[[str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWish:
    """Whether somebody wants the mail, and where."""

    email: str = ""
    weekly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDigest:
    """A mail whose turn has come and which nobody else sends: to whom, and when the last one went."""

    actor: Actor
    name: str
    email: str
    token: str
    last_sent_on: date | None


def digest_wish(actor: Actor) -> DigestWish:
    """What the actor asked for; without a wish there is no mail."""
    row = db.session.execute(select(Digest.email, Digest.weekly).where(scope(actor, Digest))).one_or_none()
    return DigestWish() if row is None else DigestWish(email=row.email, weekly=row.weekly)


def keep_digest(actor: Actor, wish: DigestWish) -> None:
    """Remember the wish; an empty address is forgotten altogether. Raises ``Invalid``."""
    if wish.weekly and not wish.email:
        raise Invalid({"email": N_("请填写收信的邮箱。")})
    if wish.email and (len(wish.email) > LONGEST_ADDRESS or not ADDRESS.fullmatch(wish.email)):
        raise Invalid({"email": N_("这不像一个邮箱地址，请核对。")})
    with change(actor, "account.digest") as entry:
        row = db.session.scalars(select(Digest).where(scope(actor, Digest))).one_or_none()
        before = DigestWish() if row is None else DigestWish(email=row.email, weekly=row.weekly)
        entry.about("accounts", actor.account_id, {"email": MASK, "weekly": [before.weekly, wish.weekly]})
        entry.silent = before == wish
        if not wish.email:
            db.session.execute(delete(Digest).where(scope(actor, Digest)))
        elif row is None:
            db.session.add(Digest(account_id=actor.account_id, email=wish.email, weekly=wish.weekly))
        else:
            row.email, row.weekly = wish.email, wish.weekly


def unsubscriber(token: str) -> Actor:
    """Whose mails a link stands for. Raises ``NotFound``."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise NotFound
    row = db.session.execute(
        select(Digest.account_id, Account.role, Account.display_name)
        .join(Account, Account.id == Digest.account_id)
        .where(Digest.unsubscribe_sha256 == digest_of(token))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Actor(role=row.role, region_code="-", account_id=row.account_id, name=row.display_name)


def unsubscribe(token: str) -> None:
    """No more mails to whoever ``token`` stands for; saying so twice does no harm. Raises ``NotFound``."""
    actor = unsubscriber(token)
    with change(actor, "account.unsubscribe") as entry:
        ended = update(Digest).where(scope(actor, Digest), Digest.weekly).values(weekly=False)
        entry.about("accounts", actor.account_id, {"weekly": [True, False]})
        entry.silent = not db.session.execute(ended.returning(Digest.account_id)).all()


def whose_turn() -> Sequence[int]:
    """Accounts that want a mail and had none for a week."""
    wanted = select(Digest.account_id).join(Account, Account.id == Digest.account_id)
    return db.session.scalars(
        wanted.where(Account.active, Digest.weekly, _had_none()).order_by(Digest.account_id)
    ).all()


def take_turn(account_id: int, secret: str) -> DueDigest | None:
    """Put today's mark on a mail before it goes, so that it goes once whoever else sends; nothing if its turn is over."""
    reader = by_account(account_id)
    row = db.session.execute(select(Digest.email, Digest.last_sent_on).where(Digest.account_id == account_id)).first()
    if reader is None or row is None:
        return None
    token = hmac.new(secret.encode(), f"digest:{account_id}:{row.email}".encode(), hashlib.sha256).hexdigest()
    marked = {"last_sent_on": today(), "unsubscribe_sha256": digest_of(token)}
    if not _marked(account_id, marked, Digest.weekly, Digest.email == row.email, _had_none()):
        return None
    return DueDigest(
        actor=reader.actor, name=reader.display_name, email=row.email, token=token, last_sent_on=row.last_sent_on
    )


def give_back(due: DueDigest) -> None:
    """The mail did not go: its turn comes again next time."""
    assert due.actor.account_id is not None
    _marked(due.actor.account_id, {"last_sent_on": due.last_sent_on}, Digest.email == due.email)


def digest_text(due: DueDigest, link: Link) -> str:
    """The mail's text; empty when there is nothing to do."""
    day = today()
    items = todo(due.actor, day, day + timedelta(days=DAYS_AHEAD)).items
    story = home(due.actor)
    late, ahead = [one for one in items if one.overdue], [one for one in items if not one.overdue]
    waiting = [f"· {one.line.text}：{one.count}" for one in (*story.waiting, *story.missing)]
    parts = [
        ("已过期", [_line(one, link) for one in late[-MOST_LINES:]]),
        (f"今后 {DAYS_AHEAD} 天", [_line(one, link) for one in ahead[:MOST_LINES]]),
        ("等您处理", waiting if story.waiting or items else []),
    ]
    said = [f"{title}\n" + "\n".join(lines) for title, lines in parts if lines]
    return "\n\n".join([f"{due.name}，您好：", *said]) if said else ""


def _line(item: TodoItem, link: Link) -> str:
    told = " ".join(f"{item.kind.label}：{item.outside}".split())
    return f"· {item.due_on.isoformat()} {told}\n  {link(item.subject, item.row_id)}"


def _had_none() -> ColumnElement[bool]:
    return or_(Digest.last_sent_on.is_(None), Digest.last_sent_on <= today() - A_WEEK)


def _marked(account_id: int, values: dict[str, object], *conditions: Any) -> bool:
    with change(SYSTEM, "account.digest") as entry:
        # No line is written: that a mail went is nobody's business but its reader's.
        entry.silent = True
        kept = update(Digest).where(Digest.account_id == account_id, *conditions).values(**values)
        return bool(db.session.execute(kept.returning(Digest.account_id)).all())
