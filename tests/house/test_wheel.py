"""The wheel, built and installed somewhere else, is the whole product: pages, files, seeds, migrations, both languages."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS_BESIDE_THE_PACKAGE = ("templates", "static", "seeds")
ONLY_FOR_THE_BUILD = {"commissioner/static/package.json", "commissioner/static/package-lock.json"}
OPEN_THE_DOOR = """
import sys
import commissioner
from commissioner.config import read_settings

client = commissioner.create_app(read_settings()).test_client()
print(commissioner.__file__)
for address in sys.argv[1:]:
    answer = client.get(address, follow_redirects=True)
    print(answer.status_code, answer.content_type, answer.request.path)
    print(answer.text)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # Without an environment of its own: the editable installation has already brought what the build needs.
    run("-m", "build", "--wheel", "--no-isolation", "--skip-dependency-check", "--outdir", str(folder), str(ROOT))
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment for Python in which the package comes from the wheel, with an empty installation beside it."""
    folder = tmp_path_factory.mktemp("installed")
    run("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(folder / "site"), str(wheel))
    environment = {**os.environ, "PYTHONPATH": str(folder / "site"), "COMMISSIONER_DIR": str(folder / "data")}
    run("-c", "import sys; from commissioner.cli import main; main(sys.argv[1:])", "init", env=environment, cwd=folder)
    return environment


def test_everything_of_the_checkout_is_in_the_wheel(names):
    missing = files_to_ship() - names

    assert missing == set()


@pytest.mark.parametrize(
    "name",
    [
        "static/vendor/idb/index.js",
        "static/vendor/leaflet/images/layers.png",
        "static/vendor/tom-select/tom-select.complete.min.js",
        "static/vendor/fonts/NotoSansSC-Regular.otf",
        "static/vendor/manifest.json",
    ],
)
def test_what_only_a_build_can_bring_is_in_the_wheel(names, name):
    assert f"commissioner/{name}" in names


def test_nothing_else_is_in_the_wheel(names):
    strangers = {name for name in names if not name.startswith(("commissioner/", "science_commissioner-"))}

    assert strangers | (names & ONLY_FOR_THE_BUILD) == set()


def test_a_page_and_its_style_sheet_are_served_from_the_wheel(installed, tmp_path):
    page = run("-c", OPEN_THE_DOOR, "/", env=installed, cwd=tmp_path)

    assert page.splitlines()[0].startswith(installed["PYTHONPATH"])
    assert "200 text/html" in page
    assert 'type="password"' in page

    style_sheets = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page)
    answers = run("-c", OPEN_THE_DOOR, *style_sheets, env=installed, cwd=tmp_path)
    assert style_sheets
    assert answers.count("200 text/css") == len(style_sheets)


def test_the_seeds_are_found_in_the_wheel(installed, tmp_path):
    program = "from commissioner.shipped import shipped; print(*sorted(p.name for p in shipped('seeds').iterdir()))"

    assert "report_font_characters.txt" in run("-c", program, env=installed, cwd=tmp_path)


def files_to_ship() -> set[str]:
    """What the wheel must hold, as names inside it: the package, and the three folders that stand beside it here."""
    beside = {path for folder in FOLDERS_BESIDE_THE_PACKAGE for path in (ROOT / folder).rglob("*")}
    names = {f"commissioner/{path.relative_to(ROOT).as_posix()}" for path in beside if path.is_file()}
    package = {path for path in (ROOT / "commissioner").rglob("*") if path.is_file() and path.suffix != ".pyc"}
    return (names | {path.relative_to(ROOT).as_posix() for path in package}) - ONLY_FOR_THE_BUILD


def run(*arguments: str, **how: object) -> str:
    """Run this Python with these arguments and give back what it printed; a failure shows what it said."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
