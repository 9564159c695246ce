"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass

from commissioner.access.permissions import GRANTS, Permission
from commissioner.problems import NotFound
from commissioner.vocabulary import N_, Role

COUNTY_DIGITS = 6
FULL_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person with a role, a division-code prefix and, for some roles, an own person or institution.

    ``sees_nearly_all`` says that the region is the installation's own: a hint on how to search, never a right.
    ``only_looks`` takes away every right of the role but to look: a screen on a wall is nobody.
    """

    role: Role
    region_code: str = ""
    commissioner_id: int | None = None
    organisation_id: int | None = None
    account_id: int | None = None
    name: str = ""
    sees_nearly_all: bool = False
    only_looks: bool = False

    def can(self, permission: Permission) -> bool:
        """Whether the role is granted ``permission``."""
        return permission in GRANTS[self.role] and (permission is Permission.LOOK or not self.only_looks)

    def must(self, permission: Permission) -> None:
        """Raise ``NotFound`` without ``permission``: what one may not do does not exist."""
        if not self.can(permission):
            raise NotFound

    @property
    def county_prefix(self) -> str:
        """The county of the actor's region, or the region itself where it is larger."""
        return self.region_code[:COUNTY_DIGITS]

    @property
    def is_territorial(self) -> bool:
        """Whether scope is the region alone, not an own person or institution."""
        return self.role not in {Role.COMMISSIONER, Role.INSTITUTION}

    @property
    def scope_key(self) -> str:
        """What tells this actor's rows from another's: part of every cache key."""
        looks = ":only looks" if self.only_looks else ""
        # Outside a region's roles an account sees what it has raised itself, which its twin does not.
        own = f":{self.account_id}" if not self.is_territorial else ""
        return f"{self.role}:{self.region_code}:{self.commissioner_id}:{self.organisation_id}{own}{looks}"


SYSTEM = Actor(role=Role.ADMINISTRATOR, name=N_("系统"))
