"""What a phone may take along: the places, people and other things that the visit form offers to one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from commissioner.access import Actor, scope
from commissioner.domain.listing import Choice
from commissioner.domain.pickers import choices_of
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visit_defaults import POSTED, VisitDefaults, commissioner_choices, visit_defaults
from commissioner.models import Place, db
from commissioner.vocabulary import PlaceLevel, PlaceState

MOST_PLACES = 5_000
MOST_OTHERS = 500
OFFERED_LEVELS = (PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)
OTHERS = ("bases", "projects", "campaigns")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKit:
    """The choices of the visit form for one account; ``cut`` says that there are more than a phone takes along."""

    places: Sequence[dict[str, Any]]
    people: Sequence[Choice]
    others: Mapping[str, Sequence[Choice]]
    defaults: VisitDefaults
    cut: bool

    def posted(self, person: Choice) -> bool:
        """Whether somebody serves in the actor's region today."""
        return person.group == POSTED


def field_kit(actor: Actor) -> FieldKit:
    """Everything the form offers to ``actor``, and nothing out of scope: nine queries, few rows each."""
    places = [dict(row) for row in db.session.execute(_places(actor)).mappings()]
    people = commissioner_choices(actor)
    others = {name: choices_of(actor, SUBJECTS[name], limit=MOST_OTHERS) for name in OTHERS}
    return FieldKit(
        places=places[:MOST_PLACES],
        people=people,
        others=others,
        defaults=visit_defaults(actor),
        cut=len(places) > MOST_PLACES,
    )


def _places(actor: Actor) -> Any:
    parent = Place.__table__.alias()
    return (
        select(
            Place.id,
            Place.name,
            case((Place.level == PlaceLevel.VILLAGE, parent.c.name), else_="").label("township"),
            (Place.name + " " + Place.pinyin + " " + Place.initials).label("search"),
            Place.latitude_deg,
            Place.longitude_deg,
        )
        .outerjoin(parent, parent.c.id == Place.parent_id)
        .where(scope(actor, Place), Place.state == PlaceState.CURRENT, Place.level.in_(OFFERED_LEVELS))
        .order_by(Place.region_code, Place.id)
        .limit(MOST_PLACES + 1)
    )
