"""A stranger's sweep: every list, page, form, picker, sheet and map, asked for by somebody who must see nothing of ours.

What is ours is found by reading the tables directly, not through the gate that is being tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import inspect, select
from werkzeug.routing import Rule

from commissioner.domain.map_stories import TELLERS
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import (
    BaseCommissioner,
    Commissioner,
    Posting,
    ProjectCommissioner,
    ProjectPlace,
    TeamMember,
    VisitCommissioner,
    db,
)
from commissioner.vocabulary import Role
from tests.people import COUNTY, SHUITOU, People, Person

# Kept by the county for everybody in it: a township names what works next door, a commissioner any village.
OF_THE_COUNTY = {"organisations", "batches", "campaigns", "commissioners", "members", "periods"}
OWN_DOORS = {"/sign-in", "/password", "/language", "/large-type", "/sign-out"}
ENOUGH = 2
SHORTEST_NAME = 3


@dataclass
class Ours:
    """What a stranger must not see: ids by subject, and names that would give it away."""

    ids: dict[str, set[int]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def hide(self, name: str, rows: list[Any]) -> None:
        """Add the rows of a subject."""
        self.ids[name] = {row.id for row in rows}
        self.names |= {text for row in rows for text in texts_of(row)}


def our_own_words() -> str:
    """Everything that our pages say to everybody."""
    root = Path(__file__).parents[2]
    files = [*(root / "commissioner").rglob("*.py"), *(root / "templates").rglob("*.html")]
    return "".join(path.read_text(encoding="utf-8") for path in files)


def texts_of(row: Any) -> set[str]:
    """The texts of a row that would give it away."""
    keys = [one.key for one in inspect(type(row)).column_attrs if one.key not in {"source_note", "seed_key"}]
    values = {getattr(row, key) for key in keys}
    return {value for value in values if type(value) is str and len(value) >= SHORTEST_NAME and not value.isascii()}


def rows_of(name: str) -> list[Any]:
    return list(db.session.scalars(select(SUBJECTS[name].model)))


def of_the_whole_county() -> Ours:
    """Everything that there is."""
    ours = Ours()
    for name in SUBJECTS:
        ours.hide(name, rows_of(name))
    said = our_own_words()
    ours.names = {name for name in ours.names if name not in said}
    return ours


def of_shuitou_alone() -> Ours:
    """What lies in Shuitou and nowhere else; what is also written elsewhere gives nothing away."""
    ours, others = Ours(), set()
    elsewhere = set(
        db.session.scalars(select(ProjectPlace.project_id).where(~ProjectPlace.region_code.startswith(SHUITOU)))
    )
    for name in SUBJECTS.keys() - OF_THE_COUNTY:
        rows = [row for row in rows_of(name) if hasattr(row, "region_code")]
        here = [
            row
            for row in rows
            if row.region_code.startswith(SHUITOU) and not (name == "projects" and row.id in elsewhere)
        ]
        ours.hide(name, here)
        others |= {text for row in rows if row not in here for text in texts_of(row)}
    others |= {text for name in OF_THE_COUNTY for row in rows_of(name) for text in texts_of(row)}
    said = our_own_words() + "".join(others)
    ours.names = {name for name in ours.names if name not in said}
    return ours


def naming_others(own: set[int]) -> Ours:
    """What names somebody, but nobody of ``own``; places and the county's own lists are known to everybody."""
    ours = Ours()
    links = {
        "visits": VisitCommissioner.visit_id,
        "projects": ProjectCommissioner.project_id,
        "bases": BaseCommissioner.base_id,
    }
    for name, key in links.items():
        person = key.class_.commissioner_id
        theirs = set(db.session.scalars(select(key).where(person.in_(own))))
        ours.hide(name, [row for row in rows_of(name) if row.id not in theirs])
    for name in ("postings", "introductions", "trainings"):
        ours.hide(name, [row for row in rows_of(name) if row.commissioner_id not in own])
    ours.hide("commissioners", [row for row in rows_of("commissioners") if row.id not in own])
    ours.ids["indicators"] = {row.id for row in rows_of("indicators")}
    ours.names = set()
    return ours


@pytest.fixture(scope="module")
def strangers(standing: Flask, cast: People) -> dict[str, tuple[Person, Ours]]:
    """Each with what is hidden from them."""
    member = db.session.scalars(select(TeamMember).order_by(TeamMember.id)).first()
    assert member is not None
    teams = set(db.session.scalars(select(TeamMember.team_id).where(TeamMember.member_id == member.member_id)))
    sent = db.session.scalars(
        select(Commissioner.organisation_id)
        .join(Posting, Posting.commissioner_id == Commissioner.id)
        .order_by(Posting.id)
    ).first()
    people = set(db.session.scalars(select(Commissioner.id).where(Commissioner.organisation_id == sent)))
    return {
        "officer of another county": (cast.as_other_county, of_the_whole_county()),
        "administrator of another county": (cast.sign_in(Role.ADMINISTRATOR, "330327"), of_the_whole_county()),
        "staff of another township": (cast.sign_in(Role.TOWNSHIP, "330326119"), of_shuitou_alone()),
        "another commissioner": (
            cast.sign_in(Role.COMMISSIONER, COUNTY, commissioner_id=member.member_id),
            naming_others({member.member_id, *teams}),
        ),
        "another institution": (cast.sign_in(Role.INSTITUTION, COUNTY, organisation_id=sent), naming_others(people)),
    }


WHO = (
    "officer of another county",
    "administrator of another county",
    "staff of another township",
    "another commissioner",
    "another institution",
)


@pytest.fixture
def stranger(strangers: dict[str, tuple[Person, Ours]], who: str) -> tuple[Person, Ours]:
    return strangers[who]


def answers(person: Person, url: str) -> Any:
    """Whatever the person gets, sound and frugal as always."""
    return person._answer("GET", url, None)


def told_in(page: Any) -> str:
    """The text of an answer, a sheet's cells included, without what the person typed."""
    if page.url.partition("?")[0].endswith(".xlsx") and page.status == 200:
        book = CalamineWorkbook.from_filelike(BytesIO(page.response.data))
        return str([book.get_sheet_by_index(number).to_python() for number in range(len(book.sheet_names))])
    if page.url.partition("?")[0].endswith(".zip") and page.status == 200:
        files = ZipFile(BytesIO(page.response.data))
        return "".join(files.read(name).decode("utf-8", "replace") for name in files.namelist())
    return page.response.get_data(as_text=True) if not page.url.partition("?")[0].endswith(".pdf") else ""


def assert_blind(page: Any, ours: Ours) -> None:
    """No name of ours, no link to ours, no choice of ours."""
    text = told_in(page)
    found = sorted(name for name in ours.names if name in text)
    assert found == [], f"{page.url} tells {found[:5]}"
    if page.is_html:
        for link in page.links():
            name, row_id = subject_and_id(link)
            assert row_id not in ours.ids.get(name, ()), f"{page.url} leads to {link}"


def subject_and_id(link: str) -> tuple[str, int]:
    steps = [*link.partition("?")[0].strip("/").split("/"), ""]
    return steps[0], int(steps[1]) if steps[1].isdecimal() else -1


def rules(app: Flask, method: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and not rule.rule.startswith("/static/") and rule.rule not in OWN_DOORS:
            yield rule


def addresses(rule: Rule, ours: Ours) -> Iterator[tuple[str, str | None, int | None]]:
    """The rule with a few of our ids in it; of an address that is about one of ours, its subject and id."""
    path = rule.rule
    numbers = [name for name in rule.arguments if name.endswith("_id")]
    names = [next((name for name in SUBJECTS if path.startswith(f"/{name}/")), None)]
    if "<name>" in path:
        names = [name for name in SUBJECTS if ours.ids.get(name)] if numbers else list(SUBJECTS)
    for name in names:
        told = path.replace("<name>", name or "").replace("<int:year>", "2022").replace("<indicator>", "employment")
        told = told.replace("<stage>", "mid_term")
        if not numbers:
            yield told, name, None
        elif name is not None:
            for row_id in sorted(ours.ids.get(name, ()))[:ENOUGH]:
                yield fill(told, rule, row_id), name, row_id


def fill(path: str, rule: Rule, row_id: int) -> str:
    for argument in rule.arguments:
        path = path.replace(f"<int:{argument}>", str(row_id))
    return path


@pytest.mark.parametrize("who", WHO)
def test_every_address_that_is_asked_for_shows_nothing(standing, stranger, who):
    person, ours = stranger
    nothing = person.get("/nothing/", 404).plain
    for rule in rules(standing, "GET"):
        if "<kind>" in rule.rule or (rule.rule.startswith("/annual/") and "indicator" in rule.arguments):
            continue
        for url, _name, row_id in addresses(rule, ours):
            page = answers(person, url)
            assert page.status < 500, url
            if row_id is None:
                assert_blind(page, ours)
                continue
            assert page.status == 404, f"{url} exists for {who}"
            # What is not yours is told word for word like what is not there at all.
            assert not page.is_html or page.plain == nothing, url


@pytest.mark.parametrize("who", WHO)
def test_every_page_of_every_list_shows_nothing(standing, stranger, who):
    person, ours = stranger
    for name in SUBJECTS:
        page = answers(person, f"/{name}/?size=100")
        while page.status == 200:
            assert_blind(page, ours)
            further = page.soup.select_one(".pager a[rel=next]")
            if further is None:
                break
            page = answers(person, str(further["href"]))


@pytest.mark.parametrize("who", WHO)
def test_no_picker_and_no_search_finds_it(standing, stranger, who):
    person, ours = stranger
    for name, hidden in ours.ids.items():
        for typed in ["", *sorted(ours.names)[:ENOUGH]]:
            page = answers(person, f"/{name}/pick.json?q={quote(typed)}")
            if page.status == 200:
                assert {int(choice["value"]) for choice in page.json} & hidden == set(), name
    for typed in sorted(ours.names)[:: max(1, len(ours.names) // 12)]:
        page = person.get(f"/search?q={quote(typed)}")
        assert page.soup.select("main .todo a") == [] or who == "staff of another township", typed
        for link in page.links():
            name, row_id = subject_and_id(link)
            assert row_id not in ours.ids.get(name, ()), f"{page.url} finds {link}"


@pytest.mark.parametrize("who", WHO)
def test_no_form_offers_it(standing, stranger, who):
    person, ours = stranger
    for name, subject in SUBJECTS.items():
        page = answers(person, f"/{name}/new")
        if page.status != 200:
            continue
        for one in subject.fields:
            hidden = ours.ids.get("places" if one.kind.value == "place" else one.refers, set())
            offered = {str(option.get("value")) for option in page.soup.select(f"select[name={one.key}] option")}
            assert offered & {str(row_id) for row_id in hidden} == set(), f"{page.url}: {one.key}"


@pytest.mark.parametrize("who", WHO)
def test_the_map_is_blind(standing, stranger, who):
    person, ours = stranger
    for query in ("", "?year=2022", "?year=2022&township=330326102", "?year=2021&level=provincial&industry=tea"):
        looked_at = f"{query or '?year=2022'}&bbox=119.5,27.2,121.5,28&zoom="
        parts = (f"/map/clusters.json{looked_at}{zoom}" for zoom in (8, 13))
        for url in (f"/map{query}", f"/map/points.json{query}", *parts):
            page = answers(person, url)
            assert page.status == 200, url
            assert_blind(page, ours)
    document = person.get("/map/points.json?year=2022").json
    records = ("projects", "bases", "postings", "needs", "problems", "pairings")
    for layer, name in {"villages": "places", "townships": "places", **{one: one for one in records}}.items():
        # Each id is told as its distance from the one before.
        assert set(accumulate(document[layer]["id"])) & ours.ids.get(name, set()) == set(), layer
    kinds = {"village": "places", "county": "places", "township": "places", **{one.rstrip("s"): one for one in records}}
    assert kinds.keys() == TELLERS.keys()
    for kind, name in kinds.items():
        for row_id in sorted(ours.ids.get(name, ()))[:ENOUGH]:
            person.get(f"/map/story/{kind}/{row_id}.json?year=2022", 404)


@pytest.mark.parametrize("who", WHO)
def test_nothing_of_it_can_be_changed(standing, stranger, who):
    person, ours = stranger
    token = person.get("/password").field("csrf_token")
    nothing = person.get("/nothing/", 404).plain
    for rule in rules(standing, "POST"):
        for url, _name, row_id in addresses(rule, ours):
            if row_id is not None:
                said = {"csrf_token": token, "state": "confirmed", "confirmed": "y"}
                assert person._answer("POST", url, 404, data=said).plain == nothing, url


def test_what_is_hidden_is_worth_hiding(standing, strangers):
    for who, (_person, ours) in strangers.items():
        assert min(len(ours.ids[name]) for name in ("visits", "postings")) > 1, who
    assert len(strangers[WHO[0]][1].names) > 1000
    assert len(strangers[WHO[2]][1].names) > 20
