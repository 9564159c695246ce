"""The forms of accounts and of the programme's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, PasswordField, SelectField
from wtforms.widgets import PasswordInput

from commissioner.domain.account_book import AccountDraft
from commissioner.domain.programme import ON
from commissioner.vocabulary import Role, SettingKey
from commissioner.web.forms.base import (
    Form,
    Number,
    Picker,
    Text,
    at_most,
    needed,
    no_control_characters,
    trimmed,
    word_options,
)


def _role(value: Any) -> Role | None:
    return next((role for role in Role if role.value == str(value)), None)


class AccountForm(Form):
    """Whose an account is and what it may do."""

    version = HiddenField()
    username = Text(
        lazy_gettext("用户名"),
        length=40,
        required=True,
        description=lazy_gettext("小写字母、数字、点或短横，例如 shuitou.lin"),
        render_kw={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"},
    )
    display_name = Text(lazy_gettext("姓名"), length=60, required=True)
    role = SelectField(
        lazy_gettext("角色"),
        [needed],
        coerce=_role,
        choices=word_options(Role),
        validate_choice=False,
        default=Role.TOWNSHIP,
    )
    place_id = Picker(lazy_gettext("地区"), description=lazy_gettext("乡镇工作人员选乡镇；其他人不选就和您的一样"))
    commissioner_id = Picker(lazy_gettext("哪位特派员"), description=lazy_gettext("只有特派员的账号要选"))
    organisation_id = Picker(lazy_gettext("哪个派出单位"), description=lazy_gettext("只有派出单位的账号要选"))

    def draft(self, username: str | None = None) -> AccountDraft:
        """What the form says."""
        return AccountDraft(
            username=username or self.username.data or "",
            display_name=self.display_name.data or "",
            role=self.role.data,
            place_id=self.place_id.data,
            commissioner_id=self.commissioner_id.data,
            organisation_id=self.organisation_id.data,
        )


class SettingsForm(Form):
    """The settings of the installation, each under the name of its key."""

    owner_name = Text(lazy_gettext("主办单位"), description=lazy_gettext("印在页脚和打印页上"))
    region_code = Text(
        lazy_gettext("所属区划代码"), length=9, description=lazy_gettext("县为 6 位，例如 330326；地图和登记簿以它为准")
    )
    coverage_days = Number(
        lazy_gettext("覆盖天数"),
        decimals=0,
        description=lazy_gettext("多少天内有过服务走访的村算有人服务；不填就不看走访"),
        render_kw={"data-unit": lazy_gettext("天")},
    )
    visit_gap_days = Number(
        lazy_gettext("多久没有走访要提醒"),
        decimals=0,
        description=lazy_gettext("在派特派员这么多天没有走访，就列给科技局和乡镇；不填就不提醒"),
        render_kw={"data-unit": lazy_gettext("天")},
    )
    waiting_days = Number(
        lazy_gettext("等待确认多久要提醒"),
        decimals=0,
        description=lazy_gettext("走访等确认超过这么多天，就单独列出来；不填就不提醒"),
        render_kw={"data-unit": lazy_gettext("天")},
    )
    township_visits_wait = BooleanField(
        lazy_gettext("乡镇登记的走访也要别人确认"),
        description=lazy_gettext("不选：乡镇登记的走访不用再确认。选了：谁也不能确认自己登记的走访"),
    )
    count_unrejected = BooleanField(
        lazy_gettext("服务天数也算等待确认的走访"),
        description=lazy_gettext("不选：只算已确认的。选了：没有被退回、没有异议的都算"),
    )
    match_weights = Text(
        lazy_gettext("找特派员时各项的分量"),
        description=lazy_gettext(
            "例如 speciality=3 industry=2 earlier=1 distance=1 load=1 level=1 term=1；没写到的不算，不填就各项一样重"
        ),
    )
    tile_address = Text(
        lazy_gettext("地图底图地址"),
        length=500,
        description=lazy_gettext(
            "不填就用自带的底图，不连外网。写“天地图”“天地图影像”或“天地图地形”即可；"
            "也可以写任何 XYZ 或 WMTS 地址，例如 https://t{s}.example.cn/wmts?layer=vec&z={z}&x={x}&y={y}&tk={tk}"
        ),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    tile_key = PasswordField(
        lazy_gettext("底图密钥"),
        [at_most(100), no_control_characters],
        [trimmed],
        description=lazy_gettext("地址里写 {tk} 的地方用它。存好后不再显示；留空就保持不变"),
        widget=PasswordInput(hide_value=False),  # what was just typed is not lost; what is kept never gets here
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    forget_tile_key = BooleanField(lazy_gettext("删掉已存的底图密钥"))
    tile_subdomains = Text(
        lazy_gettext("底图子域"), length=100, description=lazy_gettext("地址里写 {s} 的地方用它，例如 0-7 或 a,b,c")
    )
    tile_least_zoom = Number(lazy_gettext("底图最小级别"), decimals=0, description=lazy_gettext("0 到 22；不填就是 0"))
    tile_deepest_zoom = Number(
        lazy_gettext("底图最大级别"), decimals=0, description=lazy_gettext("0 到 22；不填就是 18，再放大时把图拉大")
    )
    tile_attribution = Text(
        lazy_gettext("底图版权说明"), description=lazy_gettext("照底图提供方的要求写，显示在地图右下角")
    )
    map_approval_number = Text(lazy_gettext("审图号"), description=lazy_gettext("印在地图下方"))

    def values(self) -> Mapping[SettingKey, str]:
        """Every setting as text; an empty one is unset, but a key that is not shown stays as it is unless it is to go."""
        told: dict[SettingKey, str] = {
            key: _as_text(self[key.value].data) for key in SettingKey if key is not SettingKey.BOUNDARIES
        }
        if not told[SettingKey.TILE_KEY] and not self.forget_tile_key.data:
            del told[SettingKey.TILE_KEY]
        return told


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return ON if value else ""
    return "" if value is None else str(value)
