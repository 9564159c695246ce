"""The form of a link for a wall."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectField

from commissioner.domain.walls import DAYS, LONGEST_NAME, WallDraft
from commissioner.units import today
from commissioner.web.forms.base import Day, Form, Text, needed
from commissioner.web.map_address import MapView
from commissioner.web.map_time import day_said

TODAY, FIXED = "today", "fixed"


class WallForm(Form):
    """What it is called, as of when it shows, and how long it opens."""

    name = Text(
        lazy_gettext("名称"),
        length=LONGEST_NAME,
        required=True,
        description=lazy_gettext("写明放在哪里，如“三楼会议室”；会显示在大屏上"),
    )
    moment = SelectField(lazy_gettext("显示到哪一天"), [needed])
    until = Day(lazy_gettext("有效到"), description=lazy_gettext("到这一天为止能打开；留空就一直能打开，直到收回"))

    def __init__(self, view: MapView, **options: Any) -> None:
        super().__init__(**options)
        always = (TODAY, lazy_gettext("一直到当天：过了零点自己换"))
        fixed = (FIXED, lazy_gettext("%(day)s，不再变", day=day_said(view.ask.on)))
        self.moment.choices = [always] if view.ask.on == today() else [fixed, always]
        if not self.is_submitted():
            self.until.data = today() + timedelta(days=DAYS)

    @property
    def is_fixed(self) -> bool:
        """Whether the view stays as of its day."""
        return bool(self.moment.data == FIXED)

    def draft(self, view: str) -> WallDraft:
        """The link that is asked for."""
        return WallDraft(name=self.name.data or "", view=view, until=self.until.data)
