"""What a commissioner's year is told with: one shape for the page, the issued paper and its verification.

``frozen`` gives it as JSON keeps it, without the ids of records; ``thawed`` reads it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from commissioner.domain.changes import plain_value
from commissioner.vocabulary import (
    IMPACT_UNITS,
    CommissionerKind,
    Grade,
    ImpactIndicator,
    IntroductionKind,
    IssuingLevel,
    Level,
    ProjectKind,
    ProjectStage,
    RecognitionKind,
    Unit,
)

FORM = 1
# What leads to a record in this installation is nothing for a paper.
OF_RECORDS = frozenset({"id", "scheme_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    """A posting that ran on a day of the year."""

    id: int = 0
    place: str
    level: Level
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    """A project implemented in the year."""

    id: int = 0
    title: str
    level: Level
    kind: ProjectKind
    stage: ProjectStage


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionLine:
    """A variety, technology or product brought in the year."""

    id: int = 0
    name: str
    kind: IntroductionKind
    quantity: Decimal | None
    unit: Unit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One indicator of the year: what the bureau has verified, and what is reported and not verified yet."""

    indicator: ImpactIndicator
    verified: Decimal | None
    reported: Decimal | None

    @property
    def unit(self) -> Unit:
        """The one unit of the indicator."""
        return IMPACT_UNITS[self.indicator]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionLine:
    """A grade or an honour of the year, and who issued it; a grade of an evaluation names its scheme and the day."""

    id: int = 0
    scheme_id: int = 0
    subject: str
    kind: RecognitionKind
    level: IssuingLevel
    grade: Grade | None
    source: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearContent:
    """A commissioner's year. No telephone number, and nobody else's name."""

    year: int
    owner: str
    name: str
    kind: CommissionerKind
    title: str
    organisation: str
    day_count: int
    visit_count: int
    days_by_month: tuple[int, ...]
    counts_waiting: bool
    required_days: int | None
    session_count: int
    trained_person_times: int
    postings: tuple[PostingLine, ...] = ()
    projects: tuple[ProjectLine, ...] = ()
    introductions: tuple[IntroductionLine, ...] = ()
    results: tuple[ResultLine, ...] = ()
    recognitions: tuple[RecognitionLine, ...] = ()
    illustrative: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is recorded of the year."""
        rows = (self.postings, self.projects, self.introductions, self.results, self.recognitions)
        return not (self.visit_count or self.session_count or any(rows))


def frozen(content: YearContent) -> dict[str, Any]:
    """``content`` as JSON keeps it."""
    told = _plain(asdict(content))
    assert isinstance(told, dict)
    return {"form": FORM, **told}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if key not in OF_RECORDS}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return plain_value(value)


def thawed(told: Mapping[str, Any]) -> YearContent:
    """The content that ``frozen`` gave."""
    values = {key: value for key, value in told.items() if key != "form"}
    return YearContent(
        **{
            **values,
            "kind": CommissionerKind(told["kind"]),
            "days_by_month": tuple(told["days_by_month"]),
            "postings": tuple(_posting(one) for one in told["postings"]),
            "projects": tuple(_project(one) for one in told["projects"]),
            "introductions": tuple(_introduction(one) for one in told["introductions"]),
            "results": tuple(_result(one) for one in told["results"]),
            "recognitions": tuple(_recognition(one) for one in told["recognitions"]),
        }
    )


def _posting(one: Mapping[str, Any]) -> PostingLine:
    ends_on = date.fromisoformat(one["ends_on"]) if one["ends_on"] else None
    starts_on = date.fromisoformat(one["starts_on"])
    return PostingLine(place=one["place"], level=Level(one["level"]), starts_on=starts_on, ends_on=ends_on)


def _project(one: Mapping[str, Any]) -> ProjectLine:
    kind, stage = ProjectKind(one["kind"]), ProjectStage(one["stage"])
    return ProjectLine(title=one["title"], level=Level(one["level"]), kind=kind, stage=stage)


def _introduction(one: Mapping[str, Any]) -> IntroductionLine:
    unit = Unit(one["unit"]) if one["unit"] else None
    kind = IntroductionKind(one["kind"])
    return IntroductionLine(name=one["name"], kind=kind, quantity=_decimal(one["quantity"]), unit=unit)


def _result(one: Mapping[str, Any]) -> ResultLine:
    return ResultLine(
        indicator=ImpactIndicator(one["indicator"]),
        verified=_decimal(one["verified"]),
        reported=_decimal(one["reported"]),
    )


def _recognition(one: Mapping[str, Any]) -> RecognitionLine:
    grade = Grade(one["grade"]) if one["grade"] else None
    kind, level = RecognitionKind(one["kind"]), IssuingLevel(one["level"])
    # A paper that was issued before said nothing of these.
    source, issued_on = one.get("source", ""), one.get("issued_on")
    return RecognitionLine(
        subject=one["subject"],
        kind=kind,
        level=level,
        grade=grade,
        source=source,
        issued_on=date.fromisoformat(issued_on) if issued_on else None,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
