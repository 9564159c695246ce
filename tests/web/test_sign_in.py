"""The door: it opens to the right password, tells others nothing, and closes by itself."""

import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import select, update

from commissioner import create_app
from commissioner.domain.accounts import LOCK_MINUTES, TRIES_BEFORE_LOCK, TRIES_PER_ADDRESS, hashed
from commissioner.models import Account, AuditEntry, SignInTry, Visit, db
from commissioner.models.base import now
from commissioner.vocabulary import Role
from tests.factories import written
from tests.people import SHUITOU, People, Person

PASSWORD, WRONG = "a-good-long-password", "not-the-password"
NEW = "another-good-password"
MINUTE = 60
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil.example",
    "https:evil.example",
    " //evil.example",
    "\\\\evil.example",
)


@pytest.fixture(scope="session")
def password_hash():
    return hashed(PASSWORD)


@pytest.fixture
def zhang(app, password_hash):
    """Somebody of Shuitou with a password of their own; gives back the account's id."""
    return an_account("zhang", password_hash)


@pytest.fixture
def door(app):
    return People(app).as_nobody


def an_account(username, password_hash, **changes):
    said = {
        "username": username,
        "display_name": "张三",
        "role": Role.TOWNSHIP,
        "region_code": SHUITOU,
        "password_hash": password_hash,
        "must_change_password": False,
        "session_stamp": "0" * 32,
        **changes,
    }
    return written(Account, **said)


def enter(person: Person, username="zhang", password=PASSWORD, status=303, url="/sign-in"):
    return person.submit(url, status, username=username, password=password)


def account(account_id) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, account_id)


def turned_away(person: Person, url="/") -> bool:
    return person.get(url, 302).location.startswith("/sign-in")


def test_the_right_password_opens_the_door(door, zhang):
    assert turned_away(door)

    assert enter(door).location == "/"
    assert "张三" in door.get("/").plain


def test_a_name_is_read_as_people_type_it(door, zhang):
    enter(door, username="  Zhang ")

    door.get("/")


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(door, zhang):
    wrong, unknown = enter(door, password=WRONG, status=422), enter(door, username="nobody", status=422)

    assert wrong.errors() == unknown.errors() != []
    assert wrong.plain == unknown.plain
    assert wrong.field("username") == "zhang"
    assert wrong.field("password") == ""
    assert turned_away(door)


def test_an_account_that_is_kept_out_is_told_nothing_else(door, password_hash):
    an_account("gone", password_hash, active=False)

    assert enter(door, "gone", status=422).errors() == enter(door, "nobody", status=422).errors()


def test_five_wrong_passwords_lock_the_account_for_a_while(door, zhang):
    for _ in range(TRIES_BEFORE_LOCK):
        enter(door, password=WRONG, status=422)

    assert str(LOCK_MINUTES) in enter(door, status=429).plain
    assert turned_away(door)
    (line,) = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == zhang))
    assert set(line.changes) == {"locked_until"}

    db.session.execute(update(Account).values(locked_until=now() - timedelta(seconds=1)))
    db.session.commit()
    enter(door)
    assert (account(zhang).failed_tries, account(zhang).locked_until) == (0, None)


def test_a_success_forgives_the_tries_before_it(door, zhang):
    for _ in range(TRIES_BEFORE_LOCK - 1):
        enter(door, password=WRONG, status=422)
    enter(door)

    assert account(zhang).failed_tries == 0


def test_an_address_that_tries_too_often_waits_whatever_it_says(door, zhang):
    digest = _digest_of_a_failure(door)
    for _ in range(TRIES_PER_ADDRESS - 1):
        written(SignInTry, address_digest=digest, tried_at=now())

    enter(door, status=429)
    db.session.execute(update(SignInTry).values(tried_at=now() - timedelta(minutes=LOCK_MINUTES + 1)))
    db.session.commit()
    enter(door)


def test_the_tries_of_one_address_do_not_shut_the_door_on_another(door, zhang):
    for _ in range(TRIES_PER_ADDRESS):
        written(SignInTry, address_digest="somewhere else", tried_at=now())

    enter(door)


def test_what_is_kept_of_an_address_is_no_address(door, zhang):
    assert "127.0.0.1" not in _digest_of_a_failure(door)


def _digest_of_a_failure(door):
    enter(door, "nobody", status=422)
    return db.session.scalars(select(SignInTry.address_digest)).one()


# The first password


def test_the_first_password_is_changed_before_anything_else(door, password_hash):
    an_account("fresh", password_hash, must_change_password=True)
    enter(door, "fresh")

    for url in ("/", "/visits/", "/visits/log", "/map", "/visits/export.xlsx", "/search?q=x"):
        assert door.get(url, 302).location == "/password", url
    door.post("/visits/log", {"topic": "走后门"}, 302)
    assert db.session.scalars(select(Visit.id)).all() == []

    door.submit("/password", current=PASSWORD, new=NEW, again=NEW)
    door.get("/")


def test_somebody_with_a_first_password_may_leave_and_choose_a_language(door, password_hash):
    an_account("fresh", password_hash, must_change_password=True)
    enter(door, "fresh")

    door.post("/language", {"language": "en"})
    door.post("/sign-out", {})
    assert turned_away(door)


@pytest.mark.parametrize(
    ("new", "again"),
    [("short", "short"), (NEW, NEW + "x"), (PASSWORD, PASSWORD), ("1111111111111", "1111111111111"), ("", "")],
    ids=["short", "mistyped", "the old one", "one character", "empty"],
)
def test_a_new_password_must_be_one(door, zhang, new, again):
    enter(door)

    assert door.submit("/password", 422, current=PASSWORD, new=new, again=again).errors()
    assert account(zhang).session_stamp == "0" * 32


def test_a_new_password_wants_the_old_one(door, zhang):
    enter(door)

    assert door.submit("/password", 422, current=WRONG, new=NEW, again=NEW).errors()


def test_a_new_password_ends_every_other_session(app, zhang):
    desk, phone = People(app).as_nobody, People(app).as_nobody
    for door in (desk, phone):
        enter(door)

    desk.submit("/password", current=PASSWORD, new=NEW, again=NEW)

    desk.get("/")
    assert turned_away(phone)
    enter(phone, password=PASSWORD, status=422)
    enter(phone, password=NEW)


def test_an_account_that_is_kept_out_is_out_at_once(door, zhang):
    enter(door)
    db.session.execute(update(Account).values(active=False))
    db.session.commit()

    assert turned_away(door)


# Leaving


def test_leaving_ends_the_session(door, zhang):
    enter(door)
    door.post("/sign-out", {})

    assert turned_away(door)


def test_who_is_idle_too_long_is_signed_out_and_who_is_busy_is_not(door, zhang, clock):
    enter(door)

    for _ in range(3):
        clock.passes(119)
        door.get("/")
    clock.passes(121)
    assert turned_away(door)


def test_a_forged_or_old_token_opens_nothing(app, zhang):
    for token in ("1.", f"{zhang}.{'1' * 32}", "1", "x.y", f"{zhang + 1}.{'0' * 32}", "-1.0"):
        assert turned_away(Person(app, People(app).as_nobody.actor, token)), token


@pytest.fixture
def clock(monkeypatch):
    """A clock that jumps, for cookies as for the browser that keeps them."""

    class Clock:
        ahead = 0

        def passes(self, minutes):
            self.ahead += minutes * MINUTE

    jumping = Clock()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: int(time.time()) + jumping.ahead)
    return jumping


# Where it leads


@pytest.mark.parametrize("ours", ["/visits/?year=2022", "/map", "/places/1"])
def test_the_door_leads_to_where_one_was_going(door, zhang, ours):
    sent_to = door.get(ours, 302).location

    assert enter(door, url=sent_to).location == ours


def test_the_door_never_leads_out_of_the_house(app, door, zhang):
    for theirs in ELSEWHERE:
        enter_by = f"/sign-in?next={quote(theirs)}"
        visitor = People(app).as_nobody

        assert stays(enter(visitor, url=enter_by).location), theirs
        assert stays(visitor.get(enter_by, 302).location), theirs
        for switch in ("/language", "/large-type"):
            assert stays(visitor.post(switch, {"next": theirs}).location), (switch, theirs)


def stays(location: str) -> bool:
    """Whether a browser, which drops tabs and line ends and reads \\ as /, stays here."""
    read = "".join(location.split()).replace("\\", "/")
    return read.startswith("/") and not read.startswith("//")


def test_who_is_in_needs_no_door(door, zhang):
    enter(door)

    assert door.get("/sign-in", 302).location == "/"


# What goes with it


@pytest.mark.parametrize("https", [False, True])
def test_the_session_cookie_is_for_our_server_alone(app, zhang, https):
    settings = replace(app.extensions["settings"], https=https)
    served = create_app(settings)
    with served.app_context():
        client = served.test_client()
        base_url = "https://localhost" if https else "http://localhost"
        page = client.get("/sign-in", base_url=base_url)
        token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = client.post(
            "/sign-in",
            data={"csrf_token": token, "username": "zhang", "password": PASSWORD},
            base_url=base_url,
            headers={"Referer": base_url + "/sign-in"},
        )
        db.session.remove()
        db.engine.dispose()

    assert answer.status_code == 303
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("commissioner=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == https


def test_what_a_stranger_put_into_the_session_is_gone_after_signing_in(app, zhang):
    door = People(app).as_nobody
    with door._client.session_transaction() as session:
        session["planted"] = "yes"
    enter(door)

    with door._client.session_transaction() as session:
        assert "planted" not in session


def test_a_form_from_elsewhere_is_refused_in_words(door, zhang):
    page = door._answer("POST", "/sign-in", 400, data={"username": "zhang", "password": PASSWORD})

    assert page.heading
    assert turned_away(door)


def test_no_page_is_kept_by_a_cache(door, zhang):
    enter(door)

    for url in ("/", "/sign-in", "/visits/"):
        response = door._client.get(url)
        assert response.headers["Cache-Control"] == "no-store", url
