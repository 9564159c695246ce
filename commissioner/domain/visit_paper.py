"""A visit on one sheet of paper, in the order of the screen, for the village to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from commissioner.access import Actor, scope
from commissioner.domain.pages import RecordPage, record_page
from commissioner.domain.visit_photos import VisitPhotoLine, photos_of
from commissioner.domain.visits import VISITS
from commissioner.models import RaisedProblem, db
from commissioner.vocabulary import RaisedProblemCategory, VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperProblem:
    """A problem that was raised on the visit."""

    category: RaisedProblemCategory
    description: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPaper:
    """What the sheet of a visit says; names as the reader may know them."""

    visit_id: int
    kind: VisitKind
    starts_on: date
    ends_on: date
    place: str
    people: str
    topic: str
    outcome: str
    base: str
    project: str
    campaign: str
    illustrative: bool
    problems: Sequence[PaperProblem]
    photos: Sequence[VisitPhotoLine]


def visit_paper(actor: Actor, visit_id: int) -> VisitPaper:
    """The sheet of a visit in scope. Raises ``NotFound``."""
    page = record_page(actor, VISITS, visit_id)
    return VisitPaper(
        visit_id=visit_id,
        kind=page.fact("kind").value,
        starts_on=page.fact("starts_on").value,
        ends_on=page.fact("ends_on").value,
        place=_names(page, "place_id"),
        people=_names(page, "commissioners"),
        topic=page.fact("topic").value,
        outcome=page.fact("outcome").value,
        base=_names(page, "base_id"),
        project=_names(page, "project_id"),
        campaign=_names(page, "campaign_id"),
        illustrative=page.illustrative,
        problems=_problems(actor, visit_id),
        photos=photos_of(actor, visit_id),
    )


def _names(page: RecordPage, key: str) -> str:
    return "、".join(one.label for one in page.fact(key).pointers)


def _problems(actor: Actor, visit_id: int) -> list[PaperProblem]:
    columns = (RaisedProblem.category, RaisedProblem.description, RaisedProblem.due_on)
    raised = select(*columns).where(RaisedProblem.visit_id == visit_id, scope(actor, RaisedProblem))
    return [PaperProblem(**row) for row in db.session.execute(raised.order_by(RaisedProblem.id)).mappings()]
