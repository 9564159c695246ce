"""Many visits at once: the reader that the table asks, and the same rows posted as a text without JavaScript."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from commissioner.models import AuditEntry, Commissioner, Place, Visit, db
from commissioner.units import today
from tests.factories import a_person, visits_with
from tests.people import Person, posted_commissioner

YESTERDAY = today() - timedelta(days=1)
MONTH = f"{YESTERDAY:%Y-%m}"
HERE = "同盟村"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def township(people):
    return people.as_township


def person_name():
    return db.session.scalar(select(Commissioner.name).where(Commissioner.id == posted_commissioner()))


def line(**cells):
    said = {"date": YESTERDAY.isoformat(), "village": HERE, "people": person_name(), "topic": "茶园管理", **cells}
    return "\t".join(said.values())


def number_of_visits() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Visit.id))) or 0


def ask(person: Person, body, status=200):
    token = person.get("/visits/month").field("csrf_token")
    options = {"data": body} if isinstance(body, bytes) else {"json": body}
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    return person._answer("POST", "/visits/month/read.json", status, headers=headers, **options)


def post(person: Person, text: str, status: int, **changes):
    return person.submit(f"/visits/month?month={MONTH}", status, text=text, **changes)


# The page


def test_the_page_is_reached_from_the_list_and_from_home(township):
    for start in ("/", "/visits/"):
        assert "/visits/month" in township.get(start).links()


def test_whoever_may_not_log_is_not_let_in(people):
    for person in (people.as_leader, people.as_institution):
        person.get("/visits/month", 404)
        assert "/visits/month" not in person.get("/visits/").links()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_month_says_how_to_begin(people, language):
    page = people.as_township.speaks(language).get("/visits/month?month=2031-01")

    assert {"zh": "还没有登记走访", "en": "logged no visits"}[language] in page.plain
    assert page.soup.select_one("pre.example").get_text(strip=True)


def test_what_i_logged_this_month_is_counted_and_listed(people, township):
    post(township, line(topic="我记的"), 303)
    post(people.as_township, line(topic="同事记的", village="南网村"), None)
    page = township.get(f"/visits/month?month={MONTH}")

    assert "我记的" in page.plain
    assert "同事记的" not in page.plain
    assert page.soup.select_one("[data-logged] .count").get_text() == "1"
    assert "我记的" not in township.get("/visits/month?month=2020-01").plain


def test_a_commissioner_sees_what_others_logged_for_the_own_person(people, township):
    mine = people.as_commissioner
    post(township, line(topic="镇里替我记的"), 303)
    assert "镇里替我记的" in mine.get(f"/visits/month?month={MONTH}").plain


def test_any_month_may_be_asked_for(township):
    for month in ("2026-13", "0000-00", "x", "' OR 1=1", "9" * 300, ""):
        township.get(f"/visits/month?month={month}")


# The reader


def test_a_pasted_text_comes_back_as_rows_that_may_be_sent(township):
    text = f"日期\t村\t特派员\t事由\t备注\n{line()}\tx\n{line(topic='修剪', village='同萌村')}"
    answer = ask(township, {"text": text, "month": MONTH}).json
    good, faulty = answer["rows"]

    record = good["visits"][0]["record"]
    assert record["place_id"] == db.session.scalar(select(Place.id).where(Place.name == HERE))
    assert record["commissioner_ids"] == [posted_commissioner()]
    assert (record["starts_on"], record["ends_on"]) == (YESTERDAY.isoformat(), None)
    assert HERE in faulty["faults"]["village"]["offers"]
    assert faulty["visits"] == []
    assert "备注" in answer["notes"][0]


def test_what_is_read_is_what_the_sync_door_takes(township):
    record = ask(township, {"text": line(), "month": MONTH}).json["rows"][0]["visits"][0]["record"]
    token = township.get("/visits/month").field("csrf_token")
    body = {"form": 1, "visits": [record]}
    answer = township._answer("POST", "/sync/visits.json", 200, headers={"X-CSRFToken": token}, json=body).json

    assert [one["status"] for one in answer["answers"]] == [201]
    row = {
        "client_id": record["client_id"],
        "cells": dict(zip(["date", "village", "people", "topic"], line().split("\t"), strict=False)),
    }
    read = ask(township, {"rows": [row], "month": MONTH}).json["rows"][0]
    assert read["visits"][0]["url"] == answer["answers"][0]["url"]


def test_in_words_what_a_row_will_become(township):
    before = YESTERDAY - timedelta(days=2)
    cells = {"date": f"{before}、{YESTERDAY}", "village": "tmc", "people": person_name(), "topic": "看茶园"}
    rows = [{"client_id": str(uuid.uuid4()), "cells": cells}]
    rows.append({"client_id": str(uuid.uuid4()), "cells": {**cells, "date": f"{before}至{YESTERDAY}"}})
    several, stay = ask(township, {"rows": rows, "month": MONTH}).json["rows"]

    assert "2 次走访" in several["said"][0]
    assert f"地点：{HERE}。" in several["said"]
    assert "连续 3 天" in stay["said"][0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"rows": {}}',
        b'{"rows": [1]}',
        b'{"rows": [{"cells": 1}]}',
        b'{"rows": [{"client_id": "x", "cells": {}}]}',
        b'{"rows": [{"client_id": 5, "cells": {}}]}',
        b'{"text": 5}',
        b'{"rows": [{"client_id": "6f0f64a5-0c8e-4f6e-9d7f-3c0c1c6b1d11", "cells": {"date": ["x"]}}]}',
    ],
)
def test_what_is_no_sheet_is_refused_in_words(township, body):
    assert ask(township, body, 400).json["error"]


def test_too_much_is_refused_in_words(township):
    row = {"client_id": str(uuid.uuid4()), "cells": {}}
    for body in ({"text": f"{line()}\n" * 501}, {"text": "长" * 100_000}, {"rows": [row] * 501}):
        assert ask(township, body, 413).json["error"]
    assert ask(township, b'{"text": "' + b"x" * 1_100_000 + b'"}', 413)


def test_a_reader_who_is_not_signed_in_or_may_not_log(people):
    people.as_nobody._answer("POST", "/visits/month/read.json", 401, json={"text": ""})
    leader = people.as_leader
    token = leader.get("/password").field("csrf_token")
    leader._answer("POST", "/visits/month/read.json", 404, headers={"X-CSRFToken": token}, json={"text": line()})


def test_another_county_reads_none_of_our_names(people):
    read = ask(people.as_other_county, {"text": line(village="同萌村"), "month": MONTH})
    row = read.json["rows"][0]

    assert set(row["faults"]) == {"village", "people"}
    assert HERE not in read.plain


def test_hostile_text_is_text(township):
    text = f"{YESTERDAY}\t{HOSTILE}\t=cmd|' /C calc'!A0\t\u202e{HOSTILE}\x07"
    row = ask(township, {"text": text, "month": MONTH}).json["rows"][0]
    assert row["cells"]["topic"] == HOSTILE
    page = post(township, text, 422)
    assert HOSTILE in page.plain
    assert HOSTILE in page.form_values()["text"]


def test_nothing_is_written_by_reading(township):
    before = number_of_visits(), db.session.scalar(select(func.count(AuditEntry.id)))
    ask(township, {"text": line(), "month": MONTH})
    assert (number_of_visits(), db.session.scalar(select(func.count(AuditEntry.id)))) == before


# Without JavaScript


def test_good_rows_go_in_and_are_found_on_the_page(township):
    before = number_of_visits()
    answer = post(township, f"{line()}\n{line(topic='修剪')}", 303)

    assert number_of_visits() - before == 2
    assert "2 次走访都登记好了" in township.get(answer.location).plain


def test_each_row_is_accounted_for_and_the_faulty_stay(township):
    before = number_of_visits()
    text = "\n".join([line(), line(village="同萌村", topic="坏的一行"), line(date="哪天", topic="又一行")])
    page = post(township, text, 422)

    assert number_of_visits() - before == 1
    assert [one["class"][0] for one in page.soup.select(".accounted li")] == ["good", "bad", "bad"]
    assert "您是不是要：同盟村" in page.plain
    left = page.form_values()
    assert "坏的一行" in left["text"]
    assert "茶园管理" not in left["text"]

    mended = left["text"].replace("同萌村", "同盟村").replace("哪天", YESTERDAY.isoformat())
    # On the same day in the same village, as the first row: that is asked about once.
    township._answer("POST", "/visits/month", 303, data={**left, "text": mended, "sure": "y"})
    assert number_of_visits() - before == 3


def test_the_same_post_twice_doubles_nothing(township):
    before = number_of_visits()
    filled = {**township.get(f"/visits/month?month={MONTH}").form_values(), "text": f"{line()}\n{line(topic='修剪')}"}
    for _ in range(2):
        township._answer("POST", "/visits/month", 303, data=filled)
    assert number_of_visits() - before == 2


def test_what_looks_like_a_double_wants_a_yes(township):
    before = number_of_visits()
    post(township, line(), 303)
    page = post(township, line(topic="又去了一次"), 422)
    assert "已经登记过一次" in page.plain
    assert number_of_visits() - before == 1

    township._answer("POST", "/visits/month", 303, data={**page.form_values(), "sure": "y"})
    assert number_of_visits() - before == 2


def test_somebody_not_posted_here_wants_a_yes(township):
    a_person("外乡人")
    page = post(township, line(people="外乡人"), 422)
    assert "没有派驻到这里" in page.plain
    township._answer("POST", "/visits/month", 303, data={**page.form_values(), "sure": "y"})


@pytest.mark.parametrize("text", ["", "\n\n", "日期\t村\t特派员\t事由"])
def test_nothing_to_read_is_told(township, text):
    assert post(township, text, 422).errors()


def test_too_many_rows_are_told_and_kept(township):
    before = number_of_visits()
    page = post(township, f"{line()}\n" * 501, 422)
    assert "500" in page.errors()[0]
    assert page.form_values()["text"].count(HERE) == 501
    assert number_of_visits() == before


def test_a_month_that_is_none_is_told(township):
    assert "请按 2022-06 的样子填写月份" in post(township, line(), 422, month="上个月").plain


def test_several_days_and_villages_in_a_row(township):
    before = number_of_visits()
    post(township, line(date=f"{YESTERDAY - timedelta(days=3)}、{YESTERDAY}"), 303)
    assert number_of_visits() - before == 2


def test_the_ids_belong_to_the_form_and_its_rows(township):
    filled = {**township.get("/visits/month").form_values(), "text": line()}
    township._answer("POST", "/visits/month", 303, data=filled)
    db.session.rollback()
    mine = db.session.scalars(select(Visit.client_id).order_by(Visit.id.desc()).limit(1)).one()

    assert visits_with(mine) == 1
    assert mine != filled["client_id"]


def test_without_an_id_nothing_is_written(township):
    before = number_of_visits()
    post(township, line(), 422, client_id="x")
    assert number_of_visits() == before
