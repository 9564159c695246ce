"""What an account has logged in a month already, so that nobody writes it down twice."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from commissioner.access import Actor, own_people
from commissioner.domain.listing import ListResult, related
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visits import visits_between
from commissioner.models import Visit, VisitCommissioner
from commissioner.vocabulary import Role

MOST_SHOWN = 200


def logged_in(actor: Actor, month: date) -> ListResult:
    """The visits of a month that the actor logged; for a commissioner also those that others logged for the own person."""
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    mine = Visit.logged_by_id == actor.account_id
    if actor.role is Role.COMMISSIONER and actor.commissioner_id is not None:
        named = VisitCommissioner.commissioner_id.in_(own_people(actor))
        mine |= Visit.id.in_(select(VisitCommissioner.visit_id).where(named))
    return related(actor, SUBJECTS["visits"].listing, visits_between(month, last) & mine, limit=MOST_SHOWN)
