"""Reviewing at the size of a province's county: 2,000 projects, 20,000 updates, 60,000 figures, 1,000 that wait, 12 periods."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert

from commissioner.models import db
from commissioner.models.base import Base, now
from commissioner.vocabulary import (
    Industry,
    Level,
    ProjectKind,
    ProjectStage,
    Role,
    Unit,
    UpdateState,
)
from tests.benchmarks.test_pages import fetch, measured
from tests.people import People

PROJECTS, UPDATES, TARGETS, PERIODS = 2_000, 10, 3, 12
FIRST = date(2024, 1, 1)
BOUND_MS = 1_000.0
REGION = "330326000000"


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _updates() -> list[dict[str, Any]]:
    return [
        {
            "id": project * UPDATES + turn + 1,
            "project_id": project + 1,
            "reported_on": FIRST + timedelta(days=90 * turn + project % 80),
            "author_name": "示例专家",
            "stage": ProjectStage.UNDER_WAY,
            "state": UpdateState.SUBMITTED if turn == UPDATES - 1 and project % 2 else UpdateState.APPROVED,
            "progress": f"第{turn}次:完成示范面积{turn}0亩,培训{turn}场。" * 5,
            "spent_fen": turn * 1_000_000,
        }
        for project in range(PROJECTS)
        for turn in range(UPDATES)
    ]


def _rows() -> dict[str, list[dict[str, Any]]]:
    stamps = {"created_at": now(), "updated_at": now()}
    kind = {"level": Level.MUNICIPAL, "kind": ProjectKind.GENERAL, "industry": Industry.TEA, "region_code": REGION}
    stage = ProjectStage.UNDER_WAY
    return {
        "projects": [
            {"id": one + 1, "title": f"茶园示范{one}", "starts_on": FIRST, "stage": stage, **kind, **stamps}
            for one in range(PROJECTS)
        ],
        "stage_changes": [{"project_id": one + 1, "stage": stage, "reached_on": FIRST} for one in range(PROJECTS)],
        "project_targets": [
            {"id": one + 1, "project_id": one // TARGETS + 1, "name": f"指标{one % TARGETS}", "unit": Unit.MU, "target_value": Decimal(100)}
            for one in range(PROJECTS * TARGETS)
        ],
        "project_updates": _updates(),
        "update_figures": [
            {"update_id": update["id"], "target_id": (update["project_id"] - 1) * TARGETS + one + 1, "actual_value": Decimal(one)}
            for update in _updates()
            for one in range(TARGETS)
        ],
        "reporting_periods": [
            {
                "id": one + 1,
                "region_code": REGION,
                "name": f"第{one}季度",
                "starts_on": FIRST + timedelta(days=91 * one),
                "ends_on": FIRST + timedelta(days=91 * one + 90),
                "closed_at": now() if one < PERIODS - 4 else None,
                **stamps,
            }
            for one in range(PERIODS)
        ],
    }  # fmt: skip


def test_reviewing(app: Flask, dialect: str) -> None:
    """Home, the queue, a period and the list of what is missing, as the bureau's officer."""
    with db.engine.begin() as connection:
        for name, rows in _rows().items():
            connection.execute(insert(_table(name)), rows)
        if dialect == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    officer = People(app).sign_in(Role.OFFICER)
    pages = {
        "home": "/",
        "queue": "/updates/review",
        "one update": f"/updates/{UPDATES * 2}",
        "review of one": f"/updates/{UPDATES * 2}/review",
        "a period": f"/periods/{PERIODS - 2}",
        "projects that are due": "/projects/?unreported=1",
        "project page": "/projects/2",
        "dates": "/todo",
    }
    print(f"\n{dialect:<12}{'page':<28}{'median ms':>10}{'p95 ms':>9}")
    slow = {}
    for name, url in pages.items():
        median, p95 = measured(fetch(officer, url), rounds=15)
        print(f"{dialect:<12}{name:<28}{median:>10.1f}{p95:>9.1f}")
        if median > BOUND_MS:
            slow[name] = median
    assert slow == {}
