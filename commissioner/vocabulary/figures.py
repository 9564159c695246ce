"""Units, indicators and measurements: what is counted, in what, and how it is said."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, Word


class IntroductionKind(Word):
    """What is introduced: 新品种、新技术、新产品."""

    VARIETY = "variety", N_("新品种")
    TECHNOLOGY = "technology", N_("新技术")
    PRODUCT = "product", N_("新产品")


class Unit(Word):
    """Units are part of the datum: never add across them (domain.md §2.5)."""

    PERSONS = "persons", N_("人")
    PERSON_TIMES = "person_times", N_("人次")
    HOUSEHOLDS = "households", N_("户")
    ENTERPRISES = "enterprises", N_("家")
    ENTERPRISE_VISITS = "enterprise_visits", N_("家次")
    MU = "mu", N_("亩")
    PLANTS = "plants", N_("株")
    YUAN = "yuan", N_("元")
    WAN_YUAN = "wan_yuan", N_("万元")
    YI_YUAN = "yi_yuan", N_("亿元")
    SESSIONS = "sessions", N_("场次")
    ITEMS = "items", N_("项")
    VILLAGES = "villages", N_("个村")
    COUNT = "count", N_("个")
    TIMES = "times", N_("次")
    DAYS = "days", N_("天")
    KILOGRAMS = "kilograms", N_("公斤")
    WAN_SQUARE_METRES = "wan_square_metres", N_("万平方米")
    PERCENT = "percent", N_("%")


class ImpactIndicator(Word):
    """What a project or base brings about; each is counted in one unit (``IMPACT_UNITS``)."""

    EMPLOYMENT = "employment", N_("带动农民就业")
    INCOME_GAIN = "income_gain", N_("农民增收")
    OUTPUT_VALUE = "output_value", N_("产值")
    PROFIT_AND_TAX = "profit_and_tax", N_("利税")
    COLLECTIVE_INCOME = "collective_income", N_("村集体经济增收")
    HOUSEHOLDS_LED = "households_led", N_("带动农户")
    DEMONSTRATION_HOUSEHOLDS = "demonstration_households", N_("示范户")
    NEW_AREA = "new_area", N_("新增面积")
    ENTERPRISES_FOSTERED = "enterprises_fostered", N_("培育经营主体")


_IN_WAN_YUAN = ("income_gain", "output_value", "profit_and_tax", "collective_income")
IMPACT_UNITS: dict[ImpactIndicator, Unit] = {
    ImpactIndicator.EMPLOYMENT: Unit.PERSONS,
    **{ImpactIndicator(one): Unit.WAN_YUAN for one in _IN_WAN_YUAN},
    ImpactIndicator.HOUSEHOLDS_LED: Unit.HOUSEHOLDS,
    ImpactIndicator.DEMONSTRATION_HOUSEHOLDS: Unit.HOUSEHOLDS,
    ImpactIndicator.NEW_AREA: Unit.MU,
    ImpactIndicator.ENTERPRISES_FOSTERED: Unit.ENTERPRISES,
}


class ImpactState(Word):
    """How far an impact figure is to be trusted; rejected figures enter no sum."""

    REPORTED = "reported", N_("已填报")
    VERIFIED = "verified", N_("已核实")
    REJECTED = "rejected", N_("不采纳")


class OverlapDecision(Word):
    """What a person decided where a base and its project both report the same thing (domain.md §5.3)."""

    SAME_PEOPLE = "same_people", N_("同一批人，只算一次")
    DIFFERENT_PEOPLE = "different_people", N_("不同的人，分别计算")


class MeasurementKind(Word):
    """Quantities as a ledger: what is measured is set, added to or taken from, never overwritten."""

    SET = "set", N_("核定为")
    ADD = "add", N_("增加")
    TAKE = "take", N_("减少")


class Quantity(Word):
    """What is measured at a demonstration base."""

    AREA = "area", N_("面积")
    PLANTS = "plants", N_("株数")
    OUTPUT = "output", N_("产量")
    HOUSEHOLDS = "households", N_("示范户")


QUANTITY_UNITS: dict[Quantity, Unit] = {
    Quantity.AREA: Unit.MU,
    Quantity.PLANTS: Unit.PLANTS,
    Quantity.OUTPUT: Unit.KILOGRAMS,
    Quantity.HOUSEHOLDS: Unit.HOUSEHOLDS,
}


class Saying(Word):
    """How an exact number is said in prose (domain.md §2.7)."""

    EXACT = "exact", N_("确数")
    MANY = "many", "多"
    ODD = "odd", "余"
    NEARLY = "nearly", "近"
    AT_LEAST = "at_least", "以上"
    OVER = "over", "超"
    ABOUT = "about", "约"
    SEVERAL = "several", "多个"
