"""The days that a cell of a sheet means, in every way that people write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioner.domain.visit_sheet_days import read_days
from commissioner.problems import Problem
from commissioner.units import today

JUNE = date(2026, 6, 1)
THIRD, FIFTH, EIGHTH = date(2026, 6, 3), date(2026, 6, 5), date(2026, 6, 8)


def read(text, until="", month=JUNE):
    return [(stay.first, stay.last) for stay in read_days(text, until, month)]


def one(day):
    return [(day, day)]


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "3日",
        "3号",
        "03",
        "6.3",
        "6/3",
        "06/03",
        "6。3",
        "６．３",
        "6月3日",
        "6月3",
        "6 月 3 日",
        "2026-06-03",
        "2026/6/3",
        "2026.6.3",
        "26.6.3",
        "2026年6月3日",
        "20260603",
        "2026/6/3 0:00",
        "2026-06-03 09:30:00",
        "6月3日(周三)",
        "6月3日上午",
        " 6.3 ",
        "6.3、",
    ],
)
def test_one_day_in_many_ways(text):
    assert read(text) == one(THIRD)


@pytest.mark.parametrize(
    "text", ["3,5,8日", "3、5、8", "3，5，8日", "6.3、6.5、6.8", "6月3日、5日、8日", "3 5 8", "8,5,3,3", "3和5及8日"]
)
def test_a_list_is_several_visits(text):
    assert read(text) == [*one(THIRD), *one(FIFTH), *one(EIGHTH)]


@pytest.mark.parametrize(
    "text",
    [
        "3-5日",
        "3-5",
        "3～5日",
        "3至5日",
        "3日到5日",
        "6.3-6.5",
        "6.3-5",
        "6月3日-5日",
        "6月3日 至 6月5日",
        "2026-06-03至2026-06-05",
        "2026-06-03-05",
        "20260603-20260605",
        "6/3—6/5",
    ],
)
def test_a_range_is_one_stay(text):
    assert read(text) == [(THIRD, FIFTH)]


def test_stays_and_days_side_by_side():
    assert read("3-5,8日") == [(THIRD, FIFTH), (EIGHTH, EIGHTH)]


def test_a_stay_over_the_end_of_a_month_and_of_a_year():
    assert read("5.30-6.2") == [(date(2026, 5, 30), date(2026, 6, 2))]
    assert read("12.30-1.2", month=date(2027, 1, 1)) == [(date(2026, 12, 30), date(2027, 1, 2))]


def test_a_day_without_a_year_is_the_nearest_to_the_chosen_month():
    assert read("12.28", month=date(2027, 1, 1)) == one(date(2026, 12, 28))
    assert read("1.3", month=date(2026, 12, 1)) == one(date(2027, 1, 3))
    assert read("2.29", month=date(2025, 3, 1)) == one(date(2024, 2, 29))


def test_the_end_in_a_column_of_its_own():
    assert read("6.3", "6.5") == [(THIRD, FIFTH)]
    assert read("3", "5") == [(THIRD, FIFTH)]
    for text, until in (("3,5", "8"), ("3-5", "8"), ("3", "5,8"), ("5", "3")):
        with pytest.raises(Problem):
            read(text, until)


def test_today_and_yesterday():
    assert read("今天") == one(today())
    assert read("昨天") == one(today() - timedelta(days=1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "六月三日",
        "6月31日",
        "2026-02-30",
        "32",
        "13.1",
        "0",
        "=cmd|' /C calc'!A0",
        "<b>3</b>",
        "3-",
        "-3",
        "3,,x",
        "6.3.5",
        "2026-6",
        "5-3日",
        "6-3",
        "5.30-7.2",
        "9" * 500,
        "1,2,3,4,5,6,7,8,9,10," * 20,
        "2026-06-03T",
        "٣",
    ],
)
def test_what_is_no_day_is_told_in_words(text):
    with pytest.raises(Problem) as told:
        read(text)
    assert len(str(told.value)) < 400


def test_what_may_mean_two_things_is_not_guessed():
    with pytest.raises(Problem, match="可能"):
        read("6-3")


@given(
    st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"])
)
def test_a_full_date_is_itself_whatever_the_month(day, form):
    assert read(day.strftime(form)) == one(day)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.integers(0, 30), st.sampled_from("-~至"))
def test_a_stay_holds_both_its_ends(first, days, sign):
    last = first + timedelta(days=days)
    assert read(f"{first:%Y.%m.%d}{sign}{last:%Y.%m.%d}") == [(first, last)]


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_is_read_or_refused(text, until):
    try:
        stays = read_days(text, until, JUNE)
    except Problem:
        return
    assert stays
    assert all(stay.first <= stay.last for stay in stays)
