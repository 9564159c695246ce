"""The parts of a crowded region: of a nation its provinces, of a county its townships, each with its sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select

from commissioner.access import Actor
from commissioner.domain import map_rows
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import POSTED, MapPlace
from commissioner.domain.map_counts import SUMMED, by_township, sums_can_answer
from commissioner.domain.map_sums import bring_up_to_date
from commissioner.models import Place, db
from commissioner.vocabulary import PlaceLevel, PlaceState

PARTS = {0: 2, 2: 4, 4: 6, 6: 9}
TOWNSHIP_DIGITS, FULL_DIGITS = 9, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """The parts as lines of the table; of the whole, how much there is and how much of it has a spot on the map."""

    lines: Sequence[MapPlace]
    all: Mapping[str, int]
    placed: Mapping[str, int]
    visits_total: int

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The parts as one chooses among them: code and name."""
        return [(line.code.ljust(FULL_DIGITS, "0"), line.name) for line in self.lines if line.code]


def regions(actor: Actor, ask: MapAsk, version: Any) -> Regions:
    """The parts of the region that is asked for: villages served of all, and visits so far in the year."""
    if sums_can_answer(actor, ask):
        bring_up_to_date(version)
    prefix = max(actor.region_code, ask.township, key=len)
    digits = next((longer for shorter, longer in PARTS.items() if len(prefix) <= shorter), TOWNSHIP_DIGITS)
    rows = _summed(actor, ask, digits)
    return Regions(
        lines=[_line(row) for row in rows if row.id is not None and (row.villages or row.visits)],
        all={key: sum(int(getattr(row, key)) for row in rows) for key in (*SUMMED, "townships")},
        placed={key: sum(int(getattr(row, f"placed_{key}")) for row in rows) for key in (*SUMMED, "townships")},
        visits_total=rows[0].visits_total if rows else 0,
    )


def _summed(actor: Actor, ask: MapAsk, digits: int) -> Sequence[Any]:
    of = by_township(actor, ask).subquery()
    code = func.substr(of.c.township, 1, digits)
    is_township = func.substr(of.c.township, 7, 3) != "000"
    has_spot = of.c.x.is_not(None)
    columns = [func.sum(of.c[key]).label(key) for key in SUMMED]
    placed = [func.sum(case((has_spot, of.c[key]), else_=0)).label(f"placed_{key}") for key in SUMMED]
    counts = [
        func.sum(case((is_township, 1), else_=0)).label("townships"),
        func.sum(case((is_township & has_spot, 1), else_=0)).label("placed_townships"),
    ]
    summed = (
        select(code.label("code"), *columns, *placed, *counts, func.avg(of.c.x).label("x")).group_by(code).subquery()
    )
    # The place that the part itself is: its code ends in noughts.
    own = and_(
        Place.region_code == summed.c.code + "0" * (FULL_DIGITS - digits),
        Place.level != PlaceLevel.VILLAGE,
        Place.state == PlaceState.CURRENT,
    )
    total = map_rows.visits_counting(actor, ask).scalar_subquery().label("visits_total")
    named = (Place.id, Place.name, Place.level, Place.illustrative)
    return db.session.execute(select(summed, *named, total).outerjoin(Place, own).order_by(summed.c.code)).all()


def _line(row: Any) -> MapPlace:
    return MapPlace(
        kind=row.level.value,
        id=row.id,
        name=row.name,
        township=row.name,
        code=row.code,
        served=POSTED if row.posted else 0,
        villages=(int(row.served), int(row.villages)),
        visits=int(row.visits),
        own_position=row.x is not None,
        placed=row.x is not None,
        illustrative=row.illustrative,
    )
