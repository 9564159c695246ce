"""Two texts beside each other with what differs marked: sentence by sentence, and inside a changed one word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# A sentence with the mark that ends it, or a line.
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
# A number with its decimals or a word of Latin letters stays whole; Chinese is compared by character.
WORD = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|\s+|.", re.DOTALL)
# Beyond these a passage is marked as a whole: word by word it would cost more than it tells.
MOST_SENTENCES, MOST_WORDS = 300, 400
ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; ``changed`` where the other side says something else or nothing."""

    text: str
    changed: bool = False


Pair = tuple[tuple[Piece, ...], tuple[Piece, ...]]


def beside(before: str, after: str) -> Pair:
    """Both texts in pieces; joined, the pieces of a side are its text."""
    one, other = _parts(SENTENCE, before), _parts(SENTENCE, after)
    if max(len(one), len(other)) > MOST_SENTENCES:
        one, other = [before], [after]
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            left.append(Piece("".join(one[i1:i2])))
            right.append(Piece("".join(other[j1:j2])))
        else:
            pieces = _within("".join(one[i1:i2]), "".join(other[j1:j2]))
            left.extend(pieces[0])
            right.extend(pieces[1])
    return _joined(left), _joined(right)


def _parts(pattern: re.Pattern[str], text: str) -> list[str]:
    return [part for part in pattern.findall(text) if part]


def _within(before: str, after: str) -> Pair:
    """A changed passage word by word, unless it is too long or has too little in common to be worth it."""
    one, other = _parts(WORD, before), _parts(WORD, after)
    whole = ((Piece(before, changed=True),), (Piece(after, changed=True),))
    if len(one) > MOST_WORDS or len(other) > MOST_WORDS:
        return whole
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < ALIKE:
        return whole
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        left.append(Piece("".join(one[i1:i2]), kind != "equal"))
        right.append(Piece("".join(other[j1:j2]), kind != "equal"))
    return tuple(left), tuple(right)


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one piece, empty ones left out."""
    found: list[Piece] = []
    for piece in pieces:
        if found and piece.text and found[-1].changed == piece.changed:
            found[-1] = Piece(found[-1].text + piece.text, piece.changed)
        elif piece.text:
            found.append(piece)
    return tuple(found)
