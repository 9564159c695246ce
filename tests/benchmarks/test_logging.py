"""Visits logged through the real server by eight clients at once: each durable, audited and in scope."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.conftest import SECRET, settings_of
from tests.databases import Templates
from tests.people import People

CLIENTS, EACH, HUNDREDTHS = 8, 250, 100
TOWNSHIP = 42


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(url: str, folder: Path) -> Iterator[int]:
    """The real server over a database; yields its port."""
    port = _free_port()
    environment = {
        **os.environ,
        "COMMISSIONER_DIR": str(folder),
        "COMMISSIONER_DATABASE_URL": url,
        "COMMISSIONER_SECRET_KEY": SECRET,
    }
    command = [sys.executable, "-c", "from commissioner.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _cookie(app, token: str) -> str:  # type: ignore[no-untyped-def]
    signer = app.session_interface.get_signing_serializer(app)
    return str(signer.dumps({"_permanent": True, "_user_id": token, "_fresh": True}))


def _client(port: int, cookie: str, seed: int, results) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": f"commissioner={cookie}"}
    connection.request("GET", "/visits/log", headers=headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    renewed = answer.getheader("Set-Cookie")
    if renewed:
        headers["Cookie"] = renewed.split(";")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    first_village = 2 + TOWNSHIP * (large.VILLAGES_EACH + 1) + 1
    taken = []
    for _ in range(EACH):
        form = {
            "csrf_token": token,
            "client_id": str(uuid.uuid4()),
            "starts_on": "2026-06-15",
            "place_id": first_village + chance.randrange(large.VILLAGES_EACH),
            "commissioner_ids": TOWNSHIP * 2 + 1,
            "topic": "茶园病虫害防治",
            "outcome": "查看二十亩,指导安装诱虫板。",
            "kind": "service",
        }
        start = time.perf_counter()
        connection.request("POST", "/visits/log", urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        if answer.status != 303:
            results.put(("status", answer.status))
            return
    results.put(("ok", taken))


@pytest.mark.parametrize("clients", [CLIENTS])
def test_logging(big_templates: Templates, dialect: str, tmp_path: Path, clients: int) -> None:  # noqa: F811
    """Visits a second, and how long each took."""
    with big_templates.copy(dialect, "large") as url:
        app = create_app(settings_of(url, tmp_path))
        with app.app_context():
            person = People(app).sign_in(Role.TOWNSHIP, f"{large.COUNTY}{100 + TOWNSHIP}")
            cookie = _cookie(app, person.token)
            before = db.session.scalar(select(func.count(Visit.id)))
            db.session.rollback()
            with served(url, tmp_path) as port:
                results: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
                crowd = [
                    multiprocessing.Process(target=_client, args=(port, cookie, seed, results))
                    for seed in range(clients)
                ]
                start = time.perf_counter()
                for one in crowd:
                    one.start()
                answers = [results.get(timeout=120) for _ in crowd]
                elapsed = time.perf_counter() - start
                for one in crowd:
                    one.join()
            assert all(kind == "ok" for kind, _ in answers), answers
            taken = sorted(ms for _kind, times in answers for ms in times)
            made = (db.session.scalar(select(func.count(Visit.id))) or 0) - (before or 0)
            audited = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "visits.create"))
            assert made == audited == clients * EACH
            db.session.remove()
            db.engine.dispose()
            programme.forget()
    p50, p95, p99 = (taken[int(len(taken) * part / HUNDREDTHS)] for part in (50, 95, 99))
    rate = len(taken) / elapsed
    print(f"\n{dialect:<12}{clients} clients {rate:8.0f} visits/s   p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms")
