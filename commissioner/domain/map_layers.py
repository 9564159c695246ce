"""The leader's map as one document: layers in compact columns, key figures, and the same places as a table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import orjson

from commissioner.access import Actor, Permission
from commissioner.domain import map_rows
from commissioner.domain.employment import employment_in
from commissioner.domain.growth import areas_on
from commissioner.domain.map_afar import amounts, employed_persons
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import TOWNSHIP_DIGITS, Atlas, Jobs, MapPlace, Marked, Marker, packed
from commissioner.domain.map_counts import MOST_POINTS, is_crowded, kept_months
from commissioner.domain.map_regions import Regions, regions
from commissioner.domain.map_rows import Townships
from commissioner.domain.map_states import MapState
from commissioner.domain.memory import Memory
from commissioner.domain.points import ground
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, Word

MOST_KEPT = 48
MOST_MONTHS = 240


class MapLayer(Word):
    """What can be switched on the map, in the order of the legend."""

    TOWNSHIPS = "townships", N_("乡镇")
    VILLAGES = "villages", N_("服务到的村")
    UNSERVED = "unserved", N_("还没有服务到的村")
    POSTINGS = "postings", NC_("list", "派驻")
    PROJECTS = "projects", NC_("list", "项目")
    BASES = "bases", NC_("list", "示范基地")
    VISITS = "visits", NC_("list", "走访")
    NEEDS = "needs", NC_("list", "需求")
    PROBLEMS = "problems", N_("待解决的问题")
    PAIRINGS = "pairings", NC_("list", "结对帮扶")
    EMPLOYMENT = "employment", N_("带动就业")


# Which layers the map opens with; the others are one tap away.
FIRST_SHOWN = frozenset(MapLayer) - {MapLayer.POSTINGS, MapLayer.NEEDS, MapLayer.PROBLEMS, MapLayer.PAIRINGS}
KINDS: Mapping[MapLayer, str] = {
    MapLayer.BASES: "base",
    MapLayer.PROJECTS: "project",
    MapLayer.NEEDS: "need",
    MapLayer.PROBLEMS: "problem",
    MapLayer.POSTINGS: "posting",
    MapLayer.PAIRINGS: "pairing",
}
WITHOUT_LEVEL = frozenset({MapLayer.NEEDS, MapLayer.PROBLEMS, MapLayer.PAIRINGS})
WITHOUT_INDUSTRY = frozenset({MapLayer.PROBLEMS, MapLayer.PAIRINGS})


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFigures:
    """The numbers along the top: each is the sum of what the map shows."""

    villages: int
    villages_served: int
    projects: int
    bases: int
    area_mu: Decimal
    visits: int
    employed_persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Of one layer, how many there are, and for how many of them the map has a spot."""

    shown: int
    all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocument:
    """Everything the map shows under one question, for one scope and one state of the records."""

    body: bytes
    etag: str
    figures: MapFigures
    showing: Mapping[MapLayer, Showing]
    lines: Mapping[MapLayer, Sequence[MapPlace]]
    townships: Sequence[tuple[str, str]]
    coverage: Mapping[int, tuple[int, int]]  # by the township's id: villages served, villages
    crowded: bool = False  # too many villages to name each: they come by the part that is looked at
    from_afar: bool = False  # too many marks, too: they come with the villages

    def listed(self, layers: Iterable[MapLayer]) -> list[MapPlace]:
        """The marks of ``layers`` as a table; a visit or a job is told on its place."""
        return [place for places in self.told(layers).values() for place in places]

    def unlisted(self, layers: Iterable[MapLayer]) -> int:
        """How many marks of ``layers`` are neither drawn nor in the table, because they are too many."""
        return sum(self.showing[layer].all for layer in layers if layer in KINDS) if self.from_afar else 0

    def told(self, layers: Iterable[MapLayer]) -> dict[MapLayer, list[MapPlace]]:
        """The same by the layer that each is a mark of."""
        wanted = set(layers)
        return {layer: [one for one in places if _told(one, layer, wanted)] for layer, places in self.lines.items()}


def _told(place: MapPlace, layer: MapLayer, wanted: set[MapLayer]) -> bool:
    if MapLayer.VISITS in wanted and place.visits:
        return True
    if MapLayer.EMPLOYMENT in wanted and place.persons:
        return True
    return layer in wanted


def fits(layer: MapLayer, ask: MapAsk) -> bool:
    """Whether the layer can answer: a need has no level, a problem or a pairing no industry either."""
    return not (ask.level and layer in WITHOUT_LEVEL) and not (ask.industry and layer in WITHOUT_INDUSTRY)


def map_document(actor: Actor, ask: MapAsk, state: MapState) -> MapDocument:
    """The document, from memory as long as no record has changed since ``state``."""
    actor.must(Permission.LOOK)
    crowded = shows_parts(actor, ask, state)
    # Today moves a posting's end without any change of the records.
    return _documents.get(
        (state, today(), actor.scope_key, ask),
        lambda: _crowded(actor, ask, state) if crowded else whole_document(actor, ask),
    )


def shows_parts(actor: Actor, ask: MapAsk, state: MapState) -> bool:
    """Whether there are too many villages to name each: then the map shows the parts of the region."""
    return state.crowded and (not ask.township or is_crowded(actor, ask))


def visits_in_months(actor: Actor, state: MapState) -> Mapping[date, int]:
    """Visits of each month, by its first day, from the first record to the present month; the latest months only."""
    actor.must(Permission.LOOK)
    return _months.get((state, today(), actor.scope_key), lambda: _months_told(_counted(actor, state)))


def _counted(actor: Actor, state: MapState) -> Mapping[tuple[int, int], int]:
    by_sums = state.crowded and actor.is_territorial
    return kept_months(actor, state.version) if by_sums else map_rows.visits_by_month(actor)


def _months_told(found: Mapping[tuple[int, int], int]) -> dict[date, int]:
    until = today().year * 12 + today().month - 1
    first = min((year * 12 + month - 1 for year, month in found), default=until)
    since = max(min(first, until), until - MOST_MONTHS + 1)
    months = [(number // 12, number % 12 + 1) for number in range(since, until + 1)]
    return {date(year, month, 1): found.get((year, month), 0) for year, month in months}


def last_told_year(actor: Actor, state: MapState) -> int:
    """The year that the map opens with: the last in which somebody was visited, else the present one."""
    return max((first.year for first, visits in visits_in_months(actor, state).items() if visits), default=today().year)


_documents, _months = Memory(MOST_KEPT), Memory(MOST_KEPT)


def fitting(ask: MapAsk) -> set[str]:
    """The kinds of mark that can answer."""
    return {kind for layer, kind in KINDS.items() if fits(layer, ask)}


def whole_document(actor: Actor, ask: MapAsk) -> MapDocument:
    """The document that names every village, however many they are."""
    atlas = Atlas(map_rows.places(actor, ask), ground())
    rows = map_rows.marks(actor, ask, fitting(ask))
    atlas.serve(rows["posting"], rows["pairing"], map_rows.visits(actor, ask))
    jobs = Jobs(employment_in(actor, ask.year))
    areas = areas_on(actor, ask.on, *map_rows.bases_counted(actor, ask))
    marker = Marker(atlas, jobs, areas)
    marked = {layer: marker.marked(kind, rows[kind]) for layer, kind in KINDS.items()}
    lines = _lines(atlas, jobs, marked, ask)
    showing = _showing(lines, atlas.visits_total)
    body = _body(atlas, jobs, marked)
    return MapDocument(
        body=body,
        etag=hashlib.sha256(body).hexdigest()[:20],
        figures=MapFigures(
            villages=len(atlas.villages["id"]),
            villages_served=showing[MapLayer.VILLAGES].all,
            projects=showing[MapLayer.PROJECTS].all,
            bases=showing[MapLayer.BASES].all,
            area_mu=sum(areas.values(), Decimal(0)),
            visits=atlas.visits_total,
            employed_persons=showing[MapLayer.EMPLOYMENT].all,
        ),
        showing=showing,
        lines=lines,
        townships=[
            (code, name) for code, name in zip(atlas.codes, atlas.townships["name"], strict=True) if code[6:9] != "000"
        ],
        coverage=atlas.coverage(),
    )


def _crowded(actor: Actor, ask: MapAsk, state: MapState) -> MapDocument:
    """The marks alone, and where they are too many not even these: near by they come with the villages."""
    parts = regions(actor, ask, state)
    rows = map_rows.few_marks(actor, ask, fitting(ask), MOST_POINTS)
    if rows is None:
        return _from_afar(actor, ask, parts)
    codes = {row.region_code[:TOWNSHIP_DIGITS] for some in rows.values() for row in some if row.region_code}
    atlas = Atlas(map_rows.townships(actor, Townships(codes)), ground())
    jobs = Jobs(employment_in(actor, ask.year))
    areas = areas_on(actor, ask.on, *map_rows.bases_counted(actor, ask))
    marker = Marker(atlas, jobs, areas)
    marked = {layer: marker.marked(kind, rows[kind]) for layer, kind in KINDS.items()}
    lines: dict[MapLayer, Sequence[MapPlace]] = {layer: one.lines for layer, one in marked.items()}
    lines |= {MapLayer.TOWNSHIPS: parts.lines, MapLayer.VILLAGES: [], MapLayer.UNSERVED: []}
    lines[MapLayer.EMPLOYMENT] = [] if ask.narrowed else list(jobs.without_a_mark())
    showing = _of_regions(parts, _showing(lines, parts.visits_total))
    return _of_parts(parts, _body(atlas, jobs, marked), showing, lines, sum(areas.values(), Decimal(0)))


def _from_afar(actor: Actor, ask: MapAsk, parts: Regions) -> MapDocument:
    """The parts, and of the marks how many there are."""
    there = amounts(actor, ask, fitting(ask))
    atlas, jobs = Atlas((), ground()), Jobs(None)
    nothing = Marker(atlas, jobs, {})
    body = _body(atlas, jobs, {layer: nothing.marked(kind, ()) for layer, kind in KINDS.items()})
    marks = {layer: Showing(shown=0, all=there[kind]) for layer, kind in KINDS.items()}
    marks[MapLayer.EMPLOYMENT] = Showing(shown=0, all=employed_persons(actor, ask, fitting(ask)))
    lines = {layer: parts.lines if layer is MapLayer.TOWNSHIPS else () for layer in MapLayer}
    areas = areas_on(actor, ask.on, *map_rows.bases_counted(actor, ask))
    area_mu = sum(areas.values(), Decimal(0))
    return _of_parts(parts, body, _of_regions(parts, marks), lines, area_mu, from_afar=True)


def _of_parts(
    parts: Regions,
    body: bytes,
    showing: Mapping[MapLayer, Showing],
    lines: Mapping[MapLayer, Sequence[MapPlace]],
    area_mu: Decimal,
    *,
    from_afar: bool = False,
) -> MapDocument:
    return MapDocument(
        body=body,
        etag=hashlib.sha256(body).hexdigest()[:20],
        figures=MapFigures(
            villages=parts.all["villages"],
            villages_served=parts.all["served"],
            projects=showing[MapLayer.PROJECTS].all,
            bases=showing[MapLayer.BASES].all,
            area_mu=area_mu,
            visits=parts.visits_total,
            employed_persons=showing[MapLayer.EMPLOYMENT].all,
        ),
        showing=showing,
        lines=lines,
        townships=parts.choices,
        coverage={},
        crowded=True,
        from_afar=from_afar,
    )


def _of_regions(parts: Regions, marks: Mapping[MapLayer, Showing]) -> dict[MapLayer, Showing]:
    """What there is of each layer: villages and visits by the sums, marks as they are drawn."""
    told, placed = parts.all, parts.placed
    unserved = Showing(shown=placed["villages"] - placed["served"], all=told["villages"] - told["served"])
    return {
        **marks,
        MapLayer.TOWNSHIPS: Showing(shown=placed["townships"], all=told["townships"]),
        MapLayer.VILLAGES: Showing(shown=placed["served"], all=told["served"]),
        MapLayer.UNSERVED: unserved,
        MapLayer.VISITS: Showing(shown=placed["visits"], all=parts.visits_total),
    }


def _lines(
    atlas: Atlas, jobs: Jobs, marked: Mapping[MapLayer, Marked], ask: MapAsk
) -> dict[MapLayer, Sequence[MapPlace]]:
    villages = atlas.village_lines()
    return {
        **{layer: one.lines for layer, one in marked.items()},
        MapLayer.TOWNSHIPS: atlas.township_lines(ask.township),
        MapLayer.VILLAGES: [place for place in villages if place.served],
        MapLayer.UNSERVED: [place for place in villages if not place.served],
        MapLayer.EMPLOYMENT: [] if ask.narrowed else list(jobs.without_a_mark()),
    }


def _showing(lines: Mapping[MapLayer, Sequence[MapPlace]], visits_total: int) -> dict[MapLayer, Showing]:
    every = [place for places in lines.values() for place in places]
    placed = [place for place in every if place.placed]
    own = {layer: [one for one in places if one.kind != "county"] for layer, places in lines.items()}
    counted = {
        layer: Showing(shown=len({one.id for one in marks if one.placed}), all=len({one.id for one in marks}))
        for layer, marks in own.items()
    }
    visits = Showing(shown=sum(one.visits for one in placed), all=visits_total)
    persons = Showing(shown=sum(one.persons for one in placed), all=sum(one.persons for one in every))
    return {**counted, MapLayer.VISITS: visits, MapLayer.EMPLOYMENT: persons}


def _body(atlas: Atlas, jobs: Jobs, marked: Mapping[MapLayer, Marked]) -> bytes:
    layers = {layer.value: packed(one.columns, atlas.townships) for layer, one in marked.items()}
    return orjson.dumps(
        {
            "townships": atlas.townships,
            "villages": packed(atlas.villages, atlas.townships),
            **layers,
            "employment": packed(jobs.columns, atlas.townships),
        }
    )
