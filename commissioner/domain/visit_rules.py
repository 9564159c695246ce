"""What a visit must be before it is written: rules of shape, and what the database says of its place and people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from commissioner.access import Actor, Permission, scope
from commissioner.access.regions import FULL_DIGITS
from commissioner.domain.points import point_fault
from commissioner.domain.records import date_fault
from commissioner.domain.visit_drafts import VisitDraft
from commissioner.models import (
    Campaign,
    Commissioner,
    DemonstrationBase,
    MergedVisit,
    Place,
    Posting,
    Project,
    Visit,
    db,
)
from commissioner.problems import Invalid, NeedsConfirmation, Problem
from commissioner.vocabulary import N_, VisitKind

LONGEST_VISIT_DAYS = 31
MOST_COMMISSIONERS = 20
WORST_ACCURACY_M = 100_000
TOWNSHIP_DIGITS = 9
REFERENCES: tuple[tuple[str, type], ...] = (
    ("base_id", DemonstrationBase),
    ("project_id", Project),
    ("campaign_id", Campaign),
)


class Term(NamedTuple):
    """A posting: from which region, from when until when."""

    region_code: str
    starts_on: date
    ends_on: date | None


class Standing(NamedTuple):
    """A visit that stands under a ``client_id``, and the digest of its sending; no version if it was merged into another."""

    visit_id: int
    sent_sha256: str
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the database says of the drafts of one sending, as the actor may see it."""

    places: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    terms: dict[int, list[Term]] = field(default_factory=dict)
    references: frozenset[tuple[str, int]] = frozenset()
    # By client_id, whoever may see them.
    standing: dict[str, Standing] = field(default_factory=dict)


def look_up(actor: Actor, drafts: Sequence[VisitDraft]) -> Found:
    """Places and people in scope, postings, and visits sent before: one statement, however many the drafts."""
    found = Found(references=_references(actor, drafts))
    asked = {
        "places": sorted({one.place_id for one in drafts}),
        "people": sorted({person for one in drafts for person in one.commissioner_ids}),
        "client_ids": sorted({one.client_id for one in drafts}),
    }
    for what, key, text, starts_on, ends_on in db.session.connection().execute(_statement(actor), asked):
        if what == "place":
            found.places[key] = text
        elif what == "person":
            found.people[key] = text
        elif what == "term":
            found.terms.setdefault(key, []).append(Term(text, starts_on, ends_on))
        else:
            client_id, sent_sha256, version = text.split(" ")
            found.standing[client_id] = Standing(key, sent_sha256, int(version) or None)
    return found


@lru_cache(maxsize=256)
def _statement(actor: Actor) -> CompoundSelect[Any]:
    """Kept, because this is the busiest door."""
    places = Place.id.in_(bindparam("places", expanding=True))
    people: BindParameter[Any] = bindparam("people", expanding=True)
    client_ids: BindParameter[Any] = bindparam("client_ids", expanding=True)
    return union_all(
        _answer("place", Place.id, Place.region_code).where(places, scope(actor, Place)),
        _answer("person", Commissioner.id, Commissioner.name).where(
            Commissioner.id.in_(people), scope(actor, Commissioner)
        ),
        _answer("term", Posting.commissioner_id, Posting.region_code, Posting.starts_on, Posting.ends_on).where(
            Posting.commissioner_id.in_(people)
        ),
        _answer("visit", Visit.id, _sent(Visit, Visit.version)).where(Visit.client_id.in_(client_ids)),
        _answer("visit", MergedVisit.visit_id, _sent(MergedVisit, 0)).where(MergedVisit.client_id.in_(client_ids)),
    )


def _sent(model: Any, version: Any) -> Any:
    return model.client_id + " " + func.coalesce(model.sent_sha256, "") + " " + cast(version, String)


def _answer(what: str, key: Any, text: Any, starts_on: Any = None, ends_on: Any = None) -> Any:
    never = cast(null(), Date())
    return select(
        literal(what).label("what"),
        key.label("key"),
        cast(text, String).label("text"),
        (never if starts_on is None else starts_on).label("starts_on"),
        (never if ends_on is None else ends_on).label("ends_on"),
    )


def _references(actor: Actor, drafts: Sequence[VisitDraft]) -> frozenset[tuple[str, int]]:
    """The bases, projects and campaigns that drafts name and the actor may see."""
    seen: set[tuple[str, int]] = set()
    for name, model in REFERENCES:
        wanted = {value for one in drafts if (value := getattr(one, name)) is not None}
        if wanted:
            rows = db.session.scalars(select(model.id).where(model.id.in_(wanted), scope(actor, model)))  # type: ignore[attr-defined]
            seen.update((name, row) for row in rows)
    return frozenset(seen)


def check(actor: Actor, draft: VisitDraft, found: Found) -> str:
    """The region code of the visit's place, after every rule was asked. Raises ``Invalid`` or ``NeedsConfirmation``."""
    actor.must(Permission.LOG_CARE_VISIT if draft.kind is VisitKind.CARE else Permission.LOG_VISIT)
    faults = _faults_of_shape(draft)
    region_code = found.places.get(draft.place_id)
    if region_code is None:
        faults["place_id"] = Problem(N_("这个地点不在您的范围内，请重新选择。"))
    if not found.people.keys() >= set(draft.commissioner_ids):
        faults.setdefault("commissioner_ids", Problem(N_("有的特派员不在您的范围内，请重新选择。")))
    for name, _model in REFERENCES:
        value = getattr(draft, name)
        if value is not None and (name, value) not in found.references:
            faults[name] = Problem(N_("这一项不在您的范围内，请重新选择。"))
    if faults or region_code is None:
        raise Invalid(faults)
    strangers = _strangers(draft, found, region_code)
    if strangers and draft.kind is VisitKind.SERVICE and not draft.confirmed:
        names = "、".join(strangers)
        warning = Problem(N_("%(names)s 在这一天没有派驻到这里。确认仍要登记吗？"), names=names)
        raise NeedsConfirmation({"commissioner_ids": warning})
    return region_code


def _strangers(draft: VisitDraft, found: Found, region_code: str) -> list[str]:
    """Names of those who were not posted there on those days."""
    return [
        found.people[one]
        for one in sorted(set(draft.commissioner_ids))
        if not _serves(found.terms.get(one, ()), draft, region_code)
    ]


def _serves(terms: Iterable[Term], draft: VisitDraft, region_code: str) -> bool:
    """A posting to the township of ``region_code``, to a village of it or to a region above it covers the days."""
    above = {region_code[:digits].ljust(FULL_DIGITS, "0") for digits in (2, 4, 6)}
    return any(
        (term.region_code in above or term.region_code[:TOWNSHIP_DIGITS] == region_code[:TOWNSHIP_DIGITS])
        and term.starts_on <= draft.starts_on
        and (term.ends_on is None or term.ends_on >= draft.ends_on)
        for term in terms
    )


def _faults_of_shape(draft: VisitDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    for key, value in (("starts_on", draft.starts_on), ("ends_on", draft.ends_on)):
        fault = date_fault(value, past=True)
        if fault is not None:
            faults[key] = fault
    if draft.ends_on < draft.starts_on:
        faults["ends_on"] = Problem(N_("结束日期不能早于开始日期。"))
    elif draft.ends_on - draft.starts_on >= timedelta(days=LONGEST_VISIT_DAYS):
        faults["ends_on"] = Problem(N_("一次走访最多 %(days)s 天，请分开登记。"), days=LONGEST_VISIT_DAYS)
    if not 0 < len(draft.commissioner_ids) <= MOST_COMMISSIONERS:
        faults["commissioner_ids"] = Problem(N_("请选 1 到 %(most)s 位特派员。"), most=MOST_COMMISSIONERS)
    if draft.point is not None:
        fault = point_fault(draft.point.latitude_deg, draft.point.longitude_deg)
        if fault is not None:
            faults["latitude_deg"] = fault
        elif not 0 <= (draft.point.accuracy_m or 0) <= WORST_ACCURACY_M:
            faults["accuracy_m"] = Problem(N_("定位精度不合常理。"))
    if draft.problem is not None and draft.problem.due_on is not None and draft.problem.due_on < draft.starts_on:
        faults["problem_due_on"] = Problem(N_("希望解决日期不能早于走访日期。"))
    return faults
