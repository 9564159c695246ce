"""Fixtures below the stories: an application on either database, empty or with "Pingyang 2022", and its people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from commissioner import create_app
from commissioner.access import Actor
from commissioner.config import Settings
from commissioner.domain import programme
from commissioner.domain.seeds import load_dataset
from commissioner.models import db, schema
from commissioner.shipped import shipped
from commissioner.vocabulary import Role
from tests.databases import Templates, missing
from tests.people import People

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
SECRET = "a-secret-of-the-tests-0123456789-abcdefghij"
SYSTEM = Actor(role=Role.ADMINISTRATOR, region_code="330326", name="命令行")


def settings_of(url: str, folder: Path) -> Settings:
    """Settings of a test's own installation."""
    return Settings(dir=folder, database_url=url, secret_key=SECRET)


def _make_nothing(url: str, folder: Path) -> None:
    """A database as its server gives it: a file of no length, or a name without tables."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()


def _make_empty(url: str, folder: Path) -> None:
    app = create_app(settings_of(url, folder))
    with app.app_context():
        schema.upgrade(db.engine)
        _close(url)


def _make_pingyang(url: str, folder: Path) -> None:
    app = create_app(settings_of(url, folder))
    with app.app_context():
        schema.upgrade(db.engine)
        load_dataset(SYSTEM, shipped("seeds") / "pingyang-2022")
        _close(url)


def _close(url: str) -> None:
    db.session.remove()
    if url.startswith("sqlite"):
        with db.engine.connect() as connection:
            # A copy of the file must be the whole database: nothing may be left in the write-ahead log.
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    db.engine.dispose()
    programme.forget()


@pytest.fixture(scope="session", autouse=True)
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every application compiles the templates anew; those of the tests, thousands of them, share what was compiled."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))}


@pytest.fixture(scope="session", autouse=True)
def compiled_addresses() -> Iterator[None]:
    """Every application writes and compiles a function for each of its addresses; those of the tests share them.

    Such a function is the same for the same parts and defaults, whichever application asks: it was most of making one.
    """
    compiled: dict[Any, Any] = {}
    compile_one = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), tuple((rule.defaults or {}).items()), append_unknown)
        if key not in compiled:
            compiled[key] = compile_one(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """The templates of this worker."""
    makers = {"nothing": _make_nothing, "empty": _make_empty, "pingyang": _make_pingyang}
    kept = Templates(tmp_path_factory.mktemp("templates"), makers)
    yield kept
    kept.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Every story is told on both databases."""
    return str(request.param)


def _running(templates: Templates, dialect: str, content: str, folder: Path) -> Iterator[Flask]:
    with templates.copy(dialect, content) as url:
        app = create_app(settings_of(url, folder))
        app.testing = False
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
            programme.forget()


@pytest.fixture
def app(templates: Templates, dialect: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over empty tables; its context is pushed."""
    yield from _running(templates, dialect, "empty", tmp_path)


@pytest.fixture
def pingyang(templates: Templates, dialect: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over "Pingyang 2022"; its context is pushed."""
    yield from _running(templates, dialect, "pingyang", tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def standing(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """One application over "Pingyang 2022" for all stories of a module that only look."""
    yield from _running(templates, str(request.param), "pingyang", tmp_path_factory.mktemp("standing"))


@pytest.fixture(scope="module")
def cast(standing: Flask) -> People:
    """The people of an application that stands for a whole module."""
    return People(standing)


@pytest.fixture
def people(pingyang: Flask) -> People:
    """The people of Pingyang, each with a checked client."""
    return People(pingyang)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of this worker: one for all of its tests, because Playwright runs once in a thread."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing("Chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=program, args=CHROMIUM)
        yield started
        started.close()
