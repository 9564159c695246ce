"""A pasted sheet becomes drafts: columns by their heads, names by scope, and a word for everything that is not clear."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from commissioner.domain.visit_log import record_visits
from commissioner.domain.visit_sheet import read_sheet
from commissioner.domain.visit_sheet_names import NameUnclear, offers_of
from commissioner.domain.visit_sheet_text import CELLS, SheetRow, rows_of, text_of
from commissioner.models import Commissioner, Place, Visit, db
from commissioner.problems import TooLarge
from commissioner.units import today
from commissioner.vocabulary import CommissionerKind, PlaceLevel
from tests.factories import a_commissioner, a_posting, a_village, a_visit, an_actor, an_officer, written
from tests.people import COUNTY, SHUITOU, posted_commissioner

HERE = "同盟村"
ELSEWHERE = "330326103"
YESTERDAY = today() - timedelta(days=1)
MONTH = YESTERDAY.replace(day=1)
ID = uuid.UUID("6f0f64a5-0c8e-4f6e-9d7f-3c0c1c6b1d11")


@pytest.fixture
def township(pingyang):
    return an_actor()


def person_name(commissioner_id=None):
    wanted = commissioner_id or posted_commissioner()
    return db.session.scalar(select(Commissioner.name).where(Commissioner.id == wanted))


def row(**cells):
    said = {"date": YESTERDAY.isoformat(), "village": HERE, "people": person_name(), "topic": "茶园管理", **cells}
    return SheetRow(client_id=str(uuid.uuid4()), **said)


def read(actor, *rows):
    return read_sheet(actor, rows, MONTH)


def read_one(actor, **cells):
    return read(actor, row(**cells))[0]


def place_called(name):
    return db.session.scalar(select(Place.id).where(Place.name == name, Place.region_code.startswith(SHUITOU)))


def a_place(name, township=SHUITOU, number=900):
    parent = db.session.scalar(select(Place.id).where(Place.region_code == township.ljust(12, "0")))
    code = f"{township}{number}"
    own = {"region_code": code, "level": PlaceLevel.VILLAGE, "parent_id": parent, "name": name}
    return written(Place, pinyin="x", initials="x", **own)


def a_namesake(name, **own):
    said = {"kind": CommissionerKind.INDIVIDUAL, "name": name, "region_code": COUNTY.ljust(12, "0"), **own}
    return written(Commissioner, **said)


# The text


def table(text):
    return [tuple(getattr(one, cell) for cell in CELLS[:5]) for one in rows_of(text, ID).rows]


def test_heads_say_which_column_is_what_whatever_their_order():
    text = (
        "序号\t特派员姓名\t服务内容\t走访日期\t乡镇(街道)\t村（社区）\t备注\n1\t张三\t看茶园\t6.3\t水头镇\t同盟村\t无\n"
    )

    assert table(text) == [("6.3", "水头镇 同盟村", "张三", "看茶园", "")]
    assert rows_of(text, ID).unused == ("备注",)


def test_the_heads_of_our_own_list_are_understood():
    assert table("日期\t地点\t事由\t特派员\n2026-06-03\t同盟村\t看茶园\t张三") == [
        ("2026-06-03", "同盟村", "张三", "看茶园", "")
    ]


def test_without_heads_columns_stand_in_the_order_of_the_table():
    assert table("6.3\t同盟村\t张三\t看茶园\t三户学会了\n") == [("6.3", "同盟村", "张三", "看茶园", "三户学会了")]


def test_a_column_that_only_counts_is_left_out():
    text = "1\t6.3\t同盟村\t张三\t看茶园\n2\t6.4\t同盟村\t张三\t看茶园"
    assert [one[0] for one in table(text)] == ["6.3", "6.4"]


def test_quoted_cells_keep_their_lines_and_a_lone_quote_is_a_quote():
    assert table('6.3\t同盟村\t张三\t"看茶园\n讲了""机采"""\t好')[0][3] == '看茶园\n讲了"机采"'
    assert len(table('6.3\t"同盟村\t张三\t看茶园\n6.4\t同盟村\t张三\t看茶园')) == 2


@pytest.mark.parametrize(
    "line",
    [
        "6.3|同盟村|张三|看了 茶园",
        "6.3  同盟村  张三  看了 茶园",
        "6.3　同盟村　张三　看了 茶园",
        "6.3 同盟村 张三 看了 茶园",
    ],
)
def test_lines_typed_by_hand(line):
    assert table(line) == [("6.3", "同盟村", "张三", "看了 茶园", "")]


def test_as_above_says_what_stands_above():
    assert table("6.3\t同盟村\t张三\t看茶园\n6.4\t同上\t〃\t同上\n6.5\t同上\t李四\t修剪")[2][:3] == (
        "6.5",
        "同盟村",
        "李四",
    )


def test_what_nobody_sees_is_gone_and_what_looks_like_a_formula_is_text():
    hostile = "6.3\t同\u202e盟\u200b村\t张三\x07\t=cmd|' /C calc'!A0\t<script>alert(1)</script>"
    assert table(hostile) == [("6.3", "同盟村", "张三", "=cmd|' /C calc'!A0", "<script>alert(1)</script>")]


def test_the_same_text_gives_the_same_ids_and_two_equal_rows_two():
    text = "6.3\t同盟村\t张三\t看茶园\n6.3\t同盟村\t张三\t看茶园"
    first, second = (rows_of(text, ID).rows for _ in range(2))

    assert first == second
    assert first[0].client_id != first[1].client_id
    assert {one.client_id for one in rows_of(text, uuid.uuid4()).rows}.isdisjoint(one.client_id for one in first)


def test_what_is_written_out_is_read_back():
    rows = rows_of('6.3\t同盟村\t张三\t"两\n行 ""引"""\t\t6.5', ID).rows
    again = rows_of(text_of(rows), ID).rows
    assert again == rows


def test_one_row_too_many_and_a_text_too_large():
    line = "6.3\t同盟村\t张三\t看茶园\n"
    assert len(rows_of(line * 500, ID).rows) == 500
    for text in (line * 501, "长" * 100_000):
        with pytest.raises(TooLarge):
            rows_of(text, ID)


def test_nothing_is_no_rows():
    assert rows_of("", ID).rows == rows_of("\n \t\n", ID).rows == ()


# What a row means


def test_a_good_row_is_a_draft_and_nothing_is_written(township):
    before = db.session.scalar(select(func.count(Visit.id)))
    one = read_one(township, outcome="三户学会了")
    (visit,) = one.visits

    assert one.may_be_recorded
    assert (visit.draft.starts_on, visit.draft.ends_on, visit.draft.topic) == (YESTERDAY, YESTERDAY, "茶园管理")
    assert visit.draft.place_id == place_called(HERE)
    assert visit.draft.commissioner_ids == (posted_commissioner(),)
    assert visit.draft.client_id == one.row.client_id
    assert db.session.scalar(select(func.count(Visit.id))) == before


@pytest.mark.parametrize(
    "village",
    [
        "同盟村",
        "同盟",
        "tongmengcun",
        "TMC",
        "水头镇同盟村",
        "水头镇 同盟村",
        "水头同盟村",
        "同盟村（水头镇）",
        "同盟村委会",
    ],
)
def test_a_village_by_its_names(township, village):
    assert read_one(township, village=village).visits[0].draft.place_id == place_called(HERE)


def test_a_slip_of_the_pen_is_answered_with_the_closest(township):
    for village in ("同萌村", "同盟山村", "水头镇同蒙村", "tongm"):
        fault = read_one(township, village=village).faults["village"]
        assert isinstance(fault, NameUnclear)
        assert HERE in fault.offers, village


def test_namesakes_are_told_apart_by_their_township(pingyang):
    officer = an_officer()
    a_place(HERE, ELSEWHERE)
    fault = read_one(officer, village=HERE).faults["village"]

    assert "不止一个" in str(fault)
    assert len(fault.offers) == 2
    meant = {read_one(officer, village=offer).visits[0].draft.place_id for offer in fault.offers}
    assert len(meant) == 2


def test_namesakes_of_one_township_are_told_apart_by_a_number(township):
    a_place("双胞村", number=901), a_place("双胞村", number=902)
    offers = read_one(township, village="双胞村").faults["village"].offers

    assert len({read_one(township, village=offer).visits[0].draft.place_id for offer in offers}) == 2


def test_the_next_township_is_unknown_and_never_named(township):
    a_place("邻镇独有村", ELSEWHERE)
    their_id = db.session.scalar(select(Place.id).where(Place.name == "邻镇独有村"))
    for village in ("邻镇独有村", "邻镇独有", f"邻镇独有村 #{their_id}"):
        fault = read_one(township, village=village).faults["village"]
        assert "没有找到" in str(fault)
        assert not any("邻镇独有" in offer for offer in fault.offers)


def test_people_by_name_by_title_and_as_a_team(township):
    first = posted_commissioner()
    second = a_namesake("测试甲", pinyin="ceshijia", initials="csj")
    a_posting(second, place_called(HERE), YESTERDAY - timedelta(days=30))
    for people in ("测试甲", "测试甲教授", "测 试 甲", "csj", "ceshijia"):
        assert read_one(township, people=people).visits[0].draft.commissioner_ids == (second,)
    for between in ("、", "，", ", ", "；", "\n", " "):
        team = read_one(township, people=f"{person_name(first)}{between}测试甲")
        assert set(team.visits[0].draft.commissioner_ids) == {first, second}


def test_two_people_of_one_name_are_offered_apart(township):
    (
        a_namesake("李重名", speciality="茶树"),
        a_namesake("李重名", speciality="水产"),
        a_namesake("王重名"),
        a_namesake("王重名"),
    )
    for name in ("李重名", "王重名"):
        offers = read_one(township, people=name).faults["people"].offers
        assert len({read_one(township, people=one).visits[0].draft.commissioner_ids for one in offers}) == 2


def test_nobody_of_that_name(township):
    fault = read_one(township, people=f"{person_name()[:-1]}某").faults["people"]
    assert person_name() in fault.offers


def test_somebody_not_posted_here_needs_a_yes(township):
    a_namesake("外乡人")
    asked = read_one(township, people="外乡人")
    assert [str(one) for one in asked.warnings] == ["外乡人 在这一天没有派驻到这里。确认仍要登记吗？"]
    assert not asked.may_be_recorded
    assert read_one(township, people="外乡人", confirmed=True).may_be_recorded


def test_a_commissioner_who_names_nobody_means_the_own_person(pingyang):
    me = a_commissioner()
    for people in ("", "我", "本人"):
        assert read_one(me, people=people).visits[0].draft.commissioner_ids == (me.commissioner_id,)


def test_for_the_township_nobody_is_nobody(township):
    assert set(read_one(township, people="").faults) == {"people"}
    assert set(read_one(township, people="我").faults) == {"people"}


def test_several_days_and_several_villages_are_visits_of_their_own(township):
    other = a_place("第二村")
    days = f"{YESTERDAY - timedelta(days=2)}、{YESTERDAY}"
    one = read_one(township, date=days, village=f"{HERE}、第二村")

    assert len(one.visits) == len({visit.draft.client_id for visit in one.visits}) == 4
    assert {visit.draft.place_id for visit in one.visits} == {place_called(HERE), other}
    assert one.visits[0].draft.client_id == one.row.client_id
    assert [visit.draft.client_id for visit in read(township, one.row)[0].visits] == [
        visit.draft.client_id for visit in one.visits
    ]


def test_a_range_is_one_stay(township):
    (visit,) = read_one(township, date=f"{YESTERDAY - timedelta(days=2)}至{YESTERDAY}").visits
    assert (visit.draft.ends_on - visit.draft.starts_on).days == 2


def test_each_fault_stands_beside_its_cell(township):
    one = read_one(township, date="哪天", village="无此地", people="无此人", topic="", outcome="长" * 5001)
    assert set(one.faults) == {"date", "village", "people", "topic", "outcome"}
    assert one.visits == ()


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ({"date": (today() + timedelta(days=1)).isoformat()}, "date"),
        ({"date": "1900-01-01"}, "date"),
        ({"topic": "长" * 201}, "topic"),
        ({"people": "、".join(f"人{n}" for n in range(21))}, "people"),
        ({"village": "、".join(f"村{n}" for n in range(21))}, "village"),
    ],
)
def test_what_breaks_a_rule_is_told(township, cells, cell):
    assert set(read_one(township, **cells).faults) == {cell}


def test_a_row_may_not_become_too_many(township):
    villages = "、".join(db.session.scalars(select(Place.name).where(Place.region_code.startswith(SHUITOU)).limit(9)))
    month = (MONTH - timedelta(days=1)).replace(day=1)
    one = read_sheet(township, [row(date="1,2,3,4,5,6,7,8", village=villages)], month)[0]
    assert "太多" in str(one.faults["date"])


def test_what_was_recorded_already_is_pointed_out_whoever_logged_it(township):
    record_visits(an_officer(), [a_visit(place_id=place_called(HERE), topic="早就记了")])
    (warning,) = read_one(township).warnings
    assert "早就记了" in str(warning)


def test_the_own_record_is_known_by_its_id_and_no_double(township):
    one = read_one(township)
    record_visits(township, [one.visits[0].draft])
    again = read(township, one.row)[0]

    assert again.visits[0].visit_id is not None
    assert again.warnings == ()


def test_a_row_that_stands_twice_is_pointed_out(township):
    first, second = read(township, row(), row())
    assert first.warnings == ()
    assert "第 1 行" in str(second.warnings[0])


def test_empty_rows_say_nothing(township):
    (one,) = read(township, SheetRow(client_id=str(uuid.uuid4())))
    assert (one.visits, dict(one.faults), one.warnings) == ((), {}, ())


def test_five_hundred_rows_are_read_and_not_one_more(township):
    rows = [row(topic=f"第 {n} 次") for n in range(500)]
    assert sum(len(one.visits) for one in read(township, *rows)) == 500
    with pytest.raises(TooLarge):
        read(township, *rows, row())


def test_offers_of_nothing_are_none():
    assert offers_of([]) == []


def test_another_county_knows_none_of_ours(pingyang):
    stranger = an_actor(region_code="330327102")
    one = read_one(stranger)
    assert set(one.faults) == {"village", "people"}
    assert one.faults["village"].offers == one.faults["people"].offers == ()
    assert a_village() not in {visit.draft.place_id for visit in one.visits}
