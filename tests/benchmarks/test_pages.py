"""Pages as the least-privileged user sees them: township staff in a county of 10,000 villages and 100,000 visits."""

from __future__ import annotations

import contextvars
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from commissioner import create_app
from commissioner.domain import programme
from commissioner.models import db, schema
from commissioner.vocabulary import Role
from tests.benchmarks import large
from tests.conftest import settings_of
from tests.databases import Templates
from tests.people import People, Person

ROUNDS = 60


@pytest.fixture(scope="session")
def big_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """The large county, made once for each kind of database."""

    def make(url: str, folder: Path) -> None:
        app = create_app(settings_of(url, folder))
        with app.app_context():
            schema.upgrade(db.engine)
            large.fill()
            db.session.remove()
            db.engine.dispose()
            programme.forget()

    kept = Templates(tmp_path_factory.mktemp("large"), {"large": make}, durable=True)
    yield kept
    kept.close()


@pytest.fixture
def county(big_templates: Templates, dialect: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over the large county."""
    with big_templates.copy(dialect, "large") as url:
        app = create_app(settings_of(url, tmp_path))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
            programme.forget()


def measured(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and 95th percentile of ``work`` in milliseconds, after a warm-up."""
    for _ in range(3):
        work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), sorted(taken)[int(rounds * 0.95)]


def fetch(person: Person, url: str, **headers: str) -> Callable[[], Any]:
    """Open ``url`` as a server would, without the checks of the stories."""

    def work() -> Any:
        answer = contextvars.Context().run(person._client.get, url, headers=headers)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        return answer

    return work


def test_pages(county: Flask, dialect: str) -> None:
    """List of 100, search, home, form, map payload: as township and, for comparison, as leader."""
    cast = People(county)
    print(f"\n{dialect:<12}{'page':<44}{'who':<12}{'median ms':>10}{'p95 ms':>9}{'kB':>8}")
    for who, person in (
        ("township", cast.sign_in(Role.TOWNSHIP, "330326142")),
        ("leader", cast.sign_in(Role.LEADER, "330326")),
    ):
        pages = {
            "list of 100 visits": "/visits/?size=100",
            "list of 100 villages": "/places/?size=100",
            "search within the list": "/visits/?q=茶园管理指导9&size=100",
            "search everywhere": "/search?q=zhuanjia12",
            "home": "/",
            "map payload": "/map/points.json",
        }
        if who == "township":
            pages["visit form"] = "/visits/log"
        for name, url in pages.items():
            work = fetch(person, url, **{"Accept-Encoding": "br, gzip"})
            median, p95 = measured(work)
            size = len(work().get_data()) / 1000
            print(f"{dialect:<12}{name:<44}{who:<12}{median:>10.1f}{p95:>9.1f}{size:>8.1f}")
