"""The gate: who may do what (``GRANTS``), on which rows (``SCOPES``)."""

from commissioner.access.actor import SYSTEM, Actor
from commissioner.access.permissions import GRANTS, Permission
from commissioner.access.regions import covers, significant, within
from commissioner.access.scopes import ISSUED, ids, own_people, scope, visible

__all__ = [
    "GRANTS",
    "ISSUED",
    "SYSTEM",
    "Actor",
    "Permission",
    "covers",
    "ids",
    "own_people",
    "scope",
    "significant",
    "visible",
    "within",
]
