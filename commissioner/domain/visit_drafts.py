"""What is said of a visit before it is written, and the answer to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

import orjson

from commissioner.vocabulary import CoordinateSource, RaisedProblemCategory, VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A position read once on request, in WGS-84 degrees."""

    latitude_deg: float
    longitude_deg: float
    accuracy_m: int | None
    source: CoordinateSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDraft:
    """A problem raised on a visit."""

    category: RaisedProblemCategory
    description: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDraft:
    """What somebody says of a visit."""

    client_id: str
    starts_on: date
    ends_on: date
    place_id: int
    commissioner_ids: tuple[int, ...]
    topic: str
    outcome: str = ""
    kind: VisitKind = VisitKind.SERVICE
    base_id: int | None = None
    project_id: int | None = None
    campaign_id: int | None = None
    problem: ProblemDraft | None = None
    point: Point | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a visit that was sent: its id and version, and whether it was there already."""

    visit_id: int
    version: int | None = 1
    already_there: bool = False


def digest(draft: VisitDraft) -> str:
    """SHA-256 of what ``draft`` says, whoever sends it and however often: its id and the confirmation are not content."""
    people = tuple(sorted(set(draft.commissioner_ids)))
    said = replace(draft, client_id="", confirmed=False, commissioner_ids=people)
    return hashlib.sha256(orjson.dumps(said)).hexdigest()
