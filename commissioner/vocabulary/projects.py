"""Projects: kinds, stages with their documents and requests, money, and what is reported of them."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, NC_, Word


class ProjectKind(Word):
    """Kind of project: with the level it gives S5, S6, S7 and S30."""

    INDIVIDUAL = "individual", N_("个人项目")
    TEAM = "team", N_("团队项目")
    GENERAL = "general", N_("特派员项目")
    CORPS = "corps", N_("特派团项目")


class ProjectStage(Word):
    """Stages of a project, in order; ``TERMINATED`` ends it early."""

    APPLIED = "applied", N_("申报")
    APPROVED = "approved", N_("立项")
    CONTRACTED = "contracted", N_("签订合同")
    UNDER_WAY = "under_way", N_("实施中")
    MID_TERM = "mid_term", N_("中期检查")
    ACCEPTANCE = "acceptance", N_("验收")
    CLOSED = "closed", N_("结题")
    TERMINATED = "terminated", N_("终止")


class FundingSource(Word):
    """Who pays for a project."""

    CENTRAL = "central", N_("中央资金")
    PROVINCIAL = "provincial", N_("省级资金")
    MUNICIPAL = "municipal", N_("市级资金")
    COUNTY = "county", N_("县级资金")
    OWN = "own", N_("自筹资金")


class UpdateState(Word):
    """Where a project's update stands; only what is approved counts."""

    DRAFT = "draft", NC_("one", "草稿")
    SUBMITTED = "submitted", N_("待审核")
    RETURNED = "returned", N_("已退回")
    APPROVED = "approved", N_("已通过")


class UpdateDecisionKind(Word):
    """What was said on a version of an update."""

    TAKEN_BACK = "taken_back", N_("已撤回")
    RETURNED = "returned", N_("已退回")
    APPROVED = "approved", N_("已通过")
    WITHDRAWN = "withdrawn", N_("已撤销通过")


class PeriodEventKind(Word):
    """What happened to a reporting period."""

    CLOSED = "closed", N_("已关闭")
    REOPENED = "reopened", N_("已重新打开")


class DocumentKind(Word):
    """What a document of a step is."""

    APPLICATION = "application", N_("申报书")
    APPROVAL = "approval", N_("立项文件")
    TASK_STATEMENT = "task_statement", N_("任务书")
    CONTRACT = "contract", N_("合同")
    MID_TERM_REPORT = "mid_term_report", N_("中期报告")
    ACCEPTANCE_REPORT = "acceptance_report", N_("验收报告")
    OPINION = "opinion", N_("专家意见")
    ACCOUNTS = "accounts", N_("经费决算")
    PHOTO = "photo", N_("现场照片")
    OTHER = "other", N_("其他材料")


class DocumentFormat(Word):
    """What the content of a document's file is, and how its name ends."""

    PDF = "pdf", N_("PDF 文件")
    DOCX = "docx", N_("Word 文件")
    XLSX = "xlsx", N_("Excel 文件")
    JPG = "jpg", N_("图片")


class RequestState(Word):
    """What became of a request to take a step; ``PAST``: another request or step took its place."""

    WAITING = "waiting", N_("等待决定")
    RETURNED = "returned", N_("退回补充")
    GRANTED = "granted", N_("已办理")
    WITHDRAWN = "withdrawn", N_("已撤回")
    PAST = "past", N_("不再有效")
