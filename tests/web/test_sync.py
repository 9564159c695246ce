"""The phone's door: each record of a sending gets an answer of its own, and a good one is never held up by a bad one."""

import contextlib
import json
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from commissioner.domain import visit_log
from commissioner.models import AuditEntry, Visit, db
from commissioner.problems import Busy, Invalid
from commissioner.units import today
from commissioner.vocabulary import Role, VisitState
from commissioner.web.forms.visit_records import draft_of, record_of
from tests.factories import NEXT_TOWNSHIP, a_person, a_village, a_visit, visits_with
from tests.people import SHUITOU

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def township(people):
    return people.as_township


def a_record(**changes):
    """A record as the phone sends it, which breaks no rule."""
    return {**record_of(a_visit()), **changes}


def sent(person, *records, form=1):
    """The answers to a sending."""
    return person.send("/sync/visits.json", {"form": form, "visits": list(records)})["answers"]


def statuses(answers):
    return [one["status"] for one in answers]


def count():
    db.session.rollback()
    return db.session.scalar(select(func.count(Visit.id)))


# The contract


def test_created_is_201_and_leads_to_the_visit(township):
    record = a_record()
    (answer,) = sent(township, record)

    assert (answer["status"], answer["client_id"]) == (201, record["client_id"])
    assert record["topic"] in township.get(answer["url"]).plain


def test_the_same_again_is_200_and_one_record(township):
    record = a_record()
    (first,), (second,) = sent(township, record), sent(township, record)

    assert (second["status"], second["visit_id"]) == (200, first["visit_id"])
    assert visits_with(record["client_id"]) == 1


def test_the_same_id_with_other_content_is_409_with_both_versions(township):
    record = a_record(topic="修剪")
    sent(township, record)
    (answer,) = sent(township, {**record, "topic": "施肥", "starts_on": str(today() - timedelta(days=2))})

    assert (answer["status"], answer["current_version"]) == (409, 1)
    assert answer["theirs"]["topic"] == "修剪"
    assert {"label": "事由", "theirs": "修剪", "ours": "施肥"} in answer["differences"]


def test_an_edit_names_the_version_it_edits_and_a_stale_one_is_409(township):
    record = a_record()
    sent(township, record)
    edit = {**record, "topic": "改一次", "edit": {"edit_id": str(uuid.uuid4()), "version": 1}}
    stale = {**record, "topic": "改晚了", "edit": {"edit_id": str(uuid.uuid4()), "version": 1}}

    assert [(one["status"], one["version"]) for one in sent(township, edit)] == [(200, 2)]
    assert [(one["status"], one["version"]) for one in sent(township, edit)] == [(200, 2)]
    assert [(one["status"], one["version"]) for one in sent(township, record)] == [(200, 2)]
    (answer,) = sent(township, stale)
    assert (answer["status"], answer["current_version"], answer["theirs"]["topic"]) == (409, 2, "改一次")


def test_one_visit_by_put_has_the_answers_status(township):
    record = a_record()
    url = f"/sync/visits/{record['client_id']}.json"

    assert township.send(url, record, 201, method="PUT")["status"] == 201
    assert township.send(url, record, 200, method="PUT")["status"] == 200
    assert township.send(url, {**record, "topic": "别的"}, 409, method="PUT")["theirs"]["topic"] == record["topic"]
    assert (
        "starts_on"
        in township.send(
            f"/sync/visits/{(other := a_record(starts_on='2099-01-01'))['client_id']}.json", other, 422, method="PUT"
        )["fields"]
    )
    township.send(f"/sync/visits/{uuid.uuid4()}.json", record, 400, method="PUT")


def test_who_is_not_posted_there_is_asked_about_and_then_logged(township):
    record = a_record(commissioner_ids=[a_person("外来专家")])
    (asked,) = sent(township, record)
    (answer,) = sent(township, {**record, "confirmed": True})

    assert asked["status"] == 422
    assert "外来专家" in asked["warnings"]["commissioner_ids"]
    assert answer["status"] == 201


def test_signed_out_is_401_in_json(people, township):
    people.as_nobody.ask("/sync/hello.json", 401)
    answer = people.as_nobody.ask("/sync/kit.json", 401)
    assert answer.json["error"]


def test_without_the_token_nothing_is_written(township):
    before = count()
    assert "error" in township.send("/sync/visits.json", {"form": 1, "visits": [a_record()]}, 400, token="forged")
    assert count() == before


def test_a_role_that_logs_nothing_finds_no_door(people):
    for person in (people.as_leader,):
        person.ask("/sync/hello.json", 404)
        person.ask("/sync/kit.json", 404)


def test_checking_writes_nothing(township):
    before = count()
    records = [a_record(), a_record(starts_on="2099-01-01"), {"client_id": "?"}]
    answers = township.send("/sync/check.json", {"form": 1, "visits": records})["answers"]

    assert statuses(answers) == [200, 422, 422]
    assert count() == before


def test_a_commissioners_visit_waits_and_a_townships_does_not(people):
    visit = a_visit()
    commissioner = people.sign_in(Role.COMMISSIONER, SHUITOU[:6], commissioner_id=visit.commissioner_ids[0])
    sent(commissioner, record_of(visit))
    sent(people.as_township, other := a_record())

    db.session.rollback()
    states = dict(db.session.execute(select(Visit.client_id, Visit.state)).all())
    assert states[visit.client_id] is VisitState.WAITING
    assert states[other["client_id"]] is VisitState.CONFIRMED


def test_each_record_has_its_audit_line(township):
    answers = sent(township, a_record(), a_record())
    told = select(AuditEntry.subject_id).where(AuditEntry.action == "visits.create", AuditEntry.subject == "visits")
    db.session.rollback()

    assert {one["visit_id"] for one in answers} <= set(db.session.scalars(told))


# Bad input


WRONG = {
    "no object": 7,
    "no list": ["a"],
    "no id": {"client_id": "17"},
    "no content": {"client_id": str(uuid.UUID(int=1))},
    "an unknown field": {"is_admin": True},
    "another's state": {"state": "confirmed"},
    "text for a number": {"place_id": "1"},
    "a fraction of a place": {"place_id": 1.5},
    "true for a place": {"place_id": True},
    "a huge key": {"place_id": 10**30},
    "a negative key": {"commissioner_ids": [-1]},
    "people as text": {"commissioner_ids": "12"},
    "1,000 people": {"commissioner_ids": list(range(1, 1001))},
    "nobody": {"commissioner_ids": []},
    "a list for a topic": {"topic": ["a"]},
    "no topic": {"topic": "   "},
    "a long topic": {"topic": "长" * 201},
    "a huge outcome": {"outcome": "长" * 5001},
    "a control character": {"topic": "a\x00b"},
    "a direction mark": {"outcome": "a\u202eb"},
    "no date": {"starts_on": "昨天"},
    "a date that is none": {"starts_on": "2026-02-31"},
    "a date as a number": {"starts_on": 20260615},
    "a clock years ahead": {"starts_on": "2031-01-01"},
    "a clock years behind": {"starts_on": "1901-01-01"},
    "backwards": {"starts_on": "2026-06-15", "ends_on": "2026-06-14"},
    "two months": {"starts_on": "2026-06-01", "ends_on": "2026-08-01"},
    "an unknown kind": {"kind": "party"},
    "a point elsewhere": {"point": {"latitude_deg": 1.0, "longitude_deg": 1.0}},
    "half a point": {"point": {"latitude_deg": 27.6}},
    "a point of words": {"point": {"latitude_deg": "27", "longitude_deg": "120"}},
    "a point with more": {"point": {"latitude_deg": 27.6, "longitude_deg": 120.3, "track": []}},
    "a problem without words": {"problem": {"category": "technology"}},
    "a problem of another kind": {"problem": "坏了"},
    "a base that is not there": {"base_id": 999_999},
    "an edit without a version": {"edit": {"edit_id": str(uuid.UUID(int=2))}},
    "an edit of nothing": {"edit": 3},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_record_is_refused_in_words_and_the_good_one_beside_it_goes_in(township, name):
    wrong = WRONG[name]
    bad = a_record(**wrong) if isinstance(wrong, dict) and name != "no content" else wrong
    good = a_record()
    before = count()
    refused, taken = sent(township, bad, good)

    assert refused["status"] in {404, 422}, refused
    assert refused["error"]
    assert all(refused.get("fields", {"": "words"}).values())
    assert taken["status"] == 201
    assert count() == before + 1


def test_other_peoples_ids_are_out_of_scope(township):
    next_door = a_village(NEXT_TOWNSHIP)
    refused, base = sent(township, a_record(place_id=next_door), a_record(base_id=999_999))

    assert (refused["status"], set(refused["fields"])) == (422, {"place_id"})
    assert set(base["fields"]) == {"base_id"}


def test_an_edit_of_another_townships_visit_is_404(people, township):
    record = a_record()
    sent(township, record)
    edit = {**record, "topic": "别人的", "edit": {"edit_id": str(uuid.uuid4()), "version": 1}}

    (answer,) = sent(people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP), edit)
    assert (answer["status"], "theirs" in answer) == (404, False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"form": 1}',
        b'{"form": 1, "visits": {}}',
        b'{"form": "1", "visits": []}',
        b'{"form": 1, "visits": [NaN]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_body_that_is_no_sending_is_400(township, body):
    assert township.send("/sync/visits.json", body, 400)["error"]


def test_10_000_visits_at_once_are_too_many_and_10_mb_too_large(township):
    before = count()
    tiny = {"form": 1, "visits": [{"client_id": str(uuid.UUID(int=at))} for at in range(10_000)]}
    assert "50" in township.send("/sync/visits.json", tiny, 413)["error"]
    assert township.send("/sync/visits.json", b" " * (10 * 1024 * 1024), 413)["error"]
    assert count() == before


def test_a_page_newer_than_the_server_is_told_so(township):
    assert township.send("/sync/visits.json", {"form": 99, "visits": [a_record()]}, 422)["error"]


def test_markup_is_kept_as_text(township):
    (answer,) = sent(township, a_record(topic=SCRIPT, outcome=SCRIPT))
    page = township.get(answer["url"])
    assert SCRIPT in page.plain
    assert not page.soup.find("script", string="alert(1)")


def test_a_database_that_cannot_write_is_an_honest_503(township, monkeypatch):
    def busy(*_all):
        raise Busy

    monkeypatch.setattr(visit_log, "record_visits", busy)
    assert township.send("/sync/visits.json", {"form": 1, "visits": [a_record()]}, 503)["error"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_record_of_any_shape_breaks_the_reader(data):
    base = {
        "client_id": str(uuid.UUID(int=7)),
        "starts_on": "2026-06-15",
        "place_id": 1,
        "commissioner_ids": [1],
        "topic": "茶",
    }
    name = data.draw(st.sampled_from([*base, "outcome", "kind", "problem", "point", "edit", "ends_on", "base_id"]))
    record = {**base, name: data.draw(json_values)}
    with contextlib.suppress(Invalid):
        assert draft_of(json.loads(json.dumps(record))).client_id == base["client_id"]


# What the phone takes along


def test_the_kit_holds_what_the_form_offers_and_nothing_out_of_scope(people, township):
    kit = township.ask("/sync/kit.json").json
    names = {one["id"] for one in kit["places"]}

    assert a_village() in names
    assert a_village(NEXT_TOWNSHIP) not in names
    assert a_village(NEXT_TOWNSHIP) in {one["id"] for one in people.as_officer.ask("/sync/kit.json").json["places"]}
    assert kit["form"] == 1
    assert kit["account"] == str(township.actor.account_id)
    assert any(one["posted"] for one in kit["people"])
    assert not kit["cut"]
    assert "1" * 5 not in json.dumps([one["label"] for one in kit["people"]])  # no telephone


def test_an_unchanged_kit_is_not_sent_again(township):
    first = township.ask("/sync/kit.json")
    assert township.ask("/sync/kit.json", 304, If_None_Match=first.headers["ETag"]).data == b""
    assert "no-cache" in first.headers["Cache-Control"]
    assert "private" in first.headers["Cache-Control"]


def test_the_words_are_the_readers(township):
    record = a_record(starts_on="2099-01-01")
    chinese = sent(township, record)[0]["fields"]["starts_on"]
    english = sent(township.speaks("en"), record)[0]["fields"]["starts_on"]
    assert chinese != english
    assert english.isascii()
