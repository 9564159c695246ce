"""Everything dated or placed that belongs to a project, as one statement: a page may ask few questions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Integer, String, Text, case, cast, func, literal, null, select, type_coerce, union_all

from commissioner.access import Actor, scope
from commissioner.domain.project_lines import received
from commissioner.domain.step_rules import ASKED, DIGITS
from commissioner.domain.subject import place_name
from commissioner.models import (
    Funding,
    Milestone,
    Project,
    ProjectDocument,
    ProjectPlace,
    StageChange,
    StepRequest,
    StepRule,
)
from commissioner.models.base import REGION_CODE_LENGTH, UtcDateTime

NO_DAY = cast(null(), Date)
NO_MOMENT = type_coerce(cast(null(), UtcDateTime), UtcDateTime)
NO_NUMBER = cast(null(), Integer)
NO_STAGE = type_coerce(cast(null(), String), StageChange.stage.type)
NOTHING = literal("")


def lines_of(actor: Actor, project_id: int) -> Any:
    """The project itself, if it is in scope, with its places, milestones, money, steps, requests, documents and rules.

    The columns ``one`` to ``five``, ``number`` and ``account_id`` mean something else in each kind of line.
    """
    more = (_sources(project_id), *_of_steps(project_id))
    return _together(_project(actor, project_id), _places(project_id), _milestones(project_id), *more)


def own_lines(project_id: int) -> Any:
    """Steps, requests, documents and rules of a project that is known to be in scope."""
    return _together(*_of_steps(project_id))


def _together(*selects: Any) -> Any:
    lines = union_all(*selects).subquery()
    return select(lines).order_by(lines.c.what, lines.c.first_on, lines.c.id)


def _of_steps(project_id: int) -> tuple[Any, Any, Any, Any]:
    return _steps(project_id), _requests(project_id), _documents(project_id), _rules(project_id)


def _line(what: str, row_id: Any, stage: Any, days: Any, moments: Any, texts: Any, numbers: Any) -> Any:
    five = [*(cast(type_coerce(one, String), Text) for one in texts), *[NOTHING] * (5 - len(texts))]
    names = ("what", "id", "stage", "first_on", "second_on", "first_at", "second_at")
    more = ("one", "two", "three", "four", "five", "number", "account_id")
    values = (literal(what), row_id, stage, *days, *moments, *five, *numbers)
    return select(*(value.label(name) for value, name in zip(values, (*names, *more), strict=True)))


def _project(actor: Actor, project_id: int) -> Any:
    texts = (Project.title, Project.level, Project.kind, Project.region_code)
    days, numbers = (Project.starts_on, Project.ends_on), (Project.version, NO_NUMBER)
    line = _line("project", Project.id, Project.stage, days, (NO_MOMENT, NO_MOMENT), texts, numbers)
    return line.where(Project.id == project_id, scope(actor, Project))


def _places(project_id: int) -> Any:
    here = ProjectPlace
    texts, numbers = (place_name(here.place_id),), (here.place_id, NO_NUMBER)
    line = _line("place", here.id, NO_STAGE, (NO_DAY, NO_DAY), (NO_MOMENT, NO_MOMENT), texts, numbers)
    return line.where(here.project_id == project_id)


def _milestones(project_id: int) -> Any:
    due = Milestone
    texts, days = (due.title, due.done_by, due.done_note), (due.due_on, due.done_on)
    line = _line("milestone", due.id, due.stage, days, (NO_MOMENT, NO_MOMENT), texts, (NO_NUMBER, NO_NUMBER))
    return line.where(due.project_id == project_id)


def _sources(project_id: int) -> Any:
    """Money by source, in fen: granted, arrived, spent."""
    texts = (Funding.source, Funding.granted_fen, received(), Funding.spent_fen)
    line = _line(
        "source", Funding.id, NO_STAGE, (NO_DAY, NO_DAY), (NO_MOMENT, NO_MOMENT), texts, (NO_NUMBER, NO_NUMBER)
    )
    return line.where(Funding.project_id == project_id)


def _steps(project_id: int) -> Any:
    step = StageChange
    texts = (step.note, step.decided_by, step.decision_number, step.opinion, step.recorded_by)
    days = (step.reached_on, step.decided_on)
    line = _line("step", step.id, step.stage, days, (NO_MOMENT, NO_MOMENT), texts, (NO_NUMBER, NO_NUMBER))
    return line.where(step.project_id == project_id)


def _requests(project_id: int) -> Any:
    asked = StepRequest
    texts = (asked.state, asked.words, asked.asked_by, asked.answer, asked.answered_by)
    moments, numbers = (asked.asked_at, asked.answered_at), (NO_NUMBER, asked.asked_by_id)
    line = _line("request", asked.id, asked.stage, (NO_DAY, NO_DAY), moments, texts, numbers)
    return line.where(asked.project_id == project_id)


def _documents(project_id: int) -> Any:
    file = ProjectDocument
    texts = (file.kind, file.title, file.format, file.added_by)
    moments, numbers = (file.received_at, NO_MOMENT), (file.size_bytes, file.added_by_id)
    line = _line("document", file.id, file.stage, (NO_DAY, NO_DAY), moments, texts, numbers)
    return line.where(file.project_id == project_id)


def _rules(project_id: int) -> Any:
    """The rules of everybody whose region holds the project; what each asks is a number, a bit a question."""
    rule = StepRule
    region = select(Project.region_code).where(Project.id == project_id).scalar_subquery()
    owners = [func.substr(region, 1, digits) + "0" * (REGION_CODE_LENGTH - digits) for digits in DIGITS]
    asked = sum((case((getattr(rule, name), 2**bit), else_=0) for bit, name in enumerate(ASKED)), literal(0))
    texts = (rule.documents, rule.level, rule.kind, rule.note, rule.region_code)
    line = _line("rule", rule.id, rule.stage, (NO_DAY, NO_DAY), (NO_MOMENT, NO_MOMENT), texts, (asked, NO_NUMBER))
    return line.where(rule.region_code.in_(owners))
