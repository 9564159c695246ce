"""Save, load and remove a record of any declared subject, through the gate and with its audit line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from commissioner.access import Actor, scope, visible
from commissioner.domain.changes import change, plain_value, refuse_repetition
from commissioner.domain.subject import Field, Kind, Subject
from commissioner.models import Place, db
from commissioner.problems import Conflict, Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.units import FEN_PER_YUAN, LARGEST_FIGURE, plain, today
from commissioner.vocabulary import N_

EARLIEST = date(1949, 10, 1)
LATEST_YEARS_AHEAD = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record's own values by field key; references are ids."""

    id: int
    version: int
    values: Mapping[str, Any]
    illustrative: bool = False
    source_note: str = ""


def find_row(actor: Actor, subject: Subject, row_id: int, *, lock: bool = False) -> Any:
    """The row, if the actor may see it; ``NotFound`` otherwise."""
    actor.must(subject.see)
    statement = visible(actor, subject.model).where(subject.model.id == row_id)
    row = db.session.execute(statement.with_for_update() if lock else statement).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


def record(actor: Actor, subject: Subject, row_id: int) -> Record:
    """The record as its form needs it."""
    row = find_row(actor, subject, row_id)
    values = {one.key: _value(one, row) for one in subject.fields}
    return Record(
        id=row.id,
        version=getattr(row, "version", 1),
        values=values,
        illustrative=row.illustrative if hasattr(row, "illustrative") else False,
        source_note=getattr(row, "source_note", ""),
    )


def _value(one: Field, row: Any) -> Any:
    if one.kind is Kind.REFERENCES:
        own, far = link_columns(one)
        return tuple(db.session.scalars(select(far).where(own == row.id).order_by(far)))
    if one.kind is Kind.POINT:
        return (row.latitude_deg, row.longitude_deg)
    return getattr(row, one.key)


def link_columns(one: Field) -> tuple[Any, Any]:
    """The own and the far key of a field's link table, in that order."""
    own, far = list(one.link.__table__.primary_key.columns)[:2]
    return (own, far) if far.name.endswith(one.key.removesuffix("s").removesuffix("_id") + "_id") else (far, own)


def create(actor: Actor, subject: Subject, draft: Mapping[str, Any], client_id: str | None = None) -> int:
    """Make a record from ``draft`` (field key → value) and return its id."""
    must_keep(actor, subject)
    action = f"{subject.name}.create"
    try:
        check(actor, subject, draft, None)
    except (Invalid, NeedsConfirmation):
        refuse_repetition(actor, action, client_id)
        raise
    with change(actor, action, client_id=client_id) as entry:
        _ask_guard(actor, subject, None, draft)
        row = subject.model()
        _fill(actor, subject, row, draft)
        db.session.add(row)
        db.session.flush()
        entry.made(row)
        _link(subject, row, draft, entry)
        made: int = row.id
    return made


def amend(actor: Actor, subject: Subject, row_id: int, draft: Mapping[str, Any], version: int) -> None:
    """Change a record that was read at ``version``; a later version raises ``Conflict`` with theirs."""
    must_keep(actor, subject)
    find_row(actor, subject, row_id)
    check(actor, subject, draft, row_id)
    with change(actor, f"{subject.name}.amend") as entry:
        row = find_row(actor, subject, row_id, lock=True)
        if getattr(row, "version", version) != version:
            theirs = {one.key: _value(one, row) for one in subject.fields}
            raise Conflict(theirs=theirs, ours=draft, current_version=row.version)
        _ask_guard(actor, subject, row, draft)
        entry.watch(row)
        _fill(actor, subject, row, draft)
        _link(subject, row, draft, entry)
        if hasattr(row, "version"):
            row.version += 1


def remove(actor: Actor, subject: Subject, row_id: int) -> None:
    """Remove a record entered by mistake; one that others point to raises ``InUse``."""
    must_keep(actor, subject)
    with change(actor, f"{subject.name}.remove") as entry:
        row = find_row(actor, subject, row_id, lock=True)
        _ask_guard(actor, subject, row, None)
        gone = {one.key: [plain_value(_value(one, row)), None] for one in subject.fields if not one.personal}
        entry.about(subject.model.__tablename__, row_id, gone, getattr(row, "region_code", ""))
        db.session.delete(row)
        db.session.flush()


def _ask_guard(actor: Actor, subject: Subject, row: Any, draft: Mapping[str, Any] | None) -> None:
    if subject.guard is not None:
        subject.guard(actor, row, draft)


def must_keep(actor: Actor, subject: Subject) -> None:
    """Raise ``NotFound`` unless the actor may write this subject."""
    if subject.keep is None:
        raise NotFound
    actor.must(subject.keep)


def check(actor: Actor, subject: Subject, draft: Mapping[str, Any], row_id: int | None) -> None:
    """Raise ``Invalid`` with every field that breaks a rule: presence, bounds, scope, then the subject's own rules."""
    faults: dict[str, str | Problem] = {}
    for one in subject.fields:
        fault = _fault(actor, one, draft.get(one.key))
        if fault is not None:
            faults[one.key] = fault
    if faults:
        raise Invalid(faults)
    if subject.check is not None:
        subject.check(actor, draft, row_id)


def _fault(actor: Actor, one: Field, value: Any) -> Problem | None:
    if value is None or value in ("", (), []):
        return Problem(N_("请填写“%(label)s”。"), label=one.label) if one.required else None
    if one.kind is Kind.DATE:
        return date_fault(value, past=one.past)
    if one.kind in {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.YEAR}:
        return _number_fault(one, value)
    if one.kind in {Kind.PLACE, Kind.REFERENCE, Kind.REFERENCES}:
        return _reference_fault(actor, one, value)
    return None


def date_fault(value: date, *, past: bool = False) -> Problem | None:
    """What is wrong with a date: before the republic, far ahead, or in the future where it tells of the past."""
    if past and value > today():
        return Problem(N_("日期不能在今天之后。"))
    if not value >= EARLIEST or value.year > today().year + LATEST_YEARS_AHEAD:
        return Problem(N_("请检查日期，这个年份不合常理。"))
    return None


def _number_fault(one: Field, value: Any) -> Problem | None:
    low: Any = one.minimum if one.minimum is not None else 0
    high: Any = one.maximum if one.maximum is not None else LARGEST_FIGURE
    if not Decimal(low) <= Decimal(value) <= Decimal(high):
        if one.kind is Kind.MONEY:  # kept in fen, said in yuan
            low, high = plain(Decimal(low) / FEN_PER_YUAN), plain(Decimal(high) / FEN_PER_YUAN)
        return Problem(N_("请填 %(low)s 到 %(high)s 之间的数。"), low=low, high=high)
    return None


def _reference_fault(actor: Actor, one: Field, value: Any) -> Problem | None:
    from commissioner.domain.subjects import SUBJECTS

    model = Place if one.kind is Kind.PLACE else SUBJECTS[one.refers].model
    wanted = set(value) if one.kind is Kind.REFERENCES else {value}
    found = set(db.session.scalars(select(model.id).where(model.id.in_(wanted), scope(actor, model))))
    return None if found == wanted else Problem(N_("“%(label)s”不在您的范围内，请重新选择。"), label=one.label)


def _fill(actor: Actor, subject: Subject, row: Any, draft: Mapping[str, Any]) -> None:
    for one in subject.fields:
        if one.key not in draft or one.kind is Kind.REFERENCES:
            continue
        value = draft[one.key]
        if one.kind is Kind.PLACE:
            row.region_code = db.session.scalar(select(Place.region_code).where(Place.id == value))
        if one.kind is Kind.POINT:
            row.latitude_deg, row.longitude_deg = value or (None, None)
        else:
            setattr(row, one.key, "" if value is None and one.kind in {Kind.TEXT, Kind.PROSE} else value)
    if subject.complete is not None:
        subject.complete(actor, row, draft)


def _link(subject: Subject, row: Any, draft: Mapping[str, Any], entry: Any) -> None:
    for one in subject.fields:
        if one.kind is not Kind.REFERENCES or one.key not in draft:
            continue
        own, far = link_columns(one)
        before = set(db.session.scalars(select(far).where(own == row.id)))
        after = set(draft[one.key])
        if before - after:
            db.session.execute(delete(one.link).where(own == row.id, far.in_(before - after)))
        if after - before:
            added = [{own.name: row.id, far.name: value} for value in sorted(after - before)]
            db.session.execute(insert(one.link), added)
        if before != after:
            entry.changes[one.key] = [sorted(before), sorted(after)]
