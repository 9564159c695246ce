"""What a year amounts to: every figure of the annual summary, from the queries and lists that the pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from commissioner.domain.employment import Employment, ImpactSum
from commissioner.domain.pages import Pointer
from commissioner.domain.project_years import YearDefinition
from commissioner.vocabulary import (
    Grade,
    ImpactIndicator,
    Industry,
    IntroductionKind,
    IssuingLevel,
    Level,
    ProjectKind,
    RecognitionKind,
    Saying,
    Unit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The list behind a figure: a subject with the values of its filters."""

    subject: str
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCount:
    """Projects of one level and kind, by each definition of the year; of a corps, with its receiving unit."""

    level: Level
    kind: ProjectKind
    implemented: int = 0
    approved: int = 0
    accepted: int = 0
    applied: int = 0
    receiving_unit: str = ""
    from_central_fund: bool = False
    illustrative: bool = False

    def by(self, definition: YearDefinition) -> int:
        """The count by ``definition``."""
        return {
            YearDefinition.ACTIVE: self.implemented,
            YearDefinition.APPROVED: self.approved,
            YearDefinition.ACCEPTED: self.accepted,
        }[definition]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArea:
    """What one base grew by in the year."""

    base: Pointer
    industry: Industry
    area_mu: Decimal
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """One variety, technology or product."""

    id: int
    kind: IntroductionKind
    name: str
    quantity: Decimal | None
    unit: Unit | None
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructed:
    """One written instruction, with the people of the briefing it was given on."""

    id: int
    subject: str
    leader: str
    post: str
    quote: str
    headline: bool
    briefing: str
    names: tuple[str, ...]
    titles: tuple[str, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """One pilot, grade or honour."""

    id: int
    kind: RecognitionKind
    subject: str
    level: IssuingLevel
    grade: Grade | None
    peers: str
    only_in_city: bool
    note: str
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One pairing."""

    id: int
    helper: str
    village: str
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFigure:
    """One indicator as issued, its completion computed where there is a target."""

    id: int
    name: str
    unit: Unit
    actual: Decimal | None
    actual_decimals: int
    saying: Saying
    completion_percent: Decimal | None
    completion_decimals: int
    growth_percent: Decimal | None
    growth_decimals: int
    rank_of_value: int | None
    rank_of_completion: int | None
    rank_of_growth: int | None
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts and sums of one statement; ``None`` where the actor may not see the rows behind."""

    bases_founded: int | None = None
    trainings: int | None = None
    training_sessions: int | None = None
    trained_person_times: int | None = None
    low_income_person_times: int | None = None
    problems_raised: int | None = None
    problems_solved: int | None = None
    needs: int | None = None
    needs_matched: int | None = None
    service_visits: int | None = None
    care_visits: int | None = None
    care_places: int | None = None
    batches: int | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualFigures:
    """Everything a year amounts to, for one actor."""

    year: int
    projects: Sequence[ProjectCount] = ()
    impacts: Mapping[ImpactIndicator, ImpactSum] = field(default_factory=dict)
    new_areas: Sequence[NewArea] = ()
    introductions: Sequence[Introduced] = ()
    instructions: Sequence[Instructed] = ()
    recognitions: Sequence[Recognised] = ()
    pairings: Sequence[Paired] = ()
    indicators: Sequence[IndicatorFigure] = ()
    tally: Tally = field(default_factory=Tally)

    def project_count(
        self,
        level: Level | None = None,
        kind: ProjectKind | None = None,
        definition: YearDefinition = YearDefinition.ACTIVE,
    ) -> int:
        """Projects by level and kind; a corps is counted apart from the others (S30)."""
        return sum(
            one.by(definition)
            for one in self.projects
            if level in {None, one.level} and (one.kind is not ProjectKind.CORPS if kind is None else one.kind is kind)
        )

    @property
    def applied_count(self) -> int:
        """Projects applied for, corps apart (S3)."""
        return sum(one.applied for one in self.projects if one.kind is not ProjectKind.CORPS)

    @property
    def employment(self) -> Employment:
        """Farmers' employment, in persons."""
        found = self.impacts.get(ImpactIndicator.EMPLOYMENT)
        rows = found.rows if found else ()
        return Employment(indicator=ImpactIndicator.EMPLOYMENT, year=self.year, unit=Unit.PERSONS, rows=rows)

    @property
    def new_area_mu(self) -> Decimal:
        """Area added to bases in the year, in mu (S21)."""
        return sum((one.area_mu for one in self.new_areas), Decimal(0))

    def introduced(self, kind: IntroductionKind) -> int:
        """Introductions of one kind."""
        return sum(one.kind is kind for one in self.introductions)

    @property
    def illustrative(self) -> bool:
        """Whether demonstration data is among the rows behind."""
        return is_illustrative(
            [one for one in self.projects if one.implemented],
            [row for one in self.impacts.values() for row in one.rows],
            self.new_areas,
            self.introductions,
            self.instructions,
            self.recognitions,
            self.pairings,
            self.indicators,
        )


def is_illustrative(*rows: Sequence[Any]) -> bool:
    """Whether any of ``rows`` is demonstration data."""
    return any(one.illustrative for group in rows for one in group)
