"""The small map on a record's page: the county's outline with a point, drawn on the server."""

from __future__ import annotations

from markupsafe import Markup

from commissioner.domain.pages import RecordPage
from commissioner.domain.points import ground
from commissioner.geo.sketch import SketchPoint, sketch_svg


def sketch_of(page: RecordPage) -> Markup | None:
    """The sketch of a record that has a position in a county whose outline is known, or nothing."""
    # The position first: without one nobody need look the outline up.
    outline = ground().outline if page.position is not None else None
    if page.position is None or outline is None:
        return None
    mark = SketchPoint(
        latitude_deg=page.position.latitude_deg,
        longitude_deg=page.position.longitude_deg,
        label=page.heading,
        approximate=page.position.approximate,
    )
    return Markup(sketch_svg(outline, [mark]))  # noqa: S704 - drawn by us, every text in it escaped by the drawing room
