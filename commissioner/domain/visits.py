"""Visits as a subject: what a visit holds, how visits are listed and linked. The verbs are in ``visit_log``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, scope
from commissioner.domain.listing import Column, ColumnKind, Filter, Listing, contains
from commissioner.domain.open_on import day_asked
from commissioner.domain.service_days import visit_counts
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    id_filter,
    illustrative_column,
    names_through,
    place_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import Commissioner, Place, RaisedProblem, Visit, VisitCommissioner
from commissioner.units import LOCAL_ZONE, today, whole, year_bounds
from commissioner.vocabulary import N_, NC_, VisitKind, VisitState

MOST_DAYS = 3660


def visits_of(commissioner_id: int) -> ColumnElement[bool]:
    """The visits that list a commissioner."""
    mine = select(VisitCommissioner.visit_id).where(VisitCommissioner.commissioner_id == commissioner_id)
    result: ColumnElement[bool] = Visit.id.in_(mine)
    return result


def visits_between(first: date, last: date) -> ColumnElement[bool]:
    """The visits of which at least one day lies between two dates."""
    result: ColumnElement[bool] = (Visit.starts_on <= last) & (Visit.ends_on >= first)
    return result


def begun_by(day: date) -> ColumnElement[bool]:
    """The visits so far in the year of ``day``: begun from 1 January to that day."""
    result: ColumnElement[bool] = Visit.starts_on.between(year_bounds(day.year)[0], day)
    return result


def days_asked(text: str) -> int | None:
    """A number of days that an address asks about: at least one, and no more than ten years."""
    days = whole(text)
    return days if days and days <= MOST_DAYS else None


def _waiting_for(value: str) -> ColumnElement[bool] | None:
    """Waiting for more than so many days since it was logged, or last changed."""
    days = days_asked(value)
    if days is None:
        return None
    since = datetime.combine(today() - timedelta(days=days), time.min, LOCAL_ZONE)
    result: ColumnElement[bool] = (Visit.state == VisitState.WAITING) & (Visit.updated_at < since)
    return result


def _logged_by(value: str) -> ColumnElement[bool] | None:
    """Logged by an account: the home page asks for its reader's own."""
    account_id = whole(value)
    return None if account_id is None else Visit.logged_by_id == account_id


def _served_in(value: str) -> ColumnElement[bool] | None:
    """Visits that count towards the service days of a year: those of which a day lies in it."""
    year = whole(value)
    return visit_counts() & visits_between(*year_bounds(year)) if year and year <= date.max.year else None


def _place_is_called(actor: Actor, word: str) -> ColumnElement[bool]:
    # Only places in scope: a visit outside it is not seen anyway, and a township has a hundred, a county ten thousand.
    named = select(Place.id).where(scope(actor, Place), contains(Place.name, word) | contains(Place.initials, word))
    result: ColumnElement[bool] = Visit.place_id.in_(named)
    return result


def _person_is_called(actor: Actor, word: str) -> ColumnElement[bool]:
    named = select(Commissioner.id).where(contains(Commissioner.name, word) | contains(Commissioner.initials, word))
    listed = select(VisitCommissioner.visit_id).where(VisitCommissioner.commissioner_id.in_(named))
    result: ColumnElement[bool] = Visit.id.in_(listed)
    return result


PEOPLE = names_through(
    VisitCommissioner, VisitCommissioner.visit_id, VisitCommissioner.commissioner_id, Commissioner.name, Visit.id
)

VISITS = Subject(
    name="visits",
    model=Visit,
    title=NC_("list", "走访"),
    one=NC_("one", "走访"),
    heading=Visit.topic,
    keep=None,
    fields=(
        Field(key="starts_on", label=N_("日期"), kind=Kind.DATE, required=True, past=True),
        Field(key="ends_on", label=N_("结束日期"), kind=Kind.DATE, required=True, past=True),
        Field(key="kind", label=N_("走访类别"), kind=Kind.WORD, words=VisitKind, required=True),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True),
        Field(
            key="commissioners",
            label=NC_("list", "特派员"),
            kind=Kind.REFERENCES,
            refers="commissioners",
            link=VisitCommissioner,
            required=True,
        ),
        Field(key="topic", label=N_("事由"), required=True),
        Field(key="outcome", label=N_("成效"), kind=Kind.PROSE),
        Field(key="base_id", label=N_("示范基地"), kind=Kind.REFERENCE, refers="bases"),
        Field(key="project_id", label=N_("项目"), kind=Kind.REFERENCE, refers="projects"),
        Field(key="campaign_id", label=N_("活动"), kind=Kind.REFERENCE, refers="campaigns"),
        Field(key="state", label=N_("状态"), kind=Kind.WORD, words=VisitState),
        Field(key="state_note", label=N_("说明")),
    ),
    listing=Listing(
        model=Visit,
        columns=(
            Column(
                key="starts_on", label=N_("日期"), value=Visit.starts_on, kind=ColumnKind.DATE, sort=Visit.starts_on
            ),
            place_column(Visit),
            text_column("topic", N_("事由"), Visit.topic),
            Column(key="people", label=NC_("list", "特派员"), value=PEOPLE),
            word_column("kind", N_("类别"), Visit.kind),
            word_column("state", N_("状态"), Visit.state),
            illustrative_column(Visit),
        ),
        filters=(
            year_filter(Visit.starts_on),
            township_filter(Visit),
            words_filter("kind", N_("类别"), Visit.kind, VisitKind),
            words_filter("state", N_("状态"), Visit.state, VisitState),
            Filter(
                key="no_outcome", label=N_("没有写结果"), predicate=lambda value: Visit.outcome == "", kind="hidden"
            ),
            Filter(key="counted", label=N_("计入服务天数"), predicate=lambda value: visit_counts(), kind="hidden"),
            Filter(key="served", label=N_("计入服务天数"), predicate=_served_in, kind="hidden"),
            Filter(key="waiting_days", label=N_("等待确认太久"), predicate=_waiting_for, kind="hidden"),
            Filter(key="logger", label=N_("自己登记的"), predicate=_logged_by, kind="hidden"),
            Filter(key="on", label=N_("年初到这一天"), predicate=day_asked(begun_by), kind="date"),
            id_filter("commissioner", visits_of),
            id_filter("place", lambda row_id: Visit.place_id == row_id),
            id_filter("base", lambda row_id: Visit.base_id == row_id),
            id_filter("project", lambda row_id: Visit.project_id == row_id),
            id_filter("campaign", lambda row_id: Visit.campaign_id == row_id),
        ),
        search=(Visit.topic, Visit.outcome),
        finders=(_place_is_called, _person_is_called),
        order=(Visit.starts_on.desc(),),
    ),
    related=(
        Related(
            subject="problems",
            title=N_("走访中反映的问题"),
            condition=lambda row_id: RaisedProblem.visit_id == row_id,
            field="visit_id",
        ),
    ),
)
