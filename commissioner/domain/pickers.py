"""What a picker offers: rows of a subject in the actor's scope, by Chinese, pinyin or initials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, select

from commissioner.access import Actor, scope
from commissioner.domain.listing import Choice, text_conditions
from commissioner.domain.subject import Subject
from commissioner.models import Commissioner, Organisation, Place, db
from commissioner.vocabulary import PlaceLevel, PlaceState

MOST_CHOICES = 600


def choices_of(
    actor: Actor, subject: Subject, text: str = "", limit: int = MOST_CHOICES, keep: Sequence[int] = ()
) -> list[Choice]:
    """At most ``limit`` rows of ``subject`` that ``actor`` may see and ``text`` finds; ``keep`` are always among them."""
    makers = {Place: _places, Commissioner: _commissioners}
    statement, make = makers.get(subject.model, _named)(actor, subject, text)
    rows = list(db.session.execute(statement.limit(limit)))
    missing = set(keep) - {row.id for row in rows}
    if missing:
        kept = makers.get(subject.model, _named)(actor, subject, "")[0].where(subject.model.id.in_(missing))
        rows = [*db.session.execute(kept), *rows]
    return [make(row) for row in rows]


def _places(actor: Actor, subject: Subject, text: str) -> tuple[Any, Any]:
    parent = Place.__table__.alias()
    statement = (
        select(
            Place.id,
            Place.name,
            Place.level,
            case((Place.level == PlaceLevel.VILLAGE, parent.c.name)).label("township"),
            Place.pinyin,
            Place.initials,
        )
        .outerjoin(parent, parent.c.id == Place.parent_id)
        .where(scope(actor, Place), Place.state == PlaceState.CURRENT)
        .where(Place.level.in_((PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)))
        .where(*text_conditions((Place.name, Place.pinyin, Place.initials), text))
        .order_by(Place.region_code, Place.id)
    )

    def make(row: Any) -> Choice:
        group = row.township or row.name
        return Choice(value=str(row.id), label=row.name, search=f"{row.name} {row.pinyin} {row.initials}", group=group)

    return statement, make


def commissioners_offered(actor: Actor) -> Any:
    """Commissioners in scope with what tells them apart, by pinyin."""
    return (
        select(
            Commissioner.id,
            Commissioner.name,
            Commissioner.title,
            Commissioner.speciality,
            Commissioner.pinyin,
            Commissioner.initials,
            Organisation.name.label("organisation"),
        )
        .outerjoin(Organisation, Organisation.id == Commissioner.organisation_id)
        .where(scope(actor, Commissioner))
        .order_by(Commissioner.pinyin, Commissioner.id)
    )


def _commissioners(actor: Actor, subject: Subject, text: str) -> tuple[Any, Any]:
    found = text_conditions((Commissioner.name, Commissioner.pinyin, Commissioner.initials), text)
    statement = commissioners_offered(actor).where(*found)

    def make(row: Any) -> Choice:
        about = " · ".join(part for part in (row.name, row.speciality or row.title) if part)
        return Choice(value=str(row.id), label=about, search=f"{row.name} {row.pinyin} {row.initials}")

    return statement, make


def _named(actor: Actor, subject: Subject, text: str) -> tuple[Any, Any]:
    name = subject.heading
    statement = select(subject.model.id, name.label("name")).where(scope(actor, subject.model))
    statement = statement.where(*text_conditions((name,), text)).order_by(subject.model.id.desc())
    return statement, lambda row: Choice(value=str(row.id), label=row.name, search=row.name)
