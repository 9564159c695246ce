"""The weekly mail: asked for, once a week, with nothing that could write a header of its own."""

import smtplib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from commissioner import mail
from commissioner.domain.digest_sending import Addresses, send_digests
from commissioner.domain.digests import DigestWish, digest_wish, keep_digest, unsubscribe, unsubscriber
from commissioner.mail import Letter, message_of, post_office
from commissioner.models import Account, Digest, db
from commissioner.problems import Invalid, Misconfigured, NotFound
from commissioner.units import today
from commissioner.vocabulary import Role
from tests.conftest import SECRET
from tests.domain.test_todo import a_milestone, a_problem
from tests.factories import NEXT_TOWNSHIP, an_actor
from tests.people import NEXT_COUNTY

DAY = timedelta(days=1)
AT = Addresses(
    record=lambda subject, row_id: f"https://kjt.example/{subject}/{row_id}",
    todo="https://kjt.example/todo",
    unsubscribe=lambda token: f"https://kjt.example/digest/{token}",
)
OFFICE = post_office("smtp://mail.example:2525", "kjt@example.com")


class Server:
    """A mail server in this process: keeps what it gets, or refuses."""

    def __init__(self):
        self.kept, self.fault = [], None

    def __call__(self, *_arguments, **_options):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        return None

    def ehlo(self):
        return None

    def has_extn(self, _name):
        return False

    def send_message(self, message):
        if self.fault:
            raise self.fault
        self.kept.append(message)


@pytest.fixture
def server(monkeypatch):
    made = Server()
    monkeypatch.setattr(mail.smtplib, "SMTP", made)
    return made


def somebody(**own):
    """Staff of a township who wants the mail."""
    actor = an_actor(**own)
    keep_digest(actor, DigestWish(email=f"reader{actor.account_id}@example.com", weekly=True))
    return actor


def sent():
    tally = send_digests(OFFICE, SECRET, AT)
    db.session.rollback()
    return tally


def days_pass(days):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Digest).values(last_sent_on=today() - days * DAY))


def test_nobody_gets_a_mail_who_did_not_ask(pingyang, server):
    a_milestone("自己的节点", today() + DAY)
    actor = an_actor()
    keep_digest(actor, DigestWish(email="reader@example.com"))

    assert digest_wish(an_actor()) == DigestWish()
    assert sent().sent == 0
    assert server.kept == []


def test_one_a_week_with_ones_own_dates_and_a_way_out(pingyang, server):
    a_milestone("自己的节点", today() + DAY)
    a_milestone("隔壁的节点", today() + DAY, NEXT_TOWNSHIP)
    a_problem(today() + DAY)
    somebody()

    assert sent().sent == 1
    assert sent().sent == 0
    days_pass(6)
    assert sent().sent == 0
    days_pass(7)
    assert sent().sent == 1

    letter = server.kept[0]
    text = letter.get_content()
    assert "自己的节点" in text
    assert "隔壁的节点" not in text
    assert "13812345678" not in text
    assert letter.get_content_type() == "text/plain"
    assert letter["List-Unsubscribe"].strip("<>") in text


def test_with_nothing_to_do_there_is_no_mail(pingyang, server):
    somebody(role=Role.OFFICER, region_code=NEXT_COUNTY)

    assert (sent().empty, server.kept) == (1, [])


def test_what_the_server_refuses_goes_the_next_time(pingyang, server):
    a_milestone("自己的节点", today() + DAY)
    somebody()
    server.fault = smtplib.SMTPRecipientsRefused({"reader@example.com": (550, b"no")})

    failed = sent()
    server.fault = None

    assert (failed.sent, failed.failed, failed.fault) == (0, 1, "SMTPRecipientsRefused")
    assert sent().sent == 1


def test_a_server_that_is_away_is_told_and_nothing_is_marked(pingyang, monkeypatch):
    def away(*_arguments, **_options):
        raise ConnectionRefusedError("reader@example.com")

    a_milestone("自己的节点", today() + DAY)
    somebody()
    monkeypatch.setattr(mail.smtplib, "SMTP", away)

    assert (sent().failed, sent().fault) == (1, "ConnectionRefusedError")
    assert db.session.scalars(select(Digest.last_sent_on)).all() == [None]


def test_the_link_of_a_mail_ends_the_mails(pingyang, server):
    a_milestone("自己的节点", today() + DAY)
    actor = somebody()
    sent()
    token = server.kept[0]["List-Unsubscribe"].strip("<>").rpartition("/")[2]

    unsubscribe(token)
    unsubscribe(token)

    assert not digest_wish(actor).weekly
    assert digest_wish(actor).email
    assert token not in db.session.scalars(select(Digest.unsubscribe_sha256)).one()
    with pytest.raises(NotFound):
        unsubscriber(token[:-1] + ("0" if token[-1] != "0" else "1"))


def test_an_account_that_is_switched_off_gets_no_mail(pingyang, server):
    a_milestone("自己的节点", today() + DAY)
    actor = somebody()
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(Account).where(Account.id == actor.account_id).values(active=False))

    assert sent().sent == 0


@pytest.mark.parametrize("email", ["", "reader", "a@b", "a@b.c\r\nBcc: x@example.com", "a b@c.de", "a@b.c,d@e.f"])
def test_what_is_no_address_is_refused(pingyang, email):
    with pytest.raises(Invalid):
        keep_digest(an_actor(), DigestWish(email=email, weekly=True))


def test_an_empty_address_is_forgotten_altogether(pingyang):
    actor = somebody()
    keep_digest(actor, DigestWish())

    assert db.session.scalars(select(Digest.account_id)).all() == []


def test_no_text_becomes_a_header():
    hostile = "标题\r\nBcc: x@example.com\n\nbody"
    letter = Letter(to="a@example.com", subject=hostile, text=hostile, unsubscribe_url="https://kjt.example/digest/x")

    message = message_of(letter, "科技局 <kjt@example.com>")

    assert message["Bcc"] is None
    assert b"\nBcc:" not in message.as_bytes().partition(b"\n\n")[0]


@pytest.mark.parametrize(
    "url", ["mail.example", "ftp://u:hush@mail.example", "smtp://u:hush@:x", "smtp://u:hush@h:99999"]
)
def test_half_an_address_of_a_server_is_refused_without_its_password(url):
    with pytest.raises(Misconfigured) as told:
        post_office(url, "kjt@example.com")

    assert "hush" not in str(told.value)


def test_a_password_does_not_travel_in_the_open(server):
    office = post_office("smtp://user:hush@mail.example", "kjt@example.com")

    assert "hush" not in repr(office)
    with pytest.raises(smtplib.SMTPNotSupportedError), office.opened():
        pass
