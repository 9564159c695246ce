"""The map as of a day: what ran, stood and was open then, and what the year had come to by then."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from commissioner.access import Actor
from commissioner.domain.growth import areas_on
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.map_ask import MapAsk, end_of_month, end_of_year
from commissioner.domain.map_atlas import PAIRED, POSTED, VISITED
from commissioner.domain.map_layers import MapDocument, MapLayer, map_document
from commissioner.domain.map_states import map_state
from commissioner.domain.needs import STILL_ASKED
from commissioner.domain.open_on import OPEN_NEEDS, OPEN_PROBLEMS
from commissioner.domain.problems import UNSETTLED
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import (
    AuditEntry,
    DemonstrationBase,
    Match,
    Measurement,
    Need,
    NeedEvent,
    Pairing,
    Place,
    ProblemReply,
    Project,
    RaisedProblem,
    Visit,
    db,
)
from commissioner.models.base import now
from commissioner.units import LOCAL_ZONE, today
from commissioner.vocabulary import (
    Industry,
    Level,
    MatchState,
    MeasurementKind,
    NeedState,
    ProjectStage,
    Quantity,
    RaisedProblemCategory,
    RaisedProblemState,
    Role,
    VisitKind,
    VisitState,
)
from tests.factories import a_person, a_posting, a_village, written

LEADER = Actor(role=Role.LEADER, region_code="330326")
SHUITOU = Actor(role=Role.TOWNSHIP, region_code="330326102")
MAY, JUNE, JULY = date(2031, 5, 31), date(2031, 6, 15), date(2031, 7, 1)
DAY = timedelta(days=1)
BEFORE, AFTER = date(2022, 6, 14), date(2022, 6, 16)


def as_of(on: date, actor: Actor = LEADER, **narrowed: Any) -> MapDocument:
    """The map of a day, made anew."""
    written(AuditEntry, at=now(), account_name="", role="", action="test", subject="visits", changes={})
    return map_document(actor, MapAsk(on=on, **narrowed), map_state(actor))


def served_by(village: int, on: date) -> int:
    places = as_of(on).lines[MapLayer.VILLAGES]
    return next((place.served for place in places if place.id == village), 0)


def shown_on(layer: MapLayer, row_id: int, on: date, **narrowed: Any) -> bool:
    return any(place.id == row_id for place in as_of(on, **narrowed).lines[layer])


@pytest.fixture
def village(pingyang: Flask) -> int:
    """A village that no record names after 2022."""
    return a_village("330326105", 3)


def region_of(place_id: int) -> str:
    return str(db.session.scalar(select(Place.region_code).where(Place.id == place_id)))


def a_row(model: Any, village: int, **values: Any) -> int:
    return written(model, place_id=village, region_code=region_of(village), **values)


def a_visit_on(village: int, day: date, **more: Any) -> int:
    said = {"kind": VisitKind.SERVICE, "topic": "茶园管理", "state": VisitState.CONFIRMED, **more}
    return a_row(Visit, village, client_id=str(uuid.uuid4()), starts_on=day, ends_on=day, **said)


class TestServed:
    def test_a_posting_serves_from_its_first_to_its_last_day(self, village: int) -> None:
        a_posting(a_person(), village, JUNE, JULY)
        days = [JUNE - DAY, JUNE, JULY, JULY + DAY]
        assert [served_by(village, day) for day in days] == [0, POSTED, POSTED, 0]

    def test_a_pairing_serves_while_it_runs(self, village: int) -> None:
        helper = db.session.scalar(select(Pairing.helper_id))
        a_row(Pairing, village, helper_id=helper, starts_on=JUNE, ends_on=JULY)
        assert [served_by(village, day) for day in (JUNE - DAY, JUNE, JULY, JULY + DAY)] == [0, PAIRED, PAIRED, 0]

    def test_a_visit_serves_from_its_day_to_the_end_of_the_year(self, village: int) -> None:
        a_visit_on(village, JUNE)
        days = [JUNE - DAY, JUNE, date(2031, 12, 31), date(2032, 1, 1)]
        assert [served_by(village, day) for day in days] == [0, VISITED, VISITED, 0]

    def test_a_care_visit_is_counted_and_serves_nobody(self, village: int) -> None:
        a_visit_on(village, JUNE, kind=VisitKind.CARE)
        assert served_by(village, JUNE) == 0
        assert as_of(JUNE).figures.visits == 1

    def test_a_village_is_in_one_of_two_layers(self, village: int) -> None:
        a_visit_on(village, JUNE)
        for day in (MAY, JUNE):
            document = as_of(day)
            served = {place.id for place in document.lines[MapLayer.VILLAGES]}
            others = {place.id for place in document.lines[MapLayer.UNSERVED]}
            assert served & others == set()
            assert len(served | others) == document.figures.villages
            assert (village in served) == (day == JUNE)


class TestSoFarInTheYear:
    def test_visits_are_those_that_began_by_the_day(self, village: int) -> None:
        for day in (date(2030, 12, 31), MAY, JUNE, JULY):
            a_visit_on(village, day)
        assert [as_of(day).figures.visits for day in (MAY - DAY, MAY, JUNE, JULY)] == [0, 1, 2, 3]

    def test_a_project_counts_from_its_first_day_to_the_end_of_the_year_in_which_it_ends(self, pingyang: Flask) -> None:
        project = written(
            Project,
            title="一个项目",
            level=Level.COUNTY,
            kind="individual",
            industry=Industry.TEA,
            region_code="330326000000",
            starts_on=JUNE,
            ends_on=date(2032, 3, 1),
            stage=ProjectStage.UNDER_WAY,
        )
        days = [JUNE - DAY, JUNE, date(2032, 3, 2), date(2033, 1, 1)]
        assert [shown_on(MapLayer.PROJECTS, project, day) for day in days] == [False, True, True, False]

    @pytest.mark.parametrize("year", [2021, 2022, 2023])
    def test_at_the_end_of_a_year_it_is_what_the_year_counts(self, pingyang: Flask, year: int) -> None:
        asked = ListQuery(filters={"year": str(year)})
        for layer, name in {MapLayer.PROJECTS: "projects", MapLayer.VISITS: "visits"}.items():
            total = listed(LEADER, SUBJECTS[name].listing, asked).total
            assert as_of(date(year, 12, 31)).showing[layer].all == total, name


@pytest.mark.parametrize("actor", [LEADER, SHUITOU], ids=["leader", "township"])
@pytest.mark.parametrize("on", [date(2021, 3, 8), date(2022, 2, 28), date(2022, 6, 15), date(2022, 11, 1)])
def test_every_layer_counts_what_its_list_counts_on_that_day(pingyang: Flask, actor: Actor, on: date) -> None:
    document = as_of(on, actor)
    lists = {
        MapLayer.POSTINGS: "postings",
        MapLayer.PROJECTS: "projects",
        MapLayer.BASES: "bases",
        MapLayer.VISITS: "visits",
        MapLayer.NEEDS: "needs",
        MapLayer.PROBLEMS: "problems",
        MapLayer.PAIRINGS: "pairings",
    }
    asked = ListQuery(filters={"on": on.isoformat()})
    counted = {layer: listed(actor, SUBJECTS[name].listing, asked).total for layer, name in lists.items()}
    assert {layer: document.showing[layer].all for layer in lists} == counted
    assert sum(counted.values()) > 0


class TestBases:
    def test_a_base_stands_from_its_founding_to_its_closing(self, village: int) -> None:
        base = a_row(DemonstrationBase, village, name="茶园", industry=Industry.TEA, founded_on=JUNE, closed_on=JULY)
        days = [JUNE - DAY, JUNE, JULY, JULY + DAY]
        assert [shown_on(MapLayer.BASES, base, day) for day in days] == [False, True, True, False]

    def test_its_area_is_what_its_ledger_told_by_then(self, village: int) -> None:
        base = a_row(DemonstrationBase, village, name="茶园", industry=Industry.TEA)
        for day, kind, amount in (
            (MAY, MeasurementKind.SET, 100),
            (JUNE, MeasurementKind.ADD, 50),
            (JULY, MeasurementKind.TAKE, 30),
        ):
            written(Measurement, base_id=base, measured_on=day, quantity=Quantity.AREA, kind=kind, amount=amount)
        told = [areas_on(LEADER, day).get(base) for day in (MAY - DAY, MAY, JUNE, JULY)]
        assert told == [None, 100, 150, 120]
        line = next(place for place in as_of(JUNE).lines[MapLayer.BASES] if place.id == base)
        assert line.area_mu == 150
        assert as_of(JULY).figures.area_mu - as_of(JUNE).figures.area_mu == -30

    def test_the_area_of_all_is_the_sum_of_the_table(self, pingyang: Flask) -> None:
        document = as_of(date(2022, 12, 31))
        assert document.figures.area_mu == sum(place.area_mu or 0 for place in document.lines[MapLayer.BASES]) > 102


class TestNeeds:
    """A need is open from the day it was raised until it was settled, as far as the records tell when that was."""

    def need(self, village: int, state: NeedState) -> int:
        values = {"title": "要人", "industry": Industry.TEA, "raised_on": MAY, "state": state}
        return a_row(Need, village, **values)

    def open_on(self, need: int, *days: date) -> list[bool]:
        return [shown_on(MapLayer.NEEDS, need, day) for day in days]

    def left(self, need: int, day: date, state: NeedState = NeedState.WITHDRAWN) -> None:
        at = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL_ZONE)
        line = {"at": at, "account_name": "", "role": "", "action": "needs.amend", "subject": "needs"}
        written(AuditEntry, subject_id=need, changes={"state": ["open", state.value]}, **line)

    def test_one_that_is_still_asked_is_open_since_it_was_raised(self, village: int) -> None:
        assert self.open_on(self.need(village, NeedState.PROPOSED), MAY - DAY, MAY, JULY) == [False, True, True]

    def test_one_that_was_settled_was_open_until_the_day_of_its_audit_line(self, village: int) -> None:
        need = self.need(village, NeedState.WITHDRAWN)
        self.left(need, JUNE)
        assert self.open_on(need, MAY - DAY, MAY, JUNE - DAY, JUNE, JULY) == [False, True, True, False, False]

    def step(self, need: int, day: date, before: NeedState | None, after: NeedState) -> None:
        at = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL_ZONE)
        written(NeedEvent, need_id=need, from_state=before, state=after, happened_at=at, account_name="")

    def test_its_steps_tell_what_it_was_on_each_day(self, village: int) -> None:
        need = self.need(village, NeedState.RAISED)
        self.step(need, JUNE - DAY, NeedState.OPEN, NeedState.DECLINED)
        self.step(need, JULY, NeedState.DECLINED, NeedState.RAISED)
        days = [MAY - DAY, MAY, JUNE - 2 * DAY, JUNE - DAY, JULY - DAY, JULY]
        assert self.open_on(need, *days) == [False, True, True, False, False, True]

    def test_one_that_was_written_down_later_was_open_since_it_was_raised(self, village: int) -> None:
        need = self.need(village, NeedState.DONE)
        self.step(need, JUNE, None, NeedState.RAISED)
        self.step(need, JULY, NeedState.RAISED, NeedState.DONE)
        assert self.open_on(need, MAY - DAY, MAY, JUNE, JULY) == [False, True, True, False]

    def test_an_audit_line_that_settles_nothing_says_nothing(self, village: int) -> None:
        need = self.need(village, NeedState.WITHDRAWN)
        self.left(need, JULY, NeedState.PROPOSED)
        assert self.open_on(need, JUNE) == [False]

    @pytest.mark.parametrize("posted", [True, False], ids=["by its posting", "by the decision"])
    def test_without_an_audit_line_its_match_tells_when(self, village: int, posted: bool) -> None:
        need, person = self.need(village, NeedState.POSTED), a_person()
        posting = a_posting(person, village, JUNE) if posted else None
        decided = JUNE - DAY if posted else JUNE
        written(
            Match,
            need_id=need,
            commissioner_id=person,
            posting_id=posting,
            state=MatchState.AGREED,
            proposed_on=MAY,
            decided_on=decided,
        )
        assert self.open_on(need, MAY, JUNE - DAY, JUNE) == [True, True, False]

    def test_one_of_which_nothing_tells_when_is_claimed_open_on_no_day(self, village: int) -> None:
        assert self.open_on(self.need(village, NeedState.DONE), MAY, JUNE, JULY) == [False, False, False]

    def test_the_open_states_are_those_of_the_register(self) -> None:
        assert set(OPEN_NEEDS) == {NeedState.RAISED, *STILL_ASKED}
        assert set(OPEN_PROBLEMS) == set(UNSETTLED)


class TestProblems:
    def problem(self, village: int, state: RaisedProblemState, solved_on: date | None = None) -> int:
        values = {"description": "路不通", "category": RaisedProblemCategory.LAND, "raised_on": MAY}
        return a_row(RaisedProblem, village, state=state, solved_on=solved_on, **values)

    def open_on(self, problem: int, *days: date) -> list[bool]:
        return [shown_on(MapLayer.PROBLEMS, problem, day) for day in days]

    def test_it_is_open_until_it_is_solved(self, village: int) -> None:
        solved = self.problem(village, RaisedProblemState.SOLVED, JUNE)
        assert self.open_on(solved, MAY - DAY, MAY, JUNE - DAY, JUNE) == [False, True, True, False]
        assert self.open_on(self.problem(village, RaisedProblemState.IN_HAND), MAY, JULY) == [True, True]

    def test_one_that_was_dropped_was_open_until_somebody_said_so(self, village: int) -> None:
        dropped = self.problem(village, RaisedProblemState.DROPPED)
        assert self.open_on(dropped, MAY) == [False]
        said = datetime(2031, 6, 15, 9, tzinfo=LOCAL_ZONE)
        written(ProblemReply, problem_id=dropped, account_name="", said_at=said, state=RaisedProblemState.DROPPED)
        assert self.open_on(dropped, MAY, JUNE - DAY, JUNE) == [True, True, False]


class TestFilters:
    def test_what_has_no_level_is_not_shown_by_level(self, pingyang: Flask) -> None:
        document = as_of(date(2022, 11, 30), level=Level.PROVINCIAL)
        assert all(document.showing[one].all == 0 for one in (MapLayer.NEEDS, MapLayer.PROBLEMS, MapLayer.PAIRINGS))
        assert document.showing[MapLayer.POSTINGS].all > 0

    def test_needs_are_narrowed_by_industry(self, pingyang: Flask) -> None:
        everything = as_of(date(2022, 11, 30)).showing[MapLayer.NEEDS].all
        assert 0 < as_of(date(2022, 11, 30), industry=Industry.TEA).showing[MapLayer.NEEDS].all < everything


class TestNothingIsCut:
    def test_what_has_no_spot_is_counted_and_said(self, pingyang: Flask) -> None:
        before = as_of(date(2022, 12, 31))
        assert all(one.shown == one.all for one in before.showing.values())
        town = db.session.scalar(select(Place.id).where(Place.region_code == "330326102000"))
        db.session.rollback()
        with db.engine.begin() as connection:
            here = Place.__table__.c
            connection.execute(
                update(Place.__table__)
                .where(here.id == town)
                .values(latitude_deg=None, longitude_deg=None, coordinate_source=None)
            )
        after = as_of(date(2022, 12, 31))
        assert after.figures == before.figures
        for layer in (MapLayer.TOWNSHIPS, MapLayer.VILLAGES, MapLayer.VISITS, MapLayer.POSTINGS):
            assert after.showing[layer].shown < after.showing[layer].all == before.showing[layer].all, layer


def test_a_year_or_a_month_that_runs_is_asked_as_of_today() -> None:
    now_ = today()
    assert end_of_year(now_.year) == now_ == end_of_month(now_.year, now_.month)
    assert end_of_year(2022) == date(2022, 12, 31)
    assert end_of_month(2024, 2) == date(2024, 2, 29)


def test_two_days_and_two_scopes_are_two_answers(pingyang: Flask) -> None:
    told = {as_of(day, actor).etag for day in (BEFORE, AFTER, date(2021, 6, 15)) for actor in (LEADER, SHUITOU)}
    assert len(told) >= 5
