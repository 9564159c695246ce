"""How a word of the programme is said: stored by value, shown by label, marked for the catalogue."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue; whoever shows it translates it."""
    return text


class Placed(str):
    """A text that has another translation in this place: 项目 is "Project" beside a field, "Projects" above a list."""

    context = ""


def NC_(context: str, text: str) -> Placed:
    """Mark ``text`` as it stands in ``context``: "list" is the name of many, "one" of one within a sentence."""
    placed = Placed(text)
    placed.context = context
    return placed


class Word(StrEnum):
    """A value that is stored (``value``) and shown (``label``)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
