"""One page that needs no network: the map's own modules, Leaflet and the styles put into it, and a policy that lets
nothing else run and nothing be asked for.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([\w.-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
FETCHED = re.compile(r"url\((images/[\w.-]+\.png)\)")
MAPPED = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
ENDS_A_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)


class NotInlined(ValueError):
    """A file of ours cannot stand inside a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inlined:
    """What goes into the page: one style, two scripts, and the policy that allows these alone."""

    style: str
    leaflet: str
    script: str
    policy: str


@lru_cache(maxsize=4)
def inlined(static: Path, entry: str, styles: tuple[str, ...]) -> Inlined:
    """The files below ``static``: module ``js/map/<entry>`` with all it imports, and style sheets."""
    sheets = [_style(static / "vendor/leaflet/leaflet.css"), *(_style(static / "css" / name) for name in styles)]
    style = "\n".join(sheets)
    leaflet = _script(MAPPED.sub("", (static / "vendor/leaflet/leaflet.js").read_text(encoding="utf-8")))
    script = _script(bundled(static / "js/map", entry))
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash(leaflet)} {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return Inlined(style=style, leaflet=leaflet, script=script, policy=policy)


def bundled(folder: Path, entry: str) -> str:
    """A module and those it imports as one script, each in a room of its own, in the order in which a browser runs them."""
    rooms: dict[str, str] = {}
    _gather(folder, entry, rooms, ())
    return '"use strict";\nconst rooms = {};\n' + "\n".join(rooms.values())


def newest_ns(folder: Path) -> int:
    """When a module of ``folder`` was last written."""
    return max(path.stat().st_mtime_ns for path in folder.glob("*.js"))


def _gather(folder: Path, name: str, rooms: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise NotInlined(f"{name} imports itself by way of {above[-1]}")
    if name in rooms:
        return
    source = (folder / name).read_text(encoding="utf-8")
    for found in IMPORT.finditer(source):
        _gather(folder, found[2], rooms, (*above, name))
    body = EXPORT.sub("", IMPORT.sub(_taken, source))
    if re.search(r"^(?:import|export) ", body, re.MULTILINE):
        raise NotInlined(f"{name} imports or exports in a way that is not understood")
    rooms[name] = f'rooms["{name}"] = (() => {{\n{body}return {{ {", ".join(EXPORT.findall(source))} }};\n}})();'


def _taken(found: re.Match[str]) -> str:
    return f'const {{{found[1].replace(" as ", ": ")}}} = rooms["{found[2]}"];\n' if found[1] else ""


def _style(path: Path) -> str:
    def held(found: re.Match[str]) -> str:
        return f"url(data:image/png;base64,{b64encode((path.parent / found[1]).read_bytes()).decode()})"

    text = FETCHED.sub(held, path.read_text(encoding="utf-8"))
    if "</style" in text.lower():
        raise NotInlined(f"{path.name} ends the style it would stand in")
    return text


def _script(text: str) -> str:
    if ENDS_A_SCRIPT.search(text):
        raise NotInlined("a script ends the element it would stand in")
    return text


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
