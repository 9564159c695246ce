"""The story of a place that is touched on the map: what it is, who serves it, what was done; two queries each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, null, or_, select, union_all

from commissioner.access import Actor, Permission, scope, significant, within
from commissioner.domain import map_rows
from commissioner.domain.bases import standing_on
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.problems import HEADING, IN_CHARGE
from commissioner.domain.project_years import implemented_by
from commissioner.domain.subject import name_of, names_through, place_name
from commissioner.models import (
    BaseCommissioner,
    BaseProject,
    Commissioner,
    DemonstrationBase,
    Introduction,
    Need,
    Organisation,
    Pairing,
    Place,
    Posting,
    Project,
    ProjectCommissioner,
    ProjectPlace,
    RaisedProblem,
    Visit,
    db,
)
from commissioner.problems import NotFound
from commissioner.vocabulary import N_, NC_, PlaceLevel

MOST_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """Something that belongs to the place: a record by subject and id."""

    subject: str
    id: int
    text: str
    on: date | None
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryGroup:
    """The latest lines of one kind, and how many there are."""

    title: str
    total: int
    lines: tuple[StoryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the panel beside the map tells. ``facts`` pairs a label with a value that the page puts into words."""

    kind: str
    subject: str
    id: int
    title: str
    subtitle: str
    facts: tuple[tuple[str, Any], ...]
    groups: tuple[StoryGroup, ...]
    own_position: bool
    illustrative: bool


GROUPS: Mapping[str, str] = {
    "postings": N_("谁在服务"),
    "projects": N_("实施的项目"),
    "bases": NC_("list", "示范基地"),
    "introductions": N_("引进的新品种新技术"),
    "visits": NC_("list", "走访"),
    "needs": N_("待解决的需求"),
    "problems": N_("待解决的问题"),
}


def story(actor: Actor, kind: str, row_id: int, ask: MapAsk) -> Story:
    """The story of a mark; outside the actor's scope there is none, and ``NotFound`` is raised."""
    actor.must(Permission.LOOK)
    if kind not in TELLERS:
        raise NotFound
    return TELLERS[kind](actor, row_id, ask)


def _head(statement: Select[Any]) -> Any:
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _place_story(level: PlaceLevel) -> Callable[[Actor, int, MapAsk], Story]:
    def tell(actor: Actor, row_id: int, ask: MapAsk) -> Story:
        parent = Place.__table__.alias("parent")
        row = _head(
            select(Place.name, Place.region_code, Place.latitude_deg, Place.illustrative, parent.c.name.label("parent"))
            .outerjoin(parent, parent.c.id == Place.parent_id)
            .where(Place.id == row_id, Place.level == level, scope(actor, Place))
        )
        # A county stands on the map only for what is recorded of it as a whole.
        here = _here(row.region_code if level is PlaceLevel.TOWNSHIP else None, row_id)
        return Story(
            kind=level.value,
            subject="places",
            id=row_id,
            title=row.name,
            subtitle=row.parent or "",
            facts=(),
            groups=_groups(
                _postings(actor, ask, here(Posting)),
                _projects(actor, ask, _works(here)),
                _bases(actor, ask, here(DemonstrationBase)),
                _visits(actor, ask, here(Visit)),
                _needs(actor, ask, here(Need)),
                _problems(actor, ask, here(RaisedProblem)),
            ),
            own_position=row.latitude_deg is not None,
            illustrative=row.illustrative,
        )

    return tell


def _here(region_code: str | None, place_id: int) -> Callable[[Any], ColumnElement[bool]]:
    """In the township, its villages too; or at the village itself."""
    if region_code is None:
        return lambda model: model.place_id == place_id
    return lambda model: within(model.region_code, significant(region_code))


def _works(here: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = Project.id.in_(select(ProjectPlace.project_id).where(here(ProjectPlace)))
    return condition


def _project_story(actor: Actor, row_id: int, ask: MapAsk) -> Story:
    place = select(func.min(ProjectPlace.place_id)).where(ProjectPlace.project_id == row_id).scalar_subquery()
    row = _head(
        select(
            Project.title,
            Project.level,
            Project.kind,
            Project.stage,
            Project.industry,
            Project.illustrative,
            _people(ProjectCommissioner, ProjectCommissioner.project_id, Project.id).label("people"),
            name_of(Organisation, Organisation.name, Project.receiving_unit_id).label("unit"),
            place_name(place).label("place"),
        ).where(Project.id == row_id, scope(actor, Project))
    )
    linked = select(BaseProject.base_id).where(BaseProject.project_id == row_id)
    return Story(
        kind="project",
        subject="projects",
        id=row_id,
        title=row.title,
        subtitle=row.place or "",
        facts=(
            (N_("级别"), row.level),
            (N_("类别"), row.kind),
            (N_("产业"), row.industry),
            (N_("阶段"), row.stage),
            (N_("科技特派员"), row.people),
            (N_("承接单位"), row.unit),
        ),
        groups=_groups(
            _bases(actor, ask, DemonstrationBase.id.in_(linked)), _visits(actor, ask, Visit.project_id == row_id)
        ),
        own_position=False,
        illustrative=row.illustrative,
    )


def _base_story(actor: Actor, row_id: int, ask: MapAsk) -> Story:
    base = DemonstrationBase
    row = _head(
        select(
            base.name,
            base.industry,
            base.species,
            base.founded_on,
            base.latitude_deg,
            base.illustrative,
            _people(BaseCommissioner, BaseCommissioner.base_id, base.id).label("people"),
            name_of(Organisation, Organisation.name, base.host_id).label("host"),
            place_name(base.place_id).label("place"),
        ).where(base.id == row_id, scope(actor, base))
    )
    linked = select(BaseProject.project_id).where(BaseProject.base_id == row_id)
    return Story(
        kind="base",
        subject="bases",
        id=row_id,
        title=row.name,
        subtitle=row.place or "",
        facts=(
            (N_("产业"), row.industry),
            (N_("品种"), row.species),
            (N_("建立日期"), row.founded_on),
            (N_("建设单位"), row.host),
            (N_("科技特派员"), row.people),
        ),
        groups=_groups(
            _projects(actor, ask, Project.id.in_(linked)),
            _introductions(actor, ask, Introduction.base_id == row_id),
            _visits(actor, ask, Visit.base_id == row_id),
        ),
        own_position=row.latitude_deg is not None,
        illustrative=row.illustrative,
    )


def _people(link: Any, own: Any, own_id: Any) -> Any:
    return names_through(link, own, link.commissioner_id, Commissioner.name, own_id)


def _lines(subject: str, model: Any, text: Any, on: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    """The latest few rows with the count of all; as a subquery, so that each part of the union keeps its own limit."""
    order = (on.desc(), model.id.desc()) if on is not None else (model.id.desc(),)
    few = (
        select(
            literal(subject).label("subject"),
            model.id.label("id"),
            text.label("text"),
            (on if on is not None else null()).label("on"),
            model.illustrative.label("illustrative"),
            func.count().over().label("total"),
        )
        .where(*conditions)
        .order_by(*order)
        .limit(MOST_LINES)
        .subquery()
    )
    return select(few)


def _postings(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> Select[Any]:
    name = name_of(Commissioner, Commissioner.name, Posting.commissioner_id)
    return _lines("postings", Posting, name, Posting.starts_on, condition, *map_rows.postings_counted(actor, ask))


def _projects(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> Select[Any]:
    return _lines(
        "projects",
        Project,
        Project.title,
        Project.starts_on,
        condition,
        scope(actor, Project),
        implemented_by(ask.on),
    )


def _bases(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> Select[Any]:
    base = DemonstrationBase
    return _lines("bases", base, base.name, base.founded_on, condition, scope(actor, base), standing_on(ask.on))


def _introductions(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> Select[Any]:
    brought = Introduction
    by_then = or_(brought.introduced_on.is_(None), brought.introduced_on <= ask.on)
    return _lines(
        "introductions", brought, brought.name, brought.introduced_on, condition, scope(actor, brought), by_then
    )


def _needs(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> Select[Any]:
    return _lines("needs", Need, Need.title, Need.raised_on, condition, *map_rows.needs_counted(actor, ask))


def _problems(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> Select[Any]:
    counted = map_rows.problems_counted(actor, ask)
    return _lines("problems", RaisedProblem, HEADING, RaisedProblem.raised_on, condition, *counted)


def _visits(actor: Actor, ask: MapAsk, condition: ColumnElement[bool]) -> Select[Any]:
    in_year = Visit.starts_on.between(*ask.days)
    return _lines(
        "visits", Visit, Visit.topic, Visit.starts_on, condition, in_year, *map_rows.visits_counted(actor, ask)
    )


def _groups(*parts: Select[Any]) -> tuple[StoryGroup, ...]:
    """One query for all groups; those without a line are left out."""
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(union_all(*parts)):
        found.setdefault(row.subject, []).append(row)
    return tuple(
        StoryGroup(
            title=title,
            total=found[subject][0].total,
            lines=tuple(
                StoryLine(subject=subject, id=row.id, text=row.text, on=row.on, illustrative=row.illustrative)
                for row in found[subject]
            ),
        )
        for subject, title in GROUPS.items()
        if subject in found
    )


def _record_story(
    kind: str, subject: str, model: Any, title: Any, facts: Mapping[str, Any]
) -> Callable[[Actor, int, MapAsk], Story]:
    """The story of a record that lies in one place and has no groups of its own: its facts, and its page for more."""

    def tell(actor: Actor, row_id: int, ask: MapAsk) -> Story:
        columns = [value.label(f"fact_{index}") for index, value in enumerate(facts.values())]
        row = _head(
            select(title.label("title"), model.illustrative, place_name(model.place_id).label("place"), *columns).where(
                model.id == row_id, scope(actor, model)
            )
        )
        return Story(
            kind=kind,
            subject=subject,
            id=row_id,
            title=row.title,
            subtitle=row.place or "",
            facts=tuple((label, getattr(row, f"fact_{index}")) for index, label in enumerate(facts)),
            groups=(),
            own_position=False,
            illustrative=row.illustrative,
        )

    return tell


TELLERS: Mapping[str, Callable[[Actor, int, MapAsk], Story]] = {
    "village": _place_story(PlaceLevel.VILLAGE),
    "county": _place_story(PlaceLevel.COUNTY),
    "township": _place_story(PlaceLevel.TOWNSHIP),
    "project": _project_story,
    "base": _base_story,
    "posting": _record_story(
        "posting",
        "postings",
        Posting,
        name_of(Commissioner, Commissioner.name, Posting.commissioner_id),
        {
            N_("级别"): Posting.level,
            N_("产业"): Posting.industry,
            N_("开始日期"): Posting.starts_on,
            N_("结束日期"): Posting.ends_on,
        },
    ),
    "need": _record_story(
        "need",
        "needs",
        Need,
        Need.title,
        {
            N_("产业"): Need.industry,
            N_("遇到的问题"): Need.problem,
            N_("希望来什么专长的人"): Need.wanted_speciality,
            N_("提出日期"): Need.raised_on,
            N_("现在的状态"): Need.state,
        },
    ),
    "problem": _record_story(
        "problem",
        "problems",
        RaisedProblem,
        HEADING,
        {
            N_("类别"): RaisedProblem.category,
            N_("反映日期"): RaisedProblem.raised_on,
            N_("责任单位或责任人"): IN_CHARGE,
            N_("应解决日期"): RaisedProblem.due_on,
            N_("现在的状态"): RaisedProblem.state,
        },
    ),
    "pairing": _record_story(
        "pairing",
        "pairings",
        Pairing,
        name_of(Organisation, Organisation.name, Pairing.helper_id),
        {N_("所属行动"): Pairing.programme, N_("开始日期"): Pairing.starts_on, N_("结束日期"): Pairing.ends_on},
    ),
}
