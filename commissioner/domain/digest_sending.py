"""The week's mails on their way: one to each whose turn it is; what fails is given back for the next time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from commissioner.domain.digests import DueDigest, Link, digest_text, give_back, take_turn, whose_turn
from commissioner.domain.programme import owner_name
from commissioner.mail import Letter, MailFault, PostOffice

SUBJECT = "科技特派员工作台：本周日程"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What a mail points to: a record, one's dates, and the page that ends the mails."""

    record: Link
    todo: str
    unsubscribe: Callable[[str], str]


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many mails went, had nothing to say, or failed, and the kind of the last failure."""

    sent: int = 0
    empty: int = 0
    failed: int = 0
    fault: str = ""


def send_digests(office: PostOffice, secret: str, addresses: Addresses) -> Tally:
    """Send what is due. A fault is told by its kind alone: a server's answer may quote an address."""
    tally = Tally()
    waiting = list(whose_turn())
    if not waiting:
        return tally
    try:
        with office.opened() as send:
            for account_id in waiting:
                _send_one(account_id, secret, addresses, send, tally)
    except MailFault as fault:
        tally.fault = type(fault).__name__
        tally.failed = len(waiting) - tally.sent - tally.empty
    return tally


def _send_one(account_id: int, secret: str, addresses: Addresses, send: Callable[[Letter], None], tally: Tally) -> None:
    due = take_turn(account_id, secret)
    text = digest_text(due, addresses.record) if due else ""
    if due is None or not text:
        tally.empty += 1
        if due is not None:
            give_back(due)
        return
    try:
        send(_letter(due, text, addresses))
        tally.sent += 1
    except MailFault as fault:
        give_back(due)
        tally.failed, tally.fault = tally.failed + 1, type(fault).__name__


def _letter(due: DueDigest, text: str, addresses: Addresses) -> Letter:
    stop = addresses.unsubscribe(due.token)
    end = f"全部日程：{addresses.todo}\n\n-- \n不想再收到每周邮件：{stop}\n"
    subject = f"{SUBJECT}（{owner_name()}）" if owner_name() else SUBJECT
    return Letter(to=due.email, subject=subject, text=f"{text}\n\n{end}", unsubscribe_url=stop)
