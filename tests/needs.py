"""Needs for stories: raised by the place, or by the bureau and opened at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from commissioner.access import Actor
from commissioner.domain import records
from commissioner.domain.needs import NEEDS
from commissioner.models import Batch, Need, db
from commissioner.units import today
from commissioner.vocabulary import HelpKind, Industry, Level, NeedState
from tests.factories import a_village, an_officer, written
from tests.people import COUNTY


def need_draft(**changes: Any) -> dict[str, Any]:
    """A need of a village of Shuitou with nothing to object to."""
    draft: dict[str, Any] = {
        "title": "黄汤茶加工技术指导",
        "industry": Industry.TEA,
        "help_kind": HelpKind.GUIDANCE,
        "problem": "夏秋茶价低",
        "wanted_speciality": "茶叶加工",
        "raised_on": today(),
        "wanted_by": None,
        "batch_id": None,
    }
    return {"place_id": a_village(), **draft, **changes}


def a_need(state: NeedState = NeedState.OPEN, **changes: Any) -> int:
    """A need that the bureau wrote down and opened at once; any other state is written as if it had come so far."""
    made = records.create(an_officer(), NEEDS, need_draft(opened=True, **changes))
    if state is not NeedState.OPEN:
        put(made, state)
    return made


def raised_by(actor: Actor, **changes: Any) -> int:
    """A need that a place raised."""
    return records.create(actor, NEEDS, need_draft(**changes))


def put(need_id: int, state: NeedState) -> None:
    """Let a need stand at a state, by nobody's step."""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Need).where(Need.id == need_id).values(state=state))


def state_of(need_id: int) -> NeedState | None:
    """Where it stands."""
    db.session.rollback()
    return db.session.scalar(select(Need.state).where(Need.id == need_id))


def version_of(need_id: int) -> int:
    """Its version."""
    db.session.rollback()
    return db.session.scalar(select(Need.version).where(Need.id == need_id)) or 0


def a_call(opens: int = -3, closes: int = 5, **changes: Any) -> int:
    """A batch whose call opens and closes so many days from today."""
    day = today()
    values: dict[str, Any] = {
        "name": "示例选派",
        "level": Level.COUNTY,
        "region_code": COUNTY.ljust(12, "0"),
        "opens_on": date(day.year, 1, 1),
        "call_opens_on": day + timedelta(days=opens),
        "call_closes_on": day + timedelta(days=closes),
        "call_text": "写清楚什么产业、什么问题。",
    }
    return written(Batch, **{**values, **changes})
