"""Needs that a township raises in its own scope, and the matches that move them along."""

from datetime import date

import pytest
from sqlalchemy import select

from commissioner.domain import records
from commissioner.domain.needs import MATCHES, NEEDS
from commissioner.models import AuditEntry, Match, Place, db
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import MatchState, NeedState, PlaceLevel, Role
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_actor, an_officer
from tests.needs import a_need, need_draft, state_of
from tests.people import COUNTY

pytestmark = pytest.mark.usefixtures("pingyang")


def match_draft(need: int, person: int, **changes):
    draft = {
        "need_id": need,
        "commissioner_id": person,
        "state": MatchState.PROPOSED,
        "reason": "",
        "proposed_on": date(2022, 3, 10),
        "decided_on": None,
        "posting_id": None,
    }
    return {**draft, **changes}


def faults(subject, draft) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        records.create(an_officer(), subject, draft)
    return set(refusal.value.fields)


class TestNeeds:
    def test_a_township_raises_a_need_in_its_own_villages_only(self):
        staff = an_actor()

        made = records.create(staff, NEEDS, need_draft())

        assert state_of(made) is NeedState.RAISED
        with pytest.raises(Invalid) as refusal:
            records.create(staff, NEEDS, need_draft(place_id=a_village(NEXT_TOWNSHIP)))
        assert set(refusal.value.fields) == {"place_id"}

    def test_a_leader_and_a_commissioner_raise_none(self):
        for role, own in ((Role.LEADER, {}), (Role.COMMISSIONER, {"commissioner_id": a_person()})):
            with pytest.raises(NotFound):
                records.create(an_actor(role, COUNTY, **own), NEEDS, need_draft())

    def test_a_county_is_no_place_that_needs(self):
        county = db.session.scalar(select(Place.id).where(Place.level == PlaceLevel.COUNTY))

        assert faults(NEEDS, need_draft(place_id=county)) == {"place_id"}

    def test_help_is_wanted_after_it_is_asked_for(self):
        assert faults(NEEDS, need_draft(raised_on=date(2022, 3, 1), wanted_by=date(2022, 2, 1))) == {"wanted_by"}

    def test_nobody_asks_tomorrow(self):
        assert faults(NEEDS, need_draft(raised_on=date(today().year + 1, 1, 1))) == {"raised_on"}


class TestMatches:
    def test_a_proposal_and_an_agreement_move_the_need_along(self):
        officer, person = an_officer(), a_person()
        need = a_need()
        assert state_of(need) is NeedState.OPEN

        match = records.create(officer, MATCHES, match_draft(need, person))
        assert state_of(need) is NeedState.PROPOSED

        records.amend(officer, MATCHES, match, match_draft(need, person, state=MatchState.AGREED), version=1)
        assert state_of(need) is NeedState.AGREED
        assert db.session.scalar(select(Match.decided_on).where(Match.id == match)) == today()

    def test_the_need_has_a_line_of_its_own_in_the_audit(self):
        officer = an_officer()
        need = a_need()

        records.create(officer, MATCHES, match_draft(need, a_person()))

        changes = db.session.scalar(select(AuditEntry.changes).where(AuditEntry.action == "needs.advance"))
        assert changes == {"state": ["open", "proposed"]}

    def test_a_need_that_is_done_does_not_go_back(self):
        officer = an_officer()
        need = a_need(NeedState.DONE)

        records.create(officer, MATCHES, match_draft(need, a_person()))

        assert state_of(need) is NeedState.DONE

    def test_a_commissioner_is_proposed_once(self):
        officer, person = an_officer(), a_person()
        need = a_need()
        records.create(officer, MATCHES, match_draft(need, person))

        assert faults(MATCHES, match_draft(need, person)) == {"commissioner_id"}

    def test_what_is_wrong_with_a_match(self):
        person, other = a_person("示例甲"), a_person("示例乙")
        need = a_need()
        others_posting = a_posting(other, a_village(), date(2022, 1, 1))

        assert faults(MATCHES, match_draft(need, person, state=MatchState.DECLINED)) == {"reason"}
        assert faults(MATCHES, match_draft(need, person, decided_on=date(2022, 3, 9))) == {"decided_on"}
        assert faults(MATCHES, match_draft(need, person, posting_id=others_posting)) == {"posting_id"}

    def test_a_commissioner_sees_the_needs_that_name_the_own_person(self):
        officer, person = an_officer(), a_person()
        need = a_need()
        own = an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=person)
        with pytest.raises(NotFound):
            records.find_row(own, NEEDS, need)

        records.create(officer, MATCHES, match_draft(need, person))

        assert records.find_row(own, NEEDS, need).id == need
