"""Many visits at once without JavaScript: a sheet as text, and the month it speaks of."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.widgets import HiddenInput

from commissioner.domain.visit_sheet_days import read_month
from commissioner.units import today
from commissioner.web.forms.base import Form, needed


class Month(StringField):
    """The month that the page shows: its rows need not repeat it."""

    widget = HiddenInput()
    data: Any

    def _value(self) -> str:
        return f"{self.data:%Y-%m}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the month; anything else is told in words."""
        self.data = read_month(valuelist[0] if valuelist else "")
        if self.data is None:
            raise ValueError(_("请按 2022-06 的样子填写月份。"))


class MonthForm(Form):
    """The pasted rows; the domain, not the form, says which of them are good."""

    month = Month(lazy_gettext("月份"), [needed], default=lambda: today().replace(day=1))
    text = TextAreaField(
        lazy_gettext("表格里的几行"), [needed], render_kw={"rows": 8, "spellcheck": "false", "wrap": "off"}
    )
    sure = BooleanField(lazy_gettext("上面的提醒我都看过，仍要登记"))
