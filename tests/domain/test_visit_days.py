"""Which dates of a year counted, which did not, and why (domain.md §5.1): the page and the sum are one definition."""

from datetime import date

import pytest
from sqlalchemy import select

from commissioner.domain.annual_rows import tally
from commissioner.domain.coverage import covered_on
from commissioner.domain.dashboard_rows import service_days_by_year
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.programme import ON, keep_settings
from commissioner.domain.service_days import Verdict, days_of_year, service_days
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import Commissioner, Place, Visit, VisitCommissioner, db
from commissioner.problems import NotFound
from commissioner.vocabulary import Role, SettingKey, VisitKind, VisitState
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_actor, an_officer, written
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU

YEAR = 2024
COUNTED, SAME_DAY, WAITING, RETURNED, DISPUTED, CARE = Verdict


@pytest.fixture
def person(pingyang):
    return a_person("茶叶专家")


def visit(person, day, until=None, state=VisitState.CONFIRMED, kind=VisitKind.SERVICE, place_id=None, others=()):
    place_id = place_id or a_village()
    code = db.session.scalar(select(Place.region_code).where(Place.id == place_id))
    dates = {"starts_on": day, "ends_on": until or day}
    client_id = f"{len(db.session.scalars(select(Visit.id)).all()):036d}"
    row = {"place_id": place_id, "region_code": code, "kind": kind, "state": state, "topic": "指导"}
    visit_id = written(Visit, client_id=client_id, **dates, **row)
    for one in (person, *others):
        with db.engine.begin() as connection:
            connection.execute(VisitCommissioner.__table__.insert().values(visit_id=visit_id, commissioner_id=one))
    return visit_id


def told(person, actor=None):
    return [(day.on.isoformat()[5:], day.verdict) for day in days_of_year(actor or an_officer(), person, YEAR).days]


def count_unrejected(value=ON):
    keep_settings(an_actor(Role.ADMINISTRATOR, COUNTY), {SettingKey.COUNT_UNREJECTED: value})


def test_two_villages_on_one_day_are_one_day_and_the_second_says_why(person):
    visit(person, date(YEAR, 6, 1))
    visit(person, date(YEAR, 6, 1), place_id=a_village(number=1))

    assert told(person) == [("06-01", COUNTED), ("06-01", SAME_DAY)]
    year = days_of_year(an_officer(), person, YEAR)
    assert (year.service.day_count, year.service.visit_count) == (1, 2)


def test_a_stay_counts_each_of_its_days_within_the_year(person):
    visit(person, date(YEAR - 1, 12, 30), date(YEAR, 1, 2))
    visit(person, date(YEAR, 1, 2), date(YEAR, 1, 3))

    assert told(person) == [("01-01", COUNTED), ("01-02", COUNTED), ("01-02", SAME_DAY), ("01-03", COUNTED)]
    assert days_of_year(an_officer(), person, YEAR).service.days_by_month[0] == 3


def test_what_does_not_count_says_why(person):
    visit(person, date(YEAR, 6, 1), state=VisitState.WAITING)
    visit(person, date(YEAR, 6, 2), state=VisitState.RETURNED)
    visit(person, date(YEAR, 6, 3), state=VisitState.DISPUTED)
    visit(person, date(YEAR, 6, 4), kind=VisitKind.CARE)

    assert [verdict for _day, verdict in told(person)] == [WAITING, RETURNED, DISPUTED, CARE]
    assert days_of_year(an_officer(), person, YEAR).service.day_count == 0


def test_a_waiting_visit_takes_no_day_from_a_confirmed_one(person):
    visit(person, date(YEAR, 6, 1), state=VisitState.WAITING)
    visit(person, date(YEAR, 6, 1))
    assert told(person) == [("06-01", COUNTED), ("06-01", WAITING)]


def test_a_team_visit_gives_the_day_to_each(person):
    colleague = a_person("同行专家")
    visit(person, date(YEAR, 6, 1), others=(colleague,))
    assert told(person) == told(colleague) == [("06-01", COUNTED)]


def test_by_the_setting_what_waits_counts_too_everywhere(person):
    village = a_village(number=5)
    visit(person, date(YEAR, 6, 1), state=VisitState.WAITING, place_id=village)
    visit(person, date(YEAR, 6, 2), state=VisitState.RETURNED)
    officer = an_officer()

    def figures():
        own = listed(officer, SUBJECTS["visits"].listing, ListQuery(filters={"served": str(YEAR)}))
        covered = select(covered_on(date(YEAR, 6, 10), 30)).where(Place.id == village)
        return (
            days_of_year(officer, person, YEAR).service.day_count,
            service_days(officer, person, YEAR).day_count,
            own.total,
            tally(officer, YEAR).service_visits,
            bool(db.session.scalar(covered)),
        )

    assert figures() == (0, 0, 0, 0, False)
    count_unrejected()
    assert figures() == (1, 1, 1, 1, True)
    assert told(person) == [("06-01", COUNTED), ("06-02", RETURNED)]
    count_unrejected("")
    assert figures() == (0, 0, 0, 0, False)


def test_the_page_and_the_sum_are_one_for_everybody_in_the_data_set(pingyang):
    officer = an_officer()
    people = db.session.scalars(select(Commissioner.id)).all()
    served = 0
    for one in people:
        year = days_of_year(officer, one, 2022)
        assert year.service == service_days(officer, one, 2022)
        assert year.count(COUNTED) == year.service.day_count
        served += year.service.day_count
    assert served > 100


def test_a_township_counts_what_happened_there(person):
    visit(person, date(YEAR, 6, 1))
    visit(person, date(YEAR, 6, 2), place_id=a_village(NEXT_TOWNSHIP))
    assert told(person, an_actor(Role.TOWNSHIP, SHUITOU)) == [("06-01", COUNTED)]
    assert len(told(person)) == 2


def test_somebody_of_another_county_does_not_exist(person):
    for stranger in (
        an_actor(Role.OFFICER, NEXT_COUNTY),
        an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=a_person()),
    ):
        with pytest.raises(NotFound):
            days_of_year(stranger, person, YEAR)


def test_one_may_ask_about_every_year_of_service(person):
    a_posting(person, a_village(), date(2021, 3, 1))
    years = days_of_year(an_officer(), person, YEAR).years
    assert (years[-1], YEAR in years) == (2021, True)


def test_the_days_of_all_are_the_days_of_each_where_stays_and_short_visits_meet(person):
    other = a_person("另一位专家")
    visit(person, date(YEAR - 1, 12, 30), date(YEAR, 1, 2))
    visit(person, date(YEAR, 1, 1))
    visit(person, date(YEAR, 1, 1), date(YEAR, 1, 3), others=(other,))
    visit(other, date(YEAR, 1, 2), place_id=a_village(number=1))
    visit(other, date(YEAR, 3, 1), state=VisitState.RETURNED)

    officer = an_officer()
    each = {one: service_days(officer, one, YEAR).day_count for one in (person, other)}
    assert each == {person: 3, other: 3}
    everybody = db.session.scalars(select(Commissioner.id)).all()
    for year in (YEAR - 1, YEAR):
        known = sum(service_days(officer, one, year).day_count for one in everybody)
        assert service_days_by_year(officer, range(YEAR - 1, YEAR + 1))[year] == known
