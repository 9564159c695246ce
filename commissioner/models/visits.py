"""Visits with their commissioners and photos, care campaigns, and the problems raised on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from commissioner.models.base import (
    REGION_CODE_LENGTH,
    Base,
    InPlace,
    Instant,
    Key,
    Name,
    Prose,
    Provenance,
    RegionCode,
    Short,
    Stamped,
    UtcDateTime,
    index_of_the_few,
    lies_in_place,
    linked,
    may_point_to,
    points_to,
    seldom_points_to,
)
from commissioner.models.photos import SHA256_DIGITS, KeptPhoto, photo_indexes
from commissioner.models.places import A_POINT_IS_ON_EARTH, A_POINT_IS_WHOLE
from commissioner.vocabulary import (
    CoordinateSource,
    Industry,
    RaisedProblemCategory,
    RaisedProblemState,
    VisitKind,
    VisitState,
)


class Campaign(Provenance, Stamped, Base):
    """A care campaign (关爱科技特派员走乡村)."""

    __tablename__ = "campaigns"

    id: Mapped[Key]
    name: Mapped[Name]
    region_code: Mapped[RegionCode]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    note: Mapped[Prose]

    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="dates_in_order"),)


class CampaignStop(Provenance, Stamped, InPlace, Base):
    """Where a care campaign means to go: the township or focus village, whom to see there, and what they need."""

    __tablename__ = "campaign_stops"

    id: Mapped[Key]
    campaign_id: Mapped[int] = points_to("campaigns.id", ondelete="CASCADE")
    commissioner_id: Mapped[int | None] = may_point_to("commissioners.id")
    planned_on: Mapped[date | None]
    wish: Mapped[Prose]

    __table_args__ = (lies_in_place(),)


class Visit(Provenance, Stamped, InPlace, Base):
    """A visit of one or more days; ``client_id`` comes from the form, so that sending twice makes one record."""

    __tablename__ = "visits"

    id: Mapped[Key]
    # Without indexes of their own: those that begin with them below serve, and each index costs every visit logged.
    region_code: Mapped[str] = mapped_column(String(REGION_CODE_LENGTH))
    place_id: Mapped[int] = mapped_column()
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    # What was first sent, as a digest: the same sending again is known even after somebody amended the visit.
    sent_sha256: Mapped[str | None] = mapped_column(String(SHA256_DIGITS))
    kind: Mapped[VisitKind] = mapped_column(default=VisitKind.SERVICE)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    topic: Mapped[Name]
    outcome: Mapped[Prose]
    industry: Mapped[Industry | None]
    base_id: Mapped[int | None] = seldom_points_to("bases.id")
    project_id: Mapped[int | None] = seldom_points_to("projects.id")
    campaign_id: Mapped[int | None] = seldom_points_to("campaigns.id")
    state: Mapped[VisitState]
    state_note: Mapped[Short]
    logged_by_id: Mapped[int | None] = may_point_to("accounts.id")
    decided_by_id: Mapped[int | None] = seldom_points_to("accounts.id")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    latitude_deg: Mapped[float | None]
    longitude_deg: Mapped[float | None]
    coordinate_source: Mapped[CoordinateSource | None]
    accuracy_m: Mapped[int | None]

    __table_args__ = (
        lies_in_place(),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint(A_POINT_IS_WHOLE, name="point_is_whole"),
        CheckConstraint(A_POINT_IS_ON_EARTH, name="point_is_on_earth"),
        Index("ix_visits_region_code_starts_on", "region_code", "starts_on"),
        Index("ix_visits_place_id_starts_on", "place_id", "starts_on"),
        Index("ix_visits_starts_on_id", "starts_on", "id"),
        Index("ix_visits_state_region_code", "state", "region_code"),
        *(index_of_the_few("visits", column) for column in ("base_id", "project_id", "campaign_id")),
    )


class VisitCommissioner(Base):
    """A commissioner who took part: a team visit gives the day to each one listed."""

    __tablename__ = "visit_commissioners"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True)
    commissioner_id: Mapped[int] = mapped_column(
        ForeignKey("commissioners.id", ondelete="RESTRICT"), primary_key=True, index=True
    )


class MergedVisit(Base):
    """A second record of one visit that a person merged into the first: what it said, and where its ``client_id`` went."""

    __tablename__ = "merged_visits"

    id: Mapped[Key]
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    sent_sha256: Mapped[str | None] = mapped_column(String(SHA256_DIGITS))
    visit_id: Mapped[int] = points_to("visits.id", ondelete="CASCADE")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_by_id: Mapped[int | None] = may_point_to("accounts.id")
    merged_at: Mapped[Instant]


class VisitsKeptApart(Base):
    """Two visits that look like one and, as a person decided, are two; the smaller id stands first."""

    __tablename__ = "visits_kept_apart"

    visit_id: Mapped[int] = linked("visits.id")
    other_id: Mapped[int] = linked("visits.id")
    decided_by_id: Mapped[int | None] = may_point_to("accounts.id")
    decided_at: Mapped[Instant]

    __table_args__ = (CheckConstraint("visit_id < other_id", name="smaller_first"),)


class VisitPhoto(KeptPhoto, Base):
    """A photo of a visit."""

    __tablename__ = "visit_photos"

    visit_id: Mapped[int] = points_to("visits.id", ondelete="CASCADE")

    __table_args__ = photo_indexes("visit_photos", "visit_id")


class RaisedProblem(Provenance, Stamped, InPlace, Base):
    """A problem met in the field: who raised it, who must act, until when, and how it was solved."""

    __tablename__ = "raised_problems"

    id: Mapped[Key]
    visit_id: Mapped[int | None] = may_point_to("visits.id")
    raised_by_id: Mapped[int | None] = may_point_to("accounts.id")
    category: Mapped[RaisedProblemCategory]
    description: Mapped[Prose]
    raised_on: Mapped[date]
    owner: Mapped[Short]
    owner_id: Mapped[int | None] = may_point_to("accounts.id")
    due_on: Mapped[date | None]
    state: Mapped[RaisedProblemState] = mapped_column(default=RaisedProblemState.OPEN)
    solved_on: Mapped[date | None]
    resolution: Mapped[Prose]

    __table_args__ = (
        lies_in_place(),
        CheckConstraint("due_on >= raised_on", name="due_after_raised"),
        CheckConstraint("solved_on >= raised_on", name="solved_after_raised"),
        CheckConstraint("(state = 'solved') = (solved_on IS NOT NULL)", name="solved_has_a_date"),
    )


class ProblemReply(Base):
    """What somebody said of a problem: an answer, the state it brought, or to whom the problem was handed until when."""

    __tablename__ = "problem_replies"

    id: Mapped[Key]
    problem_id: Mapped[int] = points_to("raised_problems.id", ondelete="CASCADE")
    account_id: Mapped[int | None] = may_point_to("accounts.id")
    account_name: Mapped[Short]
    said_at: Mapped[Instant]
    words: Mapped[Prose]
    state: Mapped[RaisedProblemState | None]
    owner_name: Mapped[Short]
    due_on: Mapped[date | None]
