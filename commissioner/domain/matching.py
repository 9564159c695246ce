"""Commissioners who fit a need, and needs that fit a commissioner: ranked with reasons, decided by people.

Each criterion gives a fit between 0 and 1; what is not known counts half. The fits are weighed and added, the reasons
told for the few that are shown. Nothing is proposed by the machine.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from sqlalchemy import select

from commissioner.access import Actor, Permission, scope
from commissioner.domain import matching_past, matching_rows
from commissioner.domain.matching_past import NOTHING, TOWNSHIP_DIGITS, Past
from commissioner.domain.matching_reasons import Reason, reasons_of
from commissioner.domain.matching_rows import Asked, Candidate, Point, candidates, need_asked, open_needs
from commissioner.domain.matching_weights import Criterion
from commissioner.domain.programme import match_weights
from commissioner.models import Match, db
from commissioner.problems import NotFound
from commissioner.vocabulary import Level

PAGE = 20
UNKNOWN = 0.5
EARTH_KM = 6371.0
RANK = {Level.PROVINCIAL: 1.0, Level.MUNICIPAL: 0.75, Level.COUNTY: 0.5}
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A need and somebody who might meet it: how well, from 0 to 100, and why."""

    person: Candidate
    need: Asked
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The best fits first, ``shown`` of ``total``; what each criterion weighs."""

    fits: Sequence[Fit]
    total: int
    weights: Mapping[Criterion, int]

    @property
    def more(self) -> int:
        """How many to ask for to see more; 0 if these are all."""
        return len(self.fits) + PAGE if len(self.fits) < self.total else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRanking(Ranking):
    """Those who fit a need."""

    need: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRanking(Ranking):
    """The needs that fit somebody."""

    person: Candidate


def people_for(actor: Actor, need_id: int, most: int = PAGE) -> NeedRanking:
    """Whom the bureau may send for a need, best first; those proposed already are left out."""
    need = _need(actor, need_id)
    state = matching_rows.version()
    people, past = candidates(actor, state), matching_past.past_in(actor, _township(need), state)
    proposed = set(
        db.session.scalars(select(Match.commissioner_id).where(Match.need_id == need_id, scope(actor, Match)))
    )
    pairs = [(need, one, past.get(one.id, NOTHING)) for one in people.values() if one.id not in proposed]
    weights = match_weights()
    return NeedRanking(need=need, fits=_best(pairs, weights, most), total=len(pairs), weights=weights)


def needs_for(actor: Actor, commissioner_id: int, most: int = PAGE) -> PersonRanking:
    """The open needs that somebody fits, best first."""
    actor.must(Permission.KEEP_REGISTRY)
    state = matching_rows.version()
    person = candidates(actor, state).get(commissioner_id)
    if person is None:
        raise NotFound
    past = matching_past.past_of(actor, commissioner_id)
    proposed = set(
        db.session.scalars(select(Match.need_id).where(Match.commissioner_id == commissioner_id, scope(actor, Match)))
    )
    needs = [one for one in open_needs(actor, state).values() if one.id not in proposed]
    pairs = [(one, person, past.get(_township(one), NOTHING)) for one in needs]
    weights = match_weights()
    return PersonRanking(person=person, fits=_best(pairs, weights, most), total=len(pairs), weights=weights)


def fit_of(actor: Actor, need_id: int, commissioner_id: int) -> Fit:
    """How one person fits one need; ``NotFound`` if either is out of scope."""
    need = _need(actor, need_id)
    state = matching_rows.version()
    person = candidates(actor, state).get(commissioner_id)
    if person is None:
        raise NotFound
    past = matching_past.past_in(actor, _township(need), state).get(commissioner_id, NOTHING)
    return _best([(need, person, past)], match_weights(), 1)[0]


def _need(actor: Actor, need_id: int) -> Asked:
    actor.must(Permission.KEEP_REGISTRY)
    need = need_asked(actor, need_id)
    if need is None:
        raise NotFound
    return need


def _township(need: Asked) -> str:
    return need.region_code[:TOWNSHIP_DIGITS]


Pair = tuple[Asked, Candidate, Past]


def _best(pairs: Sequence[Pair], weights: Mapping[Criterion, int], most: int) -> list[Fit]:
    """The ``most`` best of ``pairs``; of equals, the one that was entered first."""
    metres = [nearest_km(need.point, person) for need, person, _past in pairs]
    farthest = max((one for one in metres if one is not None), default=0.0)
    measured = [(FITS[one], weight) for one, weight in weights.items() if weight and one is not Criterion.DISTANCE]
    whole, far_weight = sum(weights.values()), weights.get(Criterion.DISTANCE, 0)
    scored: list[tuple[float, int]] = []
    for at, ((need, person, past), km) in enumerate(zip(pairs, metres, strict=True)):
        total = far_weight * (UNKNOWN if km is None else 1 - km / farthest if farthest else 1.0)
        for measure, weight in measured:
            total += weight * measure(need, person, past)
        scored.append((total / whole, -at))
    best = heapq.nlargest(most, scored)
    return [_fit(pairs[-at], score, metres[-at]) for score, at in best]


def _fit(pair: Pair, score: float, km: float | None) -> Fit:
    need, person, past = pair
    return Fit(person=person, need=need, score=round(score * 100), reasons=reasons_of(need, person, past, km))


def speciality_fit(need: Asked, person: Candidate, past: Past) -> float:
    """The share of the words in common, of the shorter side; words of title and note count half, and so do related ones."""
    return max(_overlap(need, person.words), _overlap(need, person.wider) / 2)


def _overlap(need: Asked, words: frozenset[str]) -> float:
    own, related = need.words.own, need.words.related
    shorter = min(len(words), len(own))
    if not shorter:
        return 0.0
    return min(1.0, (len(words & own) + len(words & related) / 2) / shorter)


def industry_fit(need: Asked, person: Candidate, past: Past) -> float:
    """The same industry, or another."""
    return UNKNOWN if person.industry is None else float(person.industry is need.industry)


def earlier_fit(need: Asked, person: Candidate, past: Past) -> float:
    """Each visit, posting or project there says less than the one before."""
    times = past.visits + past.postings + past.projects
    return times / (times + 1)


def load_fit(need: Asked, person: Candidate, past: Past) -> float:
    """The share of the year that postings leave free; half of what is not known."""
    days = [run.required_days for run in person.runs]
    if None in days:
        return UNKNOWN / len(days)
    return max(0.0, 1 - sum(one or 0 for one in days) / YEAR_DAYS)


def level_fit(need: Asked, person: Candidate, past: Past) -> float:
    """The level of the latest posting."""
    return UNKNOWN if person.level is None else RANK[person.level]


def term_fit(need: Asked, person: Candidate, past: Past) -> float:
    """Whether a present term lasts until the day that help is wanted by."""
    if need.wanted_by is None or not person.runs:
        return UNKNOWN
    return float(any(run.ends_on is None or run.ends_on >= need.wanted_by for run in person.runs))


FITS: Mapping[Criterion, Callable[[Asked, Candidate, Past], float]] = {
    Criterion.SPECIALITY: speciality_fit,
    Criterion.INDUSTRY: industry_fit,
    Criterion.EARLIER: earlier_fit,
    Criterion.LOAD: load_fit,
    Criterion.LEVEL: level_fit,
    Criterion.TERM: term_fit,
}


def nearest_km(point: Point | None, person: Candidate) -> float | None:
    """From a place to the nearest present posting; nothing where either position is unknown."""
    if point is None:
        return None
    return min((kilometres(point, run.point) for run in person.runs if run.point is not None), default=None)


def kilometres(one: Point, other: Point) -> float:
    """The distance of two points on the globe."""
    high, low = radians(one[0]), radians(other[0])
    across = sin((high - low) / 2) ** 2 + cos(high) * cos(low) * sin(radians(one[1] - other[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(across))


def reason_text(fit: Fit) -> str:
    """The reasons as the match keeps them: in Chinese, what speaks for it first."""
    return "\n".join(one.text() for one in fit.reasons)
