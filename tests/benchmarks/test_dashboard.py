"""The dashboard at its sizes, warm and right after a visit: a county of 10,000 villages, a nation with five million visits."""

from __future__ import annotations

import statistics
import time

import pytest
from flask import Flask

from commissioner.domain.map_sums import bring_up_to_date, wrong_sums
from commissioner.vocabulary import Role
from tests.benchmarks.hand import log_a_visit
from tests.benchmarks.test_map import large_nation
from tests.benchmarks.test_pages import big_templates, county, fetch, measured
from tests.people import People, Person

__all__ = ["big_templates", "county", "large_nation"]
WARM_MS, COLD_MS = 50.0, 300.0
ROUNDS = 40


def judged(dialect: str, people: dict[str, tuple[Person, str]], year: int) -> None:
    """Print and hold against the bounds what each waits for the page, warm and after a visit in the own region."""
    late = {}
    print(f"\n{'database':<12}{'who':<12}{'warm':>8}{'p95':>8}{'cold':>8}{'p95':>8} ms{'kB':>8}")
    for who, (person, region) in people.items():
        work = fetch(person, f"/dashboard?year={year}", **{"Accept-Encoding": "gzip"})
        warm, cold = measured(work, ROUNDS), []
        for _ in range(ROUNDS):
            log_a_visit(region)
            start = time.perf_counter()
            work()
            cold.append((time.perf_counter() - start) * 1000)
        median, p95 = statistics.median(cold), sorted(cold)[int(ROUNDS * 0.95)]
        size = len(work().get_data()) / 1000
        print(f"{dialect:<12}{who:<12}{warm[0]:>8.1f}{warm[1]:>8.1f}{median:>8.1f}{p95:>8.1f}   {size:>8.1f}")
        late.update({(who, "warm"): warm[1] / WARM_MS, (who, "cold"): p95 / COLD_MS})
    assert max(late.values()) < 1, late


def test_a_county(county: Flask, dialect: str) -> None:
    """10,000 villages, 100,000 visits: as leader and as township staff."""
    cast = People(county)
    people = {
        "leader": (cast.sign_in(Role.LEADER, "330326"), "330326"),
        "township": (cast.sign_in(Role.TOWNSHIP, "330326142"), "330326142"),
    }
    judged(dialect, people, 2026)
    assert wrong_sums() == 0


@pytest.mark.full_length
@pytest.mark.timeout(3600)
def test_a_nation(large_nation: Flask) -> None:
    """500,000 villages, 5,000,000 visits: as leader of all, of a province, of a city, of a county and as township staff."""
    start = time.perf_counter()
    bring_up_to_date(people=True)
    print(f"\n{'sums worked out the first time':<42}{time.perf_counter() - start:>8.1f} s", end="")
    cast = People(large_nation)
    regions = {"nation": "", "province": "23", "city": "2305", "county": "230505"}
    people = {who: (cast.sign_in(Role.LEADER, region), region) for who, region in regions.items()}
    people["township"] = (cast.sign_in(Role.TOWNSHIP, "230505105"), "230505105")
    judged("postgresql", people, 2026)
