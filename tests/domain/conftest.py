"""Who the stories of the domain are told about."""

from __future__ import annotations

import pytest
from flask import Flask

from commissioner.access import Actor
from commissioner.vocabulary import Role
from tests.factories import an_actor
from tests.people import SHUITOU


@pytest.fixture
def township(pingyang: Flask) -> Actor:
    """Staff of Shuitou Town."""
    return an_actor(Role.TOWNSHIP, SHUITOU)
