"""How a Chinese name is found by the keys of a phone: its pinyin and the initials of it."""

from __future__ import annotations

LONGEST = 200


def spelled(name: str) -> tuple[str, str]:
    """Pinyin without tones and initials of ``name``: 同盟村 → ("tongmengcun", "tmc")."""
    # The dictionary takes a third of a second to load, and only saving a name needs it.
    from pypinyin import lazy_pinyin

    syllables = [syllable.lower() for syllable in lazy_pinyin(name)]
    return "".join(syllables)[:LONGEST], "".join(syllable[:1] for syllable in syllables)[:LONGEST]
