"""Writes the lines of each file by natural key: new ones in, changed ones over, and what people have changed left alone.

A row that the seeds made has version 1 and no audit line until somebody saves it. From then on it is theirs, with its
links and the rows that belong to it: no later load touches them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import delete, insert, select, update

from commissioner.domain.seeding.cells import many, read_cell
from commissioner.domain.seeding.files import Line
from commissioner.domain.seeding.names import Names, name_of, target
from commissioner.domain.seeding.tables import Link, SeedTable
from commissioner.models import AuditEntry, Place, ProgrammeSetting, Visit, db
from commissioner.models.base import InPlace
from commissioner.vocabulary import N_, SettingKey

Values = dict[str, Any]
UNTOUCHED_VERSION = 1


class Loading:
    """One load under way, inside its change; ``counts`` tells what became of the rows."""

    def __init__(self, region_code: str) -> None:
        self.counts: Counter[str] = Counter()
        self._region_code = region_code
        self._names = Names()
        self._kept: defaultdict[str, set[int]] = defaultdict(set)

    def bring_in(self, table: SeedTable, lines: Sequence[Line]) -> None:
        """Write ``lines`` of ``table`` in waves, for one place lies in another of the same file."""
        _refuse_repeats(table, lines)
        names = self._names.of(table.name)
        inward = [column.name for column in table.model.__table__.columns if target(column) == table.name]
        waiting = list(lines)
        while waiting:
            known = {"", *names}
            ready = [line for line in waiting if all(line.cells.get(name, "") in known for name in inward)]
            self._write(table, ready or waiting)  # none ready: reading them says which key is unknown
            written = {line.number for line in ready}
            waiting = [line for line in waiting if line.number not in written]
        for link in table.links:
            self._write_links(table, link, lines)

    def set_unless_set(self, key: SettingKey, value: str) -> None:
        """Store a setting that the installation does not have yet."""
        known = db.session.scalar(select(ProgrammeSetting.value).where(ProgrammeSetting.key == key))
        if known is None:
            db.session.execute(insert(ProgrammeSetting), [{"key": key, "value": value}])
        self.counts["created" if known is None else "unchanged"] += 1

    def _write(self, table: SeedTable, lines: Sequence[Line]) -> None:
        read = {name_of(line, table.key): self._values(table.model, line) for line in lines}
        known = _stored(table.model, table.key, [values for values in read.values() if values])
        touched = _touched(table.name, [row["id"] for row in known.values() if "id" in row])
        new: list[Values] = []
        for name, values in read.items():
            row = known.get(_key(values, table.key)) if values else None
            if values is None or self._is_theirs(table, values, row, touched):
                self._keep(table, name, row)
            elif row is None:
                new.append(values)
            else:
                self._bring_up_to_date(table.model, table.key, row, values)
        self._insert(table.model, new)
        self._remember(table, read)

    def _is_theirs(self, table: SeedTable, values: Values, row: Values | None, touched: set[int]) -> bool:
        owner_table = target(table.model.__table__.c[table.owner]) if table.owner else ""
        if owner_table and values[table.owner] in self._kept[owner_table]:
            return True
        if row is None:
            return False
        return row.get("version", UNTOUCHED_VERSION) > UNTOUCHED_VERSION or row.get("id") in touched

    def _keep(self, table: SeedTable, name: str, row: Values | None) -> None:
        self.counts["kept"] += 1
        if row is None:
            self._names.of(table.name)[name] = None
        elif "id" in row:
            self._kept[table.name].add(row["id"])

    def _bring_up_to_date(self, model: Any, key: tuple[str, ...], row: Values, values: Values) -> None:
        changed = {name: value for name, value in values.items() if row[name] != value}
        self.counts["updated" if changed else "unchanged"] += 1
        if changed:
            mine = [model.__table__.c[part] == values[part] for part in key]
            db.session.execute(update(model.__table__).where(*mine).values(changed))

    def _insert(self, model: Any, rows: Sequence[Values]) -> None:
        self.counts["created"] += len(rows)
        if rows:
            db.session.execute(insert(model.__table__), list(rows))

    def _remember(self, table: SeedTable, read: dict[str, Values | None]) -> None:
        rows = [values for values in read.values() if values]
        stored = _stored(table.model, table.key, rows)
        for name, values in read.items():
            row = stored.get(_key(values, table.key)) if values else None
            if row is not None and "id" in row:
                self._names.of(table.name)[name] = row["id"]

    def _values(self, model: Any, line: Line) -> Values | None:
        """The row that ``line`` stands for; ``None`` if it needs one that was left out."""
        values: Values = {}
        for column in model.__table__.columns:
            text = line.cells.get(column.name)
            if text is None:
                continue
            points = bool(text and target(column))
            values[column.name] = self._names.resolve(column, text, line) if points else read_cell(column, text, line)
            if points and values[column.name] is None:
                return None
        return self._implied(model, values) | values

    def _implied(self, model: Any, values: Values) -> Values:
        """What the files need not say: the region of a row, and the client id of a visit."""
        implied: Values = {}
        if issubclass(model, InPlace):
            implied["region_code"] = self._names.region_of(values["place_id"])
        elif "region_code" in model.__table__.c:
            implied["region_code"] = values["code"] if model is Place else self._region_code
        if model is Visit:
            implied["client_id"] = str(uuid5(NAMESPACE_URL, f"urn:commissioner:visit:{values['seed_key']}"))
        return implied

    def _write_links(self, table: SeedTable, link: Link, lines: Sequence[Line]) -> None:
        names = self._names.of(table.name)
        owners = {names[name_of(line, table.key)]: line for line in lines if link.column in line.cells}
        mine = {id_: line for id_, line in owners.items() if id_ is not None and id_ not in self._kept[table.name]}
        rows = [values for id_, line in mine.items() for values in self._links_of(link, id_, line)]
        key, columns = (link.own, link.other), link.model.__table__.c
        found = db.session.execute(select(link.model.__table__).where(columns[link.own].in_(mine))).mappings()
        stored = {_key(dict(row), key): dict(row) for row in found}
        for values in rows:
            if (row := stored.get(_key(values, key))) is not None:
                self._bring_up_to_date(link.model, key, row, values)
        self._insert(link.model, [values for values in rows if _key(values, key) not in stored])
        for own, other in stored.keys() - {_key(values, key) for values in rows}:
            self.counts["updated"] += 1
            db.session.execute(
                delete(link.model.__table__).where(columns[link.own] == own, columns[link.other] == other)
            )

    def _links_of(self, link: Link, own_id: int, line: Line) -> list[Values]:
        column = link.model.__table__.c[link.other]
        rows = []
        for index, text in enumerate(many(line.cells[link.column])):
            other = self._names.resolve(column, text, line) if target(column) else read_cell(column, text, line)
            flag = {link.first: index == 0} if link.first else {}
            rows.append(self._implied(link.model, {link.other: other}) | {link.own: own_id, link.other: other} | flag)
        return rows


def _refuse_repeats(table: SeedTable, lines: Sequence[Line]) -> None:
    seen: set[str] = set()
    for line in lines:
        name = name_of(line, table.key)
        if name in seen:
            raise line.refuse(
                N_("%(file)s 第 %(line)s 行，%(column)s：“%(text)s”出现了两次。"), table.key[0], text=name
            )
        seen.add(name)


def _key(values: Values, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(values[part] for part in key)


def _touched(table_name: str, row_ids: Sequence[int]) -> set[int]:
    """Those of ``row_ids`` that the audit tells a change of: some tables carry no version."""
    told = select(AuditEntry.subject_id).where(AuditEntry.subject == table_name, AuditEntry.subject_id.in_(row_ids))
    return {id_ for id_ in db.session.scalars(told) if id_ is not None}


def _stored(model: Any, key: tuple[str, ...], rows: Sequence[Values]) -> dict[tuple[Any, ...], Values]:
    """The rows in the database with the keys of ``rows``, in one query: narrowed by the first part, told apart by all."""
    first = model.__table__.c[key[0]]
    found = db.session.execute(select(model.__table__).where(first.in_({values[key[0]] for values in rows}))).mappings()
    return {_key(dict(row), key): dict(row) for row in found}
