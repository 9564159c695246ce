"""The sentences of the annual summary: pure functions from the year's figures to the bureau's own Chinese.

The summary is a Chinese document in every interface language, so its words are not in the catalogue. A clause without
data is left out; "今年" is the report's own year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from commissioner.domain.annual_figures import (
    AnnualFigures,
    IndicatorFigure,
    Instructed,
    Introduced,
    Recognised,
)
from commissioner.domain.project_years import YearDefinition
from commissioner.units import plain, rounded, said
from commissioner.vocabulary import (
    Grade,
    Industry,
    IntroductionKind,
    Level,
    ProjectKind,
    RecognitionKind,
    Saying,
    Unit,
)

STOP = "。"
MOST_NAMED = 4
SHORT_POST = 4
WAN = 10_000
GARDENS = {Industry.TEA: "茶园", Industry.FRUIT: "果园", Industry.VEGETABLE: "菜地", Industry.MEDICINAL: "药材基地"}
COMMISSIONER_KINDS = {
    ProjectKind.INDIVIDUAL: "个人项目",
    ProjectKind.TEAM: "团队项目",
    ProjectKind.GENERAL: "项目",
}
RECOGNISED_AS = {RecognitionKind.PILOT: "获批", RecognitionKind.HONOUR: "获评"}
INTRODUCED = {
    IntroductionKind.VARIETY: ("引进新品种", "个"),
    IntroductionKind.TECHNOLOGY: ("推广新技术", "项"),
    IntroductionKind.PRODUCT: ("引进新产品", "个"),
}


def implemented_sentence(figures: AnnualFigures) -> str:
    """S5–S8: how many projects of the province and the city were carried out, and how many people found work.

    The county's own projects are not among them: the summary reports what superiors entrusted to the county.
    """
    municipal = figures.project_count(Level.MUNICIPAL)
    counts = [*_provincial(figures), *([f"市科技特派员项目{municipal}个"] if municipal else [])]
    clauses = [f"共实施{'、'.join(counts)}"] if counts else []
    if figures.employment.total_persons:
        clauses.append(f"带动农民就业{employment_said(figures.employment.total_persons)}人")
    return f"今年{','.join(clauses)}{STOP}" if clauses else ""


def _provincial(figures: AnnualFigures) -> list[str]:
    """The province's projects by kind; its name stands once, before the first."""
    counts = [
        (word, count)
        for kind, word in COMMISSIONER_KINDS.items()
        if (count := figures.project_count(Level.PROVINCIAL, kind))
    ]
    return [f"{'' if place else '省科技特派员'}{word}{count}个" for place, (word, count) in enumerate(counts)]


def employment_said(persons: int) -> str:
    """643 → "600多"; a number that is round already, or of one digit, is said as it is (§2.7)."""
    round_already = str(persons)[1:].strip("0") == ""
    return said(persons, Saying.EXACT if round_already else Saying.MANY)


def headline_sentence(figures: AnnualFigures) -> str:
    """S24–S25: the instructions of the preamble."""
    clauses = [f"{one.subject}获{_by(one)}批示肯定" for one in figures.instructions if one.headline]
    return f"{';'.join(clauses)}{STOP}" if clauses else ""


def _by(one: Instructed) -> str:
    """A short post follows the name (孟晓斌县长), a long one goes before it (温州市委副书记、市长张振丰)."""
    return f"{one.leader}{one.post}" if len(one.post) <= SHORT_POST else f"{one.post}{one.leader}"


def instruction_sentence(one: Instructed) -> str:
    """S13–S14: who did what, and what the leader wrote about it, verbatim."""
    about = f"{_titled(one)}的简报" if one.briefing else one.subject
    return f"{about},获{_by(one)}批示:“{one.quote}”{STOP}" if one.quote else f"{about}获{_by(one)}批示肯定{STOP}"


def _titled(one: Instructed) -> str:
    people = people_said(one.names, one.titles)
    return one.briefing if all(name in one.briefing for name in one.names) else f"{people}{one.briefing}"


def people_said(names: Sequence[str], titles: Sequence[str]) -> str:
    """朱建军、邵清松2位教授: the names, their count, and their title where they share one."""
    title = titles[0] if len(set(titles)) == 1 and titles[0] else "科技特派员"
    return f"{names[0]}{title}" if len(names) == 1 else f"{'、'.join(names)}{len(names)}位{title}"


def indicator_sentence(one: IndicatorFigure) -> str:
    """R1–R5: the value, what was completed, how it grew and the ranks that were issued, as they are printed."""
    value = (
        ""
        if one.actual is None
        else f"{one.name}{said(_printed(one.actual, one.actual_decimals), one.saying)}{one.unit.label}"
    )
    completion = _percent("年度任务完成率", one.completion_percent, one.completion_decimals)
    growth = _joined(",", _percent("累计增速", one.growth_percent, one.growth_decimals), _rank(one.rank_of_growth))
    of_value, of_completion = _rank(one.rank_of_value), _rank(one.rank_of_completion)
    if of_value and completion and of_completion:
        head = [_joined(",", value, of_value), _joined(",", completion, of_completion)]
    elif growth and completion:
        # Value and completion share a clause; the one rank between them and the growth stands alone.
        head = [_joined(",", value, completion), of_value or of_completion]
    else:
        head = [_joined(",", value, completion, of_value or of_completion)]
    sentence = _joined(";", *head, growth)
    return f"{sentence if value else one.name + sentence}{STOP}" if sentence else ""


def _printed(value: Decimal, decimals: int) -> Decimal:
    return rounded(value, decimals)


def _percent(name: str, value: Decimal | None, decimals: int) -> str:
    return "" if value is None else f"{name}{rounded(value, decimals):f}%"


def _rank(rank: int | None) -> str:
    return "" if rank is None else f"全市排名第{rank}"


def _joined(separator: str, *parts: str) -> str:
    return separator.join(part for part in parts if part)


def recognition_sentence(one: Recognised) -> str:
    """S23, S26–S29: a pilot with its peers, a grade, an honour."""
    if one.kind is RecognitionKind.GRADE:
        return f"{one.subject}获{one.level.label}{_graded(one)}{STOP}"
    sentence = f"{RECOGNISED_AS[one.kind]}{one.subject}"
    peers = one.peers.split("、") if one.peers else []
    if peers:
        others = "另外一个" if len(peers) == 1 else f"另外{_counted(len(peers))}个"
        sentence += f"{STOP}全省仅{len(peers) + 1}个{_sort_of(peers)}({others}为{one.peers})"
    return f"{sentence}{',全市唯一' if one.only_in_city else ''}{STOP}"


def _graded(one: Recognised) -> str:
    grade = (one.grade or Grade.QUALIFIED).label
    note = one.note.rstrip(STOP)
    return note if grade in note and STOP not in note else f"考核评价{grade}"


def _counted(number: int) -> str:
    return "两" if number == 2 else str(number)


def _sort_of(peers: Iterable[str]) -> str:
    ends = {peer[-1:] for peer in peers}
    return ends.pop() if len(ends) == 1 and ends <= {"省", "市", "县", "区"} else "地方"


def corps_sentence(figures: AnnualFigures) -> str:
    """S30: companies with a corps project approved in the year, apart from the commissioners' own."""
    new = [one for one in figures.projects if one.kind is ProjectKind.CORPS and one.approved and one.receiving_unit]
    if not new:
        return ""
    fund = "中央引导基金" if all(one.from_central_fund for one in new) else ""
    return f"{_units([one.receiving_unit for one in new])}获{fund}{new[0].level.label[0]}级特派团立项{STOP}"


def _units(names: Sequence[str]) -> str:
    """国望公司、乔治白公司 → 国望、乔治白公司."""
    if len(names) > 1 and all(name.endswith("公司") for name in names):
        return f"{'、'.join(name.removesuffix('公司') for name in names)}公司"
    return "、".join(names)


def selection_sentence(figures: AnnualFigures) -> str:
    """S1–S4: batches opened, needs filled in, projects applied for and approved, needs matched."""
    tally = figures.tally
    approved = figures.project_count(definition=YearDefinition.APPROVED)
    clauses = [
        "完善科技特派员选派机制" if tally.batches else "",
        f"根据乡镇产业情况填写项目需求{tally.needs}项" if tally.needs else "",
        f"对接成功{tally.needs_matched}项" if tally.needs and tally.needs_matched else "",
        f"申报科技特派员项目{figures.applied_count}个" if figures.applied_count else "",
        f"新立项{approved}个" if approved else "",
    ]
    return f"{_joined(',', *clauses)}{STOP}" if any(clauses) else ""


def care_sentence(figures: AnnualFigures) -> str:
    """S9–S11: the care campaign, the places it went to, the problems it helped to solve."""
    tally = figures.tally
    clauses = [
        f"深入开展“{tally.campaign}”活动" if tally.campaign else "",
        f"走访乡镇和村{tally.care_places}个" if tally.care_places else "",
        f"帮助解决问题{tally.problems_solved}个(共反映{tally.problems_raised}个)" if tally.problems_solved else "",
    ]
    return f"{_joined(',', *clauses)}{STOP}" if any(clauses) else ""


def introduction_sentence(figures: AnnualFigures) -> str:
    """S17–S19: what was introduced, by kind, the first few by name."""
    clauses = []
    for kind, (verb, counter) in INTRODUCED.items():
        rows = [one for one in figures.introductions if one.kind is kind]
        if rows:
            more = "等" if len(rows) > MOST_NAMED else ""
            clauses.append(
                f"{verb}{len(rows)}{counter}:{'、'.join(introduced_said(one) for one in rows[:MOST_NAMED])}{more}"
            )
    return f"{';'.join(clauses)}{STOP}" if clauses else ""


def introduced_said(one: Introduced) -> str:
    """中白1号(10万株): plants in tens of thousands where they are whole ones."""
    if one.quantity is None or one.unit is None:
        return one.name
    in_wan = one.unit is Unit.PLANTS and one.quantity >= WAN
    quantity = f"{plain(one.quantity / WAN)}万" if in_wan else plain(one.quantity)
    return f"{one.name}({quantity}{one.unit.label})"


def base_sentence(figures: AnnualFigures) -> str:
    """S20–S21: bases founded, and the area they grew by, industry by industry."""
    areas: dict[Industry, Decimal] = {}
    for one in figures.new_areas:
        areas[one.industry] = areas.get(one.industry, Decimal(0)) + one.area_mu
    grown = [f"新增{GARDENS.get(key, key.label + '基地')}{plain(area)}亩" for key, area in areas.items()]
    founded = figures.tally.bases_founded
    clauses = [f"协助建立科技示范基地{founded}个" if founded else "", *grown]
    return f"{_joined(',', *clauses)}{STOP}" if any(clauses) else ""


def training_sentence(figures: AnnualFigures) -> str:
    """Sessions and person-times, which are not persons (§5.5)."""
    tally = figures.tally
    if not tally.training_sessions:
        return ""
    return f"举办培训{tally.training_sessions}场次,培训{tally.trained_person_times}人次{STOP}"


def pairing_sentence(figures: AnnualFigures) -> str:
    """S15: who is paired with which village."""
    clauses = [f"{one.helper}结对帮扶{one.village}" for one in figures.pairings]
    return f"积极配合{'、'.join(clauses)}{STOP}" if clauses else ""
