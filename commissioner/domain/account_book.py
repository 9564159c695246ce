"""The book of accounts as an administrator keeps it: who may come in, in which role and for which region."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from commissioner.access import Actor, Permission, ids, scope, significant
from commissioner.domain import accounts
from commissioner.domain.accounts import NewAccount
from commissioner.domain.changes import change
from commissioner.domain.listing import Choice, Column, ColumnKind, Listing
from commissioner.domain.pages import Pointer
from commissioner.domain.pickers import MOST_CHOICES
from commissioner.domain.subject import link_column, name_of, text_column, word_column, words_filter
from commissioner.models import Account, Commissioner, Organisation, Place, db
from commissioner.models.base import now
from commissioner.problems import Conflict, Invalid, NotFound, Problem
from commissioner.vocabulary import N_, NC_, PlaceLevel, PlaceState, Role

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
COUNTY_DIGITS, TOWNSHIP_DIGITS, CODE_DIGITS = 6, 9, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDraft:
    """What an administrator says of an account; the region is that of a place, or the administrator's own."""

    username: str
    display_name: str
    role: Role
    place_id: int | None = None
    commissioner_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """An account as its page shows it; no password, no statistic of who came when (domain.md §2.2)."""

    id: int
    version: int
    username: str
    display_name: str
    role: Role
    region_code: str
    place: Pointer | None
    commissioner: Pointer | None
    organisation: Pointer | None
    active: bool
    must_change_password: bool
    locked_until: datetime | None
    own: bool


def _region_place() -> Any:
    return func.substr(Account.region_code + "0" * CODE_DIGITS, 1, CODE_DIGITS)


def _region_name() -> Any:
    named = select(Place.name).where(Place.code == _region_place(), Account.region_code != "")
    return named.correlate_except(Place).scalar_subquery()


def _stands_for() -> Any:
    return func.coalesce(
        name_of(Commissioner, Commissioner.name, Account.commissioner_id),
        name_of(Organisation, Organisation.name, Account.organisation_id),
    )


LISTING = Listing(
    model=Account,
    columns=(
        link_column("username", N_("用户名"), Account.username),
        text_column("display_name", N_("姓名"), Account.display_name),
        word_column("role", N_("角色"), Account.role),
        text_column("region", N_("地区"), _region_name()),
        text_column("stands_for", N_("对应的人或单位"), _stands_for()),
        Column(key="active", label=N_("启用"), value=Account.active, kind=ColumnKind.FLAG, sort=Account.active),
    ),
    filters=(words_filter("role", N_("角色"), Account.role, Role),),
    search=(Account.username, Account.display_name),
    order=(Account.active.desc(), Account.role, Account.username),
)


def region_choices(actor: Actor) -> Sequence[Choice]:
    """The counties and townships that an account may be given: no account is a village's."""
    statement = (
        select(Place.id, Place.name, Place.level, Place.pinyin, Place.initials)
        .where(Place.level.in_((PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP)), Place.state == PlaceState.CURRENT)
        .where(Place.code.is_not(None), scope(actor, Place))
        .order_by(Place.region_code)
        .limit(MOST_CHOICES)
    )
    rows = db.session.execute(statement)
    return [Choice(value=str(row.id), label=row.name, search=f"{row.name} {row.pinyin} {row.initials}") for row in rows]


def account_page(actor: Actor, account_id: int) -> AccountPage:
    """One account in the administrator's scope."""
    actor.must(Permission.KEEP_ACCOUNTS)
    place_id = select(Place.id).where(Place.code == _region_place()).correlate_except(Place).scalar_subquery()
    statement = select(
        Account.id,
        Account.version,
        Account.username,
        Account.display_name,
        Account.role,
        Account.region_code,
        Account.commissioner_id,
        Account.organisation_id,
        Account.active,
        Account.must_change_password,
        Account.locked_until,
        _region_name().label("place"),
        place_id.label("place_id"),
        name_of(Commissioner, Commissioner.name, Account.commissioner_id).label("commissioner"),
        name_of(Organisation, Organisation.name, Account.organisation_id).label("organisation"),
    ).where(Account.id == account_id, scope(actor, Account))
    row = db.session.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound
    locked = row["locked_until"] if row["locked_until"] and row["locked_until"] > now() else None
    return AccountPage(
        **{key: row[key] for key in _PLAIN},
        place=_pointer("places", row["place_id"], row["place"]),
        commissioner=_pointer("commissioners", row["commissioner_id"], row["commissioner"]),
        organisation=_pointer("organisations", row["organisation_id"], row["organisation"]),
        locked_until=locked,
        own=account_id == actor.account_id,
    )


_PLAIN = ("id", "version", "username", "display_name", "role", "region_code", "active", "must_change_password")


def _pointer(subject: str, row_id: int | None, label: str | None) -> Pointer | None:
    return Pointer(subject=subject, id=row_id, label=label or "") if row_id is not None else None


def open_account(actor: Actor, draft: AccountDraft) -> tuple[int, str]:
    """Make an account; returns its id and the first password, which is told once and must be changed."""
    actor.must(Permission.KEEP_ACCOUNTS)
    faults = _faults(actor, draft)
    if not USERNAME.fullmatch(draft.username.lower()):
        faults["username"] = Problem(N_("用户名用 3 到 40 个小写字母、数字、点或短横，以字母或数字开头。"))
    if faults:
        raise Invalid(faults)
    return accounts.open_account(actor, NewAccount(username=draft.username, **_rights(actor, draft)))


def amend_account(actor: Actor, account_id: int, draft: AccountDraft, version: int) -> None:
    """Change whose an account is and what it may do; rights are read anew at its next request."""
    with change(actor, "account.amend") as entry:
        account = _found(actor, account_id)
        if account.version != version:
            raise Conflict(current_version=account.version)
        if account_id == actor.account_id and draft.role is not account.role:
            raise Invalid({"role": Problem(N_("不能改自己的角色，请另一位管理员来改。"))})
        faults = _faults(actor, replace(draft, username=account.username))
        if faults:
            raise Invalid(faults)
        entry.watch(account)
        for key, value in _rights(actor, draft).items():
            setattr(account, key, value)
        account.version += 1


def set_active(actor: Actor, account_id: int, *, active: bool) -> None:
    """Let an account in or keep it out; keeping out ends its sessions at once. Not one's own."""
    with change(actor, "account.reactivate" if active else "account.deactivate") as entry:
        account = _found(actor, account_id)
        if account_id == actor.account_id:
            raise Problem(N_("不能停用自己的账号。"))
        entry.watch(account)
        entry.silent = account.active is active
        account.active = active
        account.session_stamp = secrets.token_hex(16)
        account.failed_tries, account.locked_until = 0, None


def reset_password(actor: Actor, account_id: int) -> str:
    """A new first password for somebody in scope, told once."""
    account_page(actor, account_id)
    return accounts.reset_password(actor, account_id)


def _found(actor: Actor, account_id: int) -> Account:
    actor.must(Permission.KEEP_ACCOUNTS)
    statement = select(Account).where(Account.id == account_id, scope(actor, Account)).with_for_update()
    account = db.session.execute(statement).scalar_one_or_none()
    if account is None:
        raise NotFound
    return account


def _faults(actor: Actor, draft: AccountDraft) -> dict[str, str | Problem]:
    found: dict[str, Problem | None] = {
        "display_name": None if draft.display_name else Problem(N_("请填写姓名。")),
        "place_id": _region_fault(actor, draft),
        "commissioner_id": _person_fault(actor, draft),
        "organisation_id": _organisation_fault(actor, draft),
    }
    return {key: fault for key, fault in found.items() if fault is not None}


def _region_fault(actor: Actor, draft: AccountDraft) -> Problem | None:
    region_code = _region_of(actor, draft)
    if region_code is None:
        return Problem(N_("“%(label)s”不在您的范围内，请重新选择。"), label=N_("地区"))
    if draft.role is Role.TOWNSHIP:
        return None if len(region_code) == TOWNSHIP_DIGITS else Problem(N_("乡镇工作人员的地区要选一个乡镇。"))
    highest = TOWNSHIP_DIGITS if draft.role is Role.LEADER else COUNTY_DIGITS
    return None if len(region_code) <= highest else Problem(N_("这个角色的地区要选县。"))


def _region_of(actor: Actor, draft: AccountDraft) -> str | None:
    """The prefix that the account will have; ``None`` if the place is out of scope or a village."""
    if draft.place_id is None:
        return actor.region_code
    statement = select(Place.code).where(
        Place.id == draft.place_id, Place.level != PlaceLevel.VILLAGE, scope(actor, Place)
    )
    code = db.session.scalar(statement)
    return significant(code) if code else None


def _person_fault(actor: Actor, draft: AccountDraft) -> Problem | None:
    if draft.role is not Role.COMMISSIONER:
        return None
    if draft.commissioner_id is None:
        return Problem(N_("特派员的账号要对应到一位特派员。"))
    known = db.session.scalar(ids(actor, Commissioner).where(Commissioner.id == draft.commissioner_id))
    return None if known else Problem(N_("“%(label)s”不在您的范围内，请重新选择。"), label=N_("特派员"))


def _organisation_fault(actor: Actor, draft: AccountDraft) -> Problem | None:
    if draft.role is not Role.INSTITUTION:
        return None
    if draft.organisation_id is None:
        return Problem(N_("派出单位的账号要对应到一个单位。"))
    known = db.session.scalar(ids(actor, Organisation).where(Organisation.id == draft.organisation_id))
    return None if known else Problem(N_("“%(label)s”不在您的范围内，请重新选择。"), label=NC_("organisation", "单位"))


def _rights(actor: Actor, draft: AccountDraft) -> Mapping[str, Any]:
    """The columns that a sound draft sets; a person or an organisation only where the role has one."""
    return {
        "display_name": draft.display_name,
        "role": draft.role,
        "region_code": _region_of(actor, draft) or "",
        "commissioner_id": draft.commissioner_id if draft.role is Role.COMMISSIONER else None,
        "organisation_id": draft.organisation_id if draft.role is Role.INSTITUTION else None,
    }
