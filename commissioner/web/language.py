"""Two languages: Chinese is what the code says, English comes from the catalogue, read as written (no compiled copy)."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain

from commissioner.vocabulary import Placed

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
COOKIE = "language"


class Catalogue(Translations):
    """A written catalogue that knows of texts with a place of their own."""

    def gettext(self, message: str) -> str:
        """``message`` as it is said in its place, or anywhere; an empty text stays empty (gettext keeps its header there)."""
        if isinstance(message, Placed):
            said = str(self.pgettext(message.context, message))
            return said if said != message else str(super().gettext(message))
        return str(super().gettext(message)) if message else ""

    ugettext = gettext


@lru_cache(maxsize=2)
def catalogue(language: str) -> NullTranslations:
    """The translations of ``language``; Chinese has none, because it is the source."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as source:
        written = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return Catalogue(fp=compiled)


class CatalogueDomain(Domain):
    """Flask-Babel's domain over the written catalogue."""

    def get_translations(self) -> NullTranslations:
        """The translations for the present reader."""
        return catalogue(language())

    def gettext(self, string: str, **variables: Any) -> str:
        """``string`` in the reader's language."""
        said = string if language() == CHINESE else super().gettext(string)
        return str(said % variables if variables else said)


class Languages(Babel):
    """Flask-Babel with our domain."""

    domain_instance = CatalogueDomain()


def language() -> str:
    """The reader's language: as chosen, or Chinese."""
    if not has_request_context():
        return CHINESE
    if "language" not in g:
        chosen = request.cookies.get(COOKIE, "")
        g.language = chosen if chosen in LANGUAGES else CHINESE
    return str(g.language)


def speak(wanted: str) -> None:
    """Answer this one request in a language, whatever the browser remembers; an unknown one changes nothing."""
    if wanted in LANGUAGES:
        g.language = wanted


def init_language(app: Flask) -> None:
    """Wire the two languages into ``app``."""
    Languages(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: "en" if language() == ENGLISH else "zh_Hans_CN",
    )
