"""The release that runs, and the addresses of its own files: what is named by its content may be kept for a year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

from commissioner.shipped import shipped
from commissioner.web.session import requires

MODULES = "js/"


def init_releases(app: Flask) -> None:
    """Serve the files below static/ as they are, and below the name of a release; templates get ``static_url``."""
    app.static_folder = str(shipped("static"))
    app.add_url_rule("/static/<path:filename>", "static", _static)
    app.add_url_rule("/static/of-<string(length=16):name>/<path:filename>", "static_of", _static_of)
    app.extensions["static_urls"] = {}
    app.jinja_env.globals["static_url"] = static_url


@requires(None)
def _static(filename: str) -> Response:
    return current_app.send_static_file(filename)


@requires(None)
def _static_of(name: str, filename: str) -> Response:
    return current_app.send_static_file(filename)


def may_be_kept() -> bool | None:
    """Whether the static file that is asked for is named by its content, so that it never changes; None for other addresses."""
    if request.endpoint == "static":
        return "v" in request.args
    if request.endpoint == "static_of":
        # A page of an earlier release gets today's file, which is not that release's.
        return (request.view_args or {})["name"] == release()
    return None


def static_url(name: str) -> str:
    """The address of a static file with its version, so that it may be kept for a year.

    A module imports others by where they are, so its version stands in the path, where they inherit it: the release's.
    """
    cache: dict[str, str] = current_app.extensions["static_urls"]
    if name not in cache or current_app.debug:
        cache[name] = _of_release(name) if name.startswith(MODULES) else _of_content(name)
    return cache[name]


def _of_release(name: str) -> str:
    return (
        url_for("static", filename=name) if current_app.debug else url_for("static_of", name=release(), filename=name)
    )


def _of_content(name: str) -> str:
    path = Path(current_app.static_folder or "") / name
    return url_for("static", filename=name, v=_digest_of(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=512)
def _digest_of(path: Path, modified_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def release() -> str:
    """The release that runs: a digest of everything that a phone keeps of it, worked out once a process."""
    return _digest_now() if current_app.debug else _digest()


@lru_cache(maxsize=1)
def _digest() -> str:
    return _digest_now()


def _digest_now() -> str:
    found = hashlib.sha256()
    for path in _own_files():
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def _own_files() -> Iterator[Path]:
    """Own static files, the list of the others, and the templates that pages kept on phones are made from."""
    static = shipped("static")
    yield from sorted(path for room in ("css", "img", "js") for path in (static / room).rglob("*.*"))
    yield static / "vendor" / "manifest.json"
    yield from sorted(shipped("templates").rglob("*.html"))
