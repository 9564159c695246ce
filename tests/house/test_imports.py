"""The floors of the house: who may import whom, as the contracts in pyproject.toml say it."""

import subprocess
import sys
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
NAME_THE_SLOW = """
import sys, commissioner.cli
print(*({"folium", "icalendar", "PIL", "segno", "typst", "xlsxwriter"} & sys.modules.keys()))
"""


def test_every_import_keeps_to_the_floors(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)

    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_a_start_does_not_wait_for_libraries_that_one_page_needs():
    started = subprocess.run(
        [sys.executable, "-c", NAME_THE_SLOW], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert started.stdout.split() == []
