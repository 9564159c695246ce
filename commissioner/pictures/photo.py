"""A photo as it may be kept: decoded within limits, turned upright, scaled, and written anew without anything hidden in it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from commissioner.problems import NotAPhoto, TooLarge
from commissioner.vocabulary import N_

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

LARGEST_BYTES = 6 * 1024 * 1024
LONGEST_SIDE_PX = 1600
SMALL_SIDE_PX = 320
# A page of A4 at 300 dots an inch.
LONGEST_SCAN_PX = 3508
# A JPEG is scaled while it is read; the others stand whole in memory, at up to four bytes a pixel.
MOST_PIXELS = 50_000_000
MOST_PIXELS_AT_ONCE = 25_000_000
# A progressive JPEG has about ten scans; one that has thousands keeps the decoder busy for minutes.
MOST_SCANS = 64
START_OF_SCAN = b"\xff\xda"
FORMATS = ("JPEG", "PNG", "WEBP")
SCALED_WHILE_READ = {"JPEG", "MPO"}
QUALITY = 80
LARGEST_PROFILE_BYTES = 1024 * 1024
ORIENTATION = 0x0112
# Where EXIF keeps a position, and the four of its tags that are the position and nothing else.
GPS_IFD, VERSION, NORTH_OR_SOUTH, LATITUDE, EAST_OR_WEST, LONGITUDE = 0x8825, 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A clean JPEG with its thumbnail; ``sha256`` is the digest of ``large``, sides are in pixels."""

    large: bytes
    small: bytes
    sha256: str
    width_px: int
    height_px: int
    position_kept: bool


def clean_photo(data: bytes, *, keep_position: bool = False) -> Photo:
    """The picture in ``data`` (JPEG, PNG or WebP, told by its content), written anew.

    Nothing of the file itself survives: no EXIF, no profile, no comment, nothing behind the picture. ``keep_position``
    writes back where it was taken, if it says so. Raises ``TooLarge`` or ``NotAPhoto``.
    """
    if len(data) > LARGEST_BYTES:
        raise TooLarge(N_("照片文件太大，每张最多 %(most)s MB。"), most=LARGEST_BYTES // 1024**2)
    try:
        picture, position = _decoded(data)
        small = picture.copy()
        small.thumbnail((SMALL_SIDE_PX, SMALL_SIDE_PX), reducing_gap=3)
        large = _written(picture, position if keep_position else None)
        thumbnail = _written(small, None)
    except (NotAPhoto, TooLarge):
        raise
    # Whatever a decoder says of bytes that somebody made up: it is no photo.
    except Exception as error:
        raise NotAPhoto from error
    return Photo(
        large=large,
        small=thumbnail,
        sha256=hashlib.sha256(large).hexdigest(),
        width_px=picture.width,
        height_px=picture.height,
        position_kept=keep_position and position is not None,
    )


def clean_scan(data: bytes) -> bytes:
    """The picture of a page in ``data`` as a JPEG that stays legible, written anew without anything hidden in it.

    Raises ``TooLarge`` or ``NotAPhoto``.
    """
    try:
        picture, _position = _decoded(data, LONGEST_SCAN_PX)
        return _written(picture, None)
    except (NotAPhoto, TooLarge):
        raise
    except Exception as error:  # as above
        raise NotAPhoto from error


def _decoded(data: bytes, longest_px: int = LONGEST_SIDE_PX) -> tuple[Image, tuple[float, float] | None]:
    """The picture upright, at most ``longest_px`` long, in sRGB on white; and the position that it carries."""
    from PIL import Image

    # Pillow's own guard, which asks before the WebP decoder makes its canvas; the exact limits follow.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(data), formats=FORMATS) as opened:
        _refuse_a_bomb(opened, data)
        if opened.format in SCALED_WHILE_READ:
            opened.draft(None, (longest_px, longest_px))
        opened.load()
        exif = _exif_of(opened)
        profile = opened.info.get("icc_profile", b"")
        picture = _in_plain_mode(opened)
    picture.thumbnail((longest_px, longest_px), reducing_gap=3)
    picture = _upright(_on_white(_in_srgb(picture, profile)), exif.get(ORIENTATION))
    # A picture of its own: what the file said beside its pixels stays behind.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean, _position_in(exif)


def _refuse_a_bomb(opened: Image, data: bytes) -> None:
    """Raise before a pixel is decoded, by what the header claims."""
    scaled = opened.format in SCALED_WHILE_READ
    if opened.width * opened.height > (MOST_PIXELS if scaled else MOST_PIXELS_AT_ONCE):
        raise TooLarge(N_("照片的像素太多，请缩小后再传。"))
    if scaled and data.count(START_OF_SCAN) > MOST_SCANS:
        raise NotAPhoto


def _exif_of(opened: Image) -> Exif:
    from PIL import Image

    try:
        return opened.getexif()
    except Exception:  # noqa: BLE001 - a photo whose notes cannot be read is still a photo
        return Image.Exif()


def _in_plain_mode(opened: Image) -> Image:
    """A copy whose colours can be scaled: palettes resolved, sixteen bits as eight."""
    if opened.mode.startswith(("I", "F")):
        return opened.convert("I").point(lambda value: value / 256).convert("L")
    if opened.mode in {"RGB", "RGBA", "L", "CMYK"}:
        return opened.copy()
    return opened.convert("RGBA")


def _in_srgb(picture: Image, profile: bytes) -> Image:
    """The colours of ``profile`` as every screen understands them; a profile that makes no sense is left out."""
    from PIL import ImageCms

    if not profile or len(profile) > LARGEST_PROFILE_BYTES or picture.mode not in {"RGB", "CMYK", "L"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        told = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return told or picture


def _on_white(picture: Image) -> Image:
    from PIL import Image

    if picture.mode != "RGBA":
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _upright(picture: Image, orientation: Any) -> Image:
    """Turned and mirrored as the camera says it was held."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[orientation]) if orientation in turns else picture


def _position_in(exif: Exif) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, where the EXIF tells a point on earth."""
    try:
        told = exif.get_ifd(GPS_IFD)
        latitude = _degrees(told[LATITUDE], told[NORTH_OR_SOUTH], "S")
        longitude = _degrees(told[LONGITUDE], told[EAST_OR_WEST], "W")
    except Exception:  # noqa: BLE001 - tags of any type, or none: there is no position then
        return None
    on_earth = math.isfinite(latitude + longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if on_earth else None


def _degrees(parts: Any, side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if side.strip("\x00 ").upper() == negative else value


def _written(picture: Image, position: tuple[float, float] | None) -> bytes:
    exif = b"" if position is None else _exif_with(*position)
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=False, exif=exif)
    return out.getvalue()


def _exif_with(latitude_deg: float, longitude_deg: float) -> bytes:
    """EXIF that holds a position, worked out anew from the two numbers, and nothing else."""
    from PIL import Image

    exif = Image.Exif()
    exif.get_ifd(GPS_IFD).update(
        {
            VERSION: b"\x02\x03\x00\x00",
            NORTH_OR_SOUTH: "S" if latitude_deg < 0 else "N",
            LATITUDE: _sexagesimal(latitude_deg),
            EAST_OR_WEST: "W" if longitude_deg < 0 else "E",
            LONGITUDE: _sexagesimal(longitude_deg),
        }
    )
    return exif.tobytes()


def _sexagesimal(degrees: float) -> tuple[Any, Any, Any]:
    from PIL.TiffImagePlugin import IFDRational

    hundredths = round(abs(degrees) * 3600 * 100)
    minutes, seconds = divmod(hundredths, 6000)
    whole, minutes = divmod(minutes, 60)
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(seconds, 100)
