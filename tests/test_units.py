"""Units, rounding and ways of saying a number: exact, half up, and never across units."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioner import units
from commissioner.units import (
    LARGEST_FIGURE,
    completion_rate,
    fen_to_yuan,
    mu_to_hectares,
    plain,
    round_down_to_leading,
    rounded,
    said,
    today,
    whole,
    year_bounds,
    yuan_to_fen,
)
from commissioner.vocabulary import Saying

money = st.decimals(-LARGEST_FIGURE, LARGEST_FIGURE, places=2, allow_nan=False)
figures = st.integers(1, 10**12)


def test_a_hundred_and_two_mu_are_six_point_eight_hectares():
    assert mu_to_hectares(Decimal(102)) == Decimal("6.8")


@given(value=money)
def test_money_goes_to_fen_and_back_unchanged(value):
    assert fen_to_yuan(yuan_to_fen(value)) == value


def test_less_than_a_fen_is_no_money():
    with pytest.raises(ValueError, match="two decimals"):
        yuan_to_fen(Decimal("0.001"))


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("106.75", 1, "106.8"),
        ("22.604", 2, "22.60"),
    ],
)
def test_halves_go_up(value, decimals, expected):
    assert str(rounded(Decimal(value), decimals)) == expected


@pytest.mark.parametrize(
    ("actual", "target", "decimals", "expected"),
    [
        ("16.02", "15.00", 0, "107"),
        ("1", "3", 2, "33.33"),
        ("2", "3", 2, "66.67"),
        ("0", "5", 0, "0"),
        ("5", "0", 0, None),
        ("5", None, 0, None),
        (None, "5", 0, None),
    ],
)
def test_a_completion_rate_is_actual_by_target(actual, target, decimals, expected):
    rate = completion_rate(
        None if actual is None else Decimal(actual), None if target is None else Decimal(target), decimals
    )

    assert rate == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("value", "expected"), [("102.00", "102"), ("16.02", "16.02"), ("100", "100"), ("1E+3", "1000"), ("0.00", "0")]
)
def test_a_number_is_written_plainly(value, expected):
    assert plain(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("value", "saying", "expected"),
    [
        (643, Saying.EXACT, "643"),
        (643, Saying.MANY, "600多"),
        (600, Saying.MANY, "600多"),
        (580, Saying.NEARLY, "近600"),
        (600, Saying.NEARLY, "近600"),
        (163, Saying.ODD, "160余"),
        (120, Saying.AT_LEAST, "120以上"),
        (1500, Saying.OVER, "超1500"),
        (Decimal("16.02"), Saying.ABOUT, "约16.02"),
        (7, Saying.SEVERAL, "多"),
    ],
)
def test_the_ways_of_saying_a_number(value, saying, expected):
    assert said(value, saying) == expected


@given(value=figures)
def test_what_is_said_never_promises_more_than_there_is(value):
    assert (
        int(said(value, Saying.MANY).removesuffix("多")) <= value <= int(said(value, Saying.NEARLY).removeprefix("近"))
    )
    assert int(said(value, Saying.ODD).removesuffix("余")) <= value
    assert value < round_down_to_leading(value) * 10


def test_a_year_is_the_calendar_year():
    first, last = year_bounds(2022)

    assert (first.isoformat(), last.isoformat()) == ("2022-01-01", "2022-12-31")


def test_today_is_chinas_today_wherever_the_server_stands(monkeypatch):
    class Late(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2022, 12, 31, 16, 30, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(units, "datetime", Late)

    assert today().isoformat() == "2023-01-01"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("42", 42), ("007", 7), ("１２", 12), ("999999999", 999_999_999)]
    + [(nothing, None) for nothing in ("", "-1", "+1", "1.0", "²", "1e3", "9" * 10, "9" * 5000, " 1", "一")],
)
def test_what_counts_as_a_whole_number(text, number):
    assert whole(text) == number
