"""Chinese is what the code says; every word of it has its English, with the same places to fill in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from commissioner import access, domain
from commissioner.vocabulary import Saying, Word
from commissioner.web.language import CATALOGUES

ROOT = Path(__file__).parents[2]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "NC_": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
}
PLACES_TO_FILL = re.compile(r"%\(\w+\)[sd]")
A_KEY = re.compile(r"[a-z_]+")
CHINESE = re.compile(r"[\u3400-\u9fff]")
ASCII_PUNCTUATION = re.compile(r"[\u4e00-\u9fff”][,:;?!()][\u4e00-\u9fff“]|[\u4e00-\u9fff][,:;?!]$")


def words() -> Iterator[type[Word]]:
    """Every vocabulary."""
    assert access, domain  # whose vocabularies are loaded with them
    ahead = Word.__subclasses__()
    while ahead:
        one = ahead.pop()
        ahead += one.__subclasses__()
        yield one


def said() -> dict[tuple[str | None, str], str]:
    """Every marked text with its context, and where it stands."""
    found = {}
    for path in [*(ROOT / "commissioner").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]:
        method = "python" if path.suffix == ".py" else babel_extract
        with path.open("rb") as file:
            options = {"extensions": "jinja2.ext.i18n,jinja2.ext.do"} if path.suffix == ".html" else {}
            for line, message, _comments, context in extract(method, file, KEYWORDS, options=options):
                for text in message if isinstance(message, tuple) else (message,):
                    if A_KEY.fullmatch(text):  # _(row["unit"].label) says the label, not "unit"
                        continue
                    found[(context, text)] = f"{path.relative_to(ROOT)}:{line}"
    return found


@pytest.fixture(scope="module")
def english():
    """The English of each text by its context."""
    with (CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        written = read_po(file, locale="en")
    told = {}
    for message in written:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        told.update(
            {
                (message.context, one): ("" if message.fuzzy else string)
                for one, string in zip(ids, strings, strict=True)
            }
        )
    return told


def test_there_is_something_to_say():
    assert len(said()) > 500


@pytest.mark.parametrize("vocabulary", sorted(words(), key=lambda one: one.__name__), ids=lambda one: one.__name__)
def test_every_word_has_a_label_of_its_own(vocabulary):
    labels = [member.label for member in vocabulary]

    assert all(label.strip() for label in labels)
    assert len(set(labels)) == len(labels)


def test_every_label_is_marked_for_the_catalogue():
    marked = {text for _context, text in said()}

    # How a number is said belongs to the sentence of the summary, which is Chinese in every language.
    assert {member.label for one in words() if one is not Saying for member in one} - marked == set()


def test_every_text_has_its_english(english):
    missing = sorted(
        f"{where}: {text}" for (context, text), where in said().items() if not english.get((context, text))
    )

    assert missing == [], f"{len(missing)} texts have no English:\n" + "\n".join(missing[:200])


def test_every_english_text_fills_in_the_same_places(english):
    differ = [
        (text, told)
        for (_context, text), told in english.items()
        if told and text and set(PLACES_TO_FILL.findall(text)) != set(PLACES_TO_FILL.findall(told))
    ]

    assert differ == []


def test_english_is_english(english):
    assert {text: told for (_context, text), told in english.items() if text and CHINESE.search(told or "")} == {}


def test_nothing_is_translated_that_nobody_says(english):
    spoken = said()
    unsaid = sorted(key[1] for key, told in english.items() if told and key[1] and key not in spoken)

    assert unsaid == []


def test_chinese_is_written_with_chinese_punctuation():
    narrow = sorted(f"{where}: {text}" for (_context, text), where in said().items() if ASCII_PUNCTUATION.search(text))

    assert narrow == [], "\n".join(narrow)
