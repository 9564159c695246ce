"""What tests of the data set "Pingyang 2022" look rows up with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from commissioner.models import Base, db
from commissioner.shipped import shipped

JOINED = "……"
EXCERPT = (shipped("seeds") / "pingyang-2022" / "summary-excerpt.txt").read_text(encoding="utf-8")
SOURCED: list[Any] = [mapper.class_ for mapper in Base.registry.mappers if hasattr(mapper.class_, "source_note")]


def the(model: Any, seed_key: str) -> Any:
    """The row of the data set with this key."""
    return db.session.scalars(select(model).where(model.seed_key == seed_key)).one()


def rows(model: Any, *conditions: Any) -> Sequence[Any]:
    """All rows of a table that fulfil the conditions."""
    return db.session.scalars(select(model).where(*conditions)).all()


def stated(row: Any, *clauses: str) -> Any:
    """The row, which stands for what the summary says in these words."""
    assert not row.illustrative
    for clause in clauses:
        assert clause in row.source_note
        assert clause in EXCERPT
    return row
