"""The pages of an evaluation, walked by officer, commissioner, township, institution and leader, in both languages."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from commissioner.domain.commissioner_year import commissioner_year
from commissioner.domain.year_papers import verified_paper, year_papers
from commissioner.models import (
    Commissioner,
    Evaluation,
    EvaluationOpinion,
    EvaluationScheme,
    Posting,
    SchemeCriterion,
    YearPaper,
    db,
)
from commissioner.vocabulary import Grade, Level, Role, SchemeState
from tests.people import COUNTY, NEXT_COUNTY

YEAR = 2022


def scheme_of(state):
    """The scheme of the data set that stands so."""
    found = select(EvaluationScheme.id).where(EvaluationScheme.state == state)
    return db.session.scalars(found).one()


def by_key(key):
    return db.session.scalars(select(Commissioner.id).where(Commissioner.seed_key == key)).one()


def stored(scheme_id, commissioner_id):
    db.session.rollback()
    same = (Evaluation.scheme_id == scheme_id, Evaluation.commissioner_id == commissioner_id)
    return db.session.scalars(select(Evaluation).where(*same)).one_or_none()


@pytest.fixture
def scheme(pingyang):
    return scheme_of(SchemeState.OPEN)


@pytest.fixture
def tea(pingyang):
    """Somebody with a full year, posted at the scheme's level in Shuitou."""
    return by_key("tea-a")


@pytest.fixture
def officer(people):
    return people.as_officer


@pytest.fixture
def commissioner(people, tea):
    return people.sign_in(Role.COMMISSIONER, commissioner_id=tea)


def page_of(scheme_id, commissioner_id, what=""):
    return f"/schemes/{scheme_id}/people/{commissioner_id}{what}"


def test_a_scheme_is_made_opened_and_taken_back(officer):
    made = officer.submit("/schemes/new", name="2025年度省派考核", level="provincial", year="2025").location
    scheme_id = int(made.rpartition("/")[2])
    officer.submit(f"/schemes/{scheme_id}/step/start", 422)
    line = {"scheme_id": str(scheme_id), "weight": "100", "position": "1", "evidence": ["visits", "report"]}
    assert officer.submit("/criteria/new", name="到村服务", **line).location == made
    officer.submit("/grades/new", scheme_id=str(scheme_id), grade="excellent", quota_percent="20")

    page = officer.get(made)
    assert "到村服务" in page.plain
    assert "最多" in page.plain
    db.session.rollback()
    criterion = db.session.scalars(select(SchemeCriterion).where(SchemeCriterion.scheme_id == scheme_id)).one()
    assert [word.value for word in criterion.evidence] == ["visits", "report"]

    officer.submit(f"/schemes/{scheme_id}/step/start")
    officer.submit(f"/criteria/{criterion.id}/edit", 409, weight="90")
    officer.submit(f"/schemes/{scheme_id}/step/redraft", 422)
    officer.submit(f"/schemes/{scheme_id}/step/redraft", reason="权重要改")
    officer.submit(f"/criteria/{criterion.id}/edit", weight="90")
    assert "权重合计 90%" in officer.get(made).plain


def test_the_form_of_an_open_scheme_keeps_the_day_alone(officer, scheme):
    form = officer.get(f"/schemes/{scheme}/edit")

    assert {one["name"] for one in form.soup.select("main input[name], main select[name]")}.isdisjoint(
        {"level", "year", "starts_on"}
    )
    officer.submit(f"/schemes/{scheme}/edit", decide_by="2023-03-01")
    assert "2023-03-01" in officer.get(f"/schemes/{scheme}").plain


def test_every_number_of_the_evidence_is_that_of_the_year_and_opens_its_rows(officer, scheme, tea):
    page = officer.get(page_of(scheme, tea))
    counted = commissioner_year(officer.actor, tea, YEAR)
    told = {
        kind.select_one("h3").text: (kind.select_one(".big").get_text(" ", strip=True), kind.select_one(".big a"))
        for kind in page.soup.select(".evidence-kind")
        if kind.select_one(".big")
    }

    wanted = {
        "服务天数": counted.service.day_count,
        "服务走访": counted.service.visit_count,
        "项目和指标完成": counted.project_count,
        "引进新品种、新技术、新产品": counted.introduction_count,
        "培训": counted.trained_person_times,
    }
    assert {label: int(told[label][0].split()[0].replace(",", "")) for label in wanted} == wanted
    for label in ("服务走访", "项目和指标完成", "引进新品种、新技术、新产品", "解决的问题", "示范基地"):
        text, link = told[label]
        listed = officer.get(link["href"])
        shown = int(listed.soup.select_one("h1 .count").text.replace(",", ""))
        assert shown == int(text.split()[0]), label
    for link in page.soup.select(".evidence-kind a"):
        officer.get(link["href"])


def test_the_bureau_writes_remarks_and_decides(officer, scheme, tea):
    names = [one.id for one in db.session.scalars(select(SchemeCriterion).where(SchemeCriterion.scheme_id == scheme))]
    said = {f"remark_{names[0]}": "每月都来", **{f"score_{one}": "80" for one in names}}
    officer.submit(page_of(scheme, tea), **said)

    page = officer.get(page_of(scheme, tea))
    assert "加权得分 80" in page.plain
    assert stored(scheme, tea).grade is None
    asked = officer.submit(page_of(scheme, tea, "/decide"), 422, grade="excellent")
    assert "评“优秀”要写明理由。" in asked.plain
    officer.submit(page_of(scheme, tea, "/decide"), grade="excellent", reason="示范作用大")

    assert stored(scheme, tea).grade is Grade.EXCELLENT
    assert "优秀" in officer.get(f"/schemes/{scheme}").plain


def test_a_quota_is_refused_in_words_that_name_who_holds_it(officer, scheme):
    people = db.session.scalars(
        select(Posting.commissioner_id)
        .where(Posting.level == Level.PROVINCIAL)
        .distinct()
        .order_by(Posting.commissioner_id)
    ).all()
    evaluated = [one for one in people if f"/people/{one}" in str(officer.get(f"/schemes/{scheme}").soup)]
    first, second = evaluated[:2]
    officer.submit(page_of(scheme, first, "/decide"), grade="excellent", reason="好")

    refused = officer.submit(page_of(scheme, second, "/decide"), 422, grade="excellent", reason="也好")

    name = db.session.scalar(select(Commissioner.name).where(Commissioner.id == first))
    assert name in " ".join(refused.errors())
    assert "舍去小数" in " ".join(refused.errors())


def test_two_deciders_at_once_see_both(officer, people, scheme, tea):
    colleague = people.as_officer
    form = officer.get(page_of(scheme, tea, "/decide")).form_values()
    colleague.submit(page_of(scheme, tea, "/decide"), grade="qualified", reason="同事的理由")

    late = officer._answer(
        "POST", page_of(scheme, tea, "/decide"), 409, data={**form, "grade": "good", "reason": "我的"}
    )

    assert "同事的理由" in late.plain
    assert "我的" in late.plain
    assert stored(scheme, tea).grade is Grade.QUALIFIED
    again = {key: value for key, value in late.form_values().items() if value is not None}
    officer._answer("POST", page_of(scheme, tea, "/decide"), 303, data=again)
    assert stored(scheme, tea).grade is Grade.GOOD


def test_stale_remarks_are_shown_beside_what_stands(officer, people, scheme, tea):
    field = (
        f"remark_{db.session.scalars(select(SchemeCriterion.id).where(SchemeCriterion.scheme_id == scheme)).first()}"
    )
    form = officer.get(page_of(scheme, tea)).form_values()
    people.as_officer.submit(page_of(scheme, tea), **{field: "同事的评语"})

    late = officer._answer("POST", page_of(scheme, tea), 409, data={**form, field: "我的评语"})

    assert "同事的评语" in late.plain
    assert late.soup.select_one(f"textarea[name={field}]").text.strip() == "我的评语"


def test_a_form_sent_twice_is_answered_once(officer, scheme, tea):
    url = page_of(scheme, tea, "/decide")
    form = {**officer.get(url).form_values(), "grade": "good", "reason": ""}

    for _click in range(2):
        officer._answer("POST", url, 303, data=form)

    assert stored(scheme, tea).version == 1


def test_the_commissioner_hands_in_a_report_and_reads_the_grade_after_publication(officer, commissioner, scheme, tea):
    assert f"/schemes/?report_wanted={commissioner.actor.account_id}" in commissioner.get("/").links()
    page = commissioner.get(page_of(scheme, tea))
    assert page_of(scheme, tea, "/report") in page.links()
    assert page.soup.select("main form[method=post]") == []
    commissioner.submit(page_of(scheme, tea, "/report"), 422, words="")
    commissioner.submit(page_of(scheme, tea, "/report"), words="这一年做了两件事")
    assert "这一年做了两件事" in officer.get(page_of(scheme, tea)).plain
    assert f"/schemes/?report_wanted={commissioner.actor.account_id}" not in commissioner.get("/").links()

    officer.submit(page_of(scheme, tea, "/decide"), grade="excellent", reason="示范作用大")
    assert "示范作用大" not in commissioner.get(page_of(scheme, tea)).plain
    assert "优秀" not in commissioner.get(f"/schemes/{scheme}").soup.select_one(".listing").text
    officer.submit(f"/schemes/{scheme}/step/publish", 422)
    officer.submit(f"/schemes/{scheme}/step/publish", confirmed="y")

    told = commissioner.get(page_of(scheme, tea))
    assert told.soup.select_one(".grade-card .big").text == "优秀"
    assert "示范作用大" in told.plain
    commissioner.get(page_of(scheme, tea, "/report"), 303)


def test_the_published_grade_stands_on_the_year_page_and_on_paper(officer, commissioner, scheme, tea):
    old = issued(commissioner, tea)
    officer.submit(page_of(scheme, tea, "/decide"), grade="excellent", reason="好")
    officer.submit(f"/schemes/{scheme}/step/publish", confirmed="y")

    page = commissioner.get(f"/commissioners/{tea}/year?year={YEAR}")
    row = next(one for one in page.soup.select("tr") if "省派科技特派员考核" in one.text)
    assert "优秀" in row.text
    assert "公布" in row.text
    new = issued(commissioner, tea)
    assert [one.grade for one in verified_paper(new.code).content.recognitions if one.issued_on] == [Grade.EXCELLENT]
    verified = commissioner.get(f"/verify/{new.code}").plain
    assert "省派科技特派员考核" in verified
    before = commissioner.get(f"/verify/{old.code}").plain
    assert "省派科技特派员考核" not in before
    assert "scheme_id" not in str(db.session.scalars(select(YearPaper.content)).all())


def issued(person, commissioner_id):
    person.submit(f"/commissioners/{commissioner_id}/year?year={YEAR}")
    db.session.rollback()
    return year_papers(person.actor, commissioner_id, YEAR)[0]


def test_a_township_says_a_word(people, officer, scheme, tea):
    township = people.as_township
    page = township.get(f"/schemes/{scheme}")
    assert page_of(scheme, tea, "/opinion") in page.links()
    township.submit(page_of(scheme, tea, "/opinion"), words="随叫随到")

    assert "随叫随到" in officer.get(page_of(scheme, tea)).plain
    db.session.rollback()
    assert db.session.scalars(select(EvaluationOpinion.region_code)).one() == "330326102000"
    township.get(page_of(scheme, tea), 404)
    township.get(page_of(scheme, by_key("med-a"), "/opinion"), 404)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_finds_what_is_theirs(people, language):
    published, sent = scheme_of(SchemeState.PUBLISHED), by_key("tea-c")
    organisation = db.session.scalar(select(Commissioner.organisation_id).where(Commissioner.id == sent))
    institution = people.sign_in(Role.INSTITUTION, COUNTY, organisation_id=organisation).speaks(language)
    leader = people.as_leader.speaks(language)

    assert page_of(published, sent) in institution.get(f"/schemes/{published}").links()
    institution.get(page_of(published, sent))
    institution.get(page_of(published, by_key("tea-b")), 404)
    counts = leader.get(f"/schemes/{published}")
    assert len(counts.soup.select(".figure")) == 5
    assert not any("/people/" in link for link in counts.links())
    leader.get(page_of(published, sent), 404)
    people.as_officer.speaks(language).get(page_of(published, sent))


def test_what_is_not_published_is_nobodys_but_the_bureaus(people, scheme, tea):
    organisation = db.session.scalar(select(Commissioner.organisation_id).where(Commissioner.id == tea))
    institution = people.sign_in(Role.INSTITUTION, COUNTY, organisation_id=organisation)
    other = people.sign_in(Role.COMMISSIONER, commissioner_id=by_key("med-a"))

    for person in (institution, other, people.as_leader, people.as_other_county):
        person.get(page_of(scheme, tea), 404)
        person.get(page_of(scheme, tea, "/decide"), 404)
        person.get(page_of(scheme, tea, "/report"), 404)
        person.get(f"/schemes/{scheme}/results.xlsx", 404)
    people.as_other_county.get(f"/schemes/{scheme}", 404)
    people.sign_in(Role.TOWNSHIP, NEXT_COUNTY + "101").get(f"/schemes/{scheme}", 404)


def test_a_draft_is_the_bureaus_alone(people, officer, scheme):
    with db.engine.begin() as connection:
        connection.execute(update(EvaluationScheme).values(state=SchemeState.DRAFT))
    db.session.rollback()

    officer.get(f"/schemes/{scheme}")
    for person in (people.as_commissioner, people.as_township, people.as_leader, people.as_institution):
        person.get(f"/schemes/{scheme}", 404)
        assert person.get("/schemes/").soup.select(".listing tbody tr") == []


def test_the_results_are_a_sheet_for_the_superior(officer):
    published = scheme_of(SchemeState.PUBLISHED)
    answer = officer.get(f"/schemes/{published}/results.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.response.data)).get_sheet_by_index(0).to_python()

    graded = {row[0]: row[6] for row in rows[1:]}
    assert rows[0][0] == "姓名"
    assert len(graded) == 15
    assert graded["茶叶专家乙"] == "优秀"
    assert all(row[9] == "示例" for row in rows[1:])


@pytest.mark.parametrize("junk", ["nothing", "START", "%00"])
def test_a_step_that_there_is_not(officer, scheme, junk):
    officer.get(f"/schemes/{scheme}/step/{junk}", 404)


def test_a_step_from_elsewhere_leads_back(officer, scheme):
    assert officer.get(f"/schemes/{scheme}/step/start", 303).location == f"/schemes/{scheme}"
    page = officer.get(f"/schemes/{scheme}/step/publish")
    officer._answer("POST", f"/schemes/{scheme}/step/file", 409, data=page.form_values())


@pytest.mark.parametrize("score", ["abc", "101", "-1", "1.25", "１００"])
def test_a_score_that_is_none_is_told_beside_its_field(officer, scheme, tea, score):
    field = f"score_{db.session.scalars(select(SchemeCriterion.id).where(SchemeCriterion.scheme_id == scheme)).first()}"

    status = 303 if score == "１００" else 422
    page = officer.submit(page_of(scheme, tea), status, **{field: score})

    assert status == 303 or page.errors()


def test_what_looks_like_markup_is_only_text(officer, commissioner, scheme, tea):
    commissioner.submit(page_of(scheme, tea, "/report"), words="<script>alert(1)</script>")

    page = officer.get(page_of(scheme, tea))

    assert "<script>alert(1)</script>" in page.plain
    assert page.soup.select("main script") == []


def test_the_audit_tells_it_in_words(officer, scheme, tea):
    officer.submit(page_of(scheme, tea, "/decide"), grade="good", reason="稳")

    told = officer.get("/audit/").plain

    assert "评定等次" in told
    assert "良好" in told
    assert "2022年度省派科技特派员考核" in told
