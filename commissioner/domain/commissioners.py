"""Organisations, commissioners and the dated members of teams, as subjects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from commissioner.access import Actor, within
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.places import county_code
from commissioner.domain.spelling import spelled
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    running,
    text_column,
    township_choices,
    word_column,
    words_filter,
)
from commissioner.models import (
    BaseCommissioner,
    Commissioner,
    DemonstrationBase,
    Introduction,
    Organisation,
    Pairing,
    Posting,
    Project,
    ProjectCommissioner,
    TeamMember,
    Training,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.problems import Invalid, NeedsConfirmation, Problem
from commissioner.units import asked_day, today
from commissioner.vocabulary import N_, NC_, CommissionerField, CommissionerKind, Industry, OrganisationKind

MOST_POSTINGS = 60
PHONE = re.compile(r"\+?[\d() -]{5,24}")


def _organisation_name() -> Any:
    return name_of(Organisation, Organisation.name, Commissioner.organisation_id)


def _posted_in(value: str, filters: Mapping[str, str]) -> ColumnElement[bool] | None:
    """Posted in a township on the date asked about, today without one."""
    if not (value.isdecimal() and len(value) <= 12):
        return None
    return _serving_on(asked_day(filters.get("on", "")) or today(), within(Posting.region_code.expression, value))


def _serving_on(day: date, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    serving = select(Posting.commissioner_id).where(running(Posting.starts_on, Posting.ends_on, day), *where)
    result: ColumnElement[bool] = Commissioner.id.in_(serving)
    return result


def _in_service(value: str) -> ColumnElement[bool] | None:
    day = asked_day(value)
    return None if day is None else _serving_on(day)


def check_organisation(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """A name names one organisation."""
    holder = db.session.scalar(select(Organisation.id).where(Organisation.name == draft["name"]))
    if holder not in {None, row_id}:
        raise Invalid({"name": Problem(N_("已经有同名的单位。"))})


def complete_organisation(actor: Actor, row: Organisation, draft: Mapping[str, Any]) -> None:
    """The county that keeps it stays what it was."""
    row.region_code = row.region_code or county_code(actor)


def check_commissioner(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """A telephone number is one, and a second person of the same name is meant to be one."""
    phone = draft.get("phone") or ""
    if phone and not PHONE.fullmatch(phone):
        raise Invalid({"phone": Problem(N_("电话只能有数字、空格、短横和括号。"))})
    if draft.get("confirmed"):
        return
    same = select(Commissioner.id).where(
        Commissioner.name == draft["name"], within(Commissioner.region_code.expression, actor.county_prefix)
    )
    if any(other != row_id for other in db.session.scalars(same)) and _is_new_name(draft, row_id):
        raise NeedsConfirmation({"name": Problem(N_("已经有一位“%(name)s”。确实是另一位吗？"), name=draft["name"])})


def _is_new_name(draft: Mapping[str, Any], row_id: int | None) -> bool:
    if row_id is None:
        return True
    return bool(db.session.scalar(select(Commissioner.name).where(Commissioner.id == row_id)) != draft["name"])


def complete_commissioner(actor: Actor, row: Commissioner, draft: Mapping[str, Any]) -> None:
    """Spelling, and the county that keeps the record."""
    row.pinyin, row.initials = spelled(row.name)
    row.region_code = row.region_code or county_code(actor)


def check_member(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    """Members belong to a team or a corps, not to a person, and join before they leave."""
    kind = db.session.scalar(select(Commissioner.kind).where(Commissioner.id == draft["team_id"]))
    faults: dict[str, str | Problem] = {}
    if kind not in {CommissionerKind.TEAM, CommissionerKind.CORPS}:
        faults["team_id"] = Problem(N_("只有团队或特派团才有成员。"))
    if draft["team_id"] == draft["member_id"]:
        faults["member_id"] = Problem(N_("团队不能是自己的成员。"))
    if draft.get("ends_on") and draft["ends_on"] < draft["starts_on"]:
        faults["ends_on"] = Problem(N_("结束日期不能早于开始日期。"))
    if faults:
        raise Invalid(faults)


ORGANISATIONS = Subject(
    name="organisations",
    model=Organisation,
    title=NC_("list", "单位"),
    one=NC_("one", "单位"),
    heading=Organisation.name,
    fields=(
        Field(key="name", label=N_("名称"), required=True),
        Field(key="kind", label=N_("类别"), kind=Kind.WORD, words=OrganisationKind, required=True),
        Field(key="note", label=N_("备注"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Organisation,
        columns=(
            link_column("name", N_("名称"), Organisation.name),
            word_column("kind", N_("类别"), Organisation.kind),
            illustrative_column(Organisation),
        ),
        filters=(words_filter("kind", N_("类别"), Organisation.kind, OrganisationKind),),
        search=(Organisation.name,),
        order=(Organisation.kind, Organisation.name),
    ),
    related=(
        Related(
            subject="commissioners",
            title=N_("派出的特派员"),
            condition=lambda row_id: Commissioner.organisation_id == row_id,
            field="organisation_id",
            hidden=("organisation",),
            whole=True,
        ),
        Related(
            subject="projects", title=N_("承担的项目"), condition=lambda row_id: Project.receiving_unit_id == row_id
        ),
        Related(
            subject="bases",
            title=N_("承建的示范基地"),
            condition=lambda row_id: DemonstrationBase.host_id == row_id,
            field="host_id",
        ),
        Related(
            subject="pairings",
            title=NC_("list", "结对帮扶"),
            condition=lambda row_id: Pairing.helper_id == row_id,
            field="helper_id",
        ),
    ),
    check=check_organisation,
    complete=complete_organisation,
)

COMMISSIONERS = Subject(
    name="commissioners",
    model=Commissioner,
    title=NC_("list", "特派员"),
    one=NC_("one", "特派员"),
    heading=Commissioner.name,
    fields=(
        Field(key="name", label=N_("姓名或名称"), required=True),
        Field(
            key="kind",
            label=N_("类别"),
            kind=Kind.WORD,
            words=CommissionerKind,
            required=True,
            default=CommissionerKind.INDIVIDUAL,
        ),
        Field(
            key="field",
            label=N_("服务方向"),
            kind=Kind.WORD,
            words=CommissionerField,
            required=True,
            default=CommissionerField.AGRICULTURAL,
        ),
        Field(key="title", label=N_("职称")),
        Field(key="speciality", label=N_("专长")),
        Field(key="industry", label=N_("产业"), kind=Kind.WORD, words=Industry),
        Field(key="organisation_id", label=N_("派出单位"), kind=Kind.REFERENCE, refers="organisations"),
        Field(
            key="phone",
            label=N_("电话"),
            personal=True,
            help=N_("只有本人、科技局和正在派驻的乡镇能看到完整号码"),
        ),
        Field(key="note", label=N_("备注"), kind=Kind.PROSE, help=N_("不要写身份证号、健康等个人信息")),
    ),
    listing=Listing(
        model=Commissioner,
        columns=(
            link_column("name", N_("姓名或名称"), Commissioner.name, Commissioner.pinyin),
            word_column("kind", N_("类别"), Commissioner.kind),
            text_column("speciality", N_("专长"), Commissioner.speciality),
            word_column("industry", N_("产业"), Commissioner.industry),
            text_column("organisation", N_("派出单位"), _organisation_name()),
            illustrative_column(Commissioner),
        ),
        filters=(
            Filter(key="on", label=N_("这一天在岗"), predicate=_in_service, kind="date"),
            Filter(
                key="township",
                label=N_("派驻乡镇"),
                predicate=lambda value: _posted_in(value, {}),
                choices=township_choices,
                joint=_posted_in,
            ),
            words_filter("kind", N_("类别"), Commissioner.kind, CommissionerKind),
            words_filter("industry", N_("产业"), Commissioner.industry, Industry),
            words_filter("field", N_("服务方向"), Commissioner.field, CommissionerField),
            id_filter("organisation", lambda row_id: Commissioner.organisation_id == row_id),
        ),
        search=(Commissioner.name, Commissioner.pinyin, Commissioner.initials, Commissioner.speciality),
        order=(Commissioner.pinyin, Commissioner.id),
    ),
    related=(
        Related(
            subject="postings",
            title=NC_("list", "派驻"),
            condition=lambda row_id: Posting.commissioner_id == row_id,
            field="commissioner_id",
            hidden=("commissioner",),
            limit=MOST_POSTINGS,
            whole=True,
        ),
        Related(
            subject="members",
            title=N_("团队与成员"),
            condition=lambda row_id: or_(TeamMember.team_id == row_id, TeamMember.member_id == row_id),
            field="team_id",
        ),
        Related(
            subject="projects",
            title=NC_("list", "项目"),
            condition=lambda row_id: Project.id.in_(
                select(ProjectCommissioner.project_id).where(ProjectCommissioner.commissioner_id == row_id)
            ),
        ),
        Related(
            subject="bases",
            title=NC_("list", "示范基地"),
            condition=lambda row_id: DemonstrationBase.id.in_(
                select(BaseCommissioner.base_id).where(BaseCommissioner.commissioner_id == row_id)
            ),
        ),
        Related(
            subject="visits",
            title=NC_("list", "走访"),
            condition=lambda row_id: Visit.id.in_(
                select(VisitCommissioner.visit_id).where(VisitCommissioner.commissioner_id == row_id)
            ),
            field="commissioner_id",
        ),
        Related(
            subject="introductions",
            title=N_("引进新品种、新技术、新产品"),
            condition=lambda row_id: Introduction.commissioner_id == row_id,
            field="commissioner_id",
            hidden=("commissioner",),
        ),
        Related(
            subject="trainings",
            title=NC_("list", "培训"),
            condition=lambda row_id: Training.commissioner_id == row_id,
            field="commissioner_id",
            hidden=("commissioner",),
        ),
    ),
    check=check_commissioner,
    complete=complete_commissioner,
)


def _commissioner_name(column: Any) -> Any:
    return name_of(Commissioner, Commissioner.name, column)


TEAM_MEMBERS = Subject(
    name="members",
    model=TeamMember,
    title=NC_("list", "团队成员"),
    one=NC_("one", "团队成员"),
    heading=_commissioner_name(TeamMember.member_id),
    parent="team_id",
    fields=(
        Field(key="team_id", label=N_("团队"), kind=Kind.REFERENCE, refers="commissioners", required=True),
        Field(key="member_id", label=N_("成员"), kind=Kind.REFERENCE, refers="commissioners", required=True),
        Field(key="starts_on", label=N_("加入日期"), kind=Kind.DATE, required=True),
        Field(key="ends_on", label=N_("退出日期"), kind=Kind.DATE),
    ),
    listing=Listing(
        model=TeamMember,
        columns=(
            link_column("member", N_("成员"), _commissioner_name(TeamMember.member_id)),
            text_column("team", N_("团队"), _commissioner_name(TeamMember.team_id)),
            date_column("starts_on", N_("加入日期"), TeamMember.starts_on),
            date_column("ends_on", N_("退出日期"), TeamMember.ends_on),
        ),
        filters=(id_filter("team", lambda row_id: TeamMember.team_id == row_id),),
        order=(TeamMember.starts_on.desc(),),
    ),
    check=check_member,
)
