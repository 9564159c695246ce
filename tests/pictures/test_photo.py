"""What becomes of a photo: small enough, upright, and with nothing in it that its taker did not mean to tell."""

import time

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from commissioner.pictures.photo import (
    LARGEST_BYTES,
    LONGEST_SIDE_PX,
    MOST_PIXELS,
    SMALL_SIDE_PX,
    clean_photo,
)
from commissioner.problems import NotAPhoto, TooLarge
from tests.photos import (
    GPS,
    NOT_PHOTOS,
    SCRIPT,
    SHUITOU_DEG,
    a_photo,
    a_picture,
    a_png,
    opened,
    taken_by_a_phone,
)

WHITE, GREEN = 200, 160


def is_white(picture, across, down):
    """Whether the point at these shares of its sides is of the white corner."""
    pixel = picture.getpixel((int(picture.width * across), int(picture.height * down)))
    assert min(pixel) > WHITE or min(pixel) < GREEN
    return min(pixel) > WHITE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_kinds_of_photos_become_one(kind):
    photo = clean_photo(a_photo(kind))

    for data, longest in ((photo.large, 640), (photo.small, SMALL_SIDE_PX)):
        picture = opened(data)
        assert (picture.format, picture.mode, max(picture.size)) == ("JPEG", "RGB", longest)
        assert is_white(picture, 0.1, 0.1)
        assert not is_white(picture, 0.9, 0.9)
    assert (photo.width_px, photo.height_px) == (640, 480)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (5000, 40), (1, 3000), (1, 1)])
def test_what_is_large_is_scaled_and_what_is_small_stays(size):
    photo = clean_photo(a_photo(picture=a_picture(*size)))
    factor = min(1, LONGEST_SIDE_PX / max(size))

    assert (photo.width_px, photo.height_px) == opened(photo.large).size
    assert photo.width_px == pytest.approx(max(1, size[0] * factor), abs=1)
    assert photo.height_px == pytest.approx(max(1, size[1] * factor), abs=1)
    assert max(opened(photo.small).size) <= SMALL_SIDE_PX


@pytest.mark.parametrize(
    ("held", "corner"),
    [
        (1, (0.1, 0.1)),
        (2, (0.9, 0.1)),
        (3, (0.9, 0.9)),
        (4, (0.1, 0.9)),
        (5, (0.1, 0.1)),
        (6, (0.9, 0.1)),
        (7, (0.9, 0.9)),
        (8, (0.1, 0.9)),
        (9, (0.1, 0.1)),
    ],
)
def test_a_phone_held_sideways_makes_an_upright_photo(held, corner):
    picture = opened(clean_photo(taken_by_a_phone(held)).large)

    assert picture.size == ((480, 640) if 5 <= held <= 8 else (640, 480))
    corners = [(across, down) for across in (0.1, 0.9) for down in (0.1, 0.9)]
    assert [one for one in corners if is_white(picture, *one)] == [corner]


def test_nothing_but_the_picture_is_left():
    sent = taken_by_a_phone()
    assert b"A maker of phones" in sent
    assert b"a remark of the camera" in sent

    photo = clean_photo(sent + SCRIPT)

    for data in (photo.large, photo.small):
        assert data.endswith(b"\xff\xd9")
        assert SCRIPT not in data
        picture = opened(data)
        assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert dict(picture.getexif()) == {}
    assert not photo.position_kept


def test_a_position_is_kept_if_somebody_ticks_it_and_nothing_else():
    photo = clean_photo(taken_by_a_phone(6), keep_position=True)
    exif = opened(photo.large).getexif()
    told = exif.get_ifd(GPS)

    assert photo.position_kept
    assert set(exif) == {GPS}
    assert set(told) == {0, 1, 2, 3, 4}
    for tag, expected in zip((2, 4), SHUITOU_DEG, strict=True):
        degrees, minutes, seconds = (float(part) for part in told[tag])
        assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(expected, abs=0.00001)
    assert b"A maker of phones" not in photo.large
    assert dict(opened(photo.small).getexif()) == {}


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {1: "N", 2: (27.0, 38.0, 5.0)},
        {1: "N", 2: (127.0, 0.0, 0.0), 3: "E", 4: (120.0, 0.0, 0.0)},
        {1: "N", 2: (27.0, 0.0), 3: "E", 4: (120.0, 0.0, 0.0)},
        {1: "N", 2: (IFDRational(0, 0),) * 3, 3: "E", 4: (IFDRational(0, 0),) * 3},
    ],
)
def test_a_position_that_is_none_is_not_kept(gps):
    exif = Image.Exif()
    exif.get_ifd(GPS).update(gps)

    photo = clean_photo(a_photo(exif=exif), keep_position=True)

    assert not photo.position_kept
    assert dict(opened(photo.large).getexif()) == {}


@pytest.mark.parametrize("sides", [("S", "W"), ("N", "E"), ("N", "W")])
def test_a_position_stays_in_its_quarter_of_the_earth(sides):
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: sides[0], 2: (10.0, 30.0, 0.0), 3: sides[1], 4: (20.0, 0.0, 0.0)})

    told = opened(clean_photo(a_photo(exif=exif), keep_position=True).large).getexif().get_ifd(GPS)

    assert (told[1], told[3]) == sides
    assert tuple(float(part) for part in told[2]) == (10, 30, 0)


def test_notes_that_cannot_be_read_do_not_cost_the_photo():
    photo = clean_photo(a_photo("PNG", exif=b"Exif\x00\x00nonsense"))

    assert (photo.width_px, photo.height_px) == (640, 480)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_way_to_write_colours_is_read(mode):
    grey = a_picture().convert("L")
    picture = grey.convert("I").point(lambda value: value * 256).convert(mode) if mode == "I;16" else grey.convert(mode)

    shown = opened(clean_photo(a_photo("PNG", picture=picture)).large)

    assert is_white(shown, 0.1, 0.1)
    assert mode == "1" or not is_white(shown, 0.9, 0.9)


def test_what_can_be_seen_through_is_white():
    clear = Image.new("RGBA", (40, 30), (255, 0, 0, 0))

    assert min(opened(clean_photo(a_photo("PNG", picture=clear)).large).getpixel((20, 15))) > WHITE


def test_colours_of_print_and_of_profiles_are_told_as_the_screen_knows_them():
    printed = opened(clean_photo(a_photo(picture=a_picture().convert("CMYK"))).large)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profiled = opened(clean_photo(a_photo(icc_profile=profile)).large)
    faulty = opened(clean_photo(a_photo(icc_profile=b"no profile at all" * 20)).large)

    for shown in (printed, profiled, faulty):
        assert is_white(shown, 0.1, 0.1)
        assert not is_white(shown, 0.9, 0.9)
        assert "icc_profile" not in shown.info


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_moves_stands_still(kind):
    frames = [a_picture(colour="navy"), a_picture(colour="maroon")]
    moving = a_photo(kind, picture=frames[0], save_all=True, append_images=frames[1:], duration=100)

    shown = opened(clean_photo(moving).large)

    assert getattr(shown, "n_frames", 1) == 1
    assert shown.getpixel((600, 400))[2] > 100


@pytest.mark.parametrize("name", NOT_PHOTOS)
def test_what_is_no_photo_is_refused_in_words(name):
    with pytest.raises(NotAPhoto) as refused:
        clean_photo(NOT_PHOTOS[name])

    assert refused.value.http_status == 422
    assert "JPEG" in str(refused.value)


def test_a_file_that_is_too_large_is_not_looked_into():
    with pytest.raises(TooLarge) as refused:
        clean_photo(a_photo() + bytes(LARGEST_BYTES))

    assert refused.value.http_status == 413
    assert "6 MB" in str(refused.value)


def webp_that_claims(width, height):
    said = bytearray(a_photo("WEBP", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00"))
    assert said[12:16] == b"VP8X"
    said[24:27] = (width - 1).to_bytes(3, "little")
    said[27:30] = (height - 1).to_bytes(3, "little")
    return bytes(said)


def jpeg_that_claims(width, height):
    said = a_photo()
    frame = said.index(b"\xff\xc0")
    return said[: frame + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + said[frame + 9 :]


BOMBS = {
    "a png of 50,000 × 50,000": a_png(50_000, 50_000),
    "a png of 5,100 × 5,100, all nought": a_png(5_100, 5_100, bytes((5_100 * 3 + 1) * 5_100)),
    "a png of 9,000 × 9,000, all nought": a_png(9_000, 9_000, bytes((9_000 * 3 + 1) * 9_000)),
    "a webp of 16,000 × 16,000": webp_that_claims(16_000, 16_000),
    "a webp of 6,000 × 6,000": webp_that_claims(6_000, 6_000),
    "a jpeg of 65,000 × 65,000": jpeg_that_claims(65_000, 65_000),
    "a jpeg of 8,000 × 8,000": jpeg_that_claims(8_000, 8_000),
    "a jpeg of five thousand scans": a_photo(progressive=True)[:-2]
    + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * 5000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header(name):
    began = time.process_time()
    with pytest.raises((NotAPhoto, TooLarge)):
        clean_photo(BOMBS[name])

    # Decoding any of them would take many times as long.
    assert time.process_time() - began < 0.25


def test_a_png_whose_notes_swell_is_refused_quickly():
    notes = PngInfo()
    for number in range(200):
        notes.add_text(f"note {number}", "0" * 1_000_000, zip=True)
    swelling = a_photo("PNG", pnginfo=notes)
    assert len(swelling) < LARGEST_BYTES

    began = time.process_time()
    with pytest.raises(NotAPhoto):
        clean_photo(swelling)
    assert time.process_time() - began < 2


def test_the_largest_photo_of_a_phone_goes_through():
    picture = Image.new("RGB", (8_000, MOST_PIXELS // 8_000), "seagreen")

    photo = clean_photo(a_photo(picture=picture))

    assert max(photo.width_px, photo.height_px) == LONGEST_SIDE_PX


def test_the_same_file_gives_the_same_photo():
    sent = taken_by_a_phone()

    assert clean_photo(sent) == clean_photo(sent)
    assert clean_photo(sent).sha256 != clean_photo(sent, keep_position=True).sha256
