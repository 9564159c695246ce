"""The tripartite agreement: bureau, township and commissioner. A Chinese document in every language of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.programme import owner_name
from commissioner.domain.subject import name_of, place_name
from commissioner.models import Commissioner, Match, Need, Organisation, Place, Posting, db
from commissioner.problems import NotFound, Settled
from commissioner.reports.document import Block, Document, Heading, Paragraph, Table
from commissioner.units import today
from commissioner.vocabulary import N_, Level, MatchState

TOWNSHIP_DIGITS = 9
BLANK = "________________"
BLANK_DAY = "____年__月__日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What two sides agreed on, and on what terms."""

    need: str
    problem: str
    wanted_speciality: str
    place: str
    township: str
    commissioner: str
    title: str
    organisation: str
    level: Level | None
    starts_on: date | None
    ends_on: date | None
    required_days: int | None


def agreement_of(actor: Actor, match_id: int) -> Agreement:
    """The terms of a match that both sides agreed to. Raises ``NotFound``, or ``Settled`` before they did."""
    actor.must(Permission.EXPORT)
    person = (Commissioner.name, Commissioner.title)
    names = [name_of(Commissioner, one, Match.commissioner_id).label(one.key) for one in person]
    sender = select(Organisation.name).join(Commissioner, Commissioner.organisation_id == Organisation.id)
    statement = (
        select(
            Match.state,
            Need.title.label("need"),
            Need.problem,
            Need.wanted_speciality,
            place_name(Need.place_id).label("place"),
            _township().label("township"),
            *names,
            sender.where(Commissioner.id == Match.commissioner_id)
            .correlate(Match)
            .scalar_subquery()
            .label("organisation"),
            Posting.level,
            Posting.starts_on,
            Posting.ends_on,
            Posting.required_days,
        )
        .join(Need, Need.id == Match.need_id)
        .outerjoin(Posting, Posting.id == Match.posting_id)
    )
    row = db.session.execute(statement.where(Match.id == match_id, scope(actor, Match))).mappings().one_or_none()
    if row is None:
        raise NotFound
    if row["state"] is not MatchState.AGREED:
        raise Settled(N_("双方都同意以后才有协议书。"))
    kept = {key: row[key] for key in Agreement.__dataclass_fields__ if key in row}
    return Agreement(**{**kept, "commissioner": row["name"], "organisation": row["organisation"] or ""})


def _township() -> Any:
    """The township of the need: itself, or of a village the one above."""
    town = Place.__table__.alias("town")
    code = func.substr(Need.region_code, 1, TOWNSHIP_DIGITS) + "000"
    return select(town.c.name).where(town.c.region_code == code).limit(1).correlate(Need).scalar_subquery()


def agreement_document(told: Agreement) -> Document:
    """The agreement as it is signed; what is not settled yet is left to be filled in."""
    third = "、".join(part for part in (told.commissioner, told.organisation) if part)
    parties = (
        ("甲方（管理单位）", owner_name() or BLANK),
        ("乙方（受援乡镇）", told.township or told.place),
        ("丙方（特派员及派出单位）", third),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(text="为帮助乡村解决生产中的技术难题，经双向选择，甲、乙、丙三方就科技特派员服务达成如下协议。"),
        Table(columns=("三方", "名称"), rows=parties),
        *_article("一、服务地点和期限", f"丙方到{told.place}服务，期限为{_term(told)}。", _level(told)),
        *_article("二、服务内容", *_tasks(told)),
        *_article("三、服务时间", _days(told)),
        *_article(
            "四、三方职责",
            "甲方负责管理和协调，为丙方服务提供支持，并如实记录服务情况。",
            "乙方为丙方提供必要的工作条件，及时提出需求，确认走访和成效。",
            "丙方按期到服务地点开展技术服务，及时登记走访和进展；派出单位支持其服务。",
        ),
        *_article("五、其他", "未尽事宜由三方协商解决。本协议一式三份，三方各执一份，签字盖章后生效。"),
        Heading(text="签字盖章"),
        Table(columns=("甲方（盖章）", "乙方（盖章）", "丙方（签字）及派出单位（盖章）"), rows=_signatures()),
    )
    return Document(title="科技特派员服务三方协议书", owner=owner_name(), made_on=today().isoformat(), blocks=blocks)


def _article(title: str, *lines: str) -> tuple[Block, ...]:
    return (Heading(text=title), *(Paragraph(text=line) for line in lines if line))


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else BLANK_DAY


def _term(told: Agreement) -> str:
    return f"{_day(told.starts_on)}至{_day(told.ends_on)}"


def _level(told: Agreement) -> str:
    return f"丙方为{told.level.label}科技特派员。" if told.level else ""


def _tasks(told: Agreement) -> list[str]:
    tasks = [f"1. {told.need}。"]
    if told.problem:
        tasks.append(f"2. 着重解决：{told.problem}")
    if told.wanted_speciality:
        tasks.append(f"{len(tasks) + 1}. 所需专长：{told.wanted_speciality}。")
    return tasks


def _days(told: Agreement) -> str:
    days = str(told.required_days) if told.required_days is not None else "____"
    return f"丙方每年到服务地点服务不少于{days}天。"


def _signatures() -> tuple[tuple[str, ...], ...]:
    return (("代表签字：", "代表签字：", "签字："), (BLANK_DAY,) * 3)
