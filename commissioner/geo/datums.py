"""Chinese map datums: positions from Gaode, Tencent, WeChat (GCJ-02) and Baidu (BD-09) to WGS-84 and back."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commissioner.vocabulary import Datum

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

KRASOVSKY_AXIS_M = 6378245.0
KRASOVSKY_ECCENTRICITY_SQUARED = 0.00669342162296594323
SHIFTED_LATITUDES_DEG = (0.8293, 55.8271)  # the box of the public GCJ-02 code
SHIFTED_LONGITUDES_DEG = (72.004, 137.8347)
INVERSE_STEPS = 3  # each step gains a factor of 50 or more: the rest is far below a millimetre for GCJ-02


def in_china(latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> NDArray[np.bool_]:
    """Whether the shift applies; outside its box positions stay as they are."""
    lat, lng = np.asarray(latitude_deg), np.asarray(longitude_deg)
    south, north = SHIFTED_LATITUDES_DEG
    west, east = SHIFTED_LONGITUDES_DEG
    return np.asarray((lat >= south) & (lat <= north) & (lng >= west) & (lng <= east))


def _wave(position: Degrees, *parts: tuple[float, float]) -> Degrees:
    total = sum(weight * np.sin(position * math.pi * turns) for weight, turns in parts)
    return np.asarray(total * 20 / 3)


def _gcj02_of(lat: Degrees, lng: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lng - 105, lat - 35
    both = _wave(x, (2, 6), (2, 2))
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north_m = north_m + both + _wave(y, (2, 1), (4, 1 / 3), (16, 1 / 12), (32, 1 / 30))
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east_m = east_m + both + _wave(x, (2, 1), (4, 1 / 3), (15, 1 / 12), (30, 1 / 30))
    flattening = 1 - KRASOVSKY_ECCENTRICITY_SQUARED * np.sin(np.radians(lat)) ** 2
    metres_north = math.radians(KRASOVSKY_AXIS_M * (1 - KRASOVSKY_ECCENTRICITY_SQUARED)) / flattening**1.5
    metres_east = math.radians(KRASOVSKY_AXIS_M) * np.cos(np.radians(lat)) / np.sqrt(flattening)
    return lat + north_m / metres_north, lng + east_m / metres_east


def _bd09_of(lat: Degrees, lng: Degrees) -> tuple[Degrees, Degrees]:
    y, x = _gcj02_of(lat, lng)
    radius = np.hypot(x, y) + 0.00002 * np.sin(np.radians(y) * 3000)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(np.radians(x) * 3000)
    return radius * np.sin(angle) + 0.006, radius * np.cos(angle) + 0.0065


def _unshifted(lat: Degrees, lng: Degrees) -> tuple[Degrees, Degrees]:
    return lat, lng


# CGCS2000 and WGS-84 differ by centimetres: the same for a village.
SHIFTS: dict[Datum, Shift] = {
    Datum.WGS84: _unshifted,
    Datum.CGCS2000: _unshifted,
    Datum.GCJ02: _gcj02_of,
    Datum.BD09: _bd09_of,
}


def _guarded(latitude_deg: ArrayLike, longitude_deg: ArrayLike, shift: Shift) -> tuple[Degrees, Degrees]:
    lat, lng = np.asarray(latitude_deg, float), np.asarray(longitude_deg, float)
    inside = in_china(lat, lng)
    # The formula is meaningless abroad (and warns on infinity), so it is fed a harmless place there.
    moved_lat, moved_lng = shift(np.where(inside, lat, 35.0), np.where(inside, lng, 105.0))
    return np.where(inside, moved_lat, lat), np.where(inside, moved_lng, lng)


def _inverse_of(shift: Shift) -> Shift:
    def undo(lat: Degrees, lng: Degrees) -> tuple[Degrees, Degrees]:
        guess_lat, guess_lng = lat, lng
        for _ in range(INVERSE_STEPS):
            there_lat, there_lng = shift(guess_lat, guess_lng)
            guess_lat, guess_lng = guess_lat - (there_lat - lat), guess_lng - (there_lng - lng)
        return guess_lat, guess_lng

    return undo


def from_wgs84(latitude_deg: ArrayLike, longitude_deg: ArrayLike, datum: Datum) -> tuple[Degrees, Degrees]:
    """WGS-84 positions as ``datum`` writes them; numbers or whole columns."""
    return _guarded(latitude_deg, longitude_deg, SHIFTS[datum])


def to_wgs84(latitude_deg: ArrayLike, longitude_deg: ArrayLike, datum: Datum) -> tuple[Degrees, Degrees]:
    """Positions written in ``datum`` as WGS-84, to better than 1e-6 degrees; numbers or whole columns."""
    return _guarded(latitude_deg, longitude_deg, _inverse_of(SHIFTS[datum]))


def point_to_wgs84(latitude_deg: float, longitude_deg: float, datum: Datum) -> tuple[float, float]:
    """One position written in ``datum`` as WGS-84 latitude and longitude."""
    lat, lng = to_wgs84(latitude_deg, longitude_deg, datum)
    return float(lat), float(lng)
