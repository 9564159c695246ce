"""Chinese words without a dictionary: pairs of neighbouring characters, and words that mean nearly the same."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from commissioner.shipped import shipped

# Runs of Chinese characters, and words of letters and digits; whatever stands between them parts them.
RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
MOST_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Thesaurus:
    """Groups of words of one trade, and the pairs of words that tell nothing about anybody."""

    groups: tuple[tuple[str, ...], ...]
    ordinary: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a need asks for: its own pairs of characters, and those of related words with the word they come from."""

    own: frozenset[str]
    related: frozenset[str]


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The words of ``seeds/synonyms.toml``."""
    told = tomllib.loads((shipped("seeds") / "synonyms.toml").read_text(encoding="utf-8"))
    ordinary = frozenset(pair for word in told["ordinary"] for pair in raw_pairs(word))
    return Thesaurus(groups=tuple(tuple(group) for group in told["related"]), ordinary=ordinary)


def plain(text: str) -> str:
    """``text`` as it is compared: full width made half, small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def raw_pairs(text: str) -> set[str]:
    """Each two neighbours within a run of Chinese characters; a word of letters or digits, and a lone character, whole."""
    found: set[str] = set()
    for run in RUNS.findall(plain(text)):
        if run.isascii() or len(run) == 1:
            found.add(run)
        else:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


@lru_cache(maxsize=32_768)
def pairs(*texts: str) -> frozenset[str]:
    """The pairs of ``texts`` that tell something; kept, because a county's people write the same today as yesterday."""
    return frozenset().union(*(raw_pairs(text) for text in texts)) - thesaurus().ordinary


def wanted(*texts: str) -> Wanted:
    """What ``texts`` ask for, with what is related to it."""
    own = pairs(*texts)
    whole = plain("\n".join(texts))
    near: set[str] = set()
    for group in thesaurus().groups:
        if any(plain(word) in whole for word in group):
            near.update(pairs(*group))
    return Wanted(own=own, related=frozenset(near) - own)


def shared_words(text: str, found: Iterable[str]) -> list[str]:
    """The stretches of ``text`` that ``found`` pairs cover, longest first: what a person reads as the words shared."""
    sought = set(found)
    words: list[str] = []
    for run in RUNS.findall(plain(text)):
        if run.isascii() or len(run) == 1:
            words += [run] if run in sought else []
        else:
            words += _stretches(run, sought)
    distinct = sorted(dict.fromkeys(words), key=len, reverse=True)
    return distinct[:MOST_WORDS]


def _stretches(run: str, sought: set[str]) -> list[str]:
    covered = [False] * len(run)
    for at in range(len(run) - 1):
        if run[at : at + 2] in sought:
            covered[at] = covered[at + 1] = True
    parted = "".join(one if kept else " " for one, kept in zip(run, covered, strict=True))
    return parted.split()
