"""The call of a batch over time: its close is moved with a reason; what was raised into it, and what came of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select

from commissioner.access import Actor, Permission, scope, within
from commissioner.domain.calls import Call
from commissioner.domain.changes import change, refuse_repetition
from commissioner.domain.need_lists import ANSWERED, MET, was_posted
from commissioner.domain.postings import BATCHES
from commissioner.domain.records import date_fault, find_row
from commissioner.models import Need, Place, db
from commissioner.models.base import LONG_TEXT
from commissioner.problems import Conflict, Invalid, NotFound, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, Industry, PlaceLevel, PlaceState

TOWNSHIP_DIGITS = 9
COUNTY_DIGITS = 6
# What is counted, and the filters of the list that show the same rows.
STEPS: Mapping[str, Mapping[str, str]] = {
    "raised": {},
    "answered": {"answered": "1"},
    "met": {"met": "1"},
    "posted": {"posted": "1"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDraft:
    """The new last day of a call, why, and the version that was read."""

    version: int
    day: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many needs were raised, and how far they came."""

    raised: int = 0
    answered: int = 0
    met: int = 0
    posted: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{key: getattr(self, key) + getattr(other, key) for key in STEPS})


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNeeds:
    """The needs of a batch per township (code and name) and per industry; townships that raised none."""

    by_township: Sequence[tuple[str, str, Tally]]
    by_industry: Sequence[tuple[Industry, Tally]]
    whole: Tally = field(default_factory=Tally)
    silent: Sequence[str] = ()


def move_call(actor: Actor, batch_id: int, draft: CloseDraft, client_id: str | None = None) -> None:
    """Extend a call, or bring its close forward, to today at the earliest. Raises ``Invalid`` or ``Conflict``."""
    actor.must(Permission.KEEP_REGISTRY)
    find_row(actor, BATCHES, batch_id)
    with change(actor, "batches.move_call", client_id=client_id) as entry:
        row = find_row(actor, BATCHES, batch_id, lock=True)
        if row.call_closes_on is None:
            raise NotFound
        if row.version != draft.version:
            refuse_repetition(actor, entry.action, client_id)
            raise Conflict(theirs=row.call_closes_on, ours=draft, current_version=row.version)
        faults = _faults(row.call_opens_on, row.call_closes_on, draft)
        if faults:
            raise Invalid(faults)
        entry.watch(row)
        entry.changes["reason"] = [None, draft.reason.strip()]
        row.call_closes_on = draft.day
        row.version += 1


def _faults(opens_on: date, closes_on: date, draft: CloseDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    if draft.day is None:
        faults["day"] = N_("请填写日期。")
    elif (fault := date_fault(draft.day)) is not None:
        faults["day"] = fault
    elif draft.day < max(opens_on, today()):
        faults["day"] = Problem(N_("不能早于 %(day)s。"), day=str(max(opens_on, today())))
    elif draft.day == closes_on:
        faults["day"] = Problem(N_("现在就是 %(day)s 截止，没有改动。"), day=str(closes_on))
    if not draft.reason.strip():
        faults["reason"] = N_("请写明原因。")
    elif len(draft.reason) > LONG_TEXT:
        faults["reason"] = Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)
    return faults


def batch_needs(actor: Actor, batch_id: int, call: Call | None) -> BatchNeeds:
    """The needs of a batch in scope: one query, and one for the townships, which alone tell who raised none."""
    code = func.substr(Need.region_code, 1, TOWNSHIP_DIGITS)
    counts = [
        func.count(Need.id),
        *(_number(one) for one in (Need.state.in_(ANSWERED), Need.state.in_(MET), was_posted())),
    ]
    labelled = [one.label(key) for one, key in zip(counts, STEPS, strict=True)]
    statement = select(code.label("code"), Need.industry, *labelled).where(
        Need.batch_id == batch_id, scope(actor, Need)
    )
    rows = db.session.execute(statement.group_by(code, Need.industry)).mappings().all()
    townships: dict[str, Tally] = {}
    industries: dict[Industry, Tally] = {}
    for row in rows:
        tally = Tally(**{key: row[key] for key in STEPS})
        townships[row["code"]] = townships.get(row["code"], Tally()) + tally
        industries[row["industry"]] = industries.get(row["industry"], Tally()) + tally
    names = _townships(actor)
    return BatchNeeds(
        by_township=[(one, names.get(one, one), townships[one]) for one in sorted(townships)],
        by_industry=[(one, industries[one]) for one in Industry if one in industries],
        whole=sum(townships.values(), Tally()),
        silent=_silent(actor, names, townships, call),
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(Need.id).filter(condition)


def _townships(actor: Actor) -> dict[str, str]:
    """The townships of the actor's region by the digits of their codes."""
    wanted = (Place.level == PlaceLevel.TOWNSHIP, Place.state == PlaceState.CURRENT, scope(actor, Place))
    statement = select(Place.region_code, Place.name).where(*wanted, within(Place.region_code, actor.region_code))
    rows = db.session.execute(statement.order_by(Place.region_code))
    return {row.region_code[:TOWNSHIP_DIGITS]: row.name for row in rows}


def _silent(actor: Actor, names: Mapping[str, str], townships: Mapping[str, Tally], call: Call | None) -> Sequence[str]:
    """Who has raised nothing into a call that has begun, for those who look after a whole county."""
    begun = call is not None and call.call_opens_on <= today()
    if not begun or not actor.is_territorial or len(actor.region_code) != COUNTY_DIGITS:
        return ()
    return [name for code, name in names.items() if code not in townships]


def call_of(actor: Actor, batch_id: int) -> Call | None:
    """The call of a batch, if it has one. Raises ``NotFound``."""
    row = find_row(actor, BATCHES, batch_id)
    if row.call_opens_on is None:
        return None
    return Call(**{name: getattr(row, name) for name in Call.__dataclass_fields__})
