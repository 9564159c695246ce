"""Accounts and roles, sign-in tries, the audit line of every change, and the installation's settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    Base,
    Flag,
    Instant,
    Key,
    Name,
    Provenance,
    Short,
    Stamped,
    UtcDateTime,
    may_point_to,
    words_without_check,
)
from commissioner.vocabulary import Role, SettingKey


class Account(Provenance, Stamped, Base):
    """A person's way in. ``region_code`` is a division-code prefix; a commissioner's account names its person."""

    __tablename__ = "accounts"

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[Name]
    role: Mapped[Role]
    region_code: Mapped[str] = mapped_column(String(12), default="", server_default="")
    commissioner_id: Mapped[int | None] = may_point_to("commissioners.id")
    organisation_id: Mapped[int | None] = may_point_to("organisations.id")
    password_hash: Mapped[str] = mapped_column(String(200), info={"secret": True})
    must_change_password: Mapped[Flag] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True, server_default="1")
    failed_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    session_stamp: Mapped[str] = mapped_column(String(32), info={"secret": True})

    __table_args__ = (
        CheckConstraint("role <> 'commissioner' OR commissioner_id IS NOT NULL", name="commissioner_is_a_person"),
        CheckConstraint("role <> 'institution' OR organisation_id IS NOT NULL", name="institution_is_one"),
    )


class SignInTry(Base):
    """A failed try, by a keyed digest of the address it came from; only for throttling, swept when old."""

    __tablename__ = "sign_in_tries"

    id: Mapped[Key]
    address_digest: Mapped[str] = mapped_column(String(64), info={"secret": True})
    tried_at: Mapped[Instant]

    __table_args__ = (Index("ix_sign_in_tries_address_digest_tried_at", "address_digest", "tried_at"),)


class AuditEntry(Base):
    """Who changed what, when: written in the transaction of the change. ``client_id`` makes a form count once."""

    __tablename__ = "audit_entries"

    id: Mapped[Key]
    at: Mapped[Instant]
    account_id: Mapped[int | None]
    account_name: Mapped[Short]
    role: Mapped[Short]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None]
    region_code: Mapped[str] = mapped_column(String(12), default="", server_default="", index=True)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    client_id: Mapped[str | None] = mapped_column(String(36), unique=True)

    __table_args__ = (
        Index("ix_audit_entries_subject_subject_id", "subject", "subject_id"),
        # The last thing that somebody did.
        Index("ix_audit_entries_account_id_id", "account_id", "id"),
    )


class ProgrammeSetting(Base):
    """A setting of the installation, changed by an administrator."""

    __tablename__ = "programme_settings"

    # Without a check of its own: a later release knows more settings.
    key: Mapped[SettingKey] = mapped_column(words_without_check(SettingKey), primary_key=True)
    value: Mapped[str] = mapped_column(String(500))
