"""Batches and postings: terms that do not overlap, and who serves on a given date or in a year."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from commissioner.domain import records
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.pages import record_page
from commissioner.domain.place_changes import PlaceChange, merge_place
from commissioner.domain.postings import BATCHES, POSTINGS
from commissioner.models import Place, Posting, Visit, VisitCommissioner, db
from commissioner.problems import AlreadyDone, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import Level, PlaceLevel, VisitState
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_actor, an_officer, written

pytestmark = pytest.mark.usefixtures("pingyang")


def posting_draft(**changes):
    draft = {
        "level": Level.COUNTY,
        "batch_id": None,
        "starts_on": date(2022, 3, 1),
        "ends_on": date(2023, 2, 28),
        "required_days": None,
        "industry": None,
        "end_reason": "",
        "note": "",
    }
    return {**draft, **changes}


def in_list(**filters: str) -> set[int]:
    rows = listed(an_officer(), POSTINGS.listing, ListQuery(filters=filters, size=100)).rows
    return {row["id"] for row in rows}


class TestTerms:
    def test_a_posting_is_named_after_its_person_and_place(self):
        posting = a_posting(a_person("示例先生"), a_village(), date(2022, 3, 1))
        village = db.session.scalar(select(Place.name).where(Place.id == a_village()))

        assert record_page(an_officer(), POSTINGS, posting).heading == f"示例先生 → 水头镇 {village}"

    @pytest.mark.parametrize(
        ("first", "last", "overlaps"),
        [
            (date(2023, 2, 28), date(2024, 1, 1), True),
            (date(2023, 3, 1), date(2024, 1, 1), False),
            (date(2021, 1, 1), date(2022, 3, 1), True),
            (date(2021, 1, 1), date(2022, 2, 28), False),
            (date(2022, 6, 1), None, True),
            (date(2021, 1, 1), None, True),
        ],
    )
    def test_terms_of_one_person_in_one_place_do_not_overlap(self, first, last, overlaps):
        person, village = a_person(), a_village()
        a_posting(person, village, date(2022, 3, 1), date(2023, 2, 28))
        draft = posting_draft(commissioner_id=person, place_id=village, starts_on=first, ends_on=last)

        if overlaps:
            with pytest.raises(Invalid) as refusal:
                records.create(an_officer(), POSTINGS, draft)
            assert set(refusal.value.fields) == {"starts_on"}
        else:
            assert records.create(an_officer(), POSTINGS, draft)

    def test_one_person_may_serve_two_places_at_once(self):
        person = a_person()
        a_posting(person, a_village(), date(2022, 3, 1))
        elsewhere = posting_draft(commissioner_id=person, place_id=a_village(NEXT_TOWNSHIP))

        assert records.create(an_officer(), POSTINGS, elsewhere)

    def test_a_posting_may_be_amended_without_meeting_itself(self):
        officer, person, village = an_officer(), a_person(), a_village()
        starts_on, ends_on = today() + timedelta(days=9), today() + timedelta(days=99)
        draft = posting_draft(commissioner_id=person, place_id=village, starts_on=starts_on, ends_on=None)
        posting = records.create(officer, POSTINGS, draft)

        records.amend(officer, POSTINGS, posting, {**draft, "ends_on": ends_on}, version=1)

        assert db.session.scalar(select(Posting.ends_on).where(Posting.id == posting)) == ends_on

    def test_a_term_ends_after_it_begins(self):
        draft = posting_draft(commissioner_id=a_person(), place_id=a_village(), ends_on=date(2022, 2, 1))

        with pytest.raises(Invalid) as refusal:
            records.create(an_officer(), POSTINGS, draft)

        assert set(refusal.value.fields) == {"ends_on"}

    def test_nobody_is_sent_to_a_village_that_is_no_more(self):
        officer, gone = an_officer(), a_village()
        merge_place(officer, gone, PlaceChange(happened_on=today(), successor_id=a_village(number=1), confirmed=True))

        with pytest.raises(Invalid) as refusal:
            records.create(officer, POSTINGS, posting_draft(commissioner_id=a_person(), place_id=gone))

        assert set(refusal.value.fields) == {"place_id"}

    def test_a_double_click_makes_one_posting(self):
        officer, client_id = an_officer(), str(uuid.uuid4())
        draft = posting_draft(commissioner_id=a_person(), place_id=a_village())
        made = records.create(officer, POSTINGS, draft, client_id)

        with pytest.raises(AlreadyDone) as repetition:
            records.create(officer, POSTINGS, draft, client_id)

        assert repetition.value.subject_id == made

    def test_a_batch_closes_after_it_opens(self):
        draft = {
            "name": "示例批次",
            "level": Level.COUNTY,
            "opens_on": date(2022, 3, 1),
            "closes_on": date(2022, 2, 1),
            "note": "",
        }

        with pytest.raises(Invalid):
            records.create(an_officer(), BATCHES, draft)

    def test_another_county_sees_no_posting_of_ours(self):
        posting = a_posting(a_person(), a_village(), date(2022, 3, 1))

        with pytest.raises(NotFound):
            record_page(an_actor(region_code="330327"), POSTINGS, posting)


class TestLists:
    def test_who_serves_on_a_given_date(self):
        posting = a_posting(a_person(), a_village(), date(2022, 3, 1), date(2023, 2, 28))

        days = ("2022-02-28", "2022-03-01", "2023-02-28", "2023-03-01")

        assert [posting in in_list(on=day) for day in days] == [False, True, True, False]

    def test_a_year_lists_what_ran_in_it(self):
        posting = a_posting(a_person(), a_village(), date(2022, 3, 1), date(2023, 2, 28))
        endless = a_posting(a_person(), a_village(number=1), date(2022, 3, 1))

        assert [posting in in_list(year=str(year)) for year in (2021, 2022, 2023, 2024)] == [False, True, True, False]
        assert endless in in_list(year="2026")

    def test_a_village_lists_its_own_and_a_township_those_of_its_villages(self):
        village = a_village()
        posting = a_posting(a_person(), village, date(2022, 3, 1))
        town = db.session.scalar(select(Place.parent_id).where(Place.id == village))

        assert posting in in_list(place=str(village))
        assert posting in in_list(place=str(town))
        assert posting not in in_list(place=str(a_village(number=1)))

    def test_those_posted_but_not_seen_this_year_are_listed(self):
        person, year = a_person(), str(today().year)
        posting = a_posting(person, a_village(), today())
        assert posting in in_list(unvisited=year)

        village = db.session.execute(
            select(Place.id, Place.region_code).where(Place.level == PlaceLevel.VILLAGE)
        ).first()
        visit = written(
            Visit,
            client_id=str(uuid.uuid4()),
            place_id=village.id,
            region_code=village.region_code,
            starts_on=today(),
            ends_on=today(),
            topic="茶园管理",
            state=VisitState.WAITING,
        )
        written(VisitCommissioner, visit_id=visit, commissioner_id=person)

        assert posting not in in_list(unvisited=year)

    @pytest.mark.parametrize("nonsense", ["", "abc", "2022-13-45", "²"])
    def test_a_filter_that_means_nothing_asks_nothing(self, nonsense):
        assert in_list(on=nonsense, year=nonsense, place=nonsense) == in_list()
