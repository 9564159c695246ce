"""Where figures come from: one per owner and year, nobody counted twice, a person decides on overlaps (domain.md §5.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from commissioner.domain import records
from commissioner.domain.employment import WhyNot, cumulative_in, decide_overlap, employment_in, impact_in, impacts_in
from commissioner.domain.impacts import IMPACTS, same_figure
from commissioner.models import AuditEntry, Impact, db
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import ImpactIndicator, ImpactState, OverlapDecision, Role, Unit
from tests.factories import an_actor, an_officer
from tests.people import NEXT_COUNTY
from tests.projects import a_project, somebody
from tests.results import YEAR, a_base, a_figure, a_place


def entered(**changes: Any) -> dict[str, Any]:
    """A figure as the form says it."""
    return {
        "indicator": ImpactIndicator.EMPLOYMENT,
        "year": YEAR,
        "amount": Decimal(12),
        "project_id": None,
        "base_id": None,
        "state": ImpactState.REPORTED,
        **changes,
    }


def refused(actor: Any, **changes: Any) -> set[str]:
    """The fields that are refused."""
    with pytest.raises(Invalid) as problem:
        records.create(actor, IMPACTS, entered(**changes))
    return set(problem.value.fields)


def test_employment_is_the_sum_over_owners(app: Flask) -> None:
    a_figure(30, project_id=a_project())
    a_figure(12, base_id=a_base(a_place()))
    assert employment_in(an_officer(), YEAR).total_persons == 42


def test_only_the_year_asked_counts(app: Flask) -> None:
    project_id = a_project()
    a_figure(30, project_id=project_id, year=2021)
    a_figure(40, project_id=project_id)
    assert employment_in(an_officer(), YEAR).total_persons == 40


def test_a_rejected_figure_enters_no_sum_and_hides_no_other(app: Flask) -> None:
    project_id = a_project()
    a_figure(30, project_id=project_id, state=ImpactState.REJECTED)
    a_figure(12, base_id=a_base(a_place(), project_id))
    told = employment_in(an_officer(), YEAR)
    assert told.total_persons == 12
    assert [row.why_not for row in told.rows] == [WhyNot.REJECTED, None]


def test_a_base_of_a_project_that_reports_counts_once(app: Flask) -> None:
    project_id = a_project()
    a_figure(30, project_id=project_id)
    a_figure(12, base_id=a_base(a_place(), project_id))
    told = employment_in(an_officer(), YEAR)
    assert told.total_persons == 30
    assert [(row.amount, [one.amount for one in row.overlaps]) for row in told.overlapping] == [(12, [30])]
    assert told.overlapping[0].why_not is WhyNot.UNDECIDED


def test_a_base_of_a_project_that_does_not_report_counts(app: Flask) -> None:
    a_figure(12, base_id=a_base(a_place(), a_project()))
    assert employment_in(an_officer(), YEAR).total_persons == 12


def test_a_base_of_two_projects_is_one_row(app: Flask) -> None:
    first, second = a_project(), a_project()
    a_figure(30, project_id=first)
    a_figure(20, project_id=second)
    a_figure(12, base_id=a_base(a_place(), first, second))
    told = employment_in(an_officer(), YEAR)
    assert (told.total_persons, len(told.rows)) == (50, 3)
    assert [one.amount for one in told.overlapping[0].overlaps] == [30, 20]


def test_a_person_decides_on_an_overlap_and_may_take_it_back(app: Flask) -> None:
    project_id = a_project()
    a_figure(30, project_id=project_id)
    officer, figure_id = an_officer(), a_figure(12, base_id=a_base(a_place(), project_id))
    totals = []
    for decision in (OverlapDecision.DIFFERENT_PEOPLE, OverlapDecision.SAME_PEOPLE, None):
        decide_overlap(officer, figure_id, decision)
        totals.append((employment_in(officer, YEAR).total_persons, employment_in(officer, YEAR).overlapping[0].why_not))
    assert totals == [(42, None), (30, WhyNot.SAME_PEOPLE), (30, WhyNot.UNDECIDED)]
    db.session.rollback()
    assert db.session.query(AuditEntry).filter_by(action="impacts.decide_overlap").count() == 3


def test_only_who_verifies_decides(app: Flask) -> None:
    figure_id = a_figure(12, base_id=a_base(a_place(), a_project()))
    for role in (Role.TOWNSHIP, Role.LEADER):
        with pytest.raises(NotFound):
            decide_overlap(an_actor(role), figure_id, OverlapDecision.DIFFERENT_PEOPLE)


def test_a_projects_figure_has_no_overlap_to_decide(app: Flask) -> None:
    with pytest.raises(Invalid):
        decide_overlap(an_officer(), a_figure(12, project_id=a_project()), OverlapDecision.SAME_PEOPLE)


def test_another_county_sees_and_decides_nothing(app: Flask) -> None:
    figure_id = a_figure(12, base_id=a_base(a_place()))
    stranger = an_actor(Role.OFFICER, NEXT_COUNTY)
    assert employment_in(stranger, YEAR).rows == ()
    with pytest.raises(NotFound):
        decide_overlap(stranger, figure_id, OverlapDecision.SAME_PEOPLE)


def test_indicators_stay_apart_each_in_its_unit(app: Flask) -> None:
    project_id = a_project()
    a_figure(30, project_id=project_id)
    a_figure("12.50", ImpactIndicator.OUTPUT_VALUE, project_id=project_id)
    officer = an_officer()
    told = {key: (one.total, one.unit) for key, one in impacts_in(officer, YEAR).items()}
    assert told == {
        ImpactIndicator.EMPLOYMENT: (Decimal(30), Unit.PERSONS),
        ImpactIndicator.OUTPUT_VALUE: (Decimal("12.50"), Unit.WAN_YUAN),
    }
    assert impact_in(officer, YEAR, ImpactIndicator.OUTPUT_VALUE).total == Decimal("12.50")


def test_money_is_added_over_years_apart_from_the_year_and_people_are_not(app: Flask) -> None:
    officer, project_id = an_officer(), a_project()
    output = ImpactIndicator.OUTPUT_VALUE
    for year, amount in ((2020, 5), (2021, 7), (2022, 9), (2023, 11)):
        a_figure(amount, output, project_id=project_id, year=year)
    a_figure(4, output, base_id=a_base(a_place(), project_id), year=2021)
    assert (impact_in(officer, YEAR, output).total, cumulative_in(officer, YEAR, output)) == (9, 21)
    assert cumulative_in(officer, YEAR, ImpactIndicator.EMPLOYMENT) is None


def test_a_figure_has_one_owner(app: Flask) -> None:
    project_id, base_id, officer = a_project(), a_base(a_place()), an_officer()
    assert refused(officer) == {"project_id"}
    assert refused(officer, project_id=project_id, base_id=base_id) == {"project_id"}


def test_an_owner_has_one_figure_a_year(app: Flask) -> None:
    project_id, officer = a_project(), an_officer()
    first = records.create(officer, IMPACTS, entered(project_id=project_id))
    assert refused(officer, project_id=project_id) == {"amount"}
    records.amend(officer, IMPACTS, first, entered(project_id=project_id, amount=Decimal(15)), 1)
    records.create(officer, IMPACTS, entered(project_id=project_id, year=YEAR - 1))
    assert employment_in(officer, YEAR).total_persons == 15


def test_the_unit_follows_the_indicator(app: Flask) -> None:
    made = records.create(
        an_officer(),
        IMPACTS,
        entered(indicator=ImpactIndicator.INCOME_GAIN, project_id=a_project(), amount=Decimal("3.5")),
    )
    db.session.rollback()
    assert db.session.get_one(Impact, made).unit is Unit.WAN_YUAN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(1_000_001)}, "amount"),
        ({"amount": Decimal("1.5")}, "amount"),
        ({"year": 1998}, "year"),
        ({"year": today().year + 1}, "year"),
    ],
)
def test_absurd_figures_are_refused(app: Flask, changes: dict[str, Any], field: str) -> None:
    assert refused(an_officer(), project_id=a_project(), **changes) == {field}


def test_a_commissioner_reports_but_does_not_verify(app: Flask) -> None:
    person = somebody()
    project_id = a_project(person)
    assert refused(person, project_id=project_id, state=ImpactState.VERIFIED) == {"state"}
    figure_id = records.create(person, IMPACTS, entered(project_id=project_id))
    verified = entered(project_id=project_id, state=ImpactState.VERIFIED)
    records.amend(an_officer(), IMPACTS, figure_id, verified, 1)
    with pytest.raises(Invalid) as problem:
        records.amend(person, IMPACTS, figure_id, entered(project_id=project_id, amount=Decimal(99)), 2)
    assert set(problem.value.fields) == {"state"}


def test_the_same_figure_is_told_year_by_year(app: Flask) -> None:
    project_id = a_project()
    for year, amount in ((2020, 8), (2021, 9)):
        a_figure(amount, project_id=project_id, year=year)
    a_figure(99, project_id=a_project())
    told = same_figure(an_officer(), a_figure(10, project_id=project_id))
    assert [(one.year, one.amount) for one in told] == [(2020, 8), (2021, 9), (2022, 10)]
