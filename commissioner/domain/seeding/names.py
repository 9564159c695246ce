"""What the files call a row, and its id: a place by its 12-digit code, others by seed key, parts by owner and name."""

from __future__ import annotations

from sqlalchemy import Column, select

from commissioner.domain.seeding.files import Line
from commissioner.models import Base, Place, db
from commissioner.vocabulary import N_

NATURAL_KEYS = ("code", "seed_key")
BETWEEN_PARTS = "/"


class Names:
    """Name → id of each table; ``None`` where the row was left out because a person has changed what it belongs to."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, int | None]] = {}
        self._regions: dict[int, str] = {}

    def of(self, table_name: str) -> dict[str, int | None]:
        """The names of a table's rows, those of earlier loads included."""
        if table_name not in self._ids:
            self._ids[table_name] = _stored(table_name)
        return self._ids[table_name]

    def resolve(self, column: Column[object], text: str, line: Line) -> int | None:
        """The id of the row that ``text`` names in ``column``, which points to another table."""
        known = self.of(target(column))
        if text not in known:
            raise line.refuse(N_("%(file)s 第 %(line)s 行，%(column)s：找不到“%(text)s”。"), column.name, text=text)
        return known[text]

    def region_of(self, place_id: int) -> str:
        """The division code that scope reads, of a place."""
        if place_id not in self._regions:
            rows = db.session.execute(select(Place.id, Place.region_code))
            self._regions = dict(rows.all())
        return self._regions[place_id]


def target(column: Column[object]) -> str:
    """The table whose id ``column`` holds; an empty text if none."""
    return next((key.column.table.name for key in column.foreign_keys if key.column.name == "id"), "")


def name_of(line: Line, key: tuple[str, ...]) -> str:
    """What other lines call the row of ``line``; every part must be there."""
    for part in key:
        if not line.cells.get(part):
            raise line.refuse(N_("%(file)s 第 %(line)s 行，%(column)s：不能空着。"), part)
    return BETWEEN_PARTS.join(line.cells[part] for part in key)


def _stored(table_name: str) -> dict[str, int | None]:
    table = Base.metadata.tables[table_name]
    key = next((table.c[name] for name in NATURAL_KEYS if name in table.c), None)
    if key is None:
        return {}
    rows = db.session.execute(select(key, table.c.id).where(key.is_not(None)))
    return dict(rows.all())
