"""``SCOPES``: for each mapped class one SQL predicate that says which rows an actor may see.

Territorial roles see their region; a commissioner sees what names the own person (teams included), an
institution what names its people. Places and the registry of people are wider, so that a picker can offer them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from commissioner.access.actor import Actor
from commissioner.access.permissions import Permission
from commissioner.access.regions import within
from commissioner.models import (
    Account,
    AuditEntry,
    BaseCommissioner,
    BaseProject,
    Batch,
    Boundary,
    BoundaryImport,
    Briefing,
    BriefingCommissioner,
    CalendarFeed,
    Campaign,
    CampaignStop,
    Commissioner,
    DemonstrationBase,
    Digest,
    Evaluation,
    EvaluationMark,
    EvaluationOpinion,
    EvaluationScheme,
    Funding,
    FundingReceipt,
    Impact,
    IndicatorResult,
    Instruction,
    Introduction,
    Match,
    MatchAnswer,
    Measurement,
    MergedVisit,
    Milestone,
    Need,
    NeedEvent,
    NeedPhoto,
    Organisation,
    Pairing,
    PartFigure,
    PeriodEvent,
    Place,
    PlaceEvent,
    PlaceTagging,
    Posting,
    PostingEvent,
    ProblemReply,
    ProgrammeSetting,
    Project,
    ProjectCommissioner,
    ProjectDocument,
    ProjectPlace,
    ProjectTarget,
    ProjectUpdate,
    RaisedProblem,
    Recognition,
    ReportingPeriod,
    SchemeCriterion,
    SchemeGrade,
    StageChange,
    StagedFile,
    StepRequest,
    StepRule,
    TargetPart,
    TeamMember,
    Training,
    UpdateDecision,
    UpdateFigure,
    UpdateSpending,
    UpdateVersion,
    Visit,
    VisitCommissioner,
    VisitPhoto,
    VisitsKeptApart,
    WallLink,
    YearPaper,
)
from commissioner.vocabulary import Role, SchemeState, UpdateState

Predicate = Callable[[Actor], ColumnElement[bool]]
Row = TypeVar("Row")
# The states in which the grades of a scheme are facts.
ISSUED = (SchemeState.PUBLISHED, SchemeState.CLOSED)


def own_people(actor: Actor) -> Select[int]:
    """Ids of the commissioners an actor stands for: the own person with teams, or the institution's people."""
    if actor.role is Role.INSTITUTION:
        sent = Commissioner.organisation_id == actor.organisation_id
        # Without an institution of its own the account stands for nobody, not for those whom nobody sent.
        return select(Commissioner.id).where(sent, Commissioner.organisation_id.is_not(None))
    teams = select(TeamMember.team_id).where(TeamMember.member_id == actor.commissioner_id)
    return select(Commissioner.id).where(or_(Commissioner.id == actor.commissioner_id, Commissioner.id.in_(teams)))


def _names_own_people(actor: Actor, column: Any) -> ColumnElement[bool]:
    if actor.role is Role.COMMISSIONER and actor.commissioner_id is None:
        return false()
    predicate: ColumnElement[bool] = column.in_(own_people(actor))
    return predicate


def _in_region(model: Any) -> Predicate:
    return lambda actor: within(model.region_code, actor.region_code) if actor.is_territorial else false()


def _in_region_or_by_person(model: Any, person: Any) -> Predicate:
    """In the region, or naming the own person through ``person``: a column of the row itself."""

    def predicate(actor: Actor) -> ColumnElement[bool]:
        if actor.is_territorial:
            return within(model.region_code, actor.region_code)
        return _names_own_people(actor, person)

    return predicate


def _in_region_or_by_link(model: Any, own_key: Any, link_key: Any, person: Any) -> Predicate:
    """In the region, or naming the own person through a link table."""

    def predicate(actor: Actor) -> ColumnElement[bool]:
        if actor.is_territorial:
            return within(model.region_code, actor.region_code, nearly_all=actor.sees_nearly_all)
        linked: ColumnElement[bool] = own_key.in_(select(link_key).where(_names_own_people(actor, person)))
        return linked

    return predicate


def _county_registry(model: Any) -> Predicate:
    """Kept by a county and known throughout it, so that a township can name what works next door."""
    return lambda actor: within(model.region_code, actor.county_prefix)


def _places(actor: Actor) -> ColumnElement[bool]:
    return within(Place.region_code, actor.region_code)


def _commissioners(actor: Actor) -> ColumnElement[bool]:
    if not actor.is_territorial:
        return _names_own_people(actor, Commissioner.id)
    posted_here = exists().where(
        Posting.commissioner_id == Commissioner.id, within(Posting.region_code, actor.county_prefix)
    )
    return or_(within(Commissioner.region_code, actor.county_prefix), posted_here)


def _projects(actor: Actor) -> ColumnElement[bool]:
    if not actor.is_territorial:
        mine = select(ProjectCommissioner.project_id).where(
            _names_own_people(actor, ProjectCommissioner.commissioner_id)
        )
        return Project.id.in_(mine)
    if not actor.region_code:
        return true()
    works_here = select(ProjectPlace.project_id).where(within(ProjectPlace.region_code, actor.region_code))
    return or_(within(Project.region_code, actor.region_code), Project.id.in_(works_here))


def _problems(actor: Actor) -> ColumnElement[bool]:
    if actor.is_territorial:
        return within(RaisedProblem.region_code, actor.region_code)
    on_own_visits = RaisedProblem.visit_id.in_(ids(actor, Visit))
    if actor.account_id is None:
        return on_own_visits
    return or_(on_own_visits, RaisedProblem.raised_by_id == actor.account_id)


def _needs(actor: Actor) -> ColumnElement[bool]:
    if actor.is_territorial:
        return within(Need.region_code, actor.region_code)
    return Need.id.in_(select(Match.need_id).where(_names_own_people(actor, Match.commissioner_id)))


def _matches(actor: Actor) -> ColumnElement[bool]:
    if actor.is_territorial:
        return Match.need_id.in_(ids(actor, Need))
    return _names_own_people(actor, Match.commissioner_id)


def _impacts(actor: Actor) -> ColumnElement[bool]:
    return or_(Impact.project_id.in_(ids(actor, Project)), Impact.base_id.in_(ids(actor, DemonstrationBase)))


def _instructions(actor: Actor) -> ColumnElement[bool]:
    if actor.is_territorial:
        return within(Instruction.region_code, actor.region_code)
    return Instruction.briefing_id.in_(ids(actor, Briefing))


def _organisations(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.INSTITUTION:
        return Organisation.id == actor.organisation_id
    return within(Organisation.region_code, actor.county_prefix)


def _updates(actor: Actor) -> ColumnElement[bool]:
    """Of the projects in scope what is approved; what is on its way there for those who report, a draft for its author."""
    told = ProjectUpdate.state == UpdateState.APPROVED
    if actor.can(Permission.UPDATE_PROJECT):
        told = ProjectUpdate.state != UpdateState.DRAFT
        if actor.account_id is not None:
            told = or_(told, ProjectUpdate.author_id == actor.account_id)
    return and_(ProjectUpdate.project_id.in_(ids(actor, Project)), told)


def _update_versions(actor: Actor) -> ColumnElement[bool]:
    """How an update came to be is for those who report and review."""
    if not actor.can(Permission.UPDATE_PROJECT):
        return false()
    return UpdateVersion.update_id.in_(ids(actor, ProjectUpdate))


def _through(column: Any, owner: Any) -> Predicate:
    """Seen with the row it belongs to."""

    def predicate(actor: Actor) -> ColumnElement[bool]:
        belongs: ColumnElement[bool] = column.in_(ids(actor, owner))
        return belongs

    return predicate


def _audit(actor: Actor) -> ColumnElement[bool]:
    return within(AuditEntry.region_code, actor.region_code) if actor.is_territorial else false()


def _schemes(actor: Actor) -> ColumnElement[bool]:
    """The bureau sees what it prepares; others, throughout the county, what has been opened."""
    if actor.can(Permission.KEEP_EVALUATION):
        return within(EvaluationScheme.region_code, actor.region_code)
    return and_(within(EvaluationScheme.region_code, actor.county_prefix), EvaluationScheme.state != SchemeState.DRAFT)


def _evaluations(actor: Actor) -> ColumnElement[bool]:
    """The bureau, the person, and once it is published the institution. A leader sees counts, a township its own word."""
    of_scheme = Evaluation.scheme_id.in_(ids(actor, EvaluationScheme))
    if actor.is_territorial:
        return of_scheme if actor.can(Permission.KEEP_EVALUATION) else false()
    mine = and_(of_scheme, _names_own_people(actor, Evaluation.commissioner_id))
    if actor.role is Role.COMMISSIONER:
        return mine
    issued = select(EvaluationScheme.id).where(EvaluationScheme.state.in_(ISSUED))
    return and_(mine, Evaluation.scheme_id.in_(issued))


def _marks(actor: Actor) -> ColumnElement[bool]:
    if not actor.can(Permission.KEEP_EVALUATION):
        return false()
    return EvaluationMark.evaluation_id.in_(ids(actor, Evaluation))


def _opinions(actor: Actor) -> ColumnElement[bool]:
    if actor.can(Permission.KEEP_EVALUATION):
        return EvaluationOpinion.evaluation_id.in_(ids(actor, Evaluation))
    if actor.can(Permission.GIVE_OPINION):
        return within(EvaluationOpinion.region_code, actor.region_code)
    return false()


def _accounts(actor: Actor) -> ColumnElement[bool]:
    if actor.role is not Role.ADMINISTRATOR:
        return Account.id == actor.account_id
    if not actor.region_code:
        return true()
    return and_(Account.region_code != "", Account.region_code.startswith(actor.region_code))


def _walls(actor: Actor) -> ColumnElement[bool]:
    """Whoever keeps the registry answers for every link of the region; others for their own."""
    if not actor.can(Permission.SHOW_ON_WALL):
        return false()
    if actor.can(Permission.KEEP_REGISTRY):
        return within(WallLink.region_code, actor.region_code)
    return WallLink.account_id == actor.account_id


SCOPES: dict[type, Predicate] = {
    Account: _accounts,
    AuditEntry: _audit,
    BaseCommissioner: _through(BaseCommissioner.base_id, DemonstrationBase),
    BaseProject: _through(BaseProject.base_id, DemonstrationBase),
    Batch: _county_registry(Batch),
    Boundary: _county_registry(Boundary),
    BoundaryImport: _county_registry(BoundaryImport),
    Briefing: _in_region_or_by_link(
        Briefing, Briefing.id, BriefingCommissioner.briefing_id, BriefingCommissioner.commissioner_id
    ),
    BriefingCommissioner: _through(BriefingCommissioner.briefing_id, Briefing),
    CalendarFeed: lambda actor: CalendarFeed.account_id == actor.account_id,
    Campaign: _county_registry(Campaign),
    CampaignStop: _in_region_or_by_person(CampaignStop, CampaignStop.commissioner_id),
    Commissioner: _commissioners,
    DemonstrationBase: _in_region_or_by_link(
        DemonstrationBase, DemonstrationBase.id, BaseCommissioner.base_id, BaseCommissioner.commissioner_id
    ),
    Digest: lambda actor: Digest.account_id == actor.account_id,
    Evaluation: _evaluations,
    EvaluationMark: _marks,
    EvaluationOpinion: _opinions,
    EvaluationScheme: _schemes,
    Funding: _through(Funding.project_id, Project),
    FundingReceipt: _through(FundingReceipt.funding_id, Funding),
    Impact: _impacts,
    IndicatorResult: _in_region(IndicatorResult),
    Instruction: _instructions,
    Introduction: _in_region_or_by_person(Introduction, Introduction.commissioner_id),
    Match: _matches,
    MatchAnswer: _through(MatchAnswer.match_id, Match),
    Measurement: _through(Measurement.base_id, DemonstrationBase),
    MergedVisit: _through(MergedVisit.visit_id, Visit),
    Milestone: _through(Milestone.project_id, Project),
    Need: _needs,
    NeedEvent: _through(NeedEvent.need_id, Need),
    NeedPhoto: _through(NeedPhoto.need_id, Need),
    Organisation: _organisations,
    Pairing: _in_region(Pairing),
    PartFigure: _through(PartFigure.part_id, TargetPart),
    PeriodEvent: _through(PeriodEvent.period_id, ReportingPeriod),
    Place: _places,
    PlaceEvent: _through(PlaceEvent.place_id, Place),
    PlaceTagging: _through(PlaceTagging.place_id, Place),
    Posting: _in_region_or_by_person(Posting, Posting.commissioner_id),
    PostingEvent: _through(PostingEvent.posting_id, Posting),
    ProblemReply: _through(ProblemReply.problem_id, RaisedProblem),
    ProgrammeSetting: lambda actor: true(),
    Project: _projects,
    ProjectCommissioner: _through(ProjectCommissioner.project_id, Project),
    ProjectDocument: _through(ProjectDocument.project_id, Project),
    ProjectPlace: _through(ProjectPlace.project_id, Project),
    ProjectTarget: _through(ProjectTarget.project_id, Project),
    ProjectUpdate: _updates,
    RaisedProblem: _problems,
    Recognition: _in_region_or_by_person(Recognition, Recognition.commissioner_id),
    ReportingPeriod: _county_registry(ReportingPeriod),
    SchemeCriterion: _through(SchemeCriterion.scheme_id, EvaluationScheme),
    SchemeGrade: _through(SchemeGrade.scheme_id, EvaluationScheme),
    StageChange: _through(StageChange.project_id, Project),
    TargetPart: _through(TargetPart.target_id, ProjectTarget),
    StagedFile: lambda actor: StagedFile.account_id == actor.account_id,
    StepRequest: _through(StepRequest.project_id, Project),
    StepRule: _county_registry(StepRule),
    TeamMember: _through(TeamMember.team_id, Commissioner),
    Training: _in_region_or_by_person(Training, Training.commissioner_id),
    UpdateDecision: _through(UpdateDecision.version_id, UpdateVersion),
    UpdateFigure: _through(UpdateFigure.update_id, ProjectUpdate),
    UpdateSpending: _through(UpdateSpending.update_id, ProjectUpdate),
    UpdateVersion: _update_versions,
    Visit: _in_region_or_by_link(Visit, Visit.id, VisitCommissioner.visit_id, VisitCommissioner.commissioner_id),
    VisitCommissioner: _through(VisitCommissioner.visit_id, Visit),
    VisitPhoto: _through(VisitPhoto.visit_id, Visit),
    VisitsKeptApart: _through(VisitsKeptApart.visit_id, Visit),
    WallLink: _walls,
    YearPaper: _in_region_or_by_person(YearPaper, YearPaper.commissioner_id),
}

# Written and swept by sign-in itself, shown to nobody; sums of the map, which its questions narrow by region.
UNSHOWN = frozenset(
    {
        "sign_in_tries",
        "kept_sums",
        "stale_sums",
        "stale_people",
        "township_sums",
        "month_sums",
        "region_sums",
        "person_sums",
    }
)


def scope(actor: Actor, model: type) -> ColumnElement[bool]:
    """The predicate of ``model`` for ``actor``; a class without a scope raises ``KeyError``."""
    return SCOPES[model](actor)


def visible(actor: Actor, model: type[Row]) -> Select[Row]:
    """``select(model)`` narrowed to what ``actor`` may see."""
    return select(model).where(scope(actor, model))


def ids(actor: Actor, model: Any) -> Select[int]:
    """Ids of the rows of ``model`` that ``actor`` may see."""
    return select(model.id).where(scope(actor, model))
