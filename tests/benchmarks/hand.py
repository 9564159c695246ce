"""A visit that is written while something is measured, as a township's phone would bring it."""

from __future__ import annotations

import random
import uuid

from sqlalchemy import func, insert, select

from commissioner.access.regions import within
from commissioner.models import AuditEntry, Commissioner, Place, Visit, VisitCommissioner, db
from commissioner.models.base import now, table_of
from commissioner.units import today
from commissioner.vocabulary import PlaceLevel, VisitKind, VisitState


def log_a_visit(prefix: str = "") -> None:
    """One in a region, somebody's, with its audit line: all sums that it moves are stale, no answer is remembered."""
    chosen = select(Place.id, Place.region_code).where(
        Place.level == PlaceLevel.VILLAGE, within(Place.region_code, prefix)
    )
    village = db.session.execute(chosen.order_by(Place.region_code).offset(random.randrange(10)).limit(1)).one()
    person = db.session.scalar(select(func.min(Commissioner.id)))
    db.session.rollback()
    row = {
        "client_id": str(uuid.uuid4()), "kind": VisitKind.SERVICE, "place_id": village.id,
        "region_code": village.region_code, "starts_on": today(), "ends_on": today(), "topic": "看看",
        "state": VisitState.CONFIRMED, "created_at": now(), "updated_at": now(),
    }  # fmt: skip
    with db.engine.begin() as connection:
        connection.execute(insert(table_of(Visit)).values(row))
        made = connection.scalar(select(Visit.id).where(Visit.client_id == row["client_id"]))
        connection.execute(insert(table_of(VisitCommissioner)).values(visit_id=made, commissioner_id=person))
        connection.execute(
            insert(table_of(AuditEntry)).values(at=now(), action="visits.create", subject="visits", changes={})
        )
