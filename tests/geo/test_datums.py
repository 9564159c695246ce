"""Datums: the published shift, there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioner.geo.datums import Datum, from_wgs84, point_to_wgs84, to_wgs84

KUNYANG = (27.66583, 120.56583)

# WGS-84, GCJ-02, BD-09: computed once with PyPI prcoords 1.0.2, an independent implementation.
KNOWN = [
    (KUNYANG, (27.662474461381866, 120.56975708246965), (27.66846928303937, 120.57625561939979)),
    ((39.908722, 116.397499), (39.91012550007891, 116.4037425752605), (39.91646474746305, 116.41011556899208)),
    ((27.462, 121.07), (27.458978490436525, 121.07428779682205), (27.46532164416415, 121.0806916877784)),
    ((43.825, 87.6168), (43.826205737577844, 87.61964991897248), (43.83235008841263, 87.62609963893323)),
    ((22.3964, 114.1095), (22.393720307600862, 114.11460300993123), (22.400046538269503, 114.12102557571276)),
]
SHIFTED = [Datum.GCJ02, Datum.BD09]
latitudes = st.floats(18.2, 53.5)
longitudes = st.floats(73.7, 135.0)


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Distance on a sphere, good to a metre over a few kilometres."""
    north = math.radians(there[0] - here[0])
    east = math.radians(there[1] - here[1]) * math.cos(math.radians(here[0]))
    return 6371000 * math.hypot(north, east)


@pytest.mark.parametrize(("wgs84", "gcj02", "bd09"), KNOWN)
def test_shift_agrees_with_the_published_one(
    wgs84: tuple[float, float], gcj02: tuple[float, float], bd09: tuple[float, float]
) -> None:
    assert from_wgs84(*wgs84, Datum.GCJ02) == pytest.approx(gcj02, abs=1e-9)
    assert from_wgs84(*wgs84, Datum.BD09) == pytest.approx(bd09, abs=1e-9)


@pytest.mark.parametrize("datum", SHIFTED)
@given(latitude_deg=latitudes, longitude_deg=longitudes)
def test_there_and_back_is_the_same_place(datum: Datum, latitude_deg: float, longitude_deg: float) -> None:
    written = from_wgs84(latitude_deg, longitude_deg, datum)
    back = to_wgs84(*written, datum)
    assert back == pytest.approx((latitude_deg, longitude_deg), abs=1e-6)


def test_unconverted_gaode_position_is_about_540_metres_off_in_pingyang() -> None:
    latitude_deg, longitude_deg = (float(value) for value in from_wgs84(*KUNYANG, Datum.GCJ02))
    assert metres_between(KUNYANG, (latitude_deg, longitude_deg)) == pytest.approx(540, abs=15)


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_global_datums_are_left_alone(datum: Datum) -> None:
    assert point_to_wgs84(*KUNYANG, datum) == KUNYANG


@pytest.mark.parametrize("datum", list(Datum))
@pytest.mark.parametrize("place", [(48.8584, 2.2945), (-33.86, 151.21), (float("inf"), 120.0)])
def test_places_outside_china_are_left_alone(datum: Datum, place: tuple[float, float]) -> None:
    assert point_to_wgs84(*place, datum) == place


def test_whole_columns_are_converted_at_once() -> None:
    column = np.array([place[0] for place, _, _ in KNOWN]), np.array([place[1] for place, _, _ in KNOWN])
    latitudes_deg, longitudes_deg = from_wgs84(*column, Datum.GCJ02)
    assert latitudes_deg == pytest.approx([gcj02[0] for _, gcj02, _ in KNOWN], abs=1e-9)
    assert longitudes_deg == pytest.approx([gcj02[1] for _, gcj02, _ in KNOWN], abs=1e-9)
