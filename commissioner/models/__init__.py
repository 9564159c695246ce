"""Tables and constraints; they know nothing of who is asking. One module a subject, all named here."""

from commissioner.models.accounts import Account, AuditEntry, ProgrammeSetting, SignInTry
from commissioner.models.base import Base, db
from commissioner.models.bases import (
    BaseCommissioner,
    BaseProject,
    DemonstrationBase,
    Introduction,
    Measurement,
    Training,
)
from commissioner.models.boundaries import Boundary, BoundaryImport, StagedFile
from commissioner.models.evaluations import (
    Evaluation,
    EvaluationMark,
    EvaluationOpinion,
    EvaluationScheme,
    SchemeCriterion,
    SchemeGrade,
)
from commissioner.models.impacts import Impact, IndicatorResult
from commissioner.models.papers import YearPaper
from commissioner.models.people import Commissioner, Organisation, TeamMember
from commissioner.models.periods import PeriodEvent, ReportingPeriod
from commissioner.models.places import Place, PlaceEvent, PlaceTagging
from commissioner.models.postings import Batch, Match, MatchAnswer, Need, NeedEvent, NeedPhoto, Posting, PostingEvent
from commissioner.models.projects import (
    Funding,
    FundingReceipt,
    Milestone,
    Project,
    ProjectCommissioner,
    ProjectPlace,
    ProjectTarget,
    StageChange,
    TargetPart,
)
from commissioner.models.registers import Briefing, BriefingCommissioner, Instruction, Pairing, Recognition
from commissioner.models.reminders import CalendarFeed, Digest
from commissioner.models.steps import ProjectDocument, StepRequest, StepRule
from commissioner.models.sums import KeptSums, MonthSum, PersonSum, RegionSum, StalePerson, StaleSum, TownshipSum
from commissioner.models.updates import (
    PartFigure,
    ProjectUpdate,
    UpdateDecision,
    UpdateFigure,
    UpdateSpending,
    UpdateVersion,
)
from commissioner.models.visits import (
    Campaign,
    CampaignStop,
    MergedVisit,
    ProblemReply,
    RaisedProblem,
    Visit,
    VisitCommissioner,
    VisitPhoto,
    VisitsKeptApart,
)
from commissioner.models.walls import WallLink

__all__ = [
    "Account",
    "AuditEntry",
    "Base",
    "BaseCommissioner",
    "BaseProject",
    "Batch",
    "Boundary",
    "BoundaryImport",
    "Briefing",
    "BriefingCommissioner",
    "CalendarFeed",
    "Campaign",
    "CampaignStop",
    "Commissioner",
    "DemonstrationBase",
    "Digest",
    "Evaluation",
    "EvaluationMark",
    "EvaluationOpinion",
    "EvaluationScheme",
    "Funding",
    "FundingReceipt",
    "Impact",
    "IndicatorResult",
    "Instruction",
    "Introduction",
    "KeptSums",
    "Match",
    "MatchAnswer",
    "Measurement",
    "MergedVisit",
    "Milestone",
    "MonthSum",
    "Need",
    "NeedEvent",
    "NeedPhoto",
    "Organisation",
    "Pairing",
    "PartFigure",
    "PeriodEvent",
    "PersonSum",
    "Place",
    "PlaceEvent",
    "PlaceTagging",
    "Posting",
    "PostingEvent",
    "ProblemReply",
    "ProgrammeSetting",
    "Project",
    "ProjectCommissioner",
    "ProjectDocument",
    "ProjectPlace",
    "ProjectTarget",
    "ProjectUpdate",
    "RaisedProblem",
    "Recognition",
    "RegionSum",
    "ReportingPeriod",
    "SchemeCriterion",
    "SchemeGrade",
    "SignInTry",
    "StageChange",
    "StagedFile",
    "StalePerson",
    "StaleSum",
    "StepRequest",
    "StepRule",
    "TargetPart",
    "TeamMember",
    "TownshipSum",
    "Training",
    "UpdateDecision",
    "UpdateFigure",
    "UpdateSpending",
    "UpdateVersion",
    "Visit",
    "VisitCommissioner",
    "VisitPhoto",
    "VisitsKeptApart",
    "WallLink",
    "YearPaper",
    "db",
]
