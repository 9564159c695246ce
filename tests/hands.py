"""Somebody who writes past every verb, as a script or a person at the database might."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update

from commissioner.models import Commissioner, Place, Visit, VisitCommissioner, db
from commissioner.models.base import now, table_of
from commissioner.vocabulary import PlaceLevel, PlaceState, VisitKind, VisitState
from tests.factories import a_person, a_posting

VISITS, PLACES, LINKS = table_of(Visit), table_of(Place), table_of(VisitCommissioner)


def writing(statement: Any) -> Any:
    """Write past every verb, as a script or a person at the database might."""
    db.session.rollback()
    with db.engine.begin() as connection:
        return connection.execute(statement)


class Hand:
    """Somebody who writes whatever the tables allow, by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        current = select(Place.id, Place.region_code, Place.level)
        self.people = list(db.session.scalars(select(Commissioner.id).order_by(Commissioner.id)))
        self.places = list(db.session.execute(current.order_by(Place.id)).all())

    def day(self) -> date:
        return date(2021, 1, 1) + timedelta(days=self.chance.randrange(900))

    def place(self) -> Any:
        found = self.chance.choice(self.places)
        code = db.session.scalar(select(Place.region_code).where(Place.id == found.id))
        return found.id, code

    def visit(self) -> Any:
        return self.chance.choice(db.session.scalars(select(Visit.id).order_by(Visit.id)).all())

    def stay(self) -> dict[str, date]:
        """Mostly one day; some longer, also over the end of a year."""
        first = self.chance.choice([self.day(), self.day(), date(2021, 12, 30)])
        return {"starts_on": first, "ends_on": first + timedelta(days=self.chance.choice([0, 0, 0, 1, 4]))}

    def new_visits(self) -> None:
        values = []
        for _ in range(self.chance.randrange(1, 6)):
            place_id, code = self.place()
            values.append(
                {
                    "client_id": str(uuid.UUID(int=self.chance.getrandbits(128))),
                    "kind": self.chance.choice(list(VisitKind)),
                    "place_id": place_id,
                    "region_code": code,
                    **self.stay(),
                    "topic": "看看",
                    "state": self.chance.choice(list(VisitState)),
                    "created_at": now(),
                    "updated_at": now(),
                }
            )
        writing(insert(VISITS).values(values))
        made = select(Visit.id).where(Visit.client_id.in_([one["client_id"] for one in values]))
        db.session.rollback()
        for visit in db.session.scalars(made).all():
            self.led(visit)

    def led(self, visit: int) -> None:
        """Few people, so that one is often in two places on a day."""
        for person in self.chance.sample(self.people[:4], self.chance.randrange(3)):
            known = select(LINKS.c.visit_id).where(LINKS.c.visit_id == visit, LINKS.c.commissioner_id == person)
            if not db.session.execute(known).first():
                writing(insert(LINKS).values(visit_id=visit, commissioner_id=person))

    def led_by_another(self) -> None:
        self.led(self.visit())
        visit, person = self.visit(), self.chance.choice(self.people[:4])
        known = select(LINKS.c.visit_id).where(LINKS.c.visit_id == visit, LINKS.c.commissioner_id == person)
        if not db.session.execute(known).first():
            one = select(func.min(LINKS.c.commissioner_id)).where(LINKS.c.visit_id == visit).scalar_subquery()
            writing(
                update(LINKS)
                .where(LINKS.c.visit_id == visit, LINKS.c.commissioner_id == one)
                .values(commissioner_id=person)
            )
        writing(delete(LINKS).where(LINKS.c.visit_id == self.visit()))

    def decided(self) -> None:
        state = self.chance.choice(list(VisitState))
        writing(update(VISITS).where(VISITS.c.id.in_([self.visit(), self.visit()])).values(state=state))

    def moved_in_time(self) -> None:
        writing(update(VISITS).where(VISITS.c.id == self.visit()).values(**self.stay()))

    def moved_in_space(self) -> None:
        place_id, code = self.place()
        writing(update(VISITS).where(VISITS.c.id == self.visit()).values(place_id=place_id, region_code=code))

    def gone(self) -> None:
        """A visit takes its links along, or somebody has taken them away before."""
        visit = self.visit()
        used = text("SELECT 1 FROM raised_problems WHERE visit_id = :id")
        if db.session.execute(used, {"id": visit}).first():
            return
        if self.chance.randrange(2):
            writing(delete(LINKS).where(LINKS.c.visit_id == visit))
        writing(delete(VISITS).where(VISITS.c.id == visit))

    def village_closed_or_opened(self) -> None:
        state = self.chance.choice(list(PlaceState))
        village = self.chance.choice([one for one in self.places if one.level is PlaceLevel.VILLAGE])
        writing(update(PLACES).where(PLACES.c.id == village.id).values(state=state))

    def village_recoded(self) -> None:
        village = self.chance.choice([one for one in self.places if one.level is PlaceLevel.VILLAGE])
        town = self.chance.choice([one for one in self.places if one.level is PlaceLevel.TOWNSHIP])
        code = f"{town.region_code[:9]}{700 + self.chance.randrange(200)}"
        writing(update(PLACES).where(PLACES.c.id == village.id).values(region_code=code, code=None))

    def township_moved(self) -> None:
        town = self.chance.choice([one for one in self.places if one.level is PlaceLevel.TOWNSHIP])
        point = {"latitude_deg": 27 + self.chance.random(), "longitude_deg": 120 + self.chance.random()}
        writing(update(PLACES).where(PLACES.c.id == town.id).values(**point))

    def posting(self) -> None:
        place_id, _code = self.place()
        first = self.day()
        last = self.chance.choice([None, first + timedelta(days=self.chance.randrange(400))])
        a_posting(a_person(), place_id, first, last)

    def acts(self) -> list[Callable[[], None]]:
        often = [self.new_visits, self.new_visits, self.decided, self.moved_in_time, self.moved_in_space, self.gone]
        often += [self.led_by_another]
        return [*often, self.village_closed_or_opened, self.village_recoded, self.township_moved, self.posting]
