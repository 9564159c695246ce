"""Visits, and the problems that are raised in the field."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, Word


class VisitKind(Word):
    """Only service visits count towards service days (domain.md §2.3)."""

    SERVICE = "service", N_("服务走访")
    CARE = "care", N_("关爱走访")


class VisitState(Word):
    """Whether the township stands by the visit."""

    WAITING = "waiting", N_("待确认")
    CONFIRMED = "confirmed", N_("已确认")
    RETURNED = "returned", N_("已退回")
    DISPUTED = "disputed", N_("有异议")


class RaisedProblemState(Word):
    """Where a problem raised in the field stands."""

    OPEN = "open", N_("待解决")
    IN_HAND = "in_hand", N_("处理中")
    SOLVED = "solved", N_("已解决")
    DROPPED = "dropped", N_("不再处理")


class RaisedProblemCategory(Word):
    """What a raised problem is about."""

    TECHNOLOGY = "technology", N_("技术")
    MARKET = "market", N_("销售")
    FUNDS = "funds", N_("资金")
    LAND = "land", N_("用地")
    LIVING = "living", N_("工作生活条件")
    SYSTEM = "system", N_("系统使用")
    OTHER = "other", N_("其他")
