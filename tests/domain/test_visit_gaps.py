"""What is missing or waits: postings without a visit for long, visits that nobody decided on; a need, never a ranking."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from commissioner.domain.home import home
from commissioner.domain.listing import ListQuery, exported, listed
from commissioner.domain.programme import keep_settings
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visit_decisions import decide_visit
from commissioner.domain.visit_gaps import gaps
from commissioner.domain.visit_log import record_visit
from commissioner.models import Place, Visit, db
from commissioner.models.base import now
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import Role, SettingKey, VisitKind, VisitState
from tests.factories import (
    NEXT_TOWNSHIP,
    a_commissioner,
    a_person,
    a_posting,
    a_village,
    a_visit,
    an_actor,
    an_officer,
)
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU

A_DAY = timedelta(days=1)
LONG_AGO = 400


def set_days(key, days):
    keep_settings(an_actor(Role.ADMINISTRATOR, COUNTY), {key: str(days)})


def posted(place_id=None, days_ago=LONG_AGO):
    person = a_person()
    return person, a_posting(person, place_id or a_village(), today() - days_ago * A_DAY)


def missing(actor, days=30, **asked):
    filters = {"gap_days": str(days), **asked}
    return {row["id"] for row in exported(actor, SUBJECTS["postings"].listing, ListQuery(filters=filters)).rows}


def late(actor, days):
    asked = ListQuery(filters={"waiting_days": str(days)})
    return {row["id"] for row in exported(actor, SUBJECTS["visits"].listing, asked).rows}


def went(person, days_ago=1, **changes):
    said = a_visit(commissioner_ids=(person,), starts_on=today() - days_ago * A_DAY, confirmed=True, **changes)
    return record_visit(an_officer(), said).visit_id


def logged(visit_id, days_ago):
    since = now() - days_ago * A_DAY
    db.session.execute(update(Visit).where(Visit.id == visit_id).values(updated_at=since))
    db.session.commit()


# Postings


def test_a_posting_without_any_visit_is_missing_one(township):
    _person, posting = posted()
    assert posting in missing(township)


@pytest.mark.parametrize(("days_ago", "listed_still"), [(0, False), (29, False), (30, True)])
def test_the_days_are_counted_with_today_as_the_last(township, days_ago, listed_still):
    person, posting = posted()
    went(person, days_ago)
    assert (posting in missing(township, 30)) is listed_still


def test_a_visit_anywhere_in_the_township_serves_one_in_the_next_does_not(township):
    person, posting = posted()
    went(person, place_id=a_village(NEXT_TOWNSHIP))
    assert posting in missing(an_officer())

    went(person, place_id=a_village(number=2))
    assert posting not in missing(an_officer())


def test_for_a_posting_to_the_county_any_visit_in_it_serves(pingyang):
    county = db.session.scalar(select(Place.id).where(Place.region_code == COUNTY.ljust(12, "0")))
    person, posting = posted(county)
    assert posting in missing(an_officer())
    went(person, place_id=a_village(NEXT_TOWNSHIP))
    assert posting not in missing(an_officer())


def test_a_care_visit_and_one_that_was_sent_back_do_not_serve_a_waiting_one_does(township):
    person, posting = posted()
    went(person, kind=VisitKind.CARE)
    returned = went(person)
    decide_visit(township, returned, VisitState.RETURNED, "没有人见过")
    assert posting in missing(township)

    own = an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=person)
    record_visit(own, a_visit(commissioner_ids=(person,)))
    assert posting not in missing(township)


def test_who_came_lately_or_is_gone_is_not_missed(township):
    _new, just_posted = posted(days_ago=10)
    person = a_person()
    over = a_posting(person, a_village(), today() - LONG_AGO * A_DAY, today() - A_DAY)
    assert missing(township, 30) & {just_posted, over} == set()
    assert just_posted in missing(township, 10)


def test_only_ones_own_region(township):
    _person, posting = posted()
    assert posting in missing(an_officer(), township=SHUITOU)
    assert posting not in missing(an_officer(), township=NEXT_TOWNSHIP)
    for stranger in (an_actor(Role.TOWNSHIP, NEXT_TOWNSHIP), an_actor(Role.OFFICER, NEXT_COUNTY)):
        assert posting not in missing(stranger)


# Visits that wait


@pytest.mark.parametrize(("days_ago", "listed"), [(3, False), (4, True), (40, True)])
def test_more_than_so_many_days(township, days_ago, listed):
    own = a_commissioner()
    visit_id = record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,))).visit_id
    logged(visit_id, days_ago)
    assert (visit_id in late(township, 3)) is listed


def test_what_was_decided_waits_no_longer(township):
    own = a_commissioner()
    visit_id = record_visit(own, a_visit(commissioner_ids=(own.commissioner_id,))).visit_id
    logged(visit_id, 40)
    decide_visit(township, visit_id, VisitState.CONFIRMED)
    assert visit_id not in late(township, 3)


# The page, the home page, the settings


@pytest.mark.parametrize("days", ["", "0", "-3", "x", "²", "99999", "1.5", "3 天"])
def test_without_a_number_of_days_nothing_is_listed(township, days):
    found = gaps(township, days, days, "")
    assert (found.gap_days, found.waiting_days, found.postings, found.visits) == (None, None, None, None)


def test_the_address_speaks_before_the_setting(township):
    set_days(SettingKey.VISIT_GAP_DAYS, 90)
    set_days(SettingKey.WAITING_DAYS, 7)
    assert (gaps(township, "", "", "").gap_days, gaps(township, "", "", "").waiting_days) == (90, 7)
    assert (gaps(township, "30", "2", "").gap_days, gaps(township, "30", "2", "").waiting_days) == (30, 2)


def test_rows_stand_by_township_and_their_count_is_the_lists(pingyang):
    posted(a_village(NEXT_TOWNSHIP))
    posted()
    found = gaps(an_officer(), "30", "", "").postings
    in_order = select(Place.name).where(Place.name.in_([row["place"].split()[0] for row in found.rows]))
    names = list(dict.fromkeys(row["place"].split()[0] for row in found.rows))
    assert names == list(db.session.scalars(in_order.order_by(Place.region_code)))
    assert found.total == len(missing(an_officer()))


def test_only_who_confirms_has_the_page(pingyang):
    for nobody in (a_commissioner(), an_actor(Role.LEADER, COUNTY)):
        with pytest.raises(NotFound):
            gaps(nobody, "30", "3", "")


def test_the_home_page_tells_of_them_once_there_is_a_number(pingyang):
    officer = an_officer()
    posted()
    told = {one.line.text for one in (*home(officer).waiting, *home(officer).missing)}
    assert "在派特派员很久没有走访" not in told

    set_days(SettingKey.VISIT_GAP_DAYS, 30)
    (line,) = [one for one in home(officer).missing if one.line.text == "在派特派员很久没有走访"]
    asked = ListQuery(filters=line.filters)
    assert line.count == listed(officer, SUBJECTS["postings"].listing, asked).total > 0


@pytest.mark.parametrize("key", [SettingKey.VISIT_GAP_DAYS, SettingKey.WAITING_DAYS])
def test_days_that_cannot_be_are_refused(pingyang, key):
    for days in ("0", "3661", "x", "-1"):
        with pytest.raises(Invalid):
            set_days(key, days)


@pytest.mark.parametrize("key", [SettingKey.TOWNSHIP_VISITS_WAIT, SettingKey.COUNT_UNREJECTED])
def test_a_switch_is_on_or_off(pingyang, key):
    with pytest.raises(Invalid):
        set_days(key, "maybe")
