"""A batch's call for needs: while it runs townships raise needs into it, after its close nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.listing import Choice
from commissioner.models import Batch, db
from commissioner.problems import Invalid, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that has dates."""

    id: int
    name: str
    level: Level
    call_opens_on: date
    call_closes_on: date
    call_text: str

    @property
    def runs(self) -> bool:
        """Whether needs may be raised into it today."""
        return self.call_opens_on <= today() <= self.call_closes_on

    @property
    def days_left(self) -> int:
        """Days until its close; 0 on the last day, less than 0 after it."""
        return (self.call_closes_on - today()).days


def calling(day: date) -> ColumnElement[bool]:
    """The call of a batch runs on ``day``, its last day included."""
    runs: ColumnElement[bool] = (Batch.call_opens_on <= day) & (Batch.call_closes_on >= day)
    return runs


def running_calls(actor: Actor) -> Sequence[Call]:
    """The calls that run today, the next to close first: one query."""
    columns = [getattr(Batch, name) for name in Call.__dataclass_fields__]
    wanted = select(*columns).where(scope(actor, Batch), calling(today()))
    return [Call(**row) for row in db.session.execute(wanted.order_by(Batch.call_closes_on, Batch.id)).mappings()]


def batch_choices(actor: Actor) -> list[Choice]:
    """Every batch in scope, to narrow a list by, the latest first."""
    wanted = select(Batch.id, Batch.name).where(scope(actor, Batch)).order_by(Batch.opens_on.desc(), Batch.id.desc())
    return [Choice(value=str(row.id), label=row.name) for row in db.session.execute(wanted.limit(200))]


def hold_call(actor: Actor, batch_id: int) -> None:
    """Keep a batch's call as it is until the change ends. Raises ``Invalid`` where nothing may be raised into it."""
    wanted = select(Batch).where(Batch.id == batch_id).with_for_update(read=True)
    fault = _fault(actor, db.session.execute(wanted.execution_options(populate_existing=True)).scalar_one())
    if fault is not None:
        raise Invalid({"batch_id": fault})


def _fault(actor: Actor, batch: Batch) -> Problem | None:
    if batch.call_opens_on is None or batch.call_closes_on is None:
        # The bureau sorts needs into rounds that never had a call.
        return None if actor.can(Permission.KEEP_REGISTRY) else Problem(N_("“%(name)s”没有征集需求。"), name=batch.name)
    if today() < batch.call_opens_on:
        message = N_("“%(name)s”的需求征集 %(day)s 才开始。")
        return Problem(message, name=batch.name, day=str(batch.call_opens_on))
    if today() > batch.call_closes_on:
        message = N_("“%(name)s”的需求征集 %(day)s 已经截止，不能再加进来。可以不选批次，或者请科技局延长征集。")
        return Problem(message, name=batch.name, day=str(batch.call_closes_on))
    return None
