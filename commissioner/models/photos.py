"""What a kept photo is, whatever it is of: its content's digest, its size, and who sent it when."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from commissioner.models.base import Flag, Instant, Key, Short, may_point_to

SHA256_DIGITS = 64


class KeptPhoto:
    """A photo, addressed by its content; EXIF is gone before it comes here, unless its position was kept."""

    id: Mapped[Key]
    content_sha256: Mapped[str] = mapped_column(String(SHA256_DIGITS))
    # The file as it was sent, so that sending it twice is known without looking into it.
    sent_sha256: Mapped[str] = mapped_column(String(SHA256_DIGITS), server_default="")
    width_px: Mapped[int]
    height_px: Mapped[int]
    size_bytes: Mapped[int]
    caption: Mapped[Short]
    position_kept: Mapped[Flag]
    received_at: Mapped[Instant]

    @declared_attr
    def added_by_id(cls) -> Mapped[int | None]:  # noqa: N805 - SQLAlchemy hands over the class
        """The account that sent it."""
        pointer: Mapped[int | None] = may_point_to("accounts.id")
        return pointer


def photo_indexes(table: str, owner: str) -> tuple[Index, Index]:
    """One by content, because files are shared; one that keeps a file from being sent twice to one owner."""
    return (
        Index(f"ix_{table}_content_sha256", "content_sha256"),
        Index(f"ix_{table}_{owner}_sent_sha256", owner, "sent_sha256", unique=True),
    )
