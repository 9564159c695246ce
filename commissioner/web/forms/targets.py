"""The form of a target's parts: a name and a figure each, in as many lines as are needed."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField

from commissioner.domain.target_parts import MOST_PARTS, PartDraft, PartsDraft
from commissioner.domain.target_standing import TargetStanding
from commissioner.units import whole
from commissioner.web.forms.base import Form, Number, Text

SPARE_LINES = 3
FEWEST_LINES = 4


class PartsForm(Form):
    """The whole and its parts, kept together; a line without a name is no part."""

    version = HiddenField()
    target_value = Number(lazy_gettext("目标总数"), required=True)
    divide = BooleanField(
        lazy_gettext("分项加起来等于总数"),
        description=lazy_gettext("例如按村分。不勾选，就是互有重叠，每项各自不超过总数，例如妇女、低收入农户"),
    )

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each line: id, name, figure."""
        return [(self[f"id_{n}"], self[f"name_{n}"], self[f"target_{n}"]) for n in range(_count(self))]

    def draft(self) -> PartsDraft:
        """What the form says; call it only on a form that validated."""
        parts = tuple(
            PartDraft(id=whole(str(key.data or "")), name=name.data or "", target_value=figure.data)
            for key, name, figure in self.said_lines
        )
        version = whole(str(self.version.data or "")) or 0
        return PartsDraft(
            version=version, target_value=self.target_value.data, divide=bool(self.divide.data), parts=parts
        )

    @property
    def said_lines(self) -> list[tuple[Any, Any, Any]]:
        """The lines that say something, in order: faults are told by their place among these."""
        return [line for line in self.lines if line[1].data or line[2].data is not None]


def _count(form: Any) -> int:
    return sum(field.name.startswith("name_") for field in form)


def parts_form(target: TargetStanding) -> PartsForm:
    """The form for one target, with its parts and a few lines more."""
    count = max(FEWEST_LINES, len(target.parts) + SPARE_LINES)
    data: dict[str, Any] | None = None
    if request.method == "POST":
        count = max(count, *(n + 1 for n in range(MOST_PARTS) if f"name_{n}" in request.form), 0)
    else:
        data = {"version": target.version, "target_value": target.target_value, "divide": target.parts_divide}
        for n, part in enumerate(target.parts):
            data.update({f"id_{n}": part.id, f"name_{n}": part.name, f"target_{n}": part.target_value})
    made: dict[str, Any] = {}
    unit = {"data-unit": _(target.unit.label)}
    for n in range(min(count, MOST_PARTS)):
        made[f"id_{n}"] = HiddenField()
        made[f"name_{n}"] = Text(_("分项 %(n)s", n=n + 1))
        made[f"target_{n}"] = Number(_("目标"), render_kw=unit)
    form: PartsForm = type("PartsFormOfTarget", (PartsForm,), made)(data=data)
    form.target_value.render_kw = {**(form.target_value.render_kw or {}), **unit}
    return form
