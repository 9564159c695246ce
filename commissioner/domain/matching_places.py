"""Where somebody works and where help is wanted, and how far that is apart."""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from sqlalchemy import case

from commissioner.models import Place
from commissioner.models.base import table_of
from commissioner.vocabulary import PlaceLevel

EARTH_KM = 6371.0


class Spot(NamedTuple):
    """A point on the globe, made ready to be measured from: in radians, with the cosine of its latitude."""

    north: float
    east: float
    cosine: float


def spot_of(latitude_deg: float | None, longitude_deg: float | None) -> Spot | None:
    """The spot at a point, if there is one."""
    if latitude_deg is None or longitude_deg is None:
        return None
    north = radians(latitude_deg)
    return Spot(north, radians(longitude_deg), cos(north))


def kilometres(one: Spot, other: Spot) -> float:
    """The distance of two spots on the globe."""
    across = sin((one.north - other.north) / 2) ** 2
    across += one.cosine * other.cosine * sin((one.east - other.east) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(across, 1.0)))


def nearest_km(spot: Spot | None, others: Iterable[Spot | None]) -> float | None:
    """From a spot to the nearest of ``others``; nothing where either position is unknown."""
    if spot is None:
        return None
    nearest: float | None = None
    for other in others:
        if other is not None:
            away = kilometres(spot, other)
            nearest = away if nearest is None or away < nearest else nearest
    return nearest


def spot_columns() -> tuple[Any, Any, Any, Any]:
    """A place, its parent, and the point of the place or, where a village has none, of its township."""
    place, parent = table_of(Place).alias("spot"), table_of(Place).alias("above")
    own = place.c.latitude_deg.is_not(None)
    village = place.c.level == PlaceLevel.VILLAGE
    latitude = case((own, place.c.latitude_deg), (village, parent.c.latitude_deg))
    longitude = case((own, place.c.longitude_deg), (village, parent.c.longitude_deg))
    return place, parent, latitude.label("latitude_deg"), longitude.label("longitude_deg")
