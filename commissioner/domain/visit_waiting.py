"""The visits that wait for the township's word, oldest first, with what somebody should know before giving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from commissioner.access import Actor
from commissioner.domain.listing import Column, Listing
from commissioner.domain.programme import is_on
from commissioner.domain.subject import name_of
from commissioner.domain.visit_doubles import doubles_of
from commissioner.domain.visit_history import changed_since_decided
from commissioner.domain.visits import VISITS
from commissioner.models import Account, Commissioner, Posting, Visit, VisitCommissioner, db
from commissioner.vocabulary import SettingKey, VisitKind, VisitState

TOWNSHIP_DIGITS = 9
_ASKED = {"township"}
_LOGGED_BY: Any = name_of(Account, Account.display_name, Visit.logged_by_id)

WAITING: Listing = replace(
    VISITS.listing,
    only=Visit.state == VisitState.WAITING,
    filters=tuple(one for one in VISITS.listing.filters if one.key in _ASKED),
    columns=(
        *(one for one in VISITS.listing.columns if one.key in {"place", "topic", "people", "illustrative", "kind"}),
        *(
            Column(key=key, label="", value=value)
            for key, value in {
                "starts_on": Visit.starts_on,
                "ends_on": Visit.ends_on,
                "outcome": Visit.outcome,
                "version": Visit.version,
                "logged_by_id": Visit.logged_by_id,
                "logged_by": func.coalesce(_LOGGED_BY, ""),
                "updated_at": Visit.updated_at,
            }.items()
        ),
    ),
    order=(Visit.starts_on.asc(), Visit.id.asc()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a waiting visit: who was not posted there, its probable doubles, whether it was decided before."""

    strangers: Sequence[str] = ()
    doubles: Sequence[int] = ()
    changed: bool = False
    own: bool = False


def known_of(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> Mapping[int, Known]:
    """What is known of each of the rows of a page, in three queries."""
    found = [row["id"] for row in rows]
    if not found:
        return {}
    strangers, doubles = _strangers(found), doubles_of(actor, found)
    edited = [row["id"] for row in rows if row["version"] > 1]
    changed = changed_since_decided(edited) if edited else frozenset()
    second_person = is_on(SettingKey.TOWNSHIP_VISITS_WAIT)
    return {
        row["id"]: Known(
            strangers=strangers.get(row["id"], ()),
            doubles=doubles.get(row["id"], ()),
            changed=row["id"] in changed,
            own=second_person and actor.account_id is not None and row["logged_by_id"] == actor.account_id,
        )
        for row in rows
    }


def _strangers(visit_ids: Sequence[int]) -> dict[int, list[str]]:
    """The people of service visits who were not posted to the township, or above it, on those days."""
    code: Any = Visit.region_code
    township = func.substr(code, 1, TOWNSHIP_DIGITS)
    above = [func.substr(code, 1, digits) + "0" * (12 - digits) for digits in (2, 4, 6)]
    posted = exists().where(
        Posting.commissioner_id == Commissioner.id,
        or_(Posting.region_code.between(township + "000", township + "999"), Posting.region_code.in_(above)),
        Posting.starts_on <= Visit.starts_on,
        or_(Posting.ends_on.is_(None), Posting.ends_on >= Visit.ends_on),
    )
    statement = (
        select(Visit.id, Commissioner.name)
        .join(VisitCommissioner, VisitCommissioner.visit_id == Visit.id)
        .join(Commissioner, Commissioner.id == VisitCommissioner.commissioner_id)
        .where(and_(Visit.id.in_(visit_ids), Visit.kind == VisitKind.SERVICE, ~posted))
        .order_by(Visit.id, Commissioner.id)
    )
    found: dict[int, list[str]] = {}
    for visit_id, name in db.session.execute(statement):
        found.setdefault(visit_id, []).append(name)
    return found
