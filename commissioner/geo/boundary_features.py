"""A feature as a file tells it, before anybody judges it, and how much of it is taken."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commissioner.problems import Problem

MOST_BYTES = 20 * 1024**2
MOST_DEPTH = 16  # a MultiPolygon in a collection needs nine
MOST_FEATURES = 5_000
MOST_RINGS = 2_000  # of one feature: a coast with all its islands
MOST_VERTICES = 500_000
MOST_BRACKETS = 2 * MOST_VERTICES
LONGEST_NAME = 80
CODE_KEYS = (
    "code",
    "区划代码",
    "行政区划代码",
    "区划码",
    "代码",
    "xzqdm",
    "adcode",
    "pac",
    "qxdm",
    "xzdm",
    "cundm",
    "dm",
    "gb",
    "id",
)
NAME_KEYS = (
    "name",
    "名称",
    "xzqmc",
    "xzmc",
    "mc",
    "乡镇",
    "街道",
    "村名",
    "行政区名称",
    "qxmc",
    "cunmc",
    "fullname",
    "fname",
)

Rings = list[NDArray[np.float64]]


class BoundaryFault(Problem):
    """Why a file of boundaries is not taken."""

    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature as either format tells it: polygons of rings, each ring an array of longitude and latitude."""

    number: int
    name: str
    code: str
    polygons: Sequence[Rings]


def named(properties: dict[str, Any]) -> tuple[str, str]:
    """Name and division code among the properties of a feature, as other programs spell them."""
    spelled = {str(key).strip().lower(): value for key, value in properties.items()}
    code = next((text for key in CODE_KEYS if (text := _digits(spelled.get(key)))), "")
    name = next((text for key in NAME_KEYS if (text := _text(spelled.get(key))) and not text.isdecimal()), "")
    return name[:LONGEST_NAME], code


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _digits(value: Any) -> str:
    """A code, which Shapefiles like to keep as a number: 330326102000.0."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value == int(value) else ""
    text = str(value).strip()
    return text if re.fullmatch(r"[0-9]{2,12}", text) else ""
