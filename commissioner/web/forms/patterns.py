"""One field of each kind, with the programme's own words, for the page that shows every component."""

from __future__ import annotations

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

from commissioner.vocabulary import N_, VisitKind


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

    came_on = DateField(N_("哪一天"), [InputRequired(N_("请填写日期。"))])
    village = SelectField(
        N_("哪个村"),
        [InputRequired()],
        choices=VILLAGES,
        description=N_("可以输入汉字、拼音或首字母。"),
        render_kw={"data-module": "picker"},
    )
    commissioners = SelectMultipleField(
        N_("哪些特派员"), [InputRequired()], choices=PEOPLE, render_kw={"data-module": "picker"}
    )
    kind = RadioField(
        N_("走访类型"), [InputRequired()], choices=[SelectChoice(word.value, word.label) for word in VisitKind]
    )
    topic = StringField(N_("做了什么"), [InputRequired(N_("请写一句做了什么。")), Length(max=80)])
    result = TextAreaField(N_("结果怎样"), [Optional(), Length(max=LONGEST_NOTE)])
    area_mu = DecimalField(N_("新增面积"), [Optional(), NumberRange(min=0)], render_kw={"data-unit": N_("亩")})
    employed_persons = IntegerField(N_("带动就业"), [Optional(), NumberRange(min=0)])
    photo = FileField(N_("照片"), description=N_("可以不传。照片里的位置信息会被去掉。"))
    password = PasswordField(N_("密码"), [InputRequired()])
    latitude_deg = DecimalField(N_("纬度"), [Optional()], places=6)
    longitude_deg = DecimalField(N_("经度"), [Optional()], places=6)
    accuracy_m = HiddenField()
    agreed = BooleanField(N_("双方已同意"), description=N_("乡镇和特派员都点头了再勾选。"))
