"""Care campaigns, and the problems raised in the field with who must act and how they were solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, select

from commissioner.access import Actor, Permission, scope
from commissioner.access.regions import FULL_DIGITS
from commissioner.domain.listing import Filter, Listing
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
    on_date,
    place_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import Campaign, Place, RaisedProblem, Visit, VisitCommissioner, db
from commissioner.problems import Invalid, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, RaisedProblemCategory, RaisedProblemState, SettingKey

HEADING_CHARACTERS = 40
HEADING = func.substr(RaisedProblem.description, 1, HEADING_CHARACTERS)
SETTLING = ("state", "solved_on", "resolution", "owner", "due_on")


def raised_on_campaign(campaign_id: int) -> ColumnElement[bool]:
    """The problems raised on the visits of a campaign."""
    visits = select(Visit.id).where(Visit.campaign_id == campaign_id)
    result: ColumnElement[bool] = RaisedProblem.visit_id.in_(visits)
    return result


def raised_with(commissioner_id: int) -> ColumnElement[bool]:
    """The problems raised on visits that list a commissioner."""
    visits = select(VisitCommissioner.visit_id).where(VisitCommissioner.commissioner_id == commissioner_id)
    result: ColumnElement[bool] = RaisedProblem.visit_id.in_(visits)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTally:
    """What a campaign came to: visits, distinct places, problems raised and solved."""

    visits: int
    places: int
    raised: int
    solved: int


def campaign_tally(actor: Actor, campaign_id: int) -> CampaignTally:
    """The counts of a campaign as ``actor`` may see its visits and problems, in one statement."""
    of_campaign = (scope(actor, Visit), Visit.campaign_id == campaign_id)
    raised = (scope(actor, RaisedProblem), raised_on_campaign(campaign_id))
    solved = RaisedProblem.state == RaisedProblemState.SOLVED
    counts = {
        "visits": select(func.count(Visit.id)).where(*of_campaign),
        "places": select(func.count(distinct(Visit.place_id))).where(*of_campaign),
        "raised": select(func.count(RaisedProblem.id)).where(*raised),
        "solved": select(func.count(RaisedProblem.id)).where(*raised, solved),
    }
    columns = (statement.scalar_subquery().label(key) for key, statement in counts.items())
    return CampaignTally(**db.session.execute(select(*columns)).mappings().one())


def _overdue(value: str) -> ColumnElement[bool]:
    """Due before today and not settled."""
    unsettled = RaisedProblem.state.in_((RaisedProblemState.OPEN, RaisedProblemState.IN_HAND))
    result: ColumnElement[bool] = unsettled & (RaisedProblem.due_on < today())
    return result


def _check_campaign(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if draft.get("ends_on") and draft["ends_on"] < draft["starts_on"]:
        raise Invalid({"ends_on": N_("结束日期不能早于开始日期。")})


def _complete_campaign(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    if not row.region_code:
        row.region_code = (actor.county_prefix or setting(SettingKey.REGION_CODE)).ljust(FULL_DIGITS, "0")


def _own_place(actor: Actor) -> tuple[int, str] | None:
    """The place that an actor's own region is: where a problem lies if no other place is given."""
    code = (actor.region_code or setting(SettingKey.REGION_CODE)).ljust(FULL_DIGITS, "0")
    found = db.session.execute(select(Place.id, Place.region_code).where(Place.region_code == code)).first()
    return None if found is None else (found.id, found.region_code)


def _check_problem(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    faults = {**_date_faults(draft), **_solution_faults(draft)}
    if draft.get("place_id") is None and _own_place(actor) is None:
        faults["place_id"] = Problem(N_("请填写“%(label)s”。"), label=N_("地点"))
    if not actor.can(Permission.SETTLE_PROBLEM):
        faults.update(_settling_faults(actor, draft, row_id))
    if faults:
        raise Invalid(faults)


def _date_faults(draft: Mapping[str, Any]) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    for key in ("due_on", "solved_on"):
        if draft.get(key) and draft[key] < draft["raised_on"]:
            faults[key] = N_("不能早于反映日期。")
    return faults


def _solution_faults(draft: Mapping[str, Any]) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    solved = draft["state"] is RaisedProblemState.SOLVED
    if solved and not draft.get("solved_on"):
        faults["solved_on"] = N_("已解决的问题要填解决日期。")
    if solved and not draft.get("resolution"):
        faults["resolution"] = N_("请写明是怎样解决的。")
    if not solved and draft.get("solved_on"):
        faults["solved_on"] = N_("还没有解决的问题不填解决日期。")
    return faults


def _settling_faults(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> dict[str, str | Problem]:
    """Who may only raise problems leaves the settling to others, and what others raised as it is."""
    present: dict[str, Any] = {"state": RaisedProblemState.OPEN}
    if row_id is not None:
        columns = [getattr(RaisedProblem, key) for key in (*SETTLING, "raised_by_id")]
        present = dict(db.session.execute(select(*columns).where(RaisedProblem.id == row_id)).mappings().one())
        if present["raised_by_id"] != actor.account_id:
            return {"description": N_("这是别人反映的，您不能修改；可以另外反映。")}
    changed = [key for key in SETTLING if (draft.get(key) or None) != (present.get(key) or None)]
    return {key: N_("由乡镇或县科技局处理，您不用填。") for key in changed}


def _complete_problem(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    if row.id is None:
        row.raised_by_id = actor.account_id
    own_place = _own_place(actor) if row.place_id is None else None
    if own_place is not None:
        row.place_id, row.region_code = own_place


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

PROBLEMS = Subject(
    name="problems",
    model=RaisedProblem,
    title=NC_("list", "反映的问题"),
    one=NC_("one", "问题"),
    heading=HEADING,
    keep=Permission.RAISE_PROBLEM,
    fields=(
        Field(key="description", label=N_("问题"), kind=Kind.PROSE, required=True),
        Field(
            key="category",
            label=N_("类别"),
            kind=Kind.WORD,
            words=RaisedProblemCategory,
            required=True,
            default=RaisedProblemCategory.TECHNOLOGY,
        ),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, help=N_("不选就是本单位所在的地方")),
        Field(key="raised_on", label=N_("反映日期"), kind=Kind.DATE, required=True, past=True, default=today),
        Field(key="visit_id", label=N_("哪次走访"), kind=Kind.REFERENCE, refers="visits"),
        Field(key="owner", label=N_("责任单位或责任人")),
        Field(key="due_on", label=N_("应解决日期"), kind=Kind.DATE),
        Field(
            key="state",
            label=N_("状态"),
            kind=Kind.WORD,
            words=RaisedProblemState,
            required=True,
            default=RaisedProblemState.OPEN,
        ),
        Field(key="solved_on", label=N_("解决日期"), kind=Kind.DATE, past=True),
        Field(key="resolution", label=N_("怎样解决的"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=RaisedProblem,
        columns=(
            link_column("description", N_("问题"), HEADING),
            word_column("category", N_("类别"), RaisedProblem.category),
            place_column(RaisedProblem),
            date_column("raised_on", N_("反映日期"), RaisedProblem.raised_on),
            text_column("owner", N_("责任单位或责任人"), RaisedProblem.owner),
            date_column("due_on", N_("应解决日期"), RaisedProblem.due_on),
            word_column("state", N_("状态"), RaisedProblem.state),
            illustrative_column(RaisedProblem),
        ),
        filters=(
            year_filter(RaisedProblem.raised_on),
            words_filter("state", N_("状态"), RaisedProblem.state, RaisedProblemState),
            words_filter("category", N_("类别"), RaisedProblem.category, RaisedProblemCategory),
            township_filter(RaisedProblem),
            Filter(key="overdue", label=N_("过了期限还没解决"), predicate=_overdue, kind="hidden"),
            id_filter("campaign", raised_on_campaign),
            id_filter("commissioner", raised_with),
            id_filter("visit", lambda value: RaisedProblem.visit_id == value),
            id_filter("place", lambda value: RaisedProblem.place_id == value),
        ),
        search=(RaisedProblem.description, RaisedProblem.owner, RaisedProblem.resolution),
        order=(RaisedProblem.raised_on.desc(),),
    ),
    check=_check_problem,
    complete=_complete_problem,
)
