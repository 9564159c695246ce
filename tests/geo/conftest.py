"""The framed map opened in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commissioner.shipped import shipped
from tests.databases import missing
from tests.geo.framed import Opened, Site, Touched


@pytest.fixture
def browser(chromium: Any) -> Any:
    if not (Path(shipped("static")) / "vendor/leaflet/leaflet.js").is_file():
        missing("static/vendor")
    return chromium


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def opened(browser: Any, site: Site) -> Iterator[Opened]:
    """Open the frame, fail on any script error or broken policy, and wait until it is drawn."""
    context = browser.new_context(viewport={"width": 900, "height": 600}, reduced_motion="reduce")
    complaints: list[str] = []

    def open_it(*, ready: bool = True, quiet: bool = True) -> Any:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: quiet and line.type == "error" and complaints.append(line.text))
        page.goto(f"{site.address}/frame")
        if ready:
            page.wait_for_selector("html[data-ready=yes]")
        return page

    yield open_it
    context.close()
    assert complaints == []


@pytest.fixture
def touched(opened: Opened, site: Site) -> Touched:
    """Touch a spot of the framed map, and give what it told the page around it."""

    def touch(x: float, y: float) -> Any:
        frame = b'<!doctype html><iframe src="/frame" width="900" height="600"></iframe>'
        site.answers["/around"] = (200, "text/html", frame)
        site.policy = site.policy.replace("default-src 'none'", "default-src 'self'")
        page = opened()
        page.goto(f"{site.address}/around")
        page.frame_locator("iframe").locator("html[data-ready=yes]").wait_for()
        heard = page.evaluate_handle(
            """() => { const heard = []; addEventListener("message", (event) => heard.push(event.data)); return heard; }"""
        )
        box = page.locator("iframe").bounding_box()
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.wait_for_timeout(400)
        return heard.json_value()

    return touch
