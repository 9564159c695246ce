"""A commissioner's year as the reader may know it, by the counting rules that every other page follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, cast, exists, func, or_, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.commissioner_year import CommissionerYear, commissioner_year
from commissioner.domain.impacts import of_commissioner
from commissioner.domain.programme import owner_name
from commissioner.domain.project_years import implemented_in
from commissioner.domain.service_days import counted_states, visit_counts
from commissioner.domain.subject import name_of, place_name
from commissioner.domain.year_content import (
    IntroductionLine,
    PostingLine,
    ProjectLine,
    RecognitionLine,
    ResultLine,
    YearContent,
)
from commissioner.domain.year_grades import recognised, recognitions_of
from commissioner.models import (
    Commissioner,
    Impact,
    Introduction,
    Organisation,
    Posting,
    Project,
    ProjectCommissioner,
    Training,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.problems import NotFound
from commissioner.units import year_bounds
from commissioner.vocabulary import ImpactIndicator, ImpactState, VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPage:
    """A year with the years one may ask about; ``partial`` where the reader knows only a part of the county."""

    commissioner_id: int
    region_code: str
    years: Sequence[int]
    content: YearContent
    partial: bool


def year_page(actor: Actor, commissioner_id: int, year: int) -> YearPage:
    """The year of a commissioner in scope, in eight queries. Raises ``NotFound``."""
    actor.must(Permission.LOOK)
    person: Any = db.session.execute(_person(actor, commissioner_id, year)).one_or_none()
    if person is None:
        raise NotFound
    counted = commissioner_year(actor, commissioner_id, year)
    return YearPage(
        commissioner_id=commissioner_id,
        region_code=person.region_code,
        years=counted.years,
        content=year_content(actor, commissioner_id, counted, person),
        partial=is_partial(actor),
    )


def year_content(
    actor: Actor, commissioner_id: int, counted: CommissionerYear, person: Any, *, with_postings: bool = True
) -> YearContent:
    """What a year is told with, in five queries: ``person`` has the values of ``person_columns``."""
    year = counted.year
    rows = _Rows(actor, commissioner_id, year)
    return YearContent(
        year=year,
        owner=owner_name(),
        name=person.name,
        kind=person.kind,
        title=person.title,
        organisation=person.organisation or "",
        day_count=counted.service.day_count,
        visit_count=counted.service.visit_count,
        days_by_month=counted.service.days_by_month,
        counts_waiting=VisitState.WAITING in counted_states(),
        required_days=counted.required_days,
        session_count=counted.session_count,
        trained_person_times=counted.trained_person_times,
        postings=rows.postings() if with_postings else (),
        projects=rows.projects(),
        introductions=rows.introductions(),
        results=rows.results(),
        recognitions=rows.recognitions(),
        # Asked last: each of the rows above may be demonstration data.
        illustrative=bool(person.illustrative or person.from_samples or rows.illustrative),
    )


def is_partial(actor: Actor) -> bool:
    """Whether the actor knows only a part of a county: staff of a township see what happened there."""
    return actor.is_territorial and actor.region_code > actor.county_prefix


def _person(actor: Actor, commissioner_id: int, year: int) -> Any:
    columns = person_columns(actor, year)
    return select(*columns).where(Commissioner.id == commissioner_id, scope(actor, Commissioner))


def person_columns(actor: Actor, year: int) -> tuple[Any, ...]:
    """Who a commissioner is, and whether demonstration data is among the visits and trainings that are only counted."""
    first, last = year_bounds(year)
    visit = exists().where(
        VisitCommissioner.commissioner_id == Commissioner.id,
        VisitCommissioner.visit_id == Visit.id,
        visit_counts(),
        Visit.illustrative,
        Visit.starts_on <= last,
        Visit.ends_on >= first,
        scope(actor, Visit),
    )
    training = exists().where(
        Training.commissioner_id == Commissioner.id,
        Training.illustrative,
        Training.held_on.between(first, last),
        scope(actor, Training),
    )
    organisation = name_of(Organisation, Organisation.name, Commissioner.organisation_id)
    return (
        Commissioner.name,
        Commissioner.kind,
        Commissioner.title,
        Commissioner.region_code,
        Commissioner.illustrative,
        organisation.label("organisation"),
        or_(visit, training).label("from_samples"),
    )


class _Rows:
    """The rows behind the figures, each by the rule that counts it."""

    def __init__(self, actor: Actor, commissioner_id: int, year: int) -> None:
        self._actor, self._commissioner_id, self._year = actor, commissioner_id, year
        self.illustrative = False

    def postings(self) -> tuple[PostingLine, ...]:
        first, last = year_bounds(self._year)
        columns = (Posting.id, place_name(Posting.place_id).label("place"), Posting.level)
        statement = (
            select(*columns, Posting.starts_on, Posting.ends_on, Posting.illustrative)
            .where(Posting.commissioner_id == self._commissioner_id, scope(self._actor, Posting))
            .where(Posting.starts_on <= last, or_(Posting.ends_on.is_(None), Posting.ends_on >= first))
            .order_by(Posting.starts_on, Posting.id)
        )
        return tuple(PostingLine(**row) for row in self._told(statement))

    def projects(self) -> tuple[ProjectLine, ...]:
        own = select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id == self._commissioner_id)
        columns = (Project.id, Project.title, Project.level, Project.kind, Project.stage, Project.illustrative)
        statement = (
            select(*columns)
            .where(scope(self._actor, Project), Project.id.in_(own), implemented_in(self._year))
            .order_by(Project.starts_on, Project.id)
        )
        return tuple(ProjectLine(**row) for row in self._told(statement))

    def introductions(self) -> tuple[IntroductionLine, ...]:
        columns = (Introduction.id, Introduction.name, Introduction.kind, Introduction.quantity, Introduction.unit)
        statement = (
            select(*columns, Introduction.illustrative)
            .where(scope(self._actor, Introduction), Introduction.commissioner_id == self._commissioner_id)
            .where(Introduction.introduced_on.between(*year_bounds(self._year)))
            .order_by(Introduction.introduced_on, Introduction.id)
        )
        return tuple(IntroductionLine(**row) for row in self._told(statement))

    def results(self) -> tuple[ResultLine, ...]:
        """A project has one figure of an indicator and a year, so their sum counts nothing twice (domain.md §5.3)."""
        statement = (
            select(
                Impact.indicator,
                Impact.state,
                func.sum(Impact.amount).label("amount"),
                func.max(cast(Impact.illustrative, Integer)).label("illustrative"),
            )
            .where(scope(self._actor, Impact), of_commissioner(self._commissioner_id))
            .where(Impact.year == self._year, Impact.state != ImpactState.REJECTED)
            .group_by(Impact.indicator, Impact.state)
        )
        sums = {(row["indicator"], row["state"]): row["amount"] for row in self._told(statement)}
        return tuple(
            ResultLine(
                indicator=one,
                verified=sums.get((one, ImpactState.VERIFIED)),
                reported=sums.get((one, ImpactState.REPORTED)),
            )
            for one in ImpactIndicator
            if any(indicator is one for indicator, _state in sums)
        )

    def recognitions(self) -> tuple[RecognitionLine, ...]:
        """What was recognised and graded, in one query."""
        return recognised(self._told(recognitions_of(self._actor, self._commissioner_id, self._year)))

    def _told(self, statement: Any) -> list[dict[str, Any]]:
        """Rows without the mark of demonstration data, which is remembered for the whole."""
        rows = [dict(row) for row in db.session.execute(statement).mappings()]
        marks = [row.pop("illustrative") for row in rows]
        self.illustrative |= any(marks)
        return rows
