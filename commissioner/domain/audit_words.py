"""What the audit calls verbs and columns that no declared field names."""

from __future__ import annotations

from collections.abc import Mapping

from commissioner.vocabulary import (
    N_,
    NC_,
    CoordinateSource,
    Industry,
    OverlapDecision,
    PlaceState,
    PlaceTag,
    ProjectStage,
    Role,
    Unit,
    Word,
)

VERBS: Mapping[str, str] = {
    "create": N_("新增"),
    "amend": N_("修改"),
    "remove": N_("删除"),
    "confirmed": N_("确认"),
    "returned": N_("退回"),
    "disputed": N_("提出异议"),
    "waiting": N_("重新等待确认"),
    "merge_in": N_("合并重复登记"),
    "merged_away": N_("并入另一条"),
    "keep_apart": N_("认定不是重复"),
    "add_photo": N_("添加照片"),
    "remove_photo": N_("删除照片"),
    "update": N_("更新进展"),
    "stage": N_("进入新阶段"),
    "stage_taken_back": N_("收回阶段"),
    "lead": N_("换负责人"),
    "advance": N_("推进"),
    "decide_overlap": N_("认定是否重复"),
    "rename": N_("更名"),
    "merge": N_("并入"),
    "close": N_("撤销"),
    "tag": N_("改标签"),
    "open": N_("开通"),
    "deactivate": N_("停用"),
    "reactivate": N_("恢复使用"),
    "reset_password": N_("重设密码"),
    "change_password": N_("修改密码"),
    "sign_in_failed": N_("连续输错密码被锁"),
    "keep": N_("修改设置"),
    "load": N_("装入数据"),
    "reply": N_("答复"),
    "assign": N_("交办"),
    "plan": N_("列入计划"),
}
EXTRA_LABELS: Mapping[str, str] = {
    "region_code": N_("区划代码"),
    "latitude_deg": N_("纬度"),
    "longitude_deg": N_("经度"),
    "coordinate_source": N_("位置来源"),
    "accuracy_m": N_("位置误差（米）"),
    "illustrative": N_("示例"),
    "source_note": N_("总结原文"),
    "state": N_("状态"),
    "successor_id": N_("并入哪里"),
    "happened_on": N_("发生日期"),
    "former_name": N_("原名"),
    "tags": N_("标签"),
    "note": N_("备注"),
    "username": N_("用户名"),
    "display_name": N_("姓名"),
    "role": N_("角色"),
    "commissioner_id": N_("特派员"),
    "organisation_id": NC_("organisation", "单位"),
    "password": N_("密码"),
    "must_change_password": N_("须改首次密码"),
    "active": N_("启用"),
    "locked_until": N_("锁定到"),
    "decided_at": N_("确认时间"),
    "spent_fen": N_("已用资金"),
    "stage": N_("阶段"),
    "progress": N_("进展"),
    "unit": N_("计量单位"),
    "phone": N_("电话"),
    "position": N_("位次"),
    "industry": N_("产业"),
    "overlap": N_("是否重复"),
    "actual_value": N_("完成值"),
    "stage_reached": N_("到达阶段"),
    "lead": N_("负责人"),
    "project_id": N_("项目"),
    "reported_on": N_("填报日期"),
    "correction": N_("更正"),
    "commissioners": N_("特派员"),
    "name": N_("名称"),
    "reply": N_("答复"),
    "handed_to": N_("交给谁办"),
    "planned_stops": N_("列入计划的站点"),
    "photos": N_("照片张数"),
    "position_kept": N_("保留照片里的位置"),
    "created": N_("新增行数"),
    "updated": N_("更新行数"),
    "rows": N_("总行数"),
    "merged_id": N_("并进来的记录"),
    "merged_into_id": N_("并入哪条"),
    "kept_apart_id": N_("不是重复的另一条"),
}
WORDS: Mapping[str, type[Word]] = {
    "role": Role,
    "coordinate_source": CoordinateSource,
    "state": PlaceState,
    "stage": ProjectStage,
    "stage_reached": ProjectStage,
    "overlap": OverlapDecision,
    "industry": Industry,
    "unit": Unit,
    "tags": PlaceTag,
}
REFERS: Mapping[str, str] = {
    "lead": "commissioners",
    "commissioner_id": "commissioners",
    "organisation_id": "organisations",
    "project_id": "projects",
    "successor_id": "places",
    "merged_id": "visits",
    "merged_into_id": "visits",
    "kept_apart_id": "visits",
}
MONEY = frozenset({"spent_fen"})
MOMENTS = frozenset({"locked_until", "decided_at"})
# What only the machine reads, and who did it, which the line says already.
UNTOLD = frozenset(
    {
        "seed_key",
        "client_id",
        "sent_sha256",
        "password_hash",
        "session_stamp",
        "failed_tries",
        "fingerprint",
        "content_sha256",
        "logged_by_id",
        "decided_by_id",
        "raised_by_id",
        "owner_id",
    }
)


def verb_of(action: str) -> str:
    """The verb of an action such as "visits.create" in words."""
    verb = action.rpartition(".")[2]
    return VERBS.get(verb, verb)
