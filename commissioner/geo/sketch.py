"""A small locator drawing for a detail page: the outline of the county and a mark, as SVG without scripts or styles."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from commissioner.geo.boundaries import Outline, polygons_of

LONGEST_LABEL = 80
MARGIN_PX = 10.0
OUTLINE_LOOK = 'fill="#eef4f0" stroke="#1f6f4a" stroke-opacity=".55" stroke-width="1.25" stroke-dasharray="6 3"'
POINT_LOOK = 'fill="#b4690e" stroke="#fff" stroke-width="1.5"'
HOLLOW_LOOK = 'fill="#fff" stroke="#b4690e" stroke-width="2.5"'
HALO_LOOK = 'fill="#b4690e" fill-opacity=".14"'
ALONE_DEG = 0.05  # half the width of the drawing when there is no outline to fit


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchPoint:
    """A mark in the drawing; hollow when the position is only the township's."""

    latitude_deg: float
    longitude_deg: float
    label: str = ""
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """Degrees to pixels: equal lengths look equal, the north is up."""

    west_deg: float
    north_deg: float
    px_per_degree: float
    shortening: float
    height_px: float

    def pixel(self, longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
        x = (longitude_deg - self.west_deg) * self.shortening * self.px_per_degree + MARGIN_PX
        y = (self.north_deg - latitude_deg) * self.px_per_degree + MARGIN_PX
        return x, y


def sketch_svg(outline: Outline | None, points: Sequence[SketchPoint], width: int = 320) -> str:
    """The outline with its marks, ``width`` pixels wide; colours are attributes, so that it needs no style sheet."""
    frame = _frame(outline, points, width)
    title = escape("、".join(plain_label(point.label) for point in points if point.label))
    described = f'role="img" aria-label="{title}"' if title else 'aria-hidden="true"'
    shapes = [] if outline is None else [_outline_path(outline, frame)]
    marks = [_mark(point, frame) for point in points]
    return (
        f'<svg class="locator" viewBox="0 0 {width} {frame.height_px:.0f}" width="{width}" '
        f'height="{frame.height_px:.0f}" {described}>{"".join(shapes + marks)}</svg>'
    )


def plain_label(text: str) -> str:
    """One short line without control or direction-changing characters, so that a name cannot disturb its page."""
    shown = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"


def _frame(outline: Outline | None, points: Iterable[SketchPoint], width: int) -> _Frame:
    latitudes_deg = [point.latitude_deg for point in points]
    longitudes_deg = [point.longitude_deg for point in points]
    if outline is not None:
        south, west, north, east = outline.bounds_deg
        latitudes_deg += [south, north]
        longitudes_deg += [west, east]
    elif latitudes_deg:
        latitudes_deg += [latitudes_deg[0] - ALONE_DEG, latitudes_deg[0] + ALONE_DEG]
        longitudes_deg += [longitudes_deg[0] - ALONE_DEG * 2, longitudes_deg[0] + ALONE_DEG * 2]
    else:
        latitudes_deg, longitudes_deg = [0.0, 1.0], [0.0, 1.0]
    south, north, west, east = min(latitudes_deg), max(latitudes_deg), min(longitudes_deg), max(longitudes_deg)
    shortening = math.cos(math.radians((south + north) / 2))
    px_per_degree = (width - 2 * MARGIN_PX) / ((east - west) * shortening)
    return _Frame(west, north, px_per_degree, shortening, (north - south) * px_per_degree + 2 * MARGIN_PX)


def _outline_path(outline: Outline, frame: _Frame) -> str:
    # Half a pixel is as fine as the eye sees: an imported outline of 100,000 vertices stays a small drawing.
    area = outline.shape.simplify(0.5 / frame.px_per_degree, preserve_topology=True)
    rings = [ring for polygon in polygons_of(area) for ring in (polygon.exterior, *polygon.interiors)]
    path = "".join("M" + "L".join("{:.1f},{:.1f}".format(*frame.pixel(x, y)) for x, y in r.coords) + "Z" for r in rings)
    return f'<path class="locator-outline" {OUTLINE_LOOK} fill-rule="evenodd" d="{path}"/>'


def _mark(point: SketchPoint, frame: _Frame) -> str:
    x, y = frame.pixel(point.longitude_deg, point.latitude_deg)
    kind, look = ("locator-approximate", HOLLOW_LOOK) if point.approximate else ("locator-point", POINT_LOOK)
    title = f"<title>{escape(plain_label(point.label))}</title>" if point.label else ""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" {HALO_LOOK}/>'
        f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="5" {look}>{title}</circle>'
    )
