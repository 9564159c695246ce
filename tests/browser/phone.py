"""What a phone does offline, for the stories: waiting until it is ready, keeping visits, asking what it holds."""

from __future__ import annotations

import json
import re
import time
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

DATA = Path(__file__).parent / "data"
READY = """async () => {
  await navigator.serviceWorker.ready;
  const pages = async (name) => (await (await caches.open(name)).keys()).length;
  const names = await caches.keys();
  const shells = names.find((name) => name === `shells-${document.body.dataset.account}-${document.body.dataset.release}`);
  const { kit } = await import("/static/js/offline/account.js");
  return Boolean(navigator.serviceWorker.controller && shells && (await pages(shells)) === 3 && (await kit()));
}"""
# The visits are made as the form makes them; each has a photo, drawn so that no two are alike.
KEEP = """async ({visits, photos}) => {
  const { queue } = await import("/static/js/offline/outbox.js");
  const { kit } = await import("/static/js/offline/account.js");
  const { places, people } = await kit();
  const draw = (name) => new Promise((done) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const brush = canvas.getContext("2d");
    brush.fillStyle = `hsl(${Math.random() * 360} 60% 50%)`;
    brush.fillRect(0, 0, 64, 48);
    brush.fillStyle = "white";
    brush.fillText(name, 2, 30);
    canvas.toBlob(done, "image/jpeg", 0.8);
  });
  for (const visit of visits) {
    const place = places.find(({ id }) => id === visit.place_id) ?? places[0];
    const person = people.find(({ posted }) => posted) ?? people[0];
    const whole = { ...visit, place_id: visit.place_id ?? place.id, commissioner_ids: visit.commissioner_ids ?? [person.id] };
    const taken = [];
    for (let n = 0; n < photos; n += 1) {
      taken.push({ blob: await draw(`${visit.client_id.slice(0, 6)} ${n}`), type: "image/jpeg", keep_position: false });
    }
    await queue(whole, { place: place.name, people: person.label ?? person.name }, taken);
  }
}"""
HELD = """async () => {
  const { listOutbox, photosLeft } = await import("/static/js/offline/outbox.js");
  const { account } = document.body.dataset;
  const records = await listOutbox(account);
  return { records: JSON.parse(JSON.stringify(records)), photos: (await photosLeft(account)).length };
}"""
ALL_HELD = """async () => {
  const { open } = await import("/static/js/offline/store.js");
  const db = await open();
  const kits = await db.getAllKeys("kit");
  return { visits: await db.count("outbox"), photos: await db.count("photos"), kits, caches: (await caches.keys()).sort() };
}"""


def a_visit(topic: str, **changes: Any) -> dict[str, Any]:
    """A visit as the form writes it down."""
    plain = {
        "client_id": str(uuid.uuid4()),
        "starts_on": "2026-06-15",
        "ends_on": None,
        "topic": topic,
        "outcome": "",
        "kind": "service",
        "base_id": None,
        "project_id": None,
        "campaign_id": None,
        "problem": None,
        "point": None,
        # The one who is posted today was perhaps not posted on that day: asked once, here answered beforehand.
        "confirmed": True,
        "edit": None,
    }
    return {**plain, **changes}


def until(page: Page, question: str, patience_s: float = 20) -> None:
    """Ask the page again and again until the answer, which may take its time, is yes."""
    deadline = time.monotonic() + patience_s
    while not page.evaluate(question):
        assert time.monotonic() < deadline, f"still not so at {page.url}: {question}"
        page.wait_for_timeout(100)


def ready(page: Page) -> Page:
    """Open the home page and wait until everything that works without a network is on the phone."""
    page.goto("/")
    until(page, READY)
    return page


def keep(page: Page, visits: list[dict[str, Any]], photos: int = 0) -> None:
    """Put visits into the outbox, each with ``photos`` photos, in the page's account."""
    page.evaluate(KEEP, {"visits": visits, "photos": photos})


def held(page: Page) -> Any:
    """What the phone holds for the page's account: records, and photos whose visit has arrived."""
    return page.evaluate(HELD)


def all_held(page: Page) -> Any:
    """What the phone holds for anybody."""
    return page.evaluate(ALL_HELD)


def send_now(page: Page) -> None:
    """Press “retry all”. A phone tries by itself as well: where it was faster, there is nothing left to press."""
    page.locator(".waiting-state [data-do=send]").dispatch_event("click")


def settled(page: Page) -> None:
    """Wait until nothing of the page's account waits any more."""
    until(page, f"async () => {{ const now = await ({HELD})(); return !now.records.length && !now.photos; }}")


def refresh(page: Page) -> Page:
    """The page of unsent visits, opened anew."""
    page.goto("/visits/waiting")
    page.locator("[data-module=outbox][data-shown=yes]").wait_for()
    return page


def sign_in(page: Page, username: str, password: str) -> None:
    """Come in by the door."""
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".account")).to_be_visible()


def sign_out(page: Page) -> None:
    """Leave, or try to."""
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/sign-(in|out)$"))


def reopened(page: Page, address: str) -> Page:
    """The tab is closed, and another opened."""
    context = page.context
    page.close()
    fresh = context.new_page()
    fresh.goto(address)
    return fresh


def number_of(page: Page, word: str) -> int:
    """How many visits the server's list finds by a word."""
    page.goto(f"/visits/?q={word}")
    found = page.locator("h1 .count")
    return int(re.sub(r"\D", "", found.inner_text())) if found.count() else 0


def kept_data(name: str) -> Any:
    """A file that an earlier release left."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))
