"""What a document's file is, by its content and not by its name; pure functions."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from commissioner.pictures.photo import clean_scan
from commissioner.problems import NotADocument, NotAPhoto, TooLarge
from commissioner.vocabulary import N_, DocumentFormat

LARGEST_BYTES = 20 * 1024 * 1024
LONGEST_TITLE = 100
# A zip file may claim any size of what is packed in it: nothing here unpacks it, and nothing larger is passed on.
MOST_MEMBERS = 5_000
LARGEST_UNPACKED_BYTES = 300 * 1024 * 1024
PDF, END_OF_PDF, ZIP = b"%PDF-", b"%%EOF", b"PK\x03\x04"
CONTENT_TYPES = "[Content_Types].xml"
MAIN_PARTS = {"word/document.xml": DocumentFormat.DOCX, "xl/workbook.xml": DocumentFormat.XLSX}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# Macros: a program inside a document has no place in an archive.
PROGRAM = "vbaproject"
ENCRYPTED = 0x1
# What no file's name holds: separators, marks of shells, control characters and marks that turn the text around.
UNNAMEABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    """A document as it is kept: its format, its bytes, and a title that any system takes for a file's name."""

    title: str
    format: DocumentFormat
    data: bytes
    content_sha256: str
    sent_sha256: str


def document_file(name: str, data: bytes, otherwise: str) -> DocumentFile:
    """The document in ``data``, called ``name`` by whoever sent it, or ``otherwise`` where nothing is left of that.

    A picture is written anew without anything hidden in it. Raises ``TooLarge`` or ``NotADocument``.
    """
    if len(data) > LARGEST_BYTES:
        raise TooLarge(N_("文件太大，每个最多 %(most)s MB。"), most=LARGEST_BYTES // 1024**2)
    kind, kept = _judged(data)
    return DocumentFile(
        title=safe_title(name) or otherwise,
        format=kind,
        data=kept,
        content_sha256=sha256(kept).hexdigest(),
        sent_sha256=sha256(data).hexdigest(),
    )


def safe_title(name: str) -> str:
    """A file's name without folders, ending and anything that could mislead; an empty text if nothing is left."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem, dot, ending = last.rpartition(".")
    bare = stem if dot and stem.strip(". ") and len(ending) <= 5 and ending.isalnum() else last
    clean = " ".join(UNNAMEABLE.sub(" ", bare).split())
    return clean.strip(". ")[:LONGEST_TITLE].strip(". ")


def _judged(data: bytes) -> tuple[DocumentFormat, bytes]:
    if data.startswith(PDF) and END_OF_PDF in data[-4096:]:
        return DocumentFormat.PDF, data
    if data.startswith(ZIP):
        return _office(data), data
    if data.startswith(PICTURES):
        try:
            return DocumentFormat.JPG, clean_scan(data)
        except NotAPhoto as error:
            raise NotADocument from error
    raise NotADocument


def _office(data: bytes) -> DocumentFormat:
    """Word or Excel, by its main part. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise NotADocument from error
    names = {one.filename for one in members}
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > LARGEST_UNPACKED_BYTES:
        raise TooLarge(N_("这个文件解开以后太大，没有保存。"))
    if any(one.flag_bits & ENCRYPTED for one in members):
        raise NotADocument(N_("文件加了密码，打不开。请去掉密码再传。"))
    if any(PROGRAM in name.lower() for name in names):
        raise NotADocument(N_("文件里带有宏程序。请另存为不带宏的 docx 或 xlsx 再传。"))
    found = [kind for part, kind in MAIN_PARTS.items() if part in names]
    if CONTENT_TYPES not in names or len(found) != 1:
        raise NotADocument
    return found[0]
