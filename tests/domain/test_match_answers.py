"""Two-way selection: who may answer, two at once, a need given up meanwhile, and the posting that comes of it."""

from __future__ import annotations

import contextvars
import threading
import uuid
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from flask import Flask
from sqlalchemy import select

from commissioner.access import Actor
from commissioner.domain.agreement import agreement_document, agreement_of
from commissioner.domain.match_answers import AnswerDraft, PostDraft, answer_match, match_standing, post, propose
from commissioner.domain.need_steps import StepDraft, withdraw_need
from commissioner.models import AuditEntry, Match, MatchAnswer, Need, Posting, db
from commissioner.problems import AlreadyDone, Invalid, NotFound, Settled
from commissioner.reports.word import to_word
from commissioner.units import today
from commissioner.vocabulary import Level, MatchSide, MatchState, NeedState, Role
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_actor, an_officer
from tests.needs import a_need, version_of
from tests.people import COUNTY, NEXT_COUNTY

PLACE, PERSON = MatchSide
YES = {side: AnswerDraft(side=side, agreed=True) for side in MatchSide}


class Case:
    """A need of Shuitou, somebody proposed for it, and the three who deal with it."""

    def __init__(self) -> None:
        self.officer, self.township, self.person = an_officer(), an_actor(), a_person()
        self.commissioner = an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=self.person)
        self.need = a_need(title="茶园<b>&减药", wanted_speciality="植保")
        self.match = propose(self.officer, self.need, self.person)

    def agree(self) -> None:
        answer_match(self.township, self.match, YES[PLACE])
        answer_match(self.commissioner, self.match, YES[PERSON])

    def withdraw(self) -> None:
        withdraw_need(self.township, self.need, StepDraft(version=version_of(self.need), words="已自行解决"))

    def stands(self) -> tuple[MatchState, NeedState]:
        db.session.rollback()
        statement = select(Match.state, Need.state).join(Need, Need.id == Match.need_id).where(Match.id == self.match)
        return tuple(db.session.execute(statement).one())


@pytest.fixture
def case(pingyang: Flask) -> Case:
    return Case()


def terms(**changes) -> PostDraft:
    said = {"level": Level.COUNTY, "starts_on": today(), "ends_on": today() + timedelta(days=364), "required_days": 60}
    return PostDraft(**{**said, **changes})


def test_the_proposal_keeps_its_reasons_and_moves_the_need(case):
    row = db.session.get_one(Match, case.match)

    assert "？没有写专长" in row.reason
    assert case.stands() == (MatchState.PROPOSED, NeedState.PROPOSED)


def test_both_sides_agree_and_the_need_is_agreed(case):
    answer_match(case.township, case.match, YES[PLACE])
    assert case.stands() == (MatchState.PLACE_AGREED, NeedState.PROPOSED)

    answer_match(case.commissioner, case.match, YES[PERSON])

    assert case.stands() == (MatchState.AGREED, NeedState.AGREED)
    assert db.session.get_one(Match, case.match).decided_on == today()
    told = match_standing(case.officer, case.match)
    assert [(one.side, one.agreed, one.on_behalf) for one in told.answers] == [
        (PLACE, True, False),
        (PERSON, True, False),
    ]
    assert told.may_post


def test_a_refusal_says_why_and_opens_the_need_again(case):
    with pytest.raises(Invalid) as refusal:
        answer_match(case.commissioner, case.match, AnswerDraft(side=PERSON, agreed=False))
    assert set(refusal.value.fields) == {"words"}

    answer_match(case.commissioner, case.match, AnswerDraft(side=PERSON, agreed=False, words="今年在外地"))

    assert case.stands() == (MatchState.DECLINED, NeedState.OPEN)
    with pytest.raises(Settled):
        answer_match(case.township, case.match, YES[PLACE])


def test_nobody_answers_for_the_other_side(case):
    for actor, side in ((case.township, PERSON), (case.commissioner, PLACE), (case.township, None)):
        with pytest.raises(Invalid) as refusal:
            answer_match(actor, case.match, AnswerDraft(side=side, agreed=True))
        assert "side" in refusal.value.fields
    assert db.session.scalars(select(MatchAnswer)).all() == []


def test_the_bureau_writes_down_an_answer_and_says_how_it_came(case):
    with pytest.raises(Invalid) as refusal:
        answer_match(case.officer, case.match, YES[PERSON])
    assert set(refusal.value.fields) == {"words"}

    answer_match(case.officer, case.match, AnswerDraft(side=PERSON, agreed=True, words="本人电话里同意"))

    assert match_standing(case.officer, case.match).answers[0].on_behalf


def test_strangers_find_no_such_match(case):
    strangers = (
        an_actor(region_code=NEXT_TOWNSHIP),
        an_actor(Role.OFFICER, NEXT_COUNTY),
        an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=a_person("别人")),
        an_actor(Role.LEADER, NEXT_COUNTY),
    )
    for stranger in strangers:
        for ask in (
            lambda actor: answer_match(actor, case.match, YES[PLACE]),
            lambda actor: match_standing(actor, case.match),
            lambda actor: post(actor, case.match, terms()),
            lambda actor: agreement_of(actor, case.match),
        ):
            with pytest.raises(NotFound):
                ask(stranger)
    with pytest.raises(NotFound):
        answer_match(an_actor(Role.LEADER, COUNTY), case.match, YES[PLACE])


def test_somebody_of_another_county_is_not_proposed(case):
    from tests.domain.test_matching import a_specialist

    stranger = a_specialist("外县", "植保", region_code=NEXT_COUNTY.ljust(12, "0"))

    with pytest.raises(NotFound):
        propose(case.officer, case.need, stranger)


def test_the_same_side_answers_once_and_a_second_click_is_the_same_answer(case):
    click = str(uuid.uuid4())
    answer_match(case.township, case.match, YES[PLACE], click)
    with pytest.raises(AlreadyDone):
        answer_match(case.township, case.match, YES[PLACE], click)
    with pytest.raises(Settled):
        answer_match(an_actor(), case.match, AnswerDraft(side=PLACE, agreed=False, words="不要"))

    assert case.stands()[0] is MatchState.PLACE_AGREED


def test_two_sides_at_once_end_in_agreement(case, pingyang):
    assert _at_once(pingyang, [(case.township, PLACE), (case.commissioner, PERSON)], case.match) == []
    assert case.stands() == (MatchState.AGREED, NeedState.AGREED)


def test_two_of_one_township_at_once_are_one_answer(case, pingyang):
    refused = _at_once(pingyang, [(case.township, PLACE), (an_actor(), PLACE)], case.match)

    assert [type(one) for one in refused] == [Settled]
    assert case.stands()[0] is MatchState.PLACE_AGREED


def _at_once(app: Flask, answers: list[tuple[Actor, MatchSide]], match_id: int) -> list[Exception]:
    db.session.rollback()
    gate, refused = threading.Barrier(len(answers)), []

    def say(actor: Actor, side: MatchSide) -> None:
        with app.app_context():
            gate.wait()
            try:
                answer_match(actor, match_id, YES[side])
            except Exception as problem:  # noqa: BLE001 - the story looks at what it was
                refused.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=contextvars.Context().run, args=(say, *one)) for one in answers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return refused


def test_a_withdrawn_need_cannot_be_answered_posted_or_proposed_for(case):
    answer_match(case.township, case.match, YES[PLACE])
    case.withdraw()
    before = len(db.session.scalars(select(AuditEntry.id)).all())

    for ask in (
        lambda: answer_match(case.commissioner, case.match, YES[PERSON]),
        lambda: post(case.officer, case.match, terms()),
        lambda: propose(case.officer, case.need, a_person("另一位")),
    ):
        with pytest.raises(Settled) as refusal:
            ask()
        assert refusal.value.values["state"] == "已撤回"

    assert case.stands() == (MatchState.DECLINED, NeedState.WITHDRAWN)
    assert len(db.session.scalars(select(AuditEntry.id)).all()) == before


def test_agreement_makes_the_posting_in_one_change(case):
    with pytest.raises(Settled):
        post(case.officer, case.match, terms())
    case.agree()

    posting = db.session.get_one(Posting, post(case.officer, case.match, terms()))

    assert (posting.commissioner_id, posting.place_id, posting.required_days) == (case.person, a_village(), 60)
    assert db.session.get_one(Match, case.match).posting_id == posting.id
    assert case.stands() == (MatchState.AGREED, NeedState.POSTED)
    with pytest.raises(Settled):
        post(case.officer, case.match, terms())


def test_a_posting_that_breaks_a_rule_leaves_everything_as_it_was(case):
    case.agree()
    a_posting(case.person, a_village(), today() - timedelta(days=9))

    with pytest.raises(Invalid) as refusal:
        post(case.officer, case.match, terms())

    assert set(refusal.value.fields) == {"starts_on"}
    assert case.stands() == (MatchState.AGREED, NeedState.AGREED)
    assert db.session.get_one(Match, case.match).posting_id is None


def test_a_township_does_not_post(case):
    case.agree()

    with pytest.raises(NotFound):
        post(case.township, case.match, terms())


def test_the_agreement_opens_in_word_and_holds_the_terms_as_they_were_written(case):
    with pytest.raises(Settled):
        agreement_of(case.officer, case.match)
    case.agree()
    post(case.officer, case.match, terms())

    written = docx.Document(BytesIO(to_word(agreement_document(agreement_of(case.commissioner, case.match)))))

    said = "\n".join(one.text for one in written.paragraphs)
    cells = [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    assert written.paragraphs[0].text == "科技特派员服务三方协议书"
    assert "茶园<b>&减药" in said
    assert f"期限为{today().year}年{today().month}月{today().day}日至" in said
    assert "不少于60天" in said
    assert "示例专家" in cells
    assert "水头镇" in cells
    assert sum("签字：" in one for one in cells) == 3


def test_an_agreement_before_the_posting_leaves_room_for_its_dates(case):
    case.agree()

    said = str(agreement_document(agreement_of(case.officer, case.match)))

    assert "____年__月__日至____年__月__日" in said
