"""What the visit form offers and fills in: defaults that are right most of the time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from commissioner.access import Actor, own_people, scope, within
from commissioner.domain.listing import Choice
from commissioner.domain.pickers import choices_of
from commissioner.domain.subject import running
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import Posting, Visit, VisitCommissioner, db
from commissioner.units import today
from commissioner.vocabulary import N_, Role

POSTED, OTHERS = N_("派驻在本地"), N_("其他特派员")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDefaults:
    """What is most likely true of the next visit."""

    place_id: int | None
    commissioner_ids: tuple[int, ...]


def visit_defaults(actor: Actor, place_id: int | None = None, commissioner_id: int | None = None) -> VisitDefaults:
    """The place and people of the actor's last visit while they still serve; else the only one posted here."""
    last = db.session.execute(
        select(Visit.id, Visit.place_id)
        .where(Visit.logged_by_id == actor.account_id)
        .order_by(Visit.id.desc())
        .limit(1)
    ).one_or_none()
    if commissioner_id is not None:
        people: tuple[int, ...] = (commissioner_id,)
    elif actor.role is Role.COMMISSIONER:
        people = (actor.commissioner_id,) if actor.commissioner_id else ()
    else:
        people = _likely_people(actor, last.id if last else None)
    return VisitDefaults(
        place_id=place_id or (last.place_id if last else _likely_place(actor)), commissioner_ids=people
    )


def commissioner_choices(actor: Actor, keep: tuple[int, ...] = ()) -> list[Choice]:
    """Commissioners the actor may name, those who serve in the actor's region today first."""
    posted = {str(one) for one in db.session.scalars(_posted_today(actor))}
    choices = choices_of(actor, SUBJECTS["commissioners"], keep=keep)
    if not posted or not actor.is_territorial:
        return choices
    grouped = [
        Choice(value=one.value, label=one.label, search=one.search, group=POSTED if one.value in posted else OTHERS)
        for one in choices
    ]
    return sorted(grouped, key=lambda one: one.group != POSTED)


def _posted_today(actor: Actor) -> Select[int]:
    return (
        select(Posting.commissioner_id)
        .where(within(Posting.region_code, actor.region_code), running(Posting.starts_on, Posting.ends_on, today()))
        .distinct()
    )


def _likely_people(actor: Actor, last_visit_id: int | None) -> tuple[int, ...]:
    posted = set(db.session.scalars(_posted_today(actor).limit(200)))
    if last_visit_id is not None:
        last = db.session.scalars(
            select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == last_visit_id)
        )
        still = tuple(one for one in last if one in posted)
        if still:
            return still
    return tuple(posted) if len(posted) == 1 else ()


def _likely_place(actor: Actor) -> int | None:
    """Before the first visit of one's own: the village of the running posting, or the one last visited in scope."""
    if actor.role is Role.COMMISSIONER:
        mine = select(Posting.place_id).where(
            Posting.commissioner_id.in_(own_people(actor)),
            running(Posting.starts_on, Posting.ends_on, today()),
        )
        return db.session.scalars(mine.order_by(Posting.starts_on.desc()).limit(1)).first()
    if actor.role is not Role.TOWNSHIP:
        return None
    last = select(Visit.place_id).where(scope(actor, Visit)).order_by(Visit.starts_on.desc(), Visit.id.desc())
    return db.session.scalar(last.limit(1))
