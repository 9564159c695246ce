"""How soon one can type: 500 villages, 200 commissioners and 1,000 earlier visits on a phone four times slower than this machine.

Times on a machine that does other work are noisy: the best of five counts, all five are printed, and where more work waits
than there are processors (the load average), the limit grows by as much.
"""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import Connection, create_engine, insert, select

from commissioner.models import Account, Commissioner, Place, Visit, VisitCommissioner
from commissioner.models.base import now
from commissioner.units import today
from commissioner.vocabulary import CommissionerKind, PlaceLevel, Role, VisitKind, VisitState
from tests.browser import phone
from tests.people import COUNTY, SHUITOU

pytestmark = pytest.mark.browser

VILLAGES, COMMISSIONERS, VISITS = 500, 200, 1000
SLOWER, RUNS, LIMIT_MS = 4, 5, 1000
LOOKED_FOR = "速度村499"
# Types into both fields as soon as they are there, and notes when each has taken it: milliseconds since the navigation began.
WATCH = """(() => {
  const seen = {};
  window.seen = seen;
  const look = () => {
    const topic = document.querySelector("#topic");
    if (topic && !seen.topic) {
      topic.value = "可以写了";
      seen.topic = performance.now();
    }
    const control = document.querySelector("#place_id")?.tomselect;
    if (control && !seen.asked) {
      control.focus();
      control.control_input.value = "sdc499";
      control.control_input.dispatchEvent(new Event("input", { bubbles: true }));
      seen.asked = performance.now();
    }
    if (control?.dropdown_content.textContent.includes("%s")) {
      seen.picker = performance.now();
      return;
    }
    setTimeout(look, 4);
  };
  look();
})()""".replace("%s", LOOKED_FOR)

SEEN = """new Promise((done) => {
  const look = () => (window.seen?.picker ? done(window.seen) : setTimeout(look, 20));
  look();
})"""


class Known:
    """The templates, and the address of the copy that the server runs on."""

    def __init__(self, templates: Any) -> None:
        self.templates = templates
        self.url = ""

    @contextlib.contextmanager
    def copy(self, dialect: str, content: str) -> Iterator[str]:
        """A copy, whose address is noted."""
        with self.templates.copy(dialect, content) as url:
            self.url = url
            yield url


@pytest.fixture(scope="module")
def templates(templates) -> Known:
    return Known(templates)


@pytest.fixture(scope="module")
def crowded(live, templates) -> None:
    """A township of 500 villages, whose clerk has logged 1,000 visits."""
    engine = create_engine(templates.url)
    with engine.begin() as connection:
        _villages(connection)
        _people(connection)
        _visits(connection)
    engine.dispose()


def _villages(connection: Connection) -> None:
    township = select(Place.id).where(Place.level == PlaceLevel.TOWNSHIP, Place.region_code == SHUITOU.ljust(12, "0"))
    parent = connection.scalars(township).one()
    taken = set(connection.scalars(select(Place.region_code)))
    codes = [code for n in range(1, 1000) if (code := f"{SHUITOU}{n:03}") not in taken]
    rows = [
        {"region_code": code, "level": PlaceLevel.VILLAGE, "parent_id": parent, "name": f"速度村{n}",
         "pinyin": f"suducun{n}", "initials": f"sdc{n}"}
        for n, code in enumerate(codes[:VILLAGES], start=1)
    ]  # fmt: skip
    connection.execute(insert(Place), rows)


def _people(connection: Connection) -> None:
    county = COUNTY.ljust(12, "0")
    rows = [
        {"kind": CommissionerKind.INDIVIDUAL, "name": f"专家{n}", "pinyin": f"zhuanjia{n}", "initials": f"zj{n}",
         "speciality": "茶树栽培、绿色防控", "region_code": county}
        for n in range(COMMISSIONERS)
    ]  # fmt: skip
    connection.execute(insert(Commissioner), rows)


def _visits(connection: Connection) -> None:
    clerk = connection.scalars(select(Account.id).where(Account.username == "township")).one()
    places = connection.execute(select(Place.id, Place.region_code).where(Place.name.like("速度村%"))).all()
    person = connection.scalars(select(Commissioner.id).where(Commissioner.name == "专家7")).one()
    moment = now()
    for n in range(VISITS):
        place = places[n % len(places)]
        day = today() - timedelta(days=n % 700)
        row = {"client_id": str(uuid.uuid4()), "kind": VisitKind.SERVICE, "place_id": place.id, "region_code": place.region_code,
               "starts_on": day, "ends_on": day, "topic": f"从前的走访{n}", "outcome": "", "state": VisitState.CONFIRMED,
               "logged_by_id": clerk, "created_at": moment, "updated_at": moment}  # fmt: skip
        visit_id = connection.execute(insert(Visit).values(row)).inserted_primary_key
        assert visit_id is not None
        connection.execute(insert(VisitCommissioner).values(visit_id=visit_id[0], commissioner_id=person))


def timed(page: Page) -> tuple[float, float]:
    """Open the form on a slow phone; when the topic and the village took what was typed."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto("/visits/log", wait_until="commit")
    seen = page.evaluate(SEEN)
    return seen["topic"], seen["picker"]


def report(name: str, runs: list[tuple[float, float]]) -> None:
    """Print the figures, and hold the best of them against the limit."""
    topics, figures = (sorted(one) for one in zip(*runs, strict=True))
    middle = len(runs) // 2
    whole = ", ".join(f"{one:.0f}" for one in figures)
    sys.stdout.write(
        f"\n{name}: topic {topics[middle]:.0f} ms, village {figures[middle]:.0f} ms (median); all: {whole}\n"
    )
    assert figures[0] <= LIMIT_MS * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_the_form_is_ready_from_the_network(page_as, crowded):
    """Nothing is on the phone yet: page, style and scripts come over the network."""
    runs = []
    for _ in range(RUNS):
        page = page_as(Role.TOWNSHIP, 390)
        page.add_init_script(WATCH)
        runs.append(timed(page))
        page.context.close()
    report("first time", runs)


def test_the_form_is_ready_from_the_phone(page_as, crowded):
    """Page, lists and scripts are on the phone, as every time after the first; the network is cut."""
    page = phone.ready(page_as(Role.TOWNSHIP, 390, unplugged=True))
    assert (
        page.evaluate("async () => (await (await import('/static/js/offline/account.js')).kit()).places.length")
        >= VILLAGES
    )
    page.context.set_offline(True)
    page.add_init_script(WATCH)
    runs = []
    for _ in range(RUNS):
        runs.append(timed(page))
        page.goto("about:blank")
    report("from the phone", runs)
