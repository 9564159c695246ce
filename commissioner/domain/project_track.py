"""Where a project stands on its way: steps taken, the next ones and what they still need, documents and requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from commissioner.access import Actor
from commissioner.domain.project_lines_told import lines_of, own_lines
from commissioner.domain.project_stages import ENDED, MOVES, ORDER, PATH, StageStep, step_label
from commissioner.domain.step_rules import ASKED, Rule, Rules, ScopedRule, rules_among
from commissioner.models import db
from commissioner.problems import NotFound, Problem
from commissioner.vocabulary import (
    N_,
    DocumentFormat,
    DocumentKind,
    Level,
    ProjectKind,
    ProjectStage,
    RequestState,
)

LEVELS = {level.value: level for level in Level}
PROJECT_KINDS = {kind.value: kind for kind in ProjectKind}
KINDS = {kind.value: kind for kind in DocumentKind}
FORMATS = {one.value: one for one in DocumentFormat}
STATES = {state.value: state for state in RequestState}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A document of a step."""

    id: int
    stage: ProjectStage
    kind: DocumentKind
    title: str
    format: DocumentFormat
    size_bytes: int
    added_by: str
    added_by_id: int | None
    received_at: datetime

    @property
    def name(self) -> str:
        """What it is called when it is saved."""
        return f"{self.title}.{self.format.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """Somebody asked for a step, and what came of it."""

    id: int
    stage: ProjectStage
    state: RequestState
    words: str
    asked_by: str
    asked_by_id: int | None
    asked_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that a step needs; ``met`` is nothing where it is said in the step's own form."""

    text: Problem
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """What of a project decides about its way."""

    id: int
    title: str
    version: int
    stage: ProjectStage
    level: Level
    kind: ProjectKind
    starts_on: date | None
    ends_on: date | None
    region_code: str

    @classmethod
    def of(cls, row: Any) -> Self:
        """The facts of a row that has them all."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A project's way so far and from here; steps and documents oldest first, requests latest first."""

    facts: ProjectFacts
    steps: tuple[StageStep, ...]
    documents: tuple[DocumentLine, ...]
    requests: tuple[RequestLine, ...]
    rules: Rules

    @property
    def moves(self) -> tuple[ProjectStage, ...]:
        """Where the project may go from here; what its rules forbid is left out."""
        return tuple(stage for stage in MOVES[self.facts.stage] if self._is_open(stage))

    @property
    def likely(self) -> ProjectStage | None:
        """The step that comes next where nothing goes wrong."""
        return next((stage for stage in self.moves if stage is not ProjectStage.TERMINATED), None)

    @property
    def waiting(self) -> RequestLine | None:
        """The request that the bureau has to decide."""
        return next((one for one in self.requests if one.state is RequestState.WAITING), None)

    @property
    def returned(self) -> RequestLine | None:
        """The request that has come back with a note, unless another followed."""
        return next((one for one in self.requests if one.state is RequestState.RETURNED), None)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen."""
        return self.facts.stage in ENDED

    @property
    def last(self) -> StageStep | None:
        """The step that brought the project where it stands."""
        return self.steps[-1] if self.steps else None

    @property
    def unrecorded(self) -> tuple[ProjectStage, ...]:
        """Stages that the project has behind it without a day on record."""
        end = max([ORDER[step.stage] for step in self.steps if step.stage in PATH] + [self._position])
        known = {step.stage for step in self.steps}
        behind = [stage for stage in PATH if ORDER[stage] <= end and stage is not ProjectStage.MID_TERM]
        return tuple(stage for stage in behind if stage not in known)

    def rule(self, stage: ProjectStage) -> Rule:
        """What reaching ``stage`` takes."""
        return self.rules.get(stage, Rule())

    def step(self, stage: ProjectStage) -> StageStep | None:
        """The step that reached ``stage``, if it was taken."""
        return next((one for one in self.steps if one.stage is stage), None)

    def label(self, stage: ProjectStage) -> str:
        """What the step to ``stage`` is called in this project."""
        taken = self.step(stage)
        before = self.steps[-2].stage if taken is not None and len(self.steps) > 1 else self.facts.stage
        return step_label(stage, before)

    def documents_of(self, stage: ProjectStage) -> tuple[DocumentLine, ...]:
        """The documents of one step."""
        return tuple(one for one in self.documents if one.stage is stage)

    def missing(self, stage: ProjectStage) -> tuple[DocumentKind, ...]:
        """The kinds of documents that the step to ``stage`` needs and does not have."""
        there = {one.kind for one in self.documents_of(stage)}
        return tuple(kind for kind in self.rule(stage).documents if kind not in there)

    def lacks_mid_term(self, stage: ProjectStage) -> bool:
        """Whether the rules ask for a mid-term review that was not made."""
        return self.rule(stage).needs_mid_term and self.step(ProjectStage.MID_TERM) is None

    def needs(self, stage: ProjectStage) -> tuple[Need, ...]:
        """What the step to ``stage`` needs, in words."""
        rule, missing = self.rule(stage), self.missing(stage)
        needed = [
            Need(text=Problem(N_("材料：%(document)s"), document=kind.label), met=kind not in missing)
            for kind in rule.documents
        ]
        if rule.needs_mid_term:
            needed.append(Need(text=Problem(N_("先做过中期检查")), met=not self.lacks_mid_term(stage)))
        said = (
            (rule.needs_opinion, N_("意见")),
            (rule.needs_decider, N_("由谁决定")),
            (rule.needs_number, N_("文号和发文日期")),
        )
        return (*needed, *(Need(text=Problem(words), met=None) for asked, words in said if asked))

    @property
    def _position(self) -> int:
        return ORDER[self.facts.stage] if self.facts.stage in PATH else 0

    def _is_open(self, stage: ProjectStage) -> bool:
        skips = stage is ProjectStage.ACCEPTANCE and self.facts.stage is ProjectStage.UNDER_WAY
        return not (skips and self.lacks_mid_term(stage))


def project_track(actor: Actor, project_id: int) -> Track:
    """The way of a project in scope, in one query. Raises ``NotFound``."""
    return track_in(db.session.execute(lines_of(actor, project_id)).all())


def track_of(facts: ProjectFacts) -> Track:
    """The way of a project that is known to be in scope, in one query."""
    return _track(facts, db.session.execute(own_lines(facts.id)).all())


def track_in(rows: Sequence[Any]) -> Track:
    """The way that ``lines_of`` tells. Raises ``NotFound`` where the project itself is not among them."""
    facts = next((_facts(row) for row in rows if row.what == "project"), None)
    if facts is None:
        raise NotFound
    return _track(facts, rows)


def _track(facts: ProjectFacts, rows: Sequence[Any]) -> Track:
    steps = [_step(row) for row in rows if row.what == "step"]
    requests = [_request(row) for row in rows if row.what == "request"]
    return Track(
        facts=facts,
        steps=tuple(sorted(steps, key=lambda one: (one.reached_on, ORDER[one.stage]))),
        documents=tuple(_document(row) for row in rows if row.what == "document"),
        requests=tuple(sorted(requests, key=lambda one: -one.id)),
        rules=rules_among([_rule(row) for row in rows if row.what == "rule"], facts.level, facts.kind),
    )


def _facts(row: Any) -> ProjectFacts:
    return ProjectFacts(
        id=row.id,
        title=row.one,
        version=row.number,
        stage=row.stage,
        level=LEVELS[row.two],
        kind=PROJECT_KINDS[row.three],
        starts_on=row.first_on,
        ends_on=row.second_on,
        region_code=row.four,
    )


def _rule(row: Any) -> ScopedRule:
    asked = {name: bool(row.number & 2**bit) for bit, name in enumerate(ASKED)}
    documents = tuple(KINDS[name] for name in row.one.split(",") if name in KINDS)
    return ScopedRule(
        region_code=row.five,
        stage=row.stage,
        level=LEVELS.get(row.two),
        kind=PROJECT_KINDS.get(row.three),
        rule=Rule(documents=documents, note=row.four, **asked),
    )


def _step(row: Any) -> StageStep:
    return StageStep(
        id=row.id,
        stage=row.stage,
        reached_on=row.first_on,
        note=row.one,
        decided_by=row.two,
        decision_number=row.three,
        decided_on=row.second_on,
        opinion=row.four,
        recorded_by=row.five,
    )


def _request(row: Any) -> RequestLine:
    return RequestLine(
        id=row.id,
        stage=row.stage,
        state=STATES[row.one],
        words=row.two,
        asked_by=row.three,
        asked_by_id=row.account_id,
        asked_at=row.first_at,
        answer=row.four,
        answered_by=row.five,
        answered_at=row.second_at,
    )


def _document(row: Any) -> DocumentLine:
    return DocumentLine(
        id=row.id,
        stage=row.stage,
        kind=KINDS.get(row.one, DocumentKind.OTHER),
        title=row.two,
        format=FORMATS[row.three],
        size_bytes=row.number,
        added_by=row.four,
        added_by_id=row.account_id,
        received_at=row.first_at,
    )
