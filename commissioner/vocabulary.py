"""The programme's words: each state, kind and role as an enum member with its Chinese label, which is a catalogue id."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue; whoever shows it translates it."""
    return text


class Placed(str):
    """A text that has another translation in this place: 项目 is "Project" beside a field, "Projects" above a list."""

    context = ""


def NC_(context: str, text: str) -> Placed:
    """Mark ``text`` as it stands in ``context``: "list" is the name of many, "one" of one within a sentence."""
    placed = Placed(text)
    placed.context = context
    return placed


class Word(StrEnum):
    """A value that is stored (``value``) and shown (``label``)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


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


class PlaceLevel(Word):
    """Where a place stands in the tree of divisions."""

    PROVINCE = "province", N_("省")
    CITY = "city", N_("市")
    COUNTY = "county", N_("县")
    TOWNSHIP = "township", N_("乡镇（街道）")
    VILLAGE = "village", N_("村（社区）")


class PlaceState(Word):
    """What became of a place."""

    CURRENT = "current", N_("现行")
    MERGED = "merged", N_("已并入他村")
    CLOSED = "closed", N_("已撤销")


class PlaceEventKind(Word):
    """A change in a place's life."""

    RENAMED = "renamed", N_("更名")
    MERGED = "merged", N_("并入")
    CLOSED = "closed", N_("撤销")


class CoordinateSource(Word):
    """Where a position came from (domain.md §2.9)."""

    GPS = "gps", N_("手机定位")
    MAP_CLICK = "map_click", N_("地图点选")
    IMPORT = "import", N_("导入")
    GEONAMES = "geonames", N_("GeoNames 地名库")
    WIKIPEDIA = "wikipedia", N_("维基百科")
    CENTROID = "centroid", N_("区域中心")
    APPROXIMATE = "approximate", N_("大致位置")
    ILLUSTRATIVE = "illustrative", N_("示例位置")


class PlaceTag(Word):
    """A mark that a village carries."""

    FOCUS = "focus_village", N_("重点村")
    MOUNTAIN = "mountain", N_("山区")
    COMMUNITY = "community", N_("社区")
    OLD_REVOLUTIONARY = "old_base_area", N_("革命老区")
    ETHNIC = "ethnic", N_("民族乡村")


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


class Industry(Word):
    """What a place grows or makes, as the county sorts it."""

    TEA = "tea", N_("茶叶")
    MEDICINAL = "medicinal", N_("中药材")
    FRUIT = "fruit", N_("水果")
    VEGETABLE = "vegetable", N_("蔬菜")
    GRAIN = "grain", N_("粮油")
    FUNGI = "fungi", N_("食用菌")
    LIVESTOCK = "livestock", N_("畜禽")
    AQUATIC = "aquatic", N_("水产")
    FORESTRY = "forestry", N_("林竹")
    PROCESSING = "processing", N_("农产品加工")
    MANUFACTURING = "manufacturing", N_("制造业")
    OTHER = "other", N_("其他")


class NeedState(Word):
    """Where a need stands (domain.md S2, S4)."""

    OPEN = "open", N_("待对接")
    PROPOSED = "proposed", N_("已推荐")
    AGREED = "agreed", N_("双方已同意")
    POSTED = "posted", N_("已派驻")
    DONE = "done", N_("已完成")
    DECLINED = "declined", N_("未采纳")
    WITHDRAWN = "withdrawn", N_("已撤回")


class MatchState(Word):
    """Where the match of a need and a commissioner stands: two-way selection."""

    PROPOSED = "proposed", N_("待双方确认")
    PLACE_AGREED = "place_agreed", N_("乡镇已同意")
    COMMISSIONER_AGREED = "commissioner_agreed", N_("特派员已同意")
    AGREED = "agreed", N_("双方已同意")
    DECLINED = "declined", N_("未成")


class MatchSide(Word):
    """The two who choose each other."""

    PLACE = "place", N_("乡镇")
    COMMISSIONER = "commissioner", N_("特派员")


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


class IntroductionKind(Word):
    """What is introduced: 新品种、新技术、新产品."""

    VARIETY = "variety", N_("新品种")
    TECHNOLOGY = "technology", N_("新技术")
    PRODUCT = "product", N_("新产品")


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


class RecognitionKind(Word):
    """What a recognition is."""

    PILOT = "pilot", N_("试点")
    GRADE = "grade", N_("考核等次")
    HONOUR = "honour", N_("荣誉")


class Grade(Word):
    """Grades of an evaluation; people decide them."""

    EXCELLENT = "excellent", N_("优秀")
    GOOD = "good", N_("良好")
    QUALIFIED = "qualified", N_("合格")
    UNQUALIFIED = "unqualified", N_("不合格")


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


class SettingKey(Word):
    """Settings of an installation that an administrator may change; none has a shipped value."""

    REGION_CODE = "region_code", N_("所属区划代码")
    OWNER_NAME = "owner_name", N_("主办单位")
    TILE_ADDRESS = "tile_address", N_("地图底图地址")
    TILE_ATTRIBUTION = "tile_attribution", N_("底图版权说明")
    MAP_APPROVAL_NUMBER = "map_approval_number", N_("审图号")
    COVERAGE_DAYS = "coverage_days", N_("覆盖天数")
    TOWNSHIP_VISITS_WAIT = "township_visits_wait", N_("乡镇登记的走访也要别人确认")
    COUNT_UNREJECTED = "count_unrejected", N_("服务天数也算等待确认的走访")
    VISIT_GAP_DAYS = "visit_gap_days", N_("多久没有走访要提醒")
    WAITING_DAYS = "waiting_days", N_("等待确认多久要提醒")
    MATCH_WEIGHTS = "match_weights", N_("找特派员时各项的分量")
