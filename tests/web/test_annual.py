"""The annual page and its neighbours, as people open them."""

from __future__ import annotations

import re

import pytest

from commissioner.domain.employment import employment_in
from commissioner.models import DemonstrationBase, Impact, IndicatorResult, Instruction, RaisedProblem, db
from commissioner.vocabulary import ImpactIndicator, RaisedProblemCategory
from tests.people import People
from tests.results import YEAR
from tests.seeded import the

SENTENCE = "今年共实施省科技特派员个人项目6个、团队项目2个、市科技特派员项目16个,带动农民就业600多人。"


def test_the_annual_page_says_the_sentence_and_each_figure_leads_to_its_rows(people: People) -> None:
    leader = people.as_leader
    page = leader.get(f"/annual/{YEAR}")
    assert SENTENCE in page.plain
    figures = {str(one["href"]): one.select_one(".figure-value").get_text() for one in page.soup.select("a.figure")}
    for url, value in figures.items():
        behind = leader.get(url)
        if "level=" in url:
            assert behind.heading.split(" ")[-1] == re.sub(r"\D.*", "", value), url


def test_the_employment_shown_on_page_and_list_is_one_number(people: People) -> None:
    officer = people.as_officer
    total = f"{employment_in(officer.actor, YEAR).total_persons} 人"
    where = f"/annual/{YEAR}/impacts/employment"
    key = officer.get(f"/annual/{YEAR}").soup.select_one(f'a[href="{where}"] .figure-value')
    assert re.sub(r"\s*人", " 人", key.get_text()) == total
    assert re.sub(r"\s*人", " 人", officer.get(where).soup.select_one(".figure-value").get_text()) == total


@pytest.mark.parametrize("url", ["/annual/1998", "/annual/2101", "/annual/2022/impacts/nothing", "/annual/99999.pdf"])
def test_what_is_not_there_is_a_friendly_404(people: People, url: str) -> None:
    people.as_officer.get(url, 404)


def test_the_year_without_records_says_so(people: People) -> None:
    assert "这一年还没有记录" in people.as_officer.get("/annual/2000").plain


def test_the_pdf_is_the_page(people: People) -> None:
    answer = people.as_leader.get(f"/annual/{YEAR}.pdf").response
    assert answer.mimetype == "application/pdf"
    assert answer.get_data().startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_has_an_annual_page(people: People, language: str) -> None:
    everybody = (
        people.as_administrator,
        people.as_officer,
        people.as_township,
        people.as_commissioner,
        people.as_institution,
        people.as_leader,
        people.as_other_county,
    )
    for person in everybody:
        person.speaks(language).get(f"/annual/{YEAR}")
    assert SENTENCE not in everybody[-1].get(f"/annual/{YEAR}").plain


def test_an_overlap_is_shown_and_decided(people: People) -> None:
    officer, url = people.as_officer, f"/annual/{YEAR}/impacts/employment"
    before = employment_in(officer.actor, YEAR)
    overlapping = before.overlapping[0]
    assert f"overlap-{overlapping.impact_id}" in str(officer.get(url).soup)
    answer = officer.post(f"/annual/overlaps/{overlapping.impact_id}", {"decision": "different_people"})
    assert answer.location.endswith(url)
    db.session.rollback()
    assert employment_in(officer.actor, YEAR).total_persons == before.total_persons + overlapping.amount
    officer.post(f"/annual/overlaps/{overlapping.impact_id}", {"decision": ""})
    db.session.rollback()
    assert employment_in(officer.actor, YEAR).total_persons == before.total_persons
    officer.post(f"/annual/overlaps/{overlapping.impact_id}", {"decision": "whatever"}, 404)
    people.as_leader.post(f"/annual/overlaps/{overlapping.impact_id}", {"decision": "same_people"}, 404)
    people.as_other_county.post(f"/annual/overlaps/{overlapping.impact_id}", {"decision": "same_people"}, 404)


def test_what_a_base_grew_into(people: People) -> None:
    tea = the(DemonstrationBase, "shuitou-tea").id
    page = people.as_township.get(f"/bases/{tea}")
    assert "这个基地长成了什么" in page.plain
    assert page.soup.select(".chart svg .line")
    assert page.soup.select("#ledger-households table tbody tr")
    latin = people.as_leader.get(f"/bases/{the(DemonstrationBase, 'jinxianlian').id}").soup.select_one("i[lang=la]")
    assert latin is not None
    assert latin.get_text() == "Anoectochilus roxburghii"


def test_a_leaders_words_are_quoted_verbatim(people: People) -> None:
    page = people.as_leader.get(f"/instructions/{the(Instruction, '2022-zhang-zhenfeng').id}")
    assert page.soup.select_one(".quoted blockquote").get_text() == "这一做法可以推广到全市广大农村地区"
    assert "温州市委副书记、市长" in page.plain


def test_an_indicator_says_its_completion_and_ranks(people: People) -> None:
    page = people.as_leader.get(f"/indicators/{the(IndicatorResult, '2022-hightech-added-value').id}")
    told = [re.sub(r"\s+", "", one.get_text()) for one in page.soup.select(".figure-value")]
    assert told == ["80.55亿元", "128%", "22.60%", "4", "2", "2"]


def test_an_impacts_page_says_whether_it_is_counted(people: People) -> None:
    officer = people.as_officer
    rows = employment_in(officer.actor, YEAR).rows
    for counted, words in ((True, "计入2022年合计"), (False, "")):
        one = next(row for row in rows if row.counted is counted)
        page = officer.get(f"/impacts/{one.impact_id}")
        assert (words or one.why_not.label) in page.plain
    figure = db.session.query(Impact.id).filter_by(indicator=ImpactIndicator.OUTPUT_VALUE).first()
    officer.get(f"/impacts/{figure.id}")


def test_feedback_is_one_sentence_away(people: People) -> None:
    for person in (people.as_township, people.as_commissioner):
        answer = person.submit("/problems/new?category=system", description="列表打开很慢")
        person.get(answer.location)
        raised = db.session.query(RaisedProblem).filter_by(
            description="列表打开很慢", raised_by_id=person.actor.account_id
        )
        assert raised.one().category is RaisedProblemCategory.SYSTEM
        db.session.rollback()


def test_problems_and_campaigns_tell_their_course(people: People) -> None:
    officer = people.as_officer
    officer.get(f"/problems/{the(RaisedProblem, '2021-02').id}")
    for row in officer.get("/campaigns/").soup.select("table a"):
        officer.get(str(row["href"]))
