"""Stories beside the map: charts that count as the pages count, photos in scope, instructions, people, what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from commissioner.access import Actor
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_stories import story
from commissioner.domain.map_story_parts import Story
from commissioner.domain.service_days import service_days
from commissioner.models import (
    DemonstrationBase,
    Impact,
    Need,
    Place,
    Posting,
    Project,
    RaisedProblem,
    Visit,
    VisitCommissioner,
    VisitPhoto,
    db,
)
from commissioner.models.base import now
from commissioner.problems import NotFound
from commissioner.units import today
from commissioner.vocabulary import PlaceLevel, RaisedProblemCategory, RaisedProblemState, Role, VisitState
from tests.domain.test_map_layers import visit
from tests.people import COUNTY, SHUITOU

LEADER = Actor(role=Role.LEADER, region_code=COUNTY)
NEXT_TOWN = Actor(role=Role.TOWNSHIP, region_code="330326105")
IN_2022 = MapAsk(on=date(2022, 12, 31))
QUOTE = "这一做法可以推广到全市广大农村地区"
pytestmark = pytest.mark.usefixtures("pingyang")


def base_called(name: str, actor: Actor = LEADER) -> Story:
    base_id = db.session.scalar(select(DemonstrationBase.id).where(DemonstrationBase.name == name))
    return story(actor, "base", base_id or 0, IN_2022)


def chart(told: Story, title: str) -> dict[int, Decimal]:
    return next((dict(one.points) for one in told.series if one.title == title), {})


def group(told: Story, title: str) -> list[str]:
    return next(([line.text for line in one.lines] for one in told.groups if one.title == title), [])


@pytest.fixture
def village() -> Any:
    """A village of Shuitou that nobody was sent to and nobody ever came to."""
    gone = select(Visit.place_id).union(select(Posting.place_id))
    statement = select(Place).where(Place.level == PlaceLevel.VILLAGE, Place.id.not_in(gone))
    inside = Place.region_code.between(f"{SHUITOU}000", f"{SHUITOU}999")
    return db.session.scalars(statement.where(inside).order_by(Place.id)).first()


class TestShowpieces:
    def test_the_anoectochilus_base_tells_its_people_and_the_mayors_words(self) -> None:
        told = base_called("金线莲道地药材示范基地")
        assert set(group(told, "参与的科技特派员")) == {"朱建军", "邵清松"}
        assert any(QUOTE in line and "张振丰" in line for line in group(told, "领导批示"))

    def test_the_tea_garden_tells_its_area_and_its_seedlings(self) -> None:
        told = base_called("中白1号标准化茶园")
        assert chart(told, "面积") == {2022: Decimal(102)}
        brought = next(one for one in told.groups if one.key == "introductions").lines[0]
        assert (brought.text, brought.amount) == ("中白1号", Decimal(100_000))

    def test_before_the_first_line_of_the_ledger_there_is_no_area(self) -> None:
        base_id = db.session.scalar(select(DemonstrationBase.id).where(DemonstrationBase.name == "中白1号标准化茶园"))
        assert chart(story(LEADER, "base", base_id or 0, MapAsk(on=date(2022, 6, 30))), "面积") == {}


class TestCharts:
    def test_only_visits_that_count_are_in_the_bars_and_only_up_to_the_day(self, village: Any) -> None:
        visit(village, times=2)
        visit(village, state=VisitState.RETURNED)
        visit(village, starts_on=date(2022, 12, 1), ends_on=date(2022, 12, 1))
        visit(village, starts_on=date(2020, 5, 1), ends_on=date(2020, 5, 1))
        told = story(LEADER, "village", village.id, MapAsk(on=date(2022, 6, 30)))
        assert chart(told, "每年走访（计入的）") == {2018: 0, 2019: 0, 2020: 1, 2021: 0, 2022: 2}

    def test_service_days_are_those_of_the_persons_year(self) -> None:
        listed = select(VisitCommissioner.commissioner_id).join(Visit, Visit.id == VisitCommissioner.visit_id)
        busy = listed.where(Visit.starts_on.between(date(2022, 1, 1), date(2022, 12, 31)), Visit.state == "confirmed")
        posting = db.session.scalars(select(Posting).where(Posting.commissioner_id.in_(busy))).first()
        assert posting is not None
        told = story(LEADER, "posting", posting.id, IN_2022)
        year = service_days(LEADER, posting.commissioner_id, 2022)
        assert chart(told, "每年服务天数")[2022] == year.day_count > 0
        assert (told.subject, told.page_id) == ("commissioners", posting.commissioner_id)

    def test_a_bases_employment_is_its_own_without_what_was_rejected(self) -> None:
        impact = db.session.scalars(
            select(Impact).where(Impact.base_id.is_not(None), Impact.indicator == "employment", Impact.year <= 2022)
        ).first()
        assert impact is not None
        base_id, year, amount = impact.base_id or 0, impact.year, impact.amount
        assert chart(story(LEADER, "base", base_id, IN_2022), "每年带动就业")[year] == int(amount)
        impact.state = "rejected"  # type: ignore[assignment]
        db.session.flush()
        assert chart(story(LEADER, "base", base_id, IN_2022), "每年带动就业").get(year, 0) == 0

    def test_a_project_tells_its_targets_and_its_money(self) -> None:
        granted = select(Project.id).where(Project.spent_fen > 0).order_by(Project.id)
        told = story(LEADER, "project", db.session.scalars(granted).first() or 0, IN_2022)
        money = next(one for one in told.progress if one.unit is None)
        assert money.target > 0
        assert money.percent is not None
        assert any(one.unit is not None for one in told.progress)


class TestPhotos:
    def photographed(self, village: Any, number: int) -> None:
        visit(village)
        visit_id = db.session.scalar(select(func.max(Visit.id)).where(Visit.place_id == village.id))
        photos = [
            {
                "visit_id": visit_id,
                "content_sha256": f"{one:064}",
                "sent_sha256": f"{one:064}",
                "width_px": 4,
                "height_px": 3,
                "size_bytes": 9,
                "caption": "",
                "position_kept": False,
                "received_at": now(),
            }
            for one in range(number)
        ]
        db.session.execute(insert(VisitPhoto), photos)
        db.session.commit()

    def test_the_latest_four_are_shown_and_none_before_they_were_taken(self, village: Any) -> None:
        self.photographed(village, 6)
        assert len(story(LEADER, "village", village.id, IN_2022).photos) == 4
        assert story(LEADER, "village", village.id, MapAsk(on=date(2022, 6, 14))).photos == ()

    def test_a_township_shows_what_was_taken_in_its_villages(self, village: Any) -> None:
        self.photographed(village, 1)
        assert [one.topic for one in story(LEADER, "township", village.parent_id, IN_2022).photos] == ["茶园管理"]


def test_open_and_solved_problems_are_counted_as_of_the_day(village: Any) -> None:
    row = {
        "place_id": village.id,
        "region_code": village.region_code,
        "category": RaisedProblemCategory.OTHER,
        "description": "缺水",
        "raised_on": date(2022, 3, 1),
        "state": RaisedProblemState.SOLVED,
        "solved_on": date(2022, 9, 1),
    }
    db.session.execute(insert(RaisedProblem).values(**row))
    db.session.commit()
    assert story(LEADER, "village", village.id, MapAsk(on=date(2022, 6, 30))).problems == (1, 0)
    assert story(LEADER, "village", village.id, IN_2022).problems == (0, 1)


def test_instructions_are_for_those_who_may_see_the_registers() -> None:
    institution = Actor(role=Role.INSTITUTION, region_code=COUNTY, organisation_id=1)
    county = db.session.scalar(select(Place.id).where(Place.level == PlaceLevel.COUNTY, Place.code.startswith(COUNTY)))
    assert QUOTE in "".join(group(story(LEADER, "county", county or 0, IN_2022), "领导批示"))
    assert group(story(institution, "county", county or 0, IN_2022), "领导批示") == []


class TestWhatIsMissing:
    def test_a_village_nobody_serves_says_so_and_who_is_near(self, village: Any) -> None:
        told = story(LEADER, "village", village.id, MapAsk(on=today()))
        assert told.lack is not None
        assert told.lack.last_visit_on is None

    def test_a_village_that_was_visited_this_year_lacks_nothing(self, village: Any) -> None:
        visit(village)
        assert story(LEADER, "village", village.id, IN_2022).lack is None

    def test_who_sees_only_the_own_people_is_told_nothing_of_it(self, village: Any) -> None:
        own = Actor(role=Role.INSTITUTION, region_code=COUNTY, organisation_id=1)
        assert story(own, "village", village.id, IN_2022).lack is None


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("base", DemonstrationBase),
        ("posting", Posting),
        ("problem", RaisedProblem),
        ("need", Need),
        ("village", Place),
        ("township", Place),
    ],
)
def test_the_next_township_finds_no_story_of_ours(kind: str, model: Any) -> None:
    one = model
    inside = one.region_code.between(f"{SHUITOU}000", f"{SHUITOU}999")
    level = Place.level == PlaceLevel(kind) if one is Place else one.id.is_not(None)
    row_id = db.session.scalar(select(one.id).where(inside, level).order_by(one.id))
    assert row_id is not None
    with pytest.raises(NotFound):
        story(NEXT_TOWN, kind, row_id, IN_2022)
