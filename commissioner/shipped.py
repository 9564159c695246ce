"""Finds the folders that stand beside the package in a checkout and inside it in a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

PACKAGE = Path(__file__).resolve().parent


def shipped(name: Literal["templates", "static", "seeds"]) -> Path:
    """The folder `name`, wherever this installation keeps it.

    Raises FileNotFoundError, naming the places looked at, when the installation is incomplete.
    """
    places = [PACKAGE / name]
    if (PACKAGE.parent / "pyproject.toml").is_file():  # a checkout; never some folder beside site-packages
        places.append(PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"This installation has no folder “{name}”: looked at {', '.join(map(str, places))}")
