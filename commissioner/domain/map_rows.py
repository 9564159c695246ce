"""What the map shows as of a day, one query a layer: places, service, visits, and every kind of mark."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    extract,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from commissioner.access import Actor, scope, within
from commissioner.domain.bases import standing_on
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.open_on import need_open_on, problem_open_on
from commissioner.domain.problems import HEADING
from commissioner.domain.project_years import implemented_by
from commissioner.domain.service_days import visit_counts
from commissioner.domain.subject import running
from commissioner.models import (
    BaseProject,
    Commissioner,
    DemonstrationBase,
    Need,
    Organisation,
    Pairing,
    Place,
    Posting,
    Project,
    ProjectPlace,
    RaisedProblem,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.vocabulary import CoordinateSource, PlaceLevel, PlaceState

Rows = Sequence[Any]  # Core rows with named columns
LEVELS = (PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)
ROUGH = frozenset({CoordinateSource.APPROXIMATE, CoordinateSource.CENTROID, CoordinateSource.ILLUSTRATIVE})


def in_township(model: Any, ask: MapAsk) -> ColumnElement[bool]:
    return within(model.region_code, ask.township)


def places_shown(actor: Actor) -> list[ColumnElement[bool]]:
    """The places of the map: today's counties, townships and villages in scope."""
    return [Place.level.in_(LEVELS), Place.state == PlaceState.CURRENT, scope(actor, Place)]


def place_columns() -> list[Any]:
    """What the map knows of a place."""
    return [
        Place.id,
        Place.level,
        Place.region_code,
        Place.name,
        Place.latitude_deg,
        Place.longitude_deg,
        Place.coordinate_source,
        Place.illustrative,
    ]


class Townships:
    """Some townships, as the fewest ranges of division codes that hold them."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = frozenset(codes)
        self._ranges: list[tuple[str, str]] = []
        last = None
        for code in sorted(self.codes):
            if last is not None and int(code) == int(last) + 1:
                self._ranges[-1] = (self._ranges[-1][0], f"{code}999")
            else:
                self._ranges.append((f"{code}000", f"{code}999"))
            last = code

    def hold(self, model: Any) -> ColumnElement[bool]:
        """The rows of ``model`` that lie in one of them."""
        return or_(false(), *(model.region_code.between(low, high) for low, high in self._ranges))


def village_after(actor: Actor, ask: MapAsk, most: int) -> Select[Any]:
    """A village beyond the first ``most``, if there is one; so that it is known without counting them all."""
    villages = [*places_shown(actor), Place.level == PlaceLevel.VILLAGE, in_township(Place, ask)]
    return select(Place.id).where(*villages).order_by(Place.region_code).offset(most).limit(1)


def places(actor: Actor, ask: MapAsk) -> Rows:
    """Townships, counties, then villages, by division code; the townships around the one asked for stay on the map."""
    statement = (
        select(*place_columns())
        .where(*places_shown(actor), or_(Place.level != PlaceLevel.VILLAGE, in_township(Place, ask)))
        .order_by(Place.level == PlaceLevel.VILLAGE, Place.level == PlaceLevel.COUNTY, Place.region_code, Place.id)
    )
    return db.session.execute(statement).all()


def townships(actor: Actor, which: Townships) -> Rows:
    """Townships and counties by their codes, in their order."""
    wanted = [*places_shown(actor), Place.level != PlaceLevel.VILLAGE, which.hold(Place)]
    statement = select(*place_columns()).where(*wanted)
    ordered = statement.order_by(Place.level == PlaceLevel.COUNTY, Place.region_code, Place.id)
    return db.session.execute(ordered).all()


def postings_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The postings that run on the day, under the filters."""
    return [
        scope(actor, Posting),
        in_township(Posting, ask),
        running(Posting.starts_on, Posting.ends_on, ask.on),
        Posting.level == ask.level if ask.level else true(),
        Posting.industry == ask.industry if ask.industry else true(),
    ]


def pairings_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The pairings that run on the day; the caller leaves them out where a level or an industry is asked for."""
    return [scope(actor, Pairing), in_township(Pairing, ask), running(Pairing.starts_on, Pairing.ends_on, ask.on)]


def needs_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The needs that were open on the day; the caller leaves them out where a level is asked for."""
    industry = Need.industry == ask.industry if ask.industry else true()
    return [scope(actor, Need), in_township(Need, ask), need_open_on(ask.on), industry]


def problems_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The problems that were open on the day; the caller leaves them out where a level or an industry is asked for."""
    return [scope(actor, RaisedProblem), in_township(RaisedProblem, ask), problem_open_on(ask.on)]


def bases_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The bases that stood on the day; a base has the level of the projects it belongs to."""
    base = DemonstrationBase
    of_level = exists().where(
        BaseProject.base_id == base.id, BaseProject.project_id == Project.id, Project.level == ask.level
    )
    return [
        scope(actor, base),
        standing_on(ask.on),
        in_township(base, ask),
        of_level.correlate(base) if ask.level else true(),
        base.industry == ask.industry if ask.industry else true(),
    ]


def projects_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The projects implemented so far in the year, wherever they work."""
    return [
        scope(actor, Project),
        implemented_by(ask.on),
        Project.level == ask.level if ask.level else true(),
        Project.industry == ask.industry if ask.industry else true(),
    ]


def visits(actor: Actor, ask: MapAsk, within: Townships | None = None) -> Rows:
    """Visits so far in the year, counted by place: never one by one. Only service that counts makes a place served."""
    statement = (
        select(
            Visit.place_id,
            func.count().label("visits"),
            func.sum(case((visit_counts(), 1), else_=0)).label("confirmed"),
            func.sum(case((Visit.illustrative, 0), else_=1)).label("real"),
        )
        .where(*visits_counted(actor, ask), Visit.starts_on.between(*ask.days))
        .where(within.hold(Visit) if within else true())
        .group_by(Visit.place_id)
    )
    return db.session.execute(statement).all()


def visits_counted(actor: Actor, ask: MapAsk) -> list[ColumnElement[bool]]:
    """The visits under the filters, of any time. A visit has the level of its people's posting on that day."""
    conditions = [
        scope(actor, Visit),
        in_township(Visit, ask),
        Visit.industry == ask.industry if ask.industry else true(),
    ]
    if ask.level:
        posted = (
            exists()
            .where(VisitCommissioner.visit_id == Visit.id)
            .where(Posting.commissioner_id == VisitCommissioner.commissioner_id, Posting.level == ask.level)
            .where(running(Posting.starts_on, Posting.ends_on, Visit.starts_on))
        )
        conditions.append(posted)
    return conditions


def visits_by_month(actor: Actor) -> dict[tuple[int, int], int]:
    """All visits in scope, counted by the (year, month) in which they began; the first posting's month is among them."""
    year, month = extract("year", Visit.starts_on), extract("month", Visit.starts_on)
    counted = select(year, month, func.count()).where(scope(actor, Visit)).group_by(year, month)
    began = select(func.min(Posting.starts_on).label("day")).where(scope(actor, Posting)).subquery().c.day
    first = select(extract("year", began), extract("month", began), literal(0)).where(began.is_not(None))
    told: dict[tuple[int, int], int] = {}
    for one, other, count in db.session.execute(union_all(counted, first)):
        told[int(one), int(other)] = told.get((int(one), int(other)), 0) + count
    return told


def marks(actor: Actor, ask: MapAsk, kinds: Collection[str], within: Townships | None = None) -> Mapping[str, Rows]:
    """The rows of each kind of mark, one for each place where it stands, with that place's position: one query for all."""
    statement = _marks(actor, ask, kinds, within)
    return _by_kind(db.session.execute(statement).all() if statement is not None else ())


def few_marks(actor: Actor, ask: MapAsk, kinds: Collection[str], most: int) -> Mapping[str, Rows] | None:
    """The same, or nothing where there are more than ``most``; asked without reading them all."""
    statement = _marks(actor, ask, kinds, None)
    rows = db.session.execute(statement.limit(most + 1)).all() if statement is not None else ()
    return _by_kind(rows) if len(rows) <= most else None


def _marks(actor: Actor, ask: MapAsk, kinds: Collection[str], within: Townships | None) -> Any:
    inside = within.hold(Place) if within else true()
    wanted = [statement(actor, ask).where(inside) for kind, statement in MARKS.items() if kind in kinds]
    return union_all(*wanted) if wanted else None


def _by_kind(rows: Rows) -> Mapping[str, Rows]:
    """By place and then by id, so that small steps travel."""
    found: dict[str, list[Any]] = {kind: [] for kind in MARKS}
    for row in sorted(rows, key=lambda row: (row.region_code or "", row.id)):
        found[row.mark].append(row)
    return found


def visits_counting(actor: Actor, ask: MapAsk) -> Select[Any]:
    """The number of visits so far in the year, wherever they were."""
    return select(func.count(Visit.id)).where(*visits_counted(actor, ask), Visit.starts_on.between(*ask.days))


def _at_place(mark: str, actor: Actor, model: Any, conditions: Sequence[Any], name: Any, **own: Any) -> Select[Any]:
    """Rows that lie in one place, in the columns that all marks have; what ``own`` does not give is empty."""
    return (
        _row(mark, model, name, **own)
        .outerjoin(Place, and_(Place.id == model.place_id, scope(actor, Place)))
        .where(*conditions)
    )


def _row(mark: str, model: Any, name: Any, **own: Any) -> Select[Any]:
    columns = [own.get(key, cast(null(), kind)).label(key) for key, kind in OWN.items()]
    return select(
        literal(mark).label("mark"),
        model.id.label("id"),
        model.illustrative.label("illustrative"),
        name.label("name"),
        *columns,
        Place.id.label("place_id"),
        Place.region_code.label("region_code"),
        Place.level.label("place_level"),
        Place.latitude_deg,
        Place.longitude_deg,
        Place.coordinate_source,
    )


def _postings(actor: Actor, ask: MapAsk) -> Select[Any]:
    own = {"level": Posting.level, "industry": Posting.industry}
    statement = _at_place("posting", actor, Posting, postings_counted(actor, ask), Commissioner.name, **own)
    return statement.join(Commissioner, Commissioner.id == Posting.commissioner_id)


def _needs(actor: Actor, ask: MapAsk) -> Select[Any]:
    return _at_place("need", actor, Need, needs_counted(actor, ask), Need.title, industry=Need.industry)


def _problems(actor: Actor, ask: MapAsk) -> Select[Any]:
    one = RaisedProblem
    return _at_place("problem", actor, one, problems_counted(actor, ask), HEADING, category=one.category)


def _pairings(actor: Actor, ask: MapAsk) -> Select[Any]:
    statement = _at_place("pairing", actor, Pairing, pairings_counted(actor, ask), Organisation.name)
    return statement.join(Organisation, Organisation.id == Pairing.helper_id)


def _bases(actor: Actor, ask: MapAsk) -> Select[Any]:
    base = DemonstrationBase
    own = {
        "industry": base.industry,
        "own_latitude_deg": base.latitude_deg,
        "own_longitude_deg": base.longitude_deg,
        "own_source": base.coordinate_source,
    }
    return _at_place("base", actor, base, bases_counted(actor, ask), base.name, **own)


def _projects(actor: Actor, ask: MapAsk) -> Select[Any]:
    own = {"level": Project.level, "kind": Project.kind, "industry": Project.industry}
    return (
        _row("project", Project, Project.title, **own)
        .outerjoin(ProjectPlace, ProjectPlace.project_id == Project.id)
        .outerjoin(Place, and_(Place.id == ProjectPlace.place_id, scope(actor, Place)))
        .where(*projects_counted(actor, ask), in_township(Place, ask))
    )


# What some marks have and others have not; an empty column has its type all the same, for a union is strict.
OWN: Mapping[str, Any] = {
    "level": Posting.level.type,
    "kind": Project.kind.type,
    "industry": Need.industry.type,
    "category": RaisedProblem.category.type,
    "own_latitude_deg": DemonstrationBase.latitude_deg.type,
    "own_longitude_deg": DemonstrationBase.longitude_deg.type,
    "own_source": DemonstrationBase.coordinate_source.type,
}
MARKS: Mapping[str, Callable[[Actor, MapAsk], Select[Any]]] = {
    "base": _bases,
    "project": _projects,
    "posting": _postings,
    "need": _needs,
    "problem": _problems,
    "pairing": _pairings,
}
