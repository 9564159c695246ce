"""Whatever is done in whatever order: no sequence of actions breaks an invariant or a sum, and what is refused writes nothing.

Needs, matches, postings, a project's steps, its reports and their reviews, and the periods that lock them, all at once.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from commissioner.access import Actor
from commissioner.domain import need_steps
from commissioner.domain.match_answers import AnswerDraft, PostDraft, answer_match, post, propose
from commissioner.domain.periods import PERIODS, close_period, reopen_period
from commissioner.domain.project_history import history, standing
from commissioner.domain.project_stages import MOVES
from commissioner.domain.project_steps import StepDraft, take_back_step, take_step
from commissioner.domain.project_updates import submit_update, take_back
from commissioner.domain.records import create
from commissioner.domain.update_drafts import UpdateDraft
from commissioner.domain.update_reviews import Judgement, approve_update, return_update, withdraw_approval
from commissioner.models import (
    AuditEntry,
    Match,
    Need,
    NeedEvent,
    Posting,
    Project,
    ProjectTarget,
    ProjectUpdate,
    ReportingPeriod,
    StageChange,
    UpdateFigure,
    db,
)
from commissioner.problems import Problem
from commissioner.units import today
from commissioner.vocabulary import (
    Level,
    MatchSide,
    MatchState,
    NeedState,
    ProjectStage,
    Role,
    UpdateState,
)
from tests.factories import an_actor, an_officer
from tests.needs import raised_by
from tests.people import NEXT_COUNTY
from tests.projects import a_project, a_target, somebody
from tests.steps import no_rules

UNMET = frozenset({NeedState.DECLINED, NeedState.WITHDRAWN})
STANDING = frozenset({MatchState.PROPOSED, MatchState.PLACE_AGREED, MatchState.COMMISSIONER_AGREED})
DAYS = (date(2022, 4, 1), date(2022, 6, 30), date(2022, 9, 1), date(2023, 2, 1))
PERIOD = (date(2022, 1, 1), date(2022, 8, 31))
STEPS = {
    "take_up": need_steps.take_up_need,
    "decline": need_steps.decline_need,
    "withdraw": need_steps.withdraw_need,
    "raise_anew": need_steps.raise_need_anew,
    "finish": need_steps.finish_need,
}
words = st.sampled_from(["说明原因", "说明原因", "<b>原因</b>", ""])
stale = st.sampled_from([0, 0, 0, 0, 1])
which = st.integers(0, 9)
PEOPLE = ["officer", "township", "wang", "li", "stranger"]


def mostly(*names: str) -> st.SearchStrategy[str]:
    """Whose work it is, as a rule, and now and then anybody."""
    return st.sampled_from([*names, *names, *names, *PEOPLE])


class Programme(RuleBasedStateMachine):
    """A need, a project and a period, and five people who do to them whatever comes to their mind."""

    cast: dict[str, Actor]

    @initialize(stage=st.sampled_from([ProjectStage.APPLIED, ProjectStage.UNDER_WAY]))
    def begin(self, stage: ProjectStage) -> None:
        self.need = raised_by(self.cast["township"])
        self.project = a_project(self.cast["wang"], self.cast["li"], stage=stage)
        self.target = a_target(self.project)
        period = {"name": uuid.uuid4().hex, "starts_on": PERIOD[0], "ends_on": PERIOD[1], "due_on": None}
        self.period = create(self.cast["officer"], PERIODS, period)
        self.locked: dict[int, tuple[Any, ...]] | None = None

    def attempt(self, verb: Callable[..., Any], who: str, *arguments: Any, **options: Any) -> None:
        """Try a verb as somebody: done with a line in the audit, or refused in words with nothing written."""
        before = self.everything()
        try:
            verb(self.cast[who], *arguments, **options)
        except Problem as refused:
            db.session.rollback()
            assert str(refused)  # noqa: PT017 - most actions are refused; what matters is that nothing was written
            assert self.everything() == before, f"{verb.__name__} was refused and wrote"
            return
        assert self.everything()[0] > before[0], f"{verb.__name__} left no line in the audit"

    def everything(self) -> tuple[Any, ...]:
        """What stands in the tables, the number of audit lines first."""
        db.session.rollback()
        lines = db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)) or 0
        asked = (
            select(Need.state, Need.version).where(Need.id == self.need),
            select(NeedEvent.from_state, NeedEvent.state).where(NeedEvent.need_id == self.need).order_by(NeedEvent.id),
            select(Match.id, Match.state, Match.version, Match.posting_id)
            .where(Match.need_id == self.need)
            .order_by(Match.id),
            select(Posting.id).order_by(Posting.id),
            select(Project.stage, Project.version, Project.spent_fen, Project.progress).where(
                Project.id == self.project
            ),
            select(StageChange.stage, StageChange.reached_on)
            .where(StageChange.project_id == self.project)
            .order_by(StageChange.id),
            select(ProjectUpdate.id, ProjectUpdate.state, ProjectUpdate.version, ProjectUpdate.spent_fen)
            .where(ProjectUpdate.project_id == self.project)
            .order_by(ProjectUpdate.id),
            select(ProjectTarget.actual_value).where(ProjectTarget.id == self.target),
            select(ReportingPeriod.closed_at, ReportingPeriod.version).where(ReportingPeriod.id == self.period),
        )
        return (lines, *(tuple(db.session.execute(one).all()) for one in asked))

    def row(self, model: Any, row_id: int) -> Any:
        db.session.rollback()
        return db.session.get_one(model, row_id)

    def pick(self, model: Any, condition: Any, number: int) -> Any:
        db.session.rollback()
        rows = db.session.scalars(select(model).where(condition).order_by(model.id)).all()
        return rows[number % len(rows)] if rows else None

    # Needs and matches

    @rule(who=mostly("officer", "township"), step=st.sampled_from(sorted(STEPS)), said=words, behind=stale)
    def steps_with_the_need(self, who: str, step: str, said: str, behind: int) -> None:
        version = self.row(Need, self.need).version - behind
        self.attempt(STEPS[step], who, self.need, need_steps.StepDraft(version=version, words=said))

    @rule(who=mostly("officer"), name=st.sampled_from(["wang", "li", "stranger"]))
    def proposes(self, who: str, name: str) -> None:
        self.attempt(propose, who, self.need, self.cast[name].commissioner_id or 0)

    @rule(
        who=mostly("township", "wang", "li"),
        number=which,
        side=st.sampled_from(MatchSide),
        agreed=st.sampled_from([True, True, False]),
        said=words,
    )
    def answers(self, who: str, number: int, side: MatchSide, agreed: bool, said: str) -> None:
        match = self.pick(Match, Match.need_id == self.need, number)
        if match is not None:
            self.attempt(answer_match, who, match.id, AnswerDraft(side=side, agreed=agreed, words=said))

    @rule(who=mostly("officer"), number=which)
    def posts(self, who: str, number: int) -> None:
        match = self.pick(Match, Match.need_id == self.need, number)
        if match is not None:
            self.attempt(post, who, match.id, PostDraft(level=Level.COUNTY, starts_on=today()))

    # The project

    @rule(who=mostly("officer"), stage=st.sampled_from(ProjectStage), said=words, behind=stale, ago=st.integers(-1, 3))
    def takes_a_step(self, who: str, stage: ProjectStage, said: str, behind: int, ago: int) -> None:
        version = self.row(Project, self.project).version - behind
        draft = StepDraft(stage=stage, reached_on=today() - timedelta(days=ago), opinion=said, version=version)
        self.attempt(take_step, who, self.project, draft)

    @rule(who=mostly("officer"), behind=stale)
    def takes_the_next_step(self, who: str, behind: int) -> None:
        project = self.row(Project, self.project)
        following = MOVES[project.stage]
        if following:
            version = project.version - behind
            draft = StepDraft(stage=following[0], reached_on=today(), opinion="同意", version=version)
            self.attempt(take_step, who, self.project, draft)

    @rule(who=mostly("officer"), said=words)
    def takes_the_last_step_back(self, who: str, said: str) -> None:
        project = self.row(Project, self.project)
        draft = StepDraft(stage=project.stage, reached_on=today(), reason=said, version=project.version)
        self.attempt(take_back_step, who, self.project, draft)

    @rule(
        who=mostly("wang", "li"),
        day=st.sampled_from(DAYS),
        spent=st.none() | st.integers(-1, 120),
        figure=st.none() | st.integers(-1, 300),
        confirmed=st.booleans(),
        again=st.none() | which,
    )
    def reports(
        self, who: str, day: date, spent: int | None, figure: int | None, confirmed: bool, again: int | None
    ) -> None:
        own = None if again is None else self.pick(ProjectUpdate, ProjectUpdate.project_id == self.project, again)
        version = own.version if own is not None else standing(self.cast["officer"], self.project).version
        draft = UpdateDraft(
            version=version,
            reported_on=day,
            progress="长势良好",
            spent_fen=None if spent is None else spent * 100_000,
            figures={} if figure is None else {self.target: Decimal(figure)},
            correction="更正" if confirmed else "",
            client_id=str(uuid.uuid4()),
            confirmed=confirmed,
        )
        self.attempt(submit_update, who, self.project, draft, own.id if own is not None else None)

    @rule(
        who=mostly("officer"),
        number=which,
        verb=st.sampled_from([approve_update, approve_update, return_update, withdraw_approval]),
        said=words,
        behind=stale,
    )
    def judges(self, who: str, number: int, verb: Callable[..., None], said: str, behind: int) -> None:
        row = self.pick(ProjectUpdate, ProjectUpdate.project_id == self.project, number)
        if row is not None:
            said_of_it = Judgement(version=row.version - behind, note=said, client_id=str(uuid.uuid4()))
            self.attempt(verb, who, row.id, said_of_it)

    @rule(who=mostly("wang", "li"), number=which)
    def takes_a_report_back(self, who: str, number: int) -> None:
        row = self.pick(ProjectUpdate, ProjectUpdate.project_id == self.project, number)
        if row is not None:
            self.attempt(take_back, who, row.id, row.version)

    # The period

    @rule(who=mostly("officer"), behind=stale, confirmed=st.booleans())
    def closes(self, who: str, behind: int, confirmed: bool) -> None:
        row = self.row(ReportingPeriod, self.period)
        self.attempt(close_period, who, self.period, row.version - behind, confirmed=confirmed)
        if self.locked is None and self.row(ReportingPeriod, self.period).closed_at is not None:
            self.locked = self.reports_within()

    @precondition(lambda self: self.locked is not None)
    @rule(who=mostly("officer"), said=words)
    def reopens(self, who: str, said: str) -> None:
        self.attempt(reopen_period, who, self.period, self.row(ReportingPeriod, self.period).version, said)
        if self.row(ReportingPeriod, self.period).closed_at is None:
            self.locked = None

    def reports_within(self) -> dict[int, tuple[Any, ...]]:
        """The reports of the period: what may not change while it is closed."""
        db.session.rollback()
        inside = (ProjectUpdate.project_id == self.project, ProjectUpdate.reported_on.between(*PERIOD))
        rows = db.session.scalars(select(ProjectUpdate).where(*inside))
        return {row.id: (row.state, row.version, row.spent_fen, row.reported_on) for row in rows}

    # What must hold after whatever was done

    @invariant()
    def the_need_went_a_way_that_its_history_tells(self) -> None:
        need = self.row(Need, self.need)
        told = db.session.scalars(select(NeedEvent).where(NeedEvent.need_id == self.need).order_by(NeedEvent.id)).all()
        assert told[-1].state is need.state
        assert all(later.from_state is earlier.state for earlier, later in itertools.pairwise(told))

    @invariant()
    def matches_and_postings_agree_with_the_need(self) -> None:
        need = self.row(Need, self.need)
        matches = db.session.scalars(select(Match).where(Match.need_id == self.need)).all()
        if need.state in UNMET:
            assert not [one for one in matches if one.state in STANDING]
        posted = [one for one in matches if one.posting_id is not None]
        assert len(posted) <= 1
        assert all(one.state is MatchState.AGREED for one in posted)
        assert (need.state is NeedState.POSTED) <= bool(posted)
        if posted:
            assert need.state in {NeedState.POSTED, NeedState.DONE}

    @invariant()
    def the_project_stands_where_its_steps_ended(self) -> None:
        project = self.row(Project, self.project)
        wanted = select(StageChange).where(StageChange.project_id == self.project)
        way = db.session.scalars(wanted.order_by(StageChange.id)).all()
        assert way[-1].stage is project.stage
        assert all(later.stage in MOVES[earlier.stage] for earlier, later in itertools.pairwise(way))
        assert all(later.reached_on >= earlier.reached_on for earlier, later in itertools.pairwise(way))

    @invariant()
    def only_what_is_approved_counts(self) -> None:
        db.session.rollback()
        counted = (ProjectUpdate.project_id == self.project, ProjectUpdate.state == UpdateState.APPROVED)
        rows = db.session.scalars(
            select(ProjectUpdate).where(*counted).order_by(ProjectUpdate.reported_on, ProjectUpdate.id)
        ).all()
        figures = {
            one.update_id: one.actual_value
            for one in db.session.scalars(select(UpdateFigure).where(UpdateFigure.target_id == self.target))
        }
        spent = [row.spent_fen for row in rows if row.spent_fen is not None]
        reported = [figures[row.id] for row in rows if row.id in figures]
        told = standing(self.cast["officer"], self.project)
        assert told.spent_fen == (spent[-1] if spent else 0)
        assert told.targets[0].actual_value == (reported[-1] if reported else None)
        assert history(self.cast["wang"], self.project).spent_fen == told.spent_fen

    @invariant()
    def a_closed_period_stands(self) -> None:
        if self.locked is not None:
            assert self.reports_within() == self.locked


def test_no_sequence_of_actions_breaks_an_invariant_or_a_sum(pingyang: Flask, dialect: str) -> None:
    no_rules()
    wang, li = somebody("王专家"), somebody("李专家")
    county = {"officer": an_officer(), "township": an_actor(Role.TOWNSHIP), "wang": wang, "li": li}
    stranger = an_actor(Role.OFFICER, NEXT_COUNTY)

    class Ours(Programme):
        cast = {**county, "stranger": stranger}  # noqa: RUF012 - the machine's own, made anew for each test

    quick = settings(
        max_examples=24 if dialect == "sqlite" else 6,  # what differs is how they wait for each other
        stateful_step_count=60,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Ours, settings=quick)
