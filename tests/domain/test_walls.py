"""Links for walls: who makes them, what they open, and everything that ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from commissioner.access import Actor, Permission
from commissioner.domain import walls as subject
from commissioner.domain.walls import MOST_LIVE, WallDraft, discreet, make_wall, wall_of, walls, withdraw_wall
from commissioner.models import Account, AuditEntry, SignInTry, WallLink, db
from commissioner.problems import AlreadyDone, Busy, Invalid, NotFound, TooManyTries
from commissioner.units import today
from commissioner.vocabulary import Role
from tests.factories import an_actor, an_officer
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU

DAY = timedelta(days=1)
CALLER = "c" * 64


def a_link(actor: Actor, name: str = "三楼会议室", **said) -> str:
    return make_wall(actor, WallDraft(name=name, view=said.pop("view", "year=2022"), **said))


def a_leader(region: str = COUNTY) -> Actor:
    return an_actor(Role.LEADER, region)


def row() -> WallLink:
    db.session.expire_all()
    return db.session.scalars(select(WallLink).order_by(WallLink.id.desc())).first()


def changed(model, **values) -> None:
    db.session.execute(update(model).values(**values))
    db.session.commit()


def test_a_link_opens_for_nobody_in_particular(pingyang):
    wall = wall_of(a_link(a_leader()), CALLER)

    assert (wall.name, wall.view) == ("三楼会议室", "year=2022")
    assert wall.actor.region_code == COUNTY
    assert wall.actor.account_id is None
    assert [one for one in Permission if wall.actor.can(one)] == [Permission.LOOK]


def test_of_the_address_only_a_digest_is_kept(pingyang):
    token = a_link(a_leader())
    kept = db.session.execute(select(WallLink.__table__)).one()
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "wall_links")).all()

    assert token not in repr(kept)
    assert [line.action for line in lines] == ["walls.make_wall_link"]
    assert token not in repr([line.changes for line in lines])
    assert lines[0].changes["wall_name"] == "三楼会议室"


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.COMMISSIONER, Role.INSTITUTION])
def test_who_may_not_show_the_region_makes_and_sees_no_link(pingyang, role):
    actor = Actor(role=role, region_code=SHUITOU, account_id=1)
    for forbidden in (lambda: a_link(actor), lambda: walls(actor), lambda: withdraw_wall(actor, 1)):
        with pytest.raises(NotFound):
            forbidden()


def test_a_withdrawn_link_is_dead_at_once_and_told(pingyang):
    leader = a_leader()
    token = a_link(leader)
    withdraw_wall(leader, row().id)
    withdraw_wall(leader, row().id)  # a second click changes nothing

    with pytest.raises(NotFound):
        wall_of(token, CALLER)
    assert row().withdrawn_on == today()
    told = select(func.count()).where(AuditEntry.action == "walls.withdraw_wall_link")
    assert db.session.scalar(told) == 1
    assert [one.live for one in walls(leader)] == [False]


def test_a_link_opens_through_its_last_day(pingyang):
    token = a_link(a_leader(), until=today())
    assert wall_of(token, CALLER)

    changed(WallLink, made_on=today() - 2 * DAY, expires_on=today() - DAY)
    with pytest.raises(NotFound):
        wall_of(token, CALLER)


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"role": Role.TOWNSHIP}, {"region_code": NEXT_COUNTY}, {"region_code": SHUITOU}],
    ids=["closed", "without the right", "gone to another county", "answers for a part only"],
)
def test_a_link_is_as_good_as_its_makers_account(pingyang, change):
    leader = a_leader()
    token = a_link(leader)
    db.session.execute(update(Account).where(Account.id == leader.account_id).values(**change))
    db.session.commit()

    with pytest.raises(NotFound):
        wall_of(token, CALLER)
    assert [one.live for one in walls(an_officer())] == [False]


def test_a_wider_region_of_the_maker_does_not_widen_the_link(pingyang):
    leader = a_leader(SHUITOU)
    token = a_link(leader)
    db.session.execute(update(Account).where(Account.id == leader.account_id).values(region_code=COUNTY))
    db.session.commit()

    assert wall_of(token, CALLER).actor.region_code == SHUITOU


def test_the_bureau_answers_for_every_link_of_the_county_and_a_leader_for_the_own(pingyang):
    leader, other, officer = a_leader(), a_leader(), an_officer()
    a_link(leader)
    wall_id = row().id

    assert [one.id for one in walls(leader)] == [one.id for one in walls(officer)] == [wall_id]
    assert walls(other) == walls(an_actor(Role.OFFICER, NEXT_COUNTY)) == []
    for stranger in (other, an_actor(Role.ADMINISTRATOR, NEXT_COUNTY)):
        with pytest.raises(NotFound):
            withdraw_wall(stranger, wall_id)
    withdraw_wall(officer, wall_id)
    assert row().withdrawn_on == today()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"until": today() - DAY}, "until"),
        ({"until": today() + 5000 * DAY}, "until"),
        ({"view": "layer=visits&" * 50}, "moment"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(pingyang, said, field):
    with pytest.raises(Invalid) as refused:
        a_link(a_leader(), **said)
    assert set(refused.value.fields) == {field}
    assert row() is None


def test_a_county_has_so_many_links_that_open_and_no_more(pingyang, monkeypatch):
    monkeypatch.setattr(subject, "MOST_LIVE", 2)
    leader = a_leader()
    a_link(leader), a_link(an_officer())
    with pytest.raises(Invalid):
        a_link(leader)
    a_link(a_leader(NEXT_COUNTY))  # another county counts its own
    withdraw_wall(leader, next(one.id for one in walls(leader)))
    assert a_link(leader)
    assert MOST_LIVE == 50


def test_a_form_that_is_sent_twice_makes_one_link(pingyang):
    leader, client_id = a_leader(), "5f5b3f5e-0000-4000-8000-000000000001"
    draft = WallDraft(name="三楼会议室", view="")
    make_wall(leader, draft, client_id)
    with pytest.raises(AlreadyDone):
        make_wall(leader, draft, client_id)
    assert len(walls(leader)) == 1


def test_the_day_it_was_opened_is_kept_once_a_day_and_nothing_else(pingyang, monkeypatch):
    leader = a_leader()
    token = a_link(leader)
    assert row().last_opened_on is None
    lines = select(func.count(AuditEntry.id))
    before = db.session.scalar(lines)
    wall_of(token, CALLER)
    assert row().last_opened_on == today()
    assert db.session.scalar(lines) == before

    def refuse(*_args, **_more):
        raise AssertionError("written again on the same day")

    monkeypatch.setattr(subject, "change", refuse)
    wall_of(token, CALLER)


def test_a_busy_database_keeps_no_screen_dark(pingyang, monkeypatch):
    token = a_link(a_leader())

    def busy(*_args, **_more):
        raise Busy

    monkeypatch.setattr(subject, "change", busy)
    assert wall_of(token, CALLER).name == "三楼会议室"
    assert row().last_opened_on is None


@pytest.mark.parametrize("wrong", ["", "x", "长", "x" * 65, "x" * 100_000, "../..", "%00"])
def test_a_wrong_token_opens_nothing(pingyang, wrong):
    a_link(a_leader())
    with pytest.raises(NotFound):
        wall_of(wrong, CALLER)


def test_who_tries_too_many_tokens_is_made_to_wait_and_a_true_link_still_opens(pingyang):
    token = a_link(a_leader())
    for number in range(30):
        with pytest.raises(NotFound):
            wall_of(f"wrong-{number}", CALLER)
    with pytest.raises(TooManyTries):
        wall_of("wrong", CALLER)
    with pytest.raises(NotFound):
        wall_of("wrong", "d" * 64)

    assert wall_of(token, CALLER).name == "三楼会议室"
    assert db.session.scalar(select(func.count(SignInTry.id))) == 31


def test_on_a_wall_nobody_is_named_and_no_hidden_layer_is_sent():
    marks = '"needs":{"id":[7],"name":["secret"]},"bases":{"id":[5],"name":["b"]}'
    people = '"postings":{"id":[1,2],"name":["x","y"],"lat":[3,4]}'
    body = f'{{"townships":{{"id":[1],"name":["a"]}},{people},{marks}}}'.encode()
    told = discreet(body, {"postings", "bases"}, {"postings": "派驻", "needs": "需求"}).decode()

    assert '"postings":{"id":[1,2],"name":["派驻","派驻"],"lat":[3,4]}' in told
    assert '"needs":{"id":[],"name":[]}' in told
    assert '"bases":{"id":[5],"name":["b"]}' in told
    assert '"townships":{"id":[1],"name":["a"]}' in told
