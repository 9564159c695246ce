"""The parts of a crowded region: of a nation its provinces, of a county its townships, each with its sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, func, select

from commissioner.access import Actor
from commissioner.access.regions import FULL_DIGITS
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import POSTED, MapPlace
from commissioner.domain.map_counts import visits_so_far
from commissioner.domain.map_states import MapState
from commissioner.domain.map_sums import TOWNSHIP_DIGITS
from commissioner.domain.map_townships import TownshipsOnMap, townships_on_map
from commissioner.models import Place, db
from commissioner.vocabulary import PlaceLevel, PlaceState

PARTS = {0: 2, 2: 4, 4: 6, 6: 9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """The parts as lines of the table; of the whole, how much there is and how much of it has a spot on the map."""

    lines: Sequence[MapPlace]
    around: Sequence[tuple[str, str]]  # the region that is asked for and those around it, below the actor's own
    all: Mapping[str, int]
    placed: Mapping[str, int]
    visits_total: int

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What one chooses among: the way that led here, and the parts; code and name."""
        return [*self.around, *((line.code, line.name) for line in self.lines)]


def regions(actor: Actor, ask: MapAsk, state: MapState) -> Regions:
    """The parts of the region that is asked for: villages served of all, and visits so far in the year."""
    townships = townships_on_map(actor, ask, state)
    prefix = max(actor.region_code, ask.township, key=len)
    digits = next((longer for shorter, longer in PARTS.items() if len(prefix) <= shorter), TOWNSHIP_DIGITS)
    codes, of = np.unique(townships.codes.astype(f"U{digits}"), return_inverse=True)
    parts = _parts(townships, codes, of)
    around = [prefix[:longer] for longer in PARTS.values() if len(actor.region_code) < longer <= len(prefix)]
    named, visits_total = _named([*around, *codes.tolist()], visits_so_far(actor, ask))
    lines = [
        _line(code, place, {key: int(column[index]) for key, column in parts.items()})
        for index, code in enumerate(codes.tolist())
        for place in named.get(code.ljust(FULL_DIGITS, "0"), ())
        if parts["villages"][index] or parts["visits"][index]
    ]
    return Regions(
        lines=lines,
        around=[(code, place.name) for code in around for place in named.get(code.ljust(FULL_DIGITS, "0"), ())],
        all=_totals(townships, np.full(townships.x.shape, fill_value=True)),
        placed=_totals(townships, ~np.isnan(townships.x)),
        visits_total=visits_total,
    )


def _parts(townships: TownshipsOnMap, codes: NDArray[np.str_], of: NDArray[np.intp]) -> dict[str, NDArray[np.int64]]:
    """The sums of each part, and how many of its townships have a spot."""
    columns = {**townships.counts, "placed": ~np.isnan(townships.x)}
    return {key: np.bincount(of, column, codes.size).astype(np.int64) for key, column in columns.items()}


def _totals(townships: TownshipsOnMap, which: NDArray[np.bool_]) -> dict[str, int]:
    is_township = ~np.char.endswith(townships.codes, "000")  # not a county, which stands among them
    counted = {key: int(column[which].sum()) for key, column in townships.counts.items()}
    return {**counted, "townships": int((is_township & which).sum())}


def _named(codes: Sequence[str], visits_total: Any) -> tuple[dict[str, list[Any]], int]:
    """The places that regions themselves are, by their codes, which end in noughts; and what ``visits_total`` counts."""
    own = (
        Place.region_code.in_([code.ljust(FULL_DIGITS, "0") for code in codes]),
        Place.level != PlaceLevel.VILLAGE,
        Place.state == PlaceState.CURRENT,
    )
    total = select(func.coalesce(visits_total.scalar_subquery(), 0).label("visits_total")).subquery()
    columns = (Place.id, Place.name, Place.level, Place.illustrative, Place.region_code, total.c.visits_total)
    found: dict[str, list[Any]] = {}
    rows = db.session.execute(select(*columns).select_from(total).outerjoin(Place, and_(*own)).order_by(Place.id)).all()
    for row in rows:
        if row.id is not None:
            found.setdefault(row.region_code, []).append(row)
    return found, int(rows[0].visits_total)


def _line(code: str, place: Any, counts: Mapping[str, int]) -> MapPlace:
    return MapPlace(
        kind=place.level.value,
        id=place.id,
        name=place.name,
        township=place.name,
        code=code,
        served=POSTED if counts["posted"] else 0,
        villages=(counts["served"], counts["villages"]),
        visits=counts["visits"],
        own_position=counts["placed"] > 0,
        placed=counts["placed"] > 0,
        illustrative=place.illustrative,
    )
