"""The ground of this installation, and what is wrong with a position that somebody enters."""

from __future__ import annotations

from commissioner.domain.programme import setting
from commissioner.geo.boundaries import PointVerdict, check_point
from commissioner.geo.ground import Ground, load_ground
from commissioner.problems import Problem
from commissioner.shipped import shipped
from commissioner.vocabulary import N_, SettingKey

FAULTS: dict[PointVerdict, str] = {
    PointVerdict.SWAPPED: N_("纬度和经度好像填反了，请交换后再试。"),
    PointVerdict.OUTSIDE: N_("这个位置不在本地范围内，请核对纬度和经度。"),
    PointVerdict.IMPOSSIBLE: N_("这不是地球上的位置：纬度在 -90 到 90 之间，经度在 -180 到 180 之间。"),
}


def ground() -> Ground:
    """Land and outlines of the installation's region."""
    return load_ground(shipped("seeds") / "ground", setting(SettingKey.REGION_CODE))


def point_fault(latitude_deg: float, longitude_deg: float) -> Problem | None:
    """What is wrong with a position in WGS-84, or nothing. Without a region of its own there is no outline to check."""
    outline = ground().outline if setting(SettingKey.REGION_CODE) else None
    verdict = check_point(latitude_deg, longitude_deg, outline)
    return Problem(FAULTS[verdict]) if verdict in FAULTS else None
