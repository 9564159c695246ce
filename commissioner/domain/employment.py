"""Where the figures came from: sums of impacts that count nobody twice (domain.md §5.3), and who decides on overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select, union_all
from sqlalchemy.orm import aliased

from commissioner.access import Actor, Permission, ids, scope
from commissioner.domain.changes import change
from commissioner.domain.impacts import IMPACTS, OWNER, refuse_locked
from commissioner.domain.pages import Pointer
from commissioner.domain.records import find_row
from commissioner.models import BaseProject, DemonstrationBase, Impact, Project, db
from commissioner.problems import Invalid
from commissioner.vocabulary import IMPACT_UNITS, N_, ImpactIndicator, ImpactState, OverlapDecision, Unit, Word

# The same people and households work on next year; only money is earned anew.
ADDED_OVER_YEARS = frozenset({Unit.WAN_YUAN})
OWNERS = ((Impact.project_id, Project), (Impact.base_id, DemonstrationBase))


class WhyNot(Word):
    """Why a figure enters no sum."""

    REJECTED = "rejected", N_("不采纳的数字不计")
    SAME_PEOPLE = "same_people", N_("与项目填的是同一批，只算项目的")
    UNDECIDED = "undecided", N_("所属项目也填了，先只算项目的，待认定")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One owner's figure: whether it is counted, why not, and the project figures that it overlaps with."""

    impact_id: int
    owner: Pointer
    amount: Decimal
    unit: Unit
    state: ImpactState
    why_not: WhyNot | None
    overlaps: tuple[Share, ...] = ()
    decision: OverlapDecision | None = None
    evidence: str = ""
    illustrative: bool = False

    @property
    def counted(self) -> bool:
        """Whether it enters the sum."""
        return self.why_not is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactSum:
    """One indicator in one year, in its one unit, with every figure behind it."""

    indicator: ImpactIndicator
    year: int
    unit: Unit
    rows: tuple[Share, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the counted figures."""
        return sum((row.amount for row in self.rows if row.counted), Decimal(0))

    @property
    def overlapping(self) -> tuple[Share, ...]:
        """The bases' figures that a person decides on."""
        return tuple(row for row in self.rows if row.overlaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision was about."""

    year: int
    indicator: ImpactIndicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment(ImpactSum):
    """Farmers' employment generated, in persons."""

    @property
    def total_persons(self) -> int:
        """Persons, each counted once."""
        return int(self.total)


def employment_in(actor: Actor, year: int) -> Employment:
    """Farmers' employment in ``year``: one figure per owner, a base that belongs to a project counts once."""
    rows = impact_in(actor, year, ImpactIndicator.EMPLOYMENT).rows
    return Employment(indicator=ImpactIndicator.EMPLOYMENT, year=year, unit=Unit.PERSONS, rows=rows)


def employment_over(actor: Actor, years: range) -> Mapping[int, int]:
    """Farmers' employment of each of ``years``, in persons: the database adds what ``counted_once`` counts."""
    standing, own = aliased(Impact), ImpactIndicator.EMPLOYMENT
    # Each with the index of its owners: where few are seen, the figures of all others are not looked at.
    mine = [_seen(actor, column, model) for column, model in OWNERS]
    of_its_project = (
        exists()
        .where(BaseProject.base_id == Impact.base_id, standing.project_id == BaseProject.project_id)
        .where(standing.indicator == own, standing.year == Impact.year, standing.state != ImpactState.REJECTED)
        .where(_seen(actor, standing.project_id, Project))
        .correlate(Impact)
    )
    decided = func.coalesce(Impact.overlap == OverlapDecision.DIFFERENT_PEOPLE, false())
    conditions = (
        Impact.indicator == own,
        Impact.year.between(years[0], years[-1]),
        Impact.state != ImpactState.REJECTED,
    )
    added = select(Impact.year, func.sum(Impact.amount, type_=Impact.amount.type).label("total")).group_by(Impact.year)
    of_projects, of_bases = mine[0], mine[1] & or_(decided, ~of_its_project)
    found = dict.fromkeys(years, Decimal(0))
    for year, total in db.session.execute(
        union_all(*(added.where(*conditions, counted) for counted in (of_projects, of_bases)))
    ):
        found[year] += total
    return {year: int(found[year]) for year in years}


def _seen(actor: Actor, column: Any, owner: Any) -> ColumnElement[bool]:
    """Of an owner in scope; whoever sees all owners need not look them up."""
    everywhere = actor.is_territorial and not actor.region_code
    seen: ColumnElement[bool] = column.is_not(None) if everywhere else column.in_(ids(actor, owner))
    return seen


def employment_of(actor: Actor, years: range, *owners: ColumnElement[bool]) -> Mapping[int, int]:
    """What the figures of ``owners`` come to in each of ``years``, by themselves: in persons, in one query."""
    indicator = ImpactIndicator.EMPLOYMENT
    within_years = Impact.year.between(years[0], years[-1])
    figures = _figures_where(actor, Impact.indicator == indicator, within_years, *owners)
    return {
        year: int(counted_once(year, indicator, [one for one in figures if one.year == year]).total) for year in years
    }


def impact_in(actor: Actor, year: int, indicator: ImpactIndicator) -> ImpactSum:
    """One indicator in ``year``."""
    return counted_once(year, indicator, _figures(actor, year, Impact.indicator == indicator))


def impacts_in(actor: Actor, year: int) -> Mapping[ImpactIndicator, ImpactSum]:
    """Every indicator that has figures in ``year``, in one query; never added across units."""
    figures = _figures(actor, year)
    return {
        one: counted_once(year, one, rows)
        for one in ImpactIndicator
        if (rows := [row for row in figures if row.indicator is one])
    }


def cumulative_in(actor: Actor, year: int, indicator: ImpactIndicator) -> Decimal | None:
    """Money up to and with ``year``, a figure of its own (§5.4); ``None`` for what cannot be added over years."""
    if IMPACT_UNITS[indicator] not in ADDED_OVER_YEARS:
        return None
    figures = _figures_where(actor, Impact.year <= year, Impact.indicator == indicator)
    years = {one.year for one in figures}
    sums = (counted_once(each, indicator, [one for one in figures if one.year == each]) for each in years)
    return sum((one.total for one in sums), Decimal(0))


def decide_overlap(actor: Actor, impact_id: int, decision: OverlapDecision | None) -> Decided:
    """Say whether a base's figure means the same people as its project's; ``None`` takes the decision back."""
    actor.must(Permission.VERIFY_IMPACT)
    with change(actor, "impacts.decide_overlap") as entry:
        row = find_row(actor, IMPACTS, impact_id, lock=True)
        if row.base_id is None:
            raise Invalid(message=N_("只有示范基地的数字才要认定是否与项目重复。"))
        refuse_locked(row)
        entry.watch(row)
        row.overlap = decision
        row.version += 1
        return Decided(year=row.year, indicator=row.indicator)


def _figures(actor: Actor, year: int, *conditions: Any) -> Sequence[Any]:
    return _figures_where(actor, Impact.year == year, *conditions)


def _figures_where(actor: Actor, *conditions: Any) -> Sequence[Any]:
    """The figures under ``conditions``; a base's figure comes once for each project that the base belongs to."""
    statement = (
        select(
            Impact.id,
            Impact.indicator,
            Impact.year,
            Impact.amount,
            Impact.state,
            Impact.overlap,
            Impact.evidence,
            Impact.illustrative,
            Impact.project_id,
            Impact.base_id,
            OWNER.label("owner"),
            BaseProject.project_id.label("belongs_to_id"),
        )
        .outerjoin(BaseProject, BaseProject.base_id == Impact.base_id)
        .where(scope(actor, Impact), *conditions)
        .order_by(Impact.amount.desc(), Impact.id)
    )
    return db.session.execute(statement).all()


def counted_once(year: int, indicator: ImpactIndicator, figures: Iterable[Any]) -> ImpactSum:
    """The sum of ``figures`` of one indicator and year, those of one id beside each other: nobody is counted twice."""
    grouped = [tuple(group) for _, group in groupby(figures, key=lambda one: one.id)]
    of_projects = {group[0].project_id: _share(group[0], None) for group in grouped if group[0].project_id}
    standing = {key: share for key, share in of_projects.items() if share.state is not ImpactState.REJECTED}
    rows = tuple(
        of_projects[group[0].project_id] if group[0].project_id else _share_of_base(group, standing)
        for group in grouped
    )
    return ImpactSum(indicator=indicator, year=year, unit=IMPACT_UNITS[indicator], rows=rows)


def _share_of_base(group: Sequence[Any], standing: Mapping[int, Share]) -> Share:
    overlaps = tuple(standing[one.belongs_to_id] for one in group if one.belongs_to_id in standing)
    if not overlaps or group[0].overlap is OverlapDecision.DIFFERENT_PEOPLE:
        return _share(group[0], None, overlaps)
    decided = group[0].overlap is OverlapDecision.SAME_PEOPLE
    return _share(group[0], WhyNot.SAME_PEOPLE if decided else WhyNot.UNDECIDED, overlaps)


def _share(figure: Any, why_not: WhyNot | None, overlaps: tuple[Share, ...] = ()) -> Share:
    rejected = figure.state is ImpactState.REJECTED
    subject, owner_id = ("projects", figure.project_id) if figure.project_id else ("bases", figure.base_id)
    return Share(
        impact_id=figure.id,
        owner=Pointer(subject=subject, id=owner_id, label=figure.owner),
        amount=figure.amount,
        unit=IMPACT_UNITS[figure.indicator],
        state=figure.state,
        why_not=WhyNot.REJECTED if rejected else why_not,
        overlaps=() if rejected else overlaps,
        decision=figure.overlap,
        evidence=figure.evidence,
        illustrative=figure.illustrative,
    )
