"""The one way to write: a transaction, the change, its audit line beside it, committed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError

from commissioner.access import Actor
from commissioner.models import AuditEntry, db
from commissioner.models.base import now, table_of
from commissioner.models.engine import WRITING
from commissioner.problems import AlreadyDone, Busy, Conflict, InUse, Invalid, NeedsConfirmation, Problem, Taken
from commissioner.units import plain
from commissioner.vocabulary import N_, Word

NEW_LINE = insert(table_of(AuditEntry))
UNTOLD = frozenset({"created_at", "updated_at", "version", "pinyin", "initials"})
MASK = "•••"


class Entry:
    """The audit line being written; the verb says what it is about and keeps the rows it changes in ``watch``."""

    def __init__(self, actor: Actor, action: str, client_id: str | None) -> None:
        self.actor, self.action, self.client_id = actor, action, client_id
        self.subject, self.subject_id, self.region_code = "", None, ""
        self.changes: dict[str, Any] = {}
        self.silent = False
        self._many: list[dict[str, Any]] = []
        self._watched: dict[int, tuple[Any, dict[str, Any]]] = {}

    subject_id: int | None

    def about(
        self, subject: str, subject_id: int | None, changes: Mapping[str, Any] | None = None, region_code: str = ""
    ) -> None:
        """Name the subject; ``changes`` maps a field to its new value or to a pair [before, after]."""
        self.subject, self.subject_id, self.region_code = subject, subject_id, region_code or self.region_code
        self.changes.update({key: plain_value(value) for key, value in (changes or {}).items()})

    def about_each(self, subject: str, told: Iterable[tuple[int, Mapping[str, Any], str]]) -> None:
        """Tell of many rows that one change makes, a line each: (id, changes by field as JSON can hold them, region code)."""
        self._many = [
            {"subject": subject, "subject_id": one, "changes": changes, "region_code": region_code}
            for one, changes, region_code in told
        ]

    def watch(self, row: Any) -> None:
        """Remember how ``row`` is now, so that its differences are told when the change ends."""
        self._watched.setdefault(id(row), (row, snapshot(row)))

    def made(self, row: Any) -> None:
        """Tell of a row that this change makes: everything it holds is new."""
        self._watched.setdefault(id(row), (row, {}))

    def settle(self) -> None:
        """Work out what the watched rows became."""
        for row, before in self._watched.values():
            after = snapshot(row)
            told = {key: [before.get(key), after[key]] for key in after if before.get(key) != after[key]}
            self.changes.update(told)
            if not self.subject:
                self.about(row.__tablename__, row.id, None, getattr(row, "region_code", ""))

    def lines(self) -> list[dict[str, Any]]:
        """The rows of ``audit_entries``."""
        line = {
            "at": now(),
            "account_id": self.actor.account_id,
            "account_name": self.actor.name,
            "role": str(self.actor.role),
            "action": self.action,
            "subject": self.subject,
            "subject_id": self.subject_id,
            "region_code": self.region_code or self.actor.region_code.ljust(12, "0"),
            "changes": self.changes,
            "client_id": self.client_id,
        }
        return [{**line, **one} for one in self._many] or [line]


def plain_value(value: Any) -> Any:
    """``value`` as JSON holds it."""
    if isinstance(value, Word):
        return value.value
    if isinstance(value, Decimal):
        return plain(value)  # 3.00 and 3 are one number, not a change
    if isinstance(value, (date, datetime)):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_value(item) for item in value]
    return value


def snapshot(row: Any) -> dict[str, Any]:
    """The columns of ``row`` as the audit tells them: secrets and personal data masked."""
    columns = inspect(type(row)).columns
    told = {key: column for key, column in columns.items() if key not in UNTOLD and key != "id"}
    return {
        key: MASK if column.info and getattr(row, key) else plain_value(getattr(row, key))
        for key, column in told.items()
    }


@contextmanager
def change(actor: Actor, action: str, *, client_id: str | None = None) -> Iterator[Entry]:
    """Open the writing transaction (or a savepoint inside one), write the audit line beside the change, commit once.

    A ``client_id`` that was answered before raises ``AlreadyDone`` with the subject it made. Database refusals come
    out as problems: ``Busy`` (locked, disk full), ``InUse`` (foreign key), ``Conflict`` (unique). Nothing is half-written.
    """
    session = db.session
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("unsaved objects outside a change: every write belongs inside one")
    entry = Entry(actor, action, client_id)
    try:
        with _transaction():
            yield entry
            session.flush()
            entry.settle()
            if not entry.silent:
                session.connection().execute(NEW_LINE, entry.lines())
    except (Invalid, NeedsConfirmation):
        refuse_repetition(actor, action, client_id)
        raise
    except IntegrityError as error:
        raise _translated(error, actor, entry) from error
    except OperationalError as error:
        raise Busy from error


@contextmanager
def _transaction() -> Iterator[None]:
    session = db.session
    if session.info.get("in_change"):
        with session.begin_nested():
            yield
        return
    _take_a_turn(session)
    session.info["in_change"] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("in_change", None)


def _take_a_turn(session: Any) -> None:
    """Begin to write. On SQLite a transaction that read already would fail instead of waiting for its turn: it ends here.

    On PostgreSQL it goes on: each statement sees what is committed by then, and rows read before are read anew.
    """
    if db.engine.dialect.name == "sqlite":
        session.rollback()
        session.connection(execution_options={WRITING: True})
    else:
        session.expire_all()


def refuse_repetition(actor: Actor, action: str, client_id: str | None) -> None:
    """Raise ``AlreadyDone`` if this form was answered before: its second click breaks rules that its first made bite."""
    repetition = _repetition(actor, Entry(actor, action, client_id))
    if repetition is not None:
        raise repetition


def _repetition(actor: Actor, entry: Entry) -> Problem | None:
    """What an earlier use of the same ``client_id`` means, if there was one."""
    query = select(AuditEntry.subject_id, AuditEntry.account_id, AuditEntry.action).where(
        AuditEntry.client_id == entry.client_id
    )
    earlier = db.session.execute(query).one_or_none() if entry.client_id else None
    if earlier is None:
        return None
    if (earlier.account_id, earlier.action) != (actor.account_id, entry.action):
        return Conflict()
    return AlreadyDone(earlier.subject_id)


def _translated(error: IntegrityError, actor: Actor, entry: Entry) -> Problem:
    # Asked only now: a form that is sent twice is rare, and the unique key has caught it.
    repetition = _repetition(actor, entry)
    if repetition is not None:
        return repetition
    text = str(error.orig).lower()
    if "foreign key" in text:
        return InUse()
    if "check constraint" in text:
        return Problem(N_("数据之间不相符，没有保存。"))
    return Taken()
