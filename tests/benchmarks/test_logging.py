"""Visits logged through the real server by eight clients at once: each durable, audited and in scope."""

from __future__ import annotations

import http.client
import json
import math
import multiprocessing
import random
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from commissioner import create_app
from commissioner.domain import programme
from commissioner.models import AuditEntry, Visit, db
from commissioner.vocabulary import Role
from tests.benchmarks import large
from tests.benchmarks.test_pages import big_templates  # noqa: F401 - a fixture
from tests.conftest import settings_of
from tests.databases import Templates
from tests.people import People
from tests.servers import served, session_cookie

CLIENTS, HUNDREDTHS = 8, 100
TOWNSHIP = 42


@dataclass(frozen=True)
class Door:
    """A way in: how many visits a sending carries, how many sendings each client makes, and when it stops at the latest."""

    name: str
    visits: int
    sendings: int
    until_s: float = math.inf


DOORS = (Door("form", 1, 250), Door("single", 1, 400), Door("batch", 50, 60))


def _visit(chance: random.Random) -> dict[str, object]:
    first_village = 2 + TOWNSHIP * (large.VILLAGES_EACH + 1) + 1
    return {
        "client_id": str(uuid.uuid4()),
        "starts_on": "2026-06-15",
        "place_id": first_village + chance.randrange(large.VILLAGES_EACH),
        "topic": "茶园病虫害防治",
        "outcome": "查看二十亩,指导安装诱虫板。",
        "kind": "service",
    }


def _request(door: Door, chance: random.Random, token: str) -> tuple[str, str, str, dict[str, str], int]:
    """Method, address, body, headers and the status that says it is written."""
    person = TOWNSHIP * 2 + 1
    if door.name == "form":
        form = {**_visit(chance), "csrf_token": token, "commissioner_ids": person}
        return "POST", "/visits/log", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}, 303
    headers = {"Content-Type": "application/json", "X-CSRFToken": token}
    records = [{**_visit(chance), "commissioner_ids": [person]} for _ in range(door.visits)]
    if door.name == "single":
        return "PUT", f"/sync/visits/{records[0]['client_id']}.json", json.dumps(records[0]), headers, 201
    return "POST", "/sync/visits.json", json.dumps({"form": 1, "visits": records}), headers, 200


def _client(port: int, cookie: str, seed: int, door: Door, results) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": f"commissioner={cookie}"}
    connection.request("GET", "/sync/hello.json", headers=headers)
    answer = connection.getresponse()
    token = json.loads(answer.read())["csrf"]
    headers["Cookie"] = (answer.getheader("Set-Cookie") or headers["Cookie"]).split(";")[0]
    taken = []
    for _ in range(door.sendings):
        if time.monotonic() > door.until_s:
            break
        method, address, body, own, good = _request(door, chance, token)
        start = time.perf_counter()
        connection.request(method, address, body, {**headers, **own})
        answer = connection.getresponse()
        said = answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        if answer.status != good or said.count(b'"status":201') != (0 if door.name == "form" else door.visits):
            results.put(("status", answer.status, said[:500]))
            return
    results.put(("ok", taken, b""))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_logging(big_templates: Templates, dialect: str, tmp_path: Path, door: Door) -> None:  # noqa: F811
    """Visits a second, and how long each sending took."""
    with big_templates.copy(dialect, "large") as url:
        app = create_app(settings_of(url, tmp_path))
        with app.app_context():
            person = People(app).sign_in(Role.TOWNSHIP, f"{large.COUNTY}{100 + TOWNSHIP}")
            cookie = session_cookie(app, str(person.token))
            before = db.session.scalar(select(func.count(Visit.id)))
            db.session.rollback()
            with served(url, tmp_path) as server:
                taken, elapsed = _crowd(server.port, cookie, door)
            made = (db.session.scalar(select(func.count(Visit.id))) or 0) - (before or 0)
            audited = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "visits.create"))
            assert made == audited == CLIENTS * door.sendings * door.visits
            db.session.remove()
            db.engine.dispose()
            programme.forget()
    p50, p95, p99 = (taken[int(len(taken) * part / HUNDREDTHS)] for part in (50, 95, 99))
    told = f"{dialect:<12}{door.name:<8}{CLIENTS} clients {made / elapsed:8.0f} visits/s"
    print(f"\n{told}   p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms a sending")


def _crowd(port: int, cookie: str, door: Door) -> tuple[list[float], float]:
    """Let all clients send at once; each sending's milliseconds in order, and the seconds it took them all."""
    results: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
    crowd = [
        multiprocessing.Process(target=_client, args=(port, cookie, seed, door, results)) for seed in range(CLIENTS)
    ]
    start = time.perf_counter()
    for one in crowd:
        one.start()
    answers = [results.get(timeout=120) for _ in crowd]
    elapsed = time.perf_counter() - start
    for one in crowd:
        one.join()
    assert all(kind == "ok" for kind, *_rest in answers), answers
    return sorted(ms for _kind, times, _said in answers for ms in times), elapsed
