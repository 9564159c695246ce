"""Boundaries are imported, a level at a time, and removed: what was shown in the plan is what is written."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import shapely
from sqlalchemy import delete, insert, select

from commissioner.access import Actor, Permission, within
from commissioner.domain import boundaries, programme
from commissioner.domain.boundary_plans import BoundaryDraft, BoundaryPlan, Doubt, check_draft, plan_boundaries
from commissioner.domain.changes import change, refuse_repetition
from commissioner.domain.places import county_code
from commissioner.domain.staged_files import Staged, stage, staged, unstage
from commissioner.geo.boundary_shapes import drawn
from commissioner.models import Boundary, BoundaryImport, db
from commissioner.models.base import table_of
from commissioner.problems import Invalid, NeedsConfirmation, PlanChanged
from commissioner.vocabulary import N_, Datum, PlaceLevel

PURPOSE = "boundaries"


def stage_boundaries(actor: Actor, draft: BoundaryDraft) -> int:
    """Keep a readable file until its plan was looked at; ``Invalid`` for one that is not."""
    actor.must(Permission.KEEP_SETTINGS)
    check_draft(draft)
    told = {"level": draft.level, "datum": draft.datum, "source": draft.source, "licence": draft.licence}
    return stage(actor, PURPOSE, draft.file_name, draft.content, told)


def staged_boundaries(actor: Actor, file_id: int) -> BoundaryDraft:
    """The file that waits, with what was said about it."""
    actor.must(Permission.KEEP_SETTINGS)
    return _draft(staged(actor, PURPOSE, file_id))


def _draft(kept: Staged) -> BoundaryDraft:
    return BoundaryDraft(
        level=PlaceLevel(kept.told["level"]),
        datum=Datum(kept.told["datum"]),
        source=kept.told["source"],
        licence=kept.told["licence"],
        file_name=kept.file_name,
        content=kept.content,
    )


def import_boundaries(
    actor: Actor, file_id: int, digest: str, agreed: Collection[Doubt], client_id: str | None = None
) -> int:
    """Write the plan that was shown; the boundaries of that level that were there before give way. How many there are now.

    Raises ``NeedsConfirmation`` for a doubt that nobody agreed to, ``PlanChanged`` if the plan is another one by now.
    """
    actor.must(Permission.KEEP_SETTINGS)
    refuse_repetition(actor, "boundaries.import", client_id)
    with change(actor, "boundaries.import", client_id=client_id) as entry:
        draft = _draft(staged(actor, PURPOSE, file_id))
        plan = plan_boundaries(actor, draft)
        _refuse(plan, digest, agreed)
        gone = _cleared(actor, draft.level)
        made = _written(actor, draft, plan)
        told = {
            "boundary_level": draft.level,
            "datum": draft.datum,
            "boundary_source": draft.source,
            "licence": draft.licence,
            "file_name": draft.file_name,
            "boundaries": [gone, len(plan.fitted)],
            "agreed": [one.value for one in plan.doubts],
        }
        entry.about("boundary_imports", made, told, county_code(actor))
        unstage(file_id)
        boundaries.stamp()
    programme.forget()
    return len(plan.fitted)


def _refuse(plan: BoundaryPlan, digest: str, agreed: Collection[Doubt]) -> None:
    if not plan.may_be_imported:
        raise Invalid(message=N_("这个文件现在不能导入。"))
    if plan.digest != digest:
        raise PlanChanged
    open_doubts = {one.value: problem for one, problem in plan.doubts.items() if one not in agreed}
    if open_doubts:
        raise NeedsConfirmation(open_doubts)


def remove_boundaries(actor: Actor, level: PlaceLevel) -> int:
    """Take the boundaries of a level away; the map draws the schematic outline again. How many there were."""
    actor.must(Permission.KEEP_SETTINGS)
    with change(actor, "boundaries.remove") as entry:
        gone = _cleared(actor, level)
        entry.silent = not gone
        entry.about("boundary_imports", None, {"boundary_level": level, "boundaries": [gone, 0]}, county_code(actor))
        boundaries.stamp()
    programme.forget()
    return gone


def _cleared(actor: Actor, level: PlaceLevel) -> int:
    own = (Boundary.level == level, within(Boundary.region_code, actor.region_code))
    gone = db.session.execute(delete(Boundary).where(*own)).rowcount  # type: ignore[attr-defined]
    used = select(Boundary.import_id)
    db.session.execute(delete(BoundaryImport).where(BoundaryImport.level == level, BoundaryImport.id.not_in(used)))
    return int(gone)


def _written(actor: Actor, draft: BoundaryDraft, plan: BoundaryPlan) -> int:
    made = BoundaryImport(
        region_code=county_code(actor),
        level=draft.level,
        datum=draft.datum,
        source=draft.source,
        licence=draft.licence,
        file_name=draft.file_name,
    )
    db.session.add(made)
    db.session.flush()
    thin = drawn([one.shape for one in plan.fitted])
    rows: list[dict[str, Any]] = [
        {
            "import_id": made.id,
            "place_id": one.place_id,
            "region_code": one.region_code,
            "level": draft.level,
            "area_km2": one.area_km2,
            "vertices": int(shapely.get_num_coordinates(one.shape)),
            "whole": shapely.to_wkb(one.shape),
            "drawn": shapely.to_wkb(simple),
        }
        for one, simple in zip(plan.fitted, thin, strict=True)
    ]
    db.session.execute(insert(table_of(Boundary)), rows)
    return made.id
