"""A batch's call: needs come into it while it runs, its close is moved with a reason, and what it brought is counted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from commissioner.domain import records
from commissioner.domain.batch_calls import STEPS, CloseDraft, Tally, batch_needs, call_of, move_call
from commissioner.domain.calls import running_calls
from commissioner.domain.home import home
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.match_answers import AnswerDraft, PostDraft, answer_match, post, propose
from commissioner.domain.need_steps import StepDraft, decline_need, take_up_need
from commissioner.domain.needs import NEEDS
from commissioner.domain.postings import BATCHES
from commissioner.domain.todo import TodoKind, todo
from commissioner.models import AuditEntry, Batch, Match, Posting, db
from commissioner.problems import Conflict, Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import Industry, Level, MatchSide, NeedState, Role
from tests.factories import NEXT_TOWNSHIP, a_person, a_village, an_actor, an_officer
from tests.needs import a_call, a_need, need_draft, put, raised_by, version_of
from tests.people import COUNTY, NEXT_COUNTY

pytestmark = pytest.mark.usefixtures("pingyang")
DAY = timedelta(days=1)


def fault(actor, batch: int) -> str:
    with pytest.raises(Invalid) as refusal:
        raised_by(actor, batch_id=batch)
    return str(refusal.value.fields["batch_id"])


def version(batch: int) -> int:
    db.session.rollback()
    return db.session.scalar(select(Batch.version).where(Batch.id == batch))


def batch_draft(**changes):
    day = today()
    draft = {
        "name": "示例批次",
        "level": Level.COUNTY,
        "opens_on": day,
        "closes_on": None,
        "call_opens_on": None,
        "call_closes_on": None,
        "call_text": "",
        "note": "",
    }
    return {**draft, **changes}


# Raising into it


def test_a_township_raises_into_a_call_on_its_first_and_its_last_day(township):
    for opens, closes in ((0, 9), (-9, 0)):
        assert raised_by(township, batch_id=a_call(opens, closes))


def test_before_and_after_it_nothing_is_added_by_anybody(township):
    for actor in (township, an_officer()):
        assert "已经截止" in fault(actor, a_call(-9, -1))
        assert "才开始" in fault(actor, a_call(1, 9))


def test_a_batch_without_a_call_is_for_the_bureau_to_sort_needs_into(township):
    batch = a_call(call_opens_on=None, call_closes_on=None)

    assert "没有征集需求" in fault(township, batch)
    assert raised_by(an_officer(), batch_id=batch)


def test_a_need_that_came_in_time_may_still_be_worded_after_the_close(township):
    batch = a_call()
    need = raised_by(township, batch_id=batch)
    with db.engine.begin() as connection:
        connection.execute(Batch.__table__.update().values(call_closes_on=today() - DAY).where(Batch.id == batch))

    records.amend(township, NEEDS, need, need_draft(batch_id=batch, title="改过"), version_of(need))

    other = raised_by(township)
    with pytest.raises(Invalid) as refusal:
        records.amend(township, NEEDS, other, need_draft(batch_id=batch), version_of(other))
    assert set(refusal.value.fields) == {"batch_id"}


def test_another_countys_call_is_no_choice(township):
    batch = a_call(region_code=NEXT_COUNTY.ljust(12, "0"))

    assert "不在您的范围内" in fault(township, batch)
    assert batch not in {one.id for one in running_calls(township)}


# Its dates


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"call_opens_on": 0}, "call_closes_on"),
        ({"call_closes_on": 0}, "call_opens_on"),
        ({"call_opens_on": 3, "call_closes_on": 2}, "call_closes_on"),
    ],
)
def test_a_call_has_two_days_in_order(said, wrong):
    days = {key: today() + value * DAY for key, value in said.items()}

    with pytest.raises(Invalid) as refusal:
        records.create(an_officer(), BATCHES, batch_draft(**days))

    assert set(refusal.value.fields) == {wrong}


def test_the_bureau_extends_a_call_that_has_closed(township):
    officer, batch = an_officer(), a_call(-9, -1)

    move_call(officer, batch, CloseDraft(version=version(batch), day=today() + 7 * DAY, reason="台风，延后"))

    assert call_of(officer, batch).days_left == 7
    assert raised_by(township, batch_id=batch)
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "batches.move_call")).one()
    assert line.changes["reason"] == [None, "台风，延后"]
    assert "call_closes_on" in line.changes


def test_the_close_is_not_moved_into_the_past_nor_without_a_word(township):
    officer, batch = an_officer(), a_call(-9, 5)

    for day, reason, wrong in (
        (today() - DAY, "早了", {"day"}),
        (today() + 5 * DAY, "没有改", {"day"}),
        (None, "没有写", {"day"}),
        (today() + 9 * DAY, " ", {"reason"}),
    ):
        with pytest.raises(Invalid) as refusal:
            move_call(officer, batch, CloseDraft(version=version(batch), day=day, reason=reason))
        assert set(refusal.value.fields) == wrong
    move_call(officer, batch, CloseDraft(version=version(batch), day=today(), reason="提前"))
    with pytest.raises(Conflict):
        move_call(officer, batch, CloseDraft(version=1, day=today() + DAY, reason="又延"))
    for stranger in (township, an_actor(Role.OFFICER, NEXT_COUNTY)):
        with pytest.raises(NotFound):
            move_call(stranger, batch, CloseDraft(version=2, day=today() + DAY, reason="x"))


def test_a_batch_without_a_call_has_none_to_move():
    batch = a_call(call_opens_on=None, call_closes_on=None)

    with pytest.raises(NotFound):
        move_call(an_officer(), batch, CloseDraft(version=1, day=today(), reason="x"))


# Who is told


def test_townships_see_a_running_call_at_home_and_among_their_dates(township):
    batch = a_call(-1, 4)
    a_call(1, 9)
    a_call(-9, -1)

    for actor in (township, an_officer()):
        assert [(one.id, one.days_left) for one in home(actor).calls] == [(batch, 4)]
        dates = [one for one in todo(actor, today(), today() + 60 * DAY).items if one.kind is TodoKind.CALL]
        assert [(one.row_id, one.days_left) for one in dates] == [(batch, 4)]
    leader = an_actor(Role.LEADER, COUNTY)
    assert home(leader).calls == ()
    assert [one for one in todo(leader, today(), today() + 60 * DAY).items if one.kind is TodoKind.CALL] == []


def lines_of(actor) -> dict[str, int]:
    return {one.line.text: one.count for one in home(actor).waiting}


def test_home_tells_the_bureau_what_waits_and_the_township_what_became_of_it(township):
    officer = an_officer()
    assert "乡镇提的需求等您受理" not in lines_of(officer)
    opened, declined = raised_by(township), raised_by(township)
    assert lines_of(officer)["乡镇提的需求等您受理"] == 2

    take_up_need(officer, opened, StepDraft(version=version_of(opened)))
    decline_need(officer, declined, StepDraft(version=version_of(declined), words="没有经费"))

    assert "乡镇提的需求等您受理" not in lines_of(officer)
    told = lines_of(township)
    assert told["需求已受理，开始找人"] == 1
    assert told["需求没有被采纳，可以补充后再提"] == 1
    assert "需求已受理，开始找人" not in lines_of(an_actor(region_code=NEXT_TOWNSHIP))


# What it brought


def counted(actor, batch: int):
    return batch_needs(actor, batch, call_of(actor, batch))


def test_each_number_is_the_number_of_rows_behind_it(township):
    officer, batch = an_officer(), a_call()
    raised_by(township, batch_id=batch)
    for state in (NeedState.OPEN, NeedState.AGREED, NeedState.DECLINED, NeedState.WITHDRAWN, NeedState.POSTED):
        put(raised_by(township, batch_id=batch), state)
    put(raised_by(officer, batch_id=batch, industry=Industry.FRUIT, place_id=a_village(NEXT_TOWNSHIP)), NeedState.DONE)

    told = counted(officer, batch)

    assert told.whole == Tally(raised=7, answered=5, met=3, posted=1)
    assert [(name, tally.raised) for _code, name, tally in told.by_township] == [("水头镇", 6), ("腾蛟镇", 1)]
    assert [(one, tally.raised) for one, tally in told.by_industry] == [(Industry.TEA, 6), (Industry.FRUIT, 1)]
    for code, _name, tally in told.by_township:
        for key, filters in STEPS.items():
            asked = ListQuery(filters={"batch": str(batch), "township": code, **filters})
            assert listed(officer, NEEDS.listing, asked).total == getattr(tally, key), key
    assert "昆阳镇" in told.silent
    assert "水头镇" not in told.silent


def test_a_township_counts_its_own(township):
    batch = a_call()
    raised_by(an_officer(), batch_id=batch, place_id=a_village(NEXT_TOWNSHIP))

    told = counted(township, batch)

    assert (told.whole, told.silent) == (Tally(), ())


def test_a_posting_made_from_a_match_is_of_the_needs_batch():
    officer, batch = an_officer(), a_call()
    need = a_need(batch_id=batch)
    match = propose(officer, need, a_person())
    for side in MatchSide:
        answer_match(officer, match, AnswerDraft(side=side, agreed=True, words="来电"))

    posting = post(officer, match, PostDraft(level=Level.COUNTY, starts_on=today()))

    assert db.session.get_one(Posting, posting).batch_id == batch
    assert counted(officer, batch).whole == Tally(raised=1, answered=1, met=1, posted=1)
    assert db.session.get_one(Match, match).posting_id == posting
