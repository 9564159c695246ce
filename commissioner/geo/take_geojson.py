"""Marks of the map as GeoJSON (RFC 7946: WGS-84, longitude first), written piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from commissioner.geo.taken import FIELDS, Taken, TakenLayer, TakenPoint, plain

GEOJSON = "application/geo+json"
TOGETHER = 500  # features in a piece


def geojson(taken: Taken) -> Iterator[bytes]:
    """The document's pieces: what it is first, then a line for each mark."""
    head = {
        "type": "FeatureCollection",
        "name": plain(taken.title),
        "description": taken.description,
        "day": taken.day,
        "shown": sum(len(layer.points) for layer in taken.layers),
        "all": sum(layer.all for layer in taken.layers),
        "layers": [
            {"layer": one.key, "label": plain(one.label), "shown": len(one.points), "all": one.all}
            for one in taken.layers
        ],
    }
    yield orjson.dumps(head)[:-1] + b',"features":['
    before = b"\n"
    for layer in taken.layers:
        for first in range(0, len(layer.points), TOGETHER):
            lines = [orjson.dumps(_feature(layer, one)) for one in layer.points[first : first + TOGETHER]]
            yield before + b",\n".join(lines)
            before = b",\n"
    yield b"\n]}\n"


def _feature(layer: TakenLayer, point: TakenPoint) -> dict[str, Any]:
    values = {key: plain(value) for key, value in zip(FIELDS, point.values, strict=True)}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": point.position},
        "properties": {"layer": layer.key, **values},
    }
