"""A large county made up for measuring: 10,000 villages in 100 townships, 200 commissioners, 100,000 visits."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, text

from commissioner.models import Base, db
from commissioner.models.base import now
from commissioner.models.engine import WRITING
from commissioner.vocabulary import (
    CommissionerKind,
    CoordinateSource,
    Industry,
    Level,
    OrganisationKind,
    PlaceLevel,
    PlaceState,
    SettingKey,
    VisitKind,
    VisitState,
)

COUNTY, TOWNSHIPS, VILLAGES_EACH, COMMISSIONERS, VISITS = "330326", 100, 100, 200, 100_000
CHUNK = 5_000
FIRST_DAY, DAYS = date(2021, 1, 1), 2_100


def fill(seed: int = 7) -> None:
    """Fill the present application's empty tables."""
    chance = random.Random(seed)
    session = db.session
    session.rollback()
    session.connection(execution_options={WRITING: True})
    townships = _places(session)
    _people(session, chance, townships)
    _visits(session, chance, townships)
    _insert(session, "programme_settings", [{"key": SettingKey.REGION_CODE, "value": COUNTY}])
    session.commit()
    if db.engine.dialect.name == "postgresql":
        session.execute(text("ANALYZE"))
    else:
        session.execute(text("PRAGMA optimize"))
        session.execute(text("ANALYZE"))
    session.commit()


def _insert(session: Any, table: str, rows: list[dict[str, Any]]) -> None:
    stamps = {"created_at": now(), "updated_at": now()}
    columns = Base.metadata.tables[table].columns
    given = {key: value for key, value in stamps.items() if key in columns}
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(Base.metadata.tables[table]), [{**row, **given} for row in rows[start : start + CHUNK]])
    if db.engine.dialect.name == "postgresql" and "id" in columns:
        session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608


def _place(row_id: int, code: str, level: PlaceLevel, parent: int | None, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": row_id, "code": code, "region_code": code, "level": level, "parent_id": parent, "name": name,
        "pinyin": f"cun{row_id}", "initials": f"c{row_id}", "state": PlaceState.CURRENT,
        "latitude_deg": None, "longitude_deg": None, "coordinate_source": None, "accuracy_m": None, **more,
    }  # fmt: skip


def _places(session: Any) -> dict[int, list[int]]:
    rows = [_place(1, f"{COUNTY}000000", PlaceLevel.COUNTY, None, "大县")]
    townships: dict[int, list[int]] = {}
    row_id = 1
    for township in range(TOWNSHIPS):
        row_id += 1
        own, code = row_id, f"{COUNTY}{100 + township}"
        point = {
            "latitude_deg": 27.56 + (township % 10) * 0.015, "longitude_deg": 120.2 + (township // 10) * 0.04,
            "coordinate_source": CoordinateSource.CENTROID, "accuracy_m": 1000,
        }  # fmt: skip
        rows.append(_place(own, f"{code}000", PlaceLevel.TOWNSHIP, 1, f"第{township}镇", **point))
        townships[own] = []
        for village in range(VILLAGES_EACH):
            row_id += 1
            near = {
                "latitude_deg": round(point["latitude_deg"] + (village % 10) * 0.001, 5),
                "longitude_deg": round(point["longitude_deg"] + (village // 10) * 0.003, 5),
                "coordinate_source": CoordinateSource.IMPORT, "accuracy_m": 100,
            }  # fmt: skip
            rows.append(
                _place(row_id, f"{code}{village + 1:03}", PlaceLevel.VILLAGE, own, f"{township}镇{village}村", **near)
            )
            townships[own].append(row_id)
    _insert(session, "places", rows)
    return townships


def _code(place_id: int) -> str:
    """The code that ``_places`` gave: one township and its villages take 101 ids, after the county's."""
    township, offset = divmod(place_id - 2, VILLAGES_EACH + 1)
    return f"{COUNTY}{100 + township}{offset:03}" if offset else f"{COUNTY}{100 + township}000"


def _people(session: Any, chance: random.Random, townships: dict[int, list[int]]) -> None:
    county = f"{COUNTY}000000"
    _insert(session, "organisations", [
        {"id": 1, "name": "农业大学", "kind": OrganisationKind.UNIVERSITY, "region_code": county}
    ])  # fmt: skip
    _insert(session, "commissioners", [
        {"id": one, "kind": CommissionerKind.INDIVIDUAL, "name": f"专家{one}", "pinyin": f"zhuanjia{one}",
         "initials": f"zj{one}", "speciality": "茶叶", "organisation_id": 1, "region_code": county}
        for one in range(1, COMMISSIONERS + 1)
    ])  # fmt: skip
    postings = [
        {"commissioner_id": number * 2 + half + 1, "place_id": township, "region_code": _code(township),
         "level": Level.MUNICIPAL, "starts_on": date(2021, 1, 1), "ends_on": None, "industry": chance.choice(list(Industry))}
        for number, township in enumerate(townships) for half in (0, 1)
    ]  # fmt: skip
    _insert(session, "postings", postings)


def _visits(session: Any, chance: random.Random, townships: dict[int, list[int]]) -> None:
    visits, links = [], []
    kept = list(townships.items())
    for one in range(1, VISITS + 1):
        number = chance.randrange(len(kept))
        place_id = chance.choice(kept[number][1])
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        visits.append({
            "id": one, "client_id": str(uuid.UUID(int=one)), "kind": VisitKind.SERVICE, "place_id": place_id,
            "region_code": _code(place_id), "starts_on": day, "ends_on": day, "topic": f"茶园管理指导{one % 97}",
            "outcome": "修剪、施肥、防虫,村民照着做。", "state": VisitState.CONFIRMED,
        })  # fmt: skip
        links.append({"visit_id": one, "commissioner_id": number * 2 + 1 + one % 2})
    _insert(session, "visits", visits)
    _insert(session, "visit_commissioners", links)
