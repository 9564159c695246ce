"""The tile service of this installation, if an administrator has named one, and what is to be said of a wish for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commissioner.domain.programme import TILES, settings, tile_wish
from commissioner.geo.tiles import TileSource, TileWish, example_of, tile_faults, tile_hints, tile_source
from commissioner.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class TileCheck:
    """What the form of an address says; nothing was asked of its host."""

    wished: bool
    faults: Sequence[tuple[str, Problem]] = ()  # the setting's label, and what is wrong with it
    hints: Sequence[Problem] = ()
    example: str = ""
    hosts: Sequence[str] = ()


def tiles() -> TileSource | None:
    """What the map may ask for beside the installation itself; nothing unless it is set."""
    return tile_source(tile_wish(settings()))


def check_of(wish: TileWish) -> TileCheck:
    """Whether an address could be used, by its form alone."""
    source = tile_source(wish)
    if source is None:
        faults = [(TILES[part].label, fault) for part, fault in tile_faults(wish).items()]
        return TileCheck(wished=bool(wish.address), faults=faults)
    return TileCheck(wished=True, hints=tile_hints(wish), example=example_of(source), hosts=source.origins)
