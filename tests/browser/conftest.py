"""A real server on a real port, and real browsers that report every error and every foreign request.

A window that is opened ``unplugged`` may see the network cut; everything else it complains of still fails the test.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from sqlalchemy import update

from commissioner import create_app
from commissioner.domain import installation
from commissioner.domain.accounts import NewAccount, open_account
from commissioner.models import Account, db
from commissioner.vocabulary import Role
from tests.browser.phone import ready
from tests.browser.road import Road, road_to
from tests.conftest import SYSTEM, settings_of
from tests.databases import Templates
from tests.people import SHUITOU
from tests.servers import served

PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 900}
PATIENCE_MS = 15_000
# A machine that runs other stories at the same time is slow, not wrong.
expect.set_options(timeout=PATIENCE_MS)
# What a browser says of a form that came back with errors is no fault of the page.
EXPECTED = re.compile(r"the server responded with a status of (?:404|409|422|429)")
# What it says where the network is cut or the server is made to stumble on purpose, for windows that are told so.
UNPLUGGED = re.compile(r"net::ERR_|the server responded with a status of (?:401|5\d\d)")


@dataclass
class Live:
    """A server that runs, and how to come in."""

    url: str
    passwords: dict[Role, tuple[str, str]]
    # A second person of the same township.
    colleague: tuple[str, str]
    sessions: dict[Role, str] = field(default_factory=dict)

    def session(self, role: Role) -> str:
        """The cookie that the door gave to the account of ``role``."""
        if role not in self.sessions:
            self.sessions[role] = _through_the_door(self.url, *self.passwords[role])
        return self.sessions[role]


def _through_the_door(url: str, username: str, password: str) -> str:
    cookies = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    with opener.open(f"{url}/sign-in", timeout=20) as page:
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())[0]
    said = urlencode({"csrf_token": token, "username": username, "password": password}).encode()
    with opener.open(f"{url}/sign-in", said, timeout=20) as answer:
        assert urlsplit(answer.url).path == "/", answer.url
    return next(str(cookie.value) for cookie in cookies if cookie.name == "commissioner")


def _peopled(url: str, folder: Path) -> tuple[dict[Role, tuple[str, str]], tuple[str, str]]:
    """One account for each role, whose first password was changed already; and a colleague in the township."""
    app = create_app(settings_of(url, folder))
    with app.app_context():
        accounts = installation.demonstration_accounts()
        colleague = NewAccount(
            username="colleague", display_name="同乡镇的同事", role=Role.TOWNSHIP, region_code=SHUITOU
        )
        _account_id, password = open_account(SYSTEM, colleague)
        db.session.execute(update(Account).values(must_change_password=False))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return {one.role: (one.username, one.password) for one in accounts}, (colleague.username, password)


@pytest.fixture(scope="module")
def live(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """``commissioner serve`` over a copy of "Pingyang 2022"."""
    folder = tmp_path_factory.mktemp("live")
    with templates.copy("sqlite", "pingyang") as database:
        passwords, colleague = _peopled(database, folder)
        with served(database, folder, COMMISSIONER_WORKERS="1") as server:
            yield Live(server.url, passwords, colleague)


PageAs = Callable[..., Page]


@pytest.fixture
def page_as(chromium: Browser, live: Live) -> Iterator[PageAs]:
    """Open a window for somebody: ``page_as(Role.TOWNSHIP, 390)``; nobody (``None``) stands at the door."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(
        role: Role | None,
        width: int = DESK,
        *,
        javascript: bool = True,
        url: str = live.url,
        unplugged: bool = False,
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=width == PHONE,
            is_mobile=width == PHONE,
            java_script_enabled=javascript,
            base_url=url,
            locale="zh-CN",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if role is not None:
            context.add_cookies([{"name": "commissioner", "value": live.session(role), "url": url}])
        # Every tab of the window, those opened later too.
        context.on("page", lambda page: _listen(page, url, complaints, unplugged=unplugged))
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(page: Page, url: str, complaints: list[str], *, unplugged: bool) -> None:
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda line: (
            complaints.append(f"{page.url}: {line.text}")
            if line.type in {"error", "warning"}
            and not EXPECTED.search(line.text)
            and not (unplugged and UNPLUGGED.search(line.text))
            else None
        ),
    )
    page.on("request", lambda request: _is_ours(request.url, url) or complaints.append(f"asks {request.url}"))
    page.on(
        "response",
        lambda answer: (
            complaints.append(f"{answer.status}: {answer.url}")
            if answer.status >= 400 and not answer.request.is_navigation_request() and not unplugged
            else None
        ),
    )


def _is_ours(address: str, url: str) -> bool:
    return address.startswith((f"{url}/", "data:", "blob:", "about:"))


@pytest.fixture
def road(live: Live) -> Iterator[Road]:
    """The way to the server, which a story can cut."""
    with road_to(live.url) as leading_there:
        yield leading_there


@pytest.fixture
def phone(page_as: PageAs, road: Road) -> PageAs:
    """Somebody's phone at the end of the road, with everything on it that works without a network."""

    def of(role: Role | None = Role.TOWNSHIP, width: int = PHONE, **options: Any) -> Page:
        page = page_as(role, width, url=road.url, unplugged=True, **options)
        return page if role is None else ready(page)

    return of


def assert_fits(page: Page) -> None:
    """Nothing is closed to anybody (axe: nothing serious), and nothing sticks out sideways."""
    try:
        violations = Axe().run(page).response["violations"]
    except Error:  # the tap before leads to another page, which came while this one was looked at
        page.wait_for_load_state()
        violations = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"]][:3])
        for one in violations
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """The check of a page that people look at."""
    return assert_fits
