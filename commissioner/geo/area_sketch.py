"""A drawing of areas over the county's outline, to look at before they are imported; SVG without scripts or styles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from commissioner.geo.boundaries import Outline, polygons_of
from commissioner.geo.sketch import plain_label

WIDTH_PX, MARGIN_PX, TALLEST_PX = 640.0, 8.0, 640.0
OUTLINE_LOOK = 'fill="#eef4f0" stroke="#1f6f4a" stroke-opacity=".55" stroke-width="1.5" stroke-dasharray="6 3"'
AREA_LOOK = 'fill="#b4690e" fill-opacity=".1" stroke="#b4690e" stroke-width="1.25" stroke-linejoin="round"'


def areas_svg(outline: Outline | None, areas: Sequence[tuple[str, MultiPolygon]]) -> str:
    """The areas in amber over the outline in green; each says its name to a pointer that rests on it."""
    shapes: list[BaseGeometry] = [shape for _name, shape in areas]
    if outline is not None:
        shapes.append(outline.shape)
    corners = [shape.bounds for shape in shapes]
    west, south = min(box[0] for box in corners), min(box[1] for box in corners)
    east, north = max(box[2] for box in corners), max(box[3] for box in corners)
    shortened = math.cos(math.radians((south + north) / 2))
    scale = min(
        (WIDTH_PX - 2 * MARGIN_PX) / max((east - west) * shortened, 1e-6),
        (TALLEST_PX - 2 * MARGIN_PX) / max(north - south, 1e-6),
    )
    width = (east - west) * shortened * scale + 2 * MARGIN_PX
    height = (north - south) * scale + 2 * MARGIN_PX

    def path(shape: MultiPolygon) -> str:
        # Half a pixel is as fine as the eye sees.
        thin = shape.simplify(0.5 / scale, preserve_topology=True)
        rings = [ring for polygon in polygons_of(thin) for ring in (polygon.exterior, *polygon.interiors)]
        return "".join(
            "M"
            + "L".join(
                f"{(x - west) * shortened * scale + MARGIN_PX:.1f},{(north - y) * scale + MARGIN_PX:.1f}"
                for x, y in ring.coords
            )
            + "Z"
            for ring in rings
        )

    ground = f'<path {OUTLINE_LOOK} fill-rule="evenodd" d="{path(outline.shape)}"/>' if outline is not None else ""
    drawn = "".join(
        f'<path {AREA_LOOK} fill-rule="evenodd" d="{path(shape)}"><title>{escape(plain_label(name))}</title></path>'
        for name, shape in areas
    )
    return (
        f'<svg class="area-sketch" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'aria-hidden="true">{ground}{drawn}</svg>'
    )
