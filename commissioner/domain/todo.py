"""What has a day: milestones, terms, problems, instructions and planned stops, each in the reader's own scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, RowMapping, Select, String, literal, or_, select, type_coerce, union_all

from commissioner.access import Actor, Permission, scope
from commissioner.domain.campaigns import REACHED_ON
from commissioner.domain.evaluation_people import opinion_wanted, report_wanted, undecided
from commissioner.domain.period_reports import due_of_update, due_on, missed_of
from commissioner.domain.postings import posting_name
from commissioner.domain.problems import HEADING, UNSETTLED
from commissioner.domain.project_lines import still_open
from commissioner.domain.subject import name_of, place_name
from commissioner.domain.updates import PROJECT_TITLE, to_mend, to_review
from commissioner.models import (
    Batch,
    Campaign,
    CampaignStop,
    EvaluationScheme,
    Instruction,
    Milestone,
    Posting,
    Project,
    ProjectUpdate,
    RaisedProblem,
    ReportingPeriod,
    db,
)
from commissioner.units import today
from commissioner.vocabulary import N_, Role, Word

MOST = 500
DAYS_AHEAD = 60


class TodoKind(Word):
    """What is to be done on the day."""

    MILESTONE = "milestone", N_("项目节点到期")
    TERM = "term", N_("派驻任期到期")
    PROBLEM = "problem", N_("问题到期")
    INSTRUCTION = "instruction", N_("批示应办结")
    STOP = "stop", N_("计划走访")
    REPORT = "report", N_("进展上报到期")
    REVIEW = "review", N_("进展审核到期")
    MEND = "mend", N_("退回的进展到期")
    CALL = "call", N_("需求征集截止")
    EVALUATION = "evaluation", N_("考核到期")


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoItem:
    """Something with a day. ``subject`` and ``row_id`` name the page that opens; ``key`` stays the same for good.

    ``title`` may quote what somebody wrote freely; ``place`` never does, and is what leaves the house.
    """

    key: str
    kind: TodoKind
    due_on: date
    overdue: bool
    title: str
    place: str
    subject: str
    row_id: int

    @property
    def days_left(self) -> int | None:
        """How long a call still runs: it is told with its days; other dates speak for themselves."""
        return (self.due_on - today()).days if self.kind is TodoKind.CALL else None

    @property
    def outside(self) -> str:
        """What it is called in a calendar or a mail, where a problem is not quoted."""
        return self.place if self.kind in {TodoKind.PROBLEM, TodoKind.INSTRUCTION} else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What is to be done, oldest first; ``cut`` says that there is more than is shown."""

    items: Sequence[TodoItem]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Source:
    kind: TodoKind
    model: Any
    due: Any
    title: Any
    place: Any
    subject: str
    opens: Any
    still: Callable[[Actor], ColumnElement[bool]]
    see: Permission = Permission.LOOK
    # A term that is over is history; a milestone that was missed is still to be done.
    stays: bool = True


def _running_campaign() -> ColumnElement[bool]:
    return CampaignStop.campaign_id.in_(
        select(Campaign.id).where(or_(Campaign.ends_on.is_(None), Campaign.ends_on >= today()))
    )


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Whoever settles problems answers for all in scope; others for what was handed to them."""
    unsettled: ColumnElement[bool] = RaisedProblem.state.in_(UNSETTLED)
    if actor.can(Permission.SETTLE_PROBLEM) or actor.role is Role.LEADER:
        return unsettled
    return unsettled & (RaisedProblem.owner_id == (actor.account_id or 0))


def _still_evaluated(actor: Actor) -> ColumnElement[bool]:
    """The bureau has yet to decide, a commissioner to report, a township may say a word."""
    account_id = actor.account_id or 0
    if actor.can(Permission.KEEP_EVALUATION):
        return undecided()
    return opinion_wanted(account_id) if actor.can(Permission.GIVE_OPINION) else report_wanted(account_id)


_MILESTONE = _Source(
    kind=TodoKind.MILESTONE,
    model=Milestone,
    due=Milestone.due_on,
    title=Milestone.title,
    place=name_of(Project, Project.title, Milestone.project_id),
    subject="projects",
    opens=Milestone.project_id,
    still=lambda actor: still_open(),
)
_TERM = _Source(
    kind=TodoKind.TERM,
    model=Posting,
    due=Posting.ends_on,
    title=posting_name(),
    place=place_name(Posting.place_id),
    subject="postings",
    opens=Posting.id,
    still=lambda actor: Posting.starts_on <= today(),
    stays=False,
)
_PROBLEM = _Source(
    kind=TodoKind.PROBLEM,
    model=RaisedProblem,
    due=RaisedProblem.due_on,
    title=HEADING,
    place=place_name(RaisedProblem.place_id),
    subject="problems",
    opens=RaisedProblem.id,
    still=_mine,
)
_INSTRUCTION = _Source(
    kind=TodoKind.INSTRUCTION,
    model=Instruction,
    due=Instruction.due_on,
    title=Instruction.subject,
    place=place_name(Instruction.place_id),
    subject="instructions",
    opens=Instruction.id,
    still=lambda actor: Instruction.done_on.is_(None),
    see=Permission.SEE_REGISTERS,
)
_STOP = _Source(
    kind=TodoKind.STOP,
    model=CampaignStop,
    due=CampaignStop.planned_on,
    title=place_name(CampaignStop.place_id),
    place=name_of(Campaign, Campaign.name, CampaignStop.campaign_id),
    subject="campaigns",
    opens=CampaignStop.campaign_id,
    still=lambda actor: REACHED_ON.is_(None) & _running_campaign(),
)
_EVALUATION = _Source(
    kind=TodoKind.EVALUATION,
    model=EvaluationScheme,
    due=EvaluationScheme.decide_by,
    title=EvaluationScheme.name,
    place=literal(""),
    subject="schemes",
    opens=EvaluationScheme.id,
    still=_still_evaluated,
)
_REPORT = _Source(
    kind=TodoKind.REPORT,
    model=ReportingPeriod,
    due=due_on(),
    title=ReportingPeriod.name,
    place=literal(""),
    subject="periods",
    opens=ReportingPeriod.id,
    still=lambda actor: ReportingPeriod.closed_at.is_(None) & missed_of(actor),
    see=Permission.UPDATE_PROJECT,
)
_REVIEW = _Source(
    kind=TodoKind.REVIEW,
    model=ProjectUpdate,
    due=due_of_update(),
    title=PROJECT_TITLE,
    place=literal(""),
    subject="updates",
    opens=ProjectUpdate.id,
    still=lambda actor: to_review(),
    see=Permission.REVIEW_UPDATE,
)
_MEND = replace(_REVIEW, kind=TodoKind.MEND, still=lambda actor: to_mend(), see=Permission.UPDATE_PROJECT)
_CALL = _Source(
    kind=TodoKind.CALL,
    model=Batch,
    due=Batch.call_closes_on,
    title=Batch.name,
    place=literal(""),
    subject="batches",
    opens=Batch.id,
    still=lambda actor: Batch.call_opens_on <= today(),
    see=Permission.RAISE_NEED,
    stays=False,
)
_ALL = (_MILESTONE, _TERM, _PROBLEM, _INSTRUCTION, _STOP, _CALL, _EVALUATION)
SOURCES: dict[Role, tuple[_Source, ...]] = {
    **dict.fromkeys((Role.ADMINISTRATOR, Role.OFFICER), (*_ALL, _REPORT, _REVIEW)),
    Role.TOWNSHIP: _ALL,
    Role.COMMISSIONER: (_MILESTONE, _TERM, _PROBLEM, _STOP, _REPORT, _MEND, _EVALUATION),
    Role.INSTITUTION: (_MILESTONE, _TERM, _STOP),
    # A leader looks after what was instructed and what stays unsolved, not after each project's next step.
    Role.LEADER: (_PROBLEM, _INSTRUCTION, _STOP),
}


def todo(actor: Actor, from_day: date, to_day: date) -> Todo:
    """What ``actor`` has before them from one day to another, and whatever is overdue by today; one query for all kinds.

    Of more than five hundred the latest days are kept: what has been overdue longest is in its list.
    """
    sources = {one.kind: one for one in SOURCES[actor.role] if actor.can(one.see)}
    kinds = [select(_rows(actor, one, from_day, to_day).subquery()) for one in sources.values()]
    rows = db.session.execute(kinds[0] if len(kinds) == 1 else union_all(*kinds)).mappings()
    found = [_item(sources[TodoKind(row["kind"])], row) for row in rows]
    found.sort(key=lambda one: (one.due_on, one.key))
    return Todo(items=found[-MOST:], cut=len(found) > MOST)


def _rows(actor: Actor, source: _Source, from_day: date, to_day: date) -> Select[Any]:
    asked = source.due.between(from_day, to_day)
    if source.stays:
        asked = or_(asked, source.due < today())
    return (
        select(
            literal(source.kind.value).label("kind"),
            source.model.id.label("id"),
            type_coerce(source.due, Date).label("due_on"),
            type_coerce(source.title, String).label("title"),
            type_coerce(source.place, String).label("place"),
            source.opens.label("opens"),
        )
        .where(scope(actor, source.model), asked, source.still(actor))
        .order_by(source.due.desc(), source.model.id)
        .limit(MOST + 1)
    )


def _item(source: _Source, row: RowMapping) -> TodoItem:
    return TodoItem(
        key=f"{source.kind.value}-{row['id']}",
        kind=source.kind,
        due_on=row["due_on"],
        overdue=source.stays and row["due_on"] < today(),
        title=row["title"] or "",
        place=row["place"] or "",
        subject=source.subject,
        row_id=row["opens"],
    )
