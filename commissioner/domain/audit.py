"""The changes as people read them: who changed what, when, from what to what, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, false, literal, select, type_coerce, union_all

from commissioner.access import Actor
from commissioner.domain.audit_words import (
    EXTRA_LABELS,
    MOMENTS,
    MONEY,
    REFERS,
    UNTOLD,
    VERBS,
    WORDS,
    WORDS_OF,
    verb_of,
)
from commissioner.domain.listing import Choice, Column, Filter, Listing
from commissioner.domain.subject import Field, Kind, Subject, date_column, id_filter, text_column
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import AuditEntry, db
from commissioner.units import LOCAL_ZONE
from commissioner.vocabulary import N_, Role, SettingKey, Word

LONGEST_SHOWN = 200
MOST_SHOWN = 40
# What the audit tells of beside the declared subjects: table → what it is called.
OTHERS = {
    "accounts": N_("账号"),
    "programme_settings": N_("系统设置"),
    "dataset": N_("数据集"),
    "boundary_imports": N_("边界"),
    "wall_links": N_("大屏链接"),
}
# Rows without a page, and the field that names the record they belong to.
BELONGING = {
    "project_updates": (N_("项目进展"), "project_id", "projects"),
    "evaluations": (N_("考核"), "scheme_id", "schemes"),
    "year_papers": (N_("年度服务证明"), "commissioner_id", "commissioners"),
}
BY_TABLE: Mapping[str, Subject] = {one.model.__tablename__: one for one in SUBJECTS.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A value before or after: words, a text cut to a length that can be read, or the headings of other records."""

    text: str = ""
    words: tuple[Word, ...] = ()
    flag: bool | None = None
    money_fen: int | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, before and after; ``None`` is nothing."""

    label: str
    before: Told | None
    after: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One change. ``record`` is the subject name and id of a page that still stands."""

    id: int
    at: datetime
    who: str
    role: Role | None
    verb: str
    subject: str
    heading: str
    record: tuple[str, int] | None
    changes: tuple[FieldChange, ...]
    left_out: int


def _about(value: str) -> ColumnElement[bool]:
    table = SUBJECTS[value].model.__tablename__ if value in SUBJECTS else value
    known = table in BY_TABLE or table in OTHERS
    result: ColumnElement[bool] = AuditEntry.subject == table if known else false()
    return result


def _subject_choices(actor: Actor) -> Sequence[Choice]:
    declared = [Choice(value=name, label=subject.title) for name, subject in SUBJECTS.items()]
    return [*declared, *(Choice(value=table, label=label) for table, label in OTHERS.items())]


def _did(value: str) -> ColumnElement[bool]:
    result: ColumnElement[bool] = AuditEntry.action.endswith(f".{value}") if value in VERBS else false()
    return result


def _verb_choices(actor: Actor) -> Sequence[Choice]:
    return [Choice(value=verb, label=label) for verb, label in VERBS.items()]


def _moment(value: str, days: int) -> datetime | None:
    try:
        day = date.fromisoformat(value)
        return datetime.combine(day, time.min, LOCAL_ZONE) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


def _since(value: str) -> ColumnElement[bool] | None:
    moment = _moment(value, 0)
    return None if moment is None else AuditEntry.at >= moment


def _until(value: str) -> ColumnElement[bool] | None:
    moment = _moment(value, 1)
    return None if moment is None else AuditEntry.at < moment


LISTING = Listing(
    model=AuditEntry,
    columns=(
        date_column("at", N_("时间"), AuditEntry.at),
        text_column("who", N_("谁"), AuditEntry.account_name),
        text_column("role", N_("角色"), AuditEntry.role),
        text_column("action", N_("做了什么"), AuditEntry.action),
        text_column("subject", N_("对什么"), AuditEntry.subject),
        text_column("subject_id", N_("编号"), AuditEntry.subject_id),
        Column(key="changes", label=N_("改动"), value=AuditEntry.changes),
    ),
    filters=(
        Filter(key="subject", label=N_("对什么"), predicate=_about, choices=_subject_choices),
        Filter(key="action", label=N_("做了什么"), predicate=_did, choices=_verb_choices),
        Filter(key="since", label=N_("从"), predicate=_since, kind="date"),
        Filter(key="until", label=N_("到"), predicate=_until, kind="date"),
        id_filter("record", lambda row_id: AuditEntry.subject_id == row_id),
    ),
    search=(AuditEntry.account_name,),
    order=(),
)


def told(rows: Iterable[Mapping[str, Any]]) -> list[AuditLine]:
    """Audit rows as lines in words; the names of every record they mention come in one query."""
    rows = list(rows)
    names = _names(_mentioned(rows))
    return [_line(row, names) for row in rows]


def _mentioned(rows: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    """The ids that lines mention, by subject name."""
    found: dict[str, set[int]] = {}
    for row in rows:
        record = _record(row)
        if record is not None:
            found.setdefault(record[0], set()).add(record[1])
        for key, value in row["changes"].items():
            if far := _refers(BY_TABLE.get(row["subject"]), key):
                found.setdefault(far, set()).update(_ids(value))
    return found


def _record(row: Mapping[str, Any]) -> tuple[str, int] | None:
    """The declared record that a line is about, by subject name and id."""
    if row["subject"] in BELONGING:
        _, key, name = BELONGING[row["subject"]]
        return next(((name, row_id) for row_id in _ids(row["changes"].get(key))), None)
    subject = BY_TABLE.get(row["subject"])
    return (subject.name, row["subject_id"]) if subject is not None and row["subject_id"] is not None else None


def _field(subject: Subject | None, key: str) -> Field | None:
    return next((one for one in subject.told if one.key == key), None) if subject else None


def _refers(subject: Subject | None, key: str) -> str:
    field = _field(subject, key)
    if field is None:
        return REFERS.get(key, "")
    return "places" if field.kind is Kind.PLACE else field.refers


def _ids(value: Any) -> set[int]:
    if isinstance(value, list):
        return {found for item in value for found in _ids(item)}
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


def _names(wanted: Mapping[str, set[int]]) -> dict[tuple[str, int], str]:
    """Headings of records by subject name and id, in one statement; those that are gone have none."""
    selects = []
    for name, found in wanted.items():
        subject = SUBJECTS[name]
        # As plain text, because a statement of several subjects reads every row as the first one says.
        heading = type_coerce(subject.heading, String).label("heading")
        columns = (literal(name).label("name"), subject.model.id.label("id"), heading)
        selects.append(select(*columns).where(subject.model.id.in_(found)))
    if not selects:
        return {}
    statement = selects[0] if len(selects) == 1 else union_all(*selects)
    return {(row.name, row.id): _heading(row) for row in db.session.execute(statement)}


def _heading(row: Any) -> str:
    """The heading of a record; where that is a word, its label."""
    words = getattr(SUBJECTS[row.name].heading.type, "enum_class", None)
    return str(words(row.heading).label) if words is not None else str(row.heading)


def _line(row: Mapping[str, Any], names: Mapping[tuple[str, int], str]) -> AuditLine:
    record = _record(row)
    heading = names.get(record, "") if record else ""
    changes = _changes(row, names)
    return AuditLine(
        id=row["id"],
        at=row["at"],
        who=row["who"],
        role=next((role for role in Role if role.value == row["role"]), None),
        verb=verb_of(row["action"]),
        subject=_subject_word(row["subject"]),
        heading=_cut(heading).text,
        record=record if record and heading and not SUBJECTS[record[0]].parent else None,
        changes=tuple(changes[:MOST_SHOWN]),
        left_out=max(0, len(changes) - MOST_SHOWN),
    )


def _subject_word(table: str) -> str:
    if table in BELONGING:
        return BELONGING[table][0]
    return BY_TABLE[table].one if table in BY_TABLE else OTHERS.get(table, table)


def _changes(row: Mapping[str, Any], names: Mapping[tuple[str, int], str]) -> list[FieldChange]:
    subject = BY_TABLE.get(row["subject"])
    told = (_change(key, value, subject, names) for key, value in row["changes"].items() if key not in UNTOLD)
    # A field that was nothing and is nothing, or a tick that was never there, is no change.
    return [one for one in told if one.before or (one.after and one.after.flag is not False)]


def _change(key: str, value: Any, subject: Subject | None, names: Mapping[tuple[str, int], str]) -> FieldChange:
    field = _field(subject, key)
    before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
    label = field.label if field else _extra_label(key)
    far = _refers(subject, key)
    words = (field.words if field else None) or WORDS_OF.get((subject.name if subject else "", key)) or WORDS.get(key)
    return FieldChange(
        label=_cut(label).text,
        before=_told(key, before, field, far, names, words),
        after=_told(key, after, field, far, names, words),
    )


def _extra_label(key: str) -> str:
    settings = {one.value: one.label for one in SettingKey}
    return EXTRA_LABELS.get(key) or settings.get(key) or key


def _told(
    key: str,
    value: Any,
    field: Field | None,
    far: str,
    names: Mapping[tuple[str, int], str],
    words: type[Word] | None,
) -> Told | None:
    if value is None or value in ("", []):
        return None
    if isinstance(value, bool):
        return Told(flag=value)
    if far and (found := _ids(value)):
        return _cut("、".join(names.get((far, one)) or f"#{one}" for one in sorted(found)))
    if isinstance(value, int) and (key in MONEY or (field is not None and field.kind is Kind.MONEY)):
        return Told(money_fen=value)
    if key in MOMENTS:
        return _cut(_local(str(value)))
    return _worded(words, value)


def _worded(words: type[Word] | None, value: Any) -> Told:
    """Stored words in their own labels, with whatever text follows the first of them."""
    known = {word.value: word for word in words} if words else {}
    if isinstance(value, list):
        found = tuple(known[item] for item in value if isinstance(item, str) and item in known)
        return Told(words=found) if len(found) == len(value) else _cut(str(value))
    first, _, rest = str(value).partition(" ")
    return Told(words=(known[first],), text=_cut(rest).text) if first in known else _cut(str(value))


def _local(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text


def _cut(text: str) -> Told:
    return Told(text=text) if len(text) <= LONGEST_SHOWN else Told(text=text[:LONGEST_SHOWN] + "…", cut=True)
