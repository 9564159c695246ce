"""What other people wrote arrives at build time, whole, named, licensed, and asking nobody for more."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
FETCHED_BY_A_BROWSER = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"]|sourceMappingURL=)\s*(?!data:|\#)([^'")\s]+)""")


@pytest.fixture(scope="module")
def lock():
    return json.loads((STATIC / "package-lock.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def manifest():
    return json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


def test_the_lock_file_keeps_a_hash_of_every_package_and_no_address(lock):
    packages = {name: facts for name, facts in lock["packages"].items() if name}

    assert packages
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    assert "://" not in json.dumps(lock)


def test_each_library_is_asked_for_in_one_exact_version_and_that_one_is_here(lock, manifest):
    asked = json.loads((STATIC / "package.json").read_text(encoding="utf-8"))["dependencies"]

    assert asked == lock["packages"][""]["dependencies"]
    assert asked.items() <= manifest["libraries"].items()


def test_every_folder_carries_its_licence():
    unlicensed = [folder.name for folder in VENDOR.iterdir() if folder.is_dir() and not has_licence(folder)]

    assert unlicensed == []


def test_no_file_asks_a_browser_for_one_that_is_not_here():
    asked_for = [
        (path, name)
        for path in [*VENDOR.rglob("*.css"), *VENDOR.rglob("*.js")]
        for name in FETCHED_BY_A_BROWSER.findall(path.read_text(encoding="utf-8"))
    ]

    missing = [(path.name, name) for path, name in asked_for if not (path.parent / name).is_file()]
    assert asked_for  # Leaflet's own pictures at least
    assert missing == []


def test_the_report_font_can_write_every_word_of_the_seeds():
    in_the_font = set((ROOT / "seeds" / "report_font_characters.txt").read_text(encoding="utf-8")) | {" ", "\u3000"}
    words = [path for path in (ROOT / "seeds").rglob("*") if path.suffix in {".csv", ".toml"}]

    missing = (
        {character for path in words for character in path.read_text(encoding="utf-8")} - in_the_font - set("\r\n\t")
    )

    assert missing == set()


def has_licence(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("LICENSE", "OFL.txt"))
