"""The leader's map as one document: layers in compact columns, key figures, and the same places as a table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import func, select

from commissioner.access import Actor, Permission
from commissioner.domain import map_rows
from commissioner.domain.employment import employment_in
from commissioner.domain.map_atlas import Atlas, Jobs, MapPlace, owned, packed
from commissioner.domain.map_rows import MapAsk
from commissioner.domain.memory import Memory
from commissioner.domain.points import ground
from commissioner.models import AuditEntry, db
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, Word

RECENT_CHANGES = 200
MOST_KEPT = 24
MOST_YEARS = 12

Version = tuple[int, int]


class MapLayer(Word):
    """What can be switched on the map."""

    VILLAGES = "villages", N_("服务到的村")
    PROJECTS = "projects", NC_("list", "项目")
    BASES = "bases", NC_("list", "示范基地")
    VISITS = "visits", NC_("list", "走访")
    EMPLOYMENT = "employment", N_("带动就业")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFigures:
    """The numbers along the top: each is the sum of what the map shows."""

    villages: int
    villages_served: int
    projects: int
    bases: int
    visits: int
    employed_persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocument:
    """Everything the map shows under one question, for one scope and one state of the records."""

    body: bytes
    etag: str
    figures: MapFigures
    lines: Mapping[MapLayer, Sequence[MapPlace]]
    townships: Sequence[tuple[str, str]]
    coverage: Mapping[int, tuple[int, int]]  # by the township's id: villages served, villages
    unplaced: int
    illustrative: int

    def listed(self, layers: Iterable[MapLayer]) -> list[MapPlace]:
        """The marks of ``layers`` as a table: bases, projects, then villages; a visit or a job is told on its place."""
        wanted = set(layers)
        return [place for layer, places in self.lines.items() for place in places if _told(place, layer, wanted)]


def _told(place: MapPlace, layer: MapLayer, wanted: set[MapLayer]) -> bool:
    if MapLayer.VISITS in wanted and place.visits:
        return True
    if MapLayer.EMPLOYMENT in wanted and place.persons:
        return True
    return layer in wanted and (layer is not MapLayer.VILLAGES or place.served > 0)


def map_document(actor: Actor, ask: MapAsk, version: Version) -> MapDocument:
    """The document, from memory as long as no record has changed since ``version``."""
    actor.must(Permission.LOOK)
    return _documents.get((version, actor.scope_key, ask), lambda: _built(actor, ask))


def visits_in_years(actor: Actor, version: Version) -> Mapping[int, int]:
    """Visits of each year from the first to the last, the latest years only; the present year where there are none."""
    actor.must(Permission.LOOK)
    found = _years.get((version, actor.scope_key), lambda: map_rows.visits_by_year(actor))
    known = [year for year in found if year <= today().year] or [today().year]
    return {year: found.get(year, 0) for year in range(min(known), max(known) + 1)[-MOST_YEARS:]}


def data_version() -> Version:
    """What every change moves: the last audit lines. Their sum too, since a slow transaction may add an earlier line."""
    recent = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(RECENT_CHANGES).subquery()
    row = db.session.execute(select(func.max(recent.c.id), func.sum(recent.c.id))).one()
    return int(row[0] or 0), int(row[1] or 0)


_documents, _years = Memory(MOST_KEPT), Memory(MOST_KEPT)


def _built(actor: Actor, ask: MapAsk) -> MapDocument:
    atlas = Atlas(map_rows.places(actor, ask), ground())
    atlas.serve(map_rows.served(actor, ask), map_rows.visits(actor, ask))
    jobs = Jobs(employment_in(actor, ask.year))
    projects = owned("project", map_rows.projects(actor, ask), atlas, jobs)
    bases = owned("base", map_rows.bases(actor, ask), atlas, jobs)
    lines = {
        MapLayer.BASES: bases.lines,
        MapLayer.PROJECTS: projects.lines,
        MapLayer.VILLAGES: atlas.lines(),
        MapLayer.EMPLOYMENT: list(jobs.without_a_mark()) if ask == MapAsk(year=ask.year) else [],
    }
    body = orjson.dumps(
        {
            "townships": atlas.townships,
            "villages": packed(atlas.villages, atlas.townships),
            "projects": packed(projects.columns, atlas.townships),
            "bases": packed(bases.columns, atlas.townships),
            "employment": packed(jobs.columns, atlas.townships),
        }
    )
    shown = [place for places in lines.values() for place in places]
    return MapDocument(
        body=body,
        etag=hashlib.sha256(body).hexdigest()[:20],
        figures=MapFigures(
            villages=len(atlas.villages["id"]),
            villages_served=sum(1 for place in lines[MapLayer.VILLAGES] if place.served),
            projects=len({place.id for place in projects.lines}),
            bases=len(bases.lines),
            visits=atlas.visits_total,
            employed_persons=sum(place.persons for place in shown),
        ),
        lines=lines,
        townships=[
            (code, name) for code, name in zip(atlas.codes, atlas.townships["name"], strict=True) if code[6:9] != "000"
        ],
        coverage=atlas.coverage(),
        unplaced=sum(1 for place in shown if not place.own_position),
        illustrative=sum(1 for place in shown if place.illustrative),
    )
