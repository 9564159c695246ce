"""What the pages of bases, impacts, indicators and instructions tell beyond their facts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _

from commissioner.access import Actor, Permission
from commissioner.domain.employment import impact_in
from commissioner.domain.growth import Growth, growth_of
from commissioner.domain.impacts import same_figure
from commissioner.domain.indicators import completion_of
from commissioner.domain.pages import RecordPage
from commissioner.domain.serving import base_people_on
from commissioner.reports.charts import StepChart, step_chart
from commissioner.units import today
from commissioner.web.annual_pages import decimal_said
from commissioner.web.as_of import as_of
from commissioner.web.subjects import STORIES

TOWNSHIP_DIGITS = 9
LATIN = re.compile(r"([A-Za-z][A-Za-z.×'’ -]*[A-Za-z.])")


def _value(page: RecordPage, key: str) -> Any:
    return page.fact(key).value


def base_story(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """What the base grew into by the day asked about, and where those who help it serve then."""
    asked = as_of()
    founded_on, closed_on = _value(page, "founded_on"), _value(page, "closed_on")
    growth = growth_of(actor, page.id, asked.day if asked.given else None)
    until = min(closed_on or asked.day, asked.day)
    return {
        "not_yet": founded_on is not None and founded_on > asked.day,
        "closed": closed_on is not None and closed_on < asked.day,
        "people": page.fact("commissioners").pointers,
        "on_duty": base_people_on(actor, page.id, asked.day),
        "township": page.region_code[:TOWNSHIP_DIGITS],
        "growth": [{"growth": one, "chart": _chart(one, until)} for one in growth],
        "species": species_parts(_value(page, "species")),
        "may_measure": actor.can(Permission.UPDATE_PROJECT) and not asked.given,
    }


def _chart(growth: Growth, until: date) -> StepChart:
    """Up to the end of the last measured year, so that an old ledger does not trail off into a long line."""
    last = growth.balances[-1].line.on
    return step_chart(growth.daily_totals, min(until, date(last.year, 12, 31)))


def species_parts(text: str) -> list[tuple[str, bool]]:
    """金线莲(Anoectochilus roxburghii) in parts, each with whether it is Latin and so stands in italics."""
    return [(part, place % 2 == 1) for place, part in enumerate(LATIN.split(text or "")) if part]


def impact_story(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """Whether the figure is counted, and how it was in other years."""
    told = impact_in(actor, _value(page, "year"), _value(page, "indicator"))
    share = next(one for one in told.rows if one.impact_id == page.id)
    counted = _("计入%(year)s年合计。", year=told.year)
    return {
        "counted": share.counted,
        "verdict": counted if share.why_not is None else _(share.why_not.label),
        "unit": told.unit,
        "years": same_figure(actor, page.id),
    }


def indicator_story(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """The value, its completion and its ranks, as they are printed."""
    target, issued = _value(page, "target"), _value(page, "issued_completion_percent")
    decimals = _value(page, "completion_decimals")
    completion = completion_of(_value(page, "actual"), target, issued, decimals)
    ranks = {
        "rank_of_value": _("完成值全市排名"),
        "rank_of_completion": _("完成率全市排名"),
        "rank_of_growth": _("增速全市排名"),
    }
    return {
        "actual": decimal_said(_value(page, "actual"), _value(page, "actual_decimals")),
        "completion": decimal_said(completion, decimals, "%"),
        "growth": decimal_said(_value(page, "growth_percent"), _value(page, "growth_decimals"), "%"),
        "ranks": [(label, _value(page, key) or "—") for key, label in ranks.items()],
        "progress_value": None if completion is None else min(completion, 100),
        "how": _completion_source(target, issued),
        "shown_above": ("name", "year", "actual", "issued_completion_percent", "growth_percent", *ranks, *HOW_PRINTED),
    }


HOW_PRINTED = ("actual_decimals", "completion_decimals", "growth_decimals", "saying", "position")


def _completion_source(target: Any, issued: Any) -> str:
    if target:
        return _("完成率按完成值除以年度任务计算，四舍五入。")
    if issued is not None:
        return _("没有公布年度任务，完成率照公布的数登记。")
    return _("没有年度任务，不算完成率。")


def instruction_story(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """What followed the leader's words."""
    given_on, due_on, done_on = (_value(page, key) for key in ("given_on", "due_on", "done_on"))
    late = due_on is not None and done_on is None and due_on < today()
    steps = [
        {"on": given_on, "title": _("批示")},
        {"on": due_on, "title": _("应办结"), "tag": _("已过期") if late else "", "tone": "bad"},
        {"on": done_on, "title": _("办结")},
    ]
    standing = _("已办结") if done_on else _("落实已过期") if late else _("正在落实")
    return {
        "steps": [one for one in steps if one["on"]],
        "standing": standing,
        "tone": "good" if done_on else "bad" if late else "warn",
    }


STORIES.update(
    bases=base_story,
    impacts=impact_story,
    indicators=indicator_story,
    instructions=instruction_story,
)
