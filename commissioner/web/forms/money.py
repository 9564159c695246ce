"""The form of money that arrived."""

from __future__ import annotations

from flask_babel import lazy_gettext

from commissioner.domain.receipts import ReceiptDraft
from commissioner.units import yuan_to_fen
from commissioner.web.forms.base import Day, Form, Number, Text, needed


class ReceiptForm(Form):
    """When, how much, and under which paper."""

    received_on = Day(lazy_gettext("到账日期"), [needed])
    amount_yuan = Number(lazy_gettext("到账金额"), required=True, render_kw={"data-unit": lazy_gettext("元")})
    note = Text(lazy_gettext("说明"), description=lazy_gettext("例如文件号、第几笔"))

    def draft(self) -> ReceiptDraft:
        """What the form says; call it only on a form that validated."""
        return ReceiptDraft(
            received_on=self.received_on.data,
            amount_fen=yuan_to_fen(self.amount_yuan.data),
            note=self.note.data or "",
            client_id=self.sent_client_id,
            confirmed=self.confirmed,
        )
