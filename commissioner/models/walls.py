"""Links that show the map on a wall without signing in; of the address itself only a digest is kept."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import Base, Key, Name, RegionCode, points_to

SHA256_HEX = 64
LONGEST_VIEW = 500


class WallLink(Base):
    """A link with the view that it shows. The day it was last opened is kept, not how often and not by whom."""

    __tablename__ = "wall_links"

    id: Mapped[Key]
    account_id: Mapped[int] = points_to("accounts.id", ondelete="CASCADE")
    region_code: Mapped[RegionCode]
    token_sha256: Mapped[str] = mapped_column(String(SHA256_HEX), unique=True, info={"secret": True})
    name: Mapped[Name]
    view: Mapped[str] = mapped_column(String(LONGEST_VIEW))
    made_on: Mapped[date]
    expires_on: Mapped[date | None]
    last_opened_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]

    __table_args__ = (CheckConstraint("expires_on IS NULL OR expires_on >= made_on", name="expires_after_it_is_made"),)
