"""An import of boundaries before it is written: what belongs to which place, what does not, and what must be agreed to first."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from shapely import MultiPolygon
from sqlalchemy import select

from commissioner.access import Actor, Permission, scope, significant
from commissioner.domain.points import ground
from commissioner.domain.visit_sheet_names import plain_village
from commissioner.geo.boundary_features import BoundaryFault
from commissioner.geo.boundary_files import Area, BoundaryFile, mended, read_boundaries
from commissioner.geo.boundary_shapes import area_km2, as_written, beyond_km, in_wgs84, multi
from commissioner.models import Boundary, Place, db
from commissioner.problems import Invalid, Problem
from commissioner.vocabulary import N_, CoordinateSource, Datum, PlaceLevel, PlaceState, Word

OUTSIDE_KM = 5.0  # an outline is rough; farther out a whole boundary is somewhere else
MOST_NAMED = 8
FEWEST_KNOWN = 3  # villages with a point of their own, before a datum is doubted
BETTER_BY = 1.3
EXACT = (CoordinateSource.GPS, CoordinateSource.MAP_CLICK, CoordinateSource.IMPORT, CoordinateSource.GEONAMES)
PAD = 12


class Doubt(Word):
    """What must be said yes to before a file with it is imported."""

    SWAPPED = "swapped", N_("文件里纬度在前、经度在后，按交换后的导入")
    CROSSING = "crossing", N_("边界有自己和自己相交的地方，按修好后的导入")
    OUTSIDE = "outside", N_("有边界远在本地范围以外，仍要导入")
    DATUM = "datum", N_("坐标系看起来选得不对，仍按所选的导入")
    LEFT_OUT = "left_out", N_("对不上的面不导入")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryDraft:
    """A file and what its sender says about it."""

    level: PlaceLevel
    datum: Datum
    source: str
    licence: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A place with the border that the file gives it, in WGS-84."""

    place_id: int
    region_code: str
    name: str
    called: str  # in the file
    by_code: bool
    shape: MultiPolygon
    area_km2: float
    parts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryPlan:
    """What the import would do, and what stands against it."""

    fitted: Sequence[Fitted] = ()
    unmatched: Sequence[str] = ()
    without: Sequence[str] = ()  # places of the level that the file does not have
    faults: Sequence[Problem] = ()
    notes: Sequence[Problem] = ()
    doubts: Mapping[Doubt, Problem] = field(default_factory=dict)
    replaced: int = 0

    @property
    def area_km2(self) -> float:
        """All areas together."""
        return sum(one.area_km2 for one in self.fitted)

    @property
    def vertices(self) -> int:
        """The points of all borders."""
        return sum(int(shapely.get_num_coordinates(one.shape)) for one in self.fitted)

    @property
    def may_be_imported(self) -> bool:
        """Whether a yes is all that is missing."""
        return bool(self.fitted) and not self.faults

    @property
    def digest(self) -> str:
        """What was shown, in short: only what was shown is written."""
        said = hashlib.sha256(f"{self.replaced} {sorted(self.doubts)}".encode())
        for one in self.fitted:
            said.update(f"{one.place_id} {one.region_code} {one.name}".encode() + shapely.to_wkb(one.shape))
        return said.hexdigest()[:24]


def check_draft(draft: BoundaryDraft) -> None:
    """Raise ``Invalid`` if the file cannot be read at all or nobody says where it comes from."""
    faults: dict[str, str | Problem] = {}
    if not draft.source:
        faults["source"] = N_("请写明来源，例如“县自然资源和规划局 2024 年”。")
    if not draft.licence:
        faults["licence"] = N_("请写明许可，例如“政务内部使用，不得公开”。")
    try:
        read_boundaries(draft.content)
    except Problem as problem:
        faults["file"] = problem
    if faults:
        raise Invalid(faults)


def plan_boundaries(actor: Actor, draft: BoundaryDraft) -> BoundaryPlan:
    """What importing ``draft`` would do."""
    actor.must(Permission.KEEP_SETTINGS)
    file = read_boundaries(draft.content)
    places = db.session.execute(
        select(Place.id, Place.name, Place.code, Place.region_code)
        .where(scope(actor, Place), Place.level == draft.level, Place.state == PlaceState.CURRENT)
        .order_by(Place.region_code, Place.id)
    ).all()
    areas, crossing, beyond_repair = _mended(file)
    fitted, unmatched = _fitted(areas, places, draft.datum)
    matched = {one.place_id for one in fitted}
    replaced = select(Boundary.place_id).where(Boundary.level == draft.level, scope(actor, Boundary))
    there = set(db.session.scalars(replaced))
    plan = BoundaryPlan(
        fitted=fitted,
        unmatched=unmatched,
        without=[place.name for place in places if place.id not in matched],
        faults=[*file.faults, *beyond_repair, *_no_match(fitted, file)],
        notes=[*file.notes, *_datum_note(file, draft)],
        replaced=len(there),
    )
    return replace(plan, doubts=_doubts(plan, file, crossing, draft))


def _mended(file: BoundaryFile) -> tuple[list[Area], list[Area], list[Problem]]:
    """All areas, sound; those that were not; and what is to be said of those that cannot be."""
    areas: list[Area] = []
    crossing: list[Area] = []
    lost: list[Problem] = []
    for area in file.areas:
        sound = mended(area) if area.crosses else area
        if area.crosses and sound is not None:
            crossing.append(area)
        if sound is None:
            words = N_("“%(name)s”的边界自己和自己相交（%(where)s），修不好，请改好再传。")
            lost.append(BoundaryFault(words, name=area.called, where=area.crosses))
        else:
            areas.append(sound)
    return areas, crossing, lost


def _fitted(areas: Sequence[Area], places: Sequence[Any], datum: Datum) -> tuple[list[Fitted], list[str]]:
    """Areas with their places, by code and then by name; several areas of one place become one."""
    by_code = {place.code: place for place in places if place.code}
    by_name: dict[str, list[Any]] = defaultdict(list)
    for place in places:
        for name in {place.name, plain_village(place.name)}:
            by_name[name].append(place)
    found: dict[int, list[tuple[Any, Area, bool]]] = defaultdict(list)
    unmatched = []
    for area in areas:
        place = by_code.get(area.code.ljust(PAD, "0")) if area.code else None
        same = _called(area.name, by_name)
        chosen = place or (same[0] if len(same) == 1 else None)
        if chosen is None:
            unmatched.append(area.called)
        else:
            found[chosen.id].append((chosen, area, place is not None))
    return [_one(parts, datum) for parts in found.values()], unmatched


def _called(name: str, by_name: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
    """The places of that very name, else those that are called so without 镇 or 村 at the end."""
    exact = [place for place in by_name.get(name, ()) if place.name == name]
    return exact or by_name.get(plain_village(name), ()) if name else ()


def _one(parts: Sequence[tuple[Any, Area, bool]], datum: Datum) -> Fitted:
    place, first, by_code = parts[0]
    shapes = [in_wgs84(area.shape, datum) for _place, area, _by_code in parts]
    shape = shapes[0] if len(shapes) == 1 else multi(shapely.union_all(shapes))
    return Fitted(
        place_id=place.id,
        region_code=place.region_code,
        name=place.name,
        called=first.called,
        by_code=by_code,
        shape=shape,
        area_km2=area_km2(shape),
        parts=len(parts),
    )


def _no_match(fitted: Sequence[Fitted], file: BoundaryFile) -> list[Problem]:
    if fitted or not file.areas:
        return []
    return [Problem(N_("没有一个面对得上这一级的地方：请核对层级，以及文件里的名称或区划代码。"))]


def _datum_note(file: BoundaryFile, draft: BoundaryDraft) -> list[Problem]:
    if file.written_datum is None or file.written_datum is draft.datum:
        return []
    if {file.written_datum, draft.datum} == {Datum.WGS84, Datum.CGCS2000}:
        return []  # the same for a boundary
    return [
        Problem(
            N_("文件里写的坐标系是 %(written)s，您选的是 %(chosen)s。"),
            written=file.written_datum.label,
            chosen=draft.datum.label,
        )
    ]


def _doubts(
    plan: BoundaryPlan, file: BoundaryFile, crossing: Sequence[Area], draft: BoundaryDraft
) -> dict[Doubt, Problem]:
    doubts = {}
    if file.swapped:
        doubts[Doubt.SWAPPED] = Problem(N_("每个点都是纬度在前、经度在后，已经交换过来了。"))
    if crossing:
        named = _names([f"{area.called}（{area.crosses}）" for area in crossing])
        doubts[Doubt.CROSSING] = Problem(
            N_("%(n)s 个面的边界自己和自己相交：%(names)s。"), n=len(crossing), names=named
        )
    outside = _outside(plan.fitted)
    if outside:
        told = _names([f"{name} {km:.0f} km" for name, km in outside])
        doubts[Doubt.OUTSIDE] = Problem(
            N_("%(n)s 个面伸出本地轮廓 %(km)s 公里以上：%(names)s。坐标系或文件可能不对。"),
            n=len(outside),
            km=f"{OUTSIDE_KM:.0f}",
            names=told,
        )
    better = _better_datum(plan.fitted, draft.datum)
    if better is not None:
        doubts[Doubt.DATUM] = better
    if plan.unmatched:
        doubts[Doubt.LEFT_OUT] = Problem(
            N_("%(n)s 个面对不上这一级的地方：%(names)s。"), n=len(plan.unmatched), names=_names(plan.unmatched)
        )
    return doubts


def _names(names: Sequence[str]) -> str:
    shown = "、".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown}…"


def _outside(fitted: Sequence[Fitted]) -> list[tuple[str, float]]:
    outline = ground().outline
    if outline is None:
        return []
    measured = ((one.name, beyond_km(one.shape, outline.shape)) for one in fitted)
    return [(name, km) for name, km in measured if km > OUTSIDE_KM]


def _better_datum(fitted: Sequence[Fitted], chosen: Datum) -> Problem | None:
    """Whether known villages lie in their own borders rather under another datum than under the chosen one."""
    known = _known_points([one.region_code for one in fitted], fitted)
    if sum(len(points) for _shape, points in known) < FEWEST_KNOWN:
        return None
    hits = {datum: _hits(known, chosen, datum) for datum in Datum if datum is not Datum.CGCS2000}
    now = hits[Datum.WGS84 if chosen is Datum.CGCS2000 else chosen]
    best = max(hits, key=lambda datum: hits[datum])
    if hits[best] < now * BETTER_BY or hits[best] - now < FEWEST_KNOWN:
        return None
    return Problem(
        N_("已知位置的村有 %(n)s 个在自己的边界里；按 %(datum)s 读，会有 %(more)s 个。"),
        n=now,
        more=hits[best],
        datum=best.label,
    )


def _known_points(codes: Sequence[str], fitted: Sequence[Fitted]) -> list[tuple[MultiPolygon, Any]]:
    """Each border with the villages of that place whose own points are known, as longitudes and latitudes."""
    rows = db.session.execute(
        select(Place.region_code, Place.longitude_deg, Place.latitude_deg).where(
            Place.level == PlaceLevel.VILLAGE,
            Place.coordinate_source.in_(EXACT),
            Place.region_code >= min(codes, default=""),
            Place.region_code <= significant(max(codes, default="")).ljust(PAD, "9"),
        )
    ).all()
    found = []
    for one in fitted:
        prefix = significant(one.region_code)
        points = [(row.longitude_deg, row.latitude_deg) for row in rows if row.region_code.startswith(prefix)]
        if points:
            found.append((one.shape, shapely.get_coordinates(shapely.points(points))))
    return found


def _hits(known: Sequence[tuple[MultiPolygon, Any]], chosen: Datum, datum: Datum) -> int:
    """How many known points lie in their borders if the file was written in ``datum``.

    The shapes were moved as if it were ``chosen``: instead of moving them again, the points take the difference.
    """
    total = 0
    for shape, points in known:
        moved = points + (as_written(points, datum) - as_written(points, chosen))
        total += int(shapely.contains_xy(shape, moved[:, 0], moved[:, 1]).sum())
    return total
