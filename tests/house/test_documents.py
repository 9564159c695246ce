"""What people are told outside the pages is so: commands have help, settings are written down, README's commands are run."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from commissioner.cli import main
from commissioner.config import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SET_UP_AND_RUN = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/commissioner demo"
SET_UP_AND_TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"
# Not settings: what the tests are told.
OF_THE_TESTS = {"COMMISSIONER_TEST_REQUIRE_ALL"}


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        called = f"{above} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, called)
        else:
            yield called, command


@pytest.mark.parametrize(
    ("called", "command"), list(commands(main)), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_command_has_help_and_is_in_the_readme(called, command):
    assert command.help
    assert command.help.strip().endswith(".")
    assert re.search(rf"`(?:commissioner )?{called}\b", README), f"README does not name {called}"


def test_every_command_of_the_readme_is_one():
    known = {called.split()[0] for called, _command in commands(main)}
    named = set(
        re.findall(
            r"commissioner (init|[a-z]+)", "\n".join(re.findall(r"`[^`\n]+`|^commissioner .*$", README, re.MULTILINE))
        )
    )

    assert named - {"demo"} <= known


def test_every_setting_is_in_the_readme_with_its_default():
    rows = dict(re.findall(r"^\| `(COMMISSIONER_[A-Z_]+)` \|.*\| ?`?([^|`]*?)`? ?\|$", README, re.MULTILINE))
    defaults = {f"COMMISSIONER_{one.name.upper()}": one.default for one in fields(Settings)}

    assert rows.keys() == defaults.keys()
    for name, default in defaults.items():
        assert rows[name] == (str(int(default)) if isinstance(default, bool) else str(default)), name


def test_no_setting_is_named_that_is_none():
    named = set(re.findall(r"COMMISSIONER_[A-Z_]+\b", README))
    known = {f"COMMISSIONER_{one.name.upper()}" for one in fields(Settings)}

    assert named - known - OF_THE_TESTS == set()


def test_every_setting_says_what_it_is():
    assert [one.name for one in fields(Settings) if not one.metadata.get("description")] == []


def test_the_readme_begins_with_its_two_commands():
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)

    assert [block.strip() for block in blocks[:2]] == [SET_UP_AND_RUN, SET_UP_AND_TEST]


def test_the_chinese_part_is_linked_from_the_top_and_names_the_same_command():
    top, _, chinese = README.partition("\n## 中文说明\n")

    assert "(#中文说明)" in top.split("\n## ")[0]
    assert SET_UP_AND_RUN in chinese


def test_a_fresh_machine_runs_the_command_that_the_readme_names():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    reading = re.search(r"command=\$\((.*?)\) \|\| \{", script, re.DOTALL)
    assert reading is not None

    found = subprocess.run(["bash", "-c", reading.group(1)], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == SET_UP_AND_TEST
    assert "COMMISSIONER_TEST_REQUIRE_ALL=1" in script


def test_every_room_on_the_floor_plan_is_there():
    plan = README.partition("## The floor plan")[2].partition("\n## ")[0]
    rooms = [room for room in re.findall(r"`([\w/]+(?:/|\.py))`", plan) if not room.startswith("tests/house")]

    missing = [room for room in rooms if not any((root / room).exists() for root in (ROOT, ROOT / "commissioner"))]
    assert len(rooms) > 8
    assert missing == []
