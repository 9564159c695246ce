"""Every page that shows who serves where answers for any day; the day goes along with its links and exports; both languages."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, update

from commissioner.domain.visit_log import record_visit
from commissioner.models import (
    BaseCommissioner,
    Batch,
    Commissioner,
    DemonstrationBase,
    Measurement,
    Organisation,
    Pairing,
    Place,
    Posting,
    Project,
    ProjectCommissioner,
    db,
)
from commissioner.units import today
from commissioner.vocabulary import (
    Industry,
    Level,
    MeasurementKind,
    OrganisationKind,
    ProjectKind,
    ProjectStage,
    Quantity,
    Role,
)
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, a_visit, an_officer, written
from tests.pages import Page
from tests.people import COUNTY, People

THEN, THEN_SAID = "2009-06-15", "2009年6月15日"
COUNTY_CODE = COUNTY.ljust(12, "0")


def code_of(place_id: int) -> str:
    return db.session.get_one(Place, place_id).region_code


def set_(model: type, row_id: int, **values: object) -> None:
    with db.engine.begin() as connection:
        connection.execute(update(model).where(model.id == row_id).values(**values))  # type: ignore[attr-defined]


def rows_under(page: Page, title: str) -> list[str]:
    """The table rows of the section called ``title``."""
    section = next(one for one in page.soup.select("section.section") if title in one.select_one("h2").get_text())
    return [row.get_text(" ", strip=True) for row in section.select("tbody tr")]


def an_organisation(name: str = "示例研究所") -> int:
    return written(Organisation, name=name, kind=OrganisationKind.UNIVERSITY, region_code=COUNTY_CODE)


@pytest.fixture
def served(people: People) -> tuple[int, int]:
    """A village and somebody who served it in the first half of 2009, and another who came ten years later."""
    village, early, late = a_village(number=2), a_person("早先的人"), a_person("后来的人")
    a_posting(early, village, date(2009, 1, 1), date(2009, 6, 30))
    a_posting(late, village, date(2019, 1, 1), date(2019, 12, 31))
    return village, early


class TestTheDay:
    def test_another_day_is_said_with_a_way_back_and_goes_along(self, people: People, served: tuple[int, int]):
        village, early = served
        page = people.as_leader.get(f"/places/{village}?on={THEN}")

        assert THEN_SAID in page.soup.select_one(".as-of-banner").get_text()
        back = page.soup.select_one(".as-of-banner a.button")
        assert (back.get_text(strip=True), back["href"]) == ("回到今天", f"/places/{village}")
        assert f"/commissioners/{early}?on={THEN}" in page.links()
        town = page.soup.select_one("nav.crumbs a[href^='/places/'][href*='on=']")
        assert town is not None
        assert any(link.startswith("/postings/?") and f"on={THEN}" in link for link in page.links())
        assert not page.soup.select("p.add-row")

    def test_today_has_a_quiet_control_and_no_banner(self, people: People, served: tuple[int, int]):
        page = people.as_township.get(f"/places/{served[0]}")
        assert page.field("on") == today().isoformat()
        assert page.soup.select(".as-of-banner") == []

    @pytest.mark.parametrize(
        "text", ["32.13.2006", "2022-02-30", "20220615", "2022-W24-3", "0001-01-01", "9999-12-31", "１"]
    )
    def test_what_is_no_day_is_said_and_today_shown(self, people: People, served: tuple[int, int], text: str):
        leader = people.as_leader
        for path in (f"/places/{served[0]}", f"/commissioners/{served[1]}", "/"):
            page = leader.get(f"{path}?on={text}")
            assert "不是能查的日期" in page.plain, path
            assert page.soup.select(".as-of-banner") == []
        assert "不是日期，没有用上" in leader.get(f"/postings/?on={text}").plain

    def test_it_keeps_what_else_the_address_says(self, people: People, served: tuple[int, int]):
        page = people.as_officer.get(f"/commissioners/{served[1]}?on={THEN}&year=2010")
        form = page.soup.select_one(".as-of-form")
        assert {one["name"]: one["value"] for one in form.select("input")} == {"year": "2010", "on": THEN}
        assert page.soup.select_one(".as-of-banner a.button")["href"].endswith("?year=2010")
        assert page.soup.select_one("form.as-of input[name=on]")["value"] == THEN

    def test_a_day_to_come_shows_who_will_still_serve(self, people: People):
        village, soon = a_village(number=3), today() + timedelta(days=40)
        a_posting(a_person("要走的人"), village, today() - timedelta(days=9), today() + timedelta(days=10))
        a_posting(a_person("留下的人"), village, today() - timedelta(days=9))
        serving = rows_under(people.as_officer.get(f"/places/{village}?on={soon}"), "谁在这里服务")
        assert any("留下的人" in row for row in serving)
        assert not any("要走的人" in row for row in serving)


class TestPlacesAndPeople:
    def test_a_village_and_its_township_as_of_a_day(self, people: People, served: tuple[int, int]):
        village = served[0]
        town = db.session.get_one(Place, village).parent_id
        for place in (village, town):
            then = people.as_township.get(f"/places/{place}?on={THEN}")
            assert any("早先的人" in row for row in rows_under(then, "谁在这里服务"))
            assert not any("后来的人" in row for row in rows_under(then, "谁在这里服务"))
            assert f"{THEN} 有人服务" in then.plain
            assert "2009-07-01 还需要人" in people.as_township.get(f"/places/{place}?on=2009-07-01").plain

    def test_overlaps_and_gaps_are_told_from_both_sides(self, people: People):
        one, other = a_village(number=2), a_village(NEXT_TOWNSHIP, number=1)
        first, second = a_person("先来的人"), a_person("同来的人")
        a_posting(first, one, date(2009, 1, 1), date(2009, 6, 30))
        a_posting(second, one, date(2009, 4, 1), date(2009, 12, 31))
        a_posting(first, other, date(2009, 5, 1), date(2009, 8, 31))
        a_posting(first, other, date(2010, 1, 1), date(2010, 1, 31))
        officer = people.as_officer

        place = officer.get(f"/places/{one}").soup.select_one(".span-words").get_text(" ", strip=True)
        assert "先来的人" in place
        assert "2009-04-01 至 2009-06-30" in place
        person = officer.get(f"/commissioners/{first}").soup.select_one(".span-words").get_text(" ", strip=True)
        assert "2009-05-01 至 2009-06-30" in person
        assert "没有派驻：2009-09-01 至 2009-12-31" in person

    def test_a_pairing_goes_on_while_commissioners_change(self, people: People, served: tuple[int, int]):
        village, helper = served[0], an_organisation("示例帮扶单位")
        written(Pairing, helper_id=helper, place_id=village, region_code=code_of(village), starts_on=date(2005, 1, 1))
        page = people.as_leader.get(f"/places/{village}?on=2015-01-01")
        told = page.soup.select_one("p.outlived").get_text(" ", strip=True)
        assert "结对没断" in told
        assert "示例帮扶单位 2005-01-01 至 今" in told
        assert "早先的人" in told
        assert told.index("早先的人") < told.index("后来的人")
        assert any("示例帮扶单位" in row for row in rows_under(page, "结对帮扶"))
        assert all("示例帮扶单位" not in row for row in rows_before(people, village))

    def test_who_was_moved_is_found_at_the_old_place_then_and_at_the_new_one_later(self, people: People):
        person, old, new = a_person("调动的人"), a_village(number=2), a_village(NEXT_TOWNSHIP, number=1)
        a_posting(person, old, date(2009, 1, 1), date(2009, 6, 30))
        a_posting(person, new, date(2009, 7, 1), date(2009, 12, 31))
        officer = people.as_officer
        then = [row for row in rows_under(officer.get(f"/commissioners/{person}?on={THEN}"), "派驻") if "在岗" in row]
        later = [
            row for row in rows_under(officer.get(f"/commissioners/{person}?on=2009-08-01"), "派驻") if "在岗" in row
        ]
        assert (len(then), len(later)) == (1, 1)
        assert then != later

    def test_an_extension_made_later_does_not_rewrite_what_was_registered(self, people: People):
        end = today() + timedelta(days=30)
        posting = a_posting(a_person("延期的人"), a_village(), today() - timedelta(days=90), end)
        officer = people.as_officer
        officer.submit(f"/postings/{posting}/extend", day=str(end + timedelta(days=60)), reason="续聘")

        yesterday = officer.get(f"/postings/{posting}?on={today() - timedelta(days=1)}")
        assert f"登记的结束日期是{end}，后来才改成{end + timedelta(days=60)}" in yesterday.plain
        assert "登记的结束日期" not in officer.get(f"/postings/{posting}?on={today()}").plain
        assert yesterday.soup.select("a[href*='/extend']") == []
        # What ``on`` asks is who served on the day, by the dates as they are now known.
        between = end + timedelta(days=10)
        assert "在岗" in officer.get(f"/postings/{posting}?on={between}").soup.select_one("p.lede").get_text()
        assert "还没开始" in officer.get(f"/postings/{posting}?on={THEN}").soup.select_one("p.lede").get_text()


def rows_before(people: People, village: int) -> list[str]:
    """The pairings of a village as of a day before any began."""
    page = people.as_leader.get(f"/places/{village}?on=2004-01-01")
    assert "这一天没有" in page.plain
    return [row.get_text(" ", strip=True) for row in page.soup.select("section.section .listing:not(.spans) tbody tr")]


class TestUnitsBatchesAndBases:
    def test_who_sends_sees_who_served_that_day(self, people: People, served: tuple[int, int]):
        sender = an_organisation()
        set_(Commissioner, served[1], organisation_id=sender)
        institution = people.sign_in(Role.INSTITUTION, organisation_id=sender)
        for reader in (institution, people.as_leader, people.as_township):
            assert any(
                "早先的人" in row for row in rows_under(reader.get(f"/organisations/{sender}?on={THEN}"), "谁在岗")
            )
            assert "这一天没有人在岗" in reader.get(f"/organisations/{sender}?on=2009-07-01").plain
        people.as_other_county.get(f"/organisations/{sender}?on={THEN}", 404)

    def test_who_receives_sees_who_worked_there_that_day_and_why(self, people: People, served: tuple[int, int]):
        unit, (village, early) = an_organisation("示例合作社"), served
        project = written(
            Project, title="早先的项目", level=Level.COUNTY, kind=ProjectKind.INDIVIDUAL, industry=Industry.TEA,
            region_code=code_of(village), receiving_unit_id=unit, starts_on=date(2009, 1, 1), ends_on=date(2009, 12, 31),
            stage=ProjectStage.CLOSED,
        )  # fmt: skip
        base = written(
            DemonstrationBase, name="示例基地", industry=Industry.TEA, place_id=village, region_code=code_of(village),
            host_id=unit, founded_on=date(2012, 1, 1),
        )  # fmt: skip
        with db.engine.begin() as connection:
            connection.execute(
                insert(ProjectCommissioner).values(project_id=project, commissioner_id=early, leads=True)
            )
            connection.execute(insert(BaseCommissioner).values(base_id=base, commissioner_id=early))
        officer = people.as_officer

        (then,) = rows_under(officer.get(f"/organisations/{unit}?on={THEN}"), "谁在这里工作")
        assert "早先的项目" in then
        assert "示例基地" not in then
        assert db.session.get_one(Place, village).name in then
        (later,) = rows_under(officer.get(f"/organisations/{unit}?on=2013-01-01"), "谁在这里工作")
        assert "示例基地" in later
        assert "这一天没有派驻" in later

    def test_a_batch_tells_who_serves_and_who_is_still_to_come(self, people: People, served: tuple[int, int]):
        batch = written(Batch, name="示例批次", level=Level.COUNTY, region_code=COUNTY_CODE, opens_on=date(2009, 1, 1))
        with db.engine.begin() as connection:
            own = Posting.place_id == served[0]
            connection.execute(update(Posting).where(own).values(batch_id=batch))
        page = people.as_leader.get(f"/batches/{batch}?on={THEN}")
        figures = [one.get_text(" ", strip=True) for one in page.soup.select(".figure-value")]
        assert figures[0].startswith("1")
        assert any("早先的人" in row for row in rows_under(page, "这一批谁在岗"))
        assert not any("后来的人" in row for row in rows_under(page, "这一批谁在岗"))
        assert "这一天没有人在岗" in people.as_leader.get(f"/batches/{batch}?on=2015-01-01").plain
        people.as_other_county.get(f"/batches/{batch}?on={THEN}", 404)

    def test_a_base_is_as_large_as_its_ledger_said_by_that_day(self, people: People, served: tuple[int, int]):
        village, early = served
        base = written(
            DemonstrationBase, name="示例基地", industry=Industry.TEA, place_id=village, region_code=code_of(village),
            founded_on=date(2009, 2, 1), closed_on=date(2020, 1, 1),
        )  # fmt: skip
        for on, amount in ((date(2009, 3, 1), 40), (date(2010, 3, 1), 60)):
            line = {"quantity": Quantity.AREA, "kind": MeasurementKind.ADD, "amount": amount}
            written(Measurement, base_id=base, measured_on=on, **line)
        with db.engine.begin() as connection:
            connection.execute(insert(BaseCommissioner).values(base_id=base, commissioner_id=early))
        leader = people.as_leader

        then = leader.get(f"/bases/{base}?on={THEN}")
        assert then.soup.select_one(".figure-value").get_text(" ", strip=True).startswith("40")
        assert any("早先的人" in row and "就在这个乡镇" in row for row in rows_under(then, "帮这个基地的人"))
        later = leader.get(f"/bases/{base}?on=2011-01-01")
        assert later.soup.select_one(".figure-value").get_text(" ", strip=True).startswith("100")
        assert "这一天没有派驻的：" in later.plain
        assert "这一天还没有建" in leader.get(f"/bases/{base}?on=2009-01-01").plain
        assert "到这一天还没有测量记录" in leader.get(f"/bases/{base}?on=2009-02-15").plain
        assert "这一天已经撤销" in leader.get(f"/bases/{base}?on=2021-01-01").plain


class TestHomeListsAndSheets:
    def test_what_belongs_to_a_place_is_as_of_the_day_too(self, people: People, served: tuple[int, int]):
        village = served[0]
        written(
            DemonstrationBase, name="后建的基地", industry=Industry.TEA, place_id=village, region_code=code_of(village),
            founded_on=date(2012, 1, 1),
        )  # fmt: skip
        record_visit(an_officer(), a_visit(place_id=village, topic="昨天的事", confirmed=True))
        township = people.as_township
        today_page, then = township.get(f"/places/{village}"), township.get(f"/places/{village}?on={THEN}")
        for words in ("后建的基地", "昨天的事"):
            assert words in today_page.plain
            assert words not in then.plain
        assert "后建的基地" in township.get(f"/places/{village}?on=2013-01-01").plain

    def test_home_counts_who_served_that_day_and_opens_the_rows(self, people: People, served: tuple[int, int]):
        leader = people.as_leader
        home = leader.get(f"/?on={THEN}")
        assert THEN_SAID in home.plain
        figures = {one.select_one(".figure-label").get_text(strip=True): one for one in home.soup.select("a.figure")}
        for label in ("在岗派驻", "在岗特派员", "有特派员的乡镇", "没有特派员的乡镇", "结对帮扶"):
            link, value = figures[label]["href"], figures[label].select_one(".figure-value").get_text(strip=True)
            assert THEN in link
            assert f"共 {value} 条" in leader.get(link).plain
        assert figures["在岗派驻"].select_one(".figure-value").get_text(strip=True) == "1"

    def test_who_sees_only_the_own_people_is_told_no_coverage(self, people: People, served: tuple[int, int]):
        for reader in (people.as_commissioner, people.as_institution):
            told = reader.get(f"/?on={THEN}").plain
            assert "在岗派驻" in told
            assert "没有特派员的乡镇" not in told

    def test_a_sheet_names_the_day_in_its_title_and_its_file(self, people: People, served: tuple[int, int]):
        answer = people.as_officer.get(f"/postings/export.xlsx?on={THEN}").response
        assert f"截至 {THEN} 的派驻" in unquote(answer.headers["Content-Disposition"])
        book = CalamineWorkbook.from_filelike(BytesIO(answer.get_data()))
        assert book.sheet_names == [f"截至 {THEN} 的派驻"]
        rows = book.get_sheet_by_index(0).to_python()
        assert [row[0] for row in rows[1:]] == ["早先的人"]
        plain = people.as_officer.get("/postings/export.xlsx?on=nonsense").response
        assert "截至" not in unquote(plain.headers["Content-Disposition"])

    def test_a_list_says_the_day_above_and_leads_back_to_today(self, people: People, served: tuple[int, int]):
        page = people.as_township.get(f"/postings/?on={THEN}&level=county")
        assert page.soup.select_one(".as-of-banner a.button")["href"] == "/postings/?level=county"
        assert f"on={THEN}" in page.soup.select_one(".listing tbody a")["href"]

    def test_all_of_it_in_english(self, people: People, served: tuple[int, int]):
        leader = people.as_leader.speaks("en")
        sender = an_organisation()
        set_(Commissioner, served[1], organisation_id=sender)
        for path in (
            f"/places/{served[0]}",
            f"/commissioners/{served[1]}",
            f"/organisations/{sender}",
            "/",
            "/postings/",
        ):
            page = leader.get(f"{path}?on={THEN}")
            assert "As of June 15, 2009" in page.plain, path
            assert "Back to today" in page.plain, path
        answer = leader.get(f"/commissioners/export.xlsx?on={THEN}").response
        assert f"As of {THEN} Commissioners" in unquote(answer.headers["Content-Disposition"])

    def test_another_county_sees_nothing_of_ours_on_any_day(self, people: People, served: tuple[int, int]):
        stranger = people.as_other_county
        stranger.get(f"/places/{served[0]}?on={THEN}", 404)
        stranger.get(f"/commissioners/{served[1]}?on={THEN}", 404)
        figures = stranger.get(f"/?on={THEN}").soup.select(".figure-value")
        assert {one.get_text(strip=True) for one in figures} == {"0"}
