"""What has been written since: which townships' counts it can have moved, as the audit lines tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union_all

from commissioner.domain.map_states import RECENT_CHANGES
from commissioner.domain.map_sums import TOWNSHIP_DIGITS
from commissioner.models import AuditEntry, db

MOST_LINES = 2_000  # more than these tell of an import: all is read anew
VISITS = "visits"
# What no count of villages, service, visits or postings reads. All others may move anything anywhere.
UNCOUNTED = frozenset({"accounts", "project_updates", "evaluations", "wall_links", "year_papers"})


@dataclass(frozen=True, slots=True)
class Known:
    """The audit lines that are counted: up to which, the sum of the last ones, and which these are, once they were read."""

    last_id: int
    total: int = 0
    ids: frozenset[int] | None = None

    def tells(self, line: Any, *, is_whole: bool) -> bool:
        """Whether ``line`` is counted. A slow transaction may have added an earlier line: then the last are not ``whole``."""
        if self.ids is not None:
            return line.id in self.ids
        return bool(line.id <= self.last_id) and is_whole


def moved_since(known: Known) -> tuple[frozenset[str] | None, Known]:
    """The townships whose counts may have moved, or nothing where that cannot be told; and what is known now."""
    lines = _lines_around(known.last_id)
    if not lines:
        return frozenset(), known
    latest = Known(lines[-1].id, ids=frozenset(line.id for line in lines[-RECENT_CHANGES:]))
    is_whole = sum(line.id for line in lines if line.id <= known.last_id) == known.total
    new = [line for line in lines if not known.tells(line, is_whole=is_whole) and line.subject not in UNCOUNTED]
    if len(lines) > RECENT_CHANGES + MOST_LINES or not all(map(_is_a_visit, new)):
        return None, latest
    return frozenset(code[:TOWNSHIP_DIGITS] for line in new for code in _codes(line)), latest


def _is_a_visit(line: Any) -> bool:
    """One visit: a line of many would tell of no township."""
    return line.subject == VISITS and line.subject_id is not None


def _lines_around(last_id: int) -> list[Any]:
    """The last lines up to ``last_id``, and those that have come after it."""
    one = AuditEntry
    columns = (one.id, one.subject, one.subject_id, one.region_code, one.changes["region_code"].label("told"))
    before = select(*columns).where(one.id <= last_id).order_by(one.id.desc()).limit(RECENT_CHANGES).subquery()
    after = select(*columns).where(one.id > last_id).order_by(one.id).limit(MOST_LINES + 1).subquery()
    lines = db.session.execute(union_all(select(before), select(after))).all()
    return sorted(lines, key=lambda line: line.id)


def _codes(line: Any) -> Iterator[str]:
    """Where the visit is, and where it was."""
    yield line.region_code
    yield from (code for code in line.told or () if code)
