"""A QR code as a drawing that a page may hold: black squares on white, read by any phone's camera."""

from __future__ import annotations

from io import BytesIO

# A quiet edge of four squares: without it many phones do not see where the code begins.
EDGE_SQUARES = 4


def qr_drawing(address: str, title: str) -> str:
    """The SVG of the QR code that opens ``address``; ``title`` is what it says to those who do not see it."""
    import segno

    code = segno.make_qr(address, error="m")
    return code.svg_inline(border=EDGE_SQUARES, omitsize=True, svgclass="qr-code", lineclass=None, title=title)


def qr_file(address: str) -> str:
    """The same code as a whole SVG file, for a document."""
    import segno

    written = BytesIO()
    segno.make_qr(address, error="m").save(written, kind="svg", border=EDGE_SQUARES, xmldecl=False)
    return written.getvalue().decode()
