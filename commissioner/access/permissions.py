"""The whole matrix of rights in one table: role → permissions."""

from __future__ import annotations

from commissioner.vocabulary import N_, Role, Word


class Permission(Word):
    """Something that one may do."""

    LOOK = "look", N_("查看范围内的内容")
    SEE_PHONES = "see_phones", N_("查看完整电话")
    EXPORT = "export", N_("导出")
    SHOW_ON_WALL = "show_on_wall", N_("投到大屏")
    LOG_VISIT = "log_visit", N_("登记走访")
    LOG_CARE_VISIT = "log_care_visit", N_("登记关爱走访")
    CONFIRM_VISIT = "confirm_visit", N_("确认走访")
    RAISE_NEED = "raise_need", N_("提出需求")
    RAISE_PROBLEM = "raise_problem", N_("反映问题")
    SETTLE_PROBLEM = "settle_problem", N_("处理问题")
    UPDATE_PROJECT = "update_project", N_("更新项目进展")
    REVIEW_UPDATE = "review_update", N_("审核项目进展")
    ANSWER_MATCH = "answer_match", N_("答复对接")
    ISSUE_YEAR_PAPER = "issue_year_paper", N_("开具年度服务证明")
    KEEP_EVALUATION = "keep_evaluation", N_("维护考核方案、评定等次")
    HAND_IN_REPORT = "hand_in_report", N_("提交个人述职")
    GIVE_OPINION = "give_opinion", N_("对派驻人员写意见")
    PLACE_VILLAGES = "place_villages", N_("标注村的位置")
    KEEP_REGISTRY = "keep_registry", N_("维护登记簿")
    VERIFY_IMPACT = "verify_impact", N_("核实成效")
    SEE_REGISTERS = "see_registers", N_("查看简报、批示等登记簿")
    SEE_AUDIT = "see_audit", N_("查看变更记录")
    KEEP_ACCOUNTS = "keep_accounts", N_("管理账号")
    KEEP_SETTINGS = "keep_settings", N_("管理设置")


_EVERYBODY = {Permission.LOOK, Permission.EXPORT}
_OFFICER = {
    *_EVERYBODY,
    Permission.SHOW_ON_WALL,
    Permission.SEE_PHONES,
    Permission.LOG_VISIT,
    Permission.LOG_CARE_VISIT,
    Permission.CONFIRM_VISIT,
    Permission.RAISE_NEED,
    Permission.RAISE_PROBLEM,
    Permission.SETTLE_PROBLEM,
    Permission.UPDATE_PROJECT,
    Permission.REVIEW_UPDATE,
    Permission.ANSWER_MATCH,
    Permission.ISSUE_YEAR_PAPER,
    Permission.KEEP_EVALUATION,
    Permission.PLACE_VILLAGES,
    Permission.KEEP_REGISTRY,
    Permission.VERIFY_IMPACT,
    Permission.SEE_REGISTERS,
    Permission.SEE_AUDIT,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({*_OFFICER, Permission.KEEP_ACCOUNTS, Permission.KEEP_SETTINGS}),
    Role.OFFICER: frozenset(_OFFICER),
    Role.TOWNSHIP: frozenset(
        {
            *_EVERYBODY,
            Permission.LOG_VISIT,
            Permission.CONFIRM_VISIT,
            Permission.RAISE_NEED,
            Permission.RAISE_PROBLEM,
            Permission.SETTLE_PROBLEM,
            Permission.ANSWER_MATCH,
            Permission.GIVE_OPINION,
            Permission.PLACE_VILLAGES,
            Permission.SEE_REGISTERS,
        }
    ),
    Role.COMMISSIONER: frozenset(
        {
            *_EVERYBODY,
            Permission.LOG_VISIT,
            Permission.RAISE_PROBLEM,
            Permission.UPDATE_PROJECT,
            Permission.ANSWER_MATCH,
            Permission.ISSUE_YEAR_PAPER,
            Permission.HAND_IN_REPORT,
            Permission.SEE_REGISTERS,
        }
    ),
    # Whoever reads may say what is wrong: that is what the feedback link at the foot of each page is for.
    Role.INSTITUTION: frozenset({*_EVERYBODY, Permission.RAISE_PROBLEM, Permission.ISSUE_YEAR_PAPER}),
    Role.LEADER: frozenset({*_EVERYBODY, Permission.SHOW_ON_WALL, Permission.RAISE_PROBLEM, Permission.SEE_REGISTERS}),
}
