"""A number that is shown in several places is one number: home page, lists, annual summary, map, report and terminal."""

import re
from itertools import accumulate

import pytest

from commissioner.domain.annual import figures, summary_sentence
from commissioner.domain.employment import employment_in
from commissioner.units import said
from commissioner.vocabulary import Saying

YEAR = 2022
WHO = ("as_officer", "as_township", "as_leader", "as_commissioner", "as_institution")
PAGES = ("/", f"/annual/{YEAR}", f"/map?year={YEAR}", "/map?on=2022-06-15", f"/dashboard?year={YEAR}")
# Sums over a list, not the number of its rows.
SUMMED = {"人", "人次", "亩", "场次", "天"}


def shown(page):
    """Each figure of a page: its label, its numbers, its unit and where it leads."""
    for one in page.soup.select(".figure, .board-figure, .map-figures > div"):
        told = one.select(".figure-label, .figure-value") or [one]
        text = " ".join(" ".join(part.get_text(" ") for part in told).split())
        link = one if one.name == "a" else one.find("a")
        numbers = [int(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*", text)]
        yield text.split()[0], numbers, text.split()[-1], link and str(link["href"])


def value_of(page, label):
    return next((numbers[0] for name, numbers, _unit, _href in shown(page) if name == label), 0)


def count_in_title(page):
    return int(page.soup.select_one("h1 .count").get_text().replace(",", ""))


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("who", WHO)
def test_a_number_that_leads_to_a_list_counts_that_list(standing, cast, who, url):
    person = getattr(cast, who)
    led = 0
    for label, numbers, unit, href in list(shown(person.get(url))):
        if href is None or unit in SUMMED or not re.match(r"/[a-z]+/\?|/[a-z]+/$", href):
            continue
        led += 1
        assert count_in_title(person.get(href)) in numbers, (label, numbers, href)
    assert led > 0


@pytest.mark.parametrize("who", WHO)
def test_what_waits_and_what_is_missing_count_their_lists(standing, cast, who):
    person = getattr(cast, who)
    home = person.get("/")
    for row in home.soup.select("a.todo-row:has(.todo-count)"):
        count = int(row.select_one(".todo-count").get_text().replace(",", ""))
        assert count_in_title(person.get(str(row["href"]))) == count, row["href"]


@pytest.mark.parametrize("who", WHO)
def test_the_jobs_of_the_year_are_one_number_everywhere(standing, cast, who):
    person = getattr(cast, who)
    jobs = int(employment_in(person.actor, YEAR).total_persons)
    document = person.get(f"/map/points.json?year={YEAR}").json

    told = {
        "home": value_of(person.get("/"), "带动农民就业"),
        "annual": value_of(person.get(f"/annual/{YEAR}"), "带动农民就业"),
        "map": value_of(person.get(f"/map?year={YEAR}"), "带动就业"),
        "marks": sum(document["employment"]["persons"]),
        "impacts": value_of(person.get(f"/annual/{YEAR}/impacts/employment"), "合计"),
    }
    assert set(told.values()) == {jobs}, told


@pytest.mark.parametrize("who", WHO)
def test_the_map_marks_as_many_as_its_figures_say(standing, cast, who):
    person = getattr(cast, who)
    page, document = person.get(f"/map?year={YEAR}"), person.get(f"/map/points.json?year={YEAR}").json

    assert len(set(accumulate(document["projects"]["id"]))) == value_of(page, "实施项目")
    assert len(set(accumulate(document["bases"]["id"]))) == value_of(page, "示范基地")
    assert sum(document["villages"]["visits"]) + sum(document["townships"]["visits"]) == value_of(page, "走访")
    assert sum(1 for served in document["villages"]["served"] if served) == value_of(page, "服务到的村")


def test_the_sentence_of_the_summary_is_made_of_the_same_numbers(standing, cast):
    officer = cast.as_officer
    sentence = summary_sentence(officer.actor, YEAR)
    lists = {
        "省科技特派员个人项目": "level=provincial&kind=individual",
        "团队项目": "level=provincial&kind=team",
        "市科技特派员项目": "level=municipal&kind=general",
    }
    for label, asked in lists.items():
        count = count_in_title(officer.get(f"/projects/?year={YEAR}&{asked}"))
        assert f"{label}{count}个" in sentence

    jobs = int(employment_in(officer.actor, YEAR).total_persons)
    assert f"带动农民就业{said(jobs, Saying.MANY)}人" in sentence
    assert sentence in officer.get(f"/annual/{YEAR}").plain
    assert 601 <= jobs <= 699


def test_a_year_is_asked_with_few_queries_and_gives_what_its_page_gives(standing, cast):
    officer = cast.as_officer
    year = figures(officer.actor, YEAR)

    assert sum(one.implemented for one in year.projects) == value_of(officer.get("/"), "实施项目")
    assert int(year.employment.total_persons) == value_of(officer.get(f"/annual/{YEAR}"), "带动农民就业")
