"""The forms of an evaluation: remarks beside the evidence, a grade with words, a report, a township's word, a scheme's step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from commissioner.domain.evaluation_quotas import GradeRule
from commissioner.domain.evaluation_steps import WITH_A_REASON, StepDraft
from commissioner.domain.evaluation_verbs import TOP_SCORE, AssessDraft, DecisionDraft, Said, WordsDraft
from commissioner.domain.evaluations import EvaluationStanding, Mark
from commissioner.units import whole
from commissioner.vocabulary import Grade, SchemeStep
from commissioner.web.forms.base import Form, Number, Prose, word_reader


class Versioned(Form):
    """A form that knows what it was read over."""

    version = HiddenField()

    @property
    def read_version(self) -> int:
        """The version that the person saw."""
        return whole(str(self.version.data or "")) or 0


class AssessForm(Versioned):
    """A remark and, if somebody wants to, a score for each criterion."""

    def remark_of(self, mark: Mark) -> Any:
        """The field of the remark on a criterion."""
        return self[f"remark_{mark.criterion_id}"]

    def score_of(self, mark: Mark) -> Any:
        """The field of the score on a criterion."""
        return self[f"score_{mark.criterion_id}"]

    def draft(self, marks: Sequence[Mark]) -> AssessDraft:
        """What the form says."""
        said = {
            one.criterion_id: Said(remark=self.remark_of(one).data or "", score=self.score_of(one).data)
            for one in marks
        }
        return AssessDraft(marks=said, version=self.read_version)


def assess_form(standing: EvaluationStanding, **options: Any) -> AssessForm:
    """The form for one person: the fields of each criterion, each named after it."""
    made: dict[str, Any] = {}
    for one in standing.marks:
        made[f"remark_{one.criterion_id}"] = Prose(_("%(name)s：评语", name=one.name), render_kw={"rows": 3})
        made[f"score_{one.criterion_id}"] = Number(
            _("%(name)s：得分", name=one.name),
            decimals=1,
            description=_("0 到 %(top)s，由人来打，可以不填", top=TOP_SCORE),
            render_kw={"data-unit": _("分")},
        )
    given: dict[str, Any] = {"version": standing.version}
    for one in standing.marks:
        given |= {f"remark_{one.criterion_id}": one.remark, f"score_{one.criterion_id}": one.score}
    form: AssessForm = type("AssessFormOfPerson", (AssessForm,), made)(data=given, **options)
    return form


class DecideForm(Versioned):
    """The grade, and why."""

    grade = RadioField(lazy_gettext("等次"), coerce=word_reader(Grade), choices=[], validate_choice=False)
    reason = Prose(lazy_gettext("理由"), description=lazy_gettext("公布后本人和派出单位看得到"), render_kw={"rows": 4})

    def offer(self, rules: Sequence[GradeRule]) -> None:
        """The grades of the scheme, and none."""
        chosen = [SelectChoice(one.grade.value, _told(one)) for one in rules]
        self.grade.choices = [*chosen, SelectChoice("", _("暂不评定"))]

    def draft(self) -> DecisionDraft:
        """What the form says."""
        return DecisionDraft(grade=self.grade.data, reason=self.reason.data or "", version=self.read_version)


def _told(rule: GradeRule) -> str:
    return " · ".join(part for part in (_(rule.grade.label), rule.meaning, quota_words(rule)) if part)


def quota_words(rule: GradeRule) -> str:
    """To how many the grade may be given."""
    if rule.quota_percent is not None:
        values = {"most": rule.most, "all": rule.evaluated, "percent": rule.quota_percent}
        return _("最多 %(most)s 人（%(all)s 人的 %(percent)s%%，舍去小数）", **values)
    return _("最多 %(most)s 人", most=rule.most) if rule.most is not None else ""


class WordsForm(Versioned):
    """Words of a commissioner or a township."""

    words = Prose(lazy_gettext("内容"), render_kw={"rows": 8})

    def draft(self) -> WordsDraft:
        """What the form says."""
        return WordsDraft(words=self.words.data or "", version=self.read_version)


class StepForm(Form):
    """Why a scheme is brought on."""

    reason = Prose(lazy_gettext("原因"), render_kw={"rows": 3})

    def suit(self, step: SchemeStep) -> None:
        """A reason is asked for where it is needed."""
        if step in WITH_A_REASON:
            self.reason.flags.required = True
        else:
            del self.reason

    def draft(self) -> StepDraft:
        """What the form says."""
        reason = self.reason.data if "reason" in self else ""
        return StepDraft(reason=reason or "", confirmed=self.confirmed)
