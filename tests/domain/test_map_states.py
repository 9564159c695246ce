"""Where visits pour in, a crowded map is counted anew every few seconds, and at once for who has written something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from commissioner.access import Actor
from commissioner.domain import map_counts, map_states
from commissioner.domain.map_states import CALM_S, map_state
from commissioner.domain.visit_log import record_visit
from commissioner.vocabulary import Role
from tests.factories import a_visit, an_actor
from tests.people import COUNTY, NEXT_COUNTY


class Clock:
    """What tells the time, in seconds."""

    def __init__(self) -> None:
        self.at_s = 1000.0

    def monotonic(self) -> float:
        return self.at_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, pingyang: Flask) -> Iterator[Clock]:
    """Time stands still; Pingyang is crowded."""
    made = Clock()
    monkeypatch.setattr(map_states, "time", made)
    monkeypatch.setattr(map_counts, "MOST_POINTS", 10)
    map_states._seen._kept.clear()
    yield made
    map_states._seen._kept.clear()


@pytest.fixture
def leader(pingyang: Flask) -> Actor:
    return an_actor(Role.LEADER, COUNTY)


def log(actor: Actor) -> None:
    record_visit(actor, a_visit())


def test_what_others_write_moves_it_after_a_while(clock: Clock, leader: Actor) -> None:
    before = map_state(leader)
    log(an_actor())
    clock.at_s += CALM_S * 0.9
    assert map_state(leader) == before

    clock.at_s += CALM_S * 0.2
    assert map_state(leader) != before


def test_what_one_writes_oneself_moves_it_at_once_and_for_all(clock: Clock) -> None:
    clerk, colleague = an_actor(), an_actor()
    before = map_state(clerk)
    assert map_state(colleague).version >= before.version
    log(clerk)
    after = map_state(clerk)
    assert after != before
    assert map_state(clerk) == map_state(colleague) == after

    log(colleague)
    assert map_state(clerk) == after
    assert map_state(colleague) != after


def test_several_who_look_share_it(clock: Clock, leader: Actor) -> None:
    another = an_actor(Role.LEADER, COUNTY)
    map_state(leader)
    shared = map_state(another)
    log(an_actor())
    assert map_state(leader) == map_state(another) == shared


def test_another_region_has_its_own(clock: Clock, leader: Actor) -> None:
    before = map_state(leader)
    log(an_actor())
    administrator = an_actor(Role.ADMINISTRATOR, "")
    assert map_state(administrator) != before
    assert map_state(an_actor(Role.OFFICER, NEXT_COUNTY)).crowded is False
    assert map_state(leader) == before


def test_where_each_village_is_named_it_moves_at_once(pingyang: Flask, leader: Actor) -> None:
    before = map_state(leader)
    log(an_actor())
    assert map_state(leader) != before
