"""Loading a data set: readable files in, rows out, as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from commissioner.access import Actor, Permission
from commissioner.domain import programme
from commissioner.domain.changes import change
from commissioner.domain.seeding.files import Dataset, fingerprint, read_dataset, read_lines, refuse_strangers
from commissioner.domain.seeding.loading import Loading
from commissioner.domain.seeding.tables import TABLES, whole_code
from commissioner.models import AuditEntry, db
from commissioner.vocabulary import SettingKey

ACTION = "seed.load"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """How many rows a load made, changed, found as they are, and left alone because a person has changed them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0

    @property
    def rows(self) -> int:
        """All rows that the data set stands for."""
        return self.created + self.updated + self.unchanged + self.kept


def load_dataset(actor: Actor, folder: Path) -> SeedReport:
    """Bring the data set in ``folder`` into the database, all or nothing; ``Invalid`` names file, line and column.

    Rows are told apart by natural key, and a load that changes nothing writes no audit line. The very files of the
    last load are not gone through again, so that what people have removed since stays removed.
    """
    actor.must(Permission.KEEP_SETTINGS)
    dataset = read_dataset(folder)
    refuse_strangers(folder, [table.file for table in TABLES])
    told = fingerprint(folder)
    if (rows := _rows_if_loaded(dataset.name, told)) is not None:
        return SeedReport(unchanged=rows)
    with change(actor, ACTION) as entry:
        report = _load(dataset, folder)
        entry.silent = not (report.created or report.updated)
        figures = {"created": report.created, "updated": report.updated, "rows": report.rows}
        about = {"name": dataset.name, "fingerprint": told, **figures}
        entry.about("dataset", None, about, whole_code(dataset.region_code))
    programme.forget()
    return report


def _load(dataset: Dataset, folder: Path) -> SeedReport:
    files = [(table, read_lines(folder / table.file, table.columns)) for table in TABLES]
    loading = Loading(whole_code(dataset.region_code))
    for table, lines in files:
        loading.bring_in(table, lines)
    loading.set_unless_set(SettingKey.REGION_CODE, dataset.region_code)
    loading.set_unless_set(SettingKey.OWNER_NAME, dataset.owner_name)
    return SeedReport(**loading.counts)


def _rows_if_loaded(name: str, told: str) -> int | None:
    """How many rows the last load of the data set ``name`` stood for, if its files were these."""
    earlier = select(AuditEntry.changes).where(AuditEntry.action == ACTION).order_by(AuditEntry.id.desc())
    last = next((line for line in db.session.scalars(earlier) if line.get("name") == name), None)
    return last["rows"] if last is not None and last.get("fingerprint") == told else None
