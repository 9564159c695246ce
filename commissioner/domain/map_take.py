"""What somebody takes along from the map: the very rows of its table, each with its position and named one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commissioner.access import Actor, Permission
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import MapPlace
from commissioner.domain.map_layers import MapDocument, MapLayer, map_document, shows_parts, whole_document
from commissioner.domain.map_rows import village_after
from commissioner.domain.map_states import MapState
from commissioner.models import db
from commissioner.problems import Problem
from commissioner.vocabulary import N_

MOST_TAKEN = 100_000
MOST_ON_A_PAGE = 20_000  # of an HTML file: a browser draws it and its table at once


class TooMuchToTake(Problem):
    """More marks than one file holds."""

    http_status = 422
    message = N_("这里的地方太多了，一个文件最多装 %(most)s 处。请先选一个乡镇或县，或少开几个图层，再带走。")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTake:
    """The marks of the layers that are shown, each in its layer, in the order of the map's table."""

    document: MapDocument
    layers: Mapping[MapLayer, Sequence[MapPlace]]

    @property
    def all(self) -> int:
        """How many there are."""
        return sum(len(places) for places in self.layers.values())

    @property
    def placed(self) -> int:
        """How many of them have a position: the others are left out."""
        return sum(place.point is not None for places in self.layers.values() for place in places)


def map_take(actor: Actor, ask: MapAsk, layers: Iterable[MapLayer], state: MapState, most: int = MOST_TAKEN) -> MapTake:
    """What is shown under ``ask``. Of a crowded region the map shows parts: here are the villages of all of them."""
    actor.must(Permission.EXPORT)
    crowded = shows_parts(actor, ask, state)
    if crowded and db.session.scalar(village_after(actor, ask, most)) is not None:
        raise TooMuchToTake(most=most)
    document = whole_document(actor, ask) if crowded else map_document(actor, ask, state)
    told = document.told(layers)
    take = MapTake(document=document, layers={layer: told[layer] for layer in MapLayer if told.get(layer)})
    if take.all > most:
        raise TooMuchToTake(most=most)
    return take
