"""Places from province to village as a subject; what happens to them is in ``place_changes``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import aliased

from commissioner.access import Actor, Permission, covers
from commissioner.domain.coverage import posted_on, posted_within_on
from commissioner.domain.listing import Filter, Listing, word_choices
from commissioner.domain.points import point_fault
from commissioner.domain.programme import setting
from commissioner.domain.spelling import spelled
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    illustrative_column,
    link_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
)
from commissioner.models import (
    DemonstrationBase,
    Need,
    Pairing,
    Place,
    PlaceTagging,
    Project,
    ProjectPlace,
    RaisedProblem,
    Visit,
    db,
)
from commissioner.problems import Invalid, Problem
from commissioner.units import asked_day, today
from commissioner.vocabulary import N_, NC_, CoordinateSource, PlaceLevel, PlaceState, PlaceTag, SettingKey

CODE_DIGITS = 12
COUNTY_DIGITS = 6
MOST_PAIRINGS = 20
LEVELS = tuple(PlaceLevel)
# How many digits of a code name a place of each level; a village has them all.
CODE_DIGITS_OF = {PlaceLevel.PROVINCE: 2, PlaceLevel.CITY: 4, PlaceLevel.COUNTY: 6, PlaceLevel.TOWNSHIP: 9}


def county_code(actor: Actor) -> str:
    """The 12-digit code of the county that keeps what ``actor`` enters into the registry."""
    prefix = actor.county_prefix or setting(SettingKey.REGION_CODE)[:COUNTY_DIGITS]
    return prefix.ljust(CODE_DIGITS, "0")


def here_or_below(model: Any, place_id: int) -> ColumnElement[bool]:
    """A row of ``model`` lies in the place or anywhere below it: one range of codes, whatever is in it."""
    place = aliased(Place)

    def of_place(value: Any) -> Any:
        return select(value).where(place.id == place_id).correlate(None).scalar_subquery()

    kept = case(*((place.level == level, digits) for level, digits in CODE_DIGITS_OF.items()), else_=CODE_DIGITS)
    last = func.substr(func.substr(place.region_code, 1, kept) + "9" * CODE_DIGITS, 1, CODE_DIGITS)
    return and_(
        model.region_code.between(of_place(place.region_code), of_place(last)),
        # A village without a code shares that of its township.
        or_(model.place_id == place_id, of_place(place.level) != PlaceLevel.VILLAGE),
    )


def _projects_at(place_id: int) -> ColumnElement[bool]:
    works = select(ProjectPlace.project_id).where(here_or_below(ProjectPlace, place_id))
    result: ColumnElement[bool] = Project.id.in_(works)
    return result


def _tagged(value: str) -> ColumnElement[bool]:
    wanted = [tag for tag in PlaceTag if tag.value == value]
    carrying = select(PlaceTagging.place_id).where(PlaceTagging.tag.in_(wanted))
    result: ColumnElement[bool] = Place.id.in_(carrying)
    return result


def _parent_name() -> Any:
    parent = aliased(Place)
    return select(parent.name).where(parent.id == Place.parent_id).correlate(Place).scalar_subquery()


def _unplaced(value: str) -> ColumnElement[bool]:
    return and_(Place.level == PlaceLevel.VILLAGE, Place.state == PlaceState.CURRENT, Place.latitude_deg.is_(None))


def _unserved(value: str) -> ColumnElement[bool]:
    current_township = and_(Place.level == PlaceLevel.TOWNSHIP, Place.state == PlaceState.CURRENT)
    return and_(current_township, ~posted_within_on(asked_day(value) or today()))


def _served_on(value: str) -> ColumnElement[bool] | None:
    """Somebody is posted to the place on that date, or to a village of the township."""
    day = asked_day(value)
    if day is None:
        return None
    return or_(posted_on(day), and_(Place.level == PlaceLevel.TOWNSHIP, posted_within_on(day)))


def check_place(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """The code is official and of the place's level, the parent stands one level higher, the position is in the county."""
    faults = {
        "code": _code_fault(actor, draft, row_id),
        "parent_id": _parent_fault(draft, row_id),
        "latitude_deg": _point_fault(draft.get("point")),
    }
    told = {key: fault for key, fault in faults.items() if fault is not None}
    if told:
        raise Invalid(told)


def _code_fault(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> Problem | None:
    code = draft.get("code")
    if not code:
        return None if draft["level"] is PlaceLevel.VILLAGE else Problem(N_("只有村可以暂时没有代码。"))
    if not (code.isascii() and code.isdecimal() and len(code) == CODE_DIGITS):
        return Problem(N_("区划代码是 12 位数字。"))
    if not covers(actor.region_code, code):
        return Problem(N_("这个代码不在您的范围内。"))
    holder = db.session.scalar(select(Place.id).where(Place.code == code))
    return Problem(N_("这个代码已经有地方在用。")) if holder not in {None, row_id} else None


def _parent_fault(draft: Mapping[str, Any], row_id: int | None) -> Problem | None:
    rank = LEVELS.index(draft["level"])
    parent_id = draft.get("parent_id")
    if parent_id is None:
        needs_none = rank == 0 or draft["level"] is PlaceLevel.COUNTY
        return None if needs_none else Problem(N_("请选择上级。"))
    parent_level = db.session.scalar(select(Place.level).where(Place.id == parent_id))
    right = parent_id != row_id and parent_level is not None and LEVELS.index(parent_level) == rank - 1
    return None if right else Problem(N_("上级应当正好高一级，例如村的上级是乡镇。"))


def _point_fault(point: tuple[float | None, float | None] | None) -> Problem | None:
    if point is None:
        return None
    latitude_deg, longitude_deg = point
    if latitude_deg is None or longitude_deg is None:
        return Problem(N_("纬度和经度要一起填。"))
    return point_fault(latitude_deg, longitude_deg)


def complete_place(actor: Actor, row: Place, draft: Mapping[str, Any]) -> None:
    """Fill what follows from the rest: spelling, the code that scope reads, where a typed position came from."""
    row.code = row.code or None
    row.pinyin, row.initials = spelled(row.name)
    if (row.latitude_deg is None) != (row.coordinate_source is None):
        row.coordinate_source = None if row.latitude_deg is None else CoordinateSource.MAP_CLICK
        row.accuracy_m = None
    with db.session.no_autoflush:
        parent_code = db.session.scalar(select(Place.region_code).where(Place.id == row.parent_id))
        code = row.code or parent_code or county_code(actor)
        if row.id is not None and code != row.region_code:
            # Villages that have no code of their own lie where their township does.
            codeless = update(Place).where(Place.parent_id == row.id, Place.code.is_(None))
            db.session.execute(codeless.values(region_code=code))
        row.region_code = code


PLACES = Subject(
    name="places",
    model=Place,
    title=NC_("list", "地方"),
    one=NC_("one", "地方"),
    heading=Place.name,
    keep=Permission.KEEP_REGISTRY,
    fields=(
        Field(key="name", label=N_("名称"), required=True),
        Field(
            key="level", label=N_("层级"), kind=Kind.WORD, words=PlaceLevel, required=True, default=PlaceLevel.VILLAGE
        ),
        Field(key="parent_id", label=N_("上级"), kind=Kind.REFERENCE, refers="places"),
        Field(key="code", label=N_("区划代码"), help=N_("12 位统计用区划代码；村还没有代码的可以不填")),
        Field(key="point", label=N_("位置"), kind=Kind.POINT),
    ),
    listing=Listing(
        model=Place,
        columns=(
            link_column("name", N_("名称"), Place.name, Place.pinyin),
            text_column("parent", N_("上级"), _parent_name()),
            word_column("level", N_("层级"), Place.level),
            text_column("code", N_("区划代码"), Place.code),
            word_column("state", N_("现状"), Place.state),
            illustrative_column(Place),
        ),
        filters=(
            township_filter(Place),
            Filter(key="on", label=N_("这一天有派驻"), predicate=_served_on, kind="date"),
            words_filter("level", N_("层级"), Place.level, PlaceLevel),
            Filter(key="tag", label=N_("标签"), predicate=_tagged, choices=word_choices(PlaceTag)),
            words_filter("state", N_("现状"), Place.state, PlaceState),
            Filter(key="unplaced", label=N_("没有自己位置的村"), predicate=_unplaced, kind="hidden"),
            Filter(key="unserved", label=N_("没有特派员的乡镇"), predicate=_unserved, kind="hidden"),
        ),
        search=(Place.name, Place.pinyin, Place.initials, Place.code),
        order=(Place.region_code, Place.id),
    ),
    related=(
        Related(
            subject="visits",
            title=NC_("list", "走访"),
            condition=lambda row_id: here_or_below(Visit, row_id),
            field="place_id",
        ),
        Related(
            subject="bases",
            title=NC_("list", "示范基地"),
            condition=lambda row_id: here_or_below(DemonstrationBase, row_id),
            field="place_id",
        ),
        Related(subject="projects", title=NC_("list", "项目"), condition=_projects_at),
        Related(
            subject="problems",
            title=NC_("list", "反映的问题"),
            condition=lambda row_id: here_or_below(RaisedProblem, row_id),
            field="place_id",
        ),
        Related(
            subject="needs",
            title=NC_("list", "需求"),
            condition=lambda row_id: here_or_below(Need, row_id),
            field="place_id",
        ),
        Related(
            subject="pairings",
            title=NC_("list", "结对帮扶"),
            condition=lambda row_id: here_or_below(Pairing, row_id),
            field="place_id",
            limit=MOST_PAIRINGS,
            whole=True,
        ),
    ),
    check=check_place,
    complete=complete_place,
)
