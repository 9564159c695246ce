"""Ranking at the size of a large county: 10,000 needs, 5,000 commissioners, 5,000 postings, 100,000 visits."""

from __future__ import annotations

import random
from datetime import date

from flask import Flask
from sqlalchemy import select

from commissioner.domain import matching
from commissioner.domain.changes import change
from commissioner.models import Place, db
from commissioner.models.engine import WRITING
from commissioner.vocabulary import CommissionerKind, Industry, Level, NeedState, PlaceLevel
from tests.benchmarks import large
from tests.benchmarks.test_pages import big_templates, county, measured
from tests.factories import an_officer

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
         "region_code": spot.region_code, "raised_on": date(2026, 1, 1), "state": NeedState.OPEN}
        for one, spot in enumerate(spots)
    ])  # fmt: skip
    session.commit()


def _touch() -> None:
    """A change somewhere, after which nothing that was kept may be used."""
    with change(an_officer(), "needs.amend") as entry:
        entry.about("needs", 1, {"note": [None, "x"]})


def test_ranking(county: Flask, dialect: str) -> None:
    """One need against everybody, and everybody's needs for one; kept in memory, and right after a change."""
    _fill()
    officer, chance = an_officer(), random.Random(3)

    def fresh() -> None:
        _touch()
        matching.people_for(officer, chance.randint(1, NEEDS))

    works = {
        "5,000 people for one need": lambda: matching.people_for(officer, chance.randint(1, NEEDS)),
        "5,000 people, right after a change": fresh,
        "10,000 needs for one person": lambda: matching.needs_for(officer, FIRST_ID + chance.randrange(PEOPLE)),
    }
    told = {name: measured(work, 12) for name, work in works.items()}
    for name, (median, late) in told.items():
        print(f"\n{dialect:<12}{name:<40}{median:>9.1f}{late:>9.1f}", end="")
    assert told["5,000 people for one need"][1] < BOUND_MS
