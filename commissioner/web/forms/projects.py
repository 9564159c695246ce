"""The forms of a project's update and of its stages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField

from commissioner.domain.project_history import Standing, Target
from commissioner.domain.project_stages import StageDraft
from commissioner.domain.project_updates import UpdateDraft
from commissioner.units import completion_rate, whole, yuan_to_fen
from commissioner.vocabulary import ProjectStage
from commissioner.web.filters import number
from commissioner.web.forms.base import Day, Form, Number, Prose, Text, needed, word_options


def _stage(value: Any) -> ProjectStage | None:
    return next((stage for stage in ProjectStage if stage.value == str(value)), None)


class UpdateForm(Form):
    """What happened, in words; a figure that is left empty stays as it was."""

    version = HiddenField()
    reported_on = Day(lazy_gettext("截至哪一天"), [needed])
    progress = Prose(lazy_gettext("进展"), required=True, render_kw={"rows": 5})
    spent_yuan = Number(lazy_gettext("累计支出"), render_kw={"data-unit": lazy_gettext("元")})
    correction = Text(lazy_gettext("更正说明"), description=lazy_gettext("累计支出比上次少时才填：上次为什么填多了"))

    @property
    def figures(self) -> list[Number]:
        """The field of each target."""
        return [field for field in self if field.name.startswith("figure_")]

    def draft(self) -> UpdateDraft:
        """What the form says; call it only on a form that validated."""
        spent_yuan = self.spent_yuan.data
        version = str(self.version.data or "")
        return UpdateDraft(
            version=whole(version) or 0,
            reported_on=self.reported_on.data,
            progress=self.progress.data,
            spent_fen=None if spent_yuan is None else yuan_to_fen(spent_yuan),
            figures={
                int(field.name.removeprefix("figure_")): Decimal(field.data)
                for field in self.figures
                if field.data is not None
            },
            correction=self.correction.data or "",
            client_id=self.sent_client_id,
            confirmed=self.confirmed,
        )


def update_form(stands: Standing, **options: Any) -> UpdateForm:
    """The form for one project: a field for each of its targets."""
    made = {f"figure_{one.id}": _figure(one) for one in stands.targets}
    form: UpdateForm = type("UpdateFormOfProject", (UpdateForm,), made)(**options)
    form.spent_yuan.description = _(
        "到今天一共花了多少。上次 %(last)s 元；没有变就空着", last=number(stands.spent_yuan)
    )
    return form


def _figure(target: Target) -> Number:
    """The label is the target's own name; its unit stands in the field, what was last said below the label."""
    rate = completion_rate(target.actual_value, target.target_value)
    values = {"target": number(target.target_value), "unit": _(target.unit.label), "last": number(target.actual_value)}
    if rate is None:
        said = _("目标 %(target)s%(unit)s，还没有填报过", **values)
    else:
        said = _("目标 %(target)s%(unit)s，上次 %(last)s%(unit)s(%(rate)s%%)", rate=rate, **values)
    return Number(target.name, description=said, render_kw={"data-unit": values["unit"]})


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
