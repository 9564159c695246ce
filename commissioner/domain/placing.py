"""Villages without a point of their own: which they are, and how one is put on the map by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from commissioner.access import Actor, Permission, scope, within
from commissioner.domain.changes import change, refuse_repetition
from commissioner.domain.places import PLACES
from commissioner.domain.point_judge import ROUGH, TOWNSHIP_DIGITS, PointJudge
from commissioner.domain.points import FAULTS
from commissioner.domain.records import find_row
from commissioner.geo.datums import point_to_wgs84
from commissioner.models import Place, db
from commissioner.problems import Conflict, Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.vocabulary import N_, CoordinateSource, Datum, PlaceLevel, PlaceState

A_PAGE = 50
DECIMALS = 6  # a tenth of a metre
MOST_ACCURACY_M = 100_000
BY_HAND = frozenset({CoordinateSource.GPS, CoordinateSource.MAP_CLICK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A village that stands at its township's point, or only roughly where it is."""

    id: int
    name: str
    code: str | None
    township: str
    rough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedList:
    """A page of them, and how far the work has come."""

    rows: Sequence[Unplaced]
    unplaced: int
    rough: int
    villages: int
    townships: Sequence[tuple[str, str, int]]  # code, name, how many are left
    township: str
    number: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A place with a point, to find one's way by."""

    id: int
    name: str
    township: str
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageToPlace:
    """A village, what is around it, and which is next."""

    id: int
    name: str
    code: str | None
    township: str
    township_code: str
    latitude_deg: float | None
    longitude_deg: float | None
    accuracy_m: int | None
    source: CoordinateSource | None
    version: int
    neighbours: Sequence[Neighbour]
    left: int  # in the same township, this one not counted
    next_id: int | None

    @property
    def is_rough(self) -> bool:
        """Whether the point that it has is a guess."""
        return self.source in ROUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDraft:
    """A point as somebody gave it; by hand it is in WGS-84, whatever else is said."""

    latitude_deg: float | None
    longitude_deg: float | None
    datum: Datum = Datum.WGS84
    source: CoordinateSource = CoordinateSource.IMPORT
    accuracy_m: int | None = None
    version: int = 0
    confirmed: bool = False


def without_point() -> ColumnElement[bool]:
    """A village that has no point at all."""
    return and_(Place.level == PlaceLevel.VILLAGE, Place.state == PlaceState.CURRENT, Place.latitude_deg.is_(None))


def _rough() -> ColumnElement[bool]:
    return and_(
        Place.level == PlaceLevel.VILLAGE,
        Place.state == PlaceState.CURRENT,
        Place.latitude_deg.is_not(None),
        Place.coordinate_source.in_(ROUGH),
    )


def unplaced(actor: Actor, *, township: str = "", number: int = 1) -> UnplacedList:
    """The villages to place, those without any point first; ``NotFound`` for a page that there is not."""
    actor.must(Permission.PLACE_VILLAGES)
    counts = _by_township(actor)
    inside = within(Place.region_code, township) if township else None
    here = [row for row in counts if not township or row.code.startswith(township)]
    total = sum(row.unplaced + row.rough for row in here)
    pages = max(1, -(-total // A_PAGE))
    if not 1 <= number <= pages:
        raise NotFound
    parent = aliased(Place)
    rows = (
        select(Place.id, Place.name, Place.code, parent.name.label("township"), Place.latitude_deg)
        .outerjoin(parent, parent.id == Place.parent_id)
        .where(scope(actor, Place), or_(without_point(), _rough()), *([] if inside is None else [inside]))
        .order_by(Place.latitude_deg.is_not(None), Place.region_code, Place.id)
        .limit(A_PAGE)
        .offset((number - 1) * A_PAGE)
    )
    names = _township_names(actor)
    return UnplacedList(
        rows=[
            Unplaced(
                id=row.id, name=row.name, code=row.code, township=row.township or "", rough=row.latitude_deg is not None
            )
            for row in db.session.execute(rows)
        ],
        unplaced=sum(row.unplaced for row in here),
        rough=sum(row.rough for row in here),
        villages=sum(row.villages for row in here),
        townships=[(row.code, names[row.code], row.unplaced + row.rough) for row in counts if row.code in names],
        township=township,
        number=number,
        pages=pages,
    )


def _by_township(actor: Actor) -> Sequence[Any]:
    code = func.substr(Place.region_code, 1, TOWNSHIP_DIGITS).label("code")
    found = (
        select(
            code,
            func.count(Place.id).label("villages"),
            func.sum(case((without_point(), 1), else_=0)).label("unplaced"),
            func.sum(case((_rough(), 1), else_=0)).label("rough"),
        )
        .where(scope(actor, Place), Place.level == PlaceLevel.VILLAGE, Place.state == PlaceState.CURRENT)
        .group_by(code)
        .order_by(code)
    )
    return db.session.execute(found).all()


def _township_names(actor: Actor) -> dict[str, str]:
    found = select(Place.region_code, Place.name).where(
        scope(actor, Place), Place.level == PlaceLevel.TOWNSHIP, Place.state == PlaceState.CURRENT
    )
    return {row.region_code[:TOWNSHIP_DIGITS]: row.name for row in db.session.execute(found)}


def village_to_place(actor: Actor, place_id: int) -> VillageToPlace:
    """A village in scope, with what is around it."""
    actor.must(Permission.PLACE_VILLAGES)
    village = _village(actor, place_id)
    around = db.session.execute(_around(actor, village.region_code[:TOWNSHIP_DIGITS])).all()
    township = next((row for row in around if row.level is PlaceLevel.TOWNSHIP), None)
    name = township.name if township else ""
    open_ids = [row.id for row in around if row.level is PlaceLevel.VILLAGE and _is_open(row) and row.id != place_id]
    return VillageToPlace(
        id=village.id,
        name=village.name,
        code=village.code,
        township=name,
        township_code=village.region_code[:TOWNSHIP_DIGITS],
        latitude_deg=village.latitude_deg,
        longitude_deg=village.longitude_deg,
        accuracy_m=village.accuracy_m,
        source=village.coordinate_source,
        version=village.version,
        neighbours=[
            Neighbour(
                id=row.id,
                name=row.name,
                township="" if row.level is PlaceLevel.TOWNSHIP else name,
                latitude_deg=row.latitude_deg,
                longitude_deg=row.longitude_deg,
            )
            for row in around
            if row.latitude_deg is not None and row.id != place_id
        ],
        left=len(open_ids),
        next_id=next((one for one in open_ids if one > place_id), next(iter(open_ids), None)),
    )


def _is_open(row: Any) -> bool:
    return row.latitude_deg is None or row.coordinate_source in ROUGH


def _around(actor: Actor, township: str) -> Any:
    columns = (Place.id, Place.name, Place.level, Place.latitude_deg, Place.longitude_deg, Place.coordinate_source)
    return (
        select(*columns)
        .where(
            scope(actor, Place),
            within(Place.region_code, township),
            Place.state == PlaceState.CURRENT,
            Place.level.in_((PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)),
        )
        .order_by(Place.id)
    )


def _village(actor: Actor, place_id: int, *, lock: bool = False) -> Place:
    place: Place = find_row(actor, PLACES, place_id, lock=lock)
    if place.level is not PlaceLevel.VILLAGE or place.state is not PlaceState.CURRENT:
        raise NotFound
    return place


def place_village(actor: Actor, place_id: int, draft: PointDraft, client_id: str | None = None) -> None:
    """Give a village a point.

    Raises ``Invalid`` for what cannot be, ``NeedsConfirmation`` for what is odd, ``Conflict`` if somebody else has
    changed the village since it was opened.
    """
    actor.must(Permission.PLACE_VILLAGES)
    refuse_repetition(actor, "places.put_on_map", client_id)
    with change(actor, "places.put_on_map", client_id=client_id) as entry:
        place = _village(actor, place_id, lock=True)
        at = point_of(draft)
        judge = PointJudge(actor)
        verdict = judge.verdict(at)
        if verdict in FAULTS:
            raise Invalid({"latitude_deg": Problem(FAULTS[verdict])})
        if place.version != draft.version:
            raise Conflict(current_version=place.version)
        doubts = judge.doubts(judge.villages[place.id], at)
        if doubts and not draft.confirmed:
            raise NeedsConfirmation({f"doubt_{number}": doubt for number, doubt in enumerate(doubts)})
        entry.watch(place)
        entry.about("places", place.id, None, place.region_code)
        place.latitude_deg, place.longitude_deg = at
        place.coordinate_source, place.accuracy_m = draft.source, draft.accuracy_m
        place.version += 1


def point_of(draft: PointDraft) -> tuple[float, float]:
    """The point in WGS-84, to a tenth of a metre. Raises ``Invalid`` if there is none."""
    if draft.latitude_deg is None or draft.longitude_deg is None:
        raise Invalid({"latitude_deg": Problem(N_("请在地图上点一下，或者填纬度和经度。"))})
    datum = Datum.WGS84 if draft.source in BY_HAND else draft.datum
    latitude_deg, longitude_deg = point_to_wgs84(draft.latitude_deg, draft.longitude_deg, datum)
    return round(latitude_deg, DECIMALS), round(longitude_deg, DECIMALS)
