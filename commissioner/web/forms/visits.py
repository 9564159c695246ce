"""The visit form: five fields on a phone, the rest on request."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField

from commissioner.domain.visit_drafts import Point, ProblemDraft, VisitDraft
from commissioner.vocabulary import CoordinateSource, RaisedProblemCategory, VisitKind
from commissioner.web.forms.base import (
    Day,
    Form,
    Number,
    Picker,
    Pickers,
    Prose,
    Text,
    needed,
    word_options,
    word_reader,
)

POINT_SOURCES = {source.value: source for source in (CoordinateSource.GPS, CoordinateSource.MAP_CLICK)}


class VisitForm(Form):
    """When, which village, who, what it was about, what came of it."""

    version = HiddenField()
    starts_on = Day(lazy_gettext("哪一天"), [needed])
    place_id = Picker(lazy_gettext("哪个村"), required=True, description=lazy_gettext("可输入汉字、拼音或首字母"))
    commissioner_ids = Pickers(
        lazy_gettext("谁来了"), required=True, description=lazy_gettext("几位一起来就都选上，每位都记上这次走访")
    )
    topic = Text(lazy_gettext("为了什么事"), required=True, length=200, render_kw={"autocomplete": "off"})
    outcome = Prose(lazy_gettext("结果怎样"), render_kw={"rows": 3})

    ends_on = Day(lazy_gettext("到哪一天"), description=lazy_gettext("住了几天才填；当天来回不用填"))
    kind = SelectField(
        lazy_gettext("走访类别"),
        choices=word_options(VisitKind),
        coerce=word_reader(VisitKind),
        default=VisitKind.SERVICE,
        validate_choice=False,
    )
    base_id = Picker(lazy_gettext("示范基地"))
    project_id = Picker(lazy_gettext("项目"))
    campaign_id = Picker(lazy_gettext("活动"))
    problem_category = SelectField(
        lazy_gettext("问题类别"),
        choices=word_options(RaisedProblemCategory, "—"),
        coerce=word_reader(RaisedProblemCategory),
        validate_choice=False,
    )
    problem_description = Prose(lazy_gettext("发现的问题"), render_kw={"rows": 2})
    problem_due_on = Day(lazy_gettext("希望何时解决"))
    latitude_deg = Number(lazy_gettext("纬度"), decimals=8)
    longitude_deg = Number(lazy_gettext("经度"), decimals=8)
    accuracy_m = Number(lazy_gettext("精度"), decimals=3, render_kw={"data-unit": lazy_gettext("米")})
    coordinate_source = HiddenField()

    MORE = ("ends_on", "kind", "base_id", "project_id", "campaign_id")
    PROBLEM = ("problem_category", "problem_description", "problem_due_on")
    POSITION = ("latitude_deg", "longitude_deg", "accuracy_m")

    def opened(self, names: tuple[str, ...]) -> bool:
        """Whether a folded part holds something to see: a value that is no default, or an error."""
        fields = (self[name] for name in names)
        return any(one.errors or (one.data and one.data is not VisitKind.SERVICE) for one in fields)

    def draft(self, client_id: str) -> VisitDraft:
        """What the form says; call it only on a form that validated."""
        return VisitDraft(
            client_id=client_id,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data or self.starts_on.data,
            place_id=self.place_id.data,
            commissioner_ids=tuple(one for one in self.commissioner_ids.data or () if one is not None),
            topic=self.topic.data,
            outcome=self.outcome.data or "",
            kind=self.kind.data or VisitKind.SERVICE,
            base_id=self.base_id.data,
            project_id=self.project_id.data,
            campaign_id=self.campaign_id.data,
            problem=self._problem(),
            point=self._point(),
            confirmed=self.confirmed,
        )

    def _problem(self) -> ProblemDraft | None:
        if not self.problem_description.data:
            return None
        return ProblemDraft(
            category=self.problem_category.data or RaisedProblemCategory.OTHER,
            description=self.problem_description.data,
            due_on=self.problem_due_on.data,
        )

    def _point(self) -> Point | None:
        if self.latitude_deg.data is None or self.longitude_deg.data is None:
            return None
        accuracy_m = self.accuracy_m.data
        return Point(
            latitude_deg=float(self.latitude_deg.data),
            longitude_deg=float(self.longitude_deg.data),
            accuracy_m=None if accuracy_m is None else int(accuracy_m),
            source=POINT_SOURCES.get(self.coordinate_source.data or "", CoordinateSource.GPS),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A point is whole or absent; a problem's date wants its words."""
        valid = bool(super().validate(extra_validators))
        if (self.latitude_deg.data is None) != (self.longitude_deg.data is None):
            self.latitude_deg.errors = [*self.latitude_deg.errors, lazy_gettext("纬度和经度要么都填，要么都不填。")]
            valid = False
        if not self.problem_description.data and (self.problem_due_on.data or self.problem_category.data):
            message = lazy_gettext("请写明发现了什么问题。")
            self.problem_description.errors = [*self.problem_description.errors, message]
            valid = False
        return valid
