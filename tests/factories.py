"""Boring defaults for what a story is not about: a visit that breaks no rule, a village, somebody who is posted there."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from commissioner.access import Actor
from commissioner.domain.visit_drafts import VisitDraft
from commissioner.models import Account, Commissioner, Place, Posting, Visit, VisitCommissioner, db
from commissioner.units import today
from commissioner.vocabulary import CommissionerKind, Level, PlaceLevel, Role
from tests.people import COUNTY, SHUITOU, posted_commissioner

NEXT_TOWNSHIP = "330326105"
INSIDE_DEG = (27.6348, 120.3193)


def written(model: type, **values: Any) -> int:
    """The id of a row that stands from the beginning, by nobody's change."""
    db.session.rollback()
    with db.engine.begin() as connection:
        return int(connection.execute(insert(model).values(**values)).inserted_primary_key[0])


def an_actor(role: Role = Role.TOWNSHIP, region_code: str = SHUITOU, **own: Any) -> Actor:
    """Somebody with an account, as the domain sees them: without more words, township staff of Shuitou."""
    account_id = written(
        Account,
        username=f"{role.value}-{uuid.uuid4().hex[:8]}",
        display_name=role.label,
        role=role,
        region_code=region_code,
        password_hash="!",
        must_change_password=False,
        session_stamp=uuid.uuid4().hex,
        **own,
    )
    return Actor(role=role, region_code=region_code, account_id=account_id, name=role.label, **own)


def an_officer() -> Actor:
    """Somebody of the county's bureau."""
    return an_actor(Role.OFFICER, COUNTY)


def a_commissioner(region_code: str = SHUITOU) -> Actor:
    """Somebody who serves in a region today."""
    return an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=posted_commissioner(region_code))


def a_village(region_code: str = SHUITOU, number: int = 0) -> int:
    """A village of a township."""
    low, high = region_code.ljust(12, "0"), region_code.ljust(12, "9")
    villages = select(Place.id).where(Place.level == PlaceLevel.VILLAGE, Place.region_code.between(low, high))
    found = db.session.scalars(villages.order_by(Place.region_code).offset(number)).first()
    assert found is not None
    return found


def a_person(name: str = "示例专家") -> int:
    """A commissioner of the county without any posting."""
    code = COUNTY.ljust(12, "0")
    return written(Commissioner, kind=CommissionerKind.INDIVIDUAL, name=name, region_code=code)


def a_posting(commissioner_id: int, place_id: int, starts_on: date, ends_on: date | None = None) -> int:
    """Somebody's posting to a place."""
    region_code = db.session.scalar(select(Place.region_code).where(Place.id == place_id))
    return written(
        Posting,
        commissioner_id=commissioner_id,
        place_id=place_id,
        region_code=region_code,
        level=Level.COUNTY,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def a_visit(**changes: Any) -> VisitDraft:
    """A visit to a village of Shuitou yesterday by somebody posted there: nothing to object to."""
    said: dict[str, Any] = {"client_id": str(uuid.uuid4()), "topic": "茶园管理", "outcome": "看了三块地", **changes}
    said.setdefault("starts_on", today() - timedelta(days=1))
    said.setdefault("ends_on", said["starts_on"])
    if "place_id" not in said:
        said["place_id"] = a_village()
    if "commissioner_ids" not in said:
        said["commissioner_ids"] = (posted_commissioner(),)
    return VisitDraft(**said)


def visits_with(client_id: str) -> int:
    """How many visits there are under an id."""
    db.session.rollback()
    return len(db.session.scalars(select(Visit.id).where(Visit.client_id == client_id)).all())


def listed_on(visit_id: int) -> set[int]:
    """The commissioners a visit lists."""
    people = select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == visit_id)
    return set(db.session.scalars(people))
