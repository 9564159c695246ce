"""Care campaigns (关爱科技特派员走乡村): where they mean to go, whom they mean to see, what is still to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, exists, false, func, or_, select

from commissioner.access import Actor, scope
from commissioner.access.regions import FULL_DIGITS
from commissioner.domain.listing import Choice, Filter, Listing, ListQuery, counting
from commissioner.domain.places import CODE_DIGITS_OF
from commissioner.domain.problems import HEADING, raised_on_campaign, solved_counts
from commissioner.domain.programme import setting
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    on_date,
    place_name,
    running,
    text_column,
    township_filter,
    year_filter,
)
from commissioner.models import (
    Campaign,
    CampaignStop,
    Commissioner,
    Place,
    PlaceTagging,
    RaisedProblem,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.problems import Invalid, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, PlaceLevel, PlaceTag, SettingKey, VisitKind

TOWNSHIP_DIGITS = 9
MOST_STOPS = 300
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTally:
    """What a campaign came to: visits, distinct places, problems raised and solved, stops planned and reached."""

    visits: int
    places: int
    raised: int
    solved: int
    stops: int
    reached: int
    people: int
    townships: int
    focus_villages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop of a campaign: where, whom, what they need, and the care visit that reached it."""

    id: int
    place_id: int
    place: str
    focus: bool
    commissioner_id: int | None
    commissioner: str | None
    planned_on: date | None
    wish: str
    visit_id: int | None
    visited_on: date | None
    raised: str | None
    illustrative: bool

    @property
    def overdue(self) -> bool:
        """Planned for a day that has passed, and nobody has been there."""
        return self.visit_id is None and self.planned_on is not None and self.planned_on < today()


def campaign_tally(actor: Actor, campaign_id: int) -> CampaignTally:
    """The counts of a campaign as ``actor`` may see what belongs to it, in one statement."""
    of_campaign = (scope(actor, Visit), Visit.campaign_id == campaign_id)
    planned = (scope(actor, CampaignStop), CampaignStop.campaign_id == campaign_id)
    township = func.substr(CampaignStop.region_code, 1, TOWNSHIP_DIGITS)
    asked = {"campaign": str(campaign_id)}
    counts = {
        "visits": select(func.count(Visit.id)).where(*of_campaign),
        "places": select(func.count(distinct(Visit.place_id))).where(*of_campaign),
        **solved_counts(actor, asked),
        "stops": counting(actor, STOPS.listing, ListQuery(filters=asked)),
        "reached": counting(actor, STOPS.listing, ListQuery(filters={**asked, "visited": YES})),
        "people": select(func.count(distinct(CampaignStop.commissioner_id))).where(*planned),
        "townships": select(func.count(distinct(township))).where(*planned),
        "focus_villages": select(func.count(distinct(CampaignStop.place_id))).where(*planned, in_focus(CampaignStop)),
    }
    columns = (statement.scalar_subquery().label(key) for key, statement in counts.items())
    return CampaignTally(**db.session.execute(select(*columns)).mappings().one())


def campaign_stops(actor: Actor, campaign_id: int) -> tuple[Stop, ...]:
    """The stops of a campaign, those still to go first, each by its day: one query."""
    planned = _planned_with_visit(actor, campaign_id)
    met = select(func.aggregate_strings(HEADING, "；")).where(
        RaisedProblem.visit_id == planned.c.visit_id, scope(actor, RaisedProblem)
    )
    statement = (
        select(planned, Visit.starts_on.label("visited_on"), met.scalar_subquery().label("raised"))
        .outerjoin(Visit, Visit.id == planned.c.visit_id)
        .order_by(planned.c.visit_id.is_not(None), Visit.starts_on)
        .order_by(planned.c.planned_on.is_(None), planned.c.planned_on, planned.c.id)
    )
    return tuple(Stop(**row) for row in db.session.execute(statement).mappings())


def _planned_with_visit(actor: Actor, campaign_id: int) -> Any:
    """The stops, each with the last care visit that reached it; the limit keeps SQLite from asking for it again and again."""
    last = _reaching(Visit.id).order_by(Visit.starts_on.desc(), Visit.id.desc()).limit(1).scalar_subquery()
    own = (CampaignStop.id, CampaignStop.place_id, CampaignStop.commissioner_id, CampaignStop.planned_on)
    named = (place_name(CampaignStop.place_id).label("place"), WHO.label("commissioner"))
    marked = (in_focus(CampaignStop).label("focus"), CampaignStop.wish, CampaignStop.illustrative)
    return (
        select(*own, *named, *marked, last.label("visit_id"))
        .where(scope(actor, CampaignStop), CampaignStop.campaign_id == campaign_id)
        .order_by(CampaignStop.region_code, CampaignStop.id)
        .limit(MOST_STOPS)
        .subquery()
    )


def in_focus(model: Any) -> ColumnElement[bool]:
    """The place of a row is a focus village (重点村)."""
    return exists().where(PlaceTagging.place_id == model.place_id, PlaceTagging.tag == PlaceTag.FOCUS)


def _reaching(value: Any) -> Select[Any]:
    """``value`` of the care visits that reach a stop: in its campaign, to its place or below, with whom it names.

    Whoever sees a stop sees them all: they lie in its place, and list its commissioner.
    """
    place = Place.__table__.alias("_of_stop")
    met = (
        exists()
        .where(VisitCommissioner.visit_id == Visit.id)
        .where(VisitCommissioner.commissioner_id == CampaignStop.commissioner_id)
        .correlate(Visit, CampaignStop)
    )
    return (
        select(value)
        .select_from(Visit)
        .join(place, place.c.id == CampaignStop.place_id)
        .where(Visit.campaign_id == CampaignStop.campaign_id, Visit.kind == VisitKind.CARE)
        .where(Visit.region_code.between(CampaignStop.region_code, _last_code(place)))
        .where(or_(Visit.place_id == CampaignStop.place_id, place.c.level != PlaceLevel.VILLAGE))
        .where(or_(CampaignStop.commissioner_id.is_(None), met))
        .correlate(CampaignStop)
    )


def _last_code(place: Any) -> Any:
    """The highest division code in the place of a stop."""
    kept = case(*((place.c.level == level, digits) for level, digits in CODE_DIGITS_OF.items()), else_=FULL_DIGITS)
    return func.substr(func.substr(CampaignStop.region_code, 1, kept) + "9" * FULL_DIGITS, 1, FULL_DIGITS)


REACHED_ON = _reaching(func.max(Visit.starts_on)).scalar_subquery()
WHO = name_of(Commissioner, Commissioner.name, CampaignStop.commissioner_id)


def _reached(value: str) -> ColumnElement[bool]:
    if value not in {YES, NO}:
        return false()
    return REACHED_ON.is_not(None) if value == YES else REACHED_ON.is_(None)


def _to_go(value: str) -> ColumnElement[bool]:
    """Of a campaign that runs today, and not yet reached."""
    present = select(Campaign.id).where(running(Campaign.starts_on, Campaign.ends_on, today()))
    return CampaignStop.campaign_id.in_(present) & REACHED_ON.is_(None)


def _reached_choices(actor: Actor) -> list[Choice]:
    return [Choice(value=YES, label=N_("已走到")), Choice(value=NO, label=N_("还没走到"))]


def _check_campaign(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if draft.get("ends_on") and draft["ends_on"] < draft["starts_on"]:
        raise Invalid({"ends_on": N_("结束日期不能早于开始日期。")})


def _complete_campaign(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    if not row.region_code:
        row.region_code = (actor.county_prefix or setting(SettingKey.REGION_CODE)).ljust(FULL_DIGITS, "0")


def _check_stop(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults: dict[str, str | Problem] = {}
    level = db.session.scalar(select(Place.level).where(Place.id == draft["place_id"]))
    if level not in {PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE}:
        faults["place_id"] = N_("请选一个乡镇或一个村。")
    elif _planned(draft, row_id):
        faults["place_id"] = N_("计划里已经有这一站了。")
    day_fault = stop_day_fault(draft["campaign_id"], draft.get("planned_on"))
    if day_fault is not None:
        faults["planned_on"] = day_fault
    if faults:
        raise Invalid(faults)


def _planned(draft: Mapping[str, Any], row_id: int | None) -> bool:
    """Whether the campaign goes to this place for this person already."""
    same = [CampaignStop.campaign_id == draft["campaign_id"], CampaignStop.place_id == draft["place_id"]]
    person = CampaignStop.commissioner_id.is_not_distinct_from(draft.get("commissioner_id"))
    found = select(CampaignStop.id).where(*same, person, CampaignStop.id != (row_id or 0))
    return db.session.scalar(found.limit(1)) is not None


def stop_day_fault(campaign_id: int, day: date | None) -> Problem | None:
    """What is wrong with the day of a stop: it lies outside its campaign."""
    if day is None:
        return None
    campaign = db.session.execute(
        select(Campaign.starts_on, Campaign.ends_on).where(Campaign.id == campaign_id)
    ).one_or_none()
    if campaign is None or campaign.starts_on <= day <= (campaign.ends_on or date.max):
        return None
    if campaign.ends_on is None:
        return Problem(N_("活动从 %(first)s 开始，日期不能更早。"), first=campaign.starts_on.isoformat())
    message = N_("日期要在活动期间：%(first)s 至 %(last)s。")
    return Problem(message, first=campaign.starts_on.isoformat(), last=campaign.ends_on.isoformat())


CAMPAIGNS = Subject(
    name="campaigns",
    model=Campaign,
    title=NC_("list", "关爱活动"),
    one=NC_("one", "关爱活动"),
    heading=Campaign.name,
    fields=(
        Field(key="name", label=N_("名称"), required=True),
        Field(key="starts_on", label=N_("开始日期"), kind=Kind.DATE, required=True),
        Field(key="ends_on", label=N_("结束日期"), kind=Kind.DATE),
        Field(key="note", label=N_("说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Campaign,
        columns=(
            link_column("name", N_("名称"), Campaign.name),
            date_column("starts_on", N_("开始日期"), Campaign.starts_on),
            date_column("ends_on", N_("结束日期"), Campaign.ends_on),
            illustrative_column(Campaign),
        ),
        filters=(year_filter(Campaign.starts_on), on_date(Campaign.starts_on, Campaign.ends_on)),
        search=(Campaign.name, Campaign.note),
        order=(Campaign.starts_on.desc(),),
    ),
    related=(
        Related(
            subject="visits",
            title=NC_("list", "走访"),
            condition=lambda row_id: Visit.campaign_id == row_id,
            field="campaign_id",
        ),
        Related(subject="problems", title=NC_("list", "反映的问题"), condition=raised_on_campaign),
    ),
    check=_check_campaign,
    complete=_complete_campaign,
)

# A line of its campaign's page, which tells the stops in a table of its own.
STOPS = Subject(
    name="stops",
    model=CampaignStop,
    title=NC_("list", "走访计划"),
    one=NC_("one", "计划站点"),
    heading=place_name(CampaignStop.place_id),
    parent="campaign_id",
    fields=(
        Field(key="campaign_id", label=N_("活动"), kind=Kind.REFERENCE, refers="campaigns", required=True),
        Field(key="place_id", label=N_("乡镇或重点村"), kind=Kind.PLACE, required=True),
        Field(key="commissioner_id", label=N_("特派员"), kind=Kind.REFERENCE, refers="commissioners"),
        Field(key="planned_on", label=N_("计划日期"), kind=Kind.DATE),
        Field(key="wish", label=N_("需要什么"), kind=Kind.PROSE, help=N_("特派员和村里希望解决的事")),
    ),
    listing=Listing(
        model=CampaignStop,
        columns=(
            link_column("place", N_("乡镇或重点村"), place_name(CampaignStop.place_id), CampaignStop.region_code),
            text_column("commissioner", N_("特派员"), WHO),
            date_column("planned_on", N_("计划日期"), CampaignStop.planned_on),
            text_column("wish", N_("需要什么"), CampaignStop.wish),
            date_column("visited_on", N_("走到的日期"), REACHED_ON),
            text_column("campaign", N_("活动"), name_of(Campaign, Campaign.name, CampaignStop.campaign_id)),
            illustrative_column(CampaignStop),
        ),
        filters=(
            township_filter(CampaignStop),
            Filter(key="visited", label=N_("走到没有"), predicate=_reached, choices=_reached_choices),
            Filter(key="to_go", label=N_("正在开展的活动还没走到"), predicate=_to_go, kind="hidden"),
            id_filter("campaign", lambda row_id: CampaignStop.campaign_id == row_id),
            id_filter("commissioner", lambda row_id: CampaignStop.commissioner_id == row_id),
        ),
        search=(place_name(CampaignStop.place_id), WHO, CampaignStop.wish),
        order=(CampaignStop.campaign_id.desc(), CampaignStop.region_code),
    ),
    check=_check_stop,
)
