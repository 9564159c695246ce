"""The forms of two-way selection: a proposal, an answer, and the posting that both sides agreed on."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from commissioner.domain.match_answers import AnswerDraft, PostDraft
from commissioner.vocabulary import Level, MatchSide
from commissioner.web.forms.base import Day, Form, Number, Picker, Prose, needed, word_options, word_reader

YES, NO = "yes", "no"


class ProposalForm(Form):
    """Whom to propose; why is worked out again when it is sent."""

    commissioner_id = HiddenField()
    need_id = HiddenField()


def _yes_or_no(value: Any) -> bool | None:
    return {YES: True, NO: False}.get(str(value))


class AnswerForm(Form):
    """Yes or no of one side."""

    side = HiddenField(filters=[word_reader(MatchSide)])
    agreed = RadioField(
        lazy_gettext("您的答复"),
        coerce=_yes_or_no,
        choices=[SelectChoice(YES, lazy_gettext("同意")), SelectChoice(NO, lazy_gettext("不同意"))],
        validate_choice=False,
    )
    words = Prose(lazy_gettext("说明"), description=lazy_gettext("不同意请写明原因"), render_kw={"rows": 3})

    def draft(self) -> AnswerDraft:
        """What the form says."""
        return AnswerDraft(side=self.side.data, agreed=self.agreed.data, words=self.words.data or "")


class PostForm(Form):
    """The terms on which somebody is sent."""

    level = SelectField(
        lazy_gettext("层级"),
        [needed],
        coerce=word_reader(Level),
        choices=word_options(Level, "—"),
        validate_choice=False,
    )
    starts_on = Day(lazy_gettext("开始日期"), [needed])
    ends_on = Day(lazy_gettext("结束日期"), description=lazy_gettext("还没定的先不填"))
    required_days = Number(lazy_gettext("每年应服务天数"), decimals=0, render_kw={"data-unit": lazy_gettext("天")})
    batch_id = Picker(lazy_gettext("批次"))

    def draft(self) -> PostDraft:
        """What the form says."""
        return PostDraft(
            level=self.level.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            required_days=self.required_days.data,
            batch_id=self.batch_id.data,
        )
