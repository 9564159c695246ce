"""Compares the English catalogue with the texts that code and templates use; ``--update`` adds and drops entries."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "commissioner" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# A text on its own, and a text with the place it stands in.
TEXT, PLACED = None, ((1, "c"), 2)
KEYWORDS = {"N_": TEXT, "_": TEXT, "gettext": TEXT, "lazy_gettext": TEXT, "NC_": PLACED, "pgettext": PLACED}
ROOMS = {"commissioner": [("**.py", "python")], "templates": [("**.html", "jinja2")]}

Key = tuple[str | None, str]


def used() -> dict[Key, str]:
    """(place, text) of every text a person may read → the first line that says it."""
    found: dict[Key, str] = {}
    for room, methods in ROOMS.items():
        for file, line, text, _comments, place in extract_from_dir(ROOT / room, methods, {}, KEYWORDS):
            assert isinstance(text, str), f"{room}/{file}:{line}: plural forms are not used"
            # Babel also takes the key out of _(row["unit"].label).
            if not (text.isascii() and text.isidentifier()):
                found.setdefault((place, text), f"{room}/{file}:{line}")
    return found


def catalogue() -> Catalog:
    """The English catalogue as it is written."""
    with WRITTEN.open("rb") as source:
        return read_po(source, locale="en")


def translated(book: Catalog) -> dict[Key, str]:
    """(place, text) → what it says in English."""
    return {(one.context, str(one.id)): str(one.string) for one in book if one.id}


def missing(book: Catalog) -> dict[Key, str]:
    """Texts without English words, and where they are used."""
    known = translated(book)
    return {key: where for key, where in used().items() if not known.get(key)}


def obsolete(book: Catalog) -> list[Key]:
    """Entries that nothing uses any more."""
    present = used()
    return [key for key in translated(book) if key not in present]


def update(book: Catalog) -> None:
    """Bring the written catalogue to the texts in use, sorted and without line numbers."""
    for place, text in obsolete(book):
        book.delete(text, place)
    for place, text in missing(book):
        book.add(text, context=place)
    with WRITTEN.open("wb") as target:
        write_po(target, book, width=0, no_location=True, sort_output=True, ignore_obsolete=True)


def main(arguments: list[str]) -> int:
    """Say what is missing or obsolete; 0 when nothing is."""
    book = catalogue()
    lacking, left = missing(book), obsolete(book)
    lines = [
        f"missing: {text!r} {f'({place}) ' if place else ''}at {where}" for (place, text), where in lacking.items()
    ]
    lines += [f"obsolete: {text!r}{f' ({place})' if place else ''}" for place, text in left]
    if "--update" in arguments:
        update(book)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
