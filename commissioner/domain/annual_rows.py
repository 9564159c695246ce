"""The queries of a year: one statement for each kind of row, one for all counts together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, case, cast, distinct, func, literal, select

from commissioner.access import Actor, scope
from commissioner.domain.annual_figures import (
    Behind,
    IndicatorFigure,
    Instructed,
    Introduced,
    NewArea,
    Paired,
    ProjectCount,
    Recognised,
    Tally,
)
from commissioner.domain.bases import added_area_in
from commissioner.domain.indicators import completion_of
from commissioner.domain.listing import ListQuery, counting
from commissioner.domain.need_lists import MET
from commissioner.domain.pages import Pointer
from commissioner.domain.project_years import accepted_in, applied_in, approved_in, implemented_in
from commissioner.domain.recognitions import paired_in
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import (
    Briefing,
    BriefingCommissioner,
    Campaign,
    Commissioner,
    DemonstrationBase,
    Funding,
    IndicatorResult,
    Instruction,
    Introduction,
    Measurement,
    Need,
    Organisation,
    Pairing,
    Place,
    Project,
    Recognition,
    Training,
    Visit,
    db,
)
from commissioner.units import year_bounds
from commissioner.vocabulary import FundingSource, ProjectKind, VisitKind


def behind_counts(year: int) -> Mapping[str, Behind]:
    """The list behind each count of ``Tally``: the count is that list's own."""
    of_year = {"year": str(year)}
    return {
        "bases_founded": Behind(subject="bases", filters=of_year),
        "trainings": Behind(subject="trainings", filters=of_year),
        "problems_raised": Behind(subject="problems", filters=of_year),
        "problems_solved": Behind(subject="problems", filters={**of_year, "state": "solved"}),
        "needs": Behind(subject="needs", filters=of_year),
        "service_visits": Behind(subject="visits", filters={**of_year, "counted": "1"}),
        "care_visits": Behind(subject="visits", filters={**of_year, "kind": "care"}),
        "batches": Behind(subject="batches", filters=of_year),
    }


def tally(actor: Actor, year: int) -> Tally:
    """All counts and sums in one statement."""
    columns = [
        counting(actor, SUBJECTS[one.subject].listing, ListQuery(filters=one.filters)).scalar_subquery().label(key)
        for key, one in behind_counts(year).items()
        if actor.can(SUBJECTS[one.subject].see)
    ]
    row = db.session.execute(select(*columns, *_sums(actor, year))).mappings().one()
    return Tally(**row)


def _sums(actor: Actor, year: int) -> list[Any]:
    first, last = year_bounds(year)
    held = (scope(actor, Training), Training.held_on.between(first, last))
    care = (scope(actor, Visit), Visit.kind == VisitKind.CARE, Visit.starts_on.between(first, last))
    matched = (scope(actor, Need), Need.raised_on.between(first, last), Need.state.in_(MET))
    campaign = (
        select(Campaign.name)
        .where(scope(actor, Campaign), Campaign.starts_on <= last, func.coalesce(Campaign.ends_on, last) >= first)
        .order_by(Campaign.illustrative, Campaign.starts_on, Campaign.id)
        .limit(1)
    )
    sums = {
        "training_sessions": select(_total(Training.session_count)).where(*held),
        "trained_person_times": select(_total(Training.trained_person_times)).where(*held),
        "low_income_person_times": select(_total(Training.low_income_person_times)).where(*held),
        "needs_matched": select(func.count(Need.id)).where(*matched),
        "care_places": select(func.count(distinct(Visit.place_id))).where(*care),
        "campaign": campaign,
    }
    return [statement.scalar_subquery().label(key) for key, statement in sums.items()]


def _total(column: Any) -> Any:
    return func.coalesce(cast(func.sum(column), Integer), 0)


def project_counts(actor: Actor, year: int) -> Sequence[ProjectCount]:
    """Projects by level and kind as of their last change, by each definition (§5.2); a corps by its receiving unit."""
    unit = case((Project.kind == ProjectKind.CORPS, Organisation.name), else_=literal(""))
    central = select(Funding.id).where(Funding.project_id == Project.id, Funding.source == FundingSource.CENTRAL)
    counted = {
        "implemented": implemented_in(year),
        "approved": approved_in(year),
        "accepted": accepted_in(year),
        "applied": applied_in(year),
        "illustrative": implemented_in(year) & Project.illustrative,
        "from_central_fund": central.exists(),
    }
    flagged = select(
        Project.id,
        Project.level,
        Project.kind,
        func.coalesce(unit, "").label("receiving_unit"),
        *(case((condition, 1), else_=0).label(key) for key, condition in counted.items()),
    )
    of_actor = flagged.outerjoin(Organisation, Organisation.id == Project.receiving_unit_id)
    rows = of_actor.where(scope(actor, Project)).subquery()
    grouped = (rows.c.level, rows.c.kind, rows.c.receiving_unit)
    statement = select(*grouped, *(cast(func.sum(rows.c[key]), Integer).label(key) for key in counted))
    found = db.session.execute(statement.group_by(*grouped).order_by(func.min(rows.c.id))).mappings()
    flags = ("illustrative", "from_central_fund")
    return [ProjectCount(**{**row, **{key: row[key] > 0 for key in flags}}) for row in found]


def new_areas(actor: Actor, year: int) -> Sequence[NewArea]:
    """What each base added to its area in ``year`` (S21): its ADD lines, not the trees planted on it."""
    base = DemonstrationBase
    statement = (
        select(
            base.id,
            base.name,
            base.industry,
            base.illustrative,
            func.sum(Measurement.amount, type_=Measurement.amount.type).label("area_mu"),
        )
        .join(Measurement, Measurement.base_id == base.id)
        .where(scope(actor, base), added_area_in(year))
        .group_by(base.id, base.name, base.industry, base.illustrative)
        .order_by(base.illustrative, base.id)
    )
    return [
        NewArea(
            base=Pointer(subject="bases", id=row.id, label=row.name),
            industry=row.industry,
            area_mu=row.area_mu,
            illustrative=row.illustrative,
        )
        for row in db.session.execute(statement)
    ]


def introductions(actor: Actor, year: int) -> Sequence[Introduced]:
    """What was introduced in ``year``: facts first, then demonstration data."""
    one = Introduction
    statement = select(one.id, one.kind, one.name, one.quantity, one.unit, one.illustrative).where(
        scope(actor, one), one.introduced_on.between(*year_bounds(year))
    )
    found = db.session.execute(statement.order_by(one.illustrative, one.id)).mappings()
    return [Introduced(**row) for row in found]


def instructions(actor: Actor, year: int) -> Sequence[Instructed]:
    """The written instructions of ``year`` with the people of their briefings, in the order of the register."""
    one = Instruction
    statement = (
        select(
            one.id,
            one.subject,
            one.leader,
            one.post,
            one.quote,
            one.headline,
            one.illustrative,
            Briefing.title.label("briefing"),
            Commissioner.name.label("person"),
            Commissioner.title.label("title"),
        )
        .outerjoin(Briefing, Briefing.id == one.briefing_id)
        .outerjoin(BriefingCommissioner, BriefingCommissioner.briefing_id == Briefing.id)
        .outerjoin(Commissioner, Commissioner.id == BriefingCommissioner.commissioner_id)
        .where(scope(actor, one), one.year == year)
        .order_by(one.id, Commissioner.id)
    )
    found = db.session.execute(statement).mappings()
    return [_instructed(list(group)) for _, group in groupby(found, key=lambda row: row["id"])]


def _instructed(rows: Sequence[Any]) -> Instructed:
    own = {key: value for key, value in rows[0].items() if key not in {"briefing", "person", "title"}}
    people = [row for row in rows if row["person"]]
    return Instructed(
        **own,
        briefing=rows[0]["briefing"] or "",
        names=tuple(row["person"] for row in people),
        titles=tuple(row["title"] for row in people),
    )


def recognitions(actor: Actor, year: int) -> Sequence[Recognised]:
    """What was recognised in ``year``."""
    one = Recognition
    statement = select(
        one.id, one.kind, one.subject, one.level, one.grade, one.peers, one.only_in_city, one.note, one.illustrative
    ).where(scope(actor, one), one.year == year)
    return [Recognised(**row) for row in db.session.execute(statement.order_by(one.illustrative, one.id)).mappings()]


def pairings(actor: Actor, year: int) -> Sequence[Paired]:
    """The pairings that ran in ``year``."""
    one = Pairing
    statement = (
        select(one.id, Organisation.name.label("helper"), Place.name.label("village"), one.illustrative)
        .join(Organisation, Organisation.id == one.helper_id)
        .join(Place, Place.id == one.place_id)
        .where(scope(actor, one), paired_in(year))
        .order_by(one.illustrative, one.id)
    )
    return [Paired(**row) for row in db.session.execute(statement).mappings()]


def indicator_figures(actor: Actor, year: int) -> Sequence[IndicatorFigure]:
    """The indicators of ``year`` in their own order."""
    one = IndicatorResult
    same = (
        "id",
        "name",
        "unit",
        "actual",
        "actual_decimals",
        "saying",
        "completion_decimals",
        "growth_percent",
        "growth_decimals",
        "rank_of_value",
        "rank_of_completion",
        "rank_of_growth",
        "illustrative",
    )
    columns = [getattr(one, key) for key in same]
    statement = select(*columns, one.target, one.issued_completion_percent).where(scope(actor, one), one.year == year)
    return [
        IndicatorFigure(
            **{key: getattr(row, key) for key in same},
            completion_percent=completion_of(
                row.actual, row.target, row.issued_completion_percent, row.completion_decimals
            ),
        )
        for row in db.session.execute(statement.order_by(one.position, one.name))
    ]
