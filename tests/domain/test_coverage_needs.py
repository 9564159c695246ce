"""Coverage as a need: what a place goes without on a day, who could help it, and what nobody may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from commissioner.access import Actor
from commissioner.domain import programme
from commissioner.domain.coverage_help import Helper, helpers_for
from commissioner.domain.coverage_needs import CoverageAsk, Missing, PlaceNeed, coverage_needs, every_need
from commissioner.models import AuditEntry, Commissioner, Place, Posting, ProgrammeSetting, db
from commissioner.models.base import now
from commissioner.problems import NotFound
from commissioner.units import today
from commissioner.vocabulary import Industry, NeedState, PlaceLevel, Role, SettingKey, VisitState
from tests.domain.test_map_layers import visit
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_officer
from tests.needs import a_need, put
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU

OFFICER = Actor(role=Role.OFFICER, region_code=COUNTY)
TOWNSHIP = Actor(role=Role.TOWNSHIP, region_code=SHUITOU)
DAYS = 90


def changed() -> None:
    """The audit line that a change writes."""
    line = {"at": now(), "account_name": "", "role": "", "action": "test", "subject": "postings", "changes": {}}
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(insert(AuditEntry).values(**line))


def told(place_id: int, actor: Actor = OFFICER, **ask: object) -> PlaceNeed:
    return next(one for one in every_need(actor, CoverageAsk(on=ask.get("on", today()))) if one.id == place_id)


def helper_of(place_id: int, actor: Actor = OFFICER) -> Helper | None:
    """Who could help one place, asked as the page asks: by what the place goes without."""
    township = db.session.scalar(select(Place.region_code).where(Place.id == place_id))[:9]
    found = coverage_needs(actor, CoverageAsk(on=today(), township=township))
    while place_id not in [one.id for one in found.rows]:
        found = coverage_needs(actor, CoverageAsk(on=today(), township=township, number=2))
    return helpers_for(actor, found).get(place_id)


@pytest.fixture
def quiet(pingyang: Flask) -> int:
    """A village of Shuitou that nobody is sent to, nobody came to, and that asks for nothing."""
    with db.engine.begin() as connection:
        connection.execute(insert(ProgrammeSetting).values(key=SettingKey.COVERAGE_DAYS, value=str(DAYS)))
    programme.forget()
    nothing = (one for one in every_need(OFFICER, CoverageAsk(on=today(), township=SHUITOU)) if not one.needs)
    return next(one.id for one in nothing if one.level is PlaceLevel.VILLAGE and not one.posted and not one.visited)


def test_a_posting_that_names_the_village_ends_the_lack_on_its_days_alone(quiet):
    began = today() - timedelta(days=10)
    assert told(quiet).lacks(Missing.POSTING)
    a_posting(a_person(), quiet, began, today() + timedelta(days=5))
    changed()

    assert not told(quiet).lacks(Missing.POSTING)
    assert told(quiet, on=began - timedelta(days=1)).lacks(Missing.POSTING)


def test_a_township_is_posted_through_any_of_its_villages(quiet):
    with db.engine.begin() as connection:
        connection.execute(
            update(Posting).values(ends_on=today() - timedelta(days=1)).where(Posting.starts_on < today())
        )
    changed()
    code = db.session.scalar(select(Place.region_code).where(Place.id == quiet))[:9]
    town = db.session.scalar(select(Place.id).where(Place.region_code == f"{code}000"))
    assert told(town).lacks(Missing.POSTING)
    a_posting(a_person(), quiet, today())
    changed()

    assert not told(town).lacks(Missing.POSTING)


@pytest.mark.parametrize(("ago", "late"), [(DAYS - 1, False), (DAYS, True)])
def test_the_last_of_the_days_still_counts_and_the_day_before_does_not(quiet, ago, late):
    place = db.session.get_one(Place, quiet)
    day = today() - timedelta(days=ago)
    visit(place, starts_on=day, ends_on=day)

    assert told(quiet).lacks(Missing.VISIT) is late
    found = coverage_needs(OFFICER, CoverageAsk(on=today(), township=SHUITOU, missing=Missing.ANY))
    assert all(found.last_visits[one.id] == day for one in found.rows if one.id == quiet)


def test_a_visit_that_was_sent_back_is_none(quiet):
    visit(db.session.get_one(Place, quiet), starts_on=today(), ends_on=today(), state=VisitState.RETURNED)

    assert told(quiet).lacks(Missing.VISIT)


def test_without_a_number_of_days_nothing_is_late(pingyang):
    found = coverage_needs(OFFICER, CoverageAsk(on=today()))

    assert found.visit_days is None
    assert found.counts[Missing.VISIT] == 0


def test_an_open_need_is_told_until_it_is_met(quiet):
    need = a_need(place_id=quiet)
    assert told(quiet).need_ids == (need,)
    put(need, NeedState.DONE)
    changed()

    assert told(quiet, on=today() - timedelta(days=1)).needs == 0


def test_the_places_stand_in_the_order_of_their_codes_and_each_once(quiet):
    every = every_need(OFFICER, CoverageAsk(on=today()))
    codes = [one.region_code for one in every]

    assert codes == sorted(codes)
    assert len({one.id for one in every}) == len(every)


def test_every_count_is_the_number_of_rows_behind_it(quiet):
    counts = coverage_needs(OFFICER, CoverageAsk(on=today(), township=SHUITOU)).counts

    for what, count in counts.items():
        assert coverage_needs(OFFICER, CoverageAsk(on=today(), township=SHUITOU, missing=what)).total == count


def test_a_page_that_is_not_there_does_not_exist(pingyang):
    with pytest.raises(NotFound):
        coverage_needs(OFFICER, CoverageAsk(on=today(), number=1000))


def test_a_township_is_told_of_itself_alone(quiet):
    own = every_need(TOWNSHIP, CoverageAsk(on=today()))

    assert own
    assert {one.region_code[:9] for one in own} == {SHUITOU}
    assert every_need(TOWNSHIP, CoverageAsk(on=today(), township=NEXT_TOWNSHIP)) == []


def test_another_county_is_told_of_none_of_ours(pingyang):
    stranger = Actor(role=Role.OFFICER, region_code=NEXT_COUNTY)

    assert every_need(stranger, CoverageAsk(on=today())) == []
    assert every_need(stranger, CoverageAsk(on=today(), township=SHUITOU)) == []


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.INSTITUTION])
def test_who_sees_only_the_own_people_cannot_tell_who_else_comes(pingyang, role):
    with pytest.raises(NotFound):
        coverage_needs(Actor(role=role, region_code=COUNTY), CoverageAsk(on=today()))


class TestHelp:
    @pytest.fixture
    def alone(self, quiet: int) -> int:
        """The quiet village, in a county in which nobody serves any more."""
        with db.engine.begin() as connection:
            ended = today() - timedelta(days=1)
            connection.execute(update(Posting).where(Posting.starts_on < today()).values(ends_on=ended))
        changed()
        return quiet

    def test_where_nobody_serves_nobody_is_named(self, alone):
        assert helper_of(alone) is None

    def test_somebody_of_the_own_township_is_nearer_than_somebody_of_the_next(self, alone):
        far, near = a_person("远处的人"), a_person("近处的人")
        a_posting(far, a_village(NEXT_TOWNSHIP), today())
        a_posting(near, a_village(SHUITOU), today())
        changed()

        found = helper_of(alone)
        assert found is not None
        assert (found.name, found.same_township, found.fits, found.postings) == ("近处的人", True, None, 1)

    def test_a_trade_that_fits_the_open_need_goes_before_nearness(self, alone):
        near, fitting = a_person("近处的人"), a_person("懂茶的人")
        with db.engine.begin() as connection:
            connection.execute(update(Commissioner).where(Commissioner.id == near).values(industry=Industry.LIVESTOCK))
            connection.execute(update(Commissioner).where(Commissioner.id == fitting).values(industry=Industry.TEA))
        a_posting(near, a_village(SHUITOU), today())
        a_posting(fitting, a_village(NEXT_TOWNSHIP), today())
        a_need(place_id=alone, industry=Industry.TEA)
        changed()

        found = helper_of(alone)
        assert found is not None
        assert (found.name, found.fits, found.same_township) == ("懂茶的人", True, False)
        assert found.km is not None
        assert 0 < found.km < 100

    def test_a_township_is_not_told_who_serves_elsewhere(self, alone):
        a_posting(a_person("远处的人"), a_village(NEXT_TOWNSHIP), today())
        changed()

        assert helper_of(alone, TOWNSHIP) is None
        assert helper_of(alone, an_officer()) is not None
