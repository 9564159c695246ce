"""One field of each kind, with the programme's own words, for the page that shows every component."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from commissioner.vocabulary import VisitKind


def _place(code: str, name: str, search: str, township: str) -> SelectChoice:
    return SelectChoice(code, name, render_kw={"data-search": search}, optgroup=township)


VILLAGES = [
    _place("330326103201", "同盟村", "tongmengcun tmc shuitouzhen stz", "水头镇"),
    _place("330326105201", "大屯村", "datuncun dtc shanmenzhen smz", "山门镇"),
    _place("330326105202", "晓阳村", "xiaoyangcun xyc shanmenzhen smz", "山门镇"),
]
PEOPLE = [
    SelectChoice("1", "朱建军", render_kw={"data-search": "zhujianjun zjj"}),
    SelectChoice("2", "邵清松", render_kw={"data-search": "shaoqingsong sqs"}),
]
LONGEST_NOTE = 2000


class PatternForm(Form):
    """Every kind of field that the product uses."""

    came_on = DateField(lazy_gettext("哪一天"), [InputRequired(lazy_gettext("请填写日期。"))])
    village = SelectField(
        lazy_gettext("哪个村"),
        [InputRequired()],
        choices=VILLAGES,
        description=lazy_gettext("可以输入汉字、拼音或首字母。"),
        render_kw={"data-module": "picker"},
    )
    commissioners = SelectMultipleField(
        lazy_gettext("哪些特派员"), [InputRequired()], choices=PEOPLE, render_kw={"data-module": "picker"}
    )
    kind = RadioField(
        lazy_gettext("走访类型"),
        [InputRequired()],
        choices=[SelectChoice(word.value, lazy_gettext(word.label)) for word in VisitKind],
    )
    topic = StringField(lazy_gettext("做了什么"), [InputRequired(lazy_gettext("请写一句做了什么。")), Length(max=80)])
    result = TextAreaField(lazy_gettext("结果怎样"), [Optional(), Length(max=LONGEST_NOTE)])
    area_mu = DecimalField(
        lazy_gettext("新增面积"), [Optional(), NumberRange(min=0)], render_kw={"data-unit": lazy_gettext("亩")}
    )
    employed_persons = IntegerField(lazy_gettext("带动就业"), [Optional(), NumberRange(min=0)])
    photo = FileField(lazy_gettext("照片"), description=lazy_gettext("可以不传。照片里的位置信息会被去掉。"))
    password = PasswordField(lazy_gettext("密码"), [InputRequired()])
    latitude_deg = DecimalField(lazy_gettext("纬度"), [Optional()], places=6)
    longitude_deg = DecimalField(lazy_gettext("经度"), [Optional()], places=6)
    accuracy_m = HiddenField()
    agreed = BooleanField(lazy_gettext("双方已同意"), description=lazy_gettext("乡镇和特派员都点头了再勾选。"))
