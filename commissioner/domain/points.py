"""The ground of this installation, and what is wrong with a position that somebody enters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from commissioner.access import Actor
from commissioner.domain.boundaries import county_outlines, credits_of, drawn_borders
from commissioner.domain.programme import setting
from commissioner.geo.boundaries import Outline, PointVerdict, check_point
from commissioner.geo.ground import Ground, load_ground
from commissioner.problems import Problem
from commissioner.shipped import shipped
from commissioner.vocabulary import N_, PlaceLevel, SettingKey

COUNTY_DIGITS = 6
FAULTS: dict[PointVerdict, str] = {
    PointVerdict.SWAPPED: N_("纬度和经度好像填反了，请交换后再试。"),
    PointVerdict.OUTSIDE: N_("这个位置不在本地范围内，请核对纬度和经度。"),
    PointVerdict.IMPOSSIBLE: N_("这不是地球上的位置：纬度在 -90 到 90 之间，经度在 -180 到 180 之间。"),
}


def ground() -> Ground:
    """Land and outlines of the installation's region; an imported border stands instead of the schematic one."""
    return _with_outlines(_plain_ground(), county_outlines())


def drawn_ground(actor: Actor) -> Ground:
    """The ground as the map draws it for ``actor``: the imported borders of the own county, simplified, and their sources."""
    borders = drawn_borders(actor, PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP)
    counties = [
        Outline(code=one.code[:COUNTY_DIGITS], name=one.name, shape=one.shape, schematic=False)
        for one in borders
        if one.level is PlaceLevel.COUNTY
    ]
    drawn = _with_outlines(_plain_ground(), counties)
    sources = tuple(f"{source}（{licence}）" for source, licence in credits_of(actor))
    townships = tuple(one for one in borders if one.level is PlaceLevel.TOWNSHIP)
    return replace(drawn, borders=townships, attributions=(*drawn.attributions, *sources))


def point_fault(latitude_deg: float, longitude_deg: float) -> Problem | None:
    """What is wrong with a position in WGS-84, or nothing. Without a region of its own there is no outline to check."""
    verdict = check_point(latitude_deg, longitude_deg, own_outline())
    return Problem(FAULTS[verdict]) if verdict in FAULTS else None


def own_outline() -> Outline | None:
    """What a position is checked against."""
    return ground().outline if setting(SettingKey.REGION_CODE) else None


def _plain_ground() -> Ground:
    return load_ground(shipped("seeds") / "ground", setting(SettingKey.REGION_CODE))


def _with_outlines(plain: Ground, imported: Sequence[Outline]) -> Ground:
    if not imported:
        return plain
    theirs = {one.code for one in imported}
    kept = [one for one in plain.outlines if one.code[:COUNTY_DIGITS] not in theirs]
    return replace(plain, outlines=(*kept, *imported))
