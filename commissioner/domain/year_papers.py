"""Papers of a commissioner's year: issued with a number and a code, verified by anybody, revoked by the bureau."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from commissioner.access import Actor, Permission, scope, visible
from commissioner.domain.changes import change
from commissioner.domain.year_content import YearContent, frozen, thawed
from commissioner.domain.year_page import YearPage, is_partial, year_page
from commissioner.models import Account, YearPaper, db
from commissioner.models.base import now
from commissioner.problems import Invalid, NotFound, Taken
from commissioner.units import today
from commissioner.vocabulary import N_, Role

CODE_BYTES = 16
CODE = re.compile(r"[A-Za-z0-9_-]{22}")
MOST_TRIES = 5
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An issued paper with what it says."""

    id: int
    commissioner_id: int
    number: str
    code: str
    issued_on: date
    revoked_at: datetime | None
    revoked_reason: str
    content: YearContent


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """An issued paper in a list."""

    id: int
    number: str
    code: str
    issued_on: date
    issued_by: str
    revoked_at: datetime | None
    revoked_reason: str


def may_issue(actor: Actor, commissioner_id: int) -> bool:
    """The bureau, the person, and the institution for its people; whose scope holds the commissioner is asked apart."""
    if not actor.can(Permission.ISSUE_YEAR_PAPER) or is_partial(actor):
        return False
    return actor.role is not Role.COMMISSIONER or actor.commissioner_id == commissioner_id


def issue_year_paper(actor: Actor, commissioner_id: int, year: int, client_id: str | None = None) -> int:
    """Issue a paper of the year as it stands now; its id. Raises ``NotFound``, ``Invalid`` and ``AlreadyDone``."""
    if not may_issue(actor, commissioner_id):
        raise NotFound
    page = year_page(actor, commissioner_id, year)
    if year > today().year:
        raise Invalid(message=N_("这一年还没有到。"))
    if page.content.is_empty:
        raise Invalid(message=N_("这一年还没有记录，没有可以证明的内容。"))
    for _try in range(MOST_TRIES - 1):
        try:
            return _issue(actor, page, client_id)
        except Taken:  # somebody else took the number in the same moment
            continue
    return _issue(actor, page, client_id)


def _issue(actor: Actor, page: YearPage, client_id: str | None) -> int:
    region_code = actor.county_prefix.ljust(12, "0") if actor.is_territorial and actor.region_code else page.region_code
    with change(actor, "year_papers.issue", client_id=client_id) as entry:
        paper = YearPaper(
            commissioner_id=page.commissioner_id,
            year=page.content.year,
            region_code=region_code,
            issue_year=today().year,
            serial=_next_serial(region_code, today().year),
            code=secrets.token_urlsafe(CODE_BYTES),
            content=frozen(page.content),
            issued_on=today(),
            issued_by_id=actor.account_id,
        )
        db.session.add(paper)
        db.session.flush()
        told = {
            "commissioner_id": page.commissioner_id,
            "paper_year": paper.year,
            "paper_number": number_of(paper.issue_year, paper.serial),
        }
        entry.about("year_papers", paper.id, told, region_code)
        return paper.id


def _next_serial(region_code: str, issue_year: int) -> int:
    last = select(func.max(YearPaper.serial)).where(
        YearPaper.region_code == region_code, YearPaper.issue_year == issue_year
    )
    return (db.session.scalar(last) or 0) + 1


def number_of(issue_year: int, serial: int) -> str:
    """2026-0001: the year of issuing and a running number."""
    return f"{issue_year}-{serial:04d}"


def year_papers(actor: Actor, commissioner_id: int, year: int) -> Sequence[PaperLine]:
    """The papers that were issued of a commissioner's year, the latest first."""
    who = select(Account.display_name).where(Account.id == YearPaper.issued_by_id).scalar_subquery()
    columns = (YearPaper.id, YearPaper.issue_year, YearPaper.serial, YearPaper.code, YearPaper.issued_on)
    statement = (
        select(*columns, YearPaper.revoked_at, YearPaper.revoked_reason, func.coalesce(who, "").label("issued_by"))
        .where(scope(actor, YearPaper), YearPaper.commissioner_id == commissioner_id, YearPaper.year == year)
        .order_by(YearPaper.id.desc())
    )
    return [_line(dict(row)) for row in db.session.execute(statement).mappings()]


def _line(row: dict[str, Any]) -> PaperLine:
    return PaperLine(number=number_of(row.pop("issue_year"), row.pop("serial")), **row)


def year_paper(actor: Actor, paper_id: int) -> Paper:
    """An issued paper in scope. Raises ``NotFound``."""
    actor.must(Permission.LOOK)
    return _paper(db.session.scalar(visible(actor, YearPaper).where(YearPaper.id == paper_id)))


def verified_paper(code: str) -> Paper:
    """The paper of ``code``, for anybody who holds it. Raises ``NotFound``.

    The code is the right to read: 128 random bits, sought by a unique index. There is nothing to guess one by one,
    so nothing is throttled; and what is found says no more than the paper in the reader's hand.
    """
    found = db.session.scalar(select(YearPaper).where(YearPaper.code == code)) if CODE.fullmatch(code) else None
    return _paper(found)


def _paper(row: YearPaper | None) -> Paper:
    if row is None:
        raise NotFound
    return Paper(
        id=row.id,
        commissioner_id=row.commissioner_id,
        number=number_of(row.issue_year, row.serial),
        code=row.code,
        issued_on=row.issued_on,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
        content=thawed(row.content),
    )


def revoke_year_paper(actor: Actor, paper_id: int, reason: str) -> None:
    """Say that a paper holds no longer, and why; one that was revoked stays as it was. Raises ``NotFound``, ``Invalid``."""
    actor.must(Permission.KEEP_REGISTRY)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": N_("请写明为什么作废，不超过 200 字。")})
    with change(actor, "year_papers.revoke") as entry:
        wanted = visible(actor, YearPaper).where(YearPaper.id == paper_id).with_for_update()
        row = db.session.scalars(wanted).one_or_none()
        if row is None:
            raise NotFound
        told = {
            "commissioner_id": row.commissioner_id,
            "paper_number": number_of(row.issue_year, row.serial),
            "revoked_reason": reason,
        }
        entry.about("year_papers", row.id, told, row.region_code)
        if row.revoked_at is not None:
            entry.silent = True
            return
        row.revoked_at, row.revoked_by_id, row.revoked_reason = now(), actor.account_id, reason
