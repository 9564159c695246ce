"""Why somebody fits a need, and what speaks against it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from commissioner.domain.matching_past import Past
from commissioner.domain.matching_rows import Asked, Candidate
from commissioner.domain.matching_weights import Criterion
from commissioner.domain.matching_words import shared_words, trade_words
from commissioner.problems import Problem
from commissioner.vocabulary import N_


class Sign(StrEnum):
    """Which way a reason speaks."""

    FOR = "+"
    AGAINST = "-"
    UNKNOWN = "?"


SIGNED = {Sign.FOR: "＋", Sign.AGAINST: "－", Sign.UNKNOWN: "？"}
ORDER = (Sign.FOR, Sign.AGAINST, Sign.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing to weigh; ``words`` is a message with its values, translated by whoever shows it."""

    criterion: Criterion
    sign: Sign
    words: Problem

    def text(self) -> str:
        """The reason in Chinese, with its sign."""
        message = self.words.message
        return SIGNED[self.sign] + (message % self.words.values if self.words.values else message)


def reasons_of(need: Asked, person: Candidate, past: Past, km: float | None) -> tuple[Reason, ...]:
    """What there is to say: for it, against it, and what is not known."""
    told = [
        *_speciality(need, person),
        _industry(need, person),
        *_earlier(need, person, past),
        _distance(need, person, km),
        _load(person),
        _level(person),
        *_term(need, person),
    ]
    return tuple(sorted(told, key=lambda one: ORDER.index(one.sign)))


def _said(criterion: Criterion, sign: Sign, message: str, **values: object) -> Reason:
    return Reason(criterion=criterion, sign=sign, words=Problem(message, **values))


def _speciality(need: Asked, person: Candidate) -> list[Reason]:
    kind, found = Criterion.SPECIALITY, []
    own, near = need.words.own, need.words.related
    direct = shared_words(person.speciality, person.words & own)
    if direct:
        found.append(_said(kind, Sign.FOR, N_("专长对得上：%(words)s"), words="、".join(direct)))
    related = [one for one in shared_words(person.speciality, person.words & near) if one not in direct]
    if related:
        found.append(_said(kind, Sign.FOR, N_("专长相近：%(words)s"), words="、".join(related)))
    wider = shared_words(person.about, person.wider & (own | near))
    if wider and not found:
        found.append(_said(kind, Sign.FOR, N_("职称或备注里提到：%(words)s"), words="、".join(wider)))
    if not found and not person.speciality:
        return [_said(kind, Sign.UNKNOWN, N_("没有写专长"))]
    return found or [
        _said(kind, Sign.AGAINST, N_("专长是“%(speciality)s”，和需求写的对不上"), speciality=person.speciality)
    ]


def _industry(need: Asked, person: Candidate) -> Reason:
    kind = Criterion.INDUSTRY
    if person.industry is None:
        hints = shared_words(person.speciality, person.words & trade_words(need.industry))
        if hints:
            return _said(kind, Sign.FOR, N_("没有写产业，专长里提到%(words)s"), words="、".join(hints))
        return _said(kind, Sign.UNKNOWN, N_("没有写产业"))
    if person.industry is need.industry:
        return _said(kind, Sign.FOR, N_("同一产业：%(industry)s"), industry=need.industry.label)
    return _said(kind, Sign.AGAINST, N_("产业不同：%(industry)s"), industry=person.industry.label)


def _earlier(need: Asked, person: Candidate, past: Past) -> list[Reason]:
    kind, found = Criterion.EARLIER, []
    for times, message in (
        (past.visits, N_("在这个乡镇走访过 %(n)s 次")),
        (past.postings, N_("在这个乡镇有过 %(n)s 次派驻")),
        (past.projects, N_("在这个乡镇做过 %(n)s 个项目")),
    ):
        if times:
            found.append(_said(kind, Sign.FOR, message, n=times))
    if any(run.place_id == need.place_id for run in person.runs):
        found.append(_said(kind, Sign.AGAINST, N_("现在就派驻在这里，不用再派")))
    return found or [_said(kind, Sign.AGAINST, N_("没有在这个乡镇工作过"))]


def _distance(need: Asked, person: Candidate, km: float | None) -> Reason:
    kind = Criterion.DISTANCE
    if not person.runs:
        return _said(kind, Sign.UNKNOWN, N_("现在没有派驻，距离无从算起"))
    if need.spot is None:
        return _said(kind, Sign.UNKNOWN, N_("需求所在地没有位置，距离不详"))
    if km is None:
        return _said(kind, Sign.UNKNOWN, N_("现在派驻的地方没有位置，距离不详"))
    return _said(kind, Sign.FOR, N_("离现在派驻的地方约 %(km)s 公里"), km=f"{km:.0f}" if km >= 10 else f"{km:.1f}")


def _load(person: Candidate) -> Reason:
    kind, count = Criterion.LOAD, len(person.runs)
    if not count:
        return _said(kind, Sign.FOR, N_("现在没有别的派驻"))
    days = [run.required_days for run in person.runs]
    if None in days:
        return _said(kind, Sign.AGAINST, N_("现有 %(n)s 处派驻，应服务天数不全"), n=count)
    total = sum(one or 0 for one in days)
    return _said(kind, Sign.AGAINST, N_("现有 %(n)s 处派驻，每年应服务 %(days)s 天"), n=count, days=total)


def _level(person: Candidate) -> Reason:
    kind = Criterion.LEVEL
    if person.level is None:
        return _said(kind, Sign.UNKNOWN, N_("还没有派驻过，层级未定"))
    return _said(kind, Sign.FOR, N_("最近一次是%(level)s"), level=person.level.label)


def _term(need: Asked, person: Candidate) -> list[Reason]:
    kind = Criterion.TERM
    if need.wanted_by is None or not person.runs:
        return []  # neither for nor against: a new term is set when somebody is sent
    if any(run.ends_on is None for run in person.runs):
        return [_said(kind, Sign.FOR, N_("现在的任期没有定结束日期"))]
    last = max(run.ends_on for run in person.runs if run.ends_on is not None)
    if last >= need.wanted_by:
        return [_said(kind, Sign.FOR, N_("现在的任期到 %(day)s，够用"), day=last.isoformat())]
    message = N_("现在的任期 %(day)s 到期，早于希望解决的日期")
    return [_said(kind, Sign.AGAINST, message, day=last.isoformat())]
