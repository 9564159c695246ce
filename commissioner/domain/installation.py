"""Making an installation ready: first accounts, the demonstration's one account per role, and what a doctor looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from commissioner.access import SYSTEM
from commissioner.domain.accounts import NewAccount, open_account
from commissioner.domain.map_sums import wrong_sums
from commissioner.domain.programme import setting
from commissioner.models import (
    Account,
    Commissioner,
    Place,
    Posting,
    ProjectCommissioner,
    VisitCommissioner,
    db,
)
from commissioner.problems import Misconfigured, NotFound
from commissioner.units import today
from commissioner.vocabulary import N_, PlaceLevel, Role, SettingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshAccount:
    """An account that was just made, with the password that is shown once."""

    username: str
    role: Role
    display_name: str
    password: str


def demonstration_accounts() -> list[FreshAccount]:
    """One account for each role that has none yet, on the data that is there."""
    there = set(db.session.scalars(select(Account.role).distinct()))
    return [_open(draft) for draft in _drafts() if draft.role not in there]


def _open(draft: NewAccount) -> FreshAccount:
    _account_id, password = open_account(SYSTEM, draft)
    return FreshAccount(username=draft.username, role=draft.role, display_name=draft.display_name, password=password)


def _drafts() -> list[NewAccount]:
    region = setting(SettingKey.REGION_CODE)
    posting = _busiest_posting()
    if posting is None:
        raise Misconfigured(N_("没有派驻记录，不能建立演示账号。"))
    township = posting.region_code[:9]
    township_name = db.session.scalar(
        select(Place.name).where(Place.region_code == township.ljust(12, "0"), Place.level == PlaceLevel.TOWNSHIP)
    )
    return [
        NewAccount(username="admin", display_name="管理员", role=Role.ADMINISTRATOR, region_code=region),
        NewAccount(username="officer", display_name="县科技局", role=Role.OFFICER, region_code=region),
        NewAccount(username="township", display_name=township_name or "乡镇", role=Role.TOWNSHIP, region_code=township),
        NewAccount(
            username="commissioner",
            display_name=posting.name,
            role=Role.COMMISSIONER,
            region_code=region,
            commissioner_id=posting.commissioner_id,
        ),
        NewAccount(
            username="institution",
            display_name="派出单位",
            role=Role.INSTITUTION,
            region_code=region,
            organisation_id=posting.organisation_id,
        ),
        NewAccount(username="leader", display_name="县领导", role=Role.LEADER, region_code=region),
    ]


def _links_of(link: Any) -> Any:
    counted = select(func.count()).select_from(link).where(link.commissioner_id == Commissioner.id)
    return counted.scalar_subquery()


def _busiest_posting() -> Any:
    """The running posting whose commissioner has the most visits and a project: whoever tries the demo sees work."""
    visits, projects = _links_of(VisitCommissioner), _links_of(ProjectCommissioner)
    day = today()
    return db.session.execute(
        select(Posting.commissioner_id, Posting.region_code, Commissioner.name, Commissioner.organisation_id)
        .join(Commissioner, Commissioner.id == Posting.commissioner_id)
        .where(
            Commissioner.organisation_id.is_not(None),
            Posting.starts_on <= day,
            Posting.ends_on.is_(None) | (Posting.ends_on >= day),
        )
        .order_by((projects > 0).desc(), visits.desc(), Posting.id)
        .limit(1)
    ).one_or_none()


def account_called(username: str) -> int:
    """The id of the account of that name; ``NotFound`` if there is none."""
    account_id = db.session.scalar(select(Account.id).where(Account.username == username.lower()))
    if account_id is None:
        raise NotFound
    return account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the doctor looked at."""

    subject: str
    good: bool
    said: str


def health() -> Sequence[Finding]:
    """What the database says of itself."""
    findings = [_database(), _accounts(), _sums()]
    if db.engine.dialect.name == "sqlite":
        findings += [_pragma("journal_mode", "wal"), _pragma("synchronous", "2"), _integrity()]
    return findings


def _database() -> Finding:
    places = db.session.scalar(select(func.count(Place.id))) or 0
    return Finding(subject=N_("数据"), good=places > 0, said=f"{places}")


def _accounts() -> Finding:
    active = db.session.scalar(select(func.count(Account.id)).where(Account.role == Role.ADMINISTRATOR, Account.active))
    return Finding(subject=N_("管理员账号"), good=bool(active), said=str(active or 0))


def _sums() -> Finding:
    """Whether the map's kept sums are what plain counting gives."""
    wrong = wrong_sums()
    return Finding(subject=N_("地图汇总"), good=wrong == 0, said=str(wrong) if wrong else "ok")


def _pragma(name: str, wanted: str) -> Finding:
    value = str(db.session.scalar(text(f"PRAGMA {name}")))
    return Finding(subject=name, good=value.lower() == wanted, said=value)


def _integrity() -> Finding:
    said = str(db.session.scalar(text("PRAGMA quick_check")))
    return Finding(subject="quick_check", good=said == "ok", said=said)
