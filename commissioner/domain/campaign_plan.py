"""Planning a care campaign at one go: a stop is proposed for each posting that runs meanwhile, and for each focus village."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, insert, or_, select

from commissioner.access import Actor, Permission, scope, significant, within
from commissioner.domain.campaigns import CAMPAIGNS, TOWNSHIP_DIGITS, in_focus, stop_day_fault
from commissioner.domain.changes import change
from commissioner.domain.records import date_fault, find_row
from commissioner.domain.subject import place_name
from commissioner.models import CampaignStop, Commissioner, Place, PlaceTagging, Posting, db
from commissioner.models.base import now, table_of
from commissioner.problems import Invalid
from commissioner.vocabulary import N_, PlaceLevel, PlaceState, PlaceTag

MOST_PROPOSED = 1000
LATEST = date(9999, 12, 31)
WHERE_ONE_GOES = (PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A stop that a campaign could make; without a commissioner it is a focus village to which nobody is posted by name."""

    place_id: int
    place: str
    region_code: str
    focus: bool
    commissioner_id: int | None
    commissioner: str
    planned: bool

    @property
    def key(self) -> str:
        """How a form names it: place and person."""
        return f"{self.place_id}-{self.commissioner_id or 0}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is ticked, and the day that all of it is planned for, if one is known."""

    chosen: frozenset[str]
    planned_on: date | None = None


def proposed_stops(actor: Actor, campaign_id: int) -> tuple[Proposal, ...]:
    """A stop for each posting that runs during the campaign, focus villages first, then those where nobody is posted."""
    actor.must(Permission.KEEP_REGISTRY)
    campaign = find_row(actor, CAMPAIGNS, campaign_id)
    county = significant(campaign.region_code)
    posted = _posted(actor, county, campaign)
    served = {one.place_id for one in posted}
    return (*posted, *(one for one in _villages(actor, county, campaign_id) if one.place_id not in served))


def _posted(actor: Actor, county: str, campaign: Any) -> tuple[Proposal, ...]:
    focus = in_focus(Posting)
    statement = (
        select(
            Posting.place_id,
            place_name(Posting.place_id).label("place"),
            Posting.region_code,
            focus.label("focus"),
            Posting.commissioner_id,
            Commissioner.name.label("commissioner"),
            _meets(campaign.id).label("planned"),
        )
        .join(Commissioner, Commissioner.id == Posting.commissioner_id)
        .join(Place, and_(Place.id == Posting.place_id, Place.level.in_(WHERE_ONE_GOES)))
        .where(scope(actor, Posting), within(Posting.region_code, county))
        .where(Posting.starts_on <= (campaign.ends_on or LATEST))
        .where(or_(Posting.ends_on.is_(None), Posting.ends_on >= campaign.starts_on))
        .order_by(focus.desc(), Posting.region_code, Commissioner.pinyin, Posting.id)
        .limit(MOST_PROPOSED)
    )
    found: dict[str, Proposal] = {}
    for row in db.session.execute(statement).mappings():
        one = Proposal(**row)
        found.setdefault(one.key, one)  # two postings of one person to one place are one stop
    return tuple(found.values())


def _villages(actor: Actor, county: str, campaign_id: int) -> tuple[Proposal, ...]:
    """The focus villages, without anybody's name."""
    statement = (
        select(
            Place.id.label("place_id"),
            place_name(Place.id).label("place"),
            Place.region_code,
            _goes_there(campaign_id).label("planned"),
        )
        .join(PlaceTagging, and_(PlaceTagging.place_id == Place.id, PlaceTagging.tag == PlaceTag.FOCUS))
        .where(scope(actor, Place), within(Place.region_code, county), Place.state == PlaceState.CURRENT)
        .where(Place.level == PlaceLevel.VILLAGE)
        .order_by(Place.region_code, Place.id)
        .limit(MOST_PROPOSED)
    )
    rows = db.session.execute(statement).mappings()
    return tuple(Proposal(**row, focus=True, commissioner_id=None, commissioner="") for row in rows)


def _meets(campaign_id: int) -> Any:
    """The plan meets the person of a posting already, there or in another place of the same township."""
    township = func.substr(CampaignStop.region_code, 1, TOWNSHIP_DIGITS)
    return exists().where(
        CampaignStop.campaign_id == campaign_id,
        CampaignStop.commissioner_id == Posting.commissioner_id,
        township == func.substr(Posting.region_code, 1, TOWNSHIP_DIGITS),
    )


def _goes_there(campaign_id: int) -> Any:
    """The plan goes to a village already, whoever is met there."""
    return exists().where(CampaignStop.campaign_id == campaign_id, CampaignStop.place_id == Place.id)


def plan_stops(actor: Actor, campaign_id: int, plan: Plan, client_id: str | None = None) -> int:
    """Write every ticked stop that is not planned yet, all in one change; how many there were. Raises ``Invalid``."""
    actor.must(Permission.KEEP_REGISTRY)
    find_row(actor, CAMPAIGNS, campaign_id)
    with change(actor, "campaigns.plan", client_id=client_id) as entry:
        campaign = find_row(actor, CAMPAIGNS, campaign_id, lock=True)
        wanted = _wanted(proposed_stops(actor, campaign_id), plan)
        fault = stop_day_fault(campaign_id, plan.planned_on) or (plan.planned_on and date_fault(plan.planned_on))
        if fault:
            raise Invalid({"planned_on": fault})
        moment = now()
        shared = {"campaign_id": campaign_id, "planned_on": plan.planned_on, "created_at": moment, "updated_at": moment}
        rows = [
            {"place_id": one.place_id, "region_code": one.region_code, "commissioner_id": one.commissioner_id, **shared}
            for one in wanted
        ]
        db.session.execute(insert(table_of(CampaignStop)), rows)
        named = "、".join(" ".join(part for part in (one.place, one.commissioner) if part) for one in wanted)
        entry.about("campaigns", campaign_id, {"planned_stops": [None, named]}, campaign.region_code)
    return len(wanted)


def _wanted(proposals: Iterable[Proposal], plan: Plan) -> list[Proposal]:
    known = {one.key: one for one in proposals}
    if not plan.chosen:
        raise Invalid({"chosen": N_("请至少选一站。")})
    if not plan.chosen <= known.keys():
        raise Invalid({"chosen": N_("有的站点不在您的范围内，请重新选择。")})
    wanted = [one for key, one in known.items() if key in plan.chosen and not one.planned]
    if not wanted:
        raise Invalid({"chosen": N_("选中的站点都已经在计划里了。")})
    return wanted
