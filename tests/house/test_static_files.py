"""Nothing that a browser is given asks another host for anything, and nothing in it runs from a string."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
OWN = sorted(
    path for path in STATIC.rglob("*.*") if "vendor" not in path.parts and path.suffix in {".css", ".js", ".svg"}
)
REMARK = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
HOST = re.compile(r"""(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.IGNORECASE)
# The name of a language, not an address that anybody opens.
NAMES = ("http://www.w3.org/2000/svg",)
FROM_A_STRING = re.compile(
    r"\beval\(|new Function\(|\.(?:inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML|document\.write"
)


def text_of(path):
    text = REMARK.sub("", path.read_text(encoding="utf-8"))
    for name in NAMES:
        text = text.replace(name, "")
    return text


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_file_names_no_other_host_and_runs_no_string(path):
    text = text_of(path)

    assert HOST.findall(text) == []
    assert "@import" not in text
    assert FROM_A_STRING.findall(text) == []


def test_what_a_style_sheet_fetches_is_here():
    for path in STATIC.rglob("*.css"):
        for asked in re.findall(r"""url\(\s*['"]?(?!data:|#)([^'")]+)""", path.read_text(encoding="utf-8")):
            assert (path.parent / asked.partition("?")[0].partition("#")[0]).is_file(), f"{path.name} asks for {asked}"


def test_every_file_of_ours_is_used():
    # A module of behaviour is named by the page: data-module="picker".
    places = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "commissioner").rglob("*.py"), *OWN]
    said = {path: path.read_text(encoding="utf-8") for path in places}

    def used(path):
        name = path.stem if path.parent.name == "modules" or path.suffix == ".css" else path.name
        return any(name in text for other, text in said.items() if other != path)

    assert [path.name for path in OWN if not used(path)] == []
