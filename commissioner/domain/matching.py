"""Commissioners who fit a need, and needs that fit a commissioner: ranked with reasons, decided by people.

The fits of all criteria are weighed and added (``matching_scores``), the reasons told for the few that are shown. Nothing
is proposed by the machine.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain import matching_past, matching_rows
from commissioner.domain.matching_past import NOTHING, TOWNSHIP_DIGITS
from commissioner.domain.matching_reasons import Reason, reasons_of
from commissioner.domain.matching_rows import Asked, Candidate, candidate, candidates, need_asked, open_needs
from commissioner.domain.matching_scores import Pairs, scores
from commissioner.domain.matching_weights import Criterion
from commissioner.domain.programme import match_weights
from commissioner.models import Match, db
from commissioner.problems import NotFound

PAGE = 20


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
    past = matching_past.past_in(actor, _township(need), state)
    proposed = _proposed(actor, Match.commissioner_id, Match.need_id == need_id)
    people = [one for one in candidates(actor, state).values() if one.id not in proposed]
    pairs = Pairs([need] * len(people), people, [past.get(one.id, NOTHING) for one in people])
    weights = match_weights()
    return NeedRanking(need=need, fits=_best(pairs, weights, most), total=len(people), weights=weights)


def needs_for(actor: Actor, commissioner_id: int, most: int = PAGE) -> PersonRanking:
    """The open needs that somebody fits, best first."""
    person = _person(actor, commissioner_id)
    past = matching_past.past_of(actor, commissioner_id)
    proposed = _proposed(actor, Match.need_id, Match.commissioner_id == commissioner_id)
    needs = [one for one in open_needs(actor, matching_rows.version()).values() if one.id not in proposed]
    pairs = Pairs(needs, [person] * len(needs), [past.get(_township(one), NOTHING) for one in needs])
    weights = match_weights()
    return PersonRanking(person=person, fits=_best(pairs, weights, most), total=len(needs), weights=weights)


def fit_of(actor: Actor, need_id: int, commissioner_id: int) -> Fit:
    """How one person fits one need; ``NotFound`` if either is out of scope."""
    need, person = _need(actor, need_id), _person(actor, commissioner_id)
    past = matching_past.past_of(actor, commissioner_id).get(_township(need), NOTHING)
    return _best(Pairs([need], [person], [past]), match_weights(), 1)[0]


def _proposed(actor: Actor, column: Any, condition: ColumnElement[bool]) -> set[int]:
    """Who met already; those whose match only ended with its need may meet again."""
    return set(db.session.scalars(select(column).where(condition, ~Match.closed_with_need, scope(actor, Match))))


def _person(actor: Actor, commissioner_id: int) -> Candidate:
    actor.must(Permission.KEEP_REGISTRY)
    person = candidate(actor, commissioner_id)
    if person is None:
        raise NotFound
    return person


def _need(actor: Actor, need_id: int) -> Asked:
    actor.must(Permission.KEEP_REGISTRY)
    need = need_asked(actor, need_id)
    if need is None:
        raise NotFound
    return need


def _township(need: Asked) -> str:
    return need.region_code[:TOWNSHIP_DIGITS]


def _best(pairs: Pairs, weights: Mapping[Criterion, int], most: int) -> list[Fit]:
    """The ``most`` best of ``pairs``; of equals, the one that comes first."""
    told, metres = scores(pairs, weights)
    best = heapq.nlargest(most, range(len(told)), key=told.__getitem__)
    return [
        Fit(
            person=pairs.people[at],
            need=pairs.needs[at],
            score=round(told[at] * 100),
            reasons=reasons_of(pairs.needs[at], pairs.people[at], pairs.pasts[at], metres[at]),
        )
        for at in best
    ]


def reason_text(fit: Fit) -> str:
    """The reasons as the match keeps them: in Chinese, what speaks for it first."""
    return "\n".join(one.text() for one in fit.reasons)
