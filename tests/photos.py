"""Photos for stories: pictures that a phone takes, and files that only say they are pictures."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
SHUITOU_DEG = (27.6348, 120.3193)
GPS_OF_SHUITOU = {1: "N", 2: (27.0, 38.0, 5.28), 3: "E", 4: (120.0, 19.0, 9.48), 29: "2026:06:15"}


def a_picture(width: int = 640, height: int = 480, colour: str = "seagreen") -> Image.Image:
    """A field with a white corner at the top left, by which one sees how it is turned."""
    picture = Image.new("RGB", (width, height), colour)
    picture.paste("white", (0, 0, width // 4, height // 4))
    return picture


def a_photo(kind: str = "JPEG", *, picture: Image.Image | None = None, **options: Any) -> bytes:
    """A photo as a file; ``options`` are what Pillow writes into it."""
    out = BytesIO()
    (picture or a_picture()).save(out, kind, **options)
    return out.getvalue()


def taken_by_a_phone(orientation: int = 1, colour: str = "seagreen") -> bytes:
    """A photo with everything that a phone writes into it: who made it, how it was held, where and when."""
    exif = Image.Exif()
    exif[MAKER] = "A maker of phones"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update(GPS_OF_SHUITOU)
    return a_photo(picture=a_picture(colour=colour), exif=exif, comment=b"a remark of the camera")


def opened(data: bytes) -> Image.Image:
    """What a file shows."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def a_png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that claims a size, whatever its rows hold."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


SCRIPT = b"#!/bin/sh\necho hurt\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
NOT_PHOTOS = {
    "nothing": b"",
    "one byte": b"\xff",
    "script": SCRIPT,
    "svg": SVG,
    "html": HTML,
    "gif": a_photo("GIF"),
    "tiff": a_photo("TIFF"),
    "bmp": a_photo("BMP"),
    "ico": a_photo("ICO", picture=a_picture(32, 32)),
    "half a jpeg": a_photo()[:2000],
    "a jpeg without its end": a_photo()[:-200],
    "half a png": a_photo("PNG")[:-200],
    "half a webp": a_photo("WEBP")[:-100],
    "only a jpeg's first bytes": b"\xff\xd8\xff\xe0" + SCRIPT,
    "a png of no rows": a_png(640, 480),
    "a zip": b"PK\x03\x04" + bytes(100),
}
