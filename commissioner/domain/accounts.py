"""Accounts: signing in with throttle and lock-out, passwords, and who a session belongs to."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete, func, select, update

from commissioner.access import SYSTEM, Actor
from commissioner.domain.changes import change
from commissioner.domain.programme import setting
from commissioner.models import Account, SignInTry, db
from commissioner.models.base import now
from commissioner.problems import Invalid, Problem, TooManyTries
from commissioner.vocabulary import N_, Role, SettingKey

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
TRIES_BEFORE_LOCK = 5
LOCK_MINUTES = 15
TRIES_PER_ADDRESS = 30
WRONG = N_("用户名或密码不对。")
# Letters and digits that cannot be mistaken for one another when read from a printed slip.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

hasher = PasswordHasher()
# One argon2 hash takes 64 MiB and a core for a moment: a burst of sign-ins must queue, not exhaust the machine.
_hashing = threading.BoundedSemaphore(2)
_nobody: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person who is signed in, as the account stands at this moment."""

    actor: Actor
    username: str
    display_name: str
    must_change_password: bool
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Draft of an account."""

    username: str
    display_name: str
    role: Role
    region_code: str = ""
    commissioner_id: int | None = None
    organisation_id: int | None = None


def readable_password(groups: int = 4) -> str:
    """A fresh random password of ``groups`` four-letter groups: about 20 bits a group."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(groups))


def hashed(password: str) -> str:
    """The argon2id hash of ``password``."""
    with _hashing:
        return hasher.hash(password)


def _fits(password_hash: str, password: str) -> bool:
    try:
        with _hashing:
            return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def by_token(token: str) -> SignedIn | None:
    """Whoever ``token`` ("id.stamp") stands for, if the account is active and the stamp still holds."""
    account_id, _, stamp = token.partition(".")
    if not account_id.isdecimal():
        return None
    row = db.session.connection().execute(_BY_ID, {"account_id": int(account_id)}).one_or_none()
    if row is None or not secrets.compare_digest(row.session_stamp, stamp):
        return None
    return _signed_in(row)


def by_account(account_id: int) -> SignedIn | None:
    """Whoever an account belongs to, as it stands at this moment, if it is active."""
    row = db.session.execute(_BY_ID, {"account_id": account_id}).one_or_none()
    return None if row is None else _signed_in(row)


_LIVE = (
    Account.id,
    Account.username,
    Account.display_name,
    Account.role,
    Account.region_code,
    Account.commissioner_id,
    Account.organisation_id,
    Account.must_change_password,
    Account.session_stamp,
)


_BY_ID = select(*_LIVE).where(Account.id == bindparam("account_id"), Account.active)


def _signed_in(row: Any) -> SignedIn:
    actor = Actor(
        role=row.role,
        region_code=row.region_code,
        commissioner_id=row.commissioner_id,
        organisation_id=row.organisation_id,
        account_id=row.id,
        name=row.display_name,
        sees_nearly_all=bool(row.region_code) and row.region_code == setting(SettingKey.REGION_CODE),
    )
    return SignedIn(
        actor=actor,
        username=row.username,
        display_name=row.display_name,
        must_change_password=row.must_change_password,
        token=f"{row.id}.{row.session_stamp}",
    )


def sign_in(username: str, password: str, address_digest: str) -> SignedIn:
    """Check a password; wrong ones are counted per account and per address. Raises ``Invalid`` or ``TooManyTries``.

    The answer is the same, and takes as long, whether the name or the password is wrong.
    """
    refuse_flood(address_digest)
    account = db.session.execute(
        select(Account).where(Account.username == username.strip().lower())
    ).scalar_one_or_none()
    if account is not None and account.locked_until is not None and account.locked_until > now():
        raise TooManyTries(minutes=LOCK_MINUTES)
    right = _fits(account.password_hash if account is not None else _hash_of_nobody(), password)
    if account is None or not account.active or not right:
        _count_failure(account.id if account is not None else None, address_digest)
        raise Invalid({"password": WRONG})
    account_id = account.id
    if account.failed_tries or account.locked_until:
        _forgive(account_id)
    return _signed_in(db.session.execute(select(*_LIVE).where(Account.id == account_id)).one())


def _forgive(account_id: int) -> None:
    with change(SYSTEM, "account.sign_in") as entry:
        # No line is written: who signed in when is nobody's statistic (domain.md §2.2).
        entry.silent = True
        db.session.execute(update(Account).where(Account.id == account_id).values(failed_tries=0, locked_until=None))


def _hash_of_nobody() -> str:
    if not _nobody:
        _nobody.append(hashed(secrets.token_hex(16)))
    return _nobody[0]


def refuse_flood(address_digest: str) -> None:
    """Raise ``TooManyTries`` for an address from which too many wrong tries came lately."""
    since = now() - timedelta(minutes=LOCK_MINUTES)
    tries = select(func.count(SignInTry.id)).where(
        SignInTry.address_digest == address_digest, SignInTry.tried_at >= since
    )
    if (db.session.scalar(tries) or 0) >= TRIES_PER_ADDRESS:
        raise TooManyTries(minutes=LOCK_MINUTES)


def count_stranger(address_digest: str) -> None:
    """Count a wrong try that names no account."""
    _count_failure(None, address_digest)


def _count_failure(account_id: int | None, address_digest: str) -> None:
    with change(SYSTEM, "account.sign_in_failed") as entry:
        entry.silent = True
        db.session.execute(delete(SignInTry).where(SignInTry.tried_at < now() - timedelta(hours=24)))
        db.session.add(SignInTry(address_digest=address_digest, tried_at=now()))
        if account_id is None:
            return
        account = db.session.get_one(Account, account_id)
        account.failed_tries += 1
        if account.failed_tries % TRIES_BEFORE_LOCK == 0:
            account.locked_until = now() + timedelta(minutes=LOCK_MINUTES)
            entry.silent = False
            entry.about("accounts", account_id, {"locked_until": account.locked_until}, account.region_code)


def password_fault(password: str, username: str) -> Problem | None:
    """What is wrong with a new password, if anything."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return Problem(N_("密码要有 %(low)s 到 %(high)s 个字符。"), low=SHORTEST_PASSWORD, high=LONGEST_PASSWORD)
    if len(set(password)) < SHORTEST_PASSWORD // 2 or username.lower() in password.lower():
        return Problem(N_("密码太容易猜到，请换一个。"))
    return None


def change_own_password(actor: Actor, current: str, new: str) -> SignedIn:
    """Set one's own new password; every other session of the account ends."""
    account = db.session.get_one(Account, actor.account_id)
    if not _fits(account.password_hash, current):
        raise Invalid({"current": N_("原密码不对。")})
    fault = password_fault(new, account.username)
    if fault is None and new == current:
        fault = Problem(N_("新密码要和原密码不同。"))
    if fault is not None:
        raise Invalid({"new": fault})
    new_hash = hashed(new)
    with change(actor, "account.change_password") as entry:
        account = db.session.get_one(Account, actor.account_id)
        account.password_hash = new_hash
        account.must_change_password = False
        account.session_stamp = secrets.token_hex(16)
        entry.about("accounts", account.id, {"password": "•••"}, account.region_code)
    return _signed_in(db.session.execute(select(*_LIVE).where(Account.id == actor.account_id)).one())


def open_account(actor: Actor, draft: NewAccount) -> tuple[int, str]:
    """Make an account with a generated first password, which must be changed; returns id and password."""
    password = readable_password()
    password_hash = hashed(password)
    with change(actor, "account.open") as entry:
        if db.session.scalar(select(Account.id).where(Account.username == draft.username.lower())):
            raise Invalid({"username": N_("这个用户名已经有人用了。")})
        account = Account(
            username=draft.username.lower(),
            display_name=draft.display_name,
            role=draft.role,
            region_code=draft.region_code,
            commissioner_id=draft.commissioner_id,
            organisation_id=draft.organisation_id,
            password_hash=password_hash,
            session_stamp=secrets.token_hex(16),
        )
        db.session.add(account)
        db.session.flush()
        entry.made(account)
        account_id = account.id
    return account_id, password


def reset_password(actor: Actor, account_id: int) -> str:
    """A new first password for somebody; their sessions end and any lock is lifted."""
    password = readable_password()
    password_hash = hashed(password)
    with change(actor, "account.reset_password") as entry:
        account = db.session.get_one(Account, account_id)
        account.password_hash = password_hash
        account.must_change_password = True
        account.failed_tries, account.locked_until = 0, None
        account.session_stamp = secrets.token_hex(16)
        entry.about("accounts", account_id, {"password": "•••"}, account.region_code)
    return password
