"""The forms of what follows on a problem, and of a care campaign's plan."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from commissioner.domain.campaign_plan import Plan
from commissioner.domain.problem_replies import HandoverDraft, ReplyDraft
from commissioner.units import whole
from commissioner.vocabulary import RaisedProblemState
from commissioner.web.forms.base import Day, Form, Picker, Prose, Text, word_reader

ACTS = {
    RaisedProblemState.IN_HAND: lazy_gettext("开始处理"),
    RaisedProblemState.SOLVED: lazy_gettext("已经解决"),
    RaisedProblemState.DROPPED: lazy_gettext("不再处理"),
    RaisedProblemState.OPEN: lazy_gettext("重新打开"),
}


class ReplyForm(Form):
    """An answer in words; who settles the problem says with it what becomes of the problem."""

    version = HiddenField()
    words = Prose(lazy_gettext("答复"), render_kw={"rows": 3})
    state = RadioField(
        lazy_gettext("问题怎样了"), coerce=word_reader(RaisedProblemState), choices=[], validate_choice=False
    )
    solved_on = Day(lazy_gettext("解决日期"), description=lazy_gettext("选“已经解决”时才用；不填就是今天"))

    def offer(self, states: Sequence[RaisedProblemState]) -> None:
        """The states that this reader may bring the problem to; what was not offered the domain refuses."""
        self.words.flags.required = True  # in words: taking a problem in hand may go without
        acts = [SelectChoice(one.value, ACTS[one]) for one in states]
        self.state.choices = [SelectChoice("", _("只答复")), *acts] if acts else []

    def draft(self) -> ReplyDraft:
        """What the form says."""
        return ReplyDraft(
            words=self.words.data or "",
            state=self.state.data,
            solved_on=self.solved_on.data,
            version=whole(str(self.version.data or "")) or 0,
        )


class HandoverForm(Form):
    """Who must act, until when."""

    version = HiddenField()
    owner_id = Picker(
        lazy_gettext("交给谁办"), description=lazy_gettext("有账号、看得到这个问题的人；交办后会出现在他的首页")
    )
    owner = Text(lazy_gettext("责任单位"), description=lazy_gettext("没有账号的单位写在这里"))
    due_on = Day(lazy_gettext("应解决日期"))
    words = Prose(lazy_gettext("对承办人说的话"), render_kw={"rows": 3})

    def draft(self) -> HandoverDraft:
        """What the form says."""
        return HandoverDraft(
            owner_id=self.owner_id.data,
            owner=self.owner.data or "",
            due_on=self.due_on.data,
            words=self.words.data or "",
            version=whole(str(self.version.data or "")) or 0,
        )


class PlanForm(Form):
    """Which of the proposed stops to make; the page itself draws the ticks."""

    chosen = SelectMultipleField(lazy_gettext("站点"), choices=[], validate_choice=False)
    planned_on = Day(lazy_gettext("计划日期"), description=lazy_gettext("都在这一天的才填；以后可以一站一站地改"))

    def plan(self) -> Plan:
        """What is ticked."""
        return Plan(chosen=frozenset(self.chosen.data or ()), planned_on=self.planned_on.data)
