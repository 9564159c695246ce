"""Which tables a data set may hold, in the order that their rows need each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from commissioner import models
from commissioner.models.base import REGION_CODE_LENGTH

BY_THE_DATABASE = frozenset({"id", "created_at", "updated_at", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A column of several keys that stands for rows of a link table; ``first`` is the flag that the first one carries."""

    column: str
    model: Any
    own: str
    other: str
    first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedTable:
    """A table, the columns that name a row in the files, the row it belongs to, and its links."""

    model: Any
    key: tuple[str, ...] = ("seed_key",)
    owner: str = ""
    links: tuple[Link, ...] = ()

    @property
    def name(self) -> str:
        """The table's name, which is also the file's."""
        return str(self.model.__tablename__)

    @property
    def file(self) -> str:
        """The name of the file that holds its rows."""
        return f"{self.name}.csv"

    @property
    def columns(self) -> set[str]:
        """What the header of the file may name."""
        own = {column.name for column in self.model.__table__.columns}
        return (own - BY_THE_DATABASE) | {link.column for link in self.links}


def whole_code(prefix: str) -> str:
    """The 12-digit code of the division that ``prefix`` stands for."""
    return prefix.ljust(REGION_CODE_LENGTH, "0")


TABLES: tuple[SeedTable, ...] = (
    SeedTable(
        model=models.Place,
        key=("code",),
        links=(Link(column="tags", model=models.PlaceTagging, own="place_id", other="tag"),),
    ),
    SeedTable(model=models.PlaceEvent, key=("place_id", "kind", "happened_on"), owner="place_id"),
    SeedTable(model=models.Organisation),
    SeedTable(model=models.Commissioner),
    SeedTable(model=models.TeamMember, key=("team_id", "member_id", "starts_on"), owner="team_id"),
    SeedTable(model=models.Batch),
    SeedTable(model=models.Posting),
    SeedTable(model=models.Need),
    SeedTable(model=models.Match),
    SeedTable(
        model=models.Project,
        links=(
            Link(column="places", model=models.ProjectPlace, own="project_id", other="place_id"),
            Link(
                column="commissioners",
                model=models.ProjectCommissioner,
                own="project_id",
                other="commissioner_id",
                first="leads",
            ),
        ),
    ),
    SeedTable(model=models.StepRule),
    SeedTable(model=models.StageChange, key=("project_id", "stage", "reached_on"), owner="project_id"),
    SeedTable(model=models.Funding, key=("project_id", "source"), owner="project_id"),
    SeedTable(model=models.FundingReceipt, owner="funding_id"),
    SeedTable(model=models.ProjectTarget, key=("project_id", "name"), owner="project_id"),
    SeedTable(model=models.TargetPart, key=("target_id", "name"), owner="target_id"),
    SeedTable(model=models.Milestone, key=("project_id", "title"), owner="project_id"),
    SeedTable(model=models.ProjectUpdate, owner="project_id"),
    SeedTable(model=models.UpdateFigure, key=("update_id", "target_id"), owner="update_id"),
    SeedTable(model=models.UpdateSpending, key=("update_id", "funding_id"), owner="update_id"),
    SeedTable(model=models.PartFigure, key=("update_id", "part_id"), owner="update_id"),
    SeedTable(model=models.ReportingPeriod),
    SeedTable(model=models.PeriodEvent, key=("period_id", "happened_at"), owner="period_id"),
    SeedTable(
        model=models.DemonstrationBase,
        links=(
            Link(column="commissioners", model=models.BaseCommissioner, own="base_id", other="commissioner_id"),
            Link(column="projects", model=models.BaseProject, own="base_id", other="project_id"),
        ),
    ),
    SeedTable(model=models.Measurement, owner="base_id"),
    SeedTable(model=models.Introduction),
    SeedTable(model=models.Training),
    SeedTable(model=models.Campaign),
    SeedTable(
        model=models.Visit,
        links=(Link(column="commissioners", model=models.VisitCommissioner, own="visit_id", other="commissioner_id"),),
    ),
    SeedTable(model=models.CampaignStop),
    SeedTable(model=models.RaisedProblem),
    SeedTable(model=models.Impact),
    SeedTable(
        model=models.Briefing,
        links=(
            Link(column="commissioners", model=models.BriefingCommissioner, own="briefing_id", other="commissioner_id"),
        ),
    ),
    SeedTable(model=models.Instruction),
    SeedTable(model=models.Pairing),
    SeedTable(model=models.Recognition),
    SeedTable(model=models.IndicatorResult),
    SeedTable(model=models.EvaluationScheme),
    SeedTable(model=models.SchemeCriterion, key=("scheme_id", "name"), owner="scheme_id"),
    SeedTable(model=models.SchemeGrade, key=("scheme_id", "grade"), owner="scheme_id"),
    SeedTable(model=models.Evaluation, key=("scheme_id", "commissioner_id"), owner="scheme_id"),
)
