"""What a commissioner's year says for the criteria of a scheme: every number is counted where every other page counts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.commissioner_year import counted_year, year_counts
from commissioner.domain.evaluations import EvaluationStanding
from commissioner.domain.listing import ListQuery, counting
from commissioner.domain.problems import solved_counts
from commissioner.domain.service_days import ServiceYear
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.target_standing import TargetStanding, targets_in
from commissioner.domain.year_content import YearContent
from commissioner.domain.year_page import person_columns, year_content
from commissioner.models import Commissioner, db
from commissioner.problems import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence beside what was said; ``period_days`` are the service days within the period of the scheme."""

    standing: EvaluationStanding
    year: YearContent
    period_days: int
    targets: Mapping[int, tuple[TargetStanding, ...]]
    problems_raised: int
    problems_solved: int
    base_count: int
    bases_founded: int


def evidence_of(actor: Actor, standing: EvaluationStanding) -> Evidence:
    """The evidence beside a standing that the actor was given: nine queries at most. Raises ``NotFound``."""
    actor.must(Permission.LOOK)
    commissioner_id = standing.commissioner_id
    row: Any = db.session.execute(_counts(actor, commissioner_id, standing.year)).one_or_none()
    if row is None:
        raise NotFound
    counted = counted_year(actor, commissioner_id, standing.year, row._mapping)
    year = year_content(actor, commissioner_id, counted, row, with_postings=False)
    return Evidence(
        standing=standing,
        year=year,
        period_days=_days_within(standing, counted.service),
        targets=targets_in(actor, [one.id for one in year.projects]),
        problems_raised=row.problems_raised,
        problems_solved=row.problems_solved,
        base_count=row.base_count,
        bases_founded=row.bases_founded,
    )


def problem_filters(commissioner_id: int, year: int) -> dict[str, str]:
    """What the list of problems is asked for those met by a commissioner in a year."""
    return {"commissioner": str(commissioner_id), "year": str(year)}


def _counts(actor: Actor, commissioner_id: int, year: int) -> Any:
    """Who it is, and the counts that are the lists' own, in one statement."""
    bases, own = SUBJECTS["bases"].listing, {"commissioner": str(commissioner_id)}
    counts = {
        f"problems_{key}": one for key, one in solved_counts(actor, problem_filters(commissioner_id, year)).items()
    }
    counts["base_count"] = counting(actor, bases, ListQuery(filters=own))
    counts["bases_founded"] = counting(actor, bases, ListQuery(filters={**own, "year": str(year)}))
    columns = (one.scalar_subquery().label(key) for key, one in counts.items())
    who = (Commissioner.id == commissioner_id, scope(actor, Commissioner))
    return select(*person_columns(actor, year), *year_counts(actor, commissioner_id, year), *columns).where(*who)


def _days_within(standing: EvaluationStanding, service: ServiceYear) -> int:
    return sum(1 for day in service.dates if standing.starts_on <= day <= standing.ends_on)
