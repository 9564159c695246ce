"""What a project may promise so that its records answer for it: indicators, each with its unit and its counting rule."""

from __future__ import annotations

from commissioner.vocabulary.figures import IMPACT_UNITS, Unit
from commissioner.vocabulary.words import N_, Word


class TargetIndicator(Word):
    """What the records of a project can be asked for; results bear the names of ``ImpactIndicator``."""

    EMPLOYMENT = "employment", N_("带动农民就业")
    INCOME_GAIN = "income_gain", N_("农民增收")
    OUTPUT_VALUE = "output_value", N_("产值")
    PROFIT_AND_TAX = "profit_and_tax", N_("利税")
    COLLECTIVE_INCOME = "collective_income", N_("村集体经济增收")
    HOUSEHOLDS_LED = "households_led", N_("带动农户")
    DEMONSTRATION_HOUSEHOLDS = "demonstration_households", N_("示范户")
    ENTERPRISES_FOSTERED = "enterprises_fostered", N_("培育经营主体")
    NEW_AREA = "new_area", N_("新增面积")
    BASE_AREA = "base_area", N_("示范基地面积")
    BASES_FOUNDED = "bases_founded", N_("新建示范基地")
    TRAINED_PERSON_TIMES = "trained_person_times", N_("培训人次")
    LOW_INCOME_PERSON_TIMES = "low_income_person_times", N_("培训低收入农户")
    TRAINING_SESSIONS = "training_sessions", N_("培训场次")
    VARIETIES = "varieties", N_("引进新品种")
    TECHNOLOGIES = "technologies", N_("推广新技术")
    PRODUCTS = "products", N_("引进新产品")
    SERVICE_VISITS = "service_visits", N_("服务走访次数")
    SERVICE_DAYS = "service_days", N_("服务天数")
    PROBLEMS_SOLVED = "problems_solved", N_("解决问题")


class CountingRule(Word):
    """How the actual of a target comes about, said beside its number (domain.md §5)."""

    REPORTED = "reported", N_("按最近一次填报的进展")
    LATEST_YEAR = "latest_year", N_("人和户只取最近一年的数，各年不相加")
    YEARS_ADDED = "years_added", N_("各年的数相加")
    AREA_ADDED = "area_added", N_("项目年度内基地台账的新增相加；台账没有新增的年份，用填报的成效")
    AREA_NOW = "area_now", N_("基地台账的现有面积")
    RECORDS_ADDED = "records_added", N_("项目年度内各次记录相加")
    RECORDS_COUNTED = "records_counted", N_("项目年度内的记录，一条算一个")
    DAYS_COUNTED = "days_counted", N_("计入统计的服务走访，每人每天算一天")


class LeftOut(Word):
    """Why a record of a project enters no actual."""

    OTHER_YEARS = "other_years", N_("不在项目实施的年度内")
    EARLIER_REPORT = "earlier_report", N_("后来又填报过，以最近一次为准")
    EARLIER_YEAR = "earlier_year", N_("以最近一年的数为准")
    IN_THE_LEDGER = "in_the_ledger", N_("基地台账已有这一年的新增，只算台账")
    NOT_COUNTED = "not_counted", N_("没有确认，或不是服务走访")
    NOT_SOLVED = "not_solved", N_("还没有解决")
    NOT_FOUNDED = "not_founded", N_("没有填建立日期")
    CLOSED = "closed", N_("基地已撤销")
    NO_AREA = "no_area", N_("台账里没有新增")


_RULES: dict[CountingRule, dict[TargetIndicator, Unit]] = {
    CountingRule.LATEST_YEAR: {
        TargetIndicator.EMPLOYMENT: Unit.PERSONS,
        TargetIndicator.HOUSEHOLDS_LED: Unit.HOUSEHOLDS,
        TargetIndicator.DEMONSTRATION_HOUSEHOLDS: Unit.HOUSEHOLDS,
        TargetIndicator.ENTERPRISES_FOSTERED: Unit.ENTERPRISES,
    },
    CountingRule.YEARS_ADDED: {
        TargetIndicator.INCOME_GAIN: Unit.WAN_YUAN,
        TargetIndicator.OUTPUT_VALUE: Unit.WAN_YUAN,
        TargetIndicator.PROFIT_AND_TAX: Unit.WAN_YUAN,
        TargetIndicator.COLLECTIVE_INCOME: Unit.WAN_YUAN,
    },
    CountingRule.AREA_ADDED: {TargetIndicator.NEW_AREA: Unit.MU},
    CountingRule.AREA_NOW: {TargetIndicator.BASE_AREA: Unit.MU},
    CountingRule.RECORDS_ADDED: {
        TargetIndicator.TRAINED_PERSON_TIMES: Unit.PERSON_TIMES,
        TargetIndicator.LOW_INCOME_PERSON_TIMES: Unit.PERSON_TIMES,
        TargetIndicator.TRAINING_SESSIONS: Unit.SESSIONS,
    },
    CountingRule.RECORDS_COUNTED: {
        TargetIndicator.BASES_FOUNDED: Unit.COUNT,
        TargetIndicator.VARIETIES: Unit.COUNT,
        TargetIndicator.TECHNOLOGIES: Unit.ITEMS,
        TargetIndicator.PRODUCTS: Unit.COUNT,
        TargetIndicator.SERVICE_VISITS: Unit.TIMES,
        TargetIndicator.PROBLEMS_SOLVED: Unit.COUNT,
    },
    CountingRule.DAYS_COUNTED: {TargetIndicator.SERVICE_DAYS: Unit.DAYS},
}
TARGET_RULES: dict[TargetIndicator, CountingRule] = {one: rule for rule, units in _RULES.items() for one in units}
TARGET_UNITS: dict[TargetIndicator, Unit] = {one: unit for units in _RULES.values() for one, unit in units.items()}
# A result of a project and its target are one figure in one unit.
assert all(TARGET_UNITS[TargetIndicator(one.value)] is unit for one, unit in IMPACT_UNITS.items())
