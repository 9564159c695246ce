"""Bases, figures and problems for stories about results: nothing in them breaks a rule."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from commissioner.models import BaseProject, DemonstrationBase, Impact, Measurement, Place, RaisedProblem, db
from commissioner.vocabulary import (
    IMPACT_UNITS,
    ImpactIndicator,
    Industry,
    MeasurementKind,
    PlaceLevel,
    Quantity,
    RaisedProblemCategory,
    RaisedProblemState,
)
from tests.factories import written

YEAR = 2022
TOWN_CODE = "330326102000"


def a_place(code: str = TOWN_CODE, level: PlaceLevel = PlaceLevel.TOWNSHIP) -> dict[str, Any]:
    """A place, as the columns of what lies in it."""
    place_id = written(Place, code=code, region_code=code, name=f"示例{code[-6:]}", level=level)
    return {"place_id": place_id, "region_code": code}


def a_base(place: dict[str, Any], *projects: int, **values: Any) -> int:
    """A demonstration base that belongs to these projects."""
    facts = {"name": f"示例基地{uuid.uuid4().hex[:4]}", "industry": Industry.TEA, **place, **values}
    base_id = written(DemonstrationBase, **facts)
    for project_id in projects:
        written_link(base_id, project_id)
    return base_id


def written_link(base_id: int, project_id: int) -> None:
    """The base belongs to the project."""
    with db.engine.begin() as connection:
        connection.execute(insert(BaseProject).values(base_id=base_id, project_id=project_id))


def a_figure(amount: int | str = 10, indicator: ImpactIndicator = ImpactIndicator.EMPLOYMENT, **values: Any) -> int:
    """An impact figure of 2022; its owner is ``project_id`` or ``base_id``."""
    facts = {"indicator": indicator, "unit": IMPACT_UNITS[indicator], "year": YEAR, "amount": Decimal(amount), **values}
    return written(Impact, **facts)


def a_line(
    base_id: int,
    amount: int,
    kind: MeasurementKind = MeasurementKind.ADD,
    on: date = date(YEAR, 6, 1),
    quantity: Quantity = Quantity.AREA,
) -> int:
    """A line of a base's ledger."""
    facts = {"base_id": base_id, "amount": Decimal(amount), "kind": kind, "measured_on": on, "quantity": quantity}
    return written(Measurement, **facts)


def a_problem(place: dict[str, Any], **values: Any) -> int:
    """An open problem, raised in June."""
    facts = {
        "category": RaisedProblemCategory.TECHNOLOGY,
        "description": "茶园倒春寒受冻",
        "raised_on": date(YEAR, 6, 1),
        "state": RaisedProblemState.OPEN,
        **place,
        **values,
    }
    return written(RaisedProblem, **facts)
