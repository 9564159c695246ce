"""A sheet of points tried out and written: what the trial says of each row is what the writing does, all rows or none."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from sqlalchemy import bindparam, select, update

from commissioner.access import Actor, Permission
from commissioner.domain.changes import change
from commissioner.domain.placing import DECIMALS, MOST_ACCURACY_M
from commissioner.domain.point_judge import At, Known, PointJudge
from commissioner.domain.point_sheets import PointRow, degrees_of, point_rows
from commissioner.domain.points import FAULTS
from commissioner.domain.visit_sheet_names import Named, Villages
from commissioner.geo.boundaries import PointVerdict
from commissioner.geo.boundary_shapes import distance_km
from commissioner.geo.datums import from_wgs84, point_to_wgs84
from commissioner.models import Place, db
from commissioner.models.base import now, table_of
from commissioner.problems import Invalid, NeedsConfirmation, PlanChanged, Problem
from commissioner.vocabulary import N_, CoordinateSource, Datum, PlaceLevel, Word

SAME_DEG = 0.5 * 10**-DECIMALS
FEWEST_KNOWN = 3
SHIFTED_KM = (0.2, 1.5)  # what a forgotten datum comes to anywhere in the country
BETTER_BY = 0.4  # the datum that was meant leaves less than this part of the distance
AT_ONCE = 400


class PointOutcome(Word):
    """What a row would do."""

    NEW = "new", N_("标上")
    MOVED = "moved", N_("改位置")
    SAME = "same", N_("已经在这里")
    FAULTY = "faulty", N_("要改")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSheet:
    """A text of points, what its numbers mean, and whether its two columns are to be exchanged."""

    text: str
    datum: Datum
    swapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPoint:
    """What one row means."""

    number: int
    called: str
    outcome: PointOutcome
    place_id: int = 0
    name: str = ""
    township: str = ""
    at: At | None = None
    accuracy_m: int | None = None
    moved_km: float | None = None
    fault: Problem | None = None
    doubts: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPlan:
    """What the sheet would do. ``swap`` and ``datum`` are what it looks as if it had been meant."""

    rows: Sequence[PlannedPoint] = ()
    unused: Sequence[str] = ()
    swap: bool = False
    datum: Datum | None = None
    off_km: float = 0.0
    known: int = 0

    @property
    def counts(self) -> Mapping[PointOutcome, int]:
        """How many rows come to what."""
        found = Counter(one.outcome for one in self.rows)
        return {outcome: found[outcome] for outcome in PointOutcome}

    @property
    def writes(self) -> int:
        """How many villages would get another point."""
        return self.counts[PointOutcome.NEW] + self.counts[PointOutcome.MOVED]

    @property
    def doubted(self) -> int:
        """Rows that need a yes: odd ones, and villages that have a point already."""
        return sum(bool(one.doubts) or one.outcome is PointOutcome.MOVED for one in self.rows)

    @property
    def needs_a_yes(self) -> bool:
        """Whether something must be agreed to."""
        return bool(self.doubted) or self.datum is not None

    @property
    def may_be_imported(self) -> bool:
        """Whether there is something to write, and no row stands against it."""
        return self.writes > 0 and not self.counts[PointOutcome.FAULTY]

    @property
    def digest(self) -> str:
        """What was shown, in short."""
        said = [
            (one.number, one.outcome.value, one.place_id, one.at, one.accuracy_m, len(one.doubts)) for one in self.rows
        ]
        return hashlib.sha256(repr((said, self.datum)).encode()).hexdigest()[:24]


def plan_points(actor: Actor, sheet: PointSheet) -> PointPlan:
    """Try a sheet out: a line per row, and what the whole looks like."""
    actor.must(Permission.PLACE_VILLAGES)
    read = point_rows(sheet.text)
    judge = PointJudge(actor)
    found = _Finder(actor, judge, read.rows)
    rows, swapped = [], 0
    for row in read.rows:
        planned, verdict = _planned(row, sheet, judge, found)
        swapped += verdict is PointVerdict.SWAPPED
        rows.append(planned)
    rows = [*_once(rows)]
    plan = PointPlan(rows=rows, unused=read.unused, swap=swapped * 2 > len(rows) > 0)
    return replace(plan, **_datum_hint(rows, judge, sheet.datum))


def import_points(actor: Actor, sheet: PointSheet, digest: str, *, agreed: bool) -> PointPlan:
    """Write the plan that was shown, all of it or nothing; a sheet that changes nothing leaves no trace.

    Raises ``Invalid`` while a row is faulty, ``NeedsConfirmation`` for odd rows nobody agreed to, ``PlanChanged``
    if the plan is another one by now.
    """
    actor.must(Permission.PLACE_VILLAGES)
    with change(actor, "places.import_points") as entry:
        plan = plan_points(actor, sheet)
        if plan.digest != digest:
            raise PlanChanged
        if plan.counts[PointOutcome.FAULTY]:
            raise Invalid(message=N_("还有要改的行，一行也没有导入。"))
        if plan.needs_a_yes and not agreed:
            raise NeedsConfirmation({"agreed": Problem(N_("有要确认的行，请看过以后打勾。"))})
        written = [one for one in plan.rows if one.outcome in {PointOutcome.NEW, PointOutcome.MOVED}]
        entry.silent = not written
        if written:
            entry.about_each("places", _write(written))
    return plan


class _Finder:
    """Finds the villages that rows name: by code, by name, by name and township."""

    def __init__(self, actor: Actor, judge: PointJudge, rows: Sequence[PointRow]) -> None:
        self._judge = judge
        self._by_code = {one.code: one for one in judge.villages.values() if one.code}
        self._names = _VillagesOnly(actor, [_written(row) for row in rows if not row.code and row.village])

    def village(self, row: PointRow) -> Known | Problem:
        """The village of a row, or why there is none."""
        if row.code:
            return self._by_code.get(row.code) or Problem(N_("没有代码是 %(code)s 的村。"), code=row.code)
        if not row.village:
            return Problem(N_("没有写村名或代码。"))
        meant = self._names.found[_written(row)]
        return self._judge.villages[meant.id] if isinstance(meant, Named) else meant


def _written(row: PointRow) -> str:
    return f"{row.village}({row.township})" if row.township else row.village


class _VillagesOnly(Villages):
    """Of all places, villages alone have points to give."""

    def statement(self) -> Any:
        return super().statement().where(Place.level == PlaceLevel.VILLAGE)


def _planned(
    row: PointRow, sheet: PointSheet, judge: PointJudge, found: _Finder
) -> tuple[PlannedPoint, PointVerdict | None]:
    village = found.village(row)
    faulty = PlannedPoint(number=row.number, called=row.called, outcome=PointOutcome.FAULTY)
    if isinstance(village, Problem):
        return replace(faulty, fault=village), None
    township = judge.township_of(village)
    faulty = replace(faulty, place_id=village.id, name=village.name, township=township.name if township else "")
    typed = (row.longitude, row.latitude) if sheet.swapped else (row.latitude, row.longitude)
    latitude_deg, longitude_deg = (degrees_of(text) for text in typed)
    accuracy_m = _accuracy(row.accuracy)
    if latitude_deg is None or longitude_deg is None or accuracy_m is None:
        return replace(faulty, fault=Problem(N_("纬度、经度或误差不是数字。"))), None
    shifted = point_to_wgs84(latitude_deg, longitude_deg, sheet.datum)
    at = (round(shifted[0], DECIMALS), round(shifted[1], DECIMALS))
    verdict = judge.verdict(at)
    if verdict in FAULTS:
        return replace(faulty, at=at, fault=Problem(FAULTS[verdict])), verdict
    return _outcome(faulty, village, at, accuracy_m or None, judge), verdict


def _accuracy(text: str) -> int | None:
    """Metres; 0 for nothing said, nothing for what is no number."""
    plain = text.removesuffix("米").removesuffix("m").strip()
    if not plain:
        return 0
    try:
        value = float(plain)
    except ValueError:
        return None
    return round(value) if 0 <= value <= MOST_ACCURACY_M else None


def _outcome(base: PlannedPoint, village: Known, at: At, accuracy_m: int | None, judge: PointJudge) -> PlannedPoint:
    told = replace(base, at=at, accuracy_m=accuracy_m)
    if village.at is not None and village.is_exact:
        if max(abs(village.at[0] - at[0]), abs(village.at[1] - at[1])) <= SAME_DEG:
            return replace(told, outcome=PointOutcome.SAME)
        moved = distance_km(village.at, at)
        return replace(told, outcome=PointOutcome.MOVED, moved_km=moved, doubts=judge.doubts(village, at))
    return replace(told, outcome=PointOutcome.NEW, doubts=judge.doubts(village, at))


def _once(rows: Sequence[PlannedPoint]) -> Iterator[PlannedPoint]:
    """A village that two rows name is faulty in the second; a point that two villages share is odd."""
    villages: dict[int, int] = {}
    spots: dict[At, PlannedPoint] = {}
    for row in rows:
        if row.place_id and (first := villages.setdefault(row.place_id, row.number)) != row.number:
            twice = Problem(N_("第 %(row)s 行已经写了这个村。"), row=first)
            yield replace(row, outcome=PointOutcome.FAULTY, fault=twice, doubts=())
            continue
        if row.at is not None and row.fault is None:
            other = spots.setdefault(row.at, row)
            if other is not row:
                same = Problem(N_("和%(name)s是同一个点。"), name=other.name)
                yield replace(row, doubts=[*row.doubts, same])
                continue
        yield row


def _datum_hint(rows: Sequence[PlannedPoint], judge: PointJudge, chosen: Datum) -> dict[str, Any]:
    """Whether the points lie off the known ones as if another datum had been meant."""
    pairs = [
        (known.at, row.at)
        for row in rows
        if row.at is not None and row.place_id and (known := judge.villages[row.place_id]).is_exact and known.at
    ]
    if len(pairs) < FEWEST_KNOWN:
        return {"known": len(pairs)}
    off = {datum: median(distance_km(known, _reread(at, chosen, datum)) for known, at in pairs) for datum in Datum}
    best = min(off, key=lambda datum: off[datum])
    low, high = SHIFTED_KM
    suspicious = low <= off[chosen] <= high and off[best] < off[chosen] * BETTER_BY
    return {"known": len(pairs), "off_km": off[chosen], "datum": best if suspicious else None}


def _reread(at: At, chosen: Datum, datum: Datum) -> At:
    """A point that was read as ``chosen``, read as ``datum`` instead."""
    latitudes, longitudes = from_wgs84(at[0], at[1], chosen)
    return point_to_wgs84(float(latitudes), float(longitudes), datum)


def _write(rows: Sequence[PlannedPoint]) -> list[tuple[int, Mapping[str, object], str]]:
    """The points written, and what the audit tells of each village."""
    places = table_of(Place)
    before: dict[int, Any] = {}
    wanted = [row.place_id for row in rows]
    for first in range(0, len(wanted), AT_ONCE):
        found = select(places).where(places.c.id.in_(wanted[first : first + AT_ONCE])).with_for_update()
        before |= {row.id: row for row in db.session.execute(found)}
    statement = (
        update(places)
        .where(places.c.id == bindparam("key"))
        .values(
            latitude_deg=bindparam("latitude"),
            longitude_deg=bindparam("longitude"),
            coordinate_source=CoordinateSource.IMPORT,
            accuracy_m=bindparam("accuracy"),
            version=places.c.version + 1,
            updated_at=now(),
        )
    )
    written = [
        {"key": row.place_id, "latitude": row.at[0], "longitude": row.at[1], "accuracy": row.accuracy_m}
        for row in rows
        if row.at is not None
    ]
    db.session.connection().execute(statement, written)
    return [(row.place_id, _told(row, before[row.place_id]), before[row.place_id].region_code) for row in rows]


def _told(row: PlannedPoint, before: Any) -> Mapping[str, object]:
    assert row.at is not None
    after = {
        "latitude_deg": row.at[0],
        "longitude_deg": row.at[1],
        "coordinate_source": CoordinateSource.IMPORT.value,
        "accuracy_m": row.accuracy_m,
    }
    source = before.coordinate_source
    was = {
        "latitude_deg": before.latitude_deg,
        "longitude_deg": before.longitude_deg,
        "coordinate_source": source.value if source else None,
        "accuracy_m": before.accuracy_m,
    }
    return {key: [was[key], value] for key, value in after.items() if was[key] != value}
