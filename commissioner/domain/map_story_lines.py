"""The groups of lines in a story of the map, each the latest few of its kind with the count of all."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
)

from commissioner.access import Actor, Permission, scope
from commissioner.domain import map_rows
from commissioner.domain.bases import standing_on
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_story_parts import MOST_YEARS
from commissioner.domain.open_on import problem_open_on
from commissioner.domain.problems import HEADING
from commissioner.domain.project_years import implemented_by
from commissioner.domain.service_days import visit_counts
from commissioner.domain.subject import name_of, place_name, running
from commissioner.models import (
    Commissioner,
    DemonstrationBase,
    Instruction,
    Introduction,
    Need,
    Posting,
    Project,
    RaisedProblem,
    Visit,
    VisitPhoto,
)
from commissioner.vocabulary import RaisedProblemState

MOST_LINES, MOST_PHOTOS = 5, 4
Condition = ColumnElement[bool]


def row(kind: str, row_id: Any, text: Any, on: Any, illustrative: Any, total: Any, **own: Any) -> Select[Any]:
    """A row of a story in the columns that all parts of the union have; a union is strict about types."""
    return select(
        literal(kind).label("kind"),
        row_id.label("id"),
        text.label("text"),
        on.label("on"),
        own.get("amount", cast(null(), Introduction.quantity.type)).label("amount"),
        own.get("unit", cast(null(), Introduction.unit.type)).label("unit"),
        own.get("photo_id", cast(null(), Integer)).label("photo_id"),
        illustrative.label("illustrative"),
        total.label("total"),
    )


def lines(kind: str, model: Any, text: Any, on: Any, *conditions: Condition, **own: Any) -> Select[Any]:
    """The latest few rows with the count of all; as a subquery, so that each part of a union keeps its own limit."""
    few = row(kind, model.id, text, on, model.illustrative, func.count().over(), **own).where(*conditions)
    return select(few.order_by(on.desc(), model.id.desc()).limit(MOST_LINES).subquery())


def photo_rows(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """The latest few photos of visits under ``condition`` by the day; who sees the visit sees its photos."""
    one = VisitPhoto
    told = row("photos", Visit.id, Visit.topic, Visit.starts_on, Visit.illustrative, literal(0), photo_id=one.id)
    few = (
        told.join(one, one.visit_id == Visit.id)
        .where(*map_rows.visits_counted(actor, ask), condition, _began(ask) <= ask.on)
        .order_by(_began(ask).desc(), Visit.id.desc(), one.id)
        .limit(MOST_PHOTOS)
    )
    return select(few.subquery())


def _began(ask: MapAsk) -> Any:
    """The first day of a visit, without its index: that of the place is the one to walk, all years would be everything."""
    return func.coalesce(Visit.starts_on, ask.on)


def visit_years(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """How many service visits that count began in each of the last years: the year stands as the id."""
    year = cast(extract("year", Visit.starts_on), Integer)
    told = row("years", year, literal(""), cast(null(), Date), literal(False), func.count())
    return (
        told.where(*map_rows.visits_counted(actor, ask), visit_counts(), condition)
        .where(_began(ask).between(date(ask.year - MOST_YEARS + 1, 1, 1), ask.on))
        .group_by(year)
    )


def posting_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """Who serves on the day, and since when."""
    name = name_of(Commissioner, Commissioner.name, Posting.commissioner_id)
    return lines("postings", Posting, name, Posting.starts_on, condition, *map_rows.postings_counted(actor, ask))


def terms_of(actor: Actor, ask: MapAsk, commissioner_id: int) -> Select[Any]:
    """Everywhere that somebody was sent by the day."""
    begun = Posting.starts_on <= ask.on
    place = place_name(Posting.place_id)
    own = Posting.commissioner_id == commissioner_id
    return lines("postings", Posting, place, Posting.starts_on, own, begun, scope(actor, Posting))


def people_lines(actor: Actor, ask: MapAsk, ids: Any) -> Select[Any]:
    """Some commissioners, each with the day from which the present postings run."""
    one = Commissioner
    since = (
        select(func.min(Posting.starts_on))
        .where(Posting.commissioner_id == one.id, scope(actor, Posting))
        .where(running(Posting.starts_on, Posting.ends_on, ask.on))
        .correlate_except(Posting)
        .scalar_subquery()
    )
    return lines("people", one, one.name, since, one.id.in_(ids), scope(actor, one))


def project_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """Projects implemented so far in the year."""
    one = Project
    return lines("projects", one, one.title, one.starts_on, condition, scope(actor, one), implemented_by(ask.on))


def base_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """Bases that stand on the day."""
    base = DemonstrationBase
    return lines("bases", base, base.name, base.founded_on, condition, scope(actor, base), standing_on(ask.on))


def introduction_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """What was introduced by the day, with how much of it."""
    one = Introduction
    by_then = one.introduced_on <= ask.on
    much = {"amount": one.quantity, "unit": one.unit}
    return lines("introductions", one, one.name, one.introduced_on, condition, scope(actor, one), by_then, **much)


def instruction_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any] | None:
    """Written instructions given by the day, in their own words; nothing for who may not see the registers."""
    one = Instruction
    if not actor.can(Permission.SEE_REGISTERS):
        return None
    by_then = or_(one.given_on <= ask.on, one.given_on.is_(None) & (one.year <= ask.year))
    undated = case((one.given_on.is_(None), cast(one.year, String) + " "), else_="")
    words = case((one.quote != "", "“" + one.quote + "”"), else_=one.subject)
    text = undated + one.leader + "：" + words
    return lines("instructions", one, text, one.given_on, condition, scope(actor, one), by_then)


def visit_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """Visits so far in the year."""
    in_year = _began(ask).between(*ask.days)
    counted = map_rows.visits_counted(actor, ask)
    return lines("visits", Visit, Visit.topic, Visit.starts_on, condition, in_year, *counted)


def need_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """Needs that are open on the day."""
    return lines("needs", Need, Need.title, Need.raised_on, condition, *map_rows.needs_counted(actor, ask))


def problem_lines(actor: Actor, ask: MapAsk, condition: Condition) -> Select[Any]:
    """Problems that are open on the day."""
    one = RaisedProblem
    return lines("problems", one, HEADING, one.raised_on, condition, *map_rows.problems_counted(actor, ask))


def problem_counts(actor: Actor, day: date, condition: Condition) -> tuple[Any, Any]:
    """How many problems were open on the day and how many solved by then, as two columns of the head."""
    one = RaisedProblem
    solved = (one.state == RaisedProblemState.SOLVED) & (one.solved_on <= day)
    counted = (
        select(func.count(one.id)).where(scope(actor, one), condition, told).correlate(None).scalar_subquery()
        for told in (problem_open_on(day), solved)
    )
    open_then, solved_by = counted
    return open_then.label("problems_open"), solved_by.label("problems_solved")


def problems_told(row: Any) -> tuple[int, int]:
    """The two counts of a head."""
    return row.problems_open, row.problems_solved
