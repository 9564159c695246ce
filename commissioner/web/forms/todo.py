"""The wish for a weekly mail."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField

from commissioner.domain.digests import DigestWish
from commissioner.web.forms.base import Form, Text


class DigestForm(Form):
    """Where to, and whether."""

    email = Text(
        lazy_gettext("收信邮箱"),
        length=254,
        description=lazy_gettext("只用来发这封信；清空并保存就删掉"),
        render_kw={"type": "email", "autocomplete": "email", "inputmode": "email"},
    )
    weekly = BooleanField(lazy_gettext("每周发一封"))

    def wish(self) -> DigestWish:
        """What is asked for."""
        email = self.email.data or ""
        return DigestWish(email=email, weekly=bool(self.weekly.data))
