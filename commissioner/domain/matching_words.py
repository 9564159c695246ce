"""Chinese words without a dictionary: pairs of neighbouring characters, and words that mean nearly the same."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from typing import NamedTuple

from commissioner.shipped import shipped
from commissioner.vocabulary import HelpKind, Industry

# Runs of Chinese characters, and words of letters and digits; whatever stands between them parts them.
RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
MOST_WORDS = 4
UNTELLING_HELP = frozenset({HelpKind.GUIDANCE, HelpKind.TRAINING, HelpKind.VARIETY, HelpKind.RESIDENCE, HelpKind.OTHER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thesaurus:
    """Groups of words of one trade, and the pairs of words that tell nothing about anybody.

    ``beginnings`` finds a word by the first pair in it (by nothing where it has none): the word, the number of its group.
    """

    groups: tuple[tuple[str, ...], ...]
    ordinary: frozenset[str]
    beginnings: Mapping[str, tuple[tuple[str, int], ...]]


class Wanted(NamedTuple):
    """What a need asks for: its own pairs of characters, those of words related to it or to its industry, and all of them."""

    own: frozenset[str]
    related: frozenset[str]
    every: frozenset[str]


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The words of ``seeds/synonyms.toml``."""
    told = tomllib.loads((shipped("seeds") / "synonyms.toml").read_text(encoding="utf-8"))
    ordinary = frozenset(pair for word in told["ordinary"] for pair in raw_pairs(word))
    groups = tuple(tuple(plain(word) for word in group) for group in told["related"])
    beginnings: dict[str, tuple[tuple[str, int], ...]] = {}
    for number, group in enumerate(groups):
        for word in group:
            first = next(iter(RUNS.findall(word)), "")
            key = "" if len(first) < 2 else first if first.isascii() else first[:2]
            beginnings[key] = (*beginnings.get(key, ()), (word, number))
    return Thesaurus(groups=groups, ordinary=ordinary, beginnings=beginnings)


def plain(text: str) -> str:
    """``text`` as it is compared: full width made half, small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def raw_pairs(text: str) -> set[str]:
    """Each two neighbours within a run of Chinese characters; a word of letters or digits, and a lone character, whole."""
    return _pairs_in(plain(text))


def _pairs_in(plain_text: str) -> set[str]:
    found: set[str] = set()
    for run in RUNS.findall(plain_text):
        if run.isascii() or len(run) == 1:
            found.add(run)
        else:
            found.update(map(add, run, run[1:]))
    return found


@lru_cache(maxsize=32_768)
def pairs(*texts: str) -> frozenset[str]:
    """The pairs of ``texts`` that tell something; kept, because a county's people write the same today as yesterday."""
    return frozenset().union(*(raw_pairs(text) for text in texts)) - thesaurus().ordinary


def wanted(industry: Industry | None, help_kind: HelpKind | None, *texts: str) -> Wanted:
    """What ``texts`` ask for, with what is related to it, to the industry and to the kind of help."""
    whole = plain("\n".join(texts))
    found = _pairs_in(whole)
    own = frozenset(found - thesaurus().ordinary)
    related = _near(_groups_in(whole, found), industry, help_kind)
    return Wanted(own, related - own, related | own)


def _groups_in(whole: str, found: Set[str]) -> frozenset[int]:
    """The groups of which a word stands in a text that has ``found`` pairs."""
    known = thesaurus().beginnings
    first = (*(known.keys() & found), "")
    return frozenset(number for one in first for word, number in known.get(one, ()) if word in whole)


@lru_cache(maxsize=2048)
def _near(groups: frozenset[int], industry: Industry | None, help_kind: HelpKind | None) -> frozenset[str]:
    """The pairs of the words of some groups, of an industry and of a kind of help."""
    words = [word for number in groups for word in thesaurus().groups[number]]
    return pairs(*words) | trade_words(industry) | help_words(help_kind)


@lru_cache(maxsize=64)
def help_words(kind: HelpKind | None) -> frozenset[str]:
    """The pairs of the words that a kind of help goes by; none where it says nothing about a trade."""
    if kind is None or kind in UNTELLING_HELP:
        return frozenset()
    label = plain(kind.label)
    groups = _groups_in(label, _pairs_in(label))
    return pairs(label, *(word for number in groups for word in thesaurus().groups[number]))


@lru_cache(maxsize=64)
def trade_words(industry: Industry | None) -> frozenset[str]:
    """The pairs of the words that an industry goes by; none where any other industry is meant."""
    if industry is None or industry is Industry.OTHER:
        return frozenset()
    label = plain(industry.label)
    return pairs(label, *(word for group in thesaurus().groups if label in group for word in group))


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
