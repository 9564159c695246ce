"""Who serves and who asks: roles, levels of dispatch, organisations, kinds of commissioner."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, Word


class Role(Word):
    """Who a person is to the programme (domain.md §1)."""

    ADMINISTRATOR = "administrator", N_("管理员")
    OFFICER = "officer", N_("科技局工作人员")
    TOWNSHIP = "township", N_("乡镇工作人员")
    COMMISSIONER = "commissioner", N_("科技特派员")
    INSTITUTION = "institution", N_("派出单位")
    LEADER = "leader", N_("领导")


class Level(Word):
    """Level of dispatch, on the posting and the project; not a place."""

    PROVINCIAL = "provincial", N_("省派")
    MUNICIPAL = "municipal", N_("市派")
    COUNTY = "county", N_("县派")


class IssuingLevel(Word):
    """Who issued a recognition or a pilot."""

    NATIONAL = "national", N_("国家级")
    PROVINCIAL = "provincial", N_("省级")
    MUNICIPAL = "municipal", N_("市级")
    COUNTY = "county", N_("县级")


class OrganisationKind(Word):
    """What an organisation is."""

    UNIVERSITY = "university", N_("高校")
    INSTITUTE = "institute", N_("科研院所")
    GOVERNMENT = "government", N_("政府部门")
    COMPANY = "company", N_("企业")
    COOPERATIVE = "cooperative", N_("合作社")
    FARM = "farm", N_("家庭农场")
    VILLAGE_COMMITTEE = "village_committee", N_("村集体")
    OTHER = "other", N_("其他")


class CommissionerKind(Word):
    """What serves: a person, a team, a legal entity or a corps."""

    INDIVIDUAL = "individual", N_("个人")
    TEAM = "team", N_("团队")
    LEGAL_ENTITY = "legal_entity", N_("法人")
    CORPS = "corps", N_("特派团")


class CommissionerField(Word):
    """The direction of the service."""

    AGRICULTURAL = "agricultural", N_("农业")
    INDUSTRIAL = "industrial", N_("工业")
    REVERSE = "reverse", N_("反向")
