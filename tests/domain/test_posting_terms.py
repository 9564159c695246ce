"""Postings over time: extended, ended, handed over, moved, corrected; never overwritten, and as of any date."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from commissioner.domain import posting_terms, records
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.posting_history import Span, gaps_in, happenings, together
from commissioner.domain.posting_terms import TermDraft
from commissioner.domain.postings import POSTINGS
from commissioner.domain.subject import runs_on
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visit_log import record_visit
from commissioner.models import AuditEntry, Place, Posting, PostingEvent, db
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.units import today
from commissioner.vocabulary import PostingEventKind, Role
from tests.factories import NEXT_TOWNSHIP, a_commissioner, a_person, a_posting, a_village, a_visit, an_actor, an_officer

pytestmark = pytest.mark.usefixtures("pingyang")

LONG_AGO, LATER = today() - timedelta(days=300), today() + timedelta(days=200)


def draft(version: int = 1, **said: object) -> TermDraft:
    return TermDraft(**{"version": version, "reason": "工作需要", **said})  # type: ignore[arg-type]


def stored(posting_id: int) -> Posting:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Posting, posting_id)


def after(days: int) -> date:
    return today() + timedelta(days=days)


@pytest.fixture
def posting() -> int:
    return a_posting(a_person("示例先生"), a_village(), LONG_AGO, LATER)


class TestVerbs:
    def test_an_extension_keeps_the_end_that_was(self, posting: int):
        posting_terms.extend_posting(an_officer(), posting, draft(day=after(400)))

        event = db.session.scalars(select(PostingEvent).where(PostingEvent.posting_id == posting)).one()
        assert (event.kind, event.from_date, event.to_date) == (PostingEventKind.EXTENDED, LATER, after(400))
        assert stored(posting).ends_on == after(400)
        line = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "postings.extend")).one()
        assert line.subject_id == posting
        assert line.changes["ends_on"] == [str(LATER), str(after(400))]
        assert line.changes["reason"] == [None, "工作需要"]

    @pytest.mark.parametrize(
        ("verb", "said", "field"),
        [
            ("extend", {"day": LATER}, "day"),
            ("extend", {"day": after(40000)}, "day"),
            ("extend", {}, "day"),
            ("extend", {"day": after(400), "reason": " "}, "reason"),
            ("end", {"day": LATER}, "day"),
            ("end", {"day": LONG_AGO - timedelta(days=1)}, "day"),
            ("hand_over", {"day": LONG_AGO}, "day"),
            ("hand_over", {"day": LATER + timedelta(days=2)}, "day"),
            ("move", {"day": LONG_AGO}, "day"),
            ("correct", {}, "commissioner_id"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_written(self, posting: int, verb: str, said: dict, field: str):
        with pytest.raises(Invalid) as refusal:
            getattr(posting_terms, f"{verb}_posting")(an_officer(), posting, draft(**said))

        assert field in refusal.value.fields
        assert (stored(posting).ends_on, stored(posting).version) == (LATER, 1)
        assert db.session.scalars(select(PostingEvent.id)).all() == []

    def test_a_handover_ends_the_day_before_and_is_linked_both_ways(self, posting: int):
        officer, other = an_officer(), a_person("接班人")
        made = posting_terms.hand_over_posting(
            officer, posting, draft(day=after(10), ends_on=LATER, commissioner_id=other)
        )

        assert (stored(posting).ends_on, stored(made).starts_on, stored(made).ends_on) == (after(9), after(10), LATER)
        assert (stored(made).commissioner_id, stored(made).place_id) == (other, stored(posting).place_id)
        (gone,), (came,) = happenings(officer, posting), happenings(officer, made)
        assert (gone.other_id, gone.came) == (made, False)
        assert (came.other_id, came.came) == (posting, True)
        assert "示例先生" in came.other

    def test_somebody_who_is_here_already_takes_over_only_when_that_is_meant(self, posting: int):
        other = a_person("已经在的人")
        present = a_posting(other, a_village(), LONG_AGO)
        said = {"day": after(10), "commissioner_id": other}
        with pytest.raises(NeedsConfirmation) as asked:
            posting_terms.hand_over_posting(an_officer(), posting, draft(**said))
        assert set(asked.value.warnings) == {"commissioner_id"}

        made = posting_terms.hand_over_posting(an_officer(), posting, draft(**said, confirmed=True))
        assert made == present
        assert stored(posting).ends_on == after(9)

    def test_nobody_hands_over_to_oneself_or_to_another_county(self, posting: int):
        from commissioner.models import Commissioner

        stranger = a_person("外县人")
        with db.engine.begin() as connection:
            connection.execute(
                Commissioner.__table__.update().where(Commissioner.id == stranger).values(region_code="330327000000")
            )
        for who in (stored(posting).commissioner_id, stranger):
            with pytest.raises(Invalid) as refusal:
                posting_terms.hand_over_posting(an_officer(), posting, draft(day=after(10), commissioner_id=who))
            assert set(refusal.value.fields) == {"commissioner_id"}
        assert stored(posting).ends_on == LATER

    def test_who_is_moved_keeps_the_old_place_and_the_new(self, posting: int):
        officer, elsewhere = an_officer(), a_village(NEXT_TOWNSHIP)
        made = posting_terms.move_posting(officer, posting, draft(day=after(1), place_id=elsewhere))

        assert (stored(posting).ends_on, stored(posting).place_id) == (today(), a_village())
        assert (stored(made).place_id, stored(made).starts_on) == (elsewhere, after(1))
        town = an_actor(Role.TOWNSHIP)
        (seen,) = happenings(town, posting)
        assert (seen.linked, seen.other_id, seen.other) == (True, None, "")

    def test_days_gone_by_are_given_up_only_when_meant_and_where_nobody_came(self, posting: int):
        officer, last = an_officer(), after(-20)
        with pytest.raises(NeedsConfirmation):
            posting_terms.end_posting(officer, posting, draft(day=last))
        person = stored(posting).commissioner_id
        record_visit(officer, a_visit(place_id=a_village(), commissioner_ids=(person,), starts_on=after(-3)))
        with pytest.raises(Invalid) as refusal:
            posting_terms.end_posting(officer, posting, draft(day=last, confirmed=True))
        assert set(refusal.value.fields) == {"day"}
        posting_terms.end_posting(officer, posting, draft(day=after(-3), confirmed=True))
        assert (stored(posting).ends_on, stored(posting).end_reason) == (after(-3), "工作需要")

    def test_an_extension_after_a_handover_is_asked(self, posting: int):
        officer = an_officer()
        posting_terms.hand_over_posting(officer, posting, draft(day=after(10), commissioner_id=a_person("接班人")))
        with pytest.raises(NeedsConfirmation):
            posting_terms.extend_posting(officer, posting, draft(2, day=after(30)))

    def test_what_ended_long_ago_is_extended_only_when_that_is_meant(self):
        over = a_posting(a_person(), a_village(), LONG_AGO, after(-30))
        with pytest.raises(NeedsConfirmation):
            posting_terms.extend_posting(an_officer(), over, draft(day=after(30)))
        posting_terms.extend_posting(an_officer(), over, draft(day=after(30), confirmed=True))
        assert stored(over).ends_on == after(30)

    def test_two_at_once_the_second_hears_how_it_stands(self, posting: int):
        posting_terms.extend_posting(an_officer(), posting, draft(day=after(400)))
        with pytest.raises(Conflict) as conflict:
            posting_terms.end_posting(an_officer(), posting, draft(day=after(5)))
        assert (conflict.value.theirs["ends_on"], conflict.value.current_version) == (after(400), 2)
        assert stored(posting).ends_on == after(400)

    def test_a_double_click_hands_over_once(self, posting: int):
        officer, client_id, other = an_officer(), str(uuid.uuid4()), a_person("接班人")
        said = draft(day=after(10), commissioner_id=other)
        posting_terms.hand_over_posting(officer, posting, said, client_id)
        with pytest.raises(AlreadyDone):
            posting_terms.hand_over_posting(officer, posting, said, client_id)
        assert len(db.session.scalars(select(Posting.id).where(Posting.commissioner_id == other)).all()) == 1

    def test_what_has_begun_is_not_overwritten_by_its_form_but_may_be_corrected(self, posting: int):
        officer = an_officer()
        values = dict(records.record(officer, POSTINGS, posting).values)
        records.amend(officer, POSTINGS, posting, {**values, "note": "补记"}, version=1)
        with pytest.raises(Invalid) as refusal:
            records.amend(officer, POSTINGS, posting, {**values, "ends_on": after(1)}, version=2)
        assert set(refusal.value.fields) == {"ends_on"}

        said = {key: values[key] for key in ("commissioner_id", "place_id", "ends_on")}
        posting_terms.correct_posting(officer, posting, draft(2, **said, starts_on=LONG_AGO - timedelta(days=9)))
        assert stored(posting).starts_on == LONG_AGO - timedelta(days=9)
        line = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "postings.correct")).one()
        assert line.changes["starts_on"] == [str(LONG_AGO), str(LONG_AGO - timedelta(days=9))]

    def test_what_has_a_history_is_not_removed(self, posting: int):
        posting_terms.extend_posting(an_officer(), posting, draft(day=after(400)))
        with pytest.raises(Problem):
            records.remove(an_officer(), POSTINGS, posting)
        assert stored(posting).ends_on == after(400)

    @pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.LEADER, Role.COMMISSIONER])
    def test_only_the_bureau_decides_on_terms(self, posting: int, role: Role):
        actor = a_commissioner() if role is Role.COMMISSIONER else an_actor(role)
        with pytest.raises(NotFound):
            posting_terms.extend_posting(actor, posting, draft(day=after(400)))

    def test_another_county_does_not_find_it(self, posting: int):
        neighbour = an_actor(Role.OFFICER, "330327")
        with pytest.raises(NotFound):
            posting_terms.end_posting(neighbour, posting, draft(day=after(5)))
        assert happenings(neighbour, posting) == ()


class TestLists:
    def in_list(self, subject: str, **filters: str) -> set[int]:
        asked = ListQuery(filters=filters, size=100)
        return {row["id"] for row in listed(an_officer(), SUBJECTS[subject].listing, asked).rows}

    def test_an_end_without_anybody_to_follow_is_listed_until_somebody_does(self):
        ending = a_posting(a_person(), a_village(NEXT_TOWNSHIP), LONG_AGO, after(20))
        with db.engine.begin() as connection:
            low, high = NEXT_TOWNSHIP.ljust(12, "0"), NEXT_TOWNSHIP.ljust(12, "9")
            others = Posting.__table__.c.region_code.between(low, high) & (Posting.__table__.c.id != ending)
            connection.execute(Posting.__table__.update().where(others).values(ends_on=after(-1)))
        db.session.rollback()
        assert ending in self.in_list("postings", ending="60")
        assert ending not in self.in_list("postings", ending="10")
        posting_terms.hand_over_posting(an_officer(), ending, draft(day=after(21), commissioner_id=a_person("接班人")))
        assert ending not in self.in_list("postings", ending="60")

    def test_two_places_at_once_are_listed(self):
        person = a_person()
        one = a_posting(person, a_village(), LONG_AGO)
        assert one not in self.in_list("postings", at_once="1")
        other = a_posting(person, a_village(NEXT_TOWNSHIP), LONG_AGO, after(3))
        assert {one, other} <= self.in_list("postings", at_once="1")

    def test_people_and_places_as_of_a_date(self):
        person, village = a_person(), a_village(number=3)
        a_posting(person, village, date(2009, 3, 1), date(2009, 5, 31))
        town = db.session.scalar(select(Place.parent_id).where(Place.id == village))
        assert self.in_list("commissioners", on="2009-05-31") == {person}
        assert self.in_list("commissioners", on="2009-05-31", township=NEXT_TOWNSHIP) == set()
        assert self.in_list("commissioners", on="2009-06-01") == set()
        assert self.in_list("places", on="2009-04-01") == {village, town}
        assert town not in self.in_list("places", unserved="2009-04-01")
        assert town in self.in_list("places", unserved="2009-06-01")


days = st.integers(min_value=0, max_value=60)
steps = st.lists(
    st.tuples(st.sampled_from(["extend", "end", "hand_over", "move"]), st.integers(0, 9), days), max_size=7
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_no_sequence_of_happenings_loses_a_day_of_service(pingyang: object, steps: list[tuple[str, int, int]]):
    """Dates stay in order, days gone by stay served, and every date answers as a plain recount does."""
    officer = an_officer()
    people = [a_person(f"示例{number}") for number in range(3)]
    villages = [a_village(number=number) for number in range(3)]
    start = after(-30)
    mine = [a_posting(people[0], villages[0], start, after(25))]
    plain = {mine[0]: (start, after(25))}
    for verb, which, offset in steps:
        chosen = mine[which % len(mine)]
        day, version = start + timedelta(days=offset), stored(chosen).version
        said = {"day": day, "commissioner_id": people[which % 3], "place_id": villages[which % 3]}
        first, last = plain[chosen]
        try:
            made = getattr(posting_terms, f"{verb}_posting")(officer, chosen, draft(version, **said))
        except (Invalid, NeedsConfirmation):
            continue
        plain[chosen] = (first, day if made is None else day - timedelta(days=1))
        if made is not None:
            assert day - timedelta(days=1) >= min(last or today(), today())
            mine.append(made)
            plain[made] = (day, None)
        assert plain[chosen][1] >= min(last or today(), today()), (verb, day)
    for one, (first, last) in plain.items():
        row = stored(one)
        assert (row.starts_on, row.ends_on) == (first, last)
        assert last is None or first <= last
    for offset in range(0, 62, 7):
        day = start + timedelta(days=offset)
        asked = ListQuery(filters={"on": day.isoformat()}, size=100)
        found = {row["id"] for row in listed(officer, POSTINGS.listing, asked).rows} & set(plain)
        assert found == {one for one, term in plain.items() if runs_on(*term, day)}


def a_span(first: int, last: int | None, number: int = 0) -> Span:
    base = date(2022, 1, 1)
    end = None if last is None else base + timedelta(days=last)
    return Span(subject="postings", id=number, label="", starts_on=base + timedelta(days=first), ends_on=end)


@given(st.lists(st.tuples(days, st.one_of(st.none(), days)), max_size=6), days)
def test_gaps_are_the_days_on_which_nobody_serves(terms: list[tuple[int, int | None]], until: int):
    spans = [a_span(first, None if length is None else first + length) for first, length in terms]
    base, last = date(2022, 1, 1), date(2022, 1, 1) + timedelta(days=until)
    begun = min((one.starts_on for one in spans), default=date.max)
    counted = {
        day
        for day in (base + timedelta(days=number) for number in range(until + 1))
        if day >= begun and not any(one.runs(day) for one in spans)
    }
    told = {
        first + timedelta(days=number)
        for first, end in gaps_in(spans, last)
        for number in range((end - first).days + 1)
    }
    assert told == counted


def test_two_at_one_time_are_told_with_their_common_days():
    one, other, apart = a_span(0, 10, 1), a_span(10, None, 2), a_span(30, 40, 3)
    (first, second) = together([other, one, apart])
    assert (first.one, first.other, first.starts_on, first.ends_on) == (one, other, other.starts_on, one.ends_on)
    assert (second.one, second.other, second.ends_on) == (other, apart, apart.ends_on)
