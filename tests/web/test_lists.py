"""Lists: the count in the title is the count of the rows, on all pages and in the sheet; found by any way of typing."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import groupby
from urllib.parse import quote, urlencode

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from commissioner.access import visible
from commissioner.domain.listing import ColumnKind
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import Visit, db
from commissioner.vocabulary import VisitState
from tests.pages import Page
from tests.people import Person

JUNK = (
    "²",
    "9" * 40,
    "-1",
    "' OR 1=1 --",
    "a\x00b",
    "１２",
    "x" * 3000,
    "2022-02-30",
    "0022",
    "%",
    "\ud83c\udf75",
    "<b>",
)
ORDERED = {ColumnKind.DATE, ColumnKind.NUMBER, ColumnKind.MONEY}


@pytest.fixture(scope="module")
def officer(cast):
    return cast.as_officer


def count_in_title(page: Page) -> int:
    return int(page.soup.select_one("h1 .count").get_text().replace(",", ""))


def rows_of(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
        for row in page.soup.select("table.listing tbody tr")
    ]


def pages_of(person: Person, url: str) -> Iterator[Page]:
    page = person.get(url)
    yield page
    while (further := page.soup.select_one(".pager a[rel=next]")) is not None:
        page = person.get(str(further["href"]))
        yield page


def sheet_of(person: Person, url: str) -> list[list[object]]:
    """The rows of the exported sheet below its headings."""
    answer = person.get(url)
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.response.data)).get_sheet_by_index(0).to_python()
    return rows[1:]


def asked(name: str, **arguments: object) -> str:
    return f"/{name}/?{urlencode(arguments)}"


@pytest.mark.parametrize("name", SUBJECTS)
def test_title_pages_sheet_and_database_count_the_same_rows(standing, officer, name):
    model = SUBJECTS[name].model
    there = db.session.scalar(select(func.count()).select_from(visible(officer.actor, model).subquery()))

    pages = list(pages_of(officer, asked(name, size=100)))

    assert {count_in_title(page) for page in pages} == {there}
    assert sum(len(rows_of(page)) for page in pages) == there
    assert len(sheet_of(officer, f"/{name}/export.xlsx")) == there


@pytest.mark.parametrize("name", SUBJECTS)
def test_demonstration_data_say_so_on_list_and_sheet(standing, officer, name):
    model = SUBJECTS[name].model
    if not hasattr(model, "illustrative"):
        return
    marked = db.session.scalar(
        select(func.count()).select_from(visible(officer.actor, model).where(model.illustrative).subquery())
    )

    pages = list(pages_of(officer, asked(name, size=100)))

    assert sum(len(page.soup.select("tbody .tag.sample")) for page in pages) == marked
    assert sum("示例" in row for row in sheet_of(officer, f"/{name}/export.xlsx")) == marked


@pytest.mark.parametrize("name", [name for name, one in SUBJECTS.items() if not one.parent])
def test_demonstration_data_say_so_on_their_page_and_facts_do_not(standing, officer, name):
    model = SUBJECTS[name].model
    if not hasattr(model, "illustrative"):
        return
    for illustrative in (True, False):
        found = db.session.scalars(
            visible(officer.actor, model).where(model.illustrative == illustrative).limit(1)
        ).first()
        if found is not None:
            marks = officer.get(f"/{name}/{found.id}").soup.select(".page-head .tag.sample")
            assert bool(marks) == illustrative, found


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_list_is_sorted_by_any_column_that_offers_it(standing, officer, name):
    listing = SUBJECTS[name].listing
    for number, column in enumerate(listing.columns):
        if column.sort is None:
            continue
        arguments = {"sort": column.key, "descending": "1"}
        falling = [row[number] for row in sheet_of(officer, f"/{name}/export.xlsx?{urlencode(arguments)}")]
        rising = [row[number] for row in sheet_of(officer, f"/{name}/export.xlsx?sort={column.key}")]

        assert sorted(map(str, rising)) == sorted(map(str, falling))
        if column.kind in ORDERED:
            known = [value for value in rising if value != ""]
            assert known == sorted(known), column.key
        if column.value is column.sort and "" not in rising:
            assert [key for key, _ in groupby(rising)] == [key for key, _ in groupby(falling)][::-1], column.key


@pytest.mark.parametrize("name", SUBJECTS)
def test_whatever_an_address_asks_the_answer_is_a_page(standing, officer, name):
    keys = [one.key for one in SUBJECTS[name].listing.filters]
    for junk in JUNK:
        asks = {**dict.fromkeys(keys, junk), "q": junk, "sort": junk, "size": junk, "descending": junk}
        page = officer.get(f"/{name}/?{urlencode(asks, errors='surrogatepass')}")
        assert count_in_title(page) >= len(rows_of(page))
        officer.get(f"/{name}/pick.json?{urlencode({'q': junk}, errors='surrogatepass')}")
        officer.get(f"/{name}/export.xlsx?{urlencode({'q': junk}, errors='surrogatepass')}")


@pytest.mark.parametrize("number", ["0", "-1", "9999", "x", "²", "9" * 5000, ""])
def test_a_page_that_is_not_there_is_a_friendly_404(standing, officer, number):
    assert officer.get(f"/visits/?number={number}", 404).links()


@pytest.mark.parametrize(
    "url", ["/nothing/", "/nothing/1", "/visits/987654321", "/sign_in_tries/", "/static/x", "/x/y/z"]
)
def test_what_is_not_there_is_told_in_words(standing, officer, url):
    page = officer.get(url, 404)

    assert page.heading
    assert "/" in page.links()


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("places", "同盟", "同盟村"),
        ("places", "tongmeng", "同盟村"),
        ("places", "tmc", "同盟村"),
        ("places", "TMC", "同盟村"),
        ("commissioners", "茶叶专家甲", "茶叶专家甲"),
        ("commissioners", "chayezhuanjia", "茶叶专家甲"),
        ("commissioners", "cyzjj", "茶叶专家甲"),
        ("visits", "黄茶闷黄", "黄茶闷黄工艺指导"),
        ("visits", "黄茶 指导", "黄茶闷黄工艺指导"),
        ("bases", "金线莲", "金线莲"),
    ],
)
def test_a_word_is_found_however_it_is_typed(standing, officer, name, typed, found):
    pages = list(pages_of(officer, asked(name, q=typed, size=100)))

    assert any(found in " ".join(row) for page in pages for row in rows_of(page))
    assert count_in_title(pages[0]) == len(sheet_of(officer, f"/{name}/export.xlsx?q={quote(typed)}"))
    if name != "visits":
        picked = officer.get(f"/{name}/pick.json?q={quote(typed.lower())}").json
        assert any(found in choice["label"] for choice in picked)


@pytest.mark.parametrize("typed", ["同盟", "tongmeng", "tmc"])
def test_one_search_from_everywhere(standing, officer, typed):
    page = officer.get(f"/search?q={typed}")

    assert "同盟村" in page.soup.select_one("main").get_text()
    assert page.soup.select_one("main input[name=q]")["value"] == typed


def test_a_search_that_finds_nothing_says_what_to_do(standing, officer):
    page = officer.get("/search?q=绝对没有这样的东西")

    assert page.soup.select_one(".empty") is not None


@pytest.mark.parametrize("wild", ["%", "_", "%%", "\\", "___"])
def test_wild_cards_are_text(standing, officer, wild):
    everything = count_in_title(officer.get("/visits/"))

    assert count_in_title(officer.get(asked("visits", q=wild))) < everything


def test_a_filter_is_a_sentence_in_the_address(standing, officer):
    url = asked("visits", year=2022, township="330326102", state="confirmed")
    page = officer.get(url)

    shown = page.soup.select_one(".list-line .sentence").get_text()
    assert {"2022", "水头镇", VisitState.CONFIRMED.label} <= set(shown.replace("·", " ").split())
    wanted = (
        select(func.count(Visit.id))
        .where(Visit.region_code.between("330326102000", "330326102999"))
        .where(Visit.starts_on.between(date(2022, 1, 1), date(2022, 12, 31)), Visit.state == "confirmed")
    )
    assert count_in_title(page) == db.session.scalar(wanted)


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_choice_of_every_filter_counts_what_its_sheet_holds(standing, officer, name):
    controls = officer.get(f"/{name}/").soup.select("form.filters select")
    for control in controls:
        values = [str(option["value"]) for option in control.select("option") if option["value"]]
        for value in values[:4]:
            query = urlencode({str(control["name"]): value})
            assert count_in_title(officer.get(f"/{name}/?{query}")) == len(
                sheet_of(officer, f"/{name}/export.xlsx?{query}")
            ), query


def test_a_filter_is_kept_from_page_to_page_and_into_the_sheet(standing, officer):
    url = asked("visits", year=2022)
    pages = list(pages_of(officer, url))

    assert len(pages) > 1
    assert sum(len(rows_of(page)) for page in pages) == count_in_title(pages[0])
    export = next(link for link in pages[0].links() if "export.xlsx" in link)
    assert len(sheet_of(officer, export)) == count_in_title(pages[0])


@pytest.mark.parametrize("who", ["as_township", "as_commissioner", "as_institution", "as_leader"])
def test_everybody_counts_in_their_own_scope(standing, cast, who):
    person = getattr(cast, who)
    for name in ("visits", "projects", "postings", "commissioners"):
        model = SUBJECTS[name].model
        there = db.session.scalar(select(func.count()).select_from(visible(person.actor, model).subquery()))
        pages = list(pages_of(person, asked(name, size=100)))

        assert count_in_title(pages[0]) == there
        assert sum(len(rows_of(page)) for page in pages) == there
        assert len(sheet_of(person, f"/{name}/export.xlsx")) == there
