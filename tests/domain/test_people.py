"""Who is sent: names told apart, teams with members, and service days by the counting rules (domain.md §5.1, §5.8)."""

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select

from commissioner.domain import records
from commissioner.domain.commissioner_year import commissioner_year
from commissioner.domain.commissioners import COMMISSIONERS, ORGANISATIONS, TEAM_MEMBERS
from commissioner.domain.pages import record_page
from commissioner.domain.service_days import Stay, service_dates, service_days
from commissioner.models import Commissioner, Place, Posting, TeamMember, Visit, VisitCommissioner, db
from commissioner.problems import Invalid, NeedsConfirmation, NotFound
from commissioner.vocabulary import (
    CommissionerField,
    CommissionerKind,
    OrganisationKind,
    Role,
    VisitKind,
    VisitState,
)
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_actor, an_officer, written
from tests.people import COUNTY, SHUITOU

pytestmark = pytest.mark.usefixtures("pingyang")
YEAR_2022 = (date(2022, 1, 1), date(2022, 12, 31))


def stay(first: date, last: date | None = None) -> Stay:
    return Stay(starts_on=first, ends_on=last or first)


def a_stay(
    *people: int,
    first: date,
    last: date | None = None,
    place_id: int | None = None,
    kind: VisitKind = VisitKind.SERVICE,
    state: VisitState = VisitState.CONFIRMED,
) -> int:
    place_id = place_id or a_village()
    visit_id = written(
        Visit,
        client_id=str(uuid.uuid4()),
        kind=kind,
        starts_on=first,
        ends_on=last or first,
        topic="茶园管理",
        state=state,
        place_id=place_id,
        region_code=db.session.scalar(select(Place.region_code).where(Place.id == place_id)),
    )
    for person in people:
        written(VisitCommissioner, visit_id=visit_id, commissioner_id=person)
    return visit_id


def person_draft(**changes):
    draft = {
        "name": "示例新人",
        "kind": CommissionerKind.INDIVIDUAL,
        "field": CommissionerField.AGRICULTURAL,
        "title": "",
        "speciality": "",
        "industry": None,
        "organisation_id": None,
        "phone": "",
        "note": "",
    }
    return {**draft, **changes}


class TestServiceDates:
    def test_two_villages_on_one_day_are_one_day(self):
        assert service_dates([stay(date(2022, 6, 1)), stay(date(2022, 6, 1))], *YEAR_2022) == {date(2022, 6, 1)}

    def test_a_stay_of_three_days_is_three_days(self):
        assert len(service_dates([stay(date(2022, 6, 1), date(2022, 6, 3))], *YEAR_2022)) == 3

    def test_overlapping_stays_share_their_days(self):
        stays = [stay(date(2022, 6, 1), date(2022, 6, 3)), stay(date(2022, 6, 3), date(2022, 6, 4))]

        assert len(service_dates(stays, *YEAR_2022)) == 4

    def test_a_stay_over_new_year_counts_its_days_of_this_year_only(self):
        assert service_dates([stay(date(2021, 12, 30), date(2022, 1, 2))], *YEAR_2022) == {
            date(2022, 1, 1),
            date(2022, 1, 2),
        }

    def test_a_stay_outside_the_year_counts_nothing(self):
        assert service_dates([stay(date(2021, 6, 1))], *YEAR_2022) == frozenset()


class TestServiceDays:
    def test_two_villages_on_one_day_are_one_day_and_two_visits(self):
        person = a_person()
        a_stay(person, first=date(2022, 6, 1), place_id=a_village(number=0))
        a_stay(person, first=date(2022, 6, 1), place_id=a_village(number=1))

        service = service_days(an_officer(), person, 2022)

        assert (service.day_count, service.visit_count) == (1, 2)

    @pytest.mark.parametrize("state", [VisitState.WAITING, VisitState.RETURNED, VisitState.DISPUTED])
    def test_only_confirmed_visits_count(self, state):
        person = a_person()
        a_stay(person, first=date(2022, 6, 1), state=state)

        assert service_days(an_officer(), person, 2022).day_count == 0

    def test_a_county_may_count_all_that_was_not_returned(self):
        person = a_person()
        a_stay(person, first=date(2022, 6, 1), state=VisitState.WAITING)
        a_stay(person, first=date(2022, 6, 2), state=VisitState.RETURNED)

        counted = {VisitState.CONFIRMED, VisitState.WAITING}

        assert service_days(an_officer(), person, 2022, counted).day_count == 1

    def test_a_care_visit_is_no_service_day(self):
        person = a_person()
        a_stay(person, first=date(2022, 6, 1), kind=VisitKind.CARE)

        assert service_days(an_officer(), person, 2022).day_count == 0

    def test_a_team_visit_gives_the_day_to_each_one_listed_and_to_nobody_else(self):
        came, came_too, stayed_at_home = a_person("示例甲"), a_person("示例乙"), a_person("示例丙")
        a_stay(came, came_too, first=date(2022, 6, 1))
        officer = an_officer()

        days = [service_days(officer, person, 2022).day_count for person in (came, came_too, stayed_at_home)]

        assert days == [1, 1, 0]

    def test_days_are_told_by_month(self):
        person = a_person()
        a_stay(person, first=date(2022, 1, 31), last=date(2022, 2, 1))

        assert service_days(an_officer(), person, 2022).days_by_month[:3] == (1, 1, 0)

    def test_staff_of_a_township_see_the_days_spent_there(self):
        person = a_person()
        a_stay(person, first=date(2022, 6, 1))
        a_stay(person, first=date(2022, 6, 2), place_id=a_village(NEXT_TOWNSHIP))

        assert service_days(an_actor(Role.TOWNSHIP, SHUITOU), person, 2022).day_count == 1
        assert service_days(an_officer(), person, 2022).day_count == 2


class TestPeople:
    def test_somebody_posted_to_two_townships_is_one_commissioner_and_two_postings(self):
        before = db.session.scalar(select(func.count(Commissioner.id)))
        person = a_person()
        a_posting(person, a_village(), date(2022, 1, 1))
        a_posting(person, a_village(NEXT_TOWNSHIP), date(2022, 1, 1))

        assert db.session.scalar(select(func.count(Commissioner.id))) == before + 1
        assert db.session.scalar(select(func.count(Posting.id)).where(Posting.commissioner_id == person)) == 2
        assert record_page(an_officer(), COMMISSIONERS, person).sections[0].total == 2

    def test_a_second_person_of_the_same_name_must_be_meant(self):
        a_person("示例重名")
        officer = an_officer()

        with pytest.raises(NeedsConfirmation):
            records.create(officer, COMMISSIONERS, person_draft(name="示例重名"))

        assert records.create(officer, COMMISSIONERS, person_draft(name="示例重名", confirmed=True))

    def test_a_name_is_found_by_its_pinyin_and_initials(self):
        made = records.create(an_officer(), COMMISSIONERS, person_draft(name="邵示例"))

        row = db.session.execute(
            select(Commissioner.pinyin, Commissioner.initials).where(Commissioner.id == made)
        ).one()

        assert row == ("shaoshili", "ssl")

    def test_a_telephone_number_is_one(self):
        with pytest.raises(Invalid) as refusal:
            records.create(an_officer(), COMMISSIONERS, person_draft(phone="微信同号"))

        assert "phone" in refusal.value.fields

    def test_an_organisation_is_entered_once(self):
        draft = {"name": "示例大学", "kind": OrganisationKind.UNIVERSITY, "note": ""}
        officer = an_officer()
        records.create(officer, ORGANISATIONS, draft)

        with pytest.raises(Invalid):
            records.create(officer, ORGANISATIONS, draft)

    def test_only_a_team_has_members(self):
        officer, person, other = an_officer(), a_person("示例甲"), a_person("示例乙")
        draft = {"team_id": person, "member_id": other, "starts_on": date(2022, 1, 1), "ends_on": None}

        with pytest.raises(Invalid) as refusal:
            records.create(officer, TEAM_MEMBERS, draft)

        assert set(refusal.value.fields) == {"team_id"}

    def test_a_team_has_dated_members_and_its_visit_is_its_members_to_see(self):
        officer, member = an_officer(), a_person("示例甲")
        team = records.create(officer, COMMISSIONERS, person_draft(name="示例团队", kind=CommissionerKind.TEAM))
        joined = {"team_id": team, "member_id": member, "starts_on": date(2022, 1, 1)}
        with pytest.raises(Invalid):
            records.create(officer, TEAM_MEMBERS, {**joined, "ends_on": date(2021, 1, 1)})
        records.create(officer, TEAM_MEMBERS, {**joined, "ends_on": None})

        own = an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=member)

        assert record_page(own, COMMISSIONERS, team).heading == "示例团队"
        assert db.session.scalar(select(func.count(TeamMember.id)).where(TeamMember.team_id == team)) == 1

    def test_township_staff_do_not_keep_the_registry(self):
        with pytest.raises(NotFound):
            records.create(an_actor(), COMMISSIONERS, person_draft())


class TestTelephone:
    """Masked for all but the owner, the bureau and staff of a township of the present posting (domain.md §2.8)."""

    def phone_for(self, actor, person: int) -> str:
        return commissioner_year(actor, person, 2022).phone

    def test_who_reads_it(self):
        person = written(
            Commissioner, kind=CommissionerKind.INDIVIDUAL, name="示例", region_code="330326000000", phone="13800001234"
        )
        a_posting(person, a_village(), date(2022, 1, 1))
        a_posting(person, a_village(NEXT_TOWNSHIP), date(2020, 1, 1), date(2021, 1, 1))
        own = an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=person)

        assert self.phone_for(an_officer(), person) == "13800001234"
        assert self.phone_for(own, person) == "13800001234"
        assert self.phone_for(an_actor(Role.TOWNSHIP, SHUITOU), person) == "13800001234"
        assert self.phone_for(an_actor(Role.TOWNSHIP, NEXT_TOWNSHIP), person) == ""
        assert self.phone_for(an_actor(Role.LEADER, COUNTY), person) == ""
        assert record_page(an_actor(Role.LEADER, COUNTY), COMMISSIONERS, person).fact("phone").value == "138****1234"


class TestRequiredDays:
    def test_they_are_told_where_one_term_says_so(self):
        person = a_person()
        posting = {"level": "county", "region_code": "330326102000", "starts_on": date(2022, 1, 1), "required_days": 40}
        town = db.session.scalar(select(Place.id).where(Place.code == "330326102000"))
        written(Posting, commissioner_id=person, place_id=town, **posting)

        assert commissioner_year(an_officer(), person, 2022).required_days == 40

        a_posting(person, a_village(NEXT_TOWNSHIP), date(2022, 1, 1))
        assert commissioner_year(an_officer(), person, 2022).required_days is None
