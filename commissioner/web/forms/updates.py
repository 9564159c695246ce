"""The forms of a project's update and of the bureau's word on one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField

from commissioner.domain.project_history import Standing, Target
from commissioner.domain.update_drafts import UpdateDraft, Written
from commissioner.domain.update_reviews import Judgement
from commissioner.units import completion_rate, fen_to_yuan, today, whole, yuan_to_fen
from commissioner.web.filters import number
from commissioner.web.forms.base import Day, Form, Number, Prose, Text, needed


class UpdateForm(Form):
    """What happened, in words; a figure that is left empty stays as it was."""

    version = HiddenField()
    reported_on = Day(lazy_gettext("截至哪一天"), [needed])
    progress = Prose(lazy_gettext("进展"), render_kw={"rows": 6})
    spent_yuan = Number(lazy_gettext("累计支出"), render_kw={"data-unit": lazy_gettext("元")})
    correction = Text(lazy_gettext("更正说明"), description=lazy_gettext("累计支出比上次少时才填：上次为什么填多了"))

    @property
    def figures(self) -> list[Number]:
        """The field of each target."""
        return [field for field in self if field.name.startswith("figure_")]

    @property
    def keeps_a_draft(self) -> bool:
        """Whether the button was pressed that only keeps what is written so far."""
        return request.form.get("act") == "save"

    def draft(self) -> UpdateDraft:
        """What the form says; call it only on a form that validated."""
        spent_yuan = self.spent_yuan.data
        return UpdateDraft(
            version=whole(str(self.version.data or "")) or 0,
            reported_on=self.reported_on.data,
            progress=self.progress.data or "",
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


def update_form(stands: Standing, begun: Written | None = None) -> UpdateForm:
    """The form for one project, with a field for each of its targets: blank, or as an update has it so far."""
    made = {f"figure_{one.id}": _figure(one) for one in stands.targets}
    given = None if request.method == "POST" else _as_written(begun) if begun else _blank(stands)
    form: UpdateForm = type("UpdateFormOfProject", (UpdateForm,), made)(data=given)
    form.progress.flags.required = True  # in words: a draft may go without
    form.spent_yuan.description = _(
        "到这一天一共花了多少。上次 %(last)s 元；没有变就空着", last=number(stands.spent_yuan)
    )
    return form


def _blank(stands: Standing) -> dict[str, Any]:
    day = today()
    return {"reported_on": min(day, stands.ends_on or day), "version": stands.version}


def _as_written(begun: Written) -> dict[str, Any]:
    said = begun.content
    return {
        "version": begun.version,
        "reported_on": said.reported_on,
        "progress": said.progress,
        "spent_yuan": None if said.spent_fen is None else fen_to_yuan(said.spent_fen),
        "correction": said.correction,
        **{f"figure_{one.target_id}": one.value for one in said.figures},
    }


def _figure(target: Target) -> Number:
    """The label is the target's own name; its unit stands in the field, what was last said below the label."""
    rate = completion_rate(target.actual_value, target.target_value)
    values = {"target": number(target.target_value), "unit": _(target.unit.label), "last": number(target.actual_value)}
    if rate is None:
        said = _("目标 %(target)s%(unit)s，还没有填报过", **values)
    else:
        said = _("目标 %(target)s%(unit)s，上次 %(last)s%(unit)s(%(rate)s%%)", rate=rate, **values)
    return Number(target.name, description=said, render_kw={"data-unit": values["unit"]})


class JudgementForm(Form):
    """The bureau's word on an update that was read at a version; ``number`` says which submission that was."""

    version = HiddenField()
    number = HiddenField()
    note = Prose(lazy_gettext("退回原因"), render_kw={"rows": 3})

    @property
    def approves(self) -> bool:
        """Whether the button was pressed that lets the update count."""
        return request.form.get("act") == "approve"

    @property
    def read_number(self) -> int:
        """Which submission was read."""
        return whole(str(self.number.data or "")) or 0

    def judgement(self) -> Judgement:
        """What the form says."""
        version = whole(str(self.version.data or "")) or 0
        return Judgement(version=version, note=self.note.data or "", client_id=self.sent_client_id)


class WithdrawalForm(JudgementForm):
    """Why an approval is taken back."""

    note = Prose(lazy_gettext("为什么撤销"), required=True, render_kw={"rows": 3})
