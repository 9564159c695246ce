"""Borders as plain shapes: measured, moved, and simplified so that neighbours keep one line between them."""

from __future__ import annotations

import pytest
import shapely
from shapely import MultiPolygon, Point, box

from commissioner.geo.boundary_shapes import (
    MOST_DRAWN_VERTICES,
    area_km2,
    beyond_km,
    distance_km,
    drawn,
    in_wgs84,
)
from commissioner.geo.datums import from_wgs84
from commissioner.vocabulary import Datum


def a_square(west: float = 120.0, south: float = 27.4, side: float = 0.1) -> MultiPolygon:
    return MultiPolygon([box(west, south, west + side, south + side)])


def test_an_area_is_right_to_a_thousandth():
    # 0.1° × 0.1° at 27.45° N on the ellipsoid: 9.8877 km × 11.0800 km.
    assert area_km2(a_square()) == pytest.approx(9.8877 * 11.0800, rel=1e-3)


def test_how_far_outside():
    assert beyond_km(Point(120.05, 27.45), a_square()) == 0
    assert beyond_km(Point(120.05, 27.6), a_square()) == pytest.approx(11.08, rel=1e-2)
    assert distance_km((27.4, 120.0), (27.5, 120.0)) == pytest.approx(11.1, rel=1e-2)


@pytest.mark.parametrize("datum", Datum)
def test_every_vertex_is_moved(datum: Datum):
    written = shapely.transform(
        a_square(),
        lambda points: shapely.get_coordinates(shapely.points(*from_wgs84(points[:, 1], points[:, 0], datum)[::-1])),
    )
    assert shapely.equals_exact(in_wgs84(written, datum), a_square(), tolerance=1e-6)


def test_neighbours_keep_one_line_and_islands_stay():
    left, right = box(120, 27, 120.5, 27.5), box(120.5, 27, 121, 27.5)
    wavy = shapely.segmentize(shapely.MultiPolygon([left]), 0.0001), shapely.segmentize(MultiPolygon([right]), 0.0001)
    island = MultiPolygon([box(121.5, 27, 121.50001, 27.00001)])

    thin = drawn([*wavy, island])

    assert sum(int(shapely.get_num_coordinates(one)) for one in thin) <= MOST_DRAWN_VERTICES
    assert shapely.union_all(thin[:2]).area == pytest.approx(0.5, rel=1e-6)
    assert not thin[2].is_empty


def test_very_many_points_become_few():
    cells = shapely.voronoi_polygons(
        shapely.multipoints([(120 + (n * 7919 % 997) / 997, 27 + (n * 104729 % 991) / 991) for n in range(300)]),
        extend_to=box(120, 27, 121, 28),
    )
    shapes = [MultiPolygon([cell]) for cell in shapely.get_parts(shapely.segmentize(cells, 0.0005))]
    thin = drawn(shapes)
    assert len(thin) == len(shapes)
    assert sum(int(shapely.get_num_coordinates(one)) for one in thin) <= MOST_DRAWN_VERTICES
