"""What is odd about a village's point: outside its township's border or far from its township, on another village's point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import shapely
from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.boundaries import Bounds, bounds_within
from commissioner.domain.points import own_outline
from commissioner.geo.boundaries import Outline, PointVerdict, check_point
from commissioner.geo.boundary_shapes import beyond_km, distance_km
from commissioner.models import Place, db
from commissioner.problems import Problem
from commissioner.vocabulary import N_, CoordinateSource, PlaceLevel, PlaceState

TOWNSHIP_DIGITS = 9
NEAR_BORDER_KM = 1.0  # borders on maps of villages are seldom truer
FAR_FROM_TOWNSHIP_KM = 25.0  # where no border is known: farther than any township of a county is long
SAME_SPOT_KM = 0.02
ROUGH = frozenset({CoordinateSource.APPROXIMATE, CoordinateSource.CENTROID, CoordinateSource.ILLUSTRATIVE})

At = tuple[float, float]  # latitude, longitude


class Known(NamedTuple):
    """A place in scope, as the judge knows it."""

    id: int
    name: str
    code: str | None
    region_code: str
    level: PlaceLevel
    latitude_deg: float | None
    longitude_deg: float | None
    coordinate_source: CoordinateSource | None

    @property
    def at(self) -> At | None:
        """Its point, if it has one."""
        return (
            None if self.latitude_deg is None or self.longitude_deg is None else (self.latitude_deg, self.longitude_deg)
        )

    @property
    def is_exact(self) -> bool:
        """Whether its point is its own and measured, not guessed."""
        return self.at is not None and self.coordinate_source not in ROUGH


class PointJudge:
    """Knows the borders and points of a scope, read once for many points."""

    def __init__(self, actor: Actor) -> None:
        self.outline: Outline | None = own_outline()
        columns = [getattr(Place, name) for name in Known._fields]
        found = select(*columns).where(
            scope(actor, Place),
            Place.state == PlaceState.CURRENT,
            Place.level.in_((PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)),
        )
        self.places = {row.id: Known(*row) for row in db.session.execute(found.order_by(Place.region_code, Place.id))}
        self.townships = {
            one.region_code[:TOWNSHIP_DIGITS]: one for one in self.places.values() if one.level is PlaceLevel.TOWNSHIP
        }
        self.villages = {one.id: one for one in self.places.values() if one.level is PlaceLevel.VILLAGE}
        self._borders = {
            one.region_code[:TOWNSHIP_DIGITS]: one for one in self._read(PlaceLevel.TOWNSHIP, actor.region_code)
        }
        self._own = {one.place_id: one for one in self._read(PlaceLevel.VILLAGE, actor.region_code)}
        taken = [one for one in self.villages.values() if one.at is not None]
        self._taken = taken
        self._tree = shapely.STRtree([shapely.Point(one.at[1], one.at[0]) for one in taken if one.at])

    @staticmethod
    def _read(level: PlaceLevel, prefix: str) -> Sequence[Bounds]:
        borders = bounds_within(level, prefix)
        for one in borders:
            shapely.prepare(one.shape)
        return borders

    def township_of(self, village: Known) -> Known | None:
        """The township a village lies in."""
        return self.townships.get(village.region_code[:TOWNSHIP_DIGITS])

    def verdict(self, at: At) -> PointVerdict:
        """What the county's outline says."""
        return check_point(*at, self.outline)

    def doubts(self, village: Known, at: At) -> list[Problem]:
        """What is odd, in words; nothing of it forbids the point."""
        return [*self._border_doubts(village, at), *self._neighbour_doubts(village, at)]

    def _border_doubts(self, village: Known, at: At) -> Iterator[Problem]:
        own = self._own.get(village.id)
        border = own or self._borders.get(village.region_code[:TOWNSHIP_DIGITS])
        if border is not None:
            away = beyond_km(shapely.Point(at[1], at[0]), border.shape)
            if away > NEAR_BORDER_KM:
                yield Problem(N_("不在%(name)s的边界里，差 %(km)s 公里。"), name=border.name, km=f"{away:.1f}")
            return
        township = self.township_of(village)
        if township is not None and township.at is not None and distance_km(at, township.at) > FAR_FROM_TOWNSHIP_KM:
            away = distance_km(at, township.at)
            yield Problem(N_("离%(name)s有 %(km)s 公里。"), name=township.name, km=f"{away:.0f}")

    def _neighbour_doubts(self, village: Known, at: At) -> Iterator[Problem]:
        latitude_deg, longitude_deg = at
        near = shapely.box(longitude_deg - 1e-3, latitude_deg - 1e-3, longitude_deg + 1e-3, latitude_deg + 1e-3)
        for index in sorted(self._tree.query(near)):
            other = self._taken[int(index)]
            if other.id != village.id and other.at is not None and distance_km(at, other.at) < SAME_SPOT_KM:
                yield Problem(N_("和%(name)s是同一个点。"), name=other.name)
                return
