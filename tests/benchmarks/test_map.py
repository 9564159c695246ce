"""The leader's map at its sizes: a county of 10,000 villages, and a nation of half a million with five million visits."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from commissioner import create_app
from commissioner.access import Actor
from commissioner.domain import map_clusters, programme
from commissioner.domain.map_ask import MapAsk, end_of_month
from commissioner.domain.map_states import map_state
from commissioner.domain.map_sums import bring_up_to_date, wrong_sums
from commissioner.domain.map_townships import townships_on_map
from commissioner.domain.map_viewport import Viewport
from commissioner.models import db, schema
from commissioner.units import today
from commissioner.vocabulary import Role
from tests.benchmarks import nation
from tests.benchmarks.hand import log_a_visit
from tests.benchmarks.test_pages import big_templates, county, fetch, measured
from tests.conftest import settings_of
from tests.databases import Templates
from tests.people import People

__all__ = ["big_templates", "county"]
COUNTY_BOX = "bbox=120.1,27.4,120.7,27.8"
WARM_MS, MOST_KB, NATION_MS = 10.0, 90.0, 50.0
ROUNDS = 40


def told(dialect: str, what: str, who: str, times: tuple[float, float], size: float | None = None) -> None:
    size_said = f"{size:>8.1f} kB" if size is not None else ""
    print(f"\n{dialect:<12}{what:<42}{who:<12}{times[0]:>8.1f}{times[1]:>8.1f} ms{size_said}", end="")


def test_a_county(county: Flask, dialect: str) -> None:
    """Every answer of the map, warm, as leader and as township staff; and the part that is looked at right after a visit."""
    cast = People(county)
    people = {"leader": cast.sign_in(Role.LEADER, "330326"), "township": cast.sign_in(Role.TOWNSHIP, "330326142")}
    print(f"\n{'database':<12}{'answer':<42}{'who':<12}{'median':>8}{'p95':>8}", end="")
    for who, person in people.items():
        answers = {
            "page": "/map?year=2026",
            "page of a month": "/map?on=2025-06-30",
            "marks": "/map/points.json?year=2026",
            "clusters of the county": f"/map/clusters.json?year=2026&{COUNTY_BOX}&zoom=10",
            "clusters from afar": f"/map/clusters.json?year=2026&{COUNTY_BOX}&zoom=7",
            "villages near by": "/map/clusters.json?year=2026&bbox=120.2,27.55,120.3,27.65&zoom=13",
        }
        for what, url in answers.items():
            work = fetch(person, url, **{"Accept-Encoding": "gzip"})
            times = measured(work, ROUNDS)
            size = len(work().get_data()) / 1000
            told(dialect, what, who, times, size)
            if "page" not in what:
                assert times[0] < WARM_MS, what
                assert size < MOST_KB, what
    actor = people["leader"].actor
    box = Viewport(west=120.1, south=27.4, east=120.7, north=27.8, zoom=10)
    cold = []
    for _ in range(ROUNDS):
        log_a_visit()
        start = time.perf_counter()
        map_clusters._built(actor, MapAsk(on=today()), box, map_state(actor))
        cold.append((time.perf_counter() - start) * 1000)
    told(dialect, "clusters right after a visit", "leader", (statistics.median(cold), sorted(cold)[int(ROUNDS * 0.95)]))
    print()
    assert wrong_sums() == 0


@pytest.fixture(scope="module")
def large_nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The nation, on a PostgreSQL of its own."""

    def make(url: str, folder: Path) -> None:
        app = create_app(settings_of(url, folder))
        with app.app_context():
            schema.upgrade(db.engine)
            nation.fill()
            db.session.remove()
            db.engine.dispose()

    templates = Templates(tmp_path_factory.mktemp("nation"), {"nation": make})
    with templates.copy("postgresql", "nation") as url:
        app = create_app(settings_of(url, tmp_path_factory.mktemp("nation-app")))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
            programme.forget()
    templates.close()


VIEWS = {
    "the nation": (4, 1), "a fifth of it": (6, 12), "a province": (8, 20), "some counties": (10, 20), "villages near by": (12, 20),
    "a village": (15, 20),
}  # fmt: skip
WIDE, HIGH = 1280, 620


def view(chance: random.Random, zoom: int) -> Viewport:
    """A window of a desktop somewhere over the nation."""
    width = WIDE / (256 * 2**zoom) * 360
    height = HIGH / (256 * 2**zoom) * 360 * 0.85
    west = chance.uniform(98, 122 - width) if width < 24 else 98.0
    south = chance.uniform(22, 42 - height) if height < 20 else 22.0
    return Viewport(west=west, south=south, east=west + width, north=min(85.0, south + height), zoom=zoom)


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


@pytest.mark.full_length
@pytest.mark.timeout(3600)
def test_a_nation(large_nation: Flask) -> None:
    """Any part of the nation as leader of all of it and of a province: cells and villages, each part asked for once.

    The townships are read once for a state of the records; what that takes is told, and so is a look right after a visit.
    """
    start = time.perf_counter()
    bring_up_to_date()
    print(f"\n{'sums worked out the first time':<54}{time.perf_counter() - start:>8.1f} s", end="")
    chance = random.Random(5)
    actors = {"nation": Actor(role=Role.LEADER), "province": Actor(role=Role.LEADER, region_code="23")}
    days = {
        "today": today(),
        "a month ago": end_of_month(2025, 12),
        "within a month": today().replace(year=2025, month=6, day=15),
    }
    late = {}
    for when, day in days.items():
        for who, actor in actors.items():
            ask, state = MapAsk(on=day), map_state(actor)
            read = timed(lambda actor=actor, ask=ask, state=state: townships_on_map(actor, ask, state))
            told("postgresql", f"the townships read, {when}", who, (read, read))
            for what, (zoom, places) in VIEWS.items():
                views = [view(chance, zoom) for _ in range(places)] * (1 if places > 1 else 10)
                map_clusters._built(actor, ask, views[0], state)
                times = sorted(
                    timed(lambda one=one, asked=(actor, ask), state=state: map_clusters._built(*asked, one, state))
                    for one in views
                )
                late[when, who, what] = times[int(len(times) * 0.95)]
                told("postgresql", f"{what}, {when}", who, (statistics.median(times), late[when, who, what]))
    after = []
    for _ in range(ROUNDS):
        log_a_visit()
        nowhere = view(chance, 8)
        state = map_state(actors["nation"])
        asked = (actors["nation"], MapAsk(on=today()))
        after.append(timed(lambda one=nowhere, state=state, asked=asked: map_clusters._built(*asked, one, state)))
    late["today", "nation", "right after a visit"] = sorted(after)[int(ROUNDS * 0.95)]
    pair = statistics.median(after), late["today", "nation", "right after a visit"]
    told("postgresql", "a province, right after a visit", "nation", pair)
    print()
    assert max(late.values()) < NATION_MS, max(late, key=lambda key: late[key])
