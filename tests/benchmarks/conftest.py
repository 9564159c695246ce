"""Benchmarks have the machine to themselves: one process, one after the other."""

from __future__ import annotations

import pytest

from commissioner.domain import map_states


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Turn parallel running off."""
    config.option.numprocesses = 0
    config.option.dist = "no"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look after a change is told the newest: what it costs is what is measured."""
    monkeypatch.setattr(map_states, "CALM_S", 0.0)
