"""Who could help a place that goes without: the nearest of those who serve today, first among those whose trade fits its need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from commissioner.access import Actor, scope, within
from commissioner.domain.coverage_needs import TOWNSHIP_DIGITS, CoverageNeeds, PlaceNeed
from commissioner.domain.matching_past import NOTHING
from commissioner.domain.matching_places import Spot, kilometres, nearest_km, spot_columns, spot_of
from commissioner.domain.matching_rows import Asked, Candidate, candidates, needs_asked
from commissioner.domain.matching_scores import Pairs, speciality_fits
from commissioner.domain.subject import running
from commissioner.models import Commissioner, Posting, db
from commissioner.units import today

COUNTY_DIGITS = 6
MOST_ASKED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """Somebody who serves today and could help: how far away the nearest posting is, and how many postings there are."""

    commissioner_id: int
    name: str
    speciality: str
    industry: str
    fits: bool | None  # the trade fits the open need; nothing where no need says what is wanted
    same_township: bool
    km: float | None
    postings: int
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """Who serves nearest today."""

    commissioner_id: int
    name: str
    km: float
    same_township: bool


class Nearby:
    """Those who serve today, by the spots at which they serve."""

    def __init__(self, people: Iterable[Candidate], codes: Mapping[int, str]) -> None:
        self._codes = codes
        self._at: dict[Spot, list[Candidate]] = {}
        self._in: dict[str, list[Candidate]] = {}
        for person in people:
            for run in person.runs:
                if run.spot is not None:
                    self._at.setdefault(run.spot, []).append(person)
                if run.place_id in codes:
                    self._in.setdefault(codes[run.place_id][:TOWNSHIP_DIGITS], []).append(person)

    def to(self, place: PlaceNeed, need: Asked | None) -> Helper | None:
        """The nearest whose trade fits; without one, the nearest of all."""
        ranked = self._ranked(place)[:MOST_ASKED]
        fitting = next((one for one in ranked if _fits(need, one[0])), None) if need is not None else None
        found = fitting or next(iter(ranked), None)
        if found is None:
            return None
        person, km = found
        township = place.region_code[:TOWNSHIP_DIGITS]
        return Helper(
            commissioner_id=person.id,
            name=person.name,
            speciality=person.speciality,
            industry=person.industry.label if person.industry else "",
            fits=None if need is None else fitting is not None,
            same_township=any(self._codes.get(run.place_id, "")[:TOWNSHIP_DIGITS] == township for run in person.runs),
            km=km,
            postings=len(person.runs),
            illustrative=person.illustrative,
        )

    def _ranked(self, place: PlaceNeed) -> list[tuple[Candidate, float | None]]:
        """From near to far; where the place has no position, those of its own township."""
        spot = place.spot
        if spot is None:
            return [(one, None) for one in self._in.get(place.region_code[:TOWNSHIP_DIGITS], ())]
        away = sorted(((kilometres(spot, other), other) for other in self._at), key=lambda one: one[0])
        return [(person, km) for km, other in away[:MOST_ASKED] for person in self._at[other]]


def _fits(need: Asked, person: Candidate) -> bool:
    """The same industry, or a speciality that shares words with what is wanted: as matching tells it."""
    return person.industry is need.industry or speciality_fits(Pairs([need], [person], [NOTHING]))[0] > 0


def helpers_for(actor: Actor, found: CoverageNeeds) -> Mapping[int, Helper]:
    """Who could help each place of a page, as of today, among those whom ``actor`` may see serving."""
    if not found.rows:
        return {}
    people = [one for one in candidates(actor, found.version).values() if one.runs]
    needs = needs_asked(actor, [one.need_ids[0] for one in found.rows if one.need_ids])
    nearby = Nearby(people, found.codes)
    told = {one.id: nearby.to(one, needs.get(one.need_ids[0]) if one.need_ids else None) for one in found.rows}
    return {place_id: helper for place_id, helper in told.items() if helper is not None}


def nearest_serving(actor: Actor, region_code: str, spot: Spot | None) -> Nearest | None:
    """Who serves nearest to a point of the county today, and how far away: one query."""
    if spot is None:
        return None
    place, parent, latitude, longitude = spot_columns()
    statement = (
        select(Commissioner.id, Commissioner.name, Posting.region_code, latitude, longitude)
        .join(Posting, Posting.commissioner_id == Commissioner.id)
        .join(place, place.c.id == Posting.place_id)
        .outerjoin(parent, parent.c.id == place.c.parent_id)
        .where(scope(actor, Posting), within(Posting.region_code, region_code[:COUNTY_DIGITS]))
        .where(running(Posting.starts_on, Posting.ends_on, today()))
        .order_by(Posting.region_code, Posting.id)
    )
    rows = db.session.execute(statement).all()
    away = [(nearest_km(spot, [spot_of(row.latitude_deg, row.longitude_deg)]), row) for row in rows]
    known = [(km, row) for km, row in away if km is not None]
    if not known:
        return None
    km, row = min(known, key=lambda one: one[0])
    township = region_code[:TOWNSHIP_DIGITS]
    return Nearest(
        commissioner_id=row.id, name=row.name, km=km, same_township=row.region_code[:TOWNSHIP_DIGITS] == township
    )
