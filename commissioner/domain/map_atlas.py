"""Rows of the map turned into columns: where each place stands, what stands in it, and the jobs it reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commissioner.domain.employment import Employment
from commissioner.domain.map_rows import ROUGH, Rows
from commissioner.geo.ground import Ground
from commissioner.vocabulary import PlaceLevel, Word

FINENESS = 20_000  # positions travel as integers of 1/20000 degree, about five metres
APPROXIMATE, ILLUSTRATIVE, WHOLE_COUNTY = 1, 2, 4  # bits of the column "flags"
POSTED, PAIRED, VISITED = 1, 2, 4  # bits of the column "served"
TOWNSHIP_DIGITS = 9
COUNTY_DIGITS = 6
JOBS = {"project": "projects", "base": "bases"}

Columns = dict[str, list[Any]]
Point = tuple[float, float]  # latitude and longitude in degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPlace:
    """A line of the table: one mark of the map."""

    kind: str
    id: int
    name: str
    township: str
    words: tuple[Word, ...] = ()  # level, kind, industry or category: what the record says of itself
    served: int = 0
    villages: tuple[int, int] | None = None  # of a township: served, all
    visits: int = 0
    persons: int = 0
    area_mu: Decimal | None = None
    own_position: bool = False
    approximate: bool = False
    placed: bool = True
    county_wide: bool = False
    illustrative: bool = False
    code: str = ""  # of a part of a crowded region: what to narrow the map to
    point: Point | None = None  # where its mark is: its own position, else its township's


class Atlas:
    """Townships and villages as columns, and where in them each place stands.

    A county stands among the townships, for what is recorded of it as a whole: its sign is at a corner of its outline.
    """

    def __init__(self, rows: Rows, ground: Ground) -> None:
        self.townships: Columns = {key: [] for key in ("id", "name", "lat", "lng", "flags", "posted", "visits")}
        self.villages: Columns = {
            key: [] for key in ("id", "name", "township", "lat", "lng", "served", "visits", "flags")
        }
        self.codes: list[str] = []
        self._township_points: list[Point | None] = []  # as fine as they are known; what travels is coarser
        self._village_points: list[Point | None] = []
        self.visits_total = 0
        self._by_code: dict[str, int] = {}
        self._places: dict[int, tuple[Columns, int]] = {}
        self._corners = {one.code[:COUNTY_DIGITS]: (one.bounds_deg[2], one.bounds_deg[1]) for one in ground.outlines}
        for row in rows:
            self._add(row)

    def _add(self, row: Any) -> None:
        is_village = row.level is PlaceLevel.VILLAGE
        columns = self.villages if is_village else self.townships
        self._places[row.id] = (columns, len(columns["id"]))
        latitude_deg, longitude_deg, flags = self._position(row)
        points = self._village_points if is_village else self._township_points
        points.append(_pair(latitude_deg, longitude_deg))
        columns["id"].append(row.id)
        columns["name"].append(row.name)
        columns["lat"].append(fine(latitude_deg))
        columns["lng"].append(fine(longitude_deg))
        columns["flags"].append(flags)
        columns["visits"].append(0)
        if is_village:
            columns["township"].append(self.township_of(row.region_code))
            columns["served"].append(0)
        else:
            self._by_code[row.region_code[:TOWNSHIP_DIGITS]] = len(self.codes)
            self.codes.append(row.region_code)
            columns["posted"].append(0)

    def _position(self, row: Any) -> tuple[float | None, float | None, int]:
        if row.level is not PlaceLevel.COUNTY:
            return row.latitude_deg, row.longitude_deg, _flags(row.coordinate_source in ROUGH, row.illustrative)
        corner = self._corners.get(row.region_code[:COUNTY_DIGITS], (row.latitude_deg, row.longitude_deg))
        return *corner, APPROXIMATE | WHOLE_COUNTY

    def township_of(self, region_code: str | None) -> int | None:
        """The township, by its place in the columns."""
        return None if region_code is None else self._by_code.get(region_code[:TOWNSHIP_DIGITS])

    def name_of(self, township: int | None) -> str:
        """The township's name."""
        return "" if township is None else str(self.townships["name"][township])

    def has_point(self, township: int | None) -> bool:
        """Whether a mark can be drawn at the township's point."""
        return township is not None and self.townships["lat"][township] is not None

    def point_of(self, township: int | None) -> Point | None:
        """Where the township's mark is."""
        return None if township is None else self._township_points[township]

    def is_county(self, township: int | None) -> bool:
        """Whether it is a county that stands there: nobody has said in which township."""
        return township is not None and bool(self.townships["flags"][township] & WHOLE_COUNTY)

    def serve(self, postings: Rows, pairings: Rows, visits: Rows) -> None:
        """Write down who is served, and why; served by illustrative records alone, a village is illustrative too."""
        real = {row.place_id for row in (*postings, *pairings) if not row.illustrative}
        real |= {row.place_id for row in visits if row.real}
        for why, named in ((POSTED, postings), (PAIRED, pairings)):
            for row in named:
                self._mark(row.place_id, why, row.place_id in real)
        for row in visits:
            self.visits_total += row.visits
            if row.place_id in self._places:
                columns, index = self._places[row.place_id]
                columns["visits"][index] = row.visits
                self._mark(row.place_id, VISITED if row.confirmed else 0, row.place_id in real)

    def _mark(self, place_id: int, why: int, real: bool) -> None:
        columns, index = self._places.get(place_id, (None, 0))
        if columns is self.villages:
            columns["served"][index] |= why
            columns["flags"][index] |= 0 if real else ILLUSTRATIVE
        elif columns is not None and why == POSTED:
            columns["posted"][index] = 1

    def village_lines(self) -> list[MapPlace]:
        """Every village of the map."""
        v = self.villages
        return [
            MapPlace(
                kind="village",
                id=v["id"][index],
                name=v["name"][index],
                township=self.name_of(v["township"][index]),
                served=served,
                visits=v["visits"][index],
                own_position=v["lat"][index] is not None,
                approximate=bool(v["flags"][index] & APPROXIMATE),
                placed=v["lat"][index] is not None or self.has_point(v["township"][index]),
                illustrative=bool(v["flags"][index] & ILLUSTRATIVE),
                point=self._village_points[index] or self.point_of(v["township"][index]),
            )
            for index, served in enumerate(v["served"])
        ]

    def township_lines(self, prefix: str) -> list[MapPlace]:
        """The townships of a region, and the county where something is recorded of it as a whole."""
        t, coverage = self.townships, self.coverage()
        return [
            MapPlace(
                kind="county" if self.is_county(index) else "township",
                id=row_id,
                name=t["name"][index],
                township=t["name"][index],
                served=POSTED if t["posted"][index] else 0,
                villages=coverage[row_id],
                visits=t["visits"][index],
                own_position=t["lat"][index] is not None,
                approximate=bool(t["flags"][index] & APPROXIMATE),
                placed=t["lat"][index] is not None,
                county_wide=self.is_county(index),
                illustrative=bool(t["flags"][index] & ILLUSTRATIVE),
                point=self._township_points[index],
            )
            for index, row_id in enumerate(t["id"])
            if self.codes[index].startswith(prefix) and (not self.is_county(index) or t["visits"][index])
        ]

    def coverage(self) -> dict[int, tuple[int, int]]:
        """For each township's id: villages served, villages."""
        counts = {index: [0, 0] for index in range(len(self.codes))}
        for township, served in zip(self.villages["township"], self.villages["served"], strict=True):
            if township is not None:
                counts[township][0] += bool(served)
                counts[township][1] += 1
        return {self.townships["id"][index]: (served, all_) for index, (served, all_) in counts.items()}


class Jobs:
    """Employment by owner: the very figures of the report, each given to the mark of its owner."""

    def __init__(self, employment: Employment | None) -> None:
        self.columns: Columns = {
            key: [] for key in ("owner", "id", "name", "township", "lat", "lng", "persons", "flags")
        }
        rows = employment.rows if employment is not None else ()
        self._shares = {(row.owner.subject, row.owner.id): row for row in rows if row.counted}

    def taken_by(self, kind: str, shown: Mapping[str, Any]) -> int:
        """The persons that the owner reports, given once."""
        share = self._shares.pop((JOBS[kind], shown["id"]), None) if kind in JOBS else None
        if share is None or not share.amount:
            return 0
        persons = int(share.amount)
        _append(self.columns, {**shown, "owner": kind, "persons": persons})
        return persons

    def without_a_mark(self) -> Iterator[MapPlace]:
        """Figures whose owner is not on the map, so that the sum stays the report's."""
        kinds = {subject: kind for kind, subject in JOBS.items()}
        for (subject, owner_id), share in self._shares.items():
            yield MapPlace(
                kind=kinds[subject],
                id=owner_id,
                name=share.owner.label,
                township="",
                persons=int(share.amount),
                placed=False,
                illustrative=share.illustrative,
            )


@dataclass(slots=True)
class Marked:
    """One kind of mark as columns and as lines."""

    columns: Columns
    lines: list[MapPlace]


class Marker:
    """Turns the rows of a layer into marks: each once at each spot where it stands, its jobs at the first."""

    def __init__(self, atlas: Atlas, jobs: Jobs, areas: Mapping[int, Decimal]) -> None:
        self._atlas, self._jobs, self._areas = atlas, jobs, areas

    def marked(self, kind: str, rows: Rows) -> Marked:
        """The marks of ``kind``."""
        keys = ("id", "name", "township", "lat", "lng", "flags", *(("area",) if kind == "base" else ()))
        result = Marked(columns={key: [] for key in keys}, lines=[])
        somewhere = {row.id for row in rows if row.place_id is not None}
        spots = set()
        for row in rows:
            if row.place_id is None and row.id in somewhere:
                continue  # another of its places lies outside what this actor may see
            spot = (row.id, self._atlas.township_of(row.region_code), *_point_of(row))
            if spot not in spots:  # two villages of a township, neither with a point, are one spot
                spots.add(spot)
                self._mark(result, kind, row)
        return result

    def _mark(self, result: Marked, kind: str, row: Any) -> None:
        latitude_deg, longitude_deg, rough = _point_of(row)
        township = self._atlas.township_of(row.region_code)
        shown = {
            "id": row.id,
            "name": row.name,
            "township": township,
            "lat": fine(latitude_deg),
            "lng": fine(longitude_deg),
            "flags": _flags(rough, row.illustrative),
        }
        area_mu = self._areas.get(row.id) if kind == "base" else None
        _append(result.columns, {**shown, "area": int(area_mu or 0)} if kind == "base" else shown)
        result.lines.append(
            MapPlace(
                kind=kind,
                id=row.id,
                name=row.name,
                township=self._atlas.name_of(township),
                words=_words_of(row),
                persons=self._jobs.taken_by(kind, shown),
                area_mu=area_mu,
                own_position=latitude_deg is not None,
                approximate=rough,
                placed=latitude_deg is not None or self._atlas.has_point(township),
                county_wide=self._atlas.is_county(township),
                illustrative=row.illustrative,
                point=_pair(latitude_deg, longitude_deg) or self._atlas.point_of(township),
            )
        )


def _words_of(row: Any) -> tuple[Word, ...]:
    said = (getattr(row, key, None) for key in ("level", "kind", "industry", "category"))
    return tuple(word for word in said if word is not None)


def _point_of(row: Any) -> tuple[float | None, float | None, bool]:
    """Its own point, else its village's; a township's is left to the drawing, which makes it hollow."""
    own = getattr(row, "own_latitude_deg", None)
    if own is not None:
        return own, row.own_longitude_deg, row.own_source in ROUGH
    if row.place_level is PlaceLevel.VILLAGE and row.latitude_deg is not None:
        return row.latitude_deg, row.longitude_deg, row.coordinate_source in ROUGH
    return None, None, False


def _pair(latitude_deg: float | None, longitude_deg: float | None) -> Point | None:
    return None if latitude_deg is None or longitude_deg is None else (latitude_deg, longitude_deg)


def packed(columns: Columns, townships: Columns) -> Columns:
    """Columns as they travel: ids as steps from the row before, positions as distances from the township's point.

    Small numbers that repeat: ten thousand villages stay below 100 kB when compressed.
    """
    steps = [after - before for before, after in zip([0, *columns["id"]], columns["id"], strict=False)]
    return {**columns, "id": steps, **{axis: _from_township(columns, townships, axis) for axis in ("lat", "lng")}}


def _from_township(columns: Columns, townships: Columns, axis: str) -> list[int | None]:
    origins = [value or 0 for value in townships[axis]]
    pairs = zip(columns[axis], columns["township"], strict=True)
    return [
        None if value is None else value - (origins[township] if township is not None else 0)
        for value, township in pairs
    ]


def fine(degrees: float | None) -> int | None:
    """Degrees as the document carries them."""
    return None if degrees is None else round(degrees * FINENESS)


def _flags(approximate: bool, illustrative: bool) -> int:
    return APPROXIMATE * approximate | ILLUSTRATIVE * illustrative


def _append(columns: Columns, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        columns[key].append(value)
