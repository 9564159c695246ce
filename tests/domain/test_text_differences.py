"""Two texts beside each other: what differs is marked, and nothing of either is lost."""

from __future__ import annotations

import time

import pytest

from commissioner.domain.text_differences import Piece, beside

PAIRS = [
    ("", ""),
    ("", "新写的。"),
    ("新增茶园20亩。长势良好。", "新增茶园12亩。长势良好。"),
    ("一。二。三。", "三。二。一。"),
    ("第一行\n第二行", "第一行\n\n第二行改"),
    ("spent 1,200.50 yuan", "spent 1,300.50 yuan"),
    ("。" * 5000, "！" * 4000),
    ("茶" * 5000, "叶茶" * 2500),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_pieces_of_a_side_are_its_text_and_it_takes_no_time(before: str, after: str) -> None:
    started = time.monotonic()
    left, right = beside(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after
    assert time.monotonic() - started < 5


def test_a_number_is_marked_whole_and_what_is_the_same_is_not() -> None:
    left, right = beside("新增茶园20亩。长势良好。", "新增茶园12.5亩。长势良好。")
    assert left == (Piece("新增茶园"), Piece("20", changed=True), Piece("亩。长势良好。"))
    assert right == (Piece("新增茶园"), Piece("12.5", changed=True), Piece("亩。长势良好。"))


def test_the_same_words_are_not_marked() -> None:
    assert beside("长势良好。", "长势良好。") == ((Piece("长势良好。"),), (Piece("长势良好。"),))
