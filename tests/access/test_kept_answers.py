"""What a process keeps in mind, and what a browser keeps by its ETag, is never told to another scope.

Everybody asks the same questions of one process, one after the other in both orders; each must get what a process that
keeps nothing would say.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from commissioner import domain
from commissioner.access import Actor
from commissioner.domain import map_counts, matching_rows
from commissioner.domain.boundaries import county_outlines
from commissioner.domain.coverage_needs import CoverageAsk, coverage_needs
from commissioner.domain.dashboards import DashboardAsk, dashboard
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_clusters import clusters
from commissioner.domain.map_layers import map_document, visits_in_months
from commissioner.domain.map_states import data_version, map_state
from commissioner.domain.map_viewport import read_viewport
from commissioner.domain.matching_past import past_in
from commissioner.domain.memory import Memory, ReadyRows
from commissioner.models import Commissioner, Place, Posting, RaisedProblem, db
from commissioner.units import today
from commissioner.vocabulary import RaisedProblemCategory, Role
from tests.factories import a_village, an_actor, written
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU, People, Person, posted_commissioner

NOW = MapAsk(on=today())
THEN = MapAsk(on=date(2022, 12, 31))
LOOKED_AT = ("119.5,27.2,121.5,28", "9")
NEAR_BY = ("120.2,27.5,120.5,27.8", "13")


def crowded_map(who: Actor) -> Any:
    """The map as if ten villages were more than it can name: sums, and a state that several share for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_counts, "MOST_POINTS", 10)
        return map_document(who, THEN, map_state(who))


QUESTIONS: dict[str, Callable[[Actor], Any]] = {
    "map": lambda who: [map_document(who, ask, map_state(who)) for ask in (NOW, THEN)],
    "crowded map": crowded_map,
    "months": lambda who: visits_in_months(who, map_state(who)),
    "clusters": lambda who: [
        clusters(who, THEN, read_viewport(*part), map_state(who)).body for part in (LOOKED_AT, NEAR_BY)
    ],
    "dashboard": lambda who: dashboard(who, DashboardAsk(year=2022), map_state(who)),
    "coverage": lambda who: coverage_needs(who, CoverageAsk(on=THEN.on)) if who.is_territorial else None,
    "people to send": lambda who: matching_rows.candidates(who, matching_rows.version()),
    "needs": lambda who: matching_rows.open_needs(who, matching_rows.version()),
    "past": lambda who: past_in(who, SHUITOU, data_version()),
}
# Kept for the installation as a whole, whoever asks: its borders are imported for its own region.
OF_THE_INSTALLATION: dict[str, Callable[[], Any]] = {"outlines": county_outlines}


def memories() -> dict[str, Memory | ReadyRows[Any]]:
    """Everything of the living room that keeps answers, by its name."""
    rooms = (importlib.import_module(f"{domain.__name__}.{one.name}") for one in pkgutil.iter_modules(domain.__path__))
    return {
        f"{room.__name__}.{name}": kept
        for room in rooms
        for name, kept in vars(room).items()
        if isinstance(kept, Memory | ReadyRows)
    }


def emptied(kept: Memory | ReadyRows[Any]) -> None:
    memory = kept._memory if isinstance(kept, ReadyRows) else kept
    memory._kept.clear()


def holds(kept: Memory | ReadyRows[Any]) -> int:
    memory = kept._memory if isinstance(kept, ReadyRows) else kept
    return len(memory._kept)


@pytest.fixture
def everybody(pingyang: Flask) -> dict[str, Actor]:
    """One of each scope that there is, with twins of the same scope who have written something that only they see."""
    sent = select(Posting.commissioner_id).where(Posting.commissioner_id != posted_commissioner())
    other_person = db.session.scalars(sent.order_by(Posting.id)).first()
    organisation = db.session.scalar(
        select(Commissioner.organisation_id).where(Commissioner.id == posted_commissioner())
    )
    leader = an_actor(Role.LEADER, COUNTY)
    found = {
        "officer": an_actor(Role.OFFICER, COUNTY),
        "leader": leader,
        "wall": Actor(role=Role.LEADER, region_code=COUNTY, only_looks=True),
        "administrator of the nation": an_actor(Role.ADMINISTRATOR, ""),
        "officer next door": an_actor(Role.OFFICER, NEXT_COUNTY),
        "Shuitou": an_actor(Role.TOWNSHIP, SHUITOU),
        "another township": an_actor(Role.TOWNSHIP, "330326105"),
        "leader of Shuitou": replace(leader, region_code=SHUITOU),
        "commissioner": an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=posted_commissioner()),
        "commissioner, other account": an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=posted_commissioner()),
        "another commissioner": an_actor(Role.COMMISSIONER, COUNTY, commissioner_id=other_person),
        "institution": an_actor(Role.INSTITUTION, COUNTY, organisation_id=organisation),
        "institution, other account": an_actor(Role.INSTITUTION, COUNTY, organisation_id=organisation),
    }
    for name in ("commissioner", "institution"):
        a_problem_raised_by(found[name])
    return found


def a_problem_raised_by(actor: Actor) -> int:
    place_id = a_village(SHUITOU, 1)
    return written(
        RaisedProblem,
        description=f"{actor.role} 自己反映的",
        category=next(iter(RaisedProblemCategory)),
        place_id=place_id,
        region_code=db.session.get_one(Place, place_id).region_code,
        raised_on=today() - timedelta(days=3),
        raised_by_id=actor.account_id,
    )


@pytest.fixture
def forgetful() -> Iterator[None]:
    """A process that has just started."""
    for kept in memories().values():
        emptied(kept)
    yield
    for kept in memories().values():
        emptied(kept)


def fresh(question: Callable[[Actor], Any], who: Actor) -> Any:
    """What a process says that has kept nothing."""
    for kept in memories().values():
        emptied(kept)
    return question(who)


@pytest.mark.parametrize("named", QUESTIONS)
def test_no_two_scopes_share_an_answer(everybody, forgetful, named):
    question = QUESTIONS[named]
    right = {name: fresh(question, who) for name, who in everybody.items()}
    assert len({repr(answer) for answer in right.values()}) > 2, "everybody gets the same: nothing is tried"

    for order in (list(everybody), list(reversed(everybody))):
        for kept in memories().values():
            emptied(kept)
        for _turn in range(2):  # the second time from memory
            wrong = [name for name in order if question(everybody[name]) != right[name]]
            assert wrong == [], f"{named}: told what is another's, in the order {order}"


def test_every_memory_is_asked(everybody, forgetful, monkeypatch):
    asked = set()
    remembered = Memory.peek

    def told(self, full):
        asked.add(id(self))
        return remembered(self, full)

    monkeypatch.setattr(Memory, "peek", told)
    monkeypatch.setattr("commissioner.domain.boundaries.setting", lambda key: COUNTY)
    for question in QUESTIONS.values():
        question(everybody["officer"])
    for of_all in OF_THE_INSTALLATION.values():
        of_all()

    left = {name for name, kept in memories().items() if id(getattr(kept, "_memory", kept)) not in asked}
    assert left == set(), "a memory that no question here reaches: add one to QUESTIONS"
    assert len(memories()) >= len(QUESTIONS)


def test_a_scope_has_one_key(everybody):
    keys = {name: who.scope_key for name, who in everybody.items()}
    assert len(set(keys.values())) == len(keys), keys


DATA = (
    "/map/points.json?year=2022",
    f"/map/clusters.json?year=2022&bbox={NEAR_BY[0]}&zoom={NEAR_BY[1]}",
    "/map/ground.json",
    "/map/boundaries/villages.json",
)


@pytest.fixture
def readers(people: People) -> dict[str, Person]:
    return {
        "leader": people.as_leader,
        "officer next door": people.as_other_county,
        "Shuitou": people.as_township,
        "another township": people.sign_in(Role.TOWNSHIP, "330326105"),
        "commissioner": people.as_commissioner,
        "institution": people.as_institution,
    }


@pytest.mark.parametrize("url", DATA)
def test_the_mark_of_another_scope_gets_an_answer_of_ones_own(readers, forgetful, url):
    first = {name: person._fetch("GET", url) for name, person in readers.items()}
    bodies = {name: answer.get_data() for name, answer in first.items()}
    marks = {name: answer.headers.get("ETag", "") for name, answer in first.items()}
    statuses = {answer.status_code for answer in first.values()}
    assert statuses <= {200, 404}

    for one, other in permutations(readers, 2):
        again = readers[one]._fetch("GET", url, headers={"If-None-Match": marks[other]} if marks[other] else {})
        if again.status_code == 304:
            assert bodies[one] == bodies[other], f"{one} was told that nothing changed since {other} asked"
        else:
            assert again.get_data() == bodies[one], f"{one} got something else after {other}"


def test_the_pages_of_two_scopes_asked_in_turns_stay_their_own(readers, forgetful):
    for url in ("/map?year=2022", "/dashboard?year=2022"):
        order = [*readers, *reversed(readers)]
        told: dict[str, str] = {}
        for name in order:
            page = readers[name].get(url)
            figures = " ".join(one.get_text() for one in page.soup.select(".map-figures b, .board-figure"))
            assert told.setdefault(name, figures) == figures, f"{url}: {name}"
        assert len(set(told.values())) > 2
        assert all(before != after for before, after in pairwise(sorted(set(told.values()))))
