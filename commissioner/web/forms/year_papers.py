"""The form that takes an issued paper back."""

from __future__ import annotations

from flask_babel import lazy_gettext

from commissioner.web.forms.base import Form, Text


class RevokeForm(Form):
    """Why a paper holds no longer."""

    reason = Text(
        lazy_gettext("作废原因"),
        required=True,
        description=lazy_gettext("例如“数字有误，已重新开具”；验证页上不显示。"),
    )


class IssueForm(Form):
    """Asks for a paper; sending it twice issues one."""
