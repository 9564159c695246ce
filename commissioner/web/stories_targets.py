"""How a target is told: a bar with its parts, where its figure comes from, and the way to the records behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from commissioner.access import Actor, Permission
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.target_page import kept_in
from commissioner.domain.target_parts import part_faults
from commissioner.domain.target_standing import Part, TargetStanding
from commissioner.units import completion_rate, plain
from commissioner.vocabulary import CountingRule
from commissioner.web.errors import told
from commissioner.web.filters import number


def bars(reader: Actor, targets: Sequence[TargetStanding]) -> list[dict[str, Any]]:
    """Each target as the project's page shows it."""
    return [bar(reader, one) for one in targets]


def bar(reader: Actor, one: TargetStanding) -> dict[str, Any]:
    """One target: its bar, its parts, its source in words and the ways on."""
    unit = _(one.unit.label)
    return {
        "id": one.id,
        "name": one.name,
        "actual": plain(one.actual_value or 0),
        "target": plain(one.target_value),
        "said": _said(one.actual_value, one.target_value, unit),
        "parts": [_part(part, unit) for part in one.parts],
        "parts_divide": one.parts_divide,
        "part_words": part_words(one),
        "source": source_words(one),
        "href": url_for("targets.page", project_id=one.project_id, target_id=one.id),
        "add_url": add_record_url(reader, one),
    }


def source_words(one: TargetStanding) -> str:
    """Where the figure comes from, short enough for a line below the bar."""
    if one.rule is CountingRule.REPORTED:
        return _("按填报的进展")
    counted = sum(row.why_not is None for row in one.rows)
    if not counted:
        return _("还没有记录")
    if one.year is not None:
        return _("%(year)s 年，由 %(n)s 条记录得出", year=one.year, n=counted)
    return _("由 %(n)s 条记录得出", n=counted)


def part_words(one: TargetStanding) -> list[str]:
    """What does not fit between the parts and the whole, as it stands now."""
    if not any(part.actual_value is not None for part in one.parts):
        return []
    values = [part.actual_value for part in one.parts]
    found = part_faults(one.unit, one.actual_value, values, divide=one.parts_divide)
    names = {place: part.name for place, part in enumerate(one.parts)}
    return [
        told(fault) if place is None else _("%(name)s：%(fault)s", name=names[place], fault=told(fault))
        for place, fault in found.items()
    ]


def add_record_url(reader: Actor, one: TargetStanding) -> str | None:
    """The form of a record that would count towards the target, for those who may keep one."""
    if one.indicator is None:
        return None
    subject, given = kept_in(one.indicator)
    if subject == "visits":
        return url_for("visits.new", project_id=one.project_id) if reader.can(Permission.LOG_VISIT) else None
    keep = SUBJECTS[subject].keep
    if keep is None or not reader.can(keep):
        return None
    values: dict[str, Any] = {"name": subject, "project_id": one.project_id, **given}
    return url_for("subjects.new", **values)


def list_url(one: TargetStanding) -> str | None:
    """The list that holds the records, narrowed to the project."""
    if one.indicator is None:
        return None
    subject, given = kept_in(one.indicator)
    values: dict[str, Any] = {"name": subject, "project": one.project_id, **given}
    return url_for("subjects.index", **values)


def _part(part: Part, unit: str) -> dict[str, Any]:
    return {
        "name": part.name,
        "actual": plain(part.actual_value or 0),
        "target": plain(part.target_value or 0),
        "said": _said(part.actual_value, part.target_value, unit),
    }


def _said(actual: Any, target: Any, unit: str) -> str:
    values = {"actual": number(actual), "target": number(target), "unit": unit}
    rate = completion_rate(actual, target)
    if target is None:
        return _("%(actual)s %(unit)s", **values)
    if rate is None:
        return _("%(actual)s / %(target)s %(unit)s", **values)
    return _("%(actual)s / %(target)s %(unit)s · %(rate)s%%", rate=number(rate), **values)
