"""The house style, as far as tools can see it: linters, types, and the length of things."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 45
NOT_WRITTEN_BY_HAND = ("static/vendor", "commissioner/migrations/versions")

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "djlint": ["djlint", "templates", "--lint", "--quiet"],
}


@pytest.mark.parametrize("arguments", CHECKS.values(), ids=CHECKS.keys())
def test_the_tool_has_nothing_to_say(arguments):
    answer = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_no_file_is_too_long_to_read():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in handwritten("*.py", "*.js", "*.html", "*.css")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }

    assert too_long == {}


def test_no_function_is_too_long_to_hold_in_mind():
    too_long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length
        for path in handwritten("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert too_long == {}


def handwritten(*patterns: str) -> Iterator[Path]:
    """The project's own files of these kinds."""
    for room in (".build", "commissioner", "static", "templates", "tests"):
        for pattern in patterns:
            for path in sorted((ROOT / room).rglob(pattern)):
                if not path.relative_to(ROOT).as_posix().startswith(NOT_WRITTEN_BY_HAND):
                    yield path
