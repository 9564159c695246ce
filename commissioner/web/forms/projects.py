"""The form of a project's stages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectField

from commissioner.domain.project_stages import StageDraft
from commissioner.vocabulary import ProjectStage
from commissioner.web.forms.base import Day, Form, Text, needed, word_options


def _stage(value: Any) -> ProjectStage | None:
    return next((stage for stage in ProjectStage if stage.value == str(value)), None)


class StageForm(Form):
    """A stage with the day on which it was reached."""

    stage = SelectField(
        lazy_gettext("阶段"),
        [needed],
        coerce=_stage,
        choices=word_options(ProjectStage),
        validate_choice=False,
    )
    reached_on = Day(lazy_gettext("哪一天"), [needed], description=lazy_gettext("同一阶段再填一次，就是更正它的日期"))
    note = Text(lazy_gettext("说明"), description=lazy_gettext("例如文件号"))

    def draft(self) -> StageDraft:
        """What the form says; call it only on a form that validated."""
        return StageDraft(stage=self.stage.data, reached_on=self.reached_on.data, note=self.note.data or "")
