"""The forms of a project's update and of the bureau's word on one."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField

from commissioner.domain.project_history import Standing
from commissioner.domain.project_money import SourceMoney
from commissioner.domain.target_standing import Part, TargetStanding
from commissioner.domain.update_drafts import UpdateDraft, Written
from commissioner.domain.update_lines import BETWEEN, LineKind
from commissioner.domain.update_reviews import Judgement
from commissioner.units import completion_rate, fen_to_yuan, today, whole, yuan_to_fen
from commissioner.web.filters import number, yuan
from commissioner.web.forms.base import Day, Form, Number, Prose, Text, needed

SPENT = "spent_"
PREFIXES = {LineKind.TARGET: "figure_", LineKind.PART: "part_", LineKind.SOURCE: SPENT}


class UpdateForm(Form):
    """What happened, in words; a figure that is left empty stays as it was."""

    version = HiddenField()
    reported_on = Day(lazy_gettext("截至哪一天"), [needed])
    progress = Prose(lazy_gettext("进展"), render_kw={"rows": 6})
    spent_yuan = Number(lazy_gettext("累计支出"), render_kw={"data-unit": lazy_gettext("元")})
    correction = Text(lazy_gettext("更正说明"), description=lazy_gettext("累计支出比上次少时才填：上次为什么填多了"))
    overspent_for = Text(
        lazy_gettext("超支说明"), description=lazy_gettext("支出超过下达或到账的经费时才填：为什么超、钱从哪里来")
    )
    stands: Standing

    @property
    def targets(self) -> list[tuple[TargetStanding, Number | None, list[Number]]]:
        """Each target with its field, none where its records answer for it, and the fields of its parts."""
        return [
            (one, self._fields.get(f"figure_{one.id}"), [self[f"part_{part.id}"] for part in one.parts])
            for one in self.stands.targets
        ]

    @property
    def spendings(self) -> list[Number]:
        """The field of each source, where there are several."""
        return [field for field in self if field.name.startswith(SPENT) and field.name != "spent_yuan"]

    def said(self, prefix: str) -> dict[int, Any]:
        """What the fields say whose names begin so, by id; what is left empty is left out."""
        fields = [field for field in self if field.name.startswith(prefix) and field.name != "spent_yuan"]
        return {int(field.name.removeprefix(prefix)): field.data for field in fields if field.data is not None}

    @property
    def keeps_a_draft(self) -> bool:
        """Whether the button was pressed that only keeps what is written so far."""
        return request.form.get("act") == "save"

    def draft(self) -> UpdateDraft:
        """What the form says; call it only on a form that validated."""
        spent_yuan = self.spent_yuan.data if "spent_yuan" in self else None
        return UpdateDraft(
            version=whole(str(self.version.data or "")) or 0,
            reported_on=self.reported_on.data,
            progress=self.progress.data or "",
            spent_fen=None if spent_yuan is None else yuan_to_fen(spent_yuan),
            figures=self.said("figure_"),
            parts=self.said("part_"),
            spendings={key: yuan_to_fen(value) for key, value in self.said(SPENT).items()},
            correction=self.correction.data or "",
            overspent_for=self._fields["overspent_for"].data or "" if "overspent_for" in self else "",
            client_id=self.sent_client_id,
            confirmed=self.confirmed,
        )


def update_form(stands: Standing, begun: Written | None = None) -> UpdateForm:
    """The form for one project, with a field for each thing it may tell: blank, or as an update has it so far."""
    made = _fields_of(stands)
    given = None if request.method == "POST" else _as_written(begun) if begun else _blank(stands)
    form: UpdateForm = type("UpdateFormOfProject", (UpdateForm,), made)(data=given)
    form.stands = stands
    form.progress.flags.required = True  # in words: a draft may go without
    if stands.is_by_source:
        del form.spent_yuan
    else:
        form.spent_yuan.description = _(
            "到这一天一共花了多少。上次 %(last)s 元；没有变就空着", last=number(stands.spent_yuan)
        )
    if not stands.sources:
        del form.overspent_for
    return form


def _fields_of(stands: Standing) -> dict[str, Number]:
    made: dict[str, Number] = {}
    for one in stands.targets:
        if one.indicator is None:
            made[f"figure_{one.id}"] = _figure(one)
        made.update({f"part_{part.id}": _part(one, part) for part in one.parts})
    if stands.is_by_source:
        made.update({f"{SPENT}{one.id}": _source(one) for one in stands.sources})
    return made


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
        "overspent_for": said.overspent_for,
        **{f"{PREFIXES[one.kind]}{one.id}": one.value for one in said.figures},
    }


def _part(target: TargetStanding, part: Part) -> Number:
    """A part of a target: what it promised, if that was said, and what was last said of it."""
    unit = _(target.unit.label)
    said = []
    if part.target_value is not None:
        said.append(_("目标 %(target)s%(unit)s", target=number(part.target_value), unit=unit))
    if part.actual_value is not None:
        said.append(_("上次 %(last)s%(unit)s", last=number(part.actual_value), unit=unit))
    return Number(f"{target.name}{BETWEEN}{part.name}", description=" · ".join(said), render_kw={"data-unit": unit})


def _source(one: SourceMoney) -> Number:
    """What is spent of a source to date, beside what was granted and what arrived."""
    said = _("下达 %(granted)s，到账 %(received)s", granted=yuan(one.granted_fen), received=yuan(one.received_fen))
    if one.spent_fen is not None:
        said = _("%(money)s，上次累计支出 %(last)s", money=said, last=yuan(one.spent_fen))
    return Number(_(one.source.label), description=said, render_kw={"data-unit": _("元")})


def _figure(target: TargetStanding) -> Number:
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
