"""Links that show the map on a wall: made, listed and withdrawn by people, opened by a screen that nobody signed in."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from commissioner.access import GRANTS, SYSTEM, Actor, Permission, covers, scope, significant, within
from commissioner.domain.accounts import count_stranger, refuse_flood
from commissioner.domain.calendar_feeds import LONGEST_TOKEN, TOKEN_BYTES, digest_of
from commissioner.domain.changes import MASK, change
from commissioner.domain.map_layers import KINDS
from commissioner.domain.programme import setting
from commissioner.models import Account, WallLink, db
from commissioner.models.walls import LONGEST_VIEW
from commissioner.problems import Busy, Invalid, NotFound, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, Role, SettingKey

LONGEST_NAME = 40
DAYS = 90
MOST_LIVE = 50
MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WallDraft:
    """A link to be made; ``view`` is what it shows, as the map's address says it."""

    name: str
    view: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLine:
    """A link as its maker reads of it; the address itself is nowhere."""

    id: int
    name: str
    view: str
    made_by: str
    made_on: date
    expires_on: date | None
    last_opened_on: date | None
    withdrawn_on: date | None
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """What a screen may show, and as whom it looks."""

    name: str
    view: str
    actor: Actor


def walls(actor: Actor) -> list[WallLine]:
    """The actor's links, or for who keeps the registry all of the region: those that still open first."""
    actor.must(Permission.SHOW_ON_WALL)
    statement = select(*_COLUMNS).join(Account, Account.id == WallLink.account_id).where(scope(actor, WallLink))
    newest = statement.order_by(WallLink.withdrawn_on.is_not(None), WallLink.id.desc()).limit(MOST_LISTED)
    lines = [_line(row) for row in db.session.execute(newest)]
    return sorted(lines, key=lambda one: not one.live)


def make_wall(actor: Actor, draft: WallDraft, client_id: str | None = None) -> str:
    """A new link to what ``draft`` says. Returns the token, which nobody can show again."""
    actor.must(Permission.SHOW_ON_WALL)
    _refuse(draft)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with change(actor, "walls.make_wall_link", client_id=client_id) as entry:
        live = select(func.count(WallLink.id)).where(within(WallLink.region_code, actor.county_prefix), _still_opens())
        if (db.session.scalar(live) or 0) >= MOST_LIVE:
            raise Invalid({"name": Problem(N_("全县已有 %(n)s 个能用的大屏链接，先收回不用的。"), n=MOST_LIVE)})
        link = WallLink(
            account_id=actor.account_id,
            region_code=actor.region_code.ljust(12, "0"),
            token_sha256=digest_of(token),
            name=draft.name,
            view=draft.view,
            made_on=today(),
            expires_on=draft.until,
        )
        db.session.add(link)
        db.session.flush()
        told = {"wall_name": draft.name, "wall_until": draft.until, "wall_address": MASK}
        entry.about("wall_links", link.id, told, link.region_code)
    return token


def withdraw_wall(actor: Actor, wall_id: int) -> str:
    """End a link at once; one that has ended already stays as it is. Returns its name."""
    actor.must(Permission.SHOW_ON_WALL)
    with change(actor, "walls.withdraw_wall_link") as entry:
        link = db.session.scalars(
            select(WallLink).where(WallLink.id == wall_id, scope(actor, WallLink)).with_for_update()
        ).one_or_none()
        if link is None:
            raise NotFound
        entry.about("wall_links", link.id, {"wall_name": link.name, "wall_address": [MASK, ""]}, link.region_code)
        entry.silent = link.withdrawn_on is not None
        link.withdrawn_on = link.withdrawn_on or today()
        return link.name


def wall_of(token: str, caller_digest: str) -> Wall:
    """What the link of ``token`` shows. Raises ``NotFound``, in the same way for every link that does not open.

    A link opens while it stands and its maker's account is active, has the right and answers for the link's region.
    """
    digest = digest_of(token if len(token) <= LONGEST_TOKEN and token.isascii() else "")
    row = db.session.execute(
        select(*_COLUMNS, WallLink.token_sha256)
        .join(Account, Account.id == WallLink.account_id)
        .where(WallLink.token_sha256 == digest)
    ).one_or_none()
    if row is None or not secrets.compare_digest(row.token_sha256, digest) or not _opens(row):
        refuse_flood(caller_digest)
        count_stranger(caller_digest)
        raise NotFound
    _note_the_day(row)
    region = significant(row.region_code)
    return Wall(
        name=row.name,
        view=row.view,
        actor=Actor(
            role=Role.LEADER,
            region_code=region,
            sees_nearly_all=bool(region) and region == setting(SettingKey.REGION_CODE),
            only_looks=True,
        ),
    )


def discreet(body: bytes, shown: Collection[str], called: Mapping[str, str]) -> bytes:
    """The marks of a map document for a screen that anybody may walk past: layers that are not ``shown`` are empty.

    What people wrote or who they are is not told: ``called`` says for such a layer what each of its marks is named.
    """
    document = orjson.loads(body)
    for layer in KINDS:
        columns = document.get(layer.value)
        if columns is None:
            continue
        if layer.value not in shown:
            document[layer.value] = {key: [] for key in columns}
        elif layer.value in called:
            columns["name"] = [called[layer.value]] * len(columns["id"])
    return orjson.dumps(document)


_COLUMNS = (
    WallLink.id,
    WallLink.name,
    WallLink.view,
    WallLink.region_code,
    WallLink.made_on,
    WallLink.expires_on,
    WallLink.last_opened_on,
    WallLink.withdrawn_on,
    Account.display_name,
    Account.active,
    Account.role,
    Account.region_code.label("maker_region"),
)


def _line(row: Any) -> WallLine:
    return WallLine(
        id=row.id,
        name=row.name,
        view=row.view,
        made_by=row.display_name,
        made_on=row.made_on,
        expires_on=row.expires_on,
        last_opened_on=row.last_opened_on,
        withdrawn_on=row.withdrawn_on,
        live=_opens(row),
    )


def _opens(row: Any) -> bool:
    """Whether the link opens today, by its own days and by what its maker's account may do at this moment."""
    stands = row.withdrawn_on is None and (row.expires_on is None or row.expires_on >= today())
    may = row.active and Permission.SHOW_ON_WALL in GRANTS[row.role]
    return bool(stands and may and covers(row.maker_region, significant(row.region_code)))


def _still_opens() -> ColumnElement[bool]:
    return and_(WallLink.withdrawn_on.is_(None), or_(WallLink.expires_on.is_(None), WallLink.expires_on >= today()))


def _refuse(draft: WallDraft) -> None:
    faults: dict[str, str | Problem] = {}
    if not draft.name or len(draft.name) > LONGEST_NAME:
        faults["name"] = Problem(N_("名称要有 1 到 %(n)s 个字。"), n=LONGEST_NAME)
    if draft.until is not None and not today() <= draft.until <= today() + timedelta(days=10 * 366):
        faults["until"] = N_("有效期要从今天起，最长十年。")
    if len(draft.view) > LONGEST_VIEW:
        faults["moment"] = N_("条件太多了，请少选几个图层。")
    if faults:
        raise Invalid(faults)


def _note_the_day(row: Any) -> None:
    """Keep the day on which the link was last opened, once a day; a database that is busy is not waited for."""
    if row.last_opened_on == today():
        return
    with suppress(Busy), change(SYSTEM, "walls.amend") as entry:
        entry.silent = True
        db.session.execute(update(WallLink).where(WallLink.id == row.id).values(last_opened_on=today()))
