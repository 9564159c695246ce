"""Disk full, database locked: an honest answer, nothing half-written, and the same sending goes in afterwards."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import event, func, select, text

from commissioner import create_app
from commissioner.domain import programme
from commissioner.models import AuditEntry, RaisedProblem, Visit, VisitCommissioner, db, engine
from commissioner.vocabulary import Role
from commissioner.web.forms.visit_records import record_of
from tests.conftest import settings_of
from tests.factories import a_visit
from tests.people import SHUITOU, People

A_SENDING = 40
NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@pytest.fixture
def township(templates, dialect, tmp_path, monkeypatch):
    """Somebody of Shuitou, where nobody waits long for a lock."""
    monkeypatch.setattr(engine, "LONGEST_WAIT_S", 0.3)
    with templates.copy(dialect, "pingyang") as url:
        app = create_app(settings_of(url, tmp_path))
        with app.app_context():
            yield People(app).sign_in(Role.TOWNSHIP, SHUITOU)
            db.session.remove()
            db.engine.dispose()
            programme.forget()


def a_sending():
    record = record_of(a_visit(outcome="长" * 3000))
    problem = {"category": "technology", "description": "虫害", "due_on": None}
    fresh = [record_of(a_visit())["client_id"] for _ in range(A_SENDING)]
    return {"form": 1, "visits": [{**record, "client_id": one, "problem": problem} for one in fresh]}


def counts():
    db.session.rollback()
    tables = (Visit.id, VisitCommissioner.visit_id, RaisedProblem.id, AuditEntry.id)
    counted = [db.session.scalar(select(func.count(one))) for one in tables]
    db.session.rollback()
    return counted


def in_words(township, body):
    answer = township.send("/sync/visits.json", body, 503)
    assert "没有保存" in answer["error"]


def test_a_full_disk_is_told_and_leaves_nothing_behind(township, dialect):
    body, before = a_sending(), counts()
    make_room = _fill_disk(dialect)
    in_words(township, body)
    assert counts() == before

    make_room()
    answers = township.send("/sync/visits.json", body)["answers"]
    assert [one["status"] for one in answers] == [201] * A_SENDING
    assert counts() == [one + A_SENDING for one in before]


def test_a_locked_database_is_told_and_leaves_nothing_behind(township, dialect):
    body, before = a_sending(), counts()
    locked, done = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold_lock, args=(db.engine, dialect, locked, done))
    holder.start()
    locked.wait(10)
    try:
        in_words(township, body)
    finally:
        done.set()
        holder.join()
    assert counts() == before

    answers = township.send("/sync/visits.json", body)["answers"]
    assert [one["status"] for one in answers] == [201] * A_SENDING


def _fill_disk(dialect):
    """No page more than there is, until the function that is given back is called."""
    if dialect == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text(NO_ROOM))
        return _drop_trigger
    db.session.remove()
    with db.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    limit = [pages + 1]

    def bound(connection, *_rest):
        connection.execute(f"PRAGMA max_page_count = {limit[0]}")

    event.listen(db.engine, "checkout", bound)

    def make_room():
        limit[0] = 1_000_000

    return make_room


def _drop_trigger():
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER no_room ON audit_entries"))


def _hold_lock(held, dialect, locked, done):
    with held.connect().execution_options(**{engine.WRITING: True}) as connection:
        lock = "LOCK TABLE visits IN EXCLUSIVE MODE" if dialect == "postgresql" else "SELECT 1"
        connection.execute(text(lock))
        locked.set()
        done.wait(30)
        connection.rollback()
