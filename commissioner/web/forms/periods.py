"""The forms that close a reporting period and open it again."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField

from commissioner.units import whole
from commissioner.web.forms.base import Form, Prose


class CloseForm(Form):
    """Nothing to fill in: what is about to be locked is said beside it."""

    version = HiddenField()

    @property
    def read_at(self) -> int:
        """The version that was read."""
        return whole(str(self.version.data or "")) or 0


class ReopenForm(CloseForm):
    """Why a closed period is opened again."""

    reason = Prose(lazy_gettext("为什么重新打开"), required=True, render_kw={"rows": 3})
