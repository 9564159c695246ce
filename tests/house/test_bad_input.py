"""What every declared form does with what nobody should send: told beside its field, nothing lost, nothing written."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from commissioner.access import visible
from commissioner.domain.subject import Kind, Subject
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import AuditEntry, db
from commissioner.units import today
from tests.pages import Page
from tests.people import Person

KEPT = [name for name, one in SUBJECTS.items() if one.keep is not None]
TEXTS = {Kind.TEXT, Kind.PROSE}
NUMBERS = {Kind.YEAR, Kind.INTEGER, Kind.DECIMAL, Kind.MONEY}
REFERENCES = {Kind.PLACE, Kind.REFERENCE, Kind.REFERENCES}
HOSTILE = "<script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>\"'{{ 7 * 7 }}"
LONG = "长" * 100_000
NO_NUMBERS = ("-1000000", "9" * 19, "9" * 400, "NaN", "0.00000000001", "一百")
NO_POSITIONS = (
    ("120.3193", "27.6348"),
    ("30.2741", "120.1551"),
    ("27.6348", ""),
    ("", "120.3193"),
    ("91", "181"),
    ("x", "y"),
)
NO_DAYS = ("0001-01-01", "9999-12-31", "2022-02-30", "yesterday")
NOWHERE = ("987654321", "-1", "9" * 30, "²")
# What a form refuses never reaches a database: one is enough to try it on.
on_one_database = pytest.mark.parametrize("standing", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def officer(cast):
    person = cast.as_officer
    person.forms = {}
    return person


def keys_of(subject: Subject, kinds: set[Kind]) -> list[str]:
    return [one.key for one in subject.fields if one.kind in kinds]


def state() -> int:
    """What there is of changes: every write leaves its line."""
    db.session.rollback()
    return db.session.scalar(select(func.count(AuditEntry.id))) or 0


def a_form(person: Person, name: str) -> tuple[str, dict[str, Any]]:
    """The form of a record as it stands, with what it holds; read once while nothing is saved."""
    if name not in person.forms:
        model = SUBJECTS[name].model
        row = db.session.scalars(visible(person.actor, model).order_by(model.id.desc())).first()
        assert row is not None
        url = f"/{name}/{row.id}/edit"
        fixed = SUBJECTS[name].fixed
        if fixed is not None and fixed(vars(row)):  # its form asks everything only before it begins
            keys = [one.key for one in SUBJECTS[name].fields if one.required]
            same = {key: str(getattr(row, key)) for key in keys}
            begun = person.submit(f"/{name}/new", **{**same, "starts_on": f"{today().year + 5}-01-01"})
            url = f"{begun.location}/edit"
        person.forms[name] = (url, person.get(url).form_values())
    url, values = person.forms[name]
    return url, dict(values)


def send(person: Person, url: str, values: dict[str, Any]) -> Page:
    page = person._answer("POST", url, None, data={key: value for key, value in values.items() if value is not None})
    assert page.status in {303, 409, 422}, f"{url}: {page.status}\n{page.plain[:1500]}"
    if page.status == 303 and hasattr(person, "forms"):
        person.forms.clear()
    return page


def beside(page: Page, key: str) -> str:
    """What is said beside a field."""
    field = page.soup.find(id=key).find_parent(class_="field")
    assert field is not None, key
    return " ".join(error.get_text(" ", strip=True) for error in field.select(".error"))


def assert_refused(page: Page, keys: list[str], before: int, values: dict[str, Any]) -> None:
    assert page.status == 422
    assert state() == before
    for key in keys:
        assert beside(page, key), f"{page.url}: nothing is said beside {key}"
        assert page.soup.select_one(f".error-summary a[href='#{key}']") is not None, key
    shown = page.form_values()
    for key, value in values.items():
        if key not in keys and isinstance(value, str) and key not in {"csrf_token", "client_id"}:
            assert shown.get(key) == value, f"{page.url} lost {key}"


@pytest.mark.parametrize("name", KEPT)
def test_a_form_that_nobody_touched_changes_nothing(standing, officer, name):
    url, values = a_form(officer, name)
    before = state()

    assert send(officer, url, values).status == 303
    db.session.rollback()
    newer = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(state() - before)).all()
    assert [line.changes for line in newer if line.changes] == []


@pytest.mark.parametrize("name", KEPT)
def test_an_empty_form_says_what_is_needed(standing, officer, name):
    url, values = a_form(officer, name)
    needed = [one.key for one in SUBJECTS[name].fields if one.required and one.kind is not Kind.FLAG]
    before = state()
    kept = {key: value for key, value in values.items() if key in {"csrf_token", "client_id", "version"}}

    page = send(
        officer, url, {**kept, **{one.key: "" for one in SUBJECTS[name].fields if one.kind is not Kind.REFERENCES}}
    )

    assert_refused(page, needed, before, {})


@on_one_database
@pytest.mark.parametrize("name", KEPT)
def test_a_text_without_end_is_refused_and_kept(standing, officer, name):
    url, values = a_form(officer, name)
    for key in keys_of(SUBJECTS[name], TEXTS):
        before = state()
        page = send(officer, url, {**values, key: LONG})

        assert_refused(page, [key], before, values)
        assert page.form_values()[key] == LONG


@on_one_database
@pytest.mark.parametrize("name", KEPT)
def test_characters_that_nobody_sees_are_refused(standing, officer, name):
    url, values = a_form(officer, name)
    keys = keys_of(SUBJECTS[name], TEXTS)
    before = state()
    for hidden in ("a\x00b", "a\x1bb", "a\u202eb") if keys else ():
        assert_refused(send(officer, url, {**values, **dict.fromkeys(keys, hidden)}), keys, before, {})


@on_one_database
@pytest.mark.parametrize("name", KEPT)
def test_numbers_that_cannot_be_are_refused(standing, officer, name):
    url, values = a_form(officer, name)
    keys = keys_of(SUBJECTS[name], NUMBERS)
    for number in NO_NUMBERS if keys else ():
        before = state()
        page = send(officer, url, {**values, **dict.fromkeys(keys, number)})
        assert_refused(page, keys, before, {})
        assert {page.form_values()[key] for key in keys} == {number}


@on_one_database
@pytest.mark.parametrize(
    "name", [name for name in KEPT if any(one.kind is Kind.POINT for one in SUBJECTS[name].fields)]
)
def test_positions_that_cannot_be_are_refused(standing, officer, name):
    url, values = a_form(officer, name)
    for latitude_deg, longitude_deg in NO_POSITIONS:
        before = state()
        page = send(officer, url, {**values, "latitude_deg": latitude_deg, "longitude_deg": longitude_deg})
        assert page.status == 422, (latitude_deg, longitude_deg)
        assert state() == before
        assert beside(page, "latitude_deg") or beside(page, "longitude_deg"), page.errors()


@on_one_database
@pytest.mark.parametrize("name", KEPT)
def test_days_that_cannot_be_are_refused(standing, officer, name):
    url, values = a_form(officer, name)
    keys = keys_of(SUBJECTS[name], {Kind.DATE})
    for day in NO_DAYS if keys else ():
        before = state()
        assert_refused(send(officer, url, {**values, **dict.fromkeys(keys, day)}), keys, before, {})


@pytest.mark.parametrize("name", KEPT)
def test_what_points_nowhere_is_refused_or_left_out(standing, officer, name):
    pointing = {one.key: one for one in SUBJECTS[name].fields if one.kind in REFERENCES}
    for pointer in NOWHERE if pointing else ():
        url, values = a_form(officer, name)
        before = state()
        wrong = {key: [pointer] if one.kind is Kind.REFERENCES else pointer for key, one in pointing.items()}
        page = send(officer, url, {**values, **wrong})
        if pointer == NOWHERE[0]:
            assert_refused(page, list(pointing), before, {})
        elif any(one.required for one in pointing.values()):
            assert page.status == 422
            assert state() == before


@on_one_database
@pytest.mark.parametrize("name", KEPT)
def test_a_word_that_is_none_is_refused_or_left_out(standing, officer, name):
    url, values = a_form(officer, name)
    for one in SUBJECTS[name].fields:
        if one.kind is Kind.WORD:
            before = state()
            page = send(officer, url, {**values, one.key: "<b>"})
            if one.required:
                assert_refused(page, [one.key], before, {})
            elif page.status == 303:
                url, values = a_form(officer, name)


@pytest.mark.parametrize("name", KEPT)
def test_script_in_every_text_is_text_on_every_page(standing, officer, name):
    subject = SUBJECTS[name]
    url, values = a_form(officer, name)
    hostile = dict.fromkeys(keys_of(subject, TEXTS), HOSTILE)
    page = send(officer, url, {**values, **hostile})
    if page.status == 422:  # a telephone or a code of such letters is refused; the rest must go through
        told = {key for key in hostile if beside(page, key)}
        page.check()
        page = send(officer, url, {**values, **{key: text for key, text in hostile.items() if key not in told}})
    assert page.status == 303, page.errors()
    for address in (page.location, url, f"/{name}/", f"/{name}/?q=script", "/search?q=script", "/audit/", "/map"):
        shown = officer.get(address)  # the checked client refuses a script or a handler of somebody else's
        assert "49\"'" not in shown.plain
    picked = officer.get(f"/{name}/pick.json?q=script")
    assert picked.response.mimetype == "application/json"


@pytest.mark.parametrize("name", KEPT)
def test_a_double_click_makes_one_record(standing, officer, name):
    url, values = a_form(officer, name)
    new = url.rsplit("/", 2)[0] + "/new"
    fresh = {**values, **{key: officer.get(new).form_values()[key] for key in ("csrf_token", "client_id")}}
    before = db.session.scalar(select(func.count()).select_from(SUBJECTS[name].model))
    first, second = send(officer, new, fresh), send(officer, new, fresh)

    assert (first.status, first.location) == (second.status, second.location)
    db.session.rollback()
    after = db.session.scalar(select(func.count()).select_from(SUBJECTS[name].model))
    assert after - before == (1 if first.status == 303 else 0)


@pytest.mark.parametrize("name", KEPT)
def test_the_second_of_two_people_sees_what_the_first_saved(standing, cast, officer, name):
    url, values = a_form(officer, name)
    text = next((key for key in keys_of(SUBJECTS[name], TEXTS) if not values[key].isdigit()), None)
    if not hasattr(SUBJECTS[name].model, "version") or text is None:
        return  # a line of another record: the last word counts, and both stay in the audit
    if send(officer, url, {**values, text: "先保存的"}).status != 303:
        return
    other = cast.as_administrator
    page = send(other, url, {**values, text: "后保存的", "csrf_token": other.get(url).field("csrf_token")})

    assert page.status == 409
    assert {"先保存的", "后保存的"} <= {cell.get_text(strip=True) for cell in page.soup.select("table.diff td")}
    assert send(other, url, page.form_values()).status == 303
