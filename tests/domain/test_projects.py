"""Projects as the bureau keeps them: found by year, place and person, with dated stages that the present one follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from commissioner.access import Actor
from commissioner.domain import records
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.pages import record_page
from commissioner.domain.project_lines import FUNDINGS
from commissioner.domain.project_story import project_story
from commissioner.domain.projects import PROJECTS
from commissioner.domain.targets import TARGETS
from commissioner.models import Milestone, Place, ProjectCommissioner, ProjectPlace, ProjectUpdate, UpdateFigure, db
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import FundingSource, Industry, Level, PlaceLevel, ProjectKind, ProjectStage, Unit
from tests.factories import an_officer, written
from tests.projects import a_project, a_target, an_update, somebody


def found(actor: Actor, **filters: str) -> set[int]:
    """Ids of the projects that a filtered list shows."""
    return {row["id"] for row in listed(actor, PROJECTS.listing, ListQuery(filters=filters, size=100)).rows}


def entered(**changes: Any) -> dict[str, Any]:
    """A project as the bureau's form says it."""
    return {
        "title": "有机茶示范",
        "level": Level.COUNTY,
        "kind": ProjectKind.GENERAL,
        "industry": Industry.TEA,
        "commissioners": (),
        **changes,
    }


def test_a_project_counts_in_every_year_it_runs(app: Flask) -> None:
    officer = an_officer()
    project_id = a_project(starts_on=date(2021, 11, 1), ends_on=date(2023, 2, 28))
    shown = {year for year in range(2019, 2026) if found(officer, year=str(year)) == {project_id}}
    assert shown == {2021, 2022, 2023}


def test_a_project_only_applied_for_is_not_implemented(app: Flask) -> None:
    a_project(stage=ProjectStage.APPLIED)
    assert found(an_officer(), year="2022") == set()


def test_projects_are_found_by_person_and_township(app: Flask) -> None:
    officer, wang = an_officer(), somebody()
    mine, other = a_project(wang), a_project()
    code = "330326102000"
    place_id = written(Place, code=code, region_code=code, name="水头镇", level=PlaceLevel.TOWNSHIP)
    written(ProjectPlace, project_id=other, place_id=place_id, region_code=code)
    assert found(officer, commissioner=str(wang.commissioner_id)) == {mine}
    assert found(officer, township="330326102") == {other}
    assert found(officer, township="330326103") == set()
    assert found(officer, place=str(place_id)) == {other}


def test_the_one_marked_leads_else_the_first(app: Flask) -> None:
    officer, wang, li = an_officer(), somebody("王"), somebody("李")
    project_id = a_project(wang, li)
    (row,) = listed(officer, PROJECTS.listing, ListQuery()).rows
    assert row["lead"] == "王"
    db.session.rollback()
    with db.engine.begin() as connection:
        is_li = ProjectCommissioner.commissioner_id == li.commissioner_id
        connection.execute(update(ProjectCommissioner).where(is_li).values(leads=True))
    assert project_story(officer, project_id).history.lead == "李"


def test_many_projects_have_no_number_but_no_two_have_one(app: Flask) -> None:
    officer = an_officer()
    for _ in range(2):
        records.create(officer, PROJECTS, entered(number=""))
    records.create(officer, PROJECTS, entered(number="平科2022-1"))
    with pytest.raises(Invalid) as refused:
        records.create(officer, PROJECTS, entered(number="平科2022-1"))
    assert set(refused.value.fields) == {"number"}


def test_a_project_does_not_end_before_it_starts(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        records.create(an_officer(), PROJECTS, entered(starts_on=date(2022, 5, 1), ends_on=date(2022, 4, 30)))
    assert set(refused.value.fields) == {"ends_on"}


def test_a_source_pays_once(app: Flask) -> None:
    officer = an_officer()
    project_id = a_project()
    line = {"project_id": project_id, "source": FundingSource.OWN, "granted_fen": 500}
    records.create(officer, FUNDINGS, line)
    with pytest.raises(Invalid) as refused:
        records.create(officer, FUNDINGS, line)
    assert set(refused.value.fields) == {"source"}


def test_the_unit_of_a_reported_target_stays(app: Flask) -> None:
    officer = an_officer()
    project_id = a_project()
    target_id = a_target(project_id)
    draft = {"project_id": project_id, "name": "示范面积", "unit": Unit.HOUSEHOLDS, "target_value": 3}
    records.amend(officer, TARGETS, target_id, draft, 1)

    update_id = written(
        ProjectUpdate, project_id=project_id, reported_on=today(), stage=ProjectStage.UNDER_WAY, spent_fen=0
    )
    written_figure(update_id, target_id)
    with pytest.raises(Invalid) as refused:
        records.amend(officer, TARGETS, target_id, {**draft, "unit": Unit.MU}, 1)
    assert set(refused.value.fields) == {"unit"}
    records.amend(officer, TARGETS, target_id, {**draft, "target_value": 5}, 2)


def written_figure(update_id: int, target_id: int) -> None:
    """A figure of an update."""
    db.session.rollback()
    with db.engine.begin() as connection:
        figure = {"update_id": update_id, "target_id": target_id, "actual_value": 1}
        connection.execute(insert(UpdateFigure).values(**figure))


def test_milestones_are_late_soon_or_done(app: Flask) -> None:
    project_id = a_project()
    days = {"很久以前": -400, "昨天": -1, "今天": 0, "下个月": 30, "以后": 31}
    for title, ahead in days.items():
        done_on = today() if title == "很久以前" else None
        written(Milestone, project_id=project_id, title=title, due_on=today() + timedelta(days=ahead), done_on=done_on)
    lines = project_story(an_officer(), project_id).milestones
    assert [line.title for line in lines if line.is_late] == ["昨天"]
    assert [line.title for line in lines if line.is_soon] == ["今天", "下个月"]


def test_nothing_is_late_once_a_project_is_over(app: Flask) -> None:
    project_id = a_project(stage=ProjectStage.TERMINATED)
    written(Milestone, project_id=project_id, title="验收", due_on=date(2022, 1, 1))
    (line,) = project_story(an_officer(), project_id).milestones
    assert not line.is_late


def test_a_stranger_has_no_page(app: Flask) -> None:
    stranger = somebody()
    project_id = a_project()
    with pytest.raises(NotFound):
        record_page(stranger, PROJECTS, project_id)
    with pytest.raises(NotFound):
        project_story(stranger, project_id)
    assert an_update(an_officer(), project_id).version == 0
