"""Many visits from a sheet: rows as typed → drafts that may be recorded, and in words what keeps the others out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.records import date_fault
from commissioner.domain.visit_drafts import VisitDraft
from commissioner.domain.visit_rules import Found, check, look_up
from commissioner.domain.visit_sheet_days import Stay, read_days
from commissioner.domain.visit_sheet_names import (
    Named,
    Names,
    People,
    Villages,
    names_in,
    parts_of,
)
from commissioner.domain.visit_sheet_text import MOST_ROWS, TOO_MANY_ROWS, SheetRow, clean_row
from commissioner.models import Visit, VisitCommissioner, db
from commissioner.problems import Invalid, NeedsConfirmation, Problem, TooLarge
from commissioner.vocabulary import N_, Role

MOST_VISITS = 500
MOST_VISITS_A_ROW = 60
MOST_ALIKE = 2_000
LONGEST_TOPIC, LONGEST_OUTCOME = 200, 5_000
# Where the fault of a draft's field is shown.
CELL_OF = {"starts_on": "date", "ends_on": "date", "place_id": "village", "commissioner_ids": "people"}
NO_DATE, NO_VILLAGE = N_("请写日期。"), N_("请写是哪个村。")
NO_PEOPLE, NO_TOPIC = N_("请写谁来了。"), N_("请写为了什么事。")
TOO_LONG = N_("最多 %(length)s 个字。")
ALIKE = N_("%(day)s，%(names)s 在 %(place)s 已经登记过一次：%(topic)s。是另外一次走访吗？")
TWICE = N_("和第 %(number)s 行完全一样。是另外一次走访吗？")
TOO_MANY_VISITS = N_("一次最多登记 %(most)s 次走访，请分几次。")
TOO_MANY_OF_ROW = N_("这一行会变成 %(count)s 次走访，太多了。请分成几行。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadVisit:
    """One visit that a row means, with names for people; ``visit_id`` if it was recorded already under its id."""

    draft: VisitDraft
    place: str
    people: tuple[str, ...]
    visit_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRead:
    """What a row means, or by cell what is wrong with it; ``warnings`` want a yes before it is recorded."""

    row: SheetRow
    visits: tuple[ReadVisit, ...] = ()
    faults: Mapping[str, Problem] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def may_be_recorded(self) -> bool:
        """Whether nothing is wrong and every warning was answered."""
        return bool(self.visits) and not self.faults and (self.row.confirmed or not self.warnings)


def read_sheet(actor: Actor, rows: Sequence[SheetRow], month: date) -> list[RowRead]:
    """What each row means to ``actor``, seen from ``month`` (its first day); nothing is written. Raises ``TooLarge``."""
    actor.must(Permission.LOG_VISIT)
    if len(rows) > MOST_ROWS:
        raise TooLarge(TOO_MANY_ROWS, most=MOST_ROWS)
    rows = [clean_row(row) for row in rows]
    villages = Villages(actor, _asked(row.village for row in rows))
    people = People(actor, _asked(row.people for row in rows))
    reader = _Reader(actor=actor, month=month, villages=villages, people=people)
    return _judged(actor, _within_bounds([reader.read(row) for row in rows]))


def _asked(cells: Iterable[str]) -> Iterator[str]:
    """Every name in a column, and the words of those with spaces in them."""
    for cell in dict.fromkeys(cells):
        try:
            names = names_in(cell)
        except Problem:
            continue
        for name in names:
            yield name
            yield from parts_of(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one row after the other with the names of all of them."""

    actor: Actor
    month: date
    villages: Names
    people: Names

    def read(self, row: SheetRow) -> RowRead:
        if row.is_empty:
            return RowRead(row=row)
        faults: dict[str, Problem] = {}
        stays = self._stays(row, faults)
        places = _named(self.villages, row.village, "village", faults, NO_VILLAGE)
        people = self._people(row, faults)
        _faults_of_words(row, faults)
        count = len(stays) * len(places)
        if count > MOST_VISITS_A_ROW:
            faults["date"] = Problem(TOO_MANY_OF_ROW, count=count)
        if faults:
            return RowRead(row=row, faults=faults)
        pairs = [(stay, place) for place in places for stay in stays]
        return RowRead(
            row=row,
            visits=tuple(_visit(row, number, stay, place, people) for number, (stay, place) in enumerate(pairs)),
        )

    def _stays(self, row: SheetRow, faults: dict[str, Problem]) -> tuple[Stay, ...]:
        try:
            if not row.date:
                raise Problem(NO_DATE)
            stays = read_days(row.date, row.until, self.month)
            fault = next((fault for stay in stays if (fault := date_fault(stay.last, past=True))), None)
            if fault is not None:
                raise fault
            return stays
        except Problem as problem:
            faults["date"] = problem
            return ()

    def _people(self, row: SheetRow, faults: dict[str, Problem]) -> list[Named]:
        if not row.people and self.actor.role is Role.COMMISSIONER and self.actor.commissioner_id:
            return _named(People(self.actor, ["我"]), "我", "people", faults, NO_PEOPLE)
        return _named(self.people, row.people, "people", faults, NO_PEOPLE)


def _named(names: Names, cell: str, key: str, faults: dict[str, Problem], missing: str) -> list[Named]:
    """Whom the cell names, each once; the first name that is unclear is its fault."""
    try:
        if not cell:
            raise Problem(missing)
        meant = [one for name in names_in(cell) for one in names.meant(name)]
        if not meant:
            raise Problem(missing)
        return list({one.id: one for one in meant}.values())
    except Problem as problem:
        faults[key] = problem
        return []


def _faults_of_words(row: SheetRow, faults: dict[str, Problem]) -> None:
    if not row.topic:
        faults["topic"] = Problem(NO_TOPIC)
    elif len(row.topic) > LONGEST_TOPIC:
        faults["topic"] = Problem(TOO_LONG, length=LONGEST_TOPIC)
    if len(row.outcome) > LONGEST_OUTCOME:
        faults["outcome"] = Problem(TOO_LONG, length=LONGEST_OUTCOME)


def _visit(row: SheetRow, number: int, stay: Stay, place: Named, people: Sequence[Named]) -> ReadVisit:
    """The first visit of a row has the row's own id; the others' come from it, always the same."""
    client_id = row.client_id if number == 0 else str(uuid.uuid5(uuid.UUID(row.client_id), str(number)))
    draft = VisitDraft(
        client_id=client_id,
        starts_on=stay.first,
        ends_on=stay.last,
        place_id=place.id,
        commissioner_ids=tuple(one.id for one in people),
        topic=row.topic.replace("\n", " "),
        outcome=row.outcome,
        confirmed=row.confirmed,
    )
    return ReadVisit(draft=draft, place=place.label, people=tuple(one.name for one in people))


def _within_bounds(reads: list[RowRead]) -> list[RowRead]:
    bounded, count = [], 0
    for one in reads:
        count += len(one.visits)
        fault = {"date": Problem(TOO_MANY_VISITS, most=MOST_VISITS)} if one.visits and count > MOST_VISITS else {}
        bounded.append(replace(one, visits=(), faults=fault) if fault else one)
    return bounded


def _judged(actor: Actor, reads: list[RowRead]) -> list[RowRead]:
    """The rows after every rule of the record was asked, and after what looks like a second record of one visit was found."""
    drafts = [visit.draft for one in reads for visit in one.visits]
    if not drafts:
        return reads
    found = look_up(actor, drafts)
    alike = _recorded_alike(actor, drafts)
    first: dict[tuple[object, ...], int] = {}
    judged = []
    for number, one in enumerate(reads, 1):
        read = _by_the_rules(actor, one, found)
        warnings = [*read.warnings, *_twice(read, number, first)]
        fresh = [visit for visit in read.visits if visit.visit_id is None]
        warnings += [warning for visit in fresh if (warning := _already(visit, alike)) is not None]
        judged.append(replace(read, warnings=tuple(warnings[:3])))
    return judged


def _by_the_rules(actor: Actor, one: RowRead, found: Found) -> RowRead:
    faults: dict[str, Problem] = {}
    warnings: list[Problem] = []
    visits = []
    for visit in one.visits:
        standing = found.standing.get(visit.draft.client_id)
        visits.append(replace(visit, visit_id=standing.visit_id) if standing else visit)
        if standing:
            continue
        try:
            # Asked as if nothing were confirmed: the row goes on saying what was confirmed.
            check(actor, replace(visit.draft, confirmed=False), found)
        except Invalid as problem:
            for name, fault in problem.fields.items():
                faults.setdefault(CELL_OF.get(name, "date"), fault if isinstance(fault, Problem) else Problem(fault))
        except NeedsConfirmation as problem:
            warnings.extend(problem.warnings.values())
    return replace(
        one, visits=() if faults else tuple(visits), faults={**one.faults, **faults}, warnings=tuple(warnings)
    )


def _twice(one: RowRead, number: int, first: dict[tuple[object, ...], int]) -> list[Problem]:
    """A row that says all that an earlier row says."""
    warnings = []
    for visit in one.visits:
        draft = visit.draft
        content = (draft.starts_on, draft.ends_on, draft.place_id, frozenset(draft.commissioner_ids), draft.topic)
        earlier = first.setdefault(content, number)
        if earlier != number:
            warnings.append(Problem(TWICE, number=earlier))
    return warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alike:
    """A visit that stands: whom it lists, where and when."""

    client_id: str
    commissioner_id: int
    place_id: int
    starts_on: date
    ends_on: date
    topic: str


def _recorded_alike(actor: Actor, drafts: Sequence[VisitDraft]) -> list[_Alike]:
    """Visits in scope at one of the places, on one of the days, by one of the people; whoever logged them."""
    statement = (
        select(
            Visit.client_id,
            VisitCommissioner.commissioner_id,
            Visit.place_id,
            Visit.starts_on,
            Visit.ends_on,
            Visit.topic,
        )
        .join(VisitCommissioner, VisitCommissioner.visit_id == Visit.id)
        .where(
            scope(actor, Visit),
            Visit.place_id.in_({draft.place_id for draft in drafts}),
            Visit.starts_on <= max(draft.ends_on for draft in drafts),
            Visit.ends_on >= min(draft.starts_on for draft in drafts),
            VisitCommissioner.commissioner_id.in_({one for draft in drafts for one in draft.commissioner_ids}),
        )
        .order_by(Visit.starts_on.desc())
        .limit(MOST_ALIKE)
    )
    return [_Alike(**row) for row in db.session.execute(statement).mappings()]


def _already(visit: ReadVisit, alike: Sequence[_Alike]) -> Problem | None:
    draft = visit.draft
    for one in alike:
        same_place = one.place_id == draft.place_id and one.client_id != draft.client_id
        same_days = one.starts_on <= draft.ends_on and one.ends_on >= draft.starts_on
        if same_place and same_days and one.commissioner_id in draft.commissioner_ids:
            name = visit.people[draft.commissioner_ids.index(one.commissioner_id)]
            day = one.starts_on.isoformat()
            return Problem(ALIKE, day=day, names=name, place=visit.place, topic=one.topic[:40])
    return None
