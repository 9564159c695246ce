"""The forms of a need: raising it, a step of its life; and the close of a call."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField

from commissioner.domain.batch_calls import CloseDraft
from commissioner.domain.need_steps import StepDraft
from commissioner.domain.needs import NEEDS
from commissioner.units import whole
from commissioner.web.forms.base import Day, Form, Prose, needed
from commissioner.web.forms.declared import draft_of, form_class

_Declared: Any = form_class(NEEDS)


class NeedForm(_Declared):
    """A new need; the bureau may open it at once."""

    FIRST = ("title", "place_id", "industry", "help_kind", "problem", "wanted_by")
    MORE = ("wanted_speciality", "raised_on")
    opened = BooleanField(lazy_gettext("直接受理，开始找人"))

    def draft(self) -> dict[str, Any]:
        """What the form says."""
        return {**draft_of(NEEDS, self), "opened": "opened" in self and bool(self.opened.data)}

    @property
    def more_opened(self) -> bool:
        """Whether what is folded away needs attention."""
        return any(self[name].errors for name in self.MORE)


class StepForm(Form):
    """A word on a step, and the version that was read."""

    version = HiddenField()
    words = Prose(lazy_gettext("说明"), length=1000, render_kw={"rows": 3})

    def draft(self) -> StepDraft:
        """What the form says."""
        return StepDraft(version=whole(str(self.version.data or "")) or 0, words=self.words.data or "")


class ReasonForm(StepForm):
    """A step that must be explained."""

    words = Prose(lazy_gettext("说明"), required=True, length=1000, render_kw={"rows": 3})


class CallForm(Form):
    """Until when a call runs, and why that is moved."""

    version = HiddenField()
    day = Day(lazy_gettext("征集到哪一天"), validators=[needed])
    reason = Prose(lazy_gettext("原因"), required=True, length=1000, render_kw={"rows": 3})

    def draft(self) -> CloseDraft:
        """What the form says."""
        version = whole(str(self.version.data or "")) or 0
        return CloseDraft(version=version, day=self.day.data, reason=self.reason.data or "")
