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
    """

    role: Role
    region_code: str = ""
    commissioner_id: int | None = None
    organisation_id: int | None = None
    account_id: int | None = None
    name: str = ""
    sees_nearly_all: bool = False

    def can(self, permission: Permission) -> bool:
        """Whether the role is granted ``permission``."""
        return permission in GRANTS[self.role]

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
        return f"{self.role}:{self.region_code}:{self.commissioner_id}:{self.organisation_id}"


SYSTEM = Actor(role=Role.ADMINISTRATOR, name=N_("系统"))
