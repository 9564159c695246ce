"""A commissioner's year on one page and on paper: the numbers of every other page, kept as they were issued."""

import re
import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from flask import url_for
from PIL import Image
from sqlalchemy import func, select, update

from commissioner.domain.commissioner_year import commissioner_year
from commissioner.domain.service_days import service_days
from commissioner.domain.year_content import frozen, thawed
from commissioner.domain.year_page import year_page
from commissioner.domain.year_papers import verified_paper, year_papers
from commissioner.models import AuditEntry, Commissioner, Organisation, TeamMember, VisitCommissioner, YearPaper, db
from commissioner.reports.pdf import to_pictures
from commissioner.shipped import shipped
from commissioner.vocabulary import ImpactIndicator, ImpactState, OrganisationKind, Role
from commissioner.web import year_words
from tests.factories import a_person, written
from tests.people import COUNTY
from tests.projects import a_project
from tests.results import a_figure

YEAR = 2022
FONTS = shipped("static") / "vendor" / "fonts"
HOSTILE = '<script>alert(1)</script> #panic() *b* $x$ "'
PHONE = "13812345678"


def busiest():
    """Whoever was on most visits."""
    count = func.count(VisitCommissioner.visit_id).desc()
    one = VisitCommissioner.commissioner_id
    return db.session.scalars(select(one).group_by(one).order_by(count, one)).first()


@pytest.fixture
def commissioner(people):
    return people.sign_in(Role.COMMISSIONER, commissioner_id=busiest())


def an_institution():
    """An institution that sent nobody."""
    facts = {"kind": OrganisationKind.UNIVERSITY, "region_code": COUNTY.ljust(12, "0")}
    return written(Organisation, name="示例大学", **facts)


def own(person, year=YEAR):
    return f"/commissioners/{person.actor.commissioner_id}/year?year={year}"


def issued(person, commissioner_id=None, year=YEAR):
    """The paper that ``person`` issues through the page."""
    commissioner_id = commissioner_id or person.actor.commissioner_id
    person.submit(f"/commissioners/{commissioner_id}/year?year={year}")
    db.session.rollback()
    return year_papers(person.actor, commissioner_id, year)[0]


def figures(page):
    """Every figure of a page: its label, its number, and the list that it opens."""
    found = {}
    for one in page.soup.select(".figure"):
        value = one.select_one(".figure-value").get_text(" ", strip=True).split()[0]
        found[one.select_one(".figure-label").text] = (value.replace(",", ""), one.get("href"))
    return found


def test_the_figures_are_those_of_every_other_page(commissioner):
    told = figures(commissioner.get(own(commissioner)))
    served = service_days(commissioner.actor, commissioner.actor.commissioner_id, YEAR)
    counted = commissioner_year(commissioner.actor, commissioner.actor.commissioner_id, YEAR)

    assert served.day_count > 0
    assert told["服务天数"][0] == str(served.day_count)
    assert told["服务走访"][0] == str(served.visit_count)
    assert told["实施项目"][0] == str(counted.project_count)
    assert told["引进新品种、新技术、新产品"][0] == str(counted.introduction_count)
    assert told["培训"][0] == str(counted.trained_person_times)


def test_each_figure_opens_its_rows(commissioner):
    told = figures(commissioner.get(own(commissioner)))
    for label in ("服务走访", "派驻", "实施项目", "引进新品种、新技术、新产品"):
        value, href = told[label]
        count = commissioner.get(href).soup.select_one("h1 .count, .list-line .count, h1")
        assert value in count.get_text() or f"{value} " in commissioner.get(href).plain, label


def results(actor):
    return {one.indicator: one for one in year_page(actor, actor.commissioner_id, YEAR).content.results}


def test_verified_results_are_told_apart_from_reported_ones(commissioner):
    actor = commissioner.actor
    first, second, third = (a_project(actor, title=f"示范{n}") for n in range(3))
    before = results(actor)[ImpactIndicator.COLLECTIVE_INCOME]
    a_figure(7, ImpactIndicator.COLLECTIVE_INCOME, project_id=first, state=ImpactState.VERIFIED)
    a_figure(4, ImpactIndicator.COLLECTIVE_INCOME, project_id=second, state=ImpactState.REPORTED)
    a_figure(9, ImpactIndicator.COLLECTIVE_INCOME, project_id=third, state=ImpactState.REJECTED)

    after = results(actor)[ImpactIndicator.COLLECTIVE_INCOME]
    assert after.verified == (before.verified or 0) + Decimal(7)
    assert after.reported == (before.reported or 0) + Decimal(4)
    page = commissioner.get(own(commissioner))
    row = next(one for one in page.soup.select("tbody tr") if "村集体经济增收" in one.text)
    verified, reported = [link["href"] for link in row.select("a")]
    assert "示范0" in commissioner.get(verified).plain
    assert "示范1" not in commissioner.get(verified).plain
    assert "示范1" in commissioner.get(reported).plain


def test_employment_is_the_sum_of_the_commissioners_page(commissioner):
    actor = commissioner.actor
    a_figure(11, project_id=a_project(actor), state=ImpactState.VERIFIED)
    content = year_page(actor, actor.commissioner_id, YEAR).content
    [told] = [one for one in content.results if one.indicator is ImpactIndicator.EMPLOYMENT]

    whole = commissioner_year(actor, actor.commissioner_id, YEAR).employed_persons
    assert (told.verified or 0) + (told.reported or 0) == whole


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_in_scope_sees_it_in_both_languages(people, language):
    who = busiest()
    for person in (people.as_officer, people.as_leader, people.as_township, people.as_administrator):
        page = person.speaks(language).get(f"/commissioners/{who}/year?year={YEAR}")
        assert ("Service days" if language == "en" else "服务天数") in page.plain


def test_a_year_without_records_says_so_and_issues_nothing(commissioner):
    page = commissioner.get(own(commissioner, 1999))

    assert "这一年还没有记录" in page.plain
    assert "开具 1999" not in page.plain
    said = commissioner.post(own(commissioner, 1999), {}, status=422)
    assert "没有可以证明的内容" in said.plain
    commissioner.post(own(commissioner, 2099), {}, status=422)
    assert db.session.scalar(select(func.count(YearPaper.id))) == 0


def test_another_county_and_another_person_find_nothing(people, commissioner):
    url, stranger = own(commissioner), people.sign_in(Role.COMMISSIONER, commissioner_id=a_person("旁人"))
    elsewhere = people.sign_in(Role.INSTITUTION, organisation_id=an_institution())
    paper = issued(commissioner)
    for person in (people.as_other_county, stranger, elsewhere):
        person.get(url, 404)
        person.post(url, {}, status=404)
        person.get(f"/year-papers/{paper.id}.pdf", 404)
    for person in (people.as_leader, people.as_township):
        assert "开具 2022 年服务证明" not in person.get(url).plain
        person.post(url, {}, status=404)


def test_a_member_of_a_team_does_not_issue_the_teams_paper(people, commissioner):
    team = a_person("茶叶团队")
    written(TeamMember, team_id=team, member_id=commissioner.actor.commissioner_id, starts_on=date(YEAR, 1, 1))
    url = f"/commissioners/{team}/year?year={YEAR}"

    commissioner.get(url)
    commissioner.post(url, {}, status=404)


def test_an_institution_issues_for_its_people_alone(people):
    institution = people.as_institution
    sent = select(Commissioner.id).where(Commissioner.organisation_id == institution.actor.organisation_id)
    mine = next(one for one in db.session.scalars(sent) if service_days(institution.actor, one, YEAR).day_count)
    others = db.session.scalar(
        select(Commissioner.id).where(Commissioner.organisation_id != institution.actor.organisation_id)
    )

    assert issued(institution, mine).number.endswith("-0001")
    institution.get(f"/commissioners/{others}/year?year={YEAR}", 404)
    institution.post(f"/commissioners/{others}/year?year={YEAR}", {}, status=404)


def test_papers_are_numbered_one_after_the_other_and_a_double_click_issues_one(people, commissioner):
    first, second = issued(commissioner), issued(people.as_officer, commissioner.actor.commissioner_id)
    assert (first.number[4:], second.number[4:]) == ("-0001", "-0002")

    sent = commissioner.get(own(commissioner)).form_values()
    for _click in range(2):
        commissioner.post(own(commissioner), {"client_id": sent["client_id"]})
    db.session.rollback()
    assert db.session.scalar(select(func.count(YearPaper.id))) == 3
    lines = list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "year_papers.issue")))
    assert len(lines) == 3
    assert all(first.code not in str(line.changes) for line in lines)
    assert "开具" in people.as_officer.get("/audit?subject=year_papers", follow=True).plain


def test_what_was_issued_stays_though_the_records_change(people, commissioner):
    paper = issued(commissioner)
    before = people.as_nobody.get(f"/verify/{paper.code}").plain
    name = db.session.get(Commissioner, commissioner.actor.commissioner_id).name
    with db.engine.begin() as connection:
        connection.execute(update(Commissioner).values(name="改了名字", phone=PHONE))
    a_project(commissioner.actor, title="后来的项目")

    assert "改了名字" in commissioner.get(own(commissioner)).plain
    after = people.as_nobody.get(f"/verify/{paper.code}").plain
    assert after == before
    assert name in after
    assert "后来的项目" not in after


def test_the_content_is_the_same_after_it_was_kept(commissioner):
    content = year_page(commissioner.actor, commissioner.actor.commissioner_id, YEAR).content
    assert content.projects or content.postings
    assert frozen(thawed(frozen(content))) == frozen(content)
    assert "id" not in str(list(frozen(content)["postings"][0]))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_anybody_who_holds_the_paper_may_verify_it(people, commissioner, language):
    with db.engine.begin() as connection:
        connection.execute(update(Commissioner).values(phone=PHONE))
    paper = issued(commissioner)
    page = people.as_nobody.speaks(language).get(f"/verify/{paper.code}")

    assert ("This certificate is valid" if language == "en" else "这份证明有效") in page.plain
    assert paper.number in page.plain
    assert PHONE not in page.response.get_data(as_text=True)
    assert "noindex" in page.response.headers["X-Robots-Tag"]
    # No way on from here into anything that is not public.
    assert not [link for link in page.links() if re.search(r"/\d", link)]


@pytest.mark.parametrize("forged", ["x", "A" * 22, "A" * 2000, "..%2f..%2f", "' OR 1=1 --", "编号"])
def test_a_forged_code_is_a_page_that_is_not_there(people, commissioner, forged):
    issued(commissioner)
    nobody = people.as_nobody
    page = nobody.get(f"/verify/{forged}", 404)
    assert page.heading == nobody.get("/nothing/at/all/here", 404).heading


def test_the_code_must_be_right_to_the_letter(people, commissioner):
    code = issued(commissioner).code
    swapped = code.swapcase()
    assert swapped != code
    people.as_nobody.get(f"/verify/{swapped}", 404)
    people.as_nobody.get(f"/verify/{code[:-1]}", 404)


def test_the_bureau_revokes_with_a_reason_that_is_not_public(people, commissioner):
    paper, officer = issued(commissioner), people.as_officer
    url = f"/year-papers/{paper.id}/revoke"
    officer.submit(url, 422, reason=" ")
    assert "这份证明有效" in people.as_nobody.get(f"/verify/{paper.code}").plain

    officer.submit(url, reason="天数有误，重新开具")
    told = people.as_nobody.get(f"/verify/{paper.code}").plain
    assert "已作废" in told
    assert "有效" not in told
    assert "天数有误" not in told
    assert "天数有误" in commissioner.get(own(commissioner)).plain
    assert "已作废" in year_words.printed(verified_paper(paper.code), "http://localhost", "zh").notice
    officer.post(url, {"reason": "再来一次"})
    assert (
        year_papers(officer.actor, commissioner.actor.commissioner_id, YEAR)[0].revoked_reason == "天数有误，重新开具"
    )
    for person in (commissioner, people.as_other_county, people.as_township, people.as_leader):
        person.get(url, 404)


def printed(person, paper):
    answer = person.get(f"/year-papers/{paper.id}.pdf").response
    assert answer.mimetype == "application/pdf"
    return answer.get_data()


def opened(written):
    """A PDF with its compressed streams opened."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", written, re.DOTALL)
    return written + b"".join(_inflated(one) for one in streams)


def _inflated(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_is_one_sheet_with_its_number(commissioner, language):
    paper = issued(commissioner)
    written_pdf = opened(printed(commissioner.speaks(language), paper))

    assert len(re.findall(rb"/Type\s*/Page\b", written_pdf)) == 1
    assert paper.number.encode() in written_pdf or paper.number.encode("utf-16-be") in written_pdf


def test_its_code_is_read_from_the_sheet_as_it_is_printed(commissioner):
    paper = issued(commissioner)
    address = f"https://kjt.example.cn/verify/{paper.code}"
    [sheet] = to_pictures(year_words_printed(commissioner, paper, address), FONTS)
    picture = np.asarray(Image.open(BytesIO(sheet)).convert("L"))

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [address]


def year_words_printed(person, paper, address):
    with person.app.test_request_context():
        return year_words.printed(verified_paper(paper.code), address, "zh")


def test_the_address_on_paper_is_that_of_the_request(commissioner, people):
    paper = issued(commissioner)
    with commissioner.app.test_request_context(base_url="https://kjt.example.cn"):
        address = url_for("year_pages.verify", code=paper.code, _external=True)
    assert address == f"https://kjt.example.cn/verify/{paper.code}"
    people.as_nobody.get(f"/verify/{paper.code}")


def test_what_looks_like_markup_is_only_text(people, commissioner):
    with db.engine.begin() as connection:
        own_row = update(Commissioner).where(Commissioner.id == commissioner.actor.commissioner_id)
        connection.execute(own_row.values(name=HOSTILE, title=HOSTILE))
    a_project(commissioner.actor, title=HOSTILE)
    paper = issued(commissioner)

    for page in (commissioner.get(own(commissioner)), people.as_nobody.get(f"/verify/{paper.code}")):
        assert HOSTILE in page.plain
        assert "<script>alert" not in page.response.get_data(as_text=True)
    assert printed(commissioner, paper).startswith(b"%PDF-")


def test_the_ways_there(people, commissioner):
    number = commissioner.actor.commissioner_id
    assert any(f"/commissioners/{number}/year" in link for link in commissioner.get("/").links())
    assert any(
        f"/commissioners/{number}/year" in link for link in people.as_officer.get(f"/commissioners/{number}").links()
    )


def test_staff_of_a_township_see_their_part_and_are_told_so(people):
    page = people.as_township.get(f"/commissioners/{busiest()}/year?year={YEAR}")
    assert "这里只计您所在范围内的走访" in page.plain


def test_a_county_sees_its_own_papers_alone(people, commissioner):
    issued(commissioner)
    assert year_papers(people.as_other_county.actor, commissioner.actor.commissioner_id, YEAR) == []
    assert COUNTY in db.session.scalar(select(YearPaper.region_code))
