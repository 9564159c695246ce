"""The data set "Pingyang 2022" holds every fact of the summary in its record, in the summary's own words (domain.md §4)."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from commissioner.domain.employment import employment_in
from commissioner.domain.ledger import Line, new_in
from commissioner.domain.project_years import implemented_in
from commissioner.models import (
    BaseCommissioner,
    Batch,
    Briefing,
    BriefingCommissioner,
    Campaign,
    Commissioner,
    DemonstrationBase,
    IndicatorResult,
    Instruction,
    Introduction,
    Match,
    Measurement,
    Need,
    Organisation,
    Pairing,
    Place,
    Posting,
    Project,
    RaisedProblem,
    Recognition,
    Training,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.vocabulary import (
    CommissionerKind,
    Grade,
    ImpactState,
    IntroductionKind,
    IssuingLevel,
    Level,
    MeasurementKind,
    ProjectKind,
    RaisedProblemState,
    RecognitionKind,
    Unit,
    VisitKind,
)
from tests.conftest import SYSTEM
from tests.seeded import EXCERPT, rows, stated, the

COUNTY = "330326000000"

pytestmark = pytest.mark.usefixtures("pingyang")


def names_linked(link, own, own_id):
    """Names of the commissioners whom a link table lists."""
    listed = select(Commissioner.name).join(link, link.commissioner_id == Commissioner.id).where(own == own_id)
    return set(db.session.scalars(listed))


def test_s1_to_s4_the_call_of_2022():
    call = stated(
        the(Batch, "2022-call"), "完善科技特派员选派机制", "根据乡镇产业情况填写项目需求", "实现技术与产业的无缝对接"
    )
    assert call.opens_on.year == 2022
    assert [need for need in rows(Need) if need.source_note == "根据乡镇产业情况填写项目需求"]
    assert [match for match in rows(Match) if match.source_note == "实现技术与产业的无缝对接"]
    assert [project for project in rows(Project) if project.source_note == "全力做好科技特派员申报工作"]


@pytest.mark.parametrize(
    ("level", "kind", "count", "clause"),
    [
        (Level.PROVINCIAL, ProjectKind.INDIVIDUAL, 6, "省科技特派员个人项目6个"),
        (Level.PROVINCIAL, ProjectKind.TEAM, 2, "团队项目2个"),
        (Level.MUNICIPAL, ProjectKind.GENERAL, 16, "市科技特派员项目16个"),
    ],
)
def test_s5_to_s7_the_projects_implemented_in_2022(level, kind, count, clause):
    counted = rows(Project, implemented_in(2022), Project.level == level, Project.kind == kind)

    assert len(counted) == count
    assert {project.source_note for project in counted} == {clause}
    assert clause in EXCERPT
    assert all(project.illustrative for project in counted)


def test_s5_to_s7_what_must_not_be_counted_is_there_too():
    left_out = rows(Project, ~implemented_in(2022))
    assert {project.seed_key for project in left_out} == {"p25", "p26", "p27", "p28", "p29", "p30"}


def test_s8_employment_is_an_exact_number_that_is_said_as_more_than_600():
    employment = employment_in(SYSTEM, 2022)

    assert employment.total_persons == 643
    assert "带动农民就业600多人" in EXCERPT
    (overlap,) = employment.overlapping
    assert (overlap.amount, overlap.counted) == (24, False)
    assert [row.amount for row in employment.rows if row.state is ImpactState.REJECTED] == [22]
    assert all(row.illustrative for row in employment.rows)


def test_s9_to_s11_the_care_campaign_its_visits_and_the_problems_solved():
    campaign = stated(the(Campaign, "2022-care-tour"), "走访科技特派员派驻乡镇及重点村", "帮助解决遇到的问题")
    assert campaign.name == "关爱科技特派员走乡村"
    care = rows(Visit, Visit.campaign_id == campaign.id)
    assert len(care) == 14
    assert {visit.kind for visit in care} == {VisitKind.CARE}
    met = rows(RaisedProblem, RaisedProblem.visit_id.in_([visit.id for visit in care]))
    assert Counter(problem.state for problem in met) == {RaisedProblemState.SOLVED: 7}


def test_s13_two_professors_one_base_one_briefing():
    clause = "朱建军、邵清松2位教授帮助我县山区打造金线莲道地药材示范基地的简报"
    professors = {"朱建军", "邵清松"}
    for key in ("zhu-jianjun", "shao-qingsong"):
        person = stated(the(Commissioner, key), clause)
        assert (person.kind, person.title) == (CommissionerKind.INDIVIDUAL, "教授")
    base = stated(the(DemonstrationBase, "jinxianlian"), clause)
    assert (base.name, base.region_code, base.latitude_deg) == ("金线莲道地药材示范基地", COUNTY, None)
    briefing = stated(the(Briefing, "2022-jinxianlian"), clause)
    assert (briefing.base_id, briefing.year) == (base.id, 2022)
    assert names_linked(BaseCommissioner, BaseCommissioner.base_id, base.id) == professors
    assert names_linked(BriefingCommissioner, BriefingCommissioner.briefing_id, briefing.id) == professors


def test_nothing_is_invented_about_the_named_people():
    named = [the(Commissioner, key).id for key in ("zhu-jianjun", "shao-qingsong")]
    for model in (Posting, VisitCommissioner, Match, Training):
        assert rows(model, model.commissioner_id.in_(named)) == []
    base = the(DemonstrationBase, "jinxianlian")
    assert rows(Measurement, Measurement.base_id == base.id) == []


def test_s14_and_s24_the_mayors_instruction_verbatim():
    instruction = stated(
        the(Instruction, "2022-zhang-zhenfeng"),
        "获温州市委副书记、市长张振丰批示:“这一做法可以推广到全市广大农村地区”",
        "打造金线莲道地药材示范基地的简报获温州市委副书记、市长张振丰批示肯定",
    )
    assert (instruction.leader, instruction.post) == ("张振丰", "温州市委副书记、市长")
    assert instruction.quote == "这一做法可以推广到全市广大农村地区"
    assert instruction.headline
    assert instruction.briefing_id == the(Briefing, "2022-jinxianlian").id


def test_s15_and_s16_the_pairing_with_tongmeng_village():
    pairing = stated(
        the(Pairing, "tongmeng"), "积极配合省科技厅结对帮扶同盟村", "做好“帮户、扶村”,兼顾“联乡、带县”文章"
    )
    helper = db.session.get(Organisation, pairing.helper_id)
    village = db.session.get(Place, pairing.place_id)
    assert (helper.name, village.name, village.region_code) == ("省科技厅", "同盟村", "330326102301")
    assert (village.parent_id, pairing.ends_on) == (the(Place, "330326102000").id, None)


@pytest.mark.parametrize(
    ("key", "kind", "name", "clause"),
    [
        ("2022-tea-techniques", IntroductionKind.TECHNOLOGY, "茶叶田间与加工系列技术", "开展茶叶田间与加工系列技术"),
        ("2022-zhongbai-1", IntroductionKind.VARIETY, "中白1号", "建立标准化茶园栽种中白1号茶苗(10万株)"),
        ("2022-tea-liquor", IntroductionKind.TECHNOLOGY, "茶酒生产指导", "开展茶酒生产指导"),
    ],
)
def test_s17_to_s19_what_was_introduced(key, kind, name, clause):
    introduction = stated(the(Introduction, key), clause)
    assert (introduction.kind, introduction.name, introduction.introduced_on.year) == (kind, name, 2022)


def test_s18_a_hundred_thousand_plants():
    introduction = the(Introduction, "2022-zhongbai-1")
    assert (introduction.quantity, introduction.unit) == (100_000, Unit.PLANTS)


def test_s20_several_bases_were_founded():
    base = stated(the(DemonstrationBase, "zhongbai-tea-garden"), "协助建立多个科技示范基地")
    assert base.founded_on.year == 2022
    founded = rows(DemonstrationBase, DemonstrationBase.founded_on.between(date(2022, 1, 1), date(2022, 12, 31)))
    assert len(founded) == 4


def test_s21_the_new_tea_gardens_are_102_mu_and_no_other_tea_base_adds_to_them():
    line = stated(the(Measurement, "zhongbai-tea-garden-2022"), "新增茶园102亩")
    assert (line.kind, line.amount) == (MeasurementKind.ADD, 102)
    tea = select(Measurement).join(DemonstrationBase, DemonstrationBase.id == Measurement.base_id)
    lines = db.session.scalars(tea.where(DemonstrationBase.industry == "tea", Measurement.quantity == "area"))
    ledger = [Line(on=one.measured_on, kind=one.kind, amount=one.amount) for one in lines]
    assert new_in(ledger, 2022) == 102


def test_s23_the_zone_was_rated_excellent():
    recognition = stated(
        the(Recognition, "2022-huangtang-zone"), "黄汤茶叶国家农业科技园区示范区建设获市级年度绩效考核评价优秀单位"
    )
    assert (recognition.kind, recognition.level, recognition.grade, recognition.year) == (
        RecognitionKind.GRADE,
        IssuingLevel.MUNICIPAL,
        Grade.EXCELLENT,
        2022,
    )


def test_s25_the_county_heads_instruction():
    instruction = stated(
        the(Instruction, "2022-meng-xiaobin"), "规上工业企业研发费用现状及对策研究获孟晓斌县长批示肯定"
    )
    assert (instruction.leader, instruction.post) == ("孟晓斌", "县长")
    assert instruction.subject == "规上工业企业研发费用现状及对策研究"
    assert (instruction.quote, instruction.headline) == ("", True)


def test_s26_to_s29_the_pilot_of_the_corps():
    pilot = stated(the(Recognition, "2022-corps-pilot"), "获批省科技特派团试点", "全市唯一")
    assert (pilot.kind, pilot.level) == (RecognitionKind.PILOT, IssuingLevel.PROVINCIAL)
    assert (pilot.peers, pilot.only_in_city) == ("缙云县、仙居县", True)
    corps = stated(the(Commissioner, "pingyang-corps"), "组建科技特派团")
    assert (corps.kind, pilot.commissioner_id) == (CommissionerKind.CORPS, corps.id)


def test_s30_two_corps_projects_of_companies():
    corps = rows(Project, Project.kind == ProjectKind.CORPS)
    units = set(
        db.session.scalars(
            select(Organisation.name).where(Organisation.id.in_([one.receiving_unit_id for one in corps]))
        )
    )
    assert units == {"国望公司", "乔治白公司"}
    for project in corps:
        stated(project, "国望、乔治白公司获中央引导基金省级特派团立项")
        assert project.level is Level.PROVINCIAL
    assert len(rows(Project, implemented_in(2022), Project.kind == ProjectKind.CORPS)) == 2


RESULTS = [
    # The last two are the decimals and the ranks of value, completion and growth.
    ("2022-rd-expense", Unit.YI_YUAN, "16.02", "107", "25", (2, 0, 0), (None, 2, 2)),
    ("2022-hightech-added-value", Unit.YI_YUAN, "80.55", "128", "22.60", (2, 0, 2), (4, 2, 2)),
    ("2022-hightech-share", Unit.PERCENT, "67.75", None, None, (2, 0, 0), (4, None, None)),
    ("2022-technology-market", Unit.YI_YUAN, "21.49", "110.21", None, (2, 2, 0), (None, 2, None)),
    ("2022-incubation-space", Unit.WAN_SQUARE_METRES, "8.6", "172", None, (1, 0, 0), (None, 1, None)),
    ("2022-life-health", Unit.YI_YUAN, "53.23", "118.55", None, (2, 2, 0), (None, None, None)),
]


@pytest.mark.parametrize(("key", "unit", "actual", "completion", "growth", "decimals", "ranks"), RESULTS)
def test_r1_to_r5_the_indicators_as_printed(key, unit, actual, completion, growth, decimals, ranks):
    result = stated(the(IndicatorResult, key), actual)

    def exact(text):
        return None if text is None else Decimal(text)

    assert (result.unit, result.actual, result.target) == (unit, exact(actual), None)
    assert (result.issued_completion_percent, result.growth_percent) == (exact(completion), exact(growth))
    assert (result.actual_decimals, result.completion_decimals, result.growth_decimals) == decimals
    assert (result.rank_of_value, result.rank_of_completion, result.rank_of_growth) == ranks
