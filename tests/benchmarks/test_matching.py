"""Ranking at the size of a large county: 10,000 needs, 5,000 commissioners, 5,000 postings, 100,000 visits."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select

from commissioner.access import within
from commissioner.domain import matching, records
from commissioner.domain.changes import change
from commissioner.domain.commissioners import COMMISSIONERS
from commissioner.domain.needs import NEEDS as NEEDS_SUBJECT
from commissioner.models import Need, Place, db
from commissioner.models.engine import WRITING
from commissioner.vocabulary import CommissionerKind, HelpKind, Industry, Level, NeedState, PlaceLevel, Role
from tests.benchmarks import large
from tests.benchmarks.test_pages import big_templates, county, fetch
from tests.factories import an_officer
from tests.people import People

__all__ = ["big_templates", "county"]
PEOPLE, NEEDS = 5_000, 10_000
FIRST_ID = 1_000
WORDS = [
    "茶叶加工",
    "金线莲种苗",
    "稻田养鱼",
    "毛竹低改",
    "香菇菌种",
    "杨梅保鲜",
    "海带养殖",
    "病虫害防治",
    "电商品牌",
    "冷链物流",
]
BOUND_MS = 200.0
ROUNDS = 40


def _fill() -> None:
    chance = random.Random(11)
    villages = db.session.execute(select(Place.id, Place.region_code).where(Place.level == PlaceLevel.VILLAGE)).all()
    session = db.session
    session.rollback()
    session.connection(execution_options={WRITING: True})
    large._insert(session, "commissioners", [
        {"id": FIRST_ID + one, "kind": CommissionerKind.INDIVIDUAL, "name": f"专家{one}", "speciality": "、".join(chance.sample(WORDS, 2)),
         "title": "高级农艺师", "industry": chance.choice(list(Industry)), "region_code": "330326000000", "note": chance.choice(WORDS) * 5}
        for one in range(PEOPLE)
    ])  # fmt: skip
    spots = [chance.choice(villages) for _ in range(PEOPLE)]
    large._insert(session, "postings", [
        {"commissioner_id": FIRST_ID + one, "place_id": spot.id, "region_code": spot.region_code, "level": chance.choice(list(Level)),
         "starts_on": date(2024, 1, 1), "ends_on": None, "required_days": 60}
        for one, spot in enumerate(spots)
    ])  # fmt: skip
    spots = [chance.choice(villages) for _ in range(NEEDS)]
    large._insert(session, "needs", [
        {"id": one + 1, "title": f"{chance.choice(WORDS)}求助", "problem": "去年以来产量下降，请专家来看看。" * 3 + chance.choice(WORDS),
         "wanted_speciality": chance.choice(WORDS), "industry": chance.choice(list(Industry)), "place_id": spot.id,
         "region_code": spot.region_code, "raised_on": date(2026, 1, 1), "state": NeedState.OPEN,
         "help_kind": chance.choice(list(HelpKind))}
        for one, spot in enumerate(spots)
    ])  # fmt: skip
    session.commit()


def _touch(chance: random.Random) -> None:
    """A change that matching must see: a commissioner's speciality, a need's title, or somebody's visit elsewhere."""
    officer, which = an_officer(), chance.randrange(3)
    if which == 2:
        with change(officer, "needs.amend") as entry:
            entry.about("needs", 1, {"note": [None, "x"]})
        return
    subject, row_id = ((COMMISSIONERS, FIRST_ID + chance.randrange(PEOPLE)), (NEEDS_SUBJECT, chance.randint(1, NEEDS)))[
        which
    ]
    old = records.record(officer, subject, row_id)
    word = {"speciality": chance.choice(WORDS)} if which == 0 else {"title": f"{chance.choice(WORDS)}怎么办"}
    records.amend(officer, subject, row_id, {**old.values, "confirmed": True, **word}, old.version)


class Taken(NamedTuple):
    """Milliseconds of some rounds: the median and the 95th percentile as one waits, and the median of this process's own work."""

    median: float
    late: float
    own: float


def taken(work: Callable[[], Any], changed: Callable[[], None] | None = None, rounds: int = ROUNDS) -> Taken:
    """``work`` alone, after a warm-up, each time right after a change if there is one."""
    waited, worked = [], []
    for round_number in range(-2, rounds):
        if changed is not None:
            changed()
        start, own = time.perf_counter(), time.process_time()
        work()
        if round_number >= 0:
            waited.append((time.perf_counter() - start) * 1000)
            worked.append((time.process_time() - own) * 1000)
    return Taken(statistics.median(waited), sorted(waited)[int(rounds * 0.95)], statistics.median(worked))


def test_ranking(county: Flask, dialect: str) -> None:
    """One need against everybody, everybody's needs for one, and the need's page as its township has it: warm, after a change."""
    _fill()
    officer, chance = an_officer(), random.Random(3)
    township = People(county).sign_in(Role.TOWNSHIP, "330326142")
    own = db.session.scalars(select(Need.id).where(within(Need.region_code.expression, "330326142"))).all()

    def touch() -> None:
        _touch(chance)

    works: dict[str, Callable[[], Any]] = {
        "officer: 5,000 people for one need": lambda: matching.people_for(officer, chance.randint(1, NEEDS)),
        "officer: 10,000 needs for one person": lambda: matching.needs_for(
            officer, FIRST_ID + chance.randrange(PEOPLE)
        ),
        "township: a need's page": fetch(township, f"/needs/{own[0]}"),
    }
    told: dict[str, Taken] = {}
    for name, work in works.items():
        start, own_work = time.perf_counter(), time.process_time()
        work()
        first, own_first = (
            (clock() - since) * 1000 for clock, since in ((time.perf_counter, start), (time.process_time, own_work))
        )
        print(f"\n{dialect:<12}{name + ', first in this process':<62}{first:>10.1f}{'':>9}{own_first:>9.1f}", end="")
        told[name] = taken(work)
        told[f"{name}, right after a change"] = taken(work, touch)
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    print(
        f"\n{dialect:<12}{'ranking':<62}{'median ms':>10}{'p95 ms':>9}{'own CPU':>9}   {busy:.1f} runners for each processor"
    )
    for name, one in told.items():
        print(f"{dialect:<12}{name:<62}{one.median:>10.1f}{one.late:>9.1f}{one.own:>9.1f}")
    # Where more wants to run than there are processors, the limit grows by as much.
    late = {name: one for name, one in told.items() if one.late >= BOUND_MS * busy}
    assert not late, late
