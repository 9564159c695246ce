"""The forms of what happens to a posting."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField

from commissioner.domain.posting_terms import TermDraft
from commissioner.units import whole
from commissioner.web.forms.base import Day, Form, Picker, Prose, needed


class TermForm(Form):
    """Why; and the version that was read."""

    version = HiddenField()
    reason = Prose(lazy_gettext("原因"), required=True, length=1000, render_kw={"rows": 3})

    def draft(self) -> TermDraft:
        """What the form says."""
        asked = ("day", "ends_on", "commissioner_id", "place_id", "starts_on")
        said: dict[str, Any] = {key: self[key].data for key in asked if key in self}
        return TermDraft(
            version=whole(str(self.version.data or "")) or 0,
            reason=self.reason.data or "",
            confirmed=self.confirmed,
            **said,
        )


class ExtendForm(TermForm):
    """The new last day."""

    day = Day(lazy_gettext("延到哪一天"), validators=[needed])
    reason = Prose(lazy_gettext("原因"), required=True, length=1000, render_kw={"rows": 3})


class EndForm(TermForm):
    """The last day."""

    day = Day(lazy_gettext("最后一天"), validators=[needed])
    reason = Prose(lazy_gettext("原因"), required=True, length=1000, render_kw={"rows": 3})


class HandOverForm(TermForm):
    """Who goes on, from when until when."""

    commissioner_id = Picker(lazy_gettext("交给谁"), required=True)
    day = Day(lazy_gettext("从哪一天起"), validators=[needed], description=lazy_gettext("原来的派驻到前一天为止"))
    ends_on = Day(lazy_gettext("接续到哪一天"), description=lazy_gettext("还没定的先不填"))
    reason = Prose(lazy_gettext("原因"), required=True, length=1000, render_kw={"rows": 3})


class MoveForm(TermForm):
    """Where the same person goes, from when until when."""

    place_id = Picker(lazy_gettext("调到哪里"), required=True)
    day = Day(lazy_gettext("从哪一天起"), validators=[needed], description=lazy_gettext("原来的派驻到前一天为止"))
    ends_on = Day(lazy_gettext("新的派驻到哪一天"), description=lazy_gettext("还没定的先不填"))
    reason = Prose(lazy_gettext("原因"), required=True, length=1000, render_kw={"rows": 3})


class CorrectForm(TermForm):
    """What the posting should have said from the beginning."""

    commissioner_id = Picker(lazy_gettext("特派员"), required=True)
    place_id = Picker(lazy_gettext("派驻地点"), required=True)
    starts_on = Day(lazy_gettext("开始日期"), validators=[needed])
    ends_on = Day(lazy_gettext("结束日期"), description=lazy_gettext("还没定的先不填"))
    reason = Prose(
        lazy_gettext("哪里填错了"), required=True, length=1000, description=lazy_gettext("原来的内容会留在变更记录里")
    )
