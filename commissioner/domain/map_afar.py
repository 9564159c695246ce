"""A region with too many marks to draw or to name each: how many there are, and how many people found work, by counting."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import String, distinct, func, literal, select, union_all

from commissioner.access import Actor
from commissioner.domain.employment import employment_in, employment_over
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import JOBS
from commissioner.domain.map_rows import MARKS
from commissioner.models import db


def amounts(actor: Actor, ask: MapAsk, kinds: Collection[str]) -> Mapping[str, int]:
    """How many records of each kind stand on the map, asked in one query; none of the kinds that cannot answer."""
    wanted = {kind: statement(actor, ask).subquery() for kind, statement in MARKS.items() if kind in kinds}
    counted = [select(literal(kind, String), func.count(distinct(of.c.id))) for kind, of in wanted.items()]
    found = {row[0]: int(row[1]) for row in db.session.execute(union_all(*counted))} if counted else {}
    return {kind: found.get(kind, 0) for kind in MARKS}


def employed_persons(actor: Actor, ask: MapAsk, kinds: Collection[str]) -> int:
    """The people of the report; where it is narrowed, those whose project or base is among the marks."""
    if not ask.narrowed:
        return employment_over(actor, range(ask.year, ask.year + 1))[ask.year]
    owners = {subject: _ids(actor, ask, kind) if kind in kinds else set() for kind, subject in JOBS.items()}
    counted = (one for one in employment_in(actor, ask.year).rows if one.counted)
    return sum(int(one.amount) for one in counted if one.owner.id in owners[one.owner.subject])


def _ids(actor: Actor, ask: MapAsk, kind: str) -> set[int]:
    of = MARKS[kind](actor, ask).subquery()
    return set(db.session.scalars(select(of.c.id).distinct()))
