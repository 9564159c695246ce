"""A zip file as somebody sent it: read in memory alone, and only when nothing in it is larger or stranger than it may be."""

from __future__ import annotations

import stat
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from commissioner.problems import Problem
from commissioner.vocabulary import N_

ZIP_SIGN = b"PK\x03\x04"
MOST_ENTRIES = 64
MOST_UNPACKED_BYTES = 64 * 1024**2
HIGHEST_RATIO = 200  # text packs to a twentieth; a bomb to a thousandth
SMALL_BYTES = 64 * 1024  # below that no ratio is suspicious
ENCRYPTED = 0x1


class BadArchive(Problem):
    """The bytes are no zip that is taken."""

    http_status = 422
    message = N_("这个压缩包打不开，请重新打包成 zip 再传一次。")


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip does."""
    return data.startswith(ZIP_SIGN)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a zip by name. Raises ``BadArchive`` for bombs, paths that lead elsewhere, links and locked files."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            infos = _looked_over(archive)
            return {info.filename: _read(archive, info) for info in infos if not info.is_dir()}
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as error:
        raise BadArchive from error


def look_over(data: bytes) -> None:
    """Raise ``BadArchive`` unless a library may be handed these bytes: the unpacked files are counted, not trusted."""
    unpacked(data)


def _looked_over(archive: ZipFile) -> list[ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise BadArchive(N_("压缩包里的文件太多（最多 %(most)s 个）。"), most=MOST_ENTRIES)
    if len({info.filename for info in infos}) != len(infos):
        raise BadArchive(N_("压缩包里有两个同名的文件。"))
    for info in infos:
        _refuse_stranger(info)
    if sum(info.file_size for info in infos) > MOST_UNPACKED_BYTES:
        raise _too_large()
    return infos


def _refuse_stranger(info: ZipInfo) -> None:
    name = info.filename
    steps = name.split("/")
    if not name or name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in steps:
        raise BadArchive(N_("压缩包里有文件的名字带着路径，没有读。请重新打包。"))
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadArchive(N_("压缩包里有链接，没有读。请重新打包。"))
    if info.flag_bits & ENCRYPTED:
        raise BadArchive(N_("压缩包加了密码，请去掉密码再传。"))
    if info.file_size > max(SMALL_BYTES, info.compress_size * HIGHEST_RATIO):
        raise _too_large()


def _read(archive: ZipFile, info: ZipInfo) -> bytes:
    """Its bytes, never more than it says it has."""
    with archive.open(info) as file:
        content = file.read(info.file_size + 1)
    if len(content) > info.file_size:
        raise _too_large()
    return content


def _too_large() -> BadArchive:
    return BadArchive(N_("压缩包解开后太大（最多 %(most)s MB）。"), most=MOST_UNPACKED_BYTES // 1024**2)
