"""A region is a range of codes: the same answer as "starts with", on an index of either database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String, column, select, values

from commissioner.access.regions import bounds, covers, significant, within
from commissioner.models import db

digits = st.text("0123456789", min_size=12, max_size=12)
lengths = st.integers(0, 12)
EDGES = (
    "",
    "3",
    "33",
    "3303",
    "330326",
    "330326102",
    "330326102203",
    "330327",
    "0",
    "9",
    "999999999999",
    "000000000000",
)


@given(code=digits, other=digits, length=lengths)
def test_within_its_bounds_means_starting_with_it(code, other, length):
    for prefix in (code[:length], other[:length]):
        low, high = bounds(prefix)

        assert (low <= code <= high) == code.startswith(prefix) == covers(prefix, code)


@given(code=digits)
def test_what_a_full_code_stands_for_covers_it_and_is_the_shortest_such_prefix(code):
    prefix = significant(code)

    assert covers(prefix, code)
    assert prefix.ljust(12, "0") == code


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("330000000000", "33"),
        ("330300000000", "3303"),
        ("330326000000", "330326"),
        ("330326102000", "330326102"),
        ("330326102203", "330326102203"),
    ],
)
def test_the_levels_of_the_tree_have_their_prefixes(code, prefix):
    assert significant(code) == prefix


def test_both_databases_find_what_starts_with_a_prefix(app):
    codes = sorted({edge.ljust(12, fill) for edge in EDGES for fill in "059"})
    rows = values(column("code", String), name="codes").data([(code,) for code in codes]).cte()

    for prefix in EDGES:
        found = set(db.session.scalars(select(rows.c.code).where(within(rows.c.code, prefix))))

        assert found == {code for code in codes if code.startswith(prefix)}
