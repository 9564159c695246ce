"""The dashboard: a year beside the one before, one number with lists, map and summary, and the chart its table's sum."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from commissioner.domain.annual import figures as annual
from commissioner.domain.dashboard_rows import service_days_by_year
from commissioner.domain.service_days import service_days
from commissioner.models import Commissioner, db
from commissioner.units import plain
from commissioner.vocabulary import Role
from tests.people import NEXT_COUNTY, SHUITOU, People

WHO = ("as_officer", "as_township", "as_leader", "as_commissioner", "as_institution")


def figures(page):
    """Key → the words of a figure."""
    return {one["data-key"]: one.select_one(".figure-value").get_text() for one in page.soup.select(".board-figure")}


def marks(page, chart):
    """The numbers that a chart is drawn from, row by row."""
    rows = page.soup.select(f"#chart-{chart} tbody tr")
    return [[float(cell["data-value"]) for cell in row.select("td")] for row in rows]


@pytest.mark.parametrize("who", WHO)
def test_a_chart_sums_to_its_figure(standing, cast, who):
    page = getattr(cast, who).get("/dashboard?year=2022")
    told = figures(page)
    assert sum(map(sum, marks(page, "projects"))) == int(told["projects"].rstrip("个"))
    visits = sum(this for this, _before in marks(page, "visits"))
    assert visits == int(told["service_visits"].rstrip("次").replace(",", ""))
    for chart, key, unit in (("employment", "employment", "人"), ("area", "new_area", "亩")):
        rows = marks(page, chart)
        assert (rows[-1][0] if rows else 0) == float(told[key].rstrip(unit).replace(",", ""))


@pytest.mark.parametrize("township", ["", SHUITOU])
def test_every_mark_opens_as_many_rows_as_it_says(standing, cast, township):
    leader = cast.as_leader
    page = leader.get(f"/dashboard?year=2022&township={township}")
    led = 0
    for link in page.soup.select("#chart-projects td a"):
        count = leader.get(link["href"]).soup.select_one("h1 .count").get_text()
        assert count.strip() == link.get_text()
        led += 1
    assert led > 0


def test_the_seeds_year_is_told(standing, cast):
    leader = cast.as_leader
    told, year = figures(leader.get("/dashboard?year=2022")), annual(leader.actor, 2022)
    assert told["new_area"] == f"{plain(year.new_area_mu)}亩"
    assert told["employment"] == f"{year.employment.total_persons}人"
    assert told["needs_met"] == f"{year.tally.needs_matched}/{year.tally.needs}项"
    assert told["problems_solved"] == f"{year.tally.problems_solved}/{year.tally.problems_raised}个"


def test_a_township_sees_its_own_and_no_other(standing, cast):
    own = cast.as_township
    assert figures(own.get("/dashboard?year=2022")) == figures(own.get(f"/dashboard?year=2022&township={SHUITOU}"))
    own.get("/dashboard?year=2022&township=330326105", 404)
    cast.sign_in(Role.OFFICER, NEXT_COUNTY).get(f"/dashboard?year=2022&township={SHUITOU}", 404)
    cast.as_commissioner.get(f"/dashboard?year=2022&township={SHUITOU}", 404)
    narrowed = figures(cast.as_officer.get(f"/dashboard?year=2022&township={SHUITOU}"))
    assert narrowed == figures(own.get("/dashboard?year=2022"))


@pytest.mark.parametrize(
    "address", ["year=0", "year=99999", "year=zwei", "township=x", "township=%F0%9F%8D%B5", "year=1999"]
)
def test_what_the_address_cannot_mean_is_not_there(standing, cast, address):
    cast.as_leader.get(f"/dashboard?{address}", 404)


def test_an_empty_county_says_what_to_do(app: Flask):
    leader = People(app).as_leader
    page = leader.get(leader.get("/dashboard", 302).location)
    assert "还没有记录" in page.plain


def test_english(standing, cast):
    page = cast.as_leader.speaks("en").get("/dashboard?year=2022")
    assert "last year" in page.plain
    assert "Projects carried out, by level and kind" in page.plain


def test_days_of_all_are_the_days_of_each(standing, cast):
    officer = cast.as_officer.actor
    people = db.session.scalars(select(Commissioner.id)).all()
    for year in (2021, 2022):
        each = sum(service_days(officer, one, year).day_count for one in people)
        assert service_days_by_year(officer, range(year, year + 1)) == {year: each}
        assert service_days_by_year(officer, range(2021, 2023))[year] == each
