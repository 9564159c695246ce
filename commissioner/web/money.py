"""A source's money as it arrived: the entries, and the form of one more."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain.receipts import Receipts, receipts_of, record_receipt, remove_receipt
from commissioner.problems import Invalid, NeedsConfirmation
from commissioner.units import today
from commissioner.web.errors import told
from commissioner.web.forms.money import ReceiptForm
from commissioner.web.session import actor, requires

bp = Blueprint("money", __name__)


@bp.get("/fundings/<int:funding_id>/receipts")
@requires(Permission.LOOK)
def receipts(funding_id: int) -> Any:
    """What arrived of a source, entry by entry."""
    return _shown(receipts_of(actor(), funding_id), ReceiptForm(data={"received_on": today()}), 200)


@bp.post("/fundings/<int:funding_id>/receipts")
@requires(Permission.KEEP_REGISTRY)
def receive(funding_id: int) -> Any:
    """Enter money that arrived."""
    stands = receipts_of(actor(), funding_id)
    form = ReceiptForm()
    warnings: list[str] = []
    if form.validate_on_submit():
        try:
            record_receipt(actor(), funding_id, form.draft())
            flash(_("已保存。"), "good")
            return redirect(url_for("money.receipts", funding_id=funding_id), 303)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            warnings = [told(one) for one in problem.warnings.values()]
    return _shown(stands, form, 422, warnings)


@bp.post("/fundings/<int:funding_id>/receipts/<int:receipt_id>/remove")
@requires(Permission.KEEP_REGISTRY)
def take_out(funding_id: int, receipt_id: int) -> Response:
    """Take out an entry that was a mistake."""
    remove_receipt(actor(), funding_id, receipt_id)
    flash(_("已删除。"), "good")
    return redirect(url_for("money.receipts", funding_id=funding_id), 303)


def _shown(stands: Receipts, form: ReceiptForm, status: int, warnings: list[str] | None = None) -> tuple[str, int]:
    form.give_client_id()
    may_keep = actor().can(Permission.KEEP_REGISTRY)
    given = {"stands": stands, "form": form, "warnings": warnings or [], "may_keep": may_keep}
    return render_template("money/receipts.html", tried=request.method == "POST", **given), status
