"""The programme's words: each state, kind and role as an enum member with its Chinese label, which is a catalogue id.

A room a group of subjects; all of them are named here, and imported from here.
"""

from commissioner.vocabulary.figures import (
    IMPACT_UNITS,
    QUANTITY_UNITS,
    ImpactIndicator,
    ImpactState,
    IntroductionKind,
    MeasurementKind,
    OverlapDecision,
    Quantity,
    Saying,
    Unit,
)
from commissioner.vocabulary.needs import HelpKind, Industry, MatchSide, MatchState, NeedState, PostingEventKind
from commissioner.vocabulary.people import (
    CommissionerField,
    CommissionerKind,
    IssuingLevel,
    Level,
    OrganisationKind,
    Role,
)
from commissioner.vocabulary.places import CoordinateSource, Datum, PlaceEventKind, PlaceLevel, PlaceState, PlaceTag
from commissioner.vocabulary.projects import (
    DocumentFormat,
    DocumentKind,
    FundingSource,
    PeriodEventKind,
    ProjectKind,
    ProjectStage,
    RequestState,
    UpdateDecisionKind,
    UpdateState,
)
from commissioner.vocabulary.registers import EvidenceKind, Grade, RecognitionKind, SchemeState, SchemeStep
from commissioner.vocabulary.settings import SettingKey
from commissioner.vocabulary.targets import TARGET_RULES, TARGET_UNITS, CountingRule, LeftOut, TargetIndicator
from commissioner.vocabulary.visits import RaisedProblemCategory, RaisedProblemState, VisitKind, VisitState
from commissioner.vocabulary.words import N_, NC_, Placed, Word

__all__ = [
    "IMPACT_UNITS",
    "NC_",
    "N_",
    "QUANTITY_UNITS",
    "TARGET_RULES",
    "TARGET_UNITS",
    "CommissionerField",
    "CommissionerKind",
    "CoordinateSource",
    "CountingRule",
    "Datum",
    "DocumentFormat",
    "DocumentKind",
    "EvidenceKind",
    "FundingSource",
    "Grade",
    "HelpKind",
    "ImpactIndicator",
    "ImpactState",
    "Industry",
    "IntroductionKind",
    "IssuingLevel",
    "LeftOut",
    "Level",
    "MatchSide",
    "MatchState",
    "MeasurementKind",
    "NeedState",
    "OrganisationKind",
    "OverlapDecision",
    "PeriodEventKind",
    "PlaceEventKind",
    "PlaceLevel",
    "PlaceState",
    "PlaceTag",
    "Placed",
    "PostingEventKind",
    "ProjectKind",
    "ProjectStage",
    "Quantity",
    "RaisedProblemCategory",
    "RaisedProblemState",
    "RecognitionKind",
    "RequestState",
    "Role",
    "Saying",
    "SchemeState",
    "SchemeStep",
    "SettingKey",
    "TargetIndicator",
    "Unit",
    "UpdateDecisionKind",
    "UpdateState",
    "VisitKind",
    "VisitState",
    "Word",
]
