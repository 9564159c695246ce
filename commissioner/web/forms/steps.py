"""The forms of a project's way: a step decided, corrected or taken back, asked for or returned; an application; a document."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField

from commissioner.domain.applications import ApplicationDraft
from commissioner.domain.milestones import DoneDraft
from commissioner.domain.project_steps import StepDraft
from commissioner.domain.step_requests import AskDraft
from commissioner.units import whole
from commissioner.vocabulary import Industry, Level, ProjectKind, ProjectStage
from commissioner.web.forms.base import Day, Form, Picker, Prose, Text, needed, word_options, word_reader


class VersionedForm(Form):
    """A form on a project as somebody read it."""

    version = HiddenField()

    @property
    def read_version(self) -> int:
        """The version that was read."""
        return whole(str(self.version.data or "")) or 0


class StepForm(VersionedForm):
    """A step that the bureau decides: when, by whom, under which number, with what opinion."""

    reached_on = Day(lazy_gettext("哪一天"), [needed])
    decided_by = Text(lazy_gettext("由谁决定"), description=lazy_gettext("照文件的写法：姓名和职务，或者单位"))
    decision_number = Text(lazy_gettext("文号"))
    decided_on = Day(lazy_gettext("发文日期"))
    opinion = Prose(lazy_gettext("意见"))

    def draft(self, stage: ProjectStage) -> StepDraft:
        """What the form says."""
        return StepDraft(
            stage=stage,
            reached_on=self.reached_on.data,
            decided_by=self.decided_by.data or "",
            decision_number=self.decision_number.data or "",
            decided_on=self.decided_on.data,
            opinion=self.opinion.data or "",
            reason=self["reason"].data or "" if "reason" in self else "",
            version=self.read_version,
            client_id=self.sent_client_id,
        )


class CorrectStepForm(StepForm):
    """What should have been recorded of a step, and why it is mended."""

    reason = Prose(lazy_gettext("为什么更正"), required=True, description=lazy_gettext("原来的内容会留在变更记录里"))


class TakeBackForm(VersionedForm):
    """Why the last step is taken back."""

    reason = Prose(lazy_gettext("为什么收回"), required=True)

    def draft(self, stage: ProjectStage, last: StepDraft) -> StepDraft:
        """What the form says of the step that was taken last."""
        return StepDraft(
            stage=stage,
            reached_on=last.reached_on,
            reason=self.reason.data or "",
            version=self.read_version,
            client_id=self.sent_client_id,
        )


class AskForm(VersionedForm):
    """A word to a request."""

    words = Prose(lazy_gettext("说明"), description=lazy_gettext("要县科技局知道的话，没有就空着"))

    def draft(self, stage: ProjectStage | None) -> AskDraft:
        """What the form says."""
        return AskDraft(
            words=self.words.data or "", stage=stage, version=self.read_version, client_id=self.sent_client_id
        )


class ReturnForm(AskForm):
    """What is missing."""

    words = Prose(lazy_gettext("要补充什么"), required=True)


class ApplicationForm(VersionedForm):
    """What a commissioner applies for."""

    title = Text(lazy_gettext("项目名称"), required=True)
    commissioner_id = SelectField(
        lazy_gettext("以谁的名义"), [needed], coerce=lambda value: whole(str(value)), choices=[], validate_choice=False
    )
    level = SelectField(
        lazy_gettext("级别"),
        [needed],
        coerce=word_reader(Level),
        choices=word_options(Level, "—"),
        validate_choice=False,
    )
    kind = SelectField(
        lazy_gettext("类别"),
        [needed],
        coerce=word_reader(ProjectKind),
        choices=word_options(ProjectKind, "—"),
        validate_choice=False,
    )
    industry = SelectField(
        lazy_gettext("产业"),
        [needed],
        coerce=word_reader(Industry),
        choices=word_options(Industry, "—"),
        validate_choice=False,
    )
    place_id = Picker(lazy_gettext("主要实施地点"))
    starts_on = Day(lazy_gettext("开始日期"))
    ends_on = Day(lazy_gettext("结束日期"))
    summary = Prose(lazy_gettext("做什么、怎么做"), required=True, render_kw={"rows": 6})

    def draft(self) -> ApplicationDraft:
        """What the form says."""
        return ApplicationDraft(
            title=self.title.data or "",
            level=self.level.data,
            kind=self.kind.data,
            industry=self.industry.data,
            commissioner_id=self["commissioner_id"].data if "commissioner_id" in self else None,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            summary=self.summary.data or "",
            place_id=self["place_id"].data if "place_id" in self else None,
            version=self.read_version,
            client_id=self.sent_client_id,
        )


class DoneForm(Form):
    """The day on which a milestone was reached, and a word."""

    done_on = Day(lazy_gettext("完成日期"))
    words = Text(lazy_gettext("说明"))

    def draft(self) -> DoneDraft:
        """What the form says."""
        return DoneDraft(done_on=self.done_on.data, words=self.words.data or "")
