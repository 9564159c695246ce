"""A visit as a phone sends it: a record of JSON, read as strictly as the form reads what is posted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite
from typing import Any

from commissioner.domain.visit_drafts import Point, ProblemDraft, VisitDraft
from commissioner.problems import Invalid, Problem
from commissioner.units import LARGEST_KEY
from commissioner.vocabulary import N_, CoordinateSource, RaisedProblemCategory, VisitKind, Word
from commissioner.web.forms.base import FORBIDDEN, LONG, SHORT, trimmed

# The form a record was filled in on. A phone may keep older ones for months: whatever changes, 1 stays readable.
FORM_VERSION = 1
KEYS = frozenset(
    {
        "client_id",
        "starts_on",
        "ends_on",
        "place_id",
        "commissioner_ids",
        "topic",
        "outcome",
        "kind",
        "base_id",
        "project_id",
        "campaign_id",
        "problem",
        "point",
        "confirmed",
        "edit",
    }
)
LABELS = {
    "starts_on": N_("哪一天"),
    "ends_on": N_("到哪一天"),
    "place_id": N_("哪个村"),
    "commissioner_ids": N_("谁来了"),
    "topic": N_("为了什么事"),
    "outcome": N_("结果怎样"),
    "problem_description": N_("发现的问题"),
    "problem_due_on": N_("希望何时解决"),
}
UNREADABLE = N_("这一项的格式不对。")
MOST_PEOPLE = 100


def client_id_of(record: Any) -> str:
    """The record's id, or an empty text if it has none that could be one."""
    return _uuid(record.get("client_id")) if isinstance(record, dict) else ""


def edit_of(record: Mapping[str, Any]) -> tuple[str, int] | None:
    """(edit id, version that was read) if the record amends a visit. Raises ``Invalid``."""
    edit = record.get("edit")
    if edit is None:
        return None
    edit_id = _uuid(edit.get("edit_id")) if isinstance(edit, dict) else ""
    version = _key(edit.get("version")) if isinstance(edit, dict) else None
    if not edit_id or version is None:
        raise Invalid({"edit": UNREADABLE})
    return edit_id, version


def draft_of(record: Any) -> VisitDraft:
    """What a record says. Raises ``Invalid`` with what is wrong field by field; an unknown field is refused, not ignored."""
    if not isinstance(record, dict):
        raise Invalid({"client_id": UNREADABLE})
    faults: dict[str, str | Problem] = {str(key)[:40]: N_("不认识的内容。") for key in record.keys() - KEYS}
    read = _Reader(record, faults)
    client_id = client_id_of(record)
    if not client_id:
        faults["client_id"] = UNREADABLE
    starts_on = read.day("starts_on", required=True)
    ends_on = read.day("ends_on")
    values: dict[str, Any] = {
        "place_id": read.key("place_id", required=True),
        "commissioner_ids": read.people(),
        "topic": read.text("topic", SHORT, required=True),
        "outcome": read.text("outcome", LONG),
        "kind": read.word("kind", VisitKind) or VisitKind.SERVICE,
        **{name: read.key(name) for name in ("base_id", "project_id", "campaign_id")},
        "problem": _problem(read),
        "point": _point(read),
        "confirmed": record.get("confirmed") is True,
    }
    if faults or starts_on is None:
        raise Invalid(faults)
    return VisitDraft(client_id=client_id, starts_on=starts_on, ends_on=ends_on or starts_on, **values)


def record_of(draft: VisitDraft) -> dict[str, Any]:
    """The record that says what ``draft`` says."""
    point = draft.point
    return {
        "client_id": draft.client_id,
        "starts_on": draft.starts_on.isoformat(),
        "ends_on": None if draft.ends_on == draft.starts_on else draft.ends_on.isoformat(),
        "commissioner_ids": list(draft.commissioner_ids),
        "kind": draft.kind.value,
        **{
            key: getattr(draft, key) for key in ("place_id", "topic", "outcome", "base_id", "project_id", "campaign_id")
        },
        "point": None
        if point is None
        else {
            "latitude_deg": point.latitude_deg,
            "longitude_deg": point.longitude_deg,
            "accuracy_m": point.accuracy_m,
            "source": point.source.value,
        },
    }


class _Reader:
    """Takes values out of a record by kind; what is wrong goes to ``faults``."""

    def __init__(self, record: Mapping[str, Any], faults: dict[str, str | Problem], prefix: str = "") -> None:
        self.record, self.faults, self.prefix = record, faults, prefix

    def _fail(self, name: str, fault: str | Problem = UNREADABLE) -> None:
        self.faults[self.prefix + name] = fault

    def _missing(self, name: str) -> None:
        self._fail(name, Problem(N_("请填写“%(label)s”。"), label=LABELS.get(self.prefix + name, name)))

    def _read(self, name: str, required: bool, reader: Callable[[Any], Any]) -> Any:
        value = self.record.get(name)
        if value is None or value == "":
            if required:
                self._missing(name)
            return None
        found = reader(value)
        if found is None:
            self._fail(name)
        return found

    def day(self, name: str, *, required: bool = False) -> date | None:
        """An ISO date."""
        found: date | None = self._read(name, required, _day)
        return found

    def key(self, name: str, *, required: bool = False) -> int | None:
        """The id of a record."""
        found: int | None = self._read(name, required, _key)
        return found

    def word(self, name: str, words: type[Word]) -> Any:
        """A word of a vocabulary."""
        return self._read(name, False, lambda value: _word(words, value))

    def text(self, name: str, length: int, *, required: bool = False) -> str:
        """Text as every form takes it: trimmed, composed, bounded, without control characters."""
        value = self.record.get(name)
        if value is not None and not isinstance(value, str):
            self._fail(name)
            return ""
        # Bounded before it is looked through.
        text = trimmed((value or "")[: 2 * LONG]) or ""
        if required and not text:
            self._missing(name)
        elif len(text) > length:
            self._fail(name, Problem(N_("最多 %(length)s 个字。"), length=length))
        elif FORBIDDEN.search(text):
            self._fail(name, N_("含有看不见的控制字符，请删去后再试。"))
        return text

    def people(self) -> tuple[int, ...]:
        """The commissioners listed."""
        value = self.record.get("commissioner_ids")
        if value is None or value == []:
            self._missing("commissioner_ids")
            return ()
        keys = [_key(one) for one in value[: MOST_PEOPLE + 1]] if isinstance(value, list) else [None]
        if len(keys) > MOST_PEOPLE or None in keys:
            self._fail("commissioner_ids")
            return ()
        return tuple(one for one in keys if one is not None)

    def part(self, name: str, known: frozenset[str]) -> _Reader | None:
        """A part with fields of its own, if it is there."""
        value = self.record.get(name)
        if value is None:
            return None
        if not isinstance(value, dict) or value.keys() - known:
            self._fail(name)
            return None
        return _Reader(value, self.faults, f"{name}_" if name == "problem" else "")


def _problem(read: _Reader) -> ProblemDraft | None:
    part = read.part("problem", frozenset({"category", "description", "due_on"}))
    if part is None:
        return None
    return ProblemDraft(
        category=part.word("category", RaisedProblemCategory) or RaisedProblemCategory.OTHER,
        description=part.text("description", LONG, required=True),
        due_on=part.day("due_on"),
    )


def _point(read: _Reader) -> Point | None:
    part = read.part("point", frozenset({"latitude_deg", "longitude_deg", "accuracy_m", "source"}))
    if part is None:
        return None
    found = [_number(part.record.get(name)) for name in ("latitude_deg", "longitude_deg")]
    accuracy_m = part.record.get("accuracy_m")
    if None in found:
        read.faults["latitude_deg"] = N_("纬度和经度要么都填，要么都不填。")
        return None
    if accuracy_m is not None and _number(accuracy_m) is None:
        read.faults["accuracy_m"] = UNREADABLE
        return None
    source = _word(CoordinateSource, part.record.get("source"))
    return Point(
        latitude_deg=found[0] or 0.0,
        longitude_deg=found[1] or 0.0,
        accuracy_m=None if accuracy_m is None else int(accuracy_m),
        source=CoordinateSource.MAP_CLICK if source is CoordinateSource.MAP_CLICK else CoordinateSource.GPS,
    )


def _uuid(value: Any) -> str:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) and len(value) <= 45 else ""
    except ValueError:
        return ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _key(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 < value <= LARGEST_KEY else None


def _number(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
    return float(value) if number and isfinite(value) else None


def _word(words: type[Word], value: Any) -> Any:
    return next((word for word in words if word.value == value), None)
