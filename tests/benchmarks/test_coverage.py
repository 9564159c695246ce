"""Coverage as a need in a county of 10,000 villages and 100,000 visits: warm, and just after every change."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import insert

from commissioner.domain import programme
from commissioner.models import AuditEntry, ProgrammeSetting, db
from commissioner.models.base import now
from commissioner.vocabulary import Role, SettingKey
from tests.benchmarks.test_pages import big_templates, county, fetch, measured
from tests.people import People, Person

__all__ = ["big_templates", "county"]


def _changed() -> None:
    line = {"at": now(), "account_name": "", "role": "", "action": "test", "subject": "visits", "changes": {}}
    with db.engine.begin() as connection:
        connection.execute(insert(AuditEntry).values(**line))


def _after_a_change(person: Person, url: str) -> None:
    _changed()
    fetch(person, url)()


def test_coverage(county: Flask, dialect: str) -> None:
    """The page, its filters and a story beside the map."""
    with db.engine.begin() as connection:
        connection.execute(insert(ProgrammeSetting).values(key=SettingKey.COVERAGE_DAYS, value="90"))
    programme.forget()
    cast = People(county)
    day = date(2026, 6, 1).isoformat()
    print(f"\n{dialect:<12}{'page':<44}{'who':<12}{'median ms':>10}{'p95 ms':>9}")
    for who, person in (
        ("township", cast.sign_in(Role.TOWNSHIP, "330326142")),
        ("leader", cast.sign_in(Role.LEADER, "330326")),
    ):
        for name, url in (
            ("coverage", f"/coverage?on={day}"),
            ("coverage, no visit for long", f"/coverage?on={day}&missing=visit"),
            ("story of a village", f"/map/story/village/4300.json?on={day}"),
            ("story of a township", f"/map/story/township/4244.json?on={day}"),
        ):
            median, p95 = measured(fetch(person, url))
            print(f"{dialect:<12}{name:<44}{who:<12}{median:>10.1f}{p95:>9.1f}")
        median, p95 = measured(lambda: _after_a_change(person, f"/coverage?on={day}"), 20)  # noqa: B023
        print(f"{dialect:<12}{'coverage, after a change':<44}{who:<12}{median:>10.1f}{p95:>9.1f}")
