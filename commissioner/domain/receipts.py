"""Money that arrived: a dated entry each time, in whole fen; what a source has received is their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.changes import change, refuse_repetition
from commissioner.domain.records import date_fault
from commissioner.models import Funding, FundingReceipt, Project, db
from commissioner.models.base import SHORT_TEXT
from commissioner.problems import AlreadyDone, Invalid, NeedsConfirmation, NotFound, Problem
from commissioner.units import FEN_PER_YUAN, fen_to_yuan
from commissioner.vocabulary import N_, FundingSource

LARGEST_FEN = 10**9 * FEN_PER_YUAN


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDraft:
    """Money that somebody says has arrived."""

    received_on: date
    amount_fen: int
    note: str = ""
    client_id: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One entry with what had arrived after it."""

    id: int
    received_on: date | None
    amount_fen: int
    total_fen: int
    note: str
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What a source granted, and everything that arrived of it, oldest first."""

    funding_id: int
    project_id: int
    project_title: str
    source: FundingSource
    granted_fen: int
    lines: tuple[ReceiptLine, ...]

    @property
    def received_fen(self) -> int:
        """The sum of the entries."""
        return self.lines[-1].total_fen if self.lines else 0


def receipts_of(actor: Actor, funding_id: int) -> Receipts:
    """The entries of a source in two queries; ``NotFound`` outside the actor's scope."""
    found = select(Funding, Project.title).join(Project, Project.id == Funding.project_id)
    row = db.session.execute(found.where(Funding.id == funding_id, scope(actor, Funding))).one_or_none()
    if row is None:
        raise NotFound
    one = FundingReceipt
    entries = select(one).where(one.funding_id == funding_id).order_by(one.received_on.asc().nulls_first(), one.id)
    return Receipts(
        funding_id=funding_id,
        project_id=row.Funding.project_id,
        project_title=row.title,
        source=row.Funding.source,
        granted_fen=row.Funding.granted_fen,
        lines=_lines(db.session.scalars(entries).all()),
    )


def _lines(rows: Sequence[Any]) -> tuple[ReceiptLine, ...]:
    total, lines = 0, []
    for row in rows:
        total += row.amount_fen
        told = {key: getattr(row, key) for key in ("id", "received_on", "amount_fen", "note", "illustrative")}
        lines.append(ReceiptLine(total_fen=total, **told))
    return tuple(lines)


def record_receipt(actor: Actor, funding_id: int, draft: ReceiptDraft) -> None:
    """Enter money that arrived. Raises ``Invalid``, or ``NeedsConfirmation`` where more arrives than was granted.

    A form sent twice makes one entry.
    """
    actor.must(Permission.KEEP_REGISTRY)
    try:
        with change(actor, "fundings.receive", client_id=draft.client_id) as entry:
            funding, region_code = _locked(actor, funding_id)
            refuse_repetition(actor, entry.action, draft.client_id)
            check_receipt(receipts_of(actor, funding_id), draft)
            said = {"received_on": draft.received_on, "amount_fen": draft.amount_fen, "note": draft.note.strip()}
            db.session.add(FundingReceipt(funding_id=funding_id, **said))
            about = {"project_id": funding.project_id, "source": funding.source, **said}
            entry.about("fundings", funding_id, about, region_code)
    except AlreadyDone:
        return


def remove_receipt(actor: Actor, funding_id: int, receipt_id: int) -> None:
    """Take out an entry that was a mistake."""
    actor.must(Permission.KEEP_REGISTRY)
    with change(actor, "fundings.receipt_removed") as entry:
        funding, region_code = _locked(actor, funding_id)
        mine = (FundingReceipt.id == receipt_id, FundingReceipt.funding_id == funding_id)
        row = db.session.scalars(select(FundingReceipt).where(*mine)).one_or_none()
        if row is None:
            raise NotFound
        gone = {key: [getattr(row, key), None] for key in ("received_on", "amount_fen", "note")}
        told = {"project_id": funding.project_id, "source": funding.source, **gone}
        entry.about("fundings", funding_id, told, region_code)
        db.session.delete(row)


def _locked(actor: Actor, funding_id: int) -> tuple[Any, str]:
    mine = (Funding.id == funding_id, scope(actor, Funding))
    funding = db.session.scalars(select(Funding).where(*mine).with_for_update()).one_or_none()
    if funding is None:
        raise NotFound
    region_code = db.session.scalar(select(Project.region_code).where(Project.id == funding.project_id))
    return funding, region_code or ""


def check_receipt(stands: Receipts, draft: ReceiptDraft) -> None:
    """Raise what speaks against an entry."""
    faults: dict[str, str | Problem] = {}
    if (fault := date_fault(draft.received_on, past=True)) is not None:
        faults["received_on"] = fault
    if draft.amount_fen <= 0:
        faults["amount_yuan"] = N_("到账的钱要大于零。")
    elif draft.amount_fen > LARGEST_FEN:
        faults["amount_yuan"] = N_("数字太大了，请核对：这里按“元”填。")
    if len(draft.note) > SHORT_TEXT:
        faults["note"] = Problem(N_("最多 %(length)s 个字。"), length=SHORT_TEXT)
    if faults:
        raise Invalid(faults)
    total_fen = stands.received_fen + draft.amount_fen
    if total_fen > stands.granted_fen and not draft.confirmed:
        numbers = {"total": f"{fen_to_yuan(total_fen):,f}", "granted": f"{fen_to_yuan(stands.granted_fen):,f}"}
        words = N_("加上这一笔，到账 %(total)s 元，比下达的 %(granted)s 元还多。")
        raise NeedsConfirmation({"amount_yuan": Problem(words, **numbers)})
