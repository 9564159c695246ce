"""Nothing that a phone was answered for is ever lost, and nothing is ever doubled, however often the server is killed."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from commissioner import create_app
from commissioner.domain import programme
from commissioner.models import AuditEntry, Place, Visit, VisitCommissioner, db
from commissioner.vocabulary import PlaceLevel, Role
from tests.conftest import settings_of
from tests.databases import Templates
from tests.endurance.phones import Phone
from tests.people import SHUITOU, People, posted_commissioner
from tests.servers import Server, session_cookie

PHONES = 8
SHORT = pytest.param(120, 5, id="short")
FULL = pytest.param(1250, 50, id="full", marks=pytest.mark.full_length)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("visits_each", "kills"), [SHORT, FULL])
def test_each_acknowledged_visit_is_on_disk_and_there_once(
    templates: Templates, dialect: str, tmp_path: Path, visits_each: int, kills: int
) -> None:
    """Eight phones, three sendings in ten repeated, the server killed again and again while it writes."""
    with templates.copy(dialect, "pingyang") as url:
        app = create_app(settings_of(url, tmp_path))
        with app.app_context():
            cookie = session_cookie(app, str(People(app).sign_in(Role.TOWNSHIP, SHUITOU).token))
            villages = select(Place.id).where(
                Place.level == PlaceLevel.VILLAGE, Place.region_code.between(f"{SHUITOU}000", f"{SHUITOU}999")
            )
            place_ids, person = list(db.session.scalars(villages)), posted_commissioner()
            db.session.remove()
            server = Server(url, tmp_path, COMMISSIONER_WORKERS="2")
            server.start()
            phones = [Phone(server.port, cookie, place_ids, person, visits_each, seed) for seed in range(PHONES)]
            killed = _sent_under_fire(server, phones, kills)
            server.stop()

            assert [phone.fault for phone in phones] == [""] * PHONES
            assert killed == kills
            assert sum(phone.cut for phone in phones) > 0
            assert any(200 in phone.statuses for phone in phones)
            _compare(set().union(*(phone.acknowledged for phone in phones)), PHONES * visits_each)
            db.session.remove()
            db.engine.dispose()
            programme.forget()


def _sent_under_fire(server: Server, phones: list[Phone], kills: int) -> int:
    """Let the phones send; kill the server at any moment as long as they do. How often it was killed under way."""
    chance = random.Random(7)  # noqa: S311 - a story's luck
    for phone in phones:
        phone.start()
    total, killed = sum(phone.count for phone in phones), 0
    while any(phone.is_alive() for phone in phones):
        done = sum(len(phone.acknowledged) for phone in phones)
        # Spread over the whole sending: the next one falls when its share is done.
        if killed < kills and done >= total * killed / kills * 0.9:
            time.sleep(chance.uniform(0.0, 0.08))
            server.kill()
            server.start()
            killed += 1
        time.sleep(0.005)
    return killed


def _compare(acknowledged: set[str], expected: int) -> None:
    stored = db.session.execute(select(Visit.client_id, Visit.id).where(Visit.client_id.in_(acknowledged))).all()
    made = [row.id for row in stored]
    lines = select(func.count(AuditEntry.id)).where(
        AuditEntry.action == "visits.create", AuditEntry.subject == "visits", AuditEntry.subject_id.in_(made)
    )
    lists = select(func.count(VisitCommissioner.visit_id)).where(VisitCommissioner.visit_id.in_(made))

    assert len(acknowledged) == len(stored) == len({row.client_id for row in stored}) == expected
    assert db.session.scalar(lists) == expected
    assert db.session.scalar(lines) == expected
    everything = select(func.count(Visit.id)).where(Visit.topic.like("第 % 次走访"))
    assert db.session.scalar(everything) == expected
