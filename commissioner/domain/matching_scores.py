"""How well pairs of a need and a person fit: a column of numbers between 0 and 1 for each criterion, weighed and added.

Column by column, because a county's ranking is tens of thousands of small steps. What is not known counts half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from commissioner.domain.matching_past import NOTHING, Past
from commissioner.domain.matching_places import nearest_km
from commissioner.domain.matching_rows import UNKNOWN, Asked, Candidate
from commissioner.domain.matching_weights import Criterion
from commissioner.domain.matching_words import Wanted, trade_words
from commissioner.vocabulary import Industry, Level

HINTED = 0.75
RANK = {Level.PROVINCIAL: 1.0, Level.MUNICIPAL: 0.75, Level.COUNTY: 0.5, None: UNKNOWN}


class Pairs(NamedTuple):
    """Needs and people side by side, with what each did there before: as three columns, so that no pair is made."""

    needs: Sequence[Asked]
    people: Sequence[Candidate]
    pasts: Sequence[Past]


def scores(pairs: Pairs, weights: Mapping[Criterion, int]) -> tuple[list[float], list[float | None]]:
    """The score of each of ``pairs`` between 0 and 1, and the kilometres between them where both positions are known."""
    metres = [nearest_km(need.spot, person.spots) for need, person in zip(pairs.needs, pairs.people, strict=True)]
    totals = [weights.get(Criterion.DISTANCE, 0) * fit for fit in nearness(metres)]
    for criterion, weight in weights.items():
        if weight and criterion is not Criterion.DISTANCE:
            totals = [total + weight * fit for total, fit in zip(totals, FITS[criterion](pairs), strict=True)]
    whole = sum(weights.values())
    return [total / whole for total in totals], metres


def nearness(metres: Sequence[float | None]) -> list[float]:
    """The nearest of all counts 1, the farthest 0."""
    farthest = max((one for one in metres if one is not None), default=0.0)
    if not farthest:
        return [UNKNOWN if one is None else 1.0 for one in metres]
    return [UNKNOWN if one is None else 1 - one / farthest for one in metres]


def speciality_fits(pairs: Pairs) -> list[float]:
    """The share of the words in common, of the shorter side; words of title and note count half, and so do related ones."""
    return [
        max(_overlap(need.words, person.words), _overlap(need.words, person.wider) / 2)
        for need, person in zip(pairs.needs, pairs.people, strict=True)
    ]


def _overlap(asked: Wanted, words: frozenset[str]) -> float:
    own, related, every = asked
    if words.isdisjoint(every):
        return 0.0
    # A need without a word of its own is still one of its industry.
    return min(1.0, (len(words & own) + len(words & related) / 2) / max(min(len(words), len(own)), 1))


def industry_fits(pairs: Pairs) -> list[float]:
    """The same industry, or another; of somebody who has named none, whether the speciality hints at it."""
    return [
        _hinted(person, need.industry) if person.industry is None else float(person.industry is need.industry)
        for need, person in zip(pairs.needs, pairs.people, strict=True)
    ]


def _hinted(person: Candidate, industry: Industry) -> float:
    return UNKNOWN if person.words.isdisjoint(trade_words(industry)) else HINTED


def earlier_fits(pairs: Pairs) -> list[float]:
    """Each visit, posting or project there says less than the one before."""
    return [0.0 if past is NOTHING else past.times / (past.times + 1) for past in pairs.pasts]


def load_fits(pairs: Pairs) -> list[float]:
    """The share of the year that postings leave free; half of what is not known."""
    return [person.free for person in pairs.people]


def level_fits(pairs: Pairs) -> list[float]:
    """The level of the latest posting."""
    return [RANK[person.level] for person in pairs.people]


def term_fits(pairs: Pairs) -> list[float]:
    """Whether a present term lasts until the day that help is wanted by."""
    return [
        UNKNOWN if need.wanted_by is None or person.lasts is None else float(person.lasts >= need.wanted_by)
        for need, person in zip(pairs.needs, pairs.people, strict=True)
    ]


FITS: Mapping[Criterion, Callable[[Pairs], list[float]]] = {
    Criterion.SPECIALITY: speciality_fits,
    Criterion.INDUSTRY: industry_fits,
    Criterion.EARLIER: earlier_fits,
    Criterion.LOAD: load_fits,
    Criterion.LEVEL: level_fits,
    Criterion.TERM: term_fits,
}
